//! Looking for tampering: walks the chain from its beginning and compares every entry with what its seal says.

use super::entry::{EntryRef, Leaf, Sealable, from_bytes};
use super::seal::{Seal, beginning, hash};
use super::{ERASED, merkle, store};
use crate::looks;
use base::{OrganisationId, Result, Timestamp};
use db::{Conn, Db};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

/// Something that should not be so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// The entry is not what was sealed.
    Changed(EntryRef),
    /// The entry was sealed under this number and is gone from there.
    Missing(EntryRef, i64),
    /// The entry claims to stand under this seal, which does not list it.
    Added(EntryRef, i64),
    /// The entry claims a time that does not fit the moment of its seal.
    OutOfTime(EntryRef),
    /// The content is gone, and no erasure was recorded.
    ErasedUnrecorded(EntryRef),
    /// The persons listed for a look are not those of the look.
    WrongPersons(EntryRef),
    /// The seal with this number does not fit its leaves, or the seal before it.
    BrokenSeal(i64),
    /// There is no seal with this number.
    MissingSeal(i64),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(entry) => write!(f, "{entry} was changed after it was sealed"),
            Self::Missing(entry, seal) => write!(f, "{entry} was removed from seal {seal}"),
            Self::Added(entry, seal) => write!(f, "{entry} was slipped in under seal {seal}"),
            Self::OutOfTime(entry) => write!(f, "{entry} claims a time that does not fit its seal"),
            Self::ErasedUnrecorded(entry) => {
                write!(f, "the content of {entry} is gone without a record of its erasure")
            }
            Self::WrongPersons(entry) => {
                write!(f, "the persons listed for {entry} are not those it concerned")
            }
            Self::BrokenSeal(number) => write!(f, "seal {number} was changed, or what it is chained to was"),
            Self::MissingSeal(number) => write!(f, "seal {number} was removed"),
        }
    }
}

/// What a walk along the chain found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many seals.
    pub seals: u64,
    /// How many sealed entries and looks.
    pub entries: u64,
    /// The last seal: keep its hash elsewhere, to compare with later.
    pub head: Option<Seal>,
    /// What is wrong, in order; empty if all is well.
    pub findings: BTreeSet<Finding>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }
}

/// How far the clocks of two nodes may be apart.
const TOLERANCE: Duration = Duration::from_mins(5);
/// Seals looked at together.
const PAGE: u32 = 64;

/// Walks the whole chain of an organisation.
pub async fn verify(db: &Db, organisation: OrganisationId) -> Result<Report> {
    let mut conn = db.read(organisation).await?;
    let mut walk = Walk {
        report: Report::default(),
        number: 0,
        hash: beginning(organisation).to_vec(),
        since: Timestamp::from_micros(0),
        emptied: BTreeSet::new(),
        recorded: BTreeSet::new(),
    };
    loop {
        let seals = store::seals_after(&mut conn, walk.number, PAGE).await?;
        let Some(last) = seals.last().map(|seal| seal.number) else { break };
        let mut entries = entries(&mut conn, walk.number + 1, last).await?;
        for seal in seals {
            walk.step(seal, &mut entries);
        }
        walk.left_over(&entries);
    }
    walk.beyond(&mut conn).await?;
    walk.persons(&mut conn).await?;
    Ok(walk.end())
}

type BySeal = BTreeMap<i64, BTreeMap<EntryRef, Sealable>>;

async fn entries(conn: &mut Conn, from: i64, to: i64) -> Result<BySeal> {
    let mut found = store::sealed(conn, from, to).await?;
    found.extend(looks::store::sealed(conn, from, to).await?);
    let mut by_seal = BySeal::new();
    for (seal, entry) in found {
        by_seal.entry(seal).or_default().insert(entry.id, entry);
    }
    Ok(by_seal)
}

struct Walk {
    report: Report,
    /// The seal that was walked last, its hash and its time.
    number: i64,
    hash: Vec<u8>,
    since: Timestamp,
    /// Entries without content.
    emptied: BTreeSet<EntryRef>,
    /// The subjects of the records of erasures.
    recorded: BTreeSet<String>,
}

impl Walk {
    fn find(&mut self, finding: Finding) {
        self.report.findings.insert(finding);
    }

    fn step(&mut self, seal: Seal, entries: &mut BySeal) {
        for missing in self.number + 1..seal.number {
            self.find(Finding::MissingSeal(missing));
        }
        let leaves = from_bytes(&seal.leaves).unwrap_or_default();
        let hashes: Vec<_> = leaves.iter().map(|leaf| leaf.hash).collect();
        let root = merkle::root(&hashes);
        let right = hash(seal.number, seal.at, leaves.len(), &root, &self.hash);
        if seal.previous != self.hash || seal.root != root || seal.hash != right || leaves.is_empty() {
            self.find(Finding::BrokenSeal(seal.number));
        }
        let mut entries = entries.remove(&seal.number).unwrap_or_default();
        for leaf in &leaves {
            match entries.remove(&leaf.id) {
                Some(entry) => self.compare(&entry, leaf, seal.at),
                None => self.find(Finding::Missing(leaf.id, seal.number)),
            }
        }
        for entry in entries.into_keys() {
            self.find(Finding::Added(entry, seal.number));
        }
        self.report.seals += 1;
        self.report.entries += leaves.len() as u64;
        (self.number, self.since) = (seal.number, seal.at);
        self.hash.clone_from(&seal.hash);
        self.report.head = Some(seal);
    }

    fn compare(&mut self, entry: &Sealable, leaf: &Leaf, sealed_at: Timestamp) {
        if entry.leaf() != leaf.hash || !entry.content_fits() {
            self.find(Finding::Changed(entry.id));
        } else if entry.at + TOLERANCE < self.since || entry.at > sealed_at + TOLERANCE {
            self.find(Finding::OutOfTime(entry.id));
        }
        self.remember(entry);
    }

    fn remember(&mut self, entry: &Sealable) {
        let Some(content) = &entry.content else {
            self.emptied.insert(entry.id);
            return;
        };
        if entry.envelope.get(1).is_some_and(|action| action == ERASED) {
            self.recorded.extend(content.parts.first().cloned());
        }
    }

    /// Entries whose seal does not exist.
    fn left_over(&mut self, entries: &BySeal) {
        for (seal, orphans) in entries {
            for id in orphans.keys() {
                self.find(Finding::Added(*id, *seal));
            }
        }
    }

    /// What claims a seal that was never made, and what is not sealed yet.
    async fn beyond(&mut self, conn: &mut Conn) -> Result<()> {
        // Whatever was sealed while we walked is looked at next time.
        let last = store::last_seal(conn).await?.map_or(0, |seal| seal.number.max(self.number));
        let below = entries(conn, i64::MIN, 0).await?;
        let above = entries(conn, last + 1, i64::MAX).await?;
        self.left_over(&below);
        self.left_over(&above);
        let mut fresh = store::unsealed(conn).await?;
        fresh.extend(looks::store::unsealed(conn).await?);
        for entry in &fresh {
            if !entry.content_fits() {
                self.find(Finding::Changed(entry.id));
            }
            self.remember(entry);
        }
        let between = entries(conn, self.number + 1, last).await?;
        between.values().flat_map(BTreeMap::values).for_each(|entry| self.remember(entry));
        Ok(())
    }

    async fn persons(&mut self, conn: &mut Conn) -> Result<()> {
        for look in looks::store::wrongly_spread(conn).await? {
            self.find(Finding::WrongPersons(EntryRef::Look(look)));
        }
        Ok(())
    }

    fn end(mut self) -> Report {
        let unrecorded: Vec<_> =
            self.emptied.iter().filter(|id| !self.recorded.contains(&id.to_string())).copied().collect();
        for id in unrecorded {
            self.find(Finding::ErasedUnrecorded(id));
        }
        self.report
    }
}

//! A proof for an outsider that one entry stands under one seal. It shows hashes only, no other entry.

use super::entry::{EntryRef, from_bytes};
use super::merkle;
use super::{seal, store};
use crate::looks;
use base::{Error, OrganisationId, Result, Timestamp};
use db::Db;

/// The proof. Whoever kept the hash of the seal compares it with `seal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The entry.
    pub entry: EntryRef,
    /// The hash of its leaf.
    pub leaf: [u8; 32],
    /// Its place among the leaves.
    pub index: usize,
    /// How many leaves there are.
    pub count: usize,
    /// The hashes beside the way to the root, nearest first.
    pub path: Vec<[u8; 32]>,
    /// The number of the seal.
    pub number: i64,
    /// When the seal was made.
    pub at: Timestamp,
    /// The hash of the seal before.
    pub previous: Vec<u8>,
    /// The hash of the seal.
    pub seal: Vec<u8>,
}

impl Proof {
    /// Whether leaf, path and seal belong together.
    pub fn holds(&self) -> bool {
        merkle::root_of_path(self.leaf, self.index, self.count, &self.path).is_some_and(|root| {
            seal::hash(self.number, self.at, self.count, &root, &self.previous).as_slice() == self.seal
        })
    }
}

/// Proves that an entry stands under its seal.
pub async fn prove(db: &Db, organisation: OrganisationId, entry: EntryRef) -> Result<Proof> {
    let mut conn = db.read(organisation).await?;
    let number = match entry {
        EntryRef::Audit(id) => store::find(&mut conn, id).await?.map(|found| found.seal),
        EntryRef::Look(id) => looks::store::seal_of(&mut conn, id).await?,
    };
    let number = number.ok_or_else(|| Error::not_found("entry"))?;
    let number =
        number.ok_or_else(|| Error::conflict("This entry is not sealed yet. Try again in a second."))?;
    let seals = store::seals_after(&mut conn, number - 1, 1).await?;
    let broken = || Error::internal("the seal of an entry is missing or does not hold it");
    let seal = seals.into_iter().find(|seal| seal.number == number).ok_or_else(broken)?;
    let leaves = from_bytes(&seal.leaves)?;
    let index = leaves.iter().position(|leaf| leaf.id == entry).ok_or_else(broken)?;
    let hashes: Vec<_> = leaves.iter().map(|leaf| leaf.hash).collect();
    Ok(Proof {
        entry,
        leaf: hashes[index],
        index,
        count: hashes.len(),
        path: merkle::path(&hashes, index),
        number,
        at: seal.at,
        previous: seal.previous,
        seal: seal.hash,
    })
}

//! The journal: each organisation's facts, once, in the order of commit, without gaps.
//!
//! Positions come from one head row per organisation, taken as the last statements of the transaction and held until
//! its commit. So whoever has read up to a position has read all there will ever be before it. (A serial column does
//! not give that: numbers taken early may commit late.)

use crate::conn::Raw;
use crate::{Conn, Db, Row, Sql, Tx, args, sql};
use base::{Actor, Error, JournalEntry, OrganisationId, Position, Result, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::sync::broadcast;

/// A fact that waits for its position.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) organisation: OrganisationId,
    pub(crate) at: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) kind: &'static str,
    pub(crate) subject: String,
    pub(crate) data: serde_json::Value,
}

/// Gives positions and stores, organisations in a fixed order so that two transactions cannot wait for each other.
pub(crate) async fn append(raw: &mut Raw, pending: Vec<Pending>) -> Result<Vec<JournalEntry>> {
    let mut counts = BTreeMap::<OrganisationId, i64>::new();
    for fact in &pending {
        *counts.entry(fact.organisation).or_default() += 1;
    }
    let mut next = BTreeMap::new();
    for (organisation, count) in counts {
        let head = raw
            .all(
                sql!(
                    "INSERT INTO journal_heads (organisation_id, position) VALUES ($1, $2)
                     ON CONFLICT (organisation_id) DO UPDATE SET position = journal_heads.position + $2
                     RETURNING position"
                )
                .text(),
                args![organisation, count],
            )
            .await?;
        let last: i64 = head.first().ok_or_else(|| Error::internal("no journal head"))?.get("position")?;
        next.insert(organisation, last - count);
    }
    let entries: Vec<_> = pending.into_iter().map(|fact| placed(fact, &mut next)).collect();
    let mut rest = entries.as_slice();
    while !rest.is_empty() {
        let (some, others) = rest.split_at(at_once(rest.len()));
        insert(raw, some).await?;
        rest = others;
    }
    Ok(entries)
}

/// Gives a fact the next position of its organisation.
fn placed(fact: Pending, next: &mut BTreeMap<OrganisationId, i64>) -> JournalEntry {
    let position = next.entry(fact.organisation).or_default();
    *position += 1;
    JournalEntry {
        organisation: fact.organisation,
        position: Position(*position),
        at: fact.at,
        actor: fact.actor,
        kind: fact.kind.to_owned(),
        subject: fact.subject,
        data: fact.data,
    }
}

/// How many of so many facts the next statement stores: a power of two, so that there are few statements and each stays
/// prepared.
fn at_once(facts: usize) -> usize {
    1 << facts.ilog2().min(LARGEST)
}

/// The largest statement stores two to this power.
const LARGEST: u32 = 6;
const COLUMNS: usize = 7;

/// The same statement with one, two, four rows and so on.
static INSERTS: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..=LARGEST).map(|power| several(1 << power)).collect());

const ONE_ROW: Sql = sql!(
    "INSERT INTO journal (organisation_id, position, at, actor, kind, subject, data)
     VALUES ($1, $2, $3, $4, $5, $6, $7)"
);

fn several(rows: usize) -> String {
    let mut text = ONE_ROW.text().to_owned();
    for row in 1..rows {
        let numbers: Vec<_> = (1..=COLUMNS).map(|column| format!("${}", row * COLUMNS + column)).collect();
        text += &[", (", &numbers.join(", "), ")"].concat();
    }
    text
}

/// Stores as many facts as [`at_once`] says with one statement.
async fn insert(raw: &mut Raw, entries: &[JournalEntry]) -> Result<u64> {
    let text = INSERTS[entries.len().ilog2() as usize].as_str();
    let mut values = Vec::with_capacity(entries.len() * COLUMNS);
    for entry in entries {
        values.extend(args![
            entry.organisation,
            entry.position,
            entry.at,
            entry.actor,
            &entry.kind,
            &entry.subject,
            entry.data.to_string()
        ]);
    }
    raw.execute(text, values).await
}

/// The facts after a position, oldest first, at most `limit`.
pub async fn after(conn: &mut Conn, position: Position, limit: u32) -> Result<Vec<JournalEntry>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT position, at, actor, kind, subject, data FROM journal
             WHERE organisation_id = $1 AND position > $2 ORDER BY position LIMIT $3"
        ),
        args![organisation, position, limit],
    )
    .await?
    .iter()
    .map(|row| entry(organisation, row))
    .collect()
}

/// The position of the last fact; zero before the first.
pub async fn head(conn: &mut Conn) -> Result<Position> {
    let organisation = conn.organisation();
    let row = conn
        .optional(sql!("SELECT position FROM journal_heads WHERE organisation_id = $1"), args![organisation])
        .await?;
    row.map_or(Ok(Position::default()), |row| row.get("position"))
}

/// The position of the last fact, with the journal held still until this transaction ends. What is read after it in
/// the same transaction is the state up to just this position.
pub async fn hold(tx: &mut Tx) -> Result<Position> {
    let organisation = tx.organisation();
    let row = tx
        .one(
            sql!(
                "INSERT INTO journal_heads (organisation_id, position) VALUES ($1, 0)
                 ON CONFLICT (organisation_id) DO UPDATE SET position = journal_heads.position
                 RETURNING position"
            ),
            args![organisation],
        )
        .await?;
    let stored: Position = row.get("position")?;
    // Facts of this transaction, those of closures that share it among them, get their positions at the commit.
    let pending = tx.left.pending.iter().filter(|fact| fact.organisation == organisation).count();
    Ok(Position(stored.0 + i64::try_from(pending).map_err(Error::internal)?))
}

fn entry(organisation: OrganisationId, row: &Row) -> Result<JournalEntry> {
    Ok(JournalEntry {
        organisation,
        position: row.get("position")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        data: serde_json::from_str(&row.get::<String>("data")?).map_err(Error::internal)?,
    })
}

/// How far a reader has come; zero before it began.
pub async fn cursor(conn: &mut Conn, reader: &'static str) -> Result<Position> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!("SELECT position FROM journal_cursors WHERE organisation_id = $1 AND reader = $2"),
            args![organisation, reader],
        )
        .await?;
    row.map_or(Ok(Position::default()), |row| row.get("position"))
}

/// Stores how far a reader has come, in the transaction that stores what it did with it.
pub async fn advance(tx: &mut Tx, reader: &'static str, position: Position) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO journal_cursors (organisation_id, reader, position) VALUES ($1, $2, $3)
             ON CONFLICT (organisation_id, reader) DO UPDATE SET position = $3"
        ),
        args![organisation, reader, position],
    )
    .await?;
    Ok(())
}

/// Follows one organisation's journal from a position: first what is in the database, then what is committed, in
/// order and without gaps. What another node commits is found by looking once a second.
#[derive(Debug)]
pub struct Follower {
    db: Db,
    organisation: OrganisationId,
    position: Position,
    /// All that was in the database when it was looked at last has been given.
    at_the_end: bool,
    committed: broadcast::Receiver<Arc<[JournalEntry]>>,
}

impl Follower {
    /// Follows from just after `position`.
    pub fn new(db: &Db, organisation: OrganisationId, position: Position) -> Self {
        Self { db: db.clone(), organisation, position, at_the_end: false, committed: db.committed() }
    }

    /// The next facts; waits until there is one. Safe to cancel.
    pub async fn next(&mut self) -> Result<Vec<JournalEntry>> {
        const LOOK: Duration = Duration::from_secs(1);
        loop {
            let entries = if self.at_the_end {
                // Time-out, lag and a gap all lead to a look in the database.
                let news = tokio::time::timeout(LOOK, self.news()).await;
                self.at_the_end = matches!(news, Ok(Some(_)));
                news.ok().flatten().unwrap_or_default()
            } else {
                self.stored().await?
            };
            if let Some(last) = entries.last() {
                self.position = last.position;
                return Ok(entries);
            }
        }
    }

    /// What this program commits, as far as it comes just after what was given; `None` when something was missed.
    async fn news(&mut self) -> Option<Vec<JournalEntry>> {
        loop {
            let committed = self.committed.recv().await.ok()?;
            let new = |entry: &&JournalEntry| {
                entry.organisation == self.organisation && entry.position > self.position
            };
            let entries: Vec<_> = committed.iter().filter(new).cloned().collect();
            let Some(first) = entries.first() else { continue };
            return (first.position.0 == self.position.0 + 1).then_some(entries);
        }
    }

    async fn stored(&mut self) -> Result<Vec<JournalEntry>> {
        const PAGE: u32 = 500;
        let mut conn = self.db.read(self.organisation).await?;
        let entries = after(&mut conn, self.position, PAGE).await?;
        self.at_the_end = entries.is_empty();
        Ok(entries)
    }
}

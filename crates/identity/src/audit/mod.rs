//! The audit chain: who did what to whom, so that it cannot be changed afterwards without showing.
//!
//! [`write()`] puts an entry in the transaction of what it is about. Each second [`seal_due`] puts what is new (entries
//! and looks) under a Merkle root that is chained to the one before. [`verify`] finds any entry that was changed,
//! removed, moved or slipped in. [`prove`] shows an outsider that one entry stands under a seal, without showing the
//! others. The content of an entry can be [erased](erase()) and the chain stays whole.
//!
//! What it cannot show by itself is that the newest seals were cut off. Keep the hash of a seal elsewhere (a mailbox,
//! another machine), and [`stands`] tells whether it still stands there.

pub(crate) mod entry;
mod kept;
mod merkle;
mod proof;
mod seal;
pub(crate) mod store;
mod verify;

pub use entry::EntryRef;
pub use kept::{KeptSeal, stands};
pub use proof::{Proof, prove};
pub use seal::{Seal, seal_due};
pub use verify::{Finding, Report, verify};

use base::{Actor, AuditId, Error, OrganisationId, Result, Timestamp};
use db::{Db, Tx};
use entry::Content;

/// An entry of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Which.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What was done: `member.invited`.
    pub action: String,
    /// The id of the thing it was done to; absent once erased.
    pub subject: Option<String>,
    /// Small values about it, as JSON; absent once erased. No personal content.
    pub detail: Option<String>,
    /// The number of its seal; absent in its first second.
    pub seal: Option<i64>,
}

/// The action that records an erasure; its subject is the id of what was erased.
pub(crate) const ERASED: &str = "audit.erased";

/// Writes an entry, in the transaction of what it is about. `subject` is an id; `detail` holds ids and small values,
/// never personal content.
pub async fn write(
    tx: &mut Tx,
    actor: Actor,
    action: &'static str,
    subject: impl std::fmt::Display,
    detail: serde_json::Value,
) -> Result<AuditId> {
    let env = tx.env();
    let entry = AuditEntry {
        id: env.new_id(),
        at: env.now(),
        actor,
        action: action.to_owned(),
        subject: Some(subject.to_string()),
        detail: Some(detail.to_string()),
        seal: None,
    };
    let parts = [&entry.subject, &entry.detail].into_iter().flatten().cloned().collect();
    let content = Content { salt: env.random_bytes::<16>().to_vec(), parts };
    store::insert(tx, &entry, &content, &content.hash()).await?;
    Ok(entry.id)
}

/// Erases the content of an entry and keeps its envelope. The erasure is an entry itself.
pub async fn erase(tx: &mut Tx, actor: Actor, id: AuditId) -> Result<()> {
    let entry = store::find(tx, id).await?.ok_or_else(|| Error::not_found("entry"))?;
    if entry.action == ERASED {
        return Err(Error::conflict("The record of an erasure holds nothing personal and stays."));
    }
    if store::erase(tx, id).await? {
        write(tx, actor, ERASED, id, serde_json::json!({})).await?;
    }
    Ok(())
}

/// A seal by its number, to compare with a hash that was kept elsewhere.
pub async fn find_seal(db: &Db, organisation: OrganisationId, number: i64) -> Result<Option<Seal>> {
    let mut conn = db.read(organisation).await?;
    let found = store::seals_after(&mut conn, number - 1, 1).await?;
    Ok(found.into_iter().find(|seal| seal.number == number))
}

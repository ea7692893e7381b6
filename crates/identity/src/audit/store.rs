//! The statements of the audit chain.

use super::entry::{Content, EntryRef, Sealable};
use super::{AuditEntry, Seal};
use base::{Actor, AuditId, OrganisationId, Result};
use db::{Conn, Row, Tx, args, sql};

/// At most so many entries under one seal, so that a long backlog is sealed in steps.
pub(crate) const SEAL_SIZE: u32 = 2000;

pub(crate) async fn insert(
    tx: &mut Tx,
    entry: &AuditEntry,
    content: &Content,
    content_hash: &[u8],
) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO audit_entries
             (organisation_id, id, at, actor, action, subject, detail, salt, content_hash, seal)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)"
        ),
        args![
            organisation,
            entry.id,
            entry.at,
            entry.actor,
            &entry.action,
            entry.subject.as_ref(),
            entry.detail.as_ref(),
            &content.salt,
            content_hash
        ],
    )
    .await?;
    Ok(())
}

/// The organisations that have something to seal.
pub(crate) async fn organisations_due<S>(conn: &mut Conn<S>) -> Result<Vec<OrganisationId>> {
    conn.all(
        sql!(
            "SELECT o.id FROM organisations o
             WHERE EXISTS (SELECT 1 FROM audit_entries a WHERE a.organisation_id = o.id AND a.seal IS NULL)
                OR EXISTS (SELECT 1 FROM looks l WHERE l.organisation_id = o.id AND l.seal IS NULL)
             ORDER BY o.id"
        ),
        args![],
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

/// Puts what is not sealed under this seal.
pub(crate) async fn take_unsealed(tx: &mut Tx, number: i64) -> Result<Vec<Sealable>> {
    let organisation = tx.organisation();
    tx.all(
        sql!(
            "UPDATE audit_entries SET seal = $2
             WHERE organisation_id = $1 AND seal IS NULL AND id IN (
                 SELECT id FROM audit_entries WHERE organisation_id = $1 AND seal IS NULL ORDER BY id LIMIT $3)
             RETURNING id, at, actor, action, subject, detail, salt, content_hash"
        ),
        args![organisation, number, SEAL_SIZE],
    )
    .await?
    .iter()
    .map(sealable)
    .collect()
}

/// The entries that are not sealed yet.
pub(crate) async fn unsealed(conn: &mut Conn) -> Result<Vec<Sealable>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, at, actor, action, subject, detail, salt, content_hash FROM audit_entries
             WHERE organisation_id = $1 AND seal IS NULL ORDER BY id"
        ),
        args![organisation],
    )
    .await?
    .iter()
    .map(sealable)
    .collect()
}

/// The entries under these seals, with their seal.
pub(crate) async fn sealed(conn: &mut Conn, from: i64, to: i64) -> Result<Vec<(i64, Sealable)>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, at, actor, action, subject, detail, salt, content_hash, seal FROM audit_entries
             WHERE organisation_id = $1 AND seal >= $2 AND seal <= $3 ORDER BY seal, id"
        ),
        args![organisation, from, to],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("seal")?, sealable(row)?)))
    .collect()
}

fn sealable(row: &Row) -> Result<Sealable> {
    let (subject, detail): (Option<String>, Option<String>) = (row.get("subject")?, row.get("detail")?);
    let salt: Option<Vec<u8>> = row.get("salt")?;
    let nothing = salt.is_none() && subject.is_none() && detail.is_none();
    // With a part missing it is not erased but broken, and its hash will not fit.
    let content = (!nothing).then(|| Content {
        salt: salt.unwrap_or_default(),
        parts: [subject, detail].into_iter().flatten().collect(),
    });
    Ok(Sealable {
        id: EntryRef::Audit(row.get("id")?),
        at: row.get("at")?,
        envelope: vec![row.get("actor")?, row.get("action")?],
        content,
        content_hash: row.get("content_hash")?,
    })
}

pub(crate) async fn last_seal(conn: &mut Conn) -> Result<Option<Seal>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT number, at, leaves, root, previous, hash FROM audit_seals
                 WHERE organisation_id = $1 ORDER BY number DESC LIMIT 1"
            ),
            args![organisation],
        )
        .await?;
    row.as_ref().map(seal).transpose()
}

/// Seals after a number, in order.
pub(crate) async fn seals_after(conn: &mut Conn, number: i64, limit: u32) -> Result<Vec<Seal>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT number, at, leaves, root, previous, hash FROM audit_seals
             WHERE organisation_id = $1 AND number > $2 ORDER BY number LIMIT $3"
        ),
        args![organisation, number, limit],
    )
    .await?
    .iter()
    .map(seal)
    .collect()
}

pub(crate) async fn insert_seal(tx: &mut Tx, seal: &Seal) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO audit_seals (organisation_id, number, at, leaves, root, previous, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![organisation, seal.number, seal.at, &seal.leaves, &seal.root, &seal.previous, &seal.hash],
    )
    .await?;
    Ok(())
}

fn seal(row: &Row) -> Result<Seal> {
    Ok(Seal {
        number: row.get("number")?,
        at: row.get("at")?,
        leaves: row.get("leaves")?,
        root: row.get("root")?,
        previous: row.get("previous")?,
        hash: row.get("hash")?,
    })
}

/// Entries before an id, newest first.
pub(crate) async fn list(conn: &mut Conn, before: Option<AuditId>, limit: u32) -> Result<Vec<AuditEntry>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, at, actor, action, subject, detail, seal FROM audit_entries
             WHERE organisation_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"
        ),
        args![organisation, before, limit],
    )
    .await?
    .iter()
    .map(entry)
    .collect()
}

pub(crate) async fn find(conn: &mut Conn, id: AuditId) -> Result<Option<AuditEntry>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT id, at, actor, action, subject, detail, seal FROM audit_entries
                 WHERE organisation_id = $1 AND id = $2"
            ),
            args![organisation, id],
        )
        .await?;
    row.as_ref().map(entry).transpose()
}

/// Removes the content and the salt of an entry; the envelope and the hash stay.
pub(crate) async fn erase(tx: &mut Tx, id: AuditId) -> Result<bool> {
    let organisation = tx.organisation();
    let erased = tx
        .execute(
            sql!(
                "UPDATE audit_entries SET subject = NULL, detail = NULL, salt = NULL
                 WHERE organisation_id = $1 AND id = $2 AND salt IS NOT NULL"
            ),
            args![organisation, id],
        )
        .await?;
    Ok(erased == 1)
}

fn entry(row: &Row) -> Result<AuditEntry> {
    Ok(AuditEntry {
        id: row.get("id")?,
        at: row.get("at")?,
        actor: row.get::<Actor>("actor")?,
        action: row.get("action")?,
        subject: row.get("subject")?,
        detail: row.get("detail")?,
        seal: row.get("seal")?,
    })
}

//! The tables of keys.

use base::{KeyId, OrganisationId, Result, Subject};
use db::{Conn, Global, Tx, args, sql};
use std::collections::BTreeMap;

/// A subject's key as stored; without `wrapped` it was destroyed.
pub(crate) struct StoredKey {
    pub(crate) wrapped: Option<Vec<u8>>,
}

pub(crate) async fn organisation_key(conn: &mut Conn) -> Result<Option<Vec<u8>>> {
    let organisation = conn.organisation();
    conn.optional(
        sql!("SELECT wrapped FROM vault_organisation_keys WHERE organisation_id = $1"),
        args![organisation],
    )
    .await?
    .map(|row| row.get("wrapped"))
    .transpose()
}

/// The keys of all organisations, wrapped.
pub(crate) async fn organisation_keys(conn: &mut Conn<Global>) -> Result<BTreeMap<OrganisationId, Vec<u8>>> {
    conn.all(sql!(global "SELECT organisation_id, wrapped FROM vault_organisation_keys"), args![])
        .await?
        .iter()
        .map(|row| Ok((row.get("organisation_id")?, row.get("wrapped")?)))
        .collect()
}

/// Keeps the first key that is offered, whoever offers it, and returns it.
pub(crate) async fn keep_organisation_key(tx: &mut Tx, wrapped: &[u8]) -> Result<Vec<u8>> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "INSERT INTO vault_organisation_keys (organisation_id, wrapped, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (organisation_id) DO NOTHING"
        ),
        args![organisation, wrapped, now],
    )
    .await?;
    let row = tx
        .one(
            sql!("SELECT wrapped FROM vault_organisation_keys WHERE organisation_id = $1"),
            args![organisation],
        )
        .await?;
    row.get("wrapped")
}

pub(crate) async fn insert_key(tx: &mut Tx, id: KeyId, owner: Subject, wrapped: &[u8]) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "INSERT INTO vault_subject_keys (organisation_id, id, owner, wrapped, created_at)
             VALUES ($1, $2, $3, $4, $5)"
        ),
        args![organisation, id, owner, wrapped, now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn find_key(conn: &mut Conn, id: KeyId) -> Result<Option<StoredKey>> {
    let organisation = conn.organisation();
    conn.optional(
        sql!("SELECT wrapped FROM vault_subject_keys WHERE organisation_id = $1 AND id = $2"),
        args![organisation, id],
    )
    .await?
    .map(|row| Ok(StoredKey { wrapped: row.get("wrapped")? }))
    .transpose()
}

pub(crate) async fn destroy_keys(tx: &mut Tx, owner: Subject) -> Result<Vec<KeyId>> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.all(
        sql!(
            "UPDATE vault_subject_keys SET wrapped = NULL, destroyed_at = $3
             WHERE organisation_id = $1 AND owner = $2 AND destroyed_at IS NULL RETURNING id"
        ),
        args![organisation, owner, now],
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

pub(crate) async fn destroy_key(tx: &mut Tx, id: KeyId) -> Result<bool> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let destroyed = tx
        .execute(
            sql!(
                "UPDATE vault_subject_keys SET wrapped = NULL, destroyed_at = $3
                 WHERE organisation_id = $1 AND id = $2 AND destroyed_at IS NULL"
            ),
            args![organisation, id, now],
        )
        .await?;
    Ok(destroyed == 1)
}

pub(crate) async fn change_owner(tx: &mut Tx, from: Subject, to: Subject) -> Result<u64> {
    let organisation: OrganisationId = tx.organisation();
    tx.execute(
        sql!("UPDATE vault_subject_keys SET owner = $3 WHERE organisation_id = $1 AND owner = $2"),
        args![organisation, from, to],
    )
    .await
}

pub(crate) async fn change_key_owner(tx: &mut Tx, id: KeyId, to: Subject) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("UPDATE vault_subject_keys SET owner = $3 WHERE organisation_id = $1 AND id = $2"),
        args![organisation, id, to],
    )
    .await?;
    Ok(())
}

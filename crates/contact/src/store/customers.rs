//! Customers, their handles and the blind indexes by which they are found.

use crate::model::{CustomerKind, HandleKind};
use base::{CustomerId, Error, HandleId, KeyId, Language, Result, Timestamp};
use db::{Conn, Row, Tx, args, sql};

/// A customer, sealed.
#[derive(Clone, Debug)]
pub(crate) struct CustomerRow {
    pub(crate) id: CustomerId,
    pub(crate) kind: CustomerKind,
    pub(crate) name_sealed: Option<Vec<u8>>,
    pub(crate) language: Language,
    pub(crate) key: KeyId,
    pub(crate) restricted: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) erased_at: Option<Timestamp>,
    pub(crate) version: i64,
}

/// A handle, sealed, with its blind index.
#[derive(Clone, Debug)]
pub(crate) struct SealedHandle {
    pub(crate) id: HandleId,
    pub(crate) kind: HandleKind,
    pub(crate) sealed: Vec<u8>,
    pub(crate) blind: String,
}

/// A name, sealed, with the blind indexes of its words.
#[derive(Clone, Debug, Default)]
pub(crate) struct SealedName {
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) words: Vec<String>,
}

fn customer(row: &Row) -> Result<CustomerRow> {
    Ok(CustomerRow {
        id: row.get("id")?,
        kind: row.parse("kind")?,
        name_sealed: row.get("name_sealed")?,
        language: row.get("language")?,
        key: row.get("key_id")?,
        restricted: row.get("restricted")?,
        created_at: row.get("created_at")?,
        erased_at: row.get("erased_at")?,
        version: row.get("version")?,
    })
}

pub(crate) async fn find(conn: &mut Conn, id: CustomerId) -> Result<Option<CustomerRow>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT id, kind, name_sealed, language, key_id, restricted, created_at, erased_at, version
                 FROM customers WHERE organisation_id = $1 AND id = $2"
            ),
            args![organisation, id],
        )
        .await?;
    row.as_ref().map(customer).transpose()
}

/// One customer; its absence is told to the caller.
pub(crate) async fn get(conn: &mut Conn, id: CustomerId) -> Result<CustomerRow> {
    find(conn, id).await?.ok_or_else(|| Error::not_found("customer"))
}

pub(crate) async fn insert(
    tx: &mut Tx,
    id: CustomerId,
    kind: CustomerKind,
    name_sealed: Option<Vec<u8>>,
    language: &Language,
    key: KeyId,
) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "INSERT INTO customers (organisation_id, id, kind, name_sealed, language, key_id, restricted, created_at,
                                    version)
             VALUES ($1, $2, $3, $4, $5, $6, FALSE, $7, 1)"
        ),
        args![organisation, id, kind, name_sealed, language, key, now],
    )
    .await?;
    Ok(())
}

/// Stores a changed customer, if it is still at this version and was not erased.
pub(crate) async fn update(tx: &mut Tx, changed: &CustomerRow) -> Result<bool> {
    let organisation = tx.organisation();
    let updated = tx
        .execute(
            sql!(
                "UPDATE customers SET kind = $4, name_sealed = $5, language = $6, restricted = $7, version = version + 1
                 WHERE organisation_id = $1 AND id = $2 AND version = $3 AND erased_at IS NULL"
            ),
            args![
                organisation,
                changed.id,
                changed.version,
                changed.kind,
                changed.name_sealed.clone(),
                &changed.language,
                changed.restricted
            ],
        )
        .await?;
    Ok(updated == 1)
}

/// Keeps a customer from being erased until this transaction ends; false if they were.
pub(crate) async fn hold(tx: &mut Tx, id: CustomerId) -> Result<bool> {
    let organisation = tx.organisation();
    let held = tx
        .execute(
            sql!(
                "UPDATE customers SET version = version
                 WHERE organisation_id = $1 AND id = $2 AND erased_at IS NULL"
            ),
            args![organisation, id],
        )
        .await?;
    Ok(held == 1)
}

/// Marks a customer erased. What sealed columns still hold can no longer be opened, and goes as well.
pub(crate) async fn mark_erased(tx: &mut Tx, id: CustomerId) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "UPDATE customers SET name_sealed = NULL, erased_at = COALESCE(erased_at, $3), version = version + 1
             WHERE organisation_id = $1 AND id = $2"
        ),
        args![organisation, id, now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn handles(conn: &mut Conn, customer: CustomerId) -> Result<Vec<SealedHandle>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, kind, value_sealed, value_blind FROM customer_handles
             WHERE organisation_id = $1 AND customer_id = $2 ORDER BY id"
        ),
        args![organisation, customer],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(SealedHandle {
            id: row.get("id")?,
            kind: row.parse("kind")?,
            sealed: row.get("value_sealed")?,
            blind: row.get("value_blind")?,
        })
    })
    .collect()
}

pub(crate) async fn insert_handle(tx: &mut Tx, customer: CustomerId, handle: &SealedHandle) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO customer_handles (organisation_id, id, customer_id, kind, value_sealed, value_blind)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![organisation, handle.id, customer, handle.kind, &handle.sealed, &handle.blind],
    )
    .await?;
    Ok(())
}

pub(crate) async fn delete_handles(tx: &mut Tx, customer: CustomerId) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("DELETE FROM customer_handles WHERE organisation_id = $1 AND customer_id = $2"),
        args![organisation, customer],
    )
    .await?;
    Ok(())
}

pub(crate) async fn insert_word(tx: &mut Tx, customer: CustomerId, word_blind: &str) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("INSERT INTO customer_words (organisation_id, word_blind, customer_id) VALUES ($1, $2, $3)"),
        args![organisation, word_blind, customer],
    )
    .await?;
    Ok(())
}

pub(crate) async fn delete_words(tx: &mut Tx, customer: CustomerId) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("DELETE FROM customer_words WHERE organisation_id = $1 AND customer_id = $2"),
        args![organisation, customer],
    )
    .await?;
    Ok(())
}

/// Who has this handle.
pub(crate) async fn by_handle(conn: &mut Conn, value_blind: &str, limit: u32) -> Result<Vec<CustomerId>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT DISTINCT customer_id FROM customer_handles WHERE organisation_id = $1 AND value_blind = $2
             ORDER BY customer_id DESC LIMIT $3"
        ),
        args![organisation, value_blind, limit],
    )
    .await?
    .iter()
    .map(|row| row.get("customer_id"))
    .collect()
}

/// Whose name holds all of these words, newest first. At most four words count.
pub(crate) async fn by_words(conn: &mut Conn, words: &[String], limit: u32) -> Result<Vec<CustomerId>> {
    let Some(first) = words.first() else { return Ok(Vec::new()) };
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT w.customer_id FROM customer_words w WHERE w.organisation_id = $1 AND w.word_blind = $2
               AND (CAST($3 AS TEXT) IS NULL OR EXISTS (
                    SELECT 1 FROM customer_words a WHERE a.organisation_id = $1 AND a.word_blind = $3
                    AND a.customer_id = w.customer_id))
               AND (CAST($4 AS TEXT) IS NULL OR EXISTS (
                    SELECT 1 FROM customer_words b WHERE b.organisation_id = $1 AND b.word_blind = $4
                    AND b.customer_id = w.customer_id))
               AND (CAST($5 AS TEXT) IS NULL OR EXISTS (
                    SELECT 1 FROM customer_words d WHERE d.organisation_id = $1 AND d.word_blind = $5
                    AND d.customer_id = w.customer_id))
             ORDER BY w.customer_id DESC LIMIT $6"
        ),
        args![organisation, first, words.get(1), words.get(2), words.get(3), limit],
    )
    .await?
    .iter()
    .map(|row| row.get("customer_id"))
    .collect()
}

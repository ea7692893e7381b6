//! Files of a contact.

use crate::model::Author;
use base::{AttachmentId, BlobId, ContactId, Result, Timestamp};
use db::{Conn, Row, Tx, args, sql};

/// A file, its name sealed.
#[derive(Clone, Debug)]
pub(crate) struct AttachmentRow {
    pub(crate) id: AttachmentId,
    pub(crate) contact: ContactId,
    pub(crate) seq: Option<i64>,
    pub(crate) author: Author,
    pub(crate) at: Timestamp,
    pub(crate) blob: BlobId,
    pub(crate) name_sealed: Vec<u8>,
    pub(crate) media_type: String,
    pub(crate) size: i64,
    pub(crate) scanned: bool,
}

fn attachment(row: &Row) -> Result<AttachmentRow> {
    Ok(AttachmentRow {
        id: row.get("id")?,
        contact: row.get("contact_id")?,
        seq: row.get("seq")?,
        author: row.get("author")?,
        at: row.get("at")?,
        blob: row.get("blob_id")?,
        name_sealed: row.get("name_sealed")?,
        media_type: row.get("media_type")?,
        size: row.get("size")?,
        scanned: row.get("scanned")?,
    })
}

pub(crate) async fn insert(tx: &mut Tx, new: &AttachmentRow) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO attachments (organisation_id, id, contact_id, author, at, blob_id, name_sealed, media_type,
                                      size, scanned)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            organisation,
            new.id,
            new.contact,
            new.author,
            new.at,
            new.blob,
            &new.name_sealed,
            &new.media_type,
            new.size,
            new.scanned
        ],
    )
    .await?;
    Ok(())
}

/// Gives an uploaded file its place in the timeline; only its uploader can, and only once.
pub(crate) async fn place(
    tx: &mut Tx,
    id: AttachmentId,
    contact: ContactId,
    author: Author,
    seq: i64,
) -> Result<Option<BlobId>> {
    let organisation = tx.organisation();
    let row = tx
        .optional(
            sql!(
                "UPDATE attachments SET seq = $5
                 WHERE organisation_id = $1 AND id = $2 AND contact_id = $3 AND author = $4 AND seq IS NULL
                 RETURNING blob_id"
            ),
            args![organisation, id, contact, author, seq],
        )
        .await?;
    row.map(|row| row.get("blob_id")).transpose()
}

/// Files that were uploaded before a moment and never sent, at most so many.
pub(crate) async fn unsent(conn: &mut Conn, before: Timestamp, limit: u32) -> Result<Vec<AttachmentId>> {
    let organisation = conn.organisation();
    conn.all(
        sql!("SELECT id FROM attachments WHERE organisation_id = $1 AND seq IS NULL AND at < $2 LIMIT $3"),
        args![organisation, before, limit],
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

/// Removes a file that was never sent; `None` if it was, in the meantime.
pub(crate) async fn delete_unsent(tx: &mut Tx, id: AttachmentId) -> Result<Option<BlobId>> {
    let organisation = tx.organisation();
    let row = tx
        .optional(
            sql!(
                "DELETE FROM attachments WHERE organisation_id = $1 AND id = $2 AND seq IS NULL RETURNING blob_id"
            ),
            args![organisation, id],
        )
        .await?;
    row.map(|row| row.get("blob_id")).transpose()
}

pub(crate) async fn find(conn: &mut Conn, id: AttachmentId) -> Result<Option<AttachmentRow>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT id, contact_id, seq, author, at, blob_id, name_sealed, media_type, size, scanned
                 FROM attachments WHERE organisation_id = $1 AND id = $2"
            ),
            args![organisation, id],
        )
        .await?;
    row.as_ref().map(attachment).transpose()
}

/// The files of the entries between two places of a timeline.
pub(crate) async fn between(
    conn: &mut Conn,
    contact: ContactId,
    first: i64,
    last: i64,
) -> Result<Vec<AttachmentRow>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, contact_id, seq, author, at, blob_id, name_sealed, media_type, size, scanned
             FROM attachments
             WHERE organisation_id = $1 AND contact_id = $2 AND seq >= $3 AND seq <= $4 ORDER BY seq, id"
        ),
        args![organisation, contact, first, last],
    )
    .await?
    .iter()
    .map(attachment)
    .collect()
}

/// All files of a contact, sent or not.
pub(crate) async fn of_contact(conn: &mut Conn, contact: ContactId) -> Result<Vec<AttachmentRow>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, contact_id, seq, author, at, blob_id, name_sealed, media_type, size, scanned
             FROM attachments WHERE organisation_id = $1 AND contact_id = $2 ORDER BY at, id"
        ),
        args![organisation, contact],
    )
    .await?
    .iter()
    .map(attachment)
    .collect()
}

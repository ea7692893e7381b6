//! The statements on outgoing mails.

use crate::actions::Why;
use crate::{Mail, NewMail, State};
use base::{ContactId, MailId, Result, Timestamp};
use db::{Conn, Row, Tx, args, sql};

/// A mail as its delivery needs it.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) id: MailId,
    pub(crate) contact: Option<ContactId>,
    pub(crate) state: State,
    pub(crate) repeats: u32,
    pub(crate) recipient: Vec<u8>,
    pub(crate) subject: Option<Vec<u8>>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) queued_at: Timestamp,
}

pub(crate) async fn insert(tx: &mut Tx, mail: NewMail) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "INSERT INTO outgoing_mails (organisation_id, id, contact_id, state, recipient_sealed, subject_sealed,
                 body_sealed, repeats, queued_at, changed_at)
             VALUES ($1, $2, $3, 'queued', $4, $5, $6, 0, $7, $7)"
        ),
        args![organisation, mail.id, mail.contact, mail.recipient, mail.subject, mail.body, now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn find(conn: &mut Conn, mail: MailId) -> Result<Option<Outgoing>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT id, contact_id, state, repeats, recipient_sealed, subject_sealed, body_sealed, queued_at
                 FROM outgoing_mails WHERE organisation_id = $1 AND id = $2"
            ),
            args![organisation, mail],
        )
        .await?;
    row.map(|row| {
        Ok(Outgoing {
            id: row.get("id")?,
            contact: row.get("contact_id")?,
            state: row.parse("state")?,
            repeats: row.get("repeats")?,
            recipient: row.get("recipient_sealed")?,
            subject: row.get("subject_sealed")?,
            body: row.get("body_sealed")?,
            queued_at: row.get("queued_at")?,
        })
    })
    .transpose()
}

/// One mail, without its content.
pub async fn mail(conn: &mut Conn, mail: MailId) -> Result<Option<Mail>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT id, contact_id, state, error, reply_code, queued_at, changed_at
                 FROM outgoing_mails WHERE organisation_id = $1 AND id = $2"
            ),
            args![organisation, mail],
        )
        .await?;
    row.as_ref().map(mail_row).transpose()
}

/// The mails that belong to a contact, oldest first, without their content.
pub async fn mails_of(conn: &mut Conn, contact: ContactId) -> Result<Vec<Mail>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, contact_id, state, error, reply_code, queued_at, changed_at
             FROM outgoing_mails WHERE organisation_id = $1 AND contact_id = $2 ORDER BY id"
        ),
        args![organisation, contact],
    )
    .await?
    .iter()
    .map(mail_row)
    .collect()
}

fn mail_row(row: &Row) -> Result<Mail> {
    Ok(Mail {
        id: row.get("id")?,
        contact: row.get("contact_id")?,
        state: row.parse("state")?,
        error: row.get("error")?,
        reply_code: row.get("reply_code")?,
        queued_at: row.get("queued_at")?,
        changed_at: row.get("changed_at")?,
    })
}

pub(crate) async fn set_sending(tx: &mut Tx, mail: MailId, from: State, repeats: u32) -> Result<bool> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let changed = tx
        .execute(
            sql!(
                "UPDATE outgoing_mails SET state = 'sending', repeats = $4, changed_at = $5
                 WHERE organisation_id = $1 AND id = $2 AND state = $3"
            ),
            args![organisation, mail, from.word(), repeats, now],
        )
        .await?;
    Ok(changed == 1)
}

/// What has been sent needs not be known here any more.
pub(crate) async fn set_sent(tx: &mut Tx, mail: MailId) -> Result<bool> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let changed = tx
        .execute(
            sql!(
                "UPDATE outgoing_mails SET state = 'sent', subject_sealed = NULL, body_sealed = NULL, error = NULL,
                     reply_code = NULL, changed_at = $3
                 WHERE organisation_id = $1 AND id = $2 AND state = 'sending'"
            ),
            args![organisation, mail, now],
        )
        .await?;
    Ok(changed == 1)
}

pub(crate) async fn postpone(tx: &mut Tx, mail: MailId, to: State, why: &Why) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "UPDATE outgoing_mails SET state = $3, error = $4, reply_code = $5, changed_at = $6
             WHERE organisation_id = $1 AND id = $2 AND state IN ('queued', 'sending')"
        ),
        args![organisation, mail, to.word(), why.error, why.reply_code, now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn set_failed(tx: &mut Tx, mail: MailId, why: &Why) -> Result<bool> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let changed = tx
        .execute(
            sql!(
                "UPDATE outgoing_mails SET state = 'failed', error = $3, reply_code = $4, changed_at = $5
                 WHERE organisation_id = $1 AND id = $2 AND state IN ('queued', 'sending')"
            ),
            args![organisation, mail, why.error, why.reply_code, now],
        )
        .await?;
    Ok(changed == 1)
}

pub(crate) async fn revive(tx: &mut Tx, mail: MailId) -> Result<bool> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let changed = tx
        .execute(
            sql!(
                "UPDATE outgoing_mails SET state = 'queued', repeats = 0, error = NULL, reply_code = NULL, changed_at = $3
                 WHERE organisation_id = $1 AND id = $2 AND state = 'failed'"
            ),
            args![organisation, mail, now],
        )
        .await?;
    Ok(changed == 1)
}

/// Removes what has been sent or given up before a moment.
pub(crate) async fn delete_old(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "DELETE FROM outgoing_mails
             WHERE organisation_id = $1 AND state IN ('sent', 'failed') AND changed_at < $2"
        ),
        args![organisation, before],
    )
    .await
}

/// Mails that have not moved since a moment, whose job must have been lost.
pub(crate) async fn stuck(conn: &mut Conn, before: Timestamp) -> Result<Vec<MailId>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id FROM outgoing_mails
             WHERE organisation_id = $1 AND state IN ('queued', 'sending') AND changed_at < $2 LIMIT 1000"
        ),
        args![organisation, before],
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

/// The mails of a contact.
pub(crate) async fn ids_of(conn: &mut Conn, contact: ContactId) -> Result<Vec<MailId>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!("SELECT id FROM outgoing_mails WHERE organisation_id = $1 AND contact_id = $2 ORDER BY id"),
            args![organisation, contact],
        )
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

pub(crate) async fn delete_of(tx: &mut Tx, contact: ContactId) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("DELETE FROM outgoing_mails WHERE organisation_id = $1 AND contact_id = $2"),
        args![organisation, contact],
    )
    .await?;
    Ok(())
}

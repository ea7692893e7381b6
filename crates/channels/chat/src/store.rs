//! All SQL of this room.

use crate::model::Widget;
use base::{ContactId, ConversationId, Error, Language, OrganisationId, Result, Timestamp, WidgetId};
use db::{Conn, Global, Row, Tx, args, sql};

fn widget(row: &Row) -> Result<Widget> {
    let settings: String = row.get("settings")?;
    Ok(Widget {
        id: row.get("id")?,
        key: row.get("key")?,
        name: row.get("name")?,
        active: row.get("active")?,
        settings: serde_json::from_str(&settings).map_err(Error::internal)?,
    })
}

pub(crate) async fn insert_widget(tx: &mut Tx, new: &Widget) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let settings = serde_json::to_string(&new.settings).map_err(Error::internal)?;
    tx.execute(
        sql!(
            "INSERT INTO chat_widgets (organisation_id, id, key, name, settings, active, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![organisation, new.id, &new.key, &new.name, settings, new.active, now],
    )
    .await?;
    tx.execute(
        sql!("INSERT INTO chat_widget_keys (key, organisation_id, widget_id) VALUES ($1, $2, $3)"),
        args![&new.key, organisation, new.id],
    )
    .await?;
    Ok(())
}

pub(crate) async fn update_widget(tx: &mut Tx, changed: &Widget) -> Result<bool> {
    let organisation = tx.organisation();
    let settings = serde_json::to_string(&changed.settings).map_err(Error::internal)?;
    let touched = tx
        .execute(
            sql!(
                "UPDATE chat_widgets SET name = $3, settings = $4, active = $5
                 WHERE organisation_id = $1 AND id = $2"
            ),
            args![organisation, changed.id, &changed.name, settings, changed.active],
        )
        .await?;
    Ok(touched == 1)
}

pub(crate) async fn find_widget(conn: &mut Conn, id: WidgetId) -> Result<Option<Widget>> {
    let organisation = conn.organisation();
    conn.optional(
        sql!(
            "SELECT id, key, name, settings, active FROM chat_widgets WHERE organisation_id = $1 AND id = $2"
        ),
        args![organisation, id],
    )
    .await?
    .as_ref()
    .map(widget)
    .transpose()
}

/// All widgets, oldest first.
pub(crate) async fn widgets(conn: &mut Conn) -> Result<Vec<Widget>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, key, name, settings, active FROM chat_widgets WHERE organisation_id = $1 ORDER BY id"
        ),
        args![organisation],
    )
    .await?
    .iter()
    .map(widget)
    .collect()
}

/// Whose widget a public key is.
pub(crate) async fn owner_of_key(
    conn: &mut Conn<Global>,
    key: &str,
) -> Result<Option<(OrganisationId, WidgetId)>> {
    conn.optional(
        sql!(global "SELECT organisation_id, widget_id FROM chat_widget_keys WHERE key = $1"),
        args![key],
    )
    .await?
    .map(|row| Ok((row.get("organisation_id")?, row.get("widget_id")?)))
    .transpose()
}

/// Whose conversation a token opens.
pub(crate) async fn owner_of_token(
    conn: &mut Conn<Global>,
    hash: &[u8],
) -> Result<Option<(OrganisationId, ConversationId)>> {
    conn.optional(
        sql!(global "SELECT organisation_id, conversation_id FROM chat_tokens WHERE hash = $1"),
        args![hash],
    )
    .await?
    .map(|row| Ok((row.get("organisation_id")?, row.get("conversation_id")?)))
    .transpose()
}

pub(crate) async fn insert_token(tx: &mut Tx, hash: &[u8], conversation: ConversationId) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("INSERT INTO chat_tokens (hash, organisation_id, conversation_id) VALUES ($1, $2, $3)"),
        args![hash, organisation, conversation],
    )
    .await?;
    Ok(())
}

/// Tokens of conversations whose visitor was not there since a moment, at most so many.
pub(crate) async fn stale_tokens(conn: &mut Conn, before: Timestamp, limit: u32) -> Result<Vec<Vec<u8>>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT t.hash AS hash FROM chat_tokens t
             JOIN chat_conversations c ON c.organisation_id = t.organisation_id AND c.id = t.conversation_id
             WHERE t.organisation_id = $1 AND c.seen_at < $2 LIMIT $3"
        ),
        args![organisation, before, limit],
    )
    .await?
    .iter()
    .map(|row| row.get("hash"))
    .collect()
}

/// Removes a token, unless its visitor came back since that moment.
pub(crate) async fn delete_stale_token(tx: &mut Tx, hash: &[u8], before: Timestamp) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "DELETE FROM chat_tokens WHERE organisation_id = $1 AND hash = $2 AND EXISTS (
                 SELECT 1 FROM chat_conversations c
                 WHERE c.organisation_id = $1 AND c.id = chat_tokens.conversation_id AND c.seen_at < $3)"
        ),
        args![organisation, hash, before],
    )
    .await?;
    Ok(())
}

/// A conversation as stored. How it is now, its contact knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConversationRow {
    pub(crate) id: ConversationId,
    pub(crate) widget: WidgetId,
    pub(crate) language: Language,
    /// The contact that it is now, the how manieth that is, and how many entries the visitor saw before it.
    pub(crate) contact: ContactId,
    pub(crate) ordinal: i64,
    pub(crate) entries_before: i64,
    pub(crate) started_at: Timestamp,
    /// When the visitor was last at the other end of a line; kept up while they wait.
    pub(crate) seen_at: Timestamp,
    /// When they last typed or said that they are there.
    pub(crate) heard_at: Timestamp,
    /// When they were asked whether they are still there.
    pub(crate) asked_at: Option<Timestamp>,
}

impl ConversationRow {
    /// The talk that it is now.
    pub(crate) fn talk(&self) -> TalkRow {
        TalkRow { ordinal: self.ordinal, contact: self.contact, entries_before: self.entries_before }
    }
}

fn conversation(row: &Row) -> Result<ConversationRow> {
    Ok(ConversationRow {
        id: row.get("id")?,
        widget: row.get("widget_id")?,
        language: row.get("language")?,
        contact: row.get("contact_id")?,
        ordinal: row.get("ordinal")?,
        entries_before: row.get("entries_before")?,
        started_at: row.get("started_at")?,
        seen_at: row.get("seen_at")?,
        heard_at: row.get("heard_at")?,
        asked_at: row.get("asked_at")?,
    })
}

/// Stores a conversation with its first talk. `begun_with` is the digest of the browser's own reference.
pub(crate) async fn insert_conversation(tx: &mut Tx, new: &ConversationRow, begun_with: &str) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO chat_conversations (organisation_id, id, widget_id, begun_with, language, contact_id, ordinal,
                                             entries_before, started_at, seen_at, heard_at, asked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        args![
            organisation,
            new.id,
            new.widget,
            begun_with,
            &new.language,
            new.contact,
            new.ordinal,
            new.entries_before,
            new.started_at,
            new.seen_at,
            new.heard_at,
            new.asked_at
        ],
    )
    .await?;
    insert_talk(tx, new.id, new.ordinal, new.contact, begun_with, new.entries_before).await
}

pub(crate) async fn insert_talk(
    tx: &mut Tx,
    conversation: ConversationId,
    ordinal: i64,
    contact: ContactId,
    begun_with: &str,
    entries_before: i64,
) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO chat_talks (organisation_id, conversation_id, ordinal, contact_id, begun_with, entries_before)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![organisation, conversation, ordinal, contact, begun_with, entries_before],
    )
    .await?;
    Ok(())
}

pub(crate) async fn find_conversation(
    conn: &mut Conn,
    id: ConversationId,
) -> Result<Option<ConversationRow>> {
    let organisation = conn.organisation();
    conn.optional(
        sql!(
            "SELECT id, widget_id, language, contact_id, ordinal, entries_before, started_at, seen_at, heard_at,
                    asked_at
             FROM chat_conversations WHERE organisation_id = $1 AND id = $2"
        ),
        args![organisation, id],
    )
    .await?
    .as_ref()
    .map(conversation)
    .transpose()
}

/// The conversation that a contact is the present one of.
pub(crate) async fn conversation_of_contact(
    conn: &mut Conn,
    contact: ContactId,
) -> Result<Option<ConversationRow>> {
    let organisation = conn.organisation();
    conn.optional(
        sql!(
            "SELECT id, widget_id, language, contact_id, ordinal, entries_before, started_at, seen_at, heard_at,
                    asked_at
             FROM chat_conversations WHERE organisation_id = $1 AND contact_id = $2"
        ),
        args![organisation, contact],
    )
    .await?
    .as_ref()
    .map(conversation)
    .transpose()
}

/// The conversation that was begun with this reference on this widget.
pub(crate) async fn conversation_begun_with(
    conn: &mut Conn,
    widget: WidgetId,
    begun_with: &str,
) -> Result<Option<ConversationRow>> {
    let organisation = conn.organisation();
    conn.optional(
        sql!(
            "SELECT id, widget_id, language, contact_id, ordinal, entries_before, started_at, seen_at, heard_at,
                    asked_at
             FROM chat_conversations WHERE organisation_id = $1 AND widget_id = $2 AND begun_with = $3"
        ),
        args![organisation, widget, begun_with],
    )
    .await?
    .as_ref()
    .map(conversation)
    .transpose()
}

/// One contact of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TalkRow {
    pub(crate) ordinal: i64,
    pub(crate) contact: ContactId,
    pub(crate) entries_before: i64,
}

fn talk(row: &Row) -> Result<TalkRow> {
    Ok(TalkRow {
        ordinal: row.get("ordinal")?,
        contact: row.get("contact_id")?,
        entries_before: row.get("entries_before")?,
    })
}

/// The contacts of a conversation, oldest first.
pub(crate) async fn talks(conn: &mut Conn, id: ConversationId) -> Result<Vec<TalkRow>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT ordinal, contact_id, entries_before FROM chat_talks
             WHERE organisation_id = $1 AND conversation_id = $2 ORDER BY ordinal"
        ),
        args![organisation, id],
    )
    .await?
    .iter()
    .map(talk)
    .collect()
}

/// The talk of a conversation that was begun with this reference.
pub(crate) async fn talk_begun_with(
    conn: &mut Conn,
    id: ConversationId,
    begun_with: &str,
) -> Result<Option<TalkRow>> {
    let organisation = conn.organisation();
    conn.optional(
        sql!(
            "SELECT ordinal, contact_id, entries_before FROM chat_talks
             WHERE organisation_id = $1 AND conversation_id = $2 AND begun_with = $3"
        ),
        args![organisation, id, begun_with],
    )
    .await?
    .as_ref()
    .map(talk)
    .transpose()
}

/// The conversation goes on with another contact, unless somebody was first.
pub(crate) async fn continue_conversation(
    tx: &mut Tx,
    before: &ConversationRow,
    contact: ContactId,
    entries_before: i64,
) -> Result<bool> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let touched = tx
        .execute(
            sql!(
                "UPDATE chat_conversations SET contact_id = $4, ordinal = $3 + 1, entries_before = $5, seen_at = $6,
                        heard_at = $6, asked_at = NULL
                 WHERE organisation_id = $1 AND id = $2 AND ordinal = $3"
            ),
            args![organisation, before.id, before.ordinal, contact, entries_before, now],
        )
        .await?;
    Ok(touched == 1)
}

/// The visitor is (or was until now) at the other end of a line.
pub(crate) async fn mark_seen(tx: &mut Tx, id: ConversationId) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!("UPDATE chat_conversations SET seen_at = $3 WHERE organisation_id = $1 AND id = $2 AND seen_at < $3"),
        args![organisation, id, now],
    )
    .await?;
    Ok(())
}

/// The visitor gave a sign of life; an open question is answered by it. True: there was one.
pub(crate) async fn mark_heard(tx: &mut Tx, id: ConversationId) -> Result<bool> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let answered = tx
        .execute(
            sql!(
                "UPDATE chat_conversations SET heard_at = $3, asked_at = NULL
                 WHERE organisation_id = $1 AND id = $2 AND asked_at IS NOT NULL"
            ),
            args![organisation, id, now],
        )
        .await?;
    if answered == 0 {
        tx.execute(
            sql!("UPDATE chat_conversations SET heard_at = $3 WHERE organisation_id = $1 AND id = $2"),
            args![organisation, id, now],
        )
        .await?;
    }
    Ok(answered == 1)
}

/// The visitor is asked, unless they gave a sign of life or were asked in the meantime.
pub(crate) async fn mark_asked(tx: &mut Tx, looked_at: &ConversationRow) -> Result<bool> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let touched = tx
        .execute(
            sql!(
                "UPDATE chat_conversations SET asked_at = $5
                 WHERE organisation_id = $1 AND id = $2 AND contact_id = $3 AND heard_at = $4 AND asked_at IS NULL"
            ),
            args![organisation, looked_at.id, looked_at.contact, looked_at.heard_at, now],
        )
        .await?;
    Ok(touched == 1)
}

/// Whether nothing changed since this was read, and (as this is a write) nothing will until the commit.
pub(crate) async fn still_as(tx: &mut Tx, looked_at: &ConversationRow) -> Result<bool> {
    let organisation = tx.organisation();
    let touched = tx
        .execute(
            sql!(
                "UPDATE chat_conversations SET ordinal = ordinal
                 WHERE organisation_id = $1 AND id = $2 AND contact_id = $3 AND heard_at = $4 AND seen_at = $5
                   AND COALESCE(asked_at, 0) = $6"
            ),
            args![
                organisation,
                looked_at.id,
                looked_at.contact,
                looked_at.heard_at,
                looked_at.seen_at,
                looked_at.asked_at.unwrap_or_default()
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Takes an answered question back.
pub(crate) async fn clear_asked(tx: &mut Tx, looked_at: &ConversationRow) -> Result<bool> {
    let organisation = tx.organisation();
    let touched = tx
        .execute(
            sql!(
                "UPDATE chat_conversations SET asked_at = NULL
                 WHERE organisation_id = $1 AND id = $2 AND contact_id = $3 AND asked_at IS NOT NULL"
            ),
            args![organisation, looked_at.id, looked_at.contact],
        )
        .await?;
    Ok(touched == 1)
}

//! The timeline.

use super::Place;
use crate::model::{Author, Channel, EntryKind, EventCode, Visibility};
use base::{ContactId, CustomerId, EntryId, Error, MembershipId, Result, Subject, Timestamp};
use db::{Conn, Row, Tx, args, sql};
use std::collections::BTreeMap;

/// An entry, sealed.
#[derive(Clone, Debug)]
pub(crate) struct EntryRow {
    pub(crate) id: EntryId,
    pub(crate) contact: ContactId,
    pub(crate) seq: i64,
    pub(crate) at: Timestamp,
    pub(crate) kind: EntryKind,
    pub(crate) author: Author,
    pub(crate) visibility: Visibility,
    pub(crate) client_ref: Option<String>,
    pub(crate) text_sealed: Option<Vec<u8>>,
    pub(crate) event: Option<(EventCode, BTreeMap<String, String>)>,
    /// How many files it has.
    pub(crate) attachments: i64,
}

/// An entry of a customer's timeline with the contact it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct TimelineRow {
    pub(crate) entry: EntryRow,
    pub(crate) channel: Channel,
    pub(crate) topic: String,
    pub(crate) started_at: Timestamp,
}

fn entry(row: &Row) -> Result<EntryRow> {
    let params: Option<String> = row.get("event_params")?;
    let code: Option<EventCode> = row.parse_optional("event_code")?;
    Ok(EntryRow {
        id: row.get("id")?,
        contact: row.get("contact_id")?,
        seq: row.get("seq")?,
        at: row.get("at")?,
        kind: row.parse("kind")?,
        author: row.get("author")?,
        visibility: row.parse("visibility")?,
        client_ref: row.get("client_ref")?,
        text_sealed: row.get("text_sealed")?,
        event: match code {
            None => None,
            Some(code) => Some((
                code,
                params
                    .map_or(Ok(BTreeMap::new()), |text| serde_json::from_str(&text))
                    .map_err(Error::internal)?,
            )),
        },
        attachments: row.get("attachments")?,
    })
}

/// The entries after a place in the timeline, oldest first.
pub(crate) async fn after(
    conn: &mut Conn,
    contact: ContactId,
    seq: i64,
    limit: u32,
) -> Result<Vec<EntryRow>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, contact_id, seq, at, kind, author, visibility, client_ref, text_sealed, event_code,
                    event_params, attachments
             FROM entries WHERE organisation_id = $1 AND contact_id = $2 AND seq > $3 ORDER BY seq LIMIT $4"
        ),
        args![organisation, contact, seq, limit],
    )
    .await?
    .iter()
    .map(entry)
    .collect()
}

/// The same, of what the customer may see.
pub(crate) async fn public_after(
    conn: &mut Conn,
    contact: ContactId,
    seq: i64,
    limit: u32,
) -> Result<Vec<EntryRow>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, contact_id, seq, at, kind, author, visibility, client_ref, text_sealed, event_code,
                    event_params, attachments
             FROM entries
             WHERE organisation_id = $1 AND contact_id = $2 AND seq > $3 AND visibility = 'public'
             ORDER BY seq LIMIT $4"
        ),
        args![organisation, contact, seq, limit],
    )
    .await?
    .iter()
    .map(entry)
    .collect()
}

/// An entry, with whose data it is and whether that person restricted its use.
pub(crate) struct OwnedEntry {
    pub(crate) entry: EntryRow,
    pub(crate) subject: Subject,
    pub(crate) restricted: bool,
}

/// One entry.
pub(crate) async fn find(conn: &mut Conn, contact: ContactId, seq: i64) -> Result<Option<OwnedEntry>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT e.id, e.contact_id, e.seq, e.at, e.kind, e.author, e.visibility, e.client_ref, e.text_sealed,
                        e.event_code, e.event_params, e.attachments, c.customer_id, u.restricted
                 FROM entries e
                 JOIN contacts c ON c.organisation_id = $1 AND c.id = e.contact_id
                 LEFT JOIN customers u ON u.organisation_id = $1 AND u.id = c.customer_id
                 WHERE e.organisation_id = $1 AND e.contact_id = $2 AND e.seq = $3"
            ),
            args![organisation, contact, seq],
        )
        .await?;
    row.as_ref().map(|row| owned(row, contact)).transpose()
}

fn owned(row: &Row, contact: ContactId) -> Result<OwnedEntry> {
    let customer: Option<CustomerId> = row.get("customer_id")?;
    let restricted: Option<bool> = row.get("restricted")?;
    Ok(OwnedEntry {
        entry: entry(row)?,
        subject: customer.map_or(Subject::Contact(contact), Subject::Customer),
        restricted: restricted.unwrap_or(false),
    })
}

/// What an author sent before under this reference.
pub(crate) async fn find_by_ref(
    conn: &mut Conn,
    contact: ContactId,
    author: Author,
    client_ref: &str,
) -> Result<Option<(EntryId, i64, Timestamp)>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT id, seq, at FROM entries
                 WHERE organisation_id = $1 AND contact_id = $2 AND author = $3 AND client_ref = $4"
            ),
            args![organisation, contact, author, client_ref],
        )
        .await?;
    row.map(|row| Ok((row.get("id")?, row.get("seq")?, row.get("at")?))).transpose()
}

/// A customer's timeline from a place on: contacts newest first, and in each contact entries newest first.
pub(crate) async fn of_customer(
    conn: &mut Conn,
    customer: CustomerId,
    place: &Place,
    seq: i64,
    limit: u32,
) -> Result<Vec<TimelineRow>> {
    let wanted = usize::try_from(limit).map_err(Error::internal)?;
    let (mut place, mut seq) = (place.clone(), seq);
    let mut found = Vec::new();
    loop {
        let contacts = contacts_from(conn, customer, &place, limit).await?;
        for contact in &contacts {
            // In the contact where the last page ended only what is older; of the others everything.
            let before = if contact.get::<String>("id")? == place.id { seq } else { i64::MAX };
            let left = u32::try_from(wanted - found.len()).map_err(Error::internal)?;
            for entry in entries_before(conn, contact.get("id")?, before, left).await? {
                found.push(TimelineRow {
                    entry,
                    channel: contact.parse("channel")?,
                    topic: contact.get("topic")?,
                    started_at: contact.get("started_at")?,
                });
            }
            if found.len() == wanted {
                return Ok(found);
            }
        }
        match contacts.last() {
            // The next ones begin with this one, of which everything was read.
            Some(last) if contacts.len() == wanted && wanted > 1 => {
                place = Place { at: last.get("started_at")?, id: last.get("id")? };
                seq = 0;
            }
            _ => return Ok(found),
        }
    }
}

async fn contacts_from(conn: &mut Conn, customer: CustomerId, place: &Place, limit: u32) -> Result<Vec<Row>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, channel, topic, started_at FROM contacts
             WHERE organisation_id = $1 AND customer_id = $2 AND (started_at, id) <= ($3, $4)
             ORDER BY started_at DESC, id DESC LIMIT $5"
        ),
        args![organisation, customer, place.at, &place.id, limit],
    )
    .await
}

async fn entries_before(conn: &mut Conn, contact: ContactId, seq: i64, limit: u32) -> Result<Vec<EntryRow>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, contact_id, seq, at, kind, author, visibility, client_ref, text_sealed, event_code,
                    event_params, attachments
             FROM entries WHERE organisation_id = $1 AND contact_id = $2 AND seq < $3
             ORDER BY seq DESC LIMIT $4"
        ),
        args![organisation, contact, seq, limit],
    )
    .await?
    .iter()
    .map(entry)
    .collect()
}

/// What an append stores.
pub(crate) struct EntryInsert<'a> {
    pub(crate) id: EntryId,
    pub(crate) contact: ContactId,
    pub(crate) seq: i64,
    pub(crate) at: Timestamp,
    pub(crate) kind: EntryKind,
    pub(crate) author: Author,
    pub(crate) visibility: Visibility,
    pub(crate) client_ref: Option<&'a str>,
    pub(crate) text_sealed: Option<Vec<u8>>,
    pub(crate) event: Option<(EventCode, String)>,
    pub(crate) attachments: i64,
}

/// Who has the contact, and the place that was taken in its timeline.
pub(crate) struct Taken {
    pub(crate) seq: i64,
    pub(crate) agent: Option<MembershipId>,
}

fn taken(row: &Row) -> Result<Taken> {
    Ok(Taken { seq: row.get("last_seq")?, agent: row.get("agent_id")? })
}

/// Takes the next place for a message, if the talk still goes on, its author (if an agent) has the contact, and it
/// was not sent before. Who had read everything so far has also read what they write.
pub(crate) async fn take_for_message(
    tx: &mut Tx,
    contact: ContactId,
    author: Author,
    client_ref: Option<&str>,
    preview_sealed: Option<Vec<u8>>,
) -> Result<Option<Taken>> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.optional(
        sql!(
            "UPDATE contacts SET last_seq = last_seq + 1, preview_seq = last_seq + 1, preview_at = $5,
                    preview_author = $3, preview_sealed = $6,
                    read_by_customer = CASE WHEN $3 = 'customer' AND read_by_customer = last_seq
                                            THEN last_seq + 1 ELSE read_by_customer END,
                    read_by_agent = CASE WHEN $3 = agent_id AND read_by_agent = last_seq
                                         THEN last_seq + 1 ELSE read_by_agent END
             WHERE organisation_id = $1 AND id = $2 AND ended_at IS NULL
               AND ($3 = 'customer' OR $3 = 'system' OR $3 = agent_id)
               AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.organisation_id = $1 AND e.contact_id = $2
                               AND e.author = $3 AND e.client_ref = $4)
             RETURNING last_seq, agent_id"
        ),
        args![organisation, contact, author, client_ref, now, preview_sealed],
    )
    .await?
    .as_ref()
    .map(taken)
    .transpose()
}

/// Takes the next place for a note. Notes may be made at any time, also afterwards.
pub(crate) async fn take_for_note(
    tx: &mut Tx,
    contact: ContactId,
    author: Author,
    client_ref: Option<&str>,
    preview_sealed: Option<Vec<u8>>,
) -> Result<Option<Taken>> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.optional(
        sql!(
            "UPDATE contacts SET last_seq = last_seq + 1, preview_seq = last_seq + 1, preview_at = $5,
                    preview_author = $3, preview_sealed = $6,
                    read_by_agent = CASE WHEN $3 = agent_id AND read_by_agent = last_seq
                                         THEN last_seq + 1 ELSE read_by_agent END
             WHERE organisation_id = $1 AND id = $2
               AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.organisation_id = $1 AND e.contact_id = $2
                               AND e.author = $3 AND e.client_ref = $4)
             RETURNING last_seq, agent_id"
        ),
        args![organisation, contact, author, client_ref, now, preview_sealed],
    )
    .await?
    .as_ref()
    .map(taken)
    .transpose()
}

/// Takes the next place for an event. The preview stays what somebody last said.
pub(crate) async fn take_for_event(tx: &mut Tx, contact: ContactId) -> Result<Option<Taken>> {
    let organisation = tx.organisation();
    tx.optional(
        sql!(
            "UPDATE contacts SET last_seq = last_seq + 1 WHERE organisation_id = $1 AND id = $2
             RETURNING last_seq, agent_id"
        ),
        args![organisation, contact],
    )
    .await?
    .as_ref()
    .map(taken)
    .transpose()
}

/// Stores the entry at the place that was taken for it.
pub(crate) async fn insert(tx: &mut Tx, new: EntryInsert<'_>) -> Result<()> {
    let organisation = tx.organisation();
    let (code, params) = new.event.unzip();
    tx.execute(
        sql!(
            "INSERT INTO entries (organisation_id, contact_id, seq, id, at, kind, author, visibility, client_ref,
                                  text_sealed, event_code, event_params, attachments)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        args![
            organisation,
            new.contact,
            new.seq,
            new.id,
            new.at,
            new.kind,
            new.author,
            new.visibility,
            new.client_ref,
            new.text_sealed,
            code,
            params,
            new.attachments
        ],
    )
    .await?;
    Ok(())
}

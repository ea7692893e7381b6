//! Contacts as routing knows them: place and status.

use super::{from_text, to_text};
use crate::decide::{ContactSnapshot, Status};
use crate::model::WaitingContact;
use base::{ContactId, Error, MembershipId, OfferId, QueueId, Result, Timestamp};
use db::{Conn, Row, Tx, args, sql};
use std::collections::HashMap;

/// A contact with the offer that is open for it. One that is being wrapped up stands here as assigned: that its talk
/// ended is a fact of the contact, not of routing.
#[derive(Clone, Debug)]
pub(crate) struct ContactRow {
    pub(crate) snapshot: ContactSnapshot,
    pub(crate) offer: Option<OfferId>,
}

fn contact(row: &Row) -> Result<ContactRow> {
    let waiting: WaitingContact = from_text(row, "place")?;
    let state: String = row.get("state")?;
    let status = match state.as_str() {
        "offered" => Status::Offered { agent: row.get("agent_id")?, expires_at: row.get("expires_at")? },
        "assigned" => Status::Assigned { agent: row.get("agent_id")? },
        _ => Status::Waiting,
    };
    Ok(ContactRow { snapshot: ContactSnapshot { waiting, status }, offer: row.get("offer_id")? })
}

pub(crate) async fn all(conn: &mut Conn) -> Result<Vec<ContactRow>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT place, state, agent_id, offer_id, expires_at FROM routing_contacts
                 WHERE organisation_id = $1"
            ),
            args![organisation],
        )
        .await?;
    rows.iter().map(contact).collect()
}

pub(crate) async fn find(conn: &mut Conn, id: ContactId) -> Result<Option<ContactRow>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT place, state, agent_id, offer_id, expires_at FROM routing_contacts
                 WHERE organisation_id = $1 AND contact_id = $2"
            ),
            args![organisation, id],
        )
        .await?;
    row.as_ref().map(contact).transpose()
}

pub(crate) async fn get(conn: &mut Conn, id: ContactId) -> Result<ContactRow> {
    find(conn, id).await?.ok_or_else(|| Error::not_found("contact"))
}

pub(crate) async fn insert(tx: &mut Tx, waiting: &WaitingContact) -> Result<()> {
    let organisation = tx.organisation();
    let priority = waiting.priority.number();
    tx.execute(
        sql!(
            "INSERT INTO routing_contacts (organisation_id, contact_id, queue_id, priority, since, place, state, set_aside)
             VALUES ($1, $2, $3, $4, $5, $6, 'waiting', FALSE)"
        ),
        args![organisation, waiting.contact, waiting.queue, priority, waiting.since, to_text(waiting)?],
    )
    .await?;
    Ok(())
}

/// Sets the place of a contact that waits again, whoever had it.
pub(crate) async fn set_waiting(tx: &mut Tx, waiting: &WaitingContact, from: MembershipId) -> Result<bool> {
    let organisation = tx.organisation();
    let priority = waiting.priority.number();
    let set = tx
        .execute(
            sql!(
                "UPDATE routing_contacts SET queue_id = $3, priority = $4, since = $5, place = $6, state = 'waiting',
                     agent_id = NULL, offer_id = NULL, expires_at = NULL, set_aside = FALSE
                 WHERE organisation_id = $1 AND contact_id = $2 AND agent_id = $7"
            ),
            args![organisation, waiting.contact, waiting.queue, priority, waiting.since, to_text(waiting)?, from],
        )
        .await?;
    Ok(set == 1)
}

/// Moves a contact that waits to another place. False: it does not wait in that queue any more.
pub(crate) async fn move_waiting(tx: &mut Tx, to: &WaitingContact, from: QueueId) -> Result<bool> {
    let organisation = tx.organisation();
    let priority = to.priority.number();
    let moved = tx
        .execute(
            sql!(
                "UPDATE routing_contacts SET queue_id = $3, priority = $4, since = $5, place = $6
                 WHERE organisation_id = $1 AND contact_id = $2 AND state = 'waiting' AND queue_id = $7"
            ),
            args![organisation, to.contact, to.queue, priority, to.since, to_text(to)?, from],
        )
        .await?;
    Ok(moved == 1)
}

/// Offers a waiting contact. False: it does not wait in that queue any more.
pub(crate) async fn set_offered(
    tx: &mut Tx,
    id: ContactId,
    queue: QueueId,
    agent: MembershipId,
    offer: OfferId,
    expires_at: Timestamp,
) -> Result<bool> {
    let organisation = tx.organisation();
    let set = tx
        .execute(
            sql!(
                "UPDATE routing_contacts SET state = 'offered', agent_id = $3, offer_id = $4, expires_at = $5
                 WHERE organisation_id = $1 AND contact_id = $2 AND state = 'waiting' AND queue_id = $6"
            ),
            args![organisation, id, agent, offer, expires_at, queue],
        )
        .await?;
    Ok(set == 1)
}

/// The offered contact is taken. False: that offer is over.
pub(crate) async fn set_assigned(tx: &mut Tx, id: ContactId, offer: OfferId) -> Result<bool> {
    let organisation = tx.organisation();
    let set = tx
        .execute(
            sql!(
                "UPDATE routing_contacts SET state = 'assigned', offer_id = NULL, expires_at = NULL
                 WHERE organisation_id = $1 AND contact_id = $2 AND state = 'offered' AND offer_id = $3"
            ),
            args![organisation, id, offer],
        )
        .await?;
    Ok(set == 1)
}

/// The offered contact waits again, with this place. False: that offer is over.
pub(crate) async fn end_offer(tx: &mut Tx, waiting: &WaitingContact, offer: OfferId) -> Result<bool> {
    let organisation = tx.organisation();
    let set = tx
        .execute(
            sql!(
                "UPDATE routing_contacts
                 SET state = 'waiting', agent_id = NULL, offer_id = NULL, expires_at = NULL, place = $4
                 WHERE organisation_id = $1 AND contact_id = $2 AND state = 'offered' AND offer_id = $3"
            ),
            args![organisation, waiting.contact, offer, to_text(waiting)?],
        )
        .await?;
    Ok(set == 1)
}

pub(crate) async fn set_aside(tx: &mut Tx, id: ContactId, aside: bool) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("UPDATE routing_contacts SET set_aside = $3 WHERE organisation_id = $1 AND contact_id = $2"),
        args![organisation, id, aside],
    )
    .await?;
    Ok(())
}

/// Takes a contact out of routing, and tells the offer that was open.
pub(crate) async fn delete(tx: &mut Tx, id: ContactId) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("DELETE FROM routing_contacts WHERE organisation_id = $1 AND contact_id = $2"),
        args![organisation, id],
    )
    .await?;
    Ok(())
}

/// The contacts in an agent's hands, oldest first.
pub(crate) async fn of_agent(conn: &mut Conn, agent: MembershipId) -> Result<Vec<ContactId>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT contact_id FROM routing_contacts
                 WHERE organisation_id = $1 AND agent_id = $2 AND state = 'assigned' ORDER BY contact_id"
            ),
            args![organisation, agent],
        )
        .await?;
    rows.iter().map(|row| row.get("contact_id")).collect()
}

/// How many contacts wait in a queue before this one, and how it stands.
pub(crate) async fn before(conn: &mut Conn, waiting: &WaitingContact) -> Result<i64> {
    let organisation = conn.organisation();
    let priority = waiting.priority.number();
    let row = conn
        .one(
            sql!(
                "SELECT COUNT(*) AS before FROM routing_contacts
                 WHERE organisation_id = $1 AND queue_id = $2 AND state IN ('waiting', 'offered')
                   AND (priority < $3 OR (priority = $3 AND (since < $4 OR (since = $4 AND contact_id < $5))))"
            ),
            args![organisation, waiting.queue, priority, waiting.since, waiting.contact],
        )
        .await?;
    row.get("before")
}

/// For each queue, how many wait and since when the first does.
pub(crate) async fn lengths(conn: &mut Conn) -> Result<Vec<(QueueId, i64, Option<Timestamp>)>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT queue_id, COUNT(*) AS waiting, MIN(since) AS longest FROM routing_contacts
                 WHERE organisation_id = $1 AND state IN ('waiting', 'offered') GROUP BY queue_id"
            ),
            args![organisation],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get("queue_id")?, row.get("waiting")?, row.get("longest")?))).collect()
}

/// How many contacts each agent has in hand.
pub(crate) async fn in_hand(conn: &mut Conn) -> Result<HashMap<MembershipId, u8>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT agent_id, COUNT(*) AS in_hand FROM routing_contacts
                 WHERE organisation_id = $1 AND state = 'assigned' GROUP BY agent_id"
            ),
            args![organisation],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get("agent_id")?, row.get("in_hand")?))).collect()
}

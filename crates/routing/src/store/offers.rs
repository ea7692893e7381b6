//! Offers and the decisions behind them.

use super::{from_text, to_text};
use crate::decide::Decision;
use crate::events::Outcome;
use base::{ContactId, DecisionId, MembershipId, OfferId, QueueId, Result, Timestamp};
use db::{Conn, Row, Tx, args, sql};

/// An offer.
#[derive(Clone, Debug)]
pub(crate) struct OfferRow {
    pub(crate) id: OfferId,
    pub(crate) contact: ContactId,
    pub(crate) queue: QueueId,
    pub(crate) agent: MembershipId,
    pub(crate) waited_since: Timestamp,
    pub(crate) offered_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// Whether it has ended, in whichever way.
    pub(crate) ended: bool,
}

fn offer(row: &Row) -> Result<OfferRow> {
    Ok(OfferRow {
        id: row.get("id")?,
        contact: row.get("contact_id")?,
        queue: row.get("queue_id")?,
        agent: row.get("agent_id")?,
        waited_since: row.get("waited_since")?,
        offered_at: row.get("offered_at")?,
        expires_at: row.get("expires_at")?,
        ended: row.get::<Option<String>>("outcome")?.is_some(),
    })
}

pub(crate) async fn insert(
    tx: &mut Tx,
    id: OfferId,
    decision: &Decision,
    expires_at: Timestamp,
) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO routing_offers (organisation_id, id, contact_id, queue_id, agent_id, waited_since, offered_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            organisation,
            id,
            decision.contact,
            decision.queue,
            decision.chosen,
            decision.since,
            decision.at,
            expires_at
        ],
    )
    .await?;
    let decision_id: DecisionId = tx.env().new_id();
    tx.execute(
        sql!(
            "INSERT INTO routing_decisions (organisation_id, id, contact_id, offer_id, at, decision)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![organisation, decision_id, decision.contact, id, decision.at, to_text(decision)?],
    )
    .await?;
    Ok(())
}

pub(crate) async fn find(conn: &mut Conn, id: OfferId) -> Result<Option<OfferRow>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT id, contact_id, queue_id, agent_id, waited_since, offered_at, expires_at, outcome FROM routing_offers
                 WHERE organisation_id = $1 AND id = $2"
            ),
            args![organisation, id],
        )
        .await?;
    row.as_ref().map(offer).transpose()
}

/// The open offers of an agent.
pub(crate) async fn of_agent(conn: &mut Conn, agent: MembershipId) -> Result<Vec<OfferRow>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT id, contact_id, queue_id, agent_id, waited_since, offered_at, expires_at, outcome FROM routing_offers
                 WHERE organisation_id = $1 AND agent_id = $2 AND outcome IS NULL ORDER BY offered_at"
            ),
            args![organisation, agent],
        )
        .await?;
    rows.iter().map(offer).collect()
}

pub(crate) async fn end(tx: &mut Tx, id: OfferId, outcome: Outcome) -> Result<bool> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let ended = tx
        .execute(
            sql!(
                "UPDATE routing_offers SET outcome = $3, ended_at = $4
                 WHERE organisation_id = $1 AND id = $2 AND outcome IS NULL"
            ),
            args![organisation, id, outcome.word(), now],
        )
        .await?;
    Ok(ended == 1)
}

/// The decisions about a contact with how the offer ended, newest first.
pub(crate) async fn decisions(
    conn: &mut Conn,
    contact: ContactId,
) -> Result<Vec<(DecisionId, Decision, Option<String>)>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT d.id, d.decision, o.outcome FROM routing_decisions d
                 JOIN routing_offers o ON o.organisation_id = d.organisation_id AND o.id = d.offer_id
                 WHERE d.organisation_id = $1 AND d.contact_id = $2 ORDER BY d.at DESC, d.id DESC LIMIT 100"
            ),
            args![organisation, contact],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get("id")?, from_text(row, "decision")?, row.get("outcome")?))).collect()
}

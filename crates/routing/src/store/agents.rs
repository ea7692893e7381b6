//! Agents as routing knows them: profile, presence, connection.

use super::{from_text, to_text};
use crate::decide::AgentSnapshot;
use crate::model::{AgentProfile, NotReadyReason, Presence};
use base::{Error, MembershipId, OfferId, Result, Timestamp};
use db::{Conn, Row, Tx, args, sql};

/// The columns of a presence: state and reason.
fn words(presence: Presence) -> Result<(&'static str, Option<String>)> {
    Ok(match presence {
        Presence::Ready { .. } => ("ready", None),
        Presence::NotReady { reason, .. } => ("not_ready", Some(reason_word(reason)?)),
        Presence::Offline { .. } => ("offline", None),
    })
}

fn reason_word(reason: NotReadyReason) -> Result<String> {
    let word = serde_json::to_value(reason).map_err(Error::internal)?;
    Ok(word.as_str().unwrap_or_default().to_owned())
}

fn presence(row: &Row) -> Result<Presence> {
    let since: Timestamp = row.get("since")?;
    let state: String = row.get("presence")?;
    Ok(match state.as_str() {
        "ready" => Presence::Ready { since },
        "not_ready" => {
            let word: String = row.get("reason")?;
            let reason = serde_json::from_value(serde_json::Value::String(word)).map_err(Error::internal)?;
            Presence::NotReady { since, reason }
        }
        _ => Presence::Offline { since },
    })
}

fn agent(row: &Row) -> Result<AgentSnapshot> {
    Ok(AgentSnapshot {
        profile: from_text(row, "profile")?,
        presence: presence(row)?,
        lost_at: row.get("lost_at")?,
        idle_since: row.get("idle_since")?,
    })
}

pub(crate) async fn all(conn: &mut Conn) -> Result<Vec<AgentSnapshot>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT profile, presence, reason, since, lost_at, idle_since FROM routing_agents
                 WHERE organisation_id = $1"
            ),
            args![organisation],
        )
        .await?;
    rows.iter().map(agent).collect()
}

pub(crate) async fn find(conn: &mut Conn, member: MembershipId) -> Result<Option<AgentSnapshot>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT profile, presence, reason, since, lost_at, idle_since FROM routing_agents
                 WHERE organisation_id = $1 AND membership_id = $2"
            ),
            args![organisation, member],
        )
        .await?;
    row.as_ref().map(agent).transpose()
}

/// Sets a profile; who is new is offline.
pub(crate) async fn put_profile(tx: &mut Tx, profile: &AgentProfile) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "INSERT INTO routing_agents (organisation_id, membership_id, profile, presence, since, idle_since)
             VALUES ($1, $2, $3, 'offline', $4, $4)
             ON CONFLICT (organisation_id, membership_id) DO UPDATE SET profile = $3"
        ),
        args![organisation, profile.agent, to_text(profile)?, now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn set_presence(tx: &mut Tx, member: MembershipId, presence: Presence) -> Result<bool> {
    let organisation = tx.organisation();
    let (state, reason) = words(presence)?;
    let set = tx
        .execute(
            sql!(
                "UPDATE routing_agents SET presence = $3, reason = $4, since = $5
                 WHERE organisation_id = $1 AND membership_id = $2"
            ),
            args![organisation, member, state, reason, presence.since()],
        )
        .await?;
    Ok(set == 1)
}

pub(crate) async fn set_lost(tx: &mut Tx, member: MembershipId, lost_at: Option<Timestamp>) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("UPDATE routing_agents SET lost_at = $3 WHERE organisation_id = $1 AND membership_id = $2"),
        args![organisation, member, lost_at],
    )
    .await?;
    Ok(())
}

/// Whoever was connected to a program that is gone has to come back, and has the full time for it.
pub(crate) async fn lose_all(tx: &mut Tx) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "UPDATE routing_agents SET lost_at = $2
             WHERE organisation_id = $1 AND presence <> 'offline'"
        ),
        args![organisation, now],
    )
    .await?;
    Ok(())
}

/// Who is present as far as they said, but whose connection is lost.
pub(crate) async fn lost(conn: &mut Conn) -> Result<Vec<MembershipId>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT membership_id FROM routing_agents
                 WHERE organisation_id = $1 AND lost_at IS NOT NULL AND presence <> 'offline'"
            ),
            args![organisation],
        )
        .await?;
    rows.iter().map(|row| row.get("membership_id")).collect()
}

/// Whoever was lost could not come back for a while, and has the full time for it from now on.
pub(crate) async fn wait_anew(tx: &mut Tx) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "UPDATE routing_agents SET lost_at = $2
             WHERE organisation_id = $1 AND lost_at IS NOT NULL AND presence <> 'offline'"
        ),
        args![organisation, now],
    )
    .await?;
    Ok(())
}

/// Gives an agent an offer to answer. False: they are not ready any more, or have another to answer.
pub(crate) async fn give_offer(tx: &mut Tx, member: MembershipId, offer: OfferId) -> Result<bool> {
    let organisation = tx.organisation();
    let given = tx
        .execute(
            sql!(
                "UPDATE routing_agents SET offer_id = $3
                 WHERE organisation_id = $1 AND membership_id = $2 AND presence = 'ready' AND offer_id IS NULL"
            ),
            args![organisation, member, offer],
        )
        .await?;
    Ok(given == 1)
}

/// The agent has answered, or need not any more. Taking it makes them busy from now on.
pub(crate) async fn end_offer(tx: &mut Tx, member: MembershipId, offer: OfferId, taken: bool) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "UPDATE routing_agents SET offer_id = NULL, idle_since = CASE WHEN $4 THEN $5 ELSE idle_since END
             WHERE organisation_id = $1 AND membership_id = $2 AND offer_id = $3"
        ),
        args![organisation, member, offer, taken, now],
    )
    .await?;
    Ok(())
}

//! Starting, moving and ending sessions.

use crate::audit;
use crate::events::SessionEnded;
use crate::session::{ABSOLUTE, SessionRow, Token, is_alive};
use crate::store::sessions;
use base::{Actor, Error, MembershipId, PersonId, Result, SessionId};
use db::Tx;
use serde_json::json;

/// Starts a session in the organisation of this transaction.
pub(crate) async fn start(
    tx: &mut Tx,
    person: PersonId,
    membership: MembershipId,
    token: &Token,
) -> Result<SessionRow> {
    let now = tx.env().now();
    let session = SessionRow {
        id: tx.env().new_id(),
        organisation: tx.organisation(),
        membership,
        started_at: now,
        seen_at: now,
        expires_at: now + ABSOLUTE,
    };
    sessions::insert(tx, &session, token.hash(), person).await?;
    audit::write(tx, Actor::Member(membership), "session.started", session.id, json!({})).await?;
    Ok(session)
}

/// Moves a session to the organisation of this transaction, under a new token.
pub(crate) async fn switch(
    tx: &mut Tx,
    id: SessionId,
    person: PersonId,
    membership: MembershipId,
    token: &Token,
) -> Result<()> {
    if !sessions::switch(tx, id, person, membership, token.hash()).await? {
        return Err(Error::not_found("session"));
    }
    audit::write(tx, Actor::Member(membership), "session.switched", id, json!({})).await?;
    Ok(())
}

/// Ends a session that works in the organisation of this transaction.
pub(crate) async fn end(tx: &mut Tx, actor: Actor, session: &SessionRow) -> Result<()> {
    if !sessions::delete(tx, session.id).await? {
        return Err(Error::not_found("session"));
    }
    ended(tx, actor, session.id, session.membership).await
}

/// Ends all sessions of a membership.
pub(crate) async fn end_sessions_of(tx: &mut Tx, actor: Actor, membership: MembershipId) -> Result<()> {
    for session in sessions::delete_of_membership(tx, membership).await? {
        ended(tx, actor, session, membership).await?;
    }
    Ok(())
}

/// Ends all sessions of a person but one, and tells which of them work in other organisations: their end is to be
/// [recorded](ended) there.
pub(crate) async fn end_others(tx: &mut Tx, person: PersonId, keep: SessionId) -> Result<Vec<SessionRow>> {
    let (here, now) = (tx.organisation(), tx.env().now());
    let mut elsewhere = Vec::new();
    for row in sessions::delete_others(tx, person, keep).await? {
        if !is_alive(row.seen_at, row.expires_at, now) {
            continue;
        }
        if row.organisation == here {
            ended(tx, Actor::Member(row.membership), row.id, row.membership).await?;
        } else {
            elsewhere.push(row);
        }
    }
    Ok(elsewhere)
}

/// Records the end of a session of the organisation of this transaction.
pub(crate) async fn ended(
    tx: &mut Tx,
    actor: Actor,
    session: SessionId,
    membership: MembershipId,
) -> Result<()> {
    tx.record(actor, &SessionEnded { session, membership })?;
    audit::write(tx, actor, "session.ended", session, json!({})).await?;
    Ok(())
}

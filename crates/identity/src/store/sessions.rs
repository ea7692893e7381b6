//! Sessions. They are found by the hash of a token, before it is known which organisation a request is about.

use crate::session::{Admitted, SessionRow, is_alive};
use crate::{Purpose, Role};
use base::{MembershipId, PersonId, Result, SessionId, Timestamp};
use db::{Conn, Row, Sql, Tx, args, sql};

/// A statement for whom a session lets in, a row for each role; what is given tells which session.
macro_rules! admitted_rows {
    ($which:literal) => {{
        const CHECKED: Sql = Sql::scoped(concat!(
            "SELECT s.id, s.person_id, s.organisation_id, s.membership_id, s.seen_at, s.expires_at, r.role,
                    a.id AS activity_id
             FROM sessions s
             JOIN memberships m ON m.organisation_id = s.organisation_id AND m.id = s.membership_id
             JOIN membership_roles r ON r.organisation_id = m.organisation_id AND r.membership_id = m.id
             LEFT JOIN processing_activities a
               ON a.organisation_id = s.organisation_id AND a.purpose = $2 AND a.active
             WHERE m.ended_at IS NULL AND ",
            $which
        ));
        CHECKED
    }};
}

/// Who a token lets in, and when the session was last used. One statement, because every request asks this.
pub(crate) async fn admit<S>(
    conn: &mut Conn<S>,
    token_hash: Vec<u8>,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<(Admitted, Timestamp)>> {
    let rows = conn.all(admitted_rows!("s.token_hash = $1"), args![token_hash, purpose]).await?;
    admitted(&rows, now)
}

/// The same for who was let in before, by their session.
pub(crate) async fn admit_again<S>(
    conn: &mut Conn<S>,
    id: SessionId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Admitted>> {
    let rows = conn.all(admitted_rows!("s.id = $1"), args![id, purpose]).await?;
    Ok(admitted(&rows, now)?.map(|(admitted, _)| admitted))
}

fn admitted(rows: &[Row], now: Timestamp) -> Result<Option<(Admitted, Timestamp)>> {
    let Some(row) = rows.first() else { return Ok(None) };
    let seen_at = row.get("seen_at")?;
    if !is_alive(seen_at, row.get("expires_at")?, now) {
        return Ok(None);
    }
    let admitted = Admitted {
        session: row.get("id")?,
        person: row.get("person_id")?,
        organisation: row.get("organisation_id")?,
        membership: row.get("membership_id")?,
        roles: rows.iter().map(|row| row.parse::<Role>("role")).collect::<Result<_>>()?,
        activity: row.get("activity_id")?,
    };
    Ok(Some((admitted, seen_at)))
}

/// Puts a new session in the organisation of the transaction.
pub(crate) async fn insert(
    tx: &mut Tx,
    session: &SessionRow,
    token_hash: Vec<u8>,
    person: PersonId,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO sessions
             (id, token_hash, person_id, organisation_id, membership_id, started_at, seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            session.id,
            token_hash,
            person,
            session.organisation,
            session.membership,
            session.started_at,
            session.seen_at,
            session.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// Moves a session to another membership of the same person, under a new token.
pub(crate) async fn switch(
    tx: &mut Tx,
    id: SessionId,
    person: PersonId,
    membership: MembershipId,
    token_hash: Vec<u8>,
) -> Result<bool> {
    let organisation = tx.organisation();
    let changed = tx
        .execute(
            sql!(
                "UPDATE sessions SET organisation_id = $1, membership_id = $2, token_hash = $3
                 WHERE id = $4 AND person_id = $5"
            ),
            args![organisation, membership, token_hash, id, person],
        )
        .await?;
    Ok(changed == 1)
}

/// Notes that a session is in use.
pub(crate) async fn seen<S>(tx: &mut Tx<S>, id: SessionId, now: Timestamp) -> Result<()> {
    tx.execute(
        sql!(global "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2"),
        args![id, now],
    )
    .await?;
    Ok(())
}

/// The session of a token, alive or not.
pub(crate) async fn by_token<S>(conn: &mut Conn<S>, token_hash: Vec<u8>) -> Result<Option<SessionRow>> {
    let row = conn
        .optional(
            sql!(
                "SELECT id, organisation_id, membership_id, started_at, seen_at, expires_at
                 FROM sessions WHERE token_hash = $1"
            ),
            args![token_hash],
        )
        .await?;
    row.as_ref().map(session).transpose()
}

/// The sessions of a person that are alive, newest first.
pub(crate) async fn of_person<S>(
    conn: &mut Conn<S>,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<SessionRow>> {
    let rows = conn
        .all(
            sql!(
                "SELECT id, organisation_id, membership_id, started_at, seen_at, expires_at
                 FROM sessions WHERE person_id = $1 AND expires_at > $2 ORDER BY started_at DESC, id DESC"
            ),
            args![person, now],
        )
        .await?;
    let all = rows.iter().map(session).collect::<Result<Vec<_>>>()?;
    Ok(all.into_iter().filter(|row| is_alive(row.seen_at, row.expires_at, now)).collect())
}

/// One session, whoever's it is.
pub(crate) async fn find<S>(conn: &mut Conn<S>, id: SessionId) -> Result<Option<SessionRow>> {
    let row = conn
        .optional(
            sql!(
                "SELECT id, organisation_id, membership_id, started_at, seen_at, expires_at
                 FROM sessions WHERE id = $1"
            ),
            args![id],
        )
        .await?;
    row.as_ref().map(session).transpose()
}

/// Ends a session of this organisation.
pub(crate) async fn delete(tx: &mut Tx, id: SessionId) -> Result<bool> {
    let organisation = tx.organisation();
    let gone = tx
        .execute(sql!("DELETE FROM sessions WHERE organisation_id = $1 AND id = $2"), args![organisation, id])
        .await?;
    Ok(gone == 1)
}

/// Ends the sessions of a membership, and tells which they were.
pub(crate) async fn delete_of_membership(tx: &mut Tx, membership: MembershipId) -> Result<Vec<SessionId>> {
    let organisation = tx.organisation();
    tx.all(
        sql!("DELETE FROM sessions WHERE organisation_id = $1 AND membership_id = $2 RETURNING id"),
        args![organisation, membership],
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

/// Takes away all sessions of a person but one, wherever they work, and tells which they were.
pub(crate) async fn delete_others(tx: &mut Tx, person: PersonId, keep: SessionId) -> Result<Vec<SessionRow>> {
    tx.all(
        sql!(
            "DELETE FROM sessions WHERE person_id = $1 AND id <> $2
             RETURNING id, organisation_id, membership_id, started_at, seen_at, expires_at"
        ),
        args![person, keep],
    )
    .await?
    .iter()
    .map(session)
    .collect()
}

/// Forgets the sessions that ended long ago.
pub(crate) async fn delete_ended<S>(tx: &mut Tx<S>, before: Timestamp) -> Result<u64> {
    tx.execute(sql!(global "DELETE FROM sessions WHERE expires_at < $1"), args![before]).await
}

fn session(row: &Row) -> Result<SessionRow> {
    Ok(SessionRow {
        id: row.get("id")?,
        organisation: row.get("organisation_id")?,
        membership: row.get("membership_id")?,
        started_at: row.get("started_at")?,
        seen_at: row.get("seen_at")?,
        expires_at: row.get("expires_at")?,
    })
}

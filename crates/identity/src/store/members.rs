//! Memberships, with their roles and teams.

use super::people::{SealedPerson, person};
use crate::Role;
use crate::model::{Membership, Place};
use base::{MembershipId, PersonId, Result, TeamId, Timestamp};
use db::{Conn, Row, Tx, args, sql};
use std::collections::BTreeMap;

pub(crate) async fn insert(tx: &mut Tx, id: MembershipId, person: PersonId, place: &Place) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "INSERT INTO memberships (organisation_id, id, person_id, site_id, created_at, ended_at)
             VALUES ($1, $2, $3, $4, $5, NULL)"
        ),
        args![organisation, id, person, place.site, now],
    )
    .await?;
    insert_place(tx, id, place).await
}

/// Replaces roles, site and teams.
pub(crate) async fn replace_place(tx: &mut Tx, id: MembershipId, place: &Place) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("UPDATE memberships SET site_id = $3 WHERE organisation_id = $1 AND id = $2"),
        args![organisation, id, place.site],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM membership_roles WHERE organisation_id = $1 AND membership_id = $2"),
        args![organisation, id],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM membership_teams WHERE organisation_id = $1 AND membership_id = $2"),
        args![organisation, id],
    )
    .await?;
    insert_place(tx, id, place).await
}

async fn insert_place(tx: &mut Tx, id: MembershipId, place: &Place) -> Result<()> {
    let organisation = tx.organisation();
    for role in &place.roles {
        tx.execute(
            sql!("INSERT INTO membership_roles (organisation_id, membership_id, role) VALUES ($1, $2, $3)"),
            args![organisation, id, *role],
        )
        .await?;
    }
    for team in &place.teams {
        tx.execute(
            sql!(
                "INSERT INTO membership_teams (organisation_id, membership_id, team_id) VALUES ($1, $2, $3)"
            ),
            args![organisation, id, *team],
        )
        .await?;
    }
    Ok(())
}

pub(crate) async fn set_ended(tx: &mut Tx, id: MembershipId, at: Option<Timestamp>) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("UPDATE memberships SET ended_at = $3 WHERE organisation_id = $1 AND id = $2"),
        args![organisation, id, at],
    )
    .await?;
    Ok(())
}

pub(crate) async fn find(conn: &mut Conn, id: MembershipId) -> Result<Option<Membership>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT id, person_id, site_id, created_at, ended_at FROM memberships
                 WHERE organisation_id = $1 AND id = $2"
            ),
            args![organisation, id],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    whole(conn, &row).await.map(Some)
}

pub(crate) async fn find_of_person(conn: &mut Conn, person: PersonId) -> Result<Option<Membership>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT id, person_id, site_id, created_at, ended_at FROM memberships
                 WHERE organisation_id = $1 AND person_id = $2"
            ),
            args![organisation, person],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    whole(conn, &row).await.map(Some)
}

async fn whole(conn: &mut Conn, row: &Row) -> Result<Membership> {
    let mut membership = bare(row)?;
    let organisation = conn.organisation();
    let roles = conn
        .all(
            sql!("SELECT role FROM membership_roles WHERE organisation_id = $1 AND membership_id = $2"),
            args![organisation, membership.id],
        )
        .await?;
    membership.roles = roles.iter().map(|row| row.parse("role")).collect::<Result<_>>()?;
    membership.roles.sort_unstable();
    let teams = conn
        .all(
            sql!(
                "SELECT team_id FROM membership_teams
                 WHERE organisation_id = $1 AND membership_id = $2 ORDER BY team_id"
            ),
            args![organisation, membership.id],
        )
        .await?;
    membership.teams = teams.iter().map(|row| row.get("team_id")).collect::<Result<_>>()?;
    Ok(membership)
}

fn bare(row: &Row) -> Result<Membership> {
    Ok(Membership {
        id: row.get("id")?,
        person: row.get("person_id")?,
        roles: Vec::new(),
        site: row.get("site_id")?,
        teams: Vec::new(),
        created_at: row.get("created_at")?,
        ended_at: row.get("ended_at")?,
    })
}

/// Members after an id, in order, with the person behind each.
pub(crate) async fn list(
    conn: &mut Conn,
    after: &str,
    limit: u32,
    with_ended: bool,
) -> Result<Vec<(Membership, SealedPerson)>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT m.id AS membership_id, m.site_id, m.created_at, m.ended_at,
                        p.id, p.name_sealed, p.email_sealed, p.password_sealed, p.language
                 FROM memberships m JOIN people p ON p.id = m.person_id
                 WHERE m.organisation_id = $1 AND m.id > $2 AND ($4 OR m.ended_at IS NULL)
                 ORDER BY m.id LIMIT $3"
            ),
            args![organisation, after, limit, with_ended],
        )
        .await?;
    let Some(last) = rows.last() else { return Ok(Vec::new()) };
    let last: String = last.get("membership_id")?;
    let mut roles = roles_between(conn, after, &last).await?;
    let mut teams = teams_between(conn, after, &last).await?;
    rows.iter()
        .map(|row| {
            let id = row.get("membership_id")?;
            let membership = Membership {
                id,
                person: row.get("id")?,
                roles: roles.remove(&id).unwrap_or_default(),
                site: row.get("site_id")?,
                teams: teams.remove(&id).unwrap_or_default(),
                created_at: row.get("created_at")?,
                ended_at: row.get("ended_at")?,
            };
            Ok((membership, person(row)?))
        })
        .collect()
}

async fn roles_between(
    conn: &mut Conn,
    after: &str,
    last: &str,
) -> Result<BTreeMap<MembershipId, Vec<Role>>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT membership_id, role FROM membership_roles
                 WHERE organisation_id = $1 AND membership_id > $2 AND membership_id <= $3"
            ),
            args![organisation, after, last],
        )
        .await?;
    let mut roles = BTreeMap::<MembershipId, Vec<Role>>::new();
    for row in rows {
        roles.entry(row.get("membership_id")?).or_default().push(row.parse("role")?);
    }
    for roles in roles.values_mut() {
        roles.sort_unstable();
    }
    Ok(roles)
}

async fn teams_between(
    conn: &mut Conn,
    after: &str,
    last: &str,
) -> Result<BTreeMap<MembershipId, Vec<TeamId>>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT membership_id, team_id FROM membership_teams
                 WHERE organisation_id = $1 AND membership_id > $2 AND membership_id <= $3
                 ORDER BY membership_id, team_id"
            ),
            args![organisation, after, last],
        )
        .await?;
    let mut teams = BTreeMap::<MembershipId, Vec<TeamId>>::new();
    for row in rows {
        teams.entry(row.get("membership_id")?).or_default().push(row.get("team_id")?);
    }
    Ok(teams)
}

/// The name of a member, sealed, and of the first of their teams.
pub(crate) async fn name(conn: &mut Conn, id: MembershipId) -> Result<Option<(Vec<u8>, Option<String>)>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT p.name_sealed,
                        (SELECT MIN(t.name) FROM membership_teams mt
                         JOIN teams t ON t.organisation_id = mt.organisation_id AND t.id = mt.team_id
                         WHERE mt.organisation_id = m.organisation_id AND mt.membership_id = m.id) AS team
                 FROM memberships m JOIN people p ON p.id = m.person_id
                 WHERE m.organisation_id = $1 AND m.id = $2"
            ),
            args![organisation, id],
        )
        .await?;
    row.map(|row| Ok((row.get("name_sealed")?, row.get("team")?))).transpose()
}

/// How many members can manage the organisation.
pub(crate) async fn administrators(conn: &mut Conn) -> Result<i64> {
    let organisation = conn.organisation();
    let row = conn
        .one(
            sql!(
                "SELECT COUNT(*) AS count FROM memberships m
                 JOIN membership_roles r ON r.organisation_id = m.organisation_id AND r.membership_id = m.id
                 WHERE m.organisation_id = $1 AND m.ended_at IS NULL AND r.role = $2"
            ),
            args![organisation, Role::Administrator],
        )
        .await?;
    row.get("count")
}

//! Sites and teams.

use crate::model::{Site, Team};
use base::{Result, SiteId, TeamId};
use db::{Conn, Row, Tx, args, sql};

pub(crate) async fn insert_site(tx: &mut Tx, site: &Site) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!("INSERT INTO sites (organisation_id, id, name, created_at) VALUES ($1, $2, $3, $4)"),
        args![organisation, site.id, &site.name, now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn rename_site(tx: &mut Tx, site: &Site) -> Result<bool> {
    let organisation = tx.organisation();
    let changed = tx
        .execute(
            sql!("UPDATE sites SET name = $3 WHERE organisation_id = $1 AND id = $2"),
            args![organisation, site.id, &site.name],
        )
        .await?;
    Ok(changed == 1)
}

pub(crate) async fn sites(conn: &mut Conn) -> Result<Vec<Site>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!("SELECT id, name FROM sites WHERE organisation_id = $1 ORDER BY name, id"),
            args![organisation],
        )
        .await?;
    rows.iter().map(site).collect()
}

pub(crate) async fn find_site(conn: &mut Conn, id: SiteId) -> Result<Option<Site>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!("SELECT id, name FROM sites WHERE organisation_id = $1 AND id = $2"),
            args![organisation, id],
        )
        .await?;
    row.as_ref().map(site).transpose()
}

fn site(row: &Row) -> Result<Site> {
    Ok(Site { id: row.get("id")?, name: row.get("name")? })
}

pub(crate) async fn insert_team(tx: &mut Tx, team: &Team) -> Result<()> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    tx.execute(
        sql!(
            "INSERT INTO teams (organisation_id, id, name, site_id, created_at) VALUES ($1, $2, $3, $4, $5)"
        ),
        args![organisation, team.id, &team.name, team.site, now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn update_team(tx: &mut Tx, team: &Team) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("UPDATE teams SET name = $3, site_id = $4 WHERE organisation_id = $1 AND id = $2"),
        args![organisation, team.id, &team.name, team.site],
    )
    .await?;
    Ok(())
}

pub(crate) async fn teams(conn: &mut Conn) -> Result<Vec<Team>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!("SELECT id, name, site_id FROM teams WHERE organisation_id = $1 ORDER BY name, id"),
            args![organisation],
        )
        .await?;
    rows.iter().map(team).collect()
}

pub(crate) async fn find_team(conn: &mut Conn, id: TeamId) -> Result<Option<Team>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!("SELECT id, name, site_id FROM teams WHERE organisation_id = $1 AND id = $2"),
            args![organisation, id],
        )
        .await?;
    row.as_ref().map(team).transpose()
}

fn team(row: &Row) -> Result<Team> {
    Ok(Team { id: row.get("id")?, name: row.get("name")?, site: row.get("site_id")? })
}

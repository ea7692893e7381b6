//! Organisations, their hosts and their registered processing activities.

use crate::model::{Activity, Organisation};
use base::{ActivityId, OrganisationId, Result};
use db::{Conn, Global, Row, Tx, args, sql};

pub(crate) async fn insert(tx: &mut Tx, organisation: &Organisation) -> Result<()> {
    let now = tx.env().now();
    tx.execute(
        sql!(
            global "INSERT INTO organisations (id, slug, name, kind, language, created_at)
                    VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![
            organisation.id,
            &organisation.slug,
            &organisation.name,
            organisation.kind,
            &organisation.language,
            now
        ],
    )
    .await?;
    Ok(())
}

/// Makes two changes of one organisation wait for each other, where a rule looks at several rows.
pub(crate) async fn lock(tx: &mut Tx) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(sql!(global "UPDATE organisations SET name = name WHERE id = $1"), args![organisation])
        .await?;
    Ok(())
}

pub(crate) async fn find<S>(conn: &mut Conn<S>, id: OrganisationId) -> Result<Option<Organisation>> {
    let row = conn
        .optional(
            sql!(global "SELECT id, slug, name, kind, language FROM organisations WHERE id = $1"),
            args![id],
        )
        .await?;
    row.as_ref().map(organisation).transpose()
}

pub(crate) async fn ids(conn: &mut Conn<Global>) -> Result<Vec<OrganisationId>> {
    let rows = conn.all(sql!(global "SELECT id FROM organisations ORDER BY id"), args![]).await?;
    rows.iter().map(|row| row.get("id")).collect()
}

pub(crate) async fn find_by_slug<S>(conn: &mut Conn<S>, slug: &str) -> Result<Option<Organisation>> {
    let row = conn
        .optional(
            sql!(global "SELECT id, slug, name, kind, language FROM organisations WHERE slug = $1"),
            args![slug],
        )
        .await?;
    row.as_ref().map(organisation).transpose()
}

pub(crate) async fn all<S>(conn: &mut Conn<S>) -> Result<Vec<Organisation>> {
    conn.all(
        sql!(global "SELECT id, slug, name, kind, language FROM organisations ORDER BY name, id"),
        args![],
    )
    .await?
    .iter()
    .map(organisation)
    .collect()
}

fn organisation(row: &Row) -> Result<Organisation> {
    Ok(Organisation {
        id: row.get("id")?,
        slug: row.get("slug")?,
        name: row.get("name")?,
        kind: row.parse("kind")?,
        language: row.get("language")?,
    })
}

pub(crate) async fn insert_host(tx: &mut Tx, host: &str) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("INSERT INTO organisation_hosts (host, organisation_id) VALUES ($1, $2)"),
        args![host, organisation],
    )
    .await?;
    Ok(())
}

pub(crate) async fn of_host<S>(conn: &mut Conn<S>, host: &str) -> Result<Option<OrganisationId>> {
    let row = conn
        .optional(sql!("SELECT organisation_id FROM organisation_hosts WHERE host = $1"), args![host])
        .await?;
    row.map(|row| row.get("organisation_id")).transpose()
}

pub(crate) async fn insert_activity(tx: &mut Tx, activity: &Activity) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!(
            "INSERT INTO processing_activities (organisation_id, id, purpose, name, legal_basis, retention, active)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![
            organisation,
            activity.id,
            activity.purpose,
            &activity.name,
            &activity.legal_basis,
            &activity.retention,
            activity.active
        ],
    )
    .await?;
    Ok(())
}

pub(crate) async fn activities(conn: &mut Conn) -> Result<Vec<Activity>> {
    let organisation = conn.organisation();
    conn.all(
        sql!(
            "SELECT id, purpose, name, legal_basis, retention, active FROM processing_activities
             WHERE organisation_id = $1 ORDER BY id"
        ),
        args![organisation],
    )
    .await?
    .iter()
    .map(activity)
    .collect()
}

pub(crate) async fn find_activity(conn: &mut Conn, id: ActivityId) -> Result<Option<Activity>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT id, purpose, name, legal_basis, retention, active FROM processing_activities
                 WHERE organisation_id = $1 AND id = $2"
            ),
            args![organisation, id],
        )
        .await?;
    row.as_ref().map(activity).transpose()
}

fn activity(row: &Row) -> Result<Activity> {
    Ok(Activity {
        id: row.get("id")?,
        purpose: row.parse("purpose")?,
        name: row.get("name")?,
        legal_basis: row.get("legal_basis")?,
        retention: row.get("retention")?,
        active: row.get("active")?,
    })
}

pub(crate) async fn set_active(tx: &mut Tx, id: ActivityId, active: bool) -> Result<()> {
    let organisation = tx.organisation();
    tx.execute(
        sql!("UPDATE processing_activities SET active = $3 WHERE organisation_id = $1 AND id = $2"),
        args![organisation, id, active],
    )
    .await?;
    Ok(())
}

//! Skills, queues and entry points.

use super::{from_text, to_text};
use crate::model::{EntryPoint, Queue};
use base::{EntryPointId, QueueId, Result, SkillId};
use db::{Conn, Row, Tx, args, sql};

/// Something with a name and a version.
#[derive(Clone, Debug)]
pub(crate) struct Stored<T> {
    pub(crate) name: String,
    pub(crate) version: i64,
    pub(crate) value: T,
}

fn stored<T>(row: &Row, value: T) -> Result<Stored<T>> {
    Ok(Stored { name: row.get("name")?, version: row.get("version")?, value })
}

pub(crate) async fn skills(conn: &mut Conn) -> Result<Vec<Stored<SkillId>>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!("SELECT id, name, version FROM routing_skills WHERE organisation_id = $1 ORDER BY name, id"),
            args![organisation],
        )
        .await?;
    rows.iter().map(|row| stored(row, row.get("id")?)).collect()
}

/// Makes it, or changes it when it still has this version. False: somebody else changed it.
pub(crate) async fn put_skill(tx: &mut Tx, id: SkillId, name: &str, version: i64) -> Result<bool> {
    let organisation = tx.organisation();
    let put = tx
        .execute(
            sql!(
                "INSERT INTO routing_skills (organisation_id, id, name, version) VALUES ($1, $2, $3, 1)
                 ON CONFLICT (organisation_id, id) DO UPDATE SET name = $3, version = routing_skills.version + 1
                 WHERE routing_skills.version = $4"
            ),
            args![organisation, id, name, version],
        )
        .await?;
    Ok(put == 1)
}

pub(crate) async fn queues(conn: &mut Conn) -> Result<Vec<Stored<Queue>>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT name, version, rules FROM routing_queues WHERE organisation_id = $1 ORDER BY name, id"
            ),
            args![organisation],
        )
        .await?;
    rows.iter().map(|row| stored(row, from_text(row, "rules")?)).collect()
}

pub(crate) async fn queue(conn: &mut Conn, id: QueueId) -> Result<Option<Stored<Queue>>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!("SELECT name, version, rules FROM routing_queues WHERE organisation_id = $1 AND id = $2"),
            args![organisation, id],
        )
        .await?;
    row.map(|row| stored(&row, from_text(&row, "rules")?)).transpose()
}

/// Makes it, or changes it when it still has this version. False: somebody else changed it.
pub(crate) async fn put_queue(tx: &mut Tx, queue: &Queue, name: &str, version: i64) -> Result<bool> {
    let organisation = tx.organisation();
    let put = tx
        .execute(
            sql!(
                "INSERT INTO routing_queues (organisation_id, id, name, rules, version) VALUES ($1, $2, $3, $4, 1)
                 ON CONFLICT (organisation_id, id) DO UPDATE
                 SET name = $3, rules = $4, version = routing_queues.version + 1
                 WHERE routing_queues.version = $5"
            ),
            args![organisation, queue.id(), name, to_text(queue)?, version],
        )
        .await?;
    Ok(put == 1)
}

pub(crate) async fn entry_points(conn: &mut Conn) -> Result<Vec<Stored<EntryPoint>>> {
    let organisation = conn.organisation();
    let rows = conn
        .all(
            sql!(
                "SELECT name, version, rules FROM routing_entry_points WHERE organisation_id = $1 ORDER BY name, id"
            ),
            args![organisation],
        )
        .await?;
    rows.iter().map(|row| stored(row, from_text(row, "rules")?)).collect()
}

pub(crate) async fn entry_point(conn: &mut Conn, id: EntryPointId) -> Result<Option<Stored<EntryPoint>>> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!(
                "SELECT name, version, rules FROM routing_entry_points WHERE organisation_id = $1 AND id = $2"
            ),
            args![organisation, id],
        )
        .await?;
    row.map(|row| stored(&row, from_text(&row, "rules")?)).transpose()
}

/// Makes it, or changes it when it still has this version. False: somebody else changed it.
pub(crate) async fn put_entry_point(
    tx: &mut Tx,
    point: &EntryPoint,
    name: &str,
    version: i64,
) -> Result<bool> {
    let organisation = tx.organisation();
    let put = tx
        .execute(
            sql!(
                "INSERT INTO routing_entry_points (organisation_id, id, name, queue_id, rules, version)
                 VALUES ($1, $2, $3, $4, $5, 1)
                 ON CONFLICT (organisation_id, id) DO UPDATE
                 SET name = $3, queue_id = $4, rules = $5, version = routing_entry_points.version + 1
                 WHERE routing_entry_points.version = $6"
            ),
            args![organisation, point.id, name, point.queue, to_text(point)?, version],
        )
        .await?;
    Ok(put == 1)
}

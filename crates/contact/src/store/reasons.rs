//! Why contacts take place.

use base::{ReasonId, Result};
use db::{Conn, Tx, args, sql};

/// A reason as an organisation counts it.
#[derive(Clone, Debug)]
pub(crate) struct ReasonRow {
    pub(crate) id: ReasonId,
    pub(crate) code: String,
    pub(crate) label: String,
}

/// The reasons that may be chosen, by name.
pub(crate) async fn active(conn: &mut Conn) -> Result<Vec<ReasonRow>> {
    let organisation = conn.organisation();
    conn.all(
        sql!("SELECT id, code, label FROM reasons WHERE organisation_id = $1 AND active ORDER BY label, id"),
        args![organisation],
    )
    .await?
    .iter()
    .map(|row| Ok(ReasonRow { id: row.get("id")?, code: row.get("code")?, label: row.get("label")? }))
    .collect()
}

pub(crate) async fn is_active(conn: &mut Conn, id: ReasonId) -> Result<bool> {
    let organisation = conn.organisation();
    let row = conn
        .optional(
            sql!("SELECT 1 AS found FROM reasons WHERE organisation_id = $1 AND id = $2 AND active"),
            args![organisation, id],
        )
        .await?;
    Ok(row.is_some())
}

/// Makes a reason, or renames the one with this code.
pub(crate) async fn upsert(
    tx: &mut Tx,
    id: ReasonId,
    code: &str,
    label: &str,
    active: bool,
) -> Result<ReasonId> {
    let organisation = tx.organisation();
    tx.one(
        sql!(
            "INSERT INTO reasons (organisation_id, id, code, label, active) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (organisation_id, code) DO UPDATE SET label = $4, active = $5 RETURNING id"
        ),
        args![organisation, id, code, label, active],
    )
    .await?
    .get("id")
}

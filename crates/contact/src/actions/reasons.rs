//! The list of reasons is kept.

use crate::store::reasons;
use base::{ReasonId, Result};
use db::Tx;

/// Makes a reason with this code, or changes its label and whether it may still be chosen.
pub async fn set_reason(tx: &mut Tx, code: &str, label: &str, active: bool) -> Result<ReasonId> {
    let id = tx.env().new_id();
    reasons::upsert(tx, id, code, label, active).await
}

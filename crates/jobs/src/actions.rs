//! Putting jobs in the queue and taking them out. Each function works in the caller's transaction.

use crate::{Job, store};
use base::{Error, JobId, Result, Timestamp};
use db::Tx;

/// Runners wait at this bell.
pub(crate) const BELL: &str = "jobs";

/// Puts a job in the queue, to be done as soon as this transaction has committed.
pub async fn enqueue<J: Job>(tx: &mut Tx, job: &J) -> Result<JobId> {
    let now = tx.env().now();
    enqueue_at(tx, job, now).await
}

/// Puts a job in the queue, to be done at a moment.
pub async fn enqueue_at<J: Job>(tx: &mut Tx, job: &J, at: Timestamp) -> Result<JobId> {
    let id = tx.env().new_id();
    put(tx, id, job, None, at).await?;
    Ok(id)
}

/// Puts a job in the queue unless one of the same kind and key waits there already: then that one stays, brought
/// forward if this one is to be done earlier. Tells whether it is new. A job that has been begun does not count.
pub async fn enqueue_once<J: Job>(tx: &mut Tx, job: &J, key: &str, at: Timestamp) -> Result<bool> {
    let id = tx.env().new_id();
    Ok(put(tx, id, job, Some(key), at).await? == id)
}

async fn put<J: Job>(tx: &mut Tx, id: JobId, job: &J, key: Option<&str>, at: Timestamp) -> Result<JobId> {
    let payload = serde_json::to_string(job).map_err(Error::internal)?;
    tx.ring(BELL);
    store::insert(tx, id, J::KIND, &payload, key, at).await
}

/// Takes a job out of the queue by its key. False: there is none, or it has been begun.
pub async fn cancel<J: Job>(tx: &mut Tx, key: &str) -> Result<bool> {
    store::delete_waiting(tx, J::KIND, key).await
}

/// Gives a failed job all its attempts again.
pub async fn retry(tx: &mut Tx, job: JobId) -> Result<()> {
    tx.ring(BELL);
    if store::revive(tx, job).await? { Ok(()) } else { Err(Error::not_found("failed job")) }
}

/// Removes a failed job that nobody wants done any more.
pub async fn discard(tx: &mut Tx, job: JobId) -> Result<()> {
    if store::delete_failed(tx, job).await? { Ok(()) } else { Err(Error::not_found("failed job")) }
}

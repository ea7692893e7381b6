//! Files that no row names, and how they go. See the head of this crate for why there are any.

use crate::Blobs;
use base::{BlobId, Error, Result};
use db::Tx;
use jobs::{Job, Jobs};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a file waits for the row that names it.
pub(crate) const WAITS: Duration = Duration::from_hours(24);

/// How long after a failed or refused upload its remains are deleted. Not at once: storage that has not answered may
/// still be completing what it was asked, and would put the file back. This is longer than any request to it lasts.
pub(crate) const SETTLES: Duration = Duration::from_mins(10);

/// Deletes a file.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct DropBlob {
    /// The file.
    pub blob: BlobId,
}

impl Job for DropBlob {
    const KIND: &'static str = "blob.drop";
    const ATTEMPTS: u32 = 50;
}

impl DropBlob {
    /// Puts the deletion of a file in the queue; one that waits there already is brought forward to this moment.
    pub(crate) async fn at(tx: &mut Tx, blob: BlobId, at: base::Timestamp) -> Result<()> {
        jobs::enqueue_once(tx, &Self { blob }, &blob.to_string(), at).await.map(drop)
    }
}

/// Keeps a file, in the transaction that stores the row that names it. Refused if the file waited too long and is
/// being deleted, or was kept before.
pub async fn keep(tx: &mut Tx, blob: BlobId) -> Result<()> {
    if jobs::cancel::<DropBlob>(tx, &blob.to_string()).await? {
        return Ok(());
    }
    Err(Error::conflict("This file was sent too long ago, or is used already. Send it again."))
}

/// Lets go of a file, in the transaction that deletes the row that names it. It is deleted soon after the commit.
pub async fn release(tx: &mut Tx, blob: BlobId) -> Result<()> {
    let now = tx.env().now();
    DropBlob::at(tx, blob, now).await
}

impl Blobs {
    /// Adds the handler of this room's jobs.
    #[must_use]
    pub fn register(&self, jobs: Jobs) -> Jobs {
        let blobs = self.clone();
        jobs.handle(move |job: DropBlob, context| {
            let blobs = blobs.clone();
            async move { blobs.delete(context.organisation, job.blob).await }
        })
    }
}

//! Sealing: what was written since the last seal gets a Merkle root, chained to the seal before.

use super::entry::{Leaf, to_bytes};
use super::merkle::{self, Hash};
use super::store;
use crate::looks;
use base::{ErrorCode, OrganisationId, Result, Timestamp};
use db::{Db, Tx};
use sha2::{Digest, Sha256};

/// A seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// 1, 2, 3 …
    pub number: i64,
    /// When it was made.
    pub at: Timestamp,
    /// The root over its entries.
    pub root: Vec<u8>,
    /// The hash of the seal before.
    pub previous: Vec<u8>,
    /// The hash over all of this: the one value that stands for everything up to here.
    pub hash: Vec<u8>,
    pub(crate) leaves: Vec<u8>,
}

/// What the first seal of an organisation is chained to.
pub(crate) fn beginning(organisation: OrganisationId) -> Hash {
    Sha256::digest(format!("audit chain of {organisation}")).into()
}

/// The hash of a seal.
pub(crate) fn hash(number: i64, at: Timestamp, count: usize, root: &[u8], previous: &[u8]) -> Hash {
    Sha256::new()
        .chain_update([2])
        .chain_update(number.to_be_bytes())
        .chain_update(at.micros().to_be_bytes())
        .chain_update((count as u64).to_be_bytes())
        .chain_update(root)
        .chain_update(previous)
        .finalize()
        .into()
}

/// Seals what is new in every organisation, and tells how many entries that were. To be called each second; another
/// node may do the same at the same moment.
pub async fn seal_due(db: &Db) -> Result<usize> {
    let due = store::organisations_due(&mut db.read_global().await?).await?;
    let mut sealed = 0;
    for organisation in due {
        match db.write(organisation, async move |tx| seal(tx).await).await {
            Ok(count) => sealed += count,
            // Another node took this number; its seal holds the entries.
            Err(error) if error.code() == ErrorCode::Conflict => {}
            Err(error) => return Err(error),
        }
    }
    Ok(sealed)
}

/// Seals what is new in one organisation.
pub(crate) async fn seal(tx: &mut Tx) -> Result<usize> {
    let (organisation, now) = (tx.organisation(), tx.env().now());
    let last = store::last_seal(tx).await?;
    let number = last.as_ref().map_or(0, |seal| seal.number) + 1;
    let mut entries = store::take_unsealed(tx, number).await?;
    entries.extend(looks::store::take_unsealed(tx, number).await?);
    if entries.is_empty() {
        return Ok(0);
    }
    entries.sort_by_key(|entry| entry.id);
    let leaves: Vec<_> = entries.iter().map(|entry| Leaf { id: entry.id, hash: entry.leaf() }).collect();
    let root = merkle::root(&leaves.iter().map(|leaf| leaf.hash).collect::<Vec<_>>());
    let previous = last.map_or_else(|| beginning(organisation).to_vec(), |seal| seal.hash);
    let hash = hash(number, now, leaves.len(), &root, &previous).to_vec();
    let seal = Seal { number, at: now, root: root.to_vec(), previous, hash, leaves: to_bytes(&leaves) };
    store::insert_seal(tx, &seal).await?;
    Ok(leaves.len())
}

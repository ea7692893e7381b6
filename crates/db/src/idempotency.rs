//! Idempotency keys: a request that is sent again with the same key has its effect once.
//!
//! The key is stored with the id of what the request made and a digest of the request, in the same transaction. A
//! repeat finds the id and is answered with the thing as it is now; the same key with another request is refused.

use crate::{Tx, args, sql};
use base::{Error, ErrorCode, Result};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// How long a key is remembered.
pub const REMEMBERED: Duration = Duration::from_hours(24);
const LONGEST: usize = 128;

/// A key that a caller chose, with the digest of its request.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    key: String,
    digest: Vec<u8>,
}

impl IdempotencyKey {
    /// Checks a key: 1 to 128 printable ASCII characters.
    pub fn new(key: &str, request: &[u8]) -> Result<Self> {
        if key.is_empty() || key.len() > LONGEST || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::invalid("Idempotency-Key", "give 1 to 128 printable ASCII characters"));
        }
        Ok(Self { key: key.to_owned(), digest: Sha256::digest(request).to_vec() })
    }
}

/// Whether the request is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once {
    /// It is new, and remembered with the id that was given.
    First,
    /// It was done before and made this.
    Repeat(String),
}

/// Remembers the key with the id of what is about to be made, or tells what it made before.
pub async fn once(tx: &mut Tx, actor: &str, key: &IdempotencyKey, id: &str) -> Result<Once> {
    let organisation = tx.organisation();
    let now = tx.env().now();
    let fresh = tx
        .execute(
            sql!(
                "INSERT INTO idempotency_keys (organisation_id, actor, key, digest, made, at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organisation_id, actor, key) DO NOTHING"
            ),
            args![organisation, actor, &key.key, &key.digest, id, now],
        )
        .await?;
    if fresh == 1 {
        return Ok(Once::First);
    }
    let row = tx
        .one(
            sql!("SELECT digest, made FROM idempotency_keys WHERE organisation_id = $1 AND actor = $2 AND key = $3"),
            args![organisation, actor, &key.key],
        )
        .await?;
    if row.get::<Vec<u8>>("digest")? != key.digest {
        return Err(Error::new(ErrorCode::KeyReused, "Choose a new idempotency key for each new request."));
    }
    Ok(Once::Repeat(row.get("made")?))
}

/// Forgets the keys of this organisation that are older than [`REMEMBERED`].
pub async fn forget_old(tx: &mut Tx) -> Result<u64> {
    let (organisation, before) = (tx.organisation(), tx.env().now() - REMEMBERED);
    tx.execute(
        sql!("DELETE FROM idempotency_keys WHERE organisation_id = $1 AND at < $2"),
        args![organisation, before],
    )
    .await
}

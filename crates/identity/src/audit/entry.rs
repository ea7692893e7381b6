//! What is sealed: entries of the audit chain and looks, and how each becomes a leaf.
//!
//! A leaf covers the envelope (who, when, what kind) and the hash of the content. The content is hashed with a salt,
//! so that once content and salt are erased nobody can find the content back by guessing, while the envelope stays
//! provable and the chain whole.

use super::merkle::{self, Hash};
use base::id::Id;
use base::{AuditId, Error, LookId, Result, Timestamp};
use sha2::{Digest, Sha256};
use std::fmt;

/// The id of something that is sealed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EntryRef {
    /// An entry of the audit chain.
    Audit(AuditId),
    /// A look at personal data.
    Look(LookId),
}

impl fmt::Display for EntryRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Audit(id) => id.fmt(f),
            Self::Look(id) => id.fmt(f),
        }
    }
}

impl EntryRef {
    fn to_bytes(self) -> [u8; 17] {
        let (kind, raw) = match self {
            Self::Audit(id) => (b'a', id.raw()),
            Self::Look(id) => (b'l', id.raw()),
        };
        let mut bytes = [kind; 17];
        bytes[1..].copy_from_slice(&raw.to_be_bytes());
        bytes
    }

    fn from_bytes(bytes: [u8; 17]) -> Option<Self> {
        let [kind, raw @ ..] = bytes;
        let raw = u128::from_be_bytes(raw);
        match kind {
            b'a' => Some(Self::Audit(AuditId::from_raw(raw))),
            b'l' => Some(Self::Look(LookId::from_raw(raw))),
            _ => None,
        }
    }
}

/// An entry as far as sealing goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealable {
    pub(crate) id: EntryRef,
    pub(crate) at: Timestamp,
    /// The fields of the envelope, in a fixed order.
    pub(crate) envelope: Vec<String>,
    /// The parts of the content with their salt; absent once erased.
    pub(crate) content: Option<Content>,
    pub(crate) content_hash: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) salt: Vec<u8>,
    pub(crate) parts: Vec<String>,
}

impl Content {
    /// Each part goes in with its length, so that no two contents are the same bytes.
    pub(crate) fn hash(&self) -> Hash {
        let mut hash = Sha256::new().chain_update(length(&self.salt)).chain_update(&self.salt);
        for part in &self.parts {
            hash.update(length(part.as_bytes()));
            hash.update(part);
        }
        hash.finalize().into()
    }
}

impl Sealable {
    pub(crate) fn leaf(&self) -> Hash {
        let mut bytes = self.id.to_bytes().to_vec();
        bytes.extend(self.at.micros().to_be_bytes());
        for field in &self.envelope {
            bytes.extend(length(field.as_bytes()));
            bytes.extend(field.as_bytes());
        }
        bytes.extend(length(&self.content_hash));
        bytes.extend(&self.content_hash);
        merkle::leaf(&bytes)
    }

    /// Whether the content is what its hash says. Erased content says nothing.
    pub(crate) fn content_fits(&self) -> bool {
        self.content.as_ref().is_none_or(|content| content.hash().as_slice() == self.content_hash)
    }
}

fn length(bytes: &[u8]) -> [u8; 8] {
    (bytes.len() as u64).to_be_bytes()
}

/// A leaf with whose it is, as a seal lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub(crate) id: EntryRef,
    pub(crate) hash: Hash,
}

const LEAF: usize = 17 + 32;

pub(crate) fn to_bytes(leaves: &[Leaf]) -> Vec<u8> {
    leaves.iter().flat_map(|leaf| leaf.id.to_bytes().into_iter().chain(leaf.hash)).collect()
}

pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Vec<Leaf>> {
    let broken = || Error::internal("the list of leaves of a seal is broken");
    let (chunks, rest) = bytes.as_chunks::<LEAF>();
    if !rest.is_empty() {
        return Err(broken());
    }
    let leaf = |chunk: &[u8; LEAF]| {
        let (id, hash) = chunk.split_first_chunk::<17>()?;
        Some(Leaf { id: EntryRef::from_bytes(*id)?, hash: hash.try_into().ok()? })
    };
    chunks.iter().map(|chunk| leaf(chunk).ok_or_else(broken)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_list_of_leaves_reads_back(all: Vec<(bool, u128, [u8; 32])>) {
            let leaves: Vec<_> = all.iter().map(|(look, raw, hash)| {
                let id = if *look {
                    EntryRef::Look(LookId::from_raw(*raw))
                } else {
                    EntryRef::Audit(AuditId::from_raw(*raw))
                };
                Leaf { id, hash: *hash }
            }).collect();
            prop_assert_eq!(from_bytes(&to_bytes(&leaves)).unwrap(), leaves);
        }

        #[test]
        fn any_bytes_are_an_error_and_no_panic(bytes: Vec<u8>) {
            let _ = from_bytes(&bytes);
        }

        #[test]
        fn where_one_part_ends_matters(parts: Vec<String>, other: Vec<String>) {
            let hash = |parts: &[String]| Content { salt: vec![1], parts: parts.to_vec() }.hash();
            prop_assert_eq!(hash(&parts) == hash(&other), parts == other);
        }
    }

    #[test]
    fn the_salt_decides_so_that_content_cannot_be_guessed() {
        let hash = |salt: u8| Content { salt: vec![salt; 16], parts: vec!["cus_1".into()] }.hash();
        assert_ne!(hash(1), hash(2));
    }
}

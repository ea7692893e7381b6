//! A Merkle tree over leaves, as RFC 6962 (Certificate Transparency) builds it: a leaf and a node are hashed with
//! different first bytes, so that one can never stand for the other.

use sha2::{Digest, Sha256};

/// A hash: SHA-256.
pub(crate) type Hash = [u8; 32];

/// The hash of a leaf with this content.
pub(crate) fn leaf(content: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(content).finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The largest power of two below a number of at least two.
fn split(count: usize) -> usize {
    count.next_power_of_two() / 2
}

/// The root over these leaves, in this order.
pub(crate) fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node(&root(left), &root(right))
        }
    }
}

/// The hashes that, with the leaf at `index`, make the root: nearest first. Empty when there is no such leaf.
pub(crate) fn path(leaves: &[Hash], index: usize) -> Vec<Hash> {
    if leaves.len() < 2 || index >= leaves.len() {
        return Vec::new();
    }
    let at = split(leaves.len());
    let (left, right) = leaves.split_at(at);
    let (mut path, other) =
        if index < at { (path(left, index), root(right)) } else { (path(right, index - at), root(left)) };
    path.push(other);
    path
}

/// The root that a leaf at `index` of `count` and this path make, if they fit together.
pub(crate) fn root_of_path(leaf: Hash, index: usize, count: usize, path: &[Hash]) -> Option<Hash> {
    if index >= count {
        return None;
    }
    if count == 1 {
        return path.is_empty().then_some(leaf);
    }
    let (other, nearer) = path.split_last()?;
    let at = split(count);
    Some(if index < at {
        node(&root_of_path(leaf, index, at, nearer)?, other)
    } else {
        node(other, &root_of_path(leaf, index - at, count - at, nearer)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn leaves() -> impl Strategy<Value = Vec<Hash>> {
        prop::collection::vec(any::<[u8; 4]>(), 1..70)
            .prop_map(|all| all.iter().map(|one| leaf(one)).collect())
    }

    proptest! {
        #[test]
        fn every_leaf_proves_that_it_is_there(leaves in leaves()) {
            let count = leaves.len();
            for (index, one) in leaves.iter().enumerate() {
                let path = path(&leaves, index);
                prop_assert!(path.len() <= count.next_power_of_two().ilog2() as usize);
                prop_assert_eq!(root_of_path(*one, index, count, &path), Some(root(&leaves)));
            }
        }

        #[test]
        fn another_leaf_place_or_path_does_not_prove_it(
            leaves in leaves(), index: prop::sample::Index, other: [u8; 4], step in 1usize..34, flip in 0usize..256,
        ) {
            let (count, at, right) = (leaves.len(), index.index(leaves.len()), root(&leaves));
            let route = path(&leaves, at);
            if leaf(&other) != leaves[at] {
                prop_assert_ne!(root_of_path(leaf(&other), at, count, &route), Some(right));
            }
            let elsewhere = (at + step) % count;
            if leaves[elsewhere] != leaves[at] {
                prop_assert_ne!(root_of_path(leaves[elsewhere], at, count, &route), Some(right));
            }
            for number in 0..route.len() {
                let mut bent = route.clone();
                bent[number][flip / 8] ^= 1 << (flip % 8);
                prop_assert_ne!(root_of_path(leaves[at], at, count, &bent), Some(right));
            }
        }

        #[test]
        fn a_changed_removed_swapped_or_added_leaf_changes_the_root(
            leaves in leaves(), index: prop::sample::Index, other: [u8; 4],
        ) {
            let (at, right) = (index.index(leaves.len()), root(&leaves));
            let mut changed = leaves.clone();
            changed[at][0] ^= 1;
            prop_assert_ne!(root(&changed), right);
            let mut removed = leaves.clone();
            removed.remove(at);
            prop_assert_ne!(root(&removed), right);
            let mut added = leaves.clone();
            added.insert(at, leaf(&other));
            prop_assert_ne!(root(&added), right);
            let mut swapped = leaves.clone();
            swapped.swap(0, at);
            if swapped != leaves {
                prop_assert_ne!(root(&swapped), right);
            }
        }
    }

    #[test]
    fn the_published_example_of_rfc_6962_comes_out() {
        let empty = crate::hex::encode(&root(&[]));
        assert_eq!(empty, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let one = crate::hex::encode(&leaf(b""));
        assert_eq!(one, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    }
}

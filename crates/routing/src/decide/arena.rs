//! Things kept at fixed places, named by small typed numbers. A number is only kept while the thing is there.
//! Beside it, how they are found by their id.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// The place of a `T`.
pub(super) struct At<T>(u32, PhantomData<fn() -> T>);

impl<T> Clone for At<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for At<T> {}

impl<T> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for At<T> {}

impl<T> PartialOrd for At<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for At<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T> fmt::Debug for At<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Holds things; places that come free are used again.
#[derive(Debug)]
pub(super) struct Arena<T> {
    items: Vec<Option<T>>,
    vacant: Vec<u32>,
}

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Self { items: Vec::new(), vacant: Vec::new() }
    }
}

impl<T> Arena<T> {
    pub(super) fn insert(&mut self, item: T) -> At<T> {
        if let Some(place) = self.vacant.pop() {
            self.items[place as usize] = Some(item);
            return At(place, PhantomData);
        }
        let place = u32::try_from(self.items.len()).expect("fewer than four thousand million of a kind");
        self.items.push(Some(item));
        At(place, PhantomData)
    }

    pub(super) fn remove(&mut self, at: At<T>) -> Option<T> {
        let item = self.items[at.0 as usize].take();
        if item.is_some() {
            self.vacant.push(at.0);
        }
        item
    }

    /// The thing, unless it was removed.
    pub(super) fn get(&self, at: At<T>) -> Option<&T> {
        self.items[at.0 as usize].as_ref()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter().flatten()
    }
}

impl<T> Index<At<T>> for Arena<T> {
    type Output = T;
    fn index(&self, at: At<T>) -> &T {
        self.items[at.0 as usize].as_ref().expect("a place is named only while something is there")
    }
}

impl<T> IndexMut<At<T>> for Arena<T> {
    fn index_mut(&mut self, at: At<T>) -> &mut T {
        self.items[at.0 as usize].as_mut().expect("a place is named only while something is there")
    }
}

/// Finds things by their id, or by ids and small numbers together.
pub(super) type ById<I, V> = HashMap<I, V, BuildHasherDefault<IdHasher>>;

/// Mixes the bits of an id. Ids are made here and hold eighty bits of chance, so nobody outside can choose them to
/// collide, and the slow hash that guards against that is not needed.
#[derive(Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u8(*byte);
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u128(byte.into());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u128(number as u128);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_usize(number.unsigned_abs());
    }

    #[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
    fn write_u128(&mut self, id: u128) {
        let (high, low) = ((id >> 64) as u64, id as u64);
        let mixed = u128::from(self.0 ^ high ^ low.rotate_left(29)) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (mixed >> 64) as u64 ^ mixed as u64;
    }
}

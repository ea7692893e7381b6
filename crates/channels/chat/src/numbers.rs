//! How a visitor counts. To them the entries of a conversation are 1, 2, 3 … without gaps, over all its contacts and
//! without what is for colleagues only: so a gap always means that something was lost on the way, and nobody can see
//! from a number that a colleague wrote a note.

use base::{ContactId, OrganisationId};
use quick_cache::sync::Cache;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The places of one contact's timeline that its visitor may see, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Places {
    /// How many entries the visitor saw before this contact.
    before: i64,
    /// Up to here every place is known.
    covered: i64,
    /// Those that the visitor may see.
    public: Vec<i64>,
}

impl Places {
    pub(crate) fn new(before: i64) -> Self {
        Self { before, covered: 0, public: Vec::new() }
    }

    /// Up to which place all is known.
    pub(crate) fn covered(&self) -> i64 {
        self.covered
    }

    /// Takes in the next places: those that the visitor may see, and up to where that is all. What is known already
    /// changes nothing.
    pub(crate) fn take(&mut self, public: impl IntoIterator<Item = i64>, covered: i64) {
        self.public.extend(public.into_iter().filter(|seq| *seq > self.covered));
        let last = self.public.last().copied().unwrap_or_default();
        self.covered = self.covered.max(covered).max(last);
    }

    /// Takes in one place, if it is the next one. False: something between is not known.
    pub(crate) fn take_next(&mut self, seq: i64, public: bool) -> bool {
        if seq == self.covered + 1 {
            self.take(public.then_some(seq), seq);
        }
        seq <= self.covered
    }

    /// The visitor's number of the last entry that is known.
    pub(crate) fn last(&self) -> i64 {
        self.before + count(self.public.len())
    }

    /// The visitor's number of a place that they may see.
    pub(crate) fn number_of(&self, seq: i64) -> Option<i64> {
        self.public.binary_search(&seq).ok().map(|index| self.before + count(index + 1))
    }

    /// The visitor's number of the last entry up to a place.
    pub(crate) fn number_up_to(&self, seq: i64) -> i64 {
        self.before + count(self.public.partition_point(|public| *public <= seq))
    }

    /// The place of the last entry up to a visitor's number; zero before the first of this contact.
    pub(crate) fn place_of(&self, number: i64) -> i64 {
        let index = usize::try_from(number - self.before).unwrap_or(0).min(self.public.len());
        index.checked_sub(1).map_or(0, |index| self.public[index])
    }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// The places of the contacts that are talked about now.
pub(crate) struct Numbers {
    known: Cache<(OrganisationId, ContactId), Arc<Mutex<Places>>>,
}

impl Numbers {
    pub(crate) fn new(contacts: usize) -> Self {
        Self { known: Cache::new(contacts) }
    }

    /// The places of a contact, if they are kept.
    pub(crate) fn find(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
    ) -> Option<Arc<Mutex<Places>>> {
        self.known.get(&(organisation, contact))
    }

    /// The places of a contact; empty if they were not kept.
    pub(crate) fn keep(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
        before: i64,
    ) -> Arc<Mutex<Places>> {
        let fresh = || Ok::<_, std::convert::Infallible>(Arc::new(Mutex::new(Places::new(before))));
        match self.known.get_or_insert_with(&(organisation, contact), fresh) {
            Ok(places) => places,
            Err(never) => match never {},
        }
    }
}

/// The places, to look at or add to. Never held over an await.
pub(crate) fn locked(places: &Mutex<Places>) -> MutexGuard<'_, Places> {
    places.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn notes_leave_no_gap_and_a_second_contact_counts_on() {
        let mut places = Places::new(10);
        for (seq, public) in [(1, true), (2, false), (3, false), (4, true)] {
            assert!(places.take_next(seq, public));
        }
        assert_eq!(
            (places.number_of(1), places.number_of(2), places.number_of(4)),
            (Some(11), None, Some(12))
        );
        assert_eq!((places.number_up_to(3), places.number_up_to(9), places.number_up_to(0)), (11, 12, 10));
        assert_eq!(
            (places.place_of(12), places.place_of(11), places.place_of(10), places.place_of(3)),
            (4, 1, 0, 0)
        );
        assert!(!places.take_next(6, true), "place 5 is not known");
        assert_eq!((places.last(), Places::new(10).last()), (12, 10));
    }

    proptest! {
        /// Whatever comes twice, late or through the database: the numbers are those of counting once, in order.
        #[test]
        fn numbers_are_dense_in_any_weather(
            public in proptest::collection::vec(any::<bool>(), 1..40),
            heard in proptest::collection::vec((0_usize..40, any::<bool>()), 0..80),
        ) {
            let visible = |seq: i64| public[usize::try_from(seq - 1).unwrap()];
            let last = i64::try_from(public.len()).unwrap();
            let mut places = Places::new(5);
            for (index, reload) in heard {
                let seq = i64::try_from(index).unwrap().min(last - 1) + 1;
                if reload || !places.take_next(seq, visible(seq)) {
                    let from = places.covered();
                    places.take((from + 1..=seq).filter(|seq| visible(*seq)), seq);
                }
                prop_assert!(places.covered() >= seq);
            }
            let known = places.covered();
            let mut number = 5;
            for seq in 1..=known {
                number += i64::from(visible(seq));
                prop_assert_eq!(places.number_of(seq), visible(seq).then_some(number));
                prop_assert_eq!(places.number_up_to(seq), number);
                if visible(seq) {
                    prop_assert_eq!(places.place_of(number), seq);
                }
            }
        }
    }
}

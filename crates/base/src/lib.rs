//! The ground floor: typed ids, time, chance, language tags, error codes and the envelope of a journal event.
//!
//! Everything here is plain data or a small trait. This crate never touches a database, a file or a socket, and it
//! knows no person, contact or queue. Each room above it speaks in these words.

pub mod clock;
pub mod error;
pub mod event;
pub mod id;
pub mod language;
pub mod random;
pub mod subject;
pub mod time;
pub mod value;

pub use clock::{Clock, SystemClock, TestClock};
pub use error::{Error, ErrorCode, FieldError, Result};
pub use event::{Actor, Event, JournalEntry, Position};
pub use id::*;
pub use language::Language;
pub use random::{Random, SeededRandom, SystemRandom};
pub use subject::Subject;
pub use time::Timestamp;

use std::sync::Arc;

/// What a running program gets from outside itself: the time and chance. Given at start, never looked up.
#[derive(Clone, Debug)]
pub struct Env {
    /// Tells and awaits the time.
    pub clock: Arc<dyn Clock>,
    /// Gives bytes nobody can guess (or, in tests, bytes that repeat).
    pub random: Arc<dyn Random>,
}

impl Env {
    /// The real clock and the operating system's randomness.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock::new()), random: Arc::new(SystemRandom) }
    }

    /// A clock that stands still until told, and randomness from a seed. The clock is returned so that a test can
    /// move it.
    pub fn test(seed: u64) -> (Self, Arc<TestClock>) {
        let clock = Arc::new(TestClock::default());
        (Self { clock: clock.clone(), random: Arc::new(SeededRandom::new(seed)) }, clock)
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh id of any kind, ordered by the time of its making.
    pub fn new_id<I: Id>(&self) -> I {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes);
        I::from_raw(id::raw(self.now(), u128::from_be_bytes(bytes)))
    }

    /// `N` random bytes.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }
}

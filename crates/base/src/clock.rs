//! The injected clock. The real one never runs backwards and follows a step of the machine's clock by slewing, so
//! that an offer of twenty seconds lasts about twenty seconds whatever NTP or an operator does meanwhile.

use crate::Timestamp;
use futures::future::BoxFuture;
use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Tells the time and waits for it.
pub trait Clock: Debug + Send + Sync {
    /// The time now; never earlier than an answer given before.
    fn now(&self) -> Timestamp;
    /// Completes when [`Clock::now`] has reached `at`.
    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()>;
}

/// The machine's clock, smoothed.
#[derive(Debug)]
pub struct SystemClock {
    origin: Instant,
    slew: Mutex<Slew>,
}

/// Follows wall time at between nine and eleven tenths of its pace.
#[derive(Debug)]
struct Slew {
    shown: Timestamp,
    monotonic: Duration,
}

impl Slew {
    fn advance(&mut self, monotonic: Duration, wall: Timestamp) -> Timestamp {
        let elapsed = i64::try_from(monotonic.saturating_sub(self.monotonic).as_micros()).unwrap_or(i64::MAX);
        let expected = self.shown.micros().saturating_add(elapsed);
        let limit = elapsed / 10;
        let drift = wall.micros().saturating_sub(expected).clamp(-limit, limit);
        self.monotonic = monotonic.max(self.monotonic);
        self.shown = Timestamp::from_micros(expected.saturating_add(drift));
        self.shown
    }
}

impl SystemClock {
    /// Starts at the machine's present time.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that is injected")]
    pub fn new() -> Self {
        let slew = Slew { shown: wall(), monotonic: Duration::ZERO };
        Self { origin: Instant::now(), slew: Mutex::new(slew) }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock that is injected")]
fn wall() -> Timestamp {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX))
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let mut slew = self.slew.lock().unwrap_or_else(PoisonError::into_inner);
        slew.advance(self.origin.elapsed(), wall())
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        let wait = at.since(self.now());
        Box::pin(tokio::time::sleep(wait))
    }
}

/// A clock for tests: it stands still until it is moved.
#[derive(Debug)]
pub struct TestClock {
    now: watch::Sender<Timestamp>,
}

impl Default for TestClock {
    /// Starts on Monday 2 November 2026 at 08:00 UTC, nine in the morning in the Netherlands.
    fn default() -> Self {
        Self { now: watch::Sender::new(Timestamp::from_micros(1_793_606_400_000_000)) }
    }
}

impl TestClock {
    /// Moves the clock forward and wakes whoever waits for it.
    pub fn advance(&self, duration: Duration) {
        self.now.send_modify(|now| *now = *now + duration);
    }

    /// Moves the clock forward to a moment; a moment that has passed leaves it where it is.
    pub fn advance_to(&self, at: Timestamp) {
        self.now.send_modify(|now| *now = at.max(*now));
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        let mut now = self.now.subscribe();
        Box::pin(async move {
            // The sender lives as long as the clock; when it is gone nobody waits any more.
            let _ = now.wait_for(|now| *now >= at).await;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn a_wall_clock_set_back_an_hour_does_not_turn_time_back() {
        let mut slew = Slew { shown: at(10_000), monotonic: Duration::ZERO };
        let shown = slew.advance(Duration::from_secs(10), at(10_010 - 3600));
        assert_eq!(shown, at(10_009), "nine tenths of the pace while behind");
    }

    #[test]
    fn a_wall_clock_set_forward_is_caught_up_with_slowly() {
        let mut slew = Slew { shown: at(0), monotonic: Duration::ZERO };
        assert_eq!(slew.advance(Duration::from_secs(10), at(3600)), at(11));
    }

    #[test]
    fn a_good_wall_clock_is_followed_exactly() {
        let mut slew = Slew { shown: at(0), monotonic: Duration::ZERO };
        assert_eq!(slew.advance(Duration::from_secs(10), at(10)), at(10));
    }

    #[tokio::test]
    async fn waiting_ends_when_the_test_moves_the_clock() {
        let clock = TestClock::default();
        let wait = clock.sleep_until(clock.now() + Duration::from_mins(1));
        clock.advance(Duration::from_mins(1));
        wait.await;
    }
}

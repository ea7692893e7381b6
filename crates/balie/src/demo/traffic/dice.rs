//! Chance and time of the simulation: dice that fall the same way for the same seed, the pace at which people read
//! and type, and how busy each hour of the day is.

use base::{Random, SeededRandom, Timestamp};
use std::sync::Arc;
use std::time::Duration;

/// Seeded dice. Each simulated person has their own, so that one does not change the others.
#[derive(Clone, Debug)]
pub(crate) struct Dice(Arc<dyn Random>);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(SeededRandom::new(seed)))
    }

    /// Dice of their own for somebody else.
    pub(crate) fn another(&self) -> Self {
        Self::new(u64::from_le_bytes(self.bytes()))
    }

    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes);
        bytes
    }

    /// From zero up to, but not including, one.
    pub(crate) fn unit(&self) -> f64 {
        f64::from(u32::from_le_bytes(self.bytes())) / (f64::from(u32::MAX) + 1.0)
    }

    pub(crate) fn chance(&self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// From zero up to, but not including, `end`; zero when there is nothing to choose from.
    pub(crate) fn below(&self, end: usize) -> usize {
        let wide = u128::from(u64::from_le_bytes(self.bytes())) * end as u128;
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    pub(crate) fn pick<'a, T>(&self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    pub(crate) fn between(&self, least: Duration, most: Duration) -> Duration {
        least + most.saturating_sub(least).mul_f64(self.unit())
    }

    /// So many seconds, give or take.
    pub(crate) fn seconds(&self, least: u64, most: u64) -> Duration {
        self.between(Duration::from_secs(least), Duration::from_secs(most))
    }

    /// The time to the next of things that happen at random, with this mean.
    pub(crate) fn exponential(&self, mean: Duration) -> Duration {
        mean.mul_f64((-(1.0 - self.unit()).ln()).min(20.0))
    }

    /// A reference that nobody can guess is not needed here, but one that does not repeat is.
    pub(crate) fn reference(&self) -> String {
        format!("demo-{:032x}", u128::from_le_bytes(self.bytes()))
    }
}

/// How fast the simulated world runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    speed: f64,
}

impl Pace {
    pub(crate) fn new(speed: f64) -> Self {
        Self { speed }
    }

    /// How long something takes that takes this long in life. Never nothing, so that nobody turns in a circle.
    pub(crate) fn of(self, duration: Duration) -> Duration {
        duration.div_f64(self.speed).max(Duration::from_millis(20))
    }

    pub(crate) fn reading(self, text: &str) -> Duration {
        self.of((Duration::from_millis(1200) + Duration::from_millis(30) * length(text))
            .min(Duration::from_secs(15)))
    }

    pub(crate) fn typing(self, text: &str) -> Duration {
        self.of((Duration::from_millis(700) + Duration::from_millis(85) * length(text))
            .min(Duration::from_secs(25)))
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// How busy each hour is, of the busiest. Somebody tries the demo at night too, so it is never quite quiet.
const DAY: [f64; 24] = [
    0.35, 0.35, 0.35, 0.35, 0.35, 0.35, 0.35, 0.4, 0.7, 0.95, 1.0, 0.95, 0.7, 0.85, 0.95, 0.9, 0.8, 0.6, 0.5,
    0.6, 0.6, 0.5, 0.4, 0.35,
];

/// How busy it is at this moment in the Netherlands, of the busiest hour.
pub(crate) fn busy(at: Timestamp) -> f64 {
    let hour = at.in_zone("Europe/Amsterdam").and_then(|moment| usize::try_from(moment.hour()).ok());
    hour.and_then(|hour| DAY.get(hour)).copied().unwrap_or(0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_world() {
        let fall = |seed| {
            let dice = Dice::new(seed);
            let other = dice.another();
            (0..50).map(|_| (dice.below(1000), other.below(1000))).collect::<Vec<_>>()
        };
        assert_eq!(fall(1), fall(1));
        assert_ne!(fall(1), fall(2));
    }

    #[test]
    fn dice_stay_within_their_bounds_and_use_them() {
        let dice = Dice::new(3);
        let throws: Vec<usize> = (0..1000).map(|_| dice.below(6)).collect();
        assert!((0..6).all(|side| throws.contains(&side)) && throws.iter().all(|side| *side < 6));
        assert_eq!(dice.below(0), 0);
        assert!(dice.pick::<u8>(&[]).is_none());
        let (least, most) = (Duration::from_secs(2), Duration::from_secs(3));
        assert!((0..1000).map(|_| dice.between(least, most)).all(|wait| wait >= least && wait < most));
    }

    #[test]
    fn waits_between_arrivals_have_the_mean_that_was_asked() {
        let dice = Dice::new(4);
        let total: Duration = (0..5000).map(|_| dice.exponential(Duration::from_secs(10))).sum();
        let mean = total.as_secs_f64() / 5000.0;
        assert!((9.4..10.6).contains(&mean), "{mean}");
    }

    #[test]
    fn a_fast_world_is_fast_and_never_without_time() {
        let hour = Duration::from_hours(1);
        assert_eq!(Pace::new(60.0).of(hour), Duration::from_mins(1));
        assert!(Pace::new(1e12).of(hour) > Duration::ZERO);
        assert!(Pace::new(1.0).typing("een lange zin van een mens") > Pace::new(1.0).typing("ok"));
    }

    #[test]
    fn mornings_are_busier_than_nights() {
        let (env, clock) = base::Env::test(1);
        let morning = busy(env.now());
        clock.advance(Duration::from_hours(18));
        assert!(morning > busy(env.now()) && busy(env.now()) > 0.0);
    }
}

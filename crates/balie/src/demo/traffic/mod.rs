//! Customers and colleagues who are not there. They come in through the public interface, as real ones do, with the
//! same limits; they know nothing of what is inside. Customers arrive at random, more of them when it is day;
//! colleagues sign in, take contacts, talk, wrap up and have breaks. The people who are left to whoever plays are not
//! simulated. All of it is played from one seed.

mod colleague;
mod dice;
mod helper;
mod line;
mod visit;
mod visitor;
mod wire;

pub(crate) use dice::Dice;
pub(crate) use line::Address;
pub(crate) use visitor::Stage;

use super::content::{Organisation, World};
use super::folder::Made;
use base::{Env, Error, Result};
use dice::{Pace, busy};
use line::{Browser, Refused};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// At most so many customers at the same time; more than that are turned away at the door.
const CUSTOMERS: usize = 150;
/// How often something that makes sense to try again is tried.
const TRIES: u32 = 8;
/// After the start, the server gets a moment.
const START: Duration = Duration::from_secs(2);

/// How the world runs.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) address: Address,
    pub(crate) seed: u64,
    pub(crate) speed: f64,
    /// Of all organisations together, in the busiest hour.
    pub(crate) customers_per_hour: f64,
}

/// A website with a widget, and whose it is.
#[derive(Clone, Debug)]
struct Website {
    organisation: usize,
    widget_key: String,
}

/// What all simulated people share.
struct Simulation {
    env: Env,
    content: Arc<World>,
    address: Address,
    public: Browser,
    pace: Pace,
}

/// A world that goes on until this is dropped.
#[derive(Debug)]
pub(crate) struct Traffic {
    _people: JoinSet<()>,
}

impl Traffic {
    /// Starts it.
    pub(crate) fn start(env: Env, content: Arc<World>, made: &[Made], options: &Options) -> Result<Self> {
        let simulation = Arc::new(Simulation {
            env,
            address: options.address.clone(),
            public: Browser::new(&options.address)?,
            pace: Pace::new(options.speed),
            content,
        });
        let dice = Dice::new(options.seed);
        let mut people = JoinSet::new();
        let mut websites = Vec::new();
        for (number, organisation) in simulation.content.organisations.iter().enumerate() {
            let slug = &organisation.setup.slug;
            let found = made.iter().find(|made| made.slug == *slug);
            let found = found.ok_or_else(|| Error::internal(format!("the demo has not made {slug}")))?;
            websites.push(Website { organisation: number, widget_key: found.widget_key.clone() });
            for (person, who) in organisation.people.iter().enumerate() {
                if !who.play {
                    people.spawn(colleague::work(simulation.clone(), (number, person), dice.another()));
                }
            }
        }
        people.spawn(arrivals(simulation, websites, options.customers_per_hour * options.speed, dice));
        Ok(Self { _people: people })
    }
}

/// Lets customers come: a Poisson process that follows the day.
async fn arrivals(simulation: Arc<Simulation>, websites: Vec<Website>, per_hour: f64, dice: Dice) {
    let mean = Duration::from_hours(1).div_f64(per_hour.max(0.001));
    let places = Arc::new(Semaphore::new(CUSTOMERS));
    let mut customers = JoinSet::new();
    simulation.sleep(START).await;
    loop {
        simulation.sleep(dice.exponential(mean)).await;
        while customers.try_join_next().is_some() {}
        let is_busy = dice.chance(busy(simulation.env.now()));
        let Some(website) = simulation.chosen(&websites, &dice).filter(|_| is_busy) else { continue };
        let Ok(place) = places.clone().try_acquire_owned() else { continue };
        let (simulation, website, dice) = (simulation.clone(), website.clone(), dice.another());
        customers.spawn(async move {
            if let Some(dialogue) = dice.pick(&simulation.organisation(&website).dialogues) {
                visit::play(&simulation, &website, dialogue, dice.another()).await;
            }
            drop(place);
        });
    }
}

impl Simulation {
    fn organisation(&self, website: &Website) -> &Organisation {
        &self.content.organisations[website.organisation]
    }

    /// A website, each as often as its share.
    fn chosen<'a>(&self, websites: &'a [Website], dice: &Dice) -> Option<&'a Website> {
        let share = |website: &Website| self.organisation(website).setup.share as usize;
        let mut left = dice.below(websites.iter().map(share).sum());
        websites.iter().find(|website| {
            let share = share(website);
            let found = left < share;
            left = left.saturating_sub(share);
            found
        })
    }

    async fn sleep(&self, duration: Duration) {
        self.env.clock.sleep_until(self.env.now() + duration.max(Duration::from_millis(1))).await;
    }

    /// Tries again while that makes sense. `None`: it will not work, and the server said so.
    async fn patiently<T, F>(&self, ask: impl Fn() -> F) -> Option<T>
    where
        F: Future<Output = std::result::Result<T, Refused>>,
    {
        for _ in 0..TRIES {
            match ask().await {
                Ok(answer) => return Some(answer),
                Err(refused) => {
                    let Some(wait) = refused.again_in() else {
                        tracing::debug!(code = refused.code, "a simulated person was refused");
                        return None;
                    };
                    self.sleep(wait).await;
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_organisation_gets_its_share_of_the_customers() {
        let (env, _) = Env::test(1);
        let address = Address { host: "127.0.0.1:9".into(), origin: "http://localhost".into() };
        let public = Browser::new(&address).unwrap();
        let content = Arc::new(World::load().unwrap());
        let simulation = Simulation { env, content, address, public, pace: Pace::new(1.0) };
        let website = |organisation| Website { organisation, widget_key: String::new() };
        let websites = [website(0), website(1), website(2)];
        let dice = Dice::new(5);
        let chosen = (0..2000).map(|_| simulation.chosen(&websites, &dice).unwrap().organisation);
        let lindedam = chosen.filter(|organisation| *organisation == 0).count();
        assert!((1300..1500).contains(&lindedam), "{lindedam}");
        assert!(simulation.chosen(&[], &dice).is_none());
    }
}

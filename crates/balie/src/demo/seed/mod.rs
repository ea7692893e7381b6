//! Fills an empty database through the rooms' own actions: first each organisation as an administrator would set it
//! up, then its past, from the oldest contact to the newest. The clock of the program that does this is moved along,
//! so that everything stands where it would stand if it had happened then.
//!
//! The same seed makes the same past. Keys, ids and tokens are never made from it.

mod history;
mod organisation;

use super::content::World;
use super::folder::Made;
use base::{Clock, Env, Result, Timestamp};
use chat::Chat;
use contact::Contacts;
use db::Db;
use futures::future::BoxFuture;
use identity::Identity;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use vault::Vault;

const DAY: Duration = Duration::from_hours(24);
/// Before the oldest contact.
const FOUNDED: Duration = Duration::from_hours(24 * 400);

/// What the seed works with.
#[derive(Clone, Debug)]
pub(crate) struct Rooms {
    pub(crate) db: Db,
    pub(crate) vault: Vault,
    pub(crate) identity: Identity,
    pub(crate) contacts: Contacts,
    pub(crate) chat: Chat,
}

/// A clock that stands where it is put.
#[derive(Debug)]
pub(crate) struct PastClock(Mutex<Timestamp>);

impl PastClock {
    /// The clock, and an environment in which it is the time. Chance stays real, because keys are made with it.
    pub(crate) fn before(present: &Env) -> (Arc<Self>, Env) {
        let clock = Arc::new(Self(Mutex::new(present.now() - FOUNDED)));
        let env = Env { clock: clock.clone(), random: present.random.clone() };
        (clock, env)
    }

    /// Lets time pass until this moment. It never goes back.
    fn advance_to(&self, at: Timestamp) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = at.max(*now);
    }

    fn advance(&self, duration: Duration) {
        self.advance_to(self.now() + duration);
    }
}

impl Clock for PastClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In the past nobody waits.
    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        self.advance_to(at);
        Box::pin(std::future::ready(()))
    }
}

/// Makes everything. `rooms` run on `clock`; `present` is the real time, where the past ends.
pub(crate) async fn all(
    world: &World,
    rooms: &Rooms,
    clock: &Arc<PastClock>,
    present: Timestamp,
    seed: u64,
) -> Result<Vec<Made>> {
    let mut made = Vec::new();
    let mut set_up = Vec::new();
    for organisation in &world.organisations {
        let ids = organisation::make(rooms, organisation).await?;
        made.push(Made {
            slug: organisation.setup.slug.clone(),
            id: ids.organisation,
            widget_key: ids.widget_key.clone(),
        });
        set_up.push((organisation, ids));
    }
    history::live_through(rooms, clock, present, seed, set_up).await?;
    Ok(made)
}

//! Which agents have a screen on this node.
//!
//! Each screen holds an [`OpenScreen`]; when it goes, however that comes about, it is counted out. That the last screen
//! of an agent went stays in mind until it is stored, also while the database is away. Each node speaks of its own
//! screens only: of an agent who has a screen on another node too, that node says so again within a second.

use crate::store::agents;
use crate::{Routing, actions};
use base::{MembershipId, OrganisationId, Result, Timestamp};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// How often what the database says is compared with the screens that are there.
const LOOK: Duration = Duration::from_secs(1);

type Who = (OrganisationId, MembershipId);

/// The screens of this node.
#[derive(Debug, Default)]
pub(crate) struct Screens {
    known: Mutex<Known>,
    went: Notify,
}

#[derive(Debug, Default)]
struct Known {
    open: HashMap<Who, Open>,
    /// Whose last screen went, which is not stored yet; with when it was last heard. Without that moment it could not
    /// be stored at first. Then nobody could come back either, and their time begins when it is stored.
    went: HashMap<Who, Option<Timestamp>>,
}

/// The screens of one agent.
#[derive(Debug)]
struct Open {
    count: u32,
    heard: Timestamp,
}

impl Screens {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self, who: Who, now: Timestamp) {
        let mut known = self.known();
        known.went.remove(&who);
        let open = known.open.entry(who).or_insert(Open { count: 0, heard: now });
        open.count += 1;
        open.heard = open.heard.max(now);
    }

    fn heard(&self, who: Who, now: Timestamp) {
        if let Some(open) = self.known().open.get_mut(&who) {
            open.heard = open.heard.max(now);
        }
    }

    fn close(&self, who: Who) {
        let mut known = self.known();
        let Some(open) = known.open.get_mut(&who) else { return };
        open.count -= 1;
        if open.count == 0 {
            let heard = open.heard;
            known.open.remove(&who);
            known.went.insert(who, Some(heard));
            self.went.notify_one();
        }
    }

    fn is_open(&self, who: Who) -> bool {
        self.known().open.contains_key(&who)
    }

    fn went(&self) -> Vec<Who> {
        self.known().went.keys().copied().collect()
    }

    /// It is stored, unless it happened again meanwhile.
    fn stored(&self, who: Who, heard: Option<Timestamp>) {
        let mut known = self.known();
        if known.went.get(&who) == Some(&heard) {
            known.went.remove(&who);
        }
    }

    /// Nobody can come back now, so nobody's time runs.
    fn postpone(&self) {
        for heard in self.known().went.values_mut() {
            *heard = None;
        }
    }

    fn organisations(&self) -> HashSet<OrganisationId> {
        self.known().open.keys().map(|(organisation, _)| *organisation).collect()
    }

    /// The agents of an organisation who have a screen here.
    pub(crate) fn connected(&self, organisation: OrganisationId) -> Vec<MembershipId> {
        let known = self.known();
        known.open.keys().filter(|(of, _)| *of == organisation).map(|(_, member)| *member).collect()
    }
}

/// A screen of an agent, which is there as long as this is kept.
#[must_use = "the screen is gone when this is dropped"]
pub struct OpenScreen {
    routing: Routing,
    who: Who,
}

impl fmt::Debug for OpenScreen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OpenScreen").field(&self.who).finish()
    }
}

impl OpenScreen {
    /// Something was heard from it just now.
    pub fn heard(&self) {
        self.routing.screens().heard(self.who, self.routing.db().env().now());
    }

    /// It is gone, and that is stored before this completes. On an error it is stored later.
    pub async fn close(self) -> Result<()> {
        let (routing, who) = (self.routing.clone(), self.who);
        drop(self);
        routing.store_went(who).await
    }
}

impl Drop for OpenScreen {
    fn drop(&mut self) {
        self.routing.screens().close(self.who);
    }
}

impl Routing {
    /// A screen of an agent is there.
    pub async fn screen_opened(
        &self,
        organisation: OrganisationId,
        member: MembershipId,
    ) -> Result<OpenScreen> {
        let who = (organisation, member);
        self.screens().open(who, self.db().env().now());
        let screen = OpenScreen { routing: self.clone(), who };
        self.still_there(organisation, member).await?;
        Ok(screen)
    }

    /// Said now and then by a screen, so that one that was thought lost is found again.
    pub async fn still_there(&self, organisation: OrganisationId, member: MembershipId) -> Result<()> {
        let found = agents::find(&mut self.db().read(organisation).await?, member).await?;
        if found.is_some_and(|found| found.presence.is_present() && found.lost_at.is_none()) {
            return Ok(());
        }
        self.db().write(organisation, async move |tx| actions::connect(tx, member).await).await
    }

    /// Makes the database say what is so about the screens of this node, again and again.
    pub(crate) async fn follow_screens(&self) -> Infallible {
        let clock = self.db().env().clock.clone();
        loop {
            if let Err(error) = self.settle_screens().await {
                tracing::warn!(?error, "who has a screen cannot be stored; trying again");
            }
            tokio::select! {
                () = self.screens().went.notified() => {}
                () = clock.sleep_until(clock.now() + LOOK) => {}
            }
        }
    }

    async fn settle_screens(&self) -> Result<()> {
        for who in self.screens().went() {
            self.store_went(who).await?;
        }
        for organisation in self.screens().organisations() {
            let lost = agents::lost(&mut self.db().read(organisation).await?).await?;
            for member in lost.into_iter().filter(|member| self.screens().is_open((organisation, *member))) {
                self.still_there(organisation, member).await?;
            }
        }
        Ok(())
    }

    /// Stores that the last screen of an agent went, unless one came back.
    async fn store_went(&self, who: Who) -> Result<()> {
        let (organisation, member) = who;
        let routing = self.clone();
        let write = async move |tx: &mut db::Tx| {
            // Asked only now: a screen that came just before has found the agent connected, and wrote nothing.
            let heard = routing.screens().known().went.get(&who).copied();
            if let Some(heard) = heard {
                actions::disconnect(tx, member, heard.unwrap_or(tx.env().now())).await?;
            }
            Ok(heard)
        };
        match self.db().write(organisation, write).await {
            Ok(Some(heard)) => self.screens().stored(who, heard),
            Ok(None) => {}
            Err(error) => {
                self.screens().postpone();
                return Err(error);
            }
        }
        // One that came while it was being stored may have found the agent connected still.
        if self.screens().is_open(who) { self.still_there(organisation, member).await } else { Ok(()) }
    }
}

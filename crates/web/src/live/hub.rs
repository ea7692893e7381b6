//! The hub: one follower per organisation, and the sockets by topic.

use super::subscription::{Mailbox, Subscription};
use super::{Projector, Push, Pushed, Topic, Wanted};
use base::{JournalEntry, OrganisationId, Position, Result};
use db::{Db, journal};
use futures::{FutureExt, StreamExt, stream};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A screen that was away for more facts than this loads again instead.
const REPLAYED: u32 = 2000;
/// After an error (the database is away) the follower tries again.
const PAUSE: Duration = Duration::from_secs(1);
/// So many facts are rendered at the same time, because each waits for the database. They are delivered in order.
const TOGETHER: usize = 4;

/// Pushes changes to screens. Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    db: Db,
    projectors: Vec<Arc<dyn Projector>>,
    organisations: Mutex<HashMap<OrganisationId, Sockets>>,
}

#[derive(Default)]
struct Sockets {
    next: u64,
    topics: HashMap<Topic, HashMap<u64, Mailbox>>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hub(…)")
    }
}

impl Hub {
    /// A hub with the rooms' projectors.
    pub fn new(db: Db, projectors: Vec<Arc<dyn Projector>>) -> Self {
        Self(Arc::new(Inner { db, projectors, organisations: Mutex::default() }))
    }

    /// Opens a subscription, without topics yet. The organisation's journal is followed from now on.
    pub async fn subscribe(&self, organisation: OrganisationId) -> Result<Subscription> {
        let mut conn = self.0.db.read(organisation).await?;
        let head = journal::head(&mut conn).await?;
        drop(conn);
        let mut organisations = self.organisations();
        let first = !organisations.contains_key(&organisation);
        let sockets = organisations.entry(organisation).or_default();
        sockets.next += 1;
        let number = sockets.next;
        drop(organisations);
        if first {
            tokio::spawn(self.clone().follow(organisation, head));
        }
        Ok(Subscription::new(self.clone(), organisation, number))
    }

    /// Pushes a passing sign, such as typing, that stands in no journal.
    pub fn publish(&self, organisation: OrganisationId, push: Push) {
        self.deliver(organisation, &Pushed { position: None, push });
    }

    /// What was pushed to these topics after a position, or `None` when that is too long ago.
    pub async fn replay(
        &self,
        organisation: OrganisationId,
        topics: &HashSet<Topic>,
        after: Position,
    ) -> Result<Option<Vec<Pushed>>> {
        let mut conn = self.0.db.read(organisation).await?;
        let entries = journal::after(&mut conn, after, REPLAYED).await?;
        drop(conn);
        if entries.len() >= usize::try_from(REPLAYED).unwrap_or(usize::MAX) {
            return Ok(None);
        }
        let wanted = Wanted::these(topics.clone());
        let mut pushed = Vec::new();
        for entry in entries {
            for push in self.project(&entry, &wanted).await? {
                if topics.contains(&push.topic) {
                    pushed.push(Pushed { position: Some(entry.position), push });
                }
            }
        }
        Ok(Some(pushed))
    }

    pub(super) fn join(&self, organisation: OrganisationId, topic: Topic, number: u64, mailbox: Mailbox) {
        let mut organisations = self.organisations();
        let sockets = organisations.entry(organisation).or_default();
        sockets.topics.entry(topic).or_default().insert(number, mailbox);
    }

    pub(super) fn leave(&self, organisation: OrganisationId, topic: &Topic, number: u64) {
        let mut organisations = self.organisations();
        let Some(sockets) = organisations.get_mut(&organisation) else { return };
        let Some(members) = sockets.topics.get_mut(topic) else { return };
        members.remove(&number);
        if members.is_empty() {
            sockets.topics.remove(topic);
        }
    }

    async fn follow(self, organisation: OrganisationId, head: Position) {
        let mut follower = journal::Follower::new(&self.0.db, organisation, head);
        let wanted = Wanted::by_sockets(self.clone(), organisation);
        loop {
            let entries = match follower.next().await {
                Ok(entries) => entries,
                Err(error) => {
                    tracing::warn!(?error, "the live hub cannot read the journal and tries again");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            let rendering: Vec<_> =
                entries.iter().map(|entry| self.project(entry, &wanted).boxed()).collect();
            let mut rendered = stream::iter(rendering).buffered(TOGETHER).zip(stream::iter(&entries));
            while let Some((pushes, entry)) = rendered.next().await {
                self.deliver_entry(entry, pushes);
            }
        }
    }

    /// What cannot be rendered now would leave screens behind without their knowing, so they are told to load again.
    fn deliver_entry(&self, entry: &JournalEntry, pushes: Result<Vec<Push>>) {
        match pushes {
            Ok(pushes) => {
                for push in pushes {
                    self.deliver(entry.organisation, &Pushed { position: Some(entry.position), push });
                }
            }
            Err(error) => {
                tracing::warn!(?error, kind = entry.kind, "a change could not be rendered");
                let organisations = self.organisations();
                let sockets = organisations
                    .get(&entry.organisation)
                    .into_iter()
                    .flat_map(|sockets| sockets.topics.values());
                for mailbox in sockets.flat_map(HashMap::values) {
                    mailbox.overflow();
                }
            }
        }
    }

    async fn project(&self, entry: &JournalEntry, wanted: &Wanted) -> Result<Vec<Push>> {
        let mut pushes = Vec::new();
        for projector in &self.0.projectors {
            pushes.extend(projector.project(entry, wanted).await?);
        }
        Ok(pushes)
    }

    pub(super) fn is_followed(&self, organisation: OrganisationId, topic: &Topic) -> bool {
        self.organisations().get(&organisation).is_some_and(|sockets| sockets.topics.contains_key(topic))
    }

    fn deliver(&self, organisation: OrganisationId, pushed: &Pushed) {
        let organisations = self.organisations();
        let members =
            organisations.get(&organisation).and_then(|sockets| sockets.topics.get(&pushed.push.topic));
        for mailbox in members.into_iter().flat_map(HashMap::values) {
            mailbox.put(pushed);
        }
    }

    fn organisations(&self) -> MutexGuard<'_, HashMap<OrganisationId, Sockets>> {
        self.0.organisations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

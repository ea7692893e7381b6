//! How the queues of the organisations stand that this node owns, for screens and for customers who wait. In memory,
//! a second old at most.

use crate::decide::State;
use crate::estimate::Prospect;
use crate::model::Queue;
use crate::store::setup::Stored;
use crate::view::QueueStanding;
use base::{ContactId, OrganisationId, QueueId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a customer who waits can be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Outlook {
    /// The place in the queue, from 1.
    pub place: Option<u32>,
    /// How long it will take, in seconds. See [`crate::estimate`] for the method.
    pub estimate_seconds: Option<u32>,
}

/// The figures.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board(Arc<Mutex<HashMap<OrganisationId, Figures>>>);

#[derive(Debug, Default)]
struct Figures {
    queues: Vec<QueueStanding>,
    waiting: HashMap<ContactId, Outlook>,
}

impl Board {
    /// Shows an organisation's queues, and tells which of them changed.
    pub(crate) fn show(
        &self,
        organisation: OrganisationId,
        state: &State,
        prospect: impl Fn(QueueId) -> Option<Prospect>,
        queues: &[Stored<Queue>],
    ) -> Vec<QueueStanding> {
        let mut figures = Figures::default();
        let mut firsts = HashMap::new();
        for queue in queues {
            let id = queue.value.id();
            let Some(standing) = state.queue(id) else { continue };
            let prospect = prospect(id);
            let wait = |ahead| prospect.map(|prospect| prospect.wait(ahead).0);
            figures.queues.push(QueueStanding {
                id,
                name: queue.name.clone(),
                waiting: i64::try_from(standing.waiting).unwrap_or(i64::MAX),
                longest_waiting_since: standing.longest_since,
                estimate_seconds: wait(standing.waiting),
                agents_ready: standing.agents_ready,
            });
            firsts.insert(id, Outlook { place: Some(1), estimate_seconds: wait(0) });
            for (before, contact) in state.queue_in_order(id).into_iter().enumerate() {
                let place = u32::try_from(before + 1).ok();
                figures.waiting.insert(contact, Outlook { place, estimate_seconds: wait(before) });
            }
        }
        // One that is offered waits on when it is not taken, and then it is the first.
        let offered = state.on_offer();
        figures.waiting.extend(offered.filter_map(|(contact, queue)| Some((contact, *firsts.get(&queue)?))));
        let mut all = self.all();
        let before = all.insert(organisation, figures);
        let before = before.map(|figures| figures.queues).unwrap_or_default();
        let now = all.get(&organisation).map(|figures| figures.queues.clone()).unwrap_or_default();
        now.into_iter().filter(|queue| !before.contains(queue)).collect()
    }

    /// Another node may own it from now on.
    pub(crate) fn forget(&self, organisation: OrganisationId) {
        self.all().remove(&organisation);
    }

    pub(crate) fn queues(&self, organisation: OrganisationId) -> Option<Vec<QueueStanding>> {
        self.all().get(&organisation).map(|figures| figures.queues.clone())
    }

    pub(crate) fn outlook(&self, organisation: OrganisationId, contact: ContactId) -> Option<Outlook> {
        self.all().get(&organisation)?.waiting.get(&contact).copied()
    }

    pub(crate) fn queue(&self, organisation: OrganisationId, queue: QueueId) -> Option<QueueStanding> {
        self.all().get(&organisation)?.queues.iter().find(|standing| standing.id == queue).cloned()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<OrganisationId, Figures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

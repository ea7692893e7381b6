//! A socket's side of the hub: a bounded mailbox and the topics it joined.

use super::hub::Hub;
use super::{Pushed, Topic};
use base::OrganisationId;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Notify, mpsc};

/// A screen that lags further behind than this loads again instead.
const MAILBOX: usize = 256;

/// Where the hub puts pushes for a socket.
#[derive(Clone, Debug)]
pub(super) struct Mailbox {
    pushes: mpsc::Sender<Pushed>,
    loss: Arc<Loss>,
}

/// Whether pushes were lost. It wakes the socket, which may hear nothing else for a long time.
#[derive(Debug, Default)]
struct Loss {
    happened: AtomicBool,
    bell: Notify,
}

impl Mailbox {
    pub(super) fn put(&self, pushed: &Pushed) {
        if self.pushes.try_send(pushed.clone()).is_err() {
            self.overflow();
        }
    }

    pub(super) fn overflow(&self) {
        self.loss.happened.store(true, Ordering::Release);
        self.loss.bell.notify_one();
    }
}

/// What a socket receives.
#[derive(Debug)]
pub struct Subscription {
    hub: Hub,
    organisation: OrganisationId,
    number: u64,
    topics: HashSet<Topic>,
    mailbox: Mailbox,
    pushes: mpsc::Receiver<Pushed>,
}

impl Subscription {
    pub(super) fn new(hub: Hub, organisation: OrganisationId, number: u64) -> Self {
        // Bounded, but without room set aside: an idle socket stays small.
        let (sender, pushes) = mpsc::channel(MAILBOX);
        let mailbox = Mailbox { pushes: sender, loss: Arc::default() };
        Self { hub, organisation, number, topics: HashSet::new(), mailbox, pushes }
    }

    /// Follows a topic.
    pub fn join(&mut self, topic: Topic) {
        self.hub.join(self.organisation, topic.clone(), self.number, self.mailbox.clone());
        self.topics.insert(topic);
    }

    /// No longer follows a topic.
    pub fn leave(&mut self, topic: &Topic) {
        self.hub.leave(self.organisation, topic, self.number);
        self.topics.remove(topic);
    }

    /// The topics it follows.
    pub fn topics(&self) -> &HashSet<Topic> {
        &self.topics
    }

    /// The next push, in order. `None` means that some were lost, because the socket lagged or a change could not be
    /// rendered: load again. Safe to cancel.
    pub async fn recv(&mut self) -> Option<Pushed> {
        loop {
            let pushed = tokio::select! {
                () = self.mailbox.loss.bell.notified() => None,
                pushed = self.pushes.recv() => pushed,
            };
            if self.mailbox.loss.happened.swap(false, Ordering::AcqRel) {
                while self.pushes.try_recv().is_ok() {}
                return None;
            }
            // The bell may ring for a loss that was told already.
            if pushed.is_some() {
                return pushed;
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        for topic in std::mem::take(&mut self.topics) {
            self.hub.leave(self.organisation, &topic, self.number);
        }
    }
}

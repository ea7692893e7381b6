//! Letters whose content is on its way to the mail server, or was taken and is not stored as sent yet.
//!
//! The server may take longer to answer, and the database to store the answer, than a runner may keep a job whose
//! lease it cannot renew. What the server said must outlive the job: forgotten, it would make the next run send the
//! letter again. So a hand-over is a task of its own, and the next run finds it here and waits for it.

use crate::smtp::Refusal;
use base::{MailId, OrganisationId};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// What the server says to a letter; `Ok` when it took it and that is stored.
pub(crate) type Answer = Shared<BoxFuture<'static, Result<(), Refusal>>>;

type Key = (OrganisationId, MailId);

/// The hand-overs of this program. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct HandOvers(Arc<Mutex<HashMap<Key, Answer>>>);

impl HandOvers {
    /// The answer to a letter that is being handed over, to be waited for.
    pub(crate) fn find(&self, organisation: OrganisationId, mail: MailId) -> Option<Answer> {
        self.lock().get(&(organisation, mail)).cloned()
    }

    /// Begins a hand-over. It goes on whether or not anybody waits for its answer, and is remembered until it ends.
    pub(crate) fn begin(
        &self,
        organisation: OrganisationId,
        mail: MailId,
        work: impl Future<Output = Result<(), Refusal>> + Send + 'static,
    ) -> Answer {
        let (tell, told) = oneshot::channel();
        let answer = async { told.await.unwrap_or(Err(Refusal::Unknown)) }.boxed().shared();
        let key = (organisation, mail);
        self.lock().insert(key, answer.clone());
        let remembered = Remembered { hand_overs: self.clone(), key };
        tokio::spawn(async move {
            let outcome = work.await;
            // Before the answer is told, so that a repeat after a refusal does not find this one.
            drop(remembered);
            // Nobody may be waiting any more.
            let _ = tell.send(outcome);
        });
        answer
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Answer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets a hand-over when it ends, a panic included.
struct Remembered {
    hand_overs: HandOvers,
    key: Key,
}

impl Drop for Remembered {
    fn drop(&mut self) {
        self.hand_overs.lock().remove(&self.key);
    }
}

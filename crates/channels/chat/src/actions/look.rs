//! A look at a conversation that may have fallen silent: a durable job per conversation, which decides, acts and says
//! when it comes back. What it decided on may change before it acts; then it does nothing and looks again.

use crate::events::SilenceChanged;
use crate::service::Chat;
use crate::silence::{self, Talk, Verdict};
use crate::store::{self, ConversationRow};
use base::{Actor, ConversationId, Error, ErrorCode, Result, Timestamp};
use contact::actions::NewEntry;
use contact::facts::ContactFacts;
use contact::model::{Author, EventCode, Life};
use db::Tx;
use jobs::{Job, JobContext, Jobs};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// When a conversation moved while it was looked at.
const AGAIN: Duration = Duration::from_secs(1);

/// Looks whether a visitor is still there.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct LookAtConversation {
    /// The conversation.
    pub conversation: ConversationId,
}

impl Job for LookAtConversation {
    const KIND: &'static str = "chat.look_at_conversation";
}

impl LookAtConversation {
    /// Looks at this moment, or earlier when that was planned already.
    pub(crate) async fn at(self, tx: &mut Tx, at: Timestamp) -> Result<()> {
        jobs::enqueue_once(tx, &self, &self.conversation.to_string(), at).await.map(drop)
    }
}

/// What stood in the rows when the decision was made.
struct LookedAt {
    row: ConversationRow,
    facts: ContactFacts,
}

impl Chat {
    /// Adds this room's work to the runner of jobs.
    #[must_use]
    pub fn jobs(&self, jobs: Jobs) -> Jobs {
        let chat = self.clone();
        jobs.handle(move |job: LookAtConversation, context: JobContext| {
            let chat = chat.clone();
            async move { chat.look(job, &context).await }
        })
    }

    async fn look(&self, job: LookAtConversation, context: &JobContext) -> Result<()> {
        let organisation = context.organisation;
        let row = match self.conversation_row(organisation, job.conversation).await {
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(()),
            row => row?,
        };
        let facts = self.view().facts(organisation, row.contact).await?;
        let present = self.guard().present((organisation, row.id));
        let talk = match self.view().talk(organisation, &row, &facts, present).await? {
            // While this program did not run, nobody could be seen.
            Talk::Waiting { seen_at, present } => {
                Talk::Waiting { seen_at: seen_at.max(self.since()), present }
            }
            talk => talk,
        };
        let now = self.env().now();
        let verdict = silence::decide(&talk, now, self.view().patience());
        let (looked_at, context) = (LookedAt { row, facts }, context.clone());
        let acted = self
            .db()
            .write(organisation, async move |tx| {
                context.done(tx).await?;
                looked_at.act(tx, verdict).await
            })
            .await;
        match acted {
            Err(error) if error.code() == ErrorCode::Conflict => {
                tracing::debug!("a conversation moved while it was looked at");
                let again = now + AGAIN;
                self.db().write(organisation, async move |tx| job.at(tx, again).await).await
            }
            other => other,
        }
    }
}

impl LookedAt {
    async fn act(&self, tx: &mut Tx, verdict: Verdict) -> Result<()> {
        let (id, contact) = (self.row.id, self.row.contact);
        let job = LookAtConversation { conversation: id };
        match verdict {
            Verdict::Rest => Ok(()),
            Verdict::Wait { until, answered } => {
                if answered && store::clear_asked(tx, &self.row).await? {
                    tx.record(Actor::System, &SilenceChanged { conversation: id, contact, asked: false })?;
                }
                job.at(tx, until).await
            }
            Verdict::Ask { until } => {
                if !store::mark_asked(tx, &self.row).await? {
                    return Err(moved());
                }
                self.append_next(tx, EventCode::StillThere).await?;
                tx.record(Actor::System, &SilenceChanged { conversation: id, contact, asked: true })?;
                job.at(tx, until).await
            }
            Verdict::Close => {
                if !store::still_as(tx, &self.row).await? {
                    return Err(moved());
                }
                self.append_next(tx, EventCode::ClosedSilent).await?;
                contact::actions::end(tx, Actor::System, contact).await.map(drop)
            }
            Verdict::Abandon => {
                let waits = matches!(contact::facts::life(tx, contact).await?, Some(Life::Waiting(_)));
                if !waits || !store::still_as(tx, &self.row).await? {
                    return Err(moved());
                }
                contact::actions::end(tx, Actor::Customer(contact), contact).await.map(drop)
            }
        }
    }

    /// Adds an event, unless something was said since we looked.
    async fn append_next(&self, tx: &mut Tx, code: EventCode) -> Result<()> {
        let nothing: [(&str, &str); 0] = [];
        let event = NewEntry::event(self.row.contact, Author::System, code, nothing);
        let appended = contact::actions::append(tx, event).await?;
        if appended.seq == self.facts.last_seq + 1 { Ok(()) } else { Err(moved()) }
    }
}

fn moved() -> Error {
    Error::conflict("The conversation moved on.")
}

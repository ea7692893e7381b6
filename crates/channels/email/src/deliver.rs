//! Handing letters to the mail server, and forgetting them afterwards.

use crate::actions::{self, Why};
use crate::handover::{Answer, HandOvers};
use crate::letter::{BODY, Letter, RECIPIENT, SUBJECT};
use crate::model::{Next, next};
use crate::smtp::{Line, Refusal, Server};
use crate::store::{self, Outgoing};
use crate::{Config, State};
use base::{Error, ErrorCode, MailId, OrganisationId, Result};
use db::{Db, Tx};
use jobs::{Job, JobContext, Jobs};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use vault::Vault;

/// How long the address of a mail that was sent or given up is kept.
const KEPT: Duration = Duration::from_hours(30 * 24);
/// Delivery gives up well before this; a mail that has not moved for so long has lost its job.
const STUCK: Duration = Duration::from_hours(5 * 24);

/// Between two attempts to store that a mail was sent.
const STORE_WAIT: Duration = Duration::from_secs(1);

/// Hands a letter over. It is tried for more than a day, as long as people expect of mail.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct DeliverMail {
    /// The letter.
    pub mail: MailId,
}

impl Job for DeliverMail {
    const KIND: &'static str = "email.deliver";
    const ATTEMPTS: u32 = 48;
    const TIME_LIMIT: Duration = Duration::from_mins(20);
}

/// Forgets the mails of long ago.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ForgetMails;

impl Job for ForgetMails {
    const KIND: &'static str = "email.forget";
}

/// Outgoing mail. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Email {
    db: Db,
    vault: Vault,
    server: Option<Arc<Server>>,
    hand_overs: HandOvers,
}

impl Email {
    /// Outgoing mail over this server. Without one nothing can be sent, and [`Email::can_send`] says so.
    pub fn new(db: &Db, vault: &Vault, config: Option<&Config>) -> Result<Self> {
        let server = config.map(Server::new).transpose()?.map(Arc::new);
        Ok(Self { db: db.clone(), vault: vault.clone(), server, hand_overs: HandOvers::default() })
    }

    /// Whether a mail server is configured, so that screens offer mail only where it works.
    pub fn can_send(&self) -> bool {
        self.server.is_some()
    }

    /// Adds the handlers and the schedule of this room's jobs.
    #[must_use]
    pub fn register(&self, jobs: Jobs) -> Jobs {
        let (deliver, forget) = (self.clone(), self.clone());
        jobs.handle(move |job: DeliverMail, context| {
            let email = deliver.clone();
            async move { email.deliver(job.mail, &context).await }
        })
        .handle(move |_: ForgetMails, context| {
            let email = forget.clone();
            async move { email.forget(context.organisation).await }
        })
        .every_organisation(Duration::from_hours(24), &ForgetMails)
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// To whom it goes.
    pub(crate) async fn recipient(&self, organisation: OrganisationId, mail: &Outgoing) -> Result<String> {
        self.vault.open_text(organisation, RECIPIENT, &mail.recipient).await
    }

    async fn deliver(&self, mail: MailId, job: &JobContext) -> Result<()> {
        // Looked up before the row is read: once a hand-over has gone from memory, the row says what it knew.
        let earlier = self.hand_overs.find(job.organisation, mail);
        let Some(mail) = store::find(&mut self.db.read(job.organisation).await?, mail).await? else {
            return Ok(());
        };
        if let Some(answer) = earlier {
            return self.settle(job, mail, answer).await;
        }
        let repeats = match next(mail.state, mail.repeats) {
            Next::Send { repeats } => repeats,
            Next::GiveUp => return self.give_up(job, mail, Why::new("outcome_unknown")).await,
            Next::Nothing => return Ok(()),
        };
        let Some(server) = &self.server else {
            return self.give_up(job, mail, Why::new("not_configured")).await;
        };
        let message = match self.open(job.organisation, &mail).await {
            Ok(letter) => letter.message(mail.id, server.from(), mail.queued_at),
            Err(error) => Err(error),
        };
        let (to, message) = match message {
            Ok(message) => message,
            Err(error) if error.code() == ErrorCode::Erased => {
                return self.give_up(job, mail, Why::new("erased")).await;
            }
            Err(error) if error.code() == ErrorCode::Invalid => {
                return self.give_up(job, mail, Why::new("invalid")).await;
            }
            Err(error) => return Err(error),
        };
        match server.offer(&to).await {
            Ok(line) => self.hand_over(job, mail, repeats, line, message).await,
            Err(refusal) => {
                let found = mail.state;
                self.refused(job, mail, found, refusal).await
            }
        }
    }

    /// Sends the content. That it may have left is stored before it leaves. From then on it is no longer this
    /// handler's alone: see [`crate::handover`].
    async fn hand_over(
        &self,
        job: &JobContext,
        mail: Outgoing,
        repeats: u32,
        line: Line,
        message: Vec<u8>,
    ) -> Result<()> {
        let (found, mine) = (mail.clone(), job.clone());
        let begun = async move |tx: &mut Tx| {
            mine.confirm(tx).await?;
            actions::begin(tx, &found, repeats).await
        };
        if !self.db.write(job.organisation, begun).await? {
            return Err(Error::conflict("This mail has changed while it was about to leave."));
        }
        let (email, organisation, taken) = (self.clone(), job.organisation, mail.clone());
        let answer = self.hand_overs.begin(organisation, mail.id, async move {
            line.deliver(&message).await?;
            metrics::counter!("mails_total", "outcome" => "sent").increment(1);
            email.store_sent(organisation, &taken).await;
            Ok(())
        });
        self.settle(job, mail, answer).await
    }

    /// Waits for what the server says to a letter that has been handed over.
    async fn settle(&self, job: &JobContext, mail: Outgoing, answer: Answer) -> Result<()> {
        match answer.await {
            Ok(()) => Ok(()),
            Err(refusal) => self.refused(job, mail, State::Queued, refusal).await,
        }
    }

    /// The server has it, so this must be stored, however long the database is away.
    async fn store_sent(&self, organisation: OrganisationId, mail: &Outgoing) {
        let env = self.db.env();
        loop {
            let sent = mail.clone();
            match self.db.write(organisation, async move |tx| actions::sent(tx, &sent).await).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::warn!(mail = %mail.id, ?error, "that a mail was sent could not be stored yet");
                    env.clock.sleep_until(env.now() + STORE_WAIT).await;
                }
            }
        }
    }

    async fn refused(&self, job: &JobContext, mail: Outgoing, to: State, refusal: Refusal) -> Result<()> {
        let again = Error::unavailable("The mail server did not take the letter this time.");
        match refusal {
            Refusal::Never(why) => self.give_up(job, mail, why).await,
            Refusal::Later(why) if job.last => self.give_up(job, mail, why).await,
            Refusal::Unknown if job.last => self.give_up(job, mail, Why::new("outcome_unknown")).await,
            Refusal::Later(why) => {
                self.db
                    .write(job.organisation, async move |tx| actions::postpone(tx, &mail, to, &why).await)
                    .await?;
                Err(again)
            }
            Refusal::Unknown => Err(again),
        }
    }

    async fn give_up(&self, job: &JobContext, mail: Outgoing, why: Why) -> Result<()> {
        tracing::warn!(mail = %mail.id, error = why.error, reply_code = why.reply_code, "a mail was given up");
        metrics::counter!("mails_total", "outcome" => why.error).increment(1);
        let mine = job.clone();
        self.db
            .write(job.organisation, async move |tx| {
                actions::failed(tx, &mail, &why).await?;
                mine.done(tx).await
            })
            .await
    }

    async fn open(&self, organisation: OrganisationId, mail: &Outgoing) -> Result<Letter> {
        let (Some(subject), Some(body)) = (&mail.subject, &mail.body) else {
            return Err(Error::internal("the content of a mail that was not sent is gone"));
        };
        let to = self.recipient(organisation, mail).await?;
        let subject = self.vault.open_text(organisation, SUBJECT, subject).await?;
        let body = self.vault.open_sealed(organisation, BODY, body).await?;
        Letter::from_parts(to, subject, &body)
    }

    async fn forget(&self, organisation: OrganisationId) -> Result<()> {
        let now = self.db.env().now();
        let stuck = store::stuck(&mut self.db.read(organisation).await?, now - STUCK).await?;
        self.db
            .write(organisation, async move |tx| {
                for id in stuck {
                    if let Some(mail) = store::find(tx, id).await? {
                        actions::failed(tx, &mail, &Why::new("given_up")).await?;
                    }
                }
                store::delete_old(tx, now - KEPT).await.map(drop)
            })
            .await
    }
}

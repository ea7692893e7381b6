//! The only writer of outgoing mails. Each function works in the caller's transaction.

use crate::events::{MailFailed, MailSent};
use crate::store::{self, Outgoing};
use crate::{DeliverMail, NewMail, State};
use base::{Actor, Error, MailId, Result};
use db::Tx;

/// Puts a sealed letter in the outbox. It is sent soon after this transaction has committed.
pub async fn queue(tx: &mut Tx, mail: NewMail) -> Result<MailId> {
    let id = mail.id;
    store::insert(tx, mail).await?;
    jobs::enqueue(tx, &DeliverMail { mail: id }).await?;
    Ok(id)
}

/// Sends a mail that was given up once more.
pub async fn retry(tx: &mut Tx, mail: MailId) -> Result<()> {
    if !store::revive(tx, mail).await? {
        return Err(Error::not_found("failed mail"));
    }
    jobs::enqueue(tx, &DeliverMail { mail }).await.map(drop)
}

/// Says that the content is about to leave. False: the mail is no longer as the delivery found it.
pub(crate) async fn begin(tx: &mut Tx, found: &Outgoing, repeats: u32) -> Result<bool> {
    store::set_sending(tx, found.id, found.state, repeats).await
}

/// Says that a server took it.
pub(crate) async fn sent(tx: &mut Tx, mail: &Outgoing) -> Result<()> {
    if store::set_sent(tx, mail.id).await? {
        tx.record(Actor::System, &MailSent { mail: mail.id, contact: mail.contact })?;
    }
    Ok(())
}

/// Says that it will be tried again, because no server took it this time. `to` stays [`State::Sending`] while nobody
/// knows what became of an earlier attempt.
pub(crate) async fn postpone(tx: &mut Tx, mail: &Outgoing, to: State, why: &Why) -> Result<()> {
    store::postpone(tx, mail.id, to, why).await
}

/// Says that it is given up.
pub(crate) async fn failed(tx: &mut Tx, mail: &Outgoing, why: &Why) -> Result<()> {
    if store::set_failed(tx, mail.id, why).await? {
        let error = why.error.to_owned();
        tx.record(Actor::System, &MailFailed { mail: mail.id, contact: mail.contact, error })?;
    }
    Ok(())
}

/// Why a mail was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Why {
    pub(crate) error: &'static str,
    pub(crate) reply_code: Option<u16>,
}

impl Why {
    pub(crate) const fn new(error: &'static str) -> Self {
        Self { error, reply_code: None }
    }
}

//! What a visitor does in a conversation: says something, reads, gives a sign of life, leaves, ends.

use super::look::LookAtConversation;
use crate::events::SilenceChanged;
use crate::service::Chat;
use crate::store::{self, ConversationRow, TalkRow};
use base::{Actor, AttachmentId, ContactId, Error, ErrorCode, OrganisationId, Result};
use contact::SealedText;
use contact::actions::NewEntry;
use contact::facts;
use contact::model::Author;
use vault::Sealer;

/// A message that a browser sent.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) reference: String,
    pub(crate) text: String,
    pub(crate) attachments: Vec<AttachmentId>,
}

impl Chat {
    /// Stores what a visitor says, and gives its number. Said again with the same reference, it is stored once. This
    /// is the busiest path of the room: one sealing, one write.
    pub(crate) async fn say(
        &self,
        organisation: OrganisationId,
        talk: TalkRow,
        sealer: &Sealer,
        said: Said,
    ) -> Result<i64> {
        let Said { reference, text, attachments } = said;
        if let Some(number) = self.said_before(organisation, &talk, &reference).await? {
            return Ok(number);
        }
        let entry = NewEntry::message(talk.contact, Author::Customer, SealedText::seal(sealer, &text)?)
            .with_client_ref(reference)
            .with_attachments(attachments);
        let stored =
            self.db().write(organisation, async move |tx| contact::actions::append(tx, entry).await).await;
        let appended = match stored {
            Err(error) if error.code() == ErrorCode::Conflict => {
                let over = self.view().facts(organisation, talk.contact).await?.life.ended().is_some();
                let ended = "This conversation has ended. Ask a new question to go on.";
                return Err(if over { Error::conflict(ended) } else { error });
            }
            other => other?,
        };
        self.view().number_of_said(organisation, &talk, appended.seq).await
    }

    /// The number of a message that was stored with an earlier contact of the conversation: its browser did not hear
    /// so, and another tab asked something new meanwhile.
    async fn said_before(
        &self,
        organisation: OrganisationId,
        talk: &TalkRow,
        reference: &str,
    ) -> Result<Option<i64>> {
        if talk.entries_before == 0 {
            return Ok(None);
        }
        let mut conn = self.db().read(organisation).await?;
        let Some(row) = store::conversation_of_contact(&mut conn, talk.contact).await? else {
            return Ok(None);
        };
        for before in store::talks(&mut conn, row.id).await? {
            if before.contact == talk.contact {
                continue;
            }
            let sent = facts::sent_under(&mut conn, before.contact, Author::Customer, reference).await?;
            if let Some(seq) = sent {
                drop(conn);
                return self.view().number_of(organisation, &before, seq).await.map(Some);
            }
        }
        Ok(None)
    }

    /// The visitor has read up to one of their numbers.
    pub(crate) async fn read(&self, organisation: OrganisationId, talk: TalkRow, number: i64) -> Result<()> {
        let place = self.view().place_of(organisation, &talk, number).await?;
        if place == 0 {
            return Ok(());
        }
        self.db()
            .write(organisation, async move |tx| {
                contact::actions::read_by_customer(tx, talk.contact, place).await
            })
            .await
    }

    /// The visitor typed or said that they are there; an open question is answered by it.
    pub(crate) async fn heard(&self, organisation: OrganisationId, row: &ConversationRow) -> Result<()> {
        let (id, contact) = (row.id, row.contact);
        self.db()
            .write(organisation, async move |tx| {
                if store::mark_heard(tx, id).await? {
                    let answered = SilenceChanged { conversation: id, contact, asked: false };
                    tx.record(Actor::Customer(contact), &answered)?;
                }
                Ok(())
            })
            .await
    }

    /// The visitor is at the other end of a line, or was until now. `left`: look in time whether they came back.
    pub(crate) async fn seen(
        &self,
        organisation: OrganisationId,
        row: &ConversationRow,
        left: bool,
    ) -> Result<()> {
        let (id, look_at) = (row.id, self.env().now() + self.view().patience().away);
        self.db()
            .write(organisation, async move |tx| {
                store::mark_seen(tx, id).await?;
                if left {
                    LookAtConversation { conversation: id }.at(tx, look_at).await?;
                }
                Ok(())
            })
            .await
    }

    /// The visitor ends the conversation. One that has ended stays as it is.
    pub(crate) async fn end(&self, organisation: OrganisationId, contact: ContactId) -> Result<()> {
        let ended = self
            .db()
            .write(organisation, async move |tx| {
                contact::actions::end(tx, Actor::Customer(contact), contact).await.map(drop)
            })
            .await;
        match ended {
            Err(error) if error.code() == ErrorCode::Conflict => {
                let facts = self.view().facts(organisation, contact).await?;
                if facts.life.ended().is_some() { Ok(()) } else { Err(error) }
            }
            other => other,
        }
    }
}

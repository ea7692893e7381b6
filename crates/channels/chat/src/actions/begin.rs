//! A visitor asks something: contact, first message, place in the line, conversation and token in one transaction.

use super::look::LookAtConversation;
use crate::events::ConversationBegun;
use crate::line::Line;
use crate::model::{
    BeginConversation, BegunConversation, Widget, checked_beginning, checked_question, checked_visitor_name,
};
use crate::service::Chat;
use crate::store::{self, ConversationRow};
use crate::texts::{Texts, fill};
use crate::token::{Token, digest};
use base::{Actor, ContactId, Error, ErrorCode, Language, OrganisationId, Result};
use contact::SealedText;
use contact::actions::{NewContact, NewEntry};
use contact::model::{Author, Channel};
use db::Tx;
use vault::Sealer;

/// What a visitor says first, sealed.
pub(super) struct FirstWords {
    pub(super) question: SealedText,
    /// For colleagues: how the visitor wants to be called.
    pub(super) name: Option<SealedText>,
    /// What the browser knows its question by: the digest of what it began with. The reference itself opens the
    /// conversation, so it stands nowhere.
    pub(super) begun_with: String,
}

impl FirstWords {
    pub(super) fn seal(
        sealer: &Sealer,
        question: &str,
        name: Option<&str>,
        language: &Language,
        begun_with: &str,
    ) -> Result<Self> {
        let note = |name: &str| {
            SealedText::seal(sealer, &fill(&Texts::of(language).visitor_name_note, "name", name))
        };
        Ok(Self {
            question: SealedText::seal(sealer, question)?,
            name: name.map(note).transpose()?,
            begun_with: begun_with.to_owned(),
        })
    }

    /// The note stands before the question, so that lists show the question.
    pub(super) async fn store(self, tx: &mut Tx, contact: ContactId) -> Result<()> {
        if let Some(name) = self.name {
            contact::actions::append(tx, NewEntry::note(contact, Author::System, name)).await?;
        }
        let question =
            NewEntry::message(contact, Author::Customer, self.question).with_client_ref(self.begun_with);
        contact::actions::append(tx, question).await.map(drop)
    }
}

impl Chat {
    /// Begins a conversation. Asked again with the same reference, it answers with the one that was begun, and a
    /// token of its own: whoever knows the reference is the visitor. Only its digest is kept.
    pub(crate) async fn begin(
        &self,
        organisation: OrganisationId,
        widget: &Widget,
        asked: &BeginConversation,
    ) -> Result<BegunConversation> {
        checked_beginning(&asked.client_ref)?;
        let question = checked_question(&asked.text)?;
        let name = checked_visitor_name(asked.name.as_deref())?;
        let begun_with = digest(&asked.client_ref);
        if self.was_begun(organisation, widget, &begun_with).await? {
            return self.rejoin(organisation, widget, &begun_with).await;
        }
        let choose = || Error::invalid("topic_id", "choose one of the topics of this widget");
        let topic = widget.settings.topic(asked.topic_id).ok_or_else(choose)?;
        let language = widget.settings.language(Some(&asked.language));
        let topic = topic.name.pick(&language).unwrap_or_default().to_owned();
        let (contact, id) = (self.env().new_id(), self.env().new_id());
        let key = self.contacts().new_key(organisation, contact).await?;
        let sealer = self.vault().sealer(organisation, key).await?;
        let words = FirstWords::seal(&sealer, &question, name.as_deref(), &language, &begun_with)?;
        let token = Token::new(self.env());
        let (hash, entry_point, now) = (token.hash(), asked.topic_id, self.env().now());
        let received = NewContact {
            id: contact,
            channel: Channel::Chat,
            entry_point,
            entry_point_name: topic.clone(),
            language: language.clone(),
            subject_key: key,
            customer: None,
            topic,
        };
        let row = ConversationRow {
            id,
            widget: widget.id,
            language,
            contact,
            ordinal: 1,
            entries_before: 0,
            started_at: now,
            seen_at: now,
            heard_at: now,
            asked_at: None,
        };
        let first_look = now + self.view().patience().away;
        let (widget_id, reference) = (widget.id, begun_with.clone());
        let stored = self
            .db()
            .write(organisation, async move |tx| {
                contact::actions::receive(tx, received).await?;
                words.store(tx, contact).await?;
                Line::join(tx, contact, entry_point, None).await?;
                store::insert_conversation(tx, &row, &reference).await?;
                store::insert_token(tx, &hash, id).await?;
                LookAtConversation { conversation: id }.at(tx, first_look).await?;
                let begun = ConversationBegun { conversation: id, contact, widget: widget_id };
                tx.record(Actor::Customer(contact), &begun)
            })
            .await;
        match stored {
            Ok(()) => {
                Ok(BegunConversation { token: token.reveal(), conversation_id: id, contact_id: contact })
            }
            // The same question came twice at the same moment, and the other one was first.
            Err(error) if error.code() == ErrorCode::Conflict => {
                self.rejoin(organisation, widget, &begun_with).await.map_err(|_| error)
            }
            Err(error) => Err(error),
        }
    }

    async fn was_begun(
        &self,
        organisation: OrganisationId,
        widget: &Widget,
        begun_with: &str,
    ) -> Result<bool> {
        let mut conn = self.db().read(organisation).await?;
        Ok(store::conversation_begun_with(&mut conn, widget.id, begun_with).await?.is_some())
    }

    /// Another token for the conversation that was begun with this reference. It is looked for where it is written,
    /// because the transaction that begins it may not have been committed yet.
    async fn rejoin(
        &self,
        organisation: OrganisationId,
        widget: &Widget,
        begun_with: &str,
    ) -> Result<BegunConversation> {
        let token = Token::new(self.env());
        let (hash, widget, begun_with) = (token.hash(), widget.id, begun_with.to_owned());
        let row = self
            .db()
            .write(organisation, async move |tx| {
                let found = store::conversation_begun_with(tx, widget, &begun_with).await?;
                let row = found.ok_or_else(|| Error::not_found("conversation"))?;
                store::insert_token(tx, &hash, row.id).await?;
                Ok(row)
            })
            .await?;
        Ok(BegunConversation { token: token.reveal(), conversation_id: row.id, contact_id: row.contact })
    }
}

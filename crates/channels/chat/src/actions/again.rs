//! A visitor asks something more after the end: the conversation goes on with another contact, of the same customer
//! and about the same case if those are known, and at best with the agent that the visitor knows.

use super::begin::FirstWords;
use super::look::LookAtConversation;
use crate::events::ConversationContinued;
use crate::line::Line;
use crate::model::{AskAgain, Widget, checked_beginning, checked_question};
use crate::service::Chat;
use crate::store::{self, ConversationRow, TalkRow};
use crate::token::digest;
use base::{Actor, ContactId, Error, ErrorCode, OrganisationId, Result, Subject};
use contact::actions::NewContact;
use contact::facts::ContactFacts;
use contact::model::Channel;
use db::Tx;

/// What the answer tells: the token stays the same, so it is not told again.
pub(crate) type Continued = (base::ConversationId, ContactId);

impl Chat {
    /// Goes on with a conversation that ended.
    pub(crate) async fn again(
        &self,
        organisation: OrganisationId,
        row: &ConversationRow,
        asked: &AskAgain,
    ) -> Result<Continued> {
        checked_beginning(&asked.client_ref)?;
        let question = checked_question(&asked.text)?;
        let begun_with = digest(&asked.client_ref);
        if let Some(talk) = self.talk_begun(organisation, row, &begun_with).await? {
            return Ok((row.id, talk.contact));
        }
        let before = self.view().facts(organisation, row.contact).await?;
        if before.life.ended().is_none() {
            return Err(Error::conflict("This conversation still goes on. Write your question there."));
        }
        let widget = self.widget(organisation, row.widget).await?;
        let (entry_point, topic) = chosen(&widget, &before, row, asked)?;
        let contact: ContactId = self.env().new_id();
        let owner = before.customer.map_or(Subject::Contact(contact), Subject::Customer);
        let key = self.vault().new_key(organisation, owner).await?;
        let sealer = self.vault().sealer(organisation, key).await?;
        let words = FirstWords::seal(&sealer, &question, None, &row.language, &begun_with)?;
        let entries_before = self.view().number_up_to(organisation, &row.talk(), before.last_seq).await?;
        let received = NewContact {
            id: contact,
            channel: Channel::Chat,
            entry_point,
            entry_point_name: topic.clone(),
            language: row.language.clone(),
            subject_key: key,
            customer: before.customer,
            topic,
        };
        let (row, reference) = (row.clone(), begun_with.clone());
        let (id, first_look) = (row.id, self.env().now() + self.view().patience().away);
        let stored = self
            .db()
            .write(organisation, async move |tx| {
                let actor = Actor::Customer(contact);
                contact::actions::receive(tx, received).await?;
                if before.case.is_some() {
                    contact::actions::link_case(tx, actor, contact, before.case).await?;
                }
                words.store(tx, contact).await?;
                Line::join(tx, contact, entry_point, before.life.agent()).await?;
                if !store::continue_conversation(tx, &row, contact, entries_before).await? {
                    return Err(Error::conflict("This conversation went on in another tab. Look there."));
                }
                store::insert_talk(tx, id, row.ordinal + 1, contact, &reference, entries_before).await?;
                LookAtConversation { conversation: id }.at(tx, first_look).await?;
                tx.record(actor, &ConversationContinued { conversation: id, from: row.contact, to: contact })
            })
            .await;
        match stored {
            Ok(()) => Ok((id, contact)),
            Err(error) if error.code() == ErrorCode::Conflict => {
                // Looked for where it is written: the other one may not have been committed yet.
                let find = async move |tx: &mut Tx| store::talk_begun_with(tx, id, &begun_with).await;
                let talk = self.db().write(organisation, find).await?;
                talk.map(|talk| (id, talk.contact)).ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    async fn talk_begun(
        &self,
        organisation: OrganisationId,
        row: &ConversationRow,
        begun_with: &str,
    ) -> Result<Option<TalkRow>> {
        let mut conn = self.db().read(organisation).await?;
        store::talk_begun_with(&mut conn, row.id, begun_with).await
    }
}

/// The topic that was chosen, or the same as before.
fn chosen(
    widget: &Widget,
    before: &ContactFacts,
    row: &ConversationRow,
    asked: &AskAgain,
) -> Result<(base::EntryPointId, String)> {
    let Some(wanted) = asked.topic_id else { return Ok((before.entry_point, before.topic.clone())) };
    let choose = || Error::invalid("topic_id", "choose one of the topics of this widget");
    let topic = widget.settings.topic(wanted).ok_or_else(choose)?;
    Ok((wanted, topic.name.pick(&row.language).unwrap_or_default().to_owned()))
}

//! What changes on visitors' screens. Each fact is rendered once per conversation and goes to all its tabs; for a
//! contact that no visitor watches here nothing is rendered at all.

use crate::events::{ConversationContinued, SilenceChanged};
use crate::store;
use crate::view::VisitorView;
use base::{ContactId, Event, JournalEntry, OrganisationId, Result};
use contact::events::{
    ContactAssigned, ContactClosed, ContactEnded, ContactRead, ContactUnassigned, EntryAdded, Reader,
};
use contact::model::Visibility;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use web::live::{Projector, Push, Topic, Wanted};

/// The kinds of pushes to a visitor's topic.
pub(crate) mod kind {
    /// An entry.
    pub(crate) const ENTRY: &str = "entry";
    /// The conversation as it is now.
    pub(crate) const STATE: &str = "state";
    /// The agent has read up to a number.
    pub(crate) const READ: &str = "read";
    /// The agent types, or stopped.
    pub(crate) const TYPING: &str = "typing";
    /// The conversation went on with another contact.
    pub(crate) const CONTINUED: &str = "continued";
}

/// The object of a push of kind `read`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReadUpTo {
    pub(crate) seq: i64,
}

impl Projector for VisitorView {
    fn project<'a>(
        &'a self,
        entry: &'a JournalEntry,
        _wanted: &'a Wanted,
    ) -> BoxFuture<'a, Result<Vec<Push>>> {
        // It knows itself which contacts a visitor watches, and takes note of entries that none does.
        Box::pin(async move { Ok(self.render(entry).await?.into_iter().collect()) })
    }
}

impl VisitorView {
    async fn render(&self, entry: &JournalEntry) -> Result<Option<Push>> {
        let organisation = entry.organisation;
        match entry.kind.as_str() {
            EntryAdded::KIND => match entry.read::<EntryAdded>() {
                Some(added) => self.added(organisation, &added).await,
                None => Ok(None),
            },
            ContactRead::KIND => match entry.read::<ContactRead>() {
                Some(read) if read.by == Reader::Agent => self.read(organisation, &read).await,
                _ => Ok(None),
            },
            ConversationContinued::KIND => match entry.read::<ConversationContinued>() {
                Some(continued) => Push::new(Topic::customer(continued.from), kind::CONTINUED, &()).map(Some),
                None => Ok(None),
            },
            _ => match changed_contact(entry) {
                Some(contact) => self.changed(organisation, contact).await,
                None => Ok(None),
            },
        }
    }

    async fn added(&self, organisation: OrganisationId, added: &EntryAdded) -> Result<Option<Push>> {
        let public = added.visibility == Visibility::Public;
        self.note_added(organisation, added.contact, added.seq, public);
        if !public || !self.is_watched(organisation, added.contact) {
            return Ok(None);
        }
        match self.entry(organisation, added.contact, added.seq).await? {
            Some(entry) => Push::new(Topic::customer(added.contact), kind::ENTRY, &entry).map(Some),
            None => Ok(None),
        }
    }

    async fn read(&self, organisation: OrganisationId, read: &ContactRead) -> Result<Option<Push>> {
        if !self.is_watched(organisation, read.contact) {
            return Ok(None);
        }
        let mut conn = self.db().read(organisation).await?;
        let row = store::conversation_of_contact(&mut conn, read.contact).await?;
        drop(conn);
        let Some(row) = row else { return Ok(None) };
        let seq = self.number_up_to(organisation, &row.talk(), read.seq).await?;
        Push::new(Topic::customer(read.contact), kind::READ, &ReadUpTo { seq }).map(Some)
    }

    async fn changed(&self, organisation: OrganisationId, contact: ContactId) -> Result<Option<Push>> {
        if !self.is_watched(organisation, contact) {
            return Ok(None);
        }
        let mut conn = self.db().read(organisation).await?;
        let row = store::conversation_of_contact(&mut conn, contact).await?;
        drop(conn);
        let Some(row) = row else { return Ok(None) };
        let conversation = self.conversation(organisation, &row).await?;
        Push::new(Topic::customer(contact), kind::STATE, &conversation).map(Some)
    }
}

/// The contact whose conversation is another one now, as its visitor sees it.
fn changed_contact(entry: &JournalEntry) -> Option<ContactId> {
    match entry.kind.as_str() {
        ContactAssigned::KIND => entry.read::<ContactAssigned>().map(|event| event.contact),
        ContactUnassigned::KIND => entry.read::<ContactUnassigned>().map(|event| event.contact),
        ContactEnded::KIND => entry.read::<ContactEnded>().map(|event| event.contact),
        ContactClosed::KIND => entry.read::<ContactClosed>().map(|event| event.contact),
        SilenceChanged::KIND => entry.read::<SilenceChanged>().map(|event| event.contact),
        _ => None,
    }
}

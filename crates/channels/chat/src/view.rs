//! What a visitor sees: their conversation and its entries, in their own numbering. Internal notes never come here,
//! and an agent is a display name.
//!
//! Every text is opened with the access of the visitor whose conversation it is, so that nobody else's data can pass
//! through here by mistake.

use crate::line::Line;
use crate::model::{
    Conversation, ConversationState, VisitorAttachment, VisitorAuthor, VisitorEntry, VisitorEvent,
};
use crate::numbers::{Numbers, Places, locked};
use crate::silence::{self, Patience, Talk};
use crate::store::{self, ConversationRow, TalkRow};
use base::{ContactId, ConversationId, Error, OrganisationId, Result, Subject, Timestamp};
use contact::Contacts;
use contact::facts::ContactFacts;
use contact::model::{EntryKind, Life};
use contact::view::{AuthorKind, Entry};
use db::Db;
use identity::{Access, Identity, Personal};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Entries that are read at a time.
const PAGE: u32 = 200;
/// Contacts whose places are remembered.
const REMEMBERED: usize = 50_000;

/// Renders conversations for their visitors, and is the projector of this room for the live hub. Cheap to clone.
#[derive(Clone)]
pub struct VisitorView(Arc<Inner>);

struct Inner {
    db: Db,
    contacts: Contacts,
    identity: Identity,
    line: Line,
    patience: Patience,
    numbers: Numbers,
    /// The contacts that a visitor watches here, with how many sockets: for others nothing is rendered.
    watched: Mutex<HashMap<(OrganisationId, ContactId), usize>>,
}

impl fmt::Debug for VisitorView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitorView(…)")
    }
}

/// A contact that a socket watches, until it is dropped.
pub(crate) struct Watch {
    view: VisitorView,
    key: (OrganisationId, ContactId),
}

impl Watch {
    pub(crate) fn contact(&self) -> ContactId {
        self.key.1
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut watched = self.view.0.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = watched.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                watched.remove(&self.key);
            }
        }
    }
}

impl VisitorView {
    pub(crate) fn of(db: Db, contacts: Contacts, identity: Identity, line: Line, patience: Patience) -> Self {
        let (numbers, watched) = (Numbers::new(REMEMBERED), Mutex::default());
        Self(Arc::new(Inner { db, contacts, identity, line, patience, numbers, watched }))
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn contacts(&self) -> &Contacts {
        &self.0.contacts
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    pub(crate) fn line(&self) -> &Line {
        &self.0.line
    }

    pub(crate) fn patience(&self) -> &Patience {
        &self.0.patience
    }

    pub(crate) fn watch(&self, organisation: OrganisationId, contact: ContactId) -> Watch {
        let key = (organisation, contact);
        *self.0.watched.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default() += 1;
        Watch { view: self.clone(), key }
    }

    pub(crate) fn is_watched(&self, organisation: OrganisationId, contact: ContactId) -> bool {
        self.0.watched.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&(organisation, contact))
    }

    /// What is known of a contact, without its content.
    pub(crate) async fn facts(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
    ) -> Result<ContactFacts> {
        let mut conn = self.0.db.read(organisation).await?;
        contact::facts::contact(&mut conn, contact)
            .await?
            .ok_or_else(|| Error::internal("a talk without a contact"))
    }

    /// A conversation as it is now.
    pub(crate) async fn conversation(
        &self,
        organisation: OrganisationId,
        row: &ConversationRow,
    ) -> Result<Conversation> {
        let facts = self.facts(organisation, row.contact).await?;
        let places = self.places(organisation, row.contact, row.entries_before, facts.last_seq).await?;
        let numbers = {
            let places = locked(&places);
            [facts.last_seq, facts.read_by_agent, facts.read_by_customer].map(|seq| places.number_up_to(seq))
        };
        let [last_seq, read_by_agent, read_by_customer] = numbers;
        let state = state_of(&facts.life);
        let outlook = match state {
            ConversationState::Waiting => self.0.line.outlook(organisation, row.contact).await?,
            _ => crate::line::Outlook::default(),
        };
        let agent_name = match facts.life.agent() {
            Some(agent) => self.0.identity.member_names(organisation, [agent]).await?.remove(&agent),
            None => None,
        };
        let still_there_until = match (state, row.asked_at) {
            (ConversationState::Active, Some(_)) => {
                let talk = self.talk(organisation, row, &facts, true).await?;
                silence::open_until(&talk, &self.0.patience)
            }
            _ => None,
        };
        Ok(Conversation {
            id: row.id,
            contact_id: row.contact,
            state,
            place: outlook.place,
            estimate_seconds: outlook.estimate_seconds,
            agent_name: agent_name.map(|member| member.name.clone()),
            ended_by: facts.life.ended().map(|(_, by)| by.as_str().to_owned()),
            last_seq,
            read_by_agent,
            read_by_customer,
            topic: facts.topic,
            language: row.language.clone(),
            still_there_until,
        })
    }

    /// A conversation as far as silence is concerned.
    pub(crate) async fn talk(
        &self,
        organisation: OrganisationId,
        row: &ConversationRow,
        facts: &ContactFacts,
        present: bool,
    ) -> Result<Talk> {
        match facts.life {
            Life::Waiting(_) => {
                // Who was helped before, and waits again, was seen at least until then.
                let waits_again = self.last_entry_at(organisation, facts).await?;
                let seen_at = row.seen_at.max(row.heard_at).max(waits_again);
                Ok(Talk::Waiting { seen_at, present })
            }
            Life::Assigned(assigned) => {
                let (agent, visitor) = self.last_words(organisation, facts).await?;
                Ok(Talk::Talking {
                    assigned_at: assigned.assigned_at,
                    visitors_turn: agent,
                    heard_at: row.heard_at.max(visitor),
                    asked_at: row.asked_at,
                })
            }
            Life::WrappingUp(_) | Life::Closed(_) => Ok(Talk::Ended),
        }
    }

    /// When something was last said or done that the visitor can see.
    async fn last_entry_at(&self, organisation: OrganisationId, facts: &ContactFacts) -> Result<Timestamp> {
        const BACK: u32 = 20;
        let from = (facts.last_seq - i64::from(BACK)).max(0);
        let part = self.0.contacts.public_entries(organisation, facts.id, from, BACK).await?;
        let last = open(organisation, facts.id, part)?.items.last().map(|entry| entry.at);
        Ok(last.unwrap_or_else(|| facts.life.started_at()))
    }

    /// When the agent spoke, if that was after the visitor's last word, and when that was.
    async fn last_words(
        &self,
        organisation: OrganisationId,
        facts: &ContactFacts,
    ) -> Result<(Option<Timestamp>, Timestamp)> {
        const BACK: i64 = 20;
        let (mut agent, mut to) = (None, facts.last_seq);
        while to > 0 {
            let from = (to - BACK).max(0);
            let part = self.0.contacts.public_entries(organisation, facts.id, from, 20).await?;
            for entry in open(organisation, facts.id, part)?.items.iter().rev() {
                match (entry.kind, entry.author.kind) {
                    (EntryKind::Message, AuthorKind::Customer) => return Ok((agent, entry.at)),
                    (EntryKind::Message, AuthorKind::Agent) => agent = agent.or(Some(entry.at)),
                    _ => {}
                }
            }
            to = from;
        }
        Ok((agent, facts.life.started_at()))
    }

    /// The entries of a whole conversation after a number of the visitor's.
    pub(crate) async fn entries(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        after: i64,
    ) -> Result<Vec<VisitorEntry>> {
        let mut conn = self.0.db.read(organisation).await?;
        let talks = store::talks(&mut conn, conversation).await?;
        drop(conn);
        let mut entries = Vec::new();
        for (index, talk) in talks.iter().enumerate() {
            let end = talks.get(index + 1).map(|next| next.entries_before);
            if end.is_none_or(|end| end > after) {
                entries.extend(self.entries_of(organisation, talk, after, end).await?);
            }
        }
        Ok(entries)
    }

    /// The entries of one contact, after a number and, when the conversation went on with another one, up to one.
    async fn entries_of(
        &self,
        organisation: OrganisationId,
        talk: &TalkRow,
        after: i64,
        end: Option<i64>,
    ) -> Result<Vec<VisitorEntry>> {
        let places = self.places(organisation, talk.contact, talk.entries_before, 0).await?;
        let mut place = locked(&places).place_of(after);
        let mut found = Vec::new();
        loop {
            let page = self.0.contacts.public_entries(organisation, talk.contact, place, PAGE).await?;
            let page = open(organisation, talk.contact, page)?;
            let full = page.items.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
            for entry in page.items {
                place = entry.seq;
                let number = self.number_of(organisation, talk, entry.seq).await?;
                if number > after && end.is_none_or(|end| number <= end) {
                    found.push(rendered(entry, number));
                }
            }
            if !full {
                return Ok(found);
            }
        }
    }

    /// One entry, if its visitor may see it.
    pub(crate) async fn entry(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
        seq: i64,
    ) -> Result<Option<VisitorEntry>> {
        let entry = self.0.contacts.public_entry(organisation, contact, seq).await?;
        let Some(entry) = entry else { return Ok(None) };
        let entry = open(organisation, contact, entry)?;
        let known =
            self.0.numbers.find(organisation, contact).and_then(|places| locked(&places).number_of(seq));
        let number = match known {
            Some(number) => number,
            None => match self.talk_of(organisation, contact).await? {
                Some(talk) => self.number_of(organisation, &talk, seq).await?,
                None => return Ok(None),
            },
        };
        Ok(Some(rendered(entry, number)))
    }

    async fn talk_of(&self, organisation: OrganisationId, contact: ContactId) -> Result<Option<TalkRow>> {
        let mut conn = self.0.db.read(organisation).await?;
        let row = store::conversation_of_contact(&mut conn, contact).await?;
        Ok(row.map(|row| TalkRow { ordinal: row.ordinal, contact, entries_before: row.entries_before }))
    }

    /// The visitor's number of an entry that they may see.
    pub(crate) async fn number_of(
        &self,
        organisation: OrganisationId,
        talk: &TalkRow,
        seq: i64,
    ) -> Result<i64> {
        let places = self.places(organisation, talk.contact, talk.entries_before, seq).await?;
        let number = locked(&places).number_of(seq);
        number.ok_or_else(|| Error::internal("an entry that a visitor may see has no number"))
    }

    /// The visitor's number of what they just said. It is the next place almost always, and then costs nothing.
    pub(crate) async fn number_of_said(
        &self,
        organisation: OrganisationId,
        talk: &TalkRow,
        seq: i64,
    ) -> Result<i64> {
        if let Some(places) = self.0.numbers.find(organisation, talk.contact) {
            locked(&places).take_next(seq, true);
        }
        self.number_of(organisation, talk, seq).await
    }

    /// Takes note of an entry that was added, as the journal tells of each in order.
    pub(crate) fn note_added(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
        seq: i64,
        public: bool,
    ) {
        if let Some(places) = self.0.numbers.find(organisation, contact) {
            locked(&places).take_next(seq, public);
        }
    }

    /// The visitor's number of the last entry that is known of, without asking the database. Others may be on their way.
    pub(crate) fn last_known(&self, organisation: OrganisationId, contact: ContactId) -> i64 {
        self.0.numbers.find(organisation, contact).map_or(0, |places| locked(&places).last())
    }

    /// The place of what a visitor calls by a number, in the contact that it is now.
    pub(crate) async fn place_of(
        &self,
        organisation: OrganisationId,
        talk: &TalkRow,
        number: i64,
    ) -> Result<i64> {
        let places = self.places(organisation, talk.contact, talk.entries_before, 0).await?;
        let place = locked(&places).place_of(number);
        Ok(place)
    }

    /// The visitor's number up to a place.
    pub(crate) async fn number_up_to(
        &self,
        organisation: OrganisationId,
        talk: &TalkRow,
        seq: i64,
    ) -> Result<i64> {
        let places = self.places(organisation, talk.contact, talk.entries_before, seq).await?;
        let number = locked(&places).number_up_to(seq);
        Ok(number)
    }

    /// The places of a contact, known at least up to one.
    async fn places(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
        before: i64,
        up_to: i64,
    ) -> Result<Arc<Mutex<Places>>> {
        let places = self.0.numbers.keep(organisation, contact, before);
        loop {
            let covered = locked(&places).covered();
            if covered >= up_to && covered > 0 {
                return Ok(places);
            }
            let page = self.0.contacts.public_entries(organisation, contact, covered, PAGE).await?;
            let page = open(organisation, contact, page)?;
            let seqs: Vec<_> = page.items.iter().map(|entry| entry.seq).collect();
            let full = seqs.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
            // With a full page nothing is known yet of what comes after its last entry.
            locked(&places).take(seqs, if full { 0 } else { page.last_seq });
            if !full && page.last_seq < up_to.max(1) {
                return Ok(places);
            }
        }
    }
}

/// Opens a visitor's own data for them.
fn open<T>(organisation: OrganisationId, contact: ContactId, personal: Personal<T>) -> Result<T> {
    visitor_access(organisation, contact, personal.subject()).open(personal)
}

/// The access of the visitor of a contact. `subject` is whose data the contact's content is: the contact's own, or
/// that of the customer who turned out to be at the other end.
pub(crate) fn visitor_access(organisation: OrganisationId, contact: ContactId, subject: Subject) -> Access {
    match subject {
        Subject::Customer(customer) => Access::for_identified_customer(organisation, contact, customer),
        Subject::Contact(_) | Subject::Person(_) => Access::for_customer(organisation, contact),
    }
}

fn state_of(life: &Life) -> ConversationState {
    match life {
        Life::Waiting(_) => ConversationState::Waiting,
        Life::Assigned(_) => ConversationState::Active,
        Life::WrappingUp(_) | Life::Closed(_) => ConversationState::Ended,
    }
}

/// An entry in the visitor's words.
fn rendered(entry: Entry, number: i64) -> VisitorEntry {
    let author = match entry.author.kind {
        AuthorKind::Customer => VisitorAuthor::You,
        AuthorKind::Agent => VisitorAuthor::Agent,
        AuthorKind::System => VisitorAuthor::System,
    };
    let own = author == VisitorAuthor::You;
    let attachments = entry.attachments.into_iter().map(|file| VisitorAttachment {
        id: file.id,
        name: file.name,
        media_type: file.media_type,
        size: u64::try_from(file.size).unwrap_or(0),
    });
    VisitorEntry {
        seq: number,
        at: entry.at,
        author,
        name: entry.author.name.filter(|_| author == VisitorAuthor::Agent),
        text: entry.text,
        event: entry
            .event
            .map(|event| VisitorEvent { code: event.code.as_str().to_owned(), params: shown(&event.params) }),
        attachments: attachments.collect(),
        reference: entry.client_ref.filter(|_| own),
    }
}

/// Of what is known about an event a visitor gets the name of the agent, the name of the queue, and who did it.
fn shown(params: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    const SHOWN: [(&str, &str); 3] = [("agent_name", "name"), ("queue_name", "queue"), ("by", "by")];
    let show = |(from, to): (&str, &str)| params.get(from).map(|value| (to.to_owned(), value.clone()));
    SHOWN.into_iter().filter_map(show).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::id::Id;
    use base::{EntryId, MembershipId};
    use contact::model::{EventCode, Visibility};
    use contact::view::{EntryAuthor, EntryEvent};

    fn entry(kind: AuthorKind) -> Entry {
        let agent = MembershipId::from_raw(7);
        Entry {
            id: EntryId::from_raw(1),
            contact_id: ContactId::from_raw(1),
            seq: 4,
            at: Timestamp::default(),
            kind: EntryKind::Message,
            author: EntryAuthor { kind, id: Some(agent.to_string()), name: Some("Sanne".into()) },
            visibility: Visibility::Public,
            text: Some("hoi".into()),
            event: None,
            attachments: vec![],
            client_ref: Some("r1".into()),
            erased: false,
        }
    }

    #[test]
    fn an_agent_is_a_name_and_no_id() {
        let shown = rendered(entry(AuthorKind::Agent), 3);
        assert_eq!((shown.name.as_deref(), shown.reference, shown.seq), (Some("Sanne"), None, 3));
        let json = serde_json::to_string(&rendered(entry(AuthorKind::Agent), 3)).unwrap();
        assert!(!json.contains("mem_") && !json.contains("cnt_") && !json.contains("ent_"), "{json}");
    }

    #[test]
    fn a_visitor_recognises_their_own_message_by_its_reference() {
        let shown = rendered(entry(AuthorKind::Customer), 3);
        assert_eq!(
            (shown.author, shown.name, shown.reference.as_deref()),
            (VisitorAuthor::You, None, Some("r1"))
        );
    }

    #[test]
    fn of_an_event_only_names_are_told() {
        let params = [("agent", "mem_1"), ("agent_name", "Sanne"), ("queue", "que_1"), ("reason", "rude")];
        let params = params.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let event = Some(EntryEvent { code: EventCode::Assigned, params });
        let shown = rendered(Entry { event, text: None, ..entry(AuthorKind::System) }, 1).event.unwrap();
        assert_eq!(shown.params, [("name".to_owned(), "Sanne".to_owned())].into());
    }
}

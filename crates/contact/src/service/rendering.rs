//! Rows become what is shown: sealed columns are opened, colleagues get their names. What was erased is absent, and
//! that is no error.

use super::Contacts;
use super::names::Names;
use crate::content::{self, CASE_SUBJECT, CUSTOMER_NAME, ENTRY, FILE_NAME, HANDLE, PREVIEW, TASK};
use crate::model::Author;
use crate::store::attachments::AttachmentRow;
use crate::store::cases::CaseRow;
use crate::store::contacts::ContactRow;
use crate::store::customers::{CustomerRow, SealedHandle};
use crate::store::entries::EntryRow;
use crate::store::tasks::TaskRow;
use crate::view::{
    Attachment, AuthorKind, Case, Contact, ContactCase, ContactCustomer, Customer, Entry, EntryAuthor,
    EntryEvent, Handle, LastEntry, Line, Task,
};
use base::{MembershipId, OrganisationId, Result, Subject};
use identity::{Named, Personal};

/// From which side an entry is looked at. What a sender calls it is for their own side: a name that a browser chose
/// may be more than a name there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The customer's.
    Customer,
    /// That of those who help.
    Staff,
}

impl Side {
    const fn wrote(self, author: Author) -> bool {
        matches!(
            (self, author),
            (Self::Customer, Author::Customer) | (Self::Staff, Author::Agent(_) | Author::System)
        )
    }
}

impl Contacts {
    async fn open_optional(
        &self,
        organisation: OrganisationId,
        context: &'static str,
        sealed: Option<&Vec<u8>>,
    ) -> Result<Option<String>> {
        match sealed {
            Some(sealed) => content::open(self.vault(), organisation, context, sealed).await,
            None => Ok(None),
        }
    }

    /// A contact, and what is shown of it when its person restricted the use of their data.
    pub(super) async fn contact_line(
        &self,
        organisation: OrganisationId,
        row: ContactRow,
        names: &Names,
    ) -> Result<Line<Contact>> {
        let (subject, restricted) = (row.subject(), row.restricted());
        let bare = bare_contact(&row, names);
        let mut full = bare.clone();
        if let (Some(shown), Some(stored)) = (&mut full.customer, &row.customer) {
            shown.name = self.open_optional(organisation, CUSTOMER_NAME, stored.name_sealed.as_ref()).await?;
            shown.anonymous = shown.name.is_none();
        }
        if let (Some(shown), Some(stored)) = (&mut full.case, &row.case) {
            shown.subject =
                self.open_optional(organisation, CASE_SUBJECT, stored.subject_sealed.as_ref()).await?;
        }
        if let (Some(shown), Some(stored)) = (&mut full.last_entry, &row.preview) {
            shown.preview = self.open_optional(organisation, PREVIEW, stored.sealed.as_ref()).await?;
        }
        Ok(Line { full: Personal::new(subject, full).restricted(restricted), bare })
    }

    pub(super) async fn contact_lines(
        &self,
        organisation: OrganisationId,
        rows: Vec<ContactRow>,
    ) -> Result<Vec<Line<Contact>>> {
        let names = self.names(organisation, rows.iter().flat_map(members_of_contact)).await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            lines.push(self.contact_line(organisation, row, &names).await?);
        }
        Ok(lines)
    }

    /// An entry. Whose it is, the caller knows: it belongs to whom its contact belongs to.
    pub(super) async fn entry(
        &self,
        side: Side,
        organisation: OrganisationId,
        row: EntryRow,
        attachments: Vec<Attachment>,
        names: &Names,
    ) -> Result<Entry> {
        let sealed = row.text_sealed.is_some();
        let text = self.open_optional(organisation, ENTRY, row.text_sealed.as_ref()).await?;
        Ok(Entry {
            id: row.id,
            contact_id: row.contact,
            seq: row.seq,
            at: row.at,
            kind: row.kind,
            author: author(row.author, names),
            visibility: row.visibility,
            erased: sealed && text.is_none(),
            text,
            event: row.event.map(|(code, mut params)| {
                if let Some(name) =
                    params.get("agent").and_then(|id| id.parse().ok()).and_then(|id| names.get(id))
                {
                    params.insert("agent_name".into(), name);
                }
                EntryEvent { code, params }
            }),
            attachments,
            client_ref: row.client_ref.filter(|_| side.wrote(row.author)),
        })
    }

    pub(super) async fn attachment(
        &self,
        organisation: OrganisationId,
        row: &AttachmentRow,
    ) -> Result<Attachment> {
        let name = content::open(self.vault(), organisation, FILE_NAME, &row.name_sealed).await?;
        Ok(Attachment {
            id: row.id,
            name: name.unwrap_or_else(|| "-".into()),
            media_type: row.media_type.clone(),
            size: row.size,
            scanned: row.scanned,
        })
    }

    pub(super) async fn customer_line(
        &self,
        organisation: OrganisationId,
        row: CustomerRow,
        handles: Vec<SealedHandle>,
    ) -> Result<Line<Customer>> {
        let bare = Customer {
            id: row.id,
            kind: row.kind,
            name: None,
            language: row.language,
            handles: Vec::new(),
            restricted: row.restricted,
            erased: row.erased_at.is_some(),
            created_at: row.created_at,
            version: row.version,
        };
        let mut full = bare.clone();
        full.name = self.open_optional(organisation, CUSTOMER_NAME, row.name_sealed.as_ref()).await?;
        for handle in handles {
            if let Some(value) = content::open(self.vault(), organisation, HANDLE, &handle.sealed).await? {
                full.handles.push(Handle { id: handle.id, kind: handle.kind, value });
            }
        }
        Ok(Line { full: Personal::new(Subject::Customer(row.id), full).restricted(row.restricted), bare })
    }

    pub(super) async fn case_line(&self, organisation: OrganisationId, row: CaseRow) -> Result<Line<Case>> {
        let subject = row.subject()?;
        let bare = Case {
            id: row.id,
            number: row.number,
            subject: None,
            state: row.state,
            customer_id: row.customer,
            opened_at: row.opened_at,
            closed_at: row.closed_at,
            contacts: row.contacts,
            version: row.version,
        };
        let opened = self.open_optional(organisation, CASE_SUBJECT, row.subject_sealed.as_ref()).await?;
        let full = Case { subject: opened, ..bare.clone() };
        Ok(Line { full: Personal::new(subject, full).restricted(row.restricted), bare })
    }

    pub(super) async fn task_lines(
        &self,
        organisation: OrganisationId,
        rows: Vec<TaskRow>,
    ) -> Result<Vec<Line<Task>>> {
        let names = self.names(organisation, rows.iter().filter_map(|row| row.agent)).await?;
        let teams = self.team_names(organisation, rows.iter().filter_map(|row| row.team)).await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let bare = Task {
                id: row.id,
                kind: row.kind,
                text: None,
                state: row.state,
                due_at: row.due_at,
                agent: row.agent.map(|agent| names.named(agent)),
                team: row.team.map(|team| Named::new(team, teams.get(&team).cloned().unwrap_or_default())),
                contact_id: row.contact,
                case_id: row.case,
                done_at: row.done_at,
            };
            let text = content::open(self.vault(), organisation, TASK, &row.text_sealed).await?;
            let full = Task { text, ..bare.clone() };
            lines.push(Line { full: Personal::new(row.subject, full).restricted(row.restricted), bare });
        }
        Ok(lines)
    }
}

/// The members of staff whose names a contact shows.
pub(super) fn members_of_contact(row: &ContactRow) -> impl Iterator<Item = MembershipId> + use<> {
    row.life.agent().into_iter().chain(row.preview.as_ref().and_then(|preview| preview.author.agent()))
}

/// The members of staff whose names an entry shows.
pub(super) fn members_of_entry(row: &EntryRow) -> impl Iterator<Item = MembershipId> + use<> {
    let named = row.event.as_ref().and_then(|(_, params)| params.get("agent")?.parse().ok());
    row.author.agent().into_iter().chain(named)
}

/// A contact without content.
fn bare_contact(row: &ContactRow, names: &Names) -> Contact {
    Contact {
        id: row.id,
        channel: row.channel,
        state: row.life.state(),
        closing: row.life.closed().map(|(_, closing)| closing),
        subject: Some(row.topic.clone()).filter(|topic| !topic.is_empty()),
        language: row.language.clone(),
        entry_point: Some(Named::new(row.entry_point.0, &row.entry_point.1)),
        queue: row.queue.as_ref().map(|(id, name)| Named::new(id, name)),
        agent: row.life.agent().map(|agent| names.named(agent)),
        customer: row.customer.as_ref().map(|customer| ContactCustomer {
            id: customer.id,
            kind: customer.kind,
            name: None,
            anonymous: customer.name_sealed.is_none(),
            restricted: customer.restricted,
        }),
        case: row.case.as_ref().map(|case| ContactCase {
            id: case.id,
            number: case.number.clone(),
            subject: None,
        }),
        started_at: row.life.started_at(),
        assigned_at: row.life.assigned().map(|(_, at)| at),
        ended_at: row.life.ended().map(|(at, _)| at),
        closed_at: row.life.closed().map(|(at, _)| at),
        ended_by: row.life.ended().map(|(_, by)| by),
        last_seq: row.last_seq,
        read_by_agent: row.read_by_agent,
        read_by_customer: row.read_by_customer,
        last_entry: row.preview.as_ref().map(|preview| LastEntry {
            seq: preview.seq,
            at: preview.at,
            author: author(preview.author, names),
            preview: None,
        }),
    }
}

fn author(author: Author, names: &Names) -> EntryAuthor {
    match author {
        Author::Customer => EntryAuthor { kind: AuthorKind::Customer, id: None, name: None },
        Author::System => EntryAuthor { kind: AuthorKind::System, id: None, name: None },
        Author::Agent(agent) => {
            EntryAuthor { kind: AuthorKind::Agent, id: Some(agent.to_string()), name: names.get(agent) }
        }
    }
}

//! The timeline, read and written from outside.

use super::Contacts;
use super::rendering::{Side, members_of_contact, members_of_entry};
use crate::actions::{self, NewEntry};
use crate::check::{self, Check};
use crate::content::SealedText;
use crate::model::{Author, Visibility};
use crate::store::contacts::ContactRow;
use crate::store::entries::{EntryRow, OwnedEntry};
use crate::store::{Place, attachments, contacts, customers, entries};
use crate::view::{Attachment, Contact, Entry, Line, TimelineContact, TimelineEntry};
use base::{AttachmentId, ContactId, CustomerId, Error, OrganisationId, Result, Subject};
use db::Conn;
use identity::{Access, Personal};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;
use web::Page;

/// A part of a contact's timeline.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Entries)]
pub struct EntriesOf {
    /// The entries, oldest first.
    pub items: Vec<Entry>,
    /// The last place in the timeline, so that a screen knows whether there is more.
    pub last_seq: i64,
}

/// Something to say.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// The text; may be empty when there are files.
    pub text: String,
    /// Your own name for this message. Sent again with the same one it is stored once.
    pub client_ref: String,
    /// Files that were uploaded to this contact before.
    #[serde(default)]
    pub attachments: Vec<AttachmentId>,
}

/// A remark among colleagues.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    /// The text.
    pub text: String,
    /// Your own name for this note. Sent again with the same one it is stored once.
    pub client_ref: String,
}

impl NewMessage {
    /// The text, if all is well.
    pub fn check(&self) -> Result<String> {
        let mut check = Check::default();
        check.client_ref(&self.client_ref);
        if self.attachments.len() > check::ATTACHMENTS {
            check.complain("attachments", format!("send at most {} files at once", check::ATTACHMENTS));
        }
        let text = if self.text.trim().is_empty() && !self.attachments.is_empty() {
            String::new()
        } else {
            check.text("text", &self.text, check::MESSAGE)
        };
        check.done()?;
        Ok(text)
    }
}

impl Contacts {
    /// A part of a timeline, with what is for colleagues only.
    pub async fn entries(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
        after_seq: i64,
        limit: u32,
    ) -> Result<Personal<EntriesOf>> {
        let mut conn = self.db().read(organisation).await?;
        let row = contacts::get(&mut conn, contact).await?;
        let rows = entries::after(&mut conn, contact, after_seq, limit).await?;
        self.entries_of(Side::Staff, conn, row, rows).await
    }

    /// A part of a timeline as the customer may see it.
    pub async fn public_entries(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
        after_seq: i64,
        limit: u32,
    ) -> Result<Personal<EntriesOf>> {
        let mut conn = self.db().read(organisation).await?;
        let row = contacts::get(&mut conn, contact).await?;
        let rows = entries::public_after(&mut conn, contact, after_seq, limit).await?;
        self.entries_of(Side::Customer, conn, row, rows).await
    }

    /// One entry as the customer may see it; `None` if they may not.
    pub async fn public_entry(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
        seq: i64,
    ) -> Result<Option<Personal<Entry>>> {
        let mut conn = self.db().read(organisation).await?;
        match entries::find(&mut conn, contact, seq).await? {
            Some(found) if found.entry.visibility == Visibility::Public => {
                self.entry_of(Side::Customer, conn, found).await
            }
            _ => Ok(None),
        }
    }

    /// A contact as it is now, with an entry of it: what screens are told when it was added.
    pub(crate) async fn changed(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
        seq: Option<i64>,
    ) -> Result<Option<(Line<Contact>, Option<Personal<Entry>>)>> {
        let mut conn = self.db().read(organisation).await?;
        let Some(row) = contacts::find(&mut conn, contact).await? else { return Ok(None) };
        let found = match seq {
            Some(seq) => entries::find(&mut conn, contact, seq).await?,
            None => None,
        };
        let entry = if let Some(found) = found {
            self.entry_of(Side::Staff, conn, found).await?
        } else {
            drop(conn);
            None
        };
        let names = self.names(organisation, members_of_contact(&row)).await?;
        Ok(Some((self.contact_line(organisation, row, &names).await?, entry)))
    }

    /// Takes the connection, to give it back before anything is opened.
    async fn entry_of(
        &self,
        side: Side,
        mut conn: Conn,
        found: OwnedEntry,
    ) -> Result<Option<Personal<Entry>>> {
        let organisation = conn.organisation();
        let files = files_of(&mut conn, found.entry.contact, std::slice::from_ref(&found.entry)).await?;
        drop(conn);
        let mut shown = self.entries_shown(side, organisation, vec![found.entry], files).await?;
        Ok(shown.pop().map(|entry| Personal::new(found.subject, entry).restricted(found.restricted)))
    }

    async fn entries_of(
        &self,
        side: Side,
        mut conn: Conn,
        row: ContactRow,
        rows: Vec<EntryRow>,
    ) -> Result<Personal<EntriesOf>> {
        let organisation = conn.organisation();
        let files = files_of(&mut conn, row.id, &rows).await?;
        drop(conn);
        let items = self.entries_shown(side, organisation, rows, files).await?;
        let entries = EntriesOf { items, last_seq: row.last_seq };
        Ok(Personal::new(row.subject(), entries).restricted(row.restricted()))
    }

    async fn entries_shown(
        &self,
        side: Side,
        organisation: OrganisationId,
        rows: Vec<EntryRow>,
        files: Vec<attachments::AttachmentRow>,
    ) -> Result<Vec<Entry>> {
        let names = self.names(organisation, rows.iter().flat_map(members_of_entry)).await?;
        let mut by_entry = HashMap::<(ContactId, i64), Vec<Attachment>>::new();
        for file in files {
            if let Some(seq) = file.seq {
                by_entry
                    .entry((file.contact, seq))
                    .or_default()
                    .push(self.attachment(organisation, &file).await?);
            }
        }
        let mut shown = Vec::with_capacity(rows.len());
        for row in rows {
            let files = by_entry.remove(&(row.contact, row.seq)).unwrap_or_default();
            shown.push(self.entry(side, organisation, row, files, &names).await?);
        }
        Ok(shown)
    }

    /// All contacts of a customer in one timeline: contacts newest first, and in each the newest entry first.
    pub async fn timeline(
        &self,
        organisation: OrganisationId,
        customer: CustomerId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Personal<Page<TimelineEntry>>> {
        let (place, seq) = timeline_place(after)?;
        let mut conn = self.db().read(organisation).await?;
        let owner = customers::get(&mut conn, customer).await?;
        let rows = entries::of_customer(&mut conn, customer, &place, seq, limit + 1).await?;
        let mut files = Vec::new();
        for (contact, of_contact) in by_contact(&rows) {
            files.extend(files_of(&mut conn, contact, &of_contact).await?);
        }
        drop(conn);
        let mut contacts = Vec::with_capacity(rows.len());
        let mut stored = Vec::with_capacity(rows.len());
        for row in rows {
            contacts.push(TimelineContact {
                id: row.entry.contact,
                channel: row.channel,
                started_at: row.started_at,
                subject: Some(row.topic).filter(|topic| !topic.is_empty()),
            });
            stored.push(row.entry);
        }
        let entries = self.entries_shown(Side::Staff, organisation, stored, files).await?;
        let items =
            entries.into_iter().zip(contacts).map(|(entry, contact)| TimelineEntry { entry, contact });
        let page = Page::of(items.collect(), limit, |item: &TimelineEntry| {
            format!("{} {}", item.entry.seq, Place::key(item.contact.started_at, item.contact.id))
        });
        Ok(Personal::new(Subject::Customer(customer), page).restricted(owner.restricted))
    }

    /// An agent who has the contact says something to the customer.
    pub async fn send_message(
        &self,
        access: &Access,
        contact: ContactId,
        new: &NewMessage,
    ) -> Result<Personal<Entry>> {
        let text = new.check()?;
        let entry = |author, sealed| {
            NewEntry::message(contact, author, sealed)
                .with_client_ref(&new.client_ref)
                .with_attachments(new.attachments.clone())
        };
        self.write_entry(access, contact, &text, entry).await
    }

    /// A colleague adds a remark that the customer does not see.
    pub async fn add_note(
        &self,
        access: &Access,
        contact: ContactId,
        new: &NewNote,
    ) -> Result<Personal<Entry>> {
        let mut check = Check::default();
        check.client_ref(&new.client_ref);
        let text = check.text("text", &new.text, check::MESSAGE);
        check.done()?;
        let entry = |author, sealed| NewEntry::note(contact, author, sealed).with_client_ref(&new.client_ref);
        self.write_entry(access, contact, &text, entry).await
    }

    /// A remark that goes with something else that is done to the contact, to write in the same transaction.
    pub async fn note(&self, access: &Access, contact: ContactId, text: &str) -> Result<NewEntry> {
        let mut check = Check::default();
        let text = check.text("note", text, check::MESSAGE);
        check.done()?;
        let sealed = SealedText::seal(&self.sealer_for(access, contact).await?, &text)?;
        Ok(NewEntry::note(contact, Author::Agent(access.membership()?), sealed))
    }

    async fn write_entry(
        &self,
        access: &Access,
        contact: ContactId,
        text: &str,
        entry: impl FnOnce(Author, SealedText) -> NewEntry,
    ) -> Result<Personal<Entry>> {
        let organisation = access.organisation();
        let sealer = self.sealer_for(access, contact).await?;
        let new = entry(Author::Agent(access.membership()?), SealedText::seal(&sealer, text)?);
        let appended = self.db().write(organisation, async move |tx| actions::append(tx, new).await).await?;
        let mut conn = self.db().read(organisation).await?;
        let missing = || Error::not_found("entry");
        let written = entries::find(&mut conn, contact, appended.seq).await?.ok_or_else(missing)?;
        self.entry_of(Side::Staff, conn, written).await?.ok_or_else(missing)
    }

    /// The agent who has the contact has read up to here.
    pub async fn read(&self, access: &Access, contact: ContactId, seq: i64) -> Result<()> {
        let reader = access.membership()?;
        let write = async move |tx: &mut db::Tx| actions::read_by_agent(tx, contact, reader, seq).await;
        self.db().write(access.organisation(), write).await
    }
}

/// The files of these entries of one contact; no statement when there are none.
async fn files_of(
    conn: &mut Conn,
    contact: ContactId,
    rows: &[EntryRow],
) -> Result<Vec<attachments::AttachmentRow>> {
    let with_files = || rows.iter().filter(|row| row.attachments > 0).map(|row| row.seq);
    match (with_files().min(), with_files().max()) {
        (Some(first), Some(last)) => attachments::between(conn, contact, first, last).await,
        _ => Ok(Vec::new()),
    }
}

fn by_contact(rows: &[entries::TimelineRow]) -> HashMap<ContactId, Vec<EntryRow>> {
    let mut by_contact = HashMap::<ContactId, Vec<EntryRow>>::new();
    for row in rows.iter().filter(|row| row.entry.attachments > 0) {
        by_contact.entry(row.entry.contact).or_default().push(row.entry.clone());
    }
    by_contact
}

/// `seq started_at contact`.
fn timeline_place(after: Option<&str>) -> Result<(Place, i64)> {
    let Some(key) = after else { return Ok((Place::top(), i64::MAX)) };
    let wrong = || Error::invalid("after", "use the value of 'next' of the page before, unchanged");
    let (seq, place) = key.split_once(' ').ok_or_else(wrong)?;
    Ok((Place::parse(Some(place))?, seq.parse().map_err(|_| wrong())?))
}

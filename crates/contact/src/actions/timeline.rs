//! Something is added to a timeline, or read.

use crate::content::SealedText;
use crate::events::{ContactRead, EntryAdded, Reader};
use crate::model::{Author, EntryKind, EventCode, Visibility};
use crate::store::contacts;
use crate::store::entries::{self, EntryInsert, Taken};
use base::{Actor, AttachmentId, ContactId, EntryId, Error, MembershipId, Result, Timestamp};
use db::Tx;
use std::collections::BTreeMap;

/// Something to add to a timeline. Made by one of the functions, so that no impossible entry can be.
#[derive(Clone, Debug)]
pub struct NewEntry {
    contact: ContactId,
    author: Author,
    client_ref: Option<String>,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Message { text: SealedText, attachments: Vec<AttachmentId> },
    Note { text: SealedText },
    Event { code: EventCode, params: BTreeMap<String, String>, visibility: Visibility },
}

impl NewEntry {
    /// Something that is said, for the other side to read.
    pub fn message(contact: ContactId, author: Author, text: SealedText) -> Self {
        Self { contact, author, client_ref: None, what: What::Message { text, attachments: Vec::new() } }
    }

    /// A remark among colleagues.
    pub fn note(contact: ContactId, author: Author, text: SealedText) -> Self {
        Self { contact, author, client_ref: None, what: What::Note { text } }
    }

    /// Something that happened. The parameters are ids and small values, never names of persons: they are not
    /// sealed. `agent` may hold a membership, `queue` a queue's id and `queue_name` its name.
    pub fn event<K: Into<String>, V: Into<String>>(
        contact: ContactId,
        author: Author,
        code: EventCode,
        params: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let params = params.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        Self {
            contact,
            author,
            client_ref: None,
            what: What::Event { code, params, visibility: Visibility::Public },
        }
    }

    /// The sender's own name for it: sent again under the same name it is stored once.
    #[must_use]
    pub fn with_client_ref(mut self, client_ref: impl Into<String>) -> Self {
        self.client_ref = Some(client_ref.into());
        self
    }

    /// Files that the author uploaded to this contact before.
    #[must_use]
    pub fn with_attachments(mut self, files: Vec<AttachmentId>) -> Self {
        if let What::Message { attachments, .. } = &mut self.what {
            *attachments = files;
        }
        self
    }

    /// An event that only colleagues see.
    #[must_use]
    pub fn internal(mut self) -> Self {
        if let What::Event { visibility, .. } = &mut self.what {
            *visibility = Visibility::Internal;
        }
        self
    }
}

/// Where it came to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The entry.
    pub id: EntryId,
    /// Its place in the timeline.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// False for a repeat: it was stored before, and nothing was stored now.
    pub first: bool,
}

/// Adds something to a timeline: two statements, whatever its length. A message is refused when the talk is over, or
/// when its author is an agent who does not have the contact.
///
/// Should two nodes store the same `client_ref` at the very same moment, one of them is refused with a conflict and
/// finds the entry when it tries again.
pub async fn append(tx: &mut Tx, new: NewEntry) -> Result<Appended> {
    let NewEntry { contact, author, client_ref, what } = new;
    let reference = client_ref.as_deref();
    let preview = |text: &SealedText| Some(text.preview.clone());
    let taken = match &what {
        What::Message { text, .. } => {
            entries::take_for_message(tx, contact, author, reference, preview(text)).await?
        }
        What::Note { text } => entries::take_for_note(tx, contact, author, reference, preview(text)).await?,
        What::Event { .. } => entries::take_for_event(tx, contact).await?,
    };
    let Some(Taken { seq, agent }) = taken else { return repeat(tx, contact, author, reference).await };
    let (id, at) = (tx.env().new_id(), tx.env().now());
    let (kind, visibility, files) = match &what {
        What::Message { attachments, .. } => (EntryKind::Message, Visibility::Public, attachments.clone()),
        What::Note { .. } => (EntryKind::Note, Visibility::Internal, Vec::new()),
        What::Event { visibility, .. } => (EntryKind::Event, *visibility, Vec::new()),
    };
    let (text_sealed, event) = match what {
        What::Message { text, .. } | What::Note { text } => (Some(text.text), None),
        What::Event { code, params, .. } => {
            (None, Some((code, serde_json::to_string(&params).map_err(Error::internal)?)))
        }
    };
    let insert = EntryInsert {
        id,
        contact,
        seq,
        at,
        kind,
        author,
        visibility,
        client_ref: reference,
        text_sealed,
        event,
        attachments: i64::try_from(files.len()).map_err(Error::internal)?,
    };
    entries::insert(tx, insert).await?;
    for file in files {
        super::attachments::place(tx, file, contact, author, seq).await?;
    }
    let added = EntryAdded { contact, seq, kind, author: author.to_string(), visibility, agent };
    tx.record(author.actor(contact), &added)?;
    Ok(Appended { id, seq, at, first: true })
}

/// No place was taken: it was sent before, or it may not be sent.
async fn repeat(
    tx: &mut Tx,
    contact: ContactId,
    author: Author,
    client_ref: Option<&str>,
) -> Result<Appended> {
    if let Some(reference) = client_ref
        && let Some((id, seq, at)) = entries::find_by_ref(tx, contact, author, reference).await?
    {
        return Ok(Appended { id, seq, at, first: false });
    }
    let (life, _) = contacts::find_life(tx, contact).await?.ok_or_else(|| Error::not_found("contact"))?;
    if life.ended().is_some() {
        return Err(Error::conflict(
            "This contact has ended, so nothing can be sent any more. Notes are still possible.",
        ));
    }
    Err(Error::conflict(
        "This contact is not yours now, so the message was not sent. Keep the text and look at the contact again.",
    ))
}

/// The customer has read up to here. A mark never goes back.
pub async fn read_by_customer(tx: &mut Tx, contact: ContactId, seq: i64) -> Result<()> {
    match contacts::read_by_customer(tx, contact, seq).await? {
        Some(agent) => {
            let read = ContactRead { contact, by: Reader::Customer, seq, agent };
            tx.record(Actor::Customer(contact), &read)
        }
        None => exists(tx, contact).await,
    }
}

/// The agent has read up to here. A mark never goes back.
pub async fn read_by_agent(tx: &mut Tx, contact: ContactId, reader: MembershipId, seq: i64) -> Result<()> {
    if !contacts::read_by_agent(tx, contact, reader, seq).await? {
        return exists(tx, contact).await;
    }
    let read = ContactRead { contact, by: Reader::Agent, seq, agent: Some(reader) };
    tx.record(Actor::Member(reader), &read)
}

async fn exists(tx: &mut Tx, contact: ContactId) -> Result<()> {
    contacts::find_life(tx, contact).await?.map(drop).ok_or_else(|| Error::not_found("contact"))
}

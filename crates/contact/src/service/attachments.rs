//! Files that come in and go out.

use super::Contacts;
use crate::actions::{self, NewAttachment};
use crate::content::{self, FILE_NAME};
use crate::model::Author;
use crate::store::attachments::{self, AttachmentRow};
use crate::store::contacts;
use crate::view::Attachment;
use base::{AttachmentId, ContactId, Error, ErrorCode, OrganisationId, Result, Subject};
use blob::{Content, Limits};
use bytes::Bytes;
use db::Tx;
use futures::Stream;
use identity::{Access, Personal};
use std::time::Duration;

/// How long what is known of an uploaded file that was never sent is kept. Its bytes go after a day, and then it can no
/// longer be sent; the second day is for a file whose message is being written when they go.
const UNSENT_KEPT: Duration = Duration::from_hours(2 * 24);
/// What is forgotten in one transaction, so that others do not wait for it.
const AT_ONCE: u32 = 500;

/// A file on its way in.
#[derive(Debug)]
pub struct Upload<'a, S> {
    /// The contact that it belongs to.
    pub contact: ContactId,
    /// Who sends it.
    pub author: Author,
    /// Its name, as the sender's computer has it.
    pub name: &'a str,
    /// Its bytes.
    pub content: S,
    /// What is accepted.
    pub limits: &'a Limits,
}

/// A file on its way out.
pub struct Download {
    /// What is known about it.
    pub attachment: Attachment,
    /// Its bytes.
    pub content: Content,
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Download({})", self.attachment.id)
    }
}

/// A file that can be sent out to whoever may open it.
#[derive(Clone, Debug)]
pub struct FileOf {
    /// The contact that it belongs to.
    pub contact: ContactId,
    /// Who sent it.
    pub author: Author,
    /// Its place in the timeline; absent until it is sent with a message.
    pub seq: Option<i64>,
    /// What is known about it.
    pub attachment: Personal<Attachment>,
    row: AttachmentRow,
}

impl Contacts {
    /// Takes in a file: checked, scanned, sealed with the contact's key. It waits a day to be sent with a message.
    pub async fn upload<S>(&self, access: &Access, upload: Upload<'_, S>) -> Result<Personal<Attachment>>
    where
        S: Stream<Item = Result<Bytes>> + Send,
    {
        let Upload { contact, author, name, content, limits } = upload;
        let organisation = access.organisation();
        let mut conn = self.db().read(organisation).await?;
        let row = contacts::get(&mut conn, contact).await?;
        drop(conn);
        let may_send =
            row.life.ended().is_none() && author.agent().is_none_or(|agent| row.life.agent() == Some(agent));
        if !may_send {
            return Err(Error::conflict(
                "This contact has ended or is not yours now, so no file can be sent. Look at it again.",
            ));
        }
        access.open(Personal::new(row.subject(), ()).restricted(row.restricted()))?;
        let sealer = self.vault().sealer(organisation, row.key).await?;
        let stored = self.blobs().put(organisation, &sealer, name, content, limits).await?;
        let new = AttachmentRow {
            id: self.db().env().new_id(),
            contact,
            seq: None,
            author,
            at: self.db().env().now(),
            blob: stored.id,
            name_sealed: sealer.seal(FILE_NAME, stored.name.as_bytes())?,
            media_type: stored.media_type.into(),
            size: i64::try_from(stored.size).map_err(Error::internal)?,
            scanned: stored.scanned,
        };
        let shown = self.attachment(organisation, &new).await?;
        let new = NewAttachment(new);
        self.db()
            .write(organisation, async move |tx: &mut Tx| actions::add_attachment(tx, &new).await)
            .await?;
        Ok(Personal::new(row.subject(), shown).restricted(row.restricted()))
    }

    /// Forgets the uploaded files that were never sent, names and all.
    pub async fn forget_unsent_files(&self, organisation: OrganisationId) -> Result<()> {
        let before = self.db().env().now() - UNSENT_KEPT;
        loop {
            let files =
                attachments::unsent(&mut self.db().read(organisation).await?, before, AT_ONCE).await?;
            if files.is_empty() {
                return Ok(());
            }
            self.db().write(organisation, async move |tx| actions::forget_unsent(tx, files).await).await?;
        }
    }

    /// What is known about a file.
    pub async fn file(&self, organisation: OrganisationId, id: AttachmentId) -> Result<FileOf> {
        let mut conn = self.db().read(organisation).await?;
        let row = attachments::find(&mut conn, id).await?.ok_or_else(|| Error::not_found("file"))?;
        let contact = contacts::get(&mut conn, row.contact).await?;
        drop(conn);
        let attachment = self.attachment(organisation, &row).await?;
        let attachment = Personal::new(contact.subject(), attachment).restricted(contact.restricted());
        Ok(FileOf { contact: row.contact, author: row.author, seq: row.seq, attachment, row })
    }

    /// The bytes of a file, for whoever opens it.
    pub async fn download(&self, access: &Access, file: FileOf) -> Result<Download> {
        let organisation = access.organisation();
        let attachment = access.open(file.attachment)?;
        // The key first: what was erased is told as such, whether its bytes are still on the disk or not.
        let name = content::open(self.vault(), organisation, FILE_NAME, &file.row.name_sealed).await?;
        if name.is_none() {
            return Err(Error::new(ErrorCode::Erased, "This file was erased and cannot be read again."));
        }
        let content = self.blobs().get(organisation, file.row.blob).await?;
        Ok(Download { attachment, content })
    }

    /// Whose data a contact's content is, and whether that person restricted its use.
    pub async fn subject_of(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
    ) -> Result<Personal<Subject>> {
        let mut conn = self.db().read(organisation).await?;
        let row = contacts::get(&mut conn, contact).await?;
        Ok(Personal::new(row.subject(), row.subject()).restricted(row.restricted()))
    }
}

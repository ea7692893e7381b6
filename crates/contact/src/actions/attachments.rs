//! A file is added to a contact.

use crate::events::ContactChanged;
use crate::model::Author;
use crate::store::attachments::{self, AttachmentRow};
use crate::store::contacts;
use base::{Actor, AttachmentId, ContactId, Error, Result};
use db::Tx;

/// A file that has been uploaded, scanned and stored, and waits to be sent.
#[derive(Clone, Debug)]
pub struct NewAttachment(pub(crate) AttachmentRow);

/// Remembers an uploaded file. It has no place in the timeline until it is sent with a message.
pub async fn add_attachment(tx: &mut Tx, new: &NewAttachment) -> Result<()> {
    attachments::insert(tx, &new.0).await
}

/// Gives an uploaded file its place in the timeline, and keeps it from being swept.
pub(super) async fn place(
    tx: &mut Tx,
    file: AttachmentId,
    contact: ContactId,
    author: Author,
    seq: i64,
) -> Result<()> {
    let Some(blob) = attachments::place(tx, file, contact, author, seq).await? else {
        return Err(Error::invalid("attachments", "upload the file to this contact first, and send it once"));
    };
    blob::keep(tx, blob).await
}

/// Forgets uploaded files that were never sent, but those that are sent in the meantime.
pub(crate) async fn forget_unsent(tx: &mut Tx, files: Vec<AttachmentId>) -> Result<()> {
    for file in files {
        if let Some(blob) = attachments::delete_unsent(tx, file).await? {
            blob::release(tx, blob).await?;
        }
    }
    Ok(())
}

/// Lets go of the files of a contact whose key was destroyed.
pub async fn release_files(tx: &mut Tx, contact: ContactId) -> Result<()> {
    for file in attachments::of_contact(tx, contact).await? {
        blob::release(tx, file.blob).await?;
    }
    Ok(())
}

/// The key of a contact from nobody known was destroyed: its files go, and screens show it as erased.
pub async fn erase_contact(tx: &mut Tx, actor: Actor, contact: ContactId) -> Result<()> {
    let row = contacts::get(tx, contact).await?;
    release_files(tx, contact).await?;
    identity::audit::write(tx, actor, "contact.erased", contact, serde_json::json!({})).await?;
    tx.record(actor, &ContactChanged { contact, agent: row.life.agent() })
}

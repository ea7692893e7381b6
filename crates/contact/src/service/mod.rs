//! The service: what handlers and the rooms above hold. It seals, runs [`crate::actions`] in a transaction, and opens
//! what comes out into envelopes.

mod attachments;
mod cases;
mod contacts;
mod customers;
mod names;
mod privacy;
mod rendering;
mod tasks;
mod timeline;

pub use attachments::{Download, FileOf, Upload};
pub use cases::{CaseList, CasePatch, CaseToOpen};
pub use contacts::{ContactList, WrapUp};
pub use customers::{CustomerPatch, CustomerToMake, HandleToAdd};
pub use tasks::{TaskList, TaskPatch, TaskToMake};
pub use timeline::{EntriesOf, NewMessage, NewNote};

use crate::store;
use base::{ContactId, KeyId, OrganisationId, Result, Subject};
use blob::{Blobs, Limits};
use db::Db;
use identity::Identity;
use std::fmt;
use std::sync::Arc;
use vault::{Sealer, Vault};

/// Customers, contacts, cases, tasks and the timeline. Cheap to clone.
#[derive(Clone)]
pub struct Contacts(Arc<Inner>);

struct Inner {
    db: Db,
    vault: Vault,
    blobs: Blobs,
    identity: Identity,
    limits: Limits,
}

impl fmt::Debug for Contacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contacts(…)")
    }
}

impl Contacts {
    /// Over this database, vault and store of files, with what files are accepted. Identity tells the names of
    /// colleagues.
    pub fn new(db: Db, vault: Vault, blobs: Blobs, identity: Identity, limits: Limits) -> Self {
        Self(Arc::new(Inner { db, vault, blobs, identity, limits }))
    }

    /// What files are accepted.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub(crate) fn blobs(&self) -> &Blobs {
        &self.0.blobs
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// A key for a contact that is about to be received. It is durable before the contact is.
    pub async fn new_key(&self, organisation: OrganisationId, contact: ContactId) -> Result<KeyId> {
        self.vault().new_key(organisation, Subject::Contact(contact)).await
    }

    /// What seals the content of a contact: hand it to [`crate::SealedText::seal`].
    pub async fn sealer(&self, organisation: OrganisationId, contact: ContactId) -> Result<Sealer> {
        let mut conn = self.db().read(organisation).await?;
        let row = store::contacts::get(&mut conn, contact).await?;
        drop(conn);
        self.vault().sealer(organisation, row.key).await
    }
}

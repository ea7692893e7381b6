//! The database of keys follows what stands in the content. The two commit apart, so a job that was put in the queue with
//! the change does what a program that was killed in between left undone.

use crate::Contacts;
use crate::store::{contacts, customers};
use base::{ContactId, CustomerId, KeyId, OrganisationId, Result};
use db::Tx;
use jobs::{Job, Jobs};
use serde::{Deserialize, Serialize};

/// Gives the key of a contact to whom the contact belongs now.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct GiveKey {
    /// The contact.
    pub contact: ContactId,
}

impl Job for GiveKey {
    const KIND: &'static str = "contact.give_key";
    const ATTEMPTS: u32 = 50;
}

impl GiveKey {
    /// Puts it in the queue, with the change that makes it necessary.
    pub(crate) async fn soon(self, tx: &mut Tx) -> Result<()> {
        let now = tx.env().now();
        jobs::enqueue_once(tx, &self, &self.contact.to_string(), now).await.map(drop)
    }
}

/// Destroys the keys of a customer who was erased.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct DestroyKeys {
    /// The customer.
    pub customer: CustomerId,
}

impl Job for DestroyKeys {
    const KIND: &'static str = "contact.destroy_keys";
    const ATTEMPTS: u32 = 50;
}

impl DestroyKeys {
    /// Puts it in the queue, with the erasure that makes it necessary.
    pub(crate) async fn soon(self, tx: &mut Tx) -> Result<()> {
        let now = tx.env().now();
        jobs::enqueue_once(tx, &self, &self.customer.to_string(), now).await.map(drop)
    }
}

impl Contacts {
    /// Adds the handlers of this room's jobs.
    #[must_use]
    pub fn register(&self, jobs: Jobs) -> Jobs {
        let (giving, destroying) = (self.clone(), self.clone());
        jobs.handle(move |job: GiveKey, context| {
            let contacts = giving.clone();
            async move { contacts.give_key(context.organisation, job.contact).await }
        })
        .handle(move |job: DestroyKeys, context| {
            let contacts = destroying.clone();
            async move { contacts.destroy_keys(context.organisation, job.customer).await }
        })
    }

    /// Whoever gives the key last has looked afterwards, so that two who do it at once do not leave it with the wrong
    /// owner.
    pub(crate) async fn give_key(&self, organisation: OrganisationId, contact: ContactId) -> Result<()> {
        let mut given = None;
        loop {
            let row = contacts::get(&mut self.db().read(organisation).await?, contact).await?;
            let owner = row.subject();
            if given == Some(owner) {
                return Ok(());
            }
            self.vault().reown_key(organisation, row.key, owner).await?;
            given = Some(owner);
        }
    }

    /// The keys that the rows name, whoever owns them in the database of keys: that may not have heard the last.
    pub(crate) async fn destroy_keys(
        &self,
        organisation: OrganisationId,
        customer: CustomerId,
    ) -> Result<()> {
        let mut conn = self.db().read(organisation).await?;
        let mut keys: Vec<KeyId> = contacts::keys_of_customer(&mut conn, customer).await?;
        keys.push(customers::get(&mut conn, customer).await?.key);
        drop(conn);
        self.vault().destroy_keys(organisation, keys).await.map(drop)
    }
}

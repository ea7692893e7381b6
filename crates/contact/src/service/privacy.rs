//! What this room does for a person's rights.

use super::Contacts;
use crate::actions;
use crate::privacy::{Exported, exported};
use crate::store::{cases, contacts, customers, tasks};
use base::{Actor, ContactId, CustomerId, Error, OrganisationId, Result};
use db::Tx;
use identity::Personal;

/// How many entries are read at a time.
const PART: u32 = 500;

impl Contacts {
    pub(crate) async fn export_customer(
        &self,
        organisation: OrganisationId,
        customer: CustomerId,
    ) -> Result<Vec<Personal<Exported>>> {
        let mut conn = self.db().read(organisation).await?;
        if customers::find(&mut conn, customer).await?.is_none() {
            return Ok(Vec::new());
        }
        let contacts = contacts::ids_of_customer(&mut conn, customer).await?;
        let cases = cases::ids_of_customer(&mut conn, customer).await?;
        let mut tasks = Vec::new();
        for case in &cases {
            tasks.extend(tasks::of_case(&mut conn, *case).await?);
        }
        drop(conn);
        // The person asked for it, so their own restriction does not stand in the way: whoever opens it has to say
        // that purpose.
        let mut all = vec![exported("customer", self.customer(organisation, customer).await?.full())?];
        for case in cases {
            all.push(exported("case", self.case(organisation, case).await?.full())?);
        }
        for task in self.task_lines(organisation, tasks).await? {
            all.push(exported("task", task.full())?);
        }
        for contact in contacts {
            all.extend(self.export_contact(organisation, contact).await?);
        }
        Ok(all)
    }

    pub(crate) async fn export_contact(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
    ) -> Result<Vec<Personal<Exported>>> {
        let mut conn = self.db().read(organisation).await?;
        let Some(row) = contacts::find(&mut conn, contact).await? else { return Ok(Vec::new()) };
        let tasks = tasks::of_contact(&mut conn, contact).await?;
        drop(conn);
        let mut all = vec![exported("contact", self.contact(organisation, contact).await?.full())?];
        for task in self.task_lines(organisation, tasks).await? {
            all.push(exported("task", task.full())?);
        }
        let mut seq = 0;
        while seq < row.last_seq {
            let part = self.entries(organisation, contact, seq, PART).await?;
            all.push(exported("entries", part.map(|part| part.items))?);
            seq += i64::from(PART);
        }
        Ok(all)
    }

    /// Takes away all by which a customer can be found, and destroys their keys and those of their contacts. What was
    /// sealed with those keys is unreadable from then on, in back-ups too, and shows as erased. When the program is
    /// killed in between, a job destroys the keys.
    pub async fn erase_customer(
        &self,
        organisation: OrganisationId,
        actor: Actor,
        customer: CustomerId,
    ) -> Result<()> {
        let erase = async move |tx: &mut Tx| actions::erase_customer(tx, actor, customer).await;
        self.db().write(organisation, erase).await?;
        self.destroy_keys(organisation, customer).await
    }

    /// Destroys the key of a contact from nobody known.
    pub async fn erase_contact(
        &self,
        organisation: OrganisationId,
        actor: Actor,
        contact: ContactId,
    ) -> Result<()> {
        let mut conn = self.db().read(organisation).await?;
        let row = contacts::get(&mut conn, contact).await?;
        drop(conn);
        if row.customer.is_some() {
            return Err(Error::conflict(
                "This contact belongs to a customer. Erase the customer, or unlink the contact first.",
            ));
        }
        self.vault().destroy_keys(organisation, vec![row.key]).await?;
        let erase = async move |tx: &mut Tx| actions::erase_contact(tx, actor, contact).await;
        self.db().write(organisation, erase).await
    }
}

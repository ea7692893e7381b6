//! A person's rights, over all rooms: each room that holds personal data tells which tables it answers for, exports
//! what it has about a person, and erases it. A test compares the tables with the registry and finds a room that
//! forgot.

use crate::Contacts;
use base::{Actor, Error, OrganisationId, Result, Subject};
use futures::future::BoxFuture;
use identity::Personal;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A room that holds data about persons.
pub trait HoldsPersonalData: Send + Sync {
    /// Its name.
    fn room(&self) -> &'static str;

    /// Its tables with sealed columns.
    fn tables(&self) -> &'static [&'static str];

    /// All it has about this person, readable by them (GDPR art. 15 and 20).
    fn export(
        &self,
        organisation: OrganisationId,
        subject: Subject,
    ) -> BoxFuture<'_, Result<Vec<Personal<Exported>>>>;

    /// Makes it unreadable and unfindable (GDPR art. 17). Doing it twice is no error.
    fn erase(
        &self,
        organisation: OrganisationId,
        actor: Actor,
        subject: Subject,
    ) -> BoxFuture<'_, Result<()>>;
}

/// A thing in an export.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    /// What kind of thing: `customer`, `contact` …
    pub kind: &'static str,
    /// The thing.
    pub content: Value,
}

/// All rooms that hold personal data.
#[derive(Clone, Default)]
pub struct Registry(Vec<Arc<dyn HoldsPersonalData>>);

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|room| room.room())).finish()
    }
}

impl Registry {
    /// Adds a room.
    #[must_use]
    pub fn with(mut self, room: impl HoldsPersonalData + 'static) -> Self {
        self.0.push(Arc::new(room));
        self
    }

    /// The tables with sealed columns that nobody answers for, and tables that are answered for and do not exist.
    /// Empty when all is well.
    pub fn forgotten(&self, columns: &[db::Column]) -> Vec<String> {
        let sealed = columns.iter().filter(|column| column.name.ends_with("_sealed"));
        let sealed: BTreeSet<&str> = sealed.map(|column| column.table.as_str()).collect();
        let answered: BTreeSet<&str> = self.0.iter().flat_map(|room| room.tables()).copied().collect();
        sealed.symmetric_difference(&answered).map(|table| (*table).to_owned()).collect()
    }

    /// All that any room has about this person.
    pub async fn export(
        &self,
        organisation: OrganisationId,
        subject: Subject,
    ) -> Result<Vec<Personal<Exported>>> {
        let mut all = Vec::new();
        for room in &self.0 {
            all.extend(room.export(organisation, subject).await?);
        }
        Ok(all)
    }

    /// Erases this person in all rooms. When one fails, call it again: what was done stays done.
    pub async fn erase(&self, organisation: OrganisationId, actor: Actor, subject: Subject) -> Result<()> {
        // This room goes last, because the others find their rows through its contacts.
        for room in self.0.iter().rev() {
            room.erase(organisation, actor, subject).await?;
        }
        Ok(())
    }
}

impl HoldsPersonalData for Contacts {
    fn room(&self) -> &'static str {
        "contact"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["attachments", "cases", "contacts", "customer_handles", "customers", "entries", "tasks"]
    }

    fn export(
        &self,
        organisation: OrganisationId,
        subject: Subject,
    ) -> BoxFuture<'_, Result<Vec<Personal<Exported>>>> {
        Box::pin(async move {
            match subject {
                Subject::Customer(customer) => self.export_customer(organisation, customer).await,
                Subject::Contact(contact) => self.export_contact(organisation, contact).await,
                Subject::Person(_) => Ok(Vec::new()),
            }
        })
    }

    fn erase(
        &self,
        organisation: OrganisationId,
        actor: Actor,
        subject: Subject,
    ) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            match subject {
                Subject::Customer(customer) => self.erase_customer(organisation, actor, customer).await,
                Subject::Contact(contact) => self.erase_contact(organisation, actor, contact).await,
                Subject::Person(_) => Ok(()),
            }
        })
    }
}

/// Puts a thing in an export.
pub(crate) fn exported<T: serde::Serialize>(
    kind: &'static str,
    thing: Personal<T>,
) -> Result<Personal<Exported>> {
    let mut failed = None;
    let out = thing.map(|thing| {
        let content = serde_json::to_value(thing).unwrap_or_else(|error| {
            failed = Some(error);
            Value::Null
        });
        Exported { kind, content }
    });
    failed.map_or(Ok(out), |error| Err(Error::internal(error)))
}

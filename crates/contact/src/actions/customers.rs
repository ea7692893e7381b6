//! Customers are made, changed, recognised in a contact, restricted and erased.

use super::attachments::release_files;
use crate::events::{CaseChanged, ContactChanged, CustomerChanged, CustomerErased};
use crate::keys::{DestroyKeys, GiveKey};
use crate::model::CustomerKind;
use crate::store::customers::{self, CustomerRow, SealedHandle, SealedName};
use crate::store::{cases, contacts};
use base::{Actor, CaseId, ContactId, CustomerId, Error, ErrorCode, KeyId, Language, Result};
use db::Tx;
use identity::audit;
use serde_json::json;
use std::collections::BTreeSet;

/// A customer to make. Sealed by [`crate::Contacts`].
#[derive(Clone, Debug)]
pub struct NewCustomer {
    /// The id, chosen before, because the key was made for it.
    pub id: CustomerId,
    /// A person or an organisation.
    pub kind: CustomerKind,
    /// What they speak.
    pub language: Language,
    pub(crate) key: KeyId,
    pub(crate) name: SealedName,
    pub(crate) handles: Vec<SealedHandle>,
}

/// Makes a customer.
pub async fn create_customer(tx: &mut Tx, actor: Actor, new: NewCustomer) -> Result<()> {
    customers::insert(tx, new.id, new.kind, new.name.sealed, &new.language, new.key).await?;
    for word in &new.name.words {
        customers::insert_word(tx, new.id, word).await?;
    }
    for handle in &new.handles {
        customers::insert_handle(tx, new.id, handle).await?;
    }
    tx.record(actor, &CustomerChanged { customer: new.id })
}

/// What changes in a customer; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct CustomerChange {
    /// A person or an organisation.
    pub kind: Option<CustomerKind>,
    /// Another language.
    pub language: Option<Language>,
    pub(crate) name: Option<SealedName>,
    /// All handles, in place of those there were.
    pub(crate) handles: Option<Vec<SealedHandle>>,
}

/// Changes a customer who is still at this version.
pub async fn change_customer(
    tx: &mut Tx,
    actor: Actor,
    customer: CustomerId,
    version: i64,
    change: CustomerChange,
) -> Result<()> {
    let mut row = living(tx, customer).await?;
    row.kind = change.kind.unwrap_or(row.kind);
    row.language = change.language.unwrap_or(row.language);
    if let Some(name) = change.name {
        row.name_sealed = name.sealed;
        customers::delete_words(tx, customer).await?;
        for word in &name.words {
            customers::insert_word(tx, customer, word).await?;
        }
    }
    if let Some(handles) = change.handles {
        customers::delete_handles(tx, customer).await?;
        for handle in &handles {
            customers::insert_handle(tx, customer, handle).await?;
        }
    }
    update(tx, actor, row, version).await
}

/// A customer asks to restrict the use of their data (GDPR art. 18), or takes that back.
pub async fn restrict_customer(
    tx: &mut Tx,
    actor: Actor,
    customer: CustomerId,
    version: i64,
    restricted: bool,
) -> Result<()> {
    let mut row = living(tx, customer).await?;
    row.restricted = restricted;
    audit::write(tx, actor, "customer.restricted", customer, json!({ "restricted": restricted })).await?;
    update(tx, actor, row, version).await
}

async fn living(tx: &mut Tx, customer: CustomerId) -> Result<CustomerRow> {
    let row = customers::get(tx, customer).await?;
    if row.erased_at.is_some() {
        return Err(Error::new(ErrorCode::Erased, "This customer was erased. Make a new customer instead."));
    }
    Ok(row)
}

async fn update(tx: &mut Tx, actor: Actor, mut row: CustomerRow, version: i64) -> Result<()> {
    row.version = version;
    if !customers::update(tx, &row).await? {
        return Err(Error::conflict(
            "A colleague changed this customer in the meantime. Load it again, look at what changed, and repeat your \
             change.",
        ));
    }
    tx.record(actor, &CustomerChanged { customer: row.id })
}

/// Removes what a customer can be found by, lets go of their files and marks them erased. The keys are destroyed soon
/// after.
pub async fn erase_customer(tx: &mut Tx, actor: Actor, customer: CustomerId) -> Result<()> {
    customers::get(tx, customer).await?;
    customers::mark_erased(tx, customer).await?;
    for contact in contacts::ids_of_customer(tx, customer).await? {
        release_files(tx, contact).await?;
    }
    DestroyKeys { customer }.soon(tx).await?;
    customers::delete_words(tx, customer).await?;
    customers::delete_handles(tx, customer).await?;
    cases::erase_of_customer(tx, customer).await?;
    audit::write(tx, actor, "customer.erased", customer, json!({})).await?;
    tx.record(actor, &CustomerErased { customer })
}

/// Makes sure that a customer is not erased before this transaction ends.
async fn hold(tx: &mut Tx, customer: CustomerId) -> Result<()> {
    living(tx, customer).await?;
    if customers::hold(tx, customer).await? { Ok(()) } else { living(tx, customer).await.map(drop) }
}

/// A contact turns out to be from this customer, or (without one) from nobody known. Cases that were opened from it
/// and are still nobody's go along. What belonged to a customer who was erased stays theirs.
pub async fn link_customer(
    tx: &mut Tx,
    actor: Actor,
    contact: ContactId,
    customer: Option<CustomerId>,
) -> Result<()> {
    let row = contacts::get(tx, contact).await?;
    let before = row.customer.as_ref().map(|customer| customer.id);
    for concerned in [before, customer].into_iter().flatten().collect::<BTreeSet<_>>() {
        hold(tx, concerned).await?;
    }
    if let Some(customer) = customer {
        for case in cases::follow_customer(tx, contact, customer).await? {
            tx.record(actor, &CaseChanged { case })?;
        }
    }
    if !contacts::update_customer(tx, contact, before, customer).await? {
        return Err(Error::conflict(
            "Somebody else changed this contact at the same moment. Look at it again.",
        ));
    }
    GiveKey { contact }.soon(tx).await?;
    tx.record(actor, &ContactChanged { contact, agent: row.life.agent() })
}

/// A contact is about this case, or (without one) about none.
pub async fn link_case(tx: &mut Tx, actor: Actor, contact: ContactId, case: Option<CaseId>) -> Result<()> {
    let row = contacts::get(tx, contact).await?;
    if let Some(case) = case {
        cases::get(tx, case).await?;
    }
    contacts::update_case(tx, contact, case).await?;
    tx.record(actor, &ContactChanged { contact, agent: row.life.agent() })
}

//! A question becomes a case, and is closed.

use crate::events::CaseChanged;
use crate::model::{CaseState, case_number, year};
use crate::store::{cases, contacts, customers};
use base::{Actor, CaseId, ContactId, CustomerId, Error, Result};
use db::Tx;

/// A case to open.
#[derive(Clone, Debug)]
pub struct NewCase {
    /// Its id.
    pub id: CaseId,
    /// What it is about, sealed with the key of whoever asks.
    pub(crate) subject_sealed: Vec<u8>,
    /// Whose question it is.
    pub customer: Option<CustomerId>,
    /// The contact in which it was asked.
    pub contact: Option<ContactId>,
}

/// Opens a case for a customer, or from a contact, which then belongs to it. Gives its number.
pub async fn open_case(tx: &mut Tx, actor: Actor, new: NewCase) -> Result<String> {
    let mut customer = new.customer;
    if let Some(contact) = new.contact {
        let row = contacts::get(tx, contact).await?;
        customer = customer.or(row.customer.map(|customer| customer.id));
    } else if customer.is_none() {
        return Err(Error::invalid(
            "customer_id",
            "say for which customer or from which contact the case is opened",
        ));
    }
    if let Some(customer) = customer {
        customers::get(tx, customer).await?;
    }
    let year = year(tx.env().now());
    let number = case_number(year, cases::next_rank(tx, year).await?);
    cases::insert(tx, new.id, &number, &new.subject_sealed, customer, new.contact).await?;
    tx.record(actor, &CaseChanged { case: new.id })?;
    if let Some(contact) = new.contact {
        super::link_case(tx, actor, contact, Some(new.id)).await?;
    }
    Ok(number)
}

/// What changes in a case; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct CaseChange {
    pub(crate) subject_sealed: Option<Vec<u8>>,
    /// Closed, or open again.
    pub state: Option<CaseState>,
    /// Whose question it turns out to be. The subject has to be sealed with that customer's key.
    pub(crate) customer: Option<CustomerId>,
}

/// Changes a case that is still at this version.
pub async fn change_case(
    tx: &mut Tx,
    actor: Actor,
    case: CaseId,
    version: i64,
    change: CaseChange,
) -> Result<()> {
    let mut row = cases::get(tx, case).await?;
    if let Some(state) = change.state {
        row.closed_at = (state == CaseState::Closed).then(|| row.closed_at.unwrap_or(tx.env().now()));
        row.state = state;
    }
    if let Some(customer) = change.customer {
        customers::get(tx, customer).await?;
        row.customer = Some(customer);
    }
    if let Some(subject_sealed) = change.subject_sealed {
        row.subject_sealed = Some(subject_sealed);
    }
    row.version = version;
    if !cases::update(tx, &row).await? {
        return Err(Error::conflict(
            "A colleague changed this case in the meantime. Load it again, look at what changed, and repeat your change.",
        ));
    }
    tx.record(actor, &CaseChanged { case })
}

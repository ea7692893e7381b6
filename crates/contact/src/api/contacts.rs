//! Contacts.

use super::Refusals;
use crate::view::{Contact, Reason, show_all};
use crate::{ContactList, Contacts, CustomerToMake, WrapUp};
use axum::extract::State;
use base::{CaseId, ContactId, CustomerId, Error};
use identity::Access;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Idempotency, Json, Page, PageQuery, Path, Query};

/// A known customer, or a new one.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkCustomer {
    /// A customer who is known.
    customer_id: Option<CustomerId>,
    /// A new one.
    new: Option<CustomerToMake>,
}

/// A case there is, or a new one.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkCase {
    /// A case there is.
    case_id: Option<CaseId>,
    /// A new one.
    new: Option<LinkNewCase>,
}

/// A case to open from this contact.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkNewCase {
    /// What it is about, in one line.
    subject: String,
}

/// The reasons that may be chosen at wrap-up.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Reasons {
    /// The reasons, by name.
    items: Vec<Reason>,
}

/// List contacts, newest first.
#[utoipa::path(get, path = "/api/v1/contacts", tag = "contact", operation_id = "list_contacts",
    params(ContactList, PageQuery), responses((status = 200, body = Page<Contact>), Refusals))]
pub(super) async fn list(
    State(contacts): State<Contacts>,
    access: Access,
    Query(list): Query<ContactList>,
    Query(page): Query<PageQuery>,
) -> Answer<Json<Page<Contact>>> {
    let found =
        contacts.contacts(access.organisation(), &list, page.after()?.as_deref(), page.limit()).await?;
    Ok(Json(Page { items: show_all(found.items, &access)?, next: found.next }))
}

/// One contact.
#[utoipa::path(get, path = "/api/v1/contacts/{id}", tag = "contact", operation_id = "get_contact",
    params(("id" = ContactId, Path)), responses((status = 200, body = Contact), Refusals))]
pub(super) async fn get(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<ContactId>,
) -> Answer<Json<Contact>> {
    let contact = contacts.contact(access.organisation(), id).await?;
    Ok(Json(access.open(contact.full())?))
}

/// End the talk. The contact then waits to be wrapped up.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/end", tag = "contact", operation_id = "end_contact",
    params(("id" = ContactId, Path)), responses((status = 200, body = Contact), Refusals))]
pub(super) async fn end(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<ContactId>,
) -> Answer<Json<Contact>> {
    Ok(Json(contacts.end(&access, id).await?.show(&access)?))
}

/// Record what an ended contact was about. It is then closed.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/wrap-up", tag = "contact", operation_id = "wrap_up_contact",
    params(("id" = ContactId, Path)), request_body = WrapUp, responses((status = 200, body = Contact), Refusals))]
pub(super) async fn wrap_up(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<ContactId>,
    Json(body): Json<WrapUp>,
) -> Answer<Json<Contact>> {
    Ok(Json(contacts.wrap_up(&access, id, &body).await?.show(&access)?))
}

/// Say who a contact is from: a known customer, or a new one.
#[utoipa::path(put, path = "/api/v1/contacts/{id}/customer", tag = "contact", operation_id = "set_contact_customer",
    params(("id" = ContactId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = LinkCustomer,
    responses((status = 200, body = Contact), Refusals))]
pub(super) async fn set_customer(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<ContactId>,
    idempotency: Idempotency,
    Json(body): Json<LinkCustomer>,
) -> Answer<Json<Contact>> {
    let key = idempotency.key(&(id, &body))?;
    let contact = match (body.customer_id, &body.new) {
        (Some(customer), None) => contacts.set_customer(&access, id, Some(customer)).await?,
        (None, Some(new)) => contacts.set_new_customer(&access, id, new, key).await?,
        _ => return Err(Error::invalid("customer_id", "give either customer_id or new").into()),
    };
    Ok(Json(contact.show(&access)?))
}

/// Nobody knows any more who a contact is from.
#[utoipa::path(delete, path = "/api/v1/contacts/{id}/customer", tag = "contact",
    operation_id = "unset_contact_customer", params(("id" = ContactId, Path)),
    responses((status = 200, body = Contact), Refusals))]
pub(super) async fn unset_customer(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<ContactId>,
) -> Answer<Json<Contact>> {
    Ok(Json(contacts.set_customer(&access, id, None).await?.show(&access)?))
}

/// Say to which case a contact belongs: one there is, or a new one.
#[utoipa::path(put, path = "/api/v1/contacts/{id}/case", tag = "contact", operation_id = "set_contact_case",
    params(("id" = ContactId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = LinkCase,
    responses((status = 200, body = Contact), Refusals))]
pub(super) async fn set_case(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<ContactId>,
    idempotency: Idempotency,
    Json(body): Json<LinkCase>,
) -> Answer<Json<Contact>> {
    let key = idempotency.key(&(id, &body))?;
    let contact = match (body.case_id, body.new) {
        (Some(case), None) => contacts.set_case(&access, id, Some(case)).await?,
        (None, Some(new)) => {
            let new = crate::CaseToOpen { subject: new.subject, customer_id: None, contact_id: Some(id) };
            contacts.open_case(&access, &new, key).await?;
            contacts.contact(access.organisation(), id).await?
        }
        _ => return Err(Error::invalid("case_id", "give either case_id or new").into()),
    };
    Ok(Json(contact.show(&access)?))
}

/// A contact belongs to no case.
#[utoipa::path(delete, path = "/api/v1/contacts/{id}/case", tag = "contact", operation_id = "unset_contact_case",
    params(("id" = ContactId, Path)), responses((status = 200, body = Contact), Refusals))]
pub(super) async fn unset_case(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<ContactId>,
) -> Answer<Json<Contact>> {
    Ok(Json(contacts.set_case(&access, id, None).await?.show(&access)?))
}

/// The reasons that may be chosen at wrap-up.
#[utoipa::path(get, path = "/api/v1/reasons", tag = "contact", operation_id = "list_reasons",
    responses((status = 200, body = Reasons), Refusals))]
pub(super) async fn reasons(State(contacts): State<Contacts>, access: Access) -> Answer<Json<Reasons>> {
    Ok(Json(Reasons { items: contacts.reasons(access.organisation()).await? }))
}

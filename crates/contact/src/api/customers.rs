//! Customers.

use super::Refusals;
use crate::view::{Contact, Customer, TimelineEntry, show_all};
use crate::{ContactList, Contacts, CustomerPatch, CustomerToMake};
use axum::extract::State;
use axum::http::StatusCode;
use base::CustomerId;
use identity::Access;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Idempotency, Json, Page, PageQuery, Path, Query};

/// What to look for. It goes in the body, because an address must not name a person.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CustomerSearch {
    /// A whole address, number or handle, or whole words of a name.
    text: String,
}

/// Who was found.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct CustomersFound {
    /// At most twenty customers.
    items: Vec<Customer>,
}

/// Find customers by a whole handle or by whole words of their name.
#[utoipa::path(post, path = "/api/v1/customers/search", tag = "contact", operation_id = "search_customers",
    request_body = CustomerSearch, responses((status = 200, body = CustomersFound), Refusals))]
pub(super) async fn search(
    State(contacts): State<Contacts>,
    access: Access,
    Json(body): Json<CustomerSearch>,
) -> Answer<Json<CustomersFound>> {
    let found = contacts.find_customers(access.organisation(), &body.text).await?;
    Ok(Json(CustomersFound { items: show_all(found, &access)? }))
}

/// Make a customer.
#[utoipa::path(post, path = "/api/v1/customers", tag = "contact", operation_id = "make_customer",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = CustomerToMake,
    responses((status = 201, body = Customer), Refusals))]
pub(super) async fn make(
    State(contacts): State<Contacts>,
    access: Access,
    idempotency: Idempotency,
    Json(body): Json<CustomerToMake>,
) -> Answer<(StatusCode, Json<Customer>)> {
    let made = contacts.make_customer(&access, &body, idempotency.key(&body)?).await?;
    Ok((StatusCode::CREATED, Json(made.show(&access)?)))
}

/// One customer.
#[utoipa::path(get, path = "/api/v1/customers/{id}", tag = "contact", operation_id = "get_customer",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Customer), Refusals))]
pub(super) async fn get(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<CustomerId>,
) -> Answer<Json<Customer>> {
    let customer = contacts.customer(access.organisation(), id).await?;
    Ok(Json(access.open(customer.full())?))
}

/// Change a customer. When somebody else was first (409), load the customer again and repeat your change.
#[utoipa::path(patch, path = "/api/v1/customers/{id}", tag = "contact", operation_id = "change_customer",
    params(("id" = CustomerId, Path)), request_body = CustomerPatch,
    responses((status = 200, body = Customer), Refusals))]
pub(super) async fn change(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<CustomerId>,
    Json(body): Json<CustomerPatch>,
) -> Answer<Json<Customer>> {
    Ok(Json(contacts.change_customer(&access, id, &body).await?.show(&access)?))
}

/// All contacts of a customer in one timeline: contacts newest first, and in each the newest entry first.
#[utoipa::path(get, path = "/api/v1/customers/{id}/timeline", tag = "contact", operation_id = "customer_timeline",
    params(("id" = CustomerId, Path), PageQuery), responses((status = 200, body = Page<TimelineEntry>), Refusals))]
pub(super) async fn timeline(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<CustomerId>,
    Query(page): Query<PageQuery>,
) -> Answer<Json<Page<TimelineEntry>>> {
    let timeline =
        contacts.timeline(access.organisation(), id, page.after()?.as_deref(), page.limit()).await?;
    Ok(Json(access.open(timeline)?))
}

/// The contacts of a customer, newest first.
#[utoipa::path(get, path = "/api/v1/customers/{id}/contacts", tag = "contact", operation_id = "customer_contacts",
    params(("id" = CustomerId, Path), PageQuery), responses((status = 200, body = Page<Contact>), Refusals))]
pub(super) async fn contacts(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<CustomerId>,
    Query(page): Query<PageQuery>,
) -> Answer<Json<Page<Contact>>> {
    // A customer who is not there has no list either, rather than an empty one.
    let _ = contacts.customer(access.organisation(), id).await?;
    let list = ContactList { customer: Some(id), ..ContactList::default() };
    let found =
        contacts.contacts(access.organisation(), &list, page.after()?.as_deref(), page.limit()).await?;
    Ok(Json(Page { items: show_all(found.items, &access)?, next: found.next }))
}

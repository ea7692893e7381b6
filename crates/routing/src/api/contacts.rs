//! Contacts handed on, given back, and explained.

use crate::Routing;
use crate::actions;
use crate::view::DecisionView;
use axum::extract::State;
use base::{ContactId, Error, MembershipId, QueueId};
use contact::view::Contact;
use identity::Access;
use identity::api::Items;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Json, Path};

/// Where a contact goes: give one of the two.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// To another queue.
    #[serde(default)]
    pub queue_id: Option<QueueId>,
    /// To a colleague.
    #[serde(default)]
    pub agent_id: Option<MembershipId>,
    /// What the next one should know; colleagues only.
    #[serde(default)]
    pub note: Option<String>,
}

/// Hand a contact to a queue or a colleague.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/transfer", operation_id = "transfer_contact",
    params(("id" = ContactId, Path)), request_body = Transfer, responses((status = 200, body = Contact)))]
pub async fn transfer(
    State(routing): State<Routing>,
    access: Access,
    Path(contact): Path<ContactId>,
    Json(transfer): Json<Transfer>,
) -> Answer<Json<Contact>> {
    let to = match (transfer.queue_id, transfer.agent_id) {
        (Some(queue), None) => actions::Transfer::Queue(queue),
        (None, Some(agent)) => actions::Transfer::Agent(agent),
        _ => return Err(Error::invalid("queue_id", "give either queue_id or agent_id").into()),
    };
    let note = transfer.note.as_deref().filter(|note| !note.trim().is_empty());
    Ok(Json(routing.transfer(&access, contact, to, note).await?.show(&access)?))
}

/// Give a contact back to its queue; it keeps its place.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/requeue", operation_id = "requeue_contact",
    params(("id" = ContactId, Path)), responses((status = 200, body = Contact)))]
pub async fn requeue(
    State(routing): State<Routing>,
    access: Access,
    Path(contact): Path<ContactId>,
) -> Answer<Json<Contact>> {
    Ok(Json(routing.requeue(&access, contact).await?.show(&access)?))
}

/// Why a contact was offered to whom, newest first.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/decisions", operation_id = "contact_decisions",
    params(("id" = ContactId, Path)), responses((status = 200, body = Items<DecisionView>)))]
pub async fn decisions(
    State(routing): State<Routing>,
    access: Access,
    Path(contact): Path<ContactId>,
) -> Answer<Json<Items<DecisionView>>> {
    Ok(Json(Items { items: routing.decisions(access.organisation(), contact).await? }))
}

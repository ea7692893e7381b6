//! The timeline of a contact.

use super::Refusals;
use crate::view::Entry;
use crate::{Contacts, EntriesOf, NewMessage, NewNote};
use axum::extract::State;
use axum::http::StatusCode;
use base::ContactId;
use identity::Access;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Json, Path, Query};

/// Which part of a timeline.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PartQuery {
    /// After this place; from the beginning if absent.
    after_seq: Option<i64>,
    /// How many entries, 1 to 500; 200 if absent.
    limit: Option<u32>,
}

/// Up to where the agent has read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadUpTo {
    /// The place in the timeline.
    seq: i64,
}

/// A part of a contact's timeline, oldest first.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/entries", tag = "contact", operation_id = "list_entries",
    params(("id" = ContactId, Path), PartQuery), responses((status = 200, body = EntriesOf), Refusals))]
pub(super) async fn entries(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<ContactId>,
    Query(part): Query<PartQuery>,
) -> Answer<Json<EntriesOf>> {
    let limit = part.limit.unwrap_or(200).clamp(1, 500);
    let entries = contacts.entries(access.organisation(), id, part.after_seq.unwrap_or(0), limit).await?;
    Ok(Json(access.open(entries)?))
}

/// Say something to the customer. Sent again with the same `client_ref` it is stored once.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/messages", tag = "contact", operation_id = "send_message",
    params(("id" = ContactId, Path)), request_body = NewMessage, responses((status = 200, body = Entry), Refusals))]
pub(super) async fn send(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<ContactId>,
    Json(body): Json<NewMessage>,
) -> Answer<Json<Entry>> {
    Ok(Json(access.open(contacts.send_message(&access, id, &body).await?)?))
}

/// Add a remark for colleagues. Sent again with the same `client_ref` it is stored once.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/notes", tag = "contact", operation_id = "add_note",
    params(("id" = ContactId, Path)), request_body = NewNote, responses((status = 200, body = Entry), Refusals))]
pub(super) async fn note(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<ContactId>,
    Json(body): Json<NewNote>,
) -> Answer<Json<Entry>> {
    Ok(Json(access.open(contacts.add_note(&access, id, &body).await?)?))
}

/// Tell up to where the agent has read. A mark never goes back.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/read", tag = "contact", operation_id = "mark_read",
    params(("id" = ContactId, Path)), request_body = ReadUpTo, responses((status = 204), Refusals))]
pub(super) async fn read(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<ContactId>,
    Json(body): Json<ReadUpTo>,
) -> Answer<StatusCode> {
    contacts.read(&access, id, body.seq).await?;
    Ok(StatusCode::NO_CONTENT)
}

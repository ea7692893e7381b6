//! How queues and colleagues stand.

use crate::Routing;
use crate::view::{Colleague, QueueStanding};
use axum::extract::State;
use identity::Access;
use identity::api::Items;
use web::{Answer, Json};

/// The queues and how they stand.
#[utoipa::path(get, path = "/api/v1/queues", operation_id = "queues", responses((status = 200, body = Items<QueueStanding>)))]
pub async fn standing(State(routing): State<Routing>, access: Access) -> Answer<Json<Items<QueueStanding>>> {
    Ok(Json(Items { items: routing.queues(access.organisation()).await? }))
}

/// The colleagues and whether they take contacts, by name.
#[utoipa::path(get, path = "/api/v1/colleagues", responses((status = 200, body = Items<Colleague>)))]
pub async fn colleagues(State(routing): State<Routing>, access: Access) -> Answer<Json<Items<Colleague>>> {
    Ok(Json(Items { items: routing.colleagues(access.organisation()).await? }))
}

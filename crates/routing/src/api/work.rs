//! An agent's own work: presence and offers.

use crate::Routing;
use crate::model::{NotReadyReason, Presence as Set};
use crate::view::{Presence, Work};
use axum::extract::State;
use axum::http::StatusCode;
use base::{Error, OfferId};
use contact::view::Contact;
use identity::Access;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Json, Path};

/// What an agent says of themself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Takes contacts.
    Ready,
    /// Takes none.
    NotReady,
}

/// A new presence.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPresence {
    /// Ready or not.
    pub state: Asked,
    /// Why not: `break`, `meeting`, `training` or `administration`. Asked for when not ready.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub reason: Option<NotReadyReason>,
}

/// How I stand.
#[utoipa::path(get, path = "/api/v1/presence", responses((status = 200, body = Presence)))]
pub async fn presence(State(routing): State<Routing>, access: Access) -> Answer<Json<Presence>> {
    Ok(Json(routing.presence(access.organisation(), access.membership()?).await?))
}

/// I take contacts from now on, or do not.
#[utoipa::path(put, path = "/api/v1/presence", request_body = SetPresence, responses((status = 200, body = Presence)))]
pub async fn set_presence(
    State(routing): State<Routing>,
    access: Access,
    Json(set): Json<SetPresence>,
) -> Answer<Json<Presence>> {
    let since = routing.db().env().now();
    let presence = match (set.state, set.reason) {
        (Asked::Ready, None) => Set::Ready { since },
        (Asked::Ready, Some(_)) => {
            return Err(Error::invalid("reason", "leave it out when you are ready").into());
        }
        (Asked::NotReady, None | Some(NotReadyReason::MissedOffer | NotReadyReason::SignedIn)) => {
            let choose = "choose break, meeting, training or administration";
            return Err(Error::invalid("reason", choose).into());
        }
        (Asked::NotReady, Some(reason)) => Set::NotReady { since, reason },
    };
    Ok(Json(routing.set_presence(&access, presence).await?))
}

/// All that I have to do now.
#[utoipa::path(get, path = "/api/v1/work", responses((status = 200, body = Work)))]
pub async fn work(State(routing): State<Routing>, access: Access) -> Answer<Json<Work>> {
    Ok(Json(routing.work(&access).await?))
}

/// I take the offered contact.
#[utoipa::path(post, path = "/api/v1/offers/{id}/accept", operation_id = "accept_offer",
    params(("id" = OfferId, Path)), responses((status = 200, body = Contact)))]
pub async fn accept(
    State(routing): State<Routing>,
    access: Access,
    Path(offer): Path<OfferId>,
) -> Answer<Json<Contact>> {
    Ok(Json(routing.accept(&access, offer).await?))
}

/// I let the offered contact go to the next.
#[utoipa::path(post, path = "/api/v1/offers/{id}/decline", operation_id = "decline_offer",
    params(("id" = OfferId, Path)), responses((status = 204)))]
pub async fn decline(
    State(routing): State<Routing>,
    access: Access,
    Path(offer): Path<OfferId>,
) -> Answer<StatusCode> {
    routing.decline(&access, offer).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! The socket's address.

use super::Caller;
use crate::service::Chat;
use crate::socket;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{State, WebSocketUpgrade};
use axum::response::Response;
use base::{Error, ErrorCode};
use web::Answer;

/// Opens the socket of a visitor. The first frame is hello, with the token; a token never stands in an address.
#[utoipa::path(
    get,
    path = "/api/v1/chat/live",
    tag = "chat",
    operation_id = "chat_live",
    responses((status = 101, description = "The socket is open"))
)]
pub(super) async fn live(
    State(chat): State<Chat>,
    caller: Caller,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer<Response> {
    let upgrade =
        upgrade.map_err(|_| Error::new(ErrorCode::Malformed, "Open a WebSocket at this address."))?;
    chat.guard().request(caller.network)?;
    let place = chat.guard().socket(caller.network)?;
    let from = caller.from;
    Ok(socket::sized(upgrade).on_upgrade(move |open| socket::serve(chat, open, place, from)))
}

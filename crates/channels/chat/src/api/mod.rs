//! HTTP: for visitors (public, by widget key or token) and for administrators.

mod files;
mod live;
mod transcript;
mod visitor;
mod widgets;

use crate::limits::Network;
use crate::service::{Chat, SentFrom, SentOrigin};
use crate::store::ConversationRow;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use base::{Error, OrganisationId, Result};
use identity::{Permission, Purpose};
use std::convert::Infallible;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What surrounds a file in a body.
const FORM_BYTES: u64 = 64 * 1024;

/// The routes of this room.
pub fn routes(chat: Chat) -> web::Router {
    let identity = chat.identity().clone();
    let gate = (Permission::ManageWidgets, Purpose::Administration);
    let body = usize::try_from(chat.guard().limits().file_bytes + FORM_BYTES).unwrap_or(usize::MAX);
    let (schemas, paths, upload) = identity.public(routes!(files::upload));
    OpenApiRouter::new()
        .routes(identity.public(routes!(visitor::config)))
        .routes(identity.public(routes!(visitor::begin)))
        .routes(identity.public(routes!(visitor::again)))
        .routes(identity.public(routes!(live::live)))
        .routes((schemas, paths, upload.layer(DefaultBodyLimit::max(body))))
        .routes(identity.public(routes!(files::download)))
        .routes(identity.public(routes!(transcript::transcript)))
        .routes(identity.public(routes!(transcript::mail)))
        .routes(identity.gate(gate.0, gate.1, routes!(widgets::list, widgets::make)))
        .routes(identity.gate(gate.0, gate.1, routes!(widgets::change)))
        .with_state(chat)
}

/// Where a request comes from: the client's network, and the website as the browser tells it.
pub(crate) struct Caller {
    pub(crate) network: Network,
    pub(crate) from: SentFrom,
    token: Option<String>,
}

impl FromRequestParts<Chat> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, chat: &Chat) -> Result<Self, Infallible> {
        let Ok(web::extract::Peer(peer)) = web::extract::Peer::from_request_parts(parts, chat).await;
        let client = chat.identity().client_address(peer, &parts.headers);
        let text = |name| text_of(&parts.headers, name);
        let from = SentFrom {
            origin: match parts.headers.get(header::ORIGIN) {
                None => SentOrigin::Nothing,
                Some(value) => value.to_str().map_or(SentOrigin::NoSite, SentOrigin::read),
            },
            host: text(header::HOST).or_else(|| parts.uri.authority().map(ToString::to_string)),
        };
        let bearer = text(header::AUTHORIZATION);
        let token =
            bearer.and_then(|value| value.strip_prefix("Bearer ").map(|token| token.trim().to_owned()));
        Ok(Self { network: Network::of(client), from, token })
    }
}

fn text_of(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

impl Caller {
    /// The conversation that the token in the header opens.
    async fn conversation(&self, chat: &Chat) -> Result<(OrganisationId, ConversationRow)> {
        chat.guard().request(self.network)?;
        let missing = || Error::not_found("conversation");
        let (organisation, row) = chat.conversation_of(self.token.as_deref().ok_or_else(missing)?).await?;
        let widget = chat.widget(organisation, row.widget).await?;
        chat.check_origin(&widget, &self.from)?;
        Ok((organisation, row))
    }
}

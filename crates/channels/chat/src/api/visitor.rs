//! How a visitor's browser draws the widget, begins a conversation and asks again.

use super::Caller;
use crate::model::{
    AskAgain, BeginConversation, BegunConversation, FILE_TYPES, TEXT_CHARS, WidgetConfig, WidgetConfigTopic,
    WidgetLimits,
};
use crate::service::{Chat, SentFrom, SentOrigin};
use axum::extract::State;
use axum::http::StatusCode;
use base::{ContactId, ConversationId, Language};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Json, Path, ProblemBody, Query};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ConfigQuery {
    /// The visitor's language.
    #[param(value_type = Option<String>)]
    language: Option<String>,
    /// The website that shows the widget, as the loader saw it.
    origin: Option<String>,
}

/// What the widget's page needs to draw itself.
#[utoipa::path(
    get,
    path = "/api/v1/chat/{key}/config",
    tag = "chat",
    operation_id = "chat_config",
    params(("key" = String, Path, description = "The widget's public key"), ConfigQuery),
    responses(
        (status = 200, body = WidgetConfig),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn config(
    State(chat): State<Chat>,
    caller: Caller,
    Path(key): Path<String>,
    Query(query): Query<ConfigQuery>,
) -> Answer<Json<WidgetConfig>> {
    chat.guard().request(caller.network)?;
    let (organisation, widget) = chat.widget_with_key(&key).await?;
    chat.check_origin(&widget, &caller.from)?;
    if let Some(site) = &query.origin {
        let from = SentFrom { origin: SentOrigin::read(site), host: caller.from.host.clone() };
        chat.check_origin(&widget, &from)?;
    }
    let asked: Option<Language> = query.language.as_deref().and_then(|tag| tag.parse().ok());
    let settings = &widget.settings;
    let language = settings.language(asked.as_ref());
    let mut topics = Vec::with_capacity(settings.topics.len());
    for topic in &settings.topics {
        topics.push(WidgetConfigTopic {
            id: topic.entry_point_id,
            name: topic.name.pick(&language).unwrap_or_default().to_owned(),
            description: topic.description.pick(&language).map(str::to_owned),
            estimate_seconds: chat.view().line().estimate(organisation, topic.entry_point_id).await?,
            // Opening hours come with the flows; until then what is set up is open.
            open: true,
        });
    }
    let limits = WidgetLimits {
        text: TEXT_CHARS,
        file_bytes: chat.guard().limits().file_bytes,
        file_types: FILE_TYPES.iter().map(|&kind| kind.to_owned()).collect(),
    };
    Ok(Json(WidgetConfig {
        organisation: chat.organisation_name(organisation).await?,
        title: settings.title.pick(&language).unwrap_or_default().to_owned(),
        languages: settings.languages.clone(),
        topics,
        theme: settings.theme.clone(),
        limits,
        privacy_url: settings.privacy_url.clone(),
    }))
}

/// Begins a conversation with a question.
#[utoipa::path(
    post,
    path = "/api/v1/chat/{key}/conversations",
    tag = "chat",
    operation_id = "begin_chat",
    params(("key" = String, Path, description = "The widget's public key")),
    request_body = BeginConversation,
    responses(
        (status = 201, body = BegunConversation),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn begin(
    State(chat): State<Chat>,
    caller: Caller,
    Path(key): Path<String>,
    Json(asked): Json<BeginConversation>,
) -> Answer<(StatusCode, Json<BegunConversation>)> {
    chat.guard().beginning(caller.network)?;
    let (organisation, widget) = chat.widget_with_key(&key).await?;
    chat.check_origin(&widget, &caller.from)?;
    let begun = chat.begin(organisation, &widget, &asked).await?;
    Ok((StatusCode::CREATED, Json(begun)))
}

/// The contact with which a conversation goes on.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ContinuedConversation {
    /// The conversation.
    conversation_id: ConversationId,
    /// The contact that now waits.
    contact_id: ContactId,
}

/// Asks something more after the end.
#[utoipa::path(
    post,
    path = "/api/v1/chat/conversations/again",
    tag = "chat",
    operation_id = "ask_again",
    request_body = AskAgain,
    responses(
        (status = 201, body = ContinuedConversation),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn again(
    State(chat): State<Chat>,
    caller: Caller,
    Json(asked): Json<AskAgain>,
) -> Answer<(StatusCode, Json<ContinuedConversation>)> {
    let (organisation, row) = caller.conversation(&chat).await?;
    chat.guard().beginning(caller.network)?;
    let (conversation_id, contact_id) = chat.again(organisation, &row, &asked).await?;
    Ok((StatusCode::CREATED, Json(ContinuedConversation { conversation_id, contact_id })))
}

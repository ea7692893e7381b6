//! The conversation written out: as a download and by mail.

use super::Caller;
use crate::limits::Network;
use crate::model::MailTranscript;
use crate::service::Chat;
use crate::store::ConversationRow;
use crate::transcript::Transcript;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, OrganisationId, Result};
use email::Letter;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Json, ProblemBody, Query};

/// In which form.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum TranscriptForm {
    /// Plain text.
    #[default]
    Text,
    /// A page.
    Html,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TranscriptQuery {
    /// Plain text, or a page.
    #[serde(default)]
    #[param(inline)]
    format: TranscriptForm,
}

/// The visitor's own conversation as a file.
#[utoipa::path(
    get,
    path = "/api/v1/chat/transcript",
    tag = "chat",
    operation_id = "chat_transcript",
    params(TranscriptQuery),
    responses(
        (status = 200, description = "The conversation", content_type = "text/plain"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn transcript(
    State(chat): State<Chat>,
    caller: Caller,
    Query(query): Query<TranscriptQuery>,
) -> Answer<Response> {
    let (organisation, row) = caller.conversation(&chat).await?;
    let transcript = chat.transcript(organisation, &row).await?;
    let (kind, ending, body) = match query.format {
        TranscriptForm::Text => ("text/plain; charset=utf-8", "txt", transcript.text()),
        TranscriptForm::Html => ("text/html; charset=utf-8", "html", transcript.html()),
    };
    let day = transcript.started_at.to_string();
    let day = day.get(..10).unwrap_or_default();
    let disposition = format!("attachment; filename=\"chat-{day}.{ending}\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(Error::internal)?),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        ),
    ];
    Ok((headers, body).into_response())
}

/// Sends the visitor's own conversation to their address.
#[utoipa::path(
    post,
    path = "/api/v1/chat/transcript/mail",
    tag = "chat",
    operation_id = "mail_chat_transcript",
    request_body = MailTranscript,
    responses(
        (status = 202, description = "It will be sent"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn mail(
    State(chat): State<Chat>,
    caller: Caller,
    Json(asked): Json<MailTranscript>,
) -> Answer<StatusCode> {
    let (organisation, row) = caller.conversation(&chat).await?;
    chat.mail_transcript(organisation, &row, &asked.email, caller.network).await?;
    Ok(StatusCode::ACCEPTED)
}

impl Chat {
    async fn transcript(&self, organisation: OrganisationId, row: &ConversationRow) -> Result<Transcript> {
        let facts = self.view().facts(organisation, row.contact).await?;
        Ok(Transcript {
            organisation: self.organisation_name(organisation).await?,
            topic: facts.topic,
            language: row.language.clone(),
            started_at: row.started_at,
            entries: self.view().entries(organisation, row.id, 0).await?,
        })
    }

    async fn mail_transcript(
        &self,
        organisation: OrganisationId,
        row: &ConversationRow,
        to: &str,
        from: Network,
    ) -> Result<()> {
        let transcript = self.transcript(organisation, row).await?;
        let letter = Letter {
            to: to.trim().to_owned(),
            sender: transcript.organisation.clone(),
            reply_to: None,
            subject: transcript.mail_subject(),
            text: format!("{}\n\n{}", transcript.mail_intro(), transcript.text()),
            language: transcript.language.clone(),
            author: email::Author::Machine,
        };
        let sealer = self.contacts().sealer(organisation, row.contact).await?;
        let mail = letter.seal(self.env().new_id(), Some(row.contact), &sealer)?;
        // Counted only now, so that a mistake in the address costs nothing.
        self.guard().mail(from, (organisation, row.id))?;
        self.db().write(organisation, async move |tx| email::actions::queue(tx, mail).await).await.map(drop)
    }
}

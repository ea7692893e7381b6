//! Widgets, for administrators.

use crate::actions::WidgetPatch;
use crate::model::{Settings, Widget};
use crate::service::Chat;
use axum::extract::State;
use axum::http::StatusCode;
use base::WidgetId;
use identity::Access;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Json, Path, ProblemBody};

/// All widgets.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Widgets {
    /// Oldest first.
    items: Vec<Widget>,
}

/// A new widget.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWidget {
    /// A name for the administrator's own list.
    name: String,
    /// The rest.
    settings: Settings,
}

/// The organisation's widgets.
#[utoipa::path(
    get,
    path = "/api/v1/widgets",
    tag = "widgets",
    operation_id = "list_widgets",
    responses((status = 200, body = Widgets))
)]
pub(super) async fn list(State(chat): State<Chat>, access: Access) -> Answer<Json<Widgets>> {
    Ok(Json(Widgets { items: chat.widgets(&access).await? }))
}

/// Makes a widget.
#[utoipa::path(
    post,
    path = "/api/v1/widgets",
    tag = "widgets",
    operation_id = "make_widget",
    request_body = NewWidget,
    responses(
        (status = 201, body = Widget),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn make(
    State(chat): State<Chat>,
    access: Access,
    Json(new): Json<NewWidget>,
) -> Answer<(StatusCode, Json<Widget>)> {
    Ok((StatusCode::CREATED, Json(chat.make_widget(&access, &new.name, new.settings).await?)))
}

/// Changes a widget.
#[utoipa::path(
    patch,
    path = "/api/v1/widgets/{id}",
    tag = "widgets",
    operation_id = "change_widget",
    params(("id" = WidgetId, Path, description = "The widget")),
    request_body = WidgetPatch,
    responses(
        (status = 200, body = Widget),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn change(
    State(chat): State<Chat>,
    access: Access,
    Path(id): Path<WidgetId>,
    Json(patch): Json<WidgetPatch>,
) -> Answer<Json<Widget>> {
    Ok(Json(chat.change_widget(&access, id, patch).await?))
}

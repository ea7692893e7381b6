//! Tasks.

use super::Refusals;
use crate::view::{Task, show_all};
use crate::{Contacts, TaskList, TaskPatch, TaskToMake};
use axum::extract::State;
use axum::http::StatusCode;
use base::TaskId;
use identity::Access;
use web::{Answer, Idempotency, Json, Page, PageQuery, Path, Query};

/// List tasks, the first deadline first.
#[utoipa::path(get, path = "/api/v1/tasks", tag = "contact", operation_id = "list_tasks",
    params(TaskList, PageQuery), responses((status = 200, body = Page<Task>), Refusals))]
pub(super) async fn list(
    State(contacts): State<Contacts>,
    access: Access,
    Query(list): Query<TaskList>,
    Query(page): Query<PageQuery>,
) -> Answer<Json<Page<Task>>> {
    let found = contacts.tasks(access.organisation(), &list, page.after()?.as_deref(), page.limit()).await?;
    Ok(Json(Page { items: show_all(found.items, &access)?, next: found.next }))
}

/// Promise work that is about a contact or a case.
#[utoipa::path(post, path = "/api/v1/tasks", tag = "contact", operation_id = "make_task",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = TaskToMake,
    responses((status = 201, body = Task), Refusals))]
pub(super) async fn make(
    State(contacts): State<Contacts>,
    access: Access,
    idempotency: Idempotency,
    Json(body): Json<TaskToMake>,
) -> Answer<(StatusCode, Json<Task>)> {
    let made = contacts.make_task(&access, &body, idempotency.key(&body)?).await?;
    Ok((StatusCode::CREATED, Json(made.show(&access)?)))
}

/// Change a task, or say that it was done.
#[utoipa::path(patch, path = "/api/v1/tasks/{id}", tag = "contact", operation_id = "change_task",
    params(("id" = TaskId, Path)), request_body = TaskPatch, responses((status = 200, body = Task), Refusals))]
pub(super) async fn change(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<TaskId>,
    Json(body): Json<TaskPatch>,
) -> Answer<Json<Task>> {
    Ok(Json(contacts.change_task(&access, id, &body).await?.show(&access)?))
}

//! Cases.

use super::Refusals;
use crate::view::{Case, show_all};
use crate::{CaseList, CasePatch, CaseToOpen, Contacts};
use axum::extract::State;
use axum::http::StatusCode;
use base::CaseId;
use identity::Access;
use web::{Answer, Idempotency, Json, Page, PageQuery, Path, Query};

/// List cases, newest first.
#[utoipa::path(get, path = "/api/v1/cases", tag = "contact", operation_id = "list_cases",
    params(CaseList, PageQuery), responses((status = 200, body = Page<Case>), Refusals))]
pub(super) async fn list(
    State(contacts): State<Contacts>,
    access: Access,
    Query(list): Query<CaseList>,
    Query(page): Query<PageQuery>,
) -> Answer<Json<Page<Case>>> {
    let found = contacts.cases(access.organisation(), &list, page.after()?.as_deref(), page.limit()).await?;
    Ok(Json(Page { items: show_all(found.items, &access)?, next: found.next }))
}

/// Open a case, for a customer or from a contact.
#[utoipa::path(post, path = "/api/v1/cases", tag = "contact", operation_id = "open_case",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = CaseToOpen,
    responses((status = 201, body = Case), Refusals))]
pub(super) async fn open(
    State(contacts): State<Contacts>,
    access: Access,
    idempotency: Idempotency,
    Json(body): Json<CaseToOpen>,
) -> Answer<(StatusCode, Json<Case>)> {
    let opened = contacts.open_case(&access, &body, idempotency.key(&body)?).await?;
    Ok((StatusCode::CREATED, Json(opened.show(&access)?)))
}

/// One case.
#[utoipa::path(get, path = "/api/v1/cases/{id}", tag = "contact", operation_id = "get_case",
    params(("id" = CaseId, Path)), responses((status = 200, body = Case), Refusals))]
pub(super) async fn get(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<CaseId>,
) -> Answer<Json<Case>> {
    let case = contacts.case(access.organisation(), id).await?;
    Ok(Json(access.open(case.full())?))
}

/// Change a case. When somebody else was first (409), load the case again and repeat your change.
#[utoipa::path(patch, path = "/api/v1/cases/{id}", tag = "contact", operation_id = "change_case",
    params(("id" = CaseId, Path)), request_body = CasePatch, responses((status = 200, body = Case), Refusals))]
pub(super) async fn change(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<CaseId>,
    Json(body): Json<CasePatch>,
) -> Answer<Json<Case>> {
    Ok(Json(contacts.change_case(&access, id, &body).await?.show(&access)?))
}

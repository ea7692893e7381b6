//! Who looked at whose data.

use super::audit::before;
use crate::looks::store;
use crate::model::Named;
use crate::{Access, Identity, Permission, Purpose};
use axum::extract::State;
use base::{Error, LookId, Subject, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Json, Page, PageQuery, Query};

/// A look at personal data.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Look {
    /// Which.
    pub id: LookId,
    /// When.
    pub at: Timestamp,
    /// Who looked.
    pub member: Named,
    /// With which permission.
    pub permission: Permission,
    /// Why.
    pub purpose: Purpose,
    /// By which route.
    pub route: String,
    /// The ids of everybody whose data it was; null once erased.
    pub subjects: Option<Vec<String>>,
}

/// Whose data.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LookQuery {
    /// The id of a customer, contact or person; everybody if absent.
    pub subject: Option<String>,
}

/// Who looked at this person's data, when and why?
#[utoipa::path(
    get, path = "/api/v1/looks", tag = "identity", operation_id = "list_looks", params(PageQuery, LookQuery),
    responses((status = 200, description = "A page of looks, newest first", body = Page<Look>)),
)]
pub(crate) async fn list(
    State(identity): State<Identity>,
    access: Access,
    Query(page): Query<PageQuery>,
    Query(whose): Query<LookQuery>,
) -> Answer<Json<Page<Look>>> {
    let before = before(&page)?;
    let unknown = |_| Error::invalid("subject", "give the id of a customer, contact or person");
    let subject: Option<Subject> = whose.subject.map(|text| text.parse().map_err(unknown)).transpose()?;
    let mut conn = identity.db().read(access.organisation()).await?;
    let found = match subject {
        Some(subject) => store::list_of(&mut conn, subject, before, page.limit() + 1).await?,
        None => store::list(&mut conn, before, page.limit() + 1).await?,
    };
    drop(conn);
    let found = Page::of(found, page.limit(), |look| look.id.to_string());
    let names =
        identity.member_names(access.organisation(), found.items.iter().map(|look| look.membership)).await?;
    let items = found.items.into_iter().map(|look| Look {
        id: look.id,
        at: look.at,
        member: Named::new(look.membership, names.get(&look.membership).map_or("", |found| &found.name)),
        permission: look.permission,
        purpose: look.purpose,
        route: look.route,
        subjects: look.subjects.map(|all| all.iter().map(ToString::to_string).collect()),
    });
    Ok(Json(Page { items: items.collect(), next: found.next }))
}

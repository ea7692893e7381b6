//! Sites, teams, processing activities and the table of who may do what.

use super::{Items, present};
use crate::access::matrix::{Permission, Role};
use crate::model::{self, Named};
use crate::{Access, Identity, Purpose, actions, store};
use axum::extract::State;
use axum::http::StatusCode;
use base::{ActivityId, Result, SiteId, TeamId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Json, Path, ProblemBody};

/// A site.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Site {
    /// Which.
    pub id: SiteId,
    /// Its name.
    pub name: String,
}

impl From<model::Site> for Site {
    fn from(site: model::Site) -> Self {
        Self { id: site.id, name: site.name }
    }
}

/// A site to be made or renamed.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WriteSite {
    /// Its name.
    pub name: String,
}

/// All sites.
#[utoipa::path(
    get, path = "/api/v1/sites", tag = "identity", operation_id = "list_sites",
    responses((status = 200, description = "The sites, by name", body = Items<Site>)),
)]
pub(crate) async fn sites(State(identity): State<Identity>, access: Access) -> Answer<Json<Items<Site>>> {
    let sites = identity.sites(access.organisation()).await?;
    Ok(Json(Items { items: sites.into_iter().map(Site::from).collect() }))
}

/// Make a site.
#[utoipa::path(
    post, path = "/api/v1/sites", tag = "identity", operation_id = "create_site", request_body = WriteSite,
    responses(
        (status = 201, description = "Made", body = Site),
        (status = 409, description = "There is one with this name", body = ProblemBody),
    ),
)]
pub(crate) async fn create_site(
    State(identity): State<Identity>,
    access: Access,
    Json(asked): Json<WriteSite>,
) -> Answer<(StatusCode, Json<Site>)> {
    let actor = access.actor();
    let make = async move |tx: &mut db::Tx| actions::create_site(tx, actor, &asked.name).await;
    let site = identity.db().write(access.organisation(), make).await?;
    Ok((StatusCode::CREATED, Json(site.into())))
}

/// Rename a site.
#[utoipa::path(
    patch, path = "/api/v1/sites/{id}", tag = "identity", operation_id = "rename_site", request_body = WriteSite,
    params(("id" = SiteId, Path, description = "The site")),
    responses(
        (status = 200, description = "Renamed", body = Site),
        (status = 404, description = "No such site", body = ProblemBody),
    ),
)]
pub(crate) async fn rename_site(
    State(identity): State<Identity>,
    access: Access,
    Path(id): Path<SiteId>,
    Json(asked): Json<WriteSite>,
) -> Answer<Json<Site>> {
    let actor = access.actor();
    let rename = async move |tx: &mut db::Tx| actions::rename_site(tx, actor, id, &asked.name).await;
    Ok(Json(identity.db().write(access.organisation(), rename).await?.into()))
}

/// A team.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Team {
    /// Which.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// Where it works, if at one site.
    pub site: Option<Named>,
}

fn team(team: model::Team, sites: &[model::Site]) -> Team {
    let site = sites.iter().find(|site| Some(site.id) == team.site);
    Team { id: team.id, name: team.name, site: site.map(|site| Named::new(site.id, &site.name)) }
}

async fn team_with_site(identity: &Identity, access: &Access, found: model::Team) -> Result<Team> {
    Ok(team(found, &identity.sites(access.organisation()).await?))
}

/// A team to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewTeam {
    /// Its name.
    pub name: String,
    /// Where it works, if at one site.
    pub site_id: Option<SiteId>,
}

/// What to change about a team; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangeTeam {
    /// Its name.
    pub name: Option<String>,
    /// Where it works; null for no one site.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<SiteId>)]
    pub site_id: Option<Option<SiteId>>,
}

/// All teams.
#[utoipa::path(
    get, path = "/api/v1/teams", tag = "identity", operation_id = "list_teams",
    responses((status = 200, description = "The teams, by name", body = Items<Team>)),
)]
pub(crate) async fn teams(State(identity): State<Identity>, access: Access) -> Answer<Json<Items<Team>>> {
    let sites = identity.sites(access.organisation()).await?;
    let teams = identity.teams(access.organisation()).await?;
    Ok(Json(Items { items: teams.into_iter().map(|found| team(found, &sites)).collect() }))
}

/// Make a team.
#[utoipa::path(
    post, path = "/api/v1/teams", tag = "identity", operation_id = "create_team", request_body = NewTeam,
    responses(
        (status = 201, description = "Made", body = Team),
        (status = 409, description = "There is one with this name", body = ProblemBody),
    ),
)]
pub(crate) async fn create_team(
    State(identity): State<Identity>,
    access: Access,
    Json(asked): Json<NewTeam>,
) -> Answer<(StatusCode, Json<Team>)> {
    let actor = access.actor();
    let make = async move |tx: &mut db::Tx| actions::create_team(tx, actor, &asked.name, asked.site_id).await;
    let made = identity.db().write(access.organisation(), make).await?;
    Ok((StatusCode::CREATED, Json(team_with_site(&identity, &access, made).await?)))
}

/// Change a team.
#[utoipa::path(
    patch, path = "/api/v1/teams/{id}", tag = "identity", operation_id = "change_team", request_body = ChangeTeam,
    params(("id" = TeamId, Path, description = "The team")),
    responses(
        (status = 200, description = "Changed", body = Team),
        (status = 404, description = "No such team", body = ProblemBody),
    ),
)]
pub(crate) async fn change_team(
    State(identity): State<Identity>,
    access: Access,
    Path(id): Path<TeamId>,
    Json(asked): Json<ChangeTeam>,
) -> Answer<Json<Team>> {
    let actor = access.actor();
    let change = async move |tx: &mut db::Tx| {
        actions::update_team(tx, actor, id, asked.name.as_deref(), asked.site_id).await
    };
    let changed = identity.db().write(access.organisation(), change).await?;
    Ok(Json(team_with_site(&identity, &access, changed).await?))
}

/// A registered processing activity.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Activity {
    /// Which.
    pub id: ActivityId,
    /// What the data is used for.
    pub purpose: Purpose,
    /// Its name in the register.
    pub name: String,
    /// The article that allows it.
    pub legal_basis: String,
    /// How long data is kept.
    pub retention: String,
    /// Whether it is in use.
    pub active: bool,
}

impl From<model::Activity> for Activity {
    fn from(found: model::Activity) -> Self {
        let model::Activity { id, purpose, name, legal_basis, retention, active } = found;
        Self { id, purpose, name, legal_basis, retention, active }
    }
}

/// The register of processing activities (GDPR art. 30).
#[utoipa::path(
    get, path = "/api/v1/activities", tag = "identity", operation_id = "list_activities",
    responses((status = 200, description = "All activities", body = Items<Activity>)),
)]
pub(crate) async fn activities(
    State(identity): State<Identity>,
    access: Access,
) -> Answer<Json<Items<Activity>>> {
    let mut conn = identity.db().read(access.organisation()).await?;
    let all = store::organisations::activities(&mut conn).await?;
    Ok(Json(Items { items: all.into_iter().map(Activity::from).collect() }))
}

/// Whether an activity is to be in use.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SwitchActivity {
    /// On or off.
    pub active: bool,
}

/// Switch a processing activity on or off. What is off refuses every request for it at once.
#[utoipa::path(
    patch, path = "/api/v1/activities/{id}", tag = "identity", operation_id = "switch_activity",
    request_body = SwitchActivity, params(("id" = ActivityId, Path, description = "The activity")),
    responses(
        (status = 200, description = "Switched", body = Activity),
        (status = 404, description = "No such activity", body = ProblemBody),
        (status = 409, description = "This one has to stay on", body = ProblemBody),
    ),
)]
pub(crate) async fn switch_activity(
    State(identity): State<Identity>,
    access: Access,
    Path(id): Path<ActivityId>,
    Json(asked): Json<SwitchActivity>,
) -> Answer<Json<Activity>> {
    let actor = access.actor();
    let switch = async move |tx: &mut db::Tx| actions::set_activity_active(tx, actor, id, asked.active).await;
    Ok(Json(identity.db().write(access.organisation(), switch).await?.into()))
}

/// Who may do what.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AccessMatrix {
    /// All roles.
    pub roles: Vec<Role>,
    /// All permissions, with who has them.
    pub permissions: Vec<AccessMatrixRow>,
}

/// One line of the table.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AccessMatrixRow {
    /// What may be done.
    pub permission: Permission,
    /// By whom.
    pub roles: Vec<Role>,
}

/// Who may do what: the table that every request is held against.
#[utoipa::path(
    get, path = "/api/v1/access-matrix", tag = "identity", operation_id = "get_access_matrix",
    responses((status = 200, description = "The table", body = AccessMatrix)),
)]
pub(crate) async fn access_matrix(_: Access) -> Json<AccessMatrix> {
    let row = |permission: &Permission| AccessMatrixRow {
        permission: *permission,
        roles: Role::ALL.iter().copied().filter(|role| role.allows(*permission)).collect(),
    };
    Json(AccessMatrix { roles: Role::ALL.to_vec(), permissions: Permission::ALL.iter().map(row).collect() })
}

//! The people of the organisation.

use super::present;
use crate::model::{MemberChange, Membership, Named, NewPerson, Person, Place};
use crate::{Access, Identity, Role, actions};
use axum::extract::State;
use axum::http::StatusCode;
use base::{Language, MembershipId, Result, SiteId, TeamId, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Json, Page, PageQuery, Path, ProblemBody, Query};

/// Somebody who works, or worked, for the organisation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// Which membership.
    pub id: MembershipId,
    /// Their name.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// The language of their screen.
    pub language: Language,
    /// What they do.
    pub roles: Vec<Role>,
    /// Where they work.
    pub site: Option<Named>,
    /// Their teams.
    pub teams: Vec<Named>,
    /// Since when.
    pub since: Timestamp,
    /// Until when; null while it lasts.
    pub ended_at: Option<Timestamp>,
}

/// The names that members refer to.
struct Names {
    sites: Vec<Named>,
    teams: Vec<Named>,
}

impl Names {
    async fn read(identity: &Identity, access: &Access) -> Result<Self> {
        let sites = identity.sites(access.organisation()).await?;
        let teams = identity.teams(access.organisation()).await?;
        Ok(Self {
            sites: sites.into_iter().map(|site| Named::new(site.id, site.name)).collect(),
            teams: teams.into_iter().map(|team| Named::new(team.id, team.name)).collect(),
        })
    }

    fn member(&self, membership: Membership, person: Person) -> Member {
        let named = |all: &[Named], id: String| all.iter().find(|one| one.id == id).cloned();
        Member {
            id: membership.id,
            name: person.name,
            email: person.email,
            language: person.language,
            roles: membership.roles,
            site: membership.site.and_then(|id| named(&self.sites, id.to_string())),
            teams: membership.teams.iter().filter_map(|id| named(&self.teams, id.to_string())).collect(),
            since: membership.created_at,
            ended_at: membership.ended_at,
        }
    }
}

async fn one(identity: &Identity, access: &Access, id: MembershipId) -> Result<Member> {
    let names = Names::read(identity, access).await?;
    let (membership, person) = identity.member(access, id).await?;
    Ok(names.member(membership, access.open(person)?))
}

/// Which members to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MemberQuery {
    /// Whether to list those who left as well.
    #[serde(default)]
    pub ended: bool,
}

/// The members.
#[utoipa::path(
    get, path = "/api/v1/members", tag = "identity", operation_id = "list_members", params(PageQuery, MemberQuery),
    responses((status = 200, description = "A page of members, longest here first", body = Page<Member>)),
)]
pub(crate) async fn list(
    State(identity): State<Identity>,
    access: Access,
    Query(page): Query<PageQuery>,
    Query(which): Query<MemberQuery>,
) -> Answer<Json<Page<Member>>> {
    let after = page.after()?.unwrap_or_default();
    let found = identity.members(&access, &after, page.limit(), which.ended).await?;
    let found = Page::of(found, page.limit(), |(membership, _)| membership.id.to_string());
    let names = Names::read(&identity, &access).await?;
    let open = |(membership, person)| Ok(names.member(membership, access.open(person)?));
    let items = found.items.into_iter().map(open).collect::<Result<_>>()?;
    Ok(Json(Page { items, next: found.next }))
}

/// One member.
#[utoipa::path(
    get, path = "/api/v1/members/{id}", tag = "identity", operation_id = "get_member",
    params(("id" = MembershipId, Path, description = "The member")),
    responses(
        (status = 200, description = "The member", body = Member),
        (status = 404, description = "No such member", body = ProblemBody),
    ),
)]
pub(crate) async fn show(
    State(identity): State<Identity>,
    access: Access,
    Path(id): Path<MembershipId>,
) -> Answer<Json<Member>> {
    Ok(Json(one(&identity, &access, id).await?))
}

/// Somebody to be invited.
#[derive(Deserialize, ToSchema)]
pub struct InviteMember {
    /// Their name.
    pub name: String,
    /// The address they will sign in with.
    pub email: String,
    /// The language of their screen; Dutch if absent.
    pub language: Option<Language>,
    /// What they will do: at least one role.
    pub roles: Vec<Role>,
    /// Where they will work.
    pub site_id: Option<SiteId>,
    /// Their teams.
    #[serde(default)]
    pub team_ids: Vec<TeamId>,
    /// Their first password. Who worked here before keeps their own.
    pub password: String,
}

impl fmt::Debug for InviteMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteMember(…)")
    }
}

/// Invite somebody to work here.
#[utoipa::path(
    post, path = "/api/v1/members", tag = "identity", operation_id = "invite_member", request_body = InviteMember,
    responses(
        (status = 201, description = "Invited", body = Member),
        (status = 409, description = "They work here already, or sign in elsewhere", body = ProblemBody),
    ),
)]
pub(crate) async fn invite(
    State(identity): State<Identity>,
    access: Access,
    Json(asked): Json<InviteMember>,
) -> Answer<(StatusCode, Json<Member>)> {
    let person = NewPerson {
        name: asked.name,
        email: asked.email,
        language: asked.language.unwrap_or_else(Language::dutch),
        password: asked.password,
    };
    let place = Place { roles: asked.roles, site: asked.site_id, teams: asked.team_ids };
    let id = identity.invite(&access, person, place).await?;
    Ok((StatusCode::CREATED, Json(one(&identity, &access, id).await?)))
}

/// What to change about somebody's place; what is absent stays. A person's name, address and password are their own.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangeMember {
    /// What they do.
    pub roles: Option<Vec<Role>>,
    /// Where they work; null for no one site.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<SiteId>)]
    pub site_id: Option<Option<SiteId>>,
    /// Their teams.
    pub team_ids: Option<Vec<TeamId>>,
    /// True ends the membership and its sessions; false opens it again.
    pub ended: Option<bool>,
}

/// Change what somebody does here, or end it.
#[utoipa::path(
    patch, path = "/api/v1/members/{id}", tag = "identity", operation_id = "change_member",
    request_body = ChangeMember, params(("id" = MembershipId, Path, description = "The member")),
    responses(
        (status = 200, description = "Changed", body = Member),
        (status = 404, description = "No such member", body = ProblemBody),
        (status = 409, description = "This is the only administrator", body = ProblemBody),
    ),
)]
pub(crate) async fn change(
    State(identity): State<Identity>,
    access: Access,
    Path(id): Path<MembershipId>,
    Json(asked): Json<ChangeMember>,
) -> Answer<Json<Member>> {
    let actor = access.actor();
    let change =
        MemberChange { roles: asked.roles, site: asked.site_id, teams: asked.team_ids, ended: asked.ended };
    let write = async move |tx: &mut db::Tx| actions::update_member(tx, actor, id, change).await;
    identity.db().write(access.organisation(), write).await?;
    Ok(Json(one(&identity, &access, id).await?))
}

//! Signing in and out, and what is one's own.

use super::Items;
use crate::access::matrix::permissions_of;
use crate::access::{COOKIE, SameOrigin, token_of};
use crate::client::{self, DEVICE_COOKIE, device_of};
use crate::limit::KNOWN;
use crate::model::Named;
use crate::session::{ABSOLUTE, SessionRow, Token};
use crate::sign_in::SignIn;
use crate::store::{members, organisations, people, places};
use crate::{Access, Identity, Permission, Role};
use axum::extract::State;
use axum::http::header::{HOST, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::AppendHeaders;
use base::{
    Error, ErrorCode, Language, MembershipId, OrganisationId, PersonId, Result, SessionId, Timestamp,
};
use cookie::{Cookie, SameSite};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;
use web::extract::Peer;
use web::{Answer, Json, Path, ProblemBody};

/// Who is signed in, where, and what they may do.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// The person.
    pub person: SessionPerson,
    /// The organisation that they work in now.
    pub organisation: SessionOrganisation,
    /// Their place in it.
    pub membership: SessionMembership,
    /// All organisations that they work for.
    pub organisations: Vec<Named>,
    /// When the session ends at the latest.
    pub expires_at: Timestamp,
}

/// The person who is signed in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SessionPerson {
    /// Which.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// The language of their screen.
    pub language: Language,
}

/// The organisation of a session.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SessionOrganisation {
    /// Which.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its short name.
    pub slug: String,
}

/// The membership of a session.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SessionMembership {
    /// Which.
    pub id: MembershipId,
    /// What they do.
    pub roles: Vec<Role>,
    /// What they may do.
    pub permissions: Vec<Permission>,
    /// Where they work.
    pub site: Option<Named>,
    /// Their teams.
    pub teams: Vec<Named>,
}

/// What is needed to sign in.
#[derive(Deserialize, ToSchema)]
pub struct Credentials {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

type Cookies<const N: usize> = AppendHeaders<[(HeaderName, String); N]>;
type WithCookies<const N: usize> = (Cookies<N>, Json<Session>);

/// Sign in. The session is in a cookie that scripts cannot read.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "identity", operation_id = "sign_in", request_body = Credentials,
    responses(
        (status = 200, description = "Signed in", body = Session),
        (status = 401, description = "The address and the password do not belong together", body = ProblemBody),
        (status = 429, description = "Too many tries from here", body = ProblemBody),
    ),
)]
pub(crate) async fn sign_in(
    State(identity): State<Identity>,
    _: SameOrigin,
    Peer(peer): Peer,
    headers: HeaderMap,
    Json(given): Json<Credentials>,
) -> Answer<WithCookies<2>> {
    let signed_in = identity
        .sign_in(SignIn {
            email: given.email,
            password: given.password,
            client: client::address(peer, &headers, identity.trusted_proxies()),
            host: headers.get(HOST).and_then(|host| host.to_str().ok()).map(str::to_owned),
            previous: token_of(&headers),
            device: device_of(&headers),
        })
        .await?;
    let session = under(&identity, &signed_in.token).await?;
    let device = cookie(&identity, DEVICE_COOKIE, signed_in.device.reveal(), KNOWN);
    let cookies = [(SET_COOKIE, session_cookie(&identity, &signed_in.token)), (SET_COOKIE, device)];
    Ok((AppendHeaders(cookies), Json(session)))
}

/// The session that was just put under this token.
async fn under(identity: &Identity, token: &Token) -> Result<Session> {
    let ended =
        || Error::new(ErrorCode::SignInNeeded, "The session ended at once: the password was changed.");
    let access = identity.own_access(token).await?.ok_or_else(ended)?;
    session(identity, &access).await
}

fn session_cookie(identity: &Identity, token: &Token) -> String {
    cookie(identity, COOKIE, token.reveal(), ABSOLUTE)
}

fn cookie(identity: &Identity, name: &'static str, value: String, lasts: std::time::Duration) -> String {
    let seconds = i64::try_from(lasts.as_secs()).unwrap_or(i64::MAX);
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(identity.public_url().is_some_and(|url| url.starts_with("https:")))
        .max_age(cookie::time::Duration::seconds(seconds))
        .build()
        .to_string()
}

async fn session(identity: &Identity, access: &Access) -> Result<Session> {
    let (organisation, membership) = (access.organisation(), access.membership()?);
    let person = access.open(identity.person(access.person()?).await?)?;
    let mut conn = identity.db().read(organisation).await?;
    let gone = || Error::not_found("session");
    let place = members::find(&mut conn, membership).await?.ok_or_else(gone)?;
    let home = organisations::find(&mut conn, organisation).await?.ok_or_else(gone)?;
    let row = crate::store::sessions::find(&mut conn, access.session()?).await?.ok_or_else(gone)?;
    let site = match place.site {
        Some(id) => places::find_site(&mut conn, id).await?,
        None => None,
    };
    let mut teams = Vec::new();
    for id in place.teams {
        teams.extend(places::find_team(&mut conn, id).await?.map(|team| Named::new(team.id, team.name)));
    }
    let workplaces = people::workplaces(&mut conn, person.id).await?;
    Ok(Session {
        person: SessionPerson {
            id: person.id,
            name: person.name,
            email: person.email,
            language: person.language,
        },
        organisation: SessionOrganisation { id: home.id, name: home.name, slug: home.slug },
        membership: SessionMembership {
            id: membership,
            permissions: permissions_of(&place.roles),
            roles: place.roles,
            site: site.map(|site| Named::new(site.id, site.name)),
            teams,
        },
        organisations: workplaces.into_iter().map(|(id, name, _)| Named::new(id, name)).collect(),
        expires_at: row.expires_at,
    })
}

/// Who am I?
#[utoipa::path(
    get, path = "/api/v1/session", tag = "identity", operation_id = "get_session",
    responses(
        (status = 200, description = "The session", body = Session),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
    ),
)]
pub(crate) async fn show(State(identity): State<Identity>, access: Access) -> Answer<Json<Session>> {
    Ok(Json(session(&identity, &access).await?))
}

/// Sign out.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "identity", operation_id = "sign_out",
    responses((status = 204, description = "Signed out")),
)]
pub(crate) async fn sign_out(
    State(identity): State<Identity>,
    access: Access,
) -> Answer<(StatusCode, [(HeaderName, String); 1])> {
    identity.sign_out(&access).await?;
    let gone = cookie(&identity, COOKIE, String::new(), std::time::Duration::ZERO);
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, gone)]))
}

/// Which organisation to work in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SwitchOrganisation {
    /// One of the organisations of the session.
    pub organisation_id: OrganisationId,
}

/// Work in another organisation. The session goes on under a new cookie.
#[utoipa::path(
    post, path = "/api/v1/session/organisation", tag = "identity", operation_id = "switch_organisation",
    request_body = SwitchOrganisation,
    responses(
        (status = 200, description = "Switched", body = Session),
        (status = 404, description = "You do not work there", body = ProblemBody),
    ),
)]
pub(crate) async fn switch_organisation(
    State(identity): State<Identity>,
    access: Access,
    Json(asked): Json<SwitchOrganisation>,
) -> Answer<WithCookies<1>> {
    let token = identity.switch_organisation(&access, asked.organisation_id).await?;
    let session = under(&identity, &token).await?;
    Ok((AppendHeaders([(SET_COOKIE, session_cookie(&identity, &token))]), Json(session)))
}

/// What to change about oneself.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangeOwnPerson {
    /// The language of the screen: `nl` or `en`.
    pub language: Option<Language>,
}

/// Change the language of one's screen.
#[utoipa::path(
    patch, path = "/api/v1/session/person", tag = "identity", operation_id = "change_own_person",
    request_body = ChangeOwnPerson, responses((status = 200, description = "Changed", body = Session)),
)]
pub(crate) async fn change_person(
    State(identity): State<Identity>,
    access: Access,
    Json(asked): Json<ChangeOwnPerson>,
) -> Answer<Json<Session>> {
    if let Some(language) = asked.language {
        if language.as_str() != language.interface() {
            return Err(Error::invalid("language", "choose nl or en").into());
        }
        identity.change_language(&access, language).await?;
    }
    Ok(Json(session(&identity, &access).await?))
}

/// A new password, with the present one as proof.
#[derive(Deserialize, ToSchema)]
pub struct ChangePassword {
    /// The password now.
    pub current: String,
    /// The new password: at least 12 characters.
    pub new: String,
}

impl fmt::Debug for ChangePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChangePassword(…)")
    }
}

/// Change one's password. All other sessions of the same person end.
#[utoipa::path(
    post, path = "/api/v1/session/password", tag = "identity", operation_id = "change_password",
    request_body = ChangePassword,
    responses(
        (status = 204, description = "Changed"),
        (status = 422, description = "The present password is wrong, or the new one too easy", body = ProblemBody),
    ),
)]
pub(crate) async fn change_password(
    State(identity): State<Identity>,
    access: Access,
    Peer(peer): Peer,
    headers: HeaderMap,
    Json(asked): Json<ChangePassword>,
) -> Answer<StatusCode> {
    let client = client::address(peer, &headers, identity.trusted_proxies());
    let device = device_of(&headers);
    identity.change_password(&access, &asked.current, &asked.new, client, device.as_ref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One of one's own sessions.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OwnSession {
    /// Which.
    pub id: SessionId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Where am I signed in?
#[utoipa::path(
    get, path = "/api/v1/sessions", tag = "identity", operation_id = "list_own_sessions",
    responses((status = 200, description = "One's own living sessions, newest first", body = Items<OwnSession>)),
)]
pub(crate) async fn list(
    State(identity): State<Identity>,
    access: Access,
) -> Answer<Json<Items<OwnSession>>> {
    let current = access.session()?;
    let own = |row: SessionRow| OwnSession {
        id: row.id,
        started_at: row.started_at,
        seen_at: row.seen_at,
        expires_at: row.expires_at,
        current: row.id == current,
    };
    Ok(Json(Items { items: identity.sessions(&access).await?.into_iter().map(own).collect() }))
}

/// End one of one's own sessions.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{id}", tag = "identity", operation_id = "end_own_session",
    params(("id" = SessionId, Path, description = "The session")),
    responses(
        (status = 204, description = "Ended"),
        (status = 404, description = "No such session of one's own", body = ProblemBody),
    ),
)]
pub(crate) async fn end(
    State(identity): State<Identity>,
    access: Access,
    Path(id): Path<SessionId>,
) -> Answer<StatusCode> {
    identity.end_session(&access, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! The gate before a route: who is it, may they, for which registered purpose; and, before the answer leaves, the
//! durable line that says whose data was opened.
//!
//! Every route goes through one of three: [`Identity::gate`] for members of staff, [`Identity::own`] for one's own
//! session, [`Identity::public`] for everybody. What was chosen stands in the description of the API.

use super::{Access, Member, Permission, Purpose, missing, origin};
use crate::session::{Admitted, Token};
use crate::{Identity, looks, store};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use base::{Error, ErrorCode, Result};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::SecurityRequirement;
use utoipa_axum::router::UtoipaMethodRouter;
use web::Problem;

/// What `utoipa_axum::routes!` makes, for a router with state `S`.
pub type MethodRouter<S> = UtoipaMethodRouter<S>;

/// The name of the cookie of a session, also in the description of the API.
pub(crate) const COOKIE: &str = "balie_session";

#[derive(Clone)]
struct Gate {
    identity: Identity,
    asks: Asks,
}

#[derive(Clone, Copy)]
enum Asks {
    For(Permission, Purpose),
    OnlyOneself,
}

impl Identity {
    /// A route for members of staff with this permission, for this purpose. The handler gets an [`Access`].
    pub fn gate<S>(
        &self,
        permission: Permission,
        purpose: Purpose,
        routes: MethodRouter<S>,
    ) -> MethodRouter<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let described = describe(routes, permission.word(), Some(purpose.word()), true);
        self.guarded(Asks::For(permission, purpose), described)
    }

    /// A route for whoever is signed in, about their own session and data. The handler gets an [`Access`] that opens
    /// nobody else's data.
    pub fn own<S>(&self, routes: MethodRouter<S>) -> MethodRouter<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        self.guarded(Asks::OnlyOneself, describe(routes, "own", None, true))
    }

    /// A route for everybody, said openly.
    pub fn public<S>(&self, routes: MethodRouter<S>) -> MethodRouter<S> {
        describe(routes, "public", None, false)
    }

    fn guarded<S>(&self, asks: Asks, routes: MethodRouter<S>) -> MethodRouter<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let gate = Gate { identity: self.clone(), asks };
        let (schemas, paths, router) = routes;
        (schemas, paths, router.route_layer(middleware::from_fn_with_state(gate, guard)))
    }
}

async fn guard(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let admitted = match gate.token(&request) {
        Ok(token) => gate.admit(&token).await,
        Err(error) => Err(error),
    };
    let access = match admitted {
        Ok(access) => access,
        Err(error) => return Problem(error).into_response(),
    };
    let route = route_of(&request);
    request.extensions_mut().insert(access.clone());
    let response = next.run(request).await;
    match looks::store_look(gate.identity.db(), &access, &route).await {
        Ok(()) => response,
        Err(error) => Problem(unlogged(error)).into_response(),
    }
}

/// The answer is withheld, because nobody would ever know that this data was seen.
fn unlogged(cause: Error) -> Error {
    Error::new(
        ErrorCode::Unavailable,
        "This look at personal data could not be logged, so it is not shown. Try again in a moment.",
    )
    .with_source(cause)
}

impl Gate {
    fn token(&self, request: &Request) -> Result<Token> {
        let headers = request.headers();
        origin::check(request.method(), request.uri(), headers, self.identity.public_url())?;
        token_of(headers).ok_or_else(sign_in_needed)
    }

    async fn admit(&self, token: &Token) -> Result<Access> {
        match self.asks {
            Asks::For(permission, purpose) => self.identity.staff_access(token, permission, purpose).await,
            Asks::OnlyOneself => self.identity.own_access(token).await?.ok_or_else(sign_in_needed),
        }
    }
}

impl Identity {
    /// Access for whoever holds this token, if they have the permission and the purpose is registered.
    pub(crate) async fn staff_access(
        &self,
        token: &Token,
        permission: Permission,
        purpose: Purpose,
    ) -> Result<Access> {
        let admitted = self.admit(token, purpose).await?.ok_or_else(sign_in_needed)?;
        allow(admitted, permission, purpose)
    }

    /// Asks again what a gate asked, for a socket that stays open long after its request: whether the session still
    /// is, whether its member may do this now, and whether the purpose is still registered. The new access knows the
    /// roles of this moment.
    pub async fn admit_again(&self, access: &Access, permission: Permission) -> Result<Access> {
        let (session, purpose) = (access.session()?, access.purpose());
        let mut conn = self.db().read_global().await?;
        let found = store::sessions::admit_again(&mut conn, session, purpose, self.now()).await?;
        drop(conn);
        let same = found.filter(|admitted| admitted.organisation == access.organisation());
        allow(same.ok_or_else(sign_in_needed)?, permission, purpose)
    }

    /// Access for whoever holds this token, to their own session and data.
    pub(crate) async fn own_access(&self, token: &Token) -> Result<Option<Access>> {
        let admitted = self.admit(token, Purpose::Administration).await?;
        Ok(admitted.map(|Admitted { session, person, organisation, membership, roles, .. }| {
            Access::for_oneself(organisation, Member { membership, person, session, roles, asked: None })
        }))
    }
}

fn allow(admitted: Admitted, permission: Permission, purpose: Purpose) -> Result<Access> {
    let Admitted { session, person, organisation, membership, roles, activity } = admitted;
    if !roles.iter().any(|role| role.allows(permission)) {
        return Err(missing(permission));
    }
    let activity = activity.ok_or_else(|| not_registered(purpose))?;
    let member = Member { membership, person, session, roles, asked: Some((permission, activity)) };
    Ok(Access::for_member(organisation, member, purpose))
}

fn sign_in_needed() -> Error {
    Error::new(
        ErrorCode::SignInNeeded,
        "You are not signed in, or your session has ended. Sign in and try again.",
    )
}

fn not_registered(purpose: Purpose) -> Error {
    Error::new(
        ErrorCode::PurposeNotRegistered,
        format!(
            "Your organisation has no active processing activity for {purpose}. An administrator can switch it on."
        ),
    )
}

/// The token in the cookie, if there is a cookie that can hold one.
pub(crate) fn token_of(headers: &HeaderMap) -> Option<Token> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(cookie::Cookie::split_parse)
        .filter_map(std::result::Result::ok)
        .find(|cookie| cookie.name() == COOKIE)
        .and_then(|cookie| Token::parse(cookie.value()))
}

/// The pattern of the route, never the address itself, because an address may name a person.
fn route_of(request: &Request) -> String {
    let path = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    format!("{} {path}", request.method())
}

fn describe<S>(
    (schemas, mut paths, router): MethodRouter<S>,
    permission: &str,
    purpose: Option<&str>,
    signed_in: bool,
) -> MethodRouter<S> {
    for operation in paths.paths.values_mut().flat_map(operations) {
        let mut extensions = ExtensionsBuilder::new().add("x-permission", permission);
        if let Some(purpose) = purpose {
            extensions = extensions.add("x-purpose", purpose);
        }
        operation.extensions.get_or_insert_default().merge(extensions.build());
        let session = || SecurityRequirement::new(COOKIE, Vec::<String>::new());
        operation.security = Some(if signed_in { vec![session()] } else { Vec::new() });
    }
    (schemas, paths, router)
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
    [get, put, post, delete, options, head, patch, trace].into_iter().flatten()
}

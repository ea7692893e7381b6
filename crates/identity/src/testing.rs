//! The test kit for the rooms above: an organisation with people who are signed in, and requests without a network.

use crate::model::{NewOrganisation, NewPerson, OrganisationKind, Place};
use crate::password::Cost;
use crate::session::Token;
use crate::{Access, Config, Identity, Permission, Purpose, Role, SignIn, actions};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use base::{Actor, Language, MembershipId, OrganisationId, PersonId, SessionId};
use db::Db;
use serde_json::Value;
use std::net::SocketAddr;
use tower::ServiceExt;
use vault::Vault;

/// Everybody's password in tests.
pub const PASSWORD: &str = "vier gewone woorden samen";

/// The service over a test's database, with passwords that cost nothing.
pub fn identity(db: &Db, vault: &Vault) -> Identity {
    let config = Config { password_cost: Cost::CHEAP, ..Config::default() };
    Identity::new(db.clone(), vault.clone(), config)
}

/// An organisation: a public body that works in Dutch.
pub async fn organisation(identity: &Identity, slug: &str) -> OrganisationId {
    let id: OrganisationId = identity.env().new_id();
    let new = NewOrganisation {
        slug: slug.into(),
        name: format!("Gemeente {slug}"),
        kind: OrganisationKind::PublicBody,
        language: Language::dutch(),
        hosts: vec![format!("{slug}.example")],
    };
    let made =
        identity.db().write(id, async move |tx| actions::create_organisation(tx, Actor::System, new).await);
    made.await.expect("the organisation is made").id
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct SignedInMember {
    /// Where.
    pub organisation: OrganisationId,
    /// As whom.
    pub membership: MembershipId,
    /// Who.
    pub person: PersonId,
    /// In which session.
    pub session: SessionId,
    /// The address they signed in with.
    pub email: String,
    /// The header `Cookie` for their requests.
    pub cookie: String,
    token: Token,
}

impl SignedInMember {
    /// What a gate would give to their request.
    pub async fn access(&self, identity: &Identity, permission: Permission, purpose: Purpose) -> Access {
        identity.staff_access(&self.token, permission, purpose).await.expect("the member may do this")
    }
}

/// Makes a person, gives them a place, and signs them in.
pub async fn member(
    identity: &Identity,
    organisation: OrganisationId,
    name: &str,
    roles: &[Role],
) -> SignedInMember {
    let email = format!("{}@{organisation}.example", name.to_lowercase().replace(' ', "."));
    let person = NewPerson {
        name: name.into(),
        email: email.clone(),
        language: Language::dutch(),
        password: PASSWORD.into(),
    };
    let prepared = identity.prepare_person(person).await.expect("the person can be made");
    let place = Place { roles: roles.to_vec(), ..Place::default() };
    let add = async move |tx: &mut db::Tx| {
        let person = actions::create_person(tx, Actor::System, prepared).await?;
        actions::add_membership(tx, Actor::System, person, place).await
    };
    identity.db().write(organisation, add).await.expect("the member is added");
    sign_in(identity, &email).await
}

/// Signs somebody in who was made here.
pub async fn sign_in(identity: &Identity, email: &str) -> SignedInMember {
    let given = SignIn {
        email: email.into(),
        password: PASSWORD.into(),
        client: None,
        host: None,
        previous: None,
        device: None,
    };
    let signed_in = identity.sign_in(given).await.expect("the member signs in");
    SignedInMember {
        organisation: signed_in.session.organisation,
        membership: signed_in.session.membership,
        person: signed_in.person,
        session: signed_in.session.id,
        email: email.into(),
        cookie: format!("{}={}", crate::access::COOKIE, signed_in.token.reveal()),
        token: signed_in.token,
    }
}

/// An answer, taken apart.
#[derive(Debug)]
pub struct Answered {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; null if it is not.
    pub body: Value,
}

impl Answered {
    /// The code of a problem.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

/// A request as our own pages send it.
pub fn request(method: Method, path: &str, cookie: Option<&str>, body: Option<&Value>) -> Request<Body> {
    let client: SocketAddr = ([192, 0, 2, 1], 50000).into();
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "desk.example")
        .header(header::ORIGIN, "http://desk.example")
        .extension(ConnectInfo(client));
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let request = match body {
        Some(body) => {
            request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
        }
        None => request.body(Body::empty()),
    };
    request.expect("the request is whole")
}

/// Sends a request to routes, without a network.
pub async fn send(routes: &web::Router, request: Request<Body>) -> Answered {
    let router = axum::Router::from(routes.clone());
    let answer = router.oneshot(request).await.expect("a router always answers");
    let (status, headers) = (answer.status(), answer.headers().clone());
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("the body is whole");
    Answered { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default() }
}

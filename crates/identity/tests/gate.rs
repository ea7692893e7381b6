//! What a gate lets through, and what it writes down.

use axum::http::{Method, StatusCode, header};
use base::{CustomerId, OrganisationId, Subject};
use db::testing::TestDb;
use db::{Db, Migrations, args, db_test, sql};
use identity::testing::{self, SignedInMember, request, send};
use identity::{Access, Identity, Permission, Personal, Purpose, Role};
use serde_json::json;
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Answer, Json, Path};

const TEST_ROOMS: &[Migrations] = &[db::MIGRATIONS, vault::MIGRATIONS, identity::MIGRATIONS];

#[utoipa::path(get, path = "/customers/{id}")]
async fn open(access: Access, Path(id): Path<CustomerId>) -> Answer<Json<String>> {
    Ok(Json(access.open(Personal::new(Subject::Customer(id), "Fatma".into()))?))
}

#[utoipa::path(get, path = "/count")]
async fn count(_: Access) -> Json<u8> {
    let sealed = Personal::new(Subject::Customer("cus_00000000000000000000000001".parse().unwrap()), "Fatma");
    drop(sealed.map(str::len));
    Json(1)
}

#[utoipa::path(get, path = "/restricted/{id}")]
async fn restricted(access: Access, Path(id): Path<CustomerId>) -> Answer<Json<String>> {
    Ok(Json(access.open(Personal::new(Subject::Customer(id), "Fatma".into()).restricted(true))?))
}

#[utoipa::path(post, path = "/change")]
async fn change(_: Access) -> StatusCode {
    StatusCode::NO_CONTENT
}

#[utoipa::path(get, path = "/forgotten")]
async fn forgotten(_: Access) -> StatusCode {
    StatusCode::OK
}

#[utoipa::path(get, path = "/open-to-all")]
async fn open_to_all() -> StatusCode {
    StatusCode::OK
}

struct Town {
    identity: Identity,
    routes: web::Router,
    organisation: OrganisationId,
    agent: SignedInMember,
}

async fn town(db: &TestDb) -> Town {
    let identity = testing::identity(db, &vault::testing::vault(db));
    let organisation = testing::organisation(&identity, "lindedam").await;
    let agent = testing::member(&identity, organisation, "Anneke", &[Role::Agent]).await;
    let service = Purpose::CustomerService;
    let router: OpenApiRouter<Identity> = OpenApiRouter::default()
        .routes(identity.gate(Permission::ReadCustomers, service, routes!(open)))
        .routes(identity.gate(Permission::ReadCustomers, service, routes!(count)))
        .routes(identity.gate(Permission::ReadCustomers, service, routes!(restricted)))
        .routes(identity.gate(Permission::WriteCustomers, service, routes!(change)))
        .routes(identity.public(routes!(open_to_all)))
        .routes(routes!(forgotten));
    let routes = router.with_state(identity.clone());
    Town { identity, routes, organisation, agent }
}

async fn looks(db: &Db, organisation: OrganisationId) -> Vec<(String, String)> {
    let mut conn = db.read(organisation).await.unwrap();
    let all = sql!("SELECT route, subjects FROM looks WHERE organisation_id = $1 ORDER BY id");
    let rows = conn.all(all, args![organisation]).await.unwrap();
    rows.iter().map(|row| (row.get("route").unwrap(), row.get("subjects").unwrap())).collect()
}

#[db_test]
async fn what_is_opened_is_written_down_and_what_stays_shut_is_not(db: TestDb) {
    let town = town(&db).await;
    let cookie = Some(town.agent.cookie.as_str());
    let shut = send(&town.routes, request(Method::GET, "/count", cookie, None)).await;
    assert_eq!((shut.status, looks(&db, town.organisation).await), (StatusCode::OK, vec![]));
    let id: CustomerId = db.env().new_id();
    let opened = send(&town.routes, request(Method::GET, &format!("/customers/{id}"), cookie, None)).await;
    assert_eq!(opened.body, json!("Fatma"));
    let expected = ("GET /customers/{id}".to_owned(), id.to_string());
    assert_eq!(looks(&db, town.organisation).await, [expected], "the pattern of the route, with no id in it");
}

#[db_test]
async fn data_that_cannot_be_logged_is_not_shown(db: TestDb) {
    let town = town(&db).await;
    let gone = async |tx: &mut db::GlobalTx| {
        tx.execute(sql!(global "DROP TABLE looks_persons"), args![]).await?;
        tx.execute(sql!(global "DROP TABLE looks"), args![]).await
    };
    db.write_global(gone).await.unwrap();
    let cookie = Some(town.agent.cookie.as_str());
    let id: CustomerId = db.env().new_id();
    let refused = send(&town.routes, request(Method::GET, &format!("/customers/{id}"), cookie, None)).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"));
    assert!(!refused.body.to_string().contains("Fatma"));
    let shut = send(&town.routes, request(Method::GET, "/count", cookie, None)).await;
    assert_eq!(shut.status, StatusCode::OK, "what opens nothing goes on");
}

#[db_test]
async fn restricted_data_is_refused_and_is_no_look(db: TestDb) {
    let town = town(&db).await;
    let path = format!("/restricted/{}", db.env().new_id::<CustomerId>());
    let refused = send(&town.routes, request(Method::GET, &path, Some(&town.agent.cookie), None)).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "restricted"));
    assert_eq!(looks(&db, town.organisation).await, []);
}

#[db_test]
async fn without_session_permission_or_purpose_nobody_comes_in(db: TestDb) {
    let town = town(&db).await;
    let nobody = send(&town.routes, request(Method::GET, "/count", None, None)).await;
    assert_eq!((nobody.status, nobody.code()), (StatusCode::UNAUTHORIZED, "sign_in_needed"));
    let invented = format!("balie_session={}", "0".repeat(64));
    let invented = send(&town.routes, request(Method::GET, "/count", Some(&invented), None)).await;
    assert_eq!(invented.status, StatusCode::UNAUTHORIZED);
    let admin = testing::member(&town.identity, town.organisation, "Bas", &[Role::Administrator]).await;
    let refused = send(&town.routes, request(Method::GET, "/count", Some(&admin.cookie), None)).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "forbidden"));
    let off =
        sql!("UPDATE processing_activities SET active = FALSE WHERE organisation_id = $1 AND purpose = $2");
    let organisation = town.organisation;
    let switch = async move |tx: &mut db::Tx| tx.execute(off, args![organisation, "customer_service"]).await;
    db.write(organisation, switch).await.unwrap();
    let refused = send(&town.routes, request(Method::GET, "/count", Some(&town.agent.cookie), None)).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "purpose_not_registered"));
}

#[db_test]
async fn another_site_cannot_make_the_browser_change_something(db: TestDb) {
    let town = town(&db).await;
    let own = || request(Method::POST, "/change", Some(&town.agent.cookie), None);
    assert_eq!(send(&town.routes, own()).await.status, StatusCode::NO_CONTENT);
    let mut foreign = own();
    foreign.headers_mut().insert(header::ORIGIN, "https://evil.example".parse().unwrap());
    assert_eq!(send(&town.routes, foreign).await.code(), "forbidden");
    let mut silent = own();
    silent.headers_mut().remove(header::ORIGIN);
    assert_eq!(send(&town.routes, silent).await.code(), "forbidden");
}

#[db_test]
async fn a_session_ends_when_idle_and_at_its_last_hour(db: TestDb) {
    let town = town(&db).await;
    let cookie = Some(town.agent.cookie.as_str());
    let ask = async || send(&town.routes, request(Method::GET, "/count", cookie, None)).await.status;
    db.clock.advance(Duration::from_hours(7));
    assert_eq!(ask().await, StatusCode::OK);
    db.clock.advance(Duration::from_mins(4 * 60 + 59));
    assert_eq!(ask().await, StatusCode::OK, "it was used five hours ago");
    db.clock.advance(Duration::from_mins(1));
    assert_eq!(ask().await, StatusCode::UNAUTHORIZED, "twelve hours after signing in");
    let again = testing::sign_in(&town.identity, &town.agent.email).await;
    db.clock.advance(Duration::from_hours(8));
    let idle = send(&town.routes, request(Method::GET, "/count", Some(&again.cookie), None)).await;
    assert_eq!(idle.status, StatusCode::UNAUTHORIZED, "eight hours unused");
}

#[db_test]
async fn the_last_use_of_a_session_is_written_once_a_minute(db: TestDb) {
    let town = town(&db).await;
    let seen = async || {
        let mut conn = db.read_global().await.unwrap();
        let row = conn.one(sql!(global "SELECT MAX(seen_at) AS at FROM sessions"), args![]).await.unwrap();
        row.get::<base::Timestamp>("at").unwrap()
    };
    let ask =
        async || send(&town.routes, request(Method::GET, "/count", Some(&town.agent.cookie), None)).await;
    let start = seen().await;
    db.clock.advance(Duration::from_secs(59));
    ask().await;
    assert_eq!(seen().await, start);
    db.clock.advance(Duration::from_secs(1));
    ask().await;
    assert_eq!(seen().await, start + Duration::from_mins(1));
}

#[db_test]
async fn a_route_without_a_gate_gets_no_access(db: TestDb) {
    let town = town(&db).await;
    let refused =
        send(&town.routes, request(Method::GET, "/forgotten", Some(&town.agent.cookie), None)).await;
    assert_eq!(refused.status, StatusCode::INTERNAL_SERVER_ERROR);
    let all = send(&town.routes, request(Method::GET, "/open-to-all", None, None)).await;
    assert_eq!(all.status, StatusCode::OK);
}

#[db_test]
async fn the_description_of_the_api_says_who_may_come_in_and_why(db: TestDb) {
    let mut town = town(&db).await;
    let api = serde_json::to_value(town.routes.to_openapi()).unwrap();
    let open = &api["paths"]["/customers/{id}"]["get"];
    assert_eq!(open["x-permission"], "read_customers");
    assert_eq!(open["x-purpose"], "customer_service");
    assert_eq!(open["security"], json!([{"balie_session": []}]));
    let all = &api["paths"]["/open-to-all"]["get"];
    assert_eq!((&all["x-permission"], &all["security"]), (&json!("public"), &json!([])));
    let mut own = identity::routes(town.identity.clone());
    let api = serde_json::to_value(own.to_openapi()).unwrap();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["x-permission"].is_string(), "{method} {path} has no gate");
        }
    }
}

//! Setting up an organisation, and that another organisation sees, guesses and changes nothing of it.

use axum::http::{Method, StatusCode};
use base::{ActivityId, OrganisationId};
use db::testing::TestDb;
use db::{Db, Migrations, args, db_test, journal, sql};
use identity::testing::{self, Answered, PASSWORD, SignedInMember, request, send};
use identity::{Identity, Permission, Personal, Purpose, Role, audit, looks};
use serde_json::{Value, json};
use std::time::Duration;

const TEST_ROOMS: &[Migrations] = &[db::MIGRATIONS, vault::MIGRATIONS, identity::MIGRATIONS];

struct Town {
    identity: Identity,
    routes: web::Router,
    organisation: OrganisationId,
    admin: SignedInMember,
}

async fn town(identity: &Identity, slug: &str) -> Town {
    let organisation = testing::organisation(identity, slug).await;
    let admin = testing::member(identity, organisation, "Admin", &[Role::Administrator]).await;
    Town { routes: identity::routes(identity.clone()), identity: identity.clone(), organisation, admin }
}

async fn one(db: &Db) -> Town {
    town(&testing::identity(db, &vault::testing::vault(db)), "lindedam").await
}

async fn two(db: &Db) -> (Town, Town) {
    let identity = testing::identity(db, &vault::testing::vault(db));
    (town(&identity, "lindedam").await, town(&identity, "waterbedrijf").await)
}

impl Town {
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answered {
        self.call_as(&self.admin, method, path, body).await
    }

    async fn call_as(
        &self,
        who: &SignedInMember,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answered {
        send(&self.routes, request(method, &format!("/api/v1{path}"), Some(&who.cookie), body.as_ref())).await
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.call(Method::GET, path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.body
    }

    async fn make(&self, path: &str, body: Value) -> Value {
        let answer = self.call(Method::POST, path, Some(body)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.body
    }

    async fn patch(&self, path: &str, body: Value) -> Answered {
        self.call(Method::PATCH, path, Some(body)).await
    }

    async fn invite(&self, name: &str, email: &str, more: Value) -> Answered {
        let mut body = json!({"name": name, "email": email, "roles": ["agent"], "password": PASSWORD});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.call(Method::POST, "/members", Some(body)).await
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[db_test]
async fn sites_and_teams_are_made_and_changed(db: TestDb) {
    let town = one(&db).await;
    let site = town.make("/sites", json!({"name": " Stadhuis  "})).await;
    assert_eq!(site["name"], "Stadhuis");
    let again = town.call(Method::POST, "/sites", Some(json!({"name": "Stadhuis"}))).await;
    assert_eq!((again.status, &again.body["fields"][0]["field"]), (StatusCode::CONFLICT, &json!("name")));
    let team = town.make("/teams", json!({"name": "Burgerzaken", "site_id": site["id"]})).await;
    assert_eq!(team["site"], json!({"id": site["id"], "name": "Stadhuis"}));
    let renamed = town.patch(&format!("/sites/{}", text(&site["id"])), json!({"name": "Raadhuis"})).await;
    assert_eq!(renamed.body["name"], "Raadhuis");
    let path = format!("/teams/{}", text(&team["id"]));
    let kept = town.patch(&path, json!({"name": "Publiek"})).await;
    assert_eq!((&kept.body["name"], &kept.body["site"]["name"]), (&json!("Publiek"), &json!("Raadhuis")));
    assert_eq!(town.patch(&path, json!({"site_id": null})).await.body["site"], Value::Null);
    assert_eq!(town.get("/teams").await["items"].as_array().unwrap().len(), 1);
    let empty = town.call(Method::POST, "/teams", Some(json!({"name": " "}))).await;
    assert_eq!(empty.body["fields"][0]["field"], "name");
}

#[db_test]
async fn somebody_is_invited_works_and_leaves(db: TestDb) {
    let town = one(&db).await;
    let site = town.make("/sites", json!({"name": "Stadhuis"})).await;
    let team = town.make("/teams", json!({"name": "Burgerzaken"})).await;
    let place = json!({"roles": ["team_lead", "agent"], "site_id": site["id"], "team_ids": [team["id"]], "language": "en"});
    let made = town.invite("Anneke", "anneke@lindedam.example", place).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert_eq!(made.body["roles"], json!(["agent", "team_lead"]));
    assert_eq!(made.body["teams"][0]["name"], "Burgerzaken");
    let anneke = testing::sign_in(&town.identity, "anneke@lindedam.example").await;
    let path = format!("/members/{}", anneke.membership);
    let less = town.patch(&path, json!({"roles": ["agent"], "team_ids": []})).await;
    assert_eq!(
        (&less.body["roles"], &less.body["teams"], &less.body["site"]["name"]),
        (&json!(["agent"]), &json!([]), &json!("Stadhuis"))
    );
    let session = town.call_as(&anneke, Method::GET, "/session", None).await;
    assert_eq!(session.body["membership"]["roles"], json!(["agent"]), "it holds from the next request on");
    let ended = town.patch(&path, json!({"ended": true})).await;
    assert!(ended.body["ended_at"].is_string());
    let after = town.call_as(&anneke, Method::GET, "/session", None).await;
    assert_eq!(after.status, StatusCode::UNAUTHORIZED);
    let listed = town.get("/members").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(town.get("/members?ended=true").await["items"].as_array().unwrap().len(), 2);
    let kinds: Vec<_> = {
        let mut conn = db.read(town.organisation).await.unwrap();
        journal::after(&mut conn, base::Position(0), 100)
            .await
            .unwrap()
            .into_iter()
            .map(|entry| entry.kind)
            .collect()
    };
    let told = [
        "identity.member_added",
        "identity.member_changed",
        "identity.session_ended",
        "identity.member_ended",
    ];
    assert!(kinds.ends_with(&told.map(String::from)), "{kinds:?}");
}

#[db_test]
async fn who_comes_back_keeps_their_own_password(db: TestDb) {
    let town = one(&db).await;
    let made = town.invite("Anneke", "anneke@lindedam.example", json!({})).await;
    let path = format!("/members/{}", text(&made.body["id"]));
    town.patch(&path, json!({"ended": true})).await;
    let refused = town.identity.sign_in(identity::SignIn {
        email: "anneke@lindedam.example".into(),
        password: PASSWORD.into(),
        client: None,
        host: None,
        previous: None,
        device: None,
    });
    assert_eq!(refused.await.unwrap_err().code(), base::ErrorCode::Forbidden);
    let other = json!({"roles": ["team_lead"], "password": "door een ander gekozen"});
    let back = town.invite("Somebody Else", "Anneke@Lindedam.example", other).await;
    assert_eq!(back.status, StatusCode::CREATED, "{back:?}");
    assert_eq!((&back.body["id"], &back.body["name"]), (&made.body["id"], &json!("Anneke")));
    assert_eq!(back.body["roles"], json!(["team_lead"]));
    testing::sign_in(&town.identity, "anneke@lindedam.example").await;
    let twice = town.invite("Anneke", "anneke@lindedam.example", json!({})).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
}

#[db_test]
async fn an_organisation_cannot_touch_somebodys_sign_in_elsewhere(db: TestDb) {
    let (lindedam, water) = two(&db).await;
    lindedam.invite("Anneke", "anneke@example.org", json!({})).await;
    let attack = water
        .invite("Not Anneke", "ANNEKE@example.org", json!({"password": "bekend bij de aanvaller"}))
        .await;
    assert_eq!((attack.status, &attack.body["fields"][0]["field"]), (StatusCode::CONFLICT, &json!("email")));
    let anneke = testing::sign_in(&lindedam.identity, "anneke@example.org").await;
    let session = lindedam.call_as(&anneke, Method::GET, "/session", None).await;
    assert_eq!(session.body["person"]["name"], "Anneke");
    assert_eq!(session.body["organisations"].as_array().unwrap().len(), 1);
}

#[db_test]
async fn the_last_administrator_stays(db: TestDb) {
    let town = one(&db).await;
    let path = format!("/members/{}", town.admin.membership);
    for change in [json!({"ended": true}), json!({"roles": ["agent"]})] {
        let refused = town.patch(&path, change).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{refused:?}");
    }
    assert_eq!(
        town.get("/session").await["membership"]["roles"],
        json!(["administrator"]),
        "nothing was changed"
    );
    let other = town.invite("Bas", "bas@lindedam.example", json!({"roles": ["administrator"]})).await;
    assert_eq!(other.status, StatusCode::CREATED);
    assert_eq!(town.patch(&path, json!({"roles": ["agent"]})).await.status, StatusCode::OK);
}

#[db_test]
async fn wrong_places_are_refused_with_their_field(db: TestDb) {
    let (lindedam, water) = two(&db).await;
    let foreign_site = water.make("/sites", json!({"name": "Toren"})).await;
    let foreign_team = water.make("/teams", json!({"name": "Meters"})).await;
    for (field, place) in [
        ("roles", json!({"roles": []})),
        ("roles[0]", json!({"roles": ["king"]})),
        ("site_id", json!({"site_id": foreign_site["id"]})),
        ("team_ids", json!({"team_ids": [foreign_team["id"]]})),
        ("password", json!({"password": "kort"})),
        ("email", json!({"email": "no address"})),
        ("name", json!({"name": ""})),
    ] {
        let refused = lindedam.invite("Anneke", "anneke@lindedam.example", place).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused:?}");
        assert_eq!(refused.body["fields"][0]["field"], field);
    }
    let refused = lindedam
        .call(Method::POST, "/teams", Some(json!({"name": "X", "site_id": foreign_site["id"]})))
        .await;
    assert_eq!(refused.body["fields"][0]["field"], "site_id");
}

#[db_test]
async fn another_organisation_sees_and_changes_nothing(db: TestDb) {
    let (lindedam, water) = two(&db).await;
    let site = lindedam.make("/sites", json!({"name": "Stadhuis"})).await;
    let team = lindedam.make("/teams", json!({"name": "Burgerzaken"})).await;
    let member = lindedam.invite("Anneke", "anneke@lindedam.example", json!({})).await.body;
    let activity = lindedam.get("/activities").await["items"][0].clone();
    db.clock.advance(Duration::from_secs(1));
    audit::seal_due(&db).await.unwrap();
    looks::spread_due(&db).await.unwrap();
    let entry = lindedam.get("/audit").await["items"][0].clone();
    let looked = lindedam.get("/looks").await["items"][0].clone();
    for (path, change) in [
        (format!("/sites/{}", text(&site["id"])), json!({"name": "Mine"})),
        (format!("/teams/{}", text(&team["id"])), json!({"name": "Mine"})),
        (format!("/members/{}", text(&member["id"])), json!({"roles": ["administrator"]})),
        (format!("/members/{}", text(&member["id"])), json!({"ended": true})),
        (format!("/activities/{}", text(&activity["id"])), json!({"active": false})),
    ] {
        let theirs = water.patch(&path, change.clone()).await;
        assert_eq!((theirs.status, theirs.code()), (StatusCode::NOT_FOUND, "not_found"), "{path}");
        let kind = path.split('/').nth(1).unwrap();
        let prefix = &path[kind.len() + 2..][..3];
        let nothing = water.patch(&format!("/{kind}/{prefix}_00000000000000000000000001"), change).await;
        assert_eq!(theirs.body, nothing.body, "what is another's looks like what is not there");
    }
    for path in [format!("/members/{}", text(&member["id"])), format!("/audit/{}/proof", text(&entry["id"]))]
    {
        assert_eq!(water.call(Method::GET, &path, None).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(lindedam.call(Method::GET, &path, None).await.status, StatusCode::OK, "{path}");
    }
    let session = format!("/sessions/{}", lindedam.admin.session);
    assert_eq!(water.call(Method::DELETE, &session, None).await.status, StatusCode::NOT_FOUND);
    let subject = text(&looked["subjects"][0]).to_owned();
    assert_eq!(water.get(&format!("/looks?subject={subject}")).await["items"], json!([]));
    let all =
        ["/sites", "/teams", "/members?ended=true", "/activities", "/audit?limit=200", "/looks?limit=200"];
    let ids = [&site["id"], &team["id"], &member["id"], &activity["id"], &entry["id"], &looked["id"]];
    for path in all {
        let shown = water.get(path).await.to_string();
        assert!(ids.iter().all(|id| !shown.contains(text(id))), "{path} shows something of another: {shown}");
        assert!(!shown.contains(&lindedam.organisation.to_string()), "{path}");
    }
    assert_eq!(lindedam.get("/sites").await["items"][0]["name"], "Stadhuis");
    assert_eq!(lindedam.get("/activities").await["items"][0]["active"], true);
    let names = water.identity.member_names(water.organisation, [lindedam.admin.membership]).await.unwrap();
    assert!(names.is_empty());
}

#[db_test]
async fn a_cursor_of_another_organisation_shows_nothing_of_it(db: TestDb) {
    let (lindedam, water) = two(&db).await;
    for number in 0..3 {
        lindedam.invite("Anneke", &format!("anneke{number}@lindedam.example"), json!({})).await;
        water.invite("Bas", &format!("bas{number}@water.example"), json!({})).await;
    }
    let page = lindedam.get("/members?limit=2").await;
    let after = text(&page["next"]);
    let next = water.get(&format!("/members?limit=2&after={after}")).await;
    let names: Vec<_> = next["items"].as_array().unwrap().iter().map(|item| text(&item["name"])).collect();
    assert!(names.iter().all(|name| *name == "Bas"), "{names:?}");
    let mut seen = page["items"].as_array().unwrap().len();
    let mut cursor = page["next"].clone();
    while let Some(after) = cursor.as_str() {
        let page = lindedam.get(&format!("/members?limit=2&after={after}")).await;
        seen += page["items"].as_array().unwrap().len();
        cursor = page["next"].clone();
    }
    assert_eq!(seen, 4, "all pages together are the whole list");
    assert_eq!(
        lindedam.call(Method::GET, "/members?after=zz", None).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[db_test]
async fn who_is_no_administrator_manages_and_audits_nothing(db: TestDb) {
    let town = one(&db).await;
    let lead =
        testing::member(&town.identity, town.organisation, "Loes", &[Role::TeamLead, Role::Agent]).await;
    let some = format!("/members/{}", town.admin.membership);
    for (method, path, body) in [
        (Method::GET, "/members", None),
        (Method::POST, "/members", Some(json!({}))),
        (Method::GET, some.as_str(), None),
        (Method::PATCH, some.as_str(), Some(json!({"ended": true}))),
        (Method::POST, "/sites", Some(json!({"name": "X"}))),
        (Method::POST, "/teams", Some(json!({"name": "X"}))),
        (Method::GET, "/activities", None),
        (Method::GET, "/audit", None),
        (Method::GET, "/audit/head", None),
        (Method::GET, "/looks", None),
    ] {
        let refused = town.call_as(&lead, method.clone(), path, body).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "forbidden"), "{method} {path}");
    }
    for path in ["/sites", "/teams", "/access-matrix", "/session"] {
        assert_eq!(town.call_as(&lead, Method::GET, path, None).await.status, StatusCode::OK, "{path}");
    }
}

#[db_test]
async fn the_table_of_who_may_do_what_is_shown(db: TestDb) {
    let town = one(&db).await;
    let matrix = town.get("/access-matrix").await;
    assert_eq!(matrix["roles"], json!(["agent", "team_lead", "administrator"]));
    let row = |permission: &str| {
        let rows = matrix["permissions"].as_array().unwrap();
        rows.iter().find(|row| row["permission"] == permission).unwrap()["roles"].clone()
    };
    assert_eq!(row("read_contacts"), json!(["agent", "team_lead"]));
    assert_eq!(row("read_audit"), json!(["administrator"]));
}

#[db_test]
async fn a_processing_activity_is_switched_off_and_on(db: TestDb) {
    let town = one(&db).await;
    let items = town.get("/activities").await["items"].clone();
    let of = |purpose: &str| {
        let found = items.as_array().unwrap().iter().find(|item| item["purpose"] == purpose).unwrap();
        format!("/activities/{}", text(&found["id"]))
    };
    assert_eq!(items.as_array().unwrap().len(), 4);
    assert!(items.as_array().unwrap().iter().all(|item| text(&item["legal_basis"]).starts_with("GDPR 6(1)")));
    for needed in ["administration", "accountability"] {
        assert_eq!(town.patch(&of(needed), json!({"active": false})).await.status, StatusCode::CONFLICT);
    }
    let agent = testing::member(&town.identity, town.organisation, "Anneke", &[Role::Agent]).await;
    assert_eq!(town.patch(&of("customer_service"), json!({"active": false})).await.body["active"], false);
    let in_use = async || {
        let mut conn = db.read(town.organisation).await.unwrap();
        let active = sql!(
            "SELECT id FROM processing_activities WHERE organisation_id = $1 AND purpose = $2 AND active"
        );
        let row = conn.optional(active, args![town.organisation, "customer_service"]).await.unwrap();
        row.map(|row| row.get::<ActivityId>("id").unwrap())
    };
    assert_eq!(in_use().await, None);
    assert_eq!(town.patch(&of("customer_service"), json!({"active": true})).await.body["active"], true);
    let access = agent.access(&town.identity, Permission::ReadContacts, Purpose::CustomerService).await;
    let subject = base::Subject::Person(agent.person);
    town.identity.open_logged(&access, "test", Personal::new(subject, ())).await.unwrap();
}

#[db_test]
async fn looking_at_colleagues_is_a_look_as_well(db: TestDb) {
    let town = one(&db).await;
    town.get(&format!("/members/{}", town.admin.membership)).await;
    looks::spread_due(&db).await.unwrap();
    let found = town.get(&format!("/looks?subject={}", town.admin.person)).await;
    let look = &found["items"][0];
    assert_eq!(
        (&look["route"], &look["purpose"]),
        (&json!("GET /api/v1/members/{id}"), &json!("administration"))
    );
    assert_eq!(look["member"]["name"], "Admin");
    let wrong = town.call(Method::GET, "/looks?subject=somebody", None).await;
    assert_eq!(wrong.body["fields"][0]["field"], "subject");
}

#[db_test]
async fn what_was_done_is_listed_newest_first_with_names(db: TestDb) {
    let town = one(&db).await;
    db.clock.advance(Duration::from_secs(1));
    let site = town.make("/sites", json!({"name": "Stadhuis"})).await;
    audit::seal_due(&db).await.unwrap();
    let newest = town.get("/audit?limit=1").await;
    let entry = &newest["items"][0];
    assert_eq!(
        (&entry["action"], &entry["subject"], &entry["member"]["name"]),
        (&json!("site.created"), &site["id"], &json!("Admin"))
    );
    assert_eq!(entry["detail"], json!({"name": "Stadhuis"}));
    assert!(entry["seal"].is_number());
    let proof = town.get(&format!("/audit/{}/proof", text(&entry["id"]))).await;
    let head = town.get("/audit/head").await;
    assert_eq!(proof["seal"], head["seal"]);
    assert!(newest["next"].is_string());
}

#[db_test]
async fn names_of_colleagues_are_read_once_a_minute(db: TestDb) {
    let town = one(&db).await;
    let member = town.admin.membership;
    let name =
        async || town.identity.member_names(town.organisation, [member]).await.unwrap()[&member].clone();
    assert_eq!((name().await.name.as_str(), name().await.team.as_deref()), ("Admin", None));
    let team = town.make("/teams", json!({"name": "Beheer"})).await;
    town.patch(&format!("/members/{member}"), json!({"team_ids": [team["id"]]})).await;
    db.clock.advance(Duration::from_mins(1));
    assert_eq!(name().await.team.as_deref(), Some("Beheer"));
}

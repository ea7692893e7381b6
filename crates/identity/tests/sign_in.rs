//! Signing in: who comes in, who does not, and that nobody can lock out somebody else.

use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use base::OrganisationId;
use db::testing::TestDb;
use db::{Db, Migrations, args, db_test, sql};
use identity::model::Place;
use identity::testing::{self, Answered, PASSWORD, SignedInMember, request, send};
use identity::{Identity, Role, actions};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

const TEST_ROOMS: &[Migrations] = &[db::MIGRATIONS, vault::MIGRATIONS, identity::MIGRATIONS];

struct Town {
    identity: Identity,
    routes: web::Router,
    organisation: OrganisationId,
    agent: SignedInMember,
}

async fn town(db: &Db) -> Town {
    let identity = testing::identity(db, &vault::testing::vault(db));
    let organisation = testing::organisation(&identity, "lindedam").await;
    let agent = testing::member(&identity, organisation, "Anneke", &[Role::Agent, Role::TeamLead]).await;
    Town { routes: identity::routes(identity.clone()), identity, organisation, agent }
}

impl Town {
    async fn call(&self, method: Method, path: &str, cookie: &str, body: Option<Value>) -> Answered {
        send(&self.routes, request(method, &format!("/api/v1{path}"), Some(cookie), body.as_ref())).await
    }

    async fn sign_in(&self, email: &str, password: &str) -> Answered {
        self.sign_in_from("192.0.2.1", email, password).await
    }

    async fn sign_in_from(&self, client: &str, email: &str, password: &str) -> Answered {
        send(&self.routes, credentials(client, email, password)).await
    }

    async fn sessions(&self, db: &Db) -> i64 {
        let mut conn = db.read_global().await.unwrap();
        let count = sql!(global "SELECT COUNT(*) AS n FROM sessions");
        conn.one(count, args![]).await.unwrap().get("n").unwrap()
    }
}

fn credentials(client: &str, email: &str, password: &str) -> Request<axum::body::Body> {
    let body = json!({"email": email, "password": password});
    let mut request = request(Method::POST, "/api/v1/session", None, Some(&body));
    let client = SocketAddr::new(client.parse().unwrap(), 40000);
    request.extensions_mut().insert(ConnectInfo(client));
    request
}

fn cookie(answer: &Answered) -> String {
    let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

#[db_test]
async fn the_right_password_opens_a_session(db: TestDb) {
    let town = town(&db).await;
    let answer = town.sign_in(&town.agent.email.to_uppercase(), PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
    for part in ["balie_session=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        assert!(set.contains(part), "{set}");
    }
    assert_eq!(answer.body["person"]["name"], "Anneke");
    assert_eq!(answer.body["person"]["email"], town.agent.email);
    assert_eq!(answer.body["organisation"]["slug"], "lindedam");
    assert_eq!(answer.body["membership"]["roles"], json!(["agent", "team_lead"]));
    assert!(answer.body["membership"]["permissions"].as_array().unwrap().contains(&json!("read_decisions")));
    assert_eq!(answer.body["organisations"].as_array().unwrap().len(), 1);
    let shown = town.call(Method::GET, "/session", &cookie(&answer), None).await;
    assert_eq!((shown.status, &shown.body), (StatusCode::OK, &answer.body));
    let looked = sql!("SELECT COUNT(*) AS n FROM looks WHERE organisation_id = $1");
    let mut conn = db.read(town.organisation).await.unwrap();
    let looks: i64 = conn.one(looked, args![town.organisation]).await.unwrap().get("n").unwrap();
    assert_eq!(looks, 0, "one's own data is no look");
}

#[db_test]
async fn a_wrong_password_and_an_unknown_address_look_the_same(db: TestDb) {
    let town = town(&db).await;
    let wrong = town.sign_in(&town.agent.email, "not the password").await;
    let unknown = town.sign_in("nobody@example.org", "not the password").await;
    assert_eq!((wrong.status, wrong.code()), (StatusCode::UNAUTHORIZED, "wrong_credentials"));
    assert_eq!((unknown.status, &unknown.body), (wrong.status, &wrong.body));
    assert!(!wrong.headers.contains_key(header::SET_COOKIE));
    assert_eq!(wrong.headers, unknown.headers);
    let buckets = async || {
        let mut conn = db.read_global().await.unwrap();
        let count = sql!(global "SELECT COUNT(*) AS n FROM sign_in_failures");
        conn.one(count, args![]).await.unwrap().get::<i64>("n").unwrap()
    };
    let before = buckets().await;
    town.sign_in("somebody.else@example.org", "x").await;
    assert_eq!(buckets().await, before + 1, "an unknown address is counted like a known one");
    for broken in ["", "no address", &"x".repeat(5000)] {
        assert_eq!(town.sign_in(broken, broken).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[db_test]
async fn guessing_stops_the_guesser_and_nobody_else(db: TestDb) {
    let town = town(&db).await;
    let guess = async || town.sign_in_from("203.0.113.66", &town.agent.email, "a guess").await;
    for _ in 0..8 {
        assert_eq!(guess().await.status, StatusCode::UNAUTHORIZED);
    }
    let stopped = guess().await;
    assert_eq!((stopped.status, stopped.code()), (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"));
    assert_eq!(stopped.headers[header::RETRY_AFTER], "60");
    let right = town.sign_in_from("203.0.113.66", &town.agent.email, PASSWORD).await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS, "a lucky guess is not told");
    let owner = town.sign_in_from("198.51.100.5", &town.agent.email, PASSWORD).await;
    assert_eq!(owner.status, StatusCode::OK, "the owner comes in from elsewhere");
    let neighbour = testing::member(&town.identity, town.organisation, "Bas", &[Role::Agent]).await;
    let beside = town.sign_in_from("203.0.113.66", &neighbour.email, PASSWORD).await;
    assert_eq!(beside.status, StatusCode::OK, "another address from the same network");
    db.clock.advance(Duration::from_mins(1));
    assert_eq!(guess().await.status, StatusCode::UNAUTHORIZED, "one more try after a minute");
    assert_eq!(guess().await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[db_test]
async fn a_hundred_guesses_at_once_are_counted_too(db: TestDb) {
    let town = town(&db).await;
    let guesses = (0..100).map(|_| town.sign_in_from("203.0.113.66", &town.agent.email, "a guess"));
    let answers = futures::future::join_all(guesses).await;
    let tried = answers.iter().filter(|answer| answer.status == StatusCode::UNAUTHORIZED).count();
    assert_eq!(tried, 8);
}

#[db_test]
async fn strangers_in_the_same_network_cannot_keep_a_known_browser_out(db: TestDb) {
    let town = town(&db).await;
    let office = "198.51.100.5";
    let first = town.sign_in_from(office, &town.agent.email, PASSWORD).await;
    let set: Vec<_> =
        first.headers.get_all(header::SET_COOKIE).iter().map(|set| set.to_str().unwrap()).collect();
    let device = set.iter().find(|set| set.starts_with("balie_device=")).expect("the browser gets a number");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"] {
        assert!(device.contains(part), "{device}");
    }
    let device = device.split(';').next().unwrap();
    let with = async |device: &str, email: &str, password: &str| {
        let mut request = credentials(office, email, password);
        request.headers_mut().insert(header::COOKIE, device.parse().unwrap());
        send(&town.routes, request).await
    };
    // Every leaking drop is taken by the stranger.
    for _ in 0..3 {
        for _ in 0..10 {
            town.sign_in_from(office, &town.agent.email, "a guess").await;
        }
        let elsewhere = town.sign_in_from(office, &town.agent.email, PASSWORD).await;
        assert_eq!(elsewhere.status, StatusCode::TOO_MANY_REQUESTS, "a browser that is not known waits");
        let owner = with(device, &town.agent.email, PASSWORD).await;
        assert_eq!(owner.status, StatusCode::OK, "the owner's browser comes in");
        db.clock.advance(Duration::from_mins(1));
    }
    let invented = format!("balie_device={}", "ab".repeat(32));
    let stranger = with(&invented, &town.agent.email, "a guess").await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED, "the one drop that leaked");
    let stranger = with(&invented, &town.agent.email, "a guess").await;
    assert_eq!(stranger.status, StatusCode::TOO_MANY_REQUESTS, "an invented number is nothing");

    let bas = testing::member(&town.identity, town.organisation, "Bas", &[Role::Agent]).await;
    for _ in 0..8 {
        assert_eq!(with(device, &bas.email, "a guess").await.status, StatusCode::UNAUTHORIZED);
    }
    let guessed = with(device, &bas.email, PASSWORD).await;
    assert_eq!(guessed.status, StatusCode::TOO_MANY_REQUESTS, "it knows Anneke and not Bas");
    for _ in 0..8 {
        assert_eq!(with(device, &town.agent.email, "a guess").await.status, StatusCode::UNAUTHORIZED);
    }
    let stolen = with(device, &town.agent.email, PASSWORD).await;
    assert_eq!(stolen.status, StatusCode::TOO_MANY_REQUESTS, "a known browser has its limit too");

    db.clock.advance(Duration::from_hours(31 * 24));
    town.identity.tidy().await.unwrap();
    let mut conn = db.read_global().await.unwrap();
    let left = sql!(global "SELECT COUNT(*) AS n FROM sign_in_failures");
    assert_eq!(conn.one(left, args![]).await.unwrap().get::<i64>("n").unwrap(), 0, "and is forgotten");
}

#[db_test]
async fn a_network_that_tries_many_addresses_is_slowed_but_its_own_people_come_in(db: TestDb) {
    let town = town(&db).await;
    let office = "198.51.100.5";
    assert_eq!(town.sign_in_from(office, &town.agent.email, PASSWORD).await.status, StatusCode::OK);
    let mut refused = 0;
    for number in 0..220 {
        let answer = town.sign_in_from(office, &format!("guess{number}@example.org"), "x").await;
        refused += i32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(refused, 20);
    let known = town.sign_in_from(office, &town.agent.email, PASSWORD).await;
    assert_eq!(known.status, StatusCode::OK, "who signed in here before is not stopped by others");
}

#[db_test]
async fn failures_are_forgotten_in_time(db: TestDb) {
    let town = town(&db).await;
    town.sign_in("nobody@example.org", "x").await;
    db.clock.advance(Duration::from_hours(24));
    town.identity.tidy().await.unwrap();
    let mut conn = db.read_global().await.unwrap();
    let left = sql!(global "SELECT COUNT(*) AS n FROM sign_in_failures WHERE known_until = 0");
    assert_eq!(conn.one(left, args![]).await.unwrap().get::<i64>("n").unwrap(), 0);
    assert_eq!(town.sessions(&db).await, 0, "and sessions that ended");
}

#[db_test]
async fn signing_in_again_ends_the_session_the_browser_had(db: TestDb) {
    let town = town(&db).await;
    let body = json!({"email": town.agent.email, "password": PASSWORD});
    let again = town.call(Method::POST, "/session", &town.agent.cookie, Some(body)).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_ne!(cookie(&again), town.agent.cookie);
    let old = town.call(Method::GET, "/session", &town.agent.cookie, None).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    assert_eq!(town.sessions(&db).await, 1);
}

#[db_test]
async fn signing_in_is_refused_to_another_site(db: TestDb) {
    let town = town(&db).await;
    let mut foreign = credentials("192.0.2.1", &town.agent.email, PASSWORD);
    foreign.headers_mut().insert(header::ORIGIN, "https://evil.example".parse().unwrap());
    assert_eq!(send(&town.routes, foreign).await.status, StatusCode::FORBIDDEN);
    let mut form = credentials("192.0.2.1", &town.agent.email, PASSWORD);
    form.headers_mut().insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
    assert_eq!(send(&town.routes, form).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[db_test]
async fn signing_out_ends_the_session(db: TestDb) {
    let town = town(&db).await;
    let out = town.call(Method::DELETE, "/session", &town.agent.cookie, None).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    let after = town.call(Method::GET, "/session", &town.agent.cookie, None).await;
    assert_eq!((after.status, after.code()), (StatusCode::UNAUTHORIZED, "sign_in_needed"));
}

#[db_test]
async fn one_sees_and_ends_ones_own_sessions_and_nobody_elses(db: TestDb) {
    let town = town(&db).await;
    db.clock.advance(Duration::from_secs(1));
    let second = testing::sign_in(&town.identity, &town.agent.email).await;
    let stranger = testing::member(&town.identity, town.organisation, "Bas", &[Role::Agent]).await;
    let listed = town.call(Method::GET, "/sessions", &second.cookie, None).await;
    let items = listed.body["items"].as_array().unwrap();
    let ids: Vec<_> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [second.session.to_string(), town.agent.session.to_string()]);
    assert_eq!((&items[0]["current"], &items[1]["current"]), (&json!(true), &json!(false)));
    let other = format!("/sessions/{}", stranger.session);
    assert_eq!(town.call(Method::DELETE, &other, &second.cookie, None).await.status, StatusCode::NOT_FOUND);
    let first = format!("/sessions/{}", town.agent.session);
    assert_eq!(town.call(Method::DELETE, &first, &second.cookie, None).await.status, StatusCode::NO_CONTENT);
    for (member, status) in
        [(&town.agent, StatusCode::UNAUTHORIZED), (&second, StatusCode::OK), (&stranger, StatusCode::OK)]
    {
        assert_eq!(town.call(Method::GET, "/session", &member.cookie, None).await.status, status);
    }
}

#[db_test]
async fn a_new_password_needs_the_old_one_and_ends_other_sessions(db: TestDb) {
    let town = town(&db).await;
    let second = testing::sign_in(&town.identity, &town.agent.email).await;
    let change = async |current: &str, new: &str| {
        let body = json!({"current": current, "new": new});
        town.call(Method::POST, "/session/password", &second.cookie, Some(body)).await
    };
    let wrong = change("not my password", "een heel ander wachtwoord").await;
    assert_eq!(
        (wrong.status, &wrong.body["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("current"))
    );
    let easy = change(PASSWORD, "kort").await;
    assert_eq!(easy.body["fields"][0]["field"], "new");
    assert_eq!(change(PASSWORD, "een heel ander wachtwoord").await.status, StatusCode::NO_CONTENT);
    let first = town.call(Method::GET, "/session", &town.agent.cookie, None).await;
    assert_eq!(first.status, StatusCode::UNAUTHORIZED);
    assert_eq!(town.call(Method::GET, "/session", &second.cookie, None).await.status, StatusCode::OK);
    assert_eq!(town.sign_in(&town.agent.email, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(town.sign_in(&town.agent.email, "een heel ander wachtwoord").await.status, StatusCode::OK);
}

#[db_test]
async fn no_session_outlives_a_change_of_password(db: TestDb) {
    let town = town(&db).await;
    let mine = testing::sign_in(&town.identity, &town.agent.email).await;
    let mut password = PASSWORD.to_owned();
    for round in 0..10 {
        let mut others = Vec::new();
        for _ in 0..4 {
            others.push(cookie(&town.sign_in(&town.agent.email, &password).await));
        }
        let new = format!("een nieuw wachtwoord {round}");
        let body = json!({"current": password, "new": new});
        let change = town.call(Method::POST, "/session/password", &mine.cookie, Some(body));
        let leave = async |cookie: &str| town.call(Method::DELETE, "/session", cookie, None).await;
        let (changed, .., late) = futures::join!(
            change,
            leave(&others[0]),
            leave(&others[1]),
            leave(&others[2]),
            town.sign_in(&town.agent.email, &password)
        );
        assert_eq!(changed.status, StatusCode::NO_CONTENT, "{changed:?}");
        assert!(!late.status.is_server_error(), "{late:?}");
        assert_eq!(town.sessions(&db).await, 1, "only the one that changed the password is left");
        assert_eq!(town.call(Method::GET, "/session", &mine.cookie, None).await.status, StatusCode::OK);
        password = new;
    }
}

#[db_test]
async fn a_change_of_password_ends_sessions_in_other_organisations_too(db: TestDb) {
    let town = town(&db).await;
    let water = testing::organisation(&town.identity, "waterbedrijf").await;
    let person = town.agent.person;
    let place = Place { roles: vec![Role::Agent], ..Place::default() };
    let add =
        async move |tx: &mut db::Tx| actions::add_membership(tx, base::Actor::System, person, place).await;
    db.write(water, add).await.unwrap();
    let mine = testing::sign_in(&town.identity, &town.agent.email).await;
    let to = json!({"organisation_id": water});
    town.call(Method::POST, "/session/organisation", &town.agent.cookie, Some(to)).await;
    let body = json!({"current": PASSWORD, "new": "een heel ander wachtwoord"});
    let changed = town.call(Method::POST, "/session/password", &mine.cookie, Some(body)).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT);
    assert_eq!(town.sessions(&db).await, 1);
    let ended = sql!(
        "SELECT COUNT(*) AS n FROM audit_entries WHERE organisation_id = $1 AND action = 'session.ended'"
    );
    let mut conn = db.read(water).await.unwrap();
    assert_eq!(conn.one(ended, args![water]).await.unwrap().get::<i64>("n").unwrap(), 1, "recorded there");
}

#[db_test]
async fn one_chooses_the_language_of_ones_screen(db: TestDb) {
    let town = town(&db).await;
    let choose = async |language: &str| {
        town.call(Method::PATCH, "/session/person", &town.agent.cookie, Some(json!({"language": language})))
            .await
    };
    assert_eq!(choose("en").await.body["person"]["language"], "en");
    assert_eq!(choose("fr").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let shown = town.call(Method::GET, "/session", &town.agent.cookie, None).await;
    assert_eq!(shown.body["person"]["language"], "en");
}

#[db_test]
async fn who_works_for_two_organisations_switches_under_a_new_cookie(db: TestDb) {
    let town = town(&db).await;
    let water = testing::organisation(&town.identity, "waterbedrijf").await;
    let elsewhere = testing::organisation(&town.identity, "webwinkel").await;
    let person = town.agent.person;
    let place = Place { roles: vec![Role::Administrator], ..Place::default() };
    let add =
        async move |tx: &mut db::Tx| actions::add_membership(tx, base::Actor::System, person, place).await;
    db.write(water, add).await.unwrap();
    let switch = async |cookie: &str, to: OrganisationId| {
        town.call(Method::POST, "/session/organisation", cookie, Some(json!({"organisation_id": to}))).await
    };
    assert_eq!(switch(&town.agent.cookie, elsewhere).await.status, StatusCode::NOT_FOUND);
    let switched = switch(&town.agent.cookie, water).await;
    assert_eq!(switched.status, StatusCode::OK);
    assert_eq!(switched.body["organisation"]["id"], water.to_string());
    assert_eq!(switched.body["membership"]["roles"], json!(["administrator"]));
    assert_eq!(switched.body["organisations"].as_array().unwrap().len(), 2);
    let old = town.call(Method::GET, "/session", &town.agent.cookie, None).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    let new = cookie(&switched);
    assert_eq!(
        town.call(Method::GET, "/members", &new, None).await.status,
        StatusCode::OK,
        "administrator here"
    );
    let back = switch(&new, town.organisation).await;
    let refused = town.call(Method::GET, "/members", &cookie(&back), None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "and not there");
}

#[db_test]
async fn the_host_prefers_its_organisation(db: TestDb) {
    let town = town(&db).await;
    let water = testing::organisation(&town.identity, "waterbedrijf").await;
    let person = town.agent.person;
    let place = Place { roles: vec![Role::Agent], ..Place::default() };
    let add =
        async move |tx: &mut db::Tx| actions::add_membership(tx, base::Actor::System, person, place).await;
    db.write(water, add).await.unwrap();
    let mut request = credentials("192.0.2.1", &town.agent.email, PASSWORD);
    request.headers_mut().insert(header::HOST, "waterbedrijf.example".parse().unwrap());
    request.headers_mut().insert(header::ORIGIN, "https://waterbedrijf.example".parse().unwrap());
    assert_eq!(send(&town.routes, request).await.body["organisation"]["id"], water.to_string());
}

#[db_test]
async fn nothing_readable_about_a_person_stands_in_the_database(db: TestDb) {
    let town = town(&db).await;
    let mut conn = db.read_global().await.unwrap();
    let row = conn
        .one(
            sql!(
                global "SELECT email_index, email_sealed, name_sealed, password_sealed FROM people WHERE id = $1"
            ),
            args![town.agent.person],
        )
        .await
        .unwrap();
    let mut everything = row.get::<String>("email_index").unwrap().into_bytes();
    for column in ["email_sealed", "name_sealed", "password_sealed"] {
        everything.extend(row.get::<Vec<u8>>(column).unwrap());
    }
    for secret in ["anneke", "Anneke", "argon2", "example"] {
        assert!(!everything.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret}");
    }
    let token = town.agent.cookie.strip_prefix("balie_session=").unwrap();
    let token: Vec<u8> =
        (0..32).map(|at| u8::from_str_radix(&token[at * 2..at * 2 + 2], 16).unwrap()).collect();
    let row = conn.one(sql!(global "SELECT token_hash FROM sessions"), args![]).await.unwrap();
    assert_ne!(
        row.get::<Vec<u8>>("token_hash").unwrap(),
        token,
        "the database holds only a hash of the token"
    );
}

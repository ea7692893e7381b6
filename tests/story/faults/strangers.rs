//! Somebody of another organisation guesses every id, over every path of the description.

use super::problem;
use crate::play::{Agent, Program, Screen, Started, Visitor, soon, text};
use db::Engine;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// What Lindedam has, by the first word of the path under which it is found.
type Things = BTreeMap<&'static str, String>;

/// A contact with all that can hang on it.
async fn fill(program: &Program, started: &Started) -> Things {
    let sem = Agent::sign_in(program, "sem.bakker@lindedam.example").await;
    let rachid = Agent::sign_in(program, "rachid.benali@lindedam.example").await;
    sem.go_ready().await;
    sem.accept_next().await;
    let contact = started.contact.clone();
    let customer = json!({ "new": { "kind": "person", "name": "Fatma", "language": "nl", "handles": [] } });
    let linked = sem.act(Method::PUT, &format!("/contacts/{contact}/customer"), customer).await;
    let case = json!({ "new": { "subject": "Container" } });
    let with_case = sem.act(Method::PUT, &format!("/contacts/{contact}/case"), case).await;
    let task = json!({ "kind": "call_back", "text": "Bellen", "contact_id": contact });
    let task = sem.act(Method::POST, "/tasks", task).await;
    let file: Value = sem.upload(&contact, "a.txt", b"abc").await.json().await.unwrap();
    let mut things = Things::from([
        ("contacts", contact),
        ("customers", text(&linked, "/customer/id").to_owned()),
        ("cases", text(&with_case, "/case/id").to_owned()),
        ("tasks", text(&task, "/id").to_owned()),
        ("attachments", text(&file, "/id").to_owned()),
    ]);
    for (name, path) in [
        ("members", "/members"),
        ("sites", "/sites"),
        ("teams", "/teams"),
        ("skills", "/skills"),
        ("queues", "/queues/setup"),
        ("entry-points", "/entry-points"),
        ("widgets", "/widgets"),
        ("activities", "/activities"),
        ("audit", "/audit"),
        ("sessions", "/sessions"),
    ] {
        things.insert(name, text(&rachid.get(path).await, "/items/0/id").to_owned());
    }
    // An offer that is open now.
    Started::ask(program, "Nog iets").await;
    let offer = loop {
        let work = sem.get("/work").await;
        if let Some(offer) = work.pointer("/offers/0/id").and_then(Value::as_str) {
            break offer.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    things.insert("offers", offer);
    things
}

/// A body that would do, so that only the id can be what is refused.
fn body(method: &str, path: &str) -> Value {
    match (method, path) {
        ("patch", "/activities/{id}") => json!({ "active": false }),
        ("patch", "/cases/{id}" | "/customers/{id}") => json!({ "version": 1 }),
        ("put", "/contacts/{id}/case") => json!({ "new": { "subject": "Van mij" } }),
        ("put", "/contacts/{id}/customer") => json!({ "new": { "kind": "person", "language": "nl" } }),
        ("post", "/contacts/{id}/messages" | "/contacts/{id}/notes") => {
            json!({ "text": "Hoi", "client_ref": "x1" })
        }
        ("post", "/contacts/{id}/read") => json!({ "seq": 1 }),
        ("put", "/members/{id}/routing") => json!({ "skills": {}, "serves": {} }),
        ("patch", "/members/{id}") => json!({ "roles": ["agent"] }),
        ("put", "/queues/setup/{id}" | "/skills/{id}") => json!({ "name": "Van mij", "version": 1 }),
        ("patch", "/sites/{id}" | "/teams/{id}" | "/widgets/{id}") => json!({ "name": "Van mij" }),
        ("patch", "/tasks/{id}") => json!({ "state": "done" }),
        _ => json!({}),
    }
}

/// Every operation about one thing of an organisation: method, path.
fn operations(described: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, operations) in described["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/api/v1").filter(|path| path.contains("{id}")) else { continue };
        for (method, operation) in operations.as_object().unwrap() {
            if operation["x-permission"] != "public" {
                found.push((method.clone(), path.to_owned()));
            }
        }
    }
    found
}

async fn guessing(engine: Engine) {
    let program = Program::start(engine).await;
    let started = Started::ask(&program, "Waar is mijn container?").await;
    let mut visitor = Visitor::connect(&program, started.clone(), 0).await.unwrap();
    let things = fill(&program, &started).await;
    let strangers = [
        Agent::sign_in(&program, "hamza.ozdemir@pedaalrijk.example").await,
        Agent::sign_in(&program, "loes.kramer@pedaalrijk.example").await,
    ];
    let reason = strangers[0].get("/reasons").await;
    let queue = strangers[1].get("/queues/setup").await;
    let operations = operations(&strangers[0].get("/openapi.json").await);
    assert!(operations.len() > 35, "the operations are found: {}", operations.len());
    for (method, path) in &operations {
        let name = path.split('/').nth(1).unwrap();
        let id = things
            .get(name)
            .unwrap_or_else(|| panic!("{path}: the story does not know a thing of this kind"));
        let said = match path.as_str() {
            "/contacts/{id}/wrap-up" => json!({ "reason_id": text(&reason, "/items/0/id") }),
            "/contacts/{id}/transfer" => json!({ "queue_id": text(&queue, "/items/0/id") }),
            "/entry-points/{id}" => {
                json!({ "name": "Van mij", "queue_id": text(&queue, "/items/0/id"), "version": 1 })
            }
            path => body(method, path),
        };
        let call = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let with_body = (call != Method::GET && call != Method::DELETE).then_some(said);
        let mut hidden = false;
        for stranger in &strangers {
            let answer = stranger.call(call.clone(), &path.replace("{id}", id), with_body.clone()).await;
            let status = answer.status().as_u16();
            assert!(
                [403, 404].contains(&status),
                "{method} {path}: {status} {}",
                answer.text().await.unwrap()
            );
            hidden |= status == 404;
        }
        assert!(hidden, "{method} {path}: somebody who has the permission finds nothing there");
    }

    references_from_outside(&strangers[0], &things).await;
    let mut screen = Screen::connect(&program, &strangers[0]).await.unwrap();
    screen.send(&json!({ "type": "watch", "contact_id": started.contact })).await.unwrap();
    screen.send(&json!({ "type": "typing", "contact_id": started.contact, "typing": true })).await.unwrap();
    visitor.say_surely("v1", "Hallo?").await.unwrap();
    screen.send(&json!({ "type": "ping" })).await.unwrap();
    let frame =
        screen.hear_when("anything", |frame| frame["type"] == "pong" || frame["kind"] == "entry").await;
    assert_eq!(frame.unwrap()["type"], "pong");
    assert_eq!(visitor.entries.values().filter(|entry| entry["text"] == "Hoi").count(), 0);

    // The ids are right: whoever belongs there sees what the others do not.
    let rachid = Agent::sign_in(&program, "rachid.benali@lindedam.example").await;
    let marjolein = Agent::sign_in(&program, "marjolein.vos@lindedam.example").await;
    for (_, path) in operations.iter().filter(|(method, _)| method == "get") {
        let path = path.replace("{id}", &things[path.split('/').nth(1).unwrap()]);
        // A line of the record has no proof until it is sealed, within seconds.
        soon(&format!("{path} is there for its own organisation"), async {
            loop {
                for own in [&rachid, &marjolein] {
                    if own.call(Method::GET, &path, None).await.status().is_success() {
                        return;
                    }
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        })
        .await;
    }
}

/// Ids of another organisation inside a body.
async fn references_from_outside(stranger: &Agent, things: &Things) {
    let own = json!({ "kind": "person", "language": "nl", "name": "Iemand", "handles": [] });
    let own = stranger.act(Method::POST, "/customers", own).await;
    let own_case = json!({ "subject": "Fiets", "customer_id": text(&own, "/id") });
    let own_case = stranger.act(Method::POST, "/cases", own_case).await;
    let case = format!("/cases/{}", text(&own_case, "/id"));
    for (method, path, body) in [
        (Method::POST, "/cases", json!({ "subject": "x", "customer_id": things["customers"] })),
        (Method::POST, "/cases", json!({ "subject": "x", "contact_id": things["contacts"] })),
        (
            Method::POST,
            "/tasks",
            json!({ "kind": "call_back", "text": "x", "contact_id": things["contacts"] }),
        ),
        (Method::POST, "/tasks", json!({ "kind": "call_back", "text": "x", "case_id": things["cases"] })),
        (
            Method::POST,
            "/tasks",
            json!({ "kind": "call_back", "text": "x", "case_id": text(&own_case, "/id"), "team_id": things["teams"] }),
        ),
        (
            Method::POST,
            "/tasks",
            json!({ "kind": "call_back", "text": "x", "case_id": text(&own_case, "/id"), "agent_id": things["members"] }),
        ),
        (
            Method::PATCH,
            case.as_str(),
            json!({ "version": own_case["version"], "customer_id": things["customers"] }),
        ),
    ] {
        let answer = stranger.call(method, path, Some(body.clone())).await;
        let status = answer.status().as_u16();
        assert!([404, 422].contains(&status), "{path} {body}: {status} {}", answer.text().await.unwrap());
    }
    problem(stranger.upload(&things["contacts"], "a.txt", b"abc").await, 404, "not_found").await;
    for path in ["contacts?customer", "contacts?case", "tasks?case", "cases?customer"] {
        let kind = if path.ends_with("customer") { "customers" } else { "cases" };
        let answer = stranger.call(Method::GET, &format!("/{path}={}", things[kind]), None).await;
        let status = answer.status().as_u16();
        let found: Value = answer.json().await.unwrap();
        let nothing = found["items"].as_array().is_none_or(Vec::is_empty);
        assert!(nothing && [200, 404, 422].contains(&status), "{path}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organisation_finds_nothing_under_any_path_on_sqlite() {
    guessing(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organisation_finds_nothing_under_any_path_on_postgres() {
    guessing(Engine::Postgres).await;
}

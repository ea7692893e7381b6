//! Another organisation cannot see, guess or change a row of any table.

use crate::house::House;
use base::{ContactId, ErrorCode};
use contact::actions::{self, NewEntry};
use contact::model::{Author, EventCode, UnassignReason};
use db::testing::TestDb;
use db::{args, db_test, sql};
use serde_json::{Value, json};

/// One of everything, as ids.
struct Ours {
    contact: ContactId,
    customer: String,
    case: String,
    task: String,
    file: String,
    reason: String,
}

async fn fill(house: &House) -> Ours {
    let contact = house.received_by(&house.anna).await;
    house.says(contact, "van ons").await;
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let new = json!({"new": {"kind": "person", "name": "Fatma", "language": "nl",
                             "handles": [{"kind": "email", "value": "fatma@example.org"}]}});
    let shown = house.ok(&house.anna, "PUT", &format!("/contacts/{contact}/customer"), Some(new)).await;
    let customer = id(&shown["customer"]);
    let shown = house
        .ok(&house.anna, "PUT", &format!("/contacts/{contact}/case"), Some(json!({"new": {"subject": "A"}})))
        .await;
    let case = id(&shown["case"]);
    let task = json!({"kind": "follow_up", "text": "Bel terug", "contact_id": contact});
    let task = id(&house.ok(&house.anna, "POST", "/tasks", Some(task)).await);
    let file = id(&house.upload(&house.anna, contact, "a.txt", b"hallo").await.body);
    let reason = house.write(async |tx| actions::set_reason(tx, "waste", "Afval", true).await).await.unwrap();
    Ours { contact, customer, case, task, file, reason: reason.to_string() }
}

/// All rows of all tables of this room, as counts and versions that any change would move.
async fn snapshot(house: &House) -> Vec<String> {
    let mut conn = house.db.read(house.organisation).await.unwrap();
    let organisation = house.organisation;
    let mut all = Vec::new();
    macro_rules! table {
        ($text:literal) => {
            for row in conn.all(sql!($text), args![organisation]).await.unwrap() {
                all.push(row.get::<String>("line").unwrap());
            }
        };
    }
    table!(
        "SELECT id || state || CAST(turn AS TEXT) || COALESCE(customer_id, '') || COALESCE(case_id, '') || COALESCE(queue_id, '') || CAST(last_seq AS TEXT) || CAST(read_by_agent AS TEXT) AS line FROM contacts WHERE organisation_id = $1 ORDER BY id"
    );
    table!(
        "SELECT id || CAST(version AS TEXT) AS line FROM customers WHERE organisation_id = $1 ORDER BY id"
    );
    table!("SELECT id || value_blind AS line FROM customer_handles WHERE organisation_id = $1 ORDER BY id");
    table!(
        "SELECT word_blind || customer_id AS line FROM customer_words WHERE organisation_id = $1 ORDER BY word_blind"
    );
    table!(
        "SELECT id || CAST(version AS TEXT) || state AS line FROM cases WHERE organisation_id = $1 ORDER BY id"
    );
    table!(
        "SELECT CAST(year AS TEXT) || CAST(last AS TEXT) AS line FROM case_numbers WHERE organisation_id = $1"
    );
    table!(
        "SELECT id || state || COALESCE(agent_id, '') AS line FROM tasks WHERE organisation_id = $1 ORDER BY id"
    );
    table!("SELECT id || CAST(seq AS TEXT) AS line FROM entries WHERE organisation_id = $1 ORDER BY id");
    table!(
        "SELECT id || COALESCE(CAST(seq AS TEXT), '') AS line FROM attachments WHERE organisation_id = $1 ORDER BY id"
    );
    table!("SELECT id || label AS line FROM reasons WHERE organisation_id = $1 ORDER BY id");
    all
}

#[db_test]
async fn every_address_is_not_found_for_a_stranger(db: TestDb) {
    let house = House::new(db).await;
    let ours = fill(&house).await;
    let before = snapshot(&house).await;
    let stranger = house.stranger().await;
    let Ours { contact, customer, case, task, file, reason } = &ours;
    let body = |value: Value| Some(value);
    let calls = [
        ("GET", format!("/contacts/{contact}"), None),
        ("GET", format!("/contacts/{contact}/entries"), None),
        ("POST", format!("/contacts/{contact}/messages"), body(json!({"text": "x", "client_ref": "a"}))),
        ("POST", format!("/contacts/{contact}/notes"), body(json!({"text": "x", "client_ref": "a"}))),
        ("POST", format!("/contacts/{contact}/read"), body(json!({"seq": 1}))),
        ("POST", format!("/contacts/{contact}/end"), None),
        ("POST", format!("/contacts/{contact}/wrap-up"), body(json!({"reason_id": reason, "note": "x"}))),
        ("POST", format!("/contacts/{contact}/wrap-up"), body(json!({"reason_id": reason, "note": null}))),
        ("PUT", format!("/contacts/{contact}/customer"), body(json!({"customer_id": customer}))),
        (
            "PUT",
            format!("/contacts/{contact}/customer"),
            body(json!({"new": {"kind": "person", "language": "nl"}})),
        ),
        ("DELETE", format!("/contacts/{contact}/customer"), None),
        ("PUT", format!("/contacts/{contact}/case"), body(json!({"case_id": case}))),
        ("PUT", format!("/contacts/{contact}/case"), body(json!({"new": {"subject": "x"}}))),
        ("DELETE", format!("/contacts/{contact}/case"), None),
        ("GET", format!("/customers/{customer}"), None),
        ("PATCH", format!("/customers/{customer}"), body(json!({"version": 1, "name": "x"}))),
        ("PATCH", format!("/customers/{customer}"), body(json!({"version": 1, "restricted": true}))),
        ("GET", format!("/customers/{customer}/timeline"), None),
        ("GET", format!("/customers/{customer}/contacts"), None),
        ("GET", format!("/cases/{case}"), None),
        ("PATCH", format!("/cases/{case}"), body(json!({"version": 1, "state": "closed"}))),
        ("POST", "/cases".into(), body(json!({"subject": "x", "customer_id": customer}))),
        ("POST", "/cases".into(), body(json!({"subject": "x", "contact_id": contact}))),
        ("POST", "/tasks".into(), body(json!({"kind": "follow_up", "text": "x", "contact_id": contact}))),
        ("POST", "/tasks".into(), body(json!({"kind": "follow_up", "text": "x", "case_id": case}))),
        ("PATCH", format!("/tasks/{task}"), body(json!({"state": "done"}))),
        ("PATCH", format!("/tasks/{task}"), body(json!({"text": "x"}))),
        ("GET", format!("/attachments/{file}"), None),
    ];
    for (method, path, body) in calls {
        let answered = house.call(&stranger, method, &path, body).await;
        assert_eq!(answered.code(), "not_found", "{method} {path}: {} {}", answered.status, answered.body);
    }
    let upload = house.upload(&stranger, *contact, "a.txt", b"x").await;
    assert_eq!(upload.code(), "not_found");
    assert_eq!(snapshot(&house).await, before, "nothing moved");
}

#[db_test]
async fn lists_and_searches_of_a_stranger_are_empty(db: TestDb) {
    let house = House::new(db).await;
    let ours = fill(&house).await;
    let stranger = house.stranger().await;
    let agent = house.anna.membership;
    for path in [
        "/contacts".to_owned(),
        format!("/contacts?agent={agent}&state=assigned"),
        format!("/contacts?customer={}", ours.customer),
        format!("/contacts?case={}", ours.case),
        "/cases".into(),
        format!("/cases?customer={}", ours.customer),
        "/tasks".into(),
        format!("/tasks?contact={}", ours.contact),
        format!("/tasks?case={}", ours.case),
        "/reasons".into(),
    ] {
        assert_eq!(house.ok(&stranger, "GET", &path, None).await["items"], json!([]), "{path}");
    }
    for text in ["fatma@example.org", "Fatma"] {
        let found = house.ok(&stranger, "POST", "/customers/search", Some(json!({"text": text}))).await;
        assert_eq!(found["items"], json!([]));
        let found = house.ok(&house.anna, "POST", "/customers/search", Some(json!({"text": text}))).await;
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{text}");
    }
}

#[db_test]
async fn ids_of_ours_are_no_use_in_things_of_their_own(db: TestDb) {
    let house = House::new(db).await;
    let ours = fill(&house).await;
    let before = snapshot(&house).await;
    let stranger = house.stranger().await;
    let theirs = house.receive_in(stranger.organisation).await;
    let not_theirs = [
        ("PUT", format!("/contacts/{theirs}/customer"), json!({"customer_id": ours.customer})),
        ("PUT", format!("/contacts/{theirs}/case"), json!({"case_id": ours.case})),
    ];
    for (method, path, body) in not_theirs {
        assert_eq!(house.call(&stranger, method, &path, Some(body)).await.code(), "not_found", "{path}");
    }
    // The team lead of the other organisation records their own contact with a reason of ours.
    let membership = stranger.membership;
    let assign = async move |tx: &mut db::Tx| {
        let actor = base::Actor::Member(membership);
        actions::assign(tx, actor, theirs, membership).await.map(drop)
    };
    house.db.write(stranger.organisation, assign).await.unwrap();
    let stolen = json!({"text": "kijk", "client_ref": "a", "attachments": [ours.file]});
    let answered = house.call(&stranger, "POST", &format!("/contacts/{theirs}/messages"), Some(stolen)).await;
    assert_eq!(answered.code(), "invalid", "{}", answered.body);
    let task =
        json!({"kind": "follow_up", "text": "x", "contact_id": theirs, "agent_id": house.anna.membership});
    assert_eq!(house.call(&stranger, "POST", "/tasks", Some(task)).await.code(), "invalid");
    house.ok(&stranger, "POST", &format!("/contacts/{theirs}/end"), None).await;
    let wrap_up = json!({"reason_id": ours.reason});
    let answered = house.call(&stranger, "POST", &format!("/contacts/{theirs}/wrap-up"), Some(wrap_up)).await;
    assert_eq!(answered.code(), "invalid");
    assert_eq!(snapshot(&house).await, before);
}

#[db_test]
async fn actions_in_the_transaction_of_a_stranger_find_nothing(db: TestDb) {
    let house = House::new(db).await;
    let ours = fill(&house).await;
    let before = snapshot(&house).await;
    let stranger = house.stranger().await;
    let (contact, member, other) = (ours.contact, stranger.membership, stranger.organisation);
    let actor = base::Actor::Member(member);
    let customer = ours.customer.parse().unwrap();
    let queue = house.db.env().new_id();
    macro_rules! refused {
        ($action:expr) => {
            let refused = house.db.write(other, $action).await.unwrap_err();
            assert_eq!(refused.code(), ErrorCode::NotFound);
        };
    }
    refused!(async move |tx: &mut db::Tx| actions::assign(tx, actor, contact, member).await.map(drop));
    refused!(async move |tx: &mut db::Tx| {
        actions::unassign(tx, actor, contact, UnassignReason::Requeued).await.map(drop)
    });
    refused!(async move |tx: &mut db::Tx| actions::end(tx, actor, contact).await.map(drop));
    refused!(async move |tx: &mut db::Tx| actions::close(tx, actor, contact).await.map(drop));
    refused!(async move |tx: &mut db::Tx| actions::set_queue(tx, contact, queue, "x").await);
    refused!(async move |tx: &mut db::Tx| {
        let event = NewEntry::event(contact, Author::System, EventCode::Queued, [] as [(&str, &str); 0]);
        actions::append(tx, event).await.map(drop)
    });
    refused!(async move |tx: &mut db::Tx| actions::erase_customer(tx, actor, customer).await);
    refused!(async move |tx: &mut db::Tx| actions::erase_contact(tx, actor, contact).await);
    assert_eq!(snapshot(&house).await, before);
    let mut conn = house.db.read(other).await.unwrap();
    assert!(contact::facts::contact(&mut conn, contact).await.unwrap().is_none());
    assert!(contact::facts::life(&mut conn, contact).await.unwrap().is_none());
}

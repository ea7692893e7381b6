//! The desk's day over HTTP: one story per thing that a screen does, and what bad input meets.

use crate::house::House;
use base::Actor;
use contact::actions;
use db::db_test;
use db::testing::TestDb;
use serde_json::{Value, json};
use std::time::Duration;

#[db_test]
async fn a_contact_from_first_word_to_wrap_up(db: TestDb) {
    let house = House::new(db).await;
    let anna = &house.anna;
    let contact = house.received_by(anna).await;
    house.says(contact, "Mijn container is niet geleegd").await;
    let queue = house.db.env().new_id();
    house
        .write(async move |tx| actions::set_queue(tx, contact, queue, "Afval en milieu").await)
        .await
        .unwrap();

    let shown = house.ok(anna, "GET", &format!("/contacts/{contact}"), None).await;
    assert_eq!(shown["state"], "assigned");
    assert_eq!(shown["agent"]["name"], "Anna");
    assert_eq!(shown["queue"], json!({"id": queue, "name": "Afval en milieu"}));
    assert_eq!((&shown["subject"], &shown["customer"]), (&json!("Afval"), &json!(null)));
    assert_eq!(shown["last_entry"]["preview"], "Mijn container is niet geleegd");

    let send = json!({"text": "Ik kijk het na.", "client_ref": "r1"});
    let sent = house.ok(anna, "POST", &format!("/contacts/{contact}/messages"), Some(send.clone())).await;
    assert_eq!((&sent["seq"], &sent["author"]["name"]), (&json!(2), &json!("Anna")));
    let again = house.ok(anna, "POST", &format!("/contacts/{contact}/messages"), Some(send)).await;
    assert_eq!(again, sent);
    let read = house.call(anna, "POST", &format!("/contacts/{contact}/read"), Some(json!({"seq": 2}))).await;
    assert_eq!(read.status, 204);

    let bram_ends = house.call(&house.bram, "POST", &format!("/contacts/{contact}/end"), None).await;
    assert_eq!(bram_ends.code(), "conflict");
    let early = json!({"reason_id": house.db.env().new_id::<base::ReasonId>(), "note": null});
    let early = house.call(anna, "POST", &format!("/contacts/{contact}/wrap-up"), Some(early)).await;
    assert!(!early.status.is_success());
    let ended = house.ok(anna, "POST", &format!("/contacts/{contact}/end"), None).await;
    assert_eq!((&ended["state"], &ended["ended_by"]), (&json!("wrapping_up"), &json!("agent")));
    assert_eq!(house.call(anna, "POST", &format!("/contacts/{contact}/end"), None).await.code(), "conflict");

    let reason = house.write(async |tx| actions::set_reason(tx, "waste", "Afval", true).await).await.unwrap();
    let reasons = house.ok(anna, "GET", "/reasons", None).await;
    assert_eq!(reasons["items"], json!([{"id": reason, "code": "waste", "label": "Afval"}]));
    let wrap_up = json!({"reason_id": reason, "note": "Buitendienst gebeld"});
    let closed = house.ok(anna, "POST", &format!("/contacts/{contact}/wrap-up"), Some(wrap_up.clone())).await;
    assert_eq!((&closed["state"], &closed["closing"]), (&json!("closed"), &json!("handled")));
    assert_eq!(closed["last_entry"]["preview"], "Buitendienst gebeld");
    let twice = house.call(anna, "POST", &format!("/contacts/{contact}/wrap-up"), Some(wrap_up)).await;
    assert_eq!(twice.code(), "conflict");
    let entries = house.ok(anna, "GET", &format!("/contacts/{contact}/entries"), None).await;
    assert_eq!(entries["last_seq"], 4, "a refused wrap-up leaves no note");
}

#[db_test]
async fn a_team_lead_ends_and_records_what_an_agent_left_behind(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let lead = house.lead().await;
    house.ok(&lead, "POST", &format!("/contacts/{contact}/end"), None).await;
    let reason =
        house.write(async |tx| actions::set_reason(tx, "other", "Overig", true).await).await.unwrap();
    let body = json!({"reason_id": reason});
    let closed = house.ok(&lead, "POST", &format!("/contacts/{contact}/wrap-up"), Some(body)).await;
    assert_eq!(closed["agent"]["name"], "Anna");
}

#[db_test]
async fn contacts_are_listed_page_by_page_by_any_filter(db: TestDb) {
    let house = House::new(db).await;
    let anna = &house.anna;
    let queue = house.db.env().new_id::<base::QueueId>();
    let mut all = Vec::new();
    for number in 0..25 {
        // Several in the same microsecond, so that the id has to decide.
        if number % 3 == 0 {
            house.db.clock.advance(Duration::from_micros(1));
        }
        let contact = house.receive().await;
        if number % 2 == 0 {
            house.assign(contact, anna.membership).await.unwrap();
        }
        if number % 5 == 0 {
            house.write(async move |tx| actions::set_queue(tx, contact, queue, "Afval").await).await.unwrap();
        }
        all.push(contact.to_string());
    }
    let pages = async |filter: &str| {
        let (mut ids, mut after) = (Vec::new(), String::new());
        loop {
            let page = house.ok(anna, "GET", &format!("/contacts?limit=4{filter}{after}"), None).await;
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 4);
            ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return ids,
            }
        }
    };
    let mut everything = pages("").await;
    everything.sort();
    let mut expected = all.clone();
    expected.sort();
    assert_eq!(everything, expected, "each once");
    let member = anna.membership;
    for (filter, count) in [
        (format!("&agent={member}"), 13),
        (format!("&agent={member}&state=assigned"), 13),
        (format!("&agent={member}&state=closed"), 0),
        ("&state=waiting".into(), 12),
        (format!("&queue={queue}"), 5),
        (format!("&queue={queue}&state=waiting"), 2),
        (format!("&queue={queue}&agent={member}"), 3),
    ] {
        assert_eq!(pages(&filter).await.len(), count, "{filter}");
    }
    let wrong = house.call(anna, "GET", "/contacts?after=00zz", None).await;
    assert_eq!(wrong.body["fields"][0]["field"], "after");
    let wrong = house.call(anna, "GET", "/contacts?state=sleeping", None).await;
    assert_eq!(wrong.code(), "invalid");
}

fn fatma() -> Value {
    json!({"kind": "person", "name": "Fatma de Vries", "language": "nl", "handles": [
        {"kind": "email", "value": " Fatma@Example.org "}, {"kind": "phone", "value": "06 12 34 56 78"}]})
}

#[db_test]
async fn a_customer_is_made_found_and_changed(db: TestDb) {
    let house = House::new(db).await;
    let anna = &house.anna;
    let made = house.ok(anna, "POST", "/customers", Some(fatma())).await;
    let handle = |kind: &str| {
        made["handles"].as_array().unwrap().iter().find(|handle| handle["kind"] == kind).unwrap()
    };
    assert_eq!(handle("email")["value"], "Fatma@Example.org");
    for text in ["fatma@example.org", "0031612345678", "vries fatma", "FATMA"] {
        let found = house.ok(anna, "POST", "/customers/search", Some(json!({"text": text}))).await;
        assert_eq!(found["items"], json!([made]), "{text}");
    }
    for text in ["fat", "fatma jansen", "0612345679"] {
        let found = house.ok(anna, "POST", "/customers/search", Some(json!({"text": text}))).await;
        assert_eq!(found["items"], json!([]), "{text}");
    }
    let path = format!("/customers/{}", made["id"].as_str().unwrap());
    let handles = json!([{"kind": "phone", "value": "+31612345678"}]);
    let patch = json!({"version": 1, "name": "Fatma Yilmaz", "handles": handles});
    let changed = house.ok(anna, "PATCH", &path, Some(patch.clone())).await;
    assert_eq!((&changed["version"], &changed["name"]), (&json!(2), &json!("Fatma Yilmaz")));
    assert_eq!(changed["handles"][0]["id"], handle("phone")["id"], "the same number keeps its id");
    let late = house.call(anna, "PATCH", &path, Some(patch)).await;
    assert_eq!(late.code(), "conflict");
    assert!(late.body["detail"].as_str().unwrap().contains("Load it again"));
    assert_eq!(house.ok(anna, "GET", &path, None).await, changed);
    let old_name = house.ok(anna, "POST", "/customers/search", Some(json!({"text": "vries"}))).await;
    assert_eq!(old_name["items"], json!([]), "the old name no longer finds them");
}

#[db_test]
async fn a_request_that_is_sent_again_makes_one_thing(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.receive().await;
    let make = async |path: &str, body: Value, key: &str| {
        let path = format!("/api/v1{path}");
        let method = if path.ends_with("customer") { "PUT" } else { "POST" };
        let mut request =
            identity::testing::request(method.parse().unwrap(), &path, Some(&house.anna.cookie), Some(&body));
        request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        identity::testing::send(&house.routes, request).await
    };
    let link = format!("/contacts/{contact}/customer");
    let linked = (link.as_str(), json!({"new": fatma()}));
    for (path, body) in [
        linked,
        ("/customers", fatma()),
        ("/cases", json!({"subject": "Container", "contact_id": contact})),
        ("/tasks", json!({"kind": "call_back", "text": "Bel", "contact_id": contact})),
    ] {
        let first = make(path, body.clone(), path).await;
        assert!(first.status.is_success(), "{}", first.body);
        let second = make(path, body.clone(), path).await;
        assert_eq!((second.status, &second.body), (first.status, &first.body), "{path}");
        let other = make(path, json!({"kind": "person", "language": "en"}), path).await;
        assert!(!other.status.is_success(), "{path}");
    }
    let found = house.ok(&house.anna, "POST", "/customers/search", Some(json!({"text": "fatma"}))).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    assert_eq!(house.ok(&house.anna, "GET", "/cases", None).await["items"].as_array().unwrap().len(), 1);
    assert_eq!(house.ok(&house.anna, "GET", "/tasks", None).await["items"].as_array().unwrap().len(), 1);
}

#[db_test]
async fn a_case_ties_contacts_together_and_follows_its_customer(db: TestDb) {
    let house = House::new(db).await;
    let anna = &house.anna;
    let (first, second) = (house.receive().await, house.receive().await);
    let case = json!({"subject": "Container kwijt", "contact_id": first});
    let case = house.ok(anna, "POST", "/cases", Some(case)).await;
    assert_eq!((&case["number"], &case["contacts"]), (&json!("2026-00001"), &json!(1)));
    let path = format!("/cases/{}", case["id"].as_str().unwrap());
    house.ok(anna, "PUT", &format!("/contacts/{second}/case"), Some(json!({"case_id": case["id"]}))).await;
    let linked =
        house.ok(anna, "PUT", &format!("/contacts/{first}/customer"), Some(json!({"new": fatma()}))).await;
    let shown = house.ok(anna, "GET", &path, None).await;
    assert_eq!((&shown["customer_id"], &shown["contacts"]), (&linked["customer"]["id"], &json!(2)));
    let list = format!("/contacts?case={}", case["id"].as_str().unwrap());
    assert_eq!(house.ok(anna, "GET", &list, None).await["items"].as_array().unwrap().len(), 2);

    let close = json!({"version": shown["version"], "state": "closed", "subject": "Container terug"});
    let closed = house.ok(anna, "PATCH", &path, Some(close.clone())).await;
    assert_eq!((&closed["state"], &closed["subject"]), (&json!("closed"), &json!("Container terug")));
    assert!(closed["closed_at"].is_string());
    assert_eq!(house.call(anna, "PATCH", &path, Some(close)).await.code(), "conflict");
    let unlinked = house.ok(anna, "DELETE", &format!("/contacts/{second}/case"), None).await;
    assert_eq!(unlinked["case"], json!(null));
    let next = json!({"subject": "Iets anders", "customer_id": linked["customer"]["id"]});
    assert_eq!(house.ok(anna, "POST", "/cases", Some(next)).await["number"], "2026-00002");
    for (query, count) in [("", 2), ("?state=open", 1), ("?state=closed&limit=1", 1)] {
        let cases = house.ok(anna, "GET", &format!("/cases{query}"), None).await;
        assert_eq!(cases["items"].as_array().unwrap().len(), count, "{query}");
    }
    let nobodys = house.call(anna, "POST", "/cases", Some(json!({"subject": "x"}))).await;
    assert_eq!(nobodys.body["fields"][0]["field"], "customer_id");
}

#[db_test]
async fn tasks_come_by_their_deadline(db: TestDb) {
    let house = House::new(db).await;
    let anna = &house.anna;
    let contact = house.receive().await;
    let make = async |text: &str, due: Option<&str>| {
        let task = json!({"kind": "call_back", "text": text, "contact_id": contact, "due_at": due,
                          "agent_id": anna.membership});
        house.ok(anna, "POST", "/tasks", Some(task)).await
    };
    make("ooit", None).await;
    make("later", Some("2026-11-04T10:00:00Z")).await;
    let first = make("eerst", Some("2026-11-03T09:00:00+01:00")).await;
    assert_eq!((&first["agent"]["name"], &first["due_at"]), (&json!("Anna"), &json!("2026-11-03T08:00:00Z")));
    let list = async |query: &str| {
        let (mut texts, mut after) = (Vec::new(), String::new());
        loop {
            let page = house.ok(anna, "GET", &format!("/tasks?limit=1{query}{after}"), None).await;
            texts.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|task| task["text"].as_str().unwrap().to_owned()),
            );
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return texts,
            }
        }
    };
    assert_eq!(list("").await, ["eerst", "later", "ooit"]);
    assert_eq!(list(&format!("&agent={}", anna.membership)).await.len(), 3);
    assert_eq!(list(&format!("&contact={contact}")).await.len(), 3);
    let path = format!("/tasks/{}", first["id"].as_str().unwrap());
    let handed = json!({"agent_id": null, "due_at": null, "text": "eerst, rustig aan"});
    let changed = house.ok(anna, "PATCH", &path, Some(handed)).await;
    assert_eq!((&changed["agent"], &changed["due_at"]), (&json!(null), &json!(null)));
    let done = house.ok(anna, "PATCH", &path, Some(json!({"state": "done"}))).await;
    assert!(done["done_at"].is_string());
    assert_eq!(list("").await, ["later", "ooit"]);
    assert_eq!(list("&state=done").await, ["eerst, rustig aan"]);
}

#[db_test]
async fn one_timeline_shows_all_contacts_of_a_customer(db: TestDb) {
    let house = House::new(db).await;
    let anna = &house.anna;
    let customer = house.ok(anna, "POST", "/customers", Some(fatma())).await["id"].clone();
    for contact in 0..3 {
        house.db.clock.advance(Duration::from_mins(1));
        let id = house.receive().await;
        house
            .ok(anna, "PUT", &format!("/contacts/{id}/customer"), Some(json!({"customer_id": customer})))
            .await;
        for entry in 0..4 {
            house.says(id, &format!("{contact}.{entry}")).await;
        }
    }
    let (mut texts, mut after) = (Vec::new(), String::new());
    let path = format!("/customers/{}", customer.as_str().unwrap());
    loop {
        let page = house.ok(anna, "GET", &format!("{path}/timeline?limit=5{after}"), None).await;
        for item in page["items"].as_array().unwrap() {
            texts.push(item["text"].as_str().unwrap().to_owned());
            assert_eq!(item["contact"]["id"], item["contact_id"]);
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let expected: Vec<String> = (0..3)
        .rev()
        .flat_map(|contact| (0..4).rev().map(move |entry| format!("{contact}.{entry}")))
        .collect();
    assert_eq!(texts, expected);
    let contacts = house.ok(anna, "GET", &format!("{path}/contacts"), None).await;
    assert_eq!(contacts["items"].as_array().unwrap().len(), 3);
}

#[db_test]
async fn bad_input_meets_a_clear_error(db: TestDb) {
    let house = House::new(db).await;
    let anna = &house.anna;
    let contact = house.received_by(anna).await;
    let messages = format!("/contacts/{contact}/messages");
    let wrong = |field: &'static str, body: Value| (field, body);
    for (field, body) in [
        wrong("text", json!({"text": " ", "client_ref": "a"})),
        wrong("text", json!({"text": "x".repeat(4001), "client_ref": "a"})),
        wrong("text", json!({"text": "a\u{0}b", "client_ref": "a"})),
        wrong("client_ref", json!({"text": "a", "client_ref": ""})),
        wrong("client_ref", json!({"text": "a", "client_ref": "é"})),
        wrong("attachments[0]", json!({"text": "a", "client_ref": "a", "attachments": ["nonsense"]})),
        wrong("author", json!({"text": "a", "client_ref": "a", "author": "system"})),
    ] {
        let answered = house.call(anna, "POST", &messages, Some(body)).await;
        assert_eq!(answered.status, 422);
        assert_eq!(answered.body["fields"][0]["field"], field, "{}", answered.body);
        assert_eq!(answered.headers["content-type"], "application/problem+json");
    }
    let script = json!({"text": "<script>alert('é👩‍👧')</script>", "client_ref": "a"});
    let sent = house.ok(anna, "POST", &messages, Some(script.clone())).await;
    assert_eq!(sent["text"], script["text"], "text is kept as it was written");

    let customer = json!({"kind": "person", "name": "", "language": "nl", "handles": [
        {"kind": "email", "value": "geen adres"}, {"kind": "phone", "value": "06 12345678"},
        {"kind": "phone", "value": "+31612345678"}]});
    let answered = house.call(anna, "POST", "/customers", Some(customer)).await;
    let fields: Vec<_> = answered.body["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["name", "handles[0].value", "handles[2].value"]);

    for path in
        ["/contacts/nonsense", "/contacts/cus_00000000000000000000000000", "/cases/x", "/attachments/x"]
    {
        assert_eq!(house.call(anna, "GET", path, None).await.status, 404, "{path}");
    }
    let both = json!({"customer_id": house.db.env().new_id::<base::CustomerId>(), "new": fatma()});
    let answered = house.call(anna, "PUT", &format!("/contacts/{contact}/customer"), Some(both)).await;
    assert_eq!(answered.code(), "invalid");
    let task = json!({"kind": "follow_up", "text": "x"});
    assert_eq!(house.call(anna, "POST", "/tasks", Some(task)).await.body["fields"][0]["field"], "contact_id");
    let task = json!({"kind": "follow_up", "text": "x", "contact_id": contact,
                      "agent_id": house.db.env().new_id::<base::MembershipId>()});
    assert_eq!(house.call(anna, "POST", "/tasks", Some(task)).await.body["fields"][0]["field"], "agent_id");
}

#[db_test]
async fn every_address_asks_for_a_session_and_states_its_permission(db: TestDb) {
    let house = House::new(db).await;
    let mut described = 0;
    for (path, item) in &house.routes.get_openapi().paths.paths {
        let item = serde_json::to_value(item).unwrap();
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["x-permission"].is_string(), "{method} {path}");
            assert_eq!(operation["x-purpose"], "customer_service", "{method} {path}");
            assert!(operation["responses"]["default"].is_object(), "{method} {path}");
            let path = path.replace("{id}", "x");
            let request =
                identity::testing::request(method.to_uppercase().parse().unwrap(), &path, None, None);
            let answered = identity::testing::send(&house.routes, request).await;
            assert_eq!(answered.code(), "sign_in_needed", "{method} {path}");
            described += 1;
        }
    }
    assert_eq!(described, 28);
}

#[db_test]
async fn a_look_is_logged_for_whoever_was_shown(db: TestDb) {
    let house = House::new(db).await;
    let customer = house.ok(&house.anna, "POST", "/customers", Some(fatma())).await;
    let contact = house.receive().await;
    house
        .ok(
            &house.anna,
            "PUT",
            &format!("/contacts/{contact}/customer"),
            Some(json!({"customer_id": customer["id"]})),
        )
        .await;
    let looks = async || {
        let mut conn = house.db.read(house.organisation).await.unwrap();
        let rows = conn
            .all(db::sql!("SELECT id FROM looks WHERE organisation_id = $1"), db::args![house.organisation])
            .await;
        rows.unwrap().len()
    };
    let before = looks().await;
    house.ok(&house.bram, "GET", &format!("/contacts/{contact}"), None).await;
    house.ok(&house.bram, "GET", "/contacts", None).await;
    assert_eq!(looks().await, before + 2);
    house.ok(&house.bram, "GET", "/reasons", None).await;
    assert_eq!(looks().await, before + 2, "reasons are nobody's");
    house.end(contact, Actor::System).await.unwrap();
}

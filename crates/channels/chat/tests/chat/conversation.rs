//! From the first question to the written-out conversation.

use crate::house::{House, ROOMS, SITE};
use axum::http::Method;
use base::Actor;
use db::testing::TestDb;
use db::{args, db_test, sql};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::time::Duration;

fn digest(reference: &str) -> String {
    let bytes = Sha256::digest(reference).into_iter().map(|byte| format!("{byte:02x}"));
    bytes.collect::<Vec<_>>().concat()
}

#[db_test]
async fn a_visitor_asks_an_agent_answers_and_both_see_it(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Mijn container is niet geleegd").await;
    let mut tab = house.tab(&begun.token, 0).await;
    let welcome = tab.until("welcome").await;
    assert_eq!(welcome["conversation"]["state"], "waiting");
    assert_eq!(welcome["conversation"]["place"], 1);
    let question = tab.said().await;
    assert_eq!((&question["seq"], &question["author"]), (&json!(1), &json!("you")));
    assert_eq!(question["text"], "Mijn container is niet geleegd");

    house.assign(begun.contact).await;
    let state = tab.state("active").await;
    assert_eq!(state["agent_name"], "Sanne de Vries");
    house.agent_says(begun.contact, "Ik kijk het na.").await;
    let answer = tab.said().await;
    assert_eq!((&answer["author"], &answer["name"]), (&json!("agent"), &json!("Sanne de Vries")));

    tab.say("r1", "Dank u").await;
    let ack = tab.until("ack").await;
    assert_eq!(ack["ref"], "r1");
    let own = tab.said().await;
    assert_eq!((&own["ref"], &own["seq"]), (&json!("r1"), &ack["seq"]));
}

#[db_test]
async fn a_repeated_message_is_stored_once_and_acknowledged_alike(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Hallo").await;
    let mut tab = house.tab(&begun.token, 0).await;
    for _ in 0..3 {
        tab.say("same", "een keer").await;
    }
    let seqs = [tab.until("ack").await, tab.until("ack").await, tab.until("ack").await]
        .map(|ack| ack["seq"].clone());
    assert!(seqs.iter().all(|seq| *seq == seqs[0]), "{seqs:?}");
    let mut again = house.tab(&begun.token, seqs[0].as_i64().unwrap()).await;
    again.until("welcome").await;
    again.send(&json!({ "type": "ping" })).await;
    assert_eq!(again.frame().await["type"], "pong", "nothing came after it");
}

#[db_test]
async fn two_tabs_see_the_same_conversation(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Hallo").await;
    let (mut one, mut two) = (house.tab(&begun.token, 0).await, house.tab(&begun.token, 0).await);
    one.until("welcome").await;
    two.until("welcome").await;
    one.say("a", "uit tab een").await;
    let seq = one.until("ack").await["seq"].clone();
    loop {
        let entry = two.said().await;
        if entry["ref"] == "a" {
            assert_eq!(entry["seq"], seq);
            break;
        }
    }
    two.send(&json!({ "type": "end" })).await;
    assert_eq!(one.state("ended").await["ended_by"], "customer");
}

#[db_test]
async fn a_note_among_colleagues_never_leaves_and_leaves_no_gap(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Hallo").await;
    house.assign(begun.contact).await;
    house.agent_notes(begun.contact, "GEHEIM: moeilijke klant").await;
    let mut tab = house.tab(&begun.token, 0).await;
    tab.until("welcome").await;
    house.agent_says(begun.contact, "een").await;
    house.agent_notes(begun.contact, "GEHEIM: nog een").await;
    house.agent_says(begun.contact, "twee").await;
    let mut seqs = Vec::new();
    loop {
        let frame = tab.until("entry").await;
        assert!(
            !frame.to_string().contains("GEHEIM") && !frame.to_string().contains("noemt zich"),
            "{frame}"
        );
        seqs.push(frame["entry"]["seq"].as_i64().unwrap());
        if frame["entry"]["text"] == "twee" {
            break;
        }
    }
    assert_eq!(seqs, (1..=i64::try_from(seqs.len()).unwrap()).collect::<Vec<_>>());
    let transcript = house.visitor(Method::GET, "/api/v1/chat/transcript", Some(&begun.token), None).await;
    assert!(!transcript.body.to_string().contains("GEHEIM"));
}

#[db_test]
async fn typing_goes_to_colleagues_who_watch_and_read_marks_are_kept(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Hallo").await;
    house.assign(begun.contact).await;
    house.agent_says(begun.contact, "Goedemiddag").await;
    let mut tab = house.tab(&begun.token, 0).await;
    let last = tab.until("welcome").await["conversation"]["last_seq"].clone();
    while tab.until("entry").await["entry"]["seq"] != last {}
    tab.send(&json!({ "type": "typing", "typing": true })).await;
    tab.send(&json!({ "type": "read", "seq": last })).await;
    tab.send(&json!({ "type": "read", "seq": 99999 })).await;
    tab.send(&json!({ "type": "ping" })).await;
    tab.until("pong").await;
    let facts = house.facts(begun.contact).await;
    assert_eq!(facts.read_by_customer, facts.last_seq);
    let reader = house.agent.membership;
    let contact = begun.contact;
    let seq = facts.last_seq;
    house
        .write(async move |tx| contact::actions::read_by_agent(tx, contact, reader, seq).await)
        .await
        .unwrap();
    assert_eq!(tab.until("read").await["seq"], last);
}

#[db_test]
async fn after_the_end_the_same_conversation_goes_on_with_a_new_contact(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Eerste vraag").await;
    house.assign(begun.contact).await;
    let mut tab = house.tab(&begun.token, 0).await;
    tab.until("welcome").await;
    tab.say("r1", "Even wachten").await;
    let first = tab.until("ack").await["seq"].clone();
    let body = json!({ "text": "Nog iets", "client_ref": "0123456789abcdef0123" });
    let path = "/api/v1/chat/conversations/again";
    let early = house.visitor(Method::POST, path, Some(&begun.token), Some(&body)).await;
    assert_eq!(early.code(), "conflict", "it still goes on");

    house.end_by_agent(begun.contact).await;
    let before = tab.state("ended").await["last_seq"].as_i64().unwrap();
    tab.say("late", "te laat").await;
    assert_eq!(tab.until("refused").await["code"], "conflict");

    let again = house.visitor(Method::POST, path, Some(&begun.token), Some(&body)).await;
    assert_eq!(again.status, 201, "{}", again.body);
    let repeat = house.visitor(Method::POST, path, Some(&begun.token), Some(&body)).await;
    assert_eq!(repeat.body, again.body, "asked twice, it is asked once");
    let state = tab.state("waiting").await;
    assert_ne!(state["contact_id"], json!(begun.contact));
    let question = tab.said().await;
    assert_eq!((&question["text"], &question["seq"]), (&json!("Nog iets"), &json!(before + 1)));
    tab.say("r2", "en dit").await;
    assert!(tab.until("ack").await["seq"].as_i64().unwrap() > before + 1);
    tab.say("r1", "Even wachten").await;
    assert_eq!(tab.until("ack").await["seq"], first, "what the contact before has is not stored again");

    let mut fresh = house.tab(&begun.token, 0).await;
    let welcome = fresh.until("welcome").await;
    let last = welcome["conversation"]["last_seq"].as_i64().unwrap();
    for seq in 1..=last {
        assert_eq!(fresh.until("entry").await["entry"]["seq"], seq, "the whole conversation, in order");
    }
}

#[db_test]
async fn a_beginning_that_is_sent_again_begins_once(db: TestDb) {
    let house = House::new(db).await;
    let reference = "f00df00df00df00df00d";
    let (one, two) = tokio::join!(house.begin_with("Hallo", reference), house.begin_with("Hallo", reference));
    let three = house.begin_with("Hallo", reference).await;
    for answer in [&one, &two, &three] {
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert_eq!(answer.body["contact_id"], one.body["contact_id"]);
        let mut tab = house.tab(answer.body["token"].as_str().unwrap(), 0).await;
        tab.until("welcome").await;
    }
    assert_eq!(house.begin_with("Hallo", "short").await.code(), "invalid", "a reference that can be guessed");
}

#[db_test]
async fn the_reference_of_a_beginning_is_told_to_nobody(db: TestDb) {
    let house = House::new(db).await;
    let (first, second) = ("f00df00df00df00df00d", "beefbeefbeefbeefbeef");
    let begun = house.begin_with("Hallo", first).await.body;
    let token = begun["token"].as_str().unwrap();
    let mut tab = house.tab(token, 0).await;
    assert_eq!(tab.said().await["ref"], digest(first), "the browser knows its own question by the digest");
    let contact = begun["contact_id"].as_str().unwrap().parse().unwrap();
    house.assign(contact).await;
    house.end_by_agent(contact).await;
    tab.state("ended").await;
    let body = json!({ "text": "Nog iets", "client_ref": second });
    let path = "/api/v1/chat/conversations/again";
    let again = house.visitor(Method::POST, path, Some(token), Some(&body)).await;
    assert_eq!(again.status, 201, "{}", again.body);
    assert_eq!(tab.said().await["ref"], digest(second));
    for contact in [contact, again.body["contact_id"].as_str().unwrap().parse().unwrap()] {
        for reference in house.references(contact).await.into_iter().flatten() {
            assert!(reference != first && reference != second, "{reference} opens the conversation");
        }
        assert!(!house.seen_by_staff(contact).await.contains("client_ref\":\""), "nothing of a visitor's");
    }
}

#[db_test]
async fn references_that_staff_saw_before_open_nothing_any_more(db: TestDb) {
    let house = House::new(db).await;
    let reference = "f00df00df00df00df00d";
    let first = house.begin_with("Hallo", reference).await.body;
    let again = async |tx: &mut db::GlobalTx| {
        let forget = sql!(global "DELETE FROM schema_migrations WHERE room = $1 AND name = $2");
        tx.execute(forget, args!["chat", "0002_beginnings"]).await
    };
    assert_eq!(house.db.write_global(again).await.unwrap(), 1);
    house.db.migrate(ROOMS).await.unwrap();
    let second = house.begin_with("Hallo", reference).await.body;
    assert_ne!(first["conversation_id"], second["conversation_id"]);
    let mut tab = house.tab(first["token"].as_str().unwrap(), 0).await;
    tab.until("welcome").await;
}

#[db_test]
async fn a_sign_of_life_tells_what_was_said_and_never_came(db: TestDb) {
    let house = House::where_pushes_are_lost(db).await;
    let begun = house.begin("Hallo").await;
    let (mut one, mut two) = (house.tab(&begun.token, 0).await, house.tab(&begun.token, 0).await);
    let last = two.until("welcome").await["conversation"]["last_seq"].as_i64().unwrap();
    one.say("a", "uit tab een").await;
    let seq = one.until("ack").await["seq"].clone();
    assert!(seq.as_i64().unwrap() > last);
    two.send(&json!({ "type": "ping" })).await;
    assert_eq!(two.until("pong").await["last_seq"], seq);
}

#[db_test]
async fn what_was_said_can_be_taken_along_and_script_stays_text(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("<script>alert(1)</script>").await;
    let path = "/api/v1/chat/transcript";
    let get = async |path: String| {
        let mut request = identity::testing::request(Method::GET, &path, None, None);
        request.headers_mut().insert("authorization", format!("Bearer {}", begun.token).parse().unwrap());
        let (router, _) = house.routes.clone().split_for_parts();
        let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
        let headers = response.headers().clone();
        let bytes = axum::body::to_bytes(response.into_body(), 1_000_000).await.unwrap();
        (headers, String::from_utf8(bytes.to_vec()).unwrap())
    };
    let (headers, text) = get(path.to_owned()).await;
    assert!(headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert!(text.contains("Gemeente lindedam") && text.contains("<script>"), "{text}");
    let (headers, page) = get(format!("{path}?format=html")).await;
    assert!(headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{page}");

    let mail = json!({ "email": "fatma@example.org" });
    let sent =
        house.visitor(Method::POST, "/api/v1/chat/transcript/mail", Some(&begun.token), Some(&mail)).await;
    assert_eq!(sent.status, 202, "{}", sent.body);
    let wrong = json!({ "email": "no address" });
    let refused =
        house.visitor(Method::POST, "/api/v1/chat/transcript/mail", Some(&begun.token), Some(&wrong)).await;
    assert_eq!(refused.code(), "invalid");
    assert!(jobs::testing::jobs_left(&house.db).await.iter().any(|job| job.contains("mail")));
}

#[db_test]
async fn a_known_customer_who_asks_again_stays_the_same_customer_and_case(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Eerste vraag").await;
    house.assign(begun.contact).await;
    let access = house
        .agent
        .access(&house.identity, identity::Permission::WriteCustomers, identity::Purpose::CustomerService)
        .await;
    let new =
        serde_json::from_value(json!({ "kind": "person", "name": "Fatma", "language": "nl", "handles": [] }));
    let customer =
        house.contacts.make_customer(&access, &new.unwrap(), None).await.unwrap().show(&access).unwrap();
    house.contacts.set_customer(&access, begun.contact, Some(customer.id)).await.unwrap();
    let mut tab = house.tab(&begun.token, 0).await;
    assert_eq!(tab.said().await["text"], "Eerste vraag", "their own words stay theirs");
    house.end_by_agent(begun.contact).await;
    tab.state("ended").await;
    let body = json!({ "text": "Nog iets", "client_ref": "0123456789abcdef0123" });
    let again = house
        .visitor(Method::POST, "/api/v1/chat/conversations/again", Some(&begun.token), Some(&body))
        .await;
    let contact = again.body["contact_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(house.facts(contact).await.customer, Some(customer.id));
    loop {
        if tab.said().await["text"] == "Nog iets" {
            break;
        }
    }
}

#[db_test]
async fn the_widget_is_told_what_it_needs_in_the_language_that_was_asked(db: TestDb) {
    let house = House::new(db).await;
    let path = format!("/api/v1/chat/{}/config?language=en&origin={SITE}", house.key);
    let config = house.visitor(Method::GET, &path, None, None).await;
    assert_eq!(config.status, 200, "{}", config.body);
    assert_eq!(config.body["topics"][0]["name"], "Waste");
    assert_eq!(config.body["organisation"], "Gemeente lindedam");
    assert_eq!(config.body["theme"]["accent"], "#0b5d66");
    assert_eq!(config.body["limits"]["text"], 4000);
    assert_eq!(house.chat.frame_ancestors(&house.key).await.unwrap(), format!("'self' {SITE}"));
}

#[db_test]
async fn an_end_that_comes_twice_is_one_end(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Hallo").await;
    let mut tab = house.tab(&begun.token, 0).await;
    tab.until("welcome").await;
    tab.send(&json!({ "type": "end" })).await;
    tab.send(&json!({ "type": "end" })).await;
    tab.state("ended").await;
    tab.send(&json!({ "type": "ping" })).await;
    tab.until("pong").await;
    let closed = house.facts(begun.contact).await.life.closed().unwrap();
    assert_eq!(closed.1, contact::model::Closing::Abandoned);
    let contact = begun.contact;
    let after =
        house.write(async move |tx| contact::actions::end(tx, Actor::Customer(contact), contact).await).await;
    assert!(after.is_err());
    house.pass(Duration::from_mins(10)).await;
    jobs::testing::assert_no_job_left(&house.db).await;
}

//! Too much, and what is no frame.

use crate::house::{Got, House};
use chat::{Limits, Rate};
use db::db_test;
use db::testing::TestDb;
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

#[db_test]
async fn one_mistake_is_refused_and_the_conversation_goes_on(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Hallo").await;
    let mut tab = house.tab(&begun.token, 0).await;
    tab.until("welcome").await;
    for (message, code) in [
        (Message::text("{"), "malformed"),
        (Message::text("null"), "invalid"),
        (Message::binary(vec![0xff, 0xfe, 0]), "malformed"),
        (Message::text(format!("\"{}\"", "x".repeat(60 * 1024))), "too_large"),
        (Message::text(r#"{"type":"say","ref":"a","text":"   "}"#), "invalid"),
        (Message::text(r#"{"type":"shout"}"#), "invalid"),
        (Message::text(r#"{"type":"end","now":true}"#), "invalid"),
        (Message::text(format!(r#"{{"type":"say","ref":"a","text":"{}"}}"#, "é".repeat(4001))), "invalid"),
    ] {
        tab.send_raw(message.clone()).await;
        let refused = tab.until("refused").await;
        assert_eq!(refused["code"], code, "{message:?}");
        assert!(!refused["detail"].as_str().unwrap().is_empty());
    }
    tab.say("b", "gewoon").await;
    tab.until("ack").await;
}

#[db_test]
async fn what_the_protocol_itself_cannot_carry_closes_the_socket_and_nothing_else(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Hallo").await;
    let mut tab = house.tab(&begun.token, 0).await;
    tab.until("welcome").await;
    tab.send_raw(Message::text("x".repeat(200 * 1024))).await;
    tab.closed().await;
    let mut again = house.tab(&begun.token, 0).await;
    again.until("welcome").await;
}

#[db_test]
async fn messages_come_slower_and_a_flood_of_frames_ends_the_socket(db: TestDb) {
    let limits = Limits { messages: Rate::new(3, 60), frames: Rate::new(30, 60), ..Limits::default() };
    let house = House::with(db, limits).await;
    let begun = house.begin("Hallo").await;
    let mut tab = house.tab(&begun.token, 0).await;
    tab.until("welcome").await;
    for number in 0..4 {
        tab.say(&format!("r{number}"), "snel").await;
    }
    let refused = tab.until("refused").await;
    assert_eq!((&refused["code"], &refused["ref"]), (&json!("too_many_requests"), &json!("r3")));
    house.db.clock.advance(Duration::from_secs(2));
    tab.say("r3", "snel").await;
    assert_eq!(tab.until("ack").await["ref"], "r3");
    for _ in 0..60 {
        tab.send(&json!({ "type": "ping" })).await;
    }
    let reason = tab.closed().await.unwrap().reason.to_string();
    assert!(reason.contains("slow"), "{reason}");
}

#[db_test]
async fn tabs_and_beginnings_are_limited(db: TestDb) {
    let limits = Limits { sockets_of_conversation: 2, beginnings: Rate::new(2, 1), ..Limits::default() };
    let house = House::with(db, limits).await;
    let begun = house.begin("Hallo").await;
    let mut tabs = [house.tab(&begun.token, 0).await, house.tab(&begun.token, 0).await];
    for tab in &mut tabs {
        tab.until("welcome").await;
    }
    let mut third = house.tab(&begun.token, 0).await;
    assert_eq!(third.frame().await["code"], "too_many_requests");
    third.closed().await;
    house.begin("Nog een").await;
    let refused = house.begin_with("En nog een", "0123456789abcdef0123").await;
    assert_eq!(refused.code(), "too_many_requests");
    assert!(refused.headers.contains_key("retry-after"));
}

#[db_test]
async fn who_says_nothing_is_asked_for_a_sign_of_life_and_who_never_says_hello_is_closed(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Hallo").await;
    let mut silent = house.connect(None).await;
    let mut alive = house.tab(&begun.token, 0).await;
    alive.until("welcome").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    for _ in 0..5 {
        house.db.clock.advance(Duration::from_secs(61));
        // A browser answers the ping by itself; so does this client while it reads.
        while let Some(Got::Frame(_)) = alive.within(Duration::from_millis(50)).await {}
    }
    silent.closed().await;
    alive.say("a", "ik ben er").await;
    alive.until("ack").await;
}

#[db_test]
async fn frames_before_hello_do_nothing(db: TestDb) {
    let house = House::new(db).await;
    let mut tab = house.connect(None).await;
    for _ in 0..3 {
        tab.say("a", "hallo?").await;
        assert_eq!(tab.frame().await["type"], "refused");
    }
    tab.closed().await;
}

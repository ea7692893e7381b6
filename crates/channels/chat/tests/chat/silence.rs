//! A visitor who falls silent, comes back, or goes away; the test moves the clock.

use crate::house::House;
use contact::model::{Closing, EndedBy, State};
use db::db_test;
use db::testing::TestDb;
use serde_json::json;
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);

#[db_test]
async fn a_silent_visitor_is_asked_and_then_closed_politely(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Hallo").await;
    let mut tab = house.tab(&begun.token, 0).await;
    tab.until("welcome").await;
    house.assign(begun.contact).await;
    house.agent_says(begun.contact, "Wat is uw adres?").await;
    tab.state("active").await;
    for _ in 0..4 {
        house.pass(MINUTE).await;
    }
    assert_eq!(house.facts(begun.contact).await.life.state(), State::Assigned);
    house.pass(MINUTE + Duration::from_secs(5)).await;
    house.pass(MINUTE).await;
    tab.event("still_there").await;
    let asked = tab.until("still_there").await;
    assert!(asked["seconds"].as_i64().unwrap() <= 180, "{asked}");
    for _ in 0..4 {
        house.pass(MINUTE).await;
    }
    tab.event("closed_silent").await;
    assert_eq!(tab.state("ended").await["ended_by"], "system");
    let (_, by) = house.facts(begun.contact).await.life.ended().unwrap();
    assert_eq!(by, EndedBy::System);
}

#[db_test]
async fn here_typing_or_a_word_takes_the_question_back(db: TestDb) {
    for answer in [
        json!({ "type": "here" }),
        json!({ "type": "typing", "typing": true }),
        json!({ "type": "say", "ref": "x", "text": "ja", "attachments": [] }),
    ] {
        let house = House::new(TestDb::new(db.engine(), crate::TEST_ROOMS).await).await;
        let begun = house.begin("Hallo").await;
        house.assign(begun.contact).await;
        house.agent_says(begun.contact, "Wat is uw adres?").await;
        let mut tab = house.tab(&begun.token, 0).await;
        tab.until("welcome").await;
        for _ in 0..6 {
            house.pass(MINUTE).await;
        }
        tab.until("still_there").await;
        tab.send(&answer).await;
        tab.send(&json!({ "type": "ping" })).await;
        tab.until("pong").await;
        for _ in 0..4 {
            house.pass(MINUTE).await;
        }
        assert_eq!(house.facts(begun.contact).await.life.state(), State::Assigned, "{answer}");
    }
}

#[db_test]
async fn a_visitor_who_waits_for_an_answer_is_not_asked(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Hallo").await;
    house.assign(begun.contact).await;
    for _ in 0..30 {
        house.pass(MINUTE).await;
    }
    assert_eq!(house.facts(begun.contact).await.life.state(), State::Assigned);
}

#[db_test]
async fn a_visitor_who_leaves_the_queue_is_abandoned_and_one_who_stays_is_not(db: TestDb) {
    let house = House::new(db).await;
    let (gone, stays) = (house.begin("Ik ga").await, house.begin("Ik blijf").await);
    let mut leaving = house.tab(&gone.token, 0).await;
    let mut staying = house.tab(&stays.token, 0).await;
    leaving.until("welcome").await;
    staying.until("welcome").await;
    house.pass(MINUTE).await;
    leaving.cut();
    tokio::time::sleep(Duration::from_millis(100)).await;
    house.pass(Duration::from_secs(110)).await;
    assert_eq!(house.facts(gone.contact).await.life.state(), State::Waiting, "two minutes are not over");
    house.pass(Duration::from_secs(15)).await;
    house.pass(MINUTE).await;
    let (_, closing) = house.facts(gone.contact).await.life.closed().unwrap();
    assert_eq!(closing, Closing::Abandoned);
    assert_eq!(house.facts(stays.contact).await.life.state(), State::Waiting);
}

#[db_test]
async fn a_visitor_who_comes_back_in_time_keeps_their_place(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Hallo").await;
    for _ in 0..6 {
        let mut tab = house.tab(&begun.token, 0).await;
        tab.until("welcome").await;
        tab.cut();
        tokio::time::sleep(Duration::from_millis(50)).await;
        house.pass(Duration::from_secs(100)).await;
    }
    assert_eq!(house.facts(begun.contact).await.life.state(), State::Waiting);
}

#[db_test]
async fn who_waits_again_because_the_agent_left_is_not_abandoned_at_once(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Hallo").await;
    let mut tab = house.tab(&begun.token, 0).await;
    let welcome = tab.until("welcome").await;
    house.assign(begun.contact).await;
    tab.state("active").await;
    house.pass(Duration::from_mins(30)).await;
    tab.cut();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let (contact, agent) = (begun.contact, house.agent.membership);
    let conversation: base::ConversationId = welcome["conversation"]["id"].as_str().unwrap().parse().unwrap();
    let leave = async move |tx: &mut db::Tx| {
        let why = contact::model::UnassignReason::AgentGone;
        contact::actions::unassign(tx, base::Actor::System, contact, why).await?;
        let left = contact::actions::NewEntry::event(
            contact,
            contact::model::Author::System,
            contact::model::EventCode::AgentLeft,
            [("agent", agent.to_string())],
        );
        contact::actions::append(tx, left).await?;
        let (look, now) = (chat::LookAtConversation { conversation }, tx.env().now());
        jobs::enqueue_once(tx, &look, &conversation.to_string(), now).await.map(drop)
    };
    house.write(leave).await.unwrap();
    house.pass(Duration::from_secs(100)).await;
    assert_eq!(house.facts(contact).await.life.state(), State::Waiting, "the phone may only be locked");
    house.pass(Duration::from_secs(30)).await;
    let (_, closing) = house.facts(contact).await.life.closed().unwrap();
    assert_eq!(closing, Closing::Abandoned);
}

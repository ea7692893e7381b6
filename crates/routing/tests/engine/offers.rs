//! Offers come, are taken, let go and missed; contacts are handed on and come back.

use crate::house::House;
use base::ContactId;
use contact::model::Life;
use db::db_test;
use db::testing::TestDb;
use identity::testing::SignedInMember;
use serde_json::{Value, json};
use std::time::Duration;

#[db_test]
async fn a_ready_agent_gets_the_contact_and_takes_it(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    let contact = house.arrive().await;
    let taken = house.take(&house.anna).await;
    assert_eq!((&taken["id"], &taken["state"]), (&json!(contact.to_string()), &json!("assigned")));
    let work = house.ok(&house.anna, "GET", "/work", Value::Null).await;
    assert_eq!(work["contacts"][0]["id"], json!(contact.to_string()));
    assert_eq!(work["presence"]["chat"], json!({ "used": 1, "total": 4 }));

    let why = house.ok(&house.lies, "GET", &format!("/contacts/{contact}/decisions"), Value::Null).await;
    assert_eq!(why["items"][0]["chosen"]["name"], "Anna");
    assert_eq!(why["items"][0]["outcome"], "accepted");
    assert_eq!(why["items"][0]["candidates"][1]["excluded"], "offline", "Bram is not there: {why:#}");
}

#[db_test]
async fn an_offer_that_nobody_answers_goes_to_the_next_and_the_agent_to_not_ready(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    let contact = house.arrive().await;
    let missed = house.offer(&house.anna).await;
    house.ready(&house.bram).await;
    house.db.clock.advance(Duration::from_secs(21));
    let next = house.offer(&house.bram).await;
    assert_eq!(next["contact"]["id"], json!(contact.to_string()));
    assert_eq!(next["waited_since"], missed["waited_since"], "it kept its place");
    assert_eq!(house.presence(&house.anna).await, ("not_ready".into(), json!("missed_offer")));
    let late = format!("/offers/{}/accept", missed["id"].as_str().unwrap());
    assert_eq!(house.call(&house.anna, "POST", &late, Value::Null).await.code(), "conflict");
}

#[db_test]
async fn an_offer_let_go_goes_to_the_next(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    house.arrive().await;
    let offer = house.offer(&house.anna).await;
    house.ready(&house.bram).await;
    house
        .ok(&house.anna, "POST", &format!("/offers/{}/decline", offer["id"].as_str().unwrap()), Value::Null)
        .await;
    let next = house.offer(&house.bram).await;
    assert_eq!(next["contact"]["id"], offer["contact"]["id"]);
    assert_eq!(house.presence(&house.anna).await.0, "ready", "letting go is no missing");
}

#[db_test]
async fn nobody_takes_what_was_offered_to_another(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    house.arrive().await;
    let offer = house.offer(&house.anna).await;
    let path = format!("/offers/{}/accept", offer["id"].as_str().unwrap());
    assert_eq!(house.call(&house.bram, "POST", &path, Value::Null).await.code(), "not_found");
    house.ok(&house.anna, "POST", &path, Value::Null).await;
    assert_eq!(house.call(&house.anna, "POST", &path, Value::Null).await.code(), "conflict");
}

#[db_test]
async fn a_customer_who_leaves_takes_the_offer_along(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    let contact = house.arrive().await;
    let offer = house.offer(&house.anna).await;
    house.leave(contact).await;
    house
        .until("the offer going", async || {
            let work = house.ok(&house.anna, "GET", "/work", Value::Null).await;
            work["offers"].as_array()?.is_empty().then_some(())
        })
        .await;
    let path = format!("/offers/{}/accept", offer["id"].as_str().unwrap());
    assert_eq!(house.call(&house.anna, "POST", &path, Value::Null).await.code(), "conflict");
    house.arrive().await;
    house.take(&house.anna).await;
}

#[db_test]
async fn an_agent_whose_screen_stays_away_keeps_the_contact_for_a_minute(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    let contact = house.arrive().await;
    house.take(&house.anna).await;
    house.ready(&house.bram).await;
    house.close_screen(&house.anna).await.unwrap();
    let since = house.db.env().now();
    let offered = house
        .until("the next agent's offer", async || {
            house.db.clock.advance(Duration::from_secs(1));
            let work = house.ok(&house.bram, "GET", "/work", Value::Null).await;
            work["offers"].as_array()?.first().cloned()
        })
        .await;
    assert!(house.db.env().now().since(since) >= Duration::from_mins(1), "she keeps it for a minute");
    assert_eq!(offered["contact"]["id"], json!(contact.to_string()));
    assert_eq!(house.presence(&house.anna).await.0, "offline");
}

/// Steps of a second, each with a look, until an agent was given up on.
async fn until_offline(house: &House, who: &SignedInMember) {
    house
        .until("giving up on an agent", async || {
            house.db.clock.advance(Duration::from_secs(1));
            (house.presence(who).await.0 == "offline").then_some(())
        })
        .await;
}

async fn life(house: &House, contact: ContactId) -> Life {
    let mut conn = house.db.read(house.organisation).await.unwrap();
    contact::facts::life(&mut conn, contact).await.unwrap().unwrap()
}

#[db_test]
async fn an_agent_who_leaves_during_the_wrap_up_leaves_it_recorded_and_the_others_work_on(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    let ended = house.arrive().await;
    house.take(&house.anna).await;
    house.leave(ended).await;
    house.ready(&house.bram).await;
    house.close_screen(&house.anna).await.unwrap();
    until_offline(&house, &house.anna).await;
    assert!(life(&house, ended).await.closed().is_some(), "nobody is there to give a reason");
    let next = house.arrive().await;
    assert_eq!(house.take(&house.bram).await["id"], json!(next.to_string()), "what ended is for nobody");
}

#[db_test]
async fn a_wrap_up_that_was_left_before_a_restart_is_recorded_after_it(db: TestDb) {
    let house = House::new(db).await;
    let node = house.node();
    house.ready(&house.anna).await;
    let ended = house.arrive().await;
    house.take(&house.anna).await;
    node.stop().await;
    house.leave(ended).await;
    house.close_screen(&house.anna).await.unwrap();
    house.ready(&house.bram).await;
    let _node = house.node();
    until_offline(&house, &house.anna).await;
    assert!(life(&house, ended).await.closed().is_some());
    let next = house.arrive().await;
    assert_eq!(house.take(&house.bram).await["id"], json!(next.to_string()));
}

#[db_test]
async fn a_contact_is_handed_to_a_colleague_with_a_note(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    let contact = house.arrive().await;
    house.take(&house.anna).await;
    house.ready(&house.bram).await;
    let to = json!({ "agent_id": house.bram.membership, "note": "Belt liever vanmiddag." });
    let moved = house.ok(&house.anna, "POST", &format!("/contacts/{contact}/transfer"), to).await;
    assert_eq!(moved["state"], "waiting");
    assert_eq!(house.take(&house.bram).await["id"], json!(contact.to_string()));
    let again = json!({ "queue_id": house.queue });
    let refused = house.call(&house.anna, "POST", &format!("/contacts/{contact}/transfer"), again).await;
    assert_eq!(refused.code(), "conflict", "it is no longer hers");
}

#[db_test]
async fn a_contact_moved_to_a_queue_waits_there(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    let contact = house.arrive().await;
    house.take(&house.anna).await;
    let to = json!({ "queue_id": house.second_line });
    let moved = house.ok(&house.anna, "POST", &format!("/contacts/{contact}/transfer"), to).await;
    assert_eq!(moved["queue"]["name"], "Tweede lijn");
    let outlook = house.routing.outlook(house.organisation, contact).await.unwrap();
    assert_eq!(outlook.place, Some(1));
}

#[db_test]
async fn a_contact_given_back_keeps_its_place_and_goes_to_another(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    let first = house.arrive().await;
    house.take(&house.anna).await;
    house.ok(&house.anna, "POST", &format!("/contacts/{first}/requeue"), Value::Null).await;
    house.ready(&house.bram).await;
    assert_eq!(house.take(&house.bram).await["id"], json!(first.to_string()));
}

#[db_test]
async fn nobody_gets_more_than_they_can_have_in_hand(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    for _ in 0..6 {
        house.arrive().await;
    }
    for _ in 0..4 {
        house.take(&house.anna).await;
    }
    let work = house.ok(&house.anna, "GET", "/work", Value::Null).await;
    assert_eq!(work["presence"]["chat"], json!({ "used": 4, "total": 4 }));
    assert!(work["offers"].as_array().unwrap().is_empty());
    let mut waiting = 0;
    for queue in house.routing.queues(house.organisation).await.unwrap() {
        waiting += queue.waiting;
    }
    assert!(waiting <= 6);
}

/// Moves a contact as a team lead does.
async fn moved_by_lies(house: &House, contact: ContactId, to: Value) -> Value {
    house.ok(&house.lies, "POST", &format!("/contacts/{contact}/transfer"), to).await
}

#[db_test]
async fn who_let_a_contact_pass_gets_it_when_a_colleague_hands_it_to_them(db: TestDb) {
    let house = House::new(db).await;
    let node = house.node();
    house.ready(&house.bram).await;
    let contact = house.arrive().await;
    let offer = house.offer(&house.bram).await;
    let path = format!("/offers/{}/decline", offer["id"].as_str().unwrap());
    house.ok(&house.bram, "POST", &path, Value::Null).await;
    house.ready(&house.anna).await;
    house.take(&house.anna).await;
    node.stop().await;
    let to = json!({ "agent_id": house.bram.membership });
    house.ok(&house.anna, "POST", &format!("/contacts/{contact}/transfer"), to).await;
    let _node = house.node();
    let since = house.db.env().now();
    let next = house
        .until("an offer", async || {
            for who in [&house.anna, &house.bram] {
                let work = house.ok(who, "GET", "/work", Value::Null).await;
                if work["offers"][0].is_object() {
                    return Some(who.membership);
                }
            }
            let late = house.db.env().now().since(since) > Duration::from_secs(25);
            late.then_some(house.anna.membership)
        })
        .await;
    assert_eq!(next, house.bram.membership);
}

#[db_test]
async fn a_team_lead_moves_a_contact_that_waits_in_the_wrong_queue(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    let contact = house.arrive().await;
    let to = json!({ "queue_id": house.second_line });
    let path = format!("/contacts/{contact}/transfer");
    assert_eq!(house.call(&house.anna, "POST", &path, to.clone()).await.code(), "conflict", "it is not hers");
    let moved = moved_by_lies(&house, contact, to).await;
    assert_eq!((&moved["queue"]["name"], &moved["state"]), (&json!("Tweede lijn"), &json!("waiting")));
    house.ready(&house.anna).await;
    let to = json!({ "agent_id": house.anna.membership });
    moved_by_lies(&house, contact, to).await;
    assert_eq!(house.take(&house.anna).await["id"], json!(contact.to_string()));
}

#[db_test]
async fn a_contact_that_is_offered_is_taken_back_before_it_is_moved(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    let contact = house.arrive().await;
    let offer = house.offer(&house.anna).await;
    house.ready(&house.bram).await;
    moved_by_lies(&house, contact, json!({ "agent_id": house.bram.membership })).await;
    let accept = format!("/offers/{}/accept", offer["id"].as_str().unwrap());
    assert_eq!(house.call(&house.anna, "POST", &accept, Value::Null).await.code(), "conflict");
    assert_eq!(house.take(&house.bram).await["id"], json!(contact.to_string()));
    assert_eq!(house.presence(&house.anna).await.0, "ready");
    let next = house.arrive().await;
    assert_eq!(house.take(&house.anna).await["id"], json!(next.to_string()), "she is free for another");
}

#[db_test]
async fn a_visitor_is_told_how_long_it_takes_while_an_agent_looks_at_the_offer(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    let contact = house.arrive().await;
    let since = house.db.env().now();
    house.offer(&house.anna).await;
    let outlook = house
        .until("an outlook", async || {
            let outlook = house.routing.outlook(house.organisation, contact).await.unwrap();
            let late = house.db.env().now().since(since) > Duration::from_secs(15);
            (late || outlook.estimate_seconds.is_some()).then_some(outlook)
        })
        .await;
    assert_eq!(outlook.place, Some(1));
    assert!(outlook.estimate_seconds.is_some());
}

#[db_test]
async fn who_no_longer_works_here_leaves_their_contacts_to_the_others_at_once(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    let contact = house.arrive().await;
    house.take(&house.anna).await;
    house.ready(&house.bram).await;
    let former = house.anna.membership;
    let since = house.db.env().now();
    let end = async move |tx: &mut db::Tx| {
        identity::actions::end_membership(tx, base::Actor::System, former).await.map(drop)
    };
    house.write(end).await.unwrap();
    let next = house
        .until("the next agent's offer", async || {
            let work = house.ok(&house.bram, "GET", "/work", Value::Null).await;
            let late = house.db.env().now().since(since) > Duration::from_secs(15);
            late.then_some(Value::Null).or_else(|| work["offers"].as_array()?.first().cloned())
        })
        .await;
    assert_eq!(next["contact"]["id"], json!(contact.to_string()));
    let presence = house.routing.presence(house.organisation, former).await.unwrap();
    assert_eq!(serde_json::to_value(presence).unwrap()["state"], "offline");

    // And back: the settings of before hold again.
    let place = identity::model::Place { roles: vec![identity::Role::Agent], site: None, teams: Vec::new() };
    let reopen = async move |tx: &mut db::Tx| {
        identity::actions::reopen_membership(tx, base::Actor::System, former, place).await.map(drop)
    };
    house.write(reopen).await.unwrap();
    house.ready(&house.anna).await;
    let agents_ready = async || house.routing.queues(house.organisation).await.unwrap()[0].agents_ready;
    house.until("her coming back", async || (agents_ready().await == 1).then_some(())).await;
}

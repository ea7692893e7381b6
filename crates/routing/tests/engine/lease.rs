//! One owner at a time, whatever happens to it.

use crate::house::House;
use db::db_test;
use db::testing::TestDb;
use serde_json::Value;
use std::time::Duration;

#[db_test]
async fn what_waited_while_nothing_ran_is_offered_after_the_start(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.arrive().await;
    let node = house.node();
    house.ready(&house.anna).await;
    assert_eq!(house.take(&house.anna).await["id"], serde_json::json!(contact.to_string()));
    node.stop().await;
}

#[db_test]
async fn two_nodes_never_offer_the_same_contact_twice(db: TestDb) {
    let house = House::new(db).await;
    let other = house.other_node();
    let (_one, _two) = (house.node(), house.node_of(&other));
    house.ready(&house.anna).await;
    house.ready(&house.bram).await;
    for _ in 0..8 {
        house.arrive().await;
    }
    let mut taken = Vec::new();
    for who in [&house.anna, &house.bram].into_iter().cycle().take(8) {
        // The node that came to own the organisation may not be the one that has the screens.
        house
            .until("an offer", async || {
                house.routing.still_there(house.organisation, who.membership).await.ok()?;
                let work = house.ok(who, "GET", "/work", Value::Null).await;
                work["offers"].as_array()?.first().cloned()
            })
            .await;
        taken.push(house.take(who).await["id"].clone());
    }
    taken.sort_by_key(ToString::to_string);
    taken.dedup();
    assert_eq!(taken.len(), 8, "each contact has one owner");
}

#[db_test]
async fn another_node_takes_over_from_one_that_died(db: TestDb) {
    let house = House::new(db).await;
    let first = house.node();
    house.ready(&house.anna).await;
    house.arrive().await;
    house.take(&house.anna).await;
    first.kill().await;
    let other = house.other_node();
    let _second = house.node_of(&other);
    let second = house.arrive().await;
    house
        .until("the take-over", async || {
            house.db.clock.advance(Duration::from_millis(500));
            let back = house.anna.membership;
            other.still_there(house.organisation, back).await.ok()?;
            let work = house.ok(&house.anna, "GET", "/work", Value::Null).await;
            work["offers"].as_array()?.first().cloned()
        })
        .await;
    assert_eq!(house.take(&house.anna).await["id"], serde_json::json!(second.to_string()));
}

#[db_test]
async fn an_offer_that_ran_out_while_nothing_ran_was_not_missed(db: TestDb) {
    let house = House::new(db).await;
    let node = house.node();
    house.ready(&house.anna).await;
    house.arrive().await;
    let before = house.offer(&house.anna).await;
    node.stop().await;
    house.db.clock.advance(Duration::from_secs(30));
    let _node = house.node();
    house
        .until("the old offer's end", async || {
            let work = house.ok(&house.anna, "GET", "/work", Value::Null).await;
            (work["offers"][0]["id"] != before["id"]).then_some(())
        })
        .await;
    assert_eq!(house.presence(&house.anna).await.0, "ready", "she could not answer");
    let again = house.offer(&house.anna).await;
    assert_eq!(again["contact"]["id"], before["contact"]["id"]);
}

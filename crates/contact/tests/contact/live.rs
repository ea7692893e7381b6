//! What screens are told.

use crate::house::House;
use base::Actor;
use contact::actions::{self, NewEntry};
use contact::model::{Author, EventCode, UnassignReason};
use db::db_test;
use db::testing::TestDb;
use serde_json::Value;
use web::live::{Projector, Push, Topic, Wanted};

/// All pushes for the facts after a position.
async fn pushes(house: &House, after: usize) -> Vec<Push> {
    let projector = house.contacts.projector();
    let mut all = Vec::new();
    for entry in house.journal().await.iter().skip(after) {
        all.extend(projector.project(entry, &Wanted::everything()).await.unwrap());
    }
    all
}

#[db_test]
async fn the_agent_gets_the_contact_and_who_watches_gets_the_entry(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let before = house.journal().await.len();
    house.says(contact, "Hallo?").await;
    let pushed = pushes(&house, before).await;
    assert_eq!(pushed.len(), 2);
    assert_eq!((&pushed[0].topic, pushed[0].kind), (&Topic::contact(contact), "entry"));
    assert_eq!((&pushed[1].topic, pushed[1].kind), (&Topic::member(house.anna.membership), "contact"));
    let entry: Value = serde_json::from_str(&pushed[0].object).unwrap();
    let fetched = house.ok(&house.anna, "GET", &format!("/contacts/{contact}/entries"), None).await;
    assert_eq!(entry, fetched["items"][0], "what is pushed is what would be fetched");
    let shown: Value = serde_json::from_str(&pushed[1].object).unwrap();
    assert_eq!(shown, house.ok(&house.anna, "GET", &format!("/contacts/{contact}"), None).await);
}

#[db_test]
async fn what_nobody_follows_is_not_rendered(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let before = house.journal().await.len();
    house.says(contact, "Hallo?").await;
    let (watched, own) = (Topic::contact(contact), Topic::member(house.anna.membership));
    let projector = house.contacts.projector();
    for topics in [vec![], vec![watched.clone()], vec![own.clone()], vec![watched, own]] {
        let wanted = Wanted::these(topics.iter().cloned().collect());
        let mut rendered = Vec::new();
        for entry in house.journal().await.iter().skip(before) {
            rendered
                .extend(projector.project(entry, &wanted).await.unwrap().into_iter().map(|push| push.topic));
        }
        assert_eq!(rendered, topics);
    }
}

#[db_test]
async fn an_agent_who_loses_a_contact_is_told(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let before = house.journal().await.len();
    let leave = async move |tx: &mut db::Tx| {
        actions::unassign(tx, Actor::System, contact, UnassignReason::AgentGone).await?;
        let gone = NewEntry::event(contact, Author::System, EventCode::AgentLeft, [] as [(&str, &str); 0]);
        actions::append(tx, gone).await
    };
    house.write(leave).await.unwrap();
    let pushed = pushes(&house, before).await;
    let to_anna: Vec<_> = pushed.iter().filter(|p| p.topic == Topic::member(house.anna.membership)).collect();
    assert_eq!(to_anna.len(), 1);
    let shown: Value = serde_json::from_str(&to_anna[0].object).unwrap();
    assert_eq!((&shown["state"], &shown["agent"]), (&"waiting".into(), &Value::Null));
    assert_eq!(pushed.iter().filter(|push| push.kind == "entry").count(), 1);
}

#[db_test]
async fn facts_of_others_and_facts_that_are_gone_change_nothing(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    house.says(contact, "Hallo?").await;
    let mut journal = house.journal().await;
    let projector = house.contacts.projector();
    let stranger = house.stranger().await;
    for entry in &mut journal {
        entry.organisation = stranger.organisation;
        assert!(projector.project(entry, &Wanted::everything()).await.unwrap().is_empty(), "{}", entry.kind);
    }
}

//! Another organisation cannot see, guess or change anything of this room.

use crate::house::House;
use db::db_test;
use db::testing::TestDb;
use identity::Role;
use serde_json::{Value, json};

#[db_test]
async fn a_stranger_finds_nothing(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    let contact = house.arrive().await;
    let offer = house.offer(&house.anna).await;
    let offer = offer["id"].as_str().unwrap();
    let admin =
        identity::testing::member(&house.identity, house.organisation, "Ada", &[Role::Administrator]).await;
    let skill = house.ok(&admin, "POST", "/skills", json!({ "name": "Afval" })).await;

    let other = identity::testing::organisation(&house.identity, "elders").await;
    let every = [Role::Agent, Role::TeamLead, Role::Administrator];
    let stranger = identity::testing::member(&house.identity, other, "Vreemde", &every).await;
    let (queue, point, agent) = (house.queue, house.entry_point, house.anna.membership);
    let skill = skill["id"].as_str().unwrap();
    let entry_point = json!({ "name": "x", "queue_id": queue });
    let missing = [
        ("POST", format!("/offers/{offer}/accept"), Value::Null),
        ("POST", format!("/offers/{offer}/decline"), Value::Null),
        ("POST", format!("/contacts/{contact}/requeue"), Value::Null),
        ("POST", format!("/contacts/{contact}/transfer"), json!({ "queue_id": queue })),
        ("GET", format!("/contacts/{contact}/decisions"), Value::Null),
        ("PUT", format!("/skills/{skill}"), json!({ "name": "x", "version": 1 })),
        ("PUT", format!("/queues/setup/{queue}"), json!({ "name": "x", "version": 1 })),
        ("PUT", format!("/entry-points/{point}"), entry_point),
        ("GET", format!("/members/{agent}/routing"), Value::Null),
        ("PUT", format!("/members/{agent}/routing"), json!({ "skills": {}, "serves": {} })),
    ];
    for (method, path, body) in missing {
        let answered = house.call(&stranger, method, &path, body).await;
        assert_eq!(answered.status, 404, "{method} {path}: {:#}", answered.body);
    }
    for list in ["/skills", "/queues", "/queues/setup", "/entry-points", "/colleagues"] {
        let found = house.ok(&stranger, "GET", list, Value::Null).await;
        assert_eq!(found["items"], json!([]), "{list}");
    }
    let own = json!({ "name": "x", "queue_id": queue });
    assert_eq!(
        house.call(&stranger, "POST", "/entry-points", own).await.code(),
        "invalid",
        "not their queue"
    );
    house.ok(&house.anna, "POST", &format!("/offers/{offer}/accept"), Value::Null).await;
}

#[db_test]
async fn two_administrators_who_change_the_same_thing_are_told(db: TestDb) {
    let house = House::new(db).await;
    let admin =
        identity::testing::member(&house.identity, house.organisation, "Ada", &[Role::Administrator]).await;
    let path = format!("/queues/setup/{}", house.queue);
    house.ok(&admin, "PUT", &path, json!({ "name": "Grof vuil", "version": 1 })).await;
    let late = house.call(&admin, "PUT", &path, json!({ "name": "Afval en grond", "version": 1 })).await;
    assert_eq!(late.code(), "conflict");
    let refused = house.call(&house.anna, "GET", "/skills", Value::Null).await;
    assert_eq!(refused.status, 403, "an agent sets nothing up");
}

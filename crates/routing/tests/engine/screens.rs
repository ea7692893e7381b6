//! What is pushed to a screen is looked at: who saw whose data is written down before it leaves, and only who may see
//! it now keeps their screen.

use crate::house::House;
use crate::screen::Screen;
use contact::CustomerToMake;
use db::testing::TestDb;
use db::{db_test, sql};
use identity::model::Place;
use identity::{Permission, Purpose, Role};
use serde_json::{Value, json};

/// A look: by which route, with which permission, at whom.
type Look = (String, String, String);

/// The looks of Anna that were not requests of hers, by route.
async fn live_looks(house: &House) -> Vec<Look> {
    let mut conn = house.db.read(house.organisation).await.unwrap();
    let looks = sql!(
        "SELECT route, permission, subjects FROM looks
         WHERE organisation_id = $1 AND membership_id = $2 AND route LIKE 'live %' ORDER BY route, subjects"
    );
    let rows = conn.all(looks, db::args![house.organisation, house.anna.membership]).await.unwrap();
    rows.iter()
        .map(|row| (row.get("route").unwrap(), row.get("permission").unwrap(), row.get("subjects").unwrap()))
        .collect()
}

fn look(route: &str, permission: &str, subject: impl std::fmt::Display) -> Look {
    (route.into(), permission.into(), subject.to_string())
}

#[db_test]
async fn who_watches_a_contact_leaves_one_look(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    let contact = house.arrive().await;
    let mut screen = Screen::open(&house, &house.anna).await;
    screen.watch(contact).await;
    let watched = [look("live watch", "read_contacts", contact)];
    assert_eq!(live_looks(&house).await, watched);
    for text in ["Hallo?", "Is daar iemand?"] {
        house.says(contact, text).await;
        assert_eq!(screen.hear("entry").await["object"]["text"], text);
    }
    assert_eq!(live_looks(&house).await, watched, "a message is no look of its own");
}

#[db_test]
async fn an_offer_that_is_pushed_is_a_look(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    let mut screen = Screen::open(&house, &house.anna).await;
    house.ready(&house.anna).await;
    let contact = house.arrive().await;
    let offer = house.heard(&mut screen, "offer").await;
    assert_eq!(offer["object"]["contact"]["id"], json!(contact.to_string()));
    let offered = [look("live offer", "own_presence", contact)];
    assert_eq!(live_looks(&house).await, offered);

    // The same screen asks again for what it may have missed.
    let before = offer["position"].as_i64().unwrap() - 1;
    screen.send(json!({ "type": "resume", "after": before })).await;
    screen.hear("offer").await;
    assert_eq!(live_looks(&house).await, offered, "once per offer");

    let decline = format!("/offers/{}/decline", offer["object"]["id"].as_str().unwrap());
    house.ok(&house.anna, "POST", &decline, Value::Null).await;
    let second = house.arrive().await;
    house.heard(&mut screen, "offer").await;
    let mut both = [look("live offer", "own_presence", contact), look("live offer", "own_presence", second)];
    both.sort();
    assert_eq!(live_looks(&house).await, both, "another offer is another look");
}

#[db_test]
async fn a_contact_that_turns_out_to_be_somebody_s_is_a_look_at_them(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    let contact = house.arrive().await;
    let mut screen = Screen::open(&house, &house.anna).await;
    screen.watch(contact).await;
    let access =
        house.bram.access(&house.identity, Permission::WriteCustomers, Purpose::CustomerService).await;
    let new: CustomerToMake =
        serde_json::from_value(json!({ "kind": "person", "name": "Fatma", "language": "nl" })).unwrap();
    let linked = house.contacts.set_new_customer(&access, contact, &new, None).await.unwrap();
    let customer = linked.show(&access).unwrap().customer.unwrap().id;
    house.says(contact, "Ik ben het").await;
    screen.hear("entry").await;
    let looks = [look("live change", "own_presence", customer), look("live watch", "read_contacts", contact)];
    assert_eq!(live_looks(&house).await, looks);
}

#[db_test]
async fn what_cannot_be_watched_is_refused_and_not_followed(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    let other = identity::testing::organisation(&house.identity, "elders").await;
    let stranger = identity::testing::member(&house.identity, other, "Vreemde", &[Role::TeamLead]).await;
    let contact = house.arrive().await;
    let mut screen = Screen::open(&house, &stranger).await;
    screen.send(json!({ "type": "watch", "contact_id": contact.to_string() })).await;
    assert_eq!(screen.hear("refused").await["code"], "not_found");
    let unknown: base::ContactId = house.db.env().new_id();
    screen.send(json!({ "type": "watch", "contact_id": unknown.to_string() })).await;
    assert_eq!(screen.hear("refused").await["code"], "not_found");
}

#[db_test]
async fn a_look_that_cannot_be_written_down_does_not_happen(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    let contact = house.arrive().await;
    let mut screen = Screen::open(&house, &house.anna).await;
    house.lose_the_looks().await;
    screen.send(json!({ "type": "watch", "contact_id": contact.to_string() })).await;
    house.says(contact, "Hallo?").await;
    let (heard, code) = screen.closed(&house).await;
    assert_eq!(code, Some(1013), "try again in a moment: {heard:?}");
    assert!(heard.iter().all(|frame| frame["kind"] != "entry"), "{heard:?}");
}

/// The code for what is against the rules (RFC 6455, 7.4.1).
const POLICY: Option<u16> = Some(1008);

async fn becomes(house: &House, role: Role) {
    let anna = house.anna.membership;
    let place = Place { roles: vec![role], ..Place::default() };
    let change = async move |tx: &mut db::Tx| {
        identity::actions::change_membership(tx, base::Actor::System, anna, place).await.map(drop)
    };
    house.write(change).await.unwrap();
}

async fn switch_customer_service_off(house: &House) {
    let organisation = house.organisation;
    let off = sql!(
        "UPDATE processing_activities SET active = FALSE
         WHERE organisation_id = $1 AND purpose = 'customer_service'"
    );
    let switched = async move |tx: &mut db::Tx| tx.execute(off, db::args![organisation]).await;
    assert_eq!(house.write(switched).await.unwrap(), 1);
}

#[db_test]
async fn another_role_closes_the_screen(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    let mut screen = Screen::open(&house, &house.anna).await;
    becomes(&house, Role::Administrator).await;
    assert_eq!(screen.closed(&house).await.1, POLICY);
}

#[db_test]
async fn a_purpose_that_is_switched_off_closes_the_screen(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    let mut screen = Screen::open(&house, &house.anna).await;
    switch_customer_service_off(&house).await;
    assert_eq!(screen.closed(&house).await.1, POLICY);
}

#[db_test]
async fn who_has_another_role_watches_nothing_more(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    let contact = house.arrive().await;
    let mut screen = Screen::open(&house, &house.anna).await;
    becomes(&house, Role::Administrator).await;
    screen.send(json!({ "type": "watch", "contact_id": contact.to_string() })).await;
    assert_eq!(screen.ended().await, POLICY, "at once");
    assert_eq!(live_looks(&house).await, []);
}

#[db_test]
async fn nobody_watches_for_a_purpose_that_is_switched_off(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    let contact = house.arrive().await;
    let mut screen = Screen::open(&house, &house.anna).await;
    switch_customer_service_off(&house).await;
    screen.send(json!({ "type": "watch", "contact_id": contact.to_string() })).await;
    assert_eq!(screen.ended().await, POLICY, "at once");
    assert_eq!(live_looks(&house).await, []);
}

#[db_test]
async fn who_signs_out_is_told_and_closed(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    let mut screen = Screen::open(&house, &house.anna).await;
    let access = house.anna.access(&house.identity, Permission::OwnPresence, Purpose::CustomerService).await;
    house.identity.end_session(&access, house.anna.session).await.unwrap();
    let (heard, code) = screen.closed(&house).await;
    assert_eq!(code, POLICY);
    assert_eq!(heard.last().unwrap()["type"], "signed_out");
}

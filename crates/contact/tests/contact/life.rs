//! The life of a contact in the database is the life of the machine.

use crate::house::House;
use base::{Actor, ContactId, ErrorCode, MembershipId};
use contact::actions;
use contact::facts;
use contact::model::{EndedBy, Life, State, UnassignReason};
use db::db_test;
use db::testing::TestDb;

async fn life(house: &House, contact: ContactId) -> Life {
    let mut conn = house.db.read(house.organisation).await.unwrap();
    facts::life(&mut conn, contact).await.unwrap().unwrap()
}

#[db_test]
async fn a_question_is_asked_answered_and_recorded(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    house.end(contact, Actor::Customer(contact)).await.unwrap();
    let reason = house.write(async |tx| actions::set_reason(tx, "waste", "Afval", true).await).await.unwrap();
    let anna = Actor::Member(house.anna.membership);
    house.write(async move |tx| actions::wrap_up(tx, anna, contact, reason).await).await.unwrap();
    assert_eq!(life(&house, contact).await.state(), State::Closed);
    let kinds: Vec<String> = house
        .journal()
        .await
        .into_iter()
        .map(|e| e.kind)
        .filter(|kind| kind.starts_with("contact."))
        .collect();
    assert_eq!(
        kinds,
        ["contact.received", "contact.assigned", "contact.ended", "contact.entry_added", "contact.closed"]
    );
}

#[db_test]
async fn two_agents_who_reach_for_it_at_once_do_not_both_get_it(db: TestDb) {
    let house = House::new(db).await;
    for _ in 0..20 {
        let contact = house.receive().await;
        let (anna, bram) = tokio::join!(
            house.assign(contact, house.anna.membership),
            house.assign(contact, house.bram.membership)
        );
        assert!(anna.is_ok() != bram.is_ok(), "{anna:?} {bram:?}");
        let has = life(&house, contact).await.agent().unwrap();
        assert_eq!(has == house.anna.membership, anna.is_ok());
    }
}

#[db_test]
async fn a_reason_has_to_be_one_of_the_organisations_own(db: TestDb) {
    let house = House::new(db).await;
    let old = house.write(async |tx| actions::set_reason(tx, "old", "Oud", false).await).await.unwrap();
    let contact = house.received_by(&house.anna).await;
    house.end(contact, Actor::System).await.unwrap();
    let refused = house.write(async move |tx| actions::wrap_up(tx, Actor::System, contact, old).await).await;
    assert_eq!(refused.unwrap_err().fields()[0].field, "reason_id");
    assert_eq!(life(&house, contact).await.state(), State::WrappingUp, "it was undone whole");
}

#[db_test]
async fn an_unknown_contact_is_not_found_whatever_is_done_to_it(db: TestDb) {
    let house = House::new(db).await;
    let ghost: ContactId = house.db.env().new_id();
    let agent = house.anna.membership;
    let refusals = [
        house.assign(ghost, agent).await,
        house.end(ghost, Actor::System).await,
        house.write(async move |tx| actions::close(tx, Actor::System, ghost).await.map(drop)).await,
        house.write(async move |tx| actions::read_by_agent(tx, ghost, agent, 1).await).await,
        house.write(async move |tx| actions::read_by_customer(tx, ghost, 1).await).await,
        house.write(async move |tx| actions::link_case(tx, Actor::System, ghost, None).await).await,
    ];
    for refused in refusals {
        assert_eq!(refused.unwrap_err().code(), ErrorCode::NotFound);
    }
}

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[db_test]
async fn any_order_of_events_leads_where_the_machine_says(db: TestDb) {
    let house = House::new(db).await;
    let mut dice = Dice(7);
    let mut contacts = Vec::new();
    for _ in 0..10 {
        let contact = house.receive().await;
        contacts.push((contact, life(&house, contact).await));
    }
    for _ in 0..400 {
        house.db.clock.advance(std::time::Duration::from_millis(dice.roll(3)));
        let now = house.db.env().now();
        let chosen = usize::try_from(dice.roll(10)).unwrap();
        let (contact, expected) = contacts[chosen];
        let agents: [MembershipId; 2] = [house.anna.membership, house.bram.membership];
        let agent = agents[usize::from(dice.roll(2) == 0)];
        let (outcome, machine) = match dice.roll(6) {
            0 | 1 => (house.assign(contact, agent).await, expected.assign(agent, now)),
            2 => {
                let why = UnassignReason::Requeued;
                let done =
                    house.write(async move |tx| actions::unassign(tx, Actor::System, contact, why).await);
                (done.await.map(drop), expected.unassign())
            }
            3 => {
                let ended = house.end(contact, Actor::Customer(contact)).await;
                (ended, expected.end(EndedBy::Customer, now))
            }
            4 => (house.end(contact, Actor::Member(agent)).await, expected.end(EndedBy::Agent, now)),
            _ => {
                let done = house.write(async move |tx| actions::close(tx, Actor::System, contact).await);
                (done.await.map(drop), expected.close(now))
            }
        };
        assert_eq!(outcome.is_ok(), machine.is_ok());
        if let Ok(after) = machine {
            contacts[chosen].1 = after;
        }
        assert_eq!(life(&house, contact).await, contacts[chosen].1);
        if contacts[chosen].1.state() == State::Closed {
            let fresh = house.receive().await;
            contacts[chosen] = (fresh, life(&house, fresh).await);
        }
    }
}

#[db_test]
async fn the_rooms_above_find_what_is_open_and_who_knows_the_customer(db: TestDb) {
    let house = House::new(db).await;
    let first = house.received_by(&house.anna).await;
    let second = house.receive().await;
    let access = house.anna.access(
        &house.identity,
        identity::Permission::WriteCustomers,
        identity::Purpose::CustomerService,
    );
    let access = access.await;
    let new = contact::CustomerToMake {
        kind: contact::model::CustomerKind::Person,
        name: Some("Fatma".into()),
        language: base::Language::dutch(),
        handles: vec![],
    };
    let customer = house.contacts.make_customer(&access, &new, None).await.unwrap().show(&access).unwrap().id;
    house.contacts.set_customer(&access, first, Some(customer)).await.unwrap();
    house.end(first, Actor::System).await.unwrap();
    house.write(async move |tx| actions::close(tx, Actor::System, first).await).await.unwrap();
    let mut conn = house.db.read(house.organisation).await.unwrap();
    assert_eq!(facts::open(&mut conn).await.unwrap(), [second]);
    assert_eq!(facts::last_agent(&mut conn, customer).await.unwrap(), Some(house.anna.membership));
    let known = facts::contact(&mut conn, first).await.unwrap().unwrap();
    assert_eq!((known.customer, known.topic.as_str()), (Some(customer), "Afval"));
}

//! What a screen relies on: every change once, in order, only of its own topics and organisation.

use base::{Actor, ContactId, Event, JournalEntry, OrganisationId, Position, Result};
use db::testing::TestDb;
use db::{Db, Migrations, db_test};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use web::live::{Hub, Projector, Push, Topic, Wanted};

const TEST_ROOMS: &[Migrations] = &[db::MIGRATIONS];

#[derive(Serialize, Deserialize)]
struct Said {
    contact: ContactId,
    number: u32,
}

impl Event for Said {
    const KIND: &'static str = "test.said";
    fn subject(&self) -> String {
        self.contact.to_string()
    }
}

/// Numbers from here on are said where nobody listens.
const UNWANTED: u32 = 200;
/// This number cannot be rendered.
const BROKEN: u32 = 1000;
/// How long a test waits for what has to happen.
const PATIENCE: Duration = Duration::from_secs(20);

struct Numbers;

impl Projector for Numbers {
    fn project<'a>(
        &'a self,
        entry: &'a JournalEntry,
        wanted: &'a Wanted,
    ) -> BoxFuture<'a, Result<Vec<Push>>> {
        Box::pin(async move {
            let Some(said) = entry.read::<Said>() else { return Ok(vec![]) };
            if said.number == BROKEN {
                return Err(base::Error::internal("this cannot be rendered"));
            }
            let topic = Topic::contact(said.contact);
            assert!(wanted.is(&topic) || said.number >= UNWANTED);
            Ok(if wanted.is(&topic) { vec![Push::new(topic, "number", &said.number)?] } else { vec![] })
        })
    }
}

async fn say(db: &Db, organisation: OrganisationId, contact: ContactId, number: u32) {
    db.write(organisation, async move |tx| tx.record(Actor::System, &Said { contact, number }))
        .await
        .unwrap();
}

fn hub(db: &Db) -> Hub {
    Hub::new(db.clone(), vec![Arc::new(Numbers)])
}

#[db_test]
async fn a_screen_gets_what_it_follows_in_order_and_nothing_else(db: TestDb) {
    let (mine, theirs) = (db.env().new_id(), db.env().new_id());
    let (followed, other) = (db.env().new_id(), db.env().new_id());
    let hub = hub(&db);
    let mut screen = hub.subscribe(mine).await.unwrap();
    screen.join(Topic::contact(followed));
    let _other_screen = hub.subscribe(theirs).await.unwrap();
    for number in 0..20 {
        say(&db, theirs, followed, 100 + number).await;
        say(&db, mine, other, 200 + number).await;
        say(&db, mine, followed, number).await;
    }
    for number in 0..20 {
        let pushed = screen.recv().await.unwrap();
        assert_eq!(&*pushed.push.object, number.to_string());
        assert_eq!(pushed.position, Some(Position(i64::from(number) * 2 + 2)));
    }
}

#[db_test]
async fn a_screen_that_was_away_gets_the_rest(db: TestDb) {
    let (organisation, contact) = (db.env().new_id(), db.env().new_id());
    let hub = hub(&db);
    for number in 1..=5 {
        say(&db, organisation, contact, number).await;
    }
    let topics = [Topic::contact(contact)].into();
    let missed = hub.replay(organisation, &topics, Position(3)).await.unwrap().unwrap();
    let numbers: Vec<_> = missed.iter().map(|pushed| pushed.push.object.to_string()).collect();
    assert_eq!(numbers, ["4", "5"]);
}

#[db_test]
async fn a_screen_that_lags_is_told_to_load_again(db: TestDb) {
    let (organisation, contact) = (db.env().new_id(), db.env().new_id());
    let hub = hub(&db);
    let mut screen = hub.subscribe(organisation).await.unwrap();
    screen.join(Topic::contact(contact));
    let push = Push::new(Topic::contact(contact), "typing", &true).unwrap();
    for _ in 0..1000 {
        hub.publish(organisation, push.clone());
    }
    assert_eq!(screen.recv().await, None);
    hub.publish(organisation, push);
    assert!(screen.recv().await.is_some(), "after that it goes on");
}

#[db_test]
async fn a_quiet_screen_hears_at_once_that_a_change_could_not_be_rendered(db: TestDb) {
    let (organisation, contact) = (db.env().new_id(), db.env().new_id());
    let hub = hub(&db);
    let mut screen = hub.subscribe(organisation).await.unwrap();
    screen.join(Topic::contact(contact));
    for round in 0..3 {
        say(&db, organisation, contact, BROKEN).await;
        let told = tokio::time::timeout(PATIENCE, screen.recv()).await;
        assert_eq!(told.expect("it is told, though nothing else happens"), None);
        say(&db, organisation, contact, round).await;
        let next = tokio::time::timeout(PATIENCE, screen.recv()).await.unwrap();
        assert_eq!(&*next.expect("after that it goes on").push.object, round.to_string());
    }
}

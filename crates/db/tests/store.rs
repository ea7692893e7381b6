//! What the rooms above rely on: durable answers, gap-free positions, undone refusals.

use base::{Actor, Env, Error, ErrorCode, Event, OrganisationId, Position};
use db::idempotency::{IdempotencyKey, Once, once};
use db::testing::TestDb;
use db::{Db, Migrations, args, db_test, journal, sql};
use serde::{Deserialize, Serialize};

const TEST_ROOMS: &[Migrations] = &[db::MIGRATIONS];

#[derive(Serialize, Deserialize)]
struct Happened {
    number: i64,
}

impl Event for Happened {
    const KIND: &'static str = "test.happened";
    fn subject(&self) -> String {
        self.number.to_string()
    }
}

fn organisation(db: &Db) -> OrganisationId {
    db.env().new_id()
}

async fn happen(db: &Db, organisation: OrganisationId, number: i64) -> base::Result<()> {
    db.write(organisation, async move |tx| tx.record(Actor::System, &Happened { number })).await
}

async fn positions(db: &Db, organisation: OrganisationId) -> Vec<i64> {
    let mut conn = db.read(organisation).await.unwrap();
    let entries = journal::after(&mut conn, Position(0), 10_000).await.unwrap();
    entries.iter().map(|entry| entry.position.0).collect()
}

#[db_test]
async fn a_hundred_writers_at_once_leave_no_gap(db: TestDb) {
    let (one, two) = (organisation(&db), organisation(&db));
    let writes = (0..200).map(|number| happen(&db, if number % 2 == 0 { one } else { two }, number));
    for outcome in futures::future::join_all(writes).await {
        outcome.unwrap();
    }
    for organisation in [one, two] {
        assert_eq!(positions(&db, organisation).await, (1..=100).collect::<Vec<_>>());
    }
}

#[db_test]
async fn facts_that_are_stored_together_stand_in_the_order_they_were_recorded(db: TestDb) {
    let (one, two) = (organisation(&db), organisation(&db));
    for (number, facts) in [1, 7, 8, 9, 32, 45, 100].into_iter().enumerate() {
        let organisation = if number % 2 == 0 { one } else { two };
        let mut conn = db.read(organisation).await.unwrap();
        let head = journal::head(&mut conn).await.unwrap();
        db.write(organisation, async move |tx| {
            (0..facts).try_for_each(|number| tx.record(Actor::System, &Happened { number }))
        })
        .await
        .unwrap();
        let entries = journal::after(&mut conn, head, 1000).await.unwrap();
        let read: Vec<_> = entries.iter().map(|entry| entry.read::<Happened>().unwrap().number).collect();
        assert_eq!(read, (0..facts).collect::<Vec<_>>());
        assert!(
            entries.iter().all(|entry| entry.subject == entry.read::<Happened>().unwrap().number.to_string())
        );
        assert_eq!(entries.last().unwrap().position, Position(head.0 + facts));
    }
}

#[db_test]
async fn what_is_read_while_the_journal_is_held_goes_up_to_just_that_position(db: TestDb) {
    let organisation = organisation(&db);
    happen(&db, organisation, 1).await.unwrap();
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    // The writer waits here until the next three wait behind it, so that all four share a transaction.
    let first = db.write(organisation, async move |tx| {
        gone.await.unwrap();
        tx.record(Actor::System, &Happened { number: 2 })
    });
    let second = happen(&db, organisation, 3);
    let refused = db.write(organisation, async move |tx| {
        tx.record(Actor::System, &Happened { number: 0 })?;
        Err::<(), _>(Error::conflict("no"))
    });
    let holds = db.write(organisation, async move |tx| journal::hold(tx).await);
    let release = async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        go.send(()).unwrap();
    };
    let (first, second, refused, held, ()) = tokio::join!(first, second, refused, holds, release);
    first.and(second).unwrap();
    assert_eq!(refused.unwrap_err().code(), ErrorCode::Conflict);
    assert_eq!(held.unwrap(), Position(3), "facts of closures that share the transaction are before it");
    assert_eq!(positions(&db, organisation).await, [1, 2, 3]);
}

#[db_test]
async fn a_refused_closure_is_undone_and_its_neighbours_are_not(db: TestDb) {
    let organisation = organisation(&db);
    let writes = (0..60).map(|number| {
        db.write(organisation, async move |tx| {
            tx.record(Actor::System, &Happened { number })?;
            journal::advance(tx, "reader", Position(number)).await?;
            if number % 3 == 0 { Err(Error::conflict("no")) } else { Ok(number) }
        })
    });
    let outcomes = futures::future::join_all(writes).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 40);
    assert_eq!(positions(&db, organisation).await, (1..=40).collect::<Vec<_>>());
    let mut conn = db.read(organisation).await.unwrap();
    let last = journal::cursor(&mut conn, "reader").await.unwrap();
    assert_ne!(last.0 % 3, 0, "a refused closure's cursor was kept");
}

#[db_test]
async fn a_statement_that_fails_in_the_engine_spoils_only_its_own_closure(db: TestDb) {
    let organisation = organisation(&db);
    let writes = (0..30).map(|number| {
        db.write(organisation, async move |tx| {
            let organisation = tx.organisation();
            let key = if number % 2 == 0 { "same".to_owned() } else { number.to_string() };
            tx.execute(
                sql!("INSERT INTO journal_cursors (organisation_id, reader, position) VALUES ($1, $2, $3)"),
                args![organisation, key, number],
            )
            .await
        })
    });
    let outcomes = futures::future::join_all(writes).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 16);
    for refused in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert_eq!(refused.code(), ErrorCode::Conflict);
    }
}

#[db_test]
async fn a_panic_in_a_closure_is_an_error_and_the_writer_goes_on(db: TestDb) {
    let organisation = organisation(&db);
    let panicked = db
        .write(organisation, async |tx| {
            tx.record(Actor::System, &Happened { number: 1 })?;
            assert!(tx.env().now().micros() <= 0, "on purpose");
            Ok(())
        })
        .await;
    assert_eq!(panicked.unwrap_err().code(), ErrorCode::Internal);
    happen(&db, organisation, 2).await.unwrap();
    assert_eq!(positions(&db, organisation).await, [1]);
}

#[db_test]
async fn a_follower_sees_everything_once_and_in_order(db: TestDb) {
    let organisation = organisation(&db);
    happen(&db, organisation, 1).await.unwrap();
    let mut follower = journal::Follower::new(&db, organisation, Position(0));
    let mut seen = Vec::new();
    let write = async {
        for number in 2..=50 {
            happen(&db, organisation, number).await.unwrap();
        }
    };
    let read = async {
        while seen.len() < 50 {
            seen.extend(follower.next().await.unwrap().iter().map(|e| e.read::<Happened>().unwrap().number));
        }
    };
    tokio::join!(write, read);
    assert_eq!(seen, (1..=50).collect::<Vec<_>>());
}

#[db_test]
async fn a_bell_rings_after_the_commit_and_not_for_what_was_refused(db: TestDb) {
    let organisation = organisation(&db);
    let mut bell = db.bell("work");
    let refused = db.write(organisation, async |tx| {
        tx.ring("work");
        Err::<(), _>(Error::conflict("no"))
    });
    assert!(refused.await.is_err());
    assert!(!bell.has_changed().unwrap());
    let ring = db.write(organisation, async |tx| {
        tx.ring("work");
        Ok(())
    });
    ring.await.unwrap();
    bell.changed().await.unwrap();
}

#[db_test]
async fn what_was_acknowledged_is_there_when_opened_again(db: TestDb) {
    let organisation = organisation(&db);
    happen(&db, organisation, 1).await.unwrap();
    let again = Db::open(&db.options, Env::system()).await.unwrap();
    assert_eq!(positions(&again, organisation).await, [1]);
    again.close().await;
}

#[db_test]
async fn a_repeated_request_finds_what_it_made(db: TestDb) {
    let organisation = organisation(&db);
    let send = |request: &'static [u8], id: &'static str| {
        let key = IdempotencyKey::new("k1", request).unwrap();
        db.write(organisation, async move |tx| once(tx, "someone", &key, id).await)
    };
    assert_eq!(send(b"a", "first").await.unwrap(), Once::First);
    assert_eq!(send(b"a", "second").await.unwrap(), Once::Repeat("first".into()));
    assert_eq!(send(b"b", "third").await.unwrap_err().code(), ErrorCode::KeyReused);
}

const CHANGED: Migrations =
    Migrations { room: "db", scripts: &[db::Migration { name: "0001_journal", script: "SELECT 1" }] };

#[db_test]
async fn migrations_run_once_and_may_not_change(db: TestDb) {
    db.migrate(TEST_ROOMS).await.unwrap();
    assert_eq!(db.migrate(&[CHANGED]).await.unwrap_err().code(), ErrorCode::Internal);
}

#[test]
fn an_address_that_is_no_database_says_what_to_write() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refused = runtime.block_on(Db::open(&db::Options::new("mysql://x"), Env::system())).unwrap_err();
    assert_eq!(refused.fields()[0].field, "database.url");
    assert!(refused.detail().contains("sqlite:"), "{refused}");
}

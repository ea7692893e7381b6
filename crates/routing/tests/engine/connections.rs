//! Screens come and go, and what that means to their agents is stored, whatever the database does meanwhile.

use crate::house::House;
use base::Timestamp;
use db::testing::TestDb;
use db::{Db, Engine, Sql, args, db_test, sql};
use identity::testing::SignedInMember;
use routing::actions;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::oneshot;

/// Waits until routing counts so many agents of the queue who are ready and connected.
async fn until_agents_ready(house: &House, number: u32) {
    house
        .until("so many agents", async || {
            let queues = house.routing.queues(house.organisation).await.unwrap();
            let queue = queues.into_iter().find(|queue| queue.id == house.queue)?;
            (queue.agents_ready == number).then_some(())
        })
        .await;
}

/// Time goes by in steps of a second, with a look at each.
async fn pass(house: &House, time: Duration) {
    let since = house.db.env().now();
    while house.db.env().now().since(since) < time {
        house.presence(&house.anna).await;
        house.db.clock.advance(Duration::from_secs(1));
    }
}

/// Since when an agent's connection is lost.
async fn lost_at(house: &House, who: &SignedInMember) -> Option<Timestamp> {
    let mut conn = house.db.read(house.organisation).await.unwrap();
    let lost = sql!("SELECT lost_at FROM routing_agents WHERE organisation_id = $1 AND membership_id = $2");
    conn.one(lost, args![house.organisation, who.membership]).await.unwrap().get("lost_at").unwrap()
}

async fn alter(house: &House, statement: Sql) {
    let alter = async move |tx: &mut db::GlobalTx| tx.execute(statement, args![]).await;
    house.db.write_global(alter).await.unwrap();
}

#[db_test]
async fn an_agent_whose_screen_comes_back_within_the_minute_keeps_everything(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    let first = house.arrive().await;
    house.take(&house.anna).await;
    until_agents_ready(&house, 1).await;
    house.close_screen(&house.anna).await.unwrap();
    until_agents_ready(&house, 0).await;
    pass(&house, Duration::from_secs(30)).await;
    house.open_screen(&house.anna).await;
    until_agents_ready(&house, 1).await;
    pass(&house, Duration::from_mins(2)).await;
    assert_eq!(house.presence(&house.anna).await, ("ready".into(), Value::Null));
    let second = house.arrive().await;
    house.take(&house.anna).await;
    let work = house.ok(&house.anna, "GET", "/work", Value::Null).await;
    let in_hand: Vec<&Value> =
        work["contacts"].as_array().unwrap().iter().map(|contact| &contact["id"]).collect();
    assert_eq!(in_hand, [&json!(first.to_string()), &json!(second.to_string())]);
}

#[db_test]
async fn a_screen_whose_end_cannot_be_stored_is_noticed_later(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    house.arrive().await;
    house.take(&house.anna).await;
    house.ready(&house.bram).await;
    house.close_screen(&house.bram).await.unwrap();
    let one_is_lost = sql!(
        global "CREATE UNIQUE INDEX one_is_lost ON routing_agents
             (organisation_id, (CASE WHEN lost_at IS NULL THEN membership_id ELSE '' END))"
    );
    alter(&house, one_is_lost).await;
    assert!(house.close_screen(&house.anna).await.is_err(), "the database does not take it");
    assert_eq!(lost_at(&house, &house.anna).await, None);
    alter(&house, sql!(global "DROP INDEX one_is_lost")).await;
    let back = house.db.env().now();
    let lost = house.until("noticing it", async || lost_at(&house, &house.anna).await).await;
    assert!(lost >= back, "her minute to come back begins when that is possible");
    house
        .until("giving up on her", async || {
            house.db.clock.advance(Duration::from_secs(1));
            (house.presence(&house.anna).await.0 == "offline").then_some(())
        })
        .await;
}

#[db_test]
async fn a_screen_that_cannot_be_opened_does_not_count(db: TestDb) {
    let house = House::new(db).await;
    alter(&house, sql!(global "ALTER TABLE routing_agents RENAME TO routing_agents_away")).await;
    let opened = house.routing.screen_opened(house.organisation, house.anna.membership).await;
    assert!(opened.is_err(), "the database is not as it should be");
    alter(&house, sql!(global "ALTER TABLE routing_agents_away RENAME TO routing_agents")).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    house.close_screen(&house.anna).await.unwrap();
    assert!(lost_at(&house, &house.anna).await.is_some(), "that was her last screen");
}

#[db_test]
async fn an_agent_thought_lost_who_has_a_screen_here_is_found_again(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    house.arrive().await;
    house.take(&house.anna).await;
    let (agent, now) = (house.anna.membership, house.db.env().now());
    house.write(async move |tx| actions::disconnect(tx, agent, now).await).await.unwrap();
    let found = async || lost_at(&house, &house.anna).await.is_none().then_some(());
    house.until("finding her again", found).await;
    assert_eq!(house.presence(&house.anna).await.0, "ready");
}

#[db_test]
async fn the_minute_to_come_back_counts_from_when_the_last_screen_was_last_heard(db: TestDb) {
    let house = House::new(db).await;
    let organisation = house.organisation;
    let open = async || house.routing.screen_opened(organisation, house.anna.membership).await.unwrap();
    let (one, other) = (open().await, open().await);
    house.db.clock.advance(Duration::from_secs(5));
    one.heard();
    let heard = house.db.env().now();
    house.db.clock.advance(Duration::from_secs(45));
    one.close().await.unwrap();
    assert_eq!(lost_at(&house, &house.anna).await, None, "she has another");
    other.close().await.unwrap();
    assert_eq!(lost_at(&house, &house.anna).await, Some(heard));
}

/// Writes to the row that an owner shows its lease with.
async fn touch_lease(db: &Db, house: &House, then: impl Future<Output = ()> + Send + 'static) -> bool {
    let organisation = house.organisation;
    let touch = async move |tx: &mut db::Tx| {
        let touch = sql!("UPDATE routing_leases SET beat = beat WHERE organisation_id = $1");
        tx.execute(touch, args![organisation]).await?;
        then.await;
        Ok(())
    };
    db.write(organisation, touch).await.is_ok()
}

/// SQLite gives up on a lock by itself; on PostgreSQL whoever waits for one loses the connection.
async fn refuse_who_waits(db: &Db) {
    if db.engine() == Engine::Postgres {
        let refuse = sql!(
            global "SELECT CAST(pg_terminate_backend(pid) AS TEXT) AS ended FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event_type = 'Lock'"
        );
        db.read_global().await.unwrap().all(refuse, args![]).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
}

#[db_test]
async fn an_offer_that_ran_out_while_the_database_was_away_was_not_missed(db: TestDb) {
    let house = House::new(db).await;
    let _node = house.node();
    house.ready(&house.anna).await;
    house.arrive().await;
    let before = house.offer(&house.anna).await;
    let other = Db::open(&house.db.options, house.db.env().clone()).await.unwrap();
    let ((taken, away), (back, come_back)) = (oneshot::channel(), oneshot::channel::<()>());
    let hold = touch_lease(&other, &house, async move {
        taken.send(()).unwrap();
        let _ = come_back.await;
    });
    let outage = async {
        away.await.unwrap();
        house.db.clock.advance(Duration::from_secs(30));
        // The second is refused after what routing wanted to write while the first was tried.
        for _ in 0..2 {
            let mut tried = std::pin::pin!(touch_lease(&house.db, &house, async {}));
            let stored = loop {
                tokio::select! {
                    stored = &mut tried => break stored,
                    () = refuse_who_waits(&other) => {}
                }
            };
            assert!(!stored, "the database is away");
        }
        back.send(()).unwrap();
    };
    tokio::join!(hold, outage);
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

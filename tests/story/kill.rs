//! The program is killed at random moments under load. What was acknowledged is there afterwards, once.

use crate::play::{Program, Started, Visitor};
use base::Env;
use db::Engine;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::RwLock;

const VISITORS: usize = 8;

fn kills() -> u32 {
    std::env::var("BALIE_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(5)
}

/// Talks until told to stop, coming back after each kill, and gives what was acknowledged.
async fn talk(program: Arc<RwLock<Program>>, started: Started, stop: Arc<AtomicBool>) -> BTreeSet<String> {
    let mut acknowledged = BTreeSet::new();
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        let connected = {
            let program = program.read().await;
            Visitor::connect(&program, started.clone(), 0).await
        };
        let Ok(mut visitor) = connected else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        while !stop.load(Ordering::Relaxed) {
            let words = format!("bericht {number}");
            // Said again under the same reference until it is acknowledged, as the widget does.
            if visitor.say_surely(&format!("r{number}"), &words).await.is_err() {
                break;
            }
            acknowledged.insert(words);
            number += 1;
        }
    }
    acknowledged
}

async fn killed_under_load(engine: Engine) {
    let env = Env::system();
    let program = Program::start(engine).await;
    let mut started = Vec::new();
    for number in 0..VISITORS {
        started.push(Started::ask(&program, &format!("vraag {number}")).await);
    }
    let program = Arc::new(RwLock::new(program));
    let stop = Arc::new(AtomicBool::new(false));
    let talks: Vec<_> =
        started.iter().map(|one| tokio::spawn(talk(program.clone(), one.clone(), stop.clone()))).collect();
    for _ in 0..kills() {
        let wait = 200 + u64::from(u16::from_be_bytes(env.random_bytes())) % 1500;
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let mut program = program.write().await;
        program.kill();
        program.start_again().await;
    }
    stop.store(true, Ordering::Relaxed);
    let mut total = 0;
    for (talk, started) in talks.into_iter().zip(started) {
        let acknowledged = talk.await.expect("a talk ends");
        total += acknowledged.len();
        let program = program.read().await;
        let mut back = Visitor::connect(&program, started, 0).await.expect("coming back");
        let last = back.conversation["last_seq"].as_i64().expect("a last place");
        back.until(|back| back.entries.contains_key(&last)).await.expect("the rest");
        for words in &acknowledged {
            let times = back.entries.values().filter(|entry| entry["text"] == *words).count();
            assert_eq!(times, 1, "{words} was acknowledged and is there {times} times");
        }
        let places: Vec<_> = back.entries.keys().copied().collect();
        assert_eq!(places.len(), places.iter().collect::<BTreeSet<_>>().len());
    }
    assert!(total > 50, "there was load: {total} messages");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_under_load_on_sqlite() {
    killed_under_load(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_under_load_on_postgres() {
    killed_under_load(Engine::Postgres).await;
}

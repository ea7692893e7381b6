//! The program is killed at random moments under load. What was acknowledged is there afterwards, once.

use crate::play::{Program, Started, Visitor};
use base::Env;
use db::Engine;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::sync::RwLock;
use tokio::task::JoinHandle;

const VISITORS: usize = 8;

/// How often: some times in a test, `BALIE_TEST_KILLS` says how often in a soak.
pub fn kills() -> u32 {
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

/// Visitors who talk while the program is stopped hard again and again.
pub struct UnderLoad {
    program: Arc<RwLock<Program>>,
    started: Vec<Started>,
    talks: Vec<JoinHandle<BTreeSet<String>>>,
    stop: Arc<AtomicBool>,
}

impl UnderLoad {
    /// Visitors ask, and then talk as fast as they are answered.
    pub async fn begin(program: Program) -> Self {
        let mut started = Vec::new();
        for number in 0..VISITORS {
            started.push(Started::ask(&program, &format!("vraag {number}")).await);
        }
        Self::go_on(program, started)
    }

    /// Visitors who asked before talk.
    pub fn go_on(program: Program, started: Vec<Started>) -> Self {
        let (program, stop) = (Arc::new(RwLock::new(program)), Arc::new(AtomicBool::new(false)));
        let talk = |one: &Started| tokio::spawn(talk(program.clone(), one.clone(), stop.clone()));
        let talks = started.iter().map(talk).collect();
        Self { program, started, talks, stop }
    }

    /// Stops the program at a random moment, does something while it does not run, and starts it again.
    pub async fn cut(&self, meanwhile: impl FnOnce(&Program)) {
        let wait = 200 + u64::from(u16::from_be_bytes(Env::system().random_bytes())) % 1500;
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let mut program = self.program.write().await;
        program.kill();
        meanwhile(&program);
        program.start_again().await;
    }

    /// How many messages were acknowledged in all, and those that are not there exactly once.
    pub async fn end(self) -> (usize, Vec<String>) {
        self.stop.store(true, Ordering::Relaxed);
        let (mut total, mut wrong) = (0, Vec::new());
        for (talk, started) in self.talks.into_iter().zip(self.started) {
            let acknowledged = talk.await.expect("a talk ends");
            total += acknowledged.len();
            let program = self.program.read().await;
            let mut back = Visitor::connect(&program, started, 0).await.expect("coming back");
            let last = back.conversation["last_seq"].as_i64().expect("a last place");
            back.until(|back| back.entries.contains_key(&last)).await.expect("the rest");
            for words in acknowledged {
                let times = back.entries.values().filter(|entry| entry["text"] == *words).count();
                if times != 1 {
                    wrong.push(format!("{words} was acknowledged and is there {times} times"));
                }
            }
        }
        (total, wrong)
    }
}

async fn killed_under_load(engine: Engine) {
    let load = UnderLoad::begin(Program::start(engine).await).await;
    for _ in 0..kills() {
        load.cut(|_| ()).await;
    }
    let (total, wrong) = load.end().await;
    assert!(wrong.is_empty(), "{wrong:#?}");
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

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_when_told_with_sockets_and_requests_open() {
    let mut program = Program::start(Engine::Sqlite).await;
    let started = Started::ask(&program, "Blijft u nog even?").await;
    let _visitor = Visitor::connect(&program, started.clone(), 0).await.expect("a socket");
    let mut slow = tokio::net::TcpStream::connect(program.address()).await.expect("a line");
    let head = format!(
        "POST /api/v1/chat/attachments HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
         content-type: multipart/form-data; boundary=x\r\ncontent-length: 1000\r\n\r\n--x\r\n",
        program.address(),
        started.token
    );
    slow.write_all(head.as_bytes()).await.expect("a request that does not end");
    // It is under way when another request after it has been answered.
    started.get(&program, "/transcript").await;
    assert!(program.stop().await, "{}", program.logged());
    program.start_again().await;
    assert_eq!(started.get(&program, "/transcript").await.status(), 200);
}

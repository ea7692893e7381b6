//! The disk gets full while visitors talk, and somebody makes room.

use super::until_ready;
use crate::play::{Agent, Program, Started, Visitor, text};
use db::Engine;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

/// Lets the process write files up to this size.
fn largest_file(program: &Program, size: &str) {
    let process = program.process().to_string();
    let done =
        Command::new("prlimit").args(["--pid", &process, &format!("--fsize={size}:unlimited")]).status();
    assert!(done.expect("prlimit of util-linux runs").success());
}

/// Says something until it is acknowledged or refused; true if it was acknowledged.
async fn say(visitor: &mut Visitor, reference: &str, words: &str) -> bool {
    visitor.say(reference, words).await.expect("the socket takes it");
    loop {
        let frame = visitor.next().await.expect("the socket lives on");
        match text(&frame, "/type") {
            "ack" if frame["ref"] == reference => return true,
            "refused" if frame["code"] == "too_many_requests" => {
                tokio::time::sleep(Duration::from_secs(1)).await;
                visitor.say(reference, words).await.expect("the socket takes it");
            }
            "refused" if frame["ref"] == reference => {
                assert_eq!(text(&frame, "/code"), "unavailable", "{frame}");
                return false;
            }
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_messages_and_keeps_what_it_acknowledged() {
    // Without the signal, a write past the limit fails as on a full disk.
    let mut program = Program::start_limited(Engine::Sqlite, Some("trap '' XFSZ")).await;
    let process = program.process();
    let started = Started::ask(&program, "Past dit er nog bij?").await;
    let mut visitor = Visitor::connect(&program, started.clone(), 0).await.unwrap();
    let agent = Agent::sign_in(&program, "sem.bakker@lindedam.example").await;
    agent.go_ready().await;
    agent.accept_next().await;
    let contact = &started.contact;

    let mut kept = BTreeSet::new();
    let mut refused = None;
    for number in 0..60 {
        if number == 3 {
            // Less than the database has already, so that the next file to grow does not.
            largest_file(&program, "65536");
        }
        let words = format!("bericht {number}");
        if say(&mut visitor, &format!("r{number}"), &words).await {
            kept.insert(words);
        } else {
            refused = Some((number, words));
            break;
        }
    }
    let (number, words) = refused.expect("the disk got full");
    assert!(number >= 3, "before that there was room");
    let answer = json!({ "text": "Ik kijk even.", "client_ref": "a1" });
    let answered =
        agent.call(Method::POST, &format!("/contacts/{contact}/messages"), Some(answer.clone())).await;
    super::problem(answered, 503, "unavailable").await;
    // It stays full for a while, and the background work meets it too.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(program.runs(), "{}", program.logged());

    largest_file(&program, "unlimited");
    until_ready(&program, true).await;
    assert!(say(&mut visitor, &format!("r{number}"), &words).await, "there is room again");
    kept.insert(words);
    agent.act(Method::POST, &format!("/contacts/{contact}/messages"), answer).await;
    visitor.until(|visitor| visitor.has_seen("Ik kijk even.")).await.unwrap();
    assert_eq!(program.process(), process, "the same process goes on");

    // A power cut on top of it: everything is there, once.
    program.kill();
    program.start_again().await;
    let mut back = Visitor::connect(&program, started, 0).await.unwrap();
    let last = back.conversation["last_seq"].as_i64().unwrap();
    back.until(|back| back.entries.contains_key(&last)).await.unwrap();
    for words in kept.iter().map(String::as_str).chain(["Ik kijk even."]) {
        let times = back.entries.values().filter(|entry| entry["text"] == words).count();
        assert_eq!(times, 1, "{words} is there {times} times");
    }
}

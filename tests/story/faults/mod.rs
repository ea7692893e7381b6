//! What goes wrong around the program, and what people do to it: a clear error, nothing acknowledged is lost, and it
//! goes on by itself.

mod database;
mod disk;
mod frames;
mod requests;
mod scripts;
mod sessions;
mod strangers;

use crate::play::{Program, soon};
use reqwest::{Client, Response};
use serde_json::Value;
use std::time::Duration;

/// Checks that an answer is a problem with this status and code, and gives it.
pub async fn problem(answer: Response, status: u16, code: &str) -> Value {
    let path = answer.url().path().to_owned();
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    let found = answer.status().as_u16();
    let text = answer.text().await.expect("a body");
    assert_eq!(found, status, "{path}: {text}");
    assert_eq!(kind.as_deref(), Some("application/problem+json"), "{path}: {text}");
    let body: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&body["code"], &body["status"]), (&code.into(), &status.into()), "{path}: {text}");
    assert!(
        body["detail"].as_str().is_some_and(|detail| detail.len() > 10),
        "{path} says what to do: {text}"
    );
    body
}

/// Waits until `/readyz` says this.
async fn until_ready(program: &Program, ready: bool) {
    let client = Client::new();
    soon("readyz tells", async {
        loop {
            let answer = client.get(program.url("/readyz")).send().await.expect("the program answers");
            if answer.status().is_success() == ready {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await;
}

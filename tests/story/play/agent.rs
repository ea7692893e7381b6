//! An agent at the desk, over the interface that the desk uses.

use super::{Program, soon, text};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

/// The password of everybody in the demo.
const PASSWORD: &str = "lindedam-demo";

/// A signed-in agent.
pub struct Agent {
    client: Client,
    program: String,
}

impl Agent {
    /// Signs in.
    pub async fn sign_in(program: &Program, email: &str) -> Self {
        let client = Client::builder().cookie_store(true).build().expect("a client");
        let agent = Self { client, program: program.url("") };
        let answer =
            agent.call(Method::POST, "/session", Some(json!({ "email": email, "password": PASSWORD }))).await;
        assert_eq!(
            answer.status(),
            StatusCode::OK,
            "{email} signs in: {}",
            answer.text().await.unwrap_or_default()
        );
        agent
    }

    /// Calls the API.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let mut request = self
            .client
            .request(method, format!("{}/api/v1{path}", self.program))
            .header("origin", &self.program)
            .header("sec-fetch-site", "same-origin");
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.expect("an answer")
    }

    /// Reads something that must be there.
    pub async fn get(&self, path: &str) -> Value {
        let answer = self.call(Method::GET, path, None).await;
        let status = answer.status();
        let body: Value = answer.json().await.expect("JSON");
        assert!(status.is_success(), "GET {path}: {status} {body:#}");
        body
    }

    /// Does something that must succeed.
    pub async fn act(&self, method: Method, path: &str, body: Value) -> Value {
        let answer = self.call(method.clone(), path, Some(body)).await;
        let status = answer.status();
        let body = answer.text().await.expect("a body");
        assert!(status.is_success(), "{method} {path}: {status} {body}");
        serde_json::from_str(&body).unwrap_or(Value::Null)
    }

    /// Goes ready.
    pub async fn go_ready(&self) {
        self.act(Method::PUT, "/presence", json!({ "state": "ready" })).await;
    }

    /// Waits for an offer and accepts it; gives the contact.
    pub async fn accept_next(&self) -> Value {
        let offer = soon("an offer", async {
            loop {
                let work = self.get("/work").await;
                if let Some(offer) = work["offers"].as_array().and_then(|offers| offers.first()) {
                    return offer.clone();
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
        self.act(Method::POST, &format!("/offers/{}/accept", text(&offer, "/id")), json!({})).await
    }
}

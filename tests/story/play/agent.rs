//! An agent at the desk, over the interface that the desk uses.

use super::{Program, soon, text};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

/// A signed-in agent.
#[derive(Clone)]
pub struct Agent {
    client: Client,
    program: String,
    cookie: String,
}

/// The password of everybody at the organisation of this address, in the demo.
fn password(email: &str) -> String {
    let organisation = email.rsplit('@').next().and_then(|domain| domain.split('.').next());
    format!("{}-demo", organisation.unwrap_or_default())
}

impl Agent {
    /// Signs in.
    pub async fn sign_in(program: &Program, email: &str) -> Self {
        let client = Client::builder().cookie_store(true).build().expect("a client");
        let mut agent = Self { client, program: program.url(""), cookie: String::new() };
        let said = json!({ "email": email, "password": password(email) });
        let answer = agent.call(Method::POST, "/session", Some(said)).await;
        let cookie = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        agent.cookie = cookie.and_then(|cookie| cookie.split(';').next()).unwrap_or_default().to_owned();
        assert_eq!(
            answer.status(),
            StatusCode::OK,
            "{email} signs in: {}",
            answer.text().await.unwrap_or_default()
        );
        agent
    }

    /// The cookie of the session, as a browser sends it.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// A request that says it comes from our own page.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}/api/v1{path}", self.program))
            .header("origin", &self.program)
            .header("sec-fetch-site", "same-origin")
    }

    /// Calls the API.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let mut request = self.request(method, path);
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

    /// Takes no more contacts for now; what was offered goes to others.
    pub async fn take_a_break(&self) {
        self.act(Method::PUT, "/presence", json!({ "state": "not_ready", "reason": "break" })).await;
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

    /// Sends a file to a contact; gives what is known of it.
    pub async fn upload(&self, contact: &str, name: &str, content: &[u8]) -> Response {
        let file = Part::bytes(content.to_vec()).file_name(name.to_owned());
        let form = Form::new().text("contact_id", contact.to_owned()).part("file", file);
        self.request(Method::POST, "/attachments").multipart(form).send().await.expect("an answer")
    }
}

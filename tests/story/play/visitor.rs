//! A visitor of the website of Lindedam, over the interface that the widget uses.

use super::{Program, soon, text};
use base::Env;
use futures::{SinkExt, StreamExt};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// What a visitor holds after asking: enough to come back.
#[derive(Clone)]
pub struct Started {
    pub token: String,
    pub contact: String,
}

/// A visitor with an open socket.
pub struct Visitor {
    pub started: Started,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The conversation as it was last told.
    pub conversation: Value,
    /// All entries seen, by their place.
    pub entries: BTreeMap<i64, Value>,
    /// Places of what was acknowledged, by its reference.
    pub acknowledged: BTreeMap<String, i64>,
}

impl Started {
    /// Asks a question about the first topic.
    pub async fn ask(program: &Program, question: &str) -> Self {
        let started = Self::try_to_ask(program, "Fatma", question).await;
        let status = started.status();
        let started: Value = started.json().await.expect("JSON");
        assert!(status.is_success(), "{status} {started:#}");
        Self { token: text(&started, "/token").to_owned(), contact: text(&started, "/contact_id").to_owned() }
    }

    /// Asks a question under a name; gives the answer, whatever it is.
    pub async fn try_to_ask(program: &Program, name: &str, question: &str) -> Response {
        let client = Client::new();
        let key = program.widget_key().await;
        let config: Value = client
            .get(program.url(&format!("/api/v1/chat/{key}/config?language=nl")))
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .expect("the widget's configuration")
            .json()
            .await
            .expect("JSON");
        let request = json!({
            "topic_id": text(&config, "/topics/0/id"),
            "language": "nl",
            "name": name,
            "text": question,
            "client_ref": format!("{:032x}", u128::from_be_bytes(Env::system().random_bytes())),
        });
        let url = program.url(&format!("/api/v1/chat/{key}/conversations"));
        client.post(url).json(&request).send().await.expect("an answer")
    }

    /// Sends a file, to be said afterwards.
    pub async fn upload(&self, program: &Program, name: &str, content: &[u8]) -> Response {
        let form = Form::new().part("file", Part::bytes(content.to_vec()).file_name(name.to_owned()));
        let url = program.url("/api/v1/chat/attachments");
        Client::new().post(url).bearer_auth(&self.token).multipart(form).send().await.expect("an answer")
    }

    /// Reads something that belongs to the conversation.
    pub async fn get(&self, program: &Program, path: &str) -> Response {
        let url = program.url(&format!("/api/v1/chat{path}"));
        Client::new().get(url).bearer_auth(&self.token).send().await.expect("an answer")
    }
}

impl Visitor {
    /// Opens the socket, and asks for what came after `after`.
    pub async fn connect(program: &Program, started: Started, after: i64) -> Result<Self, String> {
        let url = program.socket_url("/api/v1/chat/live");
        let (socket, _) = tokio_tungstenite::connect_async(url).await.map_err(|error| error.to_string())?;
        let mut visitor = Self {
            started,
            socket,
            conversation: Value::Null,
            entries: BTreeMap::new(),
            acknowledged: BTreeMap::new(),
        };
        let hello = json!({ "type": "hello", "token": visitor.started.token, "after": after });
        visitor.send(&hello).await?;
        visitor.until(|visitor| visitor.conversation.is_object()).await?;
        Ok(visitor)
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &Value) -> Result<(), String> {
        self.send_raw(&frame.to_string()).await
    }

    /// Sends any text.
    pub async fn send_raw(&mut self, frame: &str) -> Result<(), String> {
        self.socket.send(Message::text(frame)).await.map_err(|error| error.to_string())
    }

    /// Sends any frame.
    pub async fn send_frame(&mut self, frame: Message) -> Result<(), String> {
        self.socket.send(frame).await.map_err(|error| error.to_string())
    }

    /// Reads until the program closes the socket; gives the code it said.
    pub async fn closed(&mut self) -> Option<u16> {
        soon("the socket is closed", async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Close(reason))) => return reason.map(|reason| reason.code.into()),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        })
        .await
    }

    /// Reads frames until one of this type comes.
    pub async fn hear(&mut self, kind: &str) -> Result<Value, String> {
        soon(kind, async {
            loop {
                let frame = self.next().await?;
                if frame["type"] == kind {
                    return Ok(frame);
                }
            }
        })
        .await
    }

    /// Says something; the reference makes it safe to say again.
    pub async fn say(&mut self, reference: &str, words: &str) -> Result<(), String> {
        self.send(&json!({ "type": "say", "ref": reference, "text": words, "attachments": [] })).await
    }

    /// Says something and waits until it is acknowledged.
    pub async fn say_surely(&mut self, reference: &str, words: &str) -> Result<(), String> {
        self.say(reference, words).await?;
        self.until(|visitor| visitor.acknowledged.contains_key(reference)).await
    }

    /// Reads the next frame and takes it in.
    pub async fn next(&mut self) -> Result<Value, String> {
        loop {
            let message =
                self.socket.next().await.ok_or("the socket closed")?.map_err(|error| error.to_string())?;
            let Message::Text(frame) = message else { continue };
            let frame: Value = serde_json::from_str(&frame).expect("a frame is JSON");
            self.take_in(&frame);
            return Ok(frame);
        }
    }

    fn take_in(&mut self, frame: &Value) {
        match text(frame, "/type") {
            "welcome" | "state" => self.conversation = frame["conversation"].clone(),
            "entry" => {
                let seq = frame["entry"]["seq"].as_i64().expect("a place");
                self.entries.insert(seq, frame["entry"].clone());
            }
            "ack" => {
                let reference = text(frame, "/ref").to_owned();
                self.acknowledged.insert(reference, frame["seq"].as_i64().expect("a place"));
            }
            _ => {}
        }
    }

    /// Reads frames until something holds.
    pub async fn until(&mut self, holds: impl Fn(&Self) -> bool) -> Result<(), String> {
        soon("what the visitor waits for", async {
            while !holds(self) {
                self.next().await?;
            }
            Ok(())
        })
        .await
    }

    /// Whether a message with these words was seen.
    pub fn has_seen(&self, words: &str) -> bool {
        self.entries.values().any(|entry| entry["text"] == words)
    }
}

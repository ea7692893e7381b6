//! The live socket of an agent's screen, over a port of this machine.

use crate::house::House;
use futures::{SinkExt, StreamExt};
use identity::testing::SignedInMember;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// How long a test waits for a frame that has to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often a test looks whether a socket is closed; each time the clock goes on by a part of a second.
const CREEPS: u32 = 500;

pub(crate) struct Screen {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Screen {
    /// Somebody opens the desk. A node has to run.
    pub(crate) async fn open(house: &House, who: &SignedInMember) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = axum::Router::from(house.routes.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        house
            .until("a screen", async || {
                let mut request = format!("ws://{address}/api/v1/live").into_client_request().unwrap();
                request.headers_mut().insert("origin", format!("http://{address}").parse().unwrap());
                request.headers_mut().insert("cookie", who.cookie.parse().unwrap());
                let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
                let mut screen = Self { socket };
                screen.send(json!({ "type": "resume", "after": null })).await;
                screen.next().await.is_ok_and(|hello| hello["type"] == "hello").then_some(screen)
            })
            .await
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        // A socket that is closing tells so when it is read.
        let _ = self.socket.send(Message::text(frame.to_string())).await;
    }

    /// Watches a contact, and waits until that was taken in.
    pub(crate) async fn watch(&mut self, contact: impl std::fmt::Display) {
        self.send(json!({ "type": "watch", "contact_id": contact.to_string() })).await;
        self.send(json!({ "type": "ping" })).await;
        self.hear("pong").await;
    }

    /// The next frame, or the code with which the socket was closed.
    pub(crate) async fn next(&mut self) -> Result<Value, Option<u16>> {
        let next = async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Text(frame))) => return Ok(serde_json::from_str(&frame).unwrap()),
                    Some(Ok(Message::Close(reason))) => return Err(reason.map(|reason| reason.code.into())),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return Err(None),
                }
            }
        };
        tokio::time::timeout(PATIENCE, next).await.expect("a frame or an end")
    }

    /// Reads until a frame of this type, or a change of this kind.
    pub(crate) async fn hear(&mut self, what: &str) -> Value {
        loop {
            match self.next().await {
                Ok(frame) if frame["type"] == what || frame["kind"] == what => return frame,
                Ok(_) => {}
                Err(code) => panic!("the socket was closed ({code:?}) before {what}"),
            }
        }
    }

    /// Reads until the socket is closed; gives the code.
    pub(crate) async fn ended(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    /// Reads until the socket is closed, letting the clock creep; gives what was read and the code.
    pub(crate) async fn closed(&mut self, house: &House) -> (Vec<Value>, Option<u16>) {
        let mut heard = Vec::new();
        for _ in 0..CREEPS {
            let next = tokio::time::timeout(Duration::from_millis(10), self.next()).await;
            match next {
                Ok(Ok(frame)) if frame["type"] == "pong" => {}
                Ok(Ok(frame)) => heard.push(frame),
                Ok(Err(code)) => return (heard, code),
                Err(_) => {
                    house.db.clock.advance(Duration::from_millis(100));
                    self.send(json!({ "type": "ping" })).await;
                }
            }
        }
        panic!("the socket stays open: {heard:?}");
    }
}

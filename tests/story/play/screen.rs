//! The live socket of an agent's screen.

use super::{Agent, Program, soon};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// A screen that follows what changes.
pub struct Screen {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Screen {
    /// Opens the socket as a page from `origin` does.
    pub async fn open(program: &Program, agent: &Agent, origin: &str) -> Result<Self, Error> {
        let mut request = program.socket_url("/api/v1/live").into_client_request()?;
        for (name, value) in [("origin", origin), ("cookie", agent.cookie())] {
            request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a header"));
        }
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        Ok(Self { socket })
    }

    /// Opens the socket as our own page does, and waits until it is greeted.
    pub async fn connect(program: &Program, agent: &Agent) -> Result<Self, String> {
        let opened = Self::open(program, agent, &program.url("")).await;
        let mut screen = opened.map_err(|error| error.to_string())?;
        screen.send(&json!({ "type": "resume", "after": null })).await?;
        screen.hear("hello").await?;
        Ok(screen)
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &Value) -> Result<(), String> {
        self.send_frame(Message::text(frame.to_string())).await
    }

    /// Sends any frame.
    pub async fn send_frame(&mut self, frame: Message) -> Result<(), String> {
        self.socket.send(frame).await.map_err(|error| error.to_string())
    }

    /// Reads frames until one of this type comes.
    pub async fn hear(&mut self, kind: &str) -> Result<Value, String> {
        self.hear_when(kind, |frame| frame["type"] == kind).await
    }

    /// Reads frames until one fits.
    pub async fn hear_when(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Result<Value, String> {
        soon(what, async {
            loop {
                let message = self
                    .socket
                    .next()
                    .await
                    .ok_or("the socket closed")?
                    .map_err(|error| error.to_string())?;
                let Message::Text(frame) = message else { continue };
                let frame: Value = serde_json::from_str(&frame).expect("a frame is JSON");
                if fits(&frame) {
                    return Ok(frame);
                }
            }
        })
        .await
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
}

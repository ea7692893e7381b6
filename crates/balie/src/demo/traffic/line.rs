//! The line to the server: HTTP and sockets, as a browser has them. Whatever goes wrong on it comes out as a
//! [`Refused`] that says whether trying again makes sense.

use futures::{SinkExt, StreamExt};
use reqwest::Method;
use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{HeaderMap, HeaderValue, ORIGIN, RETRY_AFTER};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

const TIMEOUT: Duration = Duration::from_secs(20);
/// There are many sockets and little goes over each.
const BUFFER: usize = 4096;

/// The server said no, or nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refused {
    /// The code of the problem; empty when there was no answer.
    pub(crate) code: String,
    retry_after: Option<Duration>,
}

impl Refused {
    fn no_answer() -> Self {
        Self::default()
    }

    pub(crate) fn signed_out() -> Self {
        Self { code: "sign_in_needed".into(), retry_after: None }
    }

    /// There was no answer at all.
    pub(crate) fn is_silence(&self) -> bool {
        self.code.is_empty()
    }

    /// When to try again, if that makes sense.
    pub(crate) fn again_in(&self) -> Option<Duration> {
        match self.code.as_str() {
            "" | "unavailable" | "internal" => Some(self.retry_after.unwrap_or(Duration::from_secs(2))),
            "too_many_requests" => Some(self.retry_after.unwrap_or(Duration::from_secs(10))),
            _ => None,
        }
    }

    pub(crate) fn is_signed_out(&self) -> bool {
        self.code == "sign_in_needed"
    }
}

#[derive(Deserialize)]
struct Problem {
    code: String,
}

/// Where the server is, and which website we come from.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// `127.0.0.1:8080`
    pub(crate) host: String,
    /// `http://localhost:8080`
    pub(crate) origin: String,
}

/// One browser.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    client: reqwest::Client,
    jar: Arc<Jar>,
    address: Address,
}

impl Browser {
    pub(crate) fn new(address: &Address) -> base::Result<Self> {
        let mut headers = HeaderMap::new();
        let origin = HeaderValue::from_str(&address.origin).map_err(base::Error::internal)?;
        headers.insert(ORIGIN, origin);
        let jar = Arc::new(Jar::default());
        let client = reqwest::Client::builder()
            .default_headers(headers)
            .cookie_provider(jar.clone())
            .timeout(TIMEOUT)
            .no_proxy()
            .build()
            .map_err(base::Error::internal)?;
        Ok(Self { client, jar, address: address.clone() })
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Refused> {
        self.ask(Method::GET, path, None::<&()>).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Refused> {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Refused> {
        self.ask(Method::PUT, path, Some(body)).await
    }

    /// An answer without content reads as `null`.
    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<T, Refused> {
        let request = self.client.request(method, format!("http://{}/api/v1{path}", self.address.host));
        let request = body.map_or(request.try_clone(), |body| Some(request.json(body)));
        let answer =
            request.ok_or_else(Refused::no_answer)?.send().await.map_err(|_| Refused::no_answer())?;
        let (status, retry_after) = (answer.status(), seconds(answer.headers()));
        let bytes = answer.bytes().await.map_err(|_| Refused::no_answer())?;
        if status.is_success() {
            let bytes: &[u8] = if bytes.is_empty() { b"null" } else { &bytes };
            return serde_json::from_slice(bytes).map_err(|error| {
                tracing::warn!(path, %error, "the demo does not understand an answer");
                Refused { code: "not_understood".into(), retry_after: None }
            });
        }
        let code =
            serde_json::from_slice(&bytes).map_or_else(|_| String::new(), |problem: Problem| problem.code);
        Err(Refused { code, retry_after })
    }

    /// Opens a socket, with the cookies of this browser.
    pub(crate) async fn socket(&self, path: &str) -> Result<Socket, Refused> {
        let place = format!("{}/api/v1{path}", self.address.host);
        let mut request = format!("ws://{place}").into_client_request().map_err(|_| Refused::no_answer())?;
        let origin = HeaderValue::from_str(&self.address.origin).map_err(|_| Refused::no_answer())?;
        request.headers_mut().insert(ORIGIN, origin);
        let url = format!("http://{place}").parse().map_err(|_| Refused::no_answer())?;
        if let Some(cookies) = self.jar.cookies(&url) {
            request.headers_mut().insert("cookie", cookies);
        }
        let config = WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(0);
        let opening = tokio_tungstenite::connect_async_with_config(request, Some(config), true);
        let opened = tokio::time::timeout(TIMEOUT, opening).await;
        match opened {
            Ok(Ok((stream, _))) => Ok(Socket(stream)),
            _ => Err(Refused::no_answer()),
        }
    }
}

fn seconds(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// An open socket that carries JSON.
#[derive(Debug)]
pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// The next frame; `None` when the socket is gone. Safe to cancel.
    pub(crate) async fn next(&mut self) -> Option<String> {
        loop {
            match self.0.next().await? {
                Ok(Message::Text(text)) => return Some(text.as_str().to_owned()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// False: the socket is gone.
    pub(crate) async fn send(&mut self, frame: &serde_json::Value) -> bool {
        self.0.send(Message::text(frame.to_string())).await.is_ok()
    }

    pub(crate) async fn close(mut self) {
        // It may be gone already, which is what was wanted.
        let _ = tokio::time::timeout(TIMEOUT, self.0.close(None)).await;
    }
}

//! The ends of sockets that the outside world holds.

use crate::house::{Begun, Fault};
use futures::{SinkExt, StreamExt};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens a visitor's socket and waits until it is welcomed.
pub(crate) async fn visitor(port: u16, begun: &Begun) -> Result<Socket, Fault> {
    let header = ("x-forwarded-for", begun.network.as_str());
    let mut socket = open(port, "/api/v1/chat/live", header).await?;
    let hello = json!({ "type": "hello", "token": begun.token, "after": 0 });
    socket.send(Message::text(hello.to_string())).await?;
    wait_for(&mut socket, "\"type\":\"welcome\"").await?;
    Ok(socket)
}

/// Opens the socket of a member of staff and waits until it is live.
pub(crate) async fn staff(port: u16, cookie: &str) -> Result<Socket, Fault> {
    let mut socket = open(port, "/api/v1/live", ("cookie", cookie)).await?;
    socket.send(Message::text(r#"{"type":"resume","after":null}"#)).await?;
    wait_for(&mut socket, "\"type\":\"hello\"").await?;
    Ok(socket)
}

async fn open(port: u16, path: &str, header: (&'static str, &str)) -> Result<Socket, Fault> {
    let origin = format!("http://127.0.0.1:{port}");
    let mut request = format!("ws://127.0.0.1:{port}{path}").into_client_request()?;
    request.headers_mut().insert("origin", origin.parse()?);
    request.headers_mut().insert(header.0, header.1.parse()?);
    let small = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
    let (socket, _) = tokio_tungstenite::connect_async_with_config(request, Some(small), true).await?;
    Ok(socket)
}

async fn wait_for(socket: &mut Socket, part: &str) -> Result<(), Fault> {
    while let Some(frame) = socket.next().await {
        if let Message::Text(text) = frame?
            && text.contains(part)
        {
            return Ok(());
        }
    }
    Err(format!("a socket closed before it sent {part}").into())
}

/// The next frame of text; `None` when the socket is over.
pub(crate) async fn text(
    frames: &mut (impl StreamExt<Item = Result<Message, tokio_tungstenite::tungstenite::Error>> + Unpin),
) -> Option<Utf8Bytes> {
    loop {
        if let Message::Text(text) = frames.next().await?.ok()? {
            return Some(text);
        }
    }
}

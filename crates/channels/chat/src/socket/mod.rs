//! The visitor's socket. It begins with hello, and from then on sends every entry once, in order, without a gap: what
//! the hub pushes while nothing is missing, and from the database what is.
//!
//! One mistake is answered with `refused`; only who keeps sending far too much is closed, with a reason.

mod session;

use crate::frames::{self, FRAME_BYTES, FromVisitor, Refusal, ToVisitor};
use crate::limits::SocketPlace;
use crate::service::{Chat, SentFrom};
use crate::store::ConversationRow;
use axum::extract::WebSocketUpgrade;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, close_code};
use base::{Error, ErrorCode, OrganisationId, Result, Timestamp};
use session::Session;
use std::time::Duration;

/// Who opens a socket says hello within this time.
const HELLO: Duration = Duration::from_secs(15);
/// How long one frame may take to go out.
const SLOW: Duration = Duration::from_secs(30);
/// How long the other end gets to hear why.
const GOODBYE: Duration = Duration::from_secs(2);
/// Mistakes before hello.
const MISTAKES: u32 = 3;

/// Small buffers, so that ten thousand idle sockets fit.
pub(crate) fn sized(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(4096)
        .write_buffer_size(0)
        .max_write_buffer_size(256 * 1024)
        .max_message_size(FRAME_BYTES + 8 * 1024)
        .max_frame_size(FRAME_BYTES + 8 * 1024)
}

/// The socket is over.
enum Over {
    /// The other end is gone, or said goodbye.
    Gone,
    /// We close it, and say why.
    Closed(u16, &'static str),
}

type Step<T = ()> = std::result::Result<T, Over>;

/// Serves a socket until it is over.
pub(crate) async fn serve(chat: Chat, socket: WebSocket, place: SocketPlace, from: SentFrom) {
    let mut line = Line { chat, socket };
    let over = match Box::pin(line.greet(place, &from)).await {
        Ok((session, place)) => Box::pin(session.serve(&mut line, place)).await,
        Err(over) => over,
    };
    if let Over::Closed(code, reason) = over {
        let goodbye = Frame::Close(Some(CloseFrame { code, reason: reason.into() }));
        if line.put(goodbye).await.is_ok() {
            // What is still on its way in is read, or the goodbye would not arrive.
            let _ =
                tokio::time::timeout(GOODBYE, async { while let Some(Ok(_)) = line.socket.recv().await {} })
                    .await;
        }
    }
}

/// The socket itself, with what is needed to read and write frames.
struct Line {
    chat: Chat,
    socket: WebSocket,
}

/// What comes out of a socket.
enum Heard {
    Frame(Result<FromVisitor, Refusal>),
    /// A sign of life of the protocol itself.
    Life,
}

impl Line {
    fn now(&self) -> Timestamp {
        self.chat.env().now()
    }

    async fn put(&mut self, frame: Frame) -> Step {
        let clock = self.chat.env().clock.clone();
        tokio::select! {
            biased;
            sent = self.socket.send(frame) => sent.map_err(|_| Over::Gone),
            () = clock.sleep_until(clock.now() + SLOW) => Err(Over::Gone),
        }
    }

    async fn send(&mut self, frame: &ToVisitor) -> Step {
        match serde_json::to_string(frame) {
            Ok(text) => self.put(Frame::Text(text.into())).await,
            Err(_) => Err(Over::Closed(close_code::ERROR, "a fault on our side")),
        }
    }

    async fn refuse(&mut self, refusal: Refusal) -> Step {
        if matches!(refusal.error.code(), ErrorCode::Internal) {
            tracing::error!(error = ?refusal.error, "a frame failed");
        }
        self.send(&refusal.frame()).await
    }

    /// The next frame. Safe to cancel.
    async fn hear(&mut self) -> Step<Heard> {
        match self.socket.recv().await {
            Some(Ok(Frame::Text(text))) => Ok(Heard::Frame(frames::parse(&text))),
            Some(Ok(Frame::Binary(_))) => Ok(Heard::Frame(Err(frames::binary()))),
            Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => Ok(Heard::Life),
            Some(Ok(Frame::Close(_))) | None => Err(Over::Gone),
            // Too large for the buffer, or no text at all: the protocol leaves nothing but to stop.
            Some(Err(_)) => Err(Over::Closed(close_code::POLICY, "send text frames of a reasonable size")),
        }
    }

    /// Waits for hello and finds whose socket it is.
    async fn greet(&mut self, mut place: SocketPlace, from: &SentFrom) -> Step<(Session, SocketPlace)> {
        let late = self.now() + HELLO;
        let clock = self.chat.env().clock.clone();
        let mut mistakes = 0;
        loop {
            let heard = tokio::select! {
                heard = self.hear() => heard?,
                () = clock.sleep_until(late) => return Err(Over::Closed(close_code::POLICY, "say hello first")),
            };
            let refusal = match heard {
                Heard::Life => continue,
                Heard::Frame(Ok(FromVisitor::Hello { token, after })) => {
                    return match admit(&self.chat, &token, from, &mut place).await {
                        Ok((organisation, row)) => {
                            let session = Session::open(self, organisation, row, after).await?;
                            Ok((session, place))
                        }
                        Err(error) => {
                            self.refuse(Refusal::plain(error)).await?;
                            Err(Over::Closed(close_code::POLICY, "not admitted"))
                        }
                    };
                }
                Heard::Frame(Ok(_)) => Refusal::plain(Error::invalid("type", "say hello first")),
                Heard::Frame(Err(refusal)) => refusal,
            };
            mistakes += 1;
            self.refuse(refusal).await?;
            if mistakes >= MISTAKES {
                return Err(Over::Closed(close_code::POLICY, "say hello first"));
            }
        }
    }
}

/// Finds whose socket it is, and whether it may be here.
async fn admit(
    chat: &Chat,
    token: &str,
    from: &SentFrom,
    place: &mut SocketPlace,
) -> Result<(OrganisationId, ConversationRow)> {
    let (organisation, row) = chat.conversation_of(token).await?;
    let widget = chat.widget(organisation, row.widget).await?;
    chat.check_origin(&widget, from)?;
    place.enter((organisation, row.id))?;
    Ok((organisation, row))
}

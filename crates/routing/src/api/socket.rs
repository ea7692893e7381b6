//! The live socket of staff: what changes is pushed to the screen, with its position in the journal. A screen that was
//! away says which position it had, and gets the rest.

use crate::Routing;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use base::{ContactId, Error, ErrorCode, Position, Result};
use identity::{Access, Permission};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;
use web::live::{Push, Pushed, Subscription, Topic};

/// The largest frame that a screen sends.
const FRAME: usize = 4096;
/// How often it is checked whether the session still is, and the agent found again if they were thought lost.
const CHECK: Duration = Duration::from_secs(20);
/// A screen that says nothing for this long is gone; it says `ping` more often than that.
const SILENCE: Duration = Duration::from_secs(50);
/// How long the other end gets to hear why the socket closes.
const GOODBYE: Duration = Duration::from_secs(2);
/// A screen that watches more contacts than this watches none that matter.
const WATCHED: usize = 50;

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum FromScreen {
    Resume { after: Option<Position> },
    Watch { contact_id: ContactId },
    Unwatch { contact_id: ContactId },
    Typing { contact_id: ContactId, typing: bool },
    Ping {},
}

#[derive(Debug, Serialize)]
struct Sign {
    contact_id: ContactId,
    who: &'static str,
    typing: bool,
}

/// Follow what changes. The first frame is `{"type":"resume","after":<position or null>}`.
#[utoipa::path(get, path = "/api/v1/live", responses((status = 101, description = "A WebSocket")))]
pub async fn live(State(routing): State<Routing>, access: Access, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .read_buffer_size(4096)
        .write_buffer_size(0)
        .max_message_size(FRAME)
        .max_frame_size(FRAME)
        .on_upgrade(async move |socket| {
            if let Err(error) = Screen::serve(routing, access, socket).await {
                tracing::debug!(?error, "a screen's socket ended");
            }
        })
}

struct Screen {
    routing: Routing,
    access: Access,
    socket: WebSocket,
    subscription: Subscription,
    resumed: bool,
}

/// The socket is gone, which is no error.
struct Closed;

/// Why a socket that still stands is closed.
type Goodbye = Option<(u16, &'static str)>;

impl Screen {
    async fn serve(routing: Routing, access: Access, socket: WebSocket) -> Result<()> {
        let (organisation, member) = (access.organisation(), access.membership()?);
        let hub = routing.hub().ok_or_else(|| Error::unavailable("Not ready yet. Try again in a moment."))?;
        let mut subscription = hub.subscribe(organisation).await?;
        subscription.join(Topic::organisation());
        subscription.join(Topic::member(member));
        routing.screen_opened(organisation, member).await?;
        let mut screen = Self { routing: routing.clone(), access, socket, subscription, resumed: false };
        let outcome = screen.run().await;
        let goodbye = match &outcome {
            Ok(goodbye) => *goodbye,
            Err(_) => Some((close_code::AGAIN, "try again in a moment")),
        };
        if let Some((code, reason)) = goodbye {
            screen.close(code, reason).await;
        }
        routing.screen_closed(organisation, member).await?;
        outcome.map(drop)
    }

    /// What is still on its way in is read, or the goodbye and what was sent before it would not arrive.
    async fn close(&mut self, code: u16, reason: &'static str) {
        let goodbye = Frame::Close(Some(CloseFrame { code, reason: reason.into() }));
        if self.socket.send(goodbye).await.is_ok() {
            let rest = async { while let Some(Ok(_)) = self.socket.recv().await {} };
            let _ = tokio::time::timeout(GOODBYE, rest).await;
        }
    }

    async fn run(&mut self) -> Result<Goodbye> {
        let clock = self.routing.db().env().clock.clone();
        let mut heard = clock.now();
        let mut check = clock.now() + CHECK;
        loop {
            tokio::select! {
                frame = self.socket.recv() => match frame {
                    Some(Ok(Frame::Text(text))) => {
                        heard = clock.now();
                        if self.take(text.as_bytes()).await?.is_err() {
                            return Ok(None);
                        }
                    }
                    Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => heard = clock.now(),
                    Some(Ok(Frame::Binary(_))) => {
                        let binary = Error::new(ErrorCode::Malformed, "Send text frames with JSON.");
                        if self.refuse(&binary).await.is_err() {
                            return Ok(None);
                        }
                    }
                    Some(Ok(Frame::Close(_))) | None => return Ok(None),
                    // Too large for the buffer, or no text at all: the protocol leaves nothing but to stop.
                    Some(Err(_)) => return Ok(Some((close_code::POLICY, "send text frames of a reasonable size"))),
                },
                pushed = self.subscription.recv(), if self.resumed => {
                    let sent = match pushed {
                        Some(pushed) => self.show(&pushed).await,
                        None => self.send(json!({ "type": "resync" }).to_string()).await,
                    };
                    if sent.is_err() {
                        return Ok(None);
                    }
                }
                () = clock.sleep_until(check) => {
                    if clock.now().since(heard) > SILENCE {
                        return Ok(None);
                    }
                    if !self.still_signed_in().await? {
                        return Ok(Some((close_code::POLICY, "signed out")));
                    }
                    check = clock.now() + CHECK;
                }
            }
        }
    }

    async fn still_signed_in(&mut self) -> Result<bool> {
        if !self.routing.identity().is_signed_in(&self.access).await? {
            // The screen may be gone already.
            let _ = self.send(json!({ "type": "signed_out" }).to_string()).await;
            return Ok(false);
        }
        self.routing.still_there(self.access.organisation(), self.access.membership()?).await?;
        Ok(true)
    }

    async fn take(&mut self, frame: &[u8]) -> Result<Result<(), Closed>> {
        let frame = match web::extract::parse::<FromScreen>(frame) {
            Ok(frame) => frame,
            Err(error) => return Ok(self.refuse(&error).await),
        };
        Ok(match frame {
            FromScreen::Resume { after } => return self.resume(after).await,
            FromScreen::Watch { contact_id } => self.watch(contact_id).await,
            FromScreen::Unwatch { contact_id } => {
                self.subscription.leave(&Topic::contact(contact_id));
                Ok(())
            }
            FromScreen::Typing { contact_id, typing } => {
                self.tell_typing(contact_id, typing)?;
                Ok(())
            }
            FromScreen::Ping {} => self.send(json!({ "type": "pong" }).to_string()).await,
        })
    }

    /// What was pushed after `after` comes first, then what is pushed from now on.
    async fn resume(&mut self, after: Option<Position>) -> Result<Result<(), Closed>> {
        let organisation = self.access.organisation();
        let hub = self.routing.hub().ok_or_else(|| Error::internal("a screen without a hub"))?.clone();
        let position = self.routing.position(organisation).await?;
        self.resumed = true;
        if self.send(json!({ "type": "hello", "position": position }).to_string()).await.is_err() {
            return Ok(Err(Closed));
        }
        let Some(after) = after else { return Ok(Ok(())) };
        match hub.replay(organisation, self.subscription.topics(), after).await? {
            None => Ok(self.send(json!({ "type": "resync" }).to_string()).await),
            Some(missed) => {
                for pushed in missed {
                    if self.show(&pushed).await.is_err() {
                        return Ok(Err(Closed));
                    }
                }
                Ok(Ok(()))
            }
        }
    }

    /// The contact was opened, and so logged, by the request that loaded it.
    async fn watch(&mut self, contact: ContactId) -> Result<(), Closed> {
        if !self.access.has(Permission::ReadContacts) {
            return self.refuse(&Error::forbidden("You may not read contacts.")).await;
        }
        if self.subscription.topics().len() > WATCHED {
            return self.refuse(&Error::new(ErrorCode::TooManyRequests, "Close some contacts first.")).await;
        }
        self.subscription.join(Topic::contact(contact));
        Ok(())
    }

    fn tell_typing(&self, contact: ContactId, typing: bool) -> Result<()> {
        let topic = Topic::contact(contact);
        if !self.subscription.topics().contains(&topic) {
            return Ok(());
        }
        let Some(hub) = self.routing.hub() else { return Ok(()) };
        let sign = Sign { contact_id: contact, who: "agent", typing };
        hub.publish(self.access.organisation(), Push::new(Topic::customer(contact), "typing", &sign)?);
        Ok(())
    }

    async fn refuse(&mut self, error: &Error) -> Result<(), Closed> {
        let refused = json!({ "type": "refused", "code": error.code().code(), "detail": error.detail() });
        self.send(refused.to_string()).await
    }

    /// The object was rendered once for all; it is put in its frame as it is.
    async fn show(&mut self, pushed: &Pushed) -> Result<(), Closed> {
        let Push { kind, object, .. } = &pushed.push;
        let frame = match (pushed.position, *kind) {
            (_, "typing") => format!(r#"{{"type":"typing",{}"#, &object[1..]),
            (Some(position), kind) => {
                format!(r#"{{"type":"changed","position":{position},"kind":"{kind}","object":{object}}}"#)
            }
            (None, kind) => {
                format!(r#"{{"type":"changed","position":null,"kind":"{kind}","object":{object}}}"#)
            }
        };
        self.send(frame).await
    }

    async fn send(&mut self, frame: String) -> Result<(), Closed> {
        self.socket.send(Frame::text(frame)).await.map_err(|_| Closed)
    }
}

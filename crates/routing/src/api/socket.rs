//! The live socket of staff: what changes is pushed to the screen, with its position in the journal. A screen that was
//! away says which position it had, and gets the rest.

use super::seen::Seen;
use crate::{OpenScreen, Routing};
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use base::{ContactId, Error, ErrorCode, Position, Result, Subject};
use identity::{Access, Permission};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::convert::Infallible;
use std::time::Duration;
use web::live::{Push, Pushed, Subscription, Topic};

/// The largest frame that a screen sends.
const FRAME: usize = 4096;
/// How often it is checked whether who looks may still do so, and the agent found again if they were thought lost.
const CHECK: Duration = Duration::from_secs(20);
/// A screen that says nothing for this long is gone; it says `ping` more often than that. The agent's minute to come
/// back counts from when it was last heard, and must not be over when that is noticed.
const SILENCE: Duration = Duration::from_secs(45);
/// A screen that takes nothing in for this long is gone.
const UNSENT: Duration = Duration::from_secs(10);
/// How long the other end gets to hear why the socket closes.
const GOODBYE: Duration = Duration::from_secs(2);
/// A screen that watches more contacts than this watches none that matter.
const WATCHED: usize = 50;
/// What every screen follows: the organisation, and the agent's own work.
const OWN_TOPICS: usize = 2;
const NOT_ALLOWED: &str = "you may no longer follow this";

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
    open: OpenScreen,
    seen: Seen,
    resumed: bool,
}

/// Why a socket is no longer served.
enum End {
    /// It is gone, which is no error.
    Gone,
    /// It is closed with this code and reason.
    Goodbye(u16, &'static str),
    /// Something failed. The screen may try again.
    Failed(Error),
}

impl From<Error> for End {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Screen {
    async fn serve(routing: Routing, access: Access, socket: WebSocket) -> Result<()> {
        let (organisation, member) = (access.organisation(), access.membership()?);
        let hub = routing.hub().ok_or_else(|| Error::unavailable("Not ready yet. Try again in a moment."))?;
        let mut subscription = hub.subscribe(organisation).await?;
        subscription.join(Topic::organisation());
        subscription.join(Topic::member(member));
        let open = routing.screen_opened(organisation, member).await?;
        let seen = Seen::default();
        let mut screen = Self { routing, access, socket, subscription, open, seen, resumed: false };
        let Err(end) = screen.run().await;
        match &end {
            End::Gone => {}
            End::Goodbye(code, reason) => screen.close(*code, reason).await,
            End::Failed(_) => screen.close(close_code::AGAIN, "try again in a moment").await,
        }
        screen.open.close().await?;
        match end {
            End::Failed(error) => Err(error),
            End::Gone | End::Goodbye(..) => Ok(()),
        }
    }

    /// What is still on its way in is read, or the goodbye and what was sent before it would not arrive.
    async fn close(&mut self, code: u16, reason: &'static str) {
        let goodbye = Frame::Close(Some(CloseFrame { code, reason: reason.into() }));
        let said = async {
            if self.socket.send(goodbye).await.is_ok() {
                while let Some(Ok(_)) = self.socket.recv().await {}
            }
        };
        let _ = tokio::time::timeout(GOODBYE, said).await;
    }

    async fn run(&mut self) -> Result<Infallible, End> {
        let clock = self.routing.db().env().clock.clone();
        let mut heard = clock.now();
        let mut check = clock.now() + CHECK;
        loop {
            tokio::select! {
                frame = self.socket.recv() => match frame {
                    Some(Ok(Frame::Text(text))) => {
                        heard = clock.now();
                        self.open.heard();
                        self.take(text.as_bytes()).await?;
                    }
                    Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => {
                        heard = clock.now();
                        self.open.heard();
                    }
                    Some(Ok(Frame::Binary(_))) => {
                        self.refuse(&Error::new(ErrorCode::Malformed, "Send text frames with JSON.")).await?;
                    }
                    Some(Ok(Frame::Close(_))) | None => return Err(End::Gone),
                    // Too large for the buffer, or no text at all: the protocol leaves nothing but to stop.
                    Some(Err(_)) => {
                        return Err(End::Goodbye(close_code::POLICY, "send text frames of a reasonable size"));
                    }
                },
                pushed = self.subscription.recv(), if self.resumed => match pushed {
                    Some(pushed) => self.show(&pushed).await?,
                    None => self.send(json!({ "type": "resync" }).to_string()).await?,
                },
                () = clock.sleep_until(check.min(heard + SILENCE)) => {
                    if clock.now().since(heard) >= SILENCE {
                        return Err(End::Gone);
                    }
                    self.check().await?;
                    check = clock.now() + CHECK;
                }
            }
        }
    }

    /// Whether who looks may still do so, and is found again if they were thought lost.
    async fn check(&mut self) -> Result<(), End> {
        self.access = self.admit_again(Permission::OwnPresence).await?;
        if self.subscription.topics().len() > OWN_TOPICS && !self.access.has(Permission::ReadContacts) {
            return Err(End::Goodbye(close_code::POLICY, NOT_ALLOWED));
        }
        Ok(self.routing.still_there(self.access.organisation(), self.access.membership()?).await?)
    }

    /// The access that a gate would give at this moment.
    async fn admit_again(&mut self, permission: Permission) -> Result<Access, End> {
        match self.routing.identity().admit_again(&self.access, permission).await {
            Ok(access) => Ok(access),
            Err(error) => match error.code() {
                ErrorCode::SignInNeeded => {
                    // The screen may be gone already.
                    let _ = self.send(json!({ "type": "signed_out" }).to_string()).await;
                    Err(End::Goodbye(close_code::POLICY, "signed out"))
                }
                ErrorCode::Forbidden | ErrorCode::PurposeNotRegistered => {
                    Err(End::Goodbye(close_code::POLICY, NOT_ALLOWED))
                }
                _ => Err(End::Failed(error)),
            },
        }
    }

    async fn take(&mut self, frame: &[u8]) -> Result<(), End> {
        let frame = match web::extract::parse::<FromScreen>(frame) {
            Ok(frame) => frame,
            Err(error) => return self.refuse(&error).await,
        };
        match frame {
            FromScreen::Resume { after } => self.resume(after).await,
            FromScreen::Watch { contact_id } => self.watch(contact_id).await,
            FromScreen::Unwatch { contact_id } => {
                self.subscription.leave(&Topic::contact(contact_id));
                Ok(())
            }
            FromScreen::Typing { contact_id, typing } => Ok(self.tell_typing(contact_id, typing)?),
            FromScreen::Ping {} => self.send(json!({ "type": "pong" }).to_string()).await,
        }
    }

    /// What was pushed after `after` comes first, then what is pushed from now on.
    async fn resume(&mut self, after: Option<Position>) -> Result<(), End> {
        let organisation = self.access.organisation();
        let hub = self.routing.hub().ok_or_else(|| Error::internal("a screen without a hub"))?.clone();
        let position = self.routing.position(organisation).await?;
        self.resumed = true;
        self.send(json!({ "type": "hello", "position": position }).to_string()).await?;
        let Some(after) = after else { return Ok(()) };
        let Some(missed) = hub.replay(organisation, self.subscription.topics(), after).await? else {
            return self.send(json!({ "type": "resync" }).to_string()).await;
        };
        for pushed in missed {
            self.show(&pushed).await?;
        }
        Ok(())
    }

    /// A look at the contact, which lasts as long as it is watched. It is followed at once, so that nothing is missed,
    /// but nothing of it is sent before the look is stored.
    async fn watch(&mut self, contact: ContactId) -> Result<(), End> {
        let topic = Topic::contact(contact);
        if self.subscription.topics().len() >= OWN_TOPICS + WATCHED
            && !self.subscription.topics().contains(&topic)
        {
            return self.refuse(&Error::new(ErrorCode::TooManyRequests, "Close some contacts first.")).await;
        }
        let access = self.admit_again(Permission::ReadContacts).await?;
        self.subscription.join(topic.clone());
        match look(&self.routing, &access, contact).await {
            Ok(whose) => {
                self.seen.watched(whose);
                Ok(())
            }
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::Restricted) => {
                self.subscription.leave(&topic);
                self.refuse(&error).await
            }
            Err(error) => Err(End::Failed(error)),
        }
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

    async fn refuse(&mut self, error: &Error) -> Result<(), End> {
        let refused = json!({ "type": "refused", "code": error.code().code(), "detail": error.detail() });
        self.send(refused.to_string()).await
    }

    /// The object was rendered once for all; it is put in its frame as it is.
    async fn show(&mut self, pushed: &Pushed) -> Result<(), End> {
        if !self.subscription.topics().contains(&pushed.push.topic) {
            return Ok(());
        }
        self.seen.log(self.routing.identity(), &self.access, pushed).await?;
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

    async fn send(&mut self, frame: String) -> Result<(), End> {
        match tokio::time::timeout(UNSENT, self.socket.send(Frame::text(frame))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }
}

/// Logs a look at a contact before it is watched, and tells whose it is.
async fn look(routing: &Routing, access: &Access, contact: ContactId) -> Result<Subject> {
    let whose = routing.contacts().whose(access.organisation(), contact).await?;
    let subject = whose.subject();
    routing.identity().open_logged(access, "live watch", whose).await?;
    Ok(subject)
}

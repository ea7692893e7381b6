//! A socket of which it is known whose it is: frames in, pushes out, and what has to be done at a time.

use super::{Heard, Line, Over, Step};
use crate::actions::Said;
use crate::frames::{FromVisitor, Refusal, ToVisitor};
use crate::limits::{Pace, SocketPlace};
use crate::model::{Conversation, ConversationState};
use crate::projector::{ReadUpTo, kind};
use crate::service::Chat;
use crate::store::ConversationRow;
use crate::view::Watch;
use axum::extract::ws::{Message as Frame, close_code};
use base::{ContactId, Error, ErrorCode, OrganisationId, Result, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use vault::Sealer;
use web::live::{Push, Pushed, Subscription, Topic};

/// After this long without a frame we ask for a sign of life, and after the second we stop waiting for one.
const QUIET: Duration = Duration::from_mins(1);
const DEAD: Duration = Duration::from_secs(30);
/// While the visitor waits: how often their place is looked at, and how often it is noted that they are there.
const PLACE: Duration = Duration::from_secs(4);
const SEEN: Duration = Duration::from_secs(45);
/// Typing is noted as a sign of life at most this often.
const TYPED: Duration = Duration::from_secs(20);
/// A key may have been destroyed; after this long it is asked for again.
const TRUSTED: Duration = Duration::from_mins(1);

/// A socket of which it is known whose it is.
pub(super) struct Session {
    organisation: OrganisationId,
    row: ConversationRow,
    subscription: Subscription,
    /// The contact whose pushes come in.
    watch: Watch,
    sealer: Option<(Timestamp, Sealer)>,
    pace: Pace,
    /// The number of the last entry that was sent.
    sent: i64,
    /// The conversation as it was last told.
    told: Conversation,
    /// Where the visitor has read, as far as it was stored.
    read: i64,
    heard_at: Timestamp,
    pinged: bool,
    typed_at: Option<Timestamp>,
    look_at_place: Timestamp,
    note_seen: Timestamp,
}

/// The object of a push about typing.
#[derive(Debug, Deserialize)]
struct AgentTyping {
    typing: bool,
}

/// The object that staff get about a visitor's typing. What is typed stays with the visitor.
#[derive(Debug, Serialize)]
struct VisitorTyping {
    contact_id: ContactId,
    who: &'static str,
    typing: bool,
    preview: Option<()>,
}

/// Of a pushed entry only the number is looked at.
#[derive(Debug, Deserialize)]
struct Numbered {
    seq: i64,
}

impl Session {
    /// Opens it: welcome, and what is missing.
    pub(super) async fn open(
        line: &mut Line,
        organisation: OrganisationId,
        row: ConversationRow,
        after: i64,
    ) -> Step<Self> {
        match Self::prepare(&line.chat, organisation, row, after).await {
            Ok(mut session) => {
                line.send(&ToVisitor::Welcome { conversation: session.told.clone() }).await?;
                session.catch_up(line).await?;
                session.tell_silence(line).await?;
                Ok(session)
            }
            Err(error) => {
                line.refuse(Refusal::plain(error)).await?;
                Err(Over::Closed(close_code::AGAIN, "try again in a moment"))
            }
        }
    }

    /// Joins first and reads afterwards, so that nothing falls between.
    async fn prepare(
        chat: &Chat,
        organisation: OrganisationId,
        row: ConversationRow,
        after: i64,
    ) -> Result<Self> {
        let watch = chat.view().watch(organisation, row.contact);
        let mut subscription = chat.hub().subscribe(organisation).await?;
        subscription.join(Topic::customer(row.contact));
        let row = chat.conversation_row(organisation, row.id).await?;
        let told = chat.view().conversation(organisation, &row).await?;
        if told.state == ConversationState::Waiting {
            chat.seen(organisation, &row, false).await?;
        }
        let now = chat.env().now();
        Ok(Self {
            organisation,
            subscription,
            watch,
            sealer: None,
            pace: chat.guard().socket_pace(),
            // A browser that knows of more than there is starts again.
            sent: if after > told.last_seq { 0 } else { after },
            read: told.read_by_customer,
            told,
            row,
            heard_at: now,
            pinged: false,
            typed_at: None,
            look_at_place: now + PLACE,
            note_seen: now + SEEN,
        })
    }

    /// Serves until it is over; then, if a visitor left who waited, makes sure that somebody looks.
    pub(super) async fn serve(mut self, line: &mut Line, place: SocketPlace) -> Over {
        let over = loop {
            if let Err(over) = self.step(line).await {
                break over;
            }
        };
        let last = place.leave();
        if last
            && self.told.state == ConversationState::Waiting
            && let Err(error) = line.chat.seen(self.organisation, &self.row, true).await
        {
            tracing::warn!(?error, "it could not be noted that a visitor left");
        }
        over
    }

    async fn step(&mut self, line: &mut Line) -> Step {
        let clock = line.chat.env().clock.clone();
        let tick = self.next_tick();
        tokio::select! {
            // In this order, so that an answer that is here already counts before the time that is up.
            biased;
            heard = line.hear() => {
                let heard = heard?;
                self.heard_at = line.now();
                self.pinged = false;
                match heard {
                    Heard::Life => Ok(()),
                    Heard::Frame(frame) => {
                        if !self.pace.frame() {
                            return Err(Over::Closed(close_code::POLICY, "too many frames; come back more slowly"));
                        }
                        self.frame(line, frame).await
                    }
                }
            }
            pushed = self.subscription.recv() => match pushed {
                Some(pushed) => self.pushed(line, pushed).await,
                None => self.refresh(line).await,
            },
            () = clock.sleep_until(tick) => self.tick(line).await,
        }
    }

    async fn frame(&mut self, line: &mut Line, frame: Result<FromVisitor, Refusal>) -> Step {
        let done = match frame {
            Err(refusal) => return line.refuse(refusal).await,
            Ok(FromVisitor::Say { reference, text, attachments }) => {
                return self.say(line, Said { reference, text, attachments }).await;
            }
            Ok(FromVisitor::Hello { .. } | FromVisitor::Ping {}) => {
                return self.sign_of_life(line).await;
            }
            Ok(FromVisitor::Typing { typing }) => self.typing(&line.chat, typing).await,
            Ok(FromVisitor::Read { seq }) => self.read(&line.chat, seq).await,
            Ok(FromVisitor::Here {}) => line.chat.heard(self.organisation, &self.row).await,
            Ok(FromVisitor::End {}) => {
                let ended = line.chat.end(self.organisation, self.row.contact).await;
                match ended {
                    Ok(()) => return self.tell_state(line).await,
                    Err(error) => Err(error),
                }
            }
        };
        match done {
            Ok(()) => Ok(()),
            Err(error) => line.refuse(Refusal::plain(error)).await,
        }
    }

    /// Tells the last entry there is, also one that did not come through here, so that the browser asks for it.
    async fn sign_of_life(&mut self, line: &mut Line) -> Step {
        let known = line.chat.view().last_known(self.organisation, self.row.contact);
        line.send(&ToVisitor::Pong { last_seq: known.max(self.sent) }).await
    }

    async fn say(&mut self, line: &mut Line, said: Said) -> Step {
        let reference = said.reference.clone();
        if let Err(error) = self.pace.message() {
            return line.refuse(Refusal { reference: Some(reference), error }).await;
        }
        match self.store(line, said).await? {
            Ok(seq) => line.send(&ToVisitor::Ack { reference, seq }).await,
            Err(error) => line.refuse(Refusal { reference: Some(reference), error }).await,
        }
    }

    /// Stores a message; once more if the conversation went on with another contact in another tab.
    async fn store(&mut self, line: &mut Line, said: Said) -> Step<Result<i64>> {
        let sealer = match self.sealer(&line.chat).await {
            Ok(sealer) => sealer,
            Err(error) => return Ok(Err(error)),
        };
        let stored = line.chat.say(self.organisation, self.row.talk(), &sealer, said.clone()).await;
        let Err(error) = stored else { return Ok(stored) };
        if error.code() != ErrorCode::Conflict {
            return Ok(Err(error));
        }
        let contact = self.row.contact;
        self.refresh(line).await?;
        if self.row.contact == contact {
            return Ok(Err(error));
        }
        match self.sealer(&line.chat).await {
            Ok(sealer) => Ok(line.chat.say(self.organisation, self.row.talk(), &sealer, said).await),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn sealer(&mut self, chat: &Chat) -> Result<Sealer> {
        let now = chat.env().now();
        if let Some((since, sealer)) = &self.sealer
            && now.since(*since) < TRUSTED
        {
            return Ok(sealer.clone());
        }
        let sealer = chat.contacts().sealer(self.organisation, self.row.contact).await?;
        self.sealer = Some((now, sealer.clone()));
        Ok(sealer)
    }

    /// Tells staff who watch, and notes now and then that the visitor is there.
    async fn typing(&mut self, chat: &Chat, typing: bool) -> Result<()> {
        if self.told.state == ConversationState::Ended {
            return Ok(());
        }
        let contact = self.row.contact;
        let object = VisitorTyping { contact_id: contact, who: "customer", typing, preview: None };
        chat.hub().publish(self.organisation, Push::new(Topic::contact(contact), kind::TYPING, &object)?);
        let now = chat.env().now();
        let asked = self.told.still_there_until.is_some();
        let due = self.typed_at.is_none_or(|at| now.since(at) >= TYPED);
        if typing && self.told.state == ConversationState::Active && (asked || due) {
            self.typed_at = Some(now);
            self.told.still_there_until = None;
            return chat.heard(self.organisation, &self.row).await;
        }
        Ok(())
    }

    async fn read(&mut self, chat: &Chat, seq: i64) -> Result<()> {
        let seq = seq.min(self.sent);
        if seq > self.read {
            chat.read(self.organisation, self.row.talk(), seq).await?;
            self.read = seq;
        }
        Ok(())
    }

    async fn pushed(&mut self, line: &mut Line, pushed: Pushed) -> Step {
        let object = &*pushed.push.object;
        match pushed.push.kind {
            kind::ENTRY => {
                let Ok(Numbered { seq }) = serde_json::from_str(object) else { return Ok(()) };
                if seq <= self.sent {
                    return Ok(());
                }
                if seq > self.sent + 1 {
                    return self.catch_up(line).await;
                }
                line.put(Frame::Text(format!("{{\"type\":\"entry\",\"entry\":{object}}}").into())).await?;
                self.sent = seq;
                Ok(())
            }
            kind::STATE => match serde_json::from_str(object) {
                Ok(conversation) => self.tell(line, conversation).await,
                Err(_) => self.tell_state(line).await,
            },
            kind::READ => match serde_json::from_str::<ReadUpTo>(object) {
                Ok(ReadUpTo { seq }) => line.send(&ToVisitor::Read { seq }).await,
                Err(_) => Ok(()),
            },
            kind::TYPING => match serde_json::from_str::<AgentTyping>(object) {
                Ok(AgentTyping { typing }) => line.send(&ToVisitor::Typing { typing }).await,
                Err(_) => Ok(()),
            },
            kind::CONTINUED => self.refresh(line).await,
            _ => Ok(()),
        }
    }

    /// Sends what is missing, from the database.
    async fn catch_up(&mut self, line: &mut Line) -> Step {
        let missing = line.chat.view().entries(self.organisation, self.row.id, self.sent).await;
        match missing {
            Ok(entries) => {
                for entry in entries {
                    let seq = entry.seq;
                    line.send(&ToVisitor::Entry { entry }).await?;
                    self.sent = self.sent.max(seq);
                }
                Ok(())
            }
            Err(error) => self.give_up(line, error).await,
        }
    }

    /// Loads the conversation again: it went on with another contact, or pushes were lost.
    async fn refresh(&mut self, line: &mut Line) -> Step {
        self.tell_state(line).await?;
        self.catch_up(line).await
    }

    /// Without the database this socket cannot promise that nothing is missing. The browser comes back by itself.
    async fn give_up(&mut self, line: &mut Line, error: Error) -> Step {
        line.refuse(Refusal::plain(error)).await?;
        Err(Over::Closed(close_code::AGAIN, "try again in a moment"))
    }

    async fn tell_state(&mut self, line: &mut Line) -> Step {
        match self.load(&line.chat).await {
            Ok(conversation) => self.tell(line, conversation).await,
            Err(error) => self.give_up(line, error).await,
        }
    }

    /// Reads the conversation as it is now; it may have gone on with another contact.
    async fn load(&mut self, chat: &Chat) -> Result<Conversation> {
        self.row = chat.conversation_row(self.organisation, self.row.id).await?;
        let contact = self.row.contact;
        if contact != self.watch.contact() {
            self.subscription.leave(&Topic::customer(self.watch.contact()));
            self.watch = chat.view().watch(self.organisation, contact);
            self.subscription.join(Topic::customer(contact));
            self.sealer = None;
        }
        chat.view().conversation(self.organisation, &self.row).await
    }

    async fn tell(&mut self, line: &mut Line, conversation: Conversation) -> Step {
        let asked_before = self.told.still_there_until;
        line.send(&ToVisitor::State { conversation: conversation.clone() }).await?;
        self.told = conversation;
        if asked_before == self.told.still_there_until { Ok(()) } else { self.tell_silence(line).await }
    }

    async fn tell_silence(&mut self, line: &mut Line) -> Step {
        let Some(until) = self.told.still_there_until else { return Ok(()) };
        let seconds = until.since(line.now()).as_secs();
        line.send(&ToVisitor::StillThere { until, seconds }).await
    }

    fn next_tick(&self) -> Timestamp {
        let quiet = self.heard_at + if self.pinged { QUIET + DEAD } else { QUIET };
        if self.told.state == ConversationState::Waiting {
            quiet.min(self.look_at_place).min(self.note_seen)
        } else {
            quiet
        }
    }

    async fn tick(&mut self, line: &mut Line) -> Step {
        let now = line.now();
        if now >= self.heard_at + QUIET {
            if self.pinged {
                return Err(Over::Closed(close_code::AWAY, "nothing was heard any more"));
            }
            // Counts from now, so that a program that slept itself does not blame the visitor.
            self.heard_at = now - QUIET;
            self.pinged = true;
            line.put(Frame::Ping(Vec::new().into())).await?;
        }
        if self.told.state != ConversationState::Waiting {
            return Ok(());
        }
        if now >= self.note_seen {
            self.note_seen = now + SEEN;
            if let Err(error) = line.chat.seen(self.organisation, &self.row, false).await {
                tracing::warn!(?error, "it could not be noted that a visitor waits");
            }
        }
        if now >= self.look_at_place {
            self.look_at_place = now + PLACE;
            return self.tell_place(line).await;
        }
        Ok(())
    }

    async fn tell_place(&mut self, line: &mut Line) -> Step {
        let outlook = line.chat.view().line().outlook(self.organisation, self.row.contact).await;
        let Ok(outlook) = outlook else { return Ok(()) };
        if (outlook.place, outlook.estimate_seconds) == (self.told.place, self.told.estimate_seconds) {
            return Ok(());
        }
        self.told.place = outlook.place;
        self.told.estimate_seconds = outlook.estimate_seconds;
        line.send(&ToVisitor::State { conversation: self.told.clone() }).await
    }
}

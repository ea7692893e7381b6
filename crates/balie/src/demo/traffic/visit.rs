//! A simulated customer at the widget: begins a conversation, keeps a socket open, and does what
//! [`super::visitor`] wants. A line that breaks is opened again; what was not acknowledged is said again under the same
//! reference, so nothing is lost or doubled.

use super::Stage;
use super::dice::Dice;
use super::line::{Refused, Socket};
use super::visitor::{Deed, Visitor};
use super::{Simulation, Website};
use crate::demo::content::{self, Dialogue};
use base::Timestamp;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

const PING: Duration = Duration::from_secs(25);
/// A line that broke this often in a row is given up.
const TRIES: u32 = 30;
/// Who has been there this long goes, whatever happened.
const LONGEST: Duration = Duration::from_hours(2);

#[derive(Deserialize)]
struct Config {
    topics: Vec<Topic>,
}

#[derive(Deserialize)]
struct Topic {
    id: String,
    name: String,
    open: bool,
}

#[derive(Deserialize)]
struct Begun {
    token: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum FromServer {
    Welcome {
        conversation: Conversation,
    },
    State {
        conversation: Conversation,
    },
    Entry {
        entry: Entry,
    },
    Ack {
        #[serde(rename = "ref")]
        reference: String,
    },
    Refused {
        #[serde(rename = "ref")]
        reference: Option<String>,
        code: String,
    },
    Typing {
        typing: bool,
    },
    StillThere {},
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Conversation {
    state: Stage,
}

#[derive(Deserialize)]
struct Entry {
    seq: i64,
    author: String,
    text: Option<String>,
}

/// Something that was said and not acknowledged yet.
struct Unsaid {
    reference: String,
    text: String,
}

struct Visit<'a> {
    world: &'a Simulation,
    visitor: Visitor,
    dice: Dice,
    token: String,
    last_seq: i64,
    unsaid: Vec<Unsaid>,
    over: bool,
}

/// Plays one customer from the first click to the end.
pub(super) async fn play(world: &Simulation, website: &Website, dialogue: &Dialogue, dice: Dice) {
    let language = dialogue.language.as_str();
    let Ok(phrases) = world.content.phrases(language) else { return };
    let Some(token) = begin(world, website, dialogue, &dice).await else { return };
    let visitor =
        Visitor::new(&dialogue.talk, &phrases.impatient, dice.another(), world.pace, world.env.now());
    let unsaid = Vec::new();
    let visit = Visit { world, visitor, dice, token, last_seq: 0, unsaid, over: false };
    let until = world.env.clock.sleep_until(world.env.now() + LONGEST);
    tokio::select! {
        () = visit.stay() => {}
        () = until => {}
    }
}

/// Looks at the widget, chooses the topic and asks.
async fn begin(world: &Simulation, website: &Website, dialogue: &Dialogue, dice: &Dice) -> Option<String> {
    let (key, language) = (&website.widget_key, dialogue.language.as_str());
    let organisation = world.organisation(website);
    let path = format!("/chat/{key}/config?language={language}");
    let config: Config = world.patiently(|| world.public.get(&path)).await?;
    let name = content::pick(&organisation.topic(&dialogue.topic)?.name, language);
    let topic = config.topics.iter().find(|topic| topic.name == name && topic.open)?;
    world.sleep(world.pace.of(dice.seconds(2, 10))).await;
    let question = json!({
        "topic_id": topic.id,
        "language": language,
        "name": called(world, website, dialogue, dice),
        "text": dialogue.talk.question(),
        "client_ref": dice.reference(),
    });
    let path = format!("/chat/{key}/conversations");
    let begun: Begun = world.patiently(|| world.public.post(&path, &question)).await?;
    Some(begun.token)
}

/// Some give a name, and some of those are known.
fn called<'a>(world: &'a Simulation, website: &Website, dialogue: &Dialogue, dice: &Dice) -> Option<&'a str> {
    let language = dialogue.language.as_str();
    let speaks = |customer: &&content::Customer| customer.language.as_str() == language;
    let known: Vec<_> = world.organisation(website).customers.iter().filter(speaks).collect();
    match dice.unit() {
        x if x < 0.25 => dice.pick(&known).map(|customer| customer.name.as_str()),
        x if x < 0.7 => dice.pick(&world.content.phrases(language).ok()?.names).map(String::as_str),
        _ => None,
    }
}

impl Visit<'_> {
    async fn stay(mut self) {
        let mut failed = 0;
        while !self.over && failed < TRIES {
            if let Ok(mut socket) = self.connect().await {
                failed = 0;
                self.talk(&mut socket).await;
                socket.close().await;
            }
            failed += 1;
            if !self.over {
                self.world.sleep(Duration::from_secs(1 << failed.min(5))).await;
            }
        }
    }

    async fn connect(&self) -> Result<Socket, Refused> {
        let mut socket = self.world.public.socket("/chat/live").await?;
        socket.send(&json!({ "type": "hello", "token": self.token, "after": self.last_seq })).await;
        Ok(socket)
    }

    /// Until the socket is gone or the conversation is over.
    async fn talk(&mut self, socket: &mut Socket) {
        let mut ping = self.now() + PING;
        while !self.over {
            let due = self.visitor.due().map_or(ping, |due| due.min(ping));
            let sent = tokio::select! {
                frame = socket.next() => match frame {
                    Some(frame) => self.take(&frame, socket).await,
                    None => false,
                },
                () = self.world.env.clock.sleep_until(due) => {
                    let mut sent = true;
                    if self.now() >= ping {
                        ping = self.now() + PING;
                        sent = socket.send(&json!({ "type": "ping" })).await;
                    }
                    match self.visitor.act(self.now()) {
                        Some(deed) if sent => self.act(deed, socket).await,
                        _ => sent,
                    }
                }
            };
            if !sent {
                return;
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.world.env.now()
    }

    /// False: the socket is gone.
    async fn take(&mut self, frame: &str, socket: &mut Socket) -> bool {
        let now = self.now();
        match serde_json::from_str(frame) {
            Ok(FromServer::Welcome { conversation }) => {
                self.moved(conversation.state);
                for unsaid in &self.unsaid {
                    let say = json!({ "type": "say", "ref": unsaid.reference, "text": unsaid.text });
                    if !socket.send(&say).await {
                        return false;
                    }
                }
            }
            Ok(FromServer::State { conversation }) => self.moved(conversation.state),
            Ok(FromServer::Entry { entry }) if entry.seq > self.last_seq => {
                self.last_seq = entry.seq;
                if entry.author == "agent"
                    && let Some(text) = &entry.text
                {
                    self.visitor.hear(text, now);
                    return socket.send(&json!({ "type": "read", "seq": entry.seq })).await;
                }
            }
            Ok(FromServer::Typing { typing: true }) => self.visitor.sees_typing(now),
            Ok(FromServer::Ack { reference }) => self.unsaid.retain(|unsaid| unsaid.reference != reference),
            Ok(FromServer::StillThere {}) => self.visitor.asked_whether_there(now),
            Ok(FromServer::Refused { reference, code }) => return self.refused(reference.as_deref(), &code),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the demo does not understand a frame of the widget's socket");
            }
        }
        true
    }

    /// What may be said later is kept, and said again over a new line. False: open a new one.
    fn refused(&mut self, reference: Option<&str>, code: &str) -> bool {
        let later = matches!(code, "too_many_requests" | "unavailable" | "internal");
        if !later && let Some(reference) = reference {
            self.unsaid.retain(|unsaid| unsaid.reference != reference);
        }
        // A token that opens nothing will not open anything later.
        self.over |= !later && reference.is_none();
        !later
    }

    fn moved(&mut self, stage: Stage) {
        let now = self.now();
        self.visitor.moved(stage, now);
        self.over |= stage == Stage::Ended;
    }

    async fn act(&mut self, deed: Deed, socket: &mut Socket) -> bool {
        match deed {
            Deed::Type => socket.send(&json!({ "type": "typing", "typing": true })).await,
            Deed::Say(text) => {
                let reference = self.dice.reference();
                let say = json!({ "type": "say", "ref": reference, "text": text });
                self.unsaid.push(Unsaid { reference, text });
                socket.send(&say).await && socket.send(&json!({ "type": "typing", "typing": false })).await
            }
            Deed::Here => socket.send(&json!({ "type": "here" })).await,
            // The server answers with the state "ended".
            Deed::End => socket.send(&json!({ "type": "end" })).await,
            Deed::Leave => {
                self.over = true;
                true
            }
        }
    }
}

//! A simulated colleague at the desk: signs in, keeps the live socket open, takes what is offered, talks as
//! [`super::helper`] says, wraps up and has breaks. When the server was away they sign in again and go on.
//!
//! What a simulated customer asks they take at once. What anybody else asks they leave to a person who plays and has
//! room; only when there is none they take it.

use super::Simulation;
use super::dice::Dice;
use super::helper::{Helper, Step};
use super::line::{Browser, Refused, Socket};
use super::wire::{
    Colleague, Contact, Entry, FromServer, Identified, Items, Named, Offer, Presence, Reason, Session, Work,
};
use crate::demo::content::{Organisation, Person, Phrases};
use base::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

const PING: Duration = Duration::from_secs(20);

/// What a colleague looks up once after signing in.
struct Desk {
    me: String,
    queues: HashMap<String, String>,
    reasons: HashMap<String, String>,
}

/// A contact in hand.
struct InHand<'a> {
    helper: Helper<'a>,
    seen: i64,
    said: u64,
}

struct AtWork<'a> {
    world: &'a Simulation,
    organisation: &'a Organisation,
    person: &'a Person,
    browser: Browser,
    dice: Dice,
    desk: Desk,
    offers: HashMap<String, (Timestamp, Offer)>,
    in_hand: HashMap<String, InHand<'a>>,
    /// When the next break begins, or the present one ends.
    turn: Timestamp,
    on_break: bool,
    /// When to say that they are ready.
    ready: Option<Timestamp>,
}

/// Something on the way to the server went wrong.
type Outcome<T = ()> = Result<T, Refused>;

/// Works until the program stops.
pub(super) async fn work(world: Arc<Simulation>, (organisation, person): (usize, usize), dice: Dice) {
    let organisation = &world.content.organisations[organisation];
    let person = &organisation.people[person];
    world.sleep(super::START + dice.seconds(0, 4)).await;
    loop {
        match AtWork::sign_in(&world, organisation, person, &dice).await {
            Ok(at_work) => {
                if let Err(refused) = at_work.live().await {
                    tracing::debug!(code = refused.code, "a simulated colleague lost the line");
                }
            }
            Err(refused) => tracing::debug!(code = refused.code, "a simulated colleague cannot sign in"),
        }
        world.sleep(dice.seconds(3, 10)).await;
    }
}

impl<'a> AtWork<'a> {
    async fn sign_in(
        world: &'a Simulation,
        organisation: &'a Organisation,
        person: &'a Person,
        dice: &Dice,
    ) -> Outcome<Self> {
        let unusable = |_| Refused::default();
        let browser = Browser::new(&world.address).map_err(unusable)?;
        let credentials = json!({ "email": person.email, "password": organisation.setup.password });
        let session: Session = browser.post("/session", &credentials).await?;
        let queues: Items<Named> = browser.get("/queues").await?;
        let reasons: Items<Reason> = browser.get("/reasons").await?;
        let code = |name: &str| organisation.setup.queues.iter().find(|queue| queue.name == name);
        let desk = Desk {
            me: session.membership.id,
            queues: queues
                .items
                .into_iter()
                .filter_map(|one| Some((code(&one.name)?.code.clone(), one.id)))
                .collect(),
            reasons: reasons.items.into_iter().map(|reason| (reason.code, reason.id)).collect(),
        };
        let turn = world.env.now() + world.pace.of(dice.seconds(25 * 60, 80 * 60));
        let (offers, in_hand) = (HashMap::new(), HashMap::new());
        let dice = dice.another();
        Ok(Self {
            world,
            organisation,
            person,
            browser,
            dice,
            desk,
            offers,
            in_hand,
            turn,
            on_break: false,
            ready: None,
        })
    }

    /// Until the line is lost or somebody signs them out.
    async fn live(mut self) -> Outcome {
        let mut socket = self.browser.socket("/live").await?;
        socket.send(&json!({ "type": "resume", "after": null })).await;
        self.load(&mut socket).await?;
        let mut ping = self.now() + PING;
        loop {
            tokio::select! {
                frame = socket.next() => match frame {
                    Some(frame) => self.take(&frame, &mut socket).await?,
                    None => return Ok(()),
                },
                () = self.world.env.clock.sleep_until(self.due().min(ping)) => {
                    if self.now() >= ping {
                        ping = self.now() + PING;
                        socket.send(&json!({ "type": "ping" })).await;
                    }
                    self.act(&mut socket).await?;
                }
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.world.env.now()
    }

    fn due(&self) -> Timestamp {
        let offers = self.offers.values().map(|(at, _)| *at);
        let contacts = self.in_hand.values().filter_map(|contact| contact.helper.due());
        offers.chain(contacts).chain(self.ready).fold(self.turn, Ord::min)
    }

    /// All that there is to do, after signing in or a gap.
    async fn load(&mut self, socket: &mut Socket) -> Outcome {
        let work: Work = self.browser.get("/work").await?;
        self.offers.clear();
        self.in_hand.clear();
        self.presence(&work.presence);
        for offer in work.offers {
            self.offered(offer);
        }
        for contact in work.contacts {
            self.open(&contact, socket).await?;
        }
        Ok(())
    }

    async fn take(&mut self, frame: &str, socket: &mut Socket) -> Outcome {
        match serde_json::from_str(frame) {
            Ok(FromServer::Changed { kind, object }) => self.changed(&kind, object, socket).await,
            Ok(FromServer::Resync {}) => self.load(socket).await,
            Ok(FromServer::SignedOut {}) => Err(Refused::signed_out()),
            Ok(FromServer::Other) => Ok(()),
            Err(error) => {
                tracing::warn!(%error, "the demo does not understand a frame of the live socket");
                Ok(())
            }
        }
    }

    async fn changed(&mut self, kind: &str, object: Value, socket: &mut Socket) -> Outcome {
        match kind {
            "offer" => self.offered(read(object)?),
            "offer_gone" => {
                let gone: Identified = read(object)?;
                self.offers.remove(&gone.id);
            }
            "presence" => self.presence(&read(object)?),
            "contact" => return self.moved(&read(object)?, socket).await,
            "entry" => self.heard(&read(object)?),
            _ => {}
        }
        Ok(())
    }

    fn presence(&mut self, presence: &Presence) {
        if presence.state == "ready" || self.on_break {
            self.ready = None;
        } else if self.ready.is_none() {
            self.ready = Some(self.now() + self.world.pace.of(self.dice.seconds(2, 8)));
        }
    }

    fn offered(&mut self, offer: Offer) {
        // An offer lasts as long as the queue says, whatever the pace of the simulation. What is for somebody who plays
        // is passed on without delay.
        let thinks = if self.is_simulated(&offer) {
            self.dice.between(Duration::from_millis(1500), Duration::from_secs(6))
        } else {
            Duration::from_millis(300)
        };
        self.offers.insert(offer.id.clone(), (self.now() + thinks, offer));
    }

    async fn moved(&mut self, contact: &Contact, socket: &mut Socket) -> Outcome {
        let mine = contact.agent.as_ref().is_some_and(|agent| agent.id == self.desk.me);
        let open = matches!(contact.state.as_str(), "assigned" | "wrapping_up");
        let now = self.now();
        if !mine || !open {
            if self.in_hand.remove(&contact.id).is_some() {
                socket.send(&json!({ "type": "unwatch", "contact_id": contact.id })).await;
            }
            return Ok(());
        }
        match self.in_hand.get_mut(&contact.id) {
            Some(in_hand) if contact.state == "wrapping_up" => in_hand.helper.ends(now),
            Some(_) => {}
            None => self.open(contact, socket).await?,
        }
        Ok(())
    }

    /// Reads what was said so far, and goes on from there.
    async fn open(&mut self, contact: &Contact, socket: &mut Socket) -> Outcome {
        socket.send(&json!({ "type": "watch", "contact_id": contact.id })).await;
        let entries: Items<Entry> =
            self.browser.get(&format!("/contacts/{}/entries?limit=200", contact.id)).await?;
        let messages = || entries.items.iter().filter(|entry| entry.kind == "message");
        let said_by = |who: &str| messages().filter(|entry| entry.author.kind == who).count();
        let question =
            messages().find(|entry| entry.author.kind == "customer").and_then(|entry| entry.text.as_deref());
        let dialogue = question.and_then(|question| self.organisation.dialogue_of(question));
        let phrases = self.phrases(&contact.language)?;
        let mut helper =
            Helper::new(dialogue, phrases, self.person.first_name(), self.dice.another(), self.world.pace);
        let (said, heard) = (said_by("agent"), said_by("customer"));
        helper.opens(said, heard, contact.state == "wrapping_up", self.now());
        let seen = entries.items.last().map_or(0, |entry| entry.seq);
        self.in_hand.insert(contact.id.clone(), InHand { helper, seen, said: said as u64 });
        self.mark_read(&contact.id, seen).await?;
        if contact.customer.is_none() {
            self.recognise(contact, &entries.items).await?;
        }
        Ok(())
    }

    /// A customer who gave a name that is known is linked, so that their history is there.
    async fn recognise(&self, contact: &Contact, entries: &[Entry]) -> Outcome {
        let notes = || entries.iter().filter(|entry| entry.kind == "note" && entry.author.kind == "system");
        let named =
            |name: &str| notes().any(|note| note.text.as_deref().is_some_and(|text| text.contains(name)));
        let Some(known) = self.organisation.customers.iter().find(|customer| named(&customer.name)) else {
            return Ok(());
        };
        let found: Items<Identified> =
            self.browser.post("/customers/search", &json!({ "text": known.name })).await?;
        let Some(customer) = found.items.first() else { return Ok(()) };
        let link = json!({ "customer_id": customer.id });
        allowed(self.browser.put::<Value>(&format!("/contacts/{}/customer", contact.id), &link).await)
    }

    fn phrases(&self, language: &str) -> Outcome<&'a Phrases> {
        self.world.content.phrases(language).map_err(|_| Refused::default())
    }

    fn heard(&mut self, entry: &Entry) {
        let now = self.now();
        let Some(in_hand) =
            self.in_hand.get_mut(&entry.contact_id).filter(|in_hand| entry.seq > in_hand.seen)
        else {
            return;
        };
        in_hand.seen = entry.seq;
        if entry.kind == "message"
            && entry.author.kind == "customer"
            && let Some(text) = &entry.text
        {
            in_hand.helper.hear(text, now);
        }
    }

    async fn mark_read(&self, contact: &str, seq: i64) -> Outcome {
        let read =
            self.browser.post::<Value>(&format!("/contacts/{contact}/read"), &json!({ "seq": seq })).await;
        allowed(read)
    }

    /// Does what is due.
    async fn act(&mut self, socket: &mut Socket) -> Outcome {
        let now = self.now();
        if self.turn <= now {
            self.take_turn().await?;
        }
        if self.ready.take_if(|at| *at <= now).is_some() {
            let presence: Presence = self.browser.put("/presence", &json!({ "state": "ready" })).await?;
            self.presence(&presence);
        }
        let due: Vec<String> =
            self.offers.iter().filter(|(_, (at, _))| *at <= now).map(|(id, _)| id.clone()).collect();
        for id in due {
            if let Some((_, offer)) = self.offers.remove(&id) {
                self.answer(&offer, socket).await?;
            }
        }
        let ids: Vec<String> = self.in_hand.keys().cloned().collect();
        for id in ids {
            let step = self.in_hand.get_mut(&id).and_then(|in_hand| in_hand.helper.act(now));
            if let Some(step) = step {
                self.step(&id, step, socket).await?;
            }
        }
        Ok(())
    }

    /// A break begins or ends.
    async fn take_turn(&mut self) -> Outcome {
        let (least, most) = if self.on_break { (25 * 60, 80 * 60) } else { (3 * 60, 9 * 60) };
        self.turn = self.now() + self.world.pace.of(self.dice.seconds(least, most));
        self.on_break = !self.on_break;
        let presence = if self.on_break {
            json!({ "state": "not_ready", "reason": "break" })
        } else {
            json!({ "state": "ready" })
        };
        allowed(self.browser.put::<Value>("/presence", &presence).await)
    }

    /// Takes an offer, or leaves it to a person who plays.
    async fn answer(&mut self, offer: &Offer, socket: &mut Socket) -> Outcome {
        if !self.is_simulated(offer) && self.somebody_plays().await? {
            return allowed(
                self.browser.post::<Value>(&format!("/offers/{}/decline", offer.id), &json!({})).await,
            );
        }
        match self.browser.post::<Contact>(&format!("/offers/{}/accept", offer.id), &json!({})).await {
            Ok(contact) => self.open(&contact, socket).await,
            Err(refused) => allowed::<()>(Err(refused)),
        }
    }

    /// Whether a simulated customer said this.
    fn is_simulated(&self, offer: &Offer) -> bool {
        let text = offer.preview.as_deref().unwrap_or_default();
        let impatient =
            ["nl", "en"].into_iter().filter_map(|language| self.world.content.phrases(language).ok());
        let mut impatient = impatient.flat_map(|phrases| &phrases.impatient);
        self.organisation.is_line(text) || impatient.any(|phrase| phrase == text)
    }

    async fn somebody_plays(&self) -> Outcome<bool> {
        let colleagues: Items<Colleague> = self.browser.get("/colleagues").await?;
        let plays =
            |name: &str| self.organisation.people.iter().any(|person| person.play && person.name == name);
        let has_room = |one: &Colleague| one.state == "ready" && one.chat.used < one.chat.total;
        Ok(colleagues.items.iter().any(|one| has_room(one) && plays(&one.name)))
    }

    async fn step(&mut self, contact: &str, step: Step, socket: &mut Socket) -> Outcome {
        let done = match &step {
            Step::Type => {
                let seen = self.in_hand.get(contact).map_or(0, |in_hand| in_hand.seen);
                self.mark_read(contact, seen).await?;
                socket.send(&json!({ "type": "typing", "contact_id": contact, "typing": true })).await;
                Ok(())
            }
            Step::Say(text) => self.say(contact, text, socket).await,
            Step::HandTo(queue) => self.hand_to(contact, queue).await,
            Step::End => {
                self.browser.post::<Value>(&format!("/contacts/{contact}/end"), &json!({})).await.map(drop)
            }
            Step::WrapUp => self.wrap_up(contact).await,
        };
        let now = self.now();
        let Some(in_hand) = self.in_hand.get_mut(contact) else { return Ok(()) };
        match done {
            Ok(()) => in_hand.helper.did(&step, now),
            Err(refused) if refused.is_signed_out() => return Err(refused),
            Err(refused) => match refused.again_in() {
                Some(wait) => in_hand.helper.try_again(step, now + wait),
                // It is over, or somebody else's; the live socket tells which.
                None if matches!(step, Step::HandTo(_)) => in_hand.helper.keeps(now),
                None => {}
            },
        }
        Ok(())
    }

    async fn say(&mut self, contact: &str, text: &str, socket: &mut Socket) -> Outcome {
        let number = self.in_hand.get(contact).map_or(0, |in_hand| in_hand.said);
        let message = json!({ "text": text, "client_ref": format!("demo-{number}"), "attachments": [] });
        self.browser.post::<Value>(&format!("/contacts/{contact}/messages"), &message).await?;
        if let Some(in_hand) = self.in_hand.get_mut(contact) {
            in_hand.said += 1;
        }
        socket.send(&json!({ "type": "typing", "contact_id": contact, "typing": false })).await;
        Ok(())
    }

    async fn hand_to(&self, contact: &str, queue: &str) -> Outcome {
        let queue = self.desk.queues.get(queue).ok_or_else(Refused::default)?;
        let to = json!({ "queue_id": queue, "note": null });
        self.browser.post::<Value>(&format!("/contacts/{contact}/transfer"), &to).await.map(drop)
    }

    async fn wrap_up(&self, contact: &str) -> Outcome {
        let (code, note) = self.in_hand.get(contact).map_or((None, ""), |in_hand| in_hand.helper.outcome());
        let reasons = &self.desk.reasons;
        let reason = code.and_then(|code| reasons.get(code)).or_else(|| reasons.get("overig"));
        let outcome = json!({ "reason_id": reason, "note": note });
        self.browser.post::<Value>(&format!("/contacts/{contact}/wrap-up"), &outcome).await.map(drop)
    }
}

/// An answer that could be no is fine, whichever it is; only a line that is lost, or a session, is not.
fn allowed<T>(answer: Outcome<T>) -> Outcome {
    match answer {
        Err(refused) if refused.is_signed_out() || refused.is_silence() => Err(refused),
        _ => Ok(()),
    }
}

fn read<T: for<'de> Deserialize<'de>>(object: Value) -> Outcome<T> {
    serde_json::from_value(object).map_err(|error| {
        tracing::warn!(%error, "the demo does not understand what changed");
        Refused::default()
    })
}

//! Messages from a visitor's socket to the disk to the agent's socket, with 2,000 live contacts. Beside it: the same
//! rows, put into the same tables of an empty database of the same kind, a hundred messages in a transaction.

use crate::figure::Figure;
use crate::house::{Fault, House, outside};
use crate::machine::{Used, median};
use crate::sockets::{self, Socket};
use crate::store::{self, Message as Row};
use base::{Env, Timestamp};
use db::Engine;
use futures::SinkExt;
use futures::stream::{self, SplitSink, StreamExt, TryStreamExt};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_tungstenite::tungstenite::Message;

/// Contacts that are talked about at the same time.
const CONTACTS: usize = 2000;
/// Agents who have them, each with all of theirs in sight.
const AGENTS: usize = 50;
/// Messages that are under way at the same time when the program gets as much as it can do.
const UNDER_WAY: usize = 512;
/// Rounds, and messages in each. Together no more than one visitor may send at once.
const ROUNDS: usize = 3;
const MESSAGES: usize = 2 * CONTACTS;
/// Messages in a transaction of the reference.
const BATCH: usize = 100;
/// Nothing takes this long.
const STUCK: Duration = Duration::from_mins(2);

const TEXT: &str = "Dank u wel. De container staat sinds gisterochtend aan de weg, met het handvat naar de straat. \
                    Kan iemand hem morgen nog komen legen?";

/// Runs both cases, or one.
pub(crate) fn run(case: Option<&str>) -> Result<Vec<Figure>, Fault> {
    let mut figures = Vec::new();
    for (name, engine) in [("sqlite", Engine::Sqlite), ("postgres", Engine::Postgres)] {
        if case.is_none_or(|case| case == name) {
            figures.extend(measure(name, engine)?);
        }
    }
    Ok(figures)
}

/// What was seen of the messages that were sent.
struct Seen {
    env: Env,
    /// When each was sent, in microseconds.
    sent: Vec<AtomicI64>,
    /// How long each took, in microseconds.
    took: Vec<AtomicI64>,
    arrived: AtomicUsize,
    refused: AtomicUsize,
    last: AtomicI64,
    room: Semaphore,
}

type Sender = SplitSink<Socket, Message>;

/// A round as it went.
#[derive(Debug)]
struct Round {
    seconds: f64,
    p99_ms: f64,
    used: Used,
}

fn measure(case: &'static str, engine: Engine) -> Result<Vec<Figure>, Fault> {
    let house = House::open(engine)?;
    let world = outside()?;
    let total = (2 * ROUNDS + 1) * MESSAGES;
    let numbers = || (0..total).map(|_| AtomicI64::new(-1)).collect();
    let seen = Arc::new(Seen {
        env: Env::system(),
        sent: numbers(),
        took: numbers(),
        arrived: AtomicUsize::new(0),
        refused: AtomicUsize::new(0),
        last: AtomicI64::new(0),
        room: Semaphore::new(0),
    });
    let mut senders = world.block_on(connect(&house, &seen))?;
    let mut next = 0;
    let mut round = |per_second: Option<f64>| {
        let from = next;
        next += MESSAGES;
        world.block_on(play(&seen, &mut senders, from, per_second))
    };
    round(None)?;
    let full = (0..ROUNDS).map(|_| round(None)).collect::<Result<Vec<_>, _>>()?;
    let seconds = median(full.iter().map(|round| round.seconds).collect());
    let per_second = count(MESSAGES) / seconds;
    let half = (0..ROUNDS).map(|_| round(Some(per_second / 2.0))).collect::<Result<Vec<_>, _>>()?;
    drop(senders);
    world.shutdown_background();
    let raw = reference(&house)?;
    house.close();

    let of = |rounds: &[Round], value: fn(&Round) -> f64| median(rounds.iter().map(value).collect());
    let figure = |metric, value, unit| Figure::new("chat", case, metric, value, unit);
    let cpu_us = 1e6 / count(MESSAGES);
    Ok(vec![
        figure("messages_per_s", per_second, "1/s").beside(raw),
        figure("p99_ms", of(&half, |round| round.p99_ms), "ms at half of that"),
        figure("p99_full_ms", of(&full, |round| round.p99_ms), "ms with 512 under way"),
        figure("program_cpu_us", of(&full, |round| round.used.program) * cpu_us, "us per message"),
        figure("outside_cpu_us", of(&full, |round| round.used.outside) * cpu_us, "us per message"),
    ])
}

#[expect(clippy::cast_precision_loss, reason = "counts of messages are small")]
fn count(number: usize) -> f64 {
    number as f64
}

/// Everybody takes their place: agents who watch their contacts, visitors who are welcomed.
async fn connect(house: &House, seen: &Arc<Seen>) -> Result<Vec<Sender>, Fault> {
    let agents = house.agents(AGENTS).await;
    let begun = house.conversations(CONTACTS).await?;
    let share = CONTACTS / AGENTS;
    let pairs = begun.chunks(share).zip(&agents);
    house
        .assign(
            pairs
                .clone()
                .flat_map(|(of_agent, agent)| of_agent.iter().map(|one| (one.contact, agent.membership)))
                .collect(),
        )
        .await?;
    for (of_agent, agent) in pairs {
        let mut socket = sockets::staff(house.port(), &agent.cookie).await?;
        for one in of_agent {
            let watch = json!({ "type": "watch", "contact_id": one.contact });
            socket.send(Message::text(watch.to_string())).await?;
        }
        tokio::spawn(read_as_agent(socket, seen.clone()));
    }
    let port = house.port();
    let open = |one| async move { sockets::visitor(port, &one).await };
    let visitors: Vec<_> = stream::iter(begun.into_iter().map(open)).buffered(32).try_collect().await?;
    let mut senders = Vec::with_capacity(visitors.len());
    for socket in visitors {
        let (sender, frames) = socket.split();
        senders.push(sender);
        tokio::spawn(read_as_visitor(frames, seen.clone()));
    }
    Ok(senders)
}

async fn read_as_visitor(mut frames: stream::SplitStream<Socket>, seen: Arc<Seen>) {
    while let Some(text) = sockets::text(&mut frames).await {
        if text.contains("\"type\":\"refused\"") {
            seen.refused.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Finds the messages among the frames by the numbers with which their texts begin.
async fn read_as_agent(mut socket: Socket, seen: Arc<Seen>) {
    const NUMBERED: &str = "\"text\":\"message-";
    while let Some(text) = sockets::text(&mut socket).await {
        let number =
            text.split_once(NUMBERED).and_then(|(_, rest)| rest.split('.').next()?.parse::<usize>().ok());
        if let Some(number) = number
            && text.contains("\"kind\":\"entry\"")
        {
            seen.arrived(number);
        }
    }
}

impl Seen {
    fn arrived(&self, number: usize) {
        let now = self.env.now().micros();
        self.took[number].store(now - self.sent[number].load(Ordering::Relaxed), Ordering::Relaxed);
        self.last.fetch_max(now, Ordering::Relaxed);
        self.arrived.fetch_add(1, Ordering::Release);
        self.room.add_permits(1);
    }
}

/// One round: as fast as it goes, with so many under way, or at a steady pace.
async fn play(
    seen: &Seen,
    senders: &mut [Sender],
    from: usize,
    per_second: Option<f64>,
) -> Result<Round, Fault> {
    let before = Used::now()?;
    let begun = seen.env.now();
    seen.room.forget_permits(usize::MAX >> 4);
    seen.room.add_permits(if per_second.is_some() { MESSAGES } else { UNDER_WAY });
    for number in from..from + MESSAGES {
        if let Some(per_second) = per_second {
            let due = begun + Duration::from_secs_f64(count(number - from) / per_second);
            if due > seen.env.now() {
                seen.env.clock.sleep_until(due).await;
            }
        }
        tokio::time::timeout(STUCK, seen.room.acquire()).await.map_err(|_| stuck(seen, from))??.forget();
        let say = format!(r#"{{"type":"say","ref":"message-{number}","text":"message-{number}. {TEXT}"}}"#);
        seen.sent[number].store(seen.env.now().micros(), Ordering::Relaxed);
        senders[number % CONTACTS].send(Message::text(say)).await?;
    }
    wait(seen, from + MESSAGES).await?;
    let mut took: Vec<_> =
        seen.took[from..from + MESSAGES].iter().map(|took| took.load(Ordering::Relaxed)).collect();
    took.sort_unstable();
    let p99 = Duration::from_micros(u64::try_from(took[took.len() * 99 / 100])?);
    let ended = Timestamp::from_micros(seen.last.load(Ordering::Relaxed));
    Ok(Round {
        seconds: ended.since(begun).as_secs_f64(),
        p99_ms: p99.as_secs_f64() * 1000.0,
        used: Used::now()?.since(before),
    })
}

async fn wait(seen: &Seen, wanted: usize) -> Result<(), Fault> {
    let late = seen.env.now() + STUCK;
    while seen.arrived.load(Ordering::Acquire) < wanted {
        if seen.env.now() > late {
            return Err(stuck(seen, wanted));
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

fn stuck(seen: &Seen, of: usize) -> Fault {
    let (arrived, refused) = (seen.arrived.load(Ordering::Acquire), seen.refused.load(Ordering::Relaxed));
    format!("messages do not arrive: {arrived} did of {of}, and {refused} were refused").into()
}

/// Messages a second when the same rows go straight into the same tables.
fn reference(house: &House) -> Result<f64, Fault> {
    let organisation = house.organisation;
    let db = house.beside()?;
    let seconds = house.inside(async {
        let mut conn = house.app.db().read(organisation).await?;
        let rows = store::read(&mut conn).await?;
        drop(conn);
        let contacts = rows
            .contacts
            .iter()
            .map(|row| store::Contact::of(organisation, row))
            .collect::<Result<Vec<_>, _>>()?;
        db.write(organisation, async move |tx| {
            for contact in contacts {
                contact.insert(tx).await?;
            }
            Ok(())
        })
        .await?;
        let pairs = rows.entries.iter().zip(&rows.facts);
        let messages: Vec<_> =
            pairs.map(|(entry, fact)| Row::of(organisation, entry, fact)).collect::<Result<_, _>>()?;
        let mut rounds = Vec::new();
        for round in messages.chunks_exact(MESSAGES) {
            let begun = house.app.db().env().now();
            for some in round.chunks(BATCH) {
                let some = some.to_vec();
                db.write(organisation, async move |tx| {
                    for message in some {
                        message.insert(tx).await?;
                    }
                    Ok(())
                })
                .await?;
            }
            rounds.push(house.app.db().env().now().since(begun).as_secs_f64());
        }
        db.close().await;
        Ok::<_, Fault>(median(rounds))
    })?;
    Ok(count(MESSAGES) / seconds)
}

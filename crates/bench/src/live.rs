//! Ten thousand idle live sockets on one program: what each costs in memory, and how long it takes until all of them
//! have one event. The other ends are in a process of their own, so that only the program is weighed.

use crate::figure::{Figure, rss_mb};
use crate::house::{Begun, Fault, House, outside};
use crate::machine::median;
use crate::sockets::{self, Socket};
use base::{ContactId, Env};
use db::Engine;
use futures::SinkExt;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use web::live::{Push, Topic};

const SOCKETS: usize = 10_000;
/// Members of staff, who have many screens each here; and conversations, with some tabs each.
const AGENTS: usize = 50;
const CONVERSATIONS: usize = 2000;
/// Until nothing moves any more that came with opening.
const SETTLE: Duration = Duration::from_secs(10);
/// As often as a screen gives a sign of life.
const SIGN: Duration = Duration::from_secs(25);
const ROUNDS: usize = 7;
/// The name of the process that holds the other ends.
pub(crate) const OTHER_ENDS: &str = "other-ends";

/// Runs both cases, or one.
pub(crate) fn run(case: Option<&str>) -> Result<Vec<Figure>, Fault> {
    let mut figures = Vec::new();
    if case.is_none_or(|case| case == "staff") {
        figures.extend(staff()?);
    }
    if case.is_none_or(|case| case == "visitors") {
        figures.extend(visitors()?);
    }
    Ok(figures)
}

fn staff() -> Result<Vec<Figure>, Fault> {
    let house = House::open(Engine::Sqlite)?;
    let agents = house.inside(house.agents(AGENTS));
    let lines: Vec<_> = agents.iter().map(|agent| format!("staff {}", agent.cookie)).collect();
    let before = rss_mb()?;
    let mut ends = OtherEnds::open(&house, &lines)?;
    std::thread::sleep(SETTLE);
    let each = (rss_mb()? - before) * 1024.0 / sockets();
    let env = Env::system();
    let mut took = Vec::new();
    for round in 0..ROUNDS {
        let event =
            json!({ "round": round, "id": "que_0", "name": "Algemeen", "waiting": 3, "agents_ready": 2 });
        let push = Push::new(Topic::organisation(), "queue", &event)?;
        let begun = env.now();
        house.inside(async { house.app.hub().publish(house.organisation, push) });
        ends.hear(&format!("round {round}"))?;
        took.push(env.now().since(begun).as_secs_f64() * 1000.0);
    }
    ends.close()?;
    house.close();
    Ok(vec![
        Figure::new("live", "staff", "kb_per_idle_socket", each, "kB"),
        Figure::new("live", "staff", "fanout_ms", median(took), "ms to 10,000"),
    ])
}

fn visitors() -> Result<Vec<Figure>, Fault> {
    let house = House::open(Engine::Sqlite)?;
    let begun = house.inside(async {
        let agents = house.agents(AGENTS).await;
        let begun = house.conversations(CONVERSATIONS).await?;
        let agent = |number: usize| agents[number % AGENTS].membership;
        house
            .assign(begun.iter().enumerate().map(|(number, one)| (one.contact, agent(number))).collect())
            .await?;
        Ok::<_, Fault>(begun)
    })?;
    let lines: Vec<_> = begun.iter().map(|one| format!("visitor {} {}", one.token, one.network)).collect();
    let before = rss_mb()?;
    let ends = OtherEnds::open(&house, &lines)?;
    std::thread::sleep(SETTLE);
    let each = (rss_mb()? - before) * 1024.0 / sockets();
    ends.close()?;
    house.close();
    Ok(vec![Figure::new("live", "visitors", "kb_per_idle_socket", each, "kB")])
}

fn sockets() -> f64 {
    u32::try_from(SOCKETS).map_or(f64::NAN, f64::from)
}

/// The process that holds the other ends.
struct OtherEnds {
    process: Child,
    told: BufReader<ChildStdout>,
    /// It ends when this does.
    _input: ChildStdin,
}

impl OtherEnds {
    fn open(house: &House, lines: &[String]) -> Result<Self, Fault> {
        let mut process = Command::new(std::env::current_exe()?)
            .args([OTHER_ENDS, &house.port().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(mut input), Some(told)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("a process without input and output".into());
        };
        for line in lines {
            writeln!(input, "{line}")?;
        }
        writeln!(input)?;
        input.flush()?;
        let mut ends = Self { process, told: BufReader::new(told), _input: input };
        ends.hear("open")?;
        Ok(ends)
    }

    fn hear(&mut self, expected: &str) -> Result<(), Fault> {
        let mut line = String::new();
        self.told.read_line(&mut line)?;
        if line.trim() == expected {
            Ok(())
        } else {
            Err(format!("expected {expected}, heard {line:?}").into())
        }
    }

    fn close(self) -> Result<(), Fault> {
        let Self { mut process, .. } = self;
        process.kill()?;
        process.wait()?;
        Ok(())
    }
}

/// The other ends: opens the sockets that the input names, tells when all are open, and for each event when all have
/// it.
pub(crate) fn other_ends(port: Option<&str>) -> Result<(), Fault> {
    let port: u16 = port.ok_or("name a port")?.parse()?;
    let lines: Vec<String> = std::io::stdin()
        .lock()
        .lines()
        .take_while(|line| !matches!(line, Ok(line) if line.is_empty()))
        .collect::<Result<_, _>>()?;
    let runtime = outside()?;
    runtime.block_on(async {
        let open = |number: usize| {
            let line = lines[number % lines.len()].clone();
            async move { open(port, &line).await }
        };
        let arrived: Arc<Vec<AtomicUsize>> = Arc::new((0..ROUNDS).map(|_| AtomicUsize::new(0)).collect());
        let sockets: Vec<_> = stream::iter((0..SOCKETS).map(open)).buffer_unordered(64).try_collect().await?;
        for (number, socket) in sockets.into_iter().enumerate() {
            tokio::spawn(idle(socket, number, arrived.clone()));
        }
        let mut out = std::io::stdout();
        writeln!(out, "open")?;
        for (round, arrived) in arrived.iter().enumerate() {
            while arrived.load(Ordering::Acquire) < SOCKETS {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            writeln!(out, "round {round}")?;
        }
        std::future::pending::<()>().await;
        Ok(())
    })
}

async fn open(port: u16, line: &str) -> Result<Socket, Fault> {
    let words: Vec<_> = line.split(' ').collect();
    match words[..] {
        ["staff", cookie] => sockets::staff(port, cookie).await,
        ["visitor", token, network] => {
            let begun = Begun {
                token: token.to_owned(),
                contact: <ContactId as base::id::Id>::from_raw(0),
                network: network.to_owned(),
            };
            sockets::visitor(port, &begun).await
        }
        _ => Err(format!("cannot read {line:?}").into()),
    }
}

/// Reads what comes and gives a sign of life now and then, not all at the same moment.
async fn idle(mut socket: Socket, number: usize, arrived: Arc<Vec<AtomicUsize>>) {
    let spread = SIGN * u32::try_from(number % 100).unwrap_or(0) / 100;
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    let mut sign = tokio::time::interval_at(tokio::time::Instant::now() + spread, SIGN);
    loop {
        tokio::select! {
            text = sockets::text(&mut socket) => {
                let Some(text) = text else { return };
                let round = text.split_once("\"round\":").and_then(|(_, rest)| rest.split([',', '}']).next()?.parse::<usize>().ok());
                if let Some(arrived) = round.and_then(|round| arrived.get(round)) {
                    arrived.fetch_add(1, Ordering::Release);
                }
            }
            _ = sign.tick() => {
                if socket.send(Message::text(r#"{"type":"ping"}"#)).await.is_err() {
                    return;
                }
            }
        }
    }
}

//! The database goes away for a while, and comes back.

use super::{problem, until_ready};
use crate::play::{Agent, Line, Program, Screen, Started, Visitor, text};
use db::{Db, Engine, Options};
use futures::future::join_all;
use reqwest::{Client, Method};
use serde_json::json;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Nobody waits longer than this to hear that it does not work now.
const HEARD: Duration = Duration::from_secs(12);

/// What was said before, what was refused during, and that all goes on afterwards.
async fn gone_for_a_while(program: &mut Program, go: impl AsyncFnOnce(), come_back: impl AsyncFnOnce()) {
    let process = program.process();
    let started = Started::ask(program, "Is mijn paspoort klaar?").await;
    let waiting = Started::ask(program, "Wanneer is de markt?").await;
    let mut visitor = Visitor::connect(program, started.clone(), 0).await.unwrap();
    let agent = Agent::sign_in(program, "sem.bakker@lindedam.example").await;
    let mut screen = Screen::connect(program, &agent).await.unwrap();
    agent.go_ready().await;
    let contact = text(&agent.accept_next().await, "/id").to_owned();
    assert_eq!(contact, started.contact);
    // So that the other one waits for a colleague.
    agent.take_a_break().await;
    visitor.say_surely("v1", "Ik heb hem maandag aangevraagd.").await.unwrap();
    let key = program.widget_key().await;

    go().await;
    until_ready(program, false).await;
    let asked = join_all((0..20).map(|number| {
        let note = json!({ "text": "Even kijken.", "client_ref": format!("n{number}") });
        let agent = agent.clone();
        let path = format!("/contacts/{contact}/notes");
        async move { agent.call(Method::POST, &path, Some(note)).await }
    }));
    let answers = timeout(HEARD, asked).await.expect("nobody waits long to hear that it does not work");
    for answer in answers {
        assert!(answer.headers().contains_key("retry-after"), "it says when to try again");
        problem(answer, 503, "unavailable").await;
    }
    visitor.say("v2", "Bent u er nog?").await.unwrap();
    // Either the socket tells, or it closes; both tell the widget to try again.
    if let Ok(refused) = visitor.hear("refused").await {
        assert_eq!(text(&refused, "/code"), "unavailable", "{refused}");
    }
    let healthy = Client::new().get(program.url("/healthz")).send().await.unwrap();
    assert!(healthy.status().is_success());
    let config = Client::new()
        .get(program.url(&format!("/api/v1/chat/{key}/config?language=nl")))
        .send()
        .await
        .unwrap();
    assert!(config.status().is_success() || config.status() == 503, "{}", config.status());

    come_back().await;
    until_ready(program, true).await;
    assert!(program.runs() && program.process() == process, "the same process goes on: {}", program.logged());
    let mut visitor = match visitor.say_surely("v2", "Bent u er nog?").await {
        Ok(()) => visitor,
        Err(_) => Visitor::connect(program, started.clone(), 0).await.unwrap(),
    };
    visitor.say_surely("v2", "Bent u er nog?").await.unwrap();
    let answer = json!({ "text": "Ja, hij ligt klaar.", "client_ref": "a1" });
    agent.act(Method::POST, &format!("/contacts/{contact}/messages"), answer).await;
    visitor.until(|visitor| visitor.has_seen("Ja, hij ligt klaar.")).await.unwrap();

    // The screen gets what happens next, by itself or after coming back.
    let watch = json!({ "type": "watch", "contact_id": contact });
    if screen.send(&watch).await.is_err()
        || screen.send(&json!({ "type": "ping" })).await.is_err()
        || screen.hear("pong").await.is_err()
    {
        screen = Screen::connect(program, &agent).await.unwrap();
        screen.send(&watch).await.unwrap();
        screen.send(&json!({ "type": "ping" })).await.unwrap();
        screen.hear("pong").await.unwrap();
    }
    visitor.say_surely("v3", "Fijn!").await.unwrap();
    screen
        .hear_when("the entry", |frame| frame["kind"] == "entry" && frame["object"]["text"] == "Fijn!")
        .await
        .unwrap();

    // Routing goes on too: who waited all the time, and who comes now.
    let other = Agent::sign_in(program, "yasmin.haddad@lindedam.example").await;
    other.go_ready().await;
    assert_eq!(text(&other.accept_next().await, "/id"), waiting.contact);
    let fresh = Started::ask(program, "En nu?").await;
    assert_eq!(text(&other.accept_next().await, "/id"), fresh.contact);

    let kept = agent.get(&format!("/contacts/{contact}/entries")).await;
    let texts: Vec<_> =
        kept["items"].as_array().unwrap().iter().filter_map(|entry| entry["text"].as_str()).collect();
    for said in [
        "Is mijn paspoort klaar?",
        "Ik heb hem maandag aangevraagd.",
        "Bent u er nog?",
        "Ja, hij ligt klaar.",
        "Fijn!",
    ] {
        assert_eq!(texts.iter().filter(|text| **text == said).count(), 1, "{said}: {texts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_to_postgres_is_cut_for_a_while() {
    let mut line = Line::lay().await;
    let mut program = Program::start_on(line.url()).await;
    let line = tokio::sync::Mutex::new(&mut line);
    gone_for_a_while(
        &mut program,
        async || line.lock().await.cut().await,
        async || {
            tokio::time::sleep(Duration::from_secs(5)).await;
            line.lock().await.mend().await;
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_to_postgres_goes_mute_for_a_while() {
    let mut line = Line::lay().await;
    let mut program = Program::start_on(line.url()).await;
    let line = tokio::sync::Mutex::new(&mut line);
    gone_for_a_while(
        &mut program,
        async || line.lock().await.mute(),
        async || {
            let mut line = line.lock().await;
            line.cut().await;
            line.mend().await;
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_locks_the_sqlite_file_for_a_while() {
    let mut program = Program::start(Engine::Sqlite).await;
    let options = Options::new(program.config().database.url);
    let other = Db::open(&options, base::Env::system()).await.unwrap();
    let (release, held) = oneshot::channel::<()>();
    let (tell, told) = oneshot::channel::<()>();
    let mut holding = None;
    let lock = &other;
    gone_for_a_while(
        &mut program,
        async || {
            let lock = lock.clone();
            holding = Some(tokio::spawn(async move {
                let hold = async move |_: &mut db::GlobalTx| {
                    tell.send(()).unwrap();
                    // The transaction holds the only lock for writing until told otherwise.
                    let _ = held.await;
                    Ok(())
                };
                lock.write_global(hold).await.unwrap();
            }));
            told.await.unwrap();
        },
        async || release.send(()).unwrap(),
    )
    .await;
    holding.unwrap().await.unwrap();
    other.close().await;
}

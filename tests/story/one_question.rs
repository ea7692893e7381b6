//! One question, asked in chat, answered by the right person, kept for good.

use crate::play::{Agent, Program, Started, Visitor, soon, text};
use db::Engine;
use reqwest::Method;
use serde_json::json;

const AGENT: &str = "sem.bakker@lindedam.example";

async fn one_question(engine: Engine) {
    let program = Program::start(engine).await;
    let started = Started::ask(&program, "Wanneer wordt het grof vuil opgehaald?").await;
    let mut visitor = Visitor::connect(&program, started.clone(), 0).await.unwrap();
    assert_eq!(visitor.conversation["state"], "waiting");

    let agent = Agent::sign_in(&program, AGENT).await;
    agent.go_ready().await;
    let contact = agent.accept_next().await;
    let id = text(&contact, "/id").to_owned();
    assert_eq!(id, started.contact);
    visitor.until(|visitor| visitor.conversation["state"] == "active").await.unwrap();

    let answer = json!({ "text": "Morgen vanaf zeven uur.", "client_ref": "a1", "attachments": [] });
    let first = agent.act(Method::POST, &format!("/contacts/{id}/messages"), answer.clone()).await;
    let again = agent.act(Method::POST, &format!("/contacts/{id}/messages"), answer).await;
    assert_eq!(first["seq"], again["seq"], "sent twice, kept once");
    visitor.until(|visitor| visitor.has_seen("Morgen vanaf zeven uur.")).await.unwrap();

    let note = json!({ "text": "Woont in de Lindelaan.", "client_ref": "n1" });
    agent.act(Method::POST, &format!("/contacts/{id}/notes"), note).await;
    visitor.say_surely("v2", "Dank u wel!").await.unwrap();
    visitor.send(&json!({ "type": "end" })).await.unwrap();
    visitor.until(|visitor| visitor.conversation["state"] == "ended").await.unwrap();

    let reasons = agent.get("/reasons").await;
    let wrapped = json!({ "reason_id": text(&reasons, "/items/0/id"), "note": "Uitgelegd wanneer." });
    let closed = agent.act(Method::POST, &format!("/contacts/{id}/wrap-up"), wrapped).await;
    assert_eq!((text(&closed, "/state"), text(&closed, "/closing")), ("closed", "handled"));

    let kept = agent.get(&format!("/contacts/{id}/entries")).await;
    let texts: Vec<_> =
        kept["items"].as_array().unwrap().iter().filter_map(|entry| entry["text"].as_str()).collect();
    for said in ["Wanneer wordt het grof vuil opgehaald?", "Morgen vanaf zeven uur.", "Dank u wel!"] {
        assert_eq!(texts.iter().filter(|text| **text == said).count(), 1, "{said}: {texts:?}");
    }

    let back = soon("coming back", Visitor::connect(&program, started, 0)).await.unwrap();
    assert!(!back.has_seen("Woont in de Lindelaan."), "a note is for staff only");
    let logged = program.logged();
    for personal in ["Fatma", "Morgen vanaf", "Lindelaan", AGENT] {
        assert!(!logged.contains(personal), "the log holds {personal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_question_on_sqlite() {
    one_question(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_question_on_postgres() {
    one_question(Engine::Postgres).await;
}

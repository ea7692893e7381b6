//! A session that ended, and what other sites make a browser send.

use super::problem;
use crate::play::{Agent, Program, Screen};
use db::{Db, Engine, Options, args, sql};
use reqwest::{Client, Method};
use serde_json::json;
use std::time::Duration;

const SEM: &str = "sem.bakker@lindedam.example";

/// Every session runs out, as if the night had passed.
async fn run_out(program: &Program) {
    let db = Db::open(&Options::new(program.config().database.url), base::Env::system()).await.unwrap();
    let past = async |tx: &mut db::GlobalTx| {
        tx.execute(sql!(global "UPDATE sessions SET expires_at = $1"), args![1_i64]).await
    };
    assert!(db.write_global(past).await.unwrap() > 0);
    db.close().await;
}

async fn hears_that_it_is_over(mut screen: Screen) {
    // It is looked at three times a minute.
    tokio::time::sleep(Duration::from_secs(15)).await;
    screen.hear("signed_out").await.expect("signed_out comes before the socket closes");
    assert!(screen.closed().await.is_some(), "and it closes with a reason");
}

async fn nights_pass(engine: Engine) {
    let program = Program::start(engine).await;
    let agent = Agent::sign_in(&program, SEM).await;
    let screen = Screen::connect(&program, &agent).await.unwrap();
    run_out(&program).await;
    problem(agent.call(Method::GET, "/work", None).await, 401, "sign_in_needed").await;
    problem(
        agent.call(Method::PUT, "/presence", Some(json!({ "state": "ready" }))).await,
        401,
        "sign_in_needed",
    )
    .await;
    assert!(Screen::open(&program, &agent, &program.url("")).await.is_err(), "no new socket either");
    hears_that_it_is_over(screen).await;
    Agent::sign_in(&program, SEM).await.go_ready().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ran_out_is_told_everywhere_on_sqlite() {
    nights_pass(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ran_out_is_told_everywhere_on_postgres() {
    nights_pass(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_live_socket_and_the_cookie() {
    let program = Program::start(Engine::Sqlite).await;
    let agent = Agent::sign_in(&program, SEM).await;
    let stolen = agent.cookie().to_owned();
    let screen = Screen::connect(&program, &agent).await.unwrap();
    assert_eq!(agent.call(Method::DELETE, "/session", None).await.status(), 204);
    let again = Client::new().get(program.url("/api/v1/work")).header("cookie", stolen).send().await.unwrap();
    problem(again, 401, "sign_in_needed").await;
    hears_that_it_is_over(screen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_cannot_act_with_our_cookie() {
    let program = Program::start(Engine::Sqlite).await;
    let agent = Agent::sign_in(&program, SEM).await;
    let client = Client::new();
    let put = || {
        client
            .put(program.url("/api/v1/presence"))
            .header("cookie", agent.cookie())
            .json(&json!({ "state": "ready" }))
    };
    let port = program.url("").rsplit(':').next().unwrap().to_owned();
    let neighbour = format!("http://localhost.evil.example:{port}");
    problem(put().send().await.unwrap(), 403, "forbidden").await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", neighbour.as_str()),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        problem(put().header(name, value).send().await.unwrap(), 403, "forbidden").await;
    }
    // A form that a page can send without asking first.
    let form = client
        .post(program.url("/api/v1/session"))
        .header("origin", "https://evil.example")
        .header("content-type", "text/plain");
    let form = form.body("{\"email\":\"x@example.org\",\"password\":\"x\"}").send().await.unwrap();
    problem(form, 403, "forbidden").await;
    assert!(Screen::open(&program, &agent, "https://evil.example").await.is_err());
    assert!(Screen::open(&program, &agent, "null").await.is_err());
    assert_ne!(agent.get("/presence").await["state"], "ready", "nothing of it was done");
}

//! Requests that nobody should send: each gets a problem that says what is wrong.

use super::problem;
use crate::play::{Agent, Program, Started};
use db::Engine;
use reqwest::{Client, Method};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_request_hears_what_is_wrong_with_it() {
    let program = Program::start(Engine::Sqlite).await;
    let agent = Agent::sign_in(&program, "rachid.benali@lindedam.example").await;
    let sem = Agent::sign_in(&program, "sem.bakker@lindedam.example").await;
    let post = |path: &str, body: Vec<u8>, kind: &str| {
        sem.request(Method::POST, path).header("content-type", kind).body(body).send()
    };
    let json_kind = "application/json; charset=utf-8";
    for broken in [&b"{"[..], b"", b"\xff\xfe", b"{\"text\":\"\xc3\x28\"}", b"{\"text\":\"x\"} x"] {
        problem(post("/customers/search", broken.to_vec(), json_kind).await.unwrap(), 400, "malformed").await;
    }
    let deep = format!("{{\"text\":{}", "[".repeat(100_000));
    let answer = post("/customers/search", deep.into_bytes(), json_kind).await.unwrap();
    assert!([400, 422].contains(&answer.status().as_u16()), "{}", answer.status());
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
        let answer = post("/customers/search", b"{\"text\":\"x\"}".to_vec(), kind).await.unwrap();
        problem(answer, 415, "unsupported_type").await;
    }
    let wrong = json!({ "kind": "person", "language": "nl", "handles": [{ "kind": "email", "value": 7 }] });
    let told = problem(sem.call(Method::POST, "/customers", Some(wrong)).await, 422, "invalid").await;
    assert_eq!(told["fields"][0]["field"], "handles[0].value", "{told}");
    let unknown = json!({ "text": "x", "texst": "y" });
    let told =
        problem(sem.call(Method::POST, "/customers/search", Some(unknown)).await, 422, "invalid").await;
    assert!(told["detail"].as_str().unwrap().contains("texst"), "{told}");
    let large = json!({ "text": "x".repeat(300_000) });
    problem(sem.call(Method::POST, "/customers/search", Some(large)).await, 413, "too_large").await;

    for path in [
        "/contacts/cnt_01k7y1asjj3c1xydzcazb75hmc",
        "/contacts/nonsense",
        "/contacts/%00",
        "/contacts/%ff",
        "/nothing",
    ] {
        problem(sem.call(Method::GET, path, None).await, 404, "not_found").await;
    }
    problem(sem.call(Method::DELETE, "/reasons", None).await, 405, "method_not_allowed").await;
    problem(sem.call(Method::PUT, "/contacts", Some(json!({}))).await, 405, "method_not_allowed").await;
    for path in ["/contacts?limit=many", "/contacts?after=%22", "/contacts?state=asleep"] {
        problem(sem.call(Method::GET, path, None).await, 422, "invalid").await;
    }
    problem(sem.call(Method::GET, "/members", None).await, 403, "forbidden").await;
    problem(agent.call(Method::GET, "/members/mbr_nonsense", None).await, 404, "not_found").await;
    assert_eq!(agent.call(Method::GET, "/members", None).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_wrong_request_hears_what_is_wrong_with_it() {
    let program = Program::start(Engine::Sqlite).await;
    let key = program.widget_key().await;
    let client = Client::new();
    let begin = program.url(&format!("/api/v1/chat/{key}/conversations"));
    let post = |body: &str, kind: &str| {
        client.post(&begin).header("content-type", kind).body(body.to_owned()).send()
    };
    problem(post("{", "application/json").await.unwrap(), 400, "malformed").await;
    problem(post("{}", "text/plain").await.unwrap(), 415, "unsupported_type").await;
    let told = problem(post("{\"topic_id\":4}", "application/json").await.unwrap(), 422, "invalid").await;
    assert_eq!(told["fields"][0]["field"], "topic_id");
    let large = format!("{{\"text\":\"{}\"}}", "x".repeat(300_000));
    problem(post(&large, "application/json").await.unwrap(), 413, "too_large").await;
    problem(
        client.get(program.url("/api/v1/chat/wgt_none/config?language=nl")).send().await.unwrap(),
        404,
        "not_found",
    )
    .await;
    problem(client.put(&begin).send().await.unwrap(), 405, "method_not_allowed").await;

    let started = Started::ask(&program, "Mag dit?").await;
    let nobody = Started { token: "vis_nobody".into(), contact: String::new() };
    let answer = nobody.get(&program, "/transcript").await;
    assert!([401, 404].contains(&answer.status().as_u16()), "{}", answer.status());
    let told = started.upload(&program, "groot.txt", &vec![b'x'; 11 * 1024 * 1024]).await;
    problem(told, 413, "too_large").await;
    let told = started.upload(&program, "leeg.txt", b"").await;
    assert!([415, 422].contains(&told.status().as_u16()), "{}", told.status());
    let program_file = [&b"\x7fELF\x02\x01\x01\x00"[..], &[0; 64]].concat();
    problem(started.upload(&program, "foto.png", &program_file).await, 415, "unsupported_type").await;
    problem(started.get(&program, "/attachments/att_01k7y1asjj3c1xydzcazb75hmc").await, 404, "not_found")
        .await;
    let url = program.url("/api/v1/chat/attachments");
    let answer = client.post(url).bearer_auth(&started.token).body("no form").send().await.unwrap();
    problem(answer, 400, "malformed").await;

    let invented = Method::from_bytes(b"VERZONNEN").unwrap();
    problem(client.request(invented, &begin).send().await.unwrap(), 405, "method_not_allowed").await;
    let metrics = client.get(program.url("/metrics")).send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("method=\"other\"") && !metrics.contains("VERZONNEN"), "{metrics}");

    let sign_in = |body: Value| {
        client.post(program.url("/api/v1/session")).header("sec-fetch-site", "same-origin").json(&body).send()
    };
    let wrong = json!({ "email": "nobody@lindedam.example", "password": "x" });
    problem(sign_in(wrong).await.unwrap(), 401, "wrong_credentials").await;
    problem(sign_in(json!({ "email": "nobody@lindedam.example" })).await.unwrap(), 422, "invalid").await;
}

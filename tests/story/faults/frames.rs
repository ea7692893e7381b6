//! Frames that nobody should send: each is refused with a code, the socket lives on where it can, and nothing doubles.

use crate::play::{Agent, Program, Screen, Started, Visitor, text};
use db::Engine;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

const POLICY: u16 = 1008;

/// What no reader of frames may take.
fn broken() -> Vec<(Message, &'static str)> {
    let deep = format!(r#"{{"type":"say","ref":"d","text":{}"#, "[".repeat(3000));
    let long_name = format!(r#"{{"type":"{}"}}"#, "x".repeat(2000));
    vec![
        (Message::text("{"), "malformed"),
        (Message::text(""), "malformed"),
        (Message::text(r#"{"type":"ping"} {"type":"ping"}"#), "malformed"),
        (Message::text("null"), "invalid"),
        (Message::text("[1,2]"), "invalid"),
        (Message::text("{}"), "invalid"),
        (Message::text(r#"{"type":"shout"}"#), "invalid"),
        (Message::text(r#"{"type":7}"#), "invalid"),
        (Message::text(r#"{"type":"ping","more":1}"#), "invalid"),
        (Message::text(long_name), "invalid"),
        (Message::text(deep), ""),
        (Message::binary(b"\x00\xff\xfe".to_vec()), "malformed"),
        (Message::binary(br#"{"type":"ping"}"#.to_vec()), "malformed"),
    ]
}

/// A text frame whose bytes are not text.
fn not_text() -> Message {
    Message::Frame(Frame::message(b"{\"type\":\"\xc3\x28\"}".to_vec(), OpCode::Data(Data::Text), true))
}

fn check_refusal(refused: &Value, code: &str, what: &str) {
    let found = text(refused, "/code");
    assert!(
        if code.is_empty() { ["malformed", "invalid"].contains(&found) } else { found == code },
        "{what}: {refused}"
    );
    assert!(text(refused, "/detail").len() > 8, "{what}: says what to do: {refused}");
}

fn shortened(frame: &Message) -> String {
    frame.to_text().unwrap_or("not text").chars().take(60).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitors_broken_frames_are_refused_and_the_talk_goes_on() {
    let program = Program::start(Engine::Sqlite).await;
    let started = Started::ask(&program, "Hoort u mij?").await;
    let mut visitor = Visitor::connect(&program, started.clone(), 0).await.unwrap();
    for (frame, code) in broken() {
        let what = shortened(&frame);
        visitor.send_frame(frame).await.unwrap();
        check_refusal(&visitor.hear("refused").await.unwrap(), code, &what);
    }
    for (reference, frame) in [
        ("a", json!({ "type": "say", "ref": "a", "text": "" })),
        ("b", json!({ "type": "say", "ref": "b", "text": 5 })),
        ("c", json!({ "type": "say", "ref": "c", "text": "é".repeat(4001) })),
        ("d", json!({ "type": "say", "ref": "d", "text": "x", "attachments": ["att_nonsense"] })),
    ] {
        visitor.send(&frame).await.unwrap();
        let refused = visitor.hear("refused").await.unwrap();
        check_refusal(&refused, "invalid", reference);
        assert_eq!(refused["ref"], reference, "the widget knows which message it was: {refused}");
    }
    let strange =
        json!({ "type": "say", "ref": "e", "text": "x", "attachments": ["att_01k7y1asjj3c1xydzcazb75hmc"] });
    visitor.send(&strange).await.unwrap();
    let refused = visitor.hear("refused").await.unwrap();
    assert!(["invalid", "not_found"].contains(&text(&refused, "/code")), "{refused}");
    visitor.say_surely("f", "Ja, nu wel.").await.unwrap();

    // Larger than the protocol's buffer, and bytes that are no text: nothing is left but to stop, with a reason.
    visitor.send_frame(Message::text("x".repeat(200_000))).await.unwrap();
    assert!([Some(POLICY), None].contains(&visitor.closed().await));
    let mut visitor = Visitor::connect(&program, started.clone(), 0).await.unwrap();
    visitor.send_frame(not_text()).await.unwrap();
    assert_eq!(visitor.closed().await, Some(POLICY));
    let mut back = Visitor::connect(&program, started, 0).await.unwrap();
    back.until(|back| back.has_seen("Ja, nu wel.")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitors_frames_said_again_and_in_another_order_change_nothing() {
    let program = Program::start(Engine::Sqlite).await;
    let started = Started::ask(&program, "Eerste").await;
    let mut visitor = Visitor::connect(&program, started.clone(), 0).await.unwrap();
    visitor.say_surely("r1", "Tweede").await.unwrap();
    visitor.say_surely("r2", "Derde").await.unwrap();
    let places = visitor.acknowledged.clone();

    // Out of order, in another tab, and with other words under the same reference.
    let mut tab = Visitor::connect(&program, started.clone(), 0).await.unwrap();
    for (reference, words) in [("r2", "Derde"), ("r1", "Tweede"), ("r1", "Iets anders"), ("r2", "Derde")] {
        tab.say_surely(reference, words).await.unwrap();
        tab.acknowledged.remove(reference).inspect(|seq| assert_eq!(seq, &places[reference], "{reference}"));
    }
    tab.say_surely("r2", "Derde").await.unwrap();
    // Reading backwards and past the end, a second hello, signs of life nobody asked for.
    for frame in [
        json!({ "type": "read", "seq": 3 }),
        json!({ "type": "read", "seq": 1 }),
        json!({ "type": "read", "seq": 9_000_000_000_i64 }),
        json!({ "type": "hello", "token": started.token, "after": 0 }),
        json!({ "type": "hello", "token": "vis_of_somebody_else", "after": 0 }),
        json!({ "type": "here" }),
        json!({ "type": "typing", "typing": false }),
    ] {
        tab.send(&frame).await.unwrap();
    }
    tab.say_surely("r3", "Vierde").await.unwrap();
    tab.send(&json!({ "type": "end" })).await.unwrap();
    tab.send(&json!({ "type": "end" })).await.unwrap();
    tab.until(|tab| tab.conversation["state"] == "ended").await.unwrap();
    // Said before the end and sent again after it: acknowledged as what it was. Something new is refused.
    tab.acknowledged.clear();
    tab.say_surely("r1", "Tweede").await.unwrap();
    assert_eq!(tab.acknowledged["r1"], places["r1"]);
    tab.say("r4", "Na het einde").await.unwrap();
    let refused = tab.hear("refused").await.unwrap();
    assert_eq!((text(&refused, "/code"), text(&refused, "/ref")), ("conflict", "r4"));

    let mut back = Visitor::connect(&program, started, 0).await.unwrap();
    let last = back.conversation["last_seq"].as_i64().unwrap();
    back.until(|back| back.entries.contains_key(&last)).await.unwrap();
    assert!(back.conversation["read_by_customer"].as_i64().unwrap() <= last);
    let said: Vec<_> = back.entries.values().filter_map(|entry| entry["text"].as_str()).collect();
    assert_eq!(said, ["Eerste", "Tweede", "Derde", "Vierde"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screens_broken_frames_are_refused_and_it_lives_on() {
    let program = Program::start(Engine::Sqlite).await;
    let agent = Agent::sign_in(&program, "sem.bakker@lindedam.example").await;
    let mut screen = Screen::connect(&program, &agent).await.unwrap();
    for (frame, code) in broken() {
        let what = shortened(&frame);
        screen.send_frame(frame).await.unwrap();
        check_refusal(&screen.hear("refused").await.unwrap(), code, &what);
    }
    for frame in [
        json!({ "type": "watch", "contact_id": "cnt_nonsense" }),
        json!({ "type": "typing", "contact_id": "x", "typing": true }),
        json!({ "type": "resume", "after": "last" }),
    ] {
        screen.send(&frame).await.unwrap();
        check_refusal(&screen.hear("refused").await.unwrap(), "invalid", &frame.to_string());
    }
    let answer = screen.send(&json!({ "type": "ping" })).await;
    answer.unwrap();
    screen.hear("pong").await.unwrap();

    screen.send_frame(Message::text("x".repeat(100_000))).await.unwrap();
    assert!([Some(POLICY), None].contains(&screen.closed().await));
    let mut screen = Screen::connect(&program, &agent).await.unwrap();
    screen.send_frame(not_text()).await.unwrap();
    assert_eq!(screen.closed().await, Some(POLICY));
    Screen::connect(&program, &agent).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screens_frames_said_again_and_in_another_order_change_nothing() {
    let program = Program::start(Engine::Sqlite).await;
    let agent = Agent::sign_in(&program, "sem.bakker@lindedam.example").await;
    let started = Started::ask(&program, "Eerste").await;
    agent.go_ready().await;
    agent.accept_next().await;
    let contact = &started.contact;
    let mut screen = Screen::open(&program, &agent, &program.url("")).await.unwrap();
    // Before it said resume, twice, and once more after it stopped.
    for frame in [
        json!({ "type": "watch", "contact_id": contact }),
        json!({ "type": "unwatch", "contact_id": contact }),
        json!({ "type": "unwatch", "contact_id": contact }),
        json!({ "type": "watch", "contact_id": contact }),
        json!({ "type": "watch", "contact_id": contact }),
        json!({ "type": "resume", "after": null }),
        json!({ "type": "resume", "after": null }),
    ] {
        screen.send(&frame).await.unwrap();
    }
    screen.hear("hello").await.unwrap();
    screen.hear("hello").await.unwrap();
    let mut visitor = Visitor::connect(&program, started.clone(), 0).await.unwrap();
    visitor.say_surely("r1", "Tweede").await.unwrap();
    let note = json!({ "text": "Klaar.", "client_ref": "n1" });
    agent.act(Method::POST, &format!("/contacts/{contact}/notes"), note).await;
    let mut seen = Vec::new();
    screen
        .hear_when("the note", |frame| frame["kind"] == "entry" && frame["object"]["text"] == "Klaar.")
        .await
        .unwrap();
    screen.send(&json!({ "type": "resume", "after": 0 })).await.unwrap();
    // All that was missed comes once more, each fact once.
    loop {
        let frame = screen.hear_when("a frame", |_| true).await.unwrap();
        if frame["kind"] == "entry" {
            seen.push(frame["object"]["seq"].as_i64().unwrap());
        }
        if frame["type"] == "resync" || frame["object"]["text"] == "Klaar." {
            break;
        }
    }
    let mut once = seen.clone();
    once.dedup();
    assert_eq!(seen, once, "each entry comes once, in order");
}

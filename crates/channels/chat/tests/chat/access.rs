//! Who may not: other websites, other organisations, people without the right, tokens of somebody else.

use crate::house::{House, organisation, settings};
use axum::body::Body;
use axum::http::Method;
use base::OrganisationId;
use db::db_test;
use db::testing::TestDb;
use db::{args, sql};
use serde_json::{Value, json};

#[db_test]
async fn a_website_that_is_not_on_the_list_is_refused_everywhere(db: TestDb) {
    let house = House::new(db).await;
    let begun = house.begin("Hallo").await;
    let config = format!("/api/v1/chat/{}/config", house.key);
    let begin = format!("/api/v1/chat/{}/conversations", house.key);
    let body = json!({ "topic_id": house.topic, "language": "nl", "text": "x", "client_ref": "0123456789abcdef0123" });
    let calls = [
        (Method::GET, config.as_str(), None),
        (Method::POST, begin.as_str(), Some(&body)),
        (Method::GET, "/api/v1/chat/transcript", None),
    ];
    for (method, path, body) in calls {
        for (origin, allowed) in
            [("https://evil.example", false), ("null", false), ("https://www.lindedam.example", true)]
        {
            let mut request = identity::testing::request(method.clone(), path, None, body);
            request.headers_mut().insert("origin", origin.parse().unwrap());
            request.headers_mut().insert("authorization", format!("Bearer {}", begun.token).parse().unwrap());
            let answer = identity::testing::send(&house.routes, request).await;
            let refused = answer.code() == "origin_not_allowed";
            assert_eq!(refused, !allowed, "{path} {origin}: {}", answer.body);
        }
    }
    let embedded = format!("{config}?origin=https://evil.example");
    assert_eq!(house.visitor(Method::GET, &embedded, None, None).await.code(), "origin_not_allowed");

    let mut tab = house.connect(Some("https://evil.example")).await;
    tab.send(&json!({ "type": "hello", "token": begun.token })).await;
    assert_eq!(tab.frame().await["code"], "origin_not_allowed");
    assert!(tab.closed().await.is_some());
    let mut program = house.connect(None).await;
    program.send(&json!({ "type": "hello", "token": begun.token })).await;
    program.until("welcome").await;
}

#[db_test]
async fn a_token_that_opens_nothing_tells_nothing(db: TestDb) {
    let house = House::new(db).await;
    let wrong = format!("bvt_{}", "0".repeat(64));
    for token in [None, Some(wrong.as_str()), Some("nonsense")] {
        let answer = house.visitor(Method::GET, "/api/v1/chat/transcript", token, None).await;
        assert_eq!(answer.status, 404);
    }
    let mut tab = house.connect(None).await;
    tab.send(&json!({ "type": "hello", "token": wrong })).await;
    assert_eq!(tab.frame().await["code"], "not_found");
    assert!(tab.closed().await.is_some());
    let path = "/api/v1/chat/wgt_000000000000000000000000/config";
    assert_eq!(house.visitor(Method::GET, path, None, None).await.status, 404);
}

fn form(token: &str, name: &str, content: &[u8]) -> axum::http::Request<Body> {
    let mut body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend(content);
    body.extend(b"\r\n--edge--\r\n");
    let mut request = identity::testing::request(Method::POST, "/api/v1/chat/attachments", None, None);
    *request.body_mut() = Body::from(body);
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request.headers_mut().insert("content-type", "multipart/form-data; boundary=edge".parse().unwrap());
    request
}

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

#[db_test]
async fn a_file_goes_with_a_message_and_to_nobody_else(db: TestDb) {
    let house = House::new(db).await;
    let (mine, theirs) = (house.begin("Mijn").await, house.begin("Hun").await);
    let sent = identity::testing::send(&house.routes, form(&mine.token, "foto.png", PICTURE)).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    let id = sent.body["id"].as_str().unwrap().to_owned();
    assert_eq!(sent.body["media_type"], "image/png");

    let mut tab = house.tab(&theirs.token, 0).await;
    tab.until("welcome").await;
    tab.send(&json!({ "type": "say", "ref": "a", "text": "", "attachments": [id] })).await;
    assert_eq!(tab.until("refused").await["code"], "invalid", "somebody else's file");
    let path = format!("/api/v1/chat/attachments/{id}");
    assert_eq!(house.visitor(Method::GET, &path, Some(&theirs.token), None).await.status, 404);

    let mut tab = house.tab(&mine.token, 0).await;
    tab.until("welcome").await;
    tab.send(&json!({ "type": "say", "ref": "a", "text": "", "attachments": [id] })).await;
    tab.until("ack").await;
    loop {
        let entry = tab.until("entry").await["entry"].clone();
        if entry["ref"] == "a" {
            assert_eq!(entry["attachments"][0]["name"], "foto.png");
            break;
        }
    }
    let got = house.visitor(Method::GET, &path, Some(&mine.token), None).await;
    assert_eq!((got.status.as_u16(), got.headers["content-type"].to_str().unwrap()), (200, "image/png"));
    let page = identity::testing::send(&house.routes, form(&mine.token, "x.png", b"<html><script>")).await;
    assert!(page.status.is_client_error(), "what its name says is not what it is");
}

#[db_test]
async fn another_organisation_sees_and_changes_no_row(db: TestDb) {
    let house = House::new(db).await;
    let (theirs, their_agent, their_administrator) = organisation(&house.identity, "waterland").await;
    house.begin("Hallo").await;
    let list = house.staff(&house.administrator, Method::GET, "/api/v1/widgets", None).await;
    let id = list.body["items"][0]["id"].as_str().unwrap().to_owned();
    let others = house.staff(&their_administrator, Method::GET, "/api/v1/widgets", None).await;
    assert_eq!(others.body["items"], json!([]));
    let patch = json!({ "active": false });
    let path = format!("/api/v1/widgets/{id}");
    assert_eq!(house.staff(&their_administrator, Method::PATCH, &path, Some(&patch)).await.status, 404);
    assert_eq!(house.staff(&house.agent, Method::PATCH, &path, Some(&patch)).await.status, 403);
    assert_eq!(house.staff(&their_agent, Method::GET, "/api/v1/widgets", None).await.status, 403);

    for (table, rows) in [
        ("chat_widgets", count(&house, theirs, "chat_widgets").await),
        ("chat_conversations", count(&house, theirs, "chat_conversations").await),
        ("chat_talks", count(&house, theirs, "chat_talks").await),
    ] {
        assert_eq!(rows, 0, "{table}");
        assert!(count(&house, house.organisation, table).await > 0, "{table}");
    }
}

async fn count(house: &House, organisation: OrganisationId, table: &str) -> i64 {
    let statement = match table {
        "chat_widgets" => sql!("SELECT COUNT(*) AS n FROM chat_widgets WHERE organisation_id = $1"),
        "chat_conversations" => {
            sql!("SELECT COUNT(*) AS n FROM chat_conversations WHERE organisation_id = $1")
        }
        _ => sql!("SELECT COUNT(*) AS n FROM chat_talks WHERE organisation_id = $1"),
    };
    let mut conn = house.db.read(organisation).await.unwrap();
    conn.one(statement, args![organisation]).await.unwrap().get("n").unwrap()
}

#[db_test]
async fn an_administrator_sets_up_a_widget_and_a_mistake_is_named(db: TestDb) {
    let house = House::new(db).await;
    let list = house.staff(&house.administrator, Method::GET, "/api/v1/widgets", None).await;
    let path = format!("/api/v1/widgets/{}", list.body["items"][0]["id"].as_str().unwrap());
    let mut wrong = settings(house.topic);
    wrong["theme"] = json!({ "accent": "url(//evil)" });
    let refused =
        house.staff(&house.administrator, Method::PATCH, &path, Some(&json!({ "settings": wrong }))).await;
    assert_eq!((refused.status.as_u16(), &refused.body["fields"][0]["field"]), (422, &json!("theme")));
    let mut wrong = settings(house.topic);
    wrong["origins"] = json!(["*"]);
    let refused =
        house.staff(&house.administrator, Method::PATCH, &path, Some(&json!({ "settings": wrong }))).await;
    assert_eq!(refused.status, 422);

    let off =
        house.staff(&house.administrator, Method::PATCH, &path, Some(&json!({ "active": false }))).await;
    assert_eq!((off.status.as_u16(), &off.body["active"]), (200, &Value::Bool(false)));
    let config = format!("/api/v1/chat/{}/config", house.key);
    assert_eq!(house.visitor(Method::GET, &config, None, None).await.status, 404, "at once");
}

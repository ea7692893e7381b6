//! Script in every text that somebody can send: it stays text everywhere, and no page would run it.

use crate::play::{Agent, Program, Started, Visitor, text};
use db::Engine;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

const SEM: &str = "sem.bakker@lindedam.example";

/// Breaks out of an element, an attribute, a script and a template, if anybody lets it.
fn evil(place: &str) -> String {
    format!("</title></script><script>alert('{place}')</script>\"'><img src=x onerror=alert(1)>&amp;${{7*7}}")
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The part of a policy about one thing.
fn directive<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let policy = header(headers, "content-security-policy");
    policy.split(';').map(str::trim).find(|part| part.starts_with(name)).unwrap_or_default()
}

fn careful(headers: &HeaderMap, what: &str) {
    assert_eq!(header(headers, "x-content-type-options"), "nosniff", "{what}");
    assert!(!header(headers, "referrer-policy").is_empty(), "{what}");
    assert!(!header(headers, "content-security-policy").is_empty(), "{what}");
    assert!(!header(headers, "permissions-policy").is_empty(), "{what}");
}

async fn json_of(answer: Response) -> Value {
    let path = answer.url().path().to_owned();
    careful(answer.headers(), &path);
    assert_eq!(header(answer.headers(), "content-type"), "application/json", "{path}");
    assert_eq!(header(answer.headers(), "cache-control"), "no-store", "{path}");
    answer.json().await.expect("JSON")
}

/// Everything an agent can write about a contact, with script in it.
async fn write_everywhere(agent: &Agent, contact: &str) -> Value {
    let customer = json!({ "new": { "kind": "person", "name": evil("customer"), "language": "nl",
        "handles": [{ "kind": "chat", "value": evil("handle") }] } });
    let linked = agent.act(Method::PUT, &format!("/contacts/{contact}/customer"), customer).await;
    let case = json!({ "new": { "subject": evil("case") } });
    agent.act(Method::PUT, &format!("/contacts/{contact}/case"), case).await;
    let note = json!({ "text": evil("note"), "client_ref": "n1" });
    agent.act(Method::POST, &format!("/contacts/{contact}/notes"), note).await;
    let message = json!({ "text": evil("answer"), "client_ref": "m1" });
    agent.act(Method::POST, &format!("/contacts/{contact}/messages"), message).await;
    let task = json!({ "kind": "call_back", "text": evil("task"), "contact_id": contact });
    agent.act(Method::POST, "/tasks", task).await;
    linked
}

#[tokio::test(flavor = "multi_thread")]
async fn script_in_every_text_stays_text() {
    let program = Program::start_talkative(Engine::Sqlite).await;
    let begun =
        Started::try_to_ask(&program, &evil("name").chars().take(80).collect::<String>(), &evil("question"))
            .await;
    let begun = json_of(begun).await;
    let started =
        Started { token: text(&begun, "/token").into(), contact: text(&begun, "/contact_id").into() };
    let mut visitor = Visitor::connect(&program, started.clone(), 0).await.unwrap();
    let agent = Agent::sign_in(&program, SEM).await;
    agent.go_ready().await;
    agent.accept_next().await;
    let contact = started.contact.as_str();
    let linked = write_everywhere(&agent, contact).await;
    visitor.say_surely("v1", &evil("message")).await.unwrap();

    // A file that would be a page, under a name that would be script and a header.
    let page = format!("<!doctype html><html><body>{}</body></html>", evil("file"));
    let file = started.upload(&program, "<script>alert(1)</script>.html", page.as_bytes()).await;
    if file.status().is_success() {
        let file = json_of(file).await;
        let got = started.get(&program, &format!("/attachments/{}", text(&file, "/id"))).await;
        assert!(
            header(got.headers(), "content-disposition").starts_with("attachment"),
            "{:?}",
            got.headers()
        );
        assert!(directive(got.headers(), "sandbox").starts_with("sandbox"));
        assert_eq!(header(got.headers(), "x-content-type-options"), "nosniff");
        assert!(!header(got.headers(), "content-type").contains("html"), "{:?}", got.headers());
    } else {
        super::problem(file, 415, "unsupported_type").await;
    }
    let named = agent.upload(contact, "\"><script>alert(1)</script>.txt", b"gewone tekst").await;
    let named = json_of(named).await;
    assert!(
        !text(&named, "/name").contains(['<', '"', '/']),
        "a name is made harmless for any disk: {named}"
    );
    let got = agent.call(Method::GET, &format!("/attachments/{}", text(&named, "/id")), None).await;
    assert!(header(got.headers(), "content-disposition").starts_with("attachment"));
    assert!(!header(got.headers(), "content-disposition").contains("<script>\""));

    let entries = json_of(agent.call(Method::GET, &format!("/contacts/{contact}/entries"), None).await).await;
    let texts: Vec<_> =
        entries["items"].as_array().unwrap().iter().filter_map(|entry| entry["text"].as_str()).collect();
    for place in ["question", "note", "answer", "message"] {
        assert!(texts.contains(&evil(place).as_str()), "{place} comes back as it was: {texts:?}");
    }
    let path = format!("/customers/{}", text(&linked, "/customer/id"));
    let customer = json_of(agent.call(Method::GET, &path, None).await).await;
    assert_eq!(customer["name"], evil("customer"));
    let tasks = json_of(agent.call(Method::GET, "/tasks", None).await).await;
    assert!(tasks["items"].as_array().unwrap().iter().any(|task| task["text"] == evil("task")));
    json_of(agent.call(Method::GET, "/contacts", None).await).await;
    json_of(agent.call(Method::POST, "/customers/search", Some(json!({ "text": evil("customer") }))).await)
        .await;

    let page = started.get(&program, "/transcript?format=html").await;
    careful(page.headers(), "the transcript");
    assert_eq!(directive(page.headers(), "sandbox"), "sandbox");
    assert!(header(page.headers(), "content-disposition").starts_with("attachment"));
    let page = page.text().await.unwrap();
    assert!(
        page.contains("&lt;script&gt;alert(&#39;question&#39;)") && page.contains("&lt;img src=x"),
        "it is written out"
    );
    for raw in ["<script", "<img", "</title></script>", "alert('"] {
        assert!(!page.contains(raw), "the transcript holds {raw}");
    }
    let plain = started.get(&program, "/transcript").await;
    assert_eq!(header(plain.headers(), "content-type"), "text/plain; charset=utf-8");
    careful(plain.headers(), "the plain transcript");

    // And nothing of it, nor who it was, stands in the log, even when it tells all.
    let logged = program.logged();
    assert!(logged.contains("DEBUG"), "the log tells all");
    for personal in ["alert(", "onerror", "gewone tekst", SEM, "Sem Bakker", agent.cookie(), &started.token] {
        assert!(!logged.contains(personal), "the log holds {personal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_tells_browsers_what_it_may_do() {
    let program = Program::start(Engine::Sqlite).await;
    let client = Client::new();
    let get = async |path: &str| client.get(program.url(path)).send().await.unwrap();
    for path in
        ["/", "/contacts/anything", "/docs/errors", "/demo/", "/healthz", "/metrics", "/api/v1/openapi.json"]
    {
        let page = get(path).await;
        careful(page.headers(), path);
        let page_headers = page.headers();
        assert_ne!(directive(page_headers, "frame-ancestors"), "", "{path} says who may frame it");
        let scripts = directive(page_headers, "script-src");
        assert!(!scripts.contains("unsafe"), "{path}: {scripts}");
        assert!(!page_headers.contains_key("server") && !page_headers.contains_key("x-powered-by"), "{path}");
    }
    let desk = get("/").await;
    assert_eq!(directive(desk.headers(), "frame-ancestors"), "frame-ancestors 'none'");
    assert_eq!(directive(desk.headers(), "default-src"), "default-src 'self'");

    let key = program.widget_key().await;
    let widget = get(&format!("/widget/{key}/")).await;
    careful(widget.headers(), "the widget's page");
    assert_eq!(directive(widget.headers(), "default-src"), "default-src 'none'");
    assert_eq!(directive(widget.headers(), "script-src"), "script-src 'self'");
    assert!(widget.headers().get("set-cookie").is_none(), "no cookie for visitors");
    let agent = Agent::sign_in(&program, "rachid.benali@lindedam.example").await;
    let widgets = agent.get("/widgets").await;
    let widgets = widgets["items"].as_array().unwrap();
    let own = widgets.iter().find(|widget| widget["key"] == key.as_str()).expect("the widget");
    let ancestors = directive(widget.headers(), "frame-ancestors").to_owned();
    let mut named: Vec<_> = ancestors.split_whitespace().skip(1).filter(|name| *name != "'self'").collect();
    let origins = own["settings"]["origins"].as_array().expect("the list of origins");
    let mut allowed: Vec<_> =
        origins.iter().map(|origin| origin.as_str().unwrap_or_else(|| text(origin, "/origin"))).collect();
    named.sort_unstable();
    allowed.sort_unstable();
    assert_eq!(named, allowed, "who may frame it is who is on the list");
    super::problem(get("/widget/wgt_none/").await, 404, "not_found").await;

    let loader = get("/widget.js").await;
    careful(loader.headers(), "the loader");
    assert!(header(loader.headers(), "content-type").starts_with("text/javascript"));
    assert!(loader.headers().get("set-cookie").is_none());
    let size = loader.bytes().await.unwrap().len();
    assert!(size > 0 && size < 15_000, "{size} bytes");
}

//! A customer asks to be forgotten, and is.

use crate::play::{Agent, Program, Started, Visitor, text};
use balie::App;
use base::{Actor, Env, Subject};
use db::Engine;
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

const MARKER: &str = "Zwaluwstaart";

/// Tables with personal data that is not of customers, each with its reason.
const OTHERWISE: &[(&str, &str)] = &[(
    "people",
    "who works here: their name stays with what they did for as long as the record of it is kept",
)];

/// Says who she is in every place there is; gives the customer and a file.
async fn leave_traces(program: &Program, agent: &Agent, started: &Started) -> (String, String) {
    let contact = &started.contact;
    let mut visitor = Visitor::connect(program, started.clone(), 0).await.unwrap();
    agent.go_ready().await;
    agent.accept_next().await;
    visitor.say_surely("v1", &format!("Mijn naam is {MARKER}")).await.unwrap();
    let customer = json!({ "new": { "kind": "person", "name": format!("Fatma {MARKER}"), "language": "nl",
        "handles": [{ "kind": "email", "value": format!("{MARKER}@example.org") }] } });
    let linked = agent.act(Method::PUT, &format!("/contacts/{contact}/customer"), customer).await;
    let case = json!({ "new": { "subject": format!("Container van {MARKER}") } });
    agent.act(Method::PUT, &format!("/contacts/{contact}/case"), case).await;
    let file: Value =
        agent.upload(contact, &format!("{MARKER}.txt"), MARKER.as_bytes()).await.json().await.unwrap();
    let file = text(&file, "/id").to_owned();
    let message = json!({ "text": format!("Dag {MARKER}"), "client_ref": "m1", "attachments": [file] });
    agent.act(Method::POST, &format!("/contacts/{contact}/messages"), message).await;
    let note = json!({ "text": format!("{MARKER} klonk verdrietig"), "client_ref": "n1" });
    agent.act(Method::POST, &format!("/contacts/{contact}/notes"), note).await;
    let task = json!({ "kind": "call_back", "text": format!("Bel {MARKER}"), "contact_id": contact });
    agent.act(Method::POST, "/tasks", task).await;
    (text(&linked, "/customer/id").to_owned(), file)
}

fn holds(bytes: &[u8], word: &str) -> bool {
    let hex = word.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let lower = word.to_lowercase();
    [word, &lower, &hex].iter().any(|form| bytes.windows(form.len()).any(|window| window == form.as_bytes()))
}

/// The files below a folder that hold the word, and how many there are in all.
fn files_with(folder: &Path, word: &str) -> (Vec<String>, usize) {
    let (mut found, mut count) = (Vec::new(), 0);
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            let (below, number) = files_with(&path, word);
            found.extend(below);
            count += number;
        } else {
            count += 1;
            if holds(&std::fs::read(&path).expect("a file"), word) {
                found.push(path.display().to_string());
            }
        }
    }
    (found, count)
}

async fn forgotten(engine: Engine) {
    let mut program = Program::start(engine).await;
    let agent = Agent::sign_in(&program, "sem.bakker@lindedam.example").await;
    let organisation = agent.get("/session").await;
    let organisation = text(&organisation, "/organisation/id").parse().unwrap();
    let started = Started::ask(&program, &format!("Waar is de container van {MARKER}?")).await;
    let neighbour = Started::ask(&program, "Een ander heeft ook een vraag").await;
    let (customer, file) = leave_traces(&program, &agent, &started).await;
    let before = agent.get(&format!("/contacts/{}/entries", started.contact)).await;
    assert!(before.to_string().contains(MARKER), "before, it can be read");
    program.kill();

    let app = App::open(&program.config(), Env::system()).await.unwrap();
    let columns = db::describe(&mut app.db().read_global().await.unwrap()).await.unwrap();
    let mut left = app.privacy().forgotten(&columns);
    left.retain(|table| !OTHERWISE.iter().any(|(known, _)| known == table));
    assert!(left.is_empty(), "no room answers for the personal data in {left:?}");
    let subject = Subject::Customer(customer.parse().unwrap());
    app.privacy().erase(organisation, Actor::System, subject).await.unwrap();
    app.privacy().erase(organisation, Actor::System, subject).await.expect("twice is no error");
    let exported = app.privacy().export(organisation, subject).await;
    let exported = exported.map(|things| things.len()).unwrap_or_default();
    app.db().scrub().await.unwrap();
    app.close().await;
    assert!(exported < 40, "{exported}");

    let (holding, count) = files_with(&program.data(), MARKER);
    assert!(holding.is_empty() && count > 3, "{holding:?} of {count}");
    if engine == Engine::Postgres {
        let dump = Command::new("pg_dump")
            .args(["--inserts", "-d", &program.config().database.url])
            .output()
            .unwrap();
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        assert!(holds(&dump.stdout, "contact.entry_added") && !holds(&dump.stdout, MARKER));
    }

    program.start_again().await;
    let contact = &started.contact;
    let entries = agent.get(&format!("/contacts/{contact}/entries")).await;
    let said = entries["items"].as_array().unwrap().iter().filter(|entry| entry["kind"] != "event");
    assert!(said.clone().count() >= 4);
    for entry in said {
        assert_eq!((&entry["text"], &entry["erased"]), (&json!(null), &json!(true)), "{entry}");
    }
    let shown = agent.get(&format!("/customers/{customer}")).await;
    assert_eq!(
        (&shown["name"], &shown["handles"], &shown["erased"]),
        (&json!(null), &json!([]), &json!(true))
    );
    let search = agent.act(Method::POST, "/customers/search", json!({ "text": MARKER })).await;
    assert_eq!(search["items"], json!([]));
    super::faults::problem(
        agent.call(Method::GET, &format!("/attachments/{file}"), None).await,
        410,
        "erased",
    )
    .await;
    for path in
        [format!("/contacts/{contact}"), "/contacts".into(), "/tasks".into(), "/cases".into(), "/work".into()]
    {
        assert!(!agent.get(&path).await.to_string().contains(MARKER), "{path} still shows it");
    }

    // The visitor's own window and the written conversation show it no more; somebody else's are as they were.
    let page = started.get(&program, "/transcript").await;
    assert!([200, 404, 410].contains(&page.status().as_u16()), "{}", page.status());
    assert!(!page.text().await.unwrap().contains(MARKER));
    let mut other = Visitor::connect(&program, neighbour, 0).await.unwrap();
    other.until(|other| other.has_seen("Een ander heeft ook een vraag")).await.unwrap();

    // The file of the attachment is taken away by a job.
    let blobs = program.data().join("blobs");
    crate::play::soon("the file goes", async {
        while files_with(&blobs, MARKER).1 > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    })
    .await;
    assert!(!program.logged().contains(MARKER));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_customer_is_gone_everywhere_on_sqlite() {
    forgotten(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_customer_is_gone_everywhere_on_postgres() {
    forgotten(Engine::Postgres).await;
}

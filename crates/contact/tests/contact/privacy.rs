//! What is personal is unreadable in the database, and erased means gone.

use crate::house::House;
use base::{ContactId, CustomerId, ErrorCode, Subject};
use contact::actions::{self, NewEntry};
use contact::model::{Author, HandleKind};
use contact::privacy::{HoldsPersonalData, Registry};
use db::testing::TestDb;
use db::{Engine, args, db_test, sql};
use serde_json::json;
use std::process::Command;

const MARKER: &str = "Zwaluwstaart";

/// A customer, a contact, a case, a task and a file that all hold the marker.
async fn fill(house: &House) -> (CustomerId, ContactId) {
    let contact = house.received_by(&house.anna).await;
    house.says(contact, &format!("Ik heet {MARKER} en mijn container is weg")).await;
    let made = house
        .ok(
            &house.anna,
            "PUT",
            &format!("/contacts/{contact}/customer"),
            Some(json!({"new": {
                "kind": "person", "name": format!("Fatma {MARKER}"), "language": "nl",
                "handles": [{"kind": "email", "value": format!("{MARKER}@example.org")},
                            {"kind": "chat", "value": MARKER}],
            }})),
        )
        .await;
    let customer: CustomerId = made["customer"]["id"].as_str().unwrap().parse().unwrap();
    let note = json!({"text": format!("{MARKER} klonk verdrietig"), "client_ref": "n1"});
    house.ok(&house.anna, "POST", &format!("/contacts/{contact}/notes"), Some(note)).await;
    let case = json!({"new": {"subject": format!("Container van {MARKER}")}});
    let shown = house.ok(&house.anna, "PUT", &format!("/contacts/{contact}/case"), Some(case)).await;
    let task = json!({"kind": "call_back", "text": format!("Bel {MARKER}"), "case_id": shown["case"]["id"]});
    house.ok(&house.anna, "POST", "/tasks", Some(task)).await;
    let file = house.upload(&house.anna, contact, &format!("{MARKER}.txt"), MARKER.as_bytes()).await;
    let id = file.body["id"].as_str().unwrap_or_else(|| panic!("{}", file.body)).to_owned();
    let message = json!({"text": MARKER, "client_ref": "m1", "attachments": [id]});
    house.ok(&house.anna, "POST", &format!("/contacts/{contact}/messages"), Some(message)).await;
    (customer, contact)
}

/// Everything that the database holds, as bytes.
fn raw(db: &TestDb) -> Vec<u8> {
    match db.engine() {
        Engine::Sqlite => {
            let mut all = Vec::new();
            for entry in std::fs::read_dir(db.folder()).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    all.extend(std::fs::read(path).unwrap());
                }
            }
            all
        }
        Engine::Postgres => {
            let dump = Command::new("pg_dump").args(["--inserts", "-d", &db.options.url]).output().unwrap();
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            dump.stdout
        }
    }
}

fn holds(all: &[u8], part: &str) -> bool {
    let hex = part.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let lower = part.to_lowercase();
    [part.as_bytes(), lower.as_bytes(), hex.as_bytes()]
        .iter()
        .any(|part| all.windows(part.len()).any(|window| window == *part))
}

#[db_test]
async fn nothing_personal_is_readable_in_the_database_or_the_files(db: TestDb) {
    let house = House::new(db).await;
    fill(&house).await;
    let all = raw(&house.db);
    assert!(holds(&all, "contact.entry_added"), "the dump holds the rows");
    assert!(!holds(&all, MARKER));
    let files = house.db.folder().join("files");
    let mut folders = vec![files];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                seen += 1;
                assert!(!holds(&std::fs::read(path).unwrap(), MARKER));
            }
        }
    }
    assert_eq!(seen, 1);
}

#[db_test]
async fn an_erased_customer_is_unreadable_unfindable_and_still_no_error(db: TestDb) {
    let house = House::new(db).await;
    let (customer, contact) = fill(&house).await;
    let anna = &house.anna;
    let search = json!({"text": MARKER});
    let found = house.ok(anna, "POST", "/customers/search", Some(search.clone())).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);

    let registry = Registry::default().with(house.contacts.clone());
    let actor = base::Actor::System;
    registry.erase(house.organisation, actor, Subject::Customer(customer)).await.unwrap();
    registry.erase(house.organisation, actor, Subject::Customer(customer)).await.unwrap();

    let found = house.ok(anna, "POST", "/customers/search", Some(search)).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 0);
    let address = format!("{MARKER}@example.org");
    let found = house.contacts.by_handle(house.organisation, HandleKind::Email, &address).await.unwrap();
    assert!(found.is_empty());

    let shown = house.ok(anna, "GET", &format!("/customers/{customer}"), None).await;
    assert_eq!((&shown["name"], &shown["erased"]), (&json!(null), &json!(true)));
    assert_eq!(shown["handles"], json!([]));
    let entries = house.ok(anna, "GET", &format!("/contacts/{contact}/entries"), None).await;
    for entry in entries["items"].as_array().unwrap() {
        assert_eq!((&entry["text"], &entry["erased"]), (&json!(null), &json!(true)));
    }
    let shown = house.ok(anna, "GET", &format!("/contacts/{contact}"), None).await;
    assert_eq!(shown["last_entry"]["preview"], json!(null));
    assert_eq!(shown["customer"]["name"], json!(null));
    assert_eq!(shown["case"]["subject"], json!(null));
    let tasks = house.ok(anna, "GET", "/tasks", None).await;
    assert_eq!(tasks["items"][0]["text"], json!(null));
    let file = entries["items"][2]["attachments"][0]["id"].as_str().unwrap();
    assert_eq!(house.call(anna, "GET", &format!("/attachments/{file}"), None).await.code(), "erased");
    // Nothing can be added that would then be readable.
    let late = json!({"text": "x", "client_ref": "n2"});
    assert_eq!(
        house.call(anna, "POST", &format!("/contacts/{contact}/notes"), Some(late)).await.code(),
        "erased"
    );
    let patch = json!({"version": shown["version"].as_i64().unwrap_or(9), "name": "Nieuw"});
    assert_eq!(
        house.call(anna, "PATCH", &format!("/customers/{customer}"), Some(patch)).await.code(),
        "erased"
    );
}

#[db_test]
async fn what_an_unknown_customer_said_is_erased_by_contact(db: TestDb) {
    let house = House::new(db).await;
    let (mine, other) = (house.receive().await, house.receive().await);
    house.says(mine, MARKER).await;
    house.says(other, MARKER).await;
    house.contacts.erase(house.organisation, base::Actor::System, Subject::Contact(mine)).await.unwrap();
    let text = async |contact| {
        let entries = house.contacts.entries(house.organisation, contact, 0, 10).await.unwrap();
        house.machine().open(entries).unwrap().items.remove(0).text
    };
    assert_eq!((text(mine).await, text(other).await), (None, Some(MARKER.to_owned())));
}

#[db_test]
async fn content_follows_whoever_a_contact_turns_out_to_be_from(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.receive().await;
    house.says(contact, "van wie is dit?").await;
    let make = async |name: &str| {
        let new = json!({"kind": "person", "name": name, "language": "nl"});
        house.ok(&house.anna, "POST", "/customers", Some(new)).await["id"].as_str().unwrap().to_owned()
    };
    let (wrong, right) = (make("Verkeerd").await, make("Goed").await);
    for customer in [&wrong, &right] {
        let body = json!({"customer_id": customer});
        house.ok(&house.anna, "PUT", &format!("/contacts/{contact}/customer"), Some(body)).await;
    }
    let erase = async |customer: &str| {
        let subject = Subject::Customer(customer.parse().unwrap());
        house.contacts.erase(house.organisation, base::Actor::System, subject).await.unwrap();
    };
    let erased = async || {
        let entries = house.ok(&house.anna, "GET", &format!("/contacts/{contact}/entries"), None).await;
        entries["items"][0]["erased"].as_bool().unwrap()
    };
    erase(&wrong).await;
    assert!(!erased().await, "it was never theirs");
    house.ok(&house.anna, "DELETE", &format!("/contacts/{contact}/customer"), None).await;
    erase(&right).await;
    assert!(!erased().await, "it is nobody's again");
    house.contacts.erase(house.organisation, base::Actor::System, Subject::Contact(contact)).await.unwrap();
    assert!(erased().await);
}

/// A contact of the first of two customers, which turned out to be from the second one; the program was killed before
/// it told that to the database of keys.
async fn half_linked(house: &House) -> (ContactId, CustomerId, CustomerId) {
    let contact = house.receive().await;
    house.says(contact, "van wie is dit?").await;
    let make = async |name: &str| -> CustomerId {
        let new = json!({"kind": "person", "name": name, "language": "nl"});
        let made = house.ok(&house.anna, "POST", "/customers", Some(new)).await;
        made["id"].as_str().unwrap().parse().unwrap()
    };
    let (first, second) = (make("Verkeerd").await, make("Goed").await);
    let body = json!({"customer_id": first});
    house.ok(&house.anna, "PUT", &format!("/contacts/{contact}/customer"), Some(body)).await;
    let link = async move |tx: &mut db::Tx| {
        actions::link_customer(tx, base::Actor::System, contact, Some(second)).await
    };
    house.write(link).await.unwrap();
    (contact, first, second)
}

async fn is_erased(house: &House, contact: ContactId) -> bool {
    let entries = house.ok(&house.anna, "GET", &format!("/contacts/{contact}/entries"), None).await;
    entries["items"][0]["erased"].as_bool().unwrap()
}

async fn erase(house: &House, customer: CustomerId) {
    let subject = Subject::Customer(customer);
    house.contacts.erase(house.organisation, base::Actor::System, subject).await.unwrap();
}

#[db_test]
async fn a_kill_between_the_databases_does_not_erase_what_is_somebody_else_s(db: TestDb) {
    let house = House::new(db).await;
    let (contact, first, _) = half_linked(&house).await;
    erase(&house, first).await;
    assert!(!is_erased(&house, contact).await);
}

#[db_test]
async fn a_kill_between_the_databases_does_not_save_from_erasure(db: TestDb) {
    let house = House::new(db).await;
    let (contact, _, second) = half_linked(&house).await;
    erase(&house, second).await;
    assert!(is_erased(&house, contact).await);
}

/// Does what the program does after it was started again.
async fn do_jobs(house: &House) {
    house.contacts.register(jobs::Jobs::new(&house.db)).run_pending().await.unwrap();
}

#[db_test]
async fn what_a_kill_between_the_databases_left_undone_is_done_by_a_job(db: TestDb) {
    let house = House::new(db).await;
    let (contact, _, second) = half_linked(&house).await;
    let owner = async || -> String {
        let mut conn = house.db.read(house.organisation).await.unwrap();
        let owner = sql!(
            "SELECT k.owner FROM contacts c
             JOIN vault_subject_keys k ON k.organisation_id = c.organisation_id AND k.id = c.key_id
             WHERE c.organisation_id = $1 AND c.id = $2"
        );
        conn.one(owner, args![house.organisation, contact]).await.unwrap().get("owner").unwrap()
    };
    assert_ne!(owner().await, second.to_string());
    do_jobs(&house).await;
    assert_eq!(owner().await, second.to_string());

    let erase = async move |tx: &mut db::Tx| actions::erase_customer(tx, base::Actor::System, second).await;
    house.write(erase).await.unwrap();
    assert!(!is_erased(&house, contact).await, "killed before the keys were destroyed");
    do_jobs(&house).await;
    assert!(is_erased(&house, contact).await);
    let body = json!({"customer_id": second});
    let path = format!("/contacts/{contact}/customer");
    assert_eq!(house.call(&house.anna, "PUT", &path, Some(body)).await.code(), "erased");
    assert_eq!(house.call(&house.anna, "DELETE", &path, None).await.code(), "erased", "it stays theirs");
}

#[db_test]
async fn a_restriction_shuts_the_content_and_not_the_work(db: TestDb) {
    let house = House::new(db).await;
    let (customer, contact) = fill(&house).await;
    let anna = &house.anna;
    let path = format!("/customers/{customer}");
    let shown = house.ok(anna, "GET", &path, None).await;
    let restrict = json!({"version": shown["version"], "restricted": true});
    let bare = house.ok(anna, "PATCH", &path, Some(restrict)).await;
    assert_eq!((&bare["name"], &bare["restricted"]), (&json!(null), &json!(true)));

    for shut in [
        path.clone(),
        format!("{path}/timeline"),
        format!("/contacts/{contact}"),
        format!("/contacts/{contact}/entries"),
    ] {
        assert_eq!(house.call(anna, "GET", &shut, None).await.code(), "restricted", "{shut}");
    }
    let note = json!({"text": "x", "client_ref": "n9"});
    assert_eq!(
        house.call(anna, "POST", &format!("/contacts/{contact}/notes"), Some(note)).await.code(),
        "restricted"
    );
    let file = house.upload(anna, contact, "a.txt", b"hallo").await;
    assert_eq!(file.code(), "restricted");

    let list = house.ok(anna, "GET", "/contacts", None).await;
    let line = &list["items"][0];
    assert_eq!((&line["customer"]["name"], &line["last_entry"]["preview"]), (&json!(null), &json!(null)));
    assert_eq!(line["customer"]["restricted"], json!(true));
    house.ok(anna, "POST", &format!("/contacts/{contact}/end"), None).await;

    let export = house.contacts.export(house.organisation, Subject::Customer(customer)).await.unwrap();
    let export = house.officer().open_all(export).unwrap();
    assert!(
        serde_json::to_string(&export.iter().map(|e| &e.content).collect::<Vec<_>>())
            .unwrap()
            .contains(MARKER)
    );

    let lift = json!({"version": bare["version"], "restricted": false});
    assert_eq!(house.ok(anna, "PATCH", &path, Some(lift)).await["name"], json!(format!("Fatma {MARKER}")));
}

#[db_test]
async fn a_person_gets_all_there_is_about_them(db: TestDb) {
    let house = House::new(db).await;
    let (customer, _) = fill(&house).await;
    let export = house.contacts.export(house.organisation, Subject::Customer(customer)).await.unwrap();
    let export = house.officer().open_all(export).unwrap();
    let kinds: Vec<_> = export.iter().map(|thing| thing.kind).collect();
    assert_eq!(kinds, ["customer", "case", "task", "contact", "entries"]);
    for thing in &export {
        assert!(thing.content.to_string().contains(MARKER), "{}", thing.kind);
    }
    let nobody = Subject::Customer(house.db.env().new_id());
    assert!(house.contacts.export(house.organisation, nobody).await.unwrap().is_empty());
}

#[db_test]
async fn a_room_that_forgot_its_tables_is_found(db: TestDb) {
    let house = House::new(db).await;
    let columns = db::describe(&mut house.db.read_global().await.unwrap()).await.unwrap();
    let ours: Vec<_> = {
        let migration = contact::MIGRATIONS.scripts[0].script;
        columns
            .into_iter()
            .filter(|column| migration.contains(&format!("CREATE TABLE {} (", column.table)))
            .collect()
    };
    let registry = Registry::default().with(house.contacts.clone());
    assert!(registry.forgotten(&ours).is_empty(), "{:?}", registry.forgotten(&ours));
    assert_eq!(Registry::default().forgotten(&ours).len(), house.contacts.tables().len());
}

#[db_test]
async fn a_contact_of_a_customer_is_not_erased_apart_from_them(db: TestDb) {
    let house = House::new(db).await;
    let (_, contact) = fill(&house).await;
    let refused =
        house.contacts.erase(house.organisation, base::Actor::System, Subject::Contact(contact)).await;
    assert_eq!(refused.unwrap_err().code(), ErrorCode::Conflict);
    // A key that is not there cannot seal; an entry by hand shows that the refusal changed nothing.
    let sealer = house.contacts.sealer(house.organisation, contact).await.unwrap();
    let text = contact::SealedText::seal(&sealer, "nog leesbaar").unwrap();
    house.append(NewEntry::note(contact, Author::Agent(house.anna.membership), text)).await.unwrap();
}

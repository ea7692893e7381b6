//! The timeline: nothing lost, nothing doubled, nothing out of order.

use crate::house::{House, ROOMS};
use base::{Actor, ErrorCode, Subject};
use contact::actions::{self, NewEntry};
use contact::model::{Author, EventCode, Visibility};
use contact::privacy::HoldsPersonalData;
use contact::view::AuthorKind;
use db::testing::TestDb;
use db::{args, db_test, sql};
use identity::Access;
use serde_json::json;
use web::live::{Projector, Wanted};

#[db_test]
async fn a_hundred_writers_at_once_leave_no_gap(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let mut new = Vec::new();
    for number in 0..100 {
        new.push(house.message(contact, Author::Customer, &number.to_string()).await);
    }
    let mut seqs: Vec<i64> = futures::future::join_all(new.into_iter().map(|new| house.append(new)))
        .await
        .into_iter()
        .map(|a| a.unwrap().seq)
        .collect();
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=100).collect::<Vec<_>>());
    let part = house.contacts.entries(house.organisation, contact, 40, 500).await.unwrap();
    let part = house.machine().open(part).unwrap();
    assert_eq!(part.items.iter().map(|entry| entry.seq).collect::<Vec<_>>(), (41..=100).collect::<Vec<_>>());
    assert_eq!(part.last_seq, 100);
}

#[db_test]
async fn what_is_sent_again_is_stored_once(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let hello = house.message(contact, Author::Customer, "Hallo?").await.with_client_ref("a1");
    let repeats = futures::future::join_all((0..10).map(|_| house.append(hello.clone()))).await;
    let seqs: Vec<_> = repeats.iter().map(|one| one.as_ref().unwrap()).collect();
    assert!(seqs.iter().all(|one| one.seq == 1 && one.id == seqs[0].id));
    assert_eq!(seqs.iter().filter(|one| one.first).count(), 1);
    // The same reference by somebody else, or in another contact, is another message.
    let anna = Author::Agent(house.anna.membership);
    let answer = house.message(contact, anna, "Goedemorgen").await.with_client_ref("a1");
    assert!(house.append(answer).await.unwrap().first);
    let other = house.receive().await;
    let elsewhere = house.message(other, Author::Customer, "Hallo?").await.with_client_ref("a1");
    assert!(house.append(elsewhere).await.unwrap().first);
    // A repeat is found even after the talk has ended.
    house.end(contact, Actor::Customer(contact)).await.unwrap();
    assert!(!house.append(hello).await.unwrap().first);
    let added = house.journal().await.into_iter().filter(|entry| entry.kind == "contact.entry_added").count();
    assert_eq!(added, 4, "a repeat is no new fact");
}

#[db_test]
async fn only_the_agent_who_has_it_speaks_and_only_until_the_end(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let bram = house.message(contact, Author::Agent(house.bram.membership), "Ik ook!").await;
    assert_eq!(house.append(bram).await.unwrap_err().code(), ErrorCode::Conflict);
    let waiting = house.receive().await;
    let early = house.message(waiting, Author::Agent(house.anna.membership), "Hoi").await;
    assert_eq!(house.append(early).await.unwrap_err().code(), ErrorCode::Conflict);
    house.says(waiting, "Ik wacht nog").await;

    house.end(contact, Actor::Member(house.anna.membership)).await.unwrap();
    for author in [Author::Customer, Author::Agent(house.anna.membership), Author::System] {
        let late = house.message(contact, author, "Nog iets").await;
        assert_eq!(house.append(late).await.unwrap_err().code(), ErrorCode::Conflict, "{author}");
    }
    let event = NewEntry::event(contact, Author::System, EventCode::Ended, [("by", "agent")]);
    assert_eq!(house.append(event).await.unwrap().seq, 2, "a refusal takes no place");
}

#[db_test]
async fn events_name_colleagues_and_notes_stay_inside(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let anna = house.anna.membership;
    let came = NewEntry::event(contact, Author::System, EventCode::Assigned, [("agent", anna.to_string())]);
    house.append(came).await.unwrap();
    house.says(contact, "Dag!\nWaar is mijn container?").await;
    let sealer = house.contacts.sealer(house.organisation, contact).await.unwrap();
    let note = contact::SealedText::seal(&sealer, "Klinkt boos").unwrap();
    house.append(NewEntry::note(contact, Author::Agent(anna), note)).await.unwrap();
    let hidden =
        NewEntry::event(contact, Author::System, EventCode::Requeued, [] as [(&str, &str); 0]).internal();
    house.append(hidden).await.unwrap();

    let entries = house.contacts.entries(house.organisation, contact, 0, 100).await.unwrap();
    let entries = house.machine().open(entries).unwrap().items;
    let assigned = entries[0].event.as_ref().unwrap();
    assert_eq!((assigned.code, assigned.params["agent_name"].as_str()), (EventCode::Assigned, "Anna"));
    assert_eq!(entries[1].author.kind, AuthorKind::Customer);
    assert_eq!(entries[2].author.name.as_deref(), Some("Anna"));
    assert_eq!(entries[2].visibility, Visibility::Internal);

    let seen = house.contacts.public_entries(house.organisation, contact, 0, 100).await.unwrap();
    let seen = Access::for_customer(house.organisation, contact).open(seen).unwrap().items;
    assert_eq!(seen.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2]);

    let shown =
        house.contacts.contact(house.organisation, contact).await.unwrap().show(&house.machine()).unwrap();
    let last = shown.last_entry.unwrap();
    assert_eq!((last.seq, last.preview.as_deref()), (3, Some("Klinkt boos")), "an event is no preview");
    assert_eq!(shown.last_seq, 4);
}

#[db_test]
async fn marks_go_forward_only_and_never_past_the_end(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let anna = house.anna.membership;
    for text in ["een", "twee", "drie"] {
        house.says(contact, text).await;
    }
    let read = async |seq| {
        house.write(async move |tx| actions::read_by_agent(tx, contact, anna, seq).await).await.unwrap();
    };
    let marks = async || {
        let shown = house.contacts.contact(house.organisation, contact).await.unwrap();
        let shown = shown.show(&house.machine()).unwrap();
        (shown.read_by_agent, shown.read_by_customer)
    };
    assert_eq!(marks().await, (0, 3), "who writes has read what they wrote");
    read(2).await;
    read(1).await;
    read(99).await;
    assert_eq!(marks().await, (2, 3));
    let answer = house.message(contact, Author::Agent(anna), "vier").await;
    house.append(answer).await.unwrap();
    assert_eq!(marks().await, (2, 3), "not everything was read");
    read(4).await;
    house.write(async move |tx| actions::read_by_customer(tx, contact, 4).await).await.unwrap();
    let answer = house.message(contact, Author::Agent(anna), "vijf").await;
    house.append(answer).await.unwrap();
    assert_eq!(marks().await, (5, 4));
    let bram = house.bram.membership;
    house.says(contact, "zes").await;
    house.write(async move |tx| actions::read_by_agent(tx, contact, bram, 6).await).await.unwrap();
    assert_eq!(marks().await, (5, 4), "a look by a colleague is not the agent's");
}

#[db_test]
async fn a_reference_is_shown_only_to_the_side_that_chose_it(db: TestDb) {
    let house = House::new(db).await;
    let anna = &house.anna;
    let contact = house.received_by(anna).await;
    let customer = json!({"new": {"kind": "person", "name": "Fatma", "language": "nl", "handles": []}});
    let linked = house.ok(anna, "PUT", &format!("/contacts/{contact}/customer"), Some(customer)).await;
    let customer = linked["customer"]["id"].as_str().unwrap();
    let before = house.journal().await.len();
    let question = house.message(contact, Author::Customer, "Hallo?").await.with_client_ref("customers-own");
    house.append(question).await.unwrap();
    let answer = json!({"text": "Goedemorgen", "client_ref": "annas-own"});
    let sent = house.ok(anna, "POST", &format!("/contacts/{contact}/messages"), Some(answer)).await;
    assert_eq!(sent["client_ref"], "annas-own");

    let mut told = vec![
        house.ok(anna, "GET", &format!("/contacts/{contact}/entries"), None).await.to_string(),
        house.ok(anna, "GET", &format!("/customers/{customer}/timeline"), None).await.to_string(),
    ];
    let mut pushed = String::new();
    for fact in house.journal().await.iter().skip(before) {
        for push in house.contacts.projector().project(fact, &Wanted::everything()).await.unwrap() {
            pushed.push_str(&push.object);
        }
    }
    told.push(pushed);
    for told in told {
        assert!(told.contains("annas-own") && !told.contains("customers-own"), "{told}");
    }
    let exported = house.contacts.export(house.organisation, Subject::Customer(customer.parse().unwrap()));
    for thing in exported.await.unwrap() {
        let thing = house.officer().open(thing).unwrap().content.to_string();
        assert!(!thing.contains("customers-own"), "{thing}");
    }

    let access = Access::for_identified_customer(house.organisation, contact, customer.parse().unwrap());
    let seen = house.contacts.public_entries(house.organisation, contact, 0, 100).await.unwrap();
    let references = access.open(seen).unwrap().items.into_iter().map(|entry| entry.client_ref);
    assert_eq!(references.collect::<Vec<_>>(), [Some("customers-own".to_owned()), None]);
}

#[db_test]
async fn what_a_customer_began_with_is_taken_off_entries_of_before(db: TestDb) {
    let house = House::new(db).await;
    let contact = house.received_by(&house.anna).await;
    let agent = Author::Agent(house.anna.membership);
    for (author, reference) in
        [(agent, "a1"), (Author::Customer, "begun-with"), (Author::Customer, "c2"), (agent, "a2")]
    {
        let said = house.message(contact, author, "x").await.with_client_ref(reference);
        house.append(said).await.unwrap();
    }
    let again = async |tx: &mut db::GlobalTx| {
        let script = "0002_beginnings";
        let forget = sql!(global "DELETE FROM schema_migrations WHERE room = $1 AND name = $2");
        tx.execute(forget, args!["contact", script]).await
    };
    assert_eq!(house.db.write_global(again).await.unwrap(), 1);
    house.db.migrate(ROOMS).await.unwrap();
    let mut conn = house.db.read(house.organisation).await.unwrap();
    let kept =
        sql!("SELECT client_ref FROM entries WHERE organisation_id = $1 AND contact_id = $2 ORDER BY seq");
    let rows = conn.all(kept, args![house.organisation, contact]).await.unwrap();
    let kept: Vec<Option<String>> = rows.iter().map(|row| row.get("client_ref").unwrap()).collect();
    assert_eq!(kept, [Some("a1".into()), None, Some("c2".into()), Some("a2".into())]);
}

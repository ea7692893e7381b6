//! Nobody changes, removes, moves or slips in an entry without showing.

use base::{Actor, AuditId, ContactId, CustomerId, ErrorCode, LookId, OrganisationId, Subject};
use db::testing::TestDb;
use db::{Db, Migrations, Sql, args, db_test, sql};
use identity::audit::{self, EntryRef, Finding, Report};
use identity::testing::{self, SignedInMember};
use identity::{Identity, Permission, Personal, Purpose, Role, looks};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

const TEST_ROOMS: &[Migrations] = &[db::MIGRATIONS, vault::MIGRATIONS, identity::MIGRATIONS];

struct Town {
    identity: Identity,
    organisation: OrganisationId,
    agent: SignedInMember,
    /// Entries of three seals.
    entries: Vec<AuditId>,
    looks: Vec<LookId>,
}

async fn town(db: &TestDb) -> Town {
    let identity = testing::identity(db, &vault::testing::vault(db));
    let organisation = testing::organisation(&identity, "lindedam").await;
    let agent = testing::member(&identity, organisation, "Anneke", &[Role::Agent]).await;
    let mut entries = Vec::new();
    let mut looks = Vec::new();
    for second in 0..3 {
        for number in 0..4 {
            entries.push(write(db, organisation, &format!("thing_{second}_{number}")).await);
        }
        look(&identity, &agent, &[customer(db), customer(db)]).await;
        looks.push(newest_look(db, organisation).await);
        db.clock.advance(Duration::from_secs(1));
        audit::seal_due(db).await.unwrap();
    }
    looks::spread_due(db).await.unwrap();
    Town { identity, organisation, agent, entries, looks }
}

fn customer(db: &Db) -> Subject {
    Subject::Customer(db.env().new_id::<CustomerId>())
}

async fn write(db: &Db, organisation: OrganisationId, subject: &str) -> AuditId {
    let subject = subject.to_owned();
    db.write(organisation, async move |tx| {
        audit::write(tx, Actor::System, "test.done", subject, json!({"value": 1})).await
    })
    .await
    .unwrap()
}

async fn look(identity: &Identity, agent: &SignedInMember, subjects: &[Subject]) {
    let access = agent.access(identity, Permission::ReadCustomers, Purpose::CustomerService).await;
    let personal = subjects.iter().fold(Personal::new(subjects[0], "Fatma"), |all, one| all.also(*one));
    assert_eq!(identity.open_logged(&access, "test", personal).await.unwrap(), "Fatma");
}

async fn newest_look(db: &Db, organisation: OrganisationId) -> LookId {
    let mut conn = db.read(organisation).await.unwrap();
    let newest = sql!("SELECT MAX(id) AS id FROM looks WHERE organisation_id = $1");
    conn.one(newest, args![organisation]).await.unwrap().get("id").unwrap()
}

async fn verify(db: &Db, organisation: OrganisationId) -> Report {
    audit::verify(db, organisation).await.unwrap()
}

/// Does what no action would do.
async fn tamper(db: &Db, statement: Sql, args: Vec<db::Value>) {
    let touched = db.write_global(async move |tx| tx.execute(statement, args).await).await.unwrap();
    assert!(touched > 0, "{statement:?} touches nothing");
}

#[db_test]
async fn an_honest_chain_is_whole(db: TestDb) {
    let town = town(&db).await;
    let report = verify(&db, town.organisation).await;
    assert_eq!(report.findings, BTreeSet::new());
    assert_eq!(report.seals, 3);
    assert!(report.entries >= 15, "{report:?}");
    let head = report.head.unwrap();
    let kept = audit::find_seal(&db, town.organisation, head.number).await.unwrap().unwrap();
    assert_eq!(kept.hash, head.hash, "what was kept elsewhere is found back");
    assert!(audit::stands(&db, town.organisation, &audit::KeptSeal::of(&head)).await.unwrap());
    assert_eq!(audit::seal_due(&db).await.unwrap(), 0, "without news there is no seal");
}

#[db_test]
async fn a_change_in_any_column_of_an_entry_names_it(db: TestDb) {
    let changes = [
        sql!(global "UPDATE audit_entries SET at = at + 1 WHERE id = $1"),
        sql!(global "UPDATE audit_entries SET actor = 'mem_00000000000000000000000001' WHERE id = $1"),
        sql!(global "UPDATE audit_entries SET action = 'test.undone' WHERE id = $1"),
        sql!(global "UPDATE audit_entries SET subject = 'somebody_else' WHERE id = $1"),
        sql!(global "UPDATE audit_entries SET subject = NULL WHERE id = $1"),
        sql!(global "UPDATE audit_entries SET detail = '{}' WHERE id = $1"),
        sql!(global "UPDATE audit_entries SET detail = NULL WHERE id = $1"),
        sql!(global "UPDATE audit_entries SET salt = content_hash WHERE id = $1"),
        sql!(global "UPDATE audit_entries SET salt = NULL WHERE id = $1"),
        sql!(global "UPDATE audit_entries SET content_hash = salt WHERE id = $1"),
    ];
    let town = town(&db).await;
    let mut changed = BTreeSet::new();
    for (change, id) in changes.into_iter().zip(&town.entries) {
        tamper(&db, change, args![*id]).await;
        changed.insert(Finding::Changed(EntryRef::Audit(*id)));
        assert_eq!(verify(&db, town.organisation).await.findings, changed, "{change:?}");
    }
}

#[db_test]
async fn a_change_in_any_column_of_a_look_names_it(db: TestDb) {
    let changes = [
        sql!(global "UPDATE looks SET at = at + 1 WHERE id = $1"),
        sql!(global "UPDATE looks SET membership_id = 'mem_00000000000000000000000001' WHERE id = $1"),
        sql!(global "UPDATE looks SET permission = 'read_tasks' WHERE id = $1"),
        sql!(global "UPDATE looks SET purpose = 'supervision' WHERE id = $1"),
        sql!(global "UPDATE looks SET activity_id = 'act_00000000000000000000000001' WHERE id = $1"),
        sql!(global "UPDATE looks SET route = 'elsewhere' WHERE id = $1"),
        sql!(global "UPDATE looks SET salt = NULL WHERE id = $1"),
        sql!(global "UPDATE looks SET content_hash = salt WHERE id = $1"),
    ];
    let town = town(&db).await;
    for _ in town.looks.len()..changes.len() {
        look(&town.identity, &town.agent, &[customer(&db)]).await;
        db.clock.advance(Duration::from_secs(1));
    }
    audit::seal_due(&db).await.unwrap();
    looks::spread_due(&db).await.unwrap();
    let mut conn = db.read(town.organisation).await.unwrap();
    let all = sql!("SELECT id FROM looks WHERE organisation_id = $1 ORDER BY id");
    let ids = conn.all(all, args![town.organisation]).await.unwrap();
    drop(conn);
    let mut changed = BTreeSet::new();
    for (change, row) in changes.into_iter().zip(&ids) {
        let id: LookId = row.get("id").unwrap();
        tamper(&db, change, args![id]).await;
        changed.insert(Finding::Changed(EntryRef::Look(id)));
        assert_eq!(verify(&db, town.organisation).await.findings, changed, "{change:?}");
    }
}

#[db_test]
async fn whose_data_was_looked_at_cannot_be_changed(db: TestDb) {
    let town = town(&db).await;
    let look = EntryRef::Look(town.looks[0]);
    let other = customer(&db);
    tamper(&db, sql!(global "UPDATE looks SET subjects = $2 WHERE id = $1"), args![town.looks[0], other])
        .await;
    let expected = [Finding::Changed(look), Finding::WrongPersons(look)].into();
    assert_eq!(verify(&db, town.organisation).await.findings, expected);
}

#[db_test]
async fn the_list_per_person_is_held_against_the_looks(db: TestDb) {
    let town = town(&db).await;
    let forget = sql!(global "DELETE FROM looks_persons WHERE look_id = $1");
    tamper(&db, forget, args![town.looks[0]]).await;
    let invent = sql!("INSERT INTO looks_persons (organisation_id, look_id, subject) VALUES ($1, $2, $3)");
    tamper(&db, invent, args![town.organisation, town.looks[1], customer(&db)]).await;
    let wrong = |id| Finding::WrongPersons(EntryRef::Look(id));
    let expected = [wrong(town.looks[0]), wrong(town.looks[1])].into();
    assert_eq!(verify(&db, town.organisation).await.findings, expected);
}

#[db_test]
async fn a_removed_entry_is_missed(db: TestDb) {
    let town = town(&db).await;
    tamper(&db, sql!(global "DELETE FROM audit_entries WHERE id = $1"), args![town.entries[5]]).await;
    tamper(&db, sql!(global "UPDATE audit_entries SET seal = NULL WHERE id = $1"), args![town.entries[1]])
        .await;
    let missing = |number: usize, seal| Finding::Missing(EntryRef::Audit(town.entries[number]), seal);
    assert_eq!(verify(&db, town.organisation).await.findings, [missing(5, 2), missing(1, 1)].into());
}

#[db_test]
async fn an_entry_that_is_moved_or_renamed_is_missed_and_found(db: TestDb) {
    let town = town(&db).await;
    let moved = EntryRef::Audit(town.entries[0]);
    tamper(&db, sql!(global "UPDATE audit_entries SET seal = 2 WHERE id = $1"), args![town.entries[0]]).await;
    let expected: BTreeSet<_> = [Finding::Missing(moved, 1), Finding::Added(moved, 2)].into();
    assert_eq!(verify(&db, town.organisation).await.findings, expected);
    tamper(&db, sql!(global "UPDATE audit_entries SET seal = 77 WHERE id = $1"), args![town.entries[0]])
        .await;
    let expected: BTreeSet<_> = [Finding::Missing(moved, 1), Finding::Added(moved, 77)].into();
    assert_eq!(verify(&db, town.organisation).await.findings, expected);
    let other: AuditId = db.env().new_id();
    let rename = sql!(global "UPDATE audit_entries SET seal = 1, id = $2 WHERE id = $1");
    tamper(&db, rename, args![town.entries[0], other]).await;
    let expected = [Finding::Missing(moved, 1), Finding::Added(EntryRef::Audit(other), 1)].into();
    assert_eq!(verify(&db, town.organisation).await.findings, expected);
}

#[db_test]
async fn an_entry_that_goes_to_another_organisation_is_missed_and_found_there(db: TestDb) {
    let town = town(&db).await;
    let other = testing::organisation(&town.identity, "waterbedrijf").await;
    db.clock.advance(Duration::from_secs(1));
    audit::seal_due(&db).await.unwrap();
    let rob = sql!("UPDATE audit_entries SET organisation_id = $1 WHERE id = $2");
    tamper(&db, rob, args![other, town.entries[0]]).await;
    let moved = EntryRef::Audit(town.entries[0]);
    assert_eq!(verify(&db, town.organisation).await.findings, [Finding::Missing(moved, 1)].into());
    assert_eq!(verify(&db, other).await.findings, [Finding::Added(moved, 1)].into());
}

#[db_test]
async fn an_entry_slipped_in_later_with_an_old_date_is_found(db: TestDb) {
    let town = town(&db).await;
    let id = write(&db, town.organisation, "invented").await;
    let backdate = sql!(global "UPDATE audit_entries SET at = at - 86400000000 WHERE id = $1");
    tamper(&db, backdate, args![id]).await;
    audit::seal_due(&db).await.unwrap();
    let findings = verify(&db, town.organisation).await.findings;
    assert_eq!(findings, [Finding::OutOfTime(EntryRef::Audit(id))].into());
}

#[db_test]
async fn a_seal_cannot_be_changed_removed_or_rebuilt(db: TestDb) {
    let changes = [
        sql!(global "UPDATE audit_seals SET at = at + 1 WHERE number = 2"),
        sql!(global "UPDATE audit_seals SET root = previous WHERE number = 2"),
        sql!(global "UPDATE audit_seals SET previous = root WHERE number = 2"),
    ];
    let town = town(&db).await;
    for change in changes {
        let before = audit::find_seal(&db, town.organisation, 2).await.unwrap().unwrap();
        tamper(&db, change, args![]).await;
        let findings = verify(&db, town.organisation).await.findings;
        assert_eq!(findings, [Finding::BrokenSeal(2)].into(), "{change:?}");
        let restore =
            sql!(global "UPDATE audit_seals SET at = $1, root = $2, previous = $3 WHERE number = 2");
        tamper(&db, restore, args![before.at, before.root, before.previous]).await;
    }
    let head = verify(&db, town.organisation).await.head.unwrap();
    tamper(&db, sql!(global "UPDATE audit_seals SET hash = root WHERE number = 2"), args![]).await;
    let expected = [Finding::BrokenSeal(2), Finding::BrokenSeal(3)].into();
    assert_eq!(verify(&db, town.organisation).await.findings, expected);
    tamper(&db, sql!(global "DELETE FROM audit_seals WHERE number = 2"), args![]).await;
    let findings = verify(&db, town.organisation).await.findings;
    assert!(
        findings.contains(&Finding::MissingSeal(2)) && findings.contains(&Finding::BrokenSeal(3)),
        "{findings:?}"
    );
    tamper(&db, sql!(global "DELETE FROM audit_seals WHERE number = 3"), args![]).await;
    let cut = audit::find_seal(&db, town.organisation, head.number).await.unwrap();
    assert_eq!(cut, None, "whoever kept the head sees that it was cut off");
    assert!(!audit::stands(&db, town.organisation, &audit::KeptSeal::of(&head)).await.unwrap());
}

#[db_test]
async fn the_order_of_leaves_belongs_to_the_seal(db: TestDb) {
    let town = town(&db).await;
    let mut conn = db.read(town.organisation).await.unwrap();
    let read = sql!("SELECT leaves FROM audit_seals WHERE organisation_id = $1 AND number = 2");
    let leaves: Vec<u8> = conn.one(read, args![town.organisation]).await.unwrap().get("leaves").unwrap();
    drop(conn);
    let mut swapped = leaves.clone();
    swapped.rotate_left(49);
    for wrong in [swapped, leaves[49..].to_vec(), leaves[1..].to_vec(), Vec::new()] {
        tamper(&db, sql!(global "UPDATE audit_seals SET leaves = $1 WHERE number = 2"), args![wrong]).await;
        let findings = verify(&db, town.organisation).await.findings;
        assert!(findings.contains(&Finding::BrokenSeal(2)), "{findings:?}");
    }
}

#[db_test]
async fn erasing_content_leaves_the_chain_whole_and_is_recorded(db: TestDb) {
    let town = town(&db).await;
    let (organisation, id) = (town.organisation, town.entries[2]);
    db.write(organisation, async move |tx| audit::erase(tx, Actor::System, id).await).await.unwrap();
    assert!(verify(&db, organisation).await.is_whole());
    db.clock.advance(Duration::from_secs(1));
    audit::seal_due(&db).await.unwrap();
    assert!(verify(&db, organisation).await.is_whole());
    tamper(&db, sql!(global "UPDATE audit_entries SET action = 'other' WHERE id = $1"), args![id]).await;
    let changed = [Finding::Changed(EntryRef::Audit(id))].into();
    assert_eq!(verify(&db, organisation).await.findings, changed, "the envelope is still sealed");
    let quiet = town.entries[3];
    let wipe =
        sql!(global "UPDATE audit_entries SET subject = NULL, detail = NULL, salt = NULL WHERE id = $1");
    tamper(&db, wipe, args![quiet]).await;
    let findings = verify(&db, organisation).await.findings;
    assert!(findings.contains(&Finding::ErasedUnrecorded(EntryRef::Audit(quiet))), "{findings:?}");
}

#[db_test]
async fn looks_at_an_erased_person_stay_as_proof_without_a_name(db: TestDb) {
    let town = town(&db).await;
    let (organisation, person, other) = (town.organisation, customer(&db), customer(&db));
    look(&town.identity, &town.agent, &[person, other]).await;
    audit::seal_due(&db).await.unwrap();
    let erase = async move |tx: &mut db::Tx| looks::erase(tx, Actor::System, person).await;
    assert_eq!(
        db.write(organisation, erase).await.unwrap(),
        1,
        "a look that was not listed yet is found too"
    );
    db.clock.advance(Duration::from_secs(1));
    audit::seal_due(&db).await.unwrap();
    let report = verify(&db, organisation).await;
    assert!(report.is_whole(), "{report:?}");
    let mut conn = db.read(organisation).await.unwrap();
    let left = sql!("SELECT subject FROM looks_persons WHERE organisation_id = $1 AND subject IN ($2, $3)");
    let left = conn.all(left, args![organisation, person, other]).await.unwrap();
    assert_eq!(left.len(), 1, "the other person's list is theirs");
    assert_eq!(left[0].get::<Subject>("subject").unwrap(), other);
}

#[db_test]
async fn an_outsider_can_check_that_one_entry_stands_under_a_seal(db: TestDb) {
    let town = town(&db).await;
    let head = verify(&db, town.organisation).await.head.unwrap();
    for entry in
        town.entries[8..].iter().map(|id| EntryRef::Audit(*id)).chain([EntryRef::Look(town.looks[2])])
    {
        let proof = audit::prove(&db, town.organisation, entry).await.unwrap();
        assert!(proof.holds());
        assert_eq!(proof.seal, head.hash);
        let mut bent = proof.clone();
        bent.leaf[0] ^= 1;
        assert!(!bent.holds());
    }
    let fresh = write(&db, town.organisation, "new").await;
    let early = audit::prove(&db, town.organisation, EntryRef::Audit(fresh)).await.unwrap_err();
    assert_eq!(early.code(), ErrorCode::Conflict);
    let stranger: OrganisationId = db.env().new_id();
    let refused = audit::prove(&db, stranger, EntryRef::Audit(town.entries[0])).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NotFound);
}

#[db_test]
async fn two_nodes_that_seal_at_the_same_moment_seal_everything_once(db: TestDb) {
    let town = town(&db).await;
    let other = Db::open(&db.options, db.env().clone()).await.unwrap();
    for round in 0..10 {
        for number in 0..20 {
            write(&db, town.organisation, &format!("{round} {number}")).await;
        }
        let (one, two) = tokio::join!(audit::seal_due(&db), audit::seal_due(&other));
        one.unwrap();
        two.unwrap();
    }
    audit::seal_due(&db).await.unwrap();
    let report = verify(&db, town.organisation).await;
    assert!(report.is_whole(), "{report:?}");
    assert!(report.entries >= 215, "{report:?}");
    other.close().await;
}

#[db_test]
async fn one_look_stands_under_everybody_it_concerned(db: TestDb) {
    let town = town(&db).await;
    let contact = Subject::Contact(db.env().new_id::<ContactId>());
    let both = [customer(&db), contact];
    look(&town.identity, &town.agent, &both).await;
    assert_eq!(looks::spread_due(&db).await.unwrap(), 1);
    assert_eq!(looks::spread_due(&db).await.unwrap(), 0);
    let mut conn = db.read(town.organisation).await.unwrap();
    for subject in both {
        let count =
            sql!("SELECT COUNT(*) AS n FROM looks_persons WHERE organisation_id = $1 AND subject = $2");
        let row = conn.one(count, args![town.organisation, subject]).await.unwrap();
        assert_eq!(row.get::<i64>("n").unwrap(), 1);
    }
}

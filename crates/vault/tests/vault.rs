//! What the vault promises: sealed means unreadable, destroyed means gone, handed over means still readable.

use base::{Env, ErrorCode, OrganisationId, Subject};
use db::testing::TestDb;
use db::{Migrations, args, db_test, sql};
use std::time::Duration;
use vault::{InstallationKey, Vault};

const TEST_ROOMS: &[Migrations] = &[db::MIGRATIONS, vault::MIGRATIONS];

fn contact(env: &Env) -> Subject {
    Subject::Contact(env.new_id())
}

#[db_test]
async fn content_is_readable_until_its_key_is_destroyed(db: TestDb) {
    let vault = vault::testing::vault(&db);
    let (organisation, owner) = (db.env().new_id(), contact(db.env()));
    let key = vault.new_key(organisation, owner).await.unwrap();
    let sealed = vault.sealer(organisation, key).await.unwrap().seal("here", "Fatma".as_bytes()).unwrap();
    assert_eq!(vault.open_text(organisation, "here", &sealed).await.unwrap(), "Fatma");

    assert_eq!(vault.destroy(organisation, owner).await.unwrap(), 1);
    let gone = vault.open_text(organisation, "here", &sealed).await.unwrap_err();
    assert_eq!(gone.code(), ErrorCode::Erased);
    assert_eq!(vault.sealer(organisation, key).await.unwrap_err().code(), ErrorCode::Erased);
}

#[db_test]
async fn another_node_stops_reading_within_a_minute_of_the_erasure(db: TestDb) {
    let installation = InstallationKey::generate(db.env());
    let (here, there) = (Vault::open(db.clone(), &installation), Vault::open(db.clone(), &installation));
    let (organisation, owner) = (db.env().new_id(), contact(db.env()));
    let key = here.new_key(organisation, owner).await.unwrap();
    let sealed = there.sealer(organisation, key).await.unwrap().seal("here", b"x").unwrap();
    here.destroy(organisation, owner).await.unwrap();
    db.clock.advance(Duration::from_secs(61));
    assert_eq!(there.open_text(organisation, "here", &sealed).await.unwrap_err().code(), ErrorCode::Erased);
}

#[db_test]
async fn an_identified_contact_keeps_its_content_and_follows_its_customer(db: TestDb) {
    let vault = vault::testing::vault(&db);
    let organisation = db.env().new_id();
    let (before, after) = (contact(db.env()), Subject::Customer(db.env().new_id()));
    let key = vault.new_key(organisation, before).await.unwrap();
    let sealed = vault.sealer(organisation, key).await.unwrap().seal("here", b"x").unwrap();
    vault.reown(organisation, before, after).await.unwrap();
    assert_eq!(vault.open_text(organisation, "here", &sealed).await.unwrap(), "x");
    assert_eq!(vault.destroy(organisation, before).await.unwrap(), 0);
    assert_eq!(vault.destroy(organisation, after).await.unwrap(), 1);
}

#[db_test]
async fn one_key_goes_to_another_owner_and_the_others_stay(db: TestDb) {
    let vault = vault::testing::vault(&db);
    let organisation = db.env().new_id();
    let (customer, contact) = (Subject::Customer(db.env().new_id()), contact(db.env()));
    let key = vault.new_key(organisation, customer).await.unwrap();
    vault.new_key(organisation, customer).await.unwrap();
    vault.reown_key(organisation, key, contact).await.unwrap();
    assert_eq!(vault.destroy(organisation, customer).await.unwrap(), 1);
    vault.sealer(organisation, key).await.unwrap();
    assert_eq!(vault.destroy(organisation, contact).await.unwrap(), 1);
}

#[db_test]
async fn another_organisation_cannot_open_or_destroy(db: TestDb) {
    let vault = vault::testing::vault(&db);
    let (mine, theirs): (OrganisationId, OrganisationId) = (db.env().new_id(), db.env().new_id());
    let owner = contact(db.env());
    let key = vault.new_key(mine, owner).await.unwrap();
    let sealed = vault.sealer(mine, key).await.unwrap().seal("here", b"x").unwrap();
    assert!(vault.open_text(theirs, "here", &sealed).await.is_err());
    assert_eq!(vault.destroy(theirs, owner).await.unwrap(), 0);
    vault.reown(theirs, owner, contact(db.env())).await.unwrap();
    assert_eq!(vault.open_text(mine, "here", &sealed).await.unwrap(), "x");
}

#[db_test]
async fn blind_indexes_meet_within_an_organisation_only(db: TestDb) {
    let vault = vault::testing::vault(&db);
    let (mine, theirs) = (db.env().new_id(), db.env().new_id());
    let blind = vault.blind(mine).await.unwrap();
    assert_eq!(blind.of("email", "f@x.nl"), blind.of("email", "f@x.nl"));
    assert_ne!(blind.of("email", "f@x.nl"), blind.of("chat", "f@x.nl"));
    assert_ne!(blind.of("email", "f@x.nl"), vault.blind(theirs).await.unwrap().of("email", "f@x.nl"));
}

#[db_test]
async fn the_wrong_installation_key_is_told_at_once(db: TestDb) {
    let organisation = db.env().new_id();
    vault::testing::vault(&db).blind(organisation).await.unwrap();
    let other = Vault::open(db.clone(), &InstallationKey::generate(db.env()));
    let refused = other.blind(organisation).await.unwrap_err();
    assert_eq!(refused.fields()[0].field, "vault.key");
}

#[db_test]
async fn a_lost_key_is_told_and_not_made_anew(db: TestDb) {
    let vault = vault::testing::vault(&db);
    let (kept, lost): (OrganisationId, OrganisationId) = (db.env().new_id(), db.env().new_id());
    assert!(!vault::holds_keys(&db).await.unwrap());
    vault.begin(kept).await.unwrap();
    assert!(vault::holds_keys(&db).await.unwrap());
    vault.check(&[kept]).await.unwrap();
    for _ in 0..2 {
        let refused = vault.check(&[kept, lost]).await.unwrap_err();
        assert_eq!(refused.fields()[0].field, "vault.database_url");
    }
    let other = Vault::open(db.clone(), &InstallationKey::generate(db.env()));
    assert_eq!(other.check(&[]).await.unwrap_err().fields()[0].field, "vault.key");
}

#[db_test]
async fn a_destroyed_key_is_nowhere_in_the_files(db: TestDb) {
    let vault = vault::testing::vault(&db);
    let (organisation, owner) = (db.env().new_id(), contact(db.env()));
    vault.new_key(organisation, owner).await.unwrap();
    let mut conn = db.read(organisation).await.unwrap();
    let row = conn
        .one(sql!("SELECT wrapped FROM vault_subject_keys WHERE organisation_id = $1"), args![organisation])
        .await
        .unwrap();
    drop(conn);
    let wrapped: Vec<u8> = row.get("wrapped").unwrap();
    vault.destroy(organisation, owner).await.unwrap();
    for file in std::fs::read_dir(db.folder()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(
            !bytes.windows(wrapped.len()).any(|part| part == wrapped),
            "the wrapped key is still on the disk"
        );
    }
}

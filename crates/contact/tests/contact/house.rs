//! A house to test in: an organisation with two agents, and a customer who comes in.

use base::{Actor, ContactId, EntryPointId, Language, MembershipId, OrganisationId};
use contact::actions::{self, NewContact, NewEntry};
use contact::model::{Author, Channel};
use contact::{Contacts, SealedText};
use db::testing::TestDb;
use db::{Migrations, Tx};
use identity::testing::{Answered, SignedInMember};
use identity::{Access, Identity, Purpose, Role};
use serde_json::Value;

pub(crate) const ROOMS: &[Migrations] =
    &[db::MIGRATIONS, vault::MIGRATIONS, jobs::MIGRATIONS, identity::MIGRATIONS, contact::MIGRATIONS];

pub(crate) struct House {
    pub(crate) db: TestDb,
    pub(crate) identity: Identity,
    pub(crate) contacts: Contacts,
    pub(crate) organisation: OrganisationId,
    pub(crate) anna: SignedInMember,
    pub(crate) bram: SignedInMember,
    pub(crate) routes: web::Router,
}

impl House {
    pub(crate) async fn new(db: TestDb) -> Self {
        let vault = vault::testing::vault(&db);
        let identity = identity::testing::identity(&db, &vault);
        let blobs =
            blob::Blobs::open(&db, &vault, blob::Store::local(&db.folder().join("files")).unwrap(), None);
        let contacts =
            Contacts::new(db.clone(), vault.clone(), blobs, identity.clone(), blob::Limits::default());
        let organisation = identity::testing::organisation(&identity, "lindedam").await;
        let anna = identity::testing::member(&identity, organisation, "Anna", &[Role::Agent]).await;
        let bram = identity::testing::member(&identity, organisation, "Bram", &[Role::Agent]).await;
        let routes = contact::routes(contacts.clone());
        Self { db, identity, contacts, organisation, anna, bram, routes }
    }

    /// Somebody of another organisation, who may do everything there.
    pub(crate) async fn stranger(&self) -> SignedInMember {
        let other = identity::testing::organisation(&self.identity, "elders").await;
        identity::testing::member(&self.identity, other, "Vreemde", &[Role::TeamLead]).await
    }

    pub(crate) async fn lead(&self) -> SignedInMember {
        identity::testing::member(&self.identity, self.organisation, "Lies", &[Role::TeamLead]).await
    }

    pub(crate) fn machine(&self) -> Access {
        Access::for_machine(self.organisation, Purpose::CustomerService)
    }

    /// For the rights of persons: also what is restricted.
    pub(crate) fn officer(&self) -> Access {
        Access::for_machine(self.organisation, Purpose::Accountability)
    }

    /// Runs a piece of a transaction.
    pub(crate) async fn write<T, F>(&self, closure: F) -> base::Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Tx) -> base::Result<T> + Send + 'static,
    {
        self.db.write(self.organisation, closure).await
    }

    /// A customer comes in.
    pub(crate) async fn receive(&self) -> ContactId {
        self.receive_in(self.organisation).await
    }

    pub(crate) async fn receive_in(&self, organisation: OrganisationId) -> ContactId {
        let id: ContactId = self.db.env().new_id();
        let new = NewContact {
            id,
            channel: Channel::Chat,
            entry_point: self.db.env().new_id::<EntryPointId>(),
            entry_point_name: "Afval".into(),
            language: Language::dutch(),
            subject_key: self.contacts.new_key(organisation, id).await.unwrap(),
            customer: None,
            topic: "Afval".into(),
        };
        self.db.write(organisation, async move |tx| actions::receive(tx, new).await).await.unwrap();
        id
    }

    /// A customer comes in and an agent takes it.
    pub(crate) async fn received_by(&self, agent: &SignedInMember) -> ContactId {
        let contact = self.receive().await;
        self.assign(contact, agent.membership).await.unwrap();
        contact
    }

    pub(crate) async fn assign(&self, contact: ContactId, agent: MembershipId) -> base::Result<()> {
        self.write(async move |tx| actions::assign(tx, Actor::Member(agent), contact, agent).await.map(drop))
            .await
    }

    pub(crate) async fn end(&self, contact: ContactId, actor: Actor) -> base::Result<()> {
        self.write(async move |tx| actions::end(tx, actor, contact).await.map(drop)).await
    }

    /// A message by whoever.
    pub(crate) async fn message(&self, contact: ContactId, author: Author, text: &str) -> NewEntry {
        let sealer = self.contacts.sealer(self.organisation, contact).await.unwrap();
        NewEntry::message(contact, author, SealedText::seal(&sealer, text).unwrap())
    }

    pub(crate) async fn append(&self, new: NewEntry) -> base::Result<actions::Appended> {
        self.write(async move |tx| actions::append(tx, new).await).await
    }

    /// The customer says something.
    pub(crate) async fn says(&self, contact: ContactId, text: &str) {
        let new = self.message(contact, Author::Customer, text).await;
        self.append(new).await.unwrap();
    }

    /// A request by a member of staff.
    pub(crate) async fn call(
        &self,
        who: &SignedInMember,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answered {
        let path = format!("/api/v1{path}");
        let request =
            identity::testing::request(method.parse().unwrap(), &path, Some(&who.cookie), body.as_ref());
        identity::testing::send(&self.routes, request).await
    }

    /// The same, which must succeed.
    pub(crate) async fn ok(
        &self,
        who: &SignedInMember,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Value {
        let answered = self.call(who, method, path, body).await;
        assert!(answered.status.is_success(), "{method} {path}: {} {}", answered.status, answered.body);
        answered.body
    }

    /// The kinds of facts in the journal.
    pub(crate) async fn journal(&self) -> Vec<base::JournalEntry> {
        let mut conn = self.db.read(self.organisation).await.unwrap();
        db::journal::after(&mut conn, base::Position(0), 100_000).await.unwrap()
    }
}

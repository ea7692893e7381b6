//! A house to test in: an organisation with a queue, three agents, and routing that runs.

use crate::screen::Screen;
use base::{Actor, ContactId, EntryPointId, Language, MembershipId, OrganisationId, QueueId};
use contact::actions::{NewContact, NewEntry};
use contact::model::Author;
use contact::{Contacts, SealedText};
use db::testing::TestDb;
use db::{Migrations, Tx, args, sql};
use identity::testing::{Answered, SignedInMember};
use identity::{Identity, Role};
use routing::actions::{self, Arrival};
use routing::model::{
    AgentProfile, Capacity, Channel, EntryPoint, GroupNumber, Needs, Presence, Queue, QueueRules,
};
use routing::{OpenScreen, Routing};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use web::live::Hub;

pub(crate) const ROOMS: &[Migrations] = &[
    db::MIGRATIONS,
    vault::MIGRATIONS,
    jobs::MIGRATIONS,
    identity::MIGRATIONS,
    contact::MIGRATIONS,
    routing::MIGRATIONS,
];

/// How often a test looks.
const LOOK: Duration = Duration::from_millis(10);
/// How the clock goes on at each look: fifty looks let an engine start again, a thousand let an offer expire.
const CREEP: Duration = Duration::from_millis(20);
/// How long the tests wait for something that has to happen.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct House {
    pub(crate) db: TestDb,
    pub(crate) identity: Identity,
    pub(crate) contacts: Contacts,
    pub(crate) routing: Routing,
    pub(crate) organisation: OrganisationId,
    pub(crate) queue: QueueId,
    pub(crate) second_line: QueueId,
    pub(crate) entry_point: EntryPointId,
    pub(crate) anna: SignedInMember,
    pub(crate) bram: SignedInMember,
    pub(crate) lies: SignedInMember,
    pub(crate) routes: web::Router,
    open_screens: Mutex<HashMap<MembershipId, OpenScreen>>,
}

/// A node that runs; it stops when dropped.
pub(crate) struct Node {
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Node {
    /// Stops it as a shut-down does.
    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        (&mut self.task).await.unwrap();
    }

    /// Stops it as a power cut does: the lease is left behind.
    pub(crate) async fn kill(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl House {
    pub(crate) async fn new(db: TestDb) -> Self {
        let vault = vault::testing::vault(&db);
        let identity = identity::testing::identity(&db, &vault);
        let blobs =
            blob::Blobs::open(&db, &vault, blob::Store::local(&db.folder().join("files")).unwrap(), None);
        let contacts = Contacts::new(db.clone(), vault, blobs, identity.clone(), blob::Limits::default());
        let routing = Routing::new(db.clone(), identity.clone(), contacts.clone());
        let organisation = identity::testing::organisation(&identity, "lindedam").await;
        let member =
            async |name, role| identity::testing::member(&identity, organisation, name, &[role]).await;
        let (anna, bram) = (member("Anna", Role::Agent).await, member("Bram", Role::Agent).await);
        let lies = member("Lies", Role::TeamLead).await;
        let env = db.env().clone();
        let (queue, second_line, entry_point) = (env.new_id(), env.new_id(), env.new_id());
        let (first, second) = (anna.membership, bram.membership);
        let set_up = async move |tx: &mut Tx| {
            for (id, name) in [(queue, "Afval"), (second_line, "Tweede lijn")] {
                let plain = Queue::try_from(QueueRules::plain(id))?;
                actions::put_queue(tx, Actor::System, &plain, name, 0).await?;
            }
            let point = EntryPoint {
                id: entry_point,
                queue,
                channel: Channel::Chat,
                needs: Vec::new(),
                priority: None,
            };
            actions::put_entry_point(tx, Actor::System, &point, "Afval", 0).await?;
            for agent in [first, second] {
                let serves = BTreeMap::from([(queue, GroupNumber::FIRST)]);
                let profile =
                    AgentProfile { agent, skills: BTreeMap::new(), serves, capacity: Capacity::default() };
                actions::configure_agent(tx, Actor::System, &profile).await?;
            }
            Ok(())
        };
        db.write(organisation, set_up).await.unwrap();
        let routes = routing::routes(routing.clone());
        Self {
            db,
            identity,
            contacts,
            routing,
            organisation,
            queue,
            second_line,
            entry_point,
            anna,
            bram,
            lies,
            routes,
            open_screens: Mutex::default(),
        }
    }

    /// Starts routing.
    pub(crate) fn node(&self) -> Node {
        self.node_of(&self.routing)
    }

    pub(crate) fn node_of(&self, routing: &Routing) -> Node {
        let hub = Hub::new(
            self.db.clone(),
            vec![Arc::new(self.contacts.projector()), Arc::new(routing.projector())],
        );
        let (stop, stopped) = oneshot::channel::<()>();
        let routing = routing.clone();
        let task = tokio::spawn(async move {
            routing
                .run(hub, async move {
                    let _ = stopped.await;
                })
                .await;
        });
        Node { stop: Some(stop), task }
    }

    /// Another program on the same database.
    pub(crate) fn other_node(&self) -> Routing {
        Routing::new(self.db.clone(), self.identity.clone(), self.contacts.clone())
    }

    pub(crate) async fn write<T, F>(&self, closure: F) -> base::Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Tx) -> base::Result<T> + Send + 'static,
    {
        self.db.write(self.organisation, closure).await
    }

    /// Somebody opens the desk.
    pub(crate) async fn open_screen(&self, who: &SignedInMember) {
        let screen = self.routing.screen_opened(self.organisation, who.membership).await.unwrap();
        self.open_screens.lock().unwrap().insert(who.membership, screen);
    }

    /// Somebody signs in at the desk and goes ready.
    pub(crate) async fn ready(&self, who: &SignedInMember) {
        let (agent, since) = (who.membership, self.db.env().now());
        self.open_screen(who).await;
        let ready = async move |tx: &mut Tx| {
            actions::set_presence(tx, Actor::Member(agent), agent, Presence::Ready { since }).await
        };
        self.write(ready).await.unwrap();
    }

    /// Their screen goes.
    pub(crate) async fn close_screen(&self, who: &SignedInMember) -> base::Result<()> {
        let screen = self.open_screens.lock().unwrap().remove(&who.membership).unwrap();
        screen.close().await
    }

    /// A customer comes in.
    pub(crate) async fn arrive(&self) -> ContactId {
        self.db.clock.advance(Duration::from_millis(1));
        let contact: ContactId = self.db.env().new_id();
        let new = NewContact {
            id: contact,
            channel: contact::model::Channel::Chat,
            entry_point: self.entry_point,
            entry_point_name: "Afval".into(),
            language: Language::dutch(),
            subject_key: self.contacts.new_key(self.organisation, contact).await.unwrap(),
            customer: None,
            topic: "Afval".into(),
        };
        let arrival = Arrival { contact, entry_point: self.entry_point, needs: Needs::NONE, preferred: None };
        let receive = async move |tx: &mut Tx| {
            contact::actions::receive(tx, new).await?;
            actions::enqueue(tx, arrival).await
        };
        self.write(receive).await.unwrap();
        contact
    }

    /// The customer says something.
    pub(crate) async fn says(&self, contact: ContactId, text: &str) {
        let sealer = self.contacts.sealer(self.organisation, contact).await.unwrap();
        let text = SealedText::seal(&sealer, text).unwrap();
        let new = NewEntry::message(contact, Author::Customer, text);
        self.write(async move |tx| contact::actions::append(tx, new).await.map(drop)).await.unwrap();
    }

    /// The customer leaves.
    pub(crate) async fn leave(&self, contact: ContactId) {
        let end = async move |tx: &mut Tx| contact::actions::end(tx, Actor::Customer(contact), contact).await;
        self.write(end).await.unwrap();
    }

    pub(crate) async fn call(&self, who: &SignedInMember, method: &str, path: &str, body: Value) -> Answered {
        let body = (!body.is_null()).then_some(body);
        let path = format!("/api/v1{path}");
        let request =
            identity::testing::request(method.parse().unwrap(), &path, Some(&who.cookie), body.as_ref());
        identity::testing::send(&self.routes, request).await
    }

    /// The same, which must succeed.
    pub(crate) async fn ok(&self, who: &SignedInMember, method: &str, path: &str, body: Value) -> Value {
        let answered = self.call(who, method, path, body).await;
        assert!(answered.status.is_success(), "{method} {path}: {} {:#}", answered.status, answered.body);
        answered.body
    }

    /// Looks again and again until something is so, letting the clock creep.
    pub(crate) async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let waiting = async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                tokio::time::sleep(LOOK).await;
                self.db.clock.advance(CREEP);
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(found) => found,
            Err(elapsed) => panic!("{what} did not happen: {elapsed}"),
        }
    }

    /// The offer that an agent gets.
    pub(crate) async fn offer(&self, who: &SignedInMember) -> Value {
        self.until("an offer", async || {
            let work = self.ok(who, "GET", "/work", Value::Null).await;
            work["offers"].as_array()?.first().cloned()
        })
        .await
    }

    /// What an agent's screen hears, letting the clock creep meanwhile.
    pub(crate) async fn heard(&self, screen: &mut Screen, what: &str) -> Value {
        let creeping = async {
            loop {
                tokio::time::sleep(LOOK).await;
                self.db.clock.advance(CREEP);
            }
        };
        tokio::select! {
            heard = screen.hear(what) => heard,
            () = creeping => unreachable!("the clock creeps on"),
        }
    }

    /// From now on no look can be written down.
    pub(crate) async fn lose_the_looks(&self) {
        let lose = async |tx: &mut db::GlobalTx| {
            tx.execute(sql!(global "DROP TABLE looks_persons"), args![]).await?;
            tx.execute(sql!(global "DROP TABLE looks"), args![]).await
        };
        self.db.write_global(lose).await.unwrap();
    }

    /// The agent takes the contact that they are offered.
    pub(crate) async fn take(&self, who: &SignedInMember) -> Value {
        let offer = self.offer(who).await;
        self.ok(who, "POST", &format!("/offers/{}/accept", offer["id"].as_str().unwrap()), json!(null)).await
    }

    /// The state and reason of an agent.
    pub(crate) async fn presence(&self, who: &SignedInMember) -> (String, Value) {
        let presence = self.ok(who, "GET", "/presence", Value::Null).await;
        (presence["state"].as_str().unwrap().to_owned(), presence["reason"].clone())
    }
}

//! A house to test in: an organisation with a widget, an agent, a server on a local port, and visitors' tabs.

use axum::http::Method;
use base::{Actor, ContactId, EntryPointId, OrganisationId};
use chat::{Chat, Config, Limits, VisitorView};
use contact::actions::NewEntry;
use contact::model::Author;
use contact::{Contacts, SealedText};
use db::testing::TestDb;
use db::{Migrations, Tx, args, sql};
use futures::stream::SplitSink;
use futures::{SinkExt, StreamExt};
use identity::testing::{Answered, SignedInMember};
use identity::{Access, Identity, Purpose, Role};
use jobs::Jobs;
use routing::Routing;
use routing::model::{Channel, EntryPoint, Queue, QueueRules};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use web::live::Hub;

pub(crate) const ROOMS: &[Migrations] = &[
    db::MIGRATIONS,
    vault::MIGRATIONS,
    jobs::MIGRATIONS,
    identity::MIGRATIONS,
    contact::MIGRATIONS,
    routing::MIGRATIONS,
    email::MIGRATIONS,
    chat::MIGRATIONS,
];

pub(crate) const SITE: &str = "https://www.lindedam.example";

pub(crate) struct House {
    pub(crate) db: TestDb,
    pub(crate) identity: Identity,
    pub(crate) contacts: Contacts,
    pub(crate) chat: Chat,
    pub(crate) jobs: Jobs,
    pub(crate) routes: web::Router,
    pub(crate) organisation: OrganisationId,
    pub(crate) agent: SignedInMember,
    pub(crate) administrator: SignedInMember,
    pub(crate) key: String,
    pub(crate) topic: EntryPointId,
    pub(crate) server: SocketAddr,
}

/// What a browser has after it began.
#[derive(Clone)]
pub(crate) struct Begun {
    pub(crate) token: String,
    pub(crate) contact: ContactId,
}

impl House {
    pub(crate) async fn new(db: TestDb) -> Self {
        Self::with(db, Limits::default()).await
    }

    pub(crate) async fn with(db: TestDb, limits: Limits) -> Self {
        Self::built(db, limits, true).await
    }

    /// What happens is written down and never reaches a screen by itself.
    pub(crate) async fn where_pushes_are_lost(db: TestDb) -> Self {
        Self::built(db, Limits::default(), false).await
    }

    async fn built(db: TestDb, limits: Limits, pushes: bool) -> Self {
        let vault = vault::testing::vault(&db);
        let identity = identity::testing::identity(&db, &vault);
        let blobs =
            blob::Blobs::open(&db, &vault, blob::Store::local(&db.folder().join("files")).unwrap(), None);
        let contacts =
            Contacts::new(db.clone(), vault.clone(), blobs, identity.clone(), blob::Limits::default());
        let routing = Routing::new(db.clone(), identity.clone(), contacts.clone());
        let config = Config { limits, ..Config::default() };
        let view = VisitorView::new(db.clone(), contacts.clone(), identity.clone(), routing, &config);
        let projector: Arc<dyn web::live::Projector> = Arc::new(view.clone());
        let hub = Hub::new(db.clone(), if pushes { vec![projector] } else { Vec::new() });
        let chat = Chat::new(view, vault.clone(), hub, &config).unwrap();
        let jobs = chat.jobs(Jobs::new(&db));
        let routes = chat::routes(chat.clone());
        let server = serve(routes.clone(), &db).await;
        let (organisation, agent, administrator) = organisation(&identity, "lindedam").await;
        let mut house = Self {
            topic: db.env().new_id(),
            db,
            identity,
            contacts,
            chat,
            jobs,
            routes,
            organisation,
            agent,
            administrator,
            key: String::new(),
            server,
        };
        set_up_line(&house.db, organisation, house.topic).await;
        house.key = house.make_widget().await["key"].as_str().unwrap().into();
        house
    }

    async fn make_widget(&self) -> Value {
        let body = json!({ "name": "Website", "settings": settings(self.topic) });
        let made = self.staff(&self.administrator, Method::POST, "/api/v1/widgets", Some(&body)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.body
    }

    pub(crate) async fn staff(
        &self,
        who: &SignedInMember,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Answered {
        let request = identity::testing::request(method, path, Some(&who.cookie), body);
        identity::testing::send(&self.routes, request).await
    }

    /// A request of a visitor's browser, from our own page.
    pub(crate) async fn visitor(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Answered {
        let mut request = identity::testing::request(method, path, None, body);
        if let Some(token) = token {
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        identity::testing::send(&self.routes, request).await
    }

    pub(crate) async fn begin_with(&self, text: &str, client_ref: &str) -> Answered {
        let body = json!({ "topic_id": self.topic, "language": "nl", "name": "Fatma", "text": text, "client_ref": client_ref });
        self.visitor(Method::POST, &format!("/api/v1/chat/{}/conversations", self.key), None, Some(&body))
            .await
    }

    pub(crate) async fn begin(&self, text: &str) -> Begun {
        let client_ref = format!("{:032x}", u128::from_be_bytes(self.db.env().random_bytes()));
        let begun = self.begin_with(text, &client_ref).await;
        assert_eq!(begun.status, 201, "{}", begun.body);
        Begun {
            token: begun.body["token"].as_str().unwrap().to_owned(),
            contact: begun.body["contact_id"].as_str().unwrap().parse().unwrap(),
        }
    }

    pub(crate) async fn write<T, F>(&self, closure: F) -> base::Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Tx) -> base::Result<T> + Send + 'static,
    {
        self.db.write(self.organisation, closure).await
    }

    /// The agent takes the contact.
    pub(crate) async fn assign(&self, contact: ContactId) {
        let agent = self.agent.membership;
        let assign = async move |tx: &mut Tx| {
            contact::actions::assign(tx, Actor::Member(agent), contact, agent).await?;
            let event = NewEntry::event(
                contact,
                Author::System,
                contact::model::EventCode::Assigned,
                [("agent", agent.to_string())],
            );
            contact::actions::append(tx, event).await.map(drop)
        };
        self.write(assign).await.unwrap();
    }

    pub(crate) async fn agent_says(&self, contact: ContactId, text: &str) {
        self.append(contact, text, NewEntry::message).await;
    }

    pub(crate) async fn agent_notes(&self, contact: ContactId, text: &str) {
        self.append(contact, text, NewEntry::note).await;
    }

    async fn append(
        &self,
        contact: ContactId,
        text: &str,
        make: fn(ContactId, Author, SealedText) -> NewEntry,
    ) {
        let sealer = self.contacts.sealer(self.organisation, contact).await.unwrap();
        let sealed = SealedText::seal(&sealer, text).unwrap();
        let entry = make(contact, Author::Agent(self.agent.membership), sealed);
        self.write(async move |tx| contact::actions::append(tx, entry).await).await.unwrap();
    }

    pub(crate) async fn end_by_agent(&self, contact: ContactId) {
        let agent = Actor::Member(self.agent.membership);
        self.write(async move |tx| contact::actions::end(tx, agent, contact).await).await.unwrap();
    }

    pub(crate) async fn facts(&self, contact: ContactId) -> contact::facts::ContactFacts {
        let mut conn = self.db.read(self.organisation).await.unwrap();
        contact::facts::contact(&mut conn, contact).await.unwrap().unwrap()
    }

    /// The references of a contact's entries, as they are stored.
    pub(crate) async fn references(&self, contact: ContactId) -> Vec<Option<String>> {
        let mut conn = self.db.read(self.organisation).await.unwrap();
        let stored = sql!("SELECT client_ref FROM entries WHERE organisation_id = $1 AND contact_id = $2");
        let rows = conn.all(stored, args![self.organisation, contact]).await.unwrap();
        rows.iter().map(|row| row.get("client_ref").unwrap()).collect()
    }

    /// A contact's timeline as an agent gets it.
    pub(crate) async fn seen_by_staff(&self, contact: ContactId) -> String {
        let entries = self.contacts.entries(self.organisation, contact, 0, 100).await.unwrap();
        let access = Access::for_machine(self.organisation, Purpose::CustomerService);
        serde_json::to_string(&access.open(entries).unwrap()).unwrap()
    }

    /// Time passes, and what is due is done. Sockets get a moment to answer.
    pub(crate) async fn pass(&self, time: Duration) {
        self.db.clock.advance(time);
        tokio::time::sleep(Duration::from_millis(60)).await;
        self.jobs.run_pending().await.unwrap();
    }

    /// Opens a tab without saying hello.
    pub(crate) async fn connect(&self, origin: Option<&str>) -> Tab {
        let mut request = format!("ws://{}/api/v1/chat/live", self.server).into_client_request().unwrap();
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        Tab::new(socket)
    }

    /// Opens a tab and says hello.
    pub(crate) async fn tab(&self, token: &str, after: i64) -> Tab {
        let mut tab = self.connect(Some(SITE)).await;
        tab.send(&json!({ "type": "hello", "token": token, "after": after })).await;
        tab
    }
}

pub(crate) fn settings(topic: EntryPointId) -> Value {
    json!({
        "title": { "nl": "Gemeente Lindedam" },
        "languages": ["nl", "en"],
        "origins": [SITE],
        "theme": { "accent": "#0b5d66" },
        "topics": [{ "entry_point_id": topic, "name": { "nl": "Afval", "en": "Waste" } }],
    })
}

pub(crate) async fn organisation(
    identity: &Identity,
    slug: &str,
) -> (OrganisationId, SignedInMember, SignedInMember) {
    let id = identity::testing::organisation(identity, slug).await;
    let agent = identity::testing::member(identity, id, "Sanne de Vries", &[Role::Agent]).await;
    let administrator = identity::testing::member(identity, id, "Adem", &[Role::Administrator]).await;
    (id, agent, administrator)
}

/// An entry point and its queue.
async fn set_up_line(db: &TestDb, organisation: OrganisationId, topic: EntryPointId) {
    let rules = QueueRules::plain(db.env().new_id());
    let point =
        EntryPoint { id: topic, queue: rules.id, channel: Channel::Chat, priority: None, needs: Vec::new() };
    let queue = Queue::try_from(rules).unwrap();
    let set_up = async move |tx: &mut Tx| {
        routing::actions::put_queue(tx, Actor::System, &queue, "Afval", 0).await?;
        routing::actions::put_entry_point(tx, Actor::System, &point, "Afval", 0).await
    };
    db.write(organisation, set_up).await.unwrap();
}

async fn serve(routes: web::Router, db: &TestDb) -> SocketAddr {
    let (router, _) = routes.split_for_parts();
    let app = web::layers::around(router, db.env().clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await.unwrap();
    });
    address
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A visitor's tab. It reads all the time, and so answers pings as a browser does.
pub(crate) struct Tab {
    sink: SplitSink<Socket, Message>,
    got: mpsc::UnboundedReceiver<Got>,
    reader: JoinHandle<()>,
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// What a tab gets.
#[derive(Debug)]
pub(crate) enum Got {
    Frame(Value),
    Closed(Option<CloseFrame>),
}

impl Tab {
    fn new(socket: Socket) -> Self {
        let (sink, mut stream) = socket.split();
        let (tell, got) = mpsc::unbounded_channel();
        let reader = tokio::spawn(async move {
            loop {
                let next = match stream.next().await {
                    Some(Ok(Message::Text(text))) => Got::Frame(serde_json::from_str(&text).unwrap()),
                    Some(Ok(Message::Close(frame))) => Got::Closed(frame),
                    Some(Ok(_)) => continue,
                    Some(Err(_)) | None => Got::Closed(None),
                };
                let closed = matches!(next, Got::Closed(_));
                if tell.send(next).is_err() || closed {
                    return;
                }
            }
        });
        Self { sink, got, reader }
    }

    pub(crate) async fn send(&mut self, frame: &Value) {
        self.send_raw(Message::text(frame.to_string())).await;
    }

    pub(crate) async fn send_raw(&mut self, message: Message) {
        // A line that is closed from the other side shows when it is read.
        let _ = self.sink.send(message).await;
    }

    pub(crate) async fn say(&mut self, reference: &str, text: &str) {
        self.send(&json!({ "type": "say", "ref": reference, "text": text, "attachments": [] })).await;
    }

    /// The next frame; waits at most a while of real time.
    pub(crate) async fn next(&mut self) -> Got {
        self.within(Duration::from_secs(10)).await.expect("a frame within ten seconds")
    }

    pub(crate) async fn within(&mut self, time: Duration) -> Option<Got> {
        tokio::time::timeout(time, self.got.recv()).await.ok().flatten()
    }

    pub(crate) async fn frame(&mut self) -> Value {
        match self.next().await {
            Got::Frame(frame) => frame,
            Got::Closed(why) => panic!("closed: {why:?}"),
        }
    }

    /// The next frame of a kind; others are passed by.
    pub(crate) async fn until(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The next `state` in this state.
    pub(crate) async fn state(&mut self, state: &str) -> Value {
        loop {
            let frame = self.until("state").await;
            if frame["conversation"]["state"] == state {
                return frame["conversation"].clone();
            }
        }
    }

    /// The next entry with a text.
    pub(crate) async fn said(&mut self) -> Value {
        loop {
            let frame = self.until("entry").await;
            if frame["entry"]["text"].is_string() {
                return frame["entry"].clone();
            }
        }
    }

    /// The next event entry with this code.
    pub(crate) async fn event(&mut self, code: &str) -> Value {
        loop {
            let frame = self.until("entry").await;
            if frame["entry"]["event"]["code"] == code {
                return frame["entry"].clone();
            }
        }
    }

    pub(crate) async fn closed(&mut self) -> Option<CloseFrame> {
        loop {
            if let Got::Closed(why) = self.next().await {
                return why;
            }
        }
    }

    /// The line breaks.
    pub(crate) fn cut(self) {
        drop(self);
    }
}

//! A running program with an organisation that has agents, and visitors who talk to them: the real program on a
//! database of its own, reached over real sockets.

use crate::machine::OUTSIDE;
use balie::app::Background;
use balie::{App, Config};
use base::{Actor, ContactId, EntryPointId, Env, Language, MembershipId, OrganisationId};
use chat::model::{LocalText, Settings, Topic};
use db::Engine;
use futures::stream::{self, StreamExt, TryStreamExt};
use identity::testing::SignedInMember;
use identity::{Access, Purpose, Role};
use routing::model::{Channel, EntryPoint, Queue, QueueRules};
use serde_json::json;
use std::net::SocketAddr;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Whatever may go wrong.
pub(crate) type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Conversations that begin at the same time.
const TOGETHER: usize = 32;
/// Visitors who share a network: fewer than the abuse limits allow.
const IN_NETWORK: usize = 20;

/// A conversation that has begun.
#[derive(Clone, Debug)]
pub(crate) struct Begun {
    /// What opens it.
    pub(crate) token: String,
    /// Its contact.
    pub(crate) contact: ContactId,
    /// The network its visitor is in.
    pub(crate) network: String,
}

/// The running program.
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) organisation: OrganisationId,
    pub(crate) engine: Engine,
    port: u16,
    widget: String,
    entry_point: EntryPointId,
    background: Background,
    runtime: Runtime,
    folder: TempDir,
}

/// A runtime whose threads have this name.
pub(crate) fn runtime(name: &'static str) -> Result<Runtime, Fault> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name(name)
        .enable_all()
        .build()?)
}

/// The runtime of those who use the program.
pub(crate) fn outside() -> Result<Runtime, Fault> {
    runtime(OUTSIDE)
}

impl House {
    /// Starts the program on an empty database and sets up an organisation.
    pub(crate) fn open(engine: Engine) -> Result<Self, Fault> {
        let runtime = runtime("program")?;
        let folder = tempfile::tempdir()?;
        let mut config = Config::in_folder(folder.path());
        config.server.trusted_proxies = vec![[127, 0, 0, 1].into()];
        if engine == Engine::Postgres {
            config.database.url = db::testing::new_url(engine, folder.path());
            config.vault.database_url = db::testing::new_url(engine, folder.path());
        }
        let (app, background, port) = runtime.block_on(async {
            let app = App::open(&config, Env::system()).await?;
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let port = listener.local_addr()?.port();
            let service = app.router()?.into_make_service_with_connect_info::<SocketAddr>();
            tokio::spawn(async move { axum::serve(listener, service).await });
            let background = app.start_background();
            Ok::<_, Fault>((app, background, port))
        })?;
        let (organisation, entry_point, widget) = runtime.block_on(set_up(&app))?;
        Ok(Self { app, organisation, engine, port, widget, entry_point, background, runtime, folder })
    }

    /// An address of the program.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// An empty database of the same kind, with the same tables.
    pub(crate) fn beside(&self) -> Result<db::Db, Fault> {
        let folder = self.folder.path().join("beside");
        std::fs::create_dir_all(&folder)?;
        let options = db::Options::new(db::testing::new_url(self.engine, &folder));
        self.runtime.block_on(async {
            let db = db::Db::open(&options, Env::system()).await?;
            db.migrate(balie::app::CONTENT_ROOMS).await?;
            Ok(db)
        })
    }

    /// Members of staff who are signed in.
    pub(crate) async fn agents(&self, count: usize) -> Vec<SignedInMember> {
        let identity = self.app.identity();
        let organisation = self.organisation;
        let make = async |number: usize| {
            identity::testing::member(identity, organisation, &format!("Agent {number}"), &[Role::Agent])
                .await
        };
        stream::iter(0..count).map(make).buffered(4).collect().await
    }

    /// Conversations of visitors, each with a question.
    pub(crate) async fn conversations(&self, count: usize) -> Result<Vec<Begun>, Fault> {
        let client = reqwest::Client::new();
        let url = self.url(&format!("/api/v1/chat/{}/conversations", self.widget));
        let begin = |number: usize| {
            let (client, url) = (client.clone(), url.clone());
            async move {
                let network = format!("10.0.{}.{}", number / IN_NETWORK / 250, number / IN_NETWORK % 250 + 1);
                let asked = json!({
                    "topic_id": self.entry_point, "language": "nl", "client_ref": format!("begin-{number:032}"),
                    "text": "Goedemorgen, mijn container is niet geleegd.",
                });
                let answer = client.post(url).header("x-forwarded-for", &network).json(&asked).send().await?;
                let (status, body) = (answer.status(), answer.text().await?);
                if !status.is_success() {
                    return Err(format!("a conversation could not begin: {status} {body}").into());
                }
                let begun: serde_json::Value = serde_json::from_str(&body)?;
                let text = |name: &str| begun[name].as_str().unwrap_or_default().to_owned();
                Ok::<_, Fault>(Begun { token: text("token"), contact: text("contact_id").parse()?, network })
            }
        };
        stream::iter((0..count).map(begin)).buffered(TOGETHER).try_collect().await
    }

    /// Gives each contact to an agent, as if they had accepted it.
    pub(crate) async fn assign(&self, pairs: Vec<(ContactId, MembershipId)>) -> Result<(), Fault> {
        for some in pairs.chunks(100) {
            let some = some.to_vec();
            let assign = async move |tx: &mut db::Tx| {
                for (contact, agent) in some {
                    contact::actions::assign(tx, Actor::System, contact, agent).await?;
                }
                Ok(())
            };
            self.app.db().write(self.organisation, assign).await?;
        }
        Ok(())
    }

    /// Runs something on the program's own threads.
    pub(crate) fn inside<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Stops the program.
    pub(crate) fn close(self) {
        let Self { app, background, runtime, folder, .. } = self;
        runtime.block_on(async {
            background.stop().await;
            app.close().await;
        });
        runtime.shutdown_background();
        drop(folder);
    }
}

/// An organisation with one queue and a widget on its website.
async fn set_up(app: &App) -> Result<(OrganisationId, EntryPointId, String), Fault> {
    let organisation = identity::testing::organisation(app.identity(), "bench").await;
    let env = app.db().env();
    let (queue, entry_point) = (env.new_id(), env.new_id());
    let rules = Queue::try_from(QueueRules::plain(queue))?;
    let point =
        EntryPoint { id: entry_point, queue, channel: Channel::Chat, needs: Vec::new(), priority: None };
    let put = async move |tx: &mut db::Tx| {
        routing::actions::put_queue(tx, Actor::System, &rules, "Algemeen", 0).await?;
        routing::actions::put_entry_point(tx, Actor::System, &point, "Algemeen", 0).await
    };
    app.db().write(organisation, put).await?;
    let text = |text: &str| LocalText([("nl".to_owned(), text.to_owned())].into());
    let settings = Settings {
        title: text("Bench"),
        languages: vec![Language::dutch()],
        origins: Vec::new(),
        theme: std::collections::BTreeMap::default(),
        privacy_url: None,
        topics: vec![Topic {
            entry_point_id: entry_point,
            name: text("Algemeen"),
            description: LocalText::default(),
        }],
    };
    let access = Access::for_machine(organisation, Purpose::Administration);
    let widget = app.chat().make_widget(&access, "bench", settings).await?;
    Ok((organisation, entry_point, widget.key))
}

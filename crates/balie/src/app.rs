//! The wiring: rooms put together into one program, and its background work.

use crate::config::Config;
use crate::demo::seed::Rooms;
use crate::{assets, errors, health, keys, settings, tidy};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base::{Env, Error, Result};
use blob::Blobs;
use chat::{Chat, VisitorView};
use contact::Contacts;
use contact::privacy::Registry;
use db::{Db, Migrations, Options};
use email::Email;
use identity::Identity;
use identity::model::Organisation;
use jobs::Jobs;
use routing::Routing;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use vault::Vault;
use web::Problem;
use web::live::Hub;

/// The rooms with tables in the database of content, lowest first. Those of the vault stand apart.
pub const CONTENT_ROOMS: &[Migrations] = &[
    db::MIGRATIONS,
    jobs::MIGRATIONS,
    identity::MIGRATIONS,
    contact::MIGRATIONS,
    routing::MIGRATIONS,
    email::MIGRATIONS,
    chat::MIGRATIONS,
];

/// The rooms with tables in the database of keys.
pub const KEY_ROOMS: &[Migrations] = &[db::MIGRATIONS, vault::MIGRATIONS];

/// How often new entries of the record are sealed.
const SEAL: Duration = Duration::from_secs(1);
/// How often looks are spread over the persons they concern, and old things tidied.
const SPREAD: Duration = Duration::from_secs(5);
const TIDY: Duration = Duration::from_hours(1);

/// All rooms of a running program.
#[derive(Clone, Debug)]
pub struct App {
    db: Db,
    keys: Db,
    identity: Identity,
    blobs: Blobs,
    contacts: Contacts,
    routing: Routing,
    email: Email,
    chat: Chat,
    hub: Hub,
    vault: Vault,
}

impl App {
    /// Opens the databases, brings them up to date and puts the rooms together. Does no work of its own yet.
    pub async fn open(config: &Config, env: Env) -> Result<Self> {
        let given = &config.database;
        let (scanner, mail) = (settings::scanner(config)?, settings::email(config)?);
        let options = Options { readers: given.readers, durable: given.durable, ..Options::new(&given.url) };
        let db = Db::open(&options, env.clone()).await?;
        db.migrate(CONTENT_ROOMS).await?;
        let store = blob::Store::local(&config.blob.folder)?;
        let (keys, vault) = keys::open(config, &env, &db).await?;
        let identity = Identity::new(db.clone(), vault.clone(), settings::identity(config));
        let blobs = Blobs::open(&db, &vault, store, scanner);
        let limits = blob::Limits::default();
        let contacts = Contacts::new(db.clone(), vault.clone(), blobs.clone(), identity.clone(), limits);
        let routing = Routing::new(db.clone(), identity.clone(), contacts.clone());
        let email = Email::new(&db, &vault, mail.as_ref())?;
        let chat_config = settings::chat(config);
        let visitors =
            VisitorView::new(db.clone(), contacts.clone(), identity.clone(), routing.clone(), &chat_config);
        let hub = Hub::new(
            db.clone(),
            vec![Arc::new(contacts.projector()), Arc::new(routing.projector()), Arc::new(visitors.clone())],
        );
        let chat = Chat::new(visitors, vault.clone(), hub.clone(), &chat_config)?;
        Ok(Self { db, keys, identity, blobs, contacts, routing, email, chat, hub, vault })
    }

    /// All addresses of the program.
    pub fn router(&self) -> Result<axum::Router> {
        Ok(web::layers::around(self.inner_router()?, self.db.env().clone()))
    }

    /// The addresses without the layers around them, for a program that adds some of its own.
    pub(crate) fn inner_router(&self) -> Result<axum::Router> {
        let (api, description) = self.api().split_for_parts();
        let description: Arc<str> = description.to_json().map_err(Error::internal)?.into();
        let pages = axum::Router::new()
            .route("/widget.js", get(async || assets::widget("widget.js")))
            .route("/widget/assets/{*path}", get(widget_asset))
            .route("/widget/{key}/", get(widget_page))
            .with_state(self.chat.clone());
        let described =
            get(async move || ([(header::CONTENT_TYPE, "application/json")], description.to_string()));
        Ok(api
            .merge(health::routes(&self.db, &self.keys)?)
            .merge(pages)
            .route("/api/v1/openapi.json", described)
            .route("/docs/errors", get(errors::page))
            .fallback(desk))
    }

    fn api(&self) -> web::Router {
        web::Router::with_openapi(Description::openapi())
            .merge(identity::routes(self.identity.clone()))
            .merge(contact::api::routes(self.contacts.clone()))
            .merge(routing::routes(self.routing.clone()))
            .merge(chat::routes(self.chat.clone()))
    }

    /// Starts the background work: routing, jobs, sealing.
    pub fn start_background(&self) -> Background {
        let (stop, stopped) = watch::channel(false);
        let told = move || {
            let mut stopped = stopped.clone();
            async move {
                // The sender going away means stopping too.
                let _ = stopped.wait_for(|stop| *stop).await;
            }
        };
        let mut tasks = JoinSet::new();
        let (routing, hub, until) = (self.routing.clone(), self.hub.clone(), told());
        tasks.spawn(async move { routing.run(hub, until).await });
        let (jobs, until) = (self.jobs(), told());
        tasks.spawn(async move { jobs.run(until).await });
        let db = self.db.clone();
        tasks.spawn(repeat(self.db.env().clone(), SEAL, "sealing the record", told(), move || {
            let db = db.clone();
            async move { identity::audit::seal_due(&db).await.map(drop) }
        }));
        let db = self.db.clone();
        tasks.spawn(repeat(self.db.env().clone(), SPREAD, "spreading the looks", told(), move || {
            let db = db.clone();
            async move { identity::looks::spread_due(&db).await.map(drop) }
        }));
        let identity = self.identity.clone();
        tasks.spawn(repeat(self.db.env().clone(), TIDY, "tidying", told(), move || {
            let identity = identity.clone();
            async move { identity.tidy().await.map(drop) }
        }));
        Background { stop, tasks }
    }

    pub(crate) fn jobs(&self) -> Jobs {
        let identity = self.identity.clone();
        let jobs = Jobs::new(&self.db).organisations(move || {
            let identity = identity.clone();
            async move { Ok(identity.organisations().await?.into_iter().map(|one| one.id).collect()) }
        });
        let jobs = self.chat.jobs(self.email.register(self.contacts.register(self.blobs.register(jobs))));
        tidy::register(jobs, &self.db, &self.contacts, &self.chat)
    }

    /// The rooms that hold personal data.
    pub fn privacy(&self) -> Registry {
        Registry::default().with(self.contacts.clone()).with(self.email.clone())
    }

    /// The organisations.
    pub async fn organisations(&self) -> Result<Vec<Organisation>> {
        self.identity.organisations().await
    }

    /// The database of content.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Who works here and may do what.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Chat on websites.
    pub fn chat(&self) -> &Chat {
        &self.chat
    }

    /// What pushes changes to screens.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// What the demo's seed works with.
    pub(crate) fn rooms(&self) -> Rooms {
        Rooms {
            db: self.db.clone(),
            vault: self.vault.clone(),
            identity: self.identity.clone(),
            contacts: self.contacts.clone(),
            chat: self.chat.clone(),
        }
    }

    /// Finishes what was begun and lets go of the databases.
    pub async fn close(&self) {
        self.db.close().await;
        self.keys.close().await;
    }
}

/// The background work of a program.
#[derive(Debug)]
pub struct Background {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Background {
    /// Tells it to stop, and waits until it has.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Does something again and again until told to stop. An error is for the log; the next time may go better.
async fn repeat<F: Future<Output = Result<()>>>(
    env: Env,
    period: Duration,
    what: &'static str,
    stop: impl Future<Output = ()>,
    work: impl Fn() -> F,
) {
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return,
            () = env.clock.sleep_until(env.now() + period) => {}
        }
        if let Err(error) = work().await {
            tracing::warn!(?error, what, "background work failed and is tried again");
        }
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Balie", description = "A contact centre in one program.", license(name = "EUPL-1.2", identifier = "EUPL-1.2")),
    components(schemas(web::ProblemBody)),
    modifiers(&Cookie)
)]
struct Description;

struct Cookie;

impl utoipa::Modify for Cookie {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let cookie = ApiKeyValue::with_description("balie_session", "Made by signing in.");
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("balie_session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The description of the API (OpenAPI 3.1), as it stands in `docs/api/openapi.json`.
pub async fn openapi() -> Result<String> {
    let env = Env::system();
    let unique = u64::from_be_bytes(env.random_bytes());
    let folder = std::env::temp_dir().join(format!("balie-openapi-{unique:016x}"));
    std::fs::create_dir_all(&folder).map_err(Error::internal)?;
    let app = App::open(&Config::in_folder(&folder), env).await?;
    let description = app.api().into_openapi();
    app.close().await;
    std::fs::remove_dir_all(&folder).map_err(Error::internal)?;
    let mut description = serde_json::to_value(description).map_err(Error::internal)?;
    // Some parts come from hash maps; sorted, the same interface gives the same text.
    description.sort_all_objects();
    serde_json::to_string_pretty(&description).map_err(Error::internal)
}

async fn widget_asset(Path(path): Path<String>) -> Response {
    assets::widget(&format!("assets/{path}"))
}

/// The widget's page may be framed by the websites on its list, and by no other.
async fn widget_page(State(chat): State<Chat>, Path(key): Path<String>) -> Result<Response, Problem> {
    let ancestors = chat.frame_ancestors(&key).await?;
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    );
    let mut response = assets::widget("index.html").into_response();
    let policy = HeaderValue::from_str(&policy).map_err(Error::internal)?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

async fn desk(uri: Uri) -> Response {
    assets::staff(uri.path().trim_start_matches('/'))
}

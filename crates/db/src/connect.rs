//! Opening a database, and refusing one that would lose acknowledged writes.

use crate::conn::Raw;
use crate::error::translate;
use crate::writer::{News, Writer};
use crate::{Global, GlobalTx, Migrations, Reader, Tx, migrate};
use base::{Env, Error, JournalEntry, OrganisationId, Result};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, PgPool, SqlitePool};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, watch};

/// Which engine it is. For reports and tests; no room branches on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file beside the program.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:<path>` or `postgres://…`.
    pub url: String,
    /// Connections for reading.
    pub readers: u32,
    /// Writers on PostgreSQL, each with a connection and its share of the organisations. SQLite has one.
    pub writers: u32,
    /// False only for a test that has to see writes being lost: then SQLite does not wait for the disk.
    #[doc(hidden)]
    pub durable: bool,
}

impl Options {
    /// The usual numbers for an address.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), readers: 8, writers: 4, durable: true }
    }
}

/// A database of either engine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    readers: Pool,
    writers: Vec<Writer>,
    news: News,
    env: Env,
}

#[derive(Debug)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Pool {
    pub(crate) async fn acquire(&self) -> Result<Raw> {
        match self {
            Self::Sqlite(pool) => pool.acquire().await.map(Raw::Sqlite),
            Self::Postgres(pool) => pool.acquire().await.map(Raw::Postgres),
        }
        .map_err(translate)
    }

    async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
const STATEMENT_CACHE: usize = 1000;
/// A connection that was idle for this long may have been lost: it is tried before it is used.
const TESTED: Duration = Duration::from_secs(1);

impl Db {
    /// Opens the database, and makes the file if it is SQLite and not there yet. Refuses one that would lose
    /// acknowledged writes.
    pub async fn open(options: &Options, env: Env) -> Result<Self> {
        let news = News::new();
        make_folder(&options.url)?;
        let readers = pool(options, options.readers)?;
        check_durable(&mut readers.acquire().await?).await?;
        let count = if matches!(readers, Pool::Sqlite(_)) { 1 } else { options.writers.max(1) };
        let writers = (0..count)
            .map(|number| Writer::start(number, options.clone(), env.clone(), news.clone()))
            .collect::<Result<_>>()?;
        Ok(Self(Arc::new(Inner { readers, writers, news, env })))
    }

    /// Brings the tables of these rooms up to date.
    pub async fn migrate(&self, rooms: &[Migrations]) -> Result<()> {
        let rooms = rooms.to_vec();
        self.write_global(async move |tx| migrate::run(tx, &rooms).await).await
    }

    /// Writes for an organisation. The closure does SQL and nothing else; it may share its transaction with others,
    /// and its answer comes after the commit. An error undoes what this closure did, and only that.
    pub async fn write<T, F>(&self, organisation: OrganisationId, closure: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let share = hasher.hash_one(organisation) % self.0.writers.len() as u64;
        let writer = &self.0.writers[usize::try_from(share).unwrap_or(0)];
        writer.write(organisation, closure).await
    }

    /// Writes what belongs to no organisation: people and sessions.
    pub async fn write_global<T, F>(&self, closure: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut GlobalTx) -> Result<T> + Send + 'static,
    {
        self.0.writers[0].write(Global, closure).await
    }

    /// A connection to read an organisation's rows.
    pub async fn read(&self, organisation: OrganisationId) -> Result<Reader> {
        Ok(Reader::new(self.0.readers.acquire().await?, organisation))
    }

    /// A connection to read what belongs to no organisation.
    pub async fn read_global(&self) -> Result<Reader<Global>> {
        Ok(Reader::new(self.0.readers.acquire().await?, Global))
    }

    /// What this program commits to the journals from now on. A follower that lags is told so and reads on from the
    /// database; see [`crate::journal`].
    pub fn committed(&self) -> broadcast::Receiver<Arc<[JournalEntry]>> {
        self.0.news.committed.subscribe()
    }

    /// Changes whenever a transaction of this program that [rang](Tx::ring) this bell has committed. Other nodes do
    /// not hear it.
    pub fn bell(&self, name: &'static str) -> watch::Receiver<()> {
        self.0.news.bell(name).subscribe()
    }

    /// The engine.
    pub fn engine(&self) -> Engine {
        match self.0.readers {
            Pool::Sqlite(_) => Engine::Sqlite,
            Pool::Postgres(_) => Engine::Postgres,
        }
    }

    /// The time and chance of this installation.
    pub fn env(&self) -> &Env {
        &self.0.env
    }

    /// Whether the database answers and takes a transaction.
    pub async fn ping(&self) -> Result<()> {
        self.0.readers.acquire().await?.script("SELECT 1").await?;
        self.write_global(async |_| Ok(())).await
    }

    /// Takes what was overwritten or deleted out of SQLite's write-ahead log too. PostgreSQL's log is its operator's.
    pub async fn scrub(&self) -> Result<()> {
        if self.engine() == Engine::Sqlite {
            self.0.readers.acquire().await?.script("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        Ok(())
    }

    /// Finishes what was handed in and lets go of the database.
    pub async fn close(&self) {
        for writer in &self.0.writers {
            writer.stop().await;
        }
        self.0.readers.close().await;
    }
}

pub(crate) fn pool(options: &Options, connections: u32) -> Result<Pool> {
    let url = options.url.as_str();
    if url.starts_with("sqlite:") {
        let synchronous = if options.durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off };
        let connect = SqliteConnectOptions::from_str(url)
            .map_err(wrong_url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(STATEMENT_CACHE)
            .pragma("secure_delete", "ON")
            .pragma("cache_size", "-16000")
            .pragma("mmap_size", "268435456");
        let pool = SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .connect_lazy_with(connect);
        return Ok(Pool::Sqlite(pool));
    }
    if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        let connect = PgConnectOptions::from_str(url)
            .map_err(wrong_url)?
            .application_name("balie")
            // As on SQLite, a statement has one plan, whatever its values; choosing costs more than most of them.
            .options([("plan_cache_mode", "force_generic_plan")])
            .statement_cache_capacity(STATEMENT_CACHE);
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|conn, about| {
                Box::pin(async move {
                    if about.idle_for >= TESTED {
                        conn.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(connect);
        return Ok(Pool::Postgres(pool));
    }
    Err(Error::invalid("database.url", "start it with sqlite: or postgres:, for example sqlite:balie.db"))
}

/// SQLite makes the file and not the folder that it stands in.
fn make_folder(url: &str) -> Result<()> {
    let Some(file) = url.strip_prefix("sqlite:") else { return Ok(()) };
    let file = Path::new(file.split('?').next().unwrap_or_default());
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(|error| {
        let text = format!("{} cannot be made ({error}); check the path and its rights", folder.display());
        Error::invalid("database.url", text)
    })
}

fn wrong_url(_may_hold_a_password: sqlx::Error) -> Error {
    Error::invalid(
        "database.url",
        "this is not an address of a database; write sqlite:<path> or postgres://user:password@host/name",
    )
}

/// PostgreSQL can be told to acknowledge before the disk has it; SQLite's setting is ours.
async fn check_durable(raw: &mut Raw) -> Result<()> {
    if matches!(raw, Raw::Sqlite(_)) {
        return Ok(());
    }
    let settings = raw
        .all("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')", vec![])
        .await?;
    for row in settings {
        if row.get::<String>("setting")? == "off" {
            let name: String = row.get("name")?;
            return Err(Error::invalid(
                "database.url",
                format!(
                    "this PostgreSQL has {name} = off and would lose what it has acknowledged; set {name} = on"
                ),
            ));
        }
    }
    Ok(())
}

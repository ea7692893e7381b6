//! Connections bound to an organisation: [`Reader`] reads, [`Tx`] writes as well.

use crate::error::translate;
use crate::journal::Pending;
use crate::row::Inner;
use crate::{Row, Sql, Value};
use base::{Actor, Env, Error, Event, OrganisationId, Result};
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Postgres, Sqlite};
use std::ops::{Deref, DerefMut};
use std::time::Duration;

/// The scope of a connection that is bound to no organisation: people, sessions, the table of organisations.
#[derive(Clone, Copy, Debug)]
pub struct Global;

/// A connection of either engine.
#[derive(Debug)]
pub(crate) enum Raw {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// A connection that can read. Stores take `&mut Conn`, so that the same statement serves a reader and a transaction.
#[derive(Debug)]
pub struct Conn<S = OrganisationId> {
    pub(crate) raw: Raw,
    scope: S,
}

/// A connection for reading only.
pub type Reader<S = OrganisationId> = Conn<S>;

/// A transaction without an organisation.
pub type GlobalTx = Tx<Global>;

impl Conn<OrganisationId> {
    /// The organisation that this connection is bound to: the first parameter of every statement on its rows.
    pub fn organisation(&self) -> OrganisationId {
        self.scope
    }
}

impl<S> Conn<S> {
    pub(crate) fn new(raw: Raw, scope: S) -> Self {
        Self { raw, scope }
    }

    pub(crate) fn into_raw(self) -> Raw {
        self.raw
    }

    /// All rows.
    pub async fn all(&mut self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>> {
        self.raw.all(sql.text(), args).await
    }

    /// The one row, or `None`.
    pub async fn optional(&mut self, sql: Sql, args: Vec<Value>) -> Result<Option<Row>> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// The one row; its absence is an error of ours.
    pub async fn one(&mut self, sql: Sql, args: Vec<Value>) -> Result<Row> {
        self.optional(sql, args).await?.ok_or_else(|| Error::internal(format!("no row for: {}", sql.text())))
    }
}

/// What the closures of a transaction leave behind for its commit, in their order.
#[derive(Debug, Default)]
pub(crate) struct Left {
    pub(crate) pending: Vec<Pending>,
    pub(crate) bells: Vec<&'static str>,
}

/// A transaction, shared or alone. What it writes is durable when [`Db::write`](crate::Db::write) answers.
#[derive(Debug)]
pub struct Tx<S = OrganisationId> {
    conn: Conn<S>,
    env: Env,
    pub(crate) left: Left,
}

impl Left {
    /// How much there is now, to come back to when the next closure is refused.
    pub(crate) fn mark(&self) -> (usize, usize) {
        (self.pending.len(), self.bells.len())
    }

    /// Forgets what was left since the mark.
    pub(crate) fn back_to(&mut self, (pending, bells): (usize, usize)) {
        self.pending.truncate(pending);
        self.bells.truncate(bells);
    }
}

impl<S> Deref for Tx<S> {
    type Target = Conn<S>;
    fn deref(&self) -> &Conn<S> {
        &self.conn
    }
}

impl<S> DerefMut for Tx<S> {
    fn deref_mut(&mut self) -> &mut Conn<S> {
        &mut self.conn
    }
}

impl<S> Tx<S> {
    /// `left` is what earlier closures of the same transaction left.
    pub(crate) fn new(raw: Raw, scope: S, env: Env, left: Left) -> Self {
        Self { conn: Conn::new(raw, scope), env, left }
    }

    pub(crate) fn into_parts(self) -> (Raw, Left) {
        (self.conn.into_raw(), self.left)
    }

    /// Wakes whoever waits at [`Db::bell`](crate::Db::bell) with this name, when and if this transaction commits.
    pub fn ring(&mut self, bell: &'static str) {
        if !self.left.bells.contains(&bell) {
            self.left.bells.push(bell);
        }
    }

    /// Runs a statement and tells how many rows it touched.
    pub async fn execute(&mut self, sql: Sql, args: Vec<Value>) -> Result<u64> {
        self.conn.raw.execute(sql.text(), args).await
    }

    /// Runs a script without parameters: a migration.
    pub(crate) async fn script(&mut self, text: &'static str) -> Result<()> {
        self.conn.raw.migration(text).await
    }

    /// The time and chance of this installation.
    pub fn env(&self) -> &Env {
        &self.env
    }
}

impl Tx<OrganisationId> {
    /// Puts a fact in the organisation's journal, when and if this transaction commits.
    pub fn record<E: Event>(&mut self, actor: Actor, event: &E) -> Result<()> {
        let organisation = self.organisation();
        self.left.pending.push(Pending {
            organisation,
            at: self.env.now(),
            actor,
            kind: E::KIND,
            subject: event.subject(),
            data: serde_json::to_value(event).map_err(Error::internal)?,
        });
        Ok(())
    }
}

impl Raw {
    pub(crate) async fn all(&mut self, text: &'static str, args: Vec<Value>) -> Result<Vec<Row>> {
        match self {
            Self::Sqlite(conn) => {
                let rows = bind_sqlite(text, args).fetch_all(&mut **conn).await.map_err(translate)?;
                Ok(rows.into_iter().map(|row| Row(Inner::Sqlite(row))).collect())
            }
            Self::Postgres(conn) => {
                let rows = answered(bind_postgres(text, args).fetch_all(&mut **conn)).await?;
                Ok(rows.into_iter().map(|row| Row(Inner::Postgres(row))).collect())
            }
        }
    }

    pub(crate) async fn execute(&mut self, text: &'static str, args: Vec<Value>) -> Result<u64> {
        match self {
            Self::Sqlite(conn) => {
                let done = bind_sqlite(text, args).execute(&mut **conn).await.map_err(translate)?;
                Ok(done.rows_affected())
            }
            Self::Postgres(conn) => {
                let done = answered(bind_postgres(text, args).execute(&mut **conn)).await?;
                Ok(done.rows_affected())
            }
        }
    }

    /// Closes the connection instead of giving it back, because its transaction is in an unknown state.
    pub(crate) fn discard(self) {
        match self {
            Self::Sqlite(conn) => drop(conn.detach()),
            Self::Postgres(conn) => drop(conn.detach()),
        }
    }

    /// Runs one or a few short statements without parameters.
    pub(crate) async fn script(&mut self, text: &'static str) -> Result<()> {
        match self {
            Self::Sqlite(conn) => sqlx::raw_sql(text).execute(&mut **conn).await.map(drop).map_err(translate),
            Self::Postgres(conn) => answered(sqlx::raw_sql(text).execute(&mut **conn)).await.map(drop),
        }
    }

    /// Runs a migration, which may take long.
    async fn migration(&mut self, text: &'static str) -> Result<()> {
        match self {
            Self::Sqlite(conn) => sqlx::raw_sql(text).execute(&mut **conn).await.map(drop),
            Self::Postgres(conn) => sqlx::raw_sql(text).execute(&mut **conn).await.map(drop),
        }
        .map_err(translate)
    }
}

/// A line that died without a word would be waited on until the operating system gives up, a quarter of an hour.
async fn answered<T>(statement: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
    /// Longer than any statement of ours may take.
    const SILENCE: Duration = Duration::from_secs(10);
    let mute = |_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()));
    tokio::time::timeout(SILENCE, statement).await.unwrap_or_else(mute).map_err(translate)
}

macro_rules! bind {
    ($name:ident, $engine:ty, $arguments:ty) => {
        fn $name(text: &'static str, args: Vec<Value>) -> Query<'static, $engine, $arguments> {
            args.into_iter().fold(sqlx::query(text), |query, value| match value {
                Value::Null(crate::Kind::Text) => query.bind(None::<String>),
                Value::Null(crate::Kind::Int) => query.bind(None::<i64>),
                Value::Null(crate::Kind::Float) => query.bind(None::<f64>),
                Value::Null(crate::Kind::Bool) => query.bind(None::<bool>),
                Value::Null(crate::Kind::Bytes) => query.bind(None::<Vec<u8>>),
                Value::Text(text) => query.bind(text),
                Value::Int(number) => query.bind(number),
                Value::Float(number) => query.bind(number),
                Value::Bool(flag) => query.bind(flag),
                Value::Bytes(bytes) => query.bind(bytes),
            })
        }
    };
}

bind!(bind_sqlite, Sqlite, SqliteArguments);
bind!(bind_postgres, Postgres, PgArguments);

//! One SQL text on SQLite and PostgreSQL.
//!
//! [`Db::write`] is the one way to write: a closure that does SQL and nothing else, run in a transaction that it may
//! share with others, answered after the commit. [`Db::read`] gives a connection for reading. Both are bound to one
//! organisation. What a closure [records](Tx::record) stands in the organisation's [journal] in the order of commit,
//! without gaps. No room above this one knows which engine it runs on.

mod conn;
mod connect;
mod error;
pub mod idempotency;
pub mod journal;
mod migrate;
mod row;
mod schema;
mod sql;
#[cfg(feature = "testing")]
pub mod testing;
mod writer;

pub use base::value::{FromValue, IntoValue, Kind, Value};
pub use conn::{Conn, Global, GlobalTx, Reader, Tx};
pub use connect::{Db, Engine, Options};
#[cfg(feature = "testing")]
pub use db_macros::db_test;
pub use migrate::{Migration, Migrations};
pub use row::Row;
pub use schema::{Column, describe};
pub use sql::Sql;

/// The tables of this room: the journal, its readers' cursors and the idempotency keys.
pub const MIGRATIONS: Migrations = migrations!("db", ["0001_journal"]);

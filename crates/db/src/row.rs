//! Rows that come out of a statement.

use crate::{FromValue, Kind, Value};
use base::{Error, Result};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use std::str::FromStr;

/// One row of an answer.
#[derive(Debug)]
pub struct Row(pub(crate) Inner);

#[derive(Debug)]
pub(crate) enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The value of a column. An error means that the statement and the code that reads it do not agree.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T> {
        let value = self.value(column, T::KIND)?;
        T::from_value(value).map_err(|error| Error::internal(format!("column {column}: {error:?}")))
    }

    /// The value of a column that holds a word for a state or kind.
    pub fn parse<T: FromStr>(&self, column: &str) -> Result<T> {
        parsed(column, &self.get::<String>(column)?)
    }

    /// The same, where the word may be missing.
    pub fn parse_optional<T: FromStr>(&self, column: &str) -> Result<Option<T>> {
        self.get::<Option<String>>(column)?.map(|text| parsed(column, &text)).transpose()
    }

    fn value(&self, column: &str, kind: Kind) -> Result<Value> {
        macro_rules! decode {
            ($type:ty, $variant:ident) => {
                match &self.0 {
                    Inner::Sqlite(row) => row.try_get_unchecked::<Option<$type>, _>(column),
                    Inner::Postgres(row) => row.try_get::<Option<$type>, _>(column),
                }
                .map(|found| found.map_or(Value::Null(kind), Value::$variant))
            };
        }
        match kind {
            Kind::Text => decode!(String, Text),
            Kind::Int => decode!(i64, Int),
            Kind::Float => decode!(f64, Float),
            Kind::Bool => decode!(bool, Bool),
            Kind::Bytes => decode!(Vec<u8>, Bytes),
        }
        .map_err(Error::internal)
    }
}

fn parsed<T: FromStr>(column: &str, text: &str) -> Result<T> {
    T::from_str(text).map_err(|_| Error::internal(format!("column {column} holds a word that is not known")))
}

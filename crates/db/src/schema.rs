//! What a migrated database looks like, in words that are the same for both engines, so that a test can compare.

use crate::conn::Raw;
use crate::{Conn, Global};
use base::Result;

/// One column of one table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    /// The table.
    pub table: String,
    /// The column.
    pub name: String,
    /// Its declared type in capitals.
    pub kind: String,
    /// Whether it may be empty.
    pub nullable: bool,
}

/// All columns of all tables, sorted.
pub async fn describe(conn: &mut Conn<Global>) -> Result<Vec<Column>> {
    let text = match conn.raw {
        Raw::Sqlite(_) => {
            "SELECT m.name AS table_name, c.name AS column_name, c.type AS kind, c.\"notnull\" AS not_null
             FROM sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        }
        Raw::Postgres(_) => {
            "SELECT CAST(table_name AS TEXT) AS table_name, CAST(column_name AS TEXT) AS column_name,
                    CAST(data_type AS TEXT) AS kind, CAST(CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END AS BIGINT) AS not_null
             FROM information_schema.columns WHERE table_schema = current_schema()"
        }
    };
    let mut columns = conn
        .raw
        .all(text, vec![])
        .await?
        .iter()
        .map(|row| {
            Ok(Column {
                table: row.get("table_name")?,
                name: row.get("column_name")?,
                kind: row.get::<String>("kind")?.to_uppercase(),
                nullable: row.get::<i64>("not_null")? == 0,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    columns.sort();
    Ok(columns)
}

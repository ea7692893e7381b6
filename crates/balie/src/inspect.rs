//! Looks at databases without changing them.

use crate::files::sqlite_file;
use base::{Env, Result};
use db::{Db, Migrations, Options, args, sql};
use std::collections::BTreeSet;

/// A database as it was found.
#[derive(Debug)]
pub(crate) struct Found {
    /// For reading only.
    pub(crate) db: Db,
    /// How many changes to its tables this program would make before it works with it.
    pub(crate) pending: usize,
    tables: BTreeSet<String>,
}

impl Found {
    /// Whether it has this table.
    pub(crate) fn has(&self, table: &str) -> bool {
        self.tables.contains(table)
    }

    /// Whether nobody has ever made anything in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }
}

/// Opens a database that should hold the tables of these rooms; `None` if its file is not there.
pub(crate) async fn look(url: &str, rooms: &[Migrations], env: &Env) -> Result<Option<Found>> {
    if sqlite_file(url).is_some_and(|file| !file.exists()) {
        return Ok(None);
    }
    let db = Db::open(&Options::new(for_reading(url)), env.clone()).await?;
    let mut conn = db.read_global().await?;
    let tables: BTreeSet<_> = db::describe(&mut conn).await?.into_iter().map(|column| column.table).collect();
    let mut ran = BTreeSet::new();
    if tables.contains("schema_migrations") {
        for row in conn.all(sql!(global "SELECT room, name FROM schema_migrations"), args![]).await? {
            ran.insert((row.get::<String>("room")?, row.get::<String>("name")?));
        }
    }
    drop(conn);
    let all = rooms.iter().flat_map(|room| room.scripts.iter().map(|script| (room.room, script.name)));
    let pending = all.filter(|(room, name)| !ran.contains(&((*room).to_owned(), (*name).to_owned()))).count();
    Ok(Some(Found { db, pending, tables }))
}

fn for_reading(url: &str) -> String {
    if sqlite_file(url).is_none() {
        return url.to_owned();
    }
    format!("{url}{}mode=ro", if url.contains('?') { '&' } else { '?' })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::KEY_ROOMS;

    #[tokio::test]
    async fn a_database_is_looked_at_and_not_touched() {
        let temporary = tempfile::tempdir().unwrap();
        let (url, env) = (format!("sqlite:{}/new/x.db", temporary.path().display()), Env::system());
        assert!(look(&url, KEY_ROOMS, &env).await.unwrap().is_none());
        assert!(!temporary.path().join("new").exists());
        let db = Db::open(&Options::new(&url), env.clone()).await.unwrap();
        db.migrate(&KEY_ROOMS[..1]).await.unwrap();
        let found = look(&url, KEY_ROOMS, &env).await.unwrap().unwrap();
        assert_eq!(found.pending, KEY_ROOMS[1].scripts.len());
        assert!(found.has("journal") && !found.has("vault_organisation_keys"));
        assert!(found.db.migrate(KEY_ROOMS).await.is_err(), "it is for reading only");
        db.migrate(KEY_ROOMS).await.unwrap();
        assert_eq!(look(&url, KEY_ROOMS, &env).await.unwrap().unwrap().pending, 0);
    }
}

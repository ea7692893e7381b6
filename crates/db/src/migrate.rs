//! Migrations: each room brings numbered scripts, the same text for both engines. A script that has run is never
//! changed; its digest is kept and compared.

use crate::{GlobalTx, args, sql};
use base::{Error, Result};
use sha2::{Digest, Sha256};

/// One numbered script.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its file name without the ending.
    pub name: &'static str,
    /// Its text.
    pub script: &'static str,
}

/// The scripts of a room, in order.
#[derive(Clone, Copy, Debug)]
pub struct Migrations {
    /// The room's name.
    pub room: &'static str,
    /// Its scripts.
    pub scripts: &'static [Migration],
}

/// The scripts in a room's folder `migrations`: `migrations!("contact", ["0001_customers", "0002_contacts"])`.
#[macro_export]
macro_rules! migrations {
    ($room:literal, [$($name:literal),* $(,)?]) => {
        $crate::Migrations {
            room: $room,
            scripts: &[$($crate::Migration {
                name: $name,
                script: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $name, ".sql")),
            }),*],
        }
    };
}

/// Runs what has not run yet, all in one transaction.
pub(crate) async fn run(tx: &mut GlobalTx, rooms: &[Migrations]) -> Result<()> {
    tx.script(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
             room TEXT NOT NULL, name TEXT NOT NULL, digest BYTEA NOT NULL, at BIGINT NOT NULL,
             PRIMARY KEY (room, name))",
    )
    .await?;
    for room in rooms {
        for migration in room.scripts {
            step(tx, room.room, migration).await?;
        }
    }
    Ok(())
}

async fn step(tx: &mut GlobalTx, room: &'static str, migration: &Migration) -> Result<()> {
    let digest = Sha256::digest(migration.script).to_vec();
    let ran = tx
        .optional(
            sql!(global "SELECT digest FROM schema_migrations WHERE room = $1 AND name = $2"),
            args![room, migration.name],
        )
        .await?;
    if let Some(row) = ran {
        if row.get::<Vec<u8>>("digest")? == digest {
            return Ok(());
        }
        let name = migration.name;
        return Err(Error::internal(format!(
            "migration {room}/{name} was changed after it ran; add a new one instead"
        )));
    }
    tx.script(migration.script).await?;
    let now = tx.env().now();
    tx.execute(
        sql!(global "INSERT INTO schema_migrations (room, name, digest, at) VALUES ($1, $2, $3, $4)"),
        args![room, migration.name, digest, now],
    )
    .await?;
    Ok(())
}

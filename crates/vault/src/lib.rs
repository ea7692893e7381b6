//! Envelope encryption: what is personal stands in the database as ciphertext only.
//!
//! The installation's key wraps a key per organisation, which wraps a key per subject, which seals the content. A key
//! is durable before anything is sealed with it. Destroying a subject's keys makes its content unreadable everywhere
//! at once, back-ups of the content included. Keys live in a database of their own, so that they are backed up apart
//! from what they protect.
//!
//! This room never sees what the content means and never logs a key.

mod blind;
mod cipher;
mod installation;
mod keys;
mod store;
#[cfg(feature = "testing")]
pub mod testing;

pub use blind::BlindIndex;
pub use cipher::Sealer;
pub use installation::InstallationKey;
pub use keys::{Vault, holds_keys, installation_scope, lost_keys};

/// The tables of this room, in the database of keys.
pub const MIGRATIONS: db::Migrations = db::migrations!("vault", ["0001_keys"]);

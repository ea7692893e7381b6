//! A vault for tests.

use crate::{InstallationKey, Vault};
use db::Db;

/// A vault that keeps its keys in the test's own database (with this room's migrations run).
pub fn vault(db: &Db) -> Vault {
    Vault::open(db.clone(), &InstallationKey::generate(db.env()))
}

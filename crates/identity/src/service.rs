//! The service: what the rooms above hold to ask who somebody is.

use crate::directory::Cached;
use crate::model::Organisation;
use crate::password::{Cost, Passwords};
use crate::session::{Admitted, SEEN_STEP, Token};
use crate::{Purpose, store};
use base::{Env, MembershipId, OrganisationId, Result, Timestamp};
use db::Db;
use quick_cache::sync::Cache;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use vault::Vault;

/// What an administrator of the installation decides.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The public address, such as `https://balie.example`. With https the cookie is only sent over TLS.
    pub public_url: Option<String>,
    /// How much work guessing a password is.
    pub password_cost: Cost,
    /// The proxies in front of this program, whose word about the client's address is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// Organisations, their people, and who may do what. Cheap to clone.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    db: Db,
    vault: Vault,
    config: Config,
    passwords: Passwords,
    names: Cache<(OrganisationId, MembershipId), Cached>,
}

const CACHED_NAMES: usize = 20_000;

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

/// All organisations that a database holds, for whoever has no key to it yet.
pub async fn organisation_ids(db: &Db) -> Result<Vec<OrganisationId>> {
    store::organisations::ids(&mut db.read_global().await?).await
}

/// The same with their names.
pub async fn organisations(db: &Db) -> Result<Vec<Organisation>> {
    store::organisations::all(&mut db.read_global().await?).await
}

impl Identity {
    /// Over this database and vault.
    pub fn new(db: Db, vault: Vault, config: Config) -> Self {
        let passwords = Passwords::new(config.password_cost, db.env().clone());
        Self(Arc::new(Inner { db, vault, config, passwords, names: Cache::new(CACHED_NAMES) }))
    }

    /// An organisation.
    pub async fn organisation(&self, id: OrganisationId) -> Result<Option<Organisation>> {
        store::organisations::find(&mut self.db().read_global().await?, id).await
    }

    /// The organisation with this short name.
    pub async fn organisation_by_slug(&self, slug: &str) -> Result<Option<Organisation>> {
        store::organisations::find_by_slug(&mut self.db().read_global().await?, slug).await
    }

    /// All organisations of the installation, by name: for whoever runs it.
    pub async fn organisations(&self) -> Result<Vec<Organisation>> {
        organisations(self.db()).await
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    pub(crate) fn names(&self) -> &Cache<(OrganisationId, MembershipId), Cached> {
        &self.0.names
    }

    pub(crate) fn env(&self) -> &Env {
        self.0.db.env()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.env().now()
    }

    pub(crate) fn public_url(&self) -> Option<&str> {
        self.0.config.public_url.as_deref()
    }

    pub(crate) fn trusted_proxies(&self) -> &[IpAddr] {
        &self.0.config.trusted_proxies
    }

    /// Who a token lets in. One read; once a minute it is written that the session is in use.
    pub(crate) async fn admit(&self, token: &Token, purpose: Purpose) -> Result<Option<Admitted>> {
        let now = self.now();
        let mut conn = self.db().read_global().await?;
        let found = store::sessions::admit(&mut conn, token.hash(), purpose, now).await?;
        drop(conn);
        let Some((admitted, seen_at)) = found else { return Ok(None) };
        if now.since(seen_at) >= SEEN_STEP {
            let session = admitted.session;
            let noted =
                self.db().write_global(async move |tx| store::sessions::seen(tx, session, now).await).await;
            if let Err(error) = noted {
                // Reading goes on while the disk is full; at worst the session ends early.
                tracing::warn!(?error, "the last use of a session could not be stored");
            }
        }
        Ok(Some(admitted))
    }
}

//! The vault itself: finds, makes, destroys and hands over keys.

use crate::cipher::{Cipher, key_of};
use crate::{BlindIndex, InstallationKey, Sealer, store};
use base::id::Id;
use base::{Error, ErrorCode, KeyId, OrganisationId, Result, Subject, Timestamp};
use db::Db;
use hkdf::Hkdf;
use quick_cache::sync::Cache;
use sha2::Sha256;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// Another node may destroy a key; a cached one is looked up again after this long.
const TRUSTED: Duration = Duration::from_mins(1);
const CACHED_KEYS: usize = 20_000;
const CACHED_ORGANISATIONS: usize = 1_000;

/// The scope of keys that belong to no organisation: those of the people who sign in.
pub fn installation_scope() -> OrganisationId {
    OrganisationId::from_raw(0)
}

/// Gives keys. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    keys: Db,
    installation: Cipher,
    organisations: Cache<OrganisationId, Arc<OrganisationKey>>,
    subjects: Cache<(OrganisationId, KeyId), SubjectKey>,
}

struct OrganisationKey {
    cipher: Cipher,
    own: Arc<Cipher>,
    blind: BlindIndex,
}

#[derive(Clone)]
struct SubjectKey {
    cipher: Arc<Cipher>,
    loaded: Timestamp,
}

impl Vault {
    /// Opens the vault over its database of keys.
    pub fn open(keys: Db, installation: &InstallationKey) -> Self {
        Self(Arc::new(Inner {
            keys,
            installation: Cipher::new(installation.bytes()),
            organisations: Cache::new(CACHED_ORGANISATIONS),
            subjects: Cache::new(CACHED_KEYS),
        }))
    }

    /// Makes the key of an organisation, if it has none yet. Done before the organisation itself is stored, so that a
    /// stored organisation without a key means that its key was lost. See [`Vault::check`].
    pub async fn begin(&self, organisation: OrganisationId) -> Result<()> {
        self.organisation(organisation).await.map(drop)
    }

    /// Refuses when the installation key does not open what is stored, or when one of these organisations has no key:
    /// then this is not the database that its content was sealed under. Makes nothing.
    pub async fn check(&self, organisations: &[OrganisationId]) -> Result<()> {
        let stored = store::organisation_keys(&mut self.0.keys.read_global().await?).await?;
        for (organisation, wrapped) in &stored {
            let opened = self.0.installation.unwrap(&organisation.to_string(), wrapped);
            opened.map_err(|_| wrong_installation_key())?;
        }
        if organisations.iter().all(|organisation| stored.contains_key(organisation)) {
            return Ok(());
        }
        Err(lost_keys())
    }

    /// Makes a key for a subject. It is durable when this returns.
    pub async fn new_key(&self, organisation: OrganisationId, owner: Subject) -> Result<KeyId> {
        let env = self.0.keys.env();
        let id: KeyId = env.new_id();
        let key = Zeroizing::new(env.random_bytes::<32>());
        let wrapped =
            self.organisation(organisation).await?.cipher.wrap(env, &place(organisation, id), &key)?;
        self.0
            .keys
            .write(organisation, async move |tx| store::insert_key(tx, id, owner, &wrapped).await)
            .await?;
        self.remember(organisation, id, &key);
        Ok(id)
    }

    /// A sealer for a key. The code is [`ErrorCode::Erased`] when the key was destroyed.
    pub async fn sealer(&self, organisation: OrganisationId, id: KeyId) -> Result<Sealer> {
        let cipher = self.cipher(organisation, id).await?;
        Ok(Sealer::new(id, cipher, self.0.keys.env().clone()))
    }

    /// A sealer for what belongs to the organisation itself and to no person, such as a password for its mail server.
    pub async fn organisation_sealer(&self, organisation: OrganisationId) -> Result<Sealer> {
        let own = self.organisation(organisation).await?.own.clone();
        Ok(Sealer::new(organisation_key_id(), own, self.0.keys.env().clone()))
    }

    /// Opens a sealed value. The code is [`ErrorCode::Erased`] when its key was destroyed.
    pub async fn open_sealed(
        &self,
        organisation: OrganisationId,
        context: &'static str,
        sealed: &[u8],
    ) -> Result<Vec<u8>> {
        let id = key_of(sealed)?;
        let key = if id == organisation_key_id() {
            self.organisation_sealer(organisation).await?
        } else {
            self.sealer(organisation, id).await?
        };
        key.open(context, sealed)
    }

    /// Opens a sealed text.
    pub async fn open_text(
        &self,
        organisation: OrganisationId,
        context: &'static str,
        sealed: &[u8],
    ) -> Result<String> {
        String::from_utf8(self.open_sealed(organisation, context, sealed).await?).map_err(Error::internal)
    }

    /// Destroys all keys of a subject and tells how many. What they sealed is unreadable from now on.
    pub async fn destroy(&self, organisation: OrganisationId, owner: Subject) -> Result<usize> {
        let destroyed =
            self.0.keys.write(organisation, async move |tx| store::destroy_keys(tx, owner).await).await?;
        self.forget(organisation, &destroyed).await
    }

    /// Destroys these keys, whoever owns them, and tells how many there still were.
    pub async fn destroy_keys(&self, organisation: OrganisationId, keys: Vec<KeyId>) -> Result<usize> {
        let destroy = async move |tx: &mut db::Tx| {
            let mut destroyed = Vec::new();
            for key in keys {
                if store::destroy_key(tx, key).await? {
                    destroyed.push(key);
                }
            }
            Ok(destroyed)
        };
        let destroyed = self.0.keys.write(organisation, destroy).await?;
        self.forget(organisation, &destroyed).await
    }

    async fn forget(&self, organisation: OrganisationId, destroyed: &[KeyId]) -> Result<usize> {
        for id in destroyed {
            self.0.subjects.remove(&(organisation, *id));
        }
        self.0.keys.scrub().await?;
        Ok(destroyed.len())
    }

    /// Gives a subject's keys to another: a contact is identified, or two customers turn out to be one.
    pub async fn reown(&self, organisation: OrganisationId, from: Subject, to: Subject) -> Result<()> {
        self.0.keys.write(organisation, async move |tx| store::change_owner(tx, from, to).await).await?;
        Ok(())
    }

    /// Gives one key to another subject: a contact turns out to be from somebody else than was thought.
    pub async fn reown_key(&self, organisation: OrganisationId, key: KeyId, to: Subject) -> Result<()> {
        self.0.keys.write(organisation, async move |tx| store::change_key_owner(tx, key, to).await).await
    }

    /// The organisation's blind index.
    pub async fn blind(&self, organisation: OrganisationId) -> Result<BlindIndex> {
        Ok(self.organisation(organisation).await?.blind.clone())
    }

    async fn cipher(&self, organisation: OrganisationId, id: KeyId) -> Result<Arc<Cipher>> {
        let now = self.0.keys.env().now();
        if let Some(key) = self.0.subjects.get(&(organisation, id))
            && now.since(key.loaded) < TRUSTED
        {
            return Ok(key.cipher);
        }
        let mut conn = self.0.keys.read(organisation).await?;
        let stored =
            store::find_key(&mut conn, id).await?.ok_or_else(|| Error::internal("a key is missing"))?;
        drop(conn);
        let Some(wrapped) = stored.wrapped else {
            self.0.subjects.remove(&(organisation, id));
            return Err(Error::new(ErrorCode::Erased, "This content was erased and cannot be read again."));
        };
        let key = self.organisation(organisation).await?.cipher.unwrap(&place(organisation, id), &wrapped)?;
        Ok(self.remember(organisation, id, &key))
    }

    fn remember(&self, organisation: OrganisationId, id: KeyId, key: &[u8; 32]) -> Arc<Cipher> {
        let cipher = Arc::new(Cipher::new(key));
        let loaded = self.0.keys.env().now();
        self.0.subjects.insert((organisation, id), SubjectKey { cipher: cipher.clone(), loaded });
        cipher
    }

    /// The organisation's key; made when it is first asked for. That it was not lost is checked at the start.
    async fn organisation(&self, organisation: OrganisationId) -> Result<Arc<OrganisationKey>> {
        if let Some(key) = self.0.organisations.get(&organisation) {
            return Ok(key);
        }
        let context = organisation.to_string();
        let mut conn = self.0.keys.read(organisation).await?;
        let stored = store::organisation_key(&mut conn).await?;
        drop(conn);
        let wrapped = if let Some(wrapped) = stored {
            wrapped
        } else {
            let env = self.0.keys.env();
            let key = Zeroizing::new(env.random_bytes::<32>());
            let offered = self.0.installation.wrap(env, &context, &key)?;
            let keep = async move |tx: &mut db::Tx| store::keep_organisation_key(tx, &offered).await;
            self.0.keys.write(organisation, keep).await?
        };
        let key = self.0.installation.unwrap(&context, &wrapped).map_err(|_| wrong_installation_key())?;
        let key = Arc::new(OrganisationKey {
            cipher: Cipher::new(&*derive(&key, b"subject keys")?),
            own: Arc::new(Cipher::new(&*derive(&key, b"own content")?)),
            blind: BlindIndex::new(derive(&key, b"blind index")?),
        });
        self.0.organisations.insert(organisation, key.clone());
        Ok(key)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

/// Whether a database holds keys already; then an installation key belongs to it.
pub async fn holds_keys(keys: &Db) -> Result<bool> {
    Ok(!store::organisation_keys(&mut keys.read_global().await?).await?.is_empty())
}

/// This is not the database of keys that the stored content was sealed under.
pub fn lost_keys() -> Error {
    Error::invalid(
        "vault.database_url",
        "the database of content holds organisations whose keys are not here, so their content could not be read; \
         name the database of keys that this installation was made with (a path is relative to the folder in which \
         the program starts), or put its back-up back",
    )
}

fn wrong_installation_key() -> Error {
    Error::invalid(
        "vault.key",
        "this installation key does not fit these stored keys; give the key that the installation was made with",
    )
}

/// Stands in the header of what is sealed with the organisation's own key.
fn organisation_key_id() -> KeyId {
    KeyId::from_raw(0)
}

fn place(organisation: OrganisationId, id: KeyId) -> String {
    format!("{organisation}/{id}")
}

/// HKDF (RFC 5869).
fn derive(key: &[u8; 32], purpose: &[u8]) -> Result<Zeroizing<[u8; 32]>> {
    let mut derived = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, key)
        .expand(purpose, &mut *derived)
        .map_err(|_| Error::internal("a key of 32 bytes can always be derived"))?;
    Ok(derived)
}

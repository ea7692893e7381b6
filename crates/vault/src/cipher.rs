//! Sealing with one key: AES-256-GCM with a random nonce (NIST SP 800-38D).
//!
//! A sealed value is `version 1 | key id 16 | nonce 12 | ciphertext | tag 16`. The context (which column of which
//! table) is authenticated with it, so that a value moved to another column does not open.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use base::id::Id;
use base::{Env, Error, KeyId, Result};
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const NONCE: usize = 12;
const HEADER: usize = 1 + 16 + NONCE;

/// A cipher for one key.
pub(crate) struct Cipher(Aes256Gcm);

impl Cipher {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key)))
    }

    pub(crate) fn encrypt(&self, nonce: [u8; NONCE], context: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        self.0
            .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: context })
            .map_err(|_| Error::internal("the content is too large to seal"))
    }

    pub(crate) fn decrypt(&self, nonce: [u8; NONCE], context: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        self.0
            .decrypt(&Nonce::from(nonce), Payload { msg: sealed, aad: context })
            .map_err(|_| Error::internal("sealed content was changed, or belongs in another place"))
    }

    /// Wraps a key with this one: `nonce | ciphertext | tag`.
    pub(crate) fn wrap(&self, env: &Env, context: &str, key: &[u8; 32]) -> Result<Vec<u8>> {
        let nonce = env.random_bytes::<NONCE>();
        let mut wrapped = nonce.to_vec();
        wrapped.extend(self.encrypt(nonce, context.as_bytes(), key)?);
        Ok(wrapped)
    }

    pub(crate) fn unwrap(&self, context: &str, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>> {
        let broken = || Error::internal("a wrapped key is broken");
        let (nonce, rest) = wrapped.split_first_chunk::<NONCE>().ok_or_else(broken)?;
        let plain = Zeroizing::new(self.decrypt(*nonce, context.as_bytes(), rest)?);
        Ok(Zeroizing::new(plain.as_slice().try_into().map_err(|_| broken())?))
    }
}

/// Seals content with one subject's key.
#[derive(Clone)]
pub struct Sealer {
    id: KeyId,
    cipher: Arc<Cipher>,
    env: Env,
}

impl Sealer {
    pub(crate) fn new(id: KeyId, cipher: Arc<Cipher>, env: Env) -> Self {
        Self { id, cipher, env }
    }

    /// The key it seals with.
    pub fn key(&self) -> KeyId {
        self.id
    }

    /// Seals content for a place, such as `contact.entry`.
    pub fn seal(&self, context: &'static str, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = self.env.random_bytes::<NONCE>();
        let body = self.cipher.encrypt(nonce, context.as_bytes(), plain)?;
        let mut sealed = Vec::with_capacity(HEADER + body.len());
        sealed.push(VERSION);
        sealed.extend(self.id.raw().to_be_bytes());
        sealed.extend(nonce);
        sealed.extend(body);
        Ok(sealed)
    }

    /// Opens what was sealed with this key for this place.
    pub fn open(&self, context: &'static str, sealed: &[u8]) -> Result<Vec<u8>> {
        let (_, nonce, body) = parts(sealed)?;
        self.cipher.decrypt(nonce, context.as_bytes(), body)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({})", self.id)
    }
}

/// The key that a sealed value was made with.
pub(crate) fn key_of(sealed: &[u8]) -> Result<KeyId> {
    parts(sealed).map(|(key, ..)| key)
}

fn parts(sealed: &[u8]) -> Result<(KeyId, [u8; NONCE], &[u8])> {
    let broken = || Error::internal("this is not a sealed value");
    let (version, rest) = sealed.split_first().ok_or_else(broken)?;
    let (key, rest) = rest.split_first_chunk::<16>().ok_or_else(broken)?;
    let (nonce, body) = rest.split_first_chunk::<NONCE>().ok_or_else(broken)?;
    if *version != VERSION {
        return Err(broken());
    }
    Ok((KeyId::from_raw(u128::from_be_bytes(*key)), *nonce, body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sealer() -> Sealer {
        let (env, _) = Env::test(7);
        Sealer::new(env.new_id(), Arc::new(Cipher::new(&env.random_bytes())), env)
    }

    proptest! {
        #[test]
        fn sealed_content_opens_again(plain: Vec<u8>) {
            let sealer = sealer();
            let sealed = sealer.seal("a", &plain).unwrap();
            prop_assert_eq!(key_of(&sealed).unwrap(), sealer.key());
            prop_assert_eq!(sealer.open("a", &sealed).unwrap(), plain);
        }

        #[test]
        fn a_changed_byte_is_noticed(plain: Vec<u8>, at: prop::sample::Index, flip in 1u8..) {
            let sealer = sealer();
            let mut sealed = sealer.seal("a", &plain).unwrap();
            let at = at.index(sealed.len());
            sealed[at] ^= flip;
            // A changed key id is noticed by whoever looks the key up.
            prop_assert!((1..17).contains(&at) || sealer.open("a", &sealed).is_err());
        }

        #[test]
        fn any_bytes_at_all_are_an_error_and_no_panic(bytes: Vec<u8>) {
            prop_assert!(sealer().open("a", &bytes).is_err());
        }
    }

    #[test]
    fn content_does_not_open_in_another_place() {
        let sealer = sealer();
        let sealed = sealer.seal("customer.name", b"Fatma").unwrap();
        assert!(sealer.open("contact.entry", &sealed).is_err());
    }

    #[test]
    fn the_same_content_never_looks_the_same() {
        let sealer = sealer();
        assert_ne!(sealer.seal("a", b"x").unwrap(), sealer.seal("a", b"x").unwrap());
    }
}

//! The token of a conversation: whoever has it is its visitor. It is shown once; the database has its digest.

use base::Env;
use sha2::{Digest, Sha256};
use std::fmt::{self, Write};

/// The same for all organisations, so that a token tells nothing, and a secret scanner knows what it found.
const PREFIX: &str = "bvt_";
const BYTES: usize = 32;

/// A visitor's token.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(String);

impl Token {
    pub(crate) fn new(env: &Env) -> Self {
        Self(format!("{PREFIX}{}", hex(&env.random_bytes::<BYTES>())))
    }

    /// Reads what a browser sent; `None` when it can be no token.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(PREFIX)?;
        let fits = digits.len() == 2 * BYTES
            && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        fits.then(|| Self(text.to_owned()))
    }

    /// What the database knows of it.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// The text, for the one answer that carries it.
    pub(crate) fn reveal(self) -> String {
        self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The public key of a widget: unguessable, so that widgets cannot be listed.
pub(crate) fn widget_key(env: &Env) -> String {
    format!("wgt_{}", hex(&env.random_bytes::<12>()))
}

/// The digest of a browser's own reference for what it begins: all that is ever stored of it.
pub(crate) fn digest(reference: &str) -> String {
    hex(&Sha256::digest(reference.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_does_not_show_itself() {
        let (env, _) = Env::test(1);
        let token = Token::new(&env);
        assert_eq!(Token::parse(&token.clone().reveal()), Some(token.clone()));
        assert_ne!(Token::new(&env).hash(), token.hash());
        assert_eq!(format!("{token:?}"), "Token(…)");
        for wrong in
            ["", "bvt_", "wgt_1", &token.clone().reveal().to_uppercase(), &format!("{} ", token.reveal())]
        {
            assert_eq!(Token::parse(wrong), None);
        }
    }
}

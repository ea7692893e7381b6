//! The key that everything hangs on. It comes from a file, the environment or a command; it is never in a database.

use base::{Env, Error, Result};
use std::fmt;
use zeroize::Zeroizing;

/// 256 bits, written as 64 hexadecimal digits.
#[derive(Clone)]
pub struct InstallationKey(Zeroizing<[u8; 32]>);

impl InstallationKey {
    /// A new key.
    pub fn generate(env: &Env) -> Self {
        Self(Zeroizing::new(env.random_bytes()))
    }

    /// Reads the text form; space around it is ignored.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || Error::invalid("vault.key", "write the installation key as 64 hexadecimal digits");
        let text = text.trim();
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut key = Zeroizing::new([0; 32]);
        for (byte, digits) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(Self(key))
    }

    /// The text form, for the file that a person keeps safe.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(crate::blind::hex(&*self.0))
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallationKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_reads_back() {
        let (env, _) = Env::test(1);
        let key = InstallationKey::generate(&env);
        let again = InstallationKey::parse(&format!(" {}\n", *key.to_text())).unwrap();
        assert_eq!(again.bytes(), key.bytes());
    }

    #[test]
    fn anything_else_says_what_to_write() {
        for wrong in ["", "12", &"g".repeat(64), &"é".repeat(32), &"+1".repeat(32)[..63]] {
            assert!(InstallationKey::parse(wrong).unwrap_err().detail().contains("64 hexadecimal"));
        }
    }

    #[test]
    fn a_key_does_not_show_itself() {
        let (env, _) = Env::test(1);
        assert_eq!(format!("{:?}", InstallationKey::generate(&env)), "InstallationKey(…)");
    }
}

//! A seal that was kept outside the database. A chain that was cut off at its end, or made anew from its beginning, is
//! whole by itself; only beside a kept seal it shows.

use super::find_seal;
use super::seal::Seal;
use crate::hex;
use base::{OrganisationId, Result};
use db::Db;
use std::fmt;
use std::str::FromStr;

/// The number and the hash of a seal, written as `12:ab34…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSeal {
    number: i64,
    hash: String,
}

impl KeptSeal {
    /// What to keep of a seal.
    pub fn of(seal: &Seal) -> Self {
        Self { number: seal.number, hash: hex::encode(&seal.hash) }
    }
}

impl fmt::Display for KeptSeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl FromStr for KeptSeal {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "write the number and the hash of the seal, such as 12: and 64 hexadecimal digits";
        let (number, hash) = text.split_once(':').ok_or(wrong)?;
        let number = number.parse().map_err(|_| wrong)?;
        if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong);
        }
        Ok(Self { number, hash: hash.to_ascii_lowercase() })
    }
}

/// Whether this very seal stands in the chain of an organisation. That the chain is whole is asked of
/// [`verify`](super::verify).
pub async fn stands(db: &Db, organisation: OrganisationId, kept: &KeptSeal) -> Result<bool> {
    let found = find_seal(db, organisation, kept.number).await?;
    Ok(found.is_some_and(|seal| KeptSeal::of(&seal) == *kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_seal_reads_back() {
        let text = format!("12:{}", "aB".repeat(32));
        let kept: KeptSeal = text.parse().unwrap();
        assert_eq!(kept.to_string(), text.to_lowercase());
        for wrong in ["", "12", "12:", "x:ab", "12:ab", &format!("12:{}", "g".repeat(64))] {
            assert!(wrong.parse::<KeptSeal>().is_err(), "{wrong}");
        }
    }
}

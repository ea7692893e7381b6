//! Sessions: a signed-in browser. Pure rules; the database is next door.
//!
//! The browser holds a token of 32 random bytes in a cookie that scripts cannot read; the database holds its hash. A
//! session ends eight hours after its last use and twelve hours after signing in, whichever comes first.

use crate::{Role, hex};
use base::{ActivityId, Env, MembershipId, OrganisationId, PersonId, SessionId, Timestamp};
use sha2::{Digest, Sha256};
use std::fmt;
use std::time::Duration;

/// A session that is not used ends.
pub const IDLE: Duration = Duration::from_hours(8);
/// A session ends, used or not.
pub const ABSOLUTE: Duration = Duration::from_hours(12);
/// How exact "last used" is stored.
pub(crate) const SEEN_STEP: Duration = Duration::from_mins(1);

/// The secret that a browser holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// A fresh one.
    pub(crate) fn new(env: &Env) -> Self {
        Self(env.random_bytes())
    }

    /// Reads the text of a cookie: 64 hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The text for the cookie.
    pub fn reveal(&self) -> String {
        hex::encode(&self.0)
    }

    /// What the database knows of it.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A session as it stands in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Which.
    pub id: SessionId,
    /// Where it works now.
    pub organisation: OrganisationId,
    /// As whom.
    pub membership: MembershipId,
    /// When the person signed in.
    pub started_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// Whether a session with these times is alive.
pub(crate) fn is_alive(seen_at: Timestamp, expires_at: Timestamp, now: Timestamp) -> bool {
    now < expires_at && now < seen_at + IDLE
}

/// Somebody whom a living session lets in.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    pub(crate) session: SessionId,
    pub(crate) person: PersonId,
    pub(crate) organisation: OrganisationId,
    pub(crate) membership: MembershipId,
    pub(crate) roles: Vec<Role>,
    /// The organisation's active processing activity for the purpose that was asked about.
    pub(crate) activity: Option<ActivityId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_hides_in_logs() {
        let (env, _) = Env::test(3);
        let token = Token::new(&env);
        assert_eq!(Token::parse(&token.reveal()), Some(token.clone()));
        assert_eq!(format!("{token:?}"), "Token(…)");
        for wrong in ["", "abc", &"g".repeat(64), &"é".repeat(32), &"a".repeat(65)] {
            assert_eq!(Token::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_session_ends_when_idle_and_at_its_last_hour() {
        let start = Timestamp::from_micros(0);
        let expires = start + ABSOLUTE;
        let just = Duration::from_micros(1);
        assert!(is_alive(start, expires, start + IDLE - just));
        assert!(!is_alive(start, expires, start + IDLE));
        let used = start + Duration::from_hours(11);
        assert!(is_alive(used, expires, expires - just));
        assert!(!is_alive(used, expires, expires));
    }
}

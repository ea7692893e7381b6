//! Passwords: argon2id, on a thread of its own, a few at a time.
//!
//! An unknown address costs the same work as a known one, so that time does not tell which addresses exist.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base::{Env, Error, Result};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How much work one guess is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// What OWASP's Password Storage Cheat Sheet asks for: 19 MiB, two passes.
    pub const USUAL: Self = Self { memory: 19 * 1024, passes: 2 };
    /// For tests, which sign in by the thousand.
    pub const CHEAP: Self = Self { memory: 8, passes: 1 };

    fn argon2(self) -> Result<Argon2<'static>> {
        let params = Params::new(self.memory, self.passes, 1, None)
            .map_err(|error| Error::internal(format!("password cost: {error}")))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

impl Default for Cost {
    fn default() -> Self {
        Self::USUAL
    }
}

/// The shortest password, in characters (NIST SP 800-63B asks for fifteen without, and eight with, a second factor).
pub const SHORTEST: usize = 12;
/// The longest password, in bytes: more is no safer and costs work.
pub const LONGEST: usize = 512;
/// How many guesses are worked on at once; 19 MiB each.
const AT_ONCE: usize = 4;
/// How long one waits for a turn.
const WAIT: Duration = Duration::from_secs(10);

/// Refuses a password that is too easy, with what to do about it. `field` is its place in the request.
pub fn check(field: &'static str, password: &str, email: &str) -> Result<()> {
    let refuse = |why: &'static str| Err(Error::invalid(field, why));
    if password.chars().count() < SHORTEST {
        return refuse("use at least 12 characters; a few words in a row are easy to remember");
    }
    if password.len() > LONGEST {
        return refuse("use at most 512 bytes");
    }
    let folded = password.to_lowercase();
    if folded.contains(&email.to_lowercase()) || is_monotonous(&folded) {
        return refuse("choose something that is harder to guess; a few words in a row are easy to remember");
    }
    Ok(())
}

/// Whether it has fewer than five different characters, or is one run up or down: `aaaaaaaaaaaa`, `123456789012`.
fn is_monotonous(text: &str) -> bool {
    let mut different: Vec<char> = text.chars().collect();
    different.sort_unstable();
    different.dedup();
    let letters: Vec<u32> = text.chars().map(u32::from).collect();
    let run =
        |step: i64| letters.windows(2).filter(|two| i64::from(two[1]) - i64::from(two[0]) == step).count();
    different.len() < 5 || run(1) + 2 >= letters.len() || run(-1) + 2 >= letters.len()
}

/// Hashes and verifies. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    cost: Cost,
    turns: Arc<Semaphore>,
    env: Env,
}

/// What a guess led to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    /// Right, and the stored hash should be made anew at today's cost.
    RightButCheap,
    Wrong,
}

impl Passwords {
    pub(crate) fn new(cost: Cost, env: Env) -> Self {
        Self { cost, turns: Arc::new(Semaphore::new(AT_ONCE)), env }
    }

    /// The text to store (PHC string format).
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let (cost, password, salt) = (self.cost, password.to_owned(), self.env.random_bytes::<16>());
        self.work(move || {
            let hash: PasswordHash = cost
                .argon2()?
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map_err(|error| Error::internal(format!("hashing a password: {error}")))?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Compares a guess with the stored text; without one it does the same work and says no.
    pub(crate) async fn verify(&self, guess: &str, stored: Option<String>) -> Result<Verdict> {
        if guess.len() > LONGEST {
            return Ok(Verdict::Wrong);
        }
        let (cost, guess) = (self.cost, guess.to_owned());
        let salt = self.env.random_bytes::<16>();
        self.work(move || {
            let Some(stored) = stored else {
                let mut unused = [0; 32];
                let outcome = cost.argon2()?.hash_password_into(guess.as_bytes(), &salt, &mut unused);
                outcome.map_err(|error| Error::internal(format!("hashing a guess: {error}")))?;
                return Ok(Verdict::Wrong);
            };
            let hash = PasswordHash::new(&stored)
                .map_err(|error| Error::internal(format!("a stored hash: {error}")))?;
            if cost.argon2()?.verify_password(guess.as_bytes(), &hash).is_err() {
                return Ok(Verdict::Wrong);
            }
            Ok(if cost.fits(&hash) { Verdict::Right } else { Verdict::RightButCheap })
        })
        .await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let busy = || Error::unavailable("Many people sign in at the same time. Try again in a moment.");
        let turn =
            tokio::time::timeout(WAIT, self.turns.clone().acquire_owned()).await.map_err(|_| busy())?;
        let turn = turn.map_err(Error::internal)?;
        // The turn goes with the work, so that callers who walk away do not make room for more of it.
        let done = tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop(turn);
            outcome
        });
        done.await.map_err(Error::internal)?
    }
}

impl Cost {
    /// Whether a hash was made at this cost.
    fn fits(self, hash: &PasswordHash) -> bool {
        Params::try_from(hash)
            .is_ok_and(|params| params.m_cost() == self.memory && params.t_cost() == self.passes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords(cost: Cost) -> Passwords {
        Passwords::new(cost, Env::test(1).0)
    }

    #[tokio::test]
    async fn only_the_right_password_is_right() {
        let passwords = passwords(Cost::CHEAP);
        let stored = passwords.hash("correct horse battery").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{stored}");
        let verify = async |guess: &str| passwords.verify(guess, Some(stored.clone())).await.unwrap();
        assert_eq!(verify("correct horse battery").await, Verdict::Right);
        assert_eq!(verify("correct horse batterY").await, Verdict::Wrong);
        assert_eq!(verify("").await, Verdict::Wrong);
        assert_eq!(verify(&"x".repeat(LONGEST + 1)).await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn an_old_hash_is_recognised() {
        let stored = passwords(Cost::CHEAP).hash("correct horse battery").await.unwrap();
        let today = passwords(Cost { memory: 16, passes: 2 });
        let verdict = today.verify("correct horse battery", Some(stored)).await.unwrap();
        assert_eq!(verdict, Verdict::RightButCheap);
    }

    #[tokio::test]
    async fn nobodys_password_is_never_right() {
        assert_eq!(passwords(Cost::CHEAP).verify("anything", None).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn equal_passwords_have_different_hashes() {
        let passwords = passwords(Cost::CHEAP);
        assert_ne!(
            passwords.hash("the same twice").await.unwrap(),
            passwords.hash("the same twice").await.unwrap()
        );
    }

    #[test]
    fn easy_passwords_are_refused_with_advice() {
        for easy in ["short", "aaaaaaaaaaaaaa", "abcdefghijklmno", "123456789012", "X-jan@lindedam.example-1"]
        {
            let refused = check("password", easy, "Jan@Lindedam.example").unwrap_err();
            assert_eq!(refused.fields()[0].field, "password", "{easy}");
        }
        assert!(check("password", &"é".repeat(300), "a@b").is_err());
        check("password", "vier gewone woorden samen", "jan@lindedam.example").unwrap();
    }
}

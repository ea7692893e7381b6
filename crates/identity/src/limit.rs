//! How often somebody may try to sign in. Buckets that leak: each try adds a drop, a success takes it out again, and
//! a full bucket refuses until it has leaked.
//!
//! There is a bucket for an address as tried from one network, and one for a network as a whole; never one for an
//! address alone, or anybody could lock anybody out. An address that signed in from a network before is not stopped
//! by what others in that network do. Keys are blind indexes: no address and no network can be read back.

use crate::store::limits::{self, Bucket};
use base::{Error, ErrorCode, Result, Timestamp};
use db::{Conn, Tx};
use std::net::IpAddr;
use std::time::Duration;
use vault::BlindIndex;

/// How large a bucket is and how fast it leaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// How many tries fit.
    pub(crate) size: u32,
    /// A drop leaks away in this time.
    pub(crate) every: Duration,
}

/// Tries at one address from one network: eight at once, then one a minute.
const PAIR: Rule = Rule { size: 8, every: Duration::from_mins(1) };
/// Tries from one network: an office that comes to work fits.
const NETWORK: Rule = Rule { size: 200, every: Duration::from_secs(5) };
/// How long it is remembered that an address signed in from a network.
const KNOWN: Duration = Duration::from_hours(30 * 24);

impl Rule {
    /// How long a full bucket needs to leak empty.
    pub(crate) fn longest(&self) -> Duration {
        self.every * self.size
    }

    /// How long to wait before another drop fits; `None` if it fits now. `level` is when the bucket will be empty.
    fn wait(&self, level: Timestamp, now: Timestamp) -> Option<Duration> {
        let room_from = level + self.every - self.longest();
        (room_from > now).then(|| room_from.since(now))
    }
}

/// Where a try comes from: an IPv4 address, or the first 48 bits of an IPv6 address, which is what one customer of a
/// provider has at most.
pub(crate) fn network(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        None => "unknown".into(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

/// The keys of the buckets of one try.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pair: String,
    network: String,
}

impl Keys {
    pub(crate) fn new(blind: &BlindIndex, email_key: &str, network: &str) -> Self {
        Self {
            pair: blind.of("sign_in.pair", &format!("{network} {email_key}")),
            network: blind.of("sign_in.network", network),
        }
    }
}

/// A try that was allowed, to be taken back when it succeeds.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    keys: Keys,
    network: bool,
}

/// Refuses when a bucket is full already, without writing anything: a flood costs one read each.
pub(crate) async fn look<S>(conn: &mut Conn<S>, keys: &Keys, now: Timestamp) -> Result<()> {
    let pair = limits::find(conn, &keys.pair).await?;
    refuse(PAIR.wait(pair.level, now))?;
    if is_known(pair, now) {
        return Ok(());
    }
    refuse(NETWORK.wait(limits::find(conn, &keys.network).await?.level, now))
}

/// Counts a try before its password is looked at, so that many at once are counted too.
pub(crate) async fn take<S>(tx: &mut Tx<S>, keys: Keys) -> Result<Taken> {
    let now = tx.env().now();
    let known = is_known(limits::find(tx, &keys.pair).await?, now);
    refuse(PAIR.wait(limits::fill(tx, &keys.pair, &PAIR, now).await?, now))?;
    if !known {
        refuse(NETWORK.wait(limits::fill(tx, &keys.network, &NETWORK, now).await?, now))?;
    }
    Ok(Taken { keys, network: !known })
}

/// The try was right: it does not count.
pub(crate) async fn give_back<S>(tx: &mut Tx<S>, taken: &Taken) -> Result<()> {
    let known_until = tx.env().now() + KNOWN;
    limits::succeed(tx, &taken.keys.pair, known_until).await?;
    if taken.network {
        limits::drain(tx, &taken.keys.network, &NETWORK).await?;
    }
    Ok(())
}

fn is_known(pair: Bucket, now: Timestamp) -> bool {
    now < pair.known_until
}

fn refuse(wait: Option<Duration>) -> Result<()> {
    let Some(wait) = wait else { return Ok(()) };
    let detail = "There were many wrong passwords from here. Wait a little before you try again.";
    Err(Error::new(ErrorCode::TooManyRequests, detail).with_retry_after(wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_takes_its_size_at_once_and_then_one_drop_at_a_time() {
        let now = Timestamp::from_micros(1_000_000_000_000);
        let rule = Rule { size: 3, every: Duration::from_mins(1) };
        let mut level = now;
        for _ in 0..3 {
            assert_eq!(rule.wait(level, now), None);
            level = level.max(now) + rule.every;
        }
        assert_eq!(rule.wait(level, now), Some(Duration::from_mins(1)));
        assert_eq!(rule.wait(level, now + Duration::from_mins(1)), None);
        assert_eq!(rule.wait(Timestamp::default(), now), None, "an empty bucket");
    }

    #[test]
    fn a_network_is_what_one_customer_of_a_provider_has() {
        let net = |text: &str| network(Some(text.parse().unwrap()));
        assert_eq!(net("192.0.2.7"), net("::ffff:192.0.2.7"));
        assert_ne!(net("192.0.2.7"), net("192.0.2.8"));
        assert_eq!(net("2001:db8:1:2::3"), net("2001:db8:1:ffff::1"));
        assert_ne!(net("2001:db8:1::1"), net("2001:db8:2::1"));
    }
}

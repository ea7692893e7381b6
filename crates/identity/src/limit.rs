//! How often somebody may try to sign in. Buckets that leak: each try adds a drop, a success takes it out again, and
//! a full bucket refuses until it has leaked.
//!
//! A browser in which an address signed in before has a bucket of its own for that address, so that no stranger can
//! keep its owner out. For other browsers there is a bucket for an address as tried from one network, and one for a
//! network as a whole; never one for an address alone, or anybody could lock anybody out. An address that signed in
//! from a network before is not stopped by the other addresses that are tried there. Keys are blind indexes: no
//! address, no network and no browser can be read back.

use crate::session::Token;
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

/// Tries at one address from one network, or in one browser that knows it: eight at once, then one a minute.
const PAIR: Rule = Rule { size: 8, every: Duration::from_mins(1) };
/// Tries from one network: an office that comes to work fits.
const NETWORK: Rule = Rule { size: 200, every: Duration::from_secs(5) };
/// How long it is remembered that an address signed in from a network, and in a browser.
pub(crate) const KNOWN: Duration = Duration::from_hours(30 * 24);

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
    device: Option<String>,
}

impl Keys {
    pub(crate) fn new(blind: &BlindIndex, email_key: &str, network: &str, device: Option<&Token>) -> Self {
        let device = device.map(|device| format!("{} {email_key}", device.reveal()));
        Self {
            device: device.map(|device| blind.of("sign_in.device", &device)),
            pair: blind.of("sign_in.pair", &format!("{network} {email_key}")),
            network: blind.of("sign_in.network", network),
        }
    }
}

/// A try that was allowed, to be taken back when it succeeds.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    keys: Keys,
    by: By,
}

/// Whose bucket took the drop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// That of a browser in which the address signed in before.
    Device,
    /// That of the address in its network, where it signed in before.
    Pair,
    /// That one, and that of the network.
    PairAndNetwork,
}

/// Refuses when a bucket is full already, without writing anything: a flood costs some reads each.
pub(crate) async fn look<S>(conn: &mut Conn<S>, keys: &Keys, now: Timestamp) -> Result<()> {
    if let Some(bucket) = known_device(conn, keys, now).await? {
        return refuse(PAIR.wait(bucket.level, now));
    }
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
    if let (Some(_), Some(device)) = (known_device(tx, &keys, now).await?, &keys.device) {
        refuse(PAIR.wait(limits::fill(tx, device, &PAIR, now).await?, now))?;
        return Ok(Taken { keys, by: By::Device });
    }
    let known = is_known(limits::find(tx, &keys.pair).await?, now);
    refuse(PAIR.wait(limits::fill(tx, &keys.pair, &PAIR, now).await?, now))?;
    if known {
        return Ok(Taken { keys, by: By::Pair });
    }
    refuse(NETWORK.wait(limits::fill(tx, &keys.network, &NETWORK, now).await?, now))?;
    Ok(Taken { keys, by: By::PairAndNetwork })
}

/// The try was right: it does not count, and the browser is known from now on. What strangers did to the bucket of the
/// network is not the business of a known browser.
pub(crate) async fn give_back<S>(tx: &mut Tx<S>, taken: &Taken) -> Result<()> {
    let known_until = tx.env().now() + KNOWN;
    if let Some(device) = &taken.keys.device {
        limits::succeed(tx, device, known_until).await?;
    }
    if taken.by == By::Device {
        return Ok(());
    }
    limits::succeed(tx, &taken.keys.pair, known_until).await?;
    if taken.by == By::PairAndNetwork {
        limits::drain(tx, &taken.keys.network, &NETWORK).await?;
    }
    Ok(())
}

/// The bucket of the browser, if the address signed in there before.
async fn known_device<S>(conn: &mut Conn<S>, keys: &Keys, now: Timestamp) -> Result<Option<Bucket>> {
    let Some(device) = &keys.device else { return Ok(None) };
    Ok(Some(limits::find(conn, device).await?).filter(|bucket| is_known(*bucket, now)))
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

//! Abuse limits: how much one client network and one conversation may do. They run on the injected clock and count in
//! memory only; a restart forgives.

use base::{Env, Error, ErrorCode, OrganisationId, Result};
use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::InMemoryState;
use governor::state::direct::NotKeyed;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::ops::Add;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// After so many requests the counters forget who has been quiet.
const TIDY_EVERY: u32 = 5000;

/// How often something may be done: so many at once, and then so many a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// At once.
    pub burst: NonZeroU32,
    /// In a minute, after that.
    pub per_minute: NonZeroU32,
}

impl Rate {
    /// So many at once, and then so many a minute; at least one.
    pub const fn new(burst: u32, per_minute: u32) -> Self {
        const fn at_least_one(number: u32) -> NonZeroU32 {
            match NonZeroU32::new(number) {
                Some(number) => number,
                None => NonZeroU32::MIN,
            }
        }
        Self { burst: at_least_one(burst), per_minute: at_least_one(per_minute) }
    }

    fn quota(self) -> Quota {
        Quota::per_minute(self.per_minute).allow_burst(self.burst)
    }
}

/// What is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Conversations begun from one client network.
    pub beginnings: Rate,
    /// Other requests from one client network.
    pub requests: Rate,
    /// Sockets that one client network has at the same time.
    pub sockets_of_network: usize,
    /// Sockets (tabs) that one conversation has at the same time.
    pub sockets_of_conversation: usize,
    /// Messages of one socket.
    pub messages: Rate,
    /// Frames of any kind of one socket.
    pub frames: Rate,
    /// Files of one conversation.
    pub files: Rate,
    /// Kibibytes of files of one conversation.
    pub file_kib: Rate,
    /// Transcripts mailed from one conversation.
    pub mails: Rate,
    /// Transcripts mailed from one client network, so that nobody uses us to write to strangers.
    pub mails_of_network: Rate,
    /// The largest file, in bytes.
    pub file_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A school or an office is one network, so these are for many people.
            beginnings: Rate::new(30, 30),
            requests: Rate::new(240, 240),
            sockets_of_network: 300,
            sockets_of_conversation: 8,
            messages: Rate::new(15, 40),
            frames: Rate::new(120, 240),
            files: Rate::new(10, 10),
            file_kib: Rate::new(50 * 1024, 25 * 1024),
            mails: Rate::new(3, 1),
            mails_of_network: Rate::new(20, 2),
            file_bytes: 10 * 1024 * 1024,
        }
    }
}

/// The injected clock, as the limiter wants it.
#[derive(Clone, Debug)]
struct Injected(Env);

/// A moment, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Moment(u64);

impl Add<Nanos> for Moment {
    type Output = Self;
    fn add(self, other: Nanos) -> Self {
        Self(self.0.saturating_add(other.as_u64()))
    }
}

impl Reference for Moment {
    fn duration_since(&self, earlier: Self) -> Nanos {
        Duration::from_nanos(self.0.saturating_sub(earlier.0)).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.saturating_sub(duration.as_u64()))
    }
}

impl Clock for Injected {
    type Instant = Moment;
    fn now(&self) -> Moment {
        Moment(u64::try_from(self.0.now().micros()).unwrap_or(0).saturating_mul(1000))
    }
}

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, Injected, NoOpMiddleware<Moment>>;

fn keyed<K: Hash + Eq + Clone>(rate: Rate, env: &Env) -> Keyed<K> {
    RateLimiter::new(rate.quota(), DashMapStateStore::default(), Injected(env.clone()))
}

fn too_many(wait: Duration) -> Error {
    let wait = wait.max(Duration::from_secs(1));
    Error::new(ErrorCode::TooManyRequests, "This was too much at once. Wait a moment and try again.")
        .with_retry_after(wait)
}

fn check<K: Hash + Eq + Clone>(limiter: &Keyed<K>, key: &K, count: u32) -> Result<()> {
    let Some(count) = NonZeroU32::new(count) else { return Ok(()) };
    match limiter.check_key_n(key, count) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(early)) => Err(too_many(early.wait_time_from(limiter.clock().now()))),
        Err(_never) => Err(Error::new(ErrorCode::TooLarge, "This is more than is allowed at all.")),
    }
}

/// The network that a client is in: one IPv4 address, or the /64 of an IPv6 address. Without an address all clients
/// are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Network(Option<IpAddr>);

impl Network {
    pub(crate) fn of(address: Option<IpAddr>) -> Self {
        Self(address.map(|address| match address.to_canonical() {
            IpAddr::V4(v4) => IpAddr::V4(v4),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }))
    }
}

/// What is counted per conversation.
type ConversationKey = (OrganisationId, base::ConversationId);

/// The counters of a running program. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Guard(Arc<Counters>);

struct Counters {
    env: Env,
    limits: Limits,
    beginnings: Keyed<Network>,
    requests: Keyed<Network>,
    files: Keyed<ConversationKey>,
    file_kib: Keyed<ConversationKey>,
    mails: Keyed<ConversationKey>,
    mails_of_network: Keyed<Network>,
    sockets: Mutex<Sockets>,
    counted: AtomicU32,
}

#[derive(Default)]
struct Sockets {
    networks: HashMap<Network, usize>,
    conversations: HashMap<ConversationKey, usize>,
}

impl Guard {
    pub(crate) fn new(limits: Limits, env: &Env) -> Self {
        Self(Arc::new(Counters {
            env: env.clone(),
            limits,
            beginnings: keyed(limits.beginnings, env),
            requests: keyed(limits.requests, env),
            files: keyed(limits.files, env),
            file_kib: keyed(limits.file_kib, env),
            mails: keyed(limits.mails, env),
            mails_of_network: keyed(limits.mails_of_network, env),
            sockets: Mutex::default(),
            counted: AtomicU32::new(0),
        }))
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// A conversation begins.
    pub(crate) fn beginning(&self, network: Network) -> Result<()> {
        check(&self.0.beginnings, &network, 1)
    }

    /// Some other request.
    pub(crate) fn request(&self, network: Network) -> Result<()> {
        if self.0.counted.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            self.tidy();
        }
        check(&self.0.requests, &network, 1)
    }

    /// A file comes in.
    pub(crate) fn file(&self, conversation: ConversationKey) -> Result<()> {
        check(&self.0.files, &conversation, 1)
    }

    /// So many bytes of a file came in.
    pub(crate) fn file_bytes(&self, conversation: ConversationKey, bytes: usize) -> Result<()> {
        check(&self.0.file_kib, &conversation, u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX))
    }

    /// A transcript is mailed.
    pub(crate) fn mail(&self, network: Network, conversation: ConversationKey) -> Result<()> {
        check(&self.0.mails, &conversation, 1)?;
        check(&self.0.mails_of_network, &network, 1)
    }

    /// Limits of one socket.
    pub(crate) fn socket_pace(&self) -> Pace {
        let limits = &self.0.limits;
        let direct = |rate: Rate| RateLimiter::direct_with_clock(rate.quota(), Injected(self.0.env.clone()));
        Pace { messages: direct(limits.messages), frames: direct(limits.frames) }
    }

    /// A socket opens; its place is free again when the answer is dropped.
    pub(crate) fn socket(&self, network: Network) -> Result<SocketPlace> {
        let mut sockets = self.sockets();
        let count = sockets.networks.entry(network).or_default();
        if *count >= self.0.limits.sockets_of_network {
            return Err(too_many(Duration::from_secs(10)));
        }
        *count += 1;
        drop(sockets);
        Ok(SocketPlace { guard: self.clone(), network, conversation: None })
    }

    /// How many sockets of a conversation are open here.
    pub(crate) fn present(&self, conversation: ConversationKey) -> bool {
        self.sockets().conversations.contains_key(&conversation)
    }

    /// Forgets networks and conversations that have been quiet, so that the counters do not grow for ever.
    fn tidy(&self) {
        self.0.beginnings.retain_recent();
        self.0.requests.retain_recent();
        self.0.files.retain_recent();
        self.0.file_kib.retain_recent();
        self.0.mails.retain_recent();
        self.0.mails_of_network.retain_recent();
    }

    fn sockets(&self) -> std::sync::MutexGuard<'_, Sockets> {
        self.0.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one open socket.
pub(crate) struct SocketPlace {
    guard: Guard,
    network: Network,
    conversation: Option<ConversationKey>,
}

impl SocketPlace {
    /// Now it is known whose socket it is.
    pub(crate) fn enter(&mut self, conversation: ConversationKey) -> Result<()> {
        let mut sockets = self.guard.sockets();
        let count = sockets.conversations.entry(conversation).or_default();
        if *count >= self.guard.0.limits.sockets_of_conversation {
            return Err(too_many(Duration::from_secs(10)));
        }
        *count += 1;
        drop(sockets);
        self.conversation = Some(conversation);
        Ok(())
    }

    /// Gives the place back. True: it was the conversation's last one here.
    pub(crate) fn leave(mut self) -> bool {
        self.give_back()
    }

    fn give_back(&mut self) -> bool {
        let Some(conversation) = self.conversation.take() else { return false };
        let mut sockets = self.guard.sockets();
        take_one(&mut sockets.conversations, &conversation)
    }
}

impl Drop for SocketPlace {
    fn drop(&mut self) {
        self.give_back();
        take_one(&mut self.guard.sockets().networks, &self.network);
    }
}

/// True: it was the last.
fn take_one<K: Hash + Eq>(counts: &mut HashMap<K, usize>, key: &K) -> bool {
    let Some(count) = counts.get_mut(key) else { return false };
    *count -= 1;
    let last = *count == 0;
    if last {
        counts.remove(key);
    }
    last
}

type Direct = RateLimiter<NotKeyed, InMemoryState, Injected, NoOpMiddleware<Moment>>;

/// How fast one socket may go.
pub(crate) struct Pace {
    messages: Direct,
    frames: Direct,
}

impl Pace {
    /// A message comes in.
    pub(crate) fn message(&self) -> Result<()> {
        self.messages.check().map_err(|early| too_many(early.wait_time_from(self.messages.clock().now())))
    }

    /// Any frame comes in. False: it is far too much, and the socket is closed.
    pub(crate) fn frame(&self) -> bool {
        self.frames.check().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(limits: Limits) -> (Guard, Arc<base::TestClock>, Env) {
        let (env, clock) = Env::test(1);
        (Guard::new(limits, &env), clock, env)
    }

    fn network(text: &str) -> Network {
        Network::of(Some(text.parse().unwrap()))
    }

    #[test]
    fn a_network_that_begins_too_much_waits_and_others_do_not() {
        let (guard, clock, _) = guard(Limits { beginnings: Rate::new(2, 1), ..Limits::default() });
        let (here, there) = (network("192.0.2.1"), network("192.0.2.2"));
        guard.beginning(here).unwrap();
        guard.beginning(here).unwrap();
        let refused = guard.beginning(here).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::TooManyRequests);
        assert!(refused.retry_after().unwrap() <= Duration::from_mins(1));
        guard.beginning(there).unwrap();
        clock.advance(Duration::from_mins(1));
        guard.beginning(here).unwrap();
    }

    #[test]
    fn a_house_is_one_network() {
        assert_eq!(network("2001:db8:1:2:3::4"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }

    #[test]
    fn tabs_are_counted_and_given_back() {
        let (guard, _, env) =
            guard(Limits { sockets_of_conversation: 2, sockets_of_network: 3, ..Limits::default() });
        let conversation = (env.new_id(), env.new_id());
        let here = network("192.0.2.1");
        let open = || {
            let mut place = guard.socket(here)?;
            place.enter(conversation).map(|()| place)
        };
        let (one, two) = (open().unwrap(), open().unwrap());
        assert!(open().is_err(), "a third tab of one conversation");
        let another = guard.socket(here).unwrap();
        assert!(guard.socket(here).is_err(), "a fourth socket of one network");
        drop(another);
        assert!(!one.leave(), "the other tab is still there");
        assert!(guard.present(conversation));
        assert!(two.leave());
        assert!(!guard.present(conversation));
        assert!(guard.sockets().networks.is_empty());
    }

    #[test]
    fn what_can_never_fit_is_too_large() {
        let (guard, _, env) = guard(Limits { file_kib: Rate::new(10, 10), ..Limits::default() });
        let conversation = (env.new_id(), env.new_id());
        guard.file_bytes(conversation, 10 * 1024).unwrap();
        assert_eq!(guard.file_bytes(conversation, 1).unwrap_err().code(), ErrorCode::TooManyRequests);
        assert_eq!(guard.file_bytes(conversation, 11 * 1024).unwrap_err().code(), ErrorCode::TooLarge);
    }

    #[test]
    fn a_socket_slows_down_before_it_is_closed() {
        let (guard, clock, _) =
            guard(Limits { messages: Rate::new(1, 60), frames: Rate::new(3, 60), ..Limits::default() });
        let pace = guard.socket_pace();
        pace.message().unwrap();
        assert!(pace.message().is_err());
        clock.advance(Duration::from_secs(1));
        pace.message().unwrap();
        assert!((0..3).all(|_| pace.frame()));
        assert!(!pace.frame());
    }
}

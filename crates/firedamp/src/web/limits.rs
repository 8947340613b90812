//! How often somebody may ask, and try to sign in. Each bound is a bucket that refills; who finds it
//! empty is told when to come again.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::HashMapStateStore,
};

/// Buckets of one kind. Keys share them by a secret hash, so that made-up names take no room.
const BUCKETS: u64 = 1 << 16;

/// Requests of one caller: at once, and in each second after that.
const REQUESTS_BURST: u32 = 1000;
const REQUESTS_PER_SECOND: u32 = 300;
/// The same for one address whose callers nobody knows.
const STRANGERS_BURST: u32 = 600;
const STRANGERS_PER_SECOND: u32 = 30;
/// Sign-ins of one name from one address: at once, and the time until the next.
const PAIR_BURST: u32 = 5;
const PAIR_SECONDS: u64 = 60;
/// Sign-ins from one address, whoever it says it is.
const ADDRESS_BURST: u32 = 30;
const ADDRESS_SECONDS: u64 = 10;
/// Sign-ins of one name from anywhere: guessing from many machines ends here, and so can keep its
/// owner out for a while.
const NAME_BURST: u32 = 100;
const NAME_SECONDS: u64 = 30;

struct Bound {
    buckets: RateLimiter<u64, HashMapStateStore<u64>, DefaultClock>,
}

impl Bound {
    fn new(burst: u32, every: Duration) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(every).unwrap_or_else(|| Quota::per_second(burst));
        Self { buckets: RateLimiter::hashmap(quota.allow_burst(burst)) }
    }

    fn take(&self, bucket: u64) -> Result<(), Wait> {
        let clock = DefaultClock::default();
        self.buckets.check_key(&bucket).map_err(|until| Wait(until.wait_time_from(clock.now())))
    }
}

/// How long to wait before the next try.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Wait(pub Duration);

impl Wait {
    /// Whole seconds, one at least.
    #[must_use]
    pub fn seconds(self) -> u64 {
        self.0.as_secs() + 1
    }
}

/// The bounds of one desk.
pub struct Limits {
    secret: RandomState,
    requests: Bound,
    strangers: Bound,
    pairs: Bound,
    addresses: Bound,
    names: Bound,
}

impl Default for Limits {
    fn default() -> Self {
        let each = |per_second: u32| Duration::from_secs(1) / per_second;
        Self {
            secret: RandomState::new(),
            requests: Bound::new(REQUESTS_BURST, each(REQUESTS_PER_SECOND)),
            strangers: Bound::new(STRANGERS_BURST, each(STRANGERS_PER_SECOND)),
            pairs: Bound::new(PAIR_BURST, Duration::from_secs(PAIR_SECONDS)),
            addresses: Bound::new(ADDRESS_BURST, Duration::from_secs(ADDRESS_SECONDS)),
            names: Bound::new(NAME_BURST, Duration::from_secs(NAME_SECONDS)),
        }
    }
}

impl Limits {
    /// A request of a known caller.
    ///
    /// # Errors
    /// When it is one too many.
    pub fn request(&self, caller: &str) -> Result<(), Wait> {
        self.requests.take(self.bucket(caller))
    }

    /// A request that nobody is known to have sent.
    ///
    /// # Errors
    /// When it is one too many from there.
    pub fn stranger(&self, address: IpAddr) -> Result<(), Wait> {
        self.strangers.take(self.bucket(site(address)))
    }

    /// Somebody tries to sign in; a token has no name.
    ///
    /// # Errors
    /// When it is one too many of that name, from that address, or both.
    pub fn sign_in(&self, name: Option<&str>, address: IpAddr) -> Result<(), Wait> {
        let site = site(address);
        self.addresses.take(self.bucket(site))?;
        let Some(name) = name.map(str::to_lowercase) else { return Ok(()) };
        self.pairs.take(self.bucket((&name, site)))?;
        self.names.take(self.bucket(&name))
    }

    fn bucket(&self, key: impl std::hash::Hash) -> u64 {
        self.secret.hash_one(key) % BUCKETS
    }
}

/// What one customer of a network has: an IPv4 address, or the first 64 bits of an IPv6 address.
fn site(address: IpAddr) -> u64 {
    match address.to_canonical() {
        IpAddr::V4(v4) => u64::from(v4.to_bits()),
        IpAddr::V6(v6) => (v6.to_bits() >> 64) as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_name_is_tried_few_times_from_one_place_and_not_forever_from_many() {
        let limits = Limits::default();
        let home = address("192.0.2.1");
        for _ in 0..PAIR_BURST {
            assert_eq!(limits.sign_in(Some("alice"), home), Ok(()));
        }
        let wait = limits.sign_in(Some("ALICE"), home).expect_err("one too many");
        assert!((1..=PAIR_SECONDS + 1).contains(&wait.seconds()), "{wait:?}");
        assert_eq!(limits.sign_in(Some("bob"), home), Ok(()), "others go on");
        assert_eq!(limits.sign_in(Some("alice"), address("192.0.2.2")), Ok(()), "from elsewhere");
        let mut tries = (0..2000_u32).map(|last| {
            let elsewhere = IpAddr::V4(std::net::Ipv4Addr::from_bits(0xc633_6400 + last));
            limits.sign_in(Some("alice"), elsewhere)
        });
        assert!(tries.any(|tried| tried.is_err()), "many machines are one guesser");
    }

    #[test]
    fn neighbours_in_one_ipv6_network_are_one() {
        let limits = Limits::default();
        let tries = (0..200_u32).map(|last| address(&format!("2001:db8::{last:x}")));
        let refused = tries.filter(|one| limits.sign_in(None, *one).is_err()).count();
        assert!(refused >= 160, "{refused}");
        assert_eq!(limits.sign_in(None, address("2001:db8:0:1::1")), Ok(()));
    }

    #[test]
    fn a_caller_is_held_up_and_others_are_not() {
        let limits = Limits::default();
        let refused = (0..3000).filter(|_| limits.request("busy").is_err()).count();
        assert!(refused > 1000, "{refused}");
        assert_eq!(limits.request("calm"), Ok(()));
    }
}

//! The made-up day that the sets are written from: who talks to whom, and how much. The same seed
//! gives the same day.
//!
//! Nothing in it is a real endpoint. Interfaces live in 10.0.0.0/8, listed endpoints in
//! 198.18.0.0/15 (kept for benchmarks), all other remotes in 240.0.0.0/4 (reserved), so that a
//! program takes both for public addresses.

use std::collections::BTreeMap;

use fastrand::Rng;

/// The first second of the day: 2026-01-15T00:00:00Z.
pub(crate) const DAY_START: u64 = 1_768_435_200;
/// "Now" for the programs that want to know: the end of that day.
pub(crate) const NOW: &str = "2026-01-16T00:00:00Z";
/// The capture windows of the day, one minute each.
pub(crate) const MINUTE_COUNT: u64 = 1_440;

/// Counted up when the same lines are no longer written, so that no stale set is measured.
pub(crate) const EDITION: u32 = 1;

const INTERFACE_COUNT: usize = 5_000;
const ACCOUNT_COUNT: usize = 200;
const STRANGER_COUNT: usize = 200_000;
const LISTED_COUNT: usize = 20_000;
const MINER_COUNT: usize = 12;
/// The exponent of the strangers' popularity.
const ZIPF_EXPONENT: f64 = 1.1;
/// One talk in so many goes to a listed address.
const LISTED_ONE_IN: u32 = 10_000;
/// A pair of endpoints keeps its ports for so many minutes.
const PORTS_KEPT_MINUTES: u64 = 15;
const SEED: u64 = 0x000f_12ed_a309;

/// The ports of ordinary traffic, more popular ones more often.
const PORTS: [u16; 16] =
    [443, 443, 443, 443, 443, 443, 443, 80, 80, 53, 123, 22, 5_432, 8_080, 9_092, 6_379];
/// The client's port of conversations that no second port tells apart.
const EPHEMERAL_PORT: u16 = 50_000;
/// The server's port of conversations that last all day; no stranger has it.
const LASTING_PORT: u16 = 8_883;
const MINER_PORTS: [u16; 4] = [3_333, 4_444, 14_433, 443];

/// A network interface and who owns it.
pub(crate) struct Interface {
    /// The AWS account.
    pub(crate) account: String,
    /// The AWS interface id.
    pub(crate) id: String,
    /// The address inside the network.
    pub(crate) address: String,
    /// The Azure subscription.
    pub(crate) subscription: String,
    /// The Azure interface's hardware address.
    pub(crate) mac: String,
}

/// Packets and bytes in one direction.
#[derive(Clone, Copy)]
pub(crate) struct Amount {
    /// Packets.
    pub(crate) packets: u32,
    /// Bytes.
    pub(crate) bytes: u32,
}

/// One conversation in one minute.
pub(crate) struct Talk {
    /// Its interface, by number.
    pub(crate) interface: usize,
    /// The address at the other end, by number.
    pub(crate) remote: usize,
    /// The interface's port.
    pub(crate) local_port: u16,
    /// The other end's port.
    pub(crate) remote_port: u16,
    /// The IANA protocol number.
    pub(crate) protocol: u8,
    /// Who began it: true when the other end did.
    pub(crate) inbound: bool,
    /// False when the firewall refused it.
    pub(crate) accepted: bool,
    /// Interface to remote.
    pub(crate) sent: Amount,
    /// Remote to interface.
    pub(crate) received: Amount,
}

/// A conversation that lasts all day.
struct Miner {
    interface: usize,
    remote: usize,
    local_port: u16,
    remote_port: u16,
}

/// Lines per account, interface and listed remote address: what every program must find.
pub(crate) type Truth = BTreeMap<(String, String, String), u64>;

/// The day's cast and the dice.
pub(crate) struct World {
    /// Every interface.
    pub(crate) interfaces: Vec<Interface>,
    /// Every remote address: first the listed ones, then the strangers.
    pub(crate) remotes: Vec<String>,
    /// The dice.
    pub(crate) rng: Rng,
    popularity: Vec<f64>,
    miners: Vec<Miner>,
}

impl World {
    /// The world, always the same one.
    pub(crate) fn new() -> Self {
        let mut rng = Rng::with_seed(SEED);
        let interfaces = (0..INTERFACE_COUNT).map(|index| interface(index, &mut rng)).collect();
        let strangers = (0..STRANGER_COUNT).map(stranger);
        let remotes = (0..LISTED_COUNT).map(listed).chain(strangers).collect();
        let miners = (0..MINER_COUNT).map(|_| miner(&mut rng)).collect();
        Self { interfaces, remotes, rng, popularity: popularity(), miners }
    }

    /// The addresses of the list, in the order of the list.
    pub(crate) fn listed(&self) -> &[String] {
        &self.remotes[..LISTED_COUNT]
    }

    /// True when this remote is on the list.
    pub(crate) const fn is_listed(remote: usize) -> bool {
        remote < LISTED_COUNT
    }

    /// The next conversation of this minute, over the first `interface_count` interfaces.
    pub(crate) fn talk(&mut self, minute: u64, interface_count: usize) -> Talk {
        if self.rng.u32(..LISTED_ONE_IN) == 0 {
            return self.listed_talk(minute, interface_count);
        }
        let interface = self.rng.usize(..interface_count);
        let remote = LISTED_COUNT + self.stranger();
        if self.rng.u8(..10) == 0 {
            return self.probe(interface, remote);
        }
        let remote_port = PORTS[remote % PORTS.len()];
        let local_port = kept_port(interface, remote, minute);
        self.exchange(interface, remote, local_port, remote_port)
    }

    /// The conversation of this number: an interface and a stranger that no other number has, for
    /// numbers up to a thousand million.
    pub(crate) fn distinct_talk(&mut self, number: u64) -> Talk {
        const PAIRS: u64 = (INTERFACE_COUNT * STRANGER_COUNT) as u64;
        // An odd multiplier that five does not divide reaches each pair once.
        let pair = (number % PAIRS * 618_033_989 % PAIRS) as usize;
        let (interface, stranger) = (pair / STRANGER_COUNT, pair % STRANGER_COUNT);
        let remote = LISTED_COUNT + stranger;
        let port = PORTS[stranger % PORTS.len()];
        Talk { protocol: 6, ..self.exchange(interface, remote, EPHEMERAL_PORT, port) }
    }

    /// One of a few conversations that go on all day in small packets.
    pub(crate) fn lasting_talk(&mut self, number: usize) -> Talk {
        let remote = LISTED_COUNT + number;
        let small = |packets: u32| Amount { packets, bytes: packets * 110 };
        Talk {
            protocol: 6,
            sent: small(1 + self.rng.u32(..4)),
            received: small(1 + self.rng.u32(..6)),
            ..self.exchange(number % INTERFACE_COUNT, remote, EPHEMERAL_PORT, LASTING_PORT)
        }
    }

    /// Half of the listed talk is a few miners', the other half is anybody's.
    pub(crate) fn listed_talk(&mut self, minute: u64, interface_count: usize) -> Talk {
        let miner = &self.miners[self.rng.usize(..MINER_COUNT)];
        if self.rng.bool() {
            let interface = miner.interface % interface_count;
            let (remote, local, port) = (miner.remote, miner.local_port, miner.remote_port);
            return Talk { protocol: 6, ..self.exchange(interface, remote, local, port) };
        }
        let interface = self.rng.usize(..interface_count);
        let remote = self.rng.usize(..LISTED_COUNT);
        let port = MINER_PORTS[remote % MINER_PORTS.len()];
        self.exchange(interface, remote, kept_port(interface, remote, minute), port)
    }

    fn exchange(&mut self, interface: usize, remote: usize, local: u16, port: u16) -> Talk {
        Talk {
            interface,
            remote,
            local_port: local,
            remote_port: port,
            protocol: if matches!(port, 53 | 123) { 17 } else { 6 },
            inbound: false,
            accepted: true,
            sent: self.amount(),
            received: self.amount(),
        }
    }

    /// A scanner's knock at a closed port, or a ping.
    fn probe(&mut self, interface: usize, remote: usize) -> Talk {
        let ping = self.rng.u8(..16) == 0;
        let bytes = 40 + self.rng.u32(..3) * 4;
        Talk {
            interface,
            remote,
            local_port: if ping { 0 } else { self.rng.u16(1..10_000) },
            remote_port: if ping { 0 } else { self.rng.u16(32_768..61_000) },
            protocol: if ping { 1 } else { 6 },
            inbound: true,
            accepted: false,
            sent: Amount { packets: 0, bytes: 0 },
            received: Amount { packets: 1, bytes },
        }
    }

    /// Mostly small, seldom huge.
    fn amount(&mut self) -> Amount {
        let packets = 1 + (self.rng.u32(1..1 << 16) >> self.rng.u32(0..16));
        Amount { packets, bytes: packets * self.rng.u32(40..1_500) }
    }

    fn stranger(&mut self) -> usize {
        let point = self.rng.f64();
        self.popularity.partition_point(|&sum| sum < point).min(STRANGER_COUNT - 1)
    }
}

/// The ephemeral port that two endpoints keep for a while.
fn kept_port(interface: usize, remote: usize, minute: u64) -> u16 {
    let spell = minute / PORTS_KEPT_MINUTES;
    let mixed = (interface as u64) << 40 ^ (remote as u64) << 12 ^ spell;
    let hash = mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 50;
    32_768 + u16::try_from(hash).unwrap_or(0)
}

fn interface(index: usize, rng: &mut Rng) -> Interface {
    let owner = index % ACCOUNT_COUNT;
    let (high, middle, low) = (index >> 16 & 255, index >> 8 & 255, index & 255);
    Interface {
        account: format!("{:012}", 900_000_000_000 + owner as u64),
        id: format!("eni-0{:016x}", rng.u64(..)),
        address: format!("10.{high}.{middle}.{low}"),
        subscription: format!("00000000-0000-4000-8000-{owner:012x}"),
        mac: format!("000D3A{index:06X}"),
    }
}

fn listed(index: usize) -> String {
    format!("198.{}.{}.{}", 18 + (index >> 16 & 1), index >> 8 & 255, index & 255)
}

fn stranger(index: usize) -> String {
    // An odd multiplier scatters neighbours in rank over the whole range, without a collision.
    let place = (index as u64).wrapping_mul(0x9e37_79b1) & 0x07ff_ffff;
    format!("{}.{}.{}.{}", 240 + (place >> 24), place >> 16 & 255, place >> 8 & 255, place & 255)
}

fn miner(rng: &mut Rng) -> Miner {
    Miner {
        interface: rng.usize(..INTERFACE_COUNT),
        remote: rng.usize(..LISTED_COUNT),
        local_port: rng.u16(32_768..61_000),
        remote_port: MINER_PORTS[rng.usize(..MINER_PORTS.len())],
    }
}

/// The running sum of the strangers' shares, up to one.
fn popularity() -> Vec<f64> {
    let weights = (1..=STRANGER_COUNT).map(|rank| (rank as f64).powf(-ZIPF_EXPONENT));
    let mut sums: Vec<f64> = weights
        .scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect();
    let whole = sums[STRANGER_COUNT - 1];
    sums.iter_mut().for_each(|sum| *sum /= whole);
    sums
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_remotes_share_an_address() {
        let world = World::new();
        let distinct: BTreeSet<&String> = world.remotes.iter().collect();
        assert_eq!(distinct.len(), LISTED_COUNT + STRANGER_COUNT);
    }

    #[test]
    fn the_same_seed_gives_the_same_day() {
        let talks = |mut world: World| -> Vec<(usize, usize, u16)> {
            (0..1_000)
                .map(|_| world.talk(0, 50))
                .map(|t| (t.interface, t.remote, t.local_port))
                .collect()
        };
        assert_eq!(talks(World::new()), talks(World::new()));
    }

    #[test]
    fn no_two_numbers_are_one_conversation() {
        let mut world = World::new();
        let numbers = (0..100_000).chain(999_900_000..1_000_000_000);
        let pairs: BTreeSet<(usize, usize)> = numbers
            .map(|number| world.distinct_talk(number))
            .map(|talk| (talk.interface, talk.remote))
            .collect();
        assert_eq!(pairs.len(), 200_000);
    }

    #[test]
    fn one_talk_in_ten_thousand_is_listed() {
        let mut world = World::new();
        let listed = (0..1_000_000).filter(|_| World::is_listed(world.talk(0, 50).remote)).count();
        assert!((70..130).contains(&listed), "{listed}");
    }
}

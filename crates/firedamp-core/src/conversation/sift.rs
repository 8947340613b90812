//! The first look: which of millions of conversations are long and small enough to be looked at by
//! the minute.
//!
//! Of each conversation forty-eight bytes are kept: first and last second, and a bit for each quarter of an
//! hour in which there was traffic, or bulk. All of it joins by minimum, maximum and "or", so threads
//! may tell in any order, and twice. At the bound only conversations whose hash is under a threshold
//! are kept; the threshold is halved until they fit, which gives the same ones in any order.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{BuildHasherDefault, Hasher},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::Parties;
use crate::{
    event::{Endpoint, Flow, Phase},
    time::Time,
};

/// Parts of the table, each behind its own lock.
const SHARDS: usize = 64;
/// Conversations kept in one part: 13 million in all, in some 850 MB.
const SEEN_MAX: usize = 200_000;
/// What one bit of a bitmap stands for; sixty-four are sixteen hours.
const SLOT_SECONDS: u32 = 900;
/// Conversations that may pass.
const GATED_MAX: usize = 50_000;
/// A conversation must last so long, with others to the same server if need be.
const LONG_SECONDS: u32 = 2700;
/// Below this a conversation says nothing even beside others.
const PART_SECONDS: u32 = 600;
/// Quarters of an hour in which there must be traffic, of those that passed.
const ACTIVE_SHARE_MIN: f64 = 0.6;
const ACTIVE_MIN: u32 = 3;
/// Bytes a minute in one direction that no pool and no miner sends: ten times the 95th percentile
/// of measured miners is a tenth of it.
const BULK_BYTES_PER_MINUTE: u64 = 250_000;
/// Azure's records of a running connection do not say what they cover: ten minutes at most.
const UNKNOWN_SECONDS: u64 = 600;
/// Clients of one server that count as a fleet.
const FLEET_MIN: usize = 3;

/// Whole seconds since 1970, within what thirty-two bits hold.
#[must_use]
pub(super) fn seconds(time: Time) -> u32 {
    u32::try_from(time.seconds().max(0)).unwrap_or(u32::MAX)
}

/// What is kept of a conversation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Seen {
    active: u64,
    bulk: u64,
    first: u32,
    last: u32,
    /// The address, or the place of one that is longer.
    server: u32,
    /// The lower half of the account's hash.
    account: u32,
    port: u16,
    long_address: bool,
}

impl Seen {
    fn join(&mut self, other: &Self) {
        self.active |= other.active;
        self.bulk |= other.bulk;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    const fn lasted(&self) -> u32 {
        self.last - self.first
    }

    fn is_steady(&self) -> bool {
        let slots = (self.lasted() / SLOT_SECONDS + 1).min(64);
        let active = self.active.count_ones();
        let quiet = (self.active & !self.bulk).count_ones();
        active >= ACTIVE_MIN
            && f64::from(active) >= ACTIVE_SHARE_MIN * f64::from(slots)
            && 2 * quiet >= active
    }

    fn is_long(&self) -> bool {
        self.lasted() >= LONG_SECONDS && self.is_steady()
    }
}

/// One record's worth.
#[derive(Clone, Copy, Debug)]
struct Note {
    key: u64,
    server: IpAddr,
    seen: Seen,
}

/// Notes of one thread, told together so that locks are taken rarely.
#[derive(Debug, Default)]
pub struct Notes(Vec<Note>);

const NOTES_MAX: usize = 4096;

impl Notes {
    /// Notes one flow of `account` (a hash of it).
    #[inline]
    pub fn add(&mut self, sift: &Sift, flow: &Flow<'_>, parties: &Parties, account: u64) {
        let note = note(flow, parties, account);
        match self.0.last_mut() {
            Some(last) if last.key == note.key => last.seen.join(&note.seen),
            _ => self.0.push(note),
        }
        if self.0.len() >= NOTES_MAX {
            self.tell(sift);
        }
    }

    /// Tells the table.
    pub fn tell(&mut self, sift: &Sift) {
        self.0.sort_unstable_by_key(|note| shard(note.key));
        for notes in self.0.chunk_by(|one, other| shard(one.key) == shard(other.key)) {
            sift.tell(notes);
        }
        self.0.clear();
    }
}

fn note(flow: &Flow<'_>, parties: &Parties, account: u64) -> Note {
    let Endpoint { address, port } = parties.server;
    let (first, last) = (seconds(flow.span.first), seconds(flow.span.last));
    let covered = match flow.phase {
        Phase::Window => flow.span.seconds().max(60).unsigned_abs(),
        _ => UNKNOWN_SECONDS,
    };
    let bytes = flow.sent.bytes.max(flow.returned.bytes);
    // A record ends when the next one begins.
    let active = slot(first) | slot(last.saturating_sub(1).max(first));
    let is_bulk = bytes / covered > BULK_BYTES_PER_MINUTE / 60;
    let seen = Seen {
        active,
        bulk: if is_bulk { active } else { 0 },
        first,
        last,
        server: 0,
        account: half(account),
        port,
        long_address: false,
    };
    Note { key: parties.key(account), server: address, seen }
}

/// What is kept of an account's hash.
#[must_use]
pub const fn half(account: u64) -> u32 {
    (account & 0xffff_ffff) as u32
}

const fn slot(seconds: u32) -> u64 {
    1 << (seconds / SLOT_SECONDS % 64)
}

const fn shard(key: u64) -> usize {
    (key % SHARDS as u64) as usize
}

/// Keys are hashes already.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {}

    fn write_u64(&mut self, number: u64) {
        // The table looks at the lowest and the highest bits; the lowest are the same in all of a shard.
        self.0 = number.rotate_right(32);
    }
}

type Table = HashMap<u64, Seen, BuildHasherDefault<Identity>>;

#[derive(Debug, Default)]
struct Shard {
    seen: Table,
    long_addresses: BTreeMap<Ipv6Addr, u32>,
    /// Keys from here on are shed; halved at each turn.
    halvings: u32,
}

impl Shard {
    const fn keeps(&self, key: u64) -> bool {
        key <= u64::MAX >> self.halvings
    }

    fn add(&mut self, note: &Note) {
        if !self.keeps(note.key) {
            return;
        }
        if let Some(seen) = self.seen.get_mut(&note.key) {
            return seen.join(&note.seen);
        }
        let mut seen = note.seen;
        (seen.server, seen.long_address) = match note.server {
            IpAddr::V4(address) => (address.to_bits(), false),
            IpAddr::V6(address) => (self.place(address), true),
        };
        self.seen.insert(note.key, seen);
        while self.seen.len() > SEEN_MAX {
            self.halvings += 1;
            let most = u64::MAX >> self.halvings;
            self.seen.retain(|key, _| *key <= most);
        }
    }

    fn place(&mut self, address: Ipv6Addr) -> u32 {
        let next = u32::try_from(self.long_addresses.len()).unwrap_or(u32::MAX);
        *self.long_addresses.entry(address).or_insert(next)
    }

    /// Every conversation that lasted, by key.
    fn lasting(&self) -> Vec<Lasting> {
        let mut long: Vec<Ipv6Addr> = vec![Ipv6Addr::UNSPECIFIED; self.long_addresses.len()];
        for (address, place) in &self.long_addresses {
            if let Some(slot) = long.get_mut(*place as usize) {
                *slot = *address;
            }
        }
        let address = |seen: &Seen| match seen.long_address {
            true => long.get(seen.server as usize).copied().map(IpAddr::V6),
            false => Some(IpAddr::V4(Ipv4Addr::from_bits(seen.server))),
        };
        let lasting = self.seen.iter().filter(|(_, seen)| seen.lasted() >= PART_SECONDS);
        let mut lasting: Vec<Lasting> = lasting
            .filter_map(|(key, seen)| {
                let server = Endpoint { address: address(seen)?, port: seen.port };
                Some(Lasting { key: *key, server, seen: *seen })
            })
            .collect();
        lasting.sort_unstable_by_key(|one| one.key);
        lasting
    }
}

#[derive(Clone, Copy, Debug)]
struct Lasting {
    key: u64,
    server: Endpoint,
    seen: Seen,
}

/// The table that all threads tell of what they saw.
#[derive(Debug)]
pub struct Sift(Vec<Mutex<Shard>>);

impl Default for Sift {
    fn default() -> Self {
        Self((0..SHARDS).map(|_| Mutex::default()).collect())
    }
}

impl Sift {
    fn tell(&self, notes: &[Note]) {
        let Some(first) = notes.first() else {
            return;
        };
        if let Some(table) = self.0.get(shard(first.key)) {
            let mut table = lock(table);
            notes.iter().for_each(|note| table.add(note));
        }
    }

    /// Forgets conversations that ended before `time`; a service that never stops would keep them all.
    pub fn forget_before(&self, time: Time) {
        for table in &self.0 {
            let mut table = lock(table);
            table.seen.retain(|_, seen| seen.last >= seconds(time));
            if table.seen.is_empty() {
                *table = Shard::default();
            }
        }
    }

    /// What is worth a second look.
    #[must_use]
    pub fn gated(&self) -> Gated {
        let lasting: Vec<Lasting> = self.0.iter().flat_map(|table| lock(table).lasting()).collect();
        let shared = shared_servers(&lasting);
        let mut passed: Vec<&Lasting> = lasting
            .iter()
            .filter(|one| one.seen.is_long() || shared.contains(&server_key(one.server)))
            .collect();
        // The steadiest first, so that a crowd of brief ones does not drive out the one that counts.
        passed.sort_by_key(|one| {
            let quiet = (one.seen.active & !one.seen.bulk).count_ones();
            (std::cmp::Reverse(quiet), one.key)
        });
        let shed = passed.len().saturating_sub(GATED_MAX) as u64;
        passed.truncate(GATED_MAX);
        Gated {
            keys: passed.iter().map(|one| (one.key, one.seen.account)).collect(),
            servers: passed.iter().map(|one| one.server.address).collect(),
            shed,
            sampled: self.0.iter().any(|table| lock(table).halvings > 0),
        }
    }
}

fn lock(table: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

type ServerKey = (IpAddr, u16);

const fn server_key(server: Endpoint) -> ServerKey {
    (server.address, server.port)
}

/// Servers to which several clients talked, none of them for long, and which were talked to for
/// long: fleets of machines that live for minutes.
fn shared_servers(lasting: &[Lasting]) -> BTreeSet<ServerKey> {
    let mut groups: BTreeMap<ServerKey, (usize, Seen)> = BTreeMap::new();
    for one in lasting {
        let (clients, seen) = groups.entry(server_key(one.server)).or_insert_with(|| (0, one.seen));
        *clients += 1;
        seen.join(&one.seen);
    }
    let is_fleet = |(clients, seen): &(usize, Seen)| *clients >= FLEET_MIN && seen.is_long();
    groups.into_iter().filter(|(_, group)| is_fleet(group)).map(|(server, _)| server).collect()
}

/// What passed the first look.
#[derive(Clone, Debug, Default)]
pub struct Gated {
    /// The conversations, with half of their account's hash.
    keys: HashMap<u64, u32, BuildHasherDefault<Identity>>,
    /// Their servers.
    pub servers: BTreeSet<IpAddr>,
    /// How many more would have passed.
    pub shed: u64,
    /// There were more conversations than the table holds: some were not looked at.
    pub sampled: bool,
}

impl Gated {
    /// Whether a conversation passed.
    #[must_use]
    pub fn contains(&self, key: u64) -> bool {
        self.keys.contains_key(&key)
    }

    /// Halves of the hashes of accounts whose conversations passed now and not in `before`.
    #[must_use]
    pub fn accounts_since(&self, before: &Self) -> BTreeSet<u32> {
        let new = self.keys.iter().filter(|(key, _)| !before.contains(**key));
        new.map(|(_, account)| *account).collect()
    }

    /// Whether nothing passed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether a bound was reached, so that some conversations were not looked at.
    #[must_use]
    pub const fn is_approximate(&self) -> bool {
        self.shed > 0 || self.sampled
    }
}

//! The first look: which of millions of conversations are long and small enough to be looked at by
//! the minute.
//!
//! Of each conversation forty-eight bytes are kept: first and last second, and a bit for each quarter of an
//! hour in which there was traffic, or bulk. All of it joins by minimum, maximum and "or", so threads
//! may tell in any order, and twice. At the bound only conversations whose hash is under a threshold
//! are kept; the threshold is halved until they fit, which gives the same ones in any order.

mod gated;
mod note;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry},
    hash::{BuildHasherDefault, Hasher},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{event::Endpoint, time::Time};
use note::{Note, Pending};

pub use gated::Gated;
pub use note::Notes;

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

    fn add(&mut self, note: &Note, long_addresses: &[Ipv6Addr]) {
        if !self.keeps(note.key) {
            return;
        }
        let mut seen = note.seen();
        if note.long_address {
            let address = long_addresses.get(note.server as usize).copied();
            seen.server = self.place(address.unwrap_or(Ipv6Addr::UNSPECIFIED));
        }
        match self.seen.entry(note.key) {
            Entry::Occupied(mut known) => return known.get_mut().join(&seen),
            Entry::Vacant(free) => free.insert(seen),
        };
        while self.seen.len() > SEEN_MAX {
            self.halvings += 1;
            let most = u64::MAX >> self.halvings;
            self.seen.retain(|key, _| *key <= most);
        }
    }

    fn forget_before(&mut self, all: u32, brief: u32) {
        let is_brief = |seen: &Seen| seen.lasted() < PART_SECONDS;
        self.seen.retain(|_, seen| seen.last >= if is_brief(seen) { brief } else { all });
        if self.seen.is_empty() {
            *self = Self::default();
        }
        if self.seen.len() < self.seen.capacity() / 4 {
            self.seen.shrink_to_fit();
            // There is room again for what would have been shed.
            self.halvings = 0;
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
    fn tell(&self, at: usize, pending: &mut Pending) {
        if let Some(table) = self.0.get(at)
            && !pending.notes.is_empty()
        {
            let mut table = lock(table);
            pending.notes.iter().for_each(|note| table.add(note, &pending.long_addresses));
        }
        pending.notes.clear();
        pending.long_addresses.clear();
    }

    /// Forgets conversations that ended before `all`, and brief ones that ended before `brief`; a
    /// service that never stops would keep them all.
    pub fn forget_before(&self, all: Time, brief: Time) {
        for table in &self.0 {
            lock(table).forget_before(seconds(all), seconds(brief));
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

#[cfg(test)]
mod tests;

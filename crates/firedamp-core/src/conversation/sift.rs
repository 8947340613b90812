//! The first look: which of millions of conversations are long and small enough to be looked at by
//! the minute.
//!
//! Of each conversation forty-eight bytes are kept: first and last second, and a bit for each quarter of an
//! hour in which there was traffic, or bulk, and one for each way that packets went. All of it joins by
//! minimum, maximum and "or", so threads may tell in any order, and twice. At the bound every account
//! keeps the same share at most, those that were answered and then those with the smallest hashes; the
//! share is halved until all fit, which gives the same ones in any order.

mod gated;
mod long_addresses;
mod note;
mod shard;
mod turns;
mod ways;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{event::Endpoint, time::Time};
use note::Pending;
use shard::{Lasting, Shard};
use ways::Ways;

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
    ways: Ways,
    long_address: bool,
}

impl Seen {
    fn join(&mut self, other: &Self) {
        self.active |= other.active;
        self.bulk |= other.bulk;
        self.ways.join(other.ways);
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    const fn lasted(&self) -> u32 {
        self.last - self.first
    }

    /// Quarters of an hour with traffic and without bulk.
    const fn quiet(&self) -> u32 {
        (self.active & !self.bulk).count_ones()
    }

    fn is_steady(&self) -> bool {
        let slots = (self.lasted() / SLOT_SECONDS + 1).min(64);
        let active = self.active.count_ones();
        active >= ACTIVE_MIN
            && f64::from(active) >= ACTIVE_SHARE_MIN * f64::from(slots)
            && 2 * self.quiet() >= active
    }

    fn is_long(&self) -> bool {
        self.lasted() >= LONG_SECONDS && self.ways.are_answered() && self.is_steady()
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

/// The part of the table that has this key.
const fn part(key: u64) -> usize {
    (key % SHARDS as u64) as usize
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
        let passed: Vec<&Lasting> = lasting
            .iter()
            .filter(|one| one.seen.is_long() || shared.contains(&server_key(one.server)))
            .collect();
        let shed = passed.len().saturating_sub(GATED_MAX) as u64;
        let passed = turns::in_turns(passed, GATED_MAX);
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

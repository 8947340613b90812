//! A part of the table, and what it sheds when it is full.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    hash::{BuildHasherDefault, Hasher},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use super::{PART_SECONDS, SEEN_MAX, Seen, long_addresses::LongAddresses, note::Note};
use crate::event::Endpoint;

/// Conversations that a part holds before it sheds those that are too many: an eighth more than it
/// keeps, so that shedding is rare, and still what a table of 2^18 places takes in without growing.
pub(super) const HELD_MAX: usize = SEEN_MAX + SEEN_MAX / 8;
/// After so many halvings an account keeps one conversation in a part. Those after them halve the
/// accounts instead, of which there are four thousand millions at the most: fifteen always do.
const HALVINGS_TO_ONE: u32 = SEEN_MAX.ilog2();

/// Keys are hashes already.
#[derive(Default)]
pub(super) struct Identity(u64);

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

/// Where a conversation stands among those of its account: the answered first, then by hash. The
/// account comes before, so that all can be sorted at once.
type Standing = (u32, bool, u64);

const fn standing(key: u64, seen: &Seen) -> Standing {
    (seen.account, !seen.ways.are_answered(), key)
}

/// What every account may keep in a part of the table.
struct Share {
    conversations: usize,
    /// Accounts with a larger number keep nothing: there are more than conversations that fit.
    account_max: u32,
}

impl Share {
    const fn after(halvings: u32) -> Self {
        let all = Self { conversations: usize::MAX, account_max: u32::MAX };
        match halvings {
            0 => all,
            1..=HALVINGS_TO_ONE => Self { conversations: SEEN_MAX >> halvings, ..all },
            more => Self { conversations: 1, account_max: u32::MAX >> (more - HALVINGS_TO_ONE) },
        }
    }

    /// How many of one account's conversations are kept.
    fn of(&self, account: &[Standing]) -> usize {
        let is_admitted = |(account, ..): &Standing| *account <= self.account_max;
        match account.first().is_some_and(is_admitted) {
            true => account.len().min(self.conversations),
            false => 0,
        }
    }
}

/// A conversation that lasted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lasting {
    pub(super) key: u64,
    pub(super) server: Endpoint,
    pub(super) seen: Seen,
}

#[derive(Debug, Default)]
pub(super) struct Shard {
    pub(super) seen: Table,
    pub(super) long_addresses: LongAddresses,
    /// How often the accounts' share was halved.
    pub(super) halvings: u32,
}

impl Shard {
    pub(super) fn add(&mut self, note: &Note, long_addresses: &[Ipv6Addr]) {
        let mut seen = note.seen();
        if note.long_address {
            let address = long_addresses.get(note.server as usize).copied();
            seen.server = self.long_addresses.place(address.unwrap_or(Ipv6Addr::UNSPECIFIED));
        }
        match self.seen.entry(note.key) {
            Entry::Occupied(mut known) => return known.get_mut().join(&seen),
            Entry::Vacant(free) => free.insert(seen),
        };
        if self.seen.len() > HELD_MAX {
            self.settle();
        }
    }

    /// Sheds what is too much. Every account keeps the same share at most, halved until all fit: one
    /// that talks to millions sheds its own. What stands beyond its account's share does so the more,
    /// the more is still to come, so that the same ones are kept in any order; but for a conversation
    /// that is shed between what it sends and its first answer.
    pub(super) fn settle(&mut self) {
        if self.halvings == 0 && self.seen.len() <= SEEN_MAX {
            return;
        }
        let mut all: Vec<Standing> =
            self.seen.iter().map(|(key, seen)| standing(*key, seen)).collect();
        all.sort_unstable();
        let accounts: Vec<&[Standing]> = all.chunk_by(|one, next| one.0 == next.0).collect();
        while kept(&accounts, &Share::after(self.halvings)) > SEEN_MAX {
            self.halvings += 1;
        }
        let share = Share::after(self.halvings);
        let last = |account: &&[Standing]| account.get(share.of(account).checked_sub(1)?).copied();
        let last: BTreeMap<u32, Standing> =
            accounts.iter().filter_map(last).map(|last| (last.0, last)).collect();
        let is_kept = |one: Standing| last.get(&one.0).is_some_and(|last| one <= *last);
        self.keep(|key, seen| is_kept(standing(key, seen)));
    }

    /// Keeps some, in a table of their own: one that much was taken out of has gaps, and would grow
    /// beyond its bound.
    fn keep(&mut self, is_kept: impl Fn(u64, &Seen) -> bool) {
        let is_kept = |(key, seen): &(&u64, &Seen)| is_kept(**key, seen);
        let count = self.seen.iter().filter(is_kept).count();
        if count == self.seen.len() {
            return;
        }
        let mut table = Table::with_capacity_and_hasher(count, BuildHasherDefault::default());
        table.extend(self.seen.iter().filter(is_kept));
        self.seen = table;
        self.keep_addresses();
    }

    /// Keeps the longer addresses of the conversations that are left, at new places.
    fn keep_addresses(&mut self) {
        let known = self.long_addresses.in_places();
        self.long_addresses = LongAddresses::default();
        for seen in self.seen.values_mut().filter(|seen| seen.long_address) {
            let address = known.get(seen.server as usize).copied();
            seen.server = self.long_addresses.place(address.unwrap_or(Ipv6Addr::UNSPECIFIED));
        }
    }

    pub(super) fn forget_before(&mut self, all: u32, brief: u32) {
        let is_brief = |seen: &Seen| seen.lasted() < PART_SECONDS;
        self.keep(|_, seen| seen.last >= if is_brief(seen) { brief } else { all });
        if self.seen.len() < SEEN_MAX / 4 {
            // There is room again for what would have been shed.
            self.halvings = 0;
        }
    }

    /// Every conversation that lasted, by key.
    pub(super) fn lasting(&mut self) -> Vec<Lasting> {
        self.settle();
        let long = self.long_addresses.in_places();
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

/// How many conversations of these accounts are kept in all.
fn kept(accounts: &[&[Standing]], share: &Share) -> usize {
    accounts.iter().map(|account| share.of(account)).sum()
}

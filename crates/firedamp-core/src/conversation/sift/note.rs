//! What threads keep until they tell the table: a few numbers for each record.

use std::net::{IpAddr, Ipv6Addr};

use super::{SHARDS, Seen, Sift, half, part, seconds, slot, ways::Ways};
use crate::{
    conversation::Parties,
    event::{Flow, Phase},
};

/// Bytes a minute in one direction that no pool and no miner sends: ten times the 95th percentile
/// of measured miners is a tenth of it.
const BULK_BYTES_PER_MINUTE: u64 = 250_000;
/// Azure's records of a running connection do not say what they cover: ten minutes at most.
const UNKNOWN_SECONDS: u64 = 600;

/// One record's worth, packed: every thread holds thousands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Note {
    pub(super) key: u64,
    first: u32,
    last: u32,
    /// The address, or the place of a longer one beside the notes.
    pub(super) server: u32,
    account: u32,
    port: u16,
    ways: Ways,
    is_bulk: bool,
    pub(super) long_address: bool,
}

impl Note {
    pub(super) fn of(flow: &Flow<'_>, parties: &Parties, account: u64) -> Self {
        let covered = match flow.phase {
            Phase::Window => flow.span.seconds().max(60).unsigned_abs(),
            _ => UNKNOWN_SECONDS,
        };
        let bytes = flow.sent.bytes.max(flow.returned.bytes);
        Self {
            key: parties.key(account),
            first: seconds(flow.span.first),
            last: seconds(flow.span.last),
            server: 0,
            account: half(account),
            port: parties.server.port,
            ways: Ways::of(flow, parties),
            is_bulk: bytes / covered > BULK_BYTES_PER_MINUTE / 60,
            long_address: false,
        }
    }

    /// What a conversation is of which nothing else is known.
    pub(super) fn seen(&self) -> Seen {
        // A record ends when the next one begins.
        let active = slot(self.first) | slot(self.last.saturating_sub(1).max(self.first));
        Seen {
            active,
            bulk: if self.is_bulk { active } else { 0 },
            first: self.first,
            last: self.last,
            server: self.server,
            account: self.account,
            port: self.port,
            ways: self.ways,
            long_address: self.long_address,
        }
    }

    /// Takes in the other direction of the same minute; false for anything else.
    fn absorb(&mut self, other: &Self) -> bool {
        let same = (self.key, self.first, self.last) == (other.key, other.first, other.last);
        if same {
            self.is_bulk |= other.is_bulk;
            self.ways.join(other.ways);
        }
        same
    }
}

/// Notes of one thread, told together so that locks are taken rarely.
#[derive(Debug, Default)]
pub struct Notes(Vec<Pending>);

/// Notes for one part of the table.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) notes: Vec<Note>,
    pub(super) long_addresses: Vec<Ipv6Addr>,
}

/// Notes for one part of the table that are told together.
const PENDING_MAX: usize = 128;

impl Notes {
    /// Notes one flow of `account` (a hash of it).
    #[inline]
    pub fn add(&mut self, sift: &Sift, flow: &Flow<'_>, parties: &Parties, account: u64) {
        let mut note = Note::of(flow, parties, account);
        if self.0.is_empty() {
            self.0.resize_with(SHARDS, Pending::default);
        }
        let at = part(note.key);
        let Some(pending) = self.0.get_mut(at) else {
            return;
        };
        if pending.notes.last_mut().is_some_and(|last| last.absorb(&note)) {
            return;
        }
        match parties.server.address {
            IpAddr::V4(address) => note.server = address.to_bits(),
            IpAddr::V6(address) => {
                note.server = pending.long_addresses.len() as u32;
                note.long_address = true;
                pending.long_addresses.push(address);
            }
        }
        pending.notes.push(note);
        if pending.notes.len() >= PENDING_MAX {
            sift.tell(at, pending);
        }
    }

    /// Tells the table.
    pub fn tell(&mut self, sift: &Sift) {
        for (at, pending) in self.0.iter_mut().enumerate() {
            sift.tell(at, pending);
        }
    }
}

//! Who talks to whom, by the minute: the state of the detectors that need no list.
//!
//! A conversation is a client of the account's, a server and the server's port, in whatever number
//! of connections. There are millions of them, and few are long and small; so flows are looked at
//! twice. The first look keeps forty-eight bytes of each conversation (see [`sift`]); the second keeps the
//! records of those that passed, as a set, so that parts join in any order, any number of times.

mod footprint;
mod once;
mod packed;
mod read;
mod relay;
mod series;
pub mod sift;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use serde::{Deserialize, Serialize};

use crate::{
    event::{DnsQuery, Endpoint, Flow, Phase, Resource, Side},
    id::{ObjectId, Place},
    names::Sighting,
    net, sketch, text,
    time::Time,
};

use packed::Packed;

pub use footprint::Footprint;
pub use read::{Answer, Talk};
pub use series::{Minute, Series};

/// Pools are spoken to over TCP, and over UDP through a tunnel.
const TCP: u8 = 6;
const UDP: u8 = 17;
/// What else runs over UDP for hours, in small packets: names and time.
const ORDINARY_UDP_PORTS: [u16; 2] = [53, 123];
/// Linux hands out local ports from here on by default (`ip_local_port_range`).
const EPHEMERAL_PORT_MIN: u16 = 32_768;
/// Records kept of one conversation: three days of one-minute records in both directions. Of more
/// the latest are kept.
const RECORDS_MAX: usize = 8640;
/// Records that wait to be packed: packing is cheaper for many at once.
const LOOSE_MAX: usize = 64;
/// The same as a share of those that are packed.
const LOOSE_ONE_IN: usize = 32;
/// Conversations kept of one account, those with the smallest hashes: as many as pass the first look
/// at once, so that days of them do not pile up.
const TALKS_MAX: usize = 50_000;
/// Machines noted as asking name servers; the account's largest fleets have some tens of thousands.
const ASKERS_MAX: usize = 50_000;
/// [`Record::seconds`] of a record that covers the time since the one before it.
const SINCE_PREVIOUS: u16 = u16::MAX;
/// The same for a record that only says that a connection began.
const BEGIN: u16 = u16::MAX - 1;

/// The two ends of a flow, told apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Parties {
    /// The account's own end, which called.
    pub client: Endpoint,
    /// The end that was called.
    pub server: Endpoint,
    /// Which end of the flow the client is.
    pub client_side: Side,
}

impl Parties {
    /// `None` for what no miner's connection is: neither TCP nor a tunnel, dropped, or opened from
    /// outside.
    #[must_use]
    #[inline]
    pub fn of(flow: &Flow<'_>) -> Option<Self> {
        if !matches!(flow.protocol, TCP | UDP) || !flow.accepted {
            return None;
        }
        let client_side = client_side(flow);
        let (client, server) = match client_side {
            Side::Source => (flow.source, flow.destination),
            Side::Destination => (flow.destination, flow.source),
        };
        if flow.protocol == UDP && ORDINARY_UDP_PORTS.contains(&server.port) {
            return None;
        }
        let own = net::is_internal(client.address) || flow.resource.address == Some(client.address);
        let named = !server.address.is_unspecified() && !client.address.is_unspecified();
        (own && named).then_some(Self { client, server, client_side })
    }

    /// What the conversation is known by: its account, its ends, without the client's port.
    #[must_use]
    #[inline]
    pub fn key(&self, account: u64) -> u64 {
        let (client, server) = (self.client.address, self.server.address);
        let port = u64::from(self.server.port);
        if let (IpAddr::V4(client), IpAddr::V4(server)) = (client, server) {
            let both = u64::from(client.to_bits()) << 32 | u64::from(server.to_bits());
            return sketch::mix([account, both, port]);
        }
        let [client, server] = [client, server].map(|address| match address {
            IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
            IpAddr::V6(address) => address.to_bits(),
        });
        let halves = |number: u128| [(number >> 64) as u64, number as u64];
        let ([a, b], [c, d]) = (halves(client), halves(server));
        sketch::mix([account, a, b, c, d, port])
    }
}

/// Azure says who called. Elsewhere flags tell it of one record in a thousand, so ports decide for
/// all of them: services have the smaller one, and of two high ports the one outside is called.
#[inline]
fn client_side(flow: &Flow<'_>) -> Side {
    if let (Phase::Begin | Phase::Continue | Phase::End, Some(side)) = (flow.phase, flow.initiator)
    {
        return side;
    }
    let (source, destination) = (flow.source, flow.destination);
    let is_outside = |end: Endpoint| !net::is_internal(end.address);
    let both_high = source.port.min(destination.port) >= EPHEMERAL_PORT_MIN;
    let source_serves = if both_high && is_outside(source) != is_outside(destination) {
        is_outside(source)
    } else {
        source.port < destination.port
    };
    if source_serves { Side::Destination } else { Side::Source }
}

/// The conversations of an account that passed the first look.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Conversations {
    /// By a hash of who talks to whom and who says so.
    talks: BTreeMap<u64, Records>,
    /// Names whose answers were servers in a conversation.
    answers: BTreeMap<IpAddr, Answer>,
    /// Machines whose questions to name servers are logged.
    askers: BTreeSet<Sighting>,
    /// There were more conversations than are kept.
    shed: bool,
}

/// The ends of a conversation.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
struct Key {
    client: Sighting,
    server: IpAddr,
    port: u16,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Records {
    key: Key,
    first: (Time, Place),
    last: (Time, Place),
    records: Packed,
    /// Records that are not among the packed ones yet; none once an object was read.
    #[serde(skip)]
    loose: Vec<Record>,
    shed: bool,
}

/// One flow record, seen from the client; sorted by time.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
struct Record {
    /// Seconds since 1970, until 2106.
    start: u32,
    /// What it covers: this many seconds, [`SINCE_PREVIOUS`] or [`BEGIN`].
    seconds: u16,
    client_port: u16,
    up_bytes: u32,
    down_bytes: u32,
    up_packets: u16,
    down_packets: u16,
}

impl Record {
    fn of(flow: &Flow<'_>, parties: &Parties) -> Self {
        let (up, down) = match parties.client_side {
            Side::Source => (flow.sent, flow.returned),
            Side::Destination => (flow.returned, flow.sent),
        };
        let bytes = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let packets = |number: u64| u16::try_from(number).unwrap_or(u16::MAX);
        Self {
            start: sift::seconds(flow.span.first),
            seconds: covered(flow),
            client_port: parties.client.port,
            up_bytes: bytes(up.bytes),
            down_bytes: bytes(down.bytes),
            up_packets: packets(up.packets),
            down_packets: packets(down.packets),
        }
    }
}

fn covered(flow: &Flow<'_>) -> u16 {
    match flow.phase {
        Phase::Window => u16::try_from(flow.span.seconds()).unwrap_or(BEGIN - 1).min(BEGIN - 1),
        Phase::Begin => BEGIN,
        Phase::Continue | Phase::End => SINCE_PREVIOUS,
    }
}

impl Records {
    fn at(key: Key, time: Time, place: Place) -> Self {
        let (records, loose) = (Packed::default(), Vec::new());
        Self { key, first: (time, place), last: (time, place), records, loose, shed: false }
    }

    fn add(&mut self, record: Record) {
        self.loose.push(record);
        if self.loose.len() >= LOOSE_MAX.max(self.records.len() / LOOSE_ONE_IN) {
            self.settle();
        }
    }

    /// Packs what is loose, and keeps the latest.
    fn settle(&mut self) {
        self.records.take_in(&mut self.loose);
        self.shed |= self.records.keep_latest(RECORDS_MAX);
    }

    fn merge(mut self, mut other: Self) -> Self {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.shed |= other.shed;
        self.loose.append(&mut other.loose);
        self.records.merge(other.records);
        self.settle();
        self
    }
}

impl Conversations {
    /// Keeps a record of a conversation that passed the first look; true when it is the first.
    pub fn observe(&mut self, flow: &Flow<'_>, parties: &Parties, place: Place) -> bool {
        let hash = said_hash(flow, parties);
        let is_new = !self.talks.contains_key(&hash);
        let records = self.talks.entry(hash).or_insert_with(|| {
            let Endpoint { address: server, port } = parties.server;
            let key = Key { client: client(flow, parties), server, port };
            Records::at(key, flow.span.first, place)
        });
        records.first = records.first.min((flow.span.first, place));
        records.last = records.last.max((flow.span.last, place));
        records.add(Record::of(flow, parties));
        is_new
    }

    /// Notes which names led to servers that passed the first look, and who asks at all.
    pub fn hear(&mut self, query: &DnsQuery<'_>, servers: &BTreeSet<IpAddr>) {
        let asker = Sighting::of(query.account.provider, &query.client);
        if !asker.is_empty() && !self.askers.contains(&asker) {
            self.askers.insert(asker);
            self.trim();
        }
        for address in query.addresses.iter().filter(|address| servers.contains(address)) {
            let name = text::printable(query.name.trim_end_matches('.')).to_lowercase();
            let answer = Answer { first: query.time, name };
            let known = self.answers.entry(*address).or_insert_with(|| answer.clone());
            *known = known.clone().min(answer);
        }
    }

    fn trim(&mut self) {
        while self.askers.len() > ASKERS_MAX {
            self.askers.pop_last();
        }
        while self.talks.len() > TALKS_MAX {
            self.talks.pop_last();
            self.shed = true;
        }
    }

    /// Joins what two parts of the input gave.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (hash, records) in other.talks {
            let merged = match self.talks.remove(&hash) {
                Some(known) => known.merge(records),
                None => records,
            };
            self.talks.insert(hash, merged);
        }
        for (address, answer) in other.answers {
            let known = self.answers.entry(address).or_insert_with(|| answer.clone());
            *known = known.clone().min(answer);
        }
        self.askers.extend(other.askers);
        self.shed |= other.shed;
        self.trim();
        self
    }

    /// Whether conversations were shed.
    #[must_use]
    pub const fn is_approximate(&self) -> bool {
        self.shed
    }

    /// Names the object that was being read, and brings records into their order.
    pub fn seal(&mut self, object: ObjectId) {
        for records in self.talks.values_mut() {
            records.first.1.seal(object);
            records.last.1.seal(object);
            records.settle();
            records.loose = Vec::new();
        }
        self.trim();
    }
}

/// The client's names. A record between two of the account's machines does not say whose interface
/// it comes from; behind a device that passes traffic on the client is its address alone.
pub(crate) fn client(flow: &Flow<'_>, parties: &Parties) -> Sighting {
    let address = Some(parties.client.address);
    let is_own = match flow.resource.address {
        Some(own) => Some(own) == address,
        None => !net::is_internal(parties.server.address),
    };
    let names = match is_own && !flow.transit {
        true => Resource { address, ..flow.resource },
        false => Resource { address, network: flow.resource.network, ..Resource::default() },
    };
    Sighting::of(flow.account.provider, &names)
}

/// Who talks to whom, and who says so: two that report the same flow would count it twice. Two logs of
/// one reporter fall together here, and are told apart by their windows (see [`once`]).
fn said_hash(flow: &Flow<'_>, parties: &Parties) -> u64 {
    let Resource { instance, interface, address, network } = flow.resource;
    let Endpoint { address: server, port } = parties.server;
    let who = (instance, interface, address, network, flow.transit);
    sketch::hash(&(who, parties.client.address, server, port))
}

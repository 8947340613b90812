//! A machine talked to a listed endpoint.
//!
//! **What it sees**: flows with an address that is listed, or that a listed name was resolved to.
//! A name, its answer, then a long, small, two-way flow to that answer is the strongest form, on
//! any port, encrypted or not; then a listed address with its port; then a name that a firewall saw
//! without the volume; then a listed address on another port.
//!
//! **Why it matters**: a miner holds one small connection to its pool for hours or days.
//!
//! **What it misses**: pools and proxies on no list; names asked for over HTTPS, without another
//! trace; protocols other than TCP.
//!
//! **What it mistakes**: a web visit to a pool's page, a block explorer or a full node beside a
//! pool, an address that a CDN shares: each is told by its shape or its range. Traffic that the
//! remote opened (scans, web crawlers) is nothing, rejected or not.
//!
//! **What to do**: find who made the machine, and what runs on it.

mod answers;
mod judge;
mod pages;
mod passed_on;
mod shape;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Context, Detector, Info, State, Watch};
use crate::{
    by_resource::ByResource,
    event::{Counters, Endpoint, Event, Flow, Phase, Side},
    finding::{Finding, Group},
    id::{ObjectId, Place},
    indicator::Name,
    names::Sighting,
    sketch::{self, Sample},
    time::{Span, Time},
};

/// The detector.
pub struct PoolContact;

/// Listed remotes kept of one resource; lists have some thousands.
const REMOTES_MAX: usize = 16_384;
/// Ports kept of one remote and resource: pools offer a dozen.
const PORTS_MAX: usize = 64;
/// Records kept of one conversation: a day of one-minute records in one direction.
const RECORDS_MAX: usize = 1440;
/// TCP's protocol number; every pool protocol runs over TCP.
const TCP: u8 = 6;
/// Linux hands out local ports from here on by default (`ip_local_port_range`).
const EPHEMERAL_PORT_MIN: u16 = 32_768;
/// Clients get no port below: gateways that translate addresses, and machines set up for many
/// connections, hand out all from here on (RFC 6056, 3.2).
const CLIENT_PORT_MIN: u16 = 1024;

/// The conversations of an account with listed remotes. Of a flood of resources those with a name are
/// kept before bare addresses, which anybody can make up who may send from others' addresses.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Contacts(ByResource<Talks, REMOTES_MAX>);

/// What one resource had to do with one remote.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Talks {
    remote: Remote,
    ports: Sample<Conversation, PORTS_MAX>,
}

/// Who was talked to: an address, or a listed name where the address is not known.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
enum Remote {
    Address(IpAddr),
    Name(String),
}

/// What went between one resource and one port of a remote.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Conversation {
    port: u16,
    first: (Time, Place),
    last: (Time, Place),
    records: Sample<Record, RECORDS_MAX>,
}

/// One flow record, seen from the resource.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Record {
    span: Span,
    local_port: u16,
    /// Covers the time since the record before it of the same connection.
    since_previous: bool,
    out: Counts,
    back: Counts,
    accepted: bool,
    /// Who opened the connection, where the record shows it.
    opener: Option<Opener>,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
enum Opener {
    Resource,
    Remote,
}

impl Record {
    /// Whether its source counts packets: firewalls and begin records do not.
    const fn counts(&self) -> bool {
        self.since_previous || self.out.packets + self.back.packets > 0
    }
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
struct Counts {
    packets: u64,
    bytes: u64,
}

impl From<Counters> for Counts {
    fn from(counters: Counters) -> Self {
        Self { packets: counters.packets, bytes: counters.bytes }
    }
}

impl Conversation {
    fn merge(self, other: Self) -> Self {
        Self {
            port: self.port,
            first: self.first.min(other.first),
            last: self.last.max(other.last),
            records: self.records.merge(other.records, |one, _| one),
        }
    }
}

impl State for Contacts {
    fn merge(self, other: Self) -> Self {
        Self(self.0.merge(other.0, |one, other| Talks {
            remote: one.remote,
            ports: one.ports.merge(other.ports, Conversation::merge),
        }))
    }

    fn seal(&mut self, object: ObjectId) {
        for conversation in self.0.values_mut().flat_map(|talks| talks.ports.values_mut()) {
            conversation.first.1.seal(object);
            conversation.last.1.seal(object);
        }
    }
}

impl Detector for PoolContact {
    type State = Contacts;

    const INFO: Info = Info {
        id: "pool_contact",
        group: Group::Network,
        says: "a listed endpoint was talked to; strongest when its name was resolved before",
    };

    fn observe(state: &mut Self::State, event: &Event<'_>, place: Place, watch: &Watch) {
        let Event::Flow(flow) = event else {
            return;
        };
        let Some(contact) = Contact::of(flow, watch) else {
            return;
        };
        if let Some(conversation) = state.conversation(&contact, flow, place) {
            conversation.first = conversation.first.min((flow.span.first, place));
            conversation.last = conversation.last.max((flow.span.last, place));
            let _admitted = conversation.records.entry(record_hash(flow), || contact.record(flow));
        }
    }

    fn findings(state: &Self::State, context: &Context<'_>) -> Vec<Finding> {
        judge::findings(state, context)
    }
}

impl Contacts {
    /// The conversation that a flow belongs to; nothing when it is beyond what is kept.
    fn conversation(
        &mut self,
        contact: &Contact,
        flow: &Flow<'_>,
        place: Place,
    ) -> Option<&mut Conversation> {
        let (resource, port) = (contact.resource(flow), contact.port);
        let remotes = self.0.entry(&resource, resource.is_named())?;
        let new = || Talks { remote: contact.remote.clone(), ports: Sample::default() };
        let talks = remotes.entry(sketch::hash(&contact.remote), new)?;
        talks.ports.entry(port_hash(port), || Conversation {
            port,
            first: (flow.span.first, place),
            last: (flow.span.last, place),
            records: Sample::default(),
        })
    }
}

/// Service ports before those that clients are given, so that a remote that calls from ten thousand
/// ports does not crowd out the one on which it was called.
fn port_hash(port: u16) -> u64 {
    sketch::hash(&port) >> 1 | u64::from(port >= EPHEMERAL_PORT_MIN) << 63
}

/// What makes two records the same record, delivered twice.
fn record_hash(flow: &Flow<'_>) -> u64 {
    let ends = (flow.source, flow.destination, flow.name);
    sketch::hash(&(
        ends,
        flow.span.first,
        flow.span.last,
        flow.phase,
        flow.sent,
        flow.returned,
        flow.accepted,
    ))
}

/// Which end of a flow is listed.
pub(crate) struct Contact {
    remote: Remote,
    port: u16,
    /// The resource's end.
    pub(crate) local: Endpoint,
    remote_side: Side,
}

impl Contact {
    /// `None` when no end is listed, when it is no TCP, and when the remote called.
    pub(crate) fn of(flow: &Flow<'_>, watch: &Watch) -> Option<Self> {
        if flow.protocol != TCP {
            return None;
        }
        let contact = Self::by_name(flow, watch).or_else(|| Self::by_address(flow, watch))?;
        (!contact.is_inbound(flow, watch)).then_some(contact)
    }

    fn by_name(flow: &Flow<'_>, watch: &Watch) -> Option<Self> {
        let row = watch.indicators.domain_text(flow.name?).filter(|_| !watch.second_look)?;
        let Name::Domain(listed) = &row.name else {
            return None;
        };
        Some(Self {
            remote: Remote::Name(listed.as_str().to_string()),
            port: flow.destination.port,
            local: flow.source,
            remote_side: Side::Destination,
        })
    }

    fn by_address(flow: &Flow<'_>, watch: &Watch) -> Option<Self> {
        let (remote, local, remote_side) = if watch.concerns(flow.destination.address) {
            (flow.destination, flow.source, Side::Destination)
        } else if watch.concerns(flow.source.address) {
            (flow.source, flow.destination, Side::Source)
        } else {
            return None;
        };
        let port = remote.port;
        Some(Self { remote: Remote::Address(remote.address), port, local, remote_side })
    }

    /// Whether the remote opened the connection, as far as one record tells beyond doubt: what a firewall
    /// dropped on its way in was no answer, and a resource that answers on a port which clients are never
    /// given was called. The rest is decided when all records are there ([`shape`]).
    fn is_inbound(&self, flow: &Flow<'_>, watch: &Watch) -> bool {
        if !flow.accepted {
            return self.remote_side == flow.initiator.unwrap_or(Side::Source);
        }
        if flow.initiator.is_some() {
            return false;
        }
        let listed = match self.remote {
            Remote::Address(address) => watch.indicators.endpoint(address, self.port).is_some(),
            Remote::Name(_) => true,
        };
        !listed && self.local.port < CLIENT_PORT_MIN && self.local.port < self.port
    }

    /// The resource's names: behind a device that passes traffic on, its address alone.
    pub(crate) fn resource(&self, flow: &Flow<'_>) -> Sighting {
        let mut names = flow.resource;
        names.address = Some(self.local.address);
        if flow.transit {
            names.instance = None;
            names.interface = None;
        }
        Sighting::of(flow.account.provider, &names)
    }

    fn record(&self, flow: &Flow<'_>) -> Record {
        let (out, back) = match self.remote_side {
            Side::Destination => (flow.sent, flow.returned),
            Side::Source => (flow.returned, flow.sent),
        };
        Record {
            span: flow.span,
            local_port: self.local.port,
            since_previous: matches!(flow.phase, Phase::Continue | Phase::End),
            out: out.into(),
            back: back.into(),
            accepted: flow.accepted,
            opener: flow.initiator.map(|side| {
                if side == self.remote_side { Opener::Remote } else { Opener::Resource }
            }),
        }
    }
}

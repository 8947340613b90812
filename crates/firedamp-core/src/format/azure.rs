//! What Azure's logs share: subscriptions in resource ids, and the flow tuples of both generations.

use std::{fmt, net::IpAddr};

use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};

use super::{BROKEN_JSON, IMPLAUSIBLE_TIME, NO_ADDRESS, NO_TIME, OTHER_UNIT, window::Unit};
use crate::{
    event::{Counters, Endpoint, Event, Flow, Phase, Resource, Side, Signal},
    id::{AccountRef, Provider},
    json::Text,
    net,
    sink::{Gate, Reason, Sink},
    time::{Span, Time},
};

/// The reason for a tuple with too few fields.
pub(super) const TUPLE_FIELDS: Reason = "wrong number of fields in a flow tuple";
/// The reason for ports or counters that are no numbers.
pub(super) const TUPLE_NUMBERS: Reason = "unreadable port or counter in a flow tuple";
/// The reason for a state that no version of the logs has.
pub(super) const TUPLE_STATE: Reason = "unknown state in a flow tuple";
/// Why a record of tuples is refused.
pub(super) const TUPLE_REJECTS: &[Reason] = &[
    BROKEN_JSON,
    NO_ADDRESS,
    NO_TIME,
    IMPLAUSIBLE_TIME,
    OTHER_UNIT,
    TUPLE_FIELDS,
    TUPLE_NUMBERS,
    TUPLE_STATE,
];

/// The subscription in a resource id, in any case: the segment after `subscriptions`.
pub(super) fn subscription_of(path: &str) -> Option<&str> {
    let mut segments = path.split('/');
    segments.find(|segment| segment.eq_ignore_ascii_case("subscriptions"))?;
    segments.next().filter(|segment| !segment.is_empty())
}

/// The account of a resource id.
pub(super) fn account_of(path: &str) -> AccountRef<'_> {
    AccountRef::new(Provider::Azure, subscription_of(path).unwrap_or_default())
}

/// How a generation of the logs writes a tuple.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Generation {
    /// Network security group, version 1: no state, no counters.
    Group1,
    /// Network security group, version 2: seconds, `T` or `U`, blank counters.
    Group2,
    /// Virtual network: milliseconds, protocol numbers, denial as a state.
    Network,
}

/// The tuples of one group, still as they are written.
#[derive(Debug, Default)]
pub(super) struct Tuples<'a>(pub(super) Vec<Text<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Tuples<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Vec<Text<'de>>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("flow tuples")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut tuples = Vec::with_capacity(64);
                while let Some(tuple) = list.next_element()? {
                    tuples.push(tuple);
                }
                Ok(tuples)
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Vec::new())
            }
        }
        deserializer.deserialize_any(List).map(Tuples)
    }
}

/// Gives the tuples of one record to a sink; those that concern nobody are counted.
pub(super) struct TupleReader<'a, 'b> {
    pub(super) account: AccountRef<'a>,
    pub(super) interface: Option<&'a str>,
    pub(super) network: Option<&'a str>,
    pub(super) generation: Generation,
    pub(super) number: u64,
    pub(super) gate: &'b Gate,
    skipped: Option<(Span, u64)>,
}

impl<'a, 'b> TupleReader<'a, 'b> {
    pub(super) const fn new(
        account: AccountRef<'a>,
        interface: Option<&'a str>,
        generation: Generation,
        number: u64,
        gate: &'b Gate,
    ) -> Self {
        Self { account, interface, network: None, generation, number, gate, skipped: None }
    }

    /// Reads one tuple.
    pub(super) fn take(&mut self, tuple: &str, sink: &mut dyn Sink) {
        if let Err(reason) = self.read(tuple, sink) {
            sink.reject(self.number, reason, tuple.as_bytes());
        }
    }

    /// Tells the sink of the tuples that concern nobody.
    pub(super) fn finish(self, sink: &mut dyn Sink) {
        if let Some((span, count)) = self.skipped {
            sink.skipped(self.account, Signal::Flow, span, count);
        }
    }

    fn read(&mut self, tuple: &str, sink: &mut dyn Sink) -> Result<(), Reason> {
        let (time, rest) = cut(tuple)?;
        let time = self.time(time)?;
        let (source, rest) = cut(rest)?;
        let (destination, rest) = cut(rest)?;
        let passes = |address| self.gate.passes_written(address).ok_or(NO_ADDRESS);
        if !(passes(source)? | passes(destination)?) {
            let (span, count) = self.skipped.unwrap_or((Span::at(time), 0));
            self.skipped = Some((span.joined(Span::at(time)), count + 1));
            return Ok(());
        }
        let address = |text| net::parse_address(text).ok_or(NO_ADDRESS);
        self.tell(time, address(source)?, address(destination)?, rest, sink)
    }

    /// Gives a tuple that concerns somebody to the sink; `rest` begins with the ports.
    fn tell(
        &self,
        time: Time,
        source: IpAddr,
        destination: IpAddr,
        rest: &str,
        sink: &mut dyn Sink,
    ) -> Result<(), Reason> {
        let mut fields = rest.split(',');
        let mut next = || fields.next().ok_or(TUPLE_FIELDS);
        let port = |text: &str| text.trim().parse::<u16>().or(Err(TUPLE_NUMBERS));
        let source = Endpoint::new(source, port(next()?)?);
        let destination = Endpoint::new(destination, port(next()?)?);
        let protocol = protocol(next()?)?;
        let inbound = next()?.trim().eq_ignore_ascii_case("I");
        let rest: [&str; 6] = std::array::from_fn(|_| fields.next().unwrap_or_default());
        let State { accepted, phase, sent, returned } = State::read(self.generation, rest)?;
        let local = if inbound { destination } else { source };
        let flow = Flow {
            account: self.account,
            resource: Resource {
                instance: None,
                interface: self.interface,
                address: Some(local.address),
                network: self.network,
            },
            source,
            destination,
            protocol,
            span: Span::at(time),
            phase,
            sent,
            returned,
            accepted,
            // A tuple is written from the side of the one who opened the connection.
            initiator: Some(Side::Source),
            transit: false,
            name: None,
        };
        sink.event(self.number, &Event::Flow(flow));
        Ok(())
    }

    fn time(&self, text: &str) -> Result<Time, Reason> {
        let number: i64 = text.trim().parse().or(Err(NO_TIME))?;
        match self.generation {
            Generation::Network => Unit::Millis.instant(number),
            Generation::Group1 | Generation::Group2 => Unit::Seconds.instant(number),
        }
    }
}

/// The first field and the rest.
#[inline]
fn cut(fields: &str) -> Result<(&str, &str), Reason> {
    let at = memchr::memchr(b',', fields.as_bytes()).ok_or(TUPLE_FIELDS)?;
    let rest = fields.get(at + 1..).ok_or(TUPLE_FIELDS)?;
    Ok((fields.get(..at).ok_or(TUPLE_FIELDS)?, rest))
}

fn protocol(text: &str) -> Result<u8, Reason> {
    match text.trim() {
        "T" | "t" => Ok(6),
        "U" | "u" => Ok(17),
        number => number.parse().or(Err(TUPLE_NUMBERS)),
    }
}

struct State {
    accepted: bool,
    phase: Phase,
    sent: Counters,
    returned: Counters,
}

impl State {
    /// Reads what follows the direction. Denied tuples and those of a connection that begins have
    /// blank counters, or zeros.
    fn read(generation: Generation, rest: [&str; 6]) -> Result<Self, Reason> {
        let [first, second, a, b, c, d] = rest;
        let (accepted, phase) = match (generation, first, second) {
            (Generation::Group1, "A", _) => (true, Phase::Window),
            (Generation::Group1 | Generation::Group2, "D", _) => (false, Phase::Begin),
            (Generation::Group2, "A", "B") => (true, Phase::Begin),
            (Generation::Group2, "A", "C") => (true, Phase::Continue),
            (Generation::Group2, "A", "E") => (true, Phase::End),
            (Generation::Network, "B", _) => (true, Phase::Begin),
            (Generation::Network, "C", _) => (true, Phase::Continue),
            (Generation::Network, "E", _) => (true, Phase::End),
            (Generation::Network, "D", _) => (false, Phase::Begin),
            _ => return Err(TUPLE_STATE),
        };
        let number = |text: &str| match text.trim() {
            "" => Ok(0),
            text => text.parse::<u64>().or(Err(TUPLE_NUMBERS)),
        };
        Ok(Self {
            accepted,
            phase,
            sent: Counters { packets: number(a)?, bytes: number(b)? },
            returned: Counters { packets: number(c)?, bytes: number(d)? },
        })
    }
}

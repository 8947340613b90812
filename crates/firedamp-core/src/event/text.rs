//! Events as one line of text each, for golden files, examples and people.

use std::fmt::{self, Display, Formatter};

use super::{DnsOutcome, DnsQuery, Endpoint, Event, Flow, Phase, ProviderAlert, Resource};
use crate::{id::AccountRef, time::Span};

impl Display for Event<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alert(alert) => alert.fmt(formatter),
            Self::Dns(query) => query.fmt(formatter),
            Self::Flow(flow) => flow.fmt(formatter),
        }
    }
}

impl Display for AccountRef<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.provider, self.id)
    }
}

impl Display for Resource<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let address = self.address.map(|address| address.to_string());
        let names = [self.instance, self.interface, address.as_deref(), self.network];
        let known: Vec<&str> = names.into_iter().flatten().collect();
        formatter.write_str(if known.is_empty() { "-" } else { "" })?;
        formatter.write_str(&known.join(","))
    }
}

impl Display for Endpoint {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self.address {
            address if address.is_ipv6() => write!(formatter, "[{address}]:{}", self.port),
            address => write!(formatter, "{address}:{}", self.port),
        }
    }
}

impl Display for Span {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return self.first.fmt(formatter);
        }
        write!(formatter, "{}..{}", self.first, self.last)
    }
}

impl Display for Flow<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { account, resource, source, destination, protocol, span, .. } = self;
        let verdict = if self.accepted { "accepted" } else { "rejected" };
        write!(formatter, "flow {account} {resource} {source}>{destination} protocol {protocol}")?;
        write!(formatter, " {verdict} {span} {}", phase(self.phase))?;
        write!(formatter, " sent {}/{}", self.sent.packets, self.sent.bytes)?;
        if self.returned.packets + self.returned.bytes > 0 {
            write!(formatter, " returned {}/{}", self.returned.packets, self.returned.bytes)?;
        }
        if let Some(side) = self.initiator {
            write!(formatter, " opened by {side:?}")?;
        }
        if self.transit {
            formatter.write_str(" transit")?;
        }
        self.name.map_or(Ok(()), |name| write!(formatter, " name {name}"))
    }
}

const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Begin => "begin",
        Phase::Continue => "continue",
        Phase::End => "end",
        Phase::Window => "window",
    }
}

impl Display for DnsQuery<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { account, client, time, name, .. } = self;
        let outcome = match self.outcome {
            DnsOutcome::Answered => "answered",
            DnsOutcome::Blocked => "blocked",
            DnsOutcome::Failed => "failed",
        };
        write!(formatter, "dns {account} {client} {time} {name} {outcome}")?;
        self.addresses.iter().try_for_each(|address| write!(formatter, " {address}"))?;
        self.aliases.iter().try_for_each(|alias| write!(formatter, " {alias}"))
    }
}

impl Display for ProviderAlert<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { account, product, id, type_name, kind, confidence, span, .. } = self;
        write!(formatter, "alert {account} {product} {id} {type_name} {kind:?} {confidence:?}")?;
        write!(formatter, " {span} updated {} {:?}", self.updated, self.state)?;
        formatter.write_str(if self.sample { " sample" } else { "" })?;
        self.origin.map_or(Ok(()), |origin| write!(formatter, " origin {origin}"))?;
        self.resources.iter().try_for_each(|resource| write!(formatter, " on {resource}"))?;
        self.remotes.iter().try_for_each(|remote| write!(formatter, " to {remote}"))?;
        self.domains.iter().try_for_each(|domain| write!(formatter, " name {domain}"))?;
        write!(formatter, " \"{}\"", self.title)
    }
}

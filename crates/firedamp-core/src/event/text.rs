//! Events as one line of text each, for golden files, examples and people.

use std::fmt::{self, Display, Formatter};

use super::{
    ApiCall, Compute, DnsOutcome, DnsQuery, Endpoint, Event, Flow, Metric, Phase, ProcessStart,
    ProviderAlert, Resource, Usage,
};
use crate::{id::AccountRef, time::Span};

impl Display for Event<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alert(alert) => alert.fmt(formatter),
            Self::Call(call) => call.fmt(formatter),
            Self::Dns(query) => query.fmt(formatter),
            Self::Flow(flow) => flow.fmt(formatter),
            Self::Metric(metric) => metric.fmt(formatter),
            Self::Process(process) => process.fmt(formatter),
            Self::Usage(usage) => usage.fmt(formatter),
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

impl Display for ApiCall<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { account, time, service, operation, action, outcome, caller, .. } = self;
        write!(formatter, "call {account} {time} {service} {operation} {action:?} {outcome:?}")?;
        write!(formatter, " id {}", self.id)?;
        if !self.region.is_empty() {
            write!(formatter, " in {}", self.region)?;
        }
        write!(formatter, " by {:?} {}", caller.kind, caller.principal)?;
        optional(formatter, " named ", caller.name.as_deref())?;
        optional(formatter, " through ", caller.application.as_deref())?;
        optional(formatter, " from ", caller.address)?;
        optional(formatter, " with ", caller.user_agent.as_deref())?;
        optional(formatter, " mfa ", caller.mfa)?;
        self.resources.iter().try_for_each(|resource| write!(formatter, " on {resource}"))?;
        self.compute.iter().try_for_each(|compute| compute.fmt(formatter))?;
        self.texts.iter().try_for_each(|text| write!(formatter, " text {text:?}"))
    }
}

impl Display for Compute<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, " compute {:?} {}", self.kind, self.count)?;
        optional(formatter, " of ", self.size.as_deref())?;
        optional(formatter, " image ", self.image.as_deref())?;
        formatter.write_str(if self.spot { " spot" } else { "" })?;
        formatter.write_str(if self.is_there { " changed" } else { "" })
    }
}

impl Display for Metric<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { account, resource, span, kind, mean_milli, .. } = self;
        write!(formatter, "metric {account} {resource} {span} {kind:?} mean {mean_milli}")?;
        optional(formatter, " maximum ", self.maximum_milli)
    }
}

impl Display for ProcessStart<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { account, resource, time, executable, command_line, .. } = self;
        write!(formatter, "process {account} {resource} {time} {executable} {command_line:?}")?;
        optional(formatter, " parent ", self.parent.as_deref())?;
        optional(formatter, " user ", self.user.as_deref())?;
        optional(formatter, " container ", self.container.as_deref())?;
        optional(formatter, " image ", self.image.as_deref())?;
        self.hashes.iter().try_for_each(|hash| write!(formatter, " hash {hash}"))?;
        optional(formatter, " rule ", self.rule.as_deref())?;
        optional(formatter, " part of ", self.part.as_ref().map(|part| part.start))
    }
}

impl Display for Usage<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { account, span, service, meter, region, class, charge, .. } = self;
        write!(formatter, "usage {account} {span} {service:?} {meter:?} {class:?} {charge:?}")?;
        write!(formatter, " {}u {:?}", self.quantity_micros, self.unit)?;
        write!(formatter, " costs {}u {}", self.cost_micros, self.currency)?;
        optional(formatter, " in ", (!region.is_empty()).then_some(region))?;
        optional(formatter, " of ", self.size.as_deref())?;
        optional(formatter, " on ", self.resource.as_deref())?;
        formatter.write_str(if self.settled { " settled" } else { "" })
    }
}

/// Writes a value behind its word, when there is one.
fn optional(formatter: &mut Formatter<'_>, word: &str, value: Option<impl Display>) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(formatter, "{word}{value}"))
}

//! What the formats of sensors on machines share: events of hosts that do not know their cloud.
//!
//! Records of sensors are trees of optional, loosely typed members, and most of them are alerts:
//! they are read through [`Fields`].

use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr},
};

use serde_json::Value;

use super::{BROKEN_JSON, Fault, RecordFormat};
use crate::{
    event::{
        Counters, DnsOutcome, DnsQuery, Endpoint, Event, Flow, Phase, ProcessStart, Resource, Side,
    },
    id::{AccountRef, Provider},
    json::{
        Head,
        fields::{self, Fields},
        repair,
    },
    net,
    sink::{Reason, Sink},
    time::{Span, Time},
};

/// Arguments of one program that are looked at; a link editor's has some thousand.
pub(super) const ARGUMENTS_MAX: usize = 4096;
/// Bytes of a command line that are looked at; Linux allows two million.
pub(super) const COMMAND_BYTES_MAX: usize = 64 << 10;
/// TCP's protocol number.
pub(super) const TCP: u8 = 6;

/// The account of a machine whose sensor does not know its cloud: whoever reads the log may.
pub(super) const ACCOUNT: AccountRef<'static> = AccountRef::new(Provider::Unknown, "");

/// The machine with this name. On EC2 it is the machine's address unless somebody changed it, and
/// flow logs know machines by their address.
pub(super) fn machine(name: Option<&str>) -> Resource<'_> {
    let name = name.and_then(fields::known);
    match name.and_then(ec2_address) {
        Some(address) => Resource { address: Some(address), ..Resource::default() },
        None => Resource { instance: name, ..Resource::default() },
    }
}

/// The address that an EC2 machine is called by: `ip-10-0-0-4`, alone or with its domain.
fn ec2_address(name: &str) -> Option<IpAddr> {
    let (label, domain) = name.split_once('.').unwrap_or((name, ""));
    let is_aws =
        domain.is_empty() || domain == "ec2.internal" || domain.ends_with(".compute.internal");
    let mut numbers = label.strip_prefix("ip-").filter(|_| is_aws)?.split('-');
    let mut number = || numbers.next()?.parse::<u8>().ok();
    let address = Ipv4Addr::new(number()?, number()?, number()?, number()?);
    (numbers.next().is_none() && net::is_internal(address.into())).then_some(address.into())
}

/// A started program of which nothing more is known yet.
pub(super) fn process<'a>(resource: Resource<'a>, time: Time) -> ProcessStart<'a> {
    ProcessStart::new(ACCOUNT, resource, time)
}

/// A connection that a machine opened; sensors count no bytes.
pub(super) fn connection<'a>(
    resource: Resource<'a>,
    time: Time,
    local: Option<Endpoint>,
    remote: Endpoint,
    name: Option<&'a str>,
) -> Event<'a> {
    let unspecified = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let local = local.unwrap_or(Endpoint { address: unspecified, port: 0 });
    Event::Flow(Flow {
        account: ACCOUNT,
        resource,
        source: local,
        destination: remote,
        protocol: TCP,
        span: Span::at(time),
        phase: Phase::Begin,
        sent: Counters::default(),
        returned: Counters::default(),
        accepted: true,
        initiator: Some(Side::Source),
        transit: false,
        name,
    })
}

/// A name that a machine asked for, and the addresses that it got.
pub(super) fn question<'a>(
    resource: Resource<'a>,
    time: Time,
    name: &'a str,
    addresses: &'a [IpAddr],
    outcome: DnsOutcome,
) -> Event<'a> {
    Event::Dns(DnsQuery {
        account: ACCOUNT,
        client: resource,
        time,
        name,
        outcome,
        addresses,
        aliases: &[],
    })
}

/// The endpoint of two members, when both can be read.
pub(super) fn endpoint(fields: Fields<'_>, address: &str, port: &str) -> Option<Endpoint> {
    let address = net::parse_address(fields.text(address)?)?;
    let port: u16 = fields.scalar(port)?.parse().ok()?;
    (port > 0 && !address.is_unspecified()).then(|| Endpoint::new(address, port))
}

/// A program and its arguments as one line.
pub(super) fn command_line<'a>(program: &'a str, arguments: Option<&str>) -> Cow<'a, str> {
    match arguments {
        Some(arguments) => Cow::Owned(format!("{program} {arguments}")),
        None => Cow::Borrowed(program),
    }
}

/// A list of arguments as one line; `None` for anything but a list of texts.
pub(super) fn joined(arguments: Fields<'_>) -> Option<String> {
    let list = arguments.0.as_array()?;
    let texts = list.iter().take(ARGUMENTS_MAX).filter_map(Value::as_str);
    let mut line = String::new();
    for text in texts {
        if line.len() + text.len() > COMMAND_BYTES_MAX {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(text);
    }
    (!line.is_empty()).then_some(line)
}

/// A pod with its namespace, else whatever of both is known.
pub(super) fn pod(namespace: Option<&str>, pod: Option<&str>) -> Option<String> {
    match (namespace, pod) {
        (Some(namespace), Some(pod)) => Some(format!("{namespace}/{pod}")),
        (_, pod) => pod.map(ToString::to_string),
    }
}

/// A time in whole nanoseconds since 1970, as a number or as text.
pub(super) fn nanoseconds(value: Fields<'_>) -> Option<Time> {
    let nanos: i64 = match value.0 {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Some(Time::from_millis(nanos / 1_000_000)).filter(|time| time.seconds() > 0)
}

/// Hashes, lower case, of members that hold one each.
pub(super) fn hashes<'a>(fields: Fields<'a>, names: &[&str]) -> Vec<Cow<'a, str>> {
    names.iter().filter_map(|name| fields.text(name)).filter_map(hash).collect()
}

/// A text as a hash: nothing but hexadecimal digits, in lower case.
pub(super) fn hash(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim();
    let is_hash = (32..=128).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_hexdigit());
    let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    is_hash.then(|| if is_lower { text.into() } else { text.to_ascii_lowercase().into() })
}

/// Takes the events that a decoder sends.
pub(super) type Send<'a> = dyn FnMut(&Event<'_>) + 'a;

/// Reads one record of a sensor, and sends the events in it.
type Body = fn(Fields<'_>, &mut Send<'_>) -> Result<(), Reason>;

/// Decodes one record of a sensor, mended if need be: its body is `events`.
pub(super) fn decode(
    format: &dyn RecordFormat,
    record: &[u8],
    number: u64,
    sink: &mut dyn Sink,
    events: Body,
) -> Result<(), Fault> {
    let head = Head::parse(record);
    if head.as_ref().is_some_and(|head| !format.recognises(head)) {
        return Err(Fault::Foreign);
    }
    let value = repair::parse(record).ok_or(Fault::Rejected(BROKEN_JSON))?;
    if head.is_none() {
        let mended = value.to_string();
        Head::parse(mended.as_bytes())
            .filter(|head| format.recognises(head))
            .ok_or(Fault::Foreign)?;
    }
    events(Fields(&value), &mut |event| sink.event(number, event)).map_err(Fault::Rejected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ec2_machine_is_known_by_its_address() {
        for name in
            ["ip-10-0-0-4", "ip-10-0-0-4.ec2.internal", "ip-10-0-0-4.eu-west-1.compute.internal"]
        {
            let machine = machine(Some(name));
            assert_eq!(machine.address, "10.0.0.4".parse().ok(), "{name}");
            assert_eq!(machine.instance, None, "{name}");
        }
        for name in
            ["ip-10-0-0", "ip-10-0-0-4-5", "ip-10-0-0-400", "ip-10-0-0-4.shop.example", "ip-"]
        {
            assert_eq!(machine(Some(name)).instance, Some(name));
        }
        assert_eq!(machine(Some("ip-203-0-113-9")).instance, Some("ip-203-0-113-9"));
    }
}

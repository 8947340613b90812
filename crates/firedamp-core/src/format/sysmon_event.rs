//! What both formats of Sysmon share: an event's names and texts, and what they tell of.

use std::{borrow::Cow, net::IpAddr};

use super::{NO_TIME, host};
use crate::{
    event::{DnsOutcome, DnsQuery, Endpoint, Event, ProcessStart, Resource},
    json::fields,
    net,
    sink::Reason,
    time::Time,
};

/// Answers of one question that are read.
const ANSWERS_MAX: usize = 64;
/// Texts of one event that are read; Sysmon's have some thirty.
pub(super) const TEXTS_MAX: usize = 128;
/// What the provider's name ends in, on Windows and on Linux.
pub(super) const PROVIDER: &str = "-Sysmon";

/// An event, from JSON or XML.
pub(super) struct Record<'a> {
    /// What kind of event.
    pub(super) id: String,
    /// The machine.
    pub(super) computer: Option<&'a str>,
    /// When it was logged, by the log itself.
    pub(super) logged: Option<Time>,
    /// What it says: names and texts.
    pub(super) texts: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl Record<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        let own = self.texts.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        fields::known(&own.1)
    }

    /// Sends what the event tells of; nothing for other kinds.
    pub(super) fn events(&self, send: &mut host::Send<'_>) -> Result<(), Reason> {
        if !matches!(self.id.as_str(), "1" | "3" | "22") {
            return Ok(());
        }
        let time = self.text("UtcTime").and_then(Time::parse).or(self.logged).ok_or(NO_TIME)?;
        let resource = host::machine(self.computer);
        match self.id.as_str() {
            "1" => self.started(resource, time, send),
            "3" => self.connected(resource, time, send),
            _ => self.asked(resource, time, send),
        }
        Ok(())
    }

    fn started(&self, resource: Resource<'_>, time: Time, send: &mut host::Send<'_>) {
        let line = self.text("CommandLine");
        let Some(executable) = self.text("Image").or(line) else {
            return;
        };
        let parent = self.text("ParentCommandLine").or_else(|| self.text("ParentImage"));
        let hashes = self.text("Hashes").unwrap_or_default().split(',');
        let hash = |text: &'_ str| {
            let (name, hash) = text.split_once('=')?;
            (!name.eq_ignore_ascii_case("IMPHASH")).then(|| host::hash(hash))?.map(Cow::into_owned)
        };
        send(&Event::Process(ProcessStart {
            executable: executable.into(),
            command_line: line.unwrap_or(executable).into(),
            parent: parent.map(Cow::from),
            user: self.text("User").map(Cow::from),
            hashes: hashes.filter_map(hash).map(Cow::from).collect(),
            rule: self.text("RuleName").map(Cow::from),
            ..host::process(resource, time)
        }));
    }

    /// A connection that the machine opened itself.
    fn connected(&self, resource: Resource<'_>, time: Time, send: &mut host::Send<'_>) {
        let is =
            |name, value: &str| self.text(name).is_none_or(|text| text.eq_ignore_ascii_case(value));
        let remote = self.endpoint("DestinationIp", "DestinationPort");
        if let Some(remote) = remote.filter(|_| is("Protocol", "tcp") && is("Initiated", "true")) {
            let local = self.endpoint("SourceIp", "SourcePort");
            let name = self.text("DestinationHostname");
            send(&host::connection(resource, time, local, remote, name));
        }
    }

    fn endpoint(&self, address: &str, port: &str) -> Option<Endpoint> {
        let address = net::parse_address(self.text(address)?)?;
        let port: u16 = self.text(port)?.parse().ok()?;
        (!address.is_unspecified() && port > 0).then(|| Endpoint::new(address, port))
    }

    /// `QueryResults` reads `type:  5 alias.example;203.0.113.9;`.
    fn asked(&self, resource: Resource<'_>, time: Time, send: &mut host::Send<'_>) {
        let Some(name) = self.text("QueryName") else {
            return;
        };
        let results = self.text("QueryResults").unwrap_or_default();
        let results: Vec<&str> = results.split(';').take(ANSWERS_MAX).map(str::trim).collect();
        let addresses: Vec<IpAddr> =
            results.iter().filter_map(|text| net::parse_address(text)).collect();
        let aliases: Vec<&str> = results.iter().filter_map(|text| alias(text)).collect();
        let is_answered = self.text("QueryStatus").is_none_or(|status| status == "0");
        send(&Event::Dns(DnsQuery {
            account: host::ACCOUNT,
            client: resource,
            time,
            name,
            outcome: if is_answered { DnsOutcome::Answered } else { DnsOutcome::Failed },
            addresses: &addresses,
            aliases: &aliases,
        }));
    }
}

/// The name in a `CNAME` answer: `type:  5 alias.example`.
fn alias(text: &str) -> Option<&str> {
    text.strip_prefix("type:")?.trim().strip_prefix("5 ").map(str::trim)
}

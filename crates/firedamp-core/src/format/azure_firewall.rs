//! Azure Firewall logs: JSON around a sentence (the older categories) or around fields (`AZFW…`).
//!
//! The firewall passes on the traffic of the machine at `SourceIp` and is told as transit. Network
//! rules have no volume. Application rules have the name that was asked for, also within TLS, which
//! is worth more than the address that they leave out. The DNS proxy logs questions without answers.

mod sentence;

use serde_json::Value;

use super::{BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat, azure::account_of};
use crate::{
    event::{Counters, DnsOutcome, DnsQuery, Endpoint, Event, Flow, Phase, Resource, Side},
    id::AccountRef,
    json::{Head, fields::Fields},
    net,
    sink::{Reason, Sink},
    time::{Span, Time},
};

/// The format.
pub struct AzureFirewall;

/// The reason for a sentence that no rule writes.
const SENTENCE: Reason = "unreadable firewall message";

static DOC: Doc = Doc {
    id: "azure_firewall",
    title: "Azure Firewall logs",
    reads: "Network rules, application rules and the DNS proxy, as sentences and as fields.",
    specification: "https://learn.microsoft.com/azure/firewall/monitor-firewall-reference",
    rejects: &[BROKEN_JSON, NO_TIME, SENTENCE],
    examples: &[
        Example {
            title: "an application rule, as a sentence",
            input: concat!(
                r#"{"records":[{"time":"2026-03-01T10:00:00Z","#,
                r#""category":"AzureFirewallApplicationRule","#,
                r#""resourceId":"/SUBSCRIPTIONS/00000000-0000-0000-0000-00000000000A/X","#,
                r#""properties":{"msg":"HTTPS request from 10.0.0.4:50000 to pool.example:443. "#,
                r#"Action: Allow. Rule Collection: c. Rule: r"}}]}"#
            ),
            events: &["flow azure:00000000-0000-0000-0000-00000000000A 10.0.0.4 \
                 10.0.0.4:50000>0.0.0.0:443 protocol 6 accepted 2026-03-01T10:00:00Z window \
                 sent 0/0 opened by Source transit name pool.example"],
        },
        Example {
            title: "a question to the DNS proxy, as fields",
            input: concat!(
                r#"{"time":"2026-03-01T10:00:00Z","category":"AZFWDnsQuery","#,
                r#""resourceId":"/SUBSCRIPTIONS/00000000-0000-0000-0000-00000000000A/X","#,
                r#""properties":{"SourceIp":"10.0.0.4","SourcePort":61248,"#,
                r#""QueryName":"pool.example.","QueryType":"A","ResponseCode":"NXDOMAIN"}}"#
            ),
            events: &["dns azure:00000000-0000-0000-0000-00000000000A 10.0.0.4 \
                 2026-03-01T10:00:00Z pool.example. failed"],
        },
    ],
};

/// What a record says, whichever way it is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Said<'a> {
    /// Somebody asked for a name.
    Question { client: &'a str, name: &'a str, code: &'a str },
    /// Somebody opened a connection, to an address or a name.
    Connection { from: &'a str, to: (&'a str, u16), protocol: u8, allowed: bool },
    /// Something that Firedamp has no use for.
    Nothing,
}

impl RecordFormat for AzureFirewall {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let names = ["category", "Category", "Type"];
        let mut texts = names.iter().filter_map(|name| head.text(name));
        texts.any(|text| is_category(&text))
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let tree: Value =
            serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        let whole = Fields(&tree);
        let category = whole.first_text(&["category", "Type"]).unwrap_or_default();
        if !is_category(category) {
            return Err(Fault::Foreign);
        }
        let own = whole.at("properties").unwrap_or(whole);
        let time = whole.time(&["time", "TimeGenerated"]).ok_or(Fault::Rejected(NO_TIME))?;
        let account =
            account_of(whole.first_text(&["resourceId", "_ResourceId"]).unwrap_or_default());
        let ports = Ports::of(own);
        let said = match own.first_text(&["msg", "msg_s"]) {
            Some(sentence) => sentence::read(sentence).ok_or(Fault::Rejected(SENTENCE))?,
            None => fields(own, &ports),
        };
        said.tell(account, time, &ports, number, sink);
        Ok(())
    }
}

fn is_category(category: &str) -> bool {
    let category = category.to_ascii_lowercase();
    category.starts_with("azfw") || category.starts_with("azurefirewall")
}

/// The ports, where they are fields of their own.
struct Ports {
    source: u16,
    destination: u16,
}

impl Ports {
    fn of(own: Fields<'_>) -> Self {
        let port = |name| own.scalar(name).and_then(|text| text.parse().ok()).unwrap_or(0);
        Self { source: port("SourcePort"), destination: port("DestinationPort") }
    }
}

fn fields<'a>(own: Fields<'a>, ports: &Ports) -> Said<'a> {
    let Some(from) = own.text("SourceIp") else {
        return Said::Nothing;
    };
    if let Some(name) = own.text("QueryName") {
        let code = own.text("ResponseCode").unwrap_or("NOERROR");
        return Said::Question { client: from, name, code };
    }
    let Some(to) = own.first_text(&["Fqdn", "TargetFqdn", "DestinationIp"]) else {
        return Said::Nothing;
    };
    let protocol = own.text("Protocol").map_or(6, sentence::protocol);
    let allowed = own.text("Action").is_none_or(|action| !action.eq_ignore_ascii_case("Deny"));
    Said::Connection { from, to: (to, ports.destination), protocol, allowed }
}

impl Said<'_> {
    fn tell(
        self,
        account: AccountRef<'_>,
        time: Time,
        ports: &Ports,
        number: u64,
        sink: &mut dyn Sink,
    ) {
        match self {
            Self::Nothing => {}
            Self::Question { client, name, code } => {
                let failed = !code.eq_ignore_ascii_case("NOERROR");
                let query = DnsQuery {
                    account,
                    client: at(endpoint(client, 0)),
                    time,
                    name,
                    outcome: if failed { DnsOutcome::Failed } else { DnsOutcome::Answered },
                    addresses: &[],
                    aliases: &[],
                };
                sink.event(number, &Event::Dns(query));
            }
            Self::Connection { from, to: (to, port), protocol, allowed } => {
                let source = endpoint(from, ports.source);
                let address = net::parse_address(to);
                let destination = address
                    .map_or(Endpoint { port, ..Endpoint::UNKNOWN }, |address| {
                        Endpoint::new(address, port)
                    });
                let flow = Flow {
                    account,
                    resource: at(source),
                    source,
                    destination,
                    protocol,
                    span: Span::at(time),
                    phase: Phase::Window,
                    sent: Counters::default(),
                    returned: Counters::default(),
                    accepted: allowed,
                    initiator: Some(Side::Source),
                    transit: true,
                    name: address.is_none().then_some(to),
                };
                sink.event(number, &Event::Flow(flow));
            }
        }
    }
}

/// Reads `address` or `address:port`.
fn endpoint(text: &str, port: u16) -> Endpoint {
    if let Ok(socket) = text.parse::<std::net::SocketAddr>() {
        return Endpoint::new(socket.ip(), socket.port());
    }
    net::parse_address(text).map_or(Endpoint::UNKNOWN, |address| Endpoint::new(address, port))
}

fn at(endpoint: Endpoint) -> Resource<'static> {
    Resource { address: Some(endpoint.address), ..Resource::default() }
}

//! Google Cloud DNS query logs: JSON log entries.
//!
//! Answers stand in one text, a line each: name, time to live, class, type, data. On failures the
//! fields about the asking machine may be missing. The machine's name has its project's number in
//! front.

use std::net::IpAddr;

use serde::Deserialize;

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    gcp::{Monitored, is_log, is_log_name},
};
use crate::{
    event::{DnsOutcome, DnsQuery, Event, Resource},
    id::{AccountRef, Provider},
    json::{Head, Text},
    net,
    sink::Sink,
    time::Time,
};

/// The format.
pub struct GcpDns;

const SERVICE: &str = "dns.googleapis.com";
const LOG: &str = "dns_queries";

static DOC: Doc = Doc {
    id: "gcp_dns",
    title: "Google Cloud DNS query logs",
    reads: "Log entries from Cloud Storage or Pub/Sub.",
    specification: "https://cloud.google.com/dns/docs/monitoring",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a name, its alias and its address",
        input: concat!(
            r#"{"insertId":"x","logName":"projects/a-project/logs/dns.googleapis.com%2Fdns_queries","#,
            r#""resource":{"type":"dns_query","labels":{"project_id":"a-project"}},"#,
            r#""timestamp":"2026-03-01T10:00:00.123456789Z","jsonPayload":{"#,
            r#""queryName":"pool.example.","queryType":"A","responseCode":"NOERROR","#,
            r#""rdata":"pool.example.\t300\tIN\tcname\teu.pool.example.\n"#,
            r#"eu.pool.example.\t300\tIN\ta\t203.0.113.9","sourceIP":"10.0.0.4","#,
            r#""sourceNetwork":"default","vmInstanceId":1234567890123456789,"#,
            r#""vmInstanceName":"123.vm-1","vmProjectId":"a-project"}}"#
        ),
        events: &["dns gcp:a-project vm-1,10.0.0.4,default 2026-03-01T10:00:00.123Z \
             pool.example. answered 203.0.113.9 eu.pool.example."],
    }],
};

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, rename = "logName")]
    log: Option<Text<'a>>,
    #[serde(borrow, default)]
    resource: Monitored<'a>,
    #[serde(borrow, default)]
    timestamp: Text<'a>,
    #[serde(borrow, default, rename = "jsonPayload")]
    payload: Payload<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    #[serde(borrow, default)]
    query_name: Text<'a>,
    #[serde(borrow, default)]
    response_code: Text<'a>,
    #[serde(borrow, default)]
    rdata: Text<'a>,
    #[serde(borrow, default, rename = "sourceIP")]
    source_ip: Text<'a>,
    #[serde(borrow, default)]
    source_network: Text<'a>,
    #[serde(borrow, default)]
    vm_instance_name: Text<'a>,
    #[serde(borrow, default)]
    vm_project_id: Text<'a>,
}

impl RecordFormat for GcpDns {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        is_log(head, SERVICE, LOG)
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let record: Record<'_> =
            serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        if !is_log_name(record.log.as_deref().unwrap_or_default(), SERVICE, LOG) {
            return Err(Fault::Foreign);
        }
        let payload = &record.payload;
        let answers = || payload.rdata.lines().filter_map(answer);
        let addresses: Vec<IpAddr> =
            answers().filter_map(|(_, data)| net::parse_address(data)).collect();
        let aliases: Vec<&str> = answers()
            .filter(|(kind, _)| kind.eq_ignore_ascii_case("cname"))
            .map(|(_, data)| data)
            .collect();
        let project = payload.vm_project_id.known();
        let project = project.or_else(|| record.resource.labels.project_id.known());
        let name = payload.vm_instance_name.known();
        let query = DnsQuery {
            account: AccountRef::new(Provider::Gcp, project.unwrap_or_default()),
            client: Resource {
                instance: name.map(|name| name.split_once('.').map_or(name, |(_, name)| name)),
                interface: None,
                address: net::parse_address(&payload.source_ip),
                network: payload.source_network.known(),
            },
            time: Time::parse(&record.timestamp).ok_or(Fault::Rejected(NO_TIME))?,
            name: &payload.query_name,
            outcome: outcome(&payload.response_code),
            addresses: &addresses,
            aliases: &aliases,
        };
        sink.event(number, &Event::Dns(query));
        Ok(())
    }
}

/// The type and the data of one answer.
fn answer(line: &str) -> Option<(&str, &str)> {
    let mut fields = line.split_ascii_whitespace().skip(3);
    Some((fields.next()?, fields.next()?))
}

fn outcome(code: &str) -> DnsOutcome {
    if code.eq_ignore_ascii_case("NOERROR") { DnsOutcome::Answered } else { DnsOutcome::Failed }
}

//! Google VPC flow logs: JSON log entries.
//!
//! One record is one direction in one window at one reporter; within the network the same traffic
//! is told by its source and by its destination. Packets are sampled and scaled up: a thin
//! connection is seen in some windows only, and its window begins and ends with the packets that were
//! seen. Bytes are payload (Flow Analyzer's documentation): the headers of the packets are added, so
//! that they count what other clouds count. Counters are texts. In a shared VPC the machine's project
//! is that of the instance, not that of the entry.

use serde::Deserialize;

use super::{
    BACKWARD, BROKEN_JSON, Doc, Example, Fault, IMPLAUSIBLE_TIME, LONG_WINDOW, NO_ADDRESS, NO_TIME,
    RecordFormat,
    gcp::{Monitored, is_log, is_log_name},
    window,
};
use crate::{
    event::{Counters, Endpoint, Event, Flow, Phase, Resource, Signal},
    id::{AccountRef, Provider},
    json::{Head, Text, fields},
    net,
    sink::Sink,
    time::{Span, Time},
};

/// The format.
pub struct GcpVpcFlow;

/// IP and TCP headers with time stamps, and IP and UDP headers, in bytes.
const TCP_HEADERS: u64 = 52;
const UDP_HEADERS: u64 = 28;
const TCP: u8 = 6;

const SERVICES: [&str; 2] = ["compute.googleapis.com", "networkmanagement.googleapis.com"];
const LOG: &str = "vpc_flows";

static DOC: Doc = Doc {
    id: "gcp_vpc_flow",
    title: "Google VPC flow logs",
    reads: "Log entries from Cloud Storage or Pub/Sub, of both reporters, also of shared VPCs.",
    specification: "https://cloud.google.com/vpc/docs/about-flow-logs-records",
    rejects: &[BROKEN_JSON, NO_ADDRESS, NO_TIME, IMPLAUSIBLE_TIME, BACKWARD, LONG_WINDOW],
    examples: &[Example {
        title: "an instance in a shared VPC sends",
        input: concat!(
            r#"{"insertId":"x","logName":"projects/host-project/logs/"#,
            r#"compute.googleapis.com%2Fvpc_flows","resource":{"type":"gce_subnetwork","#,
            r#""labels":{"project_id":"host-project"}},"timestamp":"2026-03-01T10:01:03Z","#,
            r#""jsonPayload":{"connection":{"src_ip":"10.0.0.4","src_port":49152,"#,
            r#""dest_ip":"203.0.113.9","dest_port":3333,"protocol":6},"bytes_sent":"1776","#,
            r#""packets_sent":"12","start_time":"2026-03-01T10:00:01.123456789Z","#,
            r#""end_time":"2026-03-01T10:00:58Z","reporter":"SRC","src_instance":{"#,
            r#""project_id":"a-project","vm_name":"vm-1","region":"europe-west1"},"#,
            r#""src_vpc":{"project_id":"host-project","vpc_name":"shared"}}}"#
        ),
        events: &["flow gcp:a-project vm-1,10.0.0.4,shared 10.0.0.4:49152>203.0.113.9:3333 \
             protocol 6 accepted 2026-03-01T10:00:01.123Z..2026-03-01T10:00:58Z window \
             sent 12/2400"],
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
struct Payload<'a> {
    #[serde(borrow, default)]
    connection: Connection<'a>,
    #[serde(borrow, default)]
    bytes_sent: Text<'a>,
    #[serde(borrow, default)]
    packets_sent: Text<'a>,
    #[serde(borrow, default)]
    start_time: Text<'a>,
    #[serde(borrow, default)]
    end_time: Text<'a>,
    #[serde(borrow, default)]
    reporter: Text<'a>,
    #[serde(borrow, default)]
    src_instance: Instance<'a>,
    #[serde(borrow, default)]
    dest_instance: Instance<'a>,
    #[serde(borrow, default)]
    src_vpc: Vpc<'a>,
    #[serde(borrow, default)]
    dest_vpc: Vpc<'a>,
}

#[derive(Default, Deserialize)]
struct Connection<'a> {
    #[serde(borrow, default)]
    src_ip: Text<'a>,
    #[serde(borrow, default)]
    src_port: Text<'a>,
    #[serde(borrow, default)]
    dest_ip: Text<'a>,
    #[serde(borrow, default)]
    dest_port: Text<'a>,
    #[serde(borrow, default)]
    protocol: Text<'a>,
}

#[derive(Default, Deserialize)]
struct Instance<'a> {
    #[serde(borrow, default)]
    project_id: Text<'a>,
    #[serde(borrow, default)]
    vm_name: Text<'a>,
}

#[derive(Default, Deserialize)]
struct Vpc<'a> {
    #[serde(borrow, default)]
    vpc_name: Text<'a>,
}

impl RecordFormat for GcpVpcFlow {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        SERVICES.iter().any(|service| is_log(head, service, LOG))
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let record: Record<'_> =
            serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        let log = record.log.as_deref().unwrap_or_default();
        if !SERVICES.iter().any(|service| is_log_name(log, service, LOG)) {
            return Err(Fault::Foreign);
        }
        let flow = record.flow()?;
        let gate = sink.gate();
        if gate.passes(flow.source.address) || gate.passes(flow.destination.address) {
            sink.event(number, &Event::Flow(flow));
        } else {
            sink.skipped(flow.account, Signal::Flow, flow.span, 1);
        }
        Ok(())
    }
}

impl Record<'_> {
    fn flow(&self) -> Result<Flow<'_>, Fault> {
        let Payload { connection, src_instance, dest_instance, src_vpc, dest_vpc, .. } =
            &self.payload;
        let endpoint = |ip: &Text<'_>, port: &Text<'_>| {
            let port = fields::number(port).and_then(|port| u16::try_from(port).ok()).unwrap_or(0);
            let address = net::parse_address(ip).ok_or(Fault::Rejected(NO_ADDRESS))?;
            Ok(Endpoint::new(address, port))
        };
        let source = endpoint(&connection.src_ip, &connection.src_port)?;
        let destination = endpoint(&connection.dest_ip, &connection.dest_port)?;
        let by_destination = self.payload.reporter.eq_ignore_ascii_case("DEST")
            || (src_instance.vm_name.is_empty() && !dest_instance.vm_name.is_empty());
        let (own, instance, vpc) = if by_destination {
            (destination, dest_instance, dest_vpc)
        } else {
            (source, src_instance, src_vpc)
        };
        let project =
            instance.project_id.known().or_else(|| self.resource.labels.project_id.known());
        let number = |text: &Text<'_>| fields::number(text).unwrap_or(0);
        let protocol = u8::try_from(number(&connection.protocol)).unwrap_or(0);
        let headers = if protocol == TCP { TCP_HEADERS } else { UDP_HEADERS };
        let packets = number(&self.payload.packets_sent);
        let payload = number(&self.payload.bytes_sent);
        Ok(Flow {
            account: AccountRef::new(Provider::Gcp, project.unwrap_or_default()),
            resource: Resource {
                instance: instance.vm_name.known(),
                interface: None,
                address: Some(own.address),
                network: vpc.vpc_name.known(),
            },
            source,
            destination,
            protocol,
            span: self.span()?,
            phase: Phase::Window,
            sent: Counters {
                packets,
                bytes: payload.saturating_add(packets.saturating_mul(headers)),
            },
            returned: Counters::default(),
            accepted: true,
            initiator: None,
            transit: false,
            name: None,
        })
    }

    /// The window, or the entry's own time.
    fn span(&self) -> Result<Span, Fault> {
        let end = Time::parse(&self.payload.end_time).or_else(|| Time::parse(&self.timestamp));
        let end = end.ok_or(Fault::Rejected(NO_TIME))?;
        let start = Time::parse(&self.payload.start_time).unwrap_or(end);
        window::of(start, end).map_err(Fault::Rejected)
    }
}

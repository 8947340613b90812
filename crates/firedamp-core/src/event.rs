//! The events: what telemetry says, in one shape for all clouds. They borrow from the record they
//! were read from; a detector copies what it keeps.

mod call;
mod runtime;
mod text;
mod usage;

use std::net::{IpAddr, Ipv4Addr};

use crate::{
    id::AccountRef,
    time::{Span, Time},
};

pub use call::{Action, ApiCall, CallOutcome, Caller, CallerKind, Compute, ComputeKind};
pub use runtime::{Metric, MetricKind, Part, ProcessStart};
pub use usage::{Charge, Usage, UsageClass};

/// One normalised fact from telemetry.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A provider's own product raised an alert.
    Alert(ProviderAlert<'a>),
    /// Somebody called the control plane.
    Call(ApiCall<'a>),
    /// A name was asked for.
    Dns(DnsQuery<'a>),
    /// Packets went between two endpoints.
    Flow(Flow<'a>),
    /// Something worked so hard.
    Metric(Metric<'a>),
    /// A program was started.
    Process(ProcessStart<'a>),
    /// Something was used and costs money.
    Usage(Usage<'a>),
}

impl<'a> Event<'a> {
    /// The account that the event belongs to.
    #[must_use]
    pub const fn account(&self) -> AccountRef<'a> {
        match self {
            Self::Alert(alert) => alert.account,
            Self::Call(call) => call.account,
            Self::Dns(query) => query.account,
            Self::Flow(flow) => flow.account,
            Self::Metric(metric) => metric.account,
            Self::Process(process) => process.account,
            Self::Usage(usage) => usage.account,
        }
    }

    /// When it happened.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self {
            Self::Alert(alert) => alert.span,
            Self::Call(call) => Span::at(call.time),
            Self::Dns(query) => Span::at(query.time),
            Self::Flow(flow) => flow.span,
            Self::Metric(metric) => metric.span,
            Self::Process(process) => Span::at(process.time),
            Self::Usage(usage) => usage.span,
        }
    }

    /// The kind of telemetry that it came from.
    #[must_use]
    pub const fn signal(&self) -> Signal {
        match self {
            Self::Alert(_) => Signal::Alert,
            Self::Call(_) => Signal::Call,
            Self::Dns(_) => Signal::Dns,
            Self::Flow(_) => Signal::Flow,
            Self::Metric(_) => Signal::Metric,
            Self::Process(_) => Signal::Process,
            Self::Usage(_) => Signal::Usage,
        }
    }
}

/// A kind of telemetry, for coverage: which of them could be read for an account.
#[derive(
    Clone, Copy, Debug, serde::Deserialize, Eq, Ord, PartialEq, PartialOrd, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Provider alerts.
    Alert,
    /// Calls to the control plane.
    Call,
    /// DNS questions.
    Dns,
    /// Network flows.
    Flow,
    /// Load.
    Metric,
    /// Programs started.
    Process,
    /// Bills.
    Usage,
}

impl Signal {
    /// Every signal.
    pub const ALL: [Self; 7] =
        [Self::Alert, Self::Call, Self::Dns, Self::Flow, Self::Metric, Self::Process, Self::Usage];

    /// How the signal is called in coverage.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Alert => "provider_alert",
            Self::Call => "control_plane",
            Self::Dns => "dns",
            Self::Flow => "flow",
            Self::Metric => "compute",
            Self::Process => "runtime",
            Self::Usage => "billing",
        }
    }
}

/// The names under which one record knows a resource; absent ones are `None`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Resource<'a> {
    /// The machine: EC2 instance id, ARM id, Google instance name, host name.
    pub instance: Option<&'a str>,
    /// The network interface: ENI id, NIC id or MAC address.
    pub interface: Option<&'a str>,
    /// The address inside the cloud's network.
    pub address: Option<IpAddr>,
    /// The network in which that address means something: VPC or `VNet` id.
    pub network: Option<&'a str>,
}

/// One end of a flow.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Endpoint {
    /// The address, v4-mapped forms already unwrapped; unspecified when the record has none.
    pub address: IpAddr,
    /// The port; 0 when there is none.
    pub port: u16,
}

impl Endpoint {
    /// An endpoint that the record does not name.
    pub const UNKNOWN: Self = Self { address: IpAddr::V4(Ipv4Addr::UNSPECIFIED), port: 0 };

    /// The endpoint `address`:`port`, with v4-mapped IPv6 addresses unwrapped.
    #[must_use]
    pub fn new(address: IpAddr, port: u16) -> Self {
        Self { address: address.to_canonical(), port }
    }
}

/// Packets and bytes (IP length, headers included) in one direction, in the record's window.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Counters {
    /// Packets.
    pub packets: u64,
    /// Bytes.
    pub bytes: u64,
}

/// What a record covers of its connection.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Phase {
    /// The traffic of the window `span`, and no word on begin or end (AWS, Google).
    Window,
    /// The connection began; no counters (Azure `B`).
    Begin,
    /// What was sent since the previous record of the connection (Azure `C`).
    Continue,
    /// The same, and the connection ended (Azure `E`).
    End,
}

/// Which end of a flow.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Side {
    /// The packets' source.
    Source,
    /// The packets' destination.
    Destination,
}

/// Packets between two endpoints in a window of time.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// Whose network.
    pub account: AccountRef<'a>,
    /// What reported the flow; its `address` is the reporter's own, when it is known to be the
    /// inner end.
    pub resource: Resource<'a>,
    /// Where the packets came from (the packet's own address behind a NAT, when known).
    pub source: Endpoint,
    /// Where they went.
    pub destination: Endpoint,
    /// IANA protocol number; 6 is TCP.
    pub protocol: u8,
    /// The window that the record covers; one instant for phases other than [`Phase::Window`].
    pub span: Span,
    /// What the record covers of its connection.
    pub phase: Phase,
    /// Source to destination.
    pub sent: Counters,
    /// Destination to source, in records that speak of both directions.
    pub returned: Counters,
    /// False when a firewall dropped it.
    pub accepted: bool,
    /// Who opened the connection, when the record tells.
    pub initiator: Option<Side>,
    /// True when the reporter only passes the traffic on (NAT gateway, firewall, proxy), and the
    /// endpoints are the ones inside.
    pub transit: bool,
    /// The name of the destination, when the record has it (firewall application rules, SNI).
    pub name: Option<&'a str>,
}

/// How a name server answered.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum DnsOutcome {
    /// With an answer, or an empty one.
    Answered,
    /// A DNS firewall stopped it.
    Blocked,
    /// The name does not exist, or the server failed or refused.
    Failed,
}

/// A name was asked for.
#[derive(Clone, Copy, Debug)]
pub struct DnsQuery<'a> {
    /// Whose network.
    pub account: AccountRef<'a>,
    /// Who asked.
    pub client: Resource<'a>,
    /// When.
    pub time: Time,
    /// The name as written, with or without trailing dot.
    pub name: &'a str,
    /// The answer.
    pub outcome: DnsOutcome,
    /// Addresses in the answer.
    pub addresses: &'a [IpAddr],
    /// Names in the answer (CNAME targets).
    pub aliases: &'a [&'a str],
}

/// What a provider's alert says, as far as mining is concerned.
#[derive(
    Clone, Copy, Debug, serde::Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// Something else (kept for coverage only).
    Other,
    /// More compute than usual, without a word on mining.
    ComputeAnomaly,
    /// It names mining.
    Mining,
}

/// How sure the provider is; ordered.
#[derive(
    Clone, Copy, Debug, serde::Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High, or not stated.
    High,
}

impl Level {
    /// Reads `low`, `Medium`, `HIGH`; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [("low", Self::Low), ("medium", Self::Medium), ("high", Self::High)]
            .into_iter()
            .find_map(|(name, level)| text.trim().eq_ignore_ascii_case(name).then_some(level))
    }
}

/// What people have made of an alert.
#[derive(
    Clone, Copy, Debug, serde::Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// Open, being worked on, archived, closed without a word, or confirmed as fraud.
    Open,
    /// Closed as a false alarm or as legitimate.
    Dismissed,
    /// The product itself says that it is over, not that it was wrong.
    Over,
}

/// A provider's own product raised an alert.
#[derive(Clone, Debug)]
pub struct ProviderAlert<'a> {
    /// Whose resources.
    pub account: AccountRef<'a>,
    /// The product: `guardduty`, `security_hub`, `scc`, `defender`, `partner_center`, `graph` …
    pub product: &'static str,
    /// The alert's own id; the same alert, updated, keeps it.
    pub id: &'a str,
    /// The id of the alert that this one passes on, when it does (Security Hub from `GuardDuty`).
    pub origin: Option<&'a str>,
    /// The provider's name for the kind of alert.
    pub type_name: &'a str,
    /// One line for people.
    pub title: &'a str,
    /// What it says about mining.
    pub kind: AlertKind,
    /// How sure the provider is.
    pub confidence: Level,
    /// True for sample, simulated and test alerts: shown, never counted.
    pub sample: bool,
    /// What people have made of it.
    pub state: AlertState,
    /// First and last activity that it speaks of.
    pub span: Span,
    /// When this version of the alert was written: of two versions the later one counts.
    pub updated: Time,
    /// By when an answer is due, where it says so.
    pub due: Option<Time>,
    /// The resources that it names; may be empty.
    pub resources: Vec<Resource<'a>>,
    /// Remote addresses that it names.
    pub remotes: Vec<IpAddr>,
    /// Remote names that it names.
    pub domains: Vec<&'a str>,
}

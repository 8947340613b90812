//! The formats: how one kind of log is written, and how it becomes events.
//!
//! A format is one file with its [`Doc`] (whose examples are tests) and one line in [`FORMATS`].
//! There are five shapes. A [`DocumentFormat`] is one record an object, an [`ElementFormat`] XML. A [`LineFormat`] is text, a record a line. A [`RecordFormat`] reads one
//! JSON value at a time, wherever it was wrapped. A [`TableFormat`] reads one row at a time, of CSV
//! or Parquet. The containers are the business of [`crate::container`], not of the formats.

pub mod abuse_mail;
mod alert;
mod audit;
pub mod auditd;
pub mod aws_cloudtrail;
pub mod aws_cloudwatch_metric;
pub mod aws_cur;
pub mod aws_guardduty;
pub mod aws_network_interface;
pub mod aws_route53_resolver;
pub mod aws_security_hub;
pub mod aws_vpc_flow;
mod azure;
pub mod azure_activity;
mod azure_bill;
pub mod azure_cost;
pub mod azure_defender;
pub mod azure_dns_policy;
pub mod azure_firewall;
pub mod azure_monitor_metric;
pub mod azure_network_interface;
pub mod azure_nsg_flow;
pub mod azure_vnet_flow;
mod bill;
pub mod billing_manifest;
pub mod entra_audit;
pub mod entra_sign_in;
pub mod falco;
pub mod focus;
mod gcp;
pub mod gcp_abuse_event;
pub mod gcp_audit;
mod gcp_bill;
pub mod gcp_billing;
pub mod gcp_billing_csv;
pub mod gcp_dns;
pub mod gcp_monitoring;
pub mod gcp_scc;
pub mod gcp_vpc_flow;
pub mod graph_partner_security_alert;
mod host;
pub mod kubernetes_audit;
mod metric;
mod microsoft;
pub mod microsoft_365_audit;
pub mod oci_cost;
pub mod osquery;
pub mod partner_center_audit;
pub mod partner_center_fraud_event;
pub mod partner_center_usage;
pub mod partner_center_usage_items;
pub mod prometheus_text;
pub mod sysmon;
mod sysmon_event;
pub mod sysmon_xml;
pub mod tetragon;
pub mod tracee;
mod window;

use crate::{
    json::Head,
    sink::{Reason, Sink},
    table::{Header, Row},
};

/// Every format, in alphabetical order.
pub const FORMATS: &[Format] = &[
    Format::Documents(&abuse_mail::AbuseMail),
    Format::Lines(&auditd::Auditd),
    Format::Records(&aws_cloudtrail::AwsCloudtrail),
    Format::Records(&aws_cloudwatch_metric::AwsCloudwatchMetric),
    Format::Tables(&aws_cur::AwsCur),
    Format::Records(&aws_guardduty::AwsGuardduty),
    Format::Records(&aws_network_interface::AwsNetworkInterface),
    Format::Records(&aws_route53_resolver::AwsRoute53Resolver),
    Format::Records(&aws_security_hub::AwsSecurityHub),
    Format::Lines(&aws_vpc_flow::AwsVpcFlow),
    Format::Records(&azure_activity::AzureActivity),
    Format::Tables(&azure_cost::AzureCost),
    Format::Records(&azure_defender::AzureDefender),
    Format::Records(&azure_dns_policy::AzureDnsPolicy),
    Format::Records(&azure_firewall::AzureFirewall),
    Format::Records(&azure_monitor_metric::AzureMonitorMetric),
    Format::Records(&azure_network_interface::AzureNetworkInterface),
    Format::Records(&azure_nsg_flow::AzureNsgFlow),
    Format::Records(&azure_vnet_flow::AzureVnetFlow),
    Format::Records(&billing_manifest::BillingManifest),
    Format::Records(&entra_audit::EntraAudit),
    Format::Records(&entra_sign_in::EntraSignIn),
    Format::Records(&falco::Falco),
    Format::Tables(&focus::Focus),
    Format::Records(&gcp_abuse_event::GcpAbuseEvent),
    Format::Records(&gcp_audit::GcpAudit),
    Format::Records(&gcp_billing::GcpBilling),
    Format::Tables(&gcp_billing_csv::GcpBillingCsv),
    Format::Records(&gcp_dns::GcpDns),
    Format::Records(&gcp_monitoring::GcpMonitoring),
    Format::Records(&gcp_scc::GcpScc),
    Format::Records(&gcp_vpc_flow::GcpVpcFlow),
    Format::Records(&graph_partner_security_alert::GraphPartnerSecurityAlert),
    Format::Records(&kubernetes_audit::KubernetesAudit),
    Format::Records(&microsoft_365_audit::Microsoft365Audit),
    Format::Tables(&oci_cost::OciCost),
    Format::Records(&osquery::Osquery),
    Format::Records(&partner_center_audit::PartnerCenterAudit),
    Format::Records(&partner_center_fraud_event::PartnerCenterFraudEvent),
    Format::Tables(&partner_center_usage::PartnerCenterUsage),
    Format::Records(&partner_center_usage_items::PartnerCenterUsageItems),
    Format::Lines(&prometheus_text::PrometheusText),
    Format::Records(&sysmon::Sysmon),
    Format::Elements(&sysmon_xml::SysmonXml),
    Format::Records(&tetragon::Tetragon),
    Format::Records(&tracee::Tracee),
];

/// A format of any shape.
#[derive(Clone, Copy)]
pub enum Format {
    /// Objects that are one record.
    Documents(&'static dyn DocumentFormat),
    /// XML elements, over any number of lines.
    Elements(&'static dyn ElementFormat),
    /// Text, a record a line.
    Lines(&'static dyn LineFormat),
    /// JSON values.
    Records(&'static dyn RecordFormat),
    /// Rows of a table.
    Tables(&'static dyn TableFormat),
}

impl Format {
    /// What the format is.
    #[must_use]
    pub fn doc(&self) -> &'static Doc {
        match self {
            Self::Documents(format) => format.doc(),
            Self::Elements(format) => format.doc(),
            Self::Lines(format) => format.doc(),
            Self::Records(format) => format.doc(),
            Self::Tables(format) => format.doc(),
        }
    }
}

/// The format with this id.
#[must_use]
pub fn by_id(id: &str) -> Option<Format> {
    FORMATS.iter().copied().find(|format| format.doc().id == id)
}

/// What a format is, for people; its examples are run as tests.
#[derive(Debug)]
pub struct Doc {
    /// `<vendor>_<log>`.
    pub id: &'static str,
    /// What the vendor calls it.
    pub title: &'static str,
    /// What is read, in which of its shapes, and what is left out.
    pub reads: &'static str,
    /// Where the vendor describes it.
    pub specification: &'static str,
    /// Why a record of it can be rejected.
    pub rejects: &'static [Reason],
    /// Inputs and the events that they become.
    pub examples: &'static [Example],
}

/// An input and what it becomes.
#[derive(Debug)]
pub struct Example {
    /// What the example shows.
    pub title: &'static str,
    /// A whole object.
    pub input: &'static str,
    /// The events as text, in order; a reject reads `reject: REASON`.
    pub events: &'static [&'static str],
}

/// A format whose records are lines of text.
pub trait LineFormat: Sync {
    /// What it is.
    fn doc(&self) -> &'static Doc;

    /// Looks at the beginning of an object (BOM removed): a decoder when the text is this format.
    fn open(&self, head: &[u8]) -> Option<Box<dyn LineDecoder>>;
}

/// Decodes any run of whole lines of one object; shared by the threads that read it.
pub trait LineDecoder: Send + Sync {
    /// Decodes `lines`, the first of which is record `first_record` of its object.
    fn decode(&self, lines: &[u8], first_record: u64, sink: &mut dyn Sink);

    /// The decoder of what comes behind `lines`, where they say that it is written otherwise: files
    /// put one behind the other, each with its own header.
    fn behind(&self, _lines: &[u8]) -> Option<Box<dyn LineDecoder>> {
        None
    }
}

/// A format whose objects are one record each.
pub trait DocumentFormat: Sync {
    /// What it is.
    fn doc(&self) -> &'static Doc;

    /// Whether the beginning of an object (BOM removed) is that of such a document.
    fn recognises(&self, head: &[u8]) -> bool;

    /// Decodes a whole document.
    ///
    /// # Errors
    /// The reason why it is rejected.
    fn decode(&self, document: &[u8], sink: &mut dyn Sink) -> Result<(), Reason>;
}

/// A format whose records are XML elements.
pub trait ElementFormat: Sync {
    /// What it is.
    fn doc(&self) -> &'static Doc;

    /// The name of the element that is a record.
    fn element(&self) -> &'static str;

    /// Whether the beginning of an object (BOM removed) holds such records.
    fn recognises(&self, head: &[u8]) -> bool;

    /// Decodes one element, from its first tag to its last.
    ///
    /// # Errors
    /// The reason why it is rejected.
    fn decode(&self, element: &str, number: u64, sink: &mut dyn Sink) -> Result<(), Reason>;
}

/// A format whose records are JSON values.
pub trait RecordFormat: Sync {
    /// What it is.
    fn doc(&self) -> &'static Doc;

    /// Whether a record with this head is this format's. Exactly one format should say yes.
    fn recognises(&self, head: &Head<'_>) -> bool;

    /// Decodes one record.
    ///
    /// # Errors
    /// [`Fault::Foreign`] when it is not this format's after all, [`Fault::Rejected`] when it is
    /// and can't be read.
    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault>;
}

/// A format whose records are rows of a table.
pub trait TableFormat: Sync {
    /// What it is.
    fn doc(&self) -> &'static Doc;

    /// A decoder when a table with this header is this format. Exactly one format should say yes.
    fn open(&self, header: &Header) -> Option<Box<dyn RowDecoder>>;
}

/// Decodes the rows of tables with one header.
pub trait RowDecoder: Send + Sync {
    /// Decodes one row, which is record `number` of its object.
    ///
    /// # Errors
    /// Why the row can't be read.
    fn decode(&self, row: &Row<'_>, number: u64, sink: &mut dyn Sink) -> Result<(), Reason>;
}

/// Why a record gave no event.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// It belongs to another format.
    Foreign,
    /// It belongs here and can't be read.
    Rejected(Reason),
}

/// The reason for JSON that does not parse.
pub const BROKEN_JSON: Reason = "broken JSON";
/// The reason for a record without the time that it must have.
pub const NO_TIME: Reason = "no readable time";
/// The reason for a record that was written when there was no cloud, or will be one day.
pub const IMPLAUSIBLE_TIME: Reason = "time before 2006 or after 2099";
/// The reason for seconds where milliseconds belong, or the other way round.
pub const OTHER_UNIT: Reason = "time in another unit (seconds or milliseconds)";
/// The reason for a window that ends before it begins.
pub const BACKWARD: Reason = "ends before it begins";
/// The reason for a window that is longer than any log gathers.
pub const LONG_WINDOW: Reason = "window longer than an hour";
/// The reason for a flow without readable addresses.
pub const NO_ADDRESS: Reason = "no readable address";
/// The reason for a record that is longer than anything a cloud writes.
pub const TOO_LONG: Reason = "record too long";
/// The reason for a record of no known format among known ones.
pub const UNKNOWN_RECORD: Reason = "record of no known format";

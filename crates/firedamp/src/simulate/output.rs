//! The clouds' own log files, written straight into memory.

mod alert;
mod audit;
mod aws;
mod azure;
mod bill;
mod dns;
mod gcp;
mod inventory;
mod metric;
mod order;
mod runtime;

use firedamp_core::id::Provider;

use super::{Settings, estate::Estate, scenario::Plan};

/// The files of an account: where below the world's folder, and what is in them.
pub(super) fn files(settings: &Settings, plan: &Plan, estate: &Estate) -> Vec<(String, Vec<u8>)> {
    let signals = settings.signals;
    let mut files = Vec::new();
    if signals.flows {
        files.extend(flows(estate));
    }
    let mut add = |wanted: bool, name: &str, make: &dyn Fn() -> Vec<u8>| {
        if wanted {
            files.push((name.to_owned(), make()));
        }
    };
    add(signals.dns, "dns.jsonl", &|| dns::queries(estate));
    add(signals.audit, "audit.json", &|| audit::calls(plan, estate));
    add(signals.bill, "focus.csv", &|| bill::rows(estate));
    add(signals.metrics, "metrics.jsonl", &|| metric::values(estate));
    add(signals.inventory, "interfaces.json", &|| inventory::cards(estate));
    if signals.runtime {
        let (name, content) = runtime::starts(estate);
        files.push((format!("runtime/{name}"), content));
    }
    if signals.alerts {
        let alerts = alert::files(estate).into_iter();
        files.extend(alerts.map(|(name, content)| (format!("alerts/{name}"), content)));
    }
    files.retain(|(_, content)| !content.is_empty());
    let folder = format!("{}/{}", estate.provider.id(), estate.id);
    files.into_iter().map(|(name, content)| (format!("{folder}/{name}"), content)).collect()
}

/// The format of a file that is written here, by its path.
#[must_use]
pub fn format_of(path: &str) -> &'static str {
    let (cloud, name) = path.split_once('/').unwrap_or(("", path));
    let is = |part: &str| name.ends_with(part);
    match cloud {
        _ if is("focus.csv") => "focus",
        _ if is("guardduty.jsonl") => "aws_guardduty",
        _ if is("defender.jsonl") => "azure_defender",
        _ if is("fraud-events.json") => "partner_center_fraud_event",
        _ if is("scc.jsonl") => "gcp_scc",
        "aws" if is("audit.json") => "aws_cloudtrail",
        "azure" if is("audit.json") => "azure_activity",
        "gcp" if is("audit.json") => "gcp_audit",
        "aws" if is("metrics.jsonl") => "aws_cloudwatch_metric",
        "azure" if is("metrics.jsonl") => "azure_monitor_metric",
        "gcp" if is("metrics.jsonl") => "gcp_monitoring",
        // Flows, names and sensors are there when their records are complete.
        _ => "",
    }
}

fn flows(estate: &Estate) -> Vec<(String, Vec<u8>)> {
    match estate.provider {
        Provider::Azure => azure::flows(estate),
        Provider::Gcp => vec![("vpc_flows.jsonl".to_owned(), gcp::flows(estate))],
        _ => vec![("vpc-flow.log".to_owned(), aws::flows(estate))],
    }
}

/// Appends a number.
fn digits(text: &mut Vec<u8>, number: u64) {
    text.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

//! The clouds' own log files, written straight into memory.

mod alert;
mod audit;
mod aws;
mod azure;
mod bill;
mod dns;
mod gcp;
mod order;

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
    let alerts = signals.alerts && estate.provider == Provider::Aws;
    add(alerts, "guardduty.jsonl", &|| alert::findings(estate));
    files.retain(|(_, content)| !content.is_empty());
    let folder = format!("{}/{}", estate.provider.id(), estate.id);
    files.into_iter().map(|(name, content)| (format!("{folder}/{name}"), content)).collect()
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

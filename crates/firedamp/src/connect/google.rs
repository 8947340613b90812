//! Which logs of a Google Cloud project are off.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Finding, Inventory, Place, inventory::text, quoted};

/// Whose answers are read.
pub(super) const QUESTIONS: &[&str] = &[
    "gcloud compute networks list --format=json",
    "gcloud compute networks subnets list --format=json",
    "gcloud dns policies list --format=json",
    "gcloud logging sinks list --format=json",
];

/// What a sink must let through, and how it is written.
const LOGS: [(&str, &str); 3] =
    [("vpc_flows", "flows"), ("dns_queries", "names"), ("cloudaudit.googleapis.com", "audit")];

/// The project that a link to a resource names.
fn project(link: &str) -> Option<&str> {
    link.split("/projects/").nth(1)?.split('/').next()
}

fn is_true(value: &Value, path: &str) -> bool {
    value.pointer(path) == Some(&Value::Bool(true))
}

pub(super) fn check(inventory: &Inventory, place: &Place) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (mut networks, mut logged) = (BTreeSet::new(), BTreeSet::new());
    let mut sinks = BTreeSet::new();
    let mut has_policies = false;
    for one in inventory.all() {
        match text(one, "/kind") {
            "compute#subnetwork" => findings.extend(subnet(one)),
            "compute#network" => {
                networks.insert(text(one, "/selfLink"));
            }
            "dns#policy" => {
                has_policies = true;
                let of = one.get("networks").and_then(Value::as_array).into_iter().flatten();
                let of = of.filter(|_| is_true(one, "/enableLogging"));
                logged.extend(of.map(|network| text(network, "/networkUrl")));
            }
            _ if text(one, "/destination").starts_with("storage.googleapis.com/") => {
                sinks.insert(text(one, "/filter"));
            }
            _ => {}
        }
    }
    if has_policies {
        findings.extend(networks.iter().filter_map(|network| names(network, &logged)));
    }
    if !sinks.is_empty() {
        let projects: BTreeSet<&str> = networks.iter().filter_map(|link| project(link)).collect();
        findings.extend(projects.iter().flat_map(|project| exports(project, &sinks, place)));
    }
    findings
}

fn subnet(one: &Value) -> Option<Finding> {
    let (owner, name) = (project(text(one, "/selfLink"))?, text(one, "/name"));
    let region = text(one, "/region").rsplit('/').next().unwrap_or_default();
    let is_on = is_true(one, "/enableFlowLogs") || is_true(one, "/logConfig/enable");
    let command = format!(
        "gcloud compute networks subnets update {} --region={} --project={} --enable-flow-logs \
         --logging-flow-sampling=1.0 --logging-aggregation-interval=interval-1-min \
         --logging-metadata=include-all",
        quoted(name),
        quoted(region),
        quoted(owner),
    );
    Some(Finding {
        account: format!("gcp:{owner}"),
        log: "flow log",
        of: format!("{region}/{name}"),
        is_on,
        command: (!is_on).then_some(command),
    })
}

fn names(network: &str, logged: &BTreeSet<&str>) -> Option<Finding> {
    let owner = project(network)?;
    let name = network.rsplit('/').next().unwrap_or_default();
    let is_on = logged.contains(network);
    let command = format!(
        "gcloud dns policies create firedamp --project={} --networks={} --enable-logging \
         --description='DNS query log'",
        quoted(owner),
        quoted(name),
    );
    Some(Finding {
        account: format!("gcp:{owner}"),
        log: "DNS query log",
        of: name.to_string(),
        is_on,
        command: (!is_on).then_some(command),
    })
}

/// Whether each log is written into a bucket by some sink; one without a filter writes all.
fn exports(project: &str, sinks: &BTreeSet<&str>, place: &Place) -> Vec<Finding> {
    let finding = |(log, name): (&str, &str)| {
        let is_on = sinks.iter().any(|filter| filter.is_empty() || filter.contains(log));
        let command = format!(
            "gcloud logging sinks create firedamp-{name} storage.googleapis.com/{} --project={} \
             --log-filter='logName:\"{log}\"'",
            place.bucket,
            quoted(project),
        );
        Finding {
            account: format!("gcp:{project}"),
            log: "export to a bucket",
            of: log.to_string(),
            is_on,
            command: (!is_on).then_some(command),
        }
    };
    LOGS.into_iter().map(finding).collect()
}

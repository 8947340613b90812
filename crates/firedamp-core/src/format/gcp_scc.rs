//! Google Security Command Center findings: JSON, one object a finding.
//!
//! A Pub/Sub notification and the list API wrap the finding together with its resource; exports
//! hold the finding alone, and `BigQuery` writes the same keys with underscores. The project's id
//! stands in `projectDisplayName` (in `gcpMetadata` since version 2), its number elsewhere. Virtual
//! Machine Threat Detection looks into memory: it saw the miner itself. In 2021 it wrote no
//! category that names mining, but which of its memory detectors had matched. A misconfiguration or
//! an observation is no verdict, whatever words its category holds. INACTIVE says that it is over, not
//! that it was wrong; who mutes a finding says that he knows better.

use serde_json::Value;

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    alert::{self, Draft, Named},
};
use crate::{
    event::{AlertKind, AlertState},
    id::Provider,
    json::{
        Head,
        fields::{self, Fields},
    },
    net,
    sink::{Reason, Sink},
    time::Time,
};

/// The format.
pub struct GcpScc;

static DOC: Doc = Doc {
    id: "gcp_scc",
    title: "Security Command Center findings",
    reads: "Findings from Pub/Sub notifications, list replies, storage and BigQuery exports.",
    specification: "https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.sources.findings",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a miner in an instance's memory",
        input: concat!(
            r#"{"notificationConfigName":"organizations/1/notificationConfigs/n","#,
            r#""finding":{"name":"organizations/1/sources/2/findings/f1","#,
            r#""parent":"organizations/1/sources/2","resourceName":"#,
            r#""//compute.googleapis.com/projects/777/zones/us-central1-a/instances/42","#,
            r#""state":"ACTIVE","category":"Execution: Cryptocurrency Mining Hash Match","#,
            r#""eventTime":"2026-03-01T10:30:00.123456789Z","#,
            r#""createTime":"2026-03-01T10:30:05Z","findingClass":"THREAT"},"#,
            r#""resource":{"name":"#,
            r#""//compute.googleapis.com/projects/777/zones/us-central1-a/instances/42","#,
            r#""project":"//cloudresourcemanager.googleapis.com/projects/777","#,
            r#""projectDisplayName":"shop-prod","displayName":"worker-1"}}"#
        ),
        events: &["alert gcp:shop-prod scc sources/2/findings/f1 \
             Execution: Cryptocurrency Mining Hash Match Mining High \
             2026-03-01T10:30:00.123Z..2026-03-01T10:30:05Z updated 2026-03-01T10:30:00.123Z Open \
             on worker-1 \"Execution: Cryptocurrency Mining Hash Match\""],
    }],
};

/// What runs code and so can mine, as resource names spell it.
const COMPUTE_COLLECTIONS: [&str; 5] =
    ["/instances/", "/clusters/", "/services/", "/jobs/", "/functions/"];

/// The detectors that look for miners in memory, as the shape of 2021 names them.
const MEMORY_DETECTORS: [&str; 2] = ["memoryHashDetector", "yaraRuleDetector"];

impl RecordFormat for GcpScc {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.object("finding").map_or_else(|| is_finding(head), |finding| is_finding(&finding))
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        alert::decode(self, record, draft, number, sink)
    }
}

/// A category, and a name that places it among the findings of a source.
fn is_finding(head: &Head<'_>) -> bool {
    let names = ["canonicalName", "canonical_name", "name", "parent"];
    let placed = |name: &str| {
        head.text(name)
            .is_some_and(|text| text.contains("/sources/") || text.contains("/findings/"))
    };
    head.has("category") && names.iter().any(|name| placed(name))
}

fn draft(record: Fields<'_>) -> Result<Draft, Reason> {
    let record = without_underscores(record.0);
    let record = Fields(&record);
    let finding = record.at("finding").unwrap_or(record);
    let resource = record.at("resource").or_else(|| finding.at("resource"));
    let span = alert::span(finding, &["createTime", "eventTime"], &["eventTime", "createTime"])?;
    let (provider, account) = account(finding, resource);
    let category = alert::text(finding, &["category"]).unwrap_or_default();
    let mut draft = Draft {
        account,
        id: finding.first_text(&["name", "canonicalName"]).map(id).unwrap_or_default(),
        kind: if is_mining(finding, &category) { AlertKind::Mining } else { AlertKind::Other },
        title: category.clone(),
        type_name: category,
        state: state(finding),
        updated: updated(finding).unwrap_or(span.last),
        remotes: public(alert::addresses(finding.at("indicator.ipAddresses"))),
        domains: alert::domains(finding.at("indicator.domains")),
        ..Draft::new(provider, "scc", span)
    };
    draft.resources.extend(instance(finding, resource).map(Named::instance));
    for connection in finding.elements("connections") {
        add_connection(connection, ["sourceIp", "destinationIp"], &mut draft);
    }
    if let Some(connection) = finding.at("sourceProperties.properties.ipConnection") {
        add_connection(connection, ["srcIp", "destIp"], &mut draft);
    }
    Ok(draft)
}

/// Muted by a person or his rule, or over.
fn state(finding: Fields<'_>) -> AlertState {
    let is =
        |path, value: &str| finding.text(path).is_some_and(|text| text.eq_ignore_ascii_case(value));
    match () {
        () if is("mute", "MUTED") => AlertState::Dismissed,
        () if is("state", "INACTIVE") => AlertState::Over,
        () => AlertState::Open,
    }
}

/// When this version was written: muting leaves the time of the event as it is.
fn updated(finding: Fields<'_>) -> Option<Time> {
    let times = ["eventTime", "muteUpdateTime"].map(|path| alert::time(finding, &[path]));
    times.into_iter().flatten().max()
}

/// The part of a finding's name that all its names share. The name begins with the organization,
/// the canonical name with the project, and version 2 adds a location.
fn id(name: &str) -> String {
    let Some((_, own)) = name.split_once("sources/") else {
        return name.to_string();
    };
    match (own.split_once('/'), own.rsplit_once("/findings/")) {
        (Some((source, _)), Some((_, finding))) => format!("sources/{source}/findings/{finding}"),
        _ => name.to_string(),
    }
}

/// The same value with its keys in one word: `resource_name` becomes `resourcename`, which is
/// `resourceName` to a reader who ignores case.
fn without_underscores(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(without_underscores).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.replace('_', ""), without_underscores(value)))
            .collect(),
        other => other.clone(),
    }
}

fn is_mining(finding: Fields<'_>, category: &str) -> bool {
    let in_memory = finding
        .elements("sourceProperties.threats")
        .any(|threat| MEMORY_DETECTORS.iter().any(|detector| threat.at(detector).is_some()));
    let named = alert::contains(category, "cryptocurrency") || alert::names_mining(category);
    in_memory || named && is_threat(finding, category)
}

/// Tactics that Google's categories of mining begin with: `Malware: Cryptomining Bad Domain`.
const TACTICS: [&str; 3] = ["execution: ", "impact: ", "malware: "];

/// Whether a finding is of a threat. Older ones have no class; their category begins with a tactic,
/// which those of the customer's own modules do not.
fn is_threat(finding: Fields<'_>, category: &str) -> bool {
    match finding.text("findingClass") {
        Some(class) if !class.eq_ignore_ascii_case("FINDING_CLASS_UNSPECIFIED") => {
            class.eq_ignore_ascii_case("THREAT")
        }
        _ => TACTICS.iter().any(|tactic| alert::contains(category, tactic)),
    }
}

/// The account that the resource stands in: Security Command Center watches other clouds too.
fn account(finding: Fields<'_>, resource: Option<Fields<'_>>) -> (Provider, String) {
    let of = |path: &str| resource.and_then(|resource| alert::text(resource, &[path]));
    if let Some(id) = of("awsMetadata.account.id") {
        return (Provider::Aws, id);
    }
    if let Some(id) = of("azureMetadata.subscription.id") {
        return (Provider::Azure, id);
    }
    let id = of("projectDisplayName").or_else(|| of("gcpMetadata.projectDisplayName"));
    let named = || finding.text("resourceName").and_then(project).map(ToString::to_string);
    (Provider::Gcp, id.or_else(named).unwrap_or_default())
}

/// The project in `//compute.googleapis.com/projects/<project>/…`.
fn project(name: &str) -> Option<&str> {
    name.split_once("/projects/")?.1.split('/').next().and_then(fields::known)
}

/// The name of the machine, cluster or service.
fn instance(finding: Fields<'_>, resource: Option<Fields<'_>>) -> Option<String> {
    let runs_code = |name: &&str| COMPUTE_COLLECTIONS.iter().any(|part| name.contains(part));
    let name =
        finding.text("resourceName").or_else(|| resource?.text("name")).filter(runs_code).map(
            |name| resource.and_then(|it| it.text("displayName")).unwrap_or_else(|| last(name)),
        );
    let details = || finding.text("sourceProperties.properties.instanceDetails").map(last);
    name.or_else(details).map(ToString::to_string)
}

fn last(name: &str) -> &str {
    name.trim_end_matches('/').rsplit('/').next().unwrap_or(name)
}

fn public(mut addresses: Vec<std::net::IpAddr>) -> Vec<std::net::IpAddr> {
    addresses.retain(|address| !net::is_internal(*address));
    addresses
}

/// Adds the remote end of a connection, and the inner end to the machine.
fn add_connection(connection: Fields<'_>, [source, destination]: [&str; 2], draft: &mut Draft) {
    let inner = connection.text(source).and_then(alert::address).filter(|it| net::is_internal(*it));
    if let (Some(address), Some(machine)) = (inner, draft.resources.first_mut()) {
        machine.address.get_or_insert(address);
    }
    let remote = connection.text(destination).and_then(alert::public_address);
    remote.into_iter().for_each(|address| alert::add(&mut draft.remotes, address));
}

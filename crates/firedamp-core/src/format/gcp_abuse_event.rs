//! Google's abuse events: JSON, log entries of Cloud Logging.
//!
//! The same decisions that Google mails to a project's owners (see [`super::abuse_mail`]), written by
//! Google itself into the project's log. The machines are named by path, the project in the labels of
//! the monitored resource or in these paths. A reinstatement, and `NO_ABUSE`, take back what was said.

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    alert::{self, Draft, Named},
};
use crate::{
    event::{AlertKind, AlertState},
    id::Provider,
    json::{Head, fields::Fields},
    sink::{Reason, Sink},
};

/// The format.
pub struct GcpAbuseEvent;

static DOC: Doc = Doc {
    id: "gcp_abuse_event",
    title: "Google Cloud abuse events",
    reads: "AbuseEvent entries of Cloud Logging.",
    specification: "https://cloud.google.com/logging/docs/abuse-events",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a machine that mines",
        input: concat!(
            r#"{"insertId":"e1","timestamp":"2026-03-01T12:00:00Z","logName":"#,
            r#""projects/a-shop/logs/abuseevent.googleapis.com%2Fabuse_events","#,
            r#""resource":{"type":"abuseevent.googleapis.com/Location","#,
            r#""labels":{"resource_container":"projects/a-shop","location":"global"}},"#,
            r#""jsonPayload":{"@type":"#,
            r#""type.googleapis.com/google.cloud.abuseevent.logging.v1.AbuseEvent","#,
            r#""detectionType":"CRYPTO_MINING","action":"NOTIFY","#,
            r#""reason":"The resource is mining","cryptoMiningEvent":{"#,
            r#""vmResource":["projects/a-shop/zones/z/instances/vm-1"],"#,
            r#""vmIp":["198.51.100.7"],"#,
            r#""detectedMiningStartTime":"2026-03-01T09:00:00Z","#,
            r#""detectedMiningEndTime":"2026-03-01T11:00:00Z"}}}"#
        ),
        events: &["alert gcp:a-shop abuse_event e1 CRYPTO_MINING Mining High \
             2026-03-01T09:00:00Z..2026-03-01T11:00:00Z updated 2026-03-01T12:00:00Z Open \
             on vm-1 on 198.51.100.7 \"The resource is mining\""],
    }],
};

/// What the type of such a payload ends with.
const TYPE: &str = "google.cloud.abuseevent.logging.";

impl RecordFormat for GcpAbuseEvent {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let payload = head.object("jsonPayload");
        payload.is_some_and(|payload| {
            payload.text("@type").is_some_and(|name| name.contains(TYPE))
                && (payload.has("detectionType") || payload.has("action"))
        })
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        alert::decode(self, record, draft, number, sink)
    }
}

fn draft(entry: Fields<'_>) -> Result<Draft, Reason> {
    let payload = entry.at("jsonPayload").unwrap_or(entry);
    let mining = payload.at("cryptoMiningEvent");
    let written = alert::time(entry, &["timestamp", "receiveTimestamp"]).ok_or(NO_TIME)?;
    let first = mining.and_then(|one| alert::time(one, &["detectedMiningStartTime"]));
    let last = mining.and_then(|one| alert::time(one, &["detectedMiningEndTime"]));
    let span = crate::time::Span::between(first.unwrap_or(written), last.unwrap_or(written));
    let type_name = alert::text(payload, &["detectionType"]).unwrap_or_default();
    let machines = alert::texts(mining.and_then(|one| one.at("vmResource")));
    let is_mining = type_name == "CRYPTO_MINING" || mining.is_some();
    let is_withdrawn = type_name == "NO_ABUSE"
        || payload.at("reinstatementEvent").is_some()
        || payload.text("action") == Some("REINSTATE");
    let mut draft = Draft {
        account: account(entry, &machines),
        id: alert::text(entry, &["insertId"]).unwrap_or_default(),
        title: alert::text(payload, &["reason"]).unwrap_or_else(|| type_name.clone()),
        kind: if is_mining { AlertKind::Mining } else { AlertKind::Other },
        state: if is_withdrawn { AlertState::Dismissed } else { AlertState::Open },
        type_name,
        updated: written,
        ..Draft::new(Provider::Gcp, "abuse_event", span)
    };
    for path in machines {
        let name = path.rsplit('/').next().unwrap_or(&path).to_string();
        alert::add(&mut draft.resources, Named::instance(name));
    }
    for address in alert::addresses(mining.and_then(|one| one.at("vmIp"))) {
        let named = Named { address: Some(address), ..Named::default() };
        alert::add(&mut draft.resources, named);
    }
    Ok(draft)
}

/// The project: in the labels, in a machine's path, or in the log's name.
fn account(entry: Fields<'_>, machines: &[String]) -> String {
    let label = entry.text("resource.labels.resource_container");
    let names = label.into_iter().chain(machines.iter().map(String::as_str));
    names.chain(entry.text("logName")).find_map(project).unwrap_or_default().to_string()
}

fn project(path: &str) -> Option<&str> {
    let (_, rest) = path.split_once("projects/")?;
    rest.split('/').next().filter(|id| !id.is_empty())
}

//! Partner Center fraud events: JSON, an array of events.
//!
//! There are two models. The old one speaks of mining alone and does not say so; the one that
//! `X-NewEventsModel` asks for has an `eventType`. The documented replies are no valid JSON: a
//! comma is missing after `resolvedBy`, and `activityLogs` is an array with raw line breaks between
//! the quotes of a text. Numbers and flags are texts, address lists are arrays written into texts,
//! times have no zone and mean UTC, the year 9999 means "not yet", and keys change their case
//! (`vM_IP`, `IsTest`). Microsoft Graph passes on the same incident as another alert with another
//! id: see [`super::graph_partner_security_alert`].

use serde_json::Value;

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    alert::{self, Draft, Named},
};
use crate::{
    event::{AlertKind, AlertState, Level},
    id::Provider,
    json::{
        Head,
        fields::{self, Fields},
    },
    policy,
    sink::{Reason, Sink},
    time::Time,
};

/// The format.
pub struct PartnerCenterFraudEvent;

static DOC: Doc = Doc {
    id: "partner_center_fraud_event",
    title: "Partner Center fraud events",
    reads: "Events of both models, as arrays or alone; the documented invalid JSON is mended.",
    specification: "https://learn.microsoft.com/partner-center/developer/get-fraud-events",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "connections to a mining pool",
        input: concat!(
            r#"[{"eventTime":"2026-03-01T10:25:45.69","eventId":"5f6e_2ede","#,
            r#""customerTenantId":"1889","subscriptionId":"5f6e","hitCount":"10","#,
            r#""eventStatus":"Active","resolvedReason":"None","#,
            r#""resolvedOn":"9999-12-31T23:59:59.9970000","#,
            r#""firstOccurrence":"2026-03-01T09:00:00","lastOccurrence":"2026-03-01T10:00:00","#,
            r#""eventType":"NetworkConnectionsToCryptoMiningPools","confidenceLevel":"medium","#,
            r#""displayName":"Mining pool","affectedResources":[{"azureResourceId":"#,
            r#""/subscriptions/5F6E/resourceGroups/g/providers/Microsoft.Compute"#,
            r#"/virtualMachines/vm"}],"additionalDetails":{"vM_IP":"[\r\n \"10.0.0.4\"\r\n]","#,
            r#""miningPool_IP":"[\r\n \"203.0.113.9\"\r\n]","#,
            r#""cryptoCurrencyMiningPoolDomainName":"pool.example"},"IsTest":"false"}]"#
        ),
        events: &["alert azure:5f6e partner_center 5f6e_2ede \
             NetworkConnectionsToCryptoMiningPools Mining Medium \
             2026-03-01T09:00:00Z..2026-03-01T10:00:00Z updated 2026-03-01T10:25:45.69Z Open \
             on /subscriptions/5f6e/resourcegroups/g/providers/microsoft.compute/virtualmachines/vm \
             on 10.0.0.4 to 203.0.113.9 name pool.example \"Mining pool\""],
    }],
};

/// The kinds of events that Microsoft documents.
const KINDS: [(&str, AlertKind); 6] = [
    ("MultiRegionMachineLearningUsageAnomaly", AlertKind::ComputeAnomaly),
    ("MultiRegionVirtualMachineScaleSetDeploymentAnomaly", AlertKind::ComputeAnomaly),
    ("NetworkConnectionsToCryptoMiningPools", AlertKind::Mining),
    ("ServiceHealthSecurityAdvisory", AlertKind::Other),
    ("UsageAnomalyDetection", AlertKind::ComputeAnomaly),
    ("VirtualMachineDeploymentAnomaly", AlertKind::ComputeAnomaly),
];

/// Fields that only the new model has.
const NEW_MODEL: [&str; 4] = ["additionalDetails", "confidenceLevel", "displayName", "severity"];

/// The type of events of the old model, which carries none.
const OLD_MODEL_TYPE: &str = "FraudEvent";

impl RecordFormat for PartnerCenterFraudEvent {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let any = |names: &[&str]| names.iter().any(|name| head.has(name));
        head.has_all(&["eventId", "subscriptionId"])
            && any(&["catalogOfferId", "entityId", "eventStatus", "hitCount", "resolvedReason"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        alert::decode(self, record, draft, number, sink)
    }
}

fn draft(event: Fields<'_>) -> Result<Draft, Reason> {
    let firsts = ["firstOccurrence", "firstObserved", "eventTime"];
    let lasts = ["lastOccurrence", "lastObserved", "eventTime"];
    let span = alert::span(event, &firsts, &lasts)?;
    let kind = kind(event);
    let type_name =
        alert::text(event, &["eventType"]).unwrap_or_else(|| OLD_MODEL_TYPE.to_string());
    let written = ["eventTime", "resolvedOn"].map(|path| alert::time(event, &[path]));
    let draft = Draft {
        account: alert::text(event, &["subscriptionId"]).unwrap_or_default(),
        id: alert::text(event, &["eventId"]).unwrap_or_default(),
        title: alert::text(event, &["displayName"]).unwrap_or_else(|| type_name.clone()),
        type_name,
        kind,
        sample: event.flag("isTest").unwrap_or_default(),
        state: state(event, "eventStatus"),
        updated: updated(event, &written, "dateTime").unwrap_or(span.last),
        due: due(event, "eventStatus", "eventTime"),
        ..Draft::new(Provider::Azure, "partner_center", span)
    };
    let mut draft = with_details(event, "azureResourceId", draft);
    if draft.resources.is_empty() {
        let url = event.text("entityUrl").filter(|url| alert::arm_id(url).is_some());
        let name = url.or_else(|| event.first_text(&["resourceName", "entityName"]));
        draft.resources.extend(name.map(resource));
    }
    Ok(draft)
}

fn kind(event: Fields<'_>) -> AlertKind {
    match event.text("eventType") {
        Some(name) => kind_of(name),
        // Until 2022, when the new model came, the API reported connections to pools and nothing
        // else, and it still leaves the type out for callers who do not ask for the new model.
        None if !NEW_MODEL.iter().any(|path| event.at(path).is_some()) => AlertKind::Mining,
        None => kind_of(event.text("displayName").unwrap_or_default()),
    }
}

/// What a type says, in `PascalCase` or `camelCase`. Microsoft adds types with little notice.
pub(super) fn kind_of(type_name: &str) -> AlertKind {
    let documented = KINDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(type_name));
    let contains = |part: &&str| alert::contains(type_name, part);
    match documented {
        Some((_, kind)) => *kind,
        None if ["crypto", "mining"].iter().any(contains) => AlertKind::Mining,
        None if ["anomaly"].iter().any(contains) => AlertKind::ComputeAnomaly,
        None => AlertKind::Other,
    }
}

/// Dismissed once it was resolved as anything but fraud.
pub(super) fn state(event: Fields<'_>, status: &str) -> AlertState {
    let is = |path: &str, values: &[&str]| {
        let text = event.text(path).unwrap_or_default();
        values.iter().any(|value| text.eq_ignore_ascii_case(value))
    };
    if is(status, &["Resolved"]) && is("resolvedReason", &["Ignore", "Legitimate"]) {
        AlertState::Dismissed
    } else {
        AlertState::Open
    }
}

/// Microsoft wants an answer within a day of its detection, until somebody resolved it.
pub(super) fn due(event: Fields<'_>, status: &str, detected: &str) -> Option<Time> {
    let status = event.text(status).unwrap_or_default();
    let detected = alert::time(event, &[detected]);
    let waiting = detected.filter(|_| !status.eq_ignore_ascii_case("Resolved"))?;
    policy::answer_due(Provider::Azure, waiting)
}

/// The latest of `written` and the times of the log of what people did, which is an array or a
/// text that holds one.
pub(super) fn updated(event: Fields<'_>, written: &[Option<Time>], log_time: &str) -> Option<Time> {
    let logs = event.at("activityLogs").and_then(|logs| fields::nested(logs.0));
    let logs = logs.as_ref().and_then(Value::as_array);
    let logged = logs.into_iter().flatten().filter_map(|log| alert::time(Fields(log), &[log_time]));
    written.iter().flatten().copied().chain(logged).max()
}

/// Adds what both of Microsoft's partner alerts name in the same places.
pub(super) fn with_details(event: Fields<'_>, resource_id: &str, mut draft: Draft) -> Draft {
    let confidence = event.text("confidenceLevel").and_then(Level::parse);
    draft.confidence = confidence.unwrap_or(Level::High);
    event
        .elements("affectedResources")
        .filter_map(|affected| affected.text(resource_id))
        .for_each(|id| alert::add(&mut draft.resources, resource(id)));
    // The list may be empty although the details name the machine.
    if let (true, Some(id)) =
        (draft.resources.is_empty(), event.text("additionalDetails.resourceid"))
    {
        draft.resources.push(resource(id));
    }
    for address in alert::addresses(event.at("additionalDetails.vM_IP")) {
        let named = Named { address: Some(address), ..Named::default() };
        alert::add(&mut draft.resources, named);
    }
    draft.remotes = alert::addresses(event.at("additionalDetails.miningPool_IP"));
    draft.domains =
        alert::domains(event.at("additionalDetails.cryptoCurrencyMiningPoolDomainName"));
    draft
}

fn resource(name: &str) -> Named {
    Named::instance(alert::arm_id(name).unwrap_or_else(|| name.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_due_a_day_after_the_detection_until_it_was_given() {
        let due_of = |status: &str| {
            let event = json!({"eventStatus": status, "eventTime": "2026-03-01T10:25:45"});
            due(Fields(&event), "eventStatus", "eventTime").map(|due| due.to_string())
        };
        assert_eq!(due_of("Active"), Some("2026-03-02T10:25:45Z".to_string()));
        assert_eq!(due_of("resolved"), None);
    }
}

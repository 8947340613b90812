//! Microsoft Defender for Cloud alerts: JSON in four shapes.
//!
//! Continuous export writes Pascal case; the REST interface camel case below `properties`; Log
//! Analytics keeps entities and extended properties as JSON inside texts; Graph's alerts (v2) are a
//! shape of their own. Sample alerts say so in their type and their title.

use serde_json::Value;

use super::{BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat, alert, azure::subscription_of};
use crate::{
    event::{AlertKind, AlertState, Event, Level, ProviderAlert, Resource},
    id::{AccountRef, Provider},
    json::{
        Head,
        fields::{self, Fields},
    },
    net,
    sink::Sink,
    time::{Span, Time},
};

/// The format.
pub struct AzureDefender;

static DOC: Doc = Doc {
    id: "azure_defender",
    title: "Microsoft Defender for Cloud alerts",
    reads: "Continuous export, REST, Log Analytics (SecurityAlert) and Graph v2; samples are told.",
    specification: "https://learn.microsoft.com/azure/defender-for-cloud/alerts-schemas",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a sample alert of the continuous export",
        input: concat!(
            r#"{"VendorName":"Microsoft","AlertType":"SIMULATED_VM_DigitalCurrencyMining","#,
            r#""StartTimeUtc":"2026-03-01T10:00:00Z","EndTimeUtc":"2026-03-01T10:10:00Z","#,
            r#""AlertDisplayName":"[SAMPLE ALERT] Digital currency mining","SystemAlertId":"s1","#,
            r#""ResourceIdentifiers":[{"Type":"AzureResource","AzureResourceId":"/SUBSCRIPTIONS/"#,
            r#"00000000-0000-0000-0000-00000000000a/resourceGroups/g/providers/"#,
            r#"Microsoft.Compute/virtualMachines/vm-1"}]}"#
        ),
        events: &["alert azure:00000000-0000-0000-0000-00000000000a defender s1 \
             SIMULATED_VM_DigitalCurrencyMining Mining High \
             2026-03-01T10:00:00Z..2026-03-01T10:10:00Z updated 2026-03-01T10:10:00Z Open sample \
             on /SUBSCRIPTIONS/00000000-0000-0000-0000-00000000000a/resourceGroups/g/providers/\
             Microsoft.Compute/virtualMachines/vm-1 \"[SAMPLE ALERT] Digital currency mining\""],
    }],
};

/// Where the shapes keep the ARM id of the resource.
const RESOURCE_IDS: [&str; 6] = [
    "AzureResourceId",
    "ResourceId",
    "_ResourceId",
    "ExtendedProperties.ResourceId",
    "CompromisedEntityId",
    "id",
];

/// The type of Graph's alerts.
const GRAPH_ALERT: &str = "#microsoft.graph.security.alert";

impl RecordFormat for AzureDefender {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let export = head.text("AlertType").is_some() && head.has("SystemAlertId");
        let rest = || {
            let properties = head.object("properties");
            properties.is_some_and(|inner| inner.text("alertType").is_some() && inner.has("alertDisplayName"))
        };
        export || head.is("@odata.type", GRAPH_ALERT) || rest()
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let tree = alert::tree(record)?;
        let whole = Fields(&tree);
        let alert = whole.at("properties").filter(|inner| inner.at("alertType").is_some());
        let alert = alert.unwrap_or(whole);
        // The key has a dot in it, so that it is no path.
        let graph = whole.0.get("@odata.type").is_some_and(|name| name == GRAPH_ALERT);
        if !graph && alert.at("AlertType").is_none() {
            return Err(Fault::Foreign);
        }
        let entities = alert.at("Entities").and_then(|entities| fields::nested(entities.0));
        let entities = entities.unwrap_or(Value::Null);
        let event = decoded(whole, alert, &entities)?;
        sink.event(number, &Event::Alert(event));
        Ok(())
    }
}

fn decoded<'a>(
    whole: Fields<'a>,
    alert: Fields<'a>,
    entities: &'a Value,
) -> Result<ProviderAlert<'a>, Fault> {
    let title = alert.first_text(&["AlertDisplayName", "DisplayName", "AlertName", "title"]);
    let type_name = alert.first_text(&["AlertType"]).or(title).unwrap_or("alert");
    let title = title.unwrap_or(type_name);
    let updated = alert.time(&["ProcessingEndTime", "ProcessingEndTimeUtc", "lastUpdateDateTime"]);
    let told = alert.time(&["TimeGenerated", "TimeGeneratedUtc", "createdDateTime"]);
    let last = alert
        .time(&["EndTimeUtc", "EndTime", "lastActivityDateTime"])
        .or(told)
        .or(updated)
        .ok_or(Fault::Rejected(NO_TIME))?;
    let first = alert.time(&["StartTimeUtc", "StartTime", "firstActivityDateTime"]).unwrap_or(last);
    let description = alert.text("Description").unwrap_or_default();
    let sample = type_name.to_ascii_uppercase().starts_with("SIMULATED_")
        || alert::is_sample_text(title)
        || alert::is_sample_text(description);
    let resource = resource_id(whole, alert, entities);
    Ok(ProviderAlert {
        account: AccountRef::new(Provider::Azure, account(alert, resource)),
        product: "defender",
        id: alert.first_text(&["SystemAlertId", "id"]).unwrap_or(type_name),
        origin: None,
        type_name,
        title,
        kind: kind(type_name, title),
        confidence: Level::High,
        sample,
        state: state(alert),
        span: Span::between(first, last),
        updated: updated.or(told).unwrap_or(Time::MIN).max(last),
        resources: resource.into_iter().map(machine).collect(),
        remotes: remotes(entities),
        domains: Vec::new(),
    })
}

fn kind(type_name: &str, title: &str) -> AlertKind {
    let anomalies = ["ARM_SuspiciousComputeCreation", "UsageAnomaly"];
    if anomalies.iter().any(|anomaly| type_name.contains(anomaly)) {
        return AlertKind::ComputeAnomaly;
    }
    alert::kind_by_name(type_name).max(alert::kind_by_name(title))
}

/// A person's verdict; the status alone (dismissed in bulk, resolved by a rule) tells nothing.
fn state(alert: Fields<'_>) -> AlertState {
    let verdict = alert.first_text(&["classification"]).unwrap_or_default();
    match verdict {
        "falsePositive" | "informationalExpectedActivity" => AlertState::Dismissed,
        _ => AlertState::Open,
    }
}

/// The ARM id of what the alert is about.
fn resource_id<'a>(whole: Fields<'a>, alert: Fields<'a>, entities: &'a Value) -> Option<&'a str> {
    let is_arm = |id: &&str| subscription_of(id).is_some();
    let listed = alert
        .elements("ResourceIdentifiers")
        .filter_map(|identifier| identifier.first_text(&["AzureResourceId"]))
        .find(is_arm);
    let own = || RESOURCE_IDS.iter().filter_map(|path| alert.text(path)).find(is_arm);
    let in_entities = || {
        let host = Fields(entities);
        let each = entities.as_array().into_iter().flatten();
        let ids = each.filter_map(|entity| Fields(entity).text("AzureID"));
        ids.chain(host.text("host.AzureID")).find(is_arm)
    };
    listed.or_else(own).or_else(in_entities).or_else(|| whole.text("id").filter(is_arm))
}

fn account<'a>(alert: Fields<'a>, resource: Option<&'a str>) -> &'a str {
    let stated = alert.first_text(&["AzureSubscriptionId", "SubscriptionId", "WorkspaceSubscriptionId"]);
    resource.and_then(subscription_of).or(stated).unwrap_or_default()
}

/// The resource: an alert's own id says only where it was raised.
fn machine(id: &str) -> Resource<'_> {
    let id = id.split("/providers/Microsoft.Security/").next().unwrap_or(id);
    Resource { instance: Some(id), ..Resource::default() }
}

/// The addresses outside that the entities name.
fn remotes(entities: &Value) -> Vec<std::net::IpAddr> {
    let each = entities.as_array().into_iter().flatten();
    each.filter_map(|entity| Fields(entity).text("Address"))
        .filter_map(net::parse_address)
        .filter(|address| !net::is_internal(*address))
        .collect()
}

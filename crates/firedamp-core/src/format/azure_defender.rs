//! Microsoft Defender for Cloud alerts: JSON in four dialects.
//!
//! The continuous export (`PascalCase`), the Log Analytics table `SecurityAlert` (other names for
//! times and titles; `Entities` and `ExtendedProperties` are texts that hold JSON), the REST API
//! (`camelCase` under `properties`) and Microsoft Graph's alerts of version 2 (`evidence` for
//! entities) are read through one table of names. The Activity Log has a fifth, poor form. Entities
//! refer to each other by `$id` and `$ref`; as each stands in full somewhere, all objects are
//! visited and references skipped. Assessments and secure scores share the hub and are no alerts.
//! Log Analytics keeps Defender's own id in `VendorOriginalId`. A sample alert is told by its
//! type, title or description.

use std::net::IpAddr;

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
    net::Domain,
    sink::{Reason, Sink},
};

/// The format.
pub struct AzureDefender;

static DOC: Doc = Doc {
    id: "azure_defender",
    title: "Microsoft Defender for Cloud alerts",
    reads: "Alerts from continuous export, REST, Log Analytics, Microsoft Graph (version 2) and \
            the Activity Log's category Security.",
    specification: "https://learn.microsoft.com/azure/defender-for-cloud/alerts-schemas",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a pool's address in the export",
        input: concat!(
            r#"{"VendorName":"Microsoft","AlertType":"VM_DigitalCurrencyMining","#,
            r#""StartTimeUtc":"2026-03-01T10:00:00.1234567Z","EndTimeUtc":"2026-03-01T11:00:00Z","#,
            r#""TimeGenerated":"2026-03-01T11:05:00Z","Severity":"High","Status":"New","#,
            r#""SystemAlertId":"2518_e731","AlertDisplayName":"Digital currency mining","#,
            r#""Entities":[{"$id":"2","Address":"203.0.113.9","Type":"ip"},{"$ref":"2"}],"#,
            r#""ResourceIdentifiers":[{"$id":"3","Type":"AzureResource","AzureResourceId":"#,
            r#""/SUBSCRIPTIONS/5F6E/resourceGroups/g/providers/Microsoft.Compute"#,
            r#"/virtualMachines/VM"}]}"#
        ),
        events: &["alert azure:5f6e defender 2518_e731 VM_DigitalCurrencyMining Mining High \
             2026-03-01T10:00:00.123Z..2026-03-01T11:00:00Z updated 2026-03-01T11:05:00Z Open \
             on /subscriptions/5f6e/resourcegroups/g/providers/microsoft.compute/virtualmachines/vm \
             to 203.0.113.9 \"Digital currency mining\""],
    }],
};

/// How Microsoft Graph marks its alerts.
const GRAPH_TYPE: &str = "#microsoft.graph.security.alert";
/// The operations of alerts in the Activity Log, lower-case.
const ACTIVITY_OPERATION: &str = "microsoft.security/locations/alerts";

const ID: [&str; 6] =
    ["VendorOriginalId", "SystemAlertId", "providerAlertId", "name", "correlationId", "id"];
const TITLE: [&str; 8] = [
    "AlertDisplayName",
    "DisplayName",
    "AlertName",
    "title",
    "eventName.value",
    "eventName",
    "properties.eventName",
    "description",
];
const FIRST: [&str; 8] = [
    "StartTimeUtc",
    "StartTime",
    "firstActivityDateTime",
    "EndTimeUtc",
    "TimeGenerated",
    "timeGeneratedUtc",
    "createdDateTime",
    "eventTimestamp",
];
const LAST: [&str; 8] = [
    "EndTimeUtc",
    "EndTime",
    "lastActivityDateTime",
    "TimeGenerated",
    "timeGeneratedUtc",
    "createdDateTime",
    "eventTimestamp",
    "time",
];
const UPDATED: [&str; 7] = [
    "lastUpdateDateTime",
    "TimeGenerated",
    "timeGeneratedUtc",
    "ProcessingEndTime",
    "processingEndTimeUtc",
    "submissionTimestamp",
    "time",
];

/// Keys under which an ARM id stands.
const RESOURCE_KEYS: [&str; 4] = ["AzureID", "AzureResourceId", "ResourceId", "_ResourceId"];

impl RecordFormat for AzureDefender {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let in_properties = || {
            // A JSON Schema of alerts has the same names under `properties`, and no alert.
            let properties = head.object("properties").filter(|_| !head.has("$schema"));
            properties.is_some_and(|properties| is_alert(&properties))
        };
        is_alert(head)
            || in_properties()
            || head.is("@odata.type", GRAPH_TYPE)
            || head.has_all(&["providerAlertId", "serviceSource", "detectionSource"])
            || is_activity(head)
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        alert::decode(self, record, draft, number, sink)
    }
}

fn is_alert(head: &Head<'_>) -> bool {
    let own = ["AlertDisplayName", "AlertSeverity", "AlertUri", "SystemAlertId", "VendorName"];
    head.has("AlertType") && own.iter().any(|name| head.has(name))
}

fn is_activity(head: &Head<'_>) -> bool {
    let text = |name| head.text(name).or_else(|| head.object(name)?.text("value"));
    text("category").is_some_and(|category| category.eq_ignore_ascii_case("Security"))
        && text("operationName").is_some_and(|name| alert::contains(&name, ACTIVITY_OPERATION))
}

fn draft(record: Fields<'_>) -> Result<Draft, Reason> {
    let rest = record.at("properties").filter(|properties| properties.at("alertType").is_some());
    let root = rest.unwrap_or(record);
    let span = alert::span(root, &FIRST, &LAST)?;
    let mut entities = Entities::default();
    entities.read(root);
    let type_name = type_name(root);
    let title = alert::text(root, &TITLE).unwrap_or_default();
    Ok(Draft {
        account: account(record, root, &entities).unwrap_or_default(),
        id: alert::text(root, &ID).or_else(|| alert::text(record, &ID)).unwrap_or_default(),
        kind: kind(root, &type_name, &title),
        confidence: root.text("ConfidenceLevel").and_then(Level::parse).unwrap_or(Level::High),
        sample: is_sample(root, &type_name, &title),
        state: state(root),
        updated: alert::time(root, &UPDATED).unwrap_or(span.last),
        type_name,
        title,
        resources: entities.resources(),
        remotes: entities.remotes,
        domains: entities.domains,
        ..Draft::new(Provider::Azure, "defender", span)
    })
}

/// Graph and the Activity Log know no type: its place takes the source, or the operation.
fn type_name(root: Fields<'_>) -> String {
    let paths =
        ["AlertType", "detectionSource", "serviceSource", "operationName.value", "operationName"];
    alert::text(root, &paths).unwrap_or_default()
}

/// Where alerts say who raised them.
const SOURCES: [&str; 3] = ["ProviderName", "detectionSource", "serviceSource"];

/// Rules that the customer wrote, as their alerts' sources name them, in small letters without spaces:
/// analytics rules on a schedule or nearly at once, custom detections and custom indicators.
const CUSTOMERS_RULES: [&str; 5] =
    ["scheduled", "nrtalerts", "customdetection", "customti", "microsoftsentinel"];

/// Whether a rule of the customer's raised the alert. Its title is the customer's own words, then, and
/// no product's verdict.
fn is_customers_rule(root: Fields<'_>) -> bool {
    SOURCES.iter().filter_map(|name| root.text(name)).any(|source| {
        let letters: String = source.chars().filter(char::is_ascii_alphanumeric).collect();
        let letters = letters.to_ascii_lowercase();
        CUSTOMERS_RULES.iter().any(|rule| letters.contains(rule))
    })
}

fn kind(root: Fields<'_>, type_name: &str, title: &str) -> AlertKind {
    let by_product = !is_customers_rule(root);
    let grown = ["suspiciouscomputecreation", "usageanomaly"];
    if alert::names_mining(type_name) || by_product && alert::names_mining(title) {
        AlertKind::Mining
    } else if grown.iter().any(|name| alert::contains(type_name, name)) {
        AlertKind::ComputeAnomaly
    } else {
        AlertKind::Other
    }
}

fn is_sample(root: Fields<'_>, type_name: &str, title: &str) -> bool {
    let description = root.text("Description").unwrap_or_default();
    alert::starts_with(type_name, "SIMULATED_")
        || ["[SAMPLE ALERT]", "[Test Alert]"].iter().any(|mark| alert::starts_with(title, mark))
        || alert::starts_with(description, "THIS IS A SAMPLE ALERT")
}

/// Dismissed in Defender, or classified as no threat in Graph.
fn state(root: Fields<'_>) -> AlertState {
    let dismissed = [
        ("Status", "Dismissed"),
        ("classification", "falsePositive"),
        ("classification", "informationalExpectedActivity"),
    ];
    let is = |(path, value): (&str, &str)| {
        root.text(path).is_some_and(|text| text.eq_ignore_ascii_case(value))
    };
    if dismissed.into_iter().any(is) { AlertState::Dismissed } else { AlertState::Open }
}

/// The subscription of what is attacked. Not the workspace's, which gathers many subscriptions.
fn account(record: Fields<'_>, root: Fields<'_>, entities: &Entities) -> Option<String> {
    let named = ["AzureResourceSubscriptionId", "subscriptionId"];
    let id = record.text("id").unwrap_or_default();
    let all = || entities.arm_ids.iter().map(String::as_str);
    all()
        .filter(|id| alert::is_compute(id))
        .chain(all())
        .find_map(alert::subscription)
        .map(ToString::to_string)
        .or_else(|| alert::text(root, &named))
        .or_else(|| alert::subscription(id).map(ToString::to_string))
}

/// What the objects of an alert name.
#[derive(Default)]
struct Entities {
    arm_ids: Vec<String>,
    hosts: Vec<String>,
    remotes: Vec<IpAddr>,
    domains: Vec<String>,
}

impl Entities {
    fn read(&mut self, root: Fields<'_>) {
        self.visit(root.0);
        for key in ["Entities", "ExtendedProperties"] {
            let value = root.at(key).filter(|fields| fields.0.is_string());
            let inside = value.and_then(|fields| fields::nested(fields.0));
            inside.iter().for_each(|inside| self.visit(inside));
        }
        let extended = root.at("ExtendedProperties").and_then(|it| fields::nested(it.0));
        self.add_domain(extended.as_ref().and_then(|extended| Fields(extended).text("DomainName")));
    }

    /// Visits every object; serde's limit on depth bounds the recursion.
    fn visit(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.visit(item)),
            Value::Object(members) => {
                self.entity(Fields(value));
                members.values().for_each(|member| self.visit(member));
            }
            _ => {}
        }
    }

    fn entity(&mut self, entity: Fields<'_>) {
        RESOURCE_KEYS
            .iter()
            .filter_map(|key| entity.text(key).and_then(alert::arm_id))
            .for_each(|id| alert::add(&mut self.arm_ids, id));
        // The key has a dot, which in a path would separate two keys.
        let graph_type = entity.0.get("@odata.type").and_then(Value::as_str);
        let graph_type = graph_type.and_then(|name| name.rsplit('.').next());
        let kind = entity.text("Type").map(str::to_ascii_lowercase);
        match (kind.as_deref(), graph_type) {
            (Some("ip"), _) => self.add_remote(entity.text("Address")),
            (Some("dns"), _) | (_, Some("dnsEvidence")) => {
                self.add_domain(entity.text("DomainName"));
            }
            (Some("host"), _) => self.add_host(entity.text("HostName")),
            (_, Some("ipEvidence")) => self.add_remote(entity.text("ipAddress")),
            (_, Some("deviceEvidence")) => self.add_host(entity.text("deviceDnsName")),
            _ => {}
        }
    }

    fn add_remote(&mut self, text: Option<&str>) {
        let address = text.and_then(alert::public_address);
        address.into_iter().for_each(|address| alert::add(&mut self.remotes, address));
    }

    fn add_domain(&mut self, text: Option<&str>) {
        let name = text.filter(|text| Domain::parse(text).is_some());
        name.into_iter().for_each(|name| alert::add(&mut self.domains, name.to_string()));
    }

    fn add_host(&mut self, name: Option<&str>) {
        name.into_iter().for_each(|name| alert::add(&mut self.hosts, name.to_string()));
    }

    /// The machines by their ARM ids, and by their host names only when there is none.
    fn resources(&self) -> Vec<Named> {
        let machines = self.arm_ids.iter().filter(|id| alert::is_compute(id));
        let mut named: Vec<Named> = machines.map(Named::instance).collect();
        if named.is_empty() {
            named.extend(self.hosts.iter().map(Named::instance));
        }
        named
    }
}

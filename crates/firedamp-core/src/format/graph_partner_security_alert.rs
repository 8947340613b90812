//! Microsoft Graph partner security alerts: JSON, a list in `value` or one alert.
//!
//! They speak of the same incidents as Partner Center's fraud events, under other ids and key
//! names, in other case (`VM_IP`, `networkConnectionsToCryptoMiningPools`), and with real lists but
//! for the addresses, which stay arrays written into texts. `isTest` is a flag by the schema and a
//! text in the documented reply.

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    alert::{self, Draft},
    partner_center_fraud_event as fraud_event,
};
use crate::{
    id::Provider,
    json::{Head, fields::Fields},
    sink::{Reason, Sink},
};

/// The format.
pub struct GraphPartnerSecurityAlert;

static DOC: Doc = Doc {
    id: "graph_partner_security_alert",
    title: "Microsoft Graph partner security alerts",
    reads: "partnerSecurityAlert objects, in lists or alone.",
    specification: "https://learn.microsoft.com/graph/api/resources/partner-security-partnersecurityalert?view=graph-rest-beta",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "connections to a mining pool, held for legitimate",
        input: concat!(
            r#"{"value":[{"id":"d8b202fc","displayName":"Mining pool","#,
            r#""alertType":"networkConnectionsToCryptoMiningPools","status":"resolved","#,
            r#""confidenceLevel":"medium","customerTenantId":"1889","subscriptionId":"5f6e","#,
            r#""detectedDateTime":"2026-03-01T10:03:33.05Z","#,
            r#""firstObservedDateTime":"2026-03-01T09:00:00Z","#,
            r#""lastObservedDateTime":"2026-03-01T10:00:00Z","resolvedReason":"legitimate","#,
            r#""resolvedOnDateTime":"2026-03-02T08:00:00Z","isTest":"false","#,
            r#""affectedResources":[],"additionalDetails":{"VM_IP":"[  \"10.0.0.4\"]","#,
            r#""MiningPool_IP":"[  \"203.0.113.9\"]","#,
            r#""CryptoCurrencyMiningPoolDomainName":"pool.example"}}]}"#
        ),
        events: &["alert azure:5f6e graph d8b202fc networkConnectionsToCryptoMiningPools \
             Mining Medium 2026-03-01T09:00:00Z..2026-03-01T10:00:00Z \
             updated 2026-03-02T08:00:00Z Dismissed on 10.0.0.4 to 203.0.113.9 \
             name pool.example \"Mining pool\""],
    }],
};

/// Fields that the other alerts with an `alertType` do not have.
const OWN: [&str; 4] =
    ["detectedDateTime", "firstObservedDateTime", "isTest", "lastObservedDateTime"];

impl RecordFormat for GraphPartnerSecurityAlert {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let any = |names: &[&str]| names.iter().any(|name| head.has(name));
        head.has("alertType") && any(&["customerTenantId", "subscriptionId"]) && any(&OWN)
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        alert::decode(self, record, draft, number, sink)
    }
}

fn draft(record: Fields<'_>) -> Result<Draft, Reason> {
    let firsts = ["firstObservedDateTime", "detectedDateTime"];
    let lasts = ["lastObservedDateTime", "detectedDateTime"];
    let span = alert::span(record, &firsts, &lasts)?;
    let type_name = alert::text(record, &["alertType"]).unwrap_or_default();
    let written =
        ["detectedDateTime", "resolvedOnDateTime"].map(|path| alert::time(record, &[path]));
    let draft = Draft {
        account: alert::text(record, &["subscriptionId"]).unwrap_or_default(),
        id: alert::text(record, &["id"]).unwrap_or_default(),
        title: alert::text(record, &["displayName"]).unwrap_or_else(|| type_name.clone()),
        kind: fraud_event::kind_of(&type_name),
        type_name,
        sample: record.flag("isTest").unwrap_or_default(),
        state: fraud_event::state(record, "status"),
        updated: fraud_event::updated(record, &written, "updatedDateTime").unwrap_or(span.last),
        due: fraud_event::due(record, "status", "detectedDateTime"),
        ..Draft::new(Provider::Azure, "graph", span)
    };
    Ok(fraud_event::with_details(record, "resourceId", draft))
}

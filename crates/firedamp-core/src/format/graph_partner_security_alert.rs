//! Microsoft Graph partner security alerts: JSON, a list in `value` or one alert.
//!
//! The same incidents as Partner Center's fraud events in other words: keys of other cases, kinds in
//! camel case, times with zone, real lists inside texts still.

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    alert::{
        self,
        partner::{Details, account, confidence, kind, state},
    },
};
use crate::{
    event::{Event, ProviderAlert},
    json::{Head, fields::Fields},
    sink::Sink,
    time::{Span, Time},
};

/// The format.
pub struct GraphPartnerSecurityAlert;

static DOC: Doc = Doc {
    id: "graph_partner_security_alert",
    title: "Microsoft Graph partner security alerts",
    reads: "Replies of GET /beta/security/partner/securityAlerts, lists and single alerts.",
    specification: "https://learn.microsoft.com/graph/api/resources/partner-security-partnersecurityalert",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "more machine learning than before",
        input: concat!(
            r#"{"value":[{"id":"a1","displayName":"usage anomaly","#,
            r#""alertType":"usageAnomalyDetection","status":"active","confidenceLevel":"medium","#,
            r#""subscriptionId":"00000000-0000-0000-0000-00000000000A","#,
            r#""detectedDateTime":"2026-03-01T10:00:00Z","#,
            r#""firstObservedDateTime":"2026-03-01T08:00:00Z","#,
            r#""lastObservedDateTime":"2026-03-01T09:00:00Z","isTest":"false"}]}"#
        ),
        events: &["alert azure:00000000-0000-0000-0000-00000000000A graph a1 usageAnomalyDetection \
             ComputeAnomaly Medium 2026-03-01T08:00:00Z..2026-03-01T09:00:00Z updated \
             2026-03-01T10:00:00Z Open \"usage anomaly\""],
    }],
};

impl RecordFormat for GraphPartnerSecurityAlert {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["alertType", "subscriptionId", "detectedDateTime"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let tree = alert::tree(record)?;
        let whole = Fields(&tree);
        let (Some(type_name), true) = (whole.text("alertType"), whole.at("subscriptionId").is_some())
        else {
            return Err(Fault::Foreign);
        };
        let detected = whole.time(&["detectedDateTime"]);
        let last = whole.time(&["lastObservedDateTime"]).or(detected);
        let last = last.ok_or(Fault::Rejected(NO_TIME))?;
        let first = whole.time(&["firstObservedDateTime"]).unwrap_or(last);
        let details = Details::of(whole);
        let resolved = whole.time(&["resolvedOnDateTime"]).unwrap_or(Time::MIN);
        let alert = ProviderAlert {
            account: account(whole),
            product: "graph",
            id: whole.text("id").unwrap_or(type_name),
            origin: None,
            type_name,
            title: whole.text("displayName").unwrap_or(type_name),
            kind: kind(type_name),
            confidence: confidence(whole),
            sample: whole.flag("isTest") == Some(true),
            state: state(whole, "status"),
            span: Span::between(first, last),
            updated: detected.unwrap_or(Time::MIN).max(last).max(resolved),
            resources: details.resources(whole, "resourceId"),
            remotes: alert::addresses(&details.pools),
            domains: details.domain.into_iter().collect(),
        };
        sink.event(number, &Event::Alert(alert));
        Ok(())
    }
}

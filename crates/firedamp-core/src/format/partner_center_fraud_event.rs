//! Partner Center fraud events: JSON, an array, in the old model and the new.
//!
//! The documented samples are invalid (a comma forgotten, one too many, raw line breaks and an
//! unescaped array inside a text) and are mended. Numbers and flags are texts, lists stand inside
//! texts, times have no zone, and the year 9999 means "not yet". Until the new model the interface
//! carried events about mining alone, without saying so.

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    alert::{
        self,
        partner::{Details, account, confidence, kind, state},
    },
};
use crate::{
    event::{AlertKind, Event, ProviderAlert},
    json::{Head, fields::Fields},
    sink::Sink,
    time::{Span, Time},
};

/// The format.
pub struct PartnerCenterFraudEvent;

static DOC: Doc = Doc {
    id: "partner_center_fraud_event",
    title: "Partner Center fraud events",
    reads: "Replies of GET /v1/fraudEvents in both models, also the invalid ones of the documentation.",
    specification: "https://learn.microsoft.com/partner-center/developer/get-fraud-events",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "connections to a pool",
        input: concat!(
            r#"[{"eventTime":"2026-03-01T10:00:00.69","eventId":"e1","#,
            r#""subscriptionId":"00000000-0000-0000-0000-00000000000a","hitCount":"10","#,
            r#""eventStatus":"Active","resolvedReason":"None","#,
            r#""resolvedOn":"9999-12-31T23:59:59.9970000","#,
            r#""firstOccurrence":"2026-03-01T08:00:00","lastOccurrence":"2026-03-01T09:00:00","#,
            r#""eventType":"NetworkConnectionsToCryptoMiningPools","confidenceLevel":"high","#,
            r#""displayName":"a virtual machine talks to a pool","#,
            r#""additionalDetails":{"vM_IP":"[\r\n \"198.51.100.7\"\r\n]","#,
            r#""miningPool_IP":"[\r\n \"203.0.113.9\"\r\n]","#,
            r#""cryptoCurrencyMiningPoolDomainName":"pool.example"},"IsTest":"false"}]"#
        ),
        events: &["alert azure:00000000-0000-0000-0000-00000000000a partner_center e1 \
             NetworkConnectionsToCryptoMiningPools Mining High \
             2026-03-01T08:00:00Z..2026-03-01T09:00:00Z updated 2026-03-01T10:00:00.69Z Open \
             on 198.51.100.7 to 203.0.113.9 name pool.example \"a virtual machine talks to a pool\""],
    }],
};

impl RecordFormat for PartnerCenterFraudEvent {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["eventId", "subscriptionId", "eventStatus"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let tree = alert::tree(record)?;
        let event = Fields(&tree);
        let (Some(id), true) = (event.text("eventId"), event.at("eventStatus").is_some()) else {
            return Err(Fault::Foreign);
        };
        let told = event.time(&["eventTime"]);
        let last = event.time(&["lastOccurrence", "lastObserved"]).or(told);
        let last = last.ok_or(Fault::Rejected(NO_TIME))?;
        let first = event.time(&["firstOccurrence", "firstObserved"]).unwrap_or(last);
        let details = Details::of(event);
        let type_name = event.text("eventType").unwrap_or("fraud event");
        let resolved = event.time(&["resolvedOn"]).unwrap_or(Time::MIN);
        let alert = ProviderAlert {
            account: account(event),
            product: "partner_center",
            id,
            origin: None,
            type_name,
            title: event.text("displayName").unwrap_or(type_name),
            kind: event.text("eventType").map_or(AlertKind::Mining, kind),
            confidence: confidence(event),
            sample: event.flag("isTest") == Some(true),
            state: state(event, "eventStatus"),
            span: Span::between(first, last),
            updated: told.unwrap_or(Time::MIN).max(last).max(resolved),
            resources: details.resources(event, "azureResourceId"),
            remotes: alert::addresses(&details.pools),
            domains: details.domain.into_iter().collect(),
        };
        sink.event(number, &Event::Alert(alert));
        Ok(())
    }
}

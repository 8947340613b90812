//! Azure DNS security policy logs: JSON, category `DnsResponse`, or rows of `DNSQueryLogs`.
//!
//! A blocked question is answered with an alias of the service's own, not with "no such name": the
//! rule's action tells. The asking machine is known by its address in its network only.

use std::net::IpAddr;

use serde_json::Value;

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    azure::{account_of, subscription_of},
};
use crate::{
    event::{DnsOutcome, DnsQuery, Event, Resource},
    id::{AccountRef, Provider},
    json::{
        Head,
        fields::{self, Fields},
    },
    net,
    sink::Sink,
};

/// The format.
pub struct AzureDnsPolicy;

static DOC: Doc = Doc {
    id: "azure_dns_policy",
    title: "Azure DNS security policy logs",
    reads: "Diagnostic records of category DnsResponse and rows of the table DNSQueryLogs.",
    specification: "https://learn.microsoft.com/azure/dns/dns-security-policy",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a blocked question",
        input: concat!(
            r#"{"records":[{"time":"2026-03-01T10:00:00Z","category":"DnsResponse","#,
            r#""resourceId":"/SUBSCRIPTIONS/00000000-0000-0000-0000-00000000000A/X","#,
            r#""properties":{"sub_id":"00000000-0000-0000-0000-00000000000b","vnet_id":"v","#,
            r#""query_name":"pool.example.","query_type":"A","response_code":"0","#,
            r#""answer":[{"Type":"CNAME","RData":"blocked.example."}],"srcipaddr":"10.0.0.4","#,
            r#""resolverpolicy_rule_action":"Deny"}}]}"#
        ),
        events: &["dns azure:00000000-0000-0000-0000-00000000000b 10.0.0.4,v \
             2026-03-01T10:00:00Z pool.example. blocked blocked.example."],
    }],
};

impl RecordFormat for AzureDnsPolicy {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let row = head.has_all(&["QueryName", "ResolverPolicyRuleAction"]);
        head.is("category", "DnsResponse") || head.is("Type", "DNSQueryLogs") || row
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let tree: Value =
            serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        let whole = Fields(&tree);
        let query = whole.at("properties").unwrap_or(whole);
        let Some(name) = query.first_text(&["query_name", "QueryName"]) else {
            return Err(Fault::Foreign);
        };
        let answers = query.at("answer").and_then(|answers| fields::nested(answers.0));
        let answers = answers.unwrap_or(Value::Null);
        let each = || answers.as_array().into_iter().flatten().map(Fields);
        let addresses: Vec<IpAddr> =
            each().filter_map(|answer| net::parse_address(answer.text("RData")?)).collect();
        let aliases: Vec<&str> = each()
            .filter(|answer| answer.scalar("Type").is_some_and(|kind| is_alias(&kind)))
            .filter_map(|answer| answer.text("RData"))
            .collect();
        let address = query.first_text(&["srcipaddr", "SourceIpAddress"]);
        let event = DnsQuery {
            account: account(whole, query),
            client: Resource {
                address: address.and_then(net::parse_address),
                network: query.first_text(&["vnet_id", "VirtualNetworkId"]),
                ..Resource::default()
            },
            time: whole
                .time(&["time", "TimeGenerated"])
                .or_else(|| query.time(&["TimeGenerated", "time"]))
                .ok_or(Fault::Rejected(NO_TIME))?,
            name,
            outcome: outcome(query),
            addresses: &addresses,
            aliases: &aliases,
        };
        sink.event(number, &Event::Dns(event));
        Ok(())
    }
}

/// The subscription that the record states, else that of its resource.
fn account<'a>(whole: Fields<'a>, query: Fields<'a>) -> AccountRef<'a> {
    if let Some(stated) = query.first_text(&["sub_id", "SubscriptionId"]) {
        return AccountRef::new(Provider::Azure, subscription_of(stated).unwrap_or(stated));
    }
    let resource = whole.first_text(&["resourceId", "_ResourceId"]);
    let network = || query.first_text(&["vnet_id", "VirtualNetworkId"]);
    account_of(resource.or_else(network).unwrap_or_default())
}

/// `CNAME`, or its number (RFC 1035, 3.2.2).
fn is_alias(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("CNAME") || kind == "5"
}

fn outcome(query: Fields<'_>) -> DnsOutcome {
    let action = query.first_text(&["resolverpolicy_rule_action", "ResolverPolicyRuleAction"]);
    if action.is_some_and(|action| action.eq_ignore_ascii_case("Deny")) {
        return DnsOutcome::Blocked;
    }
    let code = query.scalar("response_code").or_else(|| query.scalar("ResponseCode"));
    match code.as_deref() {
        None | Some("0" | "NOERROR" | "NoError") => DnsOutcome::Answered,
        Some(_) => DnsOutcome::Failed,
    }
}

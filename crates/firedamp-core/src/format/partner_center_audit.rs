//! Partner Center audit records: what a partner did to customers and subscriptions.
//!
//! The answer to "who made this subscription". A record has no id. `resourceNewValue` is JSON in a
//! text, in another case than the record. An order numbers its subscriptions (`SubscriptionId-0`,
//! `SubscriptionId-1`) among key-value pairs, by their commerce id; of an Azure plan the
//! subscription is an entitlement, whose id may stand in the new value only. Each id that is found
//! gets its own event; without any, the customer's tenant is the account.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    microsoft::{self, first},
};
use crate::{
    event::{Action, CallOutcome, Caller, CallerKind},
    json::{Head, fields::Fields},
    sink::{Reason, Sink},
};

/// The format.
pub struct PartnerCenterAudit;

static DOC: Doc = Doc {
    id: "partner_center_audit",
    title: "Partner Center audit records",
    reads: "Replies of the auditrecords API and records alone: orders, customers, transfers, users, \
            applications, relationships. The account is each subscription that a record names, else \
            the customer's tenant.",
    specification: "https://learn.microsoft.com/partner-center/developer/get-a-record-of-partner-center-activity-by-user",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "an order that makes a subscription",
        input: concat!(
            r#"{"totalCount":1,"items":[{"partnerId":"00000000-0000-0000-0000-0000000000b1","#,
            r#""customerId":"00000000-0000-0000-0000-000000000002","customerName":"A shop","#,
            r#""userPrincipalName":"alice@partner.example","#,
            r#""applicationId":"00000000-0000-0000-0000-0000000000bb","resourceType":"order","#,
            r#""resourceNewValue":"{\"Id\":\"o-1\"}","operationType":"create_order","#,
            r#""operationDate":"2026-03-01T10:00:00.1234567Z","operationStatus":"succeeded","#,
            r#""customizedData":[{"key":"OrderId","value":"o-1"},{"key":"SubscriptionId-0","#,
            r#""value":"00000000-0000-0000-0000-000000000001"}],"#,
            r#""attributes":{"objectType":"AuditRecord"}}],"#,
            r#""attributes":{"objectType":"Collection"}}"#
        ),
        events: &["call azure:00000000-0000-0000-0000-000000000001 2026-03-01T10:00:00.123Z \
             Partner Center create_order CreateAccount Succeeded id \
             create_order@2026-03-01T10:00:00.123Z/alice@partner.example/00000000-0000-0000-0000-000000000002 \
             by Foreign alice@partner.example through 00000000-0000-0000-0000-0000000000bb"],
    }],
};

const SERVICE: &str = "Partner Center";
/// Subscriptions of one order that are told of.
const SUBSCRIPTIONS_MAX: usize = 256;
/// Members of a new value that hold the id of a subscription, lower case.
const SUBSCRIPTION_MEMBERS: [&str; 3] = ["azuresubscriptionid", "entitlementid", "subscriptionid"];

/// What operations mean; all others are just operations.
const ACTIONS: [(&str, Action); 19] = [
    ("add_application_credential", Action::CreateCredential),
    ("add_customer", Action::CreateAccount),
    ("add_user_member", Action::GrantAccess),
    ("convert_trial_subscription", Action::CreateAccount),
    ("create_customer_user", Action::CreatePrincipal),
    ("create_order", Action::CreateAccount),
    ("create_partner_user", Action::CreatePrincipal),
    ("create_transfer", Action::MoveAccount),
    ("dap_admin_relationship_approved", Action::GrantAccess),
    ("granular_admin_access_assignment_activated", Action::GrantAccess),
    ("granular_admin_access_assignment_created", Action::GrantAccess),
    ("granular_admin_access_assignment_updated", Action::GrantAccess),
    ("granular_admin_relationship_activated", Action::GrantAccess),
    ("granular_admin_relationship_approved", Action::GrantAccess),
    ("granular_admin_relationship_created", Action::GrantAccess),
    ("increase_spending_limit", Action::RaiseQuota),
    ("register_application", Action::CreatePrincipal),
    ("reset_customer_user_password", Action::CreateCredential),
    ("update_transfer", Action::MoveAccount),
];

impl RecordFormat for PartnerCenterAudit {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["operationDate", "operationType", "partnerId", "resourceType"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        microsoft::decode(self, record, read, number, sink)
    }
}

fn read(record: Fields<'_>, number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
    let time = record.time(&["operationDate"]).ok_or(NO_TIME)?;
    let operation = record.text("operationType").unwrap_or_default();
    let customer = record.first_text(&["customerId", "partnerId"]).unwrap_or_default();
    let caller = caller(record);
    let id = format!("{operation}@{time}/{}/{customer}", caller.principal);
    let mut accounts = subscriptions(record);
    if accounts.is_empty() {
        accounts.push(customer.to_string());
    }
    for account in &accounts {
        let mut call = microsoft::call(account, time, SERVICE);
        call.id = Cow::Borrowed(&id);
        call.operation = operation.into();
        call.action = action(operation);
        call.outcome = outcome(record);
        call.caller = caller.clone();
        microsoft::send(call, number, sink);
    }
    Ok(())
}

fn action(operation: &str) -> Action {
    let known = ACTIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(operation));
    known.map_or(Action::Other, |(_, action)| *action)
}

fn outcome(record: Fields<'_>) -> CallOutcome {
    match record.text("operationStatus") {
        Some(status) if !microsoft::has_worked(status) => CallOutcome::Failed,
        _ => CallOutcome::Succeeded,
    }
}

/// Staff of the partner, who are strangers in the customer's tenant, or the partner's programs.
fn caller(record: Fields<'_>) -> Caller<'_> {
    let person = record.text("userPrincipalName");
    let application = record.text("applicationId");
    Caller {
        principal: first(&[person, application]).unwrap_or_default().into(),
        kind: match (person, application) {
            (Some(_), _) if record.text("customerId").is_some() => CallerKind::Foreign,
            (Some(_), _) => CallerKind::Person,
            (None, Some(_)) => CallerKind::Application,
            (None, None) => CallerKind::Unknown,
        },
        application: application.filter(|_| person.is_some()).map(Into::into),
        ..Caller::default()
    }
}

/// The ids of the subscriptions that a record names, in order.
fn subscriptions(record: Fields<'_>) -> Vec<String> {
    let pairs = record.elements("customizedData").filter_map(|pair| {
        let key = pair.text("key")?.to_ascii_lowercase();
        key.starts_with("subscriptionid").then(|| pair.text("value"))?
    });
    let new_value = record.text("resourceNewValue");
    let new_value: Value =
        new_value.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let is_member = |name: &str| SUBSCRIPTION_MEMBERS.contains(&name.to_ascii_lowercase().as_str());
    let members = microsoft::texts(&new_value);
    let members = members.iter().filter(|(name, _)| is_member(name)).map(|(_, text)| *text);
    let is_subscription =
        record.text("resourceType").is_some_and(|kind| kind.eq_ignore_ascii_case("subscription"));
    let own = Fields(&new_value).text("Id").filter(|_| is_subscription);
    let mut found: Vec<String> = pairs
        .chain(members)
        .chain(own)
        .filter(|id| microsoft::is_guid(id))
        .map(str::to_ascii_lowercase)
        .collect();
    found.sort_unstable();
    found.dedup();
    found.truncate(SUBSCRIPTIONS_MAX);
    found
}

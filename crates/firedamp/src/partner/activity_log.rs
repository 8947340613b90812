//! Azure's Activity Log, as its list is asked for, over what the desk kept of it: who made the
//! resources and accounts of cases, and what else was done to them, of every cloud, in the shape of Azure's events.

mod asked;

use std::collections::BTreeSet;

use axum::{
    Extension, Json,
    extract::{Path, RawQuery, State, rejection::PathRejection},
};
use firedamp_core::time::Time;
use serde_json::{Value, json};

use super::{alert, surface::guid};
use crate::{
    store::{AlertField, AlertQuery, Condition, Error, Operand, PAGE_MAX, Relation},
    web::{App, Problem, access::Caller},
};
use asked::Asked;

/// Where the list is, as `azure-mgmt-monitor` writes it.
pub(super) const PATH: &str =
    "/subscriptions/{id}/providers/Microsoft.Insights/eventtypes/management/values";

/// Events of one answer.
const EVENTS_MAX: usize = 1000;

pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let Path(id) = id.map_err(|_| Error::Missing("subscription"))?;
    let asked = Asked::parse(query.as_deref().unwrap_or_default()).map_err(Problem::invalid)?;
    let is_it = Condition::Is(AlertField::Subscription, Relation::Equal, Operand::Text(id.clone()));
    let query = AlertQuery {
        condition: Some(is_it),
        within: caller.scope.clone(),
        limit: PAGE_MAX,
        ..AlertQuery::default()
    };
    let files = app.store.alerts(&query).await?;
    if files.is_empty() {
        return Err(Error::Missing("subscription with a case").into());
    }
    let mut events: Vec<(Time, Value)> = Vec::new();
    for file in &files {
        let case: Value = serde_json::from_str(&file.json).unwrap_or_default();
        events.extend(of_case(&case, alert::account(file), file.row.customer.as_deref()));
    }
    events.retain(|(at, event)| asked.wants(*at, event));
    // The newest first, as Azure lists them.
    events.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    events.truncate(EVENTS_MAX);
    let value: Vec<Value> = events.into_iter().map(|(_, event)| asked.chosen(event)).collect();
    Ok(Json(json!({"value": value})))
}

/// The calls that a case tells of.
fn of_case(case: &Value, account: &str, tenant: Option<&str>) -> Vec<(Time, Value)> {
    let list = |key: &str| case.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let resources = list("resources")
        .iter()
        .filter_map(|resource| Some((resource.get("id")?.as_str()?, resource.get("created")?)));
    let accounts = case.get("account_created").into_iter().chain(list("account_moved"));
    let made = resources.chain(accounts.map(|call| (account, call)));
    // A deed without a resource was done to the account: who made themselves its owner.
    let deeds = list("deeds").iter().flat_map(|deed| {
        let named = deed.get("resources").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let named: Vec<&str> = named.iter().filter_map(Value::as_str).collect();
        let on = if named.is_empty() { vec![account] } else { named };
        on.into_iter().map(move |resource| (resource, deed))
    });
    let mut known = BTreeSet::new();
    let calls = made.chain(deeds).filter(|(resource, call)| {
        let text = |key: &str| call.get(key).and_then(Value::as_str).unwrap_or_default();
        known.insert((resource.to_ascii_lowercase(), text("at"), text("operation")))
    });
    calls.filter_map(|(resource, call)| event(resource, call, account, tenant)).collect()
}

/// One call as an event.
fn event(
    resource: &str,
    call: &Value,
    account: &str,
    tenant: Option<&str>,
) -> Option<(Time, Value)> {
    let text = |key: &str| call.get(key).and_then(Value::as_str);
    let at = Time::parse(text("at")?)?;
    let operation = text("operation").unwrap_or_default();
    let hash = blake3::hash(format!("{account}\n{resource}\n{at}\n{operation}").as_bytes());
    let id = guid(hash.as_bytes().first_chunk().copied().unwrap_or_default());
    let mut claims = serde_json::Map::new();
    if let Some(application) = text("application") {
        claims.insert("appid".to_string(), json!(application));
    }
    if let Some(mfa) = call.get("mfa").and_then(Value::as_bool) {
        let methods = if mfa { "pwd,mfa" } else { "pwd" };
        claims.insert(
            "http://schemas.microsoft.com/claims/authnmethodsreferences".to_string(),
            json!(methods),
        );
    }
    let named = |word: &str| json!({"value": word, "localizedValue": word});
    let mut parts = operation.splitn(2, '/');
    let provider = parts.next().filter(|_| operation.contains('/')).unwrap_or_default();
    let kind = operation.rsplit_once('/').map_or("", |(kind, _)| kind);
    let event = json!({
        "id": format!("{resource}/events/{id}"),
        "eventDataId": id,
        "correlationId": id,
        "operationId": id,
        "eventName": named("EndRequest"),
        "category": named("Administrative"),
        "level": "Informational",
        "operationName": named(operation),
        "status": named("Succeeded"),
        "subStatus": named(""),
        "caller": text("name").or_else(|| text("by")).or_else(|| text("principal")),
        "claims": claims,
        "authorization": {"action": operation, "scope": resource},
        "httpRequest": text("address").map(|address| json!({"clientIpAddress": address})),
        "resourceId": resource,
        "resourceGroupName": group(resource),
        "resourceProviderName": named(provider),
        "resourceType": named(kind),
        "subscriptionId": account,
        "tenantId": tenant,
        "eventTimestamp": at.to_string(),
        "submissionTimestamp": at.to_string(),
        "properties": text("size").map(|size| json!({"size": size})),
    });
    Some((at, event))
}

/// The resource group in an ARM id.
pub(super) fn group(resource: &str) -> &str {
    let mut parts = resource.split('/');
    let found = parts.by_ref().find(|part| part.eq_ignore_ascii_case("resourcegroups"));
    found.and_then(|_| parts.next()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_a_case_holds_is_told_once() {
        let vm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm";
        let write = "Microsoft.Compute/virtualMachines/write";
        let lock = "Microsoft.Authorization/locks/write";
        let elevate = "Microsoft.Authorization/elevateAccess/action";
        let case = json!({
            "resources": [{"id": vm, "created": {
                "at": "2026-03-01T10:05:00Z", "operation": write, "by": "mallory", "mfa": false,
            }}],
            "deeds": [
                {"at": "2026-03-01T10:00:00Z", "operation": elevate, "principal": "mallory", "resources": []},
                {"at": "2026-03-01T10:05:00Z", "operation": write, "principal": "mallory", "resources": [vm]},
                {"at": "2026-03-01T10:06:00Z", "operation": lock, "principal": "mallory", "resources": [vm]},
                {"operation": "without a time"},
            ],
        });
        let events = of_case(&case, "s", None);
        let told: Vec<(&str, &str)> = events
            .iter()
            .map(|(_, event)| {
                let text = |value: &'_ Value| value.as_str().map(str::len).unwrap_or_default();
                assert!(text(&event["caller"]) > 0, "{event}");
                let operation = event["operationName"]["value"].as_str().unwrap_or_default();
                (operation, event["resourceId"].as_str().unwrap_or_default())
            })
            .collect();
        assert_eq!(told, [(write, vm), (elevate, "s"), (lock, vm)]);
        assert_eq!(events[0].1["claims"].as_object().map(serde_json::Map::len), Some(1));
        let ids: BTreeSet<String> =
            events.iter().map(|(_, event)| event["eventDataId"].to_string()).collect();
        assert_eq!(ids.len(), 3);
    }
}

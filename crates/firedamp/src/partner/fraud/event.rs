//! A case as a fraud event.

use firedamp_core::{
    life::{Reason, Status},
    time::Time,
};
use serde_json::{Value, json};

use super::Model;
use crate::{
    partner::{
        activity_log::group,
        alert::{self, Seen},
        graph::confidence,
    },
    store::{AlertFile, Partner},
};

/// How Partner Center writes "not yet".
const NEVER: &str = "9999-12-31T23:59:59.9970000";

/// What details are called.
const DETAILS: [&str; 6] = [
    "resourceid",
    "resourcetype",
    "vM_IP",
    "miningPool_IP",
    "connectionCount",
    "cryptoCurrencyMiningPoolDomainName",
];

pub(super) fn id(file: &AlertFile) -> String {
    alert::id(alert::account(file), file.row.id)
}

/// The event in one of its shapes.
pub(super) fn written(file: &AlertFile, partner: &Partner, model: Model) -> Value {
    let seen = Seen::of(file);
    let mut event = old(file, partner, &seen);
    if let (Model::New, Some(event), Value::Object(more)) =
        (model, event.as_object_mut(), added(file, &seen))
    {
        event.extend(more);
    }
    event
}

fn old(file: &AlertFile, partner: &Partner, seen: &Seen) -> Value {
    let row = &file.row;
    let resource = seen.resources.first().map_or("", String::as_str);
    let resolved = file.resolved.as_ref();
    json!({
        "eventTime": time(row.opened_at),
        "eventId": seen.id,
        "partnerTenantId": partner.tenant,
        "partnerFriendlyName": partner.name,
        "customerTenantId": row.customer,
        "customerFriendlyName": row.customer_name,
        "subscriptionId": seen.account,
        "subscriptionType": if row.provider == "azure" { "modern" } else { row.provider.as_str() },
        "entityId": row.id.to_string(),
        "entityName": seen.account,
        "entityUrl": resource,
        "hitCount": seen.connections.to_string(),
        "catalogOfferId": "",
        "eventStatus": pascal(row.status.id()),
        "serviceName": row.provider,
        "resourceName": resource.rsplit('/').next().unwrap_or_default(),
        "resourceGroupName": group(resource),
        "firstOccurrence": time(row.first_observed),
        "lastOccurrence": time(row.last_observed),
        "resolvedReason": row.reason.map_or("None".to_string(), |reason| pascal(Reason::id(reason))),
        "resolvedOn": resolved.map_or(NEVER.to_string(), |(at, _)| time(*at)),
        "resolvedBy": resolved.map_or("", |(_, by)| by),
        "firstObserved": time(row.first_observed),
        "lastObserved": time(row.last_observed),
    })
}

fn added(file: &AlertFile, seen: &Seen) -> Value {
    let row = &file.row;
    let resources = seen.resources.iter();
    let logs: Vec<Value> = alert::changes(&file.log)
        .iter()
        .map(|change| {
            json!({
                "statusFrom": pascal(Status::id(change.from)),
                "statusTo": pascal(Status::id(change.to)),
                "updatedBy": change.by,
                "dateTime": change.at.to_string(),
            })
        })
        .collect();
    json!({
        "eventType": pascal(&file.alert_type),
        "severity": pascal(&row.severity),
        "confidenceLevel": confidence(row.probability),
        "displayName": seen.title,
        "description": seen.description,
        "country": "",
        "valueAddedResellerTenantId": file.reseller.as_deref().unwrap_or_default(),
        "valueAddedResellerFriendlyName": "",
        "subscriptionName": seen.account,
        "affectedResources": resources.map(|id| json!({
            "azureResourceId": id, "type": format!("{}Resource", pascal(&row.provider)),
        })).collect::<Vec<_>>(),
        "additionalDetails": seen.details(DETAILS, row),
        "IsTest": "false",
        "activityLogs": json!(logs).to_string(),
    })
}

/// A time as Partner Center writes it: UTC, and does not say so.
fn time(time: Time) -> String {
    time.to_string().trim_end_matches('Z').to_string()
}

/// The first letter large.
fn pascal(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

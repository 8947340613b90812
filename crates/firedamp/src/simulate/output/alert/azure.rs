//! Microsoft's own: Defender for Cloud, which hears names, and Partner Center, which tells once a day
//! of connections to known pools.

use serde_json::json;

use super::{Sight, told};
use crate::simulate::estate::Estate;

/// How long Defender takes; nothing is published, and an hour is slow.
const DEFENDER_SECONDS: i64 = 3600;
/// Partner Center sends at most one mail a day.
const PARTNER_SECONDS: i64 = 24 * 3600;

fn machine(estate: &Estate, sight: &Sight<'_>) -> String {
    format!(
        "/subscriptions/{}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/{}",
        estate.id, sight.host.name
    )
}

/// Alerts about names that machines asked for.
pub(super) fn defender(estate: &Estate, sights: &[Sight<'_>]) -> Vec<u8> {
    let mut text = String::new();
    for sight in sights.iter().filter(|sight| !sight.host.machine.serverless) {
        let told = told(estate, sight.second, DEFENDER_SECONDS);
        let Some(((seen, created), name)) = told.zip(sight.name) else { continue };
        let alert = json!({
            "VendorName": "Microsoft", "AlertType": "AzureDNS_CurrencyMining",
            "StartTimeUtc": seen.to_string(), "EndTimeUtc": seen.to_string(),
            "TimeGenerated": created.to_string(), "Severity": "High", "Status": "New",
            "SystemAlertId": format!("a{}", sight.number),
            "AlertDisplayName": "Digital currency mining activity",
            "Entities": [{"$id": "2", "DomainName": name, "Type": "dns"}],
            "ResourceIdentifiers": [{
                "$id": "3", "Type": "AzureResource", "AzureResourceId": machine(estate, sight),
            }],
        });
        text += &alert.to_string();
        text.push('\n');
    }
    text.into_bytes()
}

/// What the partner is told, a day late, about the subscription.
pub(super) fn fraud_events(estate: &Estate, sights: &[Sight<'_>]) -> Vec<u8> {
    let first = sights.iter().min_by(|one, other| one.second.total_cmp(&other.second));
    let told = first.and_then(|sight| told(estate, sight.second, PARTNER_SECONDS));
    let Some(((seen, created), first)) = told.zip(first) else { return Vec::new() };
    let list = |texts: Vec<String>| serde_json::Value::from(texts).to_string();
    let machines = sights.iter().map(|sight| sight.host.address.to_string()).collect();
    let resources: Vec<_> =
        sights.iter().map(|sight| json!({"azureResourceId": machine(estate, sight)})).collect();
    let time = |time: firedamp_core::time::Time| time.to_string().replace('Z', "");
    let event = json!([{
        "eventTime": time(created), "eventId": format!("{}_1", estate.id),
        "customerTenantId": estate.id, "subscriptionId": estate.id, "hitCount": "10",
        "eventStatus": "Active", "resolvedReason": "None",
        "resolvedOn": "9999-12-31T23:59:59.9970000",
        "firstOccurrence": time(seen), "lastOccurrence": time(seen),
        "eventType": "NetworkConnectionsToCryptoMiningPools", "confidenceLevel": "medium",
        "displayName": "Mining pool", "affectedResources": resources,
        "additionalDetails": {
            "vM_IP": list(machines), "miningPool_IP": list(vec![first.remote.to_string()]),
        },
        "IsTest": "false",
    }]);
    (event.to_string() + "\n").into_bytes()
}

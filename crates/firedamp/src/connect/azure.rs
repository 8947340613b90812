//! Which logs of an Azure subscription are off.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Finding, Inventory, Place, inventory::text, quoted};

/// Whose answers are read.
pub(super) const QUESTIONS: &[&str] = &[
    "az account list",
    "az network vnet list",
    "az network watcher flow-log list --location REGION",
    "az monitor diagnostic-settings subscription list --subscription ID",
    "az security pricing list --subscription ID",
];

/// The subscription that a resource's id names, in small letters.
fn subscription(id: &str) -> Option<String> {
    let id = id.to_ascii_lowercase();
    let rest = id.strip_prefix("/subscriptions/")?;
    Some(rest.split('/').next()?.to_string())
}

pub(super) fn check(inventory: &Inventory, place: &Place) -> Vec<Finding> {
    let mut subscriptions = BTreeSet::new();
    let (mut networks, mut flows) = (BTreeMap::new(), BTreeSet::new());
    let (mut exported, mut plans) = (BTreeSet::new(), BTreeMap::new());
    for one in inventory.all() {
        let id = text(one, "/id");
        let kind = text(one, "/type").to_ascii_lowercase();
        let is_on = one.get("enabled") != Some(&Value::Bool(false));
        if one.get("tenantId").is_some() && text(one, "/state") == "Enabled" {
            subscriptions.insert(id.to_ascii_lowercase());
        }
        let Some(owner) = subscription(id) else {
            continue;
        };
        if kind == "microsoft.network/virtualnetworks" {
            networks.insert(id.to_ascii_lowercase(), (owner, id, text(one, "/location")));
        } else if let Some(target) = one.get("targetResourceId").and_then(Value::as_str) {
            flows.extend(is_on.then(|| target.to_ascii_lowercase()));
        } else if id.to_ascii_lowercase().contains("/diagnosticsettings/") {
            exported.extend(exports(one).then_some(owner));
        } else if text(one, "/name") == "VirtualMachines" {
            plans.insert(owner, text(one, "/pricingTier") == "Standard");
        }
    }
    subscriptions.extend(networks.values().map(|(owner, ..)| owner.clone()));
    subscriptions.extend(exported.iter().chain(plans.keys()).cloned());
    let mut findings: Vec<Finding> = networks
        .into_iter()
        .map(|(key, network)| flow_log(flows.contains(&key), &network, place))
        .collect();
    for id in subscriptions {
        findings.push(activity_log(exported.contains(&id), &id, place));
        findings.extend(plans.get(&id).map(|is_on| defender(*is_on, &id)));
    }
    findings
}

/// Whether a diagnostic setting writes what people do into a storage account.
fn exports(setting: &Value) -> bool {
    let storage =
        setting.get("storageAccountId").or_else(|| setting.pointer("/properties/storageAccountId"));
    let logs = setting.get("logs").or_else(|| setting.pointer("/properties/logs"));
    let is_administrative = |log: &Value| {
        text(log, "/category") == "Administrative" && log.get("enabled") == Some(&Value::Bool(true))
    };
    storage.is_some_and(Value::is_string)
        && logs.and_then(Value::as_array).is_some_and(|logs| logs.iter().any(is_administrative))
}

fn flow_log(is_on: bool, (owner, id, region): &(String, &str, &str), place: &Place) -> Finding {
    let name = id.rsplit('/').next().unwrap_or(id);
    let command = format!(
        "az network watcher flow-log create --location {} --name {} --vnet {} --storage-account {} \
         --interval 1 --subscription {}",
        quoted(region),
        quoted(&format!("firedamp-{name}")),
        quoted(id),
        place.bucket,
        quoted(owner),
    );
    Finding {
        account: format!("azure:{owner}"),
        log: "flow log",
        of: name.to_string(),
        is_on,
        command: (!is_on).then_some(command),
    }
}

fn activity_log(is_on: bool, id: &str, place: &Place) -> Finding {
    let command = format!(
        "az monitor diagnostic-settings subscription create --name firedamp --location global \
         --subscription {} --storage-account {} --logs \
         '[{{\"category\":\"Administrative\",\"enabled\":true}},\
         {{\"category\":\"Security\",\"enabled\":true}}]'",
        quoted(id),
        place.bucket,
    );
    Finding {
        account: format!("azure:{id}"),
        log: "audit log (Activity Log)",
        of: "the subscription".to_string(),
        is_on,
        command: (!is_on).then_some(command),
    }
}

fn defender(is_on: bool, id: &str) -> Finding {
    let command = format!(
        "az security pricing create --name VirtualMachines --tier Standard --subscription {}",
        quoted(id)
    );
    Finding {
        account: format!("azure:{id}"),
        log: "alerts (Defender for Servers)",
        of: "the subscription".to_string(),
        is_on,
        command: (!is_on).then_some(command),
    }
}

//! A case as an alert: what both of Microsoft's shapes tell of it.

use std::collections::BTreeSet;

use firedamp_core::{life::Status, time::Time};
use serde_json::{Map, Value, json};

use super::resource;
use crate::store::{AlertFile, CaseRow, Entry};

/// Resources, addresses and names of one alert.
const NAMED_MAX: usize = 100;
/// Reasons in a description.
const REASONS_MAX: usize = 5;
/// Alerts are numbered in the last part of a GUID whose other parts do not change: version 8, which
/// is free for one's own use (RFC 9562).
const GUID_PREFIX: &str = "00000000-0000-8000-8000-";

/// The id of the alert of a case: `<account>-<GUID>`, as Graph writes some of its own.
pub(super) fn id(account: &str, case: i64) -> String {
    format!("{account}-{GUID_PREFIX}{case:012x}")
}

/// The number of the case in an alert's id.
pub(super) fn case_of(id: &str) -> Option<i64> {
    let (_, number) = id.rsplit_once(GUID_PREFIX)?;
    i64::from_str_radix(number, 16).ok().filter(|_| number.len() == 12)
}

/// The account's own id.
pub(super) fn account(file: &AlertFile) -> &str {
    file.row.account.split_once(':').map_or(file.row.account.as_str(), |(_, id)| id)
}

/// What was seen, as both shapes tell it.
pub(super) struct Seen {
    /// The account in its cloud.
    pub(super) account: String,
    pub(super) id: String,
    /// What it is about, in a line.
    pub(super) title: String,
    /// Why, in a few.
    pub(super) description: String,
    /// What mines.
    pub(super) resources: Vec<String>,
    /// The first of them, as its cloud calls it.
    pub(super) cloud_id: Option<String>,
    /// Addresses inside.
    pub(super) machines: BTreeSet<String>,
    /// Addresses and names outside.
    pub(super) pools: BTreeSet<String>,
    pub(super) pool_names: BTreeSet<String>,
    /// Connections, where they were counted.
    pub(super) connections: u64,
}

impl Seen {
    pub(super) fn of(file: &AlertFile) -> Self {
        let case: Value = serde_json::from_str(&file.json).unwrap_or_default();
        let account = account(file).to_string();
        let mut seen = Self {
            id: id(&account, file.row.id),
            title: title(&file.alert_type).to_string(),
            description: String::new(),
            resources: Vec::new(),
            cloud_id: None,
            machines: BTreeSet::new(),
            pools: BTreeSet::new(),
            pool_names: BTreeSet::new(),
            connections: 0,
            account,
        };
        for resource in list(&case, "resources") {
            seen.add_resource(resource);
        }
        let mut why = Vec::new();
        for finding in list(&case, "findings") {
            seen.add_finding(finding);
            why.extend(finding.get("summary").and_then(Value::as_str).map(crate::report::shown));
        }
        let percent = crate::report::percent(file.row.probability);
        let mut words = vec![format!("Firedamp: mining with a probability of {percent}")];
        words.extend(why.into_iter().take(REASONS_MAX));
        seen.description = words.join("; ");
        seen
    }

    fn add_resource(&mut self, resource: &Value) {
        let name = resource.get("id").and_then(Value::as_str);
        let aliases = || list(resource, "aliases").iter().filter_map(Value::as_str);
        if let Some(name) = name.filter(|_| self.resources.len() < NAMED_MAX) {
            self.cloud_id.get_or_insert_with(|| resource::cloud_id(name, aliases()).to_string());
            self.resources.push(name.to_string());
        }
        let inside = aliases().chain(name).filter(|name| name.parse::<std::net::IpAddr>().is_ok());
        self.machines.extend(inside.map(String::from));
    }

    /// Detectors name the other side as `remote`, `pool` or `remotes`, with or without a port.
    fn add_finding(&mut self, finding: &Value) {
        let Some(evidence) = finding.get("evidence").and_then(Value::as_object) else {
            return;
        };
        let single = ["remote", "pool", "name"].iter().filter_map(|key| evidence.get(*key));
        let many =
            ["remotes", "names", "pools"].iter().filter_map(|key| evidence.get(*key)?.as_array());
        let named = single.chain(many.flatten()).filter_map(Value::as_str);
        for name in named.take(NAMED_MAX) {
            let host = host(name);
            match host.parse::<std::net::IpAddr>() {
                Ok(_) => self.pools.insert(host.to_string()),
                Err(_) => host.contains('.') && self.pool_names.insert(host.to_string()),
            };
        }
        let counts = ["connections", "flows", "conversations"].iter();
        let count = counts.filter_map(|key| evidence.get(*key)?.as_u64()).max();
        self.connections += count.unwrap_or_default();
    }

    /// The open dictionary of details: texts, lists among them as arrays written into texts.
    pub(super) fn details(&self, keys: [&str; 6], row: &CaseRow) -> Map<String, Value> {
        let [id_key, kind_key, machine, pool, count, name] = keys;
        let written = |all: &BTreeSet<String>| json!(json!(all).to_string());
        let mut details = Map::new();
        if let Some(id) = &self.cloud_id {
            details.insert(id_key.to_string(), json!(id));
            details.extend(resource::kind(id).map(|found| (kind_key.to_string(), json!(found))));
        }
        if !self.machines.is_empty() {
            details.insert(machine.to_string(), written(&self.machines));
        }
        if !self.pools.is_empty() {
            details.insert(pool.to_string(), written(&self.pools));
        }
        if self.connections > 0 {
            details.insert(count.to_string(), json!(self.connections.to_string()));
        }
        if !self.pool_names.is_empty() {
            let names: Vec<&str> = self.pool_names.iter().map(String::as_str).collect();
            details.insert(name.to_string(), json!(names.join(",")));
        }
        // Ours: what Microsoft's alerts need not say.
        details.insert("CloudProvider".to_string(), json!(row.provider));
        details.insert("Probability".to_string(), json!(format!("{:.4}", row.probability)));
        details
    }
}

/// A host without its port.
fn host(name: &str) -> &str {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    match name.rsplit_once(':') {
        Some((host, port)) if is_port(port) && (!host.contains(':') || host.ends_with(']')) => {
            host.trim_start_matches('[').trim_end_matches(']')
        }
        _ => name,
    }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn title(alert_type: &str) -> &'static str {
    match alert_type {
        "networkConnectionsToCryptoMiningPools" => {
            "Action required: cryptocurrency mining detected"
        }
        "virtualMachineDeploymentAnomaly" => "Action required: unusual deployment of machines",
        _ => "Action required: unusual usage",
    }
}

/// A change of a case's status.
pub(super) struct Change {
    pub(super) from: Status,
    pub(super) to: Status,
    pub(super) by: String,
    pub(super) at: Time,
}

/// What was done with the status, from what stands in the activity.
pub(super) fn changes(log: &[Entry]) -> Vec<Change> {
    let mut from = Status::Active;
    let mut changes = Vec::new();
    for entry in log.iter().filter(|entry| entry.kind != "opened") {
        let to = match entry.kind.as_str() {
            "resolved" => Status::Resolved,
            "status" => status(entry),
            _ => Status::Active,
        };
        changes.push(Change { from, to, by: entry.actor.clone(), at: entry.at });
        from = to;
    }
    changes
}

/// The status that an entry tells of: by the id of what it says, or by its text, which older programs
/// wrote alone.
fn status(entry: &Entry) -> Status {
    let id = entry.said.id().strip_prefix("status-").unwrap_or(&entry.text);
    Status::from_id(id).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_its_case() {
        for (account, case) in [("111122223333", 1), ("a-project", 0x00ab_cdef_0123)] {
            assert_eq!(case_of(&id(account, case)), Some(case));
        }
        for junk in ["", "1", "00000000-0000-8000-8000-1", "x-00000000-0000-8000-8000-00000000000g"]
        {
            assert_eq!(case_of(junk), None, "{junk}");
        }
    }

    #[test]
    fn ports_are_no_part_of_a_host() {
        for (name, found) in [
            ("192.0.2.1:3333", "192.0.2.1"),
            ("[2001:db8::1]:3333", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("pool.example:443", "pool.example"),
            ("pool.example", "pool.example"),
        ] {
            assert_eq!(host(name), found);
        }
    }
}

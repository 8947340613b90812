//! A STIX 2.1 bundle of indicators. Specification: OASIS STIX 2.1, sections 4.7 and 8.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::{LIST_DATE, uuid};
use crate::indicator::{Indicator, Name, import::json as labels};

pub(super) fn write<'a>(set: impl Iterator<Item = &'a Indicator>) -> String {
    let objects: Vec<Value> = set.map(indicator).collect();
    let ids: Vec<&str> = objects.iter().filter_map(|object| object["id"].as_str()).collect();
    let id = format!("bundle--{}", uuid("bundle", &ids.join(",")));
    format!("{:#}\n", json!({ "type": "bundle", "id": id, "objects": objects }))
}

fn indicator(row: &Indicator) -> Value {
    let labels = labels::labels(row).into_iter();
    let labels: Vec<_> =
        labels.map(|(key, value)| format!("{}{key}={value}", labels::PREFIX)).collect();
    let mut object = json!({
        "type": "indicator",
        "spec_version": "2.1",
        "id": format!("indicator--{}", uuid("indicator", &row.name.to_string())),
        "created": LIST_DATE,
        "modified": LIST_DATE,
        "valid_from": LIST_DATE,
        "pattern": pattern(&row.name),
        "pattern_type": "stix",
        "labels": labels,
    });
    if !row.pool.is_empty() {
        object["name"] = json!(row.pool);
    }
    object
}

fn pattern(name: &Name) -> String {
    match name {
        Name::Domain(domain) => format!("[domain-name:value = '{domain}']"),
        Name::Address(address) => format!("[{}:value = '{address}']", family(*address)),
        Name::AddressPort(address, port) => format!(
            "[network-traffic:dst_ref.type = '{}' AND network-traffic:dst_ref.value = \
             '{address}' AND network-traffic:dst_port = {port}]",
            family(*address)
        ),
        Name::Port(port) => format!("[network-traffic:dst_port = {port}]"),
    }
}

fn family(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" }
}

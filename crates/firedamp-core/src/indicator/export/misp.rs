//! A MISP event of indicators. Specification: MISP core format
//! (draft-dulaunoy-misp-core-format), sections 2.2 and 2.4.

use serde_json::{Value, json};

use super::{LIST_DATE, uuid};
use crate::indicator::{Indicator, Name, import::json as labels};

pub(super) fn write<'a>(set: impl Iterator<Item = &'a Indicator>) -> String {
    let attributes: Vec<Value> = set.map(attribute).collect();
    let ids: Vec<&str> = attributes.iter().filter_map(|object| object["uuid"].as_str()).collect();
    let event = json!({
        "uuid": uuid("event", &ids.join(",")),
        "info": "Mining pool indicators",
        "date": LIST_DATE.get(..10),
        "timestamp": LIST_SECONDS,
        "threat_level_id": "3",
        "analysis": "2",
        "distribution": "0",
        "published": false,
        "Attribute": attributes,
    });
    format!("{:#}\n", json!({ "Event": event }))
}

fn attribute(row: &Indicator) -> Value {
    let (kind, value) = typed(&row.name);
    let labels = labels::labels(row).into_iter();
    let tags: Vec<_> = labels
        .map(|(key, value)| json!({ "name": format!("{}{key}=\"{value}\"", labels::PREFIX) }))
        .collect();
    json!({
        "uuid": uuid("attribute", &row.name.to_string()),
        "type": kind,
        "category": "Network activity",
        "value": value,
        "to_ids": true,
        "comment": row.pool,
        "timestamp": LIST_SECONDS,
        "Tag": tags,
    })
}

fn typed(name: &Name) -> (&'static str, String) {
    match name {
        Name::Domain(domain) => ("domain", domain.to_string()),
        Name::Address(address) => ("ip-dst", address.to_string()),
        Name::AddressPort(address, port) => ("ip-dst|port", format!("{address}|{port}")),
        Name::Port(port) => ("port", port.to_string()),
    }
}

/// [`LIST_DATE`] in seconds since the epoch, as text, which is how MISP writes it.
const LIST_SECONDS: &str = "1793491200";

//! What the alert formats share: alerts come a few times a day, so that a tree of values may be
//! built; they are written by many products, so that little is taken for granted.

pub(super) mod partner;

use std::net::IpAddr;

use serde_json::Value;

use super::{BROKEN_JSON, Fault};
use crate::{
    event::{AlertKind, Resource},
    json::{
        fields::{self, Fields},
        repair,
    },
    net,
};

/// The record as a tree, mended where a careful reader could.
pub(super) fn tree(record: &[u8]) -> Result<Value, Fault> {
    repair::parse(record).ok_or(Fault::Rejected(BROKEN_JSON))
}

/// Whether a title or description says that the alert is a sample, simulated or a test.
pub(super) fn is_sample_text(text: &str) -> bool {
    let text = text.trim_start().to_ascii_lowercase();
    let starts = ["[sample]", "[sample alert]", "this is a sample alert", "[test]", "[simulated]"];
    starts.iter().any(|start| text.starts_with(start))
}

/// Whether a type, category or title names cryptocurrency mining.
pub(super) fn names_mining(text: &str) -> bool {
    let text = text.to_ascii_lowercase().replace([' ', '-', '_'], "");
    let words = [
        "cryptocurrency:",
        "cryptocurrencymin",
        "cryptomin",
        "cryptocoinmin",
        "cryptojack",
        "coinminer",
        "currencymining",
        "bitcoin",
    ];
    words.iter().any(|word| text.contains(word))
}

/// Mining, when the text names it.
pub(super) fn kind_by_name(text: &str) -> AlertKind {
    if names_mining(text) { AlertKind::Mining } else { AlertKind::Other }
}

/// The texts of an array, or of an array inside a text (`"[\r\n \"192.0.2.1\"\r\n]"`), or of one
/// text.
pub(super) fn texts(value: Option<Fields<'_>>) -> Vec<String> {
    let Some(Fields(value)) = value else {
        return Vec::new();
    };
    match fields::nested(value).as_ref().unwrap_or(value) {
        Value::Array(items) => {
            items.iter().filter_map(Value::as_str).filter_map(fields::known).map(Into::into).collect()
        }
        Value::String(text) => text
            .split([',', ';', ' '])
            .map(|part| part.trim_matches(['[', ']', '"', '\r', '\n']))
            .filter_map(fields::known)
            .map(Into::into)
            .collect(),
        _ => Vec::new(),
    }
}

/// The addresses among texts.
pub(super) fn addresses(texts: &[String]) -> Vec<IpAddr> {
    texts.iter().filter_map(|text| net::parse_address(text)).collect()
}

/// Bare addresses as resources.
pub(super) fn by_address<'a>(addresses: Vec<IpAddr>) -> impl Iterator<Item = Resource<'a>> {
    addresses.into_iter().map(|address| Resource { address: Some(address), ..Resource::default() })
}

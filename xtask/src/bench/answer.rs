//! What each program found, in one shape, so that the answers can be compared.
//!
//! The names of Firedamp's fields are the constants below; when the JSON of a case changes, only
//! they change.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::{IpAddr, SocketAddr},
    path::Path,
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::world::Truth;

/// The flags that make Firedamp say everything, however weak.
pub(crate) const EVERYTHING: &[&str] = &["--all", "--min-p", "0"];
/// In a case: the account, as text or as an object with one of [`ACCOUNT_KEYS`].
const ACCOUNT: &str = "/account";
/// In a case: the list of findings.
const FINDINGS: &str = "/findings";
/// In a finding: the resource, as text or as an object with one of [`RESOURCE_KEYS`].
const RESOURCE: &str = "/resource";
/// In a finding: the evidence, an object or a list of them.
const EVIDENCE: &str = "/evidence";
/// In a piece of evidence: the remote endpoint, as address or address:port.
const REMOTE: &str = "/remote";
/// Where the account's id may be in an account that is an object.
const ACCOUNT_KEYS: &[&str] = &["id", "account", "name"];
/// Where the interface's id may be in a resource that is an object.
const RESOURCE_KEYS: &[&str] = &["interface", "id", "name"];
/// Where the address may be in a remote that is an object.
const REMOTE_KEYS: &[&str] = &["address", "ip"];

/// Account, interface and remote address.
pub(crate) type Triple = (String, String, String);

#[derive(Deserialize, Serialize)]
struct Hits {
    hits: Vec<Hit>,
}

#[derive(Deserialize, Serialize)]
struct Hit {
    account: String,
    interface: String,
    remote: String,
    lines: u64,
}

/// Writes what is to be found.
pub(crate) fn store(path: &Path, truth: &Truth) -> Result<()> {
    let hit = |((account, interface, remote), lines): (&Triple, &u64)| Hit {
        account: account.clone(),
        interface: interface.clone(),
        remote: remote.clone(),
        lines: *lines,
    };
    let hits = Hits { hits: truth.iter().map(hit).collect() };
    fs::write(path, serde_json::to_vec(&hits)?).context("writing what is to be found")
}

/// Reads what a peer printed, or what is to be found: lines per triple.
pub(crate) fn of_peer(path: &Path) -> Result<BTreeMap<Triple, u64>> {
    let hits: Hits = serde_json::from_slice(&fs::read(path)?).context("reading a peer's answer")?;
    let triple = |hit: Hit| ((fold(&hit.account), fold(&hit.interface), hit.remote), hit.lines);
    Ok(hits.hits.into_iter().map(triple).collect())
}

/// Reads the triples in the cases that Firedamp printed, one case a line.
pub(crate) fn of_firedamp(path: &Path) -> Result<BTreeSet<Triple>> {
    let text = fs::read_to_string(path)?;
    let mut triples = BTreeSet::new();
    for (index, line) in text.lines().enumerate() {
        let case: Value =
            serde_json::from_str(line).with_context(|| format!("case {} isn't JSON", index + 1))?;
        triples.extend(triples_of(&case));
    }
    Ok(triples)
}

/// The triples in one case.
fn triples_of(case: &Value) -> Vec<Triple> {
    let account = case.pointer(ACCOUNT).and_then(|value| word(value, ACCOUNT_KEYS));
    let account = last(&account.unwrap_or_default());
    let mut triples = Vec::new();
    for finding in list(case.pointer(FINDINGS)) {
        let resource = finding.pointer(RESOURCE).and_then(|value| word(value, RESOURCE_KEYS));
        let resource = last(&resource.unwrap_or_default());
        let remotes = list(finding.pointer(EVIDENCE))
            .filter_map(|evidence| word(evidence.pointer(REMOTE)?, REMOTE_KEYS));
        triples.extend(remotes.map(|remote| (account.clone(), resource.clone(), address(&remote))));
    }
    triples
}

/// The members of an array, or the value itself, or nothing.
fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let slice = value.map_or(&[][..], |value| match value {
        Value::Array(members) => members.as_slice(),
        other => std::slice::from_ref(other),
    });
    slice.iter()
}

/// A text, or the first text under one of the keys of an object.
fn word(value: &Value, keys: &[&str]) -> Option<String> {
    let inner = keys.iter().find_map(|key| value.get(key)?.as_str());
    value.as_str().or(inner).map(ToOwned::to_owned)
}

/// The last part of an id such as `aws:123456789012` or `…/networkInterfaces/nic`.
fn last(id: &str) -> String {
    fold(id.rsplit([':', '/']).next().unwrap_or(id))
}

fn fold(id: &str) -> String {
    id.to_ascii_lowercase()
}

/// The address of `address:port`, or the text itself.
fn address(remote: &str) -> String {
    let whole = remote.parse::<IpAddr>().ok();
    let address = whole.or_else(|| remote.parse::<SocketAddr>().ok().map(|end| end.ip()));
    address.map_or_else(|| remote.to_owned(), |address| address.to_string())
}

/// The difference between two sets of triples in words: true and how many when there is none.
pub(crate) fn compare(expected: &BTreeSet<Triple>, found: &BTreeSet<Triple>) -> (bool, String) {
    let missing: Vec<&Triple> = expected.difference(found).collect();
    let surplus: Vec<&Triple> = found.difference(expected).collect();
    if missing.is_empty() && surplus.is_empty() {
        return (true, format!("answers agree: {} triples", expected.len()));
    }
    let first = |triples: &[&Triple]| format!("{:?}", triples.iter().take(3).collect::<Vec<_>>());
    let text = format!(
        "answers DIFFER: {} expected, {} found; {} missing, such as {}; {} surplus, such as {}",
        expected.len(),
        found.len(),
        missing.len(),
        first(&missing),
        surplus.len(),
        first(&surplus)
    );
    (false, text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn triple(account: &str, interface: &str, remote: &str) -> Triple {
        (account.to_owned(), interface.to_owned(), remote.to_owned())
    }

    #[test]
    fn reads_plain_and_nested_cases_alike() {
        let expected = vec![triple("900000000001", "eni-01", "198.18.0.1")];
        let plain = json!({"account": "aws:900000000001", "findings": [
            {"resource": "eni-01", "evidence": {"remote": "198.18.0.1:3333"}}]});
        let nested = json!({"account": {"provider": "aws", "id": "900000000001"}, "findings": [
            {"resource": {"interface": "eni-01"}, "evidence": [{"remote": {"address": "198.18.0.1"}}]}]});
        assert_eq!(triples_of(&plain), expected);
        assert_eq!(triples_of(&nested), expected);
    }

    #[test]
    fn says_what_is_missing_and_what_is_too_much() {
        let one = BTreeSet::from([triple("a", "b", "c")]);
        let two = BTreeSet::from([triple("a", "b", "d")]);
        assert_eq!(compare(&one, &one), (true, "answers agree: 1 triples".to_owned()));
        let (same, text) = compare(&one, &two);
        assert!(!same && text.contains("1 missing") && text.contains("1 surplus"), "{text}");
    }
}

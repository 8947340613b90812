//! What cases have in common, and what they are found by: remotes, pools, names, principals,
//! clocks, resources.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{CaseRow, Result};

/// Marks of one case; a case of more is found by its first ones, and by its account.
const MARKS_MAX: usize = 500;
/// Letters of a mark that are kept.
const MARK_LETTERS_MAX: usize = 256;
/// Kinds of marks that make cases related; the others are only looked for.
pub(super) const RELATING: [&str; 6] = ["clock", "name", "pool", "principal", "remote", "wallet"];
/// The kind of a resource's names.
const RESOURCE: &str = "resource";
/// The kind of addresses that somebody called the provider from.
const ORIGIN: &str = "origin";

/// Evidence that says what a case has in common with others.
const EVIDENCE: [(&str, &str); 11] = [
    ("answered_name", "name"),
    ("clock", "clock"),
    ("indicator", "name"),
    ("names", "name"),
    ("pool", "pool"),
    ("pools", "pool"),
    ("principals", "principal"),
    ("remote", "remote"),
    ("remotes", "remote"),
    ("wallet", "wallet"),
    ("wallets", "wallet"),
];

/// Something that several cases may name.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
pub struct Mark {
    /// `remote`, `pool`, `name`, `principal`, `clock`, `wallet`, `resource` or `origin`.
    pub kind: String,
    /// What it is called, in lower case.
    pub value: String,
}

/// A case that shares something.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RelatedCase {
    /// The case.
    pub case: CaseRow,
    /// What it shares.
    pub shares: Vec<Mark>,
}

/// Cases that share something with one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = RelatedCases)]
pub struct Related {
    /// Those that the caller may see, with what they share; the most first.
    pub cases: Vec<RelatedCase>,
    /// How many others there are of customers that the caller may not see.
    pub elsewhere: u64,
}

/// What is called like what somebody looks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = SearchResult)]
pub struct Found {
    /// Cases whose account begins so.
    pub cases: Vec<CaseRow>,
    /// Cases with a resource, remote, name or principal that begins so.
    pub marked: Vec<RelatedCase>,
    /// Accounts that begin so, with or without a case.
    pub accounts: Vec<String>,
    /// Labels that begin so.
    pub labels: Vec<String>,
}

/// What cases have in common.
#[async_trait]
pub trait Marks: Send + Sync {
    /// Cases that share something with this one.
    async fn related(&self, case: i64, within: Option<&str>, limit: u32) -> Result<Related>;
    /// Whatever is called so, at most `limit` of each kind.
    async fn search(&self, text: &str, within: Option<&str>, limit: u32) -> Result<Found>;
    /// Writes down what cases are found by that were judged before there was a search; how many of at
    /// most `limit`.
    async fn mark_some(&self, limit: u32) -> Result<u64>;
}

/// What a case is found by, from its judgement as it is written: so that older ones can be read again.
#[must_use]
pub(super) fn marks(judgement: &Value) -> BTreeSet<Mark> {
    let mut marks = BTreeSet::new();
    let mut add = |kind: &str, value: &str| {
        let value: String = value.trim().chars().take(MARK_LETTERS_MAX).collect();
        if !value.is_empty() && marks.len() < MARKS_MAX {
            marks.insert(Mark { kind: kind.to_string(), value: value.to_lowercase() });
        }
    };
    let is_real = |finding: &&Value| finding["evidence"]["sample"] != true;
    for finding in values(&judgement["findings"]).filter(is_real) {
        for (key, kind) in EVIDENCE {
            texts(finding["evidence"].get(key)).for_each(|text| add(kind, text));
        }
        texts(finding.get("resource")).for_each(|text| add(RESOURCE, text));
    }
    let makers = values(&judgement["resources"]).map(|resource| &resource["created"]);
    let moved = values(&judgement["account_moved"]);
    for created in makers.chain([&judgement["account_created"]]).chain(moved) {
        for (key, kind) in [("by", "principal"), ("name", "principal"), ("address", ORIGIN)] {
            texts(created.get(key)).for_each(|text| add(kind, text));
        }
    }
    for resource in values(&judgement["resources"]) {
        for name in texts(resource.get("id")).chain(texts(resource.get("aliases"))) {
            add(RESOURCE, name);
            // Long paths are known by their ends.
            add(RESOURCE, name.rsplit('/').next().unwrap_or_default());
        }
    }
    marks
}

/// The values of a list.
fn values(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().map_or(&[][..], Vec::as_slice).iter()
}

/// A text, or the texts of a list.
fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    value.and_then(Value::as_str).into_iter().chain(list.iter().filter_map(Value::as_str))
}

//! What cases have in common, and what they are found by: remotes, pools, names, principals,
//! clocks, resources.

use std::collections::BTreeSet;

use async_trait::async_trait;
use firedamp_core::{case::Case, origin::Created};
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
}

/// What a case is found by.
#[must_use]
pub(super) fn marks(case: &Case) -> BTreeSet<Mark> {
    let mut marks = BTreeSet::new();
    let mut add = |kind: &str, value: &str| {
        let value: String = value.trim().chars().take(MARK_LETTERS_MAX).collect();
        if !value.is_empty() && marks.len() < MARKS_MAX {
            marks.insert(Mark { kind: kind.to_string(), value: value.to_lowercase() });
        }
    };
    for finding in case.findings.iter().filter(|finding| !finding.sample) {
        for (key, kind) in EVIDENCE {
            texts(finding.evidence.get(key)).for_each(|text| add(kind, text));
        }
        add(RESOURCE, &finding.resource);
    }
    let makers = case.resources.iter().filter_map(|resource| resource.created.as_ref());
    for created in makers.chain(&case.account_created).chain(&case.account_moved) {
        let Created { by, name, address, .. } = created;
        add("principal", by);
        add("principal", name.as_deref().unwrap_or_default());
        add(ORIGIN, &address.map(|address| address.to_string()).unwrap_or_default());
    }
    for resource in &case.resources {
        for name in std::iter::once(&resource.id).chain(&resource.aliases) {
            add(RESOURCE, name);
            // Long paths are known by their ends.
            add(RESOURCE, name.rsplit('/').next().unwrap_or_default());
        }
    }
    marks
}

/// A text, or the texts of a list.
fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    value.and_then(Value::as_str).into_iter().chain(list.iter().filter_map(Value::as_str))
}

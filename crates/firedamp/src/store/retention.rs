//! How what is old is forgotten.

use std::collections::BTreeMap;

use async_trait::async_trait;
use firedamp_core::time::Time;

use super::Result;
use crate::retention::Kind;

/// How the store and the program that opens it know each other.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shape {
    /// The shape that a database has; nothing where it is empty.
    pub have: Option<i64>,
    /// The newest that this program knows.
    pub knows: i64,
    /// What brings it there: numbers and names.
    pub missing: Vec<(i64, String)>,
    /// Whether a newer program wrote it.
    pub is_newer: bool,
}

/// An object that was folded and is forgotten. Where it still stands it is not new for that.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Forgotten {
    /// Where it came from.
    pub address: String,
    /// In which version it was folded.
    pub version: String,
    /// Where its bytes were.
    pub path: String,
}

/// What has an age.
#[async_trait]
pub trait Retention: Send + Sync {
    /// Forgets what is of this kind and from before `before`, at most `limit` of it; how many. Open
    /// cases and what belongs to them stay.
    async fn forget(&self, kind: Kind, before: Time, limit: u32) -> Result<u64>;
    /// Objects that were forgotten.
    async fn forgotten(&self) -> Result<Vec<Forgotten>>;
    /// In which version those of these addresses were forgotten that were.
    async fn forgotten_of(&self, addresses: &[String]) -> Result<BTreeMap<String, String>>;
    /// These are nowhere any more; what comes in their place is new.
    async fn drop_forgotten(&self, addresses: &[String]) -> Result<()>;
}

//! Where telemetry comes from, and how often: what the desk remembers of its sources.

use std::collections::BTreeMap;

use async_trait::async_trait;
use firedamp_core::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Result, maybe_rfc3339, rfc3339};

/// How a source fares.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Source)]
pub struct SourceRow {
    /// As it is watched.
    pub address: String,
    /// When it was last asked, RFC 3339.
    #[serde(serialize_with = "rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Time,
    /// When it last answered as it should, RFC 3339.
    #[serde(serialize_with = "maybe_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Time>,
    /// What went wrong since.
    pub error: Option<String>,
    /// Objects or messages that it gave.
    pub taken: u64,
}

/// An account that was heard through a source.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Heard {
    /// `provider:account`.
    pub account: String,
    /// When its latest object was folded.
    pub at: Time,
    /// The newest record; nothing where some of the objects hold none that has a time.
    pub newest: Option<Time>,
}

/// How often an account is heard through a source.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = Feed)]
pub struct FeedRow {
    /// The source, as it is watched.
    pub source: String,
    /// `provider:account`.
    pub account: String,
    /// When it was last heard, RFC 3339.
    #[serde(serialize_with = "rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub heard_at: Time,
    /// When it was first heard, RFC 3339.
    #[serde(serialize_with = "rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub first_at: Time,
    /// The newest record that was heard, RFC 3339; nothing where it told of none that comes all the time.
    #[serde(serialize_with = "maybe_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub newest_record: Option<Time>,
    /// The usual gap between times that it is heard, in seconds.
    pub usual: i64,
    /// The longest gap of late, in seconds.
    pub longest: i64,
    /// Since when it is silent for longer than it should, RFC 3339.
    #[serde(serialize_with = "maybe_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub silent_since: Option<Time>,
}

/// What the desk remembers of its sources.
#[async_trait]
pub trait Feeds: Send + Sync {
    /// The versions of those of these objects that were folded, by address.
    async fn versions_of(&self, addresses: &[String]) -> Result<BTreeMap<String, String>>;
    /// Notes that a source was asked: what it gave, or what went wrong.
    async fn asked(
        &self,
        source: &str,
        at: Time,
        gave: std::result::Result<u64, &str>,
    ) -> Result<()>;
    /// Every source that was ever asked, by address.
    async fn sources(&self) -> Result<Vec<SourceRow>>;
    /// The accounts that objects below `source` told of that were folded after `since`.
    async fn heard(&self, source: &str, since: Time) -> Result<Vec<Heard>>;
    /// Every feed; of one account only, where one is named.
    async fn feeds(&self, account: Option<&str>) -> Result<Vec<FeedRow>>;
    /// Writes feeds as they are now. Those that are silent and were not ask for one notice for each
    /// source; a source whose accounts are all heard again needs its notices no longer.
    async fn note_feeds(&self, feeds: &[FeedRow], at: Time) -> Result<()>;
    /// How far something was pulled.
    async fn position(&self, source: &str) -> Result<Option<String>>;
    /// Notes how far something was pulled.
    async fn set_position(&self, source: &str, position: &str) -> Result<()>;
}

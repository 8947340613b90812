//! What became of cases, as far as it tells how good verdicts are.

use async_trait::async_trait;
use firedamp_core::time::Time;

use super::{CaseRow, Result};

/// What became of the cases that a detector spoke in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DetectorOutcome {
    /// The detector's id.
    pub detector: String,
    /// Cases that were fraud.
    pub fraud: u64,
    /// Cases that were legitimate.
    pub legitimate: u64,
    /// Cases that nobody wanted to decide.
    pub ignored: u64,
}

/// Accounts of one cloud that probably mined, by who saw it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Crossing {
    /// The cloud.
    pub provider: String,
    /// We and the provider.
    pub both: u64,
    /// We alone.
    pub ours: u64,
    /// The provider alone.
    pub theirs: u64,
}

/// A case that somebody decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// `provider:account`.
    pub account: String,
    /// What was said of it.
    pub probability: f64,
    /// Whether it was fraud.
    pub mines: bool,
    /// The resources that its evidence names.
    pub resources: u64,
    /// First and last observation.
    pub observed: (Time, Time),
}

/// How cases ended.
#[async_trait]
pub trait Outcomes: Send + Sync {
    /// By detector.
    async fn detector_outcomes(&self, within: Option<&str>) -> Result<Vec<DetectorOutcome>>;
    /// By cloud; of clouds alone whose alerts have reached us at all.
    async fn crossings(&self, within: Option<&str>) -> Result<Vec<Crossing>>;
    /// Cases that the provider missed (`by_us`) or that we did, the dearest first.
    async fn seen_by_one(
        &self,
        by_us: bool,
        within: Option<&str>,
        limit: u32,
    ) -> Result<Vec<CaseRow>>;
    /// Cases that were decided, the latest first.
    async fn decided(&self, within: Option<&str>, limit: u32) -> Result<Vec<Decided>>;
}

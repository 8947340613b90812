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

/// An account that probably mined, and who saw it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SeenCase {
    /// The case.
    pub id: i64,
    /// The cloud.
    pub provider: String,
    /// Whether a detector of ours spoke that can by itself.
    pub ours: bool,
    /// When the case was opened.
    pub opened_at: Time,
    /// The last observation.
    pub last_observed: Time,
    /// When an alert of the provider reached us, if one did.
    pub told_at: Option<Time>,
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
    /// What probably mined and was not found to be something else, the dearest first.
    async fn seen(&self, within: Option<&str>) -> Result<Vec<SeenCase>>;
    /// These cases as lists show them, in this order.
    async fn rows_of(&self, ids: &[i64], within: Option<&str>) -> Result<Vec<CaseRow>>;
    /// Cases that were decided, the latest first.
    async fn decided(&self, within: Option<&str>, limit: u32) -> Result<Vec<Decided>>;
}

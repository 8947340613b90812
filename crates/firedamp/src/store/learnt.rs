//! Indicators that alerts of providers taught us: proposed, approved by a person for some time, used
//! until then, withdrawn.

use std::collections::BTreeSet;

use async_trait::async_trait;
use firedamp_core::{id::Account, time::Time};
use serde::Serialize;
use utoipa::ToSchema;

use super::Result;

/// Days that an approval lasts, and where nobody says how long.
pub const APPROVED_DAYS_MAX: u32 = 365;
/// The usual time: addresses change hands.
pub const APPROVED_DAYS: u32 = 90;

/// Where a learnt indicator stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LearntStanding {
    /// Nobody has decided.
    Proposed,
    /// It is used until its time is over.
    Approved,
    /// It is not used, and not proposed again.
    Refused,
    /// It was used once.
    Withdrawn,
}

impl LearntStanding {
    /// Every standing.
    pub const ALL: [Self; 4] = [Self::Proposed, Self::Approved, Self::Refused, Self::Withdrawn];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The standing with this text id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.id() == id)
    }

    /// Whether it may become this one: what was never used can't be withdrawn.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match next {
            Self::Proposed => false,
            Self::Approved => true,
            Self::Refused => matches!(self, Self::Proposed),
            Self::Withdrawn => matches!(self, Self::Approved),
        }
    }
}

/// An indicator that was learnt. Whose alerts named it is not said.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = LearntIndicator)]
pub struct LearntRow {
    /// Its number.
    pub id: i64,
    /// A domain or an address.
    pub name: String,
    /// Where it stands.
    pub standing: LearntStanding,
    /// How many accounts' alerts named it.
    pub accounts: u64,
    /// When the first alert named it, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub first_at: Time,
    /// When the last one did, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub last_at: Time,
    /// Who decided last.
    pub decided_by: Option<String>,
    /// When, RFC 3339.
    #[serde(serialize_with = "super::maybe_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Time>,
    /// Until when it is used, RFC 3339.
    #[serde(serialize_with = "super::maybe_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Time>,
    /// Whether the desk judges by it now.
    pub in_use: bool,
}

/// What a person decides about one.
#[derive(Clone, Debug)]
pub struct LearntDecision {
    /// Its number.
    pub id: i64,
    /// What it becomes.
    pub standing: LearntStanding,
    /// Until when it is used, if it is approved.
    pub until: Option<Time>,
    /// Who decides.
    pub by: String,
    /// When.
    pub at: Time,
}

/// What was learnt.
#[async_trait]
pub trait Learnt: Send + Sync {
    /// Notes what alerts of an account name. What is known keeps its standing.
    async fn propose_learnt(&self, account: &str, names: &[String], at: Time) -> Result<()>;
    /// All of it, what waits for a decision first, then the latest.
    async fn learnt(&self, limit: u32) -> Result<Vec<LearntRow>>;
    /// Decides. A withdrawal is told to the cases of others that it spoke in.
    async fn decide_learnt(&self, decision: &LearntDecision) -> Result<()>;
    /// Names that are approved at this time.
    async fn approved(&self, at: Time) -> Result<BTreeSet<String>>;
    /// Names that the desk judges by.
    async fn in_use(&self) -> Result<BTreeSet<String>>;
    /// Notes which names the desk judges by from now on.
    async fn use_learnt(&self, names: &BTreeSet<String>) -> Result<()>;
    /// Accounts whose cases name one of these.
    async fn accounts_that_met(&self, names: &BTreeSet<String>) -> Result<Vec<Account>>;
}

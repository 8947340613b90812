//! Cases as the programs of partners ask for them: alerts, by conditions on their fields.

use async_trait::async_trait;
use firedamp_core::time::Time;

use super::{CaseRow, Entry, Result};

/// What a condition may ask for and a list may be ordered by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AlertField {
    /// What was seen, as a kind.
    AlertType,
    /// How sure it is.
    Confidence,
    /// When the case was opened.
    Detected,
    /// First observation.
    FirstObserved,
    /// The alert's id.
    Id,
    /// Whether it is a test.
    IsTest,
    /// Last observation.
    LastObserved,
    /// The reseller who answers for the customer.
    Reseller,
    /// When it was resolved.
    Resolved,
    /// Who resolved it.
    ResolvedBy,
    /// Why it was resolved.
    ResolvedReason,
    /// Money and spread.
    Severity,
    /// Where it stands.
    Status,
    /// The account.
    Subscription,
    /// Whose account it is.
    Tenant,
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A text or the name of a choice.
    Text(String),
    /// A time.
    Time(Time),
    /// Yes or no.
    Flag(bool),
    /// Nothing.
    Null,
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Relation {
    /// The same.
    Equal,
    /// Not the same.
    NotEqual,
    /// Before.
    Less,
    /// Before or the same.
    AtMost,
    /// After.
    More,
    /// After or the same.
    AtLeast,
}

/// What an alert must be like.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Each of these.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// A comparison.
    Is(AlertField, Relation, Operand),
}

/// Which alerts are asked for, and in which order: that of their ids where none is named.
#[derive(Clone, Debug, Default)]
pub struct AlertQuery {
    /// What they must be like.
    pub condition: Option<Condition>,
    /// Fields to order by, and whether downwards.
    pub order: Vec<(AlertField, bool)>,
    /// Only those after the case with this number; for lists in the order of ids.
    pub after: Option<i64>,
    /// So many are left out.
    pub skip: u32,
    /// How many at most.
    pub limit: u32,
    /// Only of this customer or reseller and of those below it.
    pub within: Option<String>,
}

/// A case with what an alert tells of it.
#[derive(Clone, Debug)]
pub struct AlertFile {
    /// The row of the queue.
    pub row: CaseRow,
    /// The last judgement as JSON.
    pub json: String,
    /// What was seen, as a kind that Microsoft names.
    pub alert_type: String,
    /// The reseller who answers for the customer.
    pub reseller: Option<String>,
    /// When and by whom it was resolved.
    pub resolved: Option<(Time, String)>,
    /// What was done with its status, oldest first.
    pub log: Vec<Entry>,
}

/// Cases as alerts.
#[async_trait]
pub trait Alerts: Send + Sync {
    /// The alerts that are asked for.
    async fn alerts(&self, query: &AlertQuery) -> Result<Vec<AlertFile>>;
    /// How many there are like that, whatever the query's bounds.
    async fn count_alerts(&self, query: &AlertQuery) -> Result<u64>;
    /// How quickly people came to cases that were opened since then: how many there are, and the mean
    /// of hours until a person did something. Of those that nobody has come to, until `now`.
    async fn response(
        &self,
        since: Time,
        now: Time,
        within: Option<&str>,
    ) -> Result<(u64, Option<f64>)>;
}

//! What the desk remembers: objects and the states that they gave, cases and what happened to them,
//! notices and who got them.
//!
//! Whatever belongs together is written in one transaction: an object with its states, a judgement
//! with the notices that it asks for. A program that is killed between two calls has lost nothing.

mod access;
mod alert;
mod brief;
mod cleanup;
mod customer;
mod entry;
mod feed;
mod notice;
mod outbox;
mod outcome;
mod service_request;
mod sqlite;
mod webhook;

pub use access::{
    Access, Holder, NewSession, NewUser, Owner, Session, SessionRow, TokenRow, UserChange, UserRow,
};
pub use alert::{AlertField, AlertFile, AlertQuery, Alerts, Condition, Operand, Relation};
pub use brief::Briefs;
pub use cleanup::{
    Cleanup, Cleanups, Progress, REFERENCE_MAX, REQUEST_KINDS, REQUEST_STATES, RequestRow, StepNote,
};
pub use customer::{AccountRow, CustomerFilter, CustomerRow};
pub use entry::{Entry, broken_at};
pub use feed::{FeedRow, Feeds, Heard, SourceRow};
pub use notice::{Addressee, Delivery, Ending, Notice, NoticeFilter, Sent};
pub use outbox::{Begin, Letter, Near, Outbox, Subject};
pub use outcome::{Crossing, Decided, DetectorOutcome, Outcomes};
pub use service_request::{ServiceRequest, ServiceRequestChange, ServiceRequests};
pub use sqlite::Sqlite;
pub use webhook::{Registration, WebhookTest, Webhooks};

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use firedamp_core::{
    case::Case,
    id::{Account, ObjectId},
    life::{Reason, Status},
    time::Time,
};
use serde::Serialize;

use crate::tree::Tree;

/// Cases on one page at most.
pub const PAGE_MAX: u32 = 200;
/// Letters of a comment.
pub const COMMENT_MAX: usize = 10_000;
/// Letters of a label or of a person's name.
pub const NAME_MAX: usize = 80;
/// Labels of one case.
pub const LABELS_MAX: usize = 20;

/// Why a store could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing.
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// Somebody else changed it since.
    #[error("somebody changed the case since you saw it (revision {seen}, now {now})")]
    Changed {
        /// The revision that the caller had seen.
        seen: i64,
        /// The revision that it has.
        now: i64,
    },
    /// The request can't be done, for this reason.
    #[error("{0}")]
    Refused(String),
    /// The database can't be used.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The database can't be brought to the present shape.
    #[error("the database's shape: {0}")]
    Shape(#[from] sqlx::migrate::MigrateError),
}

/// What a store gives back.
pub type Result<T> = std::result::Result<T, Error>;

/// An object that was folded.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Where it came from: its identity.
    pub address: String,
    /// What tells a changed object from the same one.
    pub version: String,
    /// The content hash; nothing when it could not be read.
    pub id: Option<ObjectId>,
    /// Where its bytes can be read again.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Records in it.
    pub records: u64,
    /// Records that could not be read.
    pub rejects: u64,
    /// Whether it holds flows or names, which are looked at twice.
    pub has_traffic: bool,
    /// What went wrong on the way.
    pub warning: Option<String>,
    /// When it was folded.
    pub folded_at: Time,
}

/// An object with the states that it gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded {
    /// The object.
    pub object: Object,
    /// What it gave for each account, as [`firedamp_core::fold::Accounts::to_bytes`] writes it.
    pub states: Vec<(Account, Vec<u8>)>,
}

/// A judgement to be joined to its account's case.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The case as it was judged.
    pub case: Case,
    /// The part of the page that tells of it.
    pub html: String,
}

/// A case as the queue shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseRow {
    /// The number of the case.
    pub id: i64,
    /// `provider:account`.
    pub account: String,
    /// Whose it is, by id; nothing where nobody is named.
    pub customer: Option<String>,
    /// What people call them.
    pub customer_name: Option<String>,
    /// The cloud.
    pub provider: String,
    /// Where it stands.
    pub status: Status,
    /// Why it was resolved.
    pub reason: Option<Reason>,
    /// That something in the account mined.
    pub probability: f64,
    /// Money and spread: `low`, `medium` or `high`.
    pub severity: String,
    /// Whether it still ran in the last telemetry.
    pub is_active: bool,
    /// Expected loss in US dollars a month.
    pub loss: f64,
    /// Cost of a day, in the bill's currency.
    pub per_day: Option<f64>,
    /// ISO 4217 code.
    pub currency: Option<String>,
    /// First observation, RFC 3339.
    #[serde(serialize_with = "rfc3339")]
    pub first_observed: Time,
    /// Last observation, RFC 3339.
    #[serde(serialize_with = "rfc3339")]
    pub last_observed: Time,
    /// When it was opened, RFC 3339.
    #[serde(serialize_with = "rfc3339")]
    pub opened_at: Time,
    /// When evidence or people changed it last, RFC 3339.
    #[serde(serialize_with = "rfc3339")]
    pub changed_at: Time,
    /// Whose it is.
    pub assignee: Option<String>,
    /// Not shown in the queue until then.
    #[serde(serialize_with = "maybe_rfc3339")]
    pub snoozed_until: Option<Time>,
    /// Counts every change.
    pub revision: i64,
    /// Labels, in order.
    pub labels: BTreeSet<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn rfc3339<S: serde::Serializer>(
    time: &Time,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

fn maybe_rfc3339<S: serde::Serializer>(
    time: &Option<Time>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.collect_str(time),
        None => serializer.serialize_none(),
    }
}

/// A case with its last judgement.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// The row of the queue.
    pub row: CaseRow,
    /// The judgement as JSON.
    pub json: String,
    /// The judgement as a part of a page.
    pub html: String,
}

/// Which cases are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only with this status.
    pub status: Option<Status>,
    /// Not resolved, and not snoozed at this moment: the queue.
    pub waiting_at: Option<Time>,
    /// Only of this cloud.
    pub provider: Option<String>,
    /// Only from this probability on.
    pub min_probability: Option<f64>,
    /// Only this person's.
    pub assignee: Option<String>,
    /// Only with this label.
    pub label: Option<String>,
    /// Only accounts whose name, or whose customer's name, holds this text.
    pub account: Option<String>,
    /// Only of this customer or reseller and of those below it.
    pub within: Option<String>,
    /// Only those that come after this one in the order of the queue.
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: u32,
}

/// A place in the queue: the loss and the number of the case before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cursor {
    /// Expected loss.
    pub loss: f64,
    /// Number.
    pub id: i64,
}

/// What a person does to a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Gives it to somebody, or to nobody.
    Assign(Option<String>),
    /// Writes something down.
    Comment(String),
    /// Adds a label.
    Label(String),
    /// Takes a label away.
    Unlabel(String),
    /// Takes it up, or puts it back.
    Reopen(Status),
    /// Is done with it; as cleaned up only with the proof that it stopped.
    Resolve(Reason),
    /// Is done with it as cleaned up, without that proof and for this reason.
    ResolveAnyway(String),
    /// Does not want to see it until then; nothing wakes it.
    Snooze(Option<Time>),
}

/// Who acts, on what they saw.
#[derive(Clone, Debug)]
pub struct Act {
    /// The number of the case.
    pub case: i64,
    /// The revision that they saw; nothing when it does not matter.
    pub revision: Option<i64>,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Time,
    /// What.
    pub action: Action,
}

/// What there is, for the front page and the health check.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Objects folded.
    pub objects: u64,
    /// Records in them.
    pub records: u64,
    /// Records that could not be read.
    pub rejects: u64,
    /// Objects with a warning.
    pub warnings: u64,
    /// Accounts that telemetry named.
    pub accounts: u64,
    /// Cases that are not resolved.
    pub open_cases: u64,
    /// Notices nobody has seen.
    pub unread_notices: u64,
    /// Deliveries that were given up.
    pub dead_deliveries: u64,
}

/// Where the desk keeps what it knows. Every kind passes `tests/it/store.rs`.
#[async_trait]
pub trait Store:
    Access
    + Alerts
    + Briefs
    + Cleanups
    + Feeds
    + Outbox
    + Outcomes
    + ServiceRequests
    + Webhooks
    + Send
    + Sync
{
    /// The version of every object that was folded, by address.
    async fn versions(&self) -> Result<BTreeMap<String, String>>;
    /// Writes objects with their states, in place of what their addresses had, and marks the accounts
    /// as changed: both those that the new states tell of and those that the old ones told of.
    async fn fold(&self, folded: &[Folded]) -> Result<()>;
    /// Forgets objects that were folded before `time`, with their states; how many.
    async fn forget_objects(&self, before: Time) -> Result<u64>;
    /// Accounts with telemetry that nobody has judged.
    async fn changed_accounts(&self) -> Result<Vec<Account>>;
    /// Every account that has a state.
    async fn accounts(&self) -> Result<Vec<Account>>;
    /// The states of an account, one from each object.
    async fn states(&self, account: &Account) -> Result<Vec<Vec<u8>>>;
    /// Objects with traffic of these accounts; of all accounts where none is named.
    async fn traffic_objects(&self, accounts: &[Account]) -> Result<Vec<Object>>;
    /// Joins a judgement to its account's case, or opens one; with the notice that it asks for.
    /// `None` when the account needs no case.
    async fn judge(&self, judgement: &Judgement, at: Time) -> Result<Option<i64>>;
    /// Marks accounts as judged.
    async fn judged(&self, accounts: &[Account]) -> Result<()>;
    /// Cases in the order of the queue: the largest expected loss first.
    async fn cases(&self, filter: &Filter) -> Result<Vec<CaseRow>>;
    /// A case, if it is within the part of the tree below `within`.
    async fn case(&self, id: i64, within: Option<&str>) -> Result<CaseFile>;
    /// The case of an account.
    async fn case_of(&self, account: &str) -> Result<CaseFile>;
    /// What happened to a case, oldest first.
    async fn activity(&self, case: i64) -> Result<Vec<Entry>>;
    /// Does what a person wants done.
    async fn act(&self, act: &Act) -> Result<CaseRow>;
    /// Notices, newest first.
    async fn notices(&self, filter: &NoticeFilter) -> Result<Vec<Notice>>;
    /// Somebody has seen a notice.
    async fn read_notice(&self, id: i64, at: Time) -> Result<()>;
    /// Makes a delivery of every notice to every recipient that has none yet.
    async fn address(&self, recipients: &[Addressee], at: Time) -> Result<u64>;
    /// Takes deliveries that are due, for `lease_seconds`: nobody else is given them until then.
    async fn lease(&self, at: Time, lease_seconds: i64, limit: u32) -> Result<Vec<Delivery>>;
    /// Says how the attempt ended that these were in.
    async fn deliver(&self, deliveries: &[i64], ending: &Ending, at: Time) -> Result<()>;
    /// Deliveries, newest first; those that were given up before all others.
    async fn deliveries(&self, limit: u32) -> Result<Vec<Sent>>;
    /// Somebody wants a delivery that was given up to be tried again.
    async fn revive(&self, delivery: i64, at: Time) -> Result<()>;
    /// Adds parties and accounts to the partner's tree; what is not named stays as it was.
    async fn plant(&self, tree: &Tree) -> Result<()>;
    /// Customers and resellers, by name.
    async fn customers(&self, filter: &CustomerFilter) -> Result<Vec<CustomerRow>>;
    /// One of them, if it is within the part of the tree below `within`.
    async fn customer(&self, id: &str, within: Option<&str>) -> Result<CustomerRow>;
    /// A customer's accounts, or those that belong to nobody; those with the dearest case first.
    async fn accounts_of(&self, customer: Option<&str>, limit: u32) -> Result<Vec<AccountRow>>;
    /// What there is; within a part of the tree, its accounts, cases and notices alone.
    async fn totals(&self, within: Option<&str>) -> Result<Totals>;
    /// Writes a copy of everything to a new file, while the desk goes on.
    async fn backup(&self, path: &std::path::Path) -> Result<()>;
    /// Looks for damage: of the file, and of the chains of activities. One sentence each.
    async fn check(&self) -> Result<Vec<String>>;
}

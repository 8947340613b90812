//! What the desk remembers: objects and the states that they gave, cases and what happened to them,
//! notices and who got them.
//!
//! Whatever belongs together is written in one transaction: an object with its states, a judgement
//! with the notices that it asks for. A program that is killed between two calls has lost nothing.

mod access;
mod alert;
mod answer;
mod authorisation;
mod brief;
mod bulk;
mod calibration;
mod case;
mod casework;
mod cleanup;
mod customer;
mod entry;
mod feed;
mod knowledge;
mod learnt;
mod mark;
mod notice;
mod outbox;
mod outcome;
mod partner;
mod rejected;
mod retention;
mod service_request;
mod sqlite;
mod webhook;

pub use access::{
    AHEAD_SECONDS, Access, Holder, INVITED_SECONDS, NewSession, NewUser, Owner, Session,
    SessionRow, TokenRow, UserChange, UserRow,
};
pub use alert::{AlertField, AlertFile, AlertQuery, Alerts, Condition, Operand, Relation};
pub use answer::{Answers, Asked, KeptAnswer};
pub use authorisation::{AuthorisationFilter, Authorisations, By, Decision, Filed, Standing};
pub use brief::Briefs;
pub use bulk::{BULK_MAX, FOUND_MAX};
pub use calibration::{CalibrationRow, CalibrationStanding, Calibrations};
pub use case::{Act, Action, CaseFile, CaseRow, Cursor, Filter};
pub use casework::{
    Answer, Answered, COPIED, Casework, Contact, LETTER_MAX, Letter, Question, Sending, Taken,
};
pub use cleanup::{
    Cleanup, Cleanups, FormerNote, Progress, REFERENCE_MAX, REQUEST_KINDS, REQUEST_STATES,
    RequestRow, StepNote, proven_since,
};
pub use customer::{AccountFile, AccountRow, CustomerFilter, CustomerRow};
pub use entry::{Entry, broken_at};
pub use feed::{FeedRow, Feeds, Heard, SourceRow};
pub use knowledge::{Fact, Knowledge, Topic};
pub use learnt::{
    APPROVED_DAYS, APPROVED_DAYS_MAX, Learnt, LearntDecision, LearntRow, LearntStanding,
};
pub use mark::{Found, Mark, Marks, Related, RelatedCase};
pub use notice::{Addressee, Delivery, Ending, Notice, NoticeFilter, Sent};
pub use outbox::{Begin, Near, Outbox, OwnNotice, Subject};
pub use outcome::{Decided, DetectorOutcome, Outcomes, SeenCase};
pub use partner::{Partner, Partners};
pub use rejected::{REASONS_MAX, Rejected};
pub use retention::{Changing, Forgotten, Retention, Shape};
pub use service_request::{ServiceRequest, ServiceRequestChange, ServiceRequests};
pub use sqlite::Sqlite;
pub use webhook::{Registration, WebhookTest, Webhooks};

use std::collections::BTreeMap;

use async_trait::async_trait;
use firedamp_core::{
    case::Case,
    id::{Account, ObjectId},
    time::Time,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::tree::Tree;

/// Cases on one page at most.
pub const PAGE_MAX: u32 = 200;
/// Letters of a comment.
pub const COMMENT_MAX: usize = 10_000;
/// Days that a case sleeps at most: nobody hides one for ever.
pub const SNOOZE_DAYS_MAX: i64 = 90;
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
    /// The database can't be used. What it said is part of the sentence, and so no cause besides.
    #[error("the database: {}", sqlite::said(.0))]
    Database(sqlx::Error),
    /// The database can't be brought to the present shape.
    #[error("the database's shape: {}", sqlite::said_of_shape(.0))]
    Shape(sqlx::migrate::MigrateError),
    /// The database is of a shape that this program does not know.
    #[error(
        "a newer firedamp wrote the database (shape {have}; this one knows {knows}); use that one, or \
         a copy from before"
    )]
    Newer {
        /// The shape that it has.
        have: i64,
        /// The newest that this program knows.
        knows: i64,
    },
}

impl Error {
    /// Whether there was no room on the disk.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Database(error) if sqlite::is_full(error))
    }

    /// Whether something of the database can't be read for what is written there.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Database(error) if sqlite::is_damage(error))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Shape(error)
    }
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
    /// Why, the most frequent reasons first.
    pub reasons: Vec<Rejected>,
    /// Whether it holds flows or names, which are looked at twice.
    pub has_traffic: bool,
    /// What went wrong on the way.
    pub warning: Option<String>,
    /// When it was folded.
    pub folded_at: Time,
    /// Its newest record of what comes all the time; nothing where it holds none.
    pub newest: Option<Time>,
}

/// An object with the states that it gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded {
    /// The object.
    pub object: Object,
    /// What it gave for each account, as [`firedamp_core::fold::Accounts::to_bytes`] writes it.
    pub states: Vec<(Account, Vec<u8>)>,
    /// The newest record of each account, where it has a time.
    pub newest: Vec<(Account, Time)>,
}

/// A judgement to be joined to its account's case.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The case as it was judged.
    pub case: Case,
    /// The part of the page that tells of it.
    pub html: String,
}

/// What there is, for the front page and the health check.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
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
    + Answers
    + Authorisations
    + Briefs
    + Calibrations
    + Casework
    + Cleanups
    + Feeds
    + Knowledge
    + Learnt
    + Marks
    + Outbox
    + Outcomes
    + Partners
    + Retention
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
    /// Forgets objects that were folded before `time`, with their states; how many. `forgotten` names
    /// them from then on.
    async fn forget_objects(&self, before: Time) -> Result<u64>;
    /// Objects whose addresses begin with `from`, where that ends with a slash, begin with `to`, as do
    /// their paths, and what was forgotten, and feeds; without a slash, the one object of that address. Of
    /// two with one name the one that has it stays. How many objects have another name.
    async fn rename_objects(&self, from: &str, to: &str) -> Result<u64>;
    /// Accounts with telemetry that nobody has judged.
    async fn changed_accounts(&self) -> Result<Vec<Account>>;
    /// Every account that has a state.
    async fn accounts(&self) -> Result<Vec<Account>>;
    /// The states of an account, one from each object.
    async fn states(&self, account: &Account) -> Result<Vec<Vec<u8>>>;
    /// How many those are.
    async fn count_states(&self, account: &Account) -> Result<u64>;
    /// Objects with traffic of these accounts.
    async fn traffic_objects(&self, accounts: &[Account]) -> Result<Vec<Object>>;
    /// Objects with traffic of all accounts that were folded later than this one, in the order in which
    /// they were folded and of their addresses; a few at once.
    async fn traffic_after(&self, after: (Time, &str), limit: u32) -> Result<Vec<Object>>;
    /// The object with this content, as it was folded last.
    async fn object(&self, id: ObjectId) -> Result<Option<Object>>;
    /// Joins a judgement to its account's case, or opens one; with the notice that it asks for.
    /// `None` when the account needs no case.
    async fn judge(&self, judgement: &Judgement, at: Time) -> Result<Option<i64>>;
    /// Marks accounts as judged.
    async fn judged(&self, accounts: &[Account]) -> Result<()>;
    /// Cases in the order of the queue: the largest expected loss first.
    async fn cases(&self, filter: &Filter) -> Result<Vec<CaseRow>>;
    /// How many cases sleep at `now`, within a part of the tree.
    async fn sleeping(&self, within: Option<&str>, now: Time) -> Result<u64>;
    /// Objects that can't be read, or not wholly, in the order of their addresses, after this one.
    async fn unreadable(&self, after: Option<&str>, limit: u32) -> Result<Vec<Object>>;
    /// The same of those that tell of this account.
    async fn unreadable_of(
        &self,
        account: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Object>>;
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
    /// Deliveries after the one with this number, newest first; those that were given up before all
    /// others.
    async fn deliveries(&self, after: Option<i64>, limit: u32) -> Result<Vec<Sent>>;
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
    /// An account that telemetry or a customer names, if it is within the part of the tree below
    /// `within`.
    async fn account(&self, account: &str, within: Option<&str>) -> Result<AccountFile>;
    /// What there is; within a part of the tree, its accounts, cases and notices alone.
    async fn totals(&self, within: Option<&str>) -> Result<Totals>;
    /// Writes a copy of everything to a new file, while the desk goes on.
    async fn backup(&self, path: &std::path::Path) -> Result<()>;
    /// Looks for damage: of the file, and of the chains of activities. One sentence each.
    async fn check(&self) -> Result<Vec<String>>;
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

//! A case as lists and pages show it, and what people do to it.

use std::collections::BTreeSet;

use firedamp_core::{
    authorisation::Missing,
    id::Provider,
    life::{Reason, Status},
    policy::{self, Deadline, Moments},
    time::Time,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::schema;

/// A case as the queue shows it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Case)]
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
    #[schema(schema_with = schema::status)]
    pub status: Status,
    /// Why it was resolved.
    #[schema(schema_with = schema::maybe_reason)]
    pub reason: Option<Reason>,
    /// That something in the account mined.
    pub probability: f64,
    /// Money and spread: `low`, `medium` or `high`.
    #[schema(schema_with = schema::severity)]
    pub severity: String,
    /// Whether it still ran in the last telemetry.
    pub is_active: bool,
    /// Expected loss in US dollars a month.
    pub loss: f64,
    /// Cost of a day, in the bill's currency.
    pub per_day: Option<f64>,
    /// ISO 4217 code.
    pub currency: Option<String>,
    /// First observation of the present incident, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub first_observed: Time,
    /// Last observation, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub last_observed: Time,
    /// When it was opened, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Time,
    /// When evidence opened it, the last time; what no notice dates counts from it, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub begun_at: Time,
    /// When evidence or people changed it last, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Time,
    /// By when the provider wants an answer, where a notice of it says so, RFC 3339.
    #[serde(serialize_with = "super::maybe_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answer_due: Option<Time>,
    /// Which notice says so.
    pub answer_due_to: Option<String>,
    /// Whose it is.
    pub assignee: Option<String>,
    /// Not shown in the queue until then.
    #[serde(serialize_with = "super::maybe_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub snoozed_until: Option<Time>,
    /// Counts every change.
    pub revision: i64,
    /// Labels, in order.
    pub labels: BTreeSet<String>,
}

impl CaseRow {
    /// Until when it sleeps, at `now`. One that seems to sleep for longer than a case may was put to sleep
    /// by a clock that ran ahead, and is awake when that was set back.
    #[must_use]
    pub fn sleeps_until(&self, now: Time) -> Option<Time> {
        let latest = now.plus_seconds(super::SNOOZE_DAYS_MAX * 86_400 + super::AHEAD_SECONDS);
        self.snoozed_until.filter(|until| now < *until && *until <= latest)
    }

    /// By when a notice wants an answer about the present incident. What was due when that began is of one
    /// before it.
    #[must_use]
    pub fn answer_due_in_incident(&self) -> Option<Time> {
        let is_first = self.begun_at == self.opened_at;
        self.answer_due.filter(|due| is_first || *due > self.begun_at)
    }

    /// What the provider wants to hear by when: whoever tells of a deadline of the case tells of these.
    #[must_use]
    pub fn deadlines(&self) -> Vec<Deadline> {
        let provider = Provider::from_id(&self.provider).unwrap_or(Provider::Unknown);
        let (first, opened) = (self.first_observed, self.begun_at);
        let answer_due = self.answer_due_in_incident();
        policy::deadlines(provider, &Moments { first, opened, answer_due })
    }
}

impl CaseRow {
    /// Its place in the queue.
    #[must_use]
    pub const fn cursor(&self) -> Cursor {
        Cursor { loss: self.loss, id: self.id }
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
    /// Not resolved, and snoozed at this moment.
    pub sleeping_at: Option<Time>,
    /// Only of this cloud.
    pub provider: Option<String>,
    /// Only of this severity.
    pub severity: Option<String>,
    /// Only those that were opened since.
    pub opened_since: Option<Time>,
    /// Only from this probability on.
    pub min_probability: Option<f64>,
    /// Only this person's.
    pub assignee: Option<String>,
    /// Only with this label.
    pub label: Option<String>,
    /// Only accounts whose name, or whose customer's name, holds this text.
    pub account: Option<String>,
    /// Only accounts whose name begins with one of these; any where there is none.
    pub account_begins: Vec<String>,
    /// Only of this customer or reseller and of those below it.
    pub within: Option<String>,
    /// Only those that a provider waits for an answer to, the most urgent first.
    pub answer_due: bool,
    /// Only those that come after this one in the order of the queue.
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: u32,
}

/// A place in the queue: what the case before was ordered by, and its number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cursor {
    /// Expected loss; milliseconds where the most urgent comes first.
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
    /// Is done with it as legitimate, for this reason and without what is missing.
    ResolveLegitimate {
        /// Why.
        why: String,
        /// What the policy in force wants and is not on file.
        lacks: Vec<Missing>,
    },
    /// Was refused that, for what is missing; only the first of several in a row is written down.
    NotLegitimate(Vec<Missing>),
    /// Does not want to see it until then; evidence does not wake it, who takes it up or is done with it
    /// does.
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

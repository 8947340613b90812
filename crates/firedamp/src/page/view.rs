//! Values as pages write them.

use firedamp_core::time::Time;

use super::customers;
use crate::{
    report::{self, Verdict},
    store::CaseRow,
};

/// A case as a line of a list.
pub(super) struct CaseLine {
    pub(super) id: i64,
    pub(super) account: String,
    /// The customer's page and name.
    pub(super) customer: Option<(String, String)>,
    pub(super) class: &'static str,
    pub(super) verdict: &'static str,
    pub(super) percent: String,
    pub(super) status: String,
    pub(super) cost: String,
    pub(super) since: String,
    pub(super) seen: String,
    pub(super) is_active: bool,
    /// By when the provider wants an answer; empty where no notice says so.
    pub(super) due: String,
    pub(super) assignee: String,
    pub(super) labels: Vec<String>,
}

impl CaseLine {
    pub(super) fn of(row: &CaseRow) -> Self {
        let verdict = Verdict::of(row.probability);
        Self {
            id: row.id,
            account: report::shown(&row.account),
            customer: row
                .customer
                .as_deref()
                .zip(row.customer_name.as_deref())
                .map(|(id, name)| (customers::address(id), report::shown(name))),
            class: verdict.id(),
            verdict: verdict.words(),
            percent: report::percent(row.probability),
            status: status(row),
            cost: cost(row),
            since: report::minute(row.first_observed),
            seen: report::minute(row.last_observed),
            is_active: row.is_active,
            due: row.answer_due.map(report::minute).unwrap_or_default(),
            assignee: row.assignee.as_deref().map(report::shown).unwrap_or_default(),
            labels: row.labels.iter().map(|label| report::shown(label)).collect(),
        }
    }
}

fn status(row: &CaseRow) -> String {
    match row.reason {
        Some(reason) => format!("{}: {reason}", row.status),
        None => row.status.to_string(),
    }
}

fn cost(row: &CaseRow) -> String {
    match (row.per_day, &row.currency) {
        (Some(per_day), Some(currency)) => format!("{per_day:.2} {currency} a day"),
        _ => "not known".to_string(),
    }
}

/// A kind of notice or of activity, as people read it.
pub(super) fn kind(id: &str) -> &str {
    match id {
        "case_opened" => "Probably mining",
        "case_grew" => "More of it",
        "case_reopened" => "Back again",
        "feed_silent" => "A source is silent",
        "deadline_near" => "Deadline near",
        "daily_summary" => "Summary of the day",
        "test" => "Test",
        "alert_status" => "Status of the provider’s alert",
        "indicator" => "Learnt indicator",
        "case_breached" => "Outside its authorisation",
        "authorisation_ends" => "Authorisation ends soon",
        "customer_silent" => "No answer from the customer",
        other => other,
    }
}

/// Whether a kind of notice is for one receiver alone and has no page.
pub(super) fn is_own(kind: &str) -> bool {
    matches!(kind, "daily_summary" | "test" | "alert_status")
}

pub(super) fn minute(time: Time) -> String {
    report::minute(time)
}

//! Values as pages write them, in the language of whoever reads.

use firedamp_core::time::Time;

use super::customers;
use crate::{
    language::{self, Sentences},
    report::{self, Verdict},
    store::{CaseRow, Sent},
};

/// The sentences of whoever reads.
pub(super) fn say() -> Sentences {
    Sentences::of(language::reader())
}

/// A case as a line of a list.
pub(super) struct CaseLine {
    pub(super) id: i64,
    pub(super) account: String,
    /// The customer's page and name.
    pub(super) customer: Option<(String, String)>,
    pub(super) class: &'static str,
    pub(super) verdict: String,
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
            verdict: say().say(&format!("verdict-{}", verdict.id()), &[]),
            percent: report::percent(row.probability),
            status: status(row),
            cost: cost(row),
            since: minute(row.first_observed),
            seen: minute(row.last_observed),
            is_active: row.is_active,
            due: row.answer_due.map(minute).unwrap_or_default(),
            assignee: row.assignee.as_deref().map(report::shown).unwrap_or_default(),
            labels: row.labels.iter().map(|label| report::shown(label)).collect(),
        }
    }
}

fn status(row: &CaseRow) -> String {
    let say = say();
    let status = say.say(&format!("status-{}", row.status), &[]);
    match row.reason {
        Some(reason) => {
            format!("{status}{} {}", say.colon(), say.say(&format!("reason-{reason}"), &[]))
        }
        None => status,
    }
}

fn cost(row: &CaseRow) -> String {
    match (row.per_day, &row.currency) {
        (Some(per_day), Some(currency)) => {
            let amount = language::reader().money(per_day, currency);
            say().say("cost-per-day", &[("amount", &amount)])
        }
        _ => say().say("word-not-known", &[]),
    }
}

/// The sentence that names a kind of notice.
pub(super) fn kind(id: &str) -> String {
    let own = format!("notice-kind-{id}");
    if say().word(&own).is_some() { own } else { "notice-kind-other".to_string() }
}

/// The same; that a case was opened is told by the verdict on it.
pub(super) fn told(id: &str, probability: Option<f64>) -> String {
    match probability.filter(|_| id == "case_opened") {
        Some(probability) => format!("verdict-{}", Verdict::of(probability).id()),
        None => kind(id),
    }
}

/// The page of the case that a delivery is about, and whose it is.
pub(super) fn case_of(sent: &Sent) -> Option<(String, String)> {
    let (case, account) = sent.case.zip(sent.account.as_deref())?;
    let name = match &sent.customer {
        Some(customer) => format!("{account} ({customer})"),
        None => account.to_string(),
    };
    Some((format!("/cases/{case}"), report::shown(&name)))
}

/// Whether a kind of notice is for one receiver alone and has no page.
pub(super) fn is_own(kind: &str) -> bool {
    matches!(kind, "daily_summary" | "test" | "alert_status")
}

/// Day and minute of an instant, in UTC, as the reader writes them.
pub(super) fn minute(time: Time) -> String {
    match report::minute(time) {
        unknown if unknown == report::NO_TIME => say().say("word-not-known", &[]),
        _ => language::reader().minute(time),
    }
}

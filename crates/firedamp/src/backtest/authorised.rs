//! What an authorisation would have made of past cases: which are wholly within it, and what is not.

use std::fmt::Write as _;

use firedamp_core::{
    authorisation::{Authorisation, Seen, Verdict, judge},
    case::Case,
    policy::{self, Subscription},
};
use serde::Serialize;

use crate::{
    authorisation::{notes, reasons},
    language::Language,
    report::shown,
};

/// A case with what the authorisations make of it.
#[derive(Clone, Debug, Serialize)]
pub struct Tried {
    /// The account.
    pub account: String,
    /// Its probability, which an authorisation does not change.
    pub probability: f64,
    /// Whether all of it is covered.
    pub is_covered: bool,
    /// Why it is not, a sentence each.
    pub reasons: Vec<String>,
    /// What is to be said beside it.
    pub notes: Vec<String>,
}

/// Tries authorisations on every case from `threshold` on. Those that say nothing of a case leave it out.
#[must_use]
pub fn tried(cases: &[Case], all: &[Authorisation], threshold: f64) -> Vec<Tried> {
    let asked = cases.iter().filter(|case| case.probability >= threshold);
    let tried = asked.filter_map(|case| {
        let seen = Seen::of(case);
        let subscription = Subscription::new(seen.provider, seen.created);
        let rule = policy::at(subscription, seen.last_observed).rule;
        let verdict = judge(&seen, all, rule);
        (verdict != Verdict::Silent).then(|| Tried {
            account: case.id.clone(),
            probability: case.probability,
            is_covered: matches!(verdict, Verdict::Within { .. }),
            reasons: reasons(&verdict, Language::English),
            notes: notes(&verdict, Language::English),
        })
    });
    tried.collect()
}

/// The same for people.
#[must_use]
pub fn table(tried: &[Tried]) -> String {
    let mut text = String::new();
    for one in tried {
        let word = if one.is_covered { "legitimate by record" } else { "not covered" };
        let _written = writeln!(text, "{word}  {}  {:.3}", shown(&one.account), one.probability);
        for sentence in one.reasons.iter().chain(&one.notes) {
            let _written = writeln!(text, "        {sentence}");
        }
    }
    text
}

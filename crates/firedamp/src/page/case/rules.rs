//! What the provider allows of what was seen, and by when it wants to hear of it.

use firedamp_core::{
    id::Provider,
    policy::{self, Counted, Deadline, InForce, Offers, Policy, Rule},
    time::Time,
};
use serde_json::Value;

use super::super::view::{minute, say};
use crate::{
    casework::in_force,
    language::Sentences,
    report::shown,
    store::{CaseFile, CaseRow},
};

const HOUR_SECONDS: i64 = 3600;

/// A sentence of a provider's terms.
pub(super) struct Sentence {
    pub(super) product: String,
    /// The sentence that says it in the reader's language.
    pub(super) says: String,
    /// The condition; empty where it holds anyway.
    pub(super) only: String,
    pub(super) source: String,
}

pub(super) struct Due {
    pub(super) what: String,
    pub(super) by: String,
    pub(super) left: String,
    pub(super) is_over: bool,
}

pub(super) struct Rules {
    pub(super) verdict: String,
    /// The sentence of what a "yes, it is us" is worth.
    pub(super) advice: &'static str,
    /// Sources differ, and the strictest was taken.
    pub(super) is_disputed: bool,
    /// It binds those who use the service through the customer, too.
    pub(super) reaches_users: bool,
    pub(super) sentences: Vec<Sentence>,
    pub(super) due: Vec<Due>,
    /// What the provider says of its deadlines, and where.
    pub(super) claim: Option<(String, String)>,
}

impl Rules {
    pub(super) fn of(file: &CaseFile, judgement: &Value, offers: &Offers, now: Time) -> Self {
        let (provider, held) = in_force(file, judgement, offers);
        let both = held.policies.iter().chain(&held.conditional);
        let pending = held.pending.iter().chain(&held.coming).map(|(policy, _)| *policy);
        Self {
            verdict: verdict(&held),
            advice: advice(provider, held.rule),
            is_disputed: held.is_disputed(),
            reaches_users: held.reaches_users(),
            sentences: both.copied().chain(pending).map(sentence).collect(),
            claim: policy::claim_of(provider).map(|_| (claim(provider), claim_source(provider))),
            due: due(&file.row, now),
        }
    }
}

fn verdict(held: &InForce<'_>) -> String {
    match &held.pending {
        Some((policy, by)) => {
            let blanks = [("rule", rule(policy.rule)), ("day", minute(*by))];
            say()
                .say("rules-pending", &blanks.each_ref().map(|(name, text)| (*name, text.as_str())))
        }
        None => rule(held.rule),
    }
}

fn rule(rule: Rule) -> String {
    say().say(&format!("policy-rule.{}", rule.id()), &[])
}

/// The sentence of what the provider says of its deadlines.
fn claim(provider: Provider) -> String {
    format!("rules-claim-{}", provider.id())
}

/// The sentence of where it says so.
fn claim_source(provider: Provider) -> String {
    format!("rules-claim-source-{}", provider.id())
}

/// The sentence of what a "yes, it is us" is worth.
const fn advice(provider: Provider, rule: Rule) -> &'static str {
    match (provider, rule) {
        (Provider::Azure, Rule::WrittenApproval) => "rules-advice-microsoft",
        (_, Rule::WrittenApproval) => "rules-advice-approval",
        (_, Rule::Banned) => "rules-advice-banned",
        (_, Rule::PaidOnly) => "rules-advice-paid",
        (_, Rule::Conditional | Rule::Unknown) => "rules-advice-unknown",
    }
}

fn sentence(policy: &'static Policy) -> Sentence {
    let grade = say().word(&format!("severity-{}", policy.confidence));
    let confidence = grade.unwrap_or_else(|| policy.confidence.clone());
    let own = say().word(&format!("policy-source-{}", policy.id));
    let own = own.unwrap_or_else(|| policy.source.clone());
    let (source, confidence) = (("source", &*own), ("confidence", &*confidence));
    let source = match policy.since.as_deref() {
        Some(day) => say().say("rules-source-since", &[source, ("day", day), confidence]),
        None => say().say("rules-source", &[source, confidence]),
    };
    // Most products are names.
    let product = say().word(&format!("policy-product-{}", policy.id));
    let only = say().word(&format!("policy-only-{}", policy.id));
    Sentence {
        product: product.unwrap_or_else(|| policy.product.clone()),
        says: format!("policy-{}", policy.id),
        only: only.unwrap_or_default(),
        source,
    }
}

/// What is due, the most urgent first.
fn due(row: &CaseRow, now: Time) -> Vec<Due> {
    let mut all = row.deadlines();
    all.sort_by_key(|deadline| deadline.by);
    all.iter().map(|one| term(one.by, in_words(one, row, &say()), now)).collect()
}

/// A deadline in words, with what its time is counted from where that is not what the provider says.
pub(super) fn in_words(deadline: &Deadline, row: &CaseRow, say: &Sentences) -> String {
    match deadline.from {
        Counted::Notice => {
            let source = row.answer_due_to.as_deref().map(shown).unwrap_or_default();
            say.say("rules-due-notice", &[("source", &source)])
        }
        Counted::FirstUse | Counted::Opened => say.say(&format!("rules-due-{}", deadline.id), &[]),
    }
}

fn term(by: Time, what: String, now: Time) -> Due {
    let hours = by.seconds_since(now).div_euclid(HOUR_SECONDS);
    Due {
        what,
        by: minute(by),
        left: match hours {
            ..0 => say().say("rules-over", &[]),
            0..48 => say().count("rules-hours-left", "hours", hours),
            _ => say().count("rules-days-left", "days", hours / 24),
        },
        is_over: hours < 0,
    }
}

#[cfg(test)]
mod tests {
    use firedamp_core::posture;

    use super::*;
    use crate::language::{Language, Sentences};

    /// Translations stand beside what the data say in English, and say the same.
    #[test]
    fn what_the_data_say_is_what_pages_say() {
        let english = Sentences::of(Language::English);
        for one in policy::claims() {
            let id = format!("rules-claim-{}", one.provider);
            assert_eq!(english.word(&id).as_deref(), Some(&*one.says), "{id}");
            let id = format!("rules-claim-source-{}", one.provider);
            assert_eq!(english.word(&id).as_deref(), Some(&*one.source), "{id}");
        }
        for one in policy::all() {
            let only = english.word(&format!("policy-only-{}", one.id));
            let wanted = one.only.as_ref().map(|only| format!("if {only}"));
            assert_eq!(only, wanted, "{}", one.id);
            let source = english.word(&format!("policy-source-{}", one.id));
            assert_eq!(source.as_deref(), Some(&*one.source), "{}", one.id);
            let product = english.word(&format!("policy-product-{}", one.id));
            assert_eq!(product.unwrap_or_else(|| one.product.clone()), one.product);
        }
        for check in posture::CHECKS {
            let id = format!("posture-check-{}", check.id);
            assert_eq!(english.word(&id).as_deref(), Some(check.says), "{id}");
        }
        for provider in ["azure", "aws", "gcp"].into_iter().filter_map(Provider::from_id) {
            let time = Time::from_seconds(1_775_000_000);
            let moments = policy::Moments { first: time, opened: time, answer_due: None };
            for deadline in policy::deadlines(provider, &moments) {
                let id = format!("rules-due-{}", deadline.id);
                assert_eq!(english.word(&id).as_deref(), Some(deadline.what), "{id}");
            }
        }
    }
}

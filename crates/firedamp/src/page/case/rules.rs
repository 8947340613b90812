//! What the provider allows of what was seen, and by when it wants to hear of it.

use firedamp_core::{
    id::Provider,
    policy::{self, Deadline, InForce, Offers, Policy, Rule},
    time::Time,
};
use serde_json::Value;

use super::super::view::minute;
use crate::{casework::in_force, store::CaseFile};

const HOUR_SECONDS: i64 = 3600;

/// A sentence of a provider's terms.
pub(super) struct Sentence {
    pub(super) product: &'static str,
    pub(super) says: &'static str,
    /// The condition; empty where it holds anyway.
    pub(super) only: &'static str,
    pub(super) source: String,
}

pub(super) struct Due {
    pub(super) what: &'static str,
    pub(super) by: String,
    pub(super) left: String,
    pub(super) is_over: bool,
}

pub(super) struct Rules {
    pub(super) verdict: String,
    pub(super) advice: &'static str,
    /// Sources differ, and the strictest was taken.
    pub(super) is_disputed: bool,
    /// It binds those who use the service through the customer, too.
    pub(super) reaches_users: bool,
    pub(super) sentences: Vec<Sentence>,
    pub(super) due: Vec<Due>,
    /// What the provider says of its deadlines, and where.
    pub(super) claim: Option<(&'static str, &'static str)>,
}

impl Rules {
    pub(super) fn of(file: &CaseFile, judgement: &Value, offers: &Offers, now: Time) -> Self {
        let (provider, held) = in_force(file, judgement, offers);
        let both = held.policies.iter().chain(&held.conditional);
        let pending = held.pending.iter().chain(&held.coming).map(|(policy, _)| *policy);
        let deadlines = policy::deadlines(provider, file.row.first_observed, file.row.begun_at);
        Self {
            verdict: verdict(&held),
            advice: advice(provider, held.rule),
            is_disputed: held.is_disputed(),
            reaches_users: held.reaches_users(),
            sentences: both.copied().chain(pending).map(sentence).collect(),
            claim: deadlines
                .first()
                .map(|one| (one.claim.says.as_str(), one.claim.source.as_str())),
            due: deadlines.iter().map(|deadline| due(deadline, now)).collect(),
        }
    }
}

fn verdict(held: &InForce<'_>) -> String {
    match &held.pending {
        Some((policy, by)) => format!(
            "{} from the subscription's renewal on, at the latest from {}",
            policy.rule.words(),
            minute(*by)
        ),
        None => held.rule.words().to_string(),
    }
}

/// What a "yes, it is us" is worth.
const fn advice(provider: Provider, rule: Rule) -> &'static str {
    match (provider, rule) {
        (Provider::Azure, Rule::WrittenApproval) => {
            "A customer's word is not enough: ask for Microsoft's written approval, and whom and what it covers."
        }
        (_, Rule::WrittenApproval) => {
            "A customer's word is not enough: ask for the provider's written approval."
        }
        (_, Rule::Banned) => "A customer's word changes nothing here.",
        (_, Rule::PaidOnly) => {
            "Ask the customer, and look who pays: credits and free tiers are not for mining."
        }
        (_, Rule::Conditional | Rule::Unknown) => {
            "Ask the customer, and read the provider's present terms: what is not known is no permission."
        }
    }
}

fn sentence(policy: &'static Policy) -> Sentence {
    let since =
        policy.since.as_deref().map(|day| format!(", in force by {day}")).unwrap_or_default();
    Sentence {
        product: &policy.product,
        says: &policy.says,
        only: policy.only.as_deref().unwrap_or_default(),
        source: format!("{}{since}; confidence {}", policy.source, policy.confidence),
    }
}

fn due(deadline: &Deadline, now: Time) -> Due {
    let hours = deadline.by.seconds_since(now).div_euclid(HOUR_SECONDS);
    Due {
        what: deadline.what,
        by: minute(deadline.by),
        left: match hours {
            ..0 => "over".to_string(),
            0..48 => format!("{hours} hours left"),
            _ => format!("{} days left", hours / 24),
        },
        is_over: hours < 0,
    }
}

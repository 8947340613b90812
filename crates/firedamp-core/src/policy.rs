//! What providers allow of mining, at a date and for a subscription; `data/policy.toml` with a source
//! for each sentence. A policy changes what is done with a case, never its probability.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{id::Provider, time::Time};

/// The table that comes with the program, as text.
pub const EMBEDDED: &str = include_str!("../data/policy.toml");

static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(EMBEDDED).expect("the embedded policies parse"));

const DAY_SECONDS: i64 = 86_400;
const HOUR_SECONDS: i64 = 3600;

/// What a provider allows, from the most lenient to the strictest.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Nothing is known, which is no permission.
    Unknown,
    /// Allowed on what is paid for.
    PaidOnly,
    /// It hangs on the workload or the product.
    Conditional,
    /// The provider's written approval must be there before.
    WrittenApproval,
    /// Not allowed.
    Banned,
}

impl Rule {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unknown => "not known",
            Self::PaidOnly => "allowed on what is paid for",
            Self::Conditional => "allowed in part",
            Self::WrittenApproval => "forbidden without the provider's written approval",
            Self::Banned => "forbidden",
        }
    }
}

/// One sentence of a provider's terms.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Whose, by its text id; also of clouds whose telemetry is not read yet.
    pub provider: String,
    /// Of what.
    pub product: String,
    /// What it comes to.
    pub rule: Rule,
    /// The day by which it is known to hold, as `2022-12-01`.
    pub since: Option<String>,
    /// Older subscriptions come under it at their renewal, at the latest after so many months.
    pub renewal_months: Option<u32>,
    /// It holds only where this is so.
    pub only: Option<String>,
    /// What it says, in our words.
    pub says: String,
    /// Where that stands.
    pub source: String,
    /// How sure we are of it: `low`, `medium` or `high`.
    pub confidence: String,
}

/// By when a provider wants to hear of a case.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Whose.
    pub provider: String,
    /// Hours in which a notice is answered.
    pub answer_hours: Option<u32>,
    /// Days after the first use in which money is asked back.
    pub credit_days: Option<u32>,
    /// Days of charges that are given back at most.
    pub covers_days: Option<u32>,
    /// What it says, in our words.
    pub says: String,
    /// Where that stands.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    policy: Vec<Policy>,
    claim: Vec<Claim>,
}

/// What is known of a subscription when its policy is looked up.
#[derive(Clone, Copy, Debug)]
pub struct Subscription {
    /// The cloud.
    pub provider: Provider,
    /// When it was made, if that is known.
    pub created: Option<Time>,
}

/// What holds for a subscription at a date.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The strictest rule that holds whatever else is true.
    pub rule: Rule,
    /// The sentences that hold.
    pub policies: Vec<&'static Policy>,
    /// Sentences that hold only under a condition that telemetry does not tell.
    pub conditional: Vec<&'static Policy>,
    /// A policy that may not hold yet: until the subscription is renewed, at the latest then.
    pub pending: Option<(&'static Policy, Time)>,
}

impl Policy {
    fn since(&self) -> Option<Time> {
        Time::parse(&format!("{}T00:00:00Z", self.since.as_deref()?))
    }

    /// From when on it surely holds for a subscription; a month is taken for 31 days.
    fn holds_from(&self, created: Option<Time>) -> Option<Time> {
        let since = self.since()?;
        match self.renewal_months {
            Some(months) if created.is_none_or(|created| created < since) => {
                Some(since.plus_seconds(i64::from(months) * 31 * DAY_SECONDS))
            }
            _ => Some(since),
        }
    }
}

/// Every policy, also of clouds whose telemetry is not read yet.
#[must_use]
pub fn all() -> &'static [Policy] {
    &TABLE.policy
}

/// By when each provider wants to hear of a case.
#[must_use]
pub fn claims() -> &'static [Claim] {
    &TABLE.claim
}

/// What holds for a subscription at a time.
#[must_use]
pub fn at(subscription: Subscription, time: Time) -> Standing {
    let id = subscription.provider.id();
    let own = TABLE.policy.iter().filter(|policy| policy.provider == id);
    let begun = own.filter(|policy| policy.since().is_none_or(|since| since <= time));
    let (conditional, general): (Vec<&Policy>, Vec<&Policy>) =
        begun.partition(|policy| policy.only.is_some());
    let is_sure =
        |policy: &&Policy| policy.holds_from(subscription.created).is_none_or(|from| from <= time);
    let (policies, waiting): (Vec<&Policy>, Vec<&Policy>) = general.into_iter().partition(is_sure);
    let pending = waiting
        .into_iter()
        .find_map(|policy| Some((policy, policy.holds_from(subscription.created)?)));
    let rule = policies.iter().map(|policy| policy.rule).max().unwrap_or(Rule::Unknown);
    Standing { rule, policies, conditional, pending }
}

/// By when something is to be done, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Deadline {
    /// What.
    pub what: &'static str,
    /// By when.
    pub by: Time,
    /// What the provider says.
    pub claim: &'static Claim,
}

/// The deadlines of a case that was first seen mining at `first` and was opened at `opened`.
#[must_use]
pub fn deadlines(provider: Provider, first: Time, opened: Time) -> Vec<Deadline> {
    let Some(claim) = TABLE.claim.iter().find(|claim| claim.provider == provider.id()) else {
        return Vec::new();
    };
    let answer = claim.answer_hours.map(|hours| Deadline {
        what: "answer the provider's notice, if there is one",
        by: opened.plus_seconds(i64::from(hours) * HOUR_SECONDS),
        claim,
    });
    let credit = claim.credit_days.map(|days| Deadline {
        what: "ask for the money back",
        by: first.plus_seconds(i64::from(days) * DAY_SECONDS),
        claim,
    });
    answer.into_iter().chain(credit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(day: &str) -> Time {
        Time::parse(&format!("{day}T12:00:00Z")).expect("a time")
    }

    fn azure(created: Option<&str>, day: &str) -> Standing {
        let created = created.map(time);
        at(Subscription { provider: Provider::Azure, created }, time(day))
    }

    #[test]
    fn every_policy_says_where_it_stands() {
        for policy in all() {
            assert!(!policy.says.is_empty() && !policy.source.is_empty(), "{policy:?}");
            assert!(["low", "medium", "high"].contains(&policy.confidence.as_str()), "{policy:?}");
            assert_eq!(policy.since.is_some(), policy.since().is_some(), "{policy:?}");
        }
    }

    #[test]
    fn microsofts_rule_of_2022_came_to_older_subscriptions_at_their_renewal() {
        assert_eq!(azure(None, "2022-11-30").rule, Rule::Unknown);
        assert_eq!(azure(Some("2023-01-15"), "2023-02-01").rule, Rule::WrittenApproval);
        let old = azure(Some("2022-06-01"), "2023-02-01");
        assert_eq!(old.rule, Rule::Unknown);
        assert!(old.pending.is_some_and(|(_, by)| by < time("2026-02-01")));
        assert_eq!(azure(Some("2022-06-01"), "2026-03-02").rule, Rule::WrittenApproval);
        assert_eq!(azure(None, "2026-03-02").pending, None);
    }

    #[test]
    fn what_hangs_on_a_condition_is_told_and_does_not_decide() {
        let aws = at(Subscription { provider: Provider::Aws, created: None }, time("2026-03-02"));
        assert_eq!(aws.rule, Rule::PaidOnly);
        assert_eq!(aws.conditional.len(), 3);
        let nobody = Subscription { provider: Provider::Unknown, created: None };
        assert_eq!(at(nobody, time("2026-03-02")).rule, Rule::Unknown);
    }

    #[test]
    fn money_is_asked_back_in_time() {
        let both = deadlines(Provider::Azure, time("2026-03-01"), time("2026-03-10"));
        let days: Vec<String> = both.iter().map(|one| one.by.to_string()).collect();
        assert_eq!(days, ["2026-03-11T12:00:00Z", "2026-04-30T12:00:00Z"]);
        assert_eq!(deadlines(Provider::Oci, time("2026-03-01"), time("2026-03-01")), []);
    }
}

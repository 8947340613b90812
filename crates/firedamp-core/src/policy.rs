//! What providers allow of mining, at a date and for a subscription; `data/policy.toml` with a source
//! for each sentence. A policy changes what is done with a case, never its probability.

mod offer;

use std::{collections::BTreeSet, sync::LazyLock};

pub use offer::{Offer, Offers};

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

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::PaidOnly => "paid_only",
            Self::Conditional => "conditional",
            Self::WrittenApproval => "written_approval",
            Self::Banned => "banned",
        }
    }

    /// Whether a customer's word needs the provider's in writing beside it. What is not known is no
    /// permission, and what is banned needs an exception; machines of no known cloud have no provider
    /// who could be asked.
    #[must_use]
    pub fn needs_approval(self, provider: Provider) -> bool {
        match self {
            Self::PaidOnly => false,
            Self::Unknown => provider != Provider::Unknown,
            Self::Conditional | Self::WrittenApproval | Self::Banned => true,
        }
    }
}

/// One sentence of a provider's terms.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Its own text id, by which translations know it.
    pub id: String,
    /// Whose, by its text id; also of clouds that no account is filed under.
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
    /// The same for programs, where telemetry or people may tell.
    pub offer: Option<Offer>,
    /// It reaches those who use the service through the customer, too.
    #[serde(default)]
    pub reaches_users: bool,
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
pub struct Subscription<'a> {
    /// The cloud.
    pub provider: Provider,
    /// When it was made, if that is known.
    pub created: Option<Time>,
    /// How it is paid for, and where it is.
    pub offers: &'a Offers,
}

static NOTHING: Offers = Offers { is: BTreeSet::new(), is_not: BTreeSet::new(), created: None };

impl Subscription<'_> {
    /// A subscription of which nothing is known but its cloud and perhaps its age.
    #[must_use]
    pub fn new(provider: Provider, created: Option<Time>) -> Self {
        Self { provider, created, offers: &NOTHING }
    }
}

/// What holds for a subscription at a date.
#[derive(Clone, Debug, PartialEq)]
pub struct InForce<'a> {
    /// The strictest rule that holds whatever else is true.
    pub rule: Rule,
    /// The sentences that hold.
    pub policies: Vec<&'a Policy>,
    /// Sentences that hold only under a condition of which nothing is known.
    pub conditional: Vec<&'a Policy>,
    /// A policy that may not hold yet: until the subscription is renewed, at the latest then.
    pub pending: Option<(&'a Policy, Time)>,
    /// Policies that begin on a later day.
    pub coming: Vec<(&'a Policy, Time)>,
}

impl InForce<'_> {
    /// Whether sources say different things of the same product.
    #[must_use]
    pub fn is_disputed(&self) -> bool {
        let mut rules = self.policies.iter().filter(|policy| policy.only.is_none());
        let first = rules.next().map(|policy| policy.rule);
        rules.any(|policy| Some(policy.rule) != first)
    }

    /// Whether the rule reaches those who use the service through the customer.
    #[must_use]
    pub fn reaches_users(&self) -> bool {
        self.policies.iter().any(|policy| policy.reaches_users)
    }
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

    /// Whether its condition is met; `None` when that is not known.
    fn is_met(&self, subscription: &Subscription<'_>) -> Option<bool> {
        if self.only.is_none() {
            return Some(true);
        }
        let offer = self.offer?;
        let Offers { is, is_not, .. } = subscription.offers;
        // Said to be so and not to be so: the stricter counts.
        (is.contains(&offer) || is_not.contains(&offer)).then(|| is.contains(&offer))
    }
}

impl Table {
    fn at(&self, subscription: Subscription<'_>, time: Time) -> InForce<'_> {
        let id = subscription.provider.id();
        // What a log shows is surer than what somebody exported.
        let created = subscription.created.or(subscription.offers.created);
        let own = self.policy.iter().filter(|policy| policy.provider == id);
        let own = own.filter(|policy| policy.is_met(&subscription) != Some(false));
        let (begun, later): (Vec<&Policy>, Vec<&Policy>) =
            own.partition(|policy| policy.since().is_none_or(|since| since <= time));
        let coming = later.into_iter().filter_map(|policy| Some((policy, policy.since()?)));
        let (general, conditional): (Vec<&Policy>, Vec<&Policy>) =
            begun.into_iter().partition(|policy| policy.is_met(&subscription).is_some());
        let is_sure = |policy: &&Policy| policy.holds_from(created).is_none_or(|from| from <= time);
        let (policies, waiting): (Vec<&Policy>, Vec<&Policy>) =
            general.into_iter().partition(is_sure);
        let pending =
            waiting.into_iter().find_map(|policy| Some((policy, policy.holds_from(created)?)));
        let rule = policies.iter().map(|policy| policy.rule).max().unwrap_or(Rule::Unknown);
        InForce { rule, policies, conditional, pending, coming: coming.collect() }
    }
}

/// Every policy, also of clouds that no account is filed under.
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
pub fn at(subscription: Subscription<'_>, time: Time) -> InForce<'static> {
    TABLE.at(subscription, time)
}

/// What a provider's time is counted from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// The provider's own notice, or its detection.
    Notice,
    /// The first use that was not the customer's.
    FirstUse,
    /// The opening of the case here: no notice is known, and it can only have come later than mining.
    Opened,
}

impl Counted {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::FirstUse => "first_use",
            Self::Opened => "opened",
        }
    }
}

/// The moments of an incident that providers count from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Moments {
    /// When it was first seen mining.
    pub first: Time,
    /// When evidence opened the case for it.
    pub opened: Time,
    /// By when a notice of the provider that waits wants an answer, counted from that notice.
    pub answer_due: Option<Time>,
}

/// By when something is to be done, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Deadline {
    /// `answer` or `credit`; there is one of each at most.
    pub id: &'static str,
    /// What.
    pub what: &'static str,
    /// By when.
    pub by: Time,
    /// What its time is counted from.
    pub from: Counted,
}

/// By when a notice of that time is to be answered, where the provider says so of all its notices.
#[must_use]
pub fn answer_due(provider: Provider, noticed: Time) -> Option<Time> {
    let hours = claim_of(provider)?.answer_hours?;
    Some(noticed.plus_seconds(i64::from(hours) * HOUR_SECONDS))
}

/// The deadlines of an incident: one clock for each duty, from the earliest that the provider's rule
/// counts from. A notice goes before our own opening of the case, which stands in for one alone.
#[must_use]
pub fn deadlines(provider: Provider, moments: &Moments) -> Vec<Deadline> {
    let noticed = moments.answer_due.map(|by| Deadline {
        id: "answer",
        what: "answer the provider’s notice",
        by,
        from: Counted::Notice,
    });
    let opened = || {
        answer_due(provider, moments.opened).map(|by| Deadline {
            id: "answer",
            what: "answer the provider’s notice, if there is one (none is known here: counted from \
                   the opening of the case)",
            by,
            from: Counted::Opened,
        })
    };
    let days = claim_of(provider).and_then(|claim| claim.credit_days);
    let credit = days.map(|days| Deadline {
        id: "credit",
        what: "ask for the money back",
        by: moments.first.plus_seconds(i64::from(days) * DAY_SECONDS),
        from: Counted::FirstUse,
    });
    noticed.or_else(opened).into_iter().chain(credit).collect()
}

/// What a provider says of its deadlines.
#[must_use]
pub fn claim_of(provider: Provider) -> Option<&'static Claim> {
    TABLE.claim.iter().find(|claim| claim.provider == provider.id())
}

#[cfg(test)]
mod tests;

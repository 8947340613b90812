//! Money back: what a provider may give for use that was not the customer's, by when it is asked for,
//! how much of the bill it covers, and what the claim still lacks; `data/compensation.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::{
    finding::rounded,
    judged::{Charged, Judged},
    money::Refunded,
    policy::{self, Claim as Terms, Deadline, Moments},
    proof::{Proof, Verdict},
    time::Time,
};

/// The table that comes with the program, as text.
pub const EMBEDDED: &str = include_str!("../data/compensation.toml");

static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(EMBEDDED).expect("the embedded rules parse"));

const DAY_SECONDS: i64 = 86_400;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rule: Vec<Rule>,
}

/// What one provider wants to see.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Whose.
    pub provider: String,
    /// `customer`: granted once for each of them.
    pub once_per: Option<String>,
    /// What the claim must show.
    pub needs: Vec<Need>,
    /// Where that stands.
    pub source: String,
}

/// Something that a claim must show.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The subscription, account or project.
    Account,
    /// What was done about it.
    Actions,
    /// That the provider's recommendations were followed before.
    BestPractices,
    /// What the bill says, by resource and day.
    Charges,
    /// The customer's tenant.
    CustomerTenant,
    /// When it began and when it ended.
    FirstAndLastUse,
    /// That there is time left.
    InTime,
    /// That exposed keys were changed.
    KeysChanged,
    /// That it was not granted to this customer before.
    NeverClaimed,
    /// That the provider's notice was answered.
    NoticeAnswered,
    /// The partner's tenant.
    PartnerTenant,
    /// Which resources.
    Resources,
    /// That it stopped.
    Stopped,
}

impl Need {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Actions => "actions",
            Self::BestPractices => "best_practices",
            Self::Charges => "charges",
            Self::CustomerTenant => "customer_tenant",
            Self::FirstAndLastUse => "first_and_last_use",
            Self::InTime => "in_time",
            Self::KeysChanged => "keys_changed",
            Self::NeverClaimed => "never_claimed",
            Self::NoticeAnswered => "notice_answered",
            Self::PartnerTenant => "partner_tenant",
            Self::Resources => "resources",
            Self::Stopped => "stopped",
        }
    }
}

/// How it stands with a need.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is there.
    Met,
    /// It is not there.
    Missing,
    /// A person has to say.
    Ask,
}

impl Standing {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missing => "missing",
            Self::Ask => "ask",
        }
    }

    const fn of(met: bool) -> Self {
        if met { Self::Met } else { Self::Missing }
    }
}

/// What is known besides the judgement.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The judgement.
    pub judged: &'a Judged,
    /// What is proven.
    pub proof: &'a Proof,
    /// When the case was opened.
    pub opened: Time,
    /// By when a notice of the provider wants an answer, where one waits.
    pub answer_due: Option<Time>,
    /// The clock.
    pub now: Time,
    /// Whether it is known whose account it is.
    pub has_customer: bool,
    /// Whether the partner's tenant is known.
    pub has_partner: bool,
    /// Whether anything was done and written down.
    pub has_actions: bool,
    /// Whether a credit was asked for before, for this customer.
    pub claimed_before: bool,
}

/// What is charged and what of it may come back, in one currency.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sum {
    /// ISO 4217 code.
    pub currency: String,
    /// From list prices, where a plan or a credit paid, or all was given back: nothing to be had back.
    pub estimated: bool,
    /// What was charged, where all of it was given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Refunded>,
    /// All charges of the case's resources.
    pub charged: f64,
    /// Of these, the days that the provider's rule covers.
    pub claimable: f64,
}

/// A claim, as far as it can be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What the provider wants to see.
    pub rule: &'static Rule,
    /// Its periods.
    pub terms: Option<&'static Terms>,
    /// By when what is due.
    pub deadlines: Vec<Deadline>,
    /// How it stands with each need.
    pub needs: Vec<(Need, Standing)>,
    /// The first day that is not covered any more.
    pub covered_until: Option<Time>,
    /// Amounts.
    pub sums: Vec<Sum>,
}

impl Claim {
    /// Whether the provider's time for asking is over; never where it names none.
    #[must_use]
    pub fn is_over(&self, now: Time) -> bool {
        let mut credit =
            self.deadlines.iter().filter(|deadline| deadline.id == "credit").peekable();
        credit.peek().is_some() && credit.all(|deadline| deadline.by < now)
    }
}

/// Every rule.
#[must_use]
pub fn rules() -> &'static [Rule] {
    &TABLE.rule
}

/// The claim that a case makes; `None` where no provider's rule is known.
#[must_use]
pub fn claim(known: &Known<'_>) -> Option<Claim> {
    let provider = known.judged.cloud();
    let rule = TABLE.rule.iter().find(|rule| rule.provider == provider.id())?;
    let terms = policy::claim_of(provider);
    let first = known.judged.first_observed.unwrap_or(known.opened);
    let covered_until = terms.and_then(|terms| terms.covers_days).map(|days| {
        let day = first.seconds().div_euclid(DAY_SECONDS) + i64::from(days);
        Time::from_seconds(day * DAY_SECONDS)
    });
    Some(Claim {
        rule,
        terms,
        deadlines: deadlines(known, first),
        needs: rule.needs.iter().map(|need| (*need, standing(*need, known, first))).collect(),
        covered_until,
        sums: sums(known.judged, covered_until),
    })
}

fn deadlines(known: &Known<'_>, first: Time) -> Vec<Deadline> {
    let moments = Moments { first, opened: known.opened, answer_due: known.answer_due };
    policy::deadlines(known.judged.cloud(), &moments)
}

fn standing(need: Need, known: &Known<'_>, first: Time) -> Standing {
    let judged = known.judged;
    match need {
        Need::Account => Standing::of(!judged.account.is_empty()),
        Need::Actions => Standing::of(known.has_actions),
        Need::Charges => Standing::of(judged.charges.iter().any(|one| !one.estimated)),
        Need::CustomerTenant => Standing::of(known.has_customer),
        Need::FirstAndLastUse => {
            Standing::of(judged.first_observed.is_some() && judged.last_observed.is_some())
        }
        Need::InTime => {
            let due = deadlines(known, first);
            let credit = due.last().map(|deadline| deadline.by);
            Standing::of(credit.is_none_or(|by| known.now <= by))
        }
        Need::NeverClaimed => Standing::of(!known.claimed_before),
        Need::PartnerTenant => Standing::of(known.has_partner),
        Need::Resources => Standing::of(!judged.resources.is_empty()),
        Need::Stopped => Standing::of(known.proof.verdict == Verdict::Stopped),
        Need::BestPractices | Need::KeysChanged | Need::NoticeAnswered => Standing::Ask,
    }
}

fn sums(judged: &Judged, covered_until: Option<Time>) -> Vec<Sum> {
    let end = covered_until.map(|time| {
        let (year, month, day) = time.date();
        format!("{year:04}-{month:02}-{day:02}")
    });
    let mut sums: BTreeMap<Kind<'_>, Vec<&Charged>> = BTreeMap::new();
    for charged in &judged.charges {
        let refunded = charged.refunded.as_ref().map(|refunded| refunded.currency.as_str());
        let kind = (charged.currency.as_str(), charged.estimated, refunded);
        sums.entry(kind).or_default().push(charged);
    }
    sums.into_iter().map(|(kind, charges)| sum(kind, &charges, end.as_deref())).collect()
}

/// What is not added up with others: the currency, whether it is from list prices, and the currency
/// of what was given back.
type Kind<'a> = (&'a str, bool, Option<&'a str>);

fn sum((currency, estimated, refunded): Kind<'_>, charges: &[&Charged], end: Option<&str>) -> Sum {
    let total = |of: &dyn Fn(&Charged) -> f64| {
        rounded(charges.iter().fold(0.0, |sum, charged| sum + of(charged)), 2)
    };
    let given_back = |charged: &Charged| charged.refunded.as_ref().map_or(0.0, |it| it.charged);
    Sum {
        currency: currency.to_string(),
        estimated,
        refunded: refunded.map(|currency| Refunded {
            charged: total(&given_back),
            currency: currency.to_string(),
        }),
        charged: total(&|charged| charged.days.values().sum()),
        claimable: total(&|charged| claimable(charged, end)),
    }
}

/// What of a charge was paid on days before `end`.
fn claimable(charged: &Charged, end: Option<&str>) -> f64 {
    if charged.estimated {
        return 0.0;
    }
    let is_covered = |day: &str| end.is_none_or(|end| day < end);
    charged.days.iter().filter(|(day, _)| is_covered(day)).map(|(_, amount)| amount).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{id::Provider, proof};

    fn judged(provider: &str) -> Judged {
        let days: BTreeMap<String, f64> = (1..=31)
            .map(|day| (format!("2026-03-{day:02}"), 10.0))
            .chain([("2026-04-05".to_string(), 10.0)])
            .collect();
        let case = json!({
            "provider": provider, "account": "00001111-2222-3333-4444-555566667777",
            "first_observed": "2026-03-01T12:00:00Z", "last_observed": "2026-04-05T12:00:00Z",
            "resources": [{"id": "vm"}],
            "charges": [
                {"resource": "vm", "currency": "EUR", "days": days},
                {"resource": "plan", "currency": "USD", "estimated": true, "days": {"2026-03-01": 7.0}},
                {"resource": "given back", "currency": "USD", "estimated": true, "days": {"2026-03-01": 9.0},
                 "refunded": {"charged": 8.0, "currency": "EUR"}},
            ],
        });
        Judged::read(&case.to_string()).expect("a judgement")
    }

    fn claimed(provider: &str, day: &str, change: impl FnOnce(&mut Known<'_>)) -> Option<Claim> {
        let judged = judged(provider);
        let proof = proof::of(&judged, None);
        let at = |text: &str| Time::parse(text).expect("a time");
        let mut known = Known {
            judged: &judged,
            proof: &proof,
            opened: at("2026-03-05"),
            answer_due: None,
            now: at(day),
            has_customer: true,
            has_partner: true,
            has_actions: true,
            claimed_before: false,
        };
        change(&mut known);
        claim(&known)
    }

    fn standing_of(claim: &Claim, need: Need) -> Standing {
        claim.needs.iter().find(|(own, _)| *own == need).expect("a need").1
    }

    #[test]
    fn microsoft_covers_the_first_thirty_days_of_what_was_paid() {
        let claim = claimed("azure", "2026-04-10", |_| {}).expect("a claim");
        let euros = &claim.sums[0];
        assert_eq!((euros.charged, euros.claimable), (320.0, 300.0), "{:?}", claim.sums);
        let plan = &claim.sums[1];
        assert_eq!((plan.charged, plan.claimable), (7.0, 0.0), "credits come from nobody's pocket");
        let given_back = &claim.sums[2];
        assert_eq!((given_back.charged, given_back.claimable), (9.0, 0.0));
        let refunded = Refunded { charged: 8.0, currency: "EUR".to_string() };
        assert_eq!(given_back.refunded, Some(refunded));
    }

    #[test]
    fn a_credit_is_asked_for_in_time_and_once() {
        let early = claimed("azure", "2026-04-29", |_| {}).expect("a claim");
        assert_eq!(standing_of(&early, Need::InTime), Standing::Met);
        let late = claimed("azure", "2026-05-01", |_| {}).expect("a claim");
        assert_eq!(standing_of(&late, Need::InTime), Standing::Missing);
        let is_over = |day: &str| late.is_over(Time::parse(day).expect("a day"));
        assert!(!is_over("2026-04-29") && is_over("2026-05-01"));
        let again = claimed("azure", "2026-04-10", |known| known.claimed_before = true);
        let again = again.expect("a claim");
        assert_eq!(standing_of(&again, Need::NeverClaimed), Standing::Missing);
        assert_eq!(standing_of(&again, Need::Stopped), Standing::Missing);
    }

    #[test]
    fn a_claim_tells_of_the_notice_that_waits_and_of_no_second_date() {
        let due = Time::parse("2026-03-04T09:00:00Z");
        let claim = claimed("azure", "2026-03-05", |known| known.answer_due = due);
        let told = claim.expect("a claim").deadlines;
        let told: Vec<(&str, String)> =
            told.iter().map(|one| (one.id, one.by.to_string())).collect();
        let wanted = [("answer", "2026-03-04T09:00:00Z"), ("credit", "2026-04-30T12:00:00Z")];
        assert_eq!(told, wanted.map(|(id, by)| (id, by.to_string())));
    }

    #[test]
    fn a_partner_without_a_tenant_is_missing_and_nobody_is_asked() {
        let known = claimed("azure", "2026-04-10", |_| {}).expect("a claim");
        assert_eq!(standing_of(&known, Need::PartnerTenant), Standing::Met);
        let unknown = claimed("azure", "2026-04-10", |known| known.has_partner = false);
        let unknown = unknown.expect("a claim");
        assert_eq!(standing_of(&unknown, Need::PartnerTenant), Standing::Missing);
    }

    #[test]
    fn every_rule_belongs_to_a_provider_and_says_where_it_stands() {
        for rule in rules() {
            assert!(Provider::from_id(&rule.provider).is_some(), "{rule:?}");
            assert!(!rule.needs.is_empty() && !rule.source.is_empty(), "{rule:?}");
        }
        assert!(claimed("gcp", "2026-03-20", |_| {}).is_some());
        assert_eq!(claimed("oci", "2026-03-20", |_| {}), None);
    }
}

//! The facts that a notice is written from, read from the judgement that was kept with it.

use firedamp_core::{saying::Saying, time::Time};
use serde_json::Value;

use crate::{language::Sentences, report};

/// The longest name or sentence that is taken over.
const TEXT_MAX: usize = 400;

/// What a case was when it asked for a notice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// `provider:account`.
    pub account: String,
    /// Whose it is, as people call them.
    pub customer: Option<String>,
    /// That something in the account mined.
    pub probability: f64,
    /// `low`, `medium` or `high`.
    pub severity: String,
    /// Whether it still ran in the last telemetry.
    pub is_active: bool,
    /// The first observation.
    pub first: Option<Time>,
    /// The last one.
    pub last: Option<Time>,
    /// The resources, the likeliest first.
    pub resources: Vec<String>,
    /// What speaks for it, a sentence each.
    pub(super) findings: Vec<Reason>,
    pub(super) cost: Option<Money>,
}

/// What speaks for a case: what it says, and its English words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reason {
    said: Saying,
    english: String,
}

impl Reason {
    fn of(finding: &Value) -> Option<Self> {
        let english = text(finding, "summary");
        let said = finding.get("said").map(Saying::read).unwrap_or_default();
        (!english.is_empty()).then_some(Self { said, english })
    }

    pub(super) fn told(&self, say: &Sentences) -> String {
        let told = say.tell(&self.said, &self.english);
        told.chars().take(TEXT_MAX).collect()
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Money {
    pub(super) spent: f64,
    pub(super) per_day: f64,
    pub(super) forecast: f64,
    pub(super) currency: String,
    pub(super) is_estimated: bool,
    /// What was charged, where all of it was given back, and in which currency.
    pub(super) refunded: Option<(f64, String)>,
}

impl Facts {
    /// The account, and whose it is where that is known.
    #[must_use]
    pub fn named(&self) -> String {
        match &self.customer {
            Some(customer) => format!("{} ({})", self.account, report::shown(customer)),
            None => self.account.clone(),
        }
    }

    /// The same, of this customer's account.
    #[must_use]
    pub fn belonging_to(self, customer: Option<String>) -> Self {
        Self { customer, ..self }
    }

    /// Reads a judgement as the store keeps it; what is missing stays empty.
    #[must_use]
    pub fn of(judgement: &str) -> Self {
        let case: Value = serde_json::from_str(judgement).unwrap_or_default();
        let list = |name: &str| {
            case.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice).iter()
        };
        let names = list("resources").map(|one| text(one, "id"));
        Self {
            account: text(&case, "id"),
            customer: None,
            probability: number(&case, "probability"),
            severity: text(&case, "severity"),
            is_active: case.get("active").and_then(Value::as_bool).unwrap_or_default(),
            first: time(&case, "first_observed"),
            last: time(&case, "last_observed"),
            resources: names.filter(|name| !name.is_empty()).collect(),
            findings: list("findings").filter_map(Reason::of).collect(),
            cost: case.get("cost").filter(|cost| cost.is_object()).map(Money::of),
        }
    }
}

impl Money {
    fn of(cost: &Value) -> Self {
        Self {
            spent: number(cost, "spent"),
            per_day: number(cost, "per_day"),
            forecast: number(cost, "forecast"),
            currency: text(cost, "currency"),
            is_estimated: cost.get("estimated").and_then(Value::as_bool).unwrap_or(true),
            refunded: cost
                .get("refunded")
                .filter(|refunded| refunded.is_object())
                .map(|refunded| (number(refunded, "charged"), text(refunded, "currency"))),
        }
    }
}

fn text(of: &Value, member: &str) -> String {
    let text = of.get(member).and_then(Value::as_str).unwrap_or_default();
    report::shown(&text.chars().take(TEXT_MAX).collect::<String>())
}

fn number(of: &Value, member: &str) -> f64 {
    of.get(member).and_then(Value::as_f64).unwrap_or_default()
}

fn time(of: &Value, member: &str) -> Option<Time> {
    Time::parse(&text(of, member))
}

//! Money: what a case costs, and dollars to compare cases by.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{
    bill::{Amount, Ledger, resource_name},
    finding::rounded,
    machine,
    time::{Span, Time},
};

/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;

/// What a case costs, in the bill's currency.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// Spent since the case was first observed.
    pub spent: f64,
    /// Spent per day at the last rate; 0 when it has stopped.
    pub per_day: f64,
    /// What will have been spent at the end of the month of the last bill, if nothing is done.
    pub forecast: f64,
    /// ISO 4217 code.
    pub currency: String,
    /// From list prices, not from a bill.
    pub estimated: bool,
}

/// US dollars for one unit, to compare by: European Central Bank reference rates of
/// 2025-12-31, rounded to three digits.
const RATES: [(&str, f64); 7] = [
    ("AUD", 0.668),
    ("CHF", 1.26),
    ("EUR", 1.175),
    ("GBP", 1.347),
    ("JPY", 0.00638),
    ("SEK", 0.109),
    ("USD", 1.0),
];

impl Cost {
    /// A cost at list prices, with a bill read until `last`.
    #[must_use]
    pub fn estimated(spent: f64, per_day: f64, last: Time) -> Self {
        let micros = |dollars: f64| (dollars * 1e6) as i64;
        new(micros(spent), micros(per_day), last, "USD".to_string(), true)
    }

    /// The cost of a day in US dollars. A currency without a rate counts as dollars: the order is
    /// then rough, and nothing but the order hangs on it.
    #[must_use]
    pub fn dollars_per_day(&self) -> f64 {
        self.per_day * dollars(&self.currency).unwrap_or(1.0)
    }
}

/// US dollars for one unit of a currency, where a rate is known.
pub(crate) fn dollars(currency: &str) -> Option<f64> {
    RATES.iter().find(|(code, _)| *code == currency).map(|(_, rate)| *rate)
}

/// What machines cost by list prices, each from when it was made to when it was last seen: without a
/// bill. `None` when no size is known.
pub fn listed<'a>(
    machines: impl IntoIterator<Item = (&'a str, Span)>,
    active: bool,
) -> Option<Cost> {
    let mut spent = 0.0;
    let mut per_day = 0.0;
    let mut last = None;
    for (size, span) in machines {
        let Some(size) = machine::size(size) else {
            continue;
        };
        spent += size.dollars_per_hour * span.seconds() as f64 / 3600.0;
        per_day += size.dollars_per_hour * 24.0;
        last = last.max(Some(span.last));
    }
    last.map(|last| Cost::estimated(spent, if active { per_day } else { 0.0 }, last))
}

/// What these resources cost by the bill, since `since`. Use that a plan or a credit pays for is
/// told at list prices. `None` when the bill names none of them.
#[must_use]
pub fn billed<'a>(
    ledger: &Ledger,
    names: impl IntoIterator<Item = &'a str>,
    since: Time,
) -> Option<Cost> {
    let names: BTreeSet<_> = names.into_iter().map(resource_name).collect();
    let first_day = day(since);
    let mut days: BTreeMap<i32, Amount> = BTreeMap::new();
    let mut first_use = ledger.last;
    for spent in names.iter().filter_map(|name| ledger.resources.get(&**name)) {
        first_use = first_use.min(spent.span.first);
        for (day, amount) in spent.days.range(first_day..) {
            days.entry(*day).or_default().add(*amount);
        }
    }
    let cost: i64 = days.values().map(|amount| amount.cost_micros).fold(0, i64::saturating_add);
    let worth: i64 = days.values().map(|amount| amount.worth_micros).fold(0, i64::saturating_add);
    let estimated = cost <= 0;
    let of = |amount: &Amount| if estimated { amount.worth_micros } else { amount.cost_micros };
    let last_day = last_whole_day(ledger);
    let whole = days.get(&last_day).or_else(|| days.get(&(last_day - 1))).map(of);
    // A case of today has no whole day yet: its hours are taken for all hours.
    let begun = || {
        let amount = days.get(&(last_day + 1))?;
        let hours = ledger.last.seconds_since(first_use).clamp(3600, DAY_SECONDS) as f64 / 3600.0;
        Some((of(amount) as f64 * 24.0 / hours) as i64)
    };
    let per_day = whole.or_else(begun).unwrap_or(0);
    let currency = if estimated { "USD".to_string() } else { ledger.currency.clone() };
    (worth > 0 || cost > 0).then(|| {
        new(if estimated { worth } else { cost }, per_day, ledger.last, currency, estimated)
    })
}

fn new(spent: i64, per_day: i64, last: Time, currency: String, estimated: bool) -> Cost {
    let units = |micros: i64| rounded(micros as f64 / 1e6, 2);
    let left = days_left(last);
    let forecast = rounded(units(spent) + units(per_day) * left, 2);
    Cost { spent: units(spent), per_day: units(per_day), forecast, currency, estimated }
}

fn day(time: Time) -> i32 {
    i32::try_from(time.seconds().div_euclid(DAY_SECONDS)).unwrap_or(0)
}

/// The last day that the bill tells all of.
fn last_whole_day(ledger: &Ledger) -> i32 {
    day(ledger.last) - 1
}

/// Days from `time` to the end of its month.
fn days_left(time: Time) -> f64 {
    // A bill that ends at midnight ends with the day before.
    let (_, month, _) = time.plus_seconds(-1).date();
    let in_month = |days: &i32| time.plus_seconds(i64::from(*days) * DAY_SECONDS).date().1 == month;
    let begun = (0..31).take_while(in_month).count() as f64;
    let elapsed = time.seconds().rem_euclid(DAY_SECONDS) as f64 / DAY_SECONDS as f64;
    (begun - elapsed).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_so_many_days_left() {
        let left = |text: &str| days_left(Time::parse(text).expect("a time"));
        assert_eq!(left("2026-03-01T12:00:00Z"), 30.5);
        assert_eq!(left("2026-03-31T00:00:00Z"), 1.0);
        assert_eq!(left("2026-04-01T00:00:00Z"), 0.0);
        assert_eq!(left("2026-02-28T18:00:00Z"), 0.25);
    }

    #[test]
    fn machines_without_a_bill_cost_what_lists_say() {
        let span = Span {
            first: Time::from_seconds(1_772_359_200),
            last: Time::from_seconds(1_772_359_200 + 7200),
        };
        let cost = listed([("c5.24xlarge", span), ("no size", span)], true).expect("a cost");
        assert!(cost.estimated && (cost.spent - 8.26).abs() < 0.1, "{cost:?}");
        assert!((cost.per_day - cost.spent * 12.0).abs() < 0.1);
        assert_eq!(listed([("no size", span)], true), None);
    }
}

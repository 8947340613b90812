//! Money: what a case costs, and dollars to compare cases by.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

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
    /// What was charged by the bill, where all of it was given back: then the above is from list
    /// prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Refunded>,
}

/// What was charged and given back again, all of it, by refunds or credits.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Refunded {
    /// What was charged.
    pub charged: f64,
    /// ISO 4217 code.
    pub currency: String,
}

impl Refunded {
    /// Of what is left of a cost and what was given back of it, in millionths. `None` where
    /// something is left, or nothing was charged.
    pub(crate) fn of(left: i64, given_back: i64, currency: &str) -> Option<Self> {
        let charged = left.saturating_add(given_back);
        let is_all = left <= 0 && charged > 0;
        is_all.then(|| Self { charged: units(charged), currency: currency.to_string() })
    }
}

/// US dollars for one unit, to compare by, in the order of the codes. AUD, CHF, EUR, GBP, JPY and SEK are
/// European Central Bank reference rates of 2025-12-31, rounded to three digits; the others are rough ones
/// of that time, good for ordering only. Currencies that lose much of their worth in a year have none.
const RATES: [(&str, f64); 37] = [
    ("AED", 0.272),
    ("AUD", 0.668),
    ("BGN", 0.6),
    ("BRL", 0.18),
    ("CAD", 0.73),
    ("CHF", 1.26),
    ("CLP", 0.0011),
    ("CNY", 0.143),
    ("COP", 0.00026),
    ("CZK", 0.048),
    ("DKK", 0.157),
    ("EUR", 1.175),
    ("GBP", 1.347),
    ("HKD", 0.128),
    ("HUF", 0.003),
    ("IDR", 0.00006),
    ("ILS", 0.31),
    ("INR", 0.011),
    ("ISK", 0.0079),
    ("JPY", 0.00638),
    ("KRW", 0.00069),
    ("MXN", 0.055),
    ("MYR", 0.24),
    ("NOK", 0.099),
    ("NZD", 0.58),
    ("PEN", 0.3),
    ("PHP", 0.017),
    ("PLN", 0.28),
    ("QAR", 0.275),
    ("RON", 0.23),
    ("SAR", 0.267),
    ("SEK", 0.109),
    ("SGD", 0.78),
    ("THB", 0.032),
    ("TWD", 0.032),
    ("USD", 1.0),
    ("ZAR", 0.06),
];

impl Cost {
    /// A cost at list prices, with a bill read until `last`.
    #[must_use]
    pub fn estimated(spent: f64, per_day: f64, last: Time) -> Self {
        let micros = |dollars: f64| (dollars * 1e6) as i64;
        new(micros(spent), micros(per_day), last, "USD".to_string(), true)
    }

    /// The cost of a day in US dollars, roughly. `None` in a currency without a rate: taken for
    /// dollars, a little would look like much.
    #[must_use]
    pub fn dollars_per_day(&self) -> Option<f64> {
        dollars(&self.currency).map(|rate| self.per_day * rate)
    }
}

/// US dollars for one unit of a currency, where a rate is known. A bill that names none is in dollars.
pub(crate) fn dollars(currency: &str) -> Option<f64> {
    if currency.is_empty() {
        return Some(1.0);
    }
    let at = RATES.binary_search_by(|(code, _)| (*code).cmp(currency)).ok()?;
    RATES.get(at).map(|(_, rate)| *rate)
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

/// What these resources cost by the bill, since `since`. Use that a plan or a credit pays for, or
/// whose cost was given back, is told at list prices. `None` when the bill names none of them.
#[must_use]
pub fn billed<'a>(
    ledger: &Ledger,
    names: impl IntoIterator<Item = &'a str>,
    since: Time,
) -> Option<Cost> {
    let used = Used::of(ledger, names, since);
    let (cost, worth) = (used.sum(cost_of), used.sum(worth_of));
    let estimated = cost <= 0;
    let per_day = used.per_day(ledger, if estimated { worth_of } else { cost_of });
    let currency = if estimated { "USD".to_string() } else { ledger.currency.clone() };
    (worth > 0 || cost > 0).then(|| {
        let spent = if estimated { worth } else { cost };
        let refunded = Refunded::of(cost, used.given_back, &ledger.currency);
        Cost { refunded, ..new(spent, per_day, ledger.last, currency, estimated) }
    })
}

/// What these resources use a day at list prices, in US dollars, in whatever currency the bill is.
/// `None` where no list says what it is worth.
#[must_use]
pub fn worth_per_day<'a>(
    ledger: &Ledger,
    names: impl IntoIterator<Item = &'a str>,
    since: Time,
) -> Option<f64> {
    let used = Used::of(ledger, names, since);
    (used.sum(worth_of) > 0).then(|| used.per_day(ledger, worth_of) as f64 / 1e6)
}

const fn worth_of(amount: &Amount) -> i64 {
    amount.worth_micros
}

const fn cost_of(amount: &Amount) -> i64 {
    amount.cost_micros
}

/// What some resources used by the bill, day by day.
struct Used {
    days: BTreeMap<i32, Amount>,
    first: Time,
    /// What was given back of what they cost, in millionths.
    given_back: i64,
}

impl Used {
    fn of<'a>(ledger: &Ledger, names: impl IntoIterator<Item = &'a str>, since: Time) -> Self {
        let names: BTreeSet<_> = names.into_iter().map(resource_name).collect();
        let mut used = Self { days: BTreeMap::new(), first: ledger.last, given_back: 0 };
        for (name, spent) in names.iter().filter_map(|name| ledger.resources.get_key_value(&**name))
        {
            let given_back = ledger.given_back(name, day(since));
            used.given_back = used.given_back.saturating_add(given_back);
            used.first = used.first.min(spent.span.first);
            for (day, amount) in spent.days.range(day(since)..) {
                used.days.entry(*day).or_default().add(*amount);
            }
        }
        used
    }

    fn sum(&self, of: fn(&Amount) -> i64) -> i64 {
        self.days.values().map(of).fold(0, i64::saturating_add)
    }

    /// On the last whole day.
    fn per_day(&self, ledger: &Ledger, of: fn(&Amount) -> i64) -> i64 {
        let last_day = last_whole_day(ledger);
        let on = |day: i32| self.days.get(&day).map(of);
        // A case of today has no whole day yet: its hours are taken for all hours.
        let begun = || {
            let seconds = ledger.last.seconds_since(self.first).clamp(3600, DAY_SECONDS);
            Some((on(last_day + 1)? as f64 * 24.0 / (seconds as f64 / 3600.0)) as i64)
        };
        on(last_day).or_else(|| on(last_day - 1)).or_else(begun).unwrap_or(0)
    }
}

fn new(spent: i64, per_day: i64, last: Time, currency: String, estimated: bool) -> Cost {
    let (spent, per_day) = (units(spent), units(per_day));
    let forecast = rounded(spent + per_day * days_left(last), 2);
    Cost { spent, per_day, forecast, currency, estimated, refunded: None }
}

/// Whole units of a currency.
fn units(micros: i64) -> f64 {
    rounded(micros as f64 / 1e6, 2)
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
    fn rates_are_found_and_what_has_none_is_no_dollars() {
        assert!(RATES.is_sorted_by_key(|(code, _)| *code));
        let a_day = |currency: &str| {
            let currency = currency.to_string();
            let (spent, forecast) = (0.0, 0.0);
            let (per_day, estimated, refunded) = (195.0, false, None);
            Cost { spent, per_day, forecast, currency, estimated, refunded }.dollars_per_day()
        };
        for (code, rate) in RATES {
            assert_eq!(a_day(code), Some(195.0 * rate), "{code}");
        }
        assert_eq!(a_day(""), Some(195.0));
        assert!(a_day("INR").is_some_and(|dollars| (1.5..3.0).contains(&dollars)));
        assert_eq!(a_day("XXX"), None);
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

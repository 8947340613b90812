//! Money: what a case costs, and dollars to compare cases by.

use serde::Serialize;

/// What a case costs, in the bill's currency.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// Spent in the window.
    pub spent: f64,
    /// Spent per day at the last rate.
    pub per_day: f64,
    /// ISO 4217 code.
    pub currency: String,
}

/// US dollars for one unit, for ordering only: European Central Bank reference rates of
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
    /// The cost of a day in US dollars. A currency without a rate counts as dollars: the order is
    /// then rough, and nothing but the order hangs on it.
    #[must_use]
    pub fn dollars_per_day(&self) -> f64 {
        let rate = RATES.iter().find(|(code, _)| *code == self.currency);
        self.per_day * rate.map_or(1.0, |(_, rate)| *rate)
    }
}

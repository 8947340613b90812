//! Shares and rates with their intervals.

use serde::Serialize;
use statrs::distribution::{Beta, ContinuousCDF, Gamma};

/// What both tails of an interval leave out together.
const ALPHA: f64 = 0.05;

/// So many of so many, with the exact 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// How many.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
    /// The share; 0 of none.
    pub share: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Share {
    /// `hits` of `of`, with the interval of Clopper and Pearson (Biometrika 26, 1934).
    #[must_use]
    pub fn new(hits: u64, of: u64) -> Self {
        let (k, n) = (hits.min(of) as f64, of as f64);
        let quantile =
            |a: f64, b: f64, p: f64| Beta::new(a, b).map_or(0.0, |beta| beta.inverse_cdf(p));
        let low = if hits == 0 { 0.0 } else { quantile(k, n - k + 1.0, ALPHA / 2.0) };
        let high = if hits >= of { 1.0 } else { quantile(k + 1.0, n - k, 1.0 - ALPHA / 2.0) };
        let share = if of == 0 { 0.0 } else { k / n };
        Self { hits, of, share, low, high }
    }
}

/// So many events in so much exposure, with the exact 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rate {
    /// How many.
    pub count: u64,
    /// In how much.
    pub exposure: f64,
    /// Events for each unit.
    pub rate: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Rate {
    /// `count` events in `exposure`, with the exact Poisson interval (Garwood, Biometrika 28, 1936).
    #[must_use]
    pub fn new(count: u64, exposure: f64) -> Self {
        let per = |events: f64| if exposure > 0.0 { events / exposure } else { 0.0 };
        let quantile =
            |shape: f64, p: f64| Gamma::new(shape, 1.0).map_or(0.0, |gamma| gamma.inverse_cdf(p));
        let k = count as f64;
        let low = if count == 0 { 0.0 } else { quantile(k, ALPHA / 2.0) };
        Self {
            count,
            exposure,
            rate: per(k),
            low: per(low),
            high: per(quantile(k + 1.0, 1.0 - ALPHA / 2.0)),
        }
    }
}

/// Precision where one in `1 / base_rate` mines: of `recall` found and `false_rate` accused.
#[must_use]
pub fn precision(recall: f64, false_rate: f64, base_rate: f64) -> f64 {
    let (hits, slips) = (recall * base_rate, false_rate * (1.0 - base_rate));
    if hits + slips > 0.0 { hits / (hits + slips) } else { 0.0 }
}

/// The value below which a share `p` of the values lies; the larger of two neighbours.
#[must_use]
pub fn quantile(mut values: Vec<f64>, p: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    values.get((last as f64 * p).ceil() as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() < 5e-4 * other.abs().max(1e-3)
    }

    #[test]
    fn shares_have_the_published_intervals() {
        let share = Share::new(95, 100);
        assert!(close(share.low, 0.8872) && close(share.high, 0.9836), "{share:?}");
        let none = Share::new(0, 30_000);
        assert!(none.low == 0.0 && close(none.high, 1.2295e-4), "{none:?}");
        let all = Share::new(10, 10);
        assert!(close(all.low, 0.6915) && all.high == 1.0, "{all:?}");
        assert_eq!(Share::new(0, 0).share, 0.0);
    }

    #[test]
    fn rates_have_the_published_intervals() {
        let none = Rate::new(0, 1.0);
        assert!(none.low == 0.0 && close(none.high, 3.6889), "{none:?}");
        let three = Rate::new(3, 1.0);
        assert!(close(three.low, 0.6187) && close(three.high, 8.7673), "{three:?}");
    }

    #[test]
    fn precision_is_bayes() {
        assert!(close(precision(1.0, 1e-4, 1e-4), 0.50003));
        assert_eq!(precision(0.0, 0.0, 1e-4), 0.0);
        assert_eq!(quantile(vec![3.0, 1.0, 2.0], 0.5), Some(2.0));
        assert_eq!(quantile(Vec::new(), 0.5), None);
    }
}

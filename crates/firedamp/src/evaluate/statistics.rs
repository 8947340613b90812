//! Shares and rates with their intervals.

use serde::Serialize;
use statrs::distribution::{Beta, ContinuousCDF, Gamma};
use utoipa::ToSchema;

/// What both tails of an interval leave out together, and what a bound leaves out by itself.
const ALPHA: f64 = 0.05;

/// So many of so many, with the exact 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
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
        let hits = hits.min(of);
        let (low, high) = (lower(hits, of, ALPHA / 2.0), upper(hits, of, ALPHA / 2.0));
        let share = if of == 0 { 0.0 } else { hits as f64 / of as f64 };
        Self { hits, of, share, low, high }
    }

    /// The same where each of the others stands for `weight` of its kind: `q / (q + w (1 - q))`, which
    /// rises with `q`, so that the ends of the interval stay its ends.
    #[must_use]
    pub fn reweighted(self, weight: f64) -> Self {
        let of = |q: f64| {
            let whole = q + weight * (1.0 - q);
            if whole > 0.0 { q / whole } else { 0.0 }
        };
        Self { share: of(self.share), low: of(self.low), high: of(self.high), ..self }
    }
}

/// The quantile of a beta distribution, by halving: the inverse of `statrs` is exact to some 1e-9, and
/// rates of one in a million are what matters here.
fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let Ok(beta) = Beta::new(a, b) else {
        return 0.0;
    };
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle;
        }
        *(if beta.cdf(middle) < p { &mut low } else { &mut high }) = middle;
    }
}

/// The share below which so many hits have a probability of `tail` at most.
fn lower(hits: u64, of: u64, tail: f64) -> f64 {
    if hits == 0 { 0.0 } else { beta_quantile(hits as f64, (of - hits) as f64 + 1.0, tail) }
}

/// The share above which so few hits have a probability of `tail` at most.
fn upper(hits: u64, of: u64, tail: f64) -> f64 {
    if hits >= of { 1.0 } else { beta_quantile(hits as f64 + 1.0, (of - hits) as f64, 1.0 - tail) }
}

/// What the share is at most, with 95 %: a bound on one side, by Clopper and Pearson. Of none in `of`
/// it is some `3 / of` (the rule of three; Hanley and Lippman-Hand, JAMA 249, 1983).
#[must_use]
pub fn bound(hits: u64, of: u64) -> f64 {
    upper(hits.min(of), of, ALPHA)
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
    /// What the rate is at most, with 95 %: a bound on one side.
    pub bound: f64,
}

impl Rate {
    /// `count` events in `exposure`, with the exact Poisson interval (Garwood, Biometrika 28, 1936).
    /// Where nothing was exposed nothing is known, and the ends are as far as numbers go.
    #[must_use]
    pub fn new(count: u64, exposure: f64) -> Self {
        let exposure = if exposure.is_finite() { exposure.max(0.0) } else { 0.0 };
        let per = |events: f64| match exposure {
            none if none <= 0.0 => f64::MAX,
            exposure => events / exposure,
        };
        let quantile =
            |shape: f64, p: f64| Gamma::new(shape, 1.0).map_or(0.0, |gamma| gamma.inverse_cdf(p));
        let k = count as f64;
        let low = if count == 0 { 0.0 } else { quantile(k, ALPHA / 2.0) };
        Self {
            count,
            exposure,
            rate: if exposure > 0.0 { per(k) } else { 0.0 },
            low: if exposure > 0.0 { per(low) } else { 0.0 },
            high: per(quantile(k + 1.0, 1.0 - ALPHA / 2.0)),
            bound: per(quantile(k + 1.0, 1.0 - ALPHA)),
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
    values.get((last as f64 * p.clamp(0.0, 1.0)).ceil() as usize).copied()
}

/// The log-odds of a probability; nobody is more certain than one in a million.
#[must_use]
pub fn log_odds(probability: f64) -> f64 {
    let probability = probability.clamp(1e-6, 1.0 - 1e-6);
    (probability / (1.0 - probability)).ln()
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
        let nothing = Share::new(0, 0);
        assert_eq!((nothing.share, nothing.low, nothing.high), (0.0, 0.0, 1.0));
    }

    #[test]
    fn a_bound_on_one_side_is_the_rule_of_three() {
        assert!(close(bound(0, 30), 0.0950), "{}", bound(0, 30));
        assert!((bound(0, 10_000) - 3.0 / 10_000.0).abs() < 1e-6);
        assert_eq!(bound(3, 3), 1.0);
        assert!(close(Rate::new(0, 1.0).bound, 2.9957));
    }

    /// The ends of an interval are where the tails hold half of what is left out.
    #[test]
    fn ends_of_intervals_are_where_the_tails_say() {
        for (hits, of) in [(1, 3), (2, 40), (13, 14), (50, 5000), (3, 3_000_000), (999, 1000)] {
            let (share, k, n) = (Share::new(hits, of), hits as f64, of as f64);
            let tail = |a: f64, b: f64, x: f64| Beta::new(a, b).expect("positive").cdf(x);
            let (low, high) = (tail(k, n - k + 1.0, share.low), tail(k + 1.0, n - k, share.high));
            assert!((low - 0.025).abs() < 1e-6 && (high - 0.975).abs() < 1e-6, "{share:?}");
        }
    }

    #[test]
    fn a_weight_moves_the_share_and_its_interval() {
        // Of ten that mine and ten that do not, each of which stands for nine: 10 of 100.
        let share = Share::new(10, 20).reweighted(9.0);
        assert!(close(share.share, 0.1), "{share:?}");
        assert!(share.low < share.share && share.share < share.high && share.high < 0.25);
        assert_eq!(Share::new(10, 20).reweighted(1.0), Share::new(10, 20));
        assert_eq!(Share::new(0, 0).reweighted(9.0).high, 1.0);
    }

    #[test]
    fn without_exposure_nothing_is_known() {
        let unknown = Rate::new(0, 0.0);
        assert_eq!((unknown.rate, unknown.low, unknown.high), (0.0, 0.0, f64::MAX));
        assert_eq!(Rate::new(0, f64::NAN), unknown);
    }

    #[test]
    fn log_odds_end_somewhere() {
        assert_eq!(log_odds(0.5), 0.0);
        assert!(close(log_odds(1e-4), -9.2102));
        assert!(log_odds(0.0).is_finite() && log_odds(1.0).is_finite());
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

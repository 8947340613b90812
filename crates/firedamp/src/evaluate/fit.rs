//! One factor on all evidence, fitted to verdicts whose truth is known.
//!
//! Platt's method (Advances in Large Margin Classifiers, 1999) with the intercept held: silence must go
//! on saying what the prior says, so only the slope of the log-odds above the prior is free (ADR 5). An
//! account's log-odds stand for those of its likeliest resource. What is fitted on some groups is
//! measured on others that the fit never saw, and nothing leaves the verdict anchors.

mod anchors;

use std::collections::{BTreeMap, BTreeSet};

use firedamp_core::weights::Weights;
use serde::{Deserialize, Serialize};

use super::calibration::{SILENCE, innocent_weight};
use crate::simulate::Truth;

/// Seeds from here on are for reports, and nothing is fitted to them.
pub const REPORT_SEED_MIN: u64 = 1000;
/// The slopes that are tried, in hundredths.
const SLOPES: std::ops::RangeInclusive<u32> = 50..=150;
/// Nobody is more certain than this.
const CERTAINTY_MIN: f64 = 1e-6;

/// A verdict, as far as a fit looks at it; a line of `firedamp evaluate --verdicts`.
#[derive(Clone, Debug, Deserialize)]
pub struct Judged {
    /// What is true.
    pub truth: Truth,
    /// The way of judging.
    pub arm: String,
    /// What was said.
    pub probability: f64,
}

/// What a fit came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fit {
    /// Verdicts about accounts that mine, and about others.
    pub miners: usize,
    /// The others.
    pub innocents: usize,
    /// The slope with the least loss, wherever it lies.
    pub free: f64,
    /// The slopes that leave every verdict anchor in its band.
    pub anchored: (f64, f64),
    /// The anchor that ends them below, and above.
    pub bounds: (&'static str, &'static str),
    /// The slope with the least loss among these.
    pub scale: f64,
    /// Mean logarithmic loss with the weights as they are, and with `scale`; at the base rate.
    pub loss: (f64, f64),
    /// The same on what the fit did not see, by what was held out.
    pub held_out: Vec<HeldOut>,
    /// Whether `scale` is better than 1 on everything that was held out.
    pub is_better: bool,
}

/// Loss on groups that a fit did not see.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeldOut {
    /// By what groups were made.
    pub by: &'static str,
    /// How many groups.
    pub groups: usize,
    /// The least and the greatest slope that fitting without a group gave.
    pub scales: (f64, f64),
    /// Mean loss with the weights as they are, and as fitted without the group.
    pub loss: (f64, f64),
}

/// Fits a slope to verdicts that `weights` gave. `None` where not both miners and innocents are there.
#[must_use]
pub fn fit(judged: &[Judged], weights: &Weights, base_rate: f64) -> Option<Fit> {
    let points = Points::of(judged, base_rate)?;
    let everything: Vec<&Point> = points.0.iter().collect();
    let anchored = anchors::slopes(weights);
    let within = |slope: &f64| (anchored.low..=anchored.high).contains(slope);
    let scale = best(&everything, &within);
    let held_out: Vec<HeldOut> = GROUPINGS
        .iter()
        .filter_map(|(by, group)| held_out(&points, judged, by, *group, &within))
        .collect();
    let is_better =
        scale != 1.0 && !held_out.is_empty() && held_out.iter().all(|one| one.loss.1 < one.loss.0);
    Some(Fit {
        miners: judged.iter().filter(|one| one.truth.mines).count(),
        innocents: judged.iter().filter(|one| !one.truth.mines).count(),
        free: best(&everything, &|_| true),
        anchored: (anchored.low, anchored.high),
        bounds: (anchored.low_by, anchored.high_by),
        scale,
        loss: (loss(&everything, 1.0), loss(&everything, scale)),
        held_out,
        is_better,
    })
}

type Grouping = (&'static str, fn(&Truth) -> String);

/// By what verdicts are held out; never by single verdicts, whose neighbours would tell.
const GROUPINGS: [Grouping; 4] = [
    ("scenario", |truth| truth.scenario.clone()),
    ("coin", |truth| truth.coin.clone().unwrap_or_else(|| "none".to_string())),
    ("cloud", |truth| truth.account.split(':').next().unwrap_or_default().to_string()),
    ("seed", |truth| truth.seed.to_string()),
];

/// One verdict: nats above the prior, what is to be said, and how much it counts.
struct Point {
    evidence: f64,
    target: f64,
    weight: f64,
}

struct Points(Vec<Point>);

impl Points {
    fn of(judged: &[Judged], base_rate: f64) -> Option<Self> {
        let miners = judged.iter().filter(|one| one.truth.mines).count();
        let innocents = judged.len() - miners;
        if miners == 0 || innocents == 0 {
            return None;
        }
        let weight = innocent_weight(miners, innocents, base_rate);
        // Platt's targets: one more of each kind might have been seen, of all that counts.
        let mining = (miners as f64 + 1.0) / (miners as f64 + 2.0);
        let quiet = 1.0 / (innocents as f64 * weight + 2.0);
        let point = |one: &Judged| {
            let (target, weight) = match one.truth.mines {
                true => (mining, 1.0),
                false => (quiet, weight),
            };
            let evidence = log_odds(one.probability.max(SILENCE)) - log_odds(SILENCE);
            Point { evidence, target, weight }
        };
        Some(Self(judged.iter().map(point).collect()))
    }
}

fn log_odds(probability: f64) -> f64 {
    let probability = probability.clamp(CERTAINTY_MIN, 1.0 - CERTAINTY_MIN);
    (probability / (1.0 - probability)).ln()
}

/// Mean logarithmic loss with a slope.
fn loss(points: &[&Point], slope: f64) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for point in points {
        let nats = slope.mul_add(point.evidence, log_odds(SILENCE));
        let said = (1.0 / (1.0 + (-nats).exp())).clamp(CERTAINTY_MIN, 1.0 - CERTAINTY_MIN);
        let loss = -(point.target * said.ln() + (1.0 - point.target) * (1.0 - said).ln());
        sum += point.weight * loss;
        weights += point.weight;
    }
    if weights > 0.0 { sum / weights } else { 0.0 }
}

/// The slope with the least loss; of several the one nearest to none at all.
fn best(points: &[&Point], is_allowed: &dyn Fn(&f64) -> bool) -> f64 {
    let slopes = SLOPES.map(|hundredths| f64::from(hundredths) / 100.0).filter(is_allowed);
    let key = |slope: f64| (loss(points, slope), (slope - 1.0).abs());
    slopes
        .min_by(|one, other| {
            let (one, other) = (key(*one), key(*other));
            one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
        })
        .unwrap_or(1.0)
}

/// Each group judged by a fit to the others; `None` where there is one group only.
fn held_out(
    points: &Points,
    judged: &[Judged],
    by: &'static str,
    group: fn(&Truth) -> String,
    is_allowed: &dyn Fn(&f64) -> bool,
) -> Option<HeldOut> {
    let mut groups: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (at, one) in judged.iter().enumerate() {
        groups.entry(group(&one.truth)).or_default().insert(at);
    }
    let part = |is_in: &dyn Fn(usize) -> bool| -> Vec<&Point> {
        let all = points.0.iter().enumerate();
        all.filter(|(at, _)| is_in(*at)).map(|(_, point)| point).collect()
    };
    let (mut scales, mut before, mut after, mut weights) = (Vec::new(), 0.0, 0.0, 0.0);
    for own in groups.values() {
        let scale = best(&part(&|at| !own.contains(&at)), is_allowed);
        let unseen = part(&|at| own.contains(&at));
        let weight: f64 = unseen.iter().map(|point| point.weight).sum();
        before += weight * loss(&unseen, 1.0);
        after += weight * loss(&unseen, scale);
        weights += weight;
        scales.push(scale);
    }
    let least = scales.iter().copied().fold(f64::INFINITY, f64::min);
    let most = scales.iter().copied().fold(0.0, f64::max);
    (groups.len() > 1).then(|| HeldOut {
        by,
        groups: groups.len(),
        scales: (least, most),
        loss: (before / weights, after / weights),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::verdict::tests::verdict;

    fn judged(probability: f64, mines: bool, seed: u64) -> Judged {
        let mut truth = verdict(probability, mines).truth;
        truth.seed = seed;
        Judged { truth, arm: "all".to_string(), probability }
    }

    fn said_and_true(said: f64, miners: u64, innocents: u64) -> Vec<Judged> {
        let miners = (0..miners).map(|at| judged(said, true, at % 4));
        miners.chain((0..innocents).map(|at| judged(said, false, at % 4))).collect()
    }

    #[test]
    fn who_says_too_much_is_turned_down() {
        // Of a hundred accounts at 0.6 ten mine, where half of the resource-days are mined in.
        let all = said_and_true(0.6, 10, 90);
        let fit = fit(&all, &Weights::embedded(), 0.5).expect("a fit");
        assert!(fit.free < 1.0, "{fit:?}");
        assert!(fit.scale >= fit.anchored.0 && fit.scale <= fit.anchored.1);
        assert!(fit.loss.1 <= fit.loss.0);
    }

    #[test]
    fn what_is_right_stays() {
        // Half of the resource-days are mined in: a hundred innocents count as a hundred miners.
        let all = said_and_true(0.5, 100, 100);
        let fit = fit(&all, &Weights::embedded(), 0.5).expect("a fit");
        assert!((0.97..=1.03).contains(&fit.free), "{fit:?}");
    }

    #[test]
    fn groups_are_held_out_whole() {
        let all = said_and_true(0.6, 10, 90);
        let fit = fit(&all, &Weights::embedded(), 0.5).expect("a fit");
        let groups: Vec<(&str, usize)> =
            fit.held_out.iter().map(|one| (one.by, one.groups)).collect();
        assert_eq!(groups, [("scenario", 2), ("coin", 2), ("seed", 4)]);
    }

    #[test]
    fn of_one_kind_nothing_is_fitted() {
        let weights = Weights::embedded();
        assert_eq!(fit(&said_and_true(0.6, 3, 0), &weights, 1e-4), None);
        assert_eq!(fit(&said_and_true(0.6, 0, 3), &weights, 1e-4), None);
        assert_eq!(fit(&[], &weights, 1e-4), None);
    }
}

//! Whether probabilities mean what they say.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Verdict, measures, statistics::Share};

/// Below this a probability is nobody's business.
const PROBABILITY_MIN: f64 = 0.05;
/// The bins' upper ends.
const BINS: [f64; 8] = [0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0];
/// What silence says: that one resource in ten thousand mines, as it was before any evidence.
pub(super) const SILENCE: f64 = 1e-4;
/// Nobody is more certain than this.
const CERTAINTY_MIN: f64 = 1e-6;

/// One bin of the reliability table.
#[derive(Clone, Debug, Serialize)]
pub struct Bin {
    /// The lower end.
    pub from: f64,
    /// The upper end.
    pub to: f64,
    /// The mean of what was said.
    pub said: f64,
    /// What was true; the counts are of accounts, the share and its interval are weighted.
    pub observed: Share,
    /// Whether what was said lies within the interval of what was true.
    pub holds: bool,
}

/// How far what is said is from what is true.
#[derive(Clone, Debug, Serialize)]
pub struct Calibration {
    /// What each innocent account counts; each one that mines counts one.
    pub innocent_weight: f64,
    /// Cases with a probability of 0.05 and more, by probability; empty bins are left out.
    pub bins: Vec<Bin>,
    /// Mean squared distance of all verdicts (Brier, Monthly Weather Review 78, 1950).
    pub brier: f64,
    /// Expected calibration error over the bins (Naeini et al., AAAI 2015).
    pub expected_error: f64,
    /// Mean logarithmic loss of all verdicts, in nats.
    pub log_loss: f64,
    /// The same of someone who says the share of miners each time.
    pub base_log_loss: f64,
}

/// The verdicts about a part of the accounts.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// Which part.
    pub name: String,
    /// The mean of what was said.
    pub said: f64,
    /// Accounts that mine, of all.
    pub observed: Share,
    /// As of all verdicts, of these; with each account counting one.
    pub brier: f64,
    /// The same.
    pub expected_error: f64,
    /// The same.
    pub log_loss: f64,
    /// Of someone who says the share of miners in *all* verdicts each time.
    pub base_log_loss: f64,
}

impl Calibration {
    /// Of these verdicts, each innocent one of which counts `innocent_weight`.
    #[must_use]
    pub fn of(verdicts: &[&Verdict], innocent_weight: f64) -> Self {
        let base = weighted_mean(verdicts, innocent_weight, &truth);
        Self::beside(verdicts, innocent_weight, base)
    }

    /// The same, beside someone who says `base` each time.
    fn beside(verdicts: &[&Verdict], innocent_weight: f64, base: f64) -> Self {
        let mean = |of: &dyn Fn(&Verdict) -> f64| weighted_mean(verdicts, innocent_weight, of);
        let bins = bins(verdicts, innocent_weight);
        Self {
            innocent_weight,
            brier: mean(&|verdict| (said(verdict) - truth(verdict)).powi(2)),
            expected_error: expected_error(&bins, innocent_weight),
            log_loss: mean(&|verdict| loss(said(verdict), verdict.truth.mines)),
            base_log_loss: mean(&|verdict| loss(base, verdict.truth.mines)),
            bins,
        }
    }
}

/// What an innocent account counts for each one that mines, so that `base_rate` of all that counts
/// mines: the mixes that we measure with have far more miners than the world.
#[must_use]
pub fn innocent_weight(miners: usize, innocents: usize, base_rate: f64) -> f64 {
    let weight = miners as f64 * (1.0 - base_rate) / (base_rate * innocents as f64);
    if weight.is_finite() && weight > 0.0 { weight } else { 1.0 }
}

/// The verdicts by scenario, coin, cloud and seed.
#[must_use]
pub fn parts(verdicts: &[&Verdict]) -> BTreeMap<&'static str, Vec<Part>> {
    let properties: [(&'static str, measures::Property<'_>); 4] = [
        ("scenario", &|verdict| verdict.truth.scenario.clone()),
        ("coin", &|verdict| verdict.truth.coin.clone().unwrap_or_else(|| "none".to_string())),
        ("cloud", &measures::cloud),
        ("seed", &|verdict| verdict.truth.seed.to_string()),
    ];
    let base = weighted_mean(verdicts, 1.0, &truth);
    let part = |(name, own): (String, Vec<&Verdict>)| part(name, &own, base);
    let of = |property| measures::grouped(verdicts, property).into_iter().map(part).collect();
    properties.into_iter().map(|(id, property)| (id, of(property))).collect()
}

fn part(name: String, own: &[&Verdict], base: f64) -> Part {
    let Calibration { brier, expected_error, log_loss, base_log_loss, .. } =
        Calibration::beside(own, 1.0, base);
    let (said, observed) = (weighted_mean(own, 1.0, &said), observed(own));
    Part { name, said, observed, brier, expected_error, log_loss, base_log_loss }
}

fn truth(verdict: &Verdict) -> f64 {
    f64::from(u8::from(verdict.truth.mines))
}

/// The probability that counts: where nobody speaks all is as it was before.
fn said(verdict: &Verdict) -> f64 {
    if verdict.spoke.is_empty() { verdict.probability.max(SILENCE) } else { verdict.probability }
}

fn weight(verdict: &Verdict, innocent_weight: f64) -> f64 {
    if verdict.truth.mines { 1.0 } else { innocent_weight }
}

fn weighted_mean(verdicts: &[&Verdict], innocent_weight: f64, of: &dyn Fn(&Verdict) -> f64) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for verdict in verdicts {
        let weight = weight(verdict, innocent_weight);
        sum += weight * of(verdict);
        weights += weight;
    }
    if weights > 0.0 { sum / weights } else { 0.0 }
}

/// The logarithmic loss (Good, JRSS B 14, 1952).
fn loss(probability: f64, mines: bool) -> f64 {
    let probability = probability.clamp(CERTAINTY_MIN, 1.0 - CERTAINTY_MIN);
    -(if mines { probability } else { 1.0 - probability }).ln()
}

fn expected_error(bins: &[Bin], innocent_weight: f64) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for bin in bins {
        let Share { hits, of, share, .. } = bin.observed;
        let weight = hits as f64 + innocent_weight * (of - hits) as f64;
        sum += weight * (bin.said - share).abs();
        weights += weight;
    }
    if weights > 0.0 { sum / weights } else { 0.0 }
}

fn bins(verdicts: &[&Verdict], innocent_weight: f64) -> Vec<Bin> {
    let froms = std::iter::once(PROBABILITY_MIN).chain(BINS);
    let bin = |(from, to): (f64, f64)| {
        let is_in = |p: f64| p >= from && (p < to || to >= 1.0);
        let own: Vec<&Verdict> =
            verdicts.iter().filter(|verdict| is_in(verdict.probability)).copied().collect();
        (!own.is_empty()).then(|| filled(from, to, &own, innocent_weight))
    };
    froms.zip(BINS).filter_map(bin).collect()
}

fn filled(from: f64, to: f64, own: &[&Verdict], innocent_weight: f64) -> Bin {
    let said = weighted_mean(own, innocent_weight, &|verdict| verdict.probability);
    let observed = observed(own).reweighted(innocent_weight);
    let holds = (observed.low..=observed.high).contains(&said);
    Bin { from, to, said, observed, holds }
}

fn observed(own: &[&Verdict]) -> Share {
    let hits = own.iter().filter(|verdict| verdict.truth.mines).count();
    Share::new(hits as u64, own.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::verdict::tests::verdict;

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-9
    }

    fn four() -> [Verdict; 4] {
        [verdict(0.9, true), verdict(0.9, false), verdict(0.0, false), verdict(0.0, true)]
    }

    #[test]
    fn is_what_one_reckons_by_hand() {
        let all = four();
        let calibration = Calibration::of(&all.iter().collect::<Vec<_>>(), 1.0);
        let squares = 0.01 + 0.81 + SILENCE.powi(2) + (1.0 - SILENCE).powi(2);
        assert!(close(calibration.brier, squares / 4.0));
        assert_eq!(calibration.bins.len(), 1);
        assert!(close(calibration.expected_error, 0.4));
        assert!(close(calibration.base_log_loss, 2.0_f64.ln()));
        let losses = [0.9_f64, 0.1, 1.0 - SILENCE, SILENCE].map(|p| -p.ln());
        assert!(close(calibration.log_loss, losses.iter().sum::<f64>() / 4.0));
    }

    #[test]
    fn innocents_weigh_as_they_do_in_the_world() {
        let all = four();
        let all: Vec<&Verdict> = all.iter().collect();
        assert!(close(innocent_weight(2, 4, 0.5), 0.5));
        assert!(close(innocent_weight(2, 2, 1e-4), 9999.0));
        assert!(close(innocent_weight(1, 0, 1e-4), 1.0));
        // With an innocent that counts three: of one and three at 0.9 one quarter mines.
        let calibration = Calibration::of(&all, 3.0);
        assert!(close(calibration.expected_error, 0.9 - 0.25));
        let squares = 0.01 + 3.0 * 0.81 + 3.0 * SILENCE.powi(2) + (1.0 - SILENCE).powi(2);
        assert!(close(calibration.brier, squares / 8.0));
        let base = -(0.25_f64.ln() + 3.0 * 0.75_f64.ln()) / 4.0;
        assert!(close(calibration.base_log_loss, base));
        assert_eq!((calibration.bins[0].observed.hits, calibration.bins[0].observed.of), (1, 2));
    }

    #[test]
    fn a_bin_holds_while_its_mean_may_be_true() {
        let many: Vec<Verdict> = (0..40).map(|count| verdict(0.3, count % 2 == 0)).collect();
        let all: Vec<&Verdict> = many.iter().collect();
        assert!(Calibration::of(&all[..4], 1.0).bins[0].holds);
        assert!(!Calibration::of(&all, 1.0).bins[0].holds);
        let edges = [verdict(0.05, true), verdict(0.1, true), verdict(1.0, true)];
        let bins = Calibration::of(&edges.iter().collect::<Vec<_>>(), 1.0).bins;
        let bins: Vec<(f64, f64)> = bins.iter().map(|bin| (bin.from, bin.to)).collect();
        assert_eq!(bins, [(0.05, 0.1), (0.1, 0.2), (0.95, 1.0)]);
    }

    #[test]
    fn parts_stand_beside_the_whole() {
        let all = four();
        let parts = parts(&all.iter().collect::<Vec<_>>());
        let names: Vec<&str> = parts.keys().copied().collect();
        assert_eq!(names, ["cloud", "coin", "scenario", "seed"]);
        let plain = &parts["scenario"][0];
        assert_eq!((plain.name.as_str(), plain.observed.hits, plain.observed.of), ("plain", 2, 2));
        assert!(close(plain.said, (0.9 + SILENCE) / 2.0));
        // Who says that half mine is as wrong about these as about all.
        assert!(close(plain.base_log_loss, 2.0_f64.ln()));
    }

    #[test]
    fn of_nothing_nothing_is_said() {
        let nothing = Calibration::of(&[], innocent_weight(0, 0, 1e-4));
        assert!(nothing.bins.is_empty() && nothing.brier == 0.0 && nothing.log_loss == 0.0);
    }
}

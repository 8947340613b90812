//! Whether probabilities mean what they say.

use serde::Serialize;

use super::{Verdict, statistics::Share};

/// Below this a probability is nobody's business.
const PROBABILITY_MIN: f64 = 0.05;
/// The bins' upper ends.
const BINS: [f64; 8] = [0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0];

/// One bin of the reliability table.
#[derive(Clone, Debug, Serialize)]
pub struct Bin {
    /// The lower end.
    pub from: f64,
    /// The upper end.
    pub to: f64,
    /// The mean of what was said.
    pub said: f64,
    /// What was true.
    pub observed: Share,
    /// Whether what was said lies within the interval of what was true.
    pub holds: bool,
}

/// How far what is said is from what is true.
#[derive(Clone, Debug, Serialize)]
pub struct Calibration {
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

impl Calibration {
    /// Of all these verdicts.
    #[must_use]
    pub fn of(verdicts: &[&Verdict]) -> Self {
        let count = verdicts.len().max(1) as f64;
        let truth = |verdict: &Verdict| f64::from(u8::from(verdict.truth.mines));
        let mean = |of: &dyn Fn(&Verdict) -> f64| {
            verdicts.iter().map(|verdict| of(verdict)).sum::<f64>() / count
        };
        let base = mean(&truth);
        let bins = bins(verdicts);
        let told: u64 = bins.iter().map(|bin| bin.observed.of).sum();
        let gap = |bin: &Bin| (bin.said - bin.observed.share).abs() * bin.observed.of as f64;
        Self {
            brier: mean(&|verdict| (verdict.probability - truth(verdict)).powi(2)),
            expected_error: bins.iter().map(gap).sum::<f64>() / told.max(1) as f64,
            log_loss: mean(&|verdict| loss(verdict.probability, verdict.truth.mines)),
            base_log_loss: mean(&|verdict| loss(base, verdict.truth.mines)),
            bins,
        }
    }
}

/// The logarithmic loss; nobody is more certain than one in a million.
fn loss(probability: f64, mines: bool) -> f64 {
    let probability = probability.clamp(1e-6, 1.0 - 1e-6);
    -(if mines { probability } else { 1.0 - probability }).ln()
}

fn bins(verdicts: &[&Verdict]) -> Vec<Bin> {
    let mut from = PROBABILITY_MIN;
    let mut bins = Vec::new();
    for to in BINS {
        let is_last = to >= 1.0;
        let own: Vec<&&Verdict> = verdicts
            .iter()
            .filter(|verdict| {
                let p = verdict.probability;
                p >= from && (p < to || is_last)
            })
            .collect();
        if !own.is_empty() {
            let said =
                own.iter().map(|verdict| verdict.probability).sum::<f64>() / own.len() as f64;
            let hits = own.iter().filter(|verdict| verdict.truth.mines).count() as u64;
            let observed = Share::new(hits, own.len() as u64);
            let holds = (observed.low..=observed.high).contains(&said);
            bins.push(Bin { from, to, said, observed, holds });
        }
        from = to;
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::verdict::tests::verdict;

    #[test]
    fn is_what_one_reckons_by_hand() {
        let all =
            [verdict(0.9, true), verdict(0.9, false), verdict(0.0, false), verdict(0.0, true)];
        let calibration = Calibration::of(&all.iter().collect::<Vec<_>>());
        assert!((calibration.brier - (0.01 + 0.81 + 0.0 + 1.0) / 4.0).abs() < 1e-12);
        assert_eq!(calibration.bins.len(), 1);
        assert!((calibration.expected_error - 0.4).abs() < 1e-12);
        assert!((calibration.base_log_loss - 2.0_f64.ln()).abs() < 1e-12);
        let expected = (-(0.9_f64.ln()) - 0.1_f64.ln() + 1e-6 + 1e6_f64.ln()) / 4.0;
        assert!((calibration.log_loss - expected).abs() < 1e-5, "{}", calibration.log_loss);
    }
}

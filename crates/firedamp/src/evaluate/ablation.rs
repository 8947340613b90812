//! What each detector adds: everything judged again with one of them switched off.

use serde::Serialize;

use super::{
    Verdict,
    calibration::SILENCE,
    statistics::{Share, log_odds},
    verdict::FOUND_MIN,
};

/// Without one detector.
#[derive(Clone, Debug, Serialize)]
pub struct Ablation {
    /// The detector that is off.
    pub without: String,
    /// Miners found all the same.
    pub recall: Share,
    /// Innocent accounts accused all the same, and because of it.
    pub false_cases: usize,
    /// Innocent cases that go.
    pub false_cases_gone: usize,
    /// Innocent accounts of which it said anything at all: of whom it never spoke it can clear nobody.
    pub innocents_spoken_of: usize,
    /// What the log-odds of the miners lose on average, in nats.
    pub nats_lost: f64,
}

/// Each detector that spoke of any of these, the one that is missed most first.
pub(super) fn of(miners: &[&Verdict], innocents: &[&Verdict]) -> Vec<Ablation> {
    let spoke =
        |verdict: &&Verdict| -> Vec<&'static str> { verdict.spoke.keys().copied().collect() };
    let mut detectors: Vec<&str> = miners.iter().chain(innocents).flat_map(spoke).collect();
    detectors.sort_unstable();
    detectors.dedup();
    let mut all: Vec<Ablation> =
        detectors.into_iter().map(|id| without(id, miners, innocents)).collect();
    all.sort_by_key(|ablation| ablation.recall.hits);
    all
}

fn without(id: &str, miners: &[&Verdict], innocents: &[&Verdict]) -> Ablation {
    let left = |verdict: &Verdict| left(verdict, id);
    let hits = miners.iter().filter(|verdict| left(verdict) >= FOUND_MIN).count();
    let gone = |verdict: &&&Verdict| verdict.is_found() && left(verdict) < FOUND_MIN;
    let lost = |verdict: &&Verdict| nats(verdict.probability) - nats(left(verdict));
    Ablation {
        without: id.to_string(),
        recall: Share::new(hits as u64, miners.len() as u64),
        false_cases: innocents.iter().filter(|verdict| left(verdict) >= FOUND_MIN).count(),
        false_cases_gone: innocents.iter().filter(gone).count(),
        innocents_spoken_of: innocents.iter().filter(|one| one.spoke.contains_key(id)).count(),
        nats_lost: miners.iter().map(lost).sum::<f64>() / miners.len().max(1) as f64,
    }
}

/// Where a detector spoke nowhere in what was read together, nothing changes without it.
fn left(verdict: &Verdict, id: &str) -> f64 {
    verdict.without.get(id).copied().unwrap_or(verdict.probability)
}

/// Less than before any evidence is not lost.
fn nats(probability: f64) -> f64 {
    log_odds(probability.max(SILENCE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::verdict::tests::verdict;

    fn said(probability: f64, mines: bool, id: &'static str, without: f64) -> Verdict {
        let mut verdict = verdict(probability, mines);
        verdict.spoke.insert(id, 5.0);
        verdict.without.insert(id, without);
        verdict
    }

    #[test]
    fn the_detector_that_is_missed_most_comes_first() {
        let miners = [said(0.9, true, "b", 0.0), said(0.9, true, "a", 0.8), verdict(0.1, true)];
        let innocents = [said(0.6, false, "b", 0.2), said(0.6, false, "a", 0.5)];
        let all = of(&miners.iter().collect::<Vec<_>>(), &innocents.iter().collect::<Vec<_>>());
        let told: Vec<(&str, u64, usize, usize)> = all
            .iter()
            .map(|one| {
                (one.without.as_str(), one.recall.hits, one.false_cases, one.false_cases_gone)
            })
            .collect();
        assert_eq!(told, [("b", 1, 1, 1), ("a", 2, 2, 0)]);
        let lost = (log_odds(0.9) - log_odds(SILENCE)) / 3.0;
        assert!((all[0].nats_lost - lost).abs() < 1e-12);
    }

    #[test]
    fn where_nobody_spoke_nobody_is_missed() {
        assert!(of(&[&verdict(0.0, true)], &[]).is_empty());
    }
}

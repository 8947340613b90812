//! From verdicts to the numbers that are published.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Verdict,
    calibration::Calibration,
    statistics::{Rate, Share, precision, quantile},
    verdict::{Arm, FOUND_MIN},
};

/// Resource-days that false cases are counted by.
const EXPOSURE: f64 = 10_000.0;
/// Mining resources that make a fleet.
const FLEET_MIN: usize = 3;
/// Cells with fewer accounts say little.
pub const CELL_MIN: u64 = 5;
/// Thresholds at which recall and false cases are told.
pub const THRESHOLDS: [f64; 3] = [0.1, FOUND_MIN, 0.9];

/// Everything that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// The version of this shape.
    pub version: u32,
    /// The part of resource-days with mining that precision is told for.
    pub base_rate: f64,
    /// Each way of judging.
    pub arms: Vec<Measures>,
}

/// One way of judging, measured.
#[derive(Clone, Debug, Serialize)]
pub struct Measures {
    /// The text id.
    pub id: String,
    /// What is known beforehand.
    pub about: String,
    /// Accounts judged.
    pub accounts: usize,
    /// Of these, accounts that mine.
    pub miners: usize,
    /// Resources times days of the accounts that do not.
    pub innocent_resource_days: f64,
    /// At each threshold.
    pub thresholds: Vec<Threshold>,
    /// Accounts in which three machines or more mine.
    pub fleets: Share,
    /// The others.
    pub few: Share,
    /// Precision at the base rate: the worst and the best that both intervals allow.
    pub precision: [f64; 2],
    /// Miners that were missed, by scenario; the most missed first.
    pub missed: Vec<Cell>,
    /// Every innocent account that became a case.
    pub false_cases: Vec<FalseCase>,
    /// Recall by one property.
    pub by: BTreeMap<&'static str, Vec<Cell>>,
    /// Recall by scenario and evasion.
    pub grid: BTreeMap<String, BTreeMap<String, Share>>,
    /// How long it took, by scenario; `all` for all.
    pub delays: Vec<Delay>,
    /// Without each detector in turn.
    pub ablation: Vec<Ablation>,
    /// Whether probabilities mean what they say.
    pub calibration: Calibration,
}

/// What is found and who is accused from one probability on.
#[derive(Clone, Debug, Serialize)]
pub struct Threshold {
    /// The probability.
    pub probability: f64,
    /// Miners found.
    pub recall: Share,
    /// Innocent accounts accused, for 10,000 resource-days.
    pub false_cases: Rate,
}

/// Recall of a part of the miners.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// Which part.
    pub name: String,
    /// How many of it were found.
    pub recall: Share,
}

/// An innocent account that became a case.
#[derive(Clone, Debug, Serialize)]
pub struct FalseCase {
    /// The account.
    pub account: String,
    /// The world.
    pub seed: u64,
    /// What goes on in it.
    pub scenario: String,
    /// What was said.
    pub probability: f64,
    /// What each detector gave at most.
    pub spoke: BTreeMap<&'static str, f64>,
}

/// How long it took.
#[derive(Clone, Debug, Serialize)]
pub struct Delay {
    /// The scenario.
    pub scenario: String,
    /// Cases measured.
    pub cases: usize,
    /// The median, in minutes.
    pub median_minutes: f64,
    /// What nine of ten cases need at most.
    pub p90_minutes: f64,
    /// Dollars that the mining cost until then, the median.
    pub median_dollars: f64,
    /// The same of nine of ten at most.
    pub p90_dollars: f64,
}

/// Without one detector.
#[derive(Clone, Debug, Serialize)]
pub struct Ablation {
    /// The detector that is off.
    pub without: String,
    /// Miners found all the same.
    pub recall: Share,
    /// Innocent cases that go.
    pub false_cases_gone: usize,
}

impl Evaluation {
    /// Measures verdicts of these ways of judging.
    #[must_use]
    pub fn of(verdicts: &[Verdict], arms: &[Arm], base_rate: f64) -> Self {
        let measures = arms.iter().filter_map(|arm| {
            let own: Vec<&Verdict> =
                verdicts.iter().filter(|verdict| verdict.arm == arm.id).collect();
            (!own.is_empty()).then(|| Measures::of(&own, arm, base_rate))
        });
        Self { version: 1, base_rate, arms: measures.collect() }
    }
}

fn recall<'a>(miners: impl Iterator<Item = &'a &'a Verdict>, probability: f64) -> Share {
    let (mut hits, mut of) = (0, 0);
    for verdict in miners {
        of += 1;
        hits += u64::from(verdict.probability >= probability);
    }
    Share::new(hits, of)
}

impl Measures {
    fn of(verdicts: &[&Verdict], arm: &Arm, base_rate: f64) -> Self {
        let (miners, innocents): (Vec<&Verdict>, Vec<&Verdict>) =
            verdicts.iter().partition(|verdict| verdict.truth.mines);
        let days: f64 = innocents.iter().map(|verdict| verdict.truth.resource_days).sum();
        let thresholds: Vec<Threshold> = THRESHOLDS
            .iter()
            .map(|probability| threshold(&miners, &innocents, days, *probability))
            .collect();
        let is_fleet = |verdict: &&&Verdict| verdict.truth.mining_resources.len() >= FLEET_MIN;
        let by = by(&miners);
        Self {
            id: arm.id.to_string(),
            about: arm.about.to_string(),
            accounts: verdicts.len(),
            miners: miners.len(),
            innocent_resource_days: days,
            fleets: recall(miners.iter().filter(is_fleet), FOUND_MIN),
            few: recall(miners.iter().filter(|verdict| !is_fleet(verdict)), FOUND_MIN),
            precision: precisions(&thresholds, base_rate),
            thresholds,
            missed: missed(by.get("scenario").map_or(&[], Vec::as_slice)),
            false_cases: false_cases(&innocents),
            by,
            grid: grid(&miners),
            delays: delays(&miners),
            ablation: if arm.ablated { ablation(&miners, &innocents) } else { Vec::new() },
            calibration: Calibration::of(verdicts),
        }
    }
}

fn threshold(
    miners: &[&Verdict],
    innocents: &[&Verdict],
    days: f64,
    probability: f64,
) -> Threshold {
    let accused = innocents.iter().filter(|verdict| verdict.probability >= probability).count();
    Threshold {
        probability,
        recall: recall(miners.iter(), probability),
        false_cases: Rate::new(accused as u64, days / EXPOSURE),
    }
}

fn precisions(thresholds: &[Threshold], base_rate: f64) -> [f64; 2] {
    let found = thresholds.iter().find(|threshold| threshold.probability >= FOUND_MIN);
    found.map_or([0.0; 2], |found| {
        let (recall, slips) = (found.recall, found.false_cases);
        [
            precision(recall.low, slips.high / EXPOSURE, base_rate),
            precision(recall.high, slips.low / EXPOSURE, base_rate),
        ]
    })
}

fn missed(scenarios: &[Cell]) -> Vec<Cell> {
    let mut missed: Vec<Cell> =
        scenarios.iter().filter(|cell| cell.recall.hits < cell.recall.of).cloned().collect();
    missed.sort_by(|one, other| one.recall.share.total_cmp(&other.recall.share));
    missed
}

fn false_cases(innocents: &[&Verdict]) -> Vec<FalseCase> {
    let mut cases: Vec<FalseCase> = innocents
        .iter()
        .filter(|verdict| verdict.is_found())
        .map(|verdict| FalseCase {
            account: verdict.truth.account.clone(),
            seed: verdict.truth.seed,
            scenario: verdict.truth.scenario.clone(),
            probability: verdict.probability,
            spoke: verdict.spoke.clone(),
        })
        .collect();
    cases.sort_by(|one, other| other.probability.total_cmp(&one.probability));
    cases
}

fn evasions(verdict: &Verdict) -> String {
    match verdict.truth.evasions.as_slice() {
        [] => "none".to_string(),
        evasions => evasions.join(" + "),
    }
}

fn by(miners: &[&Verdict]) -> BTreeMap<&'static str, Vec<Cell>> {
    let properties: [(&'static str, &dyn Fn(&Verdict) -> String); 6] = [
        ("scenario", &|verdict| verdict.truth.scenario.clone()),
        ("evasion", &evasions),
        ("coin", &|verdict| verdict.truth.coin.clone().unwrap_or_default()),
        ("cloud", &|verdict| {
            verdict.truth.account.split(':').next().unwrap_or_default().to_string()
        }),
        ("traffic", &|verdict| {
            if verdict.truth.replayed { "a real miner's, replayed" } else { "made up" }.to_string()
        }),
        ("records", &|verdict| format!("{} s", verdict.record_seconds)),
    ];
    properties.into_iter().map(|(id, of)| (id, cells(miners, of))).collect()
}

fn cells(miners: &[&Verdict], of: &dyn Fn(&Verdict) -> String) -> Vec<Cell> {
    let mut parts: BTreeMap<String, Vec<&Verdict>> = BTreeMap::new();
    for verdict in miners {
        parts.entry(of(verdict)).or_default().push(verdict);
    }
    let cell =
        |(name, own): (String, Vec<&Verdict>)| Cell { name, recall: recall(own.iter(), FOUND_MIN) };
    parts.into_iter().map(cell).collect()
}

fn grid(miners: &[&Verdict]) -> BTreeMap<String, BTreeMap<String, Share>> {
    let mut parts: BTreeMap<String, Vec<&Verdict>> = BTreeMap::new();
    for verdict in miners {
        parts.entry(verdict.truth.scenario.clone()).or_default().push(verdict);
    }
    let row = |own: Vec<&Verdict>| {
        cells(&own, &evasions).into_iter().map(|cell| (cell.name, cell.recall)).collect()
    };
    parts.into_iter().map(|(scenario, own)| (scenario, row(own))).collect()
}

fn delays(miners: &[&Verdict]) -> Vec<Delay> {
    let measured: Vec<&Verdict> =
        miners.iter().filter(|verdict| verdict.delay_seconds.is_some()).copied().collect();
    let mut parts: BTreeMap<String, Vec<&Verdict>> = BTreeMap::new();
    for verdict in &measured {
        parts.entry(verdict.truth.scenario.clone()).or_default().push(verdict);
    }
    parts.insert("all".to_string(), measured);
    parts.into_iter().filter_map(|(scenario, own)| delay(scenario, &own)).collect()
}

fn delay(scenario: String, own: &[&Verdict]) -> Option<Delay> {
    let minutes: Vec<f64> =
        own.iter().filter_map(|verdict| Some(verdict.delay_seconds? as f64 / 60.0)).collect();
    let dollars: Vec<f64> = own.iter().filter_map(|verdict| verdict.dollars_lost()).collect();
    Some(Delay {
        scenario,
        cases: own.len(),
        median_minutes: quantile(minutes.clone(), 0.5)?,
        p90_minutes: quantile(minutes, 0.9)?,
        median_dollars: quantile(dollars.clone(), 0.5)?,
        p90_dollars: quantile(dollars, 0.9)?,
    })
}

fn ablation(miners: &[&Verdict], innocents: &[&Verdict]) -> Vec<Ablation> {
    let mut detectors: Vec<&'static str> =
        miners.iter().chain(innocents).flat_map(|verdict| verdict.spoke.keys().copied()).collect();
    detectors.sort_unstable();
    detectors.dedup();
    // Where a detector spoke nowhere in what was read together, nothing changes without it.
    let left = |verdict: &Verdict, id: &str| {
        verdict.without.get(id).copied().unwrap_or(verdict.probability)
    };
    detectors
        .into_iter()
        .map(|id| {
            let hits = miners.iter().filter(|verdict| left(verdict, id) >= FOUND_MIN).count();
            let gone = |verdict: &&&Verdict| verdict.is_found() && left(verdict, id) < FOUND_MIN;
            Ablation {
                without: id.to_string(),
                recall: Share::new(hits as u64, miners.len() as u64),
                false_cases_gone: innocents.iter().filter(gone).count(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::verdict::tests::verdict;

    #[test]
    fn misses_slips_and_ablations_are_counted() {
        let mut found = verdict(0.9, true);
        found.spoke.insert("pool_contact", 12.0);
        found.without.insert("pool_contact", 0.01);
        let (missed, slip) = (verdict(0.2, true), verdict(0.6, false));
        let all = [&found, &missed, &slip];
        let arm = crate::evaluate::worlds::tests_arm();
        let measures = Measures::of(&all, &arm, 1e-4);
        assert_eq!((measures.miners, measures.accounts), (2, 3));
        assert_eq!(measures.thresholds[1].recall.hits, 1);
        assert_eq!(measures.false_cases.len(), 1);
        assert_eq!(measures.missed.len(), 1);
        assert_eq!(measures.ablation[0].recall.hits, 0);
        assert!(measures.precision[0] < measures.precision[1]);
        assert_eq!(measures.grid["plain"]["none"].of, 2);
    }
}

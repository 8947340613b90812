//! From verdicts to the numbers that are published.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Verdict,
    ablation::{self, Ablation},
    calibration::{self, Calibration, Part},
    statistics::{Rate, Share, precision},
    verdict::{Arm, FOUND_MIN},
    wait::{self, Wait, Within},
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
    /// Miners that were missed, by scenario; the most missed first.
    pub missed: Vec<Cell>,
    /// Every innocent account that became a case.
    pub false_cases: Vec<FalseCase>,
    /// Recall by one property.
    pub by: BTreeMap<&'static str, Vec<Cell>>,
    /// The worst cell of each property that is large enough to say something.
    pub worst: BTreeMap<&'static str, Cell>,
    /// Recall by scenario and evasion.
    pub grid: BTreeMap<String, BTreeMap<String, Share>>,
    /// How long it took, by scenario; `all` for all.
    pub delays: Vec<Wait>,
    /// Of the accounts that were found in the end: how many by then.
    pub found_within: Vec<Within>,
    /// Without each detector in turn.
    pub ablation: Vec<Ablation>,
    /// Whether probabilities mean what they say, each account counting one.
    pub calibration: Calibration,
    /// The same with innocents counting as much as they do at the base rate.
    pub calibration_at_base_rate: Calibration,
    /// The same by scenario, coin, cloud and seed.
    pub calibration_by: BTreeMap<&'static str, Vec<Part>>,
}

/// What is found and who is accused from one probability on.
#[derive(Clone, Debug, Serialize)]
pub struct Threshold {
    /// The probability.
    pub probability: f64,
    /// Miners found.
    pub recall: Share,
    /// Accounts that mine, of all accounts that are accused in this mix.
    pub precision: Share,
    /// Innocent accounts accused, for 10,000 resource-days.
    pub false_cases: Rate,
    /// Precision at the base rate: the worst and the best that both intervals allow.
    pub precision_at_base_rate: [f64; 2],
}

/// Recall of a part of the miners.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// Which part.
    pub name: String,
    /// How many of it were found.
    pub recall: Share,
    /// It has fewer than five accounts, which say little.
    pub few: bool,
}

/// A property by which accounts are grouped.
pub(super) type Property<'a> = &'a dyn Fn(&Verdict) -> String;

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
            .map(|probability| threshold(&miners, &innocents, base_rate, *probability))
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
            thresholds,
            missed: missed(by.get("scenario").map_or(&[], Vec::as_slice)),
            false_cases: false_cases(&innocents),
            worst: worst(&by, &miners),
            by,
            grid: grid(&miners),
            delays: wait::by_scenario(&miners),
            found_within: wait::curve(&miners),
            ablation: match arm.ablated {
                true => ablation::of(&miners, &innocents),
                false => Vec::new(),
            },
            calibration: Calibration::of(verdicts, 1.0),
            calibration_at_base_rate: Calibration::of(
                verdicts,
                calibration::innocent_weight(miners.len(), innocents.len(), base_rate),
            ),
            calibration_by: calibration::parts(verdicts),
        }
    }
}

fn threshold(
    miners: &[&Verdict],
    innocents: &[&Verdict],
    base_rate: f64,
    probability: f64,
) -> Threshold {
    let days: f64 = innocents.iter().map(|verdict| verdict.truth.resource_days).sum();
    let accused = innocents.iter().filter(|verdict| verdict.probability >= probability).count();
    let found = recall(miners.iter(), probability);
    let false_cases = Rate::new(accused as u64, days / EXPOSURE);
    Threshold {
        probability,
        recall: found,
        precision: Share::new(found.hits, found.hits + accused as u64),
        precision_at_base_rate: [
            precision(found.low, false_cases.high / EXPOSURE, base_rate),
            precision(found.high, false_cases.low / EXPOSURE, base_rate),
        ],
        false_cases,
    }
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

/// The cloud of the account.
pub(super) fn cloud(verdict: &Verdict) -> String {
    verdict.truth.account.split(':').next().unwrap_or_default().to_string()
}

fn records(verdict: &Verdict) -> String {
    match verdict.record_seconds {
        0 => "not known".to_string(),
        seconds => format!("{seconds} s"),
    }
}

fn by(miners: &[&Verdict]) -> BTreeMap<&'static str, Vec<Cell>> {
    let properties: [(&'static str, Property<'_>); 6] = [
        ("scenario", &|verdict| verdict.truth.scenario.clone()),
        ("evasion", &evasions),
        ("coin", &|verdict| verdict.truth.coin.clone().unwrap_or_default()),
        ("cloud", &cloud),
        ("traffic", &|verdict| {
            if verdict.truth.replayed { "a real miner's, replayed" } else { "made up" }.to_string()
        }),
        ("records", &records),
    ];
    properties.into_iter().map(|(id, of)| (id, cells(miners, of))).collect()
}

/// The verdicts by a property.
pub(super) fn grouped<'a>(
    verdicts: &[&'a Verdict],
    property: Property<'_>,
) -> BTreeMap<String, Vec<&'a Verdict>> {
    let mut groups: BTreeMap<String, Vec<&Verdict>> = BTreeMap::new();
    for verdict in verdicts {
        groups.entry(property(verdict)).or_default().push(verdict);
    }
    groups
}

fn cells(miners: &[&Verdict], property: Property<'_>) -> Vec<Cell> {
    let cell = |(name, own): (String, Vec<&Verdict>)| {
        let recall = recall(own.iter(), FOUND_MIN);
        Cell { name, recall, few: recall.of < CELL_MIN }
    };
    grouped(miners, property).into_iter().map(cell).collect()
}

fn grid(miners: &[&Verdict]) -> BTreeMap<String, BTreeMap<String, Share>> {
    let row = |own: Vec<&Verdict>| {
        cells(&own, &evasions).into_iter().map(|cell| (cell.name, cell.recall)).collect()
    };
    let scenarios = grouped(miners, &|verdict| verdict.truth.scenario.clone());
    scenarios.into_iter().map(|(scenario, own)| (scenario, row(own))).collect()
}

/// The worst cells that hold five accounts or more: a mean hides them.
fn worst(
    by: &BTreeMap<&'static str, Vec<Cell>>,
    miners: &[&Verdict],
) -> BTreeMap<&'static str, Cell> {
    let both =
        |verdict: &Verdict| format!("{}, evasion {}", verdict.truth.scenario, evasions(verdict));
    let grid = cells(miners, &both);
    let all = by.iter().map(|(property, cells)| (*property, cells)).chain([("grid", &grid)]);
    let worst = |cells: &[Cell]| {
        let told = cells.iter().filter(|cell| !cell.few);
        told.min_by(|one, other| one.recall.share.total_cmp(&other.recall.share)).cloned()
    };
    all.filter_map(|(property, cells)| Some((property, worst(cells)?))).collect()
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
        let [worst, best] = measures.thresholds[1].precision_at_base_rate;
        assert!(worst < best);
        let precision = measures.thresholds[1].precision;
        assert_eq!((precision.hits, precision.of), (1, 2));
        assert_eq!(measures.grid["plain"]["none"].of, 2);
    }

    #[test]
    fn the_worst_cell_holds_enough_to_say_something() {
        let of = |scenario: &str, probability: f64| {
            let mut verdict = verdict(probability, true);
            verdict.truth.scenario = scenario.to_string();
            verdict
        };
        let mut all: Vec<Verdict> = (0..4).map(|_| of("rare", 0.0)).collect();
        all.extend((0..5).map(|count| of("hard", if count == 0 { 0.0 } else { 0.9 })));
        all.extend((0..5).map(|_| of("easy", 0.9)));
        let arm = crate::evaluate::worlds::tests_arm();
        let measures = Measures::of(&all.iter().collect::<Vec<_>>(), &arm, 1e-4);
        assert_eq!(measures.worst["scenario"].name, "hard");
        assert_eq!(measures.worst["grid"].name, "hard, evasion none");
        let few: Vec<bool> = measures.by["scenario"].iter().map(|cell| cell.few).collect();
        assert_eq!(few, [false, false, true]);
        assert_eq!(measures.missed[0].name, "rare");
    }

    /// One false case in 4 resource-days, half of two miners found: by hand.
    #[test]
    fn precision_follows_the_base_rate() {
        let all =
            [verdict(0.9, true), verdict(0.2, true), verdict(0.6, false), verdict(0.0, false)];
        let arm = crate::evaluate::worlds::tests_arm();
        let measures = Measures::of(&all.iter().collect::<Vec<_>>(), &arm, 0.01);
        let at_half = &measures.thresholds[1];
        assert_eq!(at_half.false_cases.rate, 1.0 / (4.0 / EXPOSURE));
        let (recall, slips) = (at_half.recall, at_half.false_cases);
        let worst = recall.low * 0.01 / (recall.low * 0.01 + slips.high / EXPOSURE * 0.99);
        assert!((at_half.precision_at_base_rate[0] - worst).abs() < 1e-12);
        assert_eq!(measures.thresholds[2].precision_at_base_rate[1], 1.0);
    }
}

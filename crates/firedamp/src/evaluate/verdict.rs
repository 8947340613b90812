//! One account judged, beside what is true of it.

use std::collections::BTreeMap;

use firedamp_core::{
    case::Case,
    detector::DETECTORS,
    fold::Accounts,
    scan::{self, Options},
    time::Time,
};
use serde::Serialize;

pub use super::wait::Delay;
use crate::simulate::Truth;

/// From this probability on an account counts as found.
pub const FOUND_MIN: f64 = 0.5;

/// A way of judging.
#[derive(Clone)]
pub struct Arm {
    /// The text id.
    pub id: &'static str,
    /// What is known beforehand, in words.
    pub about: &'static str,
    /// How it is judged.
    pub options: Options,
    /// The lists of pools are at hand.
    pub lists: bool,
    /// Only flow logs are read.
    pub flows_only: bool,
    /// What sensors on machines saw is read.
    pub sensors: bool,
    /// The tables of the coins' blocks are at hand.
    pub with_blocks: bool,
    /// Each detector is switched off in turn, too.
    pub ablated: bool,
}

/// One account judged in one way.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// What is true.
    pub truth: Truth,
    /// The way of judging.
    pub arm: &'static str,
    /// Seconds that a flow record counts; 0 where that is not known.
    pub record_seconds: u32,
    /// What was said.
    pub probability: f64,
    /// What each detector that spoke gave at most, in nats.
    pub spoke: BTreeMap<&'static str, f64>,
    /// What would have been said without each detector that spoke.
    pub without: BTreeMap<&'static str, f64>,
    /// How long after the begin of mining it would have been found; nothing where that was not
    /// measured.
    pub delay: Option<Delay>,
}

impl Verdict {
    /// Whether the account counts as a case.
    #[must_use]
    pub fn is_found(&self) -> bool {
        self.probability >= FOUND_MIN
    }

    /// When it would have been found.
    #[must_use]
    pub fn found_at(&self) -> Option<Time> {
        match self.delay? {
            Delay::Seconds(seconds) => Some(self.truth.mining_since?.plus_seconds(seconds)),
            Delay::Later => None,
        }
    }
}

/// Judges accounts that were read together, each against its truth.
#[must_use]
pub fn judge(
    accounts: &Accounts,
    truths: &[Truth],
    arm: &Arm,
    record_seconds: u32,
) -> Vec<Verdict> {
    let cases = cases(accounts, &arm.options);
    let without = match arm.ablated {
        true => ablated(accounts, &cases, &arm.options),
        false => BTreeMap::new(),
    };
    truths
        .iter()
        .map(|truth| {
            let case = cases.get(&truth.account);
            let other = |p: &BTreeMap<String, f64>| p.get(&truth.account).copied().unwrap_or(0.0);
            Verdict {
                truth: truth.clone(),
                arm: arm.id,
                record_seconds,
                probability: case.map_or(0.0, |case| case.probability),
                spoke: case.map(spoke).unwrap_or_default(),
                without: without.iter().map(|(id, all)| (*id, other(all))).collect(),
                delay: None,
            }
        })
        .collect()
}

fn cases(accounts: &Accounts, options: &Options) -> BTreeMap<String, Case> {
    let options = Options { min_probability: 0.0, ..options.clone() };
    scan::judge(accounts, &options).into_iter().map(|case| (case.id.clone(), case)).collect()
}

fn spoke(case: &Case) -> BTreeMap<&'static str, f64> {
    let mut spoke = BTreeMap::new();
    for finding in &case.findings {
        let most = spoke.entry(finding.detector).or_insert(finding.llr);
        *most = f64::max(*most, finding.llr);
    }
    spoke
}

/// The probability of every account without each detector that spoke anywhere.
fn ablated(
    accounts: &Accounts,
    cases: &BTreeMap<String, Case>,
    options: &Options,
) -> BTreeMap<&'static str, BTreeMap<String, f64>> {
    let spoke = |id: &str| {
        cases.values().any(|case| case.findings.iter().any(|finding| finding.detector == id))
    };
    let all = DETECTORS.iter().map(|detector| detector.id).filter(|id| spoke(id));
    all.map(|id| {
        let mut without = options.without.clone();
        without.push(id.to_string());
        let cases = self::cases(accounts, &Options { without, ..options.clone() });
        (id, cases.into_iter().map(|(account, case)| (account, case.probability)).collect())
    })
    .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An account of which so much was said.
    pub(crate) fn verdict(probability: f64, mines: bool) -> Verdict {
        Verdict {
            truth: Truth {
                account: format!("aws:{}", if mines { "111122223333" } else { "444455556666" }),
                scenario: if mines { "plain" } else { "web_server" }.to_string(),
                mines,
                evasions: Vec::new(),
                coin: mines.then(|| "xmr".to_string()),
                seed: 1,
                replayed: false,
                resources: 4,
                resource_days: 2.0,
                mining_resources: Vec::new(),
                mining_since: None,
                dollars_per_hour: 3.0,
            },
            arm: "all",
            record_seconds: 60,
            probability,
            spoke: BTreeMap::new(),
            without: BTreeMap::new(),
            delay: None,
        }
    }

    #[test]
    fn found_is_so_long_after_the_begin() {
        let mut found = verdict(0.9, true);
        found.delay = Some(Delay::Seconds(300));
        assert_eq!(found.found_at(), None);
        found.truth.mining_since = Some(Time::from_seconds(1000));
        assert_eq!(found.found_at(), Some(Time::from_seconds(1300)));
        found.delay = Some(Delay::Later);
        assert_eq!(found.found_at(), None);
    }
}

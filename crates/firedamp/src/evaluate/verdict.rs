//! One account judged, beside what is true of it.

use std::collections::BTreeMap;

use firedamp_core::{
    case::Case,
    detector::DETECTORS,
    fold::Accounts,
    id::Account,
    scan::{self, Options},
    time::{Span, Time},
};
use serde::Serialize;

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
    /// Only flow logs are read.
    pub flows_only: bool,
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
    /// Seconds from the begin of mining until it would have been found; nothing where that was not
    /// measured or it was not found.
    pub delay_seconds: Option<i64>,
}

impl Verdict {
    /// Whether the account counts as a case.
    #[must_use]
    pub fn is_found(&self) -> bool {
        self.probability >= FOUND_MIN
    }

    /// What the mining cost until it was found, in US dollars.
    #[must_use]
    pub fn dollars_lost(&self) -> Option<f64> {
        Some(self.delay_seconds? as f64 / 3600.0 * self.truth.dollars_per_hour)
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
                delay_seconds: None,
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

/// When an account is looked at again, in minutes after the mining began.
const HORIZON_MINUTES: [i64; 10] = [5, 10, 15, 30, 60, 120, 180, 360, 540, 720];

/// How long after the begin of mining the telemetry of this one account is enough, by reading it up to
/// some moments after.
#[must_use]
pub fn delay_seconds(objects: &[&[u8]], truth: &Truth, options: &Options) -> Option<i64> {
    let since = truth.mining_since?;
    let account = Account::parse(&truth.account)?;
    HORIZON_MINUTES.into_iter().map(|minutes| 60 * minutes).find(|seconds| {
        let window = Some(Span { first: Time::MIN, last: since.plus_seconds(*seconds) });
        let options = Options { window, min_probability: FOUND_MIN, ..options.clone() };
        scan::scan(objects, &options).iter().any(|case| case.id == account.to_string())
    })
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
            delay_seconds: None,
        }
    }

    #[test]
    fn money_is_lost_by_the_hour() {
        let verdict = Verdict { delay_seconds: Some(7200), ..verdict(0.9, true) };
        assert_eq!(verdict.dollars_lost(), Some(6.0));
        assert_eq!(self::verdict(0.9, true).dollars_lost(), None);
    }
}

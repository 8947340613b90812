//! How long it takes until an account is found, and what that costs.
//!
//! An account's own telemetry is judged again as it was at some moments after the begin of mining: all
//! of it, flows, names, audit logs, what sensors saw, metrics, providers' alerts and bills, each as far
//! as it had come by then ([`reading`]). An account that is found in the end but at none of these
//! moments is *later*: it counts among the slow ones, not among the unknown. So delays are too long
//! rather than too short.

use firedamp_core::{
    id::Account,
    scan::{self, Options},
    time::Time,
};
use serde::Serialize;

use super::{
    Verdict, measures,
    reading::{self, Piece},
    statistics::{Share, quantile},
    verdict::FOUND_MIN,
};
use crate::simulate::Truth;

/// When an account is looked at, in minutes after the mining began.
pub const HORIZON_MINUTES: [i64; 11] = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880];

/// How long it took to find an account.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delay {
    /// At most so many seconds after the begin of mining.
    Seconds(i64),
    /// Later than the last moment that was looked at, or with the help of other accounts.
    Later,
}

/// How long it took, of the accounts of one scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Wait {
    /// The scenario.
    pub scenario: String,
    /// Accounts that were found and whose delay was measured.
    pub cases: usize,
    /// Those that were found later than at the last moment.
    pub later: usize,
    /// The median, in minutes; nothing where it is later.
    pub median_minutes: Option<f64>,
    /// What nine of ten cases need at most.
    pub p90_minutes: Option<f64>,
    /// Dollars that the mining cost until then, the median.
    pub median_dollars: Option<f64>,
    /// The same of nine of ten at most.
    pub p90_dollars: Option<f64>,
}

/// How many were found within a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Within {
    /// The time, in minutes.
    pub minutes: i64,
    /// How many of those that were found in the end.
    pub found: Share,
}

/// How long after the begin of mining the telemetry of this one account is enough.
#[must_use]
pub fn delay(pieces: &[Piece<'_>], truth: &Truth, options: &Options) -> Option<Delay> {
    let account = Account::parse(&truth.account)?.to_string();
    let options = judged_by(options);
    let is_found = |at: Time| {
        let accounts = reading::read(pieces, &options, Some(at));
        scan::judge(&accounts, &options).iter().any(|case| case.id == account)
    };
    delay_by(truth, &is_found)
}

/// The options by which an account counts as found.
pub(super) fn judged_by(options: &Options) -> Options {
    Options { min_probability: FOUND_MIN, ..options.clone() }
}

/// The same, by whatever says whether the account is found at a time.
pub(super) fn delay_by(truth: &Truth, is_found: &dyn Fn(Time) -> bool) -> Option<Delay> {
    let since = truth.mining_since?;
    let found = HORIZON_MINUTES
        .into_iter()
        .map(|minutes| 60 * minutes)
        .find(|seconds| is_found(since.plus_seconds(*seconds)));
    Some(found.map_or(Delay::Later, Delay::Seconds))
}

/// How long it took by scenario, and of `all`; of the found accounts whose delay was measured.
pub(super) fn by_scenario(miners: &[&Verdict]) -> Vec<Wait> {
    let measured = measured(miners);
    if measured.is_empty() {
        return Vec::new();
    }
    let mut waits = vec![wait("all".to_string(), &measured)];
    let scenarios = measures::grouped(&measured, &|verdict| verdict.truth.scenario.clone());
    waits.extend(scenarios.into_iter().map(|(scenario, own)| wait(scenario, &own)));
    waits
}

/// How many of the found accounts whose delay was measured were found by when.
pub(super) fn curve(miners: &[&Verdict]) -> Vec<Within> {
    let measured = measured(miners);
    let by = |minutes: i64| {
        let in_time = |verdict: &&&Verdict| seconds(verdict) <= (60 * minutes) as f64;
        measured.iter().filter(in_time).count() as u64
    };
    let of = measured.len() as u64;
    let within = |minutes| Within { minutes, found: Share::new(by(minutes), of) };
    HORIZON_MINUTES.into_iter().filter(|_| of > 0).map(within).collect()
}

fn measured<'a>(miners: &[&'a Verdict]) -> Vec<&'a Verdict> {
    let is_measured = |verdict: &&&Verdict| verdict.is_found() && verdict.delay.is_some();
    miners.iter().filter(is_measured).copied().collect()
}

/// Without end where it is later than what was looked at.
fn seconds(verdict: &Verdict) -> f64 {
    match verdict.delay {
        Some(Delay::Seconds(seconds)) => seconds as f64,
        Some(Delay::Later) | None => f64::INFINITY,
    }
}

fn wait(scenario: String, own: &[&Verdict]) -> Wait {
    let of = |p: f64, value: &dyn Fn(&Verdict) -> f64| {
        let values = own.iter().map(|verdict| value(verdict)).collect();
        quantile(values, p).filter(|value| value.is_finite())
    };
    let minutes = |verdict: &Verdict| seconds(verdict) / 60.0;
    let dollars = |verdict: &Verdict| match seconds(verdict) {
        later if later.is_infinite() => later,
        seconds => seconds / 3600.0 * verdict.truth.dollars_per_hour,
    };
    Wait {
        scenario,
        cases: own.len(),
        later: own.iter().filter(|verdict| verdict.delay == Some(Delay::Later)).count(),
        median_minutes: of(0.5, &minutes),
        p90_minutes: of(0.9, &minutes),
        median_dollars: of(0.5, &dollars),
        p90_dollars: of(0.9, &dollars),
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, sync::Arc};

    use super::*;
    use crate::evaluate::verdict::tests::verdict;

    fn after(delay: Option<Delay>) -> Verdict {
        Verdict { delay, ..verdict(0.9, true) }
    }

    #[test]
    fn the_slow_ones_count_as_slow() {
        let later = Some(Delay::Later);
        let quick = Some(Delay::Seconds(7200));
        let all = [after(quick), after(quick), after(later), after(None), verdict(0.1, true)];
        let all: Vec<&Verdict> = all.iter().collect();
        let waits = by_scenario(&all);
        assert_eq!(waits.len(), 2);
        let wait = &waits[0];
        assert_eq!((wait.scenario.as_str(), wait.cases, wait.later), ("all", 3, 1));
        assert_eq!((wait.median_minutes, wait.p90_minutes), (Some(120.0), None));
        assert_eq!((wait.median_dollars, wait.p90_dollars), (Some(6.0), None));
        let curve = curve(&all);
        let told: Vec<u64> = curve.iter().map(|within| within.found.hits).collect();
        assert_eq!(told, [0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2]);
        assert!(by_scenario(&all[3..]).is_empty() && super::curve(&all[3..]).is_empty());
    }

    #[test]
    fn nothing_counts_before_it_is_there() {
        let mut truth = verdict(0.9, true).truth;
        truth.mining_since = Some(Time::from_seconds(100_000));
        let options = Options::new(Arc::default());
        let seen = RefCell::new(Vec::new());
        let is_found = |at: Time| {
            let last = |late| {
                let known = reading::known(at, &options, late);
                known.window.expect("a window").last.seconds() - 100_000
            };
            let late = |format| reading::late_seconds(format, 600);
            seen.borrow_mut().push((last(late("aws_vpc_flow")), last(late("focus"))));
            seen.borrow().len() == 3
        };
        assert_eq!(delay_by(&truth, &is_found), Some(Delay::Seconds(900)));
        let bill = |minutes: i64| minutes * 60 - 172_800;
        assert_eq!(seen.borrow().as_slice(), [(-300, bill(5)), (0, bill(10)), (300, bill(15))]);
        assert_eq!(delay_by(&truth, &|_| false), Some(Delay::Later));
        truth.mining_since = None;
        assert_eq!(delay_by(&truth, &|_| true), None);
    }
}

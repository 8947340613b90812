//! What an account did before, so that the new can be told from the known.

use std::{collections::BTreeMap, hash::Hash};

use super::calls::{Calls, DAY_SECONDS, FirstSeen, Step};
use crate::{
    event::{Action, CallerKind},
    time::Time,
};

/// So much telemetry must come before somebody's first call to call him new.
const HISTORY_SECONDS: i64 = 7 * DAY_SECONDS;
/// On so many days of it something must have been called: one stray record is no history.
const HISTORY_DAYS_MIN: usize = 4;

/// A step with what it stands for.
pub(super) struct Kept {
    pub(super) step: Step,
    /// The number of calls that it stands for: 1 while nothing was shed.
    pub(super) weight: f64,
}

/// How well something is known at the time of a step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Novelty {
    /// For a week or longer.
    Settled,
    /// For a day or longer.
    Known,
    /// Seen first within the last day, after a week in which it was not seen.
    New,
    /// The telemetry does not reach back far enough.
    Unknown,
}

/// The steps of an account in order, and what was known when.
pub(super) struct History<'a> {
    calls: &'a Calls,
    /// What people and their programs did.
    pub(super) steps: Vec<Kept>,
    /// What the provider's services made for them.
    pub(super) by_provider: Vec<Kept>,
    /// The most machines that were asked for on one day before each day.
    busiest: BTreeMap<i64, f64>,
    days: Vec<i64>,
}

impl<'a> History<'a> {
    pub(super) fn of(calls: &'a Calls) -> Self {
        let mut all: Vec<(u64, Kept)> = calls
            .steps()
            .into_iter()
            .map(|(key, (step, weight))| (key, Kept { step, weight }))
            .collect();
        all.sort_by_key(|(key, kept)| (kept.step.time(), *key));
        let (by_provider, steps): (Vec<Kept>, Vec<Kept>) = all
            .into_iter()
            .map(|(_, kept)| kept)
            .partition(|kept| kept.step.caller == CallerKind::Provider);
        let busiest = busiest_before(&steps);
        Self { calls, steps, by_provider, busiest, days: calls.days() }
    }

    /// Whether a bound was reached.
    pub(super) fn is_approximate(&self) -> bool {
        self.calls.is_approximate()
    }

    /// When the first call was read.
    pub(super) const fn begun(&self) -> Option<Time> {
        self.calls.begun
    }

    /// Whether enough was read before `time` to tell the new from the known.
    pub(super) fn reaches_before(&self, time: Time) -> bool {
        self.calls.begun.is_some_and(|begun| time.seconds_since(begun) >= HISTORY_SECONDS)
            && self.days_before(time) >= HISTORY_DAYS_MIN
    }

    fn days_before(&self, time: Time) -> usize {
        let day = time.seconds().div_euclid(DAY_SECONDS);
        self.days.partition_point(|known| *known < day)
    }

    pub(super) fn principal(&self, step: &Step) -> Novelty {
        self.novelty(&self.calls.principals, &step.principal, step.time())
    }

    /// When a principal was seen first.
    pub(super) fn principal_since(&self, principal: &str) -> Option<Time> {
        self.calls.principals.of(&principal)
    }

    /// A step without an address came from nowhere new.
    pub(super) fn network(&self, step: &Step) -> Novelty {
        self.network_at(step, step.time())
    }

    /// How well it was known at another time where a step came from.
    pub(super) fn network_at(&self, step: &Step, time: Time) -> Novelty {
        match step.network() {
            Some(network) => self.novelty(&self.calls.networks, &network, time),
            None => Novelty::Unknown,
        }
    }

    pub(super) fn region(&self, step: &Step) -> Novelty {
        self.novelty(&self.calls.regions, &step.region, step.time())
    }

    pub(super) fn family(&self, step: &Step) -> Novelty {
        match step.size() {
            Some(size) => {
                self.novelty(&self.calls.families, &super::size::family(size), step.time())
            }
            None => Novelty::Unknown,
        }
    }

    fn novelty(&self, seen: &FirstSeen, who: &impl Hash, at: Time) -> Novelty {
        let Some(first) = seen.of(who) else {
            return self.of_unseen(seen, at);
        };
        match at.seconds_since(first) {
            HISTORY_SECONDS.. => Novelty::Settled,
            DAY_SECONDS.. => Novelty::Known,
            _ if self.reaches_before(first) => Novelty::New,
            _ => Novelty::Unknown,
        }
    }

    /// What never was seen to work (a region in which every call failed) is new too, unless it may
    /// have been shed.
    fn of_unseen(&self, seen: &FirstSeen, at: Time) -> Novelty {
        if self.reaches_before(at) && !seen.is_approximate() {
            Novelty::New
        } else {
            Novelty::Unknown
        }
    }

    /// The most machines that were asked for on one day before `time`; `None` without history.
    pub(super) fn busiest_before(&self, time: Time) -> Option<f64> {
        let day = time.seconds().div_euclid(DAY_SECONDS);
        let known = self.busiest.range(..=day).next_back().map_or(0.0, |(_, most)| *most);
        self.reaches_before(time).then_some(known)
    }
}

/// For each day with creations, the busiest of the days before; and the same after the last.
fn busiest_before(steps: &[Kept]) -> BTreeMap<i64, f64> {
    let mut by_day: BTreeMap<i64, f64> = BTreeMap::new();
    for kept in steps.iter().filter(|kept| kept.step.action == Action::CreateCompute) {
        let day = kept.step.time().seconds().div_euclid(DAY_SECONDS);
        *by_day.entry(day).or_default() += kept.step.count() as f64 * kept.weight;
    }
    let mut most = 0.0_f64;
    let mut before = BTreeMap::new();
    for (day, count) in by_day {
        before.insert(day, most);
        most = most.max(count);
        before.insert(day + 1, most);
    }
    before
}

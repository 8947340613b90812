//! What machines that somebody made do all day: an alibi for whoever made them.
//!
//! Many large machines made in new regions by somebody new are a takeover or a roll-out, and the audit log
//! can't tell which. Their processors can: a miner takes an even share of them, be it all or a part,
//! from its first minutes on and at every hour. Servers follow their users, and what stands idle mines nothing.
//! So where most of the machines were measured for an hour or longer and hardly any of them ever worked evenly
//! for an hour, that they were made says less; and so does a conversation of such a machine that is like a miner's
//! in its sizes and times alone.
//!
//! Only what a machine did from the finding's begin on counts, up to its end and without large holes: how it idled
//! before somebody broke in clears nobody, nor do metrics that stopped.
//!
//! Whatever was seen of mining itself stands: names, listed servers, programs, what machines have in common. A machine
//! that passes the traffic of miners on hardly works. Machines with accelerators, or of unknown size, have an alibi only
//! where their accelerators were measured, too.

use std::{collections::BTreeMap, iter};

use serde_json::json;

use super::{
    Load, Loads,
    days::{PIECE_SECONDS, Shares},
    stretch::{self, Piece},
};
use crate::{
    finding::{Finding, Group, Scope},
    machine,
    names::Resolved,
    origin::Created,
    saying::Saying,
    time::Span,
    weights::Alibi as Weights,
};

/// Five-minute means that are looked at together: an hour.
const HOUR_PIECES: usize = 12;
/// How far the next hour that is looked at is away.
const STEP_PIECES: usize = 6;
const HOUR_SECONDS: i64 = 3600;
/// The detectors that look at the shape of conversations alone.
const OF_SHAPES: [&str; 3] = ["address_without_name", "block_pulse", "stratum_profile"];

/// What the processors of one machine did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Work {
    /// For how long that is known.
    seconds: i64,
    /// Whether they worked evenly for an hour.
    even: bool,
}

/// When a machine must have been measured.
#[derive(Clone, Copy, Debug)]
struct Window {
    /// The first piece that counts.
    first: i64,
    /// The piece that measurements must reach.
    last: i64,
}

/// What was measured of a machine.
#[derive(Debug, Default)]
struct Machine<'a> {
    loads: Vec<&'a Load>,
    /// Whether its size is known to come without accelerators.
    processors_alone: bool,
}

/// What the processors of an account's machines did.
#[derive(Debug)]
pub struct Alibis<'a> {
    /// By the machines' ids in the case.
    machines: BTreeMap<String, Machine<'a>>,
    weights: &'a Weights,
}

impl<'a> Alibis<'a> {
    /// Of every machine that was measured.
    #[must_use]
    pub fn of(
        loads: &'a Loads,
        resources: &Resolved<'_>,
        made: &BTreeMap<String, Created>,
        weights: &'a Weights,
    ) -> Self {
        let mut machines: BTreeMap<String, Machine<'a>> = BTreeMap::new();
        for load in loads.0.values() {
            if let Some(id) = resources.id(&load.sighting) {
                machines.entry(id).or_default().loads.push(load);
            }
        }
        for (id, machine) in &mut machines {
            let size = made.get(id).and_then(|created| created.size.as_deref());
            machine.processors_alone = has_processors_alone(size);
        }
        Self { machines, weights }
    }

    /// Lessens what tells of machines made, and of conversations' shapes, where the machines have an alibi.
    pub fn temper(&self, findings: &mut [Finding]) {
        for finding in findings.iter_mut().filter(|finding| can_be_chance(finding)) {
            let Some(seconds) = self.alibi(finding) else {
                continue;
            };
            let worth = worth(seconds, self.weights);
            finding.llr = (finding.llr - worth).max(finding.llr.min(0.0));
            finding.evidence.insert("alibi_seconds".into(), json!(seconds));
            let alibi = Saying::of("found-alibi").seconds("lasted", seconds);
            finding.say(finding.told_in(alibi));
        }
    }

    /// For how long half of the machines that have an alibi were measured at least; `None` where too few were
    /// measured, or too many worked evenly.
    fn alibi(&self, finding: &Finding) -> Option<i64> {
        let ids: Vec<&String> = match &finding.scope {
            Scope::Account => return None,
            Scope::Resource => iter::once(&finding.resource).collect(),
            Scope::Resources(ids) => ids.iter().collect(),
        };
        let window = Window::of(finding);
        let measured = ids.iter().filter_map(|id| self.machines.get(*id));
        let works: Vec<Work> =
            measured.filter_map(|machine| machine.work(window, self.weights)).collect();
        agreed(&works, ids.len(), self.weights)
    }
}

impl Window {
    /// Conversations are known to the minute, bills to the day.
    fn of(finding: &Finding) -> Self {
        // A day of a bill counts by its beginning.
        let slack = if finding.group == Group::Billing { 0 } else { HOUR_SECONDS };
        let Span { first, last } = finding.span;
        let piece = |seconds: i64| seconds.div_euclid(PIECE_SECONDS);
        Self { first: piece(first.seconds()), last: piece(last.seconds().saturating_sub(slack)) }
    }
}

impl Machine<'_> {
    /// What the machine did, where enough of it is known.
    fn work(&self, window: Window, weights: &Weights) -> Option<Work> {
        let of = |shares: fn(&Load) -> &Shares| {
            let known = self.loads.iter().filter_map(|load| series(shares(load), window, weights));
            known.reduce(both)
        };
        match (of(|load| &load.cpu), of(|load| &load.gpu)) {
            (Some(cpu), Some(gpu)) => Some(both(cpu, gpu)),
            (Some(cpu), None) => (self.processors_alone || cpu.even).then_some(cpu),
            (None, gpu) => gpu.filter(|gpu| gpu.even),
        }
    }
}

fn both(one: Work, other: Work) -> Work {
    Work { seconds: one.seconds.min(other.seconds), even: one.even || other.even }
}

/// What the work of so many machines comes to.
fn agreed(works: &[Work], machines: usize, weights: &Weights) -> Option<i64> {
    let mut others: Vec<i64> =
        works.iter().filter(|work| !work.even).map(|work| work.seconds).collect();
    others.sort_unstable();
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let enough = share(works.len(), machines) >= weights.measured_share_min
        && share(others.len(), works.len()) >= weights.alibi_share_min;
    others.get(others.len() / 2).copied().filter(|_| enough)
}

/// Whether a finding tells of no mining itself: only that machines were made, or how a conversation looks.
fn can_be_chance(finding: &Finding) -> bool {
    matches!(finding.group, Group::Billing | Group::ControlPlane)
        || OF_SHAPES.contains(&finding.detector)
}

/// What an alibi of this length takes. Hours of one day are no independent witnesses: it grows with their logarithm.
fn worth(seconds: i64, weights: &Weights) -> f64 {
    let hours = |seconds: i64| seconds as f64 / HOUR_SECONDS as f64;
    let share = hours(seconds).ln() / hours(weights.long_seconds).ln();
    weights.hour + (weights.long - weights.hour) * share.clamp(0.0, 1.0)
}

/// Whether a size is known to come without accelerators.
fn has_processors_alone(size: Option<&str>) -> bool {
    size.and_then(machine::size).is_some_and(|size| !size.accelerator)
}

/// What the pieces of a window say: of whole hours, more than half of the time, and up to its end.
fn series(shares: &Shares, window: Window, weights: &Weights) -> Option<Work> {
    let pieces = stretch::pieces(shares);
    let begin = pieces.partition_point(|(piece, _)| *piece < window.first);
    let pieces = pieces.get(begin..)?;
    let (first, last) = (pieces.first()?.0, pieces.last()?.0);
    let runs = pieces.chunk_by(|one, next| next.0 == one.0 + 1);
    let runs: Vec<&[Piece]> = runs.filter(|run| run.len() >= HOUR_PIECES).collect();
    let known = runs.iter().map(|run| run.len() as i64).sum::<i64>();
    let missing = last - first + 1 - known;
    (known > missing && last >= window.last).then(|| Work {
        seconds: known * PIECE_SECONDS,
        even: runs.iter().any(|run| has_even_hour(run, weights)),
    })
}

/// Looks at hours from the latest on: a miner may have begun just now.
fn has_even_hour(run: &[Piece], weights: &Weights) -> bool {
    let ends = (HOUR_PIECES..=run.len()).rev().step_by(STEP_PIECES);
    ends.filter_map(|end| run.get(end - HOUR_PIECES..end)).any(|hour| is_even(hour, weights))
}

/// Whether an hour was even work: a share of the machine worth mining with, hardly changing.
fn is_even(hour: &[Piece], weights: &Weights) -> bool {
    let mut means: Vec<f64> = hour.iter().map(|(_, mean)| *mean).collect();
    means.sort_by(f64::total_cmp);
    let quarter = |quarters: usize| means.get(quarters * means.len() / 4).copied().unwrap_or(0.0);
    let middle = quarter(2);
    middle >= weights.worth_percent && quarter(3) - quarter(1) <= weights.even_spread_share * middle
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{detector::flat_compute::days, finding, time::Time, weights::Weights};

    const WHOLE: Window = Window { first: 0, last: 0 };

    fn from_piece(first: i64, percents: impl Iterator<Item = f64>) -> Shares {
        let mut shares = Shares::default();
        for (piece, percent) in (first..).zip(percents) {
            shares.note(piece * 5, days::share((percent * 1000.0) as i64, 0));
        }
        shares
    }

    fn shares(percents: impl Iterator<Item = f64>) -> Shares {
        from_piece(0, percents)
    }

    fn seen_in(window: Window, shares: &Shares) -> Option<Work> {
        series(shares, window, &Weights::embedded().alibi)
    }

    fn seen(percents: impl Iterator<Item = f64>) -> Option<Work> {
        seen_in(WHOLE, &shares(percents))
    }

    /// A sum of waves that never repeat, as much as `share` of `middle` apart.
    fn uneven(middle: f64, share: f64) -> impl Iterator<Item = f64> + Clone {
        (0..48).map(move |piece| middle * (1.0 + share * (f64::from(piece) * 2.4).sin()))
    }

    fn idle() -> impl Iterator<Item = f64> + Clone {
        uneven(3.0, 0.0)
    }

    #[test]
    fn a_miners_share_of_the_machine_is_even_whatever_it_is() {
        for percent in [12.0, 50.0, 98.0] {
            assert!(seen(uneven(percent, 0.02)).is_some_and(|work| work.even), "{percent}");
        }
    }

    #[test]
    fn servers_and_idle_machines_never_work_evenly() {
        for (percent, share) in [(40.0, 0.2), (3.0, 0.0), (80.0, 0.1)] {
            let work = seen(uneven(percent, share)).expect("four hours");
            assert_eq!(work, Work { seconds: 4 * 3600, even: false }, "{percent}");
        }
    }

    #[test]
    fn one_even_hour_in_a_day_takes_the_alibi() {
        let hour = || (0..18).map(|_| 50.0);
        let day = uneven(40.0, 0.2).chain(hour()).chain(uneven(40.0, 0.2));
        assert!(seen(day).is_some_and(|work| work.even));
        let last = uneven(40.0, 0.2).take(47).chain(hour().take(12));
        assert!(seen(last).is_some_and(|work| work.even), "the latest hour counts");
    }

    #[test]
    fn less_than_an_hour_says_nothing() {
        assert_eq!(seen(idle().take(11)), None);
    }

    #[test]
    fn what_a_machine_did_before_clears_it_of_nothing() {
        let mut week = shares(idle().cycle().take(7 * 288));
        let begun = 7 * 288;
        let begin = |last: i64| Window { first: begun, last };
        assert_eq!(seen_in(begin(begun), &week), None, "nothing was measured since");
        week = week.merge(from_piece(begun, uneven(98.0, 0.001).take(11)));
        assert_eq!(seen_in(begin(begun), &week), None, "less than an hour since");
        week = week.merge(from_piece(begun, uneven(98.0, 0.001)));
        assert!(seen_in(begin(begun + 47), &week).is_some_and(|work| work.even));
    }

    #[test]
    fn measurements_that_stop_or_have_holes_clear_nobody() {
        let four_hours = shares(idle());
        let until = |last: i64| seen_in(Window { first: 0, last }, &four_hours);
        assert!(until(47).is_some());
        assert_eq!(until(48), None, "they stop too early");
        let hole = shares(idle()).merge(from_piece(48 + 60, idle().take(12)));
        assert_eq!(seen_in(WHOLE, &hole), None, "half of it is not known");
        let mut sparse = Shares::default();
        for hour in 0..48 {
            sparse = sparse.merge(from_piece(hour * 12, idle().take(1)));
        }
        assert_eq!(seen_in(WHOLE, &sparse), None, "no hour is known");
    }

    #[test]
    fn idle_processors_clear_no_machine_with_accelerators() {
        let weights = &Weights::embedded().alibi;
        let of = |gpu: Shares, size| {
            let load = Load { cpu: shares(idle()), gpu, ..Load::default() };
            let processors_alone = has_processors_alone(size);
            let machine = Machine { loads: vec![&load], processors_alone };
            machine.work(WHOLE, weights).map(|work| work.even)
        };
        let busy = || shares(uneven(99.0, 0.001));
        assert_eq!(of(Shares::default(), Some("c6a.8xlarge")), Some(false));
        assert_eq!(of(Shares::default(), Some("g5.xlarge")), None);
        assert_eq!(of(Shares::default(), None), None);
        assert_eq!(of(shares(uneven(1.0, 0.0)), Some("g5.xlarge")), Some(false));
        assert_eq!(of(busy(), Some("g5.xlarge")), Some(true));
    }

    #[test]
    fn most_of_the_machines_must_have_an_alibi() {
        let weights = &Weights::embedded().alibi;
        let of = |ordinary: usize, even: usize| {
            let works =
                (0..ordinary + even).map(|one| Work { seconds: 7200, even: one >= ordinary });
            agreed(&works.collect::<Vec<_>>(), 10, weights)
        };
        assert_eq!(of(10, 0), Some(7200));
        assert_eq!(of(9, 1), Some(7200));
        assert_eq!(of(5, 0), Some(7200));
        assert_eq!(of(4, 0), None, "too few were measured");
        assert_eq!(of(8, 2), None, "two work evenly");
    }

    #[test]
    fn what_was_seen_of_mining_itself_stands() {
        let weights = &Weights::embedded().alibi;
        let load = Load { cpu: shares(idle().cycle().take(144)), ..Load::default() };
        let machine = Machine { loads: vec![&load], processors_alone: true };
        let alibis = Alibis { machines: BTreeMap::from([("i-0".to_string(), machine)]), weights };
        let one = || Scope::Resources(["i-0".to_string()].into());
        let said = |detector: &'static str, group: Group, scope: Scope| Finding {
            detector,
            group,
            scope,
            resource: "i-0".to_string(),
            llr: 7.0,
            span: Span::at(Time::from_seconds(0)),
            ..finding::tests::nothing()
        };
        let mut findings = [
            said("hijack_sequence", Group::ControlPlane, one()),
            said("spend_step", Group::Billing, one()),
            said("stratum_profile", Group::Network, Scope::Resource),
            said("pool_contact", Group::Network, Scope::Resource),
            said("fleet_pulse", Group::Fleet, one()),
            said("miner_process", Group::Runtime, Scope::Resource),
            said("hijack_sequence", Group::ControlPlane, Scope::Account),
        ];
        alibis.temper(&mut findings);
        let left = findings.map(|finding| finding.llr);
        assert_eq!(left, [2.0, 2.0, 2.0, 7.0, 7.0, 7.0, 7.0]);
    }

    #[test]
    fn an_alibi_grows_with_its_hours_and_has_an_end() {
        let weights = &Weights::embedded().alibi;
        let worths = [1, 3, 12, 200].map(|hours| worth(hours * 3600, weights));
        assert!(worths.is_sorted() && worths[1] < worths[2], "{worths:?}");
        assert_eq!((worths[0], worths[3]), (weights.hour, weights.long));
    }
}

//! What machines that somebody made do all day: an alibi for whoever made them.
//!
//! Many large machines made in new regions by somebody new are a takeover or a roll-out, and the audit log
//! can't tell which. Their processors can: a miner takes an even share of them, be it all or a part,
//! from its first minutes on and at every hour. Servers follow their users, and what stands idle mines nothing.
//! So where most of the machines were measured for an hour or longer and hardly any of them ever worked evenly
//! for an hour, that they were made says less; and so does a conversation of such a machine that is like a miner's
//! in its sizes and times alone.
//!
//! Whatever was seen of mining itself stands: names, listed servers, programs, what machines have in common. A machine
//! that passes the traffic of miners on hardly works. Machines with accelerators, or of unknown size, have an alibi only
//! where their accelerators were measured, too.

use std::{collections::BTreeMap, iter};

use serde_json::json;

use super::{
    Load, Loads,
    days::{PIECE_SECONDS, Shares},
    stretch,
};
use crate::{
    finding::{Finding, Group, Scope},
    machine,
    names::Resolved,
    origin::Created,
    saying::Saying,
    weights::Alibi as Weights,
};

/// Five-minute means that are looked at together: an hour.
const HOUR_PIECES: usize = 12;
/// How far the next hour that is looked at is away.
const STEP_PIECES: usize = 6;

const HOUR_SECONDS: f64 = 3600.0;
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

/// What the processors of an account's machines did, by the machines' ids in the case.
#[derive(Debug)]
pub struct Alibis(BTreeMap<String, Work>);

impl Alibis {
    /// Of every machine that was measured for an hour or longer.
    #[must_use]
    pub fn of(
        loads: &Loads,
        resources: &Resolved<'_>,
        made: &BTreeMap<String, Created>,
        weights: &Weights,
    ) -> Self {
        let mut machines: BTreeMap<String, Vec<&Load>> = BTreeMap::new();
        for load in loads.0.values() {
            if let Some(id) = resources.id(&load.sighting) {
                machines.entry(id).or_default().push(load);
            }
        }
        let works = machines.into_iter().filter_map(|(id, loads)| {
            let size = made.get(&id).and_then(|created| created.size.as_deref());
            let work = work(&loads, has_processors_alone(size), weights)?;
            Some((id, work))
        });
        Self(works.collect())
    }

    /// Lessens what tells of machines made, and of conversations' shapes, where the machines have an alibi.
    pub fn temper(&self, findings: &mut [Finding], weights: &Weights) {
        for finding in findings.iter_mut().filter(|finding| can_be_chance(finding)) {
            let Some(seconds) = self.alibi(finding, weights) else {
                continue;
            };
            let worth = worth(seconds, weights);
            finding.llr = (finding.llr - worth).max(finding.llr.min(0.0));
            finding.evidence.insert("alibi_seconds".into(), json!(seconds));
            let said = Saying::of("found-alibi").seconds("lasted", seconds);
            finding.say(finding.told_in(said));
        }
    }

    /// For how long half of the machines that have an alibi were measured at least; `None` where too few were
    /// measured, or too many worked evenly.
    fn alibi(&self, finding: &Finding, weights: &Weights) -> Option<i64> {
        let ids: Vec<&String> = match &finding.scope {
            Scope::Account => return None,
            Scope::Resource => iter::once(&finding.resource).collect(),
            Scope::Resources(ids) => ids.iter().collect(),
        };
        let measured: Vec<&Work> = ids.iter().filter_map(|id| self.0.get(*id)).collect();
        let mut others: Vec<i64> =
            measured.iter().filter(|work| !work.even).map(|work| work.seconds).collect();
        others.sort_unstable();
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        let enough = share(measured.len(), ids.len()) >= weights.measured_share_min
            && share(others.len(), measured.len()) >= weights.alibi_share_min;
        others.get(others.len() / 2).copied().filter(|_| enough)
    }
}

/// Whether a finding tells of no mining itself: only that machines were made, or how a conversation looks.
fn can_be_chance(finding: &Finding) -> bool {
    matches!(finding.group, Group::Billing | Group::ControlPlane)
        || OF_SHAPES.contains(&finding.detector)
}

/// What an alibi of this length takes. Hours of one day are no independent witnesses: it grows with their logarithm.
fn worth(seconds: i64, weights: &Weights) -> f64 {
    let hours = seconds as f64 / HOUR_SECONDS;
    let share = hours.ln() / (weights.long_seconds as f64 / HOUR_SECONDS).ln();
    weights.hour + (weights.long - weights.hour) * share.clamp(0.0, 1.0)
}

/// Whether a size is known to come without accelerators.
fn has_processors_alone(size: Option<&str>) -> bool {
    size.and_then(machine::size).is_some_and(|size| !size.accelerator)
}

/// What a machine did, where enough of it is known.
fn work(loads: &[&Load], processors_alone: bool, weights: &Weights) -> Option<Work> {
    let of = |shares: fn(&Load) -> &Shares| {
        loads.iter().filter_map(|load| series(shares(load), weights)).reduce(|one, other| Work {
            seconds: one.seconds.min(other.seconds),
            even: one.even || other.even,
        })
    };
    let (cpu, gpu) = (of(|load| &load.cpu), of(|load| &load.gpu));
    match (cpu, gpu) {
        (Some(cpu), Some(gpu)) => {
            Some(Work { seconds: cpu.seconds.min(gpu.seconds), even: cpu.even || gpu.even })
        }
        (Some(cpu), None) => (processors_alone || cpu.even).then_some(cpu),
        (None, gpu) => gpu.filter(|gpu| gpu.even),
    }
}

fn series(shares: &Shares, weights: &Weights) -> Option<Work> {
    let means: Vec<f64> = stretch::pieces(shares).into_iter().map(|(_, mean)| mean).collect();
    let hours = means.windows(HOUR_PIECES).step_by(STEP_PIECES);
    (means.len() >= HOUR_PIECES).then(|| Work {
        seconds: means.len() as i64 * PIECE_SECONDS,
        even: hours.into_iter().any(|hour| is_even(hour, weights)),
    })
}

/// Whether an hour was even work: a share of the machine worth mining with, hardly changing.
fn is_even(hour: &[f64], weights: &Weights) -> bool {
    let mut means = hour.to_vec();
    means.sort_by(f64::total_cmp);
    let quarter = |quarters: usize| means.get(quarters * means.len() / 4).copied().unwrap_or(0.0);
    let middle = quarter(2);
    middle >= weights.worth_percent && quarter(3) - quarter(1) <= weights.even_spread_share * middle
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detector::flat_compute::days;

    fn shares(percents: impl Iterator<Item = f64>) -> Shares {
        let mut shares = Shares::default();
        for (piece, percent) in percents.enumerate() {
            shares.note(piece as i64 * 5, days::share((percent * 1000.0) as i64, 0));
        }
        shares
    }

    fn seen(percents: impl Iterator<Item = f64>) -> Option<Work> {
        series(&shares(percents), &crate::weights::Weights::embedded().alibi)
    }

    /// A sum of waves that never repeat, as much as `share` of `middle` apart.
    fn uneven(middle: f64, share: f64) -> impl Iterator<Item = f64> {
        (0..48).map(move |piece| middle * (1.0 + share * (f64::from(piece) * 2.4).sin()))
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
        let day = uneven(40.0, 0.2).chain((0..18).map(|_| 50.0)).chain(uneven(40.0, 0.2));
        assert!(seen(day).is_some_and(|work| work.even));
    }

    #[test]
    fn less_than_an_hour_says_nothing() {
        assert_eq!(seen(uneven(3.0, 0.0).take(11)), None);
    }

    #[test]
    fn idle_processors_clear_no_machine_with_accelerators() {
        let weights = &crate::weights::Weights::embedded().alibi;
        let of = |gpu: Shares, size| {
            let load = Load { cpu: shares(uneven(3.0, 0.0)), gpu, ..Load::default() };
            work(&[&load], has_processors_alone(size), weights).map(|work| work.even)
        };
        let idle = || shares(uneven(1.0, 0.0));
        let busy = || shares(uneven(99.0, 0.001));
        assert_eq!(of(Shares::default(), Some("c6a.8xlarge")), Some(false));
        assert_eq!(of(Shares::default(), Some("g5.xlarge")), None);
        assert_eq!(of(Shares::default(), None), None);
        assert_eq!(of(idle(), Some("g5.xlarge")), Some(false));
        assert_eq!(of(busy(), Some("g5.xlarge")), Some(true));
    }

    fn said(detector: &'static str, group: Group, scope: Scope) -> Finding {
        Finding {
            detector,
            group,
            resource: "i-0".to_string(),
            scope,
            llr: 7.0,
            span: crate::time::Span::at(crate::time::Time::default()),
            summary: String::new(),
            said: Saying::default(),
            evidence: serde_json::Map::new(),
            places: Vec::new(),
            approximate: false,
            sample: false,
            ongoing: true,
        }
    }

    #[test]
    fn most_of_the_machines_must_have_an_alibi() {
        let weights = &crate::weights::Weights::embedded().alibi;
        let ids = Scope::Resources((0..10).map(|number| format!("i-{number}")).collect());
        let finding = said("hijack_sequence", Group::ControlPlane, ids);
        let of = |ordinary: usize, even: usize| {
            let works = (0..ordinary + even).map(|number| {
                (format!("i-{number}"), Work { seconds: 7200, even: number >= ordinary })
            });
            Alibis(works.collect()).alibi(&finding, weights)
        };
        assert_eq!(of(10, 0), Some(7200));
        assert_eq!(of(9, 1), Some(7200));
        assert_eq!(of(5, 0), Some(7200));
        assert_eq!(of(4, 0), None, "too few were measured");
        assert_eq!(of(8, 2), None, "two work evenly");
    }

    #[test]
    fn what_was_seen_of_mining_itself_stands() {
        let weights = &crate::weights::Weights::embedded().alibi;
        let idle = Work { seconds: 12 * 3600, even: false };
        let alibis = Alibis(BTreeMap::from([("i-0".to_string(), idle)]));
        let one = || Scope::Resources(["i-0".to_string()].into());
        let mut findings = [
            said("hijack_sequence", Group::ControlPlane, one()),
            said("spend_step", Group::Billing, one()),
            said("stratum_profile", Group::Network, Scope::Resource),
            said("pool_contact", Group::Network, Scope::Resource),
            said("fleet_pulse", Group::Fleet, one()),
            said("miner_process", Group::Runtime, Scope::Resource),
            said("hijack_sequence", Group::ControlPlane, Scope::Account),
        ];
        alibis.temper(&mut findings, weights);
        let left = findings.map(|finding| finding.llr);
        assert_eq!(left, [2.0, 2.0, 2.0, 7.0, 7.0, 7.0, 7.0]);
    }

    #[test]
    fn an_alibi_grows_with_its_hours_and_has_an_end() {
        let weights = &crate::weights::Weights::embedded().alibi;
        let worths = [1, 3, 12, 200].map(|hours| worth(hours * 3600, weights));
        assert!(worths.is_sorted() && worths[1] < worths[2], "{worths:?}");
        assert_eq!((worths[0], worths[3]), (weights.hour, weights.long));
    }
}

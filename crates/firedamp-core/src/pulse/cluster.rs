//! Which of many series share one hidden clock.
//!
//! Pairs cost the square of their number. A shared clock is stronger in the mean of all that share
//! it than in any of them, so each series is compared with the mean of the others; those that agree
//! stay, the mean is taken anew, and what agreed is set aside before the next clock is looked for.
//! Small groups begin with their best pair, large ones with everybody.

use super::{clockwork_period, synchrony};

/// Groups up to this size try every pair.
const PAIRS_MAX: usize = 40;
/// Clocks looked for in one group.
const CLOCKS_MAX: usize = 6;
/// Turns until nothing changes.
const TURNS_MAX: usize = 4;

/// Series that share a clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Which, by their place in what was given; and each one's agreement with the others, in nats.
    pub members: Vec<(usize, f64)>,
}

/// A residual and the minute that it begins with.
type Placed<'a> = (i64, &'a [f64]);

/// Every clock that at least two of the series share; `nats_min` is what each must agree by.
#[must_use]
pub fn clusters(series: &[Placed<'_>], nats_min: f64) -> Vec<Cluster> {
    let mut left: Vec<usize> = (0..series.len()).collect();
    let mut found = Vec::new();
    for _ in 0..CLOCKS_MAX {
        let Some(cluster) = strongest(series, &left, nats_min) else {
            break;
        };
        left.retain(|at| !cluster.members.iter().any(|(member, _)| member == at));
        found.push(cluster);
    }
    found
}

fn strongest(series: &[Placed<'_>], left: &[usize], nats_min: f64) -> Option<Cluster> {
    let mut members: Vec<usize> = match left.len() {
        0 | 1 => return None,
        2..=PAIRS_MAX => best_pair(series, left, nats_min)?,
        _ => left.to_vec(),
    };
    let mut agreed = Vec::new();
    for _ in 0..TURNS_MAX {
        let clock = Clock::of(series, &members);
        agreed = clock.agreeing(series, left, &members, nats_min);
        let now: Vec<usize> = agreed.iter().map(|(at, _)| *at).collect();
        if now == members || now.len() < 2 {
            break;
        }
        members = now;
    }
    (agreed.len() >= 2).then_some(Cluster { members: agreed })
}

fn best_pair(series: &[Placed<'_>], left: &[usize], nats_min: f64) -> Option<Vec<usize>> {
    let trials = left.len() * (left.len() - 1) / 2;
    let mut best: Option<(f64, Vec<usize>)> = None;
    for (place, one) in left.iter().enumerate() {
        let clock = Clock::of(series, &[*one]);
        for other in left.iter().skip(place + 1) {
            let nats = clock.nats(series.get(*other).copied(), None, trials);
            if nats >= nats_min && best.as_ref().is_none_or(|(most, _)| nats > *most) {
                best = Some((nats, vec![*one, *other]));
            }
        }
    }
    best.map(|(_, pair)| pair)
}

/// The sum of residuals, by the minute.
struct Clock {
    first: i64,
    sum: Vec<f64>,
}

/// The longest stretch that series may cover together: thirty days.
const CLOCK_MINUTES_MAX: i64 = 43_200;

impl Clock {
    fn of(series: &[Placed<'_>], members: &[usize]) -> Self {
        let placed = || members.iter().filter_map(|at| series.get(*at));
        let last = placed().map(|(first, own)| first + own.len() as i64).max().unwrap_or(0);
        let first = placed().map(|(first, _)| *first).min().unwrap_or(0);
        let first = first.max(last - CLOCK_MINUTES_MAX);
        let mut sum = vec![0.0; usize::try_from(last - first).unwrap_or(0)];
        for (begin, own) in placed() {
            for (at, value) in own.iter().enumerate() {
                let place = usize::try_from(begin + at as i64 - first).ok();
                if let Some(slot) = place.and_then(|place| sum.get_mut(place)) {
                    *slot += value;
                }
            }
        }
        Self { first, sum }
    }

    /// By how many nats a series agrees with the others, without `own`, its part in them.
    fn nats(&self, one: Option<Placed<'_>>, own: Option<&[f64]>, trials: usize) -> f64 {
        let Some((begin, values)) = one else {
            return 0.0;
        };
        let others: Vec<f64> = (0..values.len())
            .map(|at| {
                let place = usize::try_from(begin + at as i64 - self.first).ok();
                let sum = place.and_then(|place| self.sum.get(place)).copied().unwrap_or(0.0);
                sum - own.and_then(|own| own.get(at)).copied().unwrap_or(0.0)
            })
            .collect();
        if clockwork_period(&others).is_some() {
            return 0.0;
        }
        synchrony(values, &others).map_or(0.0, |synchrony| synchrony.nats(trials))
    }

    fn agreeing(
        &self,
        series: &[Placed<'_>],
        left: &[usize],
        members: &[usize],
        nats_min: f64,
    ) -> Vec<(usize, f64)> {
        let mut agreeing = Vec::new();
        let mut member = members.iter().peekable();
        for at in left {
            let is_member = member.next_if_eq(&at).is_some();
            let one = series.get(*at).copied();
            let own = one.filter(|_| is_member).map(|(_, values)| values);
            let nats = self.nats(one, own, left.len());
            if nats >= nats_min {
                agreeing.push((*at, nats));
            }
        }
        agreeing
    }
}

//! Whether series of minutes share a clock that nobody sees.
//!
//! A pool sends a new job to each miner when its chain has a block, whatever the miner is and however
//! the connection is wrapped. So the minutes of two miners of one chain rise together, and so do a
//! miner's minutes and the chain's blocks. The null is the series' own: the same correlation at every
//! circular shift of more than a few minutes, which keeps whatever rhythm and bursts a series has
//! (method: reference section 1.12; `MineHunter`, ACSAC 2021, for blocks at one second).
//!
//! The transforms are compiled without vector extensions, so that the same input gives the same bits
//! on every machine.

mod cluster;
mod transform;

pub use cluster::{Cluster, clusters};

/// Below this there is too little to tell a clock from chance.
const MINUTES_MIN: usize = 45;
/// Half of the minutes about one whose middle is its usual level.
const LEVEL_HALF: usize = 15;
/// Robust deviations beyond which a minute counts no more: a download is no pulse.
const OUTLIER: f64 = 4.0;
/// Shifts of fewer minutes are too close to what is asked to be its null.
const NEAR_SHIFTS: usize = 5;
/// Clouds cut minutes, and clocks of logs differ, by a minute.
const LAG_MAX: isize = 1;
/// A block so soon after another is told in the same job.
const TICK_SECONDS_MIN: i64 = 10;
/// A push that a block causes arrives within so many seconds.
const LATE_SECONDS: i64 = 10;
/// Periods, in minutes, at which people's own clocks ring.
const CLOCK_PERIODS: [usize; 11] = [2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60];
/// Share of a series' variance that a period explains beyond chance when it is clockwork.
const CLOCKWORK_SHARE: f64 = 0.4;

/// How well two series, or a series and a clock, agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Synchrony {
    /// Standard deviations of the null by which the best lag stands out.
    pub z: f64,
    /// The correlation at that lag.
    pub correlation: f64,
    /// By how many minutes the second comes later.
    pub lag_minutes: i32,
}

impl Synchrony {
    /// What it is worth, in nats, after `trials` comparisons: the likelihood of a pulse of its own
    /// strength against none, Gaussian, less the trials (reference D4), within −1 and 7.
    #[must_use]
    pub fn nats(&self, trials: usize) -> f64 {
        if self.z <= 0.0 {
            return -1.0;
        }
        // The best of three lags is a trial each.
        let trials = (3 * trials.max(1)) as f64;
        (0.5 * self.z * self.z - trials.ln()).clamp(-1.0, 7.0)
    }
}

/// What stands out of each minute: its distance from the middle of the minutes about it, bounded,
/// with mean 0 and variance 1; all 0 for a series that never changes.
#[must_use]
pub fn residual(series: &[f64]) -> Vec<f64> {
    let mut rest: Vec<f64> = (0..series.len())
        .map(|at| {
            let about = at.saturating_sub(LEVEL_HALF)..series.len().min(at + LEVEL_HALF + 1);
            let level = median(series.get(about).unwrap_or_default().to_vec());
            series.get(at).map_or(0.0, |value| value - level)
        })
        .collect();
    let spread = 1.4826 * median(rest.iter().map(|value| value.abs()).collect());
    let spread = if spread > 0.0 { spread } else { deviation(&rest) };
    rest.iter_mut().for_each(|value| *value = value.clamp(-OUTLIER * spread, OUTLIER * spread));
    standard(&mut rest);
    rest
}

fn median(mut values: Vec<f64>) -> f64 {
    let middle = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    (squares / values.len().max(1) as f64).sqrt()
}

/// Mean 0 and variance 1, or all 0.
fn standard(values: &mut [f64]) {
    let (mean, deviation) = (mean(values), deviation(values));
    let scale = if deviation > 0.0 && deviation.is_finite() { 1.0 / deviation } else { 0.0 };
    values.iter_mut().for_each(|value| *value = (*value - mean) * scale);
}

/// How well two series of the same minutes agree. `None` under forty-five minutes, for lengths that
/// differ, and when one of them never changes.
#[must_use]
pub fn synchrony(one: &[f64], other: &[f64]) -> Option<Synchrony> {
    let count = one.len();
    let flat = |series: &[f64]| deviation(series) <= 0.0;
    if count < MINUTES_MIN || count != other.len() || flat(one) || flat(other) {
        return None;
    }
    let (mut one, mut other) = (one.to_vec(), other.to_vec());
    standard(&mut one);
    standard(&mut other);
    let shifted = transform::circular_correlation(&one, &other)?;
    let far = shifted.get(NEAR_SHIFTS..=count - NEAR_SHIFTS)?;
    let (mean, deviation) = (mean(far), deviation(far));
    let at = |lag: isize| shifted.get(lag.rem_euclid(count as isize) as usize).copied();
    let lags = (-LAG_MAX..=LAG_MAX).filter_map(|lag| Some((at(lag)?, lag)));
    let (correlation, lag) = lags.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (deviation > 0.0).then(|| Synchrony {
        z: (correlation - mean) / deviation,
        correlation,
        lag_minutes: lag as i32,
    })
}

/// How well a series that begins at `first_minute` (minutes since 1970) follows `ticks`, seconds
/// since 1970 at which a chain had its blocks, in order.
#[must_use]
pub fn clock_fit(residual: &[f64], first_minute: i64, ticks: &[i64]) -> Option<Synchrony> {
    let first = first_minute.checked_mul(60)?;
    let last = first.checked_add(60 * residual.len() as i64)?;
    let mut expected = vec![0.0; residual.len()];
    let mut previous = i64::MIN;
    let begin = ticks.partition_point(|tick| *tick < first - LATE_SECONDS);
    for tick in ticks.iter().skip(begin).take_while(|tick| **tick < last) {
        if tick.saturating_sub(previous) >= TICK_SECONDS_MIN {
            note_tick(&mut expected, tick - first);
        }
        previous = *tick;
    }
    synchrony(residual, &expected)
}

/// A block's push falls into the minutes that the seconds after it belong to.
fn note_tick(expected: &mut [f64], second: i64) {
    for late in 0..LATE_SECONDS {
        let minute = usize::try_from((second + late).div_euclid(60));
        if let Some(slot) = minute.ok().and_then(|minute| expected.get_mut(minute)) {
            *slot += 1.0 / LATE_SECONDS as f64;
        }
    }
}

/// The period, in minutes, of a series that people's clocks drive (every five minutes, hourly); no
/// chain has one.
#[must_use]
pub fn clockwork_period(residual: &[f64]) -> Option<usize> {
    let total = residual.iter().map(|value| value * value).sum::<f64>();
    if total <= 0.0 {
        return None;
    }
    let fits = CLOCK_PERIODS.into_iter().filter(|period| residual.len() >= 4 * period);
    fits.map(|period| (explained(residual, period, total), period))
        .filter(|(share, _)| *share > CLOCKWORK_SHARE)
        .max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)))
        .map(|(_, period)| period)
}

/// Share of the variance that the phase within a period explains, beyond what chance gives
/// (epoch folding, Leahy et al. 1983, with the adjustment of R² for its degrees of freedom).
fn explained(residual: &[f64], period: usize, total: f64) -> f64 {
    let mut sums = vec![(0.0, 0.0); period];
    for (at, value) in residual.iter().enumerate() {
        if let Some((sum, count)) = sums.get_mut(at % period) {
            *sum += value;
            *count += 1.0;
        }
    }
    let between: f64 = sums.iter().map(|(sum, count)| sum * sum / f64::max(*count, 1.0)).sum();
    let count = residual.len() as f64;
    1.0 - (1.0 - between / total) * (count - 1.0) / (count - period as f64)
}

/// How well a conversation at one-second resolution follows blocks, by `MineHunter`'s closed form: for
/// each interval between blocks the seconds to its first packet, its packets, and its length; `None`
/// in place of an interval without packets. The mean of `(1 − (d + 1) / n)^m · (1 − d / n)`, −1 for
/// each silent interval; over 0.6 is a miner's. Packets count as eight at most, so that fast miners
/// are not held to the first second.
#[must_use]
pub fn closed_form(intervals: &[(Option<(f64, u32)>, f64)]) -> f64 {
    let similarity = |(first, length): &(Option<(f64, u32)>, f64)| match first {
        Some((delay, packets)) if *length > 0.0 && delay <= length => {
            let power = (*packets).min(8) as i32;
            (1.0 - (delay + 1.0) / length).max(0.0).powi(power) * (1.0 - delay / length)
        }
        _ => -1.0,
    };
    mean(&intervals.iter().map(similarity).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Minutes in which a clock with exponential gaps rings, and noise of one's own.
    fn series(clock: u64, own: u64, count: usize) -> Vec<f64> {
        let mut series = vec![0.0; count];
        for (seed, height, gap) in [(clock, 420.0, 2.0), (own, 116.0, 0.3)] {
            let mut state = seed;
            let mut at = 0.0;
            while at < count as f64 {
                if let Some(minute) = series.get_mut(at as usize) {
                    *minute += height;
                }
                state = crate::sketch::hash(&state);
                at -= gap * ((state >> 11) as f64 / (1u64 << 53) as f64).max(1e-12).ln();
            }
        }
        series
    }

    #[test]
    fn miners_of_one_chain_agree_and_others_do_not() {
        let of = |clock, own| residual(&series(clock, own, 720));
        let same = synchrony(&of(1, 2), &of(1, 3)).expect("series");
        assert!(same.z > 8.0 && same.lag_minutes == 0, "{same:?}");
        let other = synchrony(&of(1, 2), &of(4, 3)).expect("series");
        assert!(other.z < 4.0, "{other:?}");
    }

    #[test]
    fn chance_is_rarely_more_than_four_deviations() {
        let all: Vec<Vec<f64>> =
            (0..60).map(|seed| residual(&series(100 + seed, 900 + seed, 240))).collect();
        let mut high = 0;
        let mut count = 0;
        for (at, one) in all.iter().enumerate() {
            for other in all.iter().skip(at + 1) {
                count += 1;
                high += usize::from(synchrony(one, other).expect("series").z > 4.0);
            }
        }
        assert!(high <= 2, "{high} of {count}");
    }

    #[test]
    fn people_s_clocks_are_told_from_chains() {
        let cron: Vec<f64> = (0..240).map(|at| if at % 5 == 0 { 900.0 } else { 40.0 }).collect();
        assert_eq!(clockwork_period(&residual(&cron)), Some(5));
        for seed in 0..50 {
            assert_eq!(clockwork_period(&residual(&series(seed, seed + 77, 360))), None);
        }
    }

    #[test]
    fn a_series_follows_its_blocks() {
        let ticks: Vec<i64> = {
            let (mut at, mut state, mut ticks) = (0.0, 5_u64, Vec::new());
            while at < 720.0 * 60.0 {
                state = crate::sketch::hash(&state);
                at -= 120.0 * ((state >> 11) as f64 / (1u64 << 53) as f64).max(1e-12).ln();
                ticks.push(60_000 + at as i64);
            }
            ticks
        };
        let mut minutes = vec![200.0; 720];
        for tick in &ticks {
            if let Some(minute) = minutes.get_mut(((tick + 2 - 60_000) / 60) as usize) {
                *minute += 420.0;
            }
        }
        let fit = clock_fit(&residual(&minutes), 1000, &ticks).expect("a fit");
        assert!(fit.z > 12.0, "{fit:?}");
        let wrong: Vec<i64> = ticks.iter().map(|tick| tick + 1800).collect();
        assert!(clock_fit(&residual(&minutes), 1000, &wrong).expect("a fit").z < 4.0);
    }

    #[test]
    fn short_and_constant_series_say_nothing() {
        assert_eq!(synchrony(&[1.0; 30], &[1.0; 30]), None);
        assert_eq!(synchrony(&residual(&[7.0; 100]), &residual(&[7.0; 100])), None);
        assert!(residual(&[]).is_empty());
        assert_eq!(clockwork_period(&[]), None);
        assert!((closed_form(&[(Some((0.0, 1)), 120.0)]) - 119.0 / 120.0).abs() < 1e-9);
        assert!((closed_form(&[(None, 60.0)]) + 1.0).abs() < 1e-9);
    }
}

//! Do two series move together?

use super::{
    LEAST_MINUTES, NEAR,
    cover::Cover,
    residual::standardised,
    spectrum::{Fourier, Spectrum},
    tail,
};

/// A series in which fewer minutes than this stand out, in effect, has too few coincidences to count.
const LEAST_LOUD: f64 = 10.0;

/// Periods of timers, in minutes. Shifts by their multiples keep what two series owe to the hour.
const TIMERS: [usize; 5] = [5, 10, 15, 30, 60];

/// So few shifts still give a mean, and so few a spread.
const LEAST_SHIFTS: (usize, usize) = (4, 8);

/// How far two series move together, against all ways of shifting one of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Synchrony {
    /// Standard deviations above what shifted series give, less what the choice of the best of three
    /// lags gives by chance.
    pub z: f64,
    /// The correlation at the best lag, -1 to 1.
    pub correlation: f64,
    /// By how many minutes the other series is later: -1, 0 or 1.
    pub lag_minutes: i8,
    /// How many shifts the null is made of.
    pub shifts: usize,
}

/// Compares two residuals of the same minutes at lags of -1, 0 and 1 minutes with all circular shifts
/// of five minutes and more, and with those by whole periods of timers for themselves.
///
/// `None` if they differ in length, have fewer than [`LEAST_MINUTES`], or if one does not vary or stands
/// out in fewer than ten minutes: so few coincidences have no null.
#[must_use]
pub fn synchrony(one: &[f64], other: &[f64]) -> Option<Synchrony> {
    if one.len() != other.len() || one.len() < LEAST_MINUTES {
        return None;
    }
    let (fourier, whole) = (Fourier::new(one.len()), Cover::of_range(one.len(), &(0..one.len())));
    judge(&Pulse::of(one, &whole, &fourier)?, &Pulse::of(other, &whole, &fourier)?, &fourier)
}

/// A standardised series, ready to be compared.
pub(super) struct Pulse {
    spectrum: Spectrum,
    skewness: f64,
    /// Minutes that carry the variance, of those that were recorded.
    loud: f64,
    recorded: f64,
    /// Of the minutes that were recorded; `None` if all were.
    cover: Option<Spectrum>,
}

impl Pulse {
    /// `None` if too few minutes stand out: the effective number of minutes that carry a series' variance
    /// is the number of minutes over the kurtosis.
    pub(super) fn of(series: &[f64], cover: &Cover, fourier: &Fourier) -> Option<Self> {
        let recorded = series.iter().zip(cover.iter()).filter(|(_, recorded)| *recorded);
        let values = standardised(&recorded.map(|(value, _)| *value).collect::<Vec<_>>());
        let moment = |power| values.iter().map(|value| value.powi(power)).sum::<f64>();
        let count = values.len() as f64;
        let loud = count.powi(2) / moment(4);
        let skewness = moment(3) / count;
        let is_loud = loud.is_finite() && loud >= LEAST_LOUD;
        let mut values = values.iter().copied();
        let whole: Vec<f64> = (cover.iter())
            .map(|recorded| if recorded { values.next().unwrap_or_default() } else { 0.0 })
            .collect();
        is_loud.then(|| Self {
            spectrum: fourier.spectrum(&whole),
            skewness,
            loud,
            recorded: count,
            cover: (!cover.is_whole()).then(|| {
                let bits = cover.iter().map(|recorded| f64::from(u8::from(recorded)));
                fourier.spectrum(&bits.collect::<Vec<_>>())
            }),
        })
    }

    /// The minutes that stand out, of so many of those that were recorded.
    fn loud_in(&self, minutes: f64) -> f64 {
        self.loud * minutes / self.recorded
    }
}

/// The best of three lags against all far shifts.
pub(super) fn judge(one: &Pulse, other: &Pulse, fourier: &Fourier) -> Option<Synchrony> {
    let (correlations, shared) = comparable(one, other, fourier)?;
    if one.loud_in(shared).min(other.loud_in(shared)) < LEAST_LOUD {
        return None;
    }
    let at = |lag: usize| correlations.get(lag).copied().unwrap_or_default();
    let (correlation, lag_minutes) = best([at(fourier.minutes() - 1), at(0), at(1)]);
    let (mean, deviation, shifts) = null(&correlations)?;
    // A mean of products of two skewed series is skewed: third cumulants multiply and add up.
    let skewness = one.skewness * other.skewness / shared.sqrt();
    let z = tail::unskewed((correlation - mean) / deviation, skewness.max(0.0));
    Some(Synchrony { z: tail::best_of_three(z), correlation, lag_minutes, shifts })
}

/// The correlations by shift over the minutes recorded of both, and how many those are unshifted.
/// Each is scaled to the spread that it would have unshifted: a mean of fewer products varies more.
/// Not a number where less than half as much is left to compare, `None` where it is too little at once.
fn comparable(one: &Pulse, other: &Pulse, fourier: &Fourier) -> Option<(Vec<f64>, f64)> {
    let correlations = fourier.correlations(&one.spectrum, &other.spectrum);
    let minutes = fourier.minutes() as f64;
    if one.cover.is_none() && other.cover.is_none() {
        return Some((correlations, minutes));
    }
    let whole = || fourier.spectrum(&vec![1.0; fourier.minutes()]);
    let [one, other] = [one, other].map(|pulse| pulse.cover.clone().unwrap_or_else(whole));
    let shares = fourier.correlations(&one, &other);
    let shared = shares.first()?;
    let scaled = |(sum, share): (&f64, &f64)| match share * 2.0 < *shared {
        true => f64::NAN,
        false => sum / (share * shared).sqrt(),
    };
    let is_enough = shared * minutes > LEAST_MINUTES as f64 - 0.5;
    is_enough.then(|| (correlations.iter().zip(&shares).map(scaled).collect(), shared * minutes))
}

/// The greatest of the correlations at lags -1, 0 and 1, with its lag; 0 if there is no choice.
fn best([earlier, same, later]: [f64; 3]) -> (f64, i8) {
    let sooner = if earlier > later { (earlier, -1) } else { (later, 1) };
    if sooner.0 > same { sooner } else { (same, 0) }
}

/// Mean and standard deviation of the correlations at far shifts, and their number. Shifts by whole
/// periods of a timer are looked at by themselves, too, and the widest null counts: two series with
/// jobs at the full hour are as alike an hour later.
fn null(correlations: &[f64]) -> Option<(f64, f64, usize)> {
    let minutes = correlations.len();
    let far = |period: usize| {
        // Both ways, by half of the window at most: beyond, more than half of it has come round.
        let shifts = (period..=minutes / 2).step_by(period).filter(|shift| *shift >= NEAR);
        let both = shifts.flat_map(|shift| {
            let back = (2 * shift != minutes).then_some(minutes - shift);
            [Some(shift), back].into_iter().flatten()
        });
        let known = both.filter_map(|shift| correlations.get(shift).copied());
        spread(known.filter(|correlation| !correlation.is_nan()))
    };
    let (mut mean, mut deviation, shifts) = far(1);
    for (own_mean, own_deviation, count) in TIMERS.map(far) {
        if count >= LEAST_SHIFTS.0 {
            mean = mean.max(own_mean);
        }
        if count >= LEAST_SHIFTS.1 {
            deviation = deviation.max(own_deviation);
        }
    }
    // Two series of the same few minutes may leave a null that does not vary.
    (deviation > 1e-6).then_some((mean, deviation, shifts))
}

/// Mean, standard deviation and number of values.
fn spread(values: impl Iterator<Item = f64>) -> (f64, f64, usize) {
    let (sum, squares, count) = values.fold((0.0, 0.0, 0_usize), |(sum, squares, count), v| {
        (sum + v, squares + v * v, count + 1)
    });
    let mean = sum / count.max(1) as f64;
    let variance = squares / count.max(1) as f64 - mean * mean;
    (mean, variance.max(0.0).sqrt(), count)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A series that never repeats.
    fn noise(minutes: usize, start: u64) -> Vec<f64> {
        let mut state = start;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5
        };
        (0..minutes).map(|_| next()).collect()
    }

    #[test]
    fn the_null_is_the_direct_one() {
        for minutes in [45, 60, 61, 128] {
            let (one, other) = (noise(minutes, 1), noise(minutes, 2));
            let found = synchrony(&one, &other).expect("both vary");
            let (one, other) = (standardised(&one), standardised(&other));
            let direct = |shift: usize| {
                let sum: f64 = (0..minutes).map(|t| one[t] * other[(t + shift) % minutes]).sum();
                sum / minutes as f64
            };
            let direct: Vec<f64> = (0..minutes).map(direct).collect();
            let (mean, deviation, shifts) = null(&direct).expect("it varies");
            let (correlation, lag) = best([direct[minutes - 1], direct[0], direct[1]]);
            let cubes = |series: &[f64]| series.iter().map(|v| v.powi(3)).sum::<f64>();
            let skewness = cubes(&one) * cubes(&other) / (minutes as f64).powf(2.5);
            let z = tail::unskewed((correlation - mean) / deviation, skewness.max(0.0));
            assert_eq!((found.shifts, shifts), (minutes - 9, minutes - 9));
            assert_eq!(found.lag_minutes, lag);
            assert!((found.z - tail::best_of_three(z)).abs() < 1e-6, "{minutes}");
            assert!((found.correlation - correlation).abs() < 1e-12, "{minutes}");
        }
    }

    #[test]
    fn a_copy_is_found_a_minute_later_and_not_seven() {
        let one = noise(240, 3);
        let late = |by: usize| [&one[240 - by..], &one[..240 - by]].concat();
        let found = synchrony(&one, &late(1)).expect("both vary");
        assert_eq!((found.lag_minutes, found.correlation > 0.999), (1, true));
        assert!(found.z > 10.0, "{found:?}");
        assert!(synchrony(&one, &late(7)).expect("both vary").z < 3.0);
        assert_eq!(synchrony(&late(1), &one).expect("both vary").lag_minutes, -1);
    }

    #[test]
    fn two_timers_do_not_move_together() {
        let jobs = |start| {
            let rest = noise(1440, start).into_iter().enumerate();
            rest.map(|(at, value)| value + if at % 60 == 0 { 3.0 } else { 0.0 }).collect::<Vec<_>>()
        };
        let found = synchrony(&jobs(5), &jobs(6)).expect("both vary");
        assert!(found.correlation > 0.3 && found.z < 3.0, "{found:?}");
    }

    #[test]
    fn too_little_says_nothing() {
        assert_eq!(synchrony(&noise(44, 1), &noise(44, 2)), None);
        assert_eq!(synchrony(&noise(60, 1), &noise(61, 2)), None);
        assert_eq!(synchrony(&noise(60, 1), &[5.0; 60]), None);
        let rare: Vec<f64> = (0..600).map(|at| if at % 100 == 0 { 1.0 } else { 0.0 }).collect();
        assert_eq!(synchrony(&rare, &rare), None);
        assert_eq!(synchrony(&[], &[]), None);
    }
}

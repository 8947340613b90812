//! Do two series move together?

use super::{LEAST_MINUTES, NEAR, residual::standardised, spectrum::Fourier, tail};

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
/// of five minutes and more.
///
/// `None` if they differ in length, have fewer than [`LEAST_MINUTES`] or do not vary.
#[must_use]
pub fn synchrony(one: &[f64], other: &[f64]) -> Option<Synchrony> {
    if one.len() != other.len() || one.len() < LEAST_MINUTES {
        return None;
    }
    let (one, other) = (standardised(one), standardised(other));
    let varies = |series: &[f64]| series.iter().any(|value| *value != 0.0);
    if !varies(&one) || !varies(&other) {
        return None;
    }
    let minutes = one.len();
    let mut correlations = Fourier::new(minutes).cross(&one, &other);
    correlations.iter_mut().for_each(|sum| *sum /= minutes as f64);
    let at = |lag: usize| correlations.get(lag).copied().unwrap_or_default();
    let best = best([at(minutes - 1), at(0), at(1)]);
    let null = Null::of(correlations.get(NEAR..=minutes - NEAR)?);
    null.judge(best)
}

/// The greatest of the correlations at lags -1, 0 and 1, with its lag; 0 if there is no choice.
pub(super) fn best([earlier, same, later]: [f64; 3]) -> (f64, i8) {
    let sooner = if earlier > later { (earlier, -1) } else { (later, 1) };
    if sooner.0 > same { sooner } else { (same, 0) }
}

/// What shifted series give.
pub(super) struct Null {
    pub(super) mean: f64,
    pub(super) variance: f64,
    pub(super) shifts: usize,
}

impl Null {
    fn of(correlations: &[f64]) -> Self {
        let shifts = correlations.len();
        let mean = correlations.iter().sum::<f64>() / shifts as f64;
        let squares = correlations.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        Self { mean, variance: squares / shifts as f64, shifts }
    }

    /// How far the best correlation is beyond the null.
    pub(super) fn judge(&self, (correlation, lag_minutes): (f64, i8)) -> Option<Synchrony> {
        // Two series of the same few minutes may leave a null that does not vary.
        if self.variance.is_nan() || self.variance <= 1e-12 {
            return None;
        }
        let z = tail::best_of_three((correlation - self.mean) / self.variance.sqrt());
        Some(Synchrony { z, correlation, lag_minutes, shifts: self.shifts })
    }
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
            let null: Vec<f64> = (NEAR..=minutes - NEAR).map(direct).collect();
            let expected = Null::of(&null)
                .judge(best([direct(minutes - 1), direct(0), direct(1)]))
                .expect("a null");
            assert_eq!(found.shifts, minutes - 9);
            assert_eq!(found.lag_minutes, expected.lag_minutes);
            assert!((found.z - expected.z).abs() < 1e-9, "{minutes}");
            assert!((found.correlation - expected.correlation).abs() < 1e-12, "{minutes}");
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
    fn too_little_says_nothing() {
        assert_eq!(synchrony(&noise(44, 1), &noise(44, 2)), None);
        assert_eq!(synchrony(&noise(60, 1), &noise(61, 2)), None);
        assert_eq!(synchrony(&noise(60, 1), &[5.0; 60]), None);
        assert_eq!(synchrony(&[], &[]), None);
    }
}

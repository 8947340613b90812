//! Timers: series that follow the clock on the wall.
//!
//! Two machines with a job at every full hour move together, and nobody mines. A period of minutes
//! that divides an hour shows when the minutes at the same place of the period are laid upon each
//! other: what then is left of the variance is the timer's (epoch folding; Leahy et
//! al., "On searches for pulsed emission", 1983). All harmonics of the period are in it.

use super::residual::standardised;

/// Periods looked for, in minutes: the divisors of an hour.
const PERIODS: [usize; 11] = [2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60];

/// How many times a period must have come round before it counts.
const ROUNDS: usize = 4;

/// The share of the variance, beyond chance, that makes a series clockwork.
const SHARE: f64 = 0.5;

/// The period, in minutes, of a series that mostly follows the clock; 1 if each minute is like every
/// other. Takes bytes as well as residuals.
#[must_use]
pub fn is_clockwork(series: &[f64]) -> Option<usize> {
    let series = standardised(series);
    if series.iter().all(|value| *value == 0.0) {
        return Some(1);
    }
    let long = PERIODS.iter().filter(|period| **period * ROUNDS <= series.len());
    let shares: Vec<_> = long.map(|period| (*period, share(&series, *period))).collect();
    let most = shares.iter().map(|(_, share)| *share).fold(0.0, f64::max);
    // A multiple of the period has all that the period has.
    let first = shares.iter().find(|(_, share)| *share >= 0.95 * most)?;
    (most >= SHARE).then_some(first.0)
}

/// The share of a standardised series' variance that its period explains, beyond what chance gives
/// to so many means (adjusted R²).
fn share(series: &[f64], period: usize) -> f64 {
    let means = fold(series, period);
    let rest: f64 =
        series.iter().zip(means.iter().cycle()).map(|(v, mean)| (v - mean).powi(2)).sum();
    1.0 - rest / (series.len() - period) as f64
}

/// The mean at each place of a period.
fn fold(series: &[f64], period: usize) -> Vec<f64> {
    let mean = |place: usize| {
        let (sum, count) = series
            .iter()
            .skip(place)
            .step_by(period)
            .fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        if count > 0.0 { sum / count } else { 0.0 }
    };
    (0..period).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(period: usize, minutes: usize) -> Vec<f64> {
        (0..minutes).map(|at| if at % period == 1 { 900.0 } else { 40.0 }).collect()
    }

    #[test]
    fn timers_are_told_with_their_period() {
        for period in PERIODS {
            assert_eq!(is_clockwork(&every(period, 1440)), Some(period));
        }
        assert_eq!(is_clockwork(&[120.0; 60]), Some(1));
        assert_eq!(is_clockwork(&[]), Some(1));
    }

    #[test]
    fn a_short_window_has_no_period() {
        assert_eq!(is_clockwork(&[1.0, 2.0, 1.0]), None);
    }
}

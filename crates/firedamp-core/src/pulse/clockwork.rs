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

/// The largest part of a period that a timer may take: beyond it, nothing is left to be compared.
const TIMER_PART_MAX: f64 = 0.4;

/// What is left of a residual when the minutes of a timer are taken out, so that whoever has a ping
/// beside what it does is still heard; the residual itself if there is none, and `None` if the timer
/// is all there is.
#[must_use]
pub fn without_timer(residual: &[f64]) -> Option<Vec<f64>> {
    let Some(period) = is_clockwork(residual) else {
        return Some(residual.to_vec());
    };
    let most = (TIMER_PART_MAX * period as f64) as usize;
    let places = loudest(residual, period);
    let rests =
        (1..=most).map(|count| without(residual, period, places.get(..count).unwrap_or(&[])));
    rests.into_iter().find(|rest| is_clockwork(rest).is_none())
}

/// The series without these places of a period: there it is as it is in the mean elsewhere.
fn without(series: &[f64], period: usize, places: &[usize]) -> Vec<f64> {
    let is_out = |at: usize| places.contains(&(at % period));
    let others =
        || series.iter().enumerate().filter(|(at, _)| !is_out(*at)).map(|(_, value)| value);
    let mean = others().sum::<f64>() / others().count().max(1) as f64;
    let rest = series.iter().enumerate().map(|(at, value)| if is_out(at) { mean } else { *value });
    standardised(&rest.collect::<Vec<_>>())
}

/// The places of a period, those that stand out most first.
fn loudest(series: &[f64], period: usize) -> Vec<usize> {
    let means = fold(series, period);
    let mut places: Vec<(usize, f64)> = means.into_iter().enumerate().collect();
    places.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()));
    places.into_iter().map(|(place, _)| place).collect()
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
    fn a_ping_is_taken_out_and_what_goes_on_beside_it_stays() {
        let own = |at: usize| ((at * at * 7919) % 1009) as f64 / 500.0 - 1.0;
        let ping = |at: usize| if at % 5 == 1 { 9.0 } else { own(at) };
        let both = standardised(&(0..1440).map(ping).collect::<Vec<_>>());
        assert_eq!(is_clockwork(&both), Some(5));
        let rest = without_timer(&both).expect("four minutes of five are its own");
        assert_eq!(is_clockwork(&rest), None);
        let alike: f64 = (0..1440).filter(|at| at % 5 != 1).map(|at| rest[at] * own(at)).sum();
        assert!(alike > 400.0, "{alike}");
    }

    #[test]
    fn of_a_timer_alone_nothing_is_left() {
        for period in PERIODS {
            assert_eq!(without_timer(&standardised(&every(period, 1440))), None, "{period}");
        }
        assert_eq!(without_timer(&[120.0; 60]), None);
        let free = [1.0, -1.0, 0.5, -0.5];
        assert_eq!(without_timer(&free), Some(free.to_vec()));
    }

    #[test]
    fn a_short_window_has_no_period() {
        assert_eq!(is_clockwork(&[1.0, 2.0, 1.0]), None);
    }
}

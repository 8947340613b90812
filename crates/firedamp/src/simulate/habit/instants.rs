//! When habits are practised, in seconds from the window's begin.

use crate::simulate::dice::Dice;

const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;

/// With a period.
pub(super) fn ticks(period: f64, (from, to): (f64, f64)) -> Vec<f64> {
    let count = ((to - from) / period).max(0.0).ceil() as usize;
    (0..count).map(|tick| from + tick as f64 * period).collect()
}

/// At any time, on average so many seconds apart.
pub(super) fn gaps(mean: f64, (from, to): (f64, f64), dice: &mut Dice) -> Vec<f64> {
    let mut times = Vec::new();
    let mut at = from + dice.gap(mean);
    while at < to {
        times.push(at);
        at += dice.gap(mean);
    }
    times
}

/// At two in the morning, more or less.
pub(super) fn nights(start: i64, (from, to): (f64, f64), dice: &mut Dice) -> Vec<f64> {
    let hour = dice.between(1.0, 4.0) * HOUR;
    let first = hour - start.rem_euclid(DAY as i64) as f64;
    let nights = (0..).map(|night| first + f64::from(night) * DAY);
    nights.skip_while(|second| *second < from).take_while(|second| *second < to).collect()
}

/// How busy people are at a time, from 0 to 1: most in the early afternoon, least at night.
pub(in crate::simulate) fn busy(start: i64, second: f64) -> f64 {
    let at = start as f64 + second;
    let hour = at.rem_euclid(DAY) / HOUR;
    let day = 0.5 - 0.5 * ((hour - 2.0) / 24.0 * std::f64::consts::TAU).cos();
    // The epoch began on a Thursday.
    let weekday = ((at / DAY).floor() + 3.0).rem_euclid(7.0);
    (0.06 + 0.94 * day * day) * if weekday >= 5.0 { 0.4 } else { 1.0 }
}

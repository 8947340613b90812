//! Stretches of hard and even work in a machine's load.

use super::days::{
    DAY_PIECES, DAYS_MAX, PIECE_MINUTES, PIECE_SECONDS, Rates, Shares, bytes_a_minute, percent,
};
use crate::{
    time::{Span, Time},
    weights,
};

/// Pieces without hard work, known or not, that do not end a stretch: a program that starts anew.
const PAUSE_PIECES_MAX: i64 = 3;
/// The share of a stretch's pieces that must be hard work.
const HARD_SHARE_MIN: f64 = 0.95;
/// The share of pieces whose traffic is not looked at, from the top: updates and backups.
const BURST_SHARE: f64 = 0.05;

/// The mean of five minutes, counted from 1970.
pub(super) type Piece = (i64, f64);

/// Hours of hard and even work.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stretch {
    /// The first and the last piece.
    pub(super) first: i64,
    pub(super) last: i64,
    /// The mean, in percent.
    pub(super) mean: f64,
    /// The distance of the quartiles, in points.
    pub(super) spread: f64,
    /// Whether it was followed by something else.
    pub(super) ended: bool,
}

impl Stretch {
    pub(super) const fn seconds(&self) -> i64 {
        (self.last - self.first + 1) * PIECE_SECONDS
    }

    pub(super) const fn span(&self) -> Span {
        Span {
            first: Time::from_seconds(self.first * PIECE_SECONDS),
            last: Time::from_seconds((self.last + 1) * PIECE_SECONDS),
        }
    }
}

/// The longest stretch that fits no job of a day or a night.
pub(super) fn longest(shares: &Shares, weights: &weights::FlatCompute) -> Option<Stretch> {
    let pieces = pieces(shares);
    let stretches = runs(&pieces, weights.busy_percent).into_iter().filter_map(|(first, last)| {
        let run = pieces.get(first..=last)?;
        let after = pieces.len() - 1 - last;
        let stretch = even(run, after as i64 > PAUSE_PIECES_MAX, weights)?;
        let fits = stretch.seconds() >= weights.day_seconds
            || !stretch.ended && !is_daily(run, &pieces, weights.busy_percent);
        fits.then_some(stretch)
    });
    stretches.reduce(|one, other| if other.seconds() > one.seconds() { other } else { one })
}

/// The means of five minutes, of the minutes that are known.
pub(super) fn pieces(shares: &Shares) -> Vec<Piece> {
    let mut pieces: Vec<(i64, f64, f64)> = Vec::new();
    for (minute, reading) in shares.iter() {
        let piece = minute.div_euclid(PIECE_MINUTES);
        match pieces.last_mut().filter(|last| last.0 == piece) {
            Some((_, sum, count)) => (*sum, *count) = (*sum + percent(reading), *count + 1.0),
            None => pieces.push((piece, percent(reading), 1.0)),
        }
    }
    pieces.into_iter().map(|(piece, sum, count)| (piece, sum / count)).collect()
}

/// Indexes of the first and last piece of each run of hard work with short pauses at most.
fn runs(pieces: &[Piece], busy_percent: f64) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut before = i64::MIN;
    let hard = pieces.iter().enumerate().filter(|(_, (_, mean))| *mean >= busy_percent);
    for (at, (piece, _)) in hard {
        let goes_on = piece.saturating_sub(before) <= PAUSE_PIECES_MAX + 1;
        match runs.last_mut().filter(|_| goes_on) {
            Some((_, last)) => *last = at,
            None => runs.push((at, at)),
        }
        before = *piece;
    }
    runs
}

/// The run as a stretch, when it is long, hard and even enough.
fn even(run: &[Piece], ended: bool, weights: &weights::FlatCompute) -> Option<Stretch> {
    let ((first, _), (last, _)) = (run.first()?, run.last()?);
    let mut means: Vec<f64> = run.iter().map(|(_, mean)| *mean).collect();
    means.sort_by(f64::total_cmp);
    let count = means.len() as f64;
    let quantile = |share: f64| means.get((share * (count - 1.0)).round() as usize).copied();
    let stretch = Stretch {
        first: *first,
        last: *last,
        mean: means.iter().sum::<f64>() / count,
        spread: quantile(0.75)? - quantile(0.25)?,
        ended,
    };
    let hard = means.iter().filter(|mean| **mean >= weights.busy_percent).count() as f64;
    let fits = stretch.seconds() >= weights.long_seconds
        && hard >= count * HARD_SHARE_MIN
        && stretch.spread < weights.spread_points;
    fits.then_some(stretch)
}

/// Whether the machine worked as hard at the same hours of a day before.
fn is_daily(run: &[Piece], pieces: &[Piece], busy_percent: f64) -> bool {
    (1..DAYS_MAX as i64).any(|days| {
        let hard = |(piece, _): &&Piece| {
            let then = piece.saturating_sub(days * DAY_PIECES);
            let at = pieces.binary_search_by_key(&then, |(piece, _)| *piece);
            at.ok().and_then(|at| pieces.get(at)).is_some_and(|(_, mean)| *mean >= busy_percent)
        };
        run.iter().filter(hard).count() * 2 >= run.len()
    })
}

/// Bytes a minute during a stretch: the mean without the largest bursts; nothing when less than
/// half of the stretch is known.
pub(super) fn traffic<'a>(
    rates: impl Iterator<Item = &'a Rates>,
    stretch: &Stretch,
) -> Option<f64> {
    let mut all = Rates::default();
    for rates in rates {
        let within =
            rates.iter().filter(|(piece, _)| (stretch.first..=stretch.last).contains(piece));
        within.for_each(|(piece, reading)| all.note(piece, reading));
    }
    let mut readings: Vec<f64> = all.iter().map(|(_, rate)| bytes_a_minute(rate)).collect();
    let known = readings.len() as i64 * 2 > stretch.last - stretch.first;
    readings.sort_by(f64::total_cmp);
    readings.truncate((readings.len() as f64 * (1.0 - BURST_SHARE)).ceil() as usize);
    let sum: f64 = readings.iter().sum();
    (known && !readings.is_empty()).then(|| sum / readings.len() as f64)
}

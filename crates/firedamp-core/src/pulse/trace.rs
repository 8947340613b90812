//! A series among very many: small to keep, quick to compare.

use std::ops::Range;

use super::{
    LEAST_MINUTES, Synchrony,
    clockwork::is_clockwork,
    cover::Cover,
    residual::residual,
    spectrum::Fourier,
    synchrony::{Pulse, judge},
};

/// Steps in a standard deviation: four of them fit into a byte.
const STEPS: f64 = 31.0;

/// Products of so many steps add up without overflow.
const EXACT: usize = 1 << 16;

/// One series for [`clusters`](super::clusters): its residual, a byte a minute, when it was recorded,
/// and the blocks in which it is compared with others.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    pub(super) minutes: Vec<i8>,
    pub(super) recorded: Range<usize>,
    pub(super) blocks: Vec<u64>,
    pub(super) id: Option<u64>,
}

impl Trace {
    /// The trace of bytes down; `None` for clockwork and for windows under [`LEAST_MINUTES`].
    ///
    /// Blocks are hashes of what the series may share with others: the far address, its network, the
    /// account, the port. Series without a common block are compared only by way of a cluster.
    #[must_use]
    pub fn of_bytes(down: &[f64], blocks: Vec<u64>) -> Option<Self> {
        let residual = residual(down);
        if down.len() < LEAST_MINUTES || is_clockwork(&residual).is_some() {
            return None;
        }
        Some(Self::of_residual(&residual, blocks))
    }

    /// The trace of a residual in standard deviations, as it is.
    #[must_use]
    pub fn of_residual(residual: &[f64], blocks: Vec<u64>) -> Self {
        Self::of_steps(Self::steps(residual), blocks)
    }

    /// The trace of a residual that was put into steps before.
    #[must_use]
    pub fn of_steps(minutes: Vec<i8>, blocks: Vec<u64>) -> Self {
        Self { recorded: 0..minutes.len(), minutes, blocks, id: None }
    }

    /// The same, known by a hash of whose series it is: who is drawn where there are too many then does
    /// not hang on who else is there, or in what order.
    #[must_use]
    pub fn known_by(self, id: u64) -> Self {
        Self { id: Some(id), ..self }
    }

    /// The same, recorded in this part of the window only; nothing stands out of the other minutes,
    /// and nothing is concluded from them.
    #[must_use]
    pub fn recorded_in(self, recorded: Range<usize>) -> Self {
        Self { recorded, ..self }
    }

    /// A residual in steps of a standard deviation, a byte a minute.
    #[must_use]
    pub fn steps(residual: &[f64]) -> Vec<i8> {
        residual.iter().map(|value| (value * STEPS).round() as i8).collect()
    }
}

/// A trace or a sum of traces, laid out for comparison.
pub(super) struct Wave {
    /// Zero where nothing was recorded.
    minutes: Vec<i16>,
    cover: Cover,
    mean: f64,
    deviation: f64,
}

impl Wave {
    /// `None` if it does not vary.
    pub(super) fn of_trace(trace: &Trace) -> Option<Self> {
        let minutes: Vec<i16> = trace.minutes.iter().map(|step| i16::from(*step)).collect();
        let cover = Cover::of_range(minutes.len(), &trace.recorded);
        Self::of(minutes, cover)
    }

    /// The shape of a sum of traces, in the steps of a trace: each minute in units of the spread that a sum
    /// of as many traces has. Otherwise those in which few were recorded would be the loudest, and whoever
    /// was there in them alone would be held against the quiet of all others.
    pub(super) fn of_sum(sums: &[Sum]) -> Option<Self> {
        let cover = Cover::of(sums.iter().map(|sum| sum.traces > 0));
        let common = common(sums);
        let levels: Vec<Option<f64>> = sums.iter().map(|sum| sum.level(common)).collect();
        let recorded = || levels.iter().copied().flatten();
        let count = cover.count() as f64;
        let mean = recorded().sum::<f64>() / count;
        let squares = recorded().map(|value| (value - mean).powi(2)).sum::<f64>();
        let unit = STEPS / (squares / count).sqrt();
        if !unit.is_finite() {
            return None;
        }
        let step = |value: f64| ((value - mean) * unit).round().clamp(-127.0, 127.0) as i16;
        Self::of(levels.iter().map(|level| level.map_or(0, step)).collect(), cover)
    }

    fn of(minutes: Vec<i16>, cover: Cover) -> Option<Self> {
        let count = cover.count().max(1) as f64;
        let mean = minutes.iter().map(|step| f64::from(*step)).sum::<f64>() / count;
        let variance = dot(&minutes, &minutes) / count - mean * mean;
        (variance > 0.0).then(|| Self { minutes, cover, mean, deviation: variance.sqrt() })
    }

    /// The inner product with another wave of the same length, which is later by so many minutes.
    fn product(&self, other: &Self, later: isize) -> f64 {
        if later < 0 {
            return other.product(self, -later);
        }
        let (late, early) = other.minutes.split_at(later.unsigned_abs().min(other.minutes.len()));
        let (head, tail) = self.minutes.split_at(early.len().min(self.minutes.len()));
        dot(head, early) + dot(tail, late)
    }

    /// The best correlation at lags of -1, 0 and 1 minutes, times the root of the minutes recorded of
    /// both: near its z.
    pub(super) fn quick(&self, other: &Self) -> f64 {
        let shared = self.cover.shared(&other.cover);
        if shared < LEAST_MINUTES {
            return f64::NEG_INFINITY;
        }
        let [earlier, same, later] = [-1, 0, 1].map(|lag| self.product(other, lag));
        let product = earlier.max(same).max(later) - shared as f64 * self.mean * other.mean;
        product / (self.deviation * other.deviation * (shared as f64).sqrt())
    }
}

/// What traces add up to in one minute.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    pub(super) steps: i32,
    /// How many were recorded.
    pub(super) traces: i32,
}

impl Sum {
    /// What was recorded, in units of the spread that a sum of so many traces has.
    fn level(&self, common: f64) -> Option<f64> {
        let traces = f64::from(self.traces);
        let variance = traces * (1.0 + (traces - 1.0) * common);
        (self.traces > 0).then(|| f64::from(self.steps) / variance.sqrt())
    }
}

/// The share of their variance that traces have in common: by so much for each pair of them sums vary
/// more than as many strangers' would.
fn common(sums: &[Sum]) -> f64 {
    let (mut over, mut pairs) = (0.0, 0.0);
    for sum in sums {
        let (steps, traces) = (f64::from(sum.steps) / STEPS, f64::from(sum.traces));
        over += steps * steps - traces;
        pairs += traces * (traces - 1.0);
    }
    if pairs > 0.0 { (over / pairs).clamp(0.0, 1.0) } else { 0.0 }
}

/// The inner product, exactly.
fn dot(one: &[i16], other: &[i16]) -> f64 {
    let part = |(one, other): (&[i16], &[i16])| {
        let products = one.iter().zip(other).map(|(a, b)| i32::from(*a) * i32::from(*b));
        f64::from(products.sum::<i32>())
    };
    one.chunks(EXACT).zip(other.chunks(EXACT)).map(part).sum()
}

/// A wave with its spectrum, for the few comparisons that promise something.
pub(super) struct Voice {
    pub(super) wave: Wave,
    pulse: Pulse,
}

impl Voice {
    pub(super) fn of(wave: Wave, fourier: &Fourier) -> Option<Self> {
        let series: Vec<f64> = wave.minutes.iter().map(|step| f64::from(*step)).collect();
        Pulse::of(&series, &wave.cover, fourier).map(|pulse| Self { wave, pulse })
    }

    /// The same as [`synchrony`](super::synchrony()).
    pub(super) fn judge(&self, other: &Self, fourier: &Fourier) -> Option<Synchrony> {
        judge(&self.pulse, &other.pulse, fourier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_fine_enough() {
        let series = |by: u64| -> Vec<f64> {
            let bytes = (0..700_u64).map(|at| (at * at * by % 1009) as f64);
            residual(&bytes.collect::<Vec<_>>())
        };
        let fourier = Fourier::new(700);
        let voice = |residual: &[f64]| {
            let trace = Trace::of_residual(residual, Vec::new());
            Voice::of(Wave::of_trace(&trace).expect("it varies"), &fourier).expect("loud")
        };
        for (one, other) in [(1, 3), (5, 7), (11, 11)] {
            let (one, other) = (series(one), series(other));
            let full = super::super::synchrony(&one, &other).expect("both vary");
            let quick = voice(&one).judge(&voice(&other), &fourier).expect("both vary");
            assert!((full.z - quick.z).abs() < 0.02 * full.z.abs().max(2.0), "{full:?} {quick:?}");
            assert_eq!((full.lag_minutes, full.shifts), (quick.lag_minutes, quick.shifts));
        }
    }

    /// Steps of one standard deviation that never repeat.
    fn noise(minutes: usize, start: u64) -> Vec<i8> {
        let mut state = start.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5) * 12.0_f64.sqrt()
        };
        Trace::steps(&(0..minutes).map(|_| next()).collect::<Vec<_>>())
    }

    /// One of 31 was there from the beginning. Whoever was there then alone is held against it, and by the
    /// null against all others.
    #[test]
    fn where_few_were_recorded_a_sum_is_no_louder() {
        const MINUTES: usize = 1440;
        const EARLY: usize = 144;
        let mut sums = vec![Sum::default(); MINUTES];
        for start in 1..=31 {
            let from = if start == 1 { 0 } else { EARLY };
            for (sum, step) in sums.iter_mut().zip(noise(MINUTES, start)).skip(from) {
                sum.steps += i32::from(step);
                sum.traces += 1;
            }
        }
        let fourier = Fourier::new(MINUTES);
        let sum = Voice::of(Wave::of_sum(&sums).expect("it varies"), &fourier).expect("loud");
        let z = |start: u64| {
            let mut minutes = noise(EARLY, start);
            minutes.resize(MINUTES, 0);
            let trace = Trace::of_steps(minutes, Vec::new()).recorded_in(0..EARLY);
            let wave = Wave::of_trace(&trace).expect("it varies");
            let own = Voice::of(wave, &fourier).expect("loud");
            sum.judge(&own, &fourier).expect("both vary").z
        };
        let squares: Vec<f64> = (100..300).map(|start| z(start).powi(2)).collect();
        let mean = squares.iter().sum::<f64>() / squares.len() as f64;
        // By chance one, where the null is as wide as it should be.
        assert!(mean < 1.6, "{mean}");
    }

    #[test]
    fn what_traces_have_in_common_is_told_from_their_sums() {
        let sums = |common: bool| -> Vec<Sum> {
            let of = |start: u64| if common { noise(600, 1) } else { noise(600, start) };
            let traces: Vec<Vec<i8>> = (1..=9).map(of).collect();
            let sum =
                |minute: usize| traces.iter().map(|trace| i32::from(trace[minute])).sum::<i32>();
            (0..600).map(|minute| Sum { steps: sum(minute), traces: 9 }).collect()
        };
        assert!(common(&sums(false)) < 0.05);
        assert!(common(&sums(true)) > 0.8);
        assert_eq!(common(&[Sum { steps: 31, traces: 1 }, Sum::default()]), 0.0);
    }

    #[test]
    fn long_sums_do_not_overflow() {
        let loud = vec![127_i16; 3 * EXACT + 5];
        assert_eq!(dot(&loud, &loud), 127.0 * 127.0 * loud.len() as f64);
    }
}

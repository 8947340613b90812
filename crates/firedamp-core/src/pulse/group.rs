//! Series thought to share a clock, and what they have in common.

use super::{
    spectrum::Fourier,
    trace::{Sum, Trace, Voice, Wave},
};

/// A quick correlation under this part of the threshold is not looked at again: its null would have
/// to be narrower than that of white noise by as much.
const WORTH: f64 = 0.8;

/// Rounds in which the members of a group are gone through for those that do not belong.
const ROUNDS: usize = 4;

/// A series in a cluster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// Its place among the series given.
    pub index: usize,
    /// Its z against the sum of all other members.
    pub z: f64,
    /// By how many minutes it is later than the first pair found: -2 to 2.
    pub lag_minutes: i8,
}

/// Series with their sum, each shifted by its lag.
pub(super) struct Group {
    pub(super) members: Vec<Member>,
    sum: Vec<Sum>,
}

impl Group {
    pub(super) fn new(minutes: usize) -> Self {
        Self { members: Vec::new(), sum: vec![Sum::default(); minutes] }
    }

    pub(super) fn holds(&self, index: usize) -> bool {
        self.members.iter().any(|member| member.index == index)
    }

    pub(super) fn add(&mut self, member: Member, trace: &Trace) {
        self.change(member.lag_minutes, trace, 1);
        self.members.push(member);
    }

    /// Adds the members of another group that is later by so many minutes.
    pub(super) fn take_in(&mut self, other: &Self, later: i8, traces: &[Trace]) {
        for member in &other.members {
            if let Some(trace) = traces.get(member.index) {
                let lag_minutes = member.lag_minutes.saturating_add(later);
                self.add(Member { lag_minutes, ..*member }, trace);
            }
        }
    }

    /// A group of the members alone, after some were taken from them.
    pub(super) fn rebuilt(&self, traces: &[Trace]) -> Self {
        let mut group = Self::new(self.sum.len());
        group.take_in(self, 0, traces);
        group
    }

    /// What the members have in common.
    pub(super) fn voice(&self, fourier: &Fourier) -> Option<Voice> {
        Wave::of_sum(&self.sum).and_then(|wave| Voice::of(wave, fourier))
    }

    /// Holds every member against the sum of the others and lets go of the ones under the threshold.
    pub(super) fn settle(&mut self, traces: &[Trace], fourier: &Fourier, threshold: f64) {
        for _ in 0..ROUNDS {
            self.measure(traces, fourier);
            let (kept, gone): (Vec<Member>, _) =
                self.members.iter().copied().partition(|member| member.z >= threshold);
            self.members = kept;
            for member in &gone {
                if let Some(trace) = traces.get(member.index) {
                    self.change(member.lag_minutes, trace, -1);
                }
            }
            if gone.is_empty() {
                break;
            }
        }
    }

    /// Sets the z of each member against the sum of the others.
    fn measure(&mut self, traces: &[Trace], fourier: &Fourier) {
        let mut members = std::mem::take(&mut self.members);
        for member in &mut members {
            let Some(trace) = traces.get(member.index) else { continue };
            self.change(member.lag_minutes, trace, -1);
            let others = self.voice(fourier);
            self.change(member.lag_minutes, trace, 1);
            let own = Wave::of_trace(trace).and_then(|wave| Voice::of(wave, fourier));
            let judged = others.zip(own).and_then(|(others, own)| others.judge(&own, fourier));
            member.z = judged.map_or(f64::NEG_INFINITY, |judged| judged.z);
        }
        self.members = members;
    }

    /// Adds a trace to the sum, later by so many minutes, so many times.
    fn change(&mut self, lag: i8, trace: &Trace, times: i32) {
        let minutes = trace.minutes.len().max(1);
        let start = isize::from(lag).rem_euclid(minutes as isize).unsigned_abs();
        let own = trace.minutes.iter().enumerate().cycle().skip(start);
        for (sum, (minute, step)) in self.sum.iter_mut().zip(own) {
            sum.steps += times * i32::from(*step);
            sum.traces += times * i32::from(trace.recorded.contains(&minute));
        }
    }
}

/// Judges two voices if a quick look promises the threshold.
pub(super) fn judge(
    one: &Voice,
    other: &Voice,
    fourier: &Fourier,
    threshold: f64,
) -> Option<(f64, i8)> {
    if !promises(one.wave.quick(&other.wave), threshold) {
        return None;
    }
    let judged = one.judge(other, fourier)?;
    (judged.z >= threshold).then_some((judged.z, judged.lag_minutes))
}

/// Whether a quick look promises the threshold.
pub(super) fn promises(quick: f64, threshold: f64) -> bool {
    quick >= WORTH * threshold
}

//! What could be read for an account, for which hours, and what was missing: silence is no alibi.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    bill::Ledger,
    event::Signal,
    time::{Span, Time},
};

const DAY_SECONDS: i64 = 86_400;
const HOUR_SECONDS: i64 = 3600;
/// Days whose hours are remembered, the latest ones.
const DAYS_MAX: usize = 400;
/// Feeds that never pause: an account without flows or load for so many hours has a broken feed, or
/// nothing that runs.
const SILENT_HOURS_MIN: i64 = 3;

/// The telemetry of one account.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Coverage {
    signals: BTreeMap<Signal, Seen>,
    lost: Option<Span>,
    /// There were more conversations than are looked at.
    crowded: bool,
}

/// When one signal was read.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Seen {
    span: Span,
    /// A bit an hour, by day since 1970-01-01.
    hours: BTreeMap<i64, u32>,
}

impl Seen {
    const fn new(span: Span) -> Self {
        Self { span, hours: BTreeMap::new() }
    }

    fn add(&mut self, span: Span) {
        self.span = self.span.joined(span);
        let day_of = |time: Time| time.seconds().div_euclid(DAY_SECONDS);
        // The last instant of a span that ends on the hour belongs to the hour before.
        let last = Time::from_millis(span.last.millis().saturating_sub(1)).max(span.first);
        let last_day = day_of(last);
        for day in day_of(span.first).max(last_day.saturating_sub(DAYS_MAX as i64))..=last_day {
            *self.hours.entry(day).or_default() |= hours(day, span.first, last);
        }
        self.trim();
    }

    fn merge(&mut self, other: Self) {
        self.span = self.span.joined(other.span);
        for (day, hours) in other.hours {
            *self.hours.entry(day).or_default() |= hours;
        }
        self.trim();
    }

    fn trim(&mut self) {
        while self.hours.len() > DAYS_MAX {
            self.hours.pop_first();
        }
    }

    /// The hours since 1970 in which it was read, in order.
    fn heard(&self) -> impl Iterator<Item = i64> + '_ {
        self.hours.iter().flat_map(|(day, hours)| {
            (0..24).filter(move |hour| hours & (1 << hour) != 0).map(move |hour| day * 24 + hour)
        })
    }

    /// Runs of hours, between the first and the last, in which nothing was read.
    fn silences(&self) -> Vec<Span> {
        let mut silences = Vec::new();
        let mut next = None;
        for hour in self.heard() {
            let from = next.replace(hour + 1).unwrap_or(hour);
            if hour - from >= SILENT_HOURS_MIN {
                let at = |hour: i64| Time::from_seconds(hour * HOUR_SECONDS);
                silences.push(Span { first: at(from), last: at(hour) });
            }
        }
        silences
    }
}

/// The hours of `day` that lie in `first..=last`.
fn hours(day: i64, first: Time, last: Time) -> u32 {
    let hour_of = |time: Time| (time.seconds() - day * DAY_SECONDS).div_euclid(HOUR_SECONDS);
    let (from, to) = (hour_of(first).clamp(0, 23), hour_of(last).clamp(0, 23));
    (from..=to).fold(0, |mask, hour| mask | 1 << hour)
}

/// What was read of one signal, for people and programs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Covered {
    /// The signal's id.
    pub signal: &'static str,
    /// From when.
    #[serde(serialize_with = "time")]
    pub first_observed: Time,
    /// Until when.
    #[serde(serialize_with = "time")]
    pub last_observed: Time,
    /// Hours in between without a word, of signals that never pause.
    pub silent: Vec<Silence>,
    /// There were more conversations than are looked at: what is on no list may be missed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub crowded: bool,
    /// Of bills: days that two exports tell of. The finer of them counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told_twice: Option<usize>,
    /// Of flows: what of them no table of blocks reaches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beyond_blocks: Vec<Beyond>,
}

/// Traffic that a table of blocks does not reach: it is not held against the coin's clock.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Beyond {
    /// Whose blocks they are.
    pub coin: String,
    /// The first block that is known.
    #[serde(serialize_with = "time")]
    pub first_block: Time,
    /// The last one.
    #[serde(serialize_with = "time")]
    pub last_block: Time,
    /// Hours with traffic before the first.
    pub hours_before: usize,
    /// Hours with traffic after the last.
    pub hours_after: usize,
}

/// A time without a word.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Silence {
    /// The first hour.
    #[serde(serialize_with = "time")]
    pub from: Time,
    /// The end of the last.
    #[serde(serialize_with = "time")]
    pub to: Time,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn time<S: serde::Serializer>(value: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

impl Coverage {
    /// Notes that `signal` was read for `span`.
    pub fn see(&mut self, signal: Signal, span: Span) {
        self.signals.entry(signal).or_insert(Seen::new(span)).add(span);
    }

    /// Notes that the source lost records in `span`.
    pub fn lose(&mut self, span: Span) {
        self.lost = Some(self.lost.map_or(span, |known| known.joined(span)));
    }

    /// Notes that there were more conversations than are looked at.
    pub const fn crowd(&mut self) {
        self.crowded = true;
    }

    /// Whether there were more conversations than are looked at, in this account or beside it.
    #[must_use]
    pub const fn is_crowded(&self) -> bool {
        self.crowded
    }

    /// Joins two coverages.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (signal, seen) in other.signals {
            self.signals.entry(signal).or_insert(Seen::new(seen.span)).merge(seen);
        }
        other.lost.into_iter().for_each(|span| self.lose(span));
        self.crowded |= other.crowded;
        self
    }

    /// From when to when a signal was read.
    #[must_use]
    pub fn of(&self, signal: Signal) -> Option<Span> {
        self.signals.get(&signal).map(|seen| seen.span)
    }

    /// What was read.
    #[must_use]
    pub fn covered(&self) -> Vec<Covered> {
        let never_pauses = |signal| matches!(signal, Signal::Flow | Signal::Metric);
        let covered = |(signal, seen): (&Signal, &Seen)| Covered {
            signal: signal.id(),
            first_observed: seen.span.first,
            last_observed: seen.span.last,
            silent: (if never_pauses(*signal) { seen.silences() } else { Vec::new() })
                .into_iter()
                .map(|span| Silence { from: span.first, to: span.last })
                .collect(),
            crowded: self.crowded && *signal == Signal::Flow,
            told_twice: None,
            beyond_blocks: Vec::new(),
        };
        self.signals.iter().map(covered).collect()
    }

    /// The same, with what bills are known to tell.
    #[must_use]
    pub fn covered_and_billed(&self, bill: &Ledger) -> Vec<Covered> {
        let mut covered = self.covered();
        let days = bill.told_twice.len();
        for one in covered.iter_mut().filter(|one| one.signal == Signal::Usage.id()) {
            one.told_twice = (days > 0).then_some(days);
        }
        covered
    }

    /// Signals of which nothing was read.
    pub fn absent(&self) -> impl Iterator<Item = Signal> + '_ {
        Signal::ALL.into_iter().filter(|signal| !self.signals.contains_key(signal))
    }

    /// Whole hours in which a signal was read before this time, and after it. A table that ends within the
    /// hour of what was read is no old one: nothing is told of it.
    #[must_use]
    pub fn hours_outside(&self, signal: Signal, time: Span) -> (usize, usize) {
        let Some(seen) = self.signals.get(&signal) else {
            return (0, 0);
        };
        let (first, last) = (time.first.seconds(), time.last.seconds());
        let earlier = |hour: i64| first - (hour + 1) * HOUR_SECONDS;
        let later = |hour: i64| hour * HOUR_SECONDS - last;
        let count = |late: &dyn Fn(i64) -> i64| {
            let hours = || seen.heard().map(late).filter(|seconds| *seconds >= 0);
            let is_far = hours().any(|seconds| seconds >= HOUR_SECONDS);
            if is_far { hours().count() } else { 0 }
        };
        (count(&earlier), count(&later))
    }

    /// When the source lost records, if it says so.
    #[must_use]
    pub const fn lost(&self) -> Option<Span> {
        self.lost
    }

    /// The last instant of all that was read.
    #[must_use]
    pub fn newest(&self) -> Option<Time> {
        self.signals.values().map(|seen| seen.span.last).max()
    }

    /// The same of signals that come as long as anything runs. A list of alerts may be whole though its
    /// last one is old.
    #[must_use]
    pub fn newest_steady(&self) -> Option<Time> {
        let is_steady = |signal: &Signal| !matches!(signal, Signal::Alert | Signal::Process);
        let steady = self.signals.iter().filter(|(signal, _)| is_steady(signal));
        steady.map(|(_, seen)| seen.span.last).max()
    }

    /// The last instant of a signal.
    #[must_use]
    pub fn last(&self, signal: Signal) -> Option<Time> {
        self.of(signal).map(|span| span.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Time {
        Time::from_seconds(hour * HOUR_SECONDS)
    }

    #[test]
    fn hours_without_flows_are_silent_in_any_order() {
        let parts = [(100, 103), (103, 104), (110, 130)];
        let read = |order: &[usize]| {
            order.iter().fold(Coverage::default(), |coverage, part| {
                let (first, last) = parts[*part];
                let mut own = Coverage::default();
                own.see(Signal::Flow, Span { first: at(first), last: at(last) });
                coverage.merge(own)
            })
        };
        let coverage = read(&[0, 1, 2]);
        assert_eq!(coverage, read(&[2, 0, 1, 0]));
        let silent = coverage.covered().remove(0).silent;
        assert_eq!(silent, vec![Silence { from: at(104), to: at(110) }]);
    }

    #[test]
    fn sparse_signals_are_never_silent_and_long_spans_are_bounded() {
        let mut coverage = Coverage::default();
        coverage.see(Signal::Alert, Span::at(at(0)));
        coverage.see(Signal::Alert, Span::at(at(1000)));
        assert!(coverage.covered().remove(0).silent.is_empty());
        coverage.see(Signal::Flow, Span { first: at(0), last: at(10_000_000) });
        assert_eq!(coverage.signals[&Signal::Flow].hours.len(), DAYS_MAX);
    }

    #[test]
    fn the_newest_record_is_of_any_signal_and_a_list_of_alerts_is_no_steady_one() {
        let at = Time::from_seconds;
        let mut coverage = Coverage::default();
        assert_eq!((coverage.newest(), coverage.newest_steady()), (None, None));
        coverage.see(Signal::Alert, Span::at(at(7000)));
        assert_eq!((coverage.newest(), coverage.newest_steady()), (Some(at(7000)), None));
        coverage.see(Signal::Flow, Span { first: at(0), last: at(60) });
        coverage.see(Signal::Call, Span { first: at(30), last: at(3600) });
        assert_eq!(coverage.newest(), Some(at(7000)));
        assert_eq!(coverage.newest_steady(), Some(at(3600)));
    }
}

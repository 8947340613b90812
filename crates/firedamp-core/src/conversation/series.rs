//! A conversation by the clock minute, whatever the records' own windows.

use std::{collections::BTreeSet, ops::Range};

use super::{
    Record,
    once::{self, Covering},
};
use crate::time::{Span, Time};

/// The longest that is looked at: three days. Of more the latest count that are no nearly empty ones.
const MINUTES_MAX: u32 = 4320;
/// Records of up to this many seconds tell minutes apart.
pub(super) const MINUTE_RECORD_SECONDS_MAX: u32 = 90;
/// A silence that ends a conversation.
const SILENCE_MINUTES: usize = 60;

/// What went over the wire in one minute.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Minute {
    /// Bytes, client to server.
    pub up_bytes: f64,
    /// Bytes, server to client.
    pub down_bytes: f64,
    /// Packets, client to server.
    pub up_packets: f64,
    /// Packets, server to client.
    pub down_packets: f64,
}

/// A conversation in minutes, silent ones included.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Minutes since 1970 of the first.
    pub first_minute: i64,
    /// From the first to the last minute with a record.
    pub minutes: Vec<Minute>,
    /// What the middle one of the records that count covers.
    pub record_seconds: u32,
    /// Connections, told by the client's port.
    pub connections: usize,
}

impl Series {
    /// Lays records, sorted by time, over clock minutes, each byte once; `None` without any that
    /// counts.
    pub(super) fn of(records: &[Record]) -> Option<Self> {
        let covering = once::told(records);
        let looked_at = looked_at(&covering)?;
        let mut minutes = vec![Minute::default(); looked_at.len()];
        covering.iter().for_each(|one| lay(&mut minutes, looked_at.start, one));
        let run = longest_run(&minutes);
        let first = i64::from(looked_at.start) + run.start as i64;
        minutes.truncate(run.end);
        minutes.drain(..run.start);
        let ports: BTreeSet<u16> = records.iter().map(|record| record.client_port).collect();
        Some(Self {
            first_minute: first,
            minutes,
            record_seconds: middle(covering.iter().map(|one| one.seconds).collect()),
            connections: ports.len(),
        })
    }

    /// Whether the records are short enough to tell minutes apart.
    #[must_use]
    pub(crate) const fn tells_minutes(&self) -> bool {
        self.record_seconds <= MINUTE_RECORD_SECONDS_MAX
    }

    /// From the first to the last minute.
    #[must_use]
    pub fn span(&self) -> Span {
        let time = |minute: i64| Time::from_seconds(minute * 60);
        let last = self.first_minute + self.minutes.len() as i64;
        Span::between(time(self.first_minute), time(last))
    }

    /// Minutes from `from` on, as many as `count`; silent outside the series.
    pub fn window(&self, from: i64, count: usize) -> impl Iterator<Item = Minute> + '_ {
        (0..count).map(move |offset| {
            let at = from + offset as i64 - self.first_minute;
            usize::try_from(at)
                .ok()
                .and_then(|at| self.minutes.get(at))
                .copied()
                .unwrap_or_default()
        })
    }
}

const fn minute_of(second: u32) -> u32 {
    second / 60
}

fn middle(mut numbers: Vec<u32>) -> u32 {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// All minutes, or three days of them.
fn looked_at(covering: &[Covering<'_>]) -> Option<Range<u32>> {
    let first = covering.iter().map(|one| minutes_of(one).start).min()?;
    let end = covering.iter().map(|one| minutes_of(one).end).max()?;
    if end - first <= MINUTES_MAX { Some(first..end) } else { full_days(&stretches(covering)) }
}

const fn minutes_of(one: &Covering<'_>) -> Range<u32> {
    let last = one.start + one.seconds.saturating_sub(1);
    minute_of(one.start)..minute_of(last) + 1
}

/// The minutes with traffic, in order, as stretches that do not touch.
fn stretches(covering: &[Covering<'_>]) -> Vec<Range<u32>> {
    let has_traffic = |one: &&Covering<'_>| {
        let Record { up_bytes, down_bytes, up_packets, down_packets, .. } = *one.record;
        up_bytes > 0 || down_bytes > 0 || up_packets > 0 || down_packets > 0
    };
    let mut all: Vec<Range<u32>> = covering.iter().filter(has_traffic).map(minutes_of).collect();
    all.sort_unstable_by_key(|one| one.start);
    let mut joined: Vec<Range<u32>> = Vec::new();
    for one in all {
        match joined.last_mut() {
            Some(known) if one.start <= known.end => known.end = known.end.max(one.end),
            _ => joined.push(one),
        }
    }
    joined
}

/// The latest three days that hold at least half as many of these minutes as the fullest do: a record of a
/// clock that is years ahead makes nobody forget what was. They end where a stretch does.
fn full_days(stretches: &[Range<u32>]) -> Option<Range<u32>> {
    let (mut left, mut held) = (stretches, 0);
    let mut ends: Vec<(usize, u32)> = Vec::with_capacity(stretches.len());
    for one in stretches {
        held += one.len();
        let first = one.end.saturating_sub(MINUTES_MAX);
        while let Some((before, rest)) = left.split_first().filter(|(one, _)| one.end <= first) {
            (left, held) = (rest, held - before.len());
        }
        let cut = left.first().map_or(0, |one| first.saturating_sub(one.start));
        ends.push((held - cut as usize, one.end));
    }
    let most = ends.iter().map(|(held, _)| *held).max()?;
    let (_, end) = ends.into_iter().rfind(|(held, _)| held * 2 >= most)?;
    Some(end.saturating_sub(MINUTES_MAX)..end)
}

/// The longest stretch without an hour of silence: clocks jump, and a stray record of another day is
/// no part of a conversation.
fn longest_run(minutes: &[Minute]) -> Range<usize> {
    let (mut best, mut run) = (0..0, 0..0);
    for (at, minute) in minutes.iter().enumerate() {
        if *minute == Minute::default() {
            continue;
        }
        let begins = run.is_empty() || at - run.end >= SILENCE_MINUTES;
        run = if begins { at..at + 1 } else { run.start..at + 1 };
        if run.len() > best.len() {
            best = run.clone();
        }
    }
    best
}

/// Spreads a record evenly over the minutes that it covers.
fn lay(minutes: &mut [Minute], first: u32, one: &Covering<'_>) {
    let end = one.start + one.seconds;
    let mut at = one.start;
    loop {
        let minute = minute_of(at);
        let until = (minute + 1).saturating_mul(60).min(end).max(at);
        let share = match one.seconds {
            0 => 1.0,
            seconds => f64::from(until - at) / f64::from(seconds),
        };
        let place = minute.checked_sub(first).map(|place| place as usize);
        if let Some(minute) = place.and_then(|place| minutes.get_mut(place)) {
            minute.add(one.record, share);
        }
        at = until;
        if at >= end {
            return;
        }
    }
}

impl Minute {
    fn add(&mut self, record: &Record, share: f64) {
        self.up_bytes += f64::from(record.up_bytes) * share;
        self.down_bytes += f64::from(record.down_bytes) * share;
        self.up_packets += f64::from(record.up_packets) * share;
        self.down_packets += f64::from(record.down_packets) * share;
    }

    /// Both directions.
    #[must_use]
    pub fn bytes(&self) -> f64 {
        self.up_bytes + self.down_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{BEGIN, SINCE_PREVIOUS};

    fn record(start: u32, seconds: u16, down_bytes: u32) -> Record {
        Record {
            start,
            seconds,
            client_port: 40_000,
            up_bytes: 100,
            down_bytes,
            up_packets: 2,
            down_packets: 3,
        }
    }

    #[test]
    fn spreads_ten_minutes_evenly() {
        let series = Series::of(&[record(600, 600, 6000)]).expect("a series");
        assert_eq!(series.minutes.len(), 10);
        assert!(series.minutes.iter().all(|minute| (minute.down_bytes - 600.0).abs() < 1e-9));
        assert_eq!((series.record_seconds, series.first_minute), (600, 10));
    }

    #[test]
    fn takes_what_was_sent_since_the_record_before() {
        let records = [record(600, BEGIN, 0), record(900, SINCE_PREVIOUS, 500)];
        let series = Series::of(&records).expect("a series");
        assert_eq!(series.minutes.len(), 5);
        assert!((series.minutes[0].down_bytes - 100.0).abs() < 1e-9);
    }

    /// One interface in two logs: of two hours by the minute, in which three are silent, and of the same
    /// by ten minutes.
    #[test]
    fn an_interface_that_is_logged_twice_has_the_minutes_of_the_finer_log() {
        let silent = [7_u32, 40, 41];
        let minutes = || (0..120).filter(move |minute| !silent.contains(minute));
        let fine: Vec<Record> = minutes().map(|minute| record(minute * 60, 60, minute)).collect();
        let coarse = (0..12).map(|ten| {
            let down: u32 = minutes().filter(|minute| minute / 10 == ten).sum();
            Record { up_bytes: 1000, ..record(ten * 600, 600, down) }
        });
        let mut both: Vec<Record> = fine.iter().copied().chain(coarse).collect();
        both.sort_unstable();
        let alone = Series::of(&fine).expect("a series");
        assert_eq!(Series::of(&both), Some(alone.clone()));
        assert_eq!(alone.record_seconds, 60);
        assert_eq!(alone.minutes[7], Minute::default());
    }

    #[test]
    fn a_morning_by_the_minute_and_an_afternoon_by_ten_minutes_are_one_day() {
        let morning = (0..60).map(|minute| record(minute * 60, 60, 50));
        let afternoon = (6..12).map(|ten| Record { up_bytes: 1000, ..record(ten * 600, 600, 500) });
        let records: Vec<Record> = morning.chain(afternoon).collect();
        let series = Series::of(&records).expect("a series");
        assert_eq!((series.minutes.len(), series.record_seconds), (120, 60));
        let is_even = |minute: &Minute| {
            (minute.up_bytes - 100.0).abs() < 1e-9 && (minute.down_bytes - 50.0).abs() < 1e-9
        };
        assert!(series.minutes.iter().all(is_even));
    }

    #[test]
    fn a_log_whose_windows_begin_a_second_later_adds_nothing() {
        let log = |shift: u32| (1..=100).map(move |minute| record(minute * 60 + shift, 60, 50));
        let mut both: Vec<Record> = log(0).chain(log(1)).collect();
        both.sort_unstable();
        let alone: Vec<Record> = log(0).collect();
        assert_eq!(Series::of(&both), Series::of(&alone));
    }

    #[test]
    fn keeps_the_latest_of_what_is_absurdly_long() {
        let series = Series::of(&[record(60, 60, 1), record(u32::MAX - 5, 60, 1)]);
        assert!(series.expect("a series").minutes.len() <= MINUTES_MAX as usize);
        assert!(Series::of(&[record(0, BEGIN, 0)]).is_none());
    }

    #[test]
    fn a_record_of_a_clock_that_is_years_ahead_hides_nothing() {
        let real: Vec<Record> =
            (0..120).map(|minute| record(1_772_359_200 + minute * 60, 60, minute)).collect();
        let alone = Series::of(&real).expect("a series");
        assert_eq!(alone.minutes.len(), 120);
        for ahead in [4 * 86_400, 365 * 86_400, u32::MAX - 1_772_359_300] {
            let mut records = real.clone();
            records.push(record(1_772_359_200 + ahead, 60, 9));
            assert_eq!(Series::of(&records), Some(alone.clone()), "{ahead} s");
        }
        let mut records = vec![record(60, 60, 9)];
        records.extend(&real);
        assert_eq!(Series::of(&records), Some(alone), "and of one that is years behind");
    }

    #[test]
    fn of_what_is_longer_than_three_days_the_latest_count_that_hold_half_as_much_as_any() {
        let steady = |days: Range<u32>| {
            (days.start * 1440..days.end * 1440).map(|minute| record(minute * 60, 60, 50))
        };
        let series = |records: Vec<Record>| Series::of(&records).expect("a series");
        let five_days = series(steady(0..5).collect());
        assert_eq!((five_days.first_minute, five_days.minutes.len()), (2 * 1440, 4320));
        let more_before = series(steady(0..4).chain(steady(9..10)).collect());
        assert_eq!((more_before.first_minute, more_before.minutes.len()), (1440, 4320));
        let more_since = series(steady(0..1).chain(steady(9..11)).collect());
        assert_eq!((more_since.first_minute, more_since.minutes.len()), (9 * 1440, 2880));
    }
}

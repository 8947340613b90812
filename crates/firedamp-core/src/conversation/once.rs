//! What each record covers, each byte once.
//!
//! One network interface may be logged twice: by the minute and by ten minutes, or by two logs whose
//! windows begin at different seconds. Of records of one connection and direction that overlap in time
//! those of the shorter window are kept; of windows of about one length the one that began first, so that
//! one log is followed until it falls silent. What the longer windows tell of times that the shorter
//! ones know nothing of stays.
//!
//! Two logs that tell, at different seconds, what was sent since the record before look like one that
//! writes more often: they add up.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::{BEGIN, Record, SINCE_PREVIOUS, series::MINUTE_RECORD_SECONDS_MAX};

/// A record that covers "since the previous" covers no more than this, in seconds.
const SINCE_PREVIOUS_MAX: u32 = 600;
/// The same where none is known before it.
const SINCE_UNKNOWN_SECONDS: u32 = 60;

/// A record with the seconds that it covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Covering<'a> {
    pub(super) record: &'a Record,
    pub(super) start: u32,
    pub(super) seconds: u32,
}

/// The first second, and the one after the last.
type Window = (u32, u32);

/// The client's port, and whether the client sends.
type Lane = (u16, bool);

/// What records, sorted by time, cover, without those whose bytes others tell.
pub(super) fn told(records: &[Record]) -> Vec<Covering<'_>> {
    let all = covering(records);
    if !may_overlap(&all) {
        return all;
    }
    let mut by_grain: Vec<(usize, Covering<'_>)> = all.into_iter().enumerate().collect();
    by_grain.sort_by_key(|(_, one)| one.rank());
    let mut lanes = Lanes::default();
    by_grain.retain(|(_, one)| lanes.take(one));
    by_grain.sort_unstable_by_key(|(at, _)| *at);
    by_grain.into_iter().map(|(_, one)| one).collect()
}

/// What each record covers; those that count since the previous one of their connection are given
/// that time.
fn covering(records: &[Record]) -> Vec<Covering<'_>> {
    let mut connections: BTreeMap<u16, Told> = BTreeMap::new();
    let mut covering = Vec::with_capacity(records.len());
    for record in records {
        let before = connections.entry(record.client_port).or_default().before(record);
        match record.seconds {
            BEGIN => {}
            SINCE_PREVIOUS => {
                let since =
                    before.map_or(SINCE_UNKNOWN_SECONDS, |at| record.start.saturating_sub(at));
                let seconds = since.min(SINCE_PREVIOUS_MAX);
                let start = record.start.saturating_sub(seconds);
                covering.push(Covering { record, start, seconds });
            }
            seconds => {
                let seconds = u32::from(seconds).min(u32::MAX - record.start);
                covering.push(Covering { record, start: record.start, seconds });
            }
        }
    }
    covering
}

/// When a connection was told of last, and at the latest second before that.
#[derive(Default)]
struct Told {
    last: Option<u32>,
    before: Option<u32>,
}

impl Told {
    /// When the connection was told of before this record. Two records of one second tell of one time,
    /// unless the connection began in it.
    fn before(&mut self, record: &Record) -> Option<u32> {
        let earlier = self.last.replace(record.start).filter(|last| *last < record.start);
        self.before = earlier.or(self.before);
        if record.seconds == BEGIN {
            self.before = Some(record.start);
        }
        self.before
    }
}

/// Whether any two of a lane may; most logs tell everything once, and are not sorted for nothing.
fn may_overlap(all: &[Covering<'_>]) -> bool {
    let mut latest: BTreeMap<Lane, Window> = BTreeMap::new();
    let mut is_early = |lane: Lane, window: Window| {
        let before = latest.insert(lane, window);
        before.is_some_and(|before| window.0 < before.1 || window == before)
    };
    all.iter().any(|one| one.lanes().any(|lane| is_early(lane, one.window())))
}

impl Covering<'_> {
    const fn window(&self) -> Window {
        (self.start, self.start.saturating_add(self.seconds))
    }

    /// Those with the smallest are kept. Of two logs of one time the one that counts more is whole.
    fn rank(&self) -> (u32, u32, u32, Reverse<u64>) {
        let Record { up_bytes, down_bytes, .. } = *self.record;
        let bytes = u64::from(up_bytes) + u64::from(down_bytes);
        (grain(self.seconds), self.start, self.seconds, Reverse(bytes))
    }

    /// Both directions where the record counts both. None where it counts nothing, or names no port and
    /// so does not tell one connection from another.
    fn lanes(&self) -> impl Iterator<Item = Lane> {
        let record = *self.record;
        let up = record.up_bytes > 0 || record.up_packets > 0;
        let down = record.down_bytes > 0 || record.down_packets > 0;
        let lanes = [(true, up), (false, down)].into_iter();
        lanes
            .filter(move |(_, counts)| *counts && record.client_port > 0)
            .map(move |(is_up, _)| (record.client_port, is_up))
    }
}

/// Windows of about one length, by doublings of the longest that tells minutes apart: a log's are
/// seldom of exactly one.
const fn grain(seconds: u32) -> u32 {
    u32::BITS - (seconds.saturating_sub(1) / MINUTE_RECORD_SECONDS_MAX).leading_zeros()
}

/// The times of each lane that are told of; none overlap.
#[derive(Default)]
struct Lanes(BTreeMap<Lane, BTreeSet<Window>>);

impl Lanes {
    /// Takes a record's time in its lanes, unless some of it is taken.
    fn take(&mut self, one: &Covering<'_>) -> bool {
        let window = one.window();
        let is_open = |lane: Lane| self.0.get(&lane).is_none_or(|taken| is_free(taken, window));
        let takes = one.lanes().all(is_open);
        for lane in one.lanes().filter(|_| takes) {
            self.0.entry(lane).or_default().insert(window);
        }
        takes
    }
}

/// As no two of those that are taken overlap, its neighbors tell.
fn is_free(taken: &BTreeSet<Window>, window: Window) -> bool {
    let before = taken.range(..window).next_back();
    let after = taken.range(window..).next();
    !before.into_iter().chain(after).any(|other| overlap(*other, window))
}

fn overlap(one: Window, other: Window) -> bool {
    one == other || one.0 < other.1 && other.0 < one.1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A miner's upward record of a minute and of ten: a hundred bytes a minute.
    fn up(start: u32, seconds: u16) -> Record {
        Record {
            start,
            seconds,
            client_port: 40_000,
            up_bytes: u32::from(seconds) * 100 / 60,
            down_bytes: 0,
            up_packets: 2,
            down_packets: 0,
        }
    }

    fn minutes(from: u32, count: u32) -> Vec<Record> {
        (0..count).map(|minute| up(from + 60 * minute, 60)).collect()
    }

    /// What is kept: begins and lengths.
    fn kept(records: &[Record]) -> Vec<(u32, u32)> {
        let mut records = records.to_vec();
        records.sort_unstable();
        told(&records).iter().map(|one| (one.start, one.seconds)).collect()
    }

    #[test]
    fn of_minutes_and_ten_minutes_the_minutes_are_kept() {
        let fine = minutes(600, 20);
        for shift in [0, 7, 300] {
            let coarse = [up(600 + shift, 600), up(1200 + shift, 600)];
            assert_eq!(kept(&[&fine[..], &coarse[..]].concat()), kept(&fine), "{shift}");
        }
    }

    #[test]
    fn a_silent_minute_is_not_filled_by_the_longer_window() {
        let mut fine = minutes(600, 10);
        fine.remove(4);
        let kept = kept(&[fine, vec![up(600, 600)]].concat());
        assert_eq!(kept.len(), 9);
        assert!(!kept.contains(&(840, 60)) && !kept.contains(&(600, 600)));
    }

    #[test]
    fn ten_minutes_stay_where_no_minutes_are() {
        let records = [minutes(600, 10), vec![up(1200, 600), up(1800, 600)]].concat();
        assert_eq!(kept(&records).len(), 12);
    }

    #[test]
    fn of_two_logs_with_other_boundaries_one_is_followed() {
        for shift in [1, 30, 59] {
            let both = [minutes(600, 30), minutes(600 + shift, 30)].concat();
            assert_eq!(kept(&both), kept(&minutes(600, 30)), "{shift}");
        }
        // The first log ends, and the other goes on.
        let both = [minutes(600, 10), minutes(630, 30)].concat();
        let kept = kept(&both);
        assert_eq!(kept.len(), 10 + 20);
        assert_eq!((kept[9], kept[10]), ((1140, 60), (1230, 60)));
    }

    #[test]
    fn windows_that_touch_other_ways_and_other_connections_stay() {
        let down =
            Record { up_bytes: 0, up_packets: 0, down_bytes: 90, down_packets: 1, ..up(600, 60) };
        let other = Record { client_port: 40_001, ..up(600, 60) };
        let nameless = Record { client_port: 0, ..up(600, 60) };
        let also = Record { up_bytes: 7, ..nameless };
        let silent = Record { up_bytes: 0, up_packets: 0, ..up(630, 0) };
        let records = [up(600, 60), up(660, 60), down, other, nameless, also, silent];
        assert_eq!(kept(&records).len(), records.len());
    }

    #[test]
    fn a_moment_within_a_window_is_told_by_it_or_tells_for_it() {
        assert_eq!(kept(&[up(600, 60), up(630, 0)]), [(600, 60)]);
        assert_eq!(kept(&[up(600, 600), up(630, 0)]), [(630, 0)]);
        assert_eq!(kept(&[up(600, 0), up(600, 60), up(660, 0)]), [(600, 0), (600, 60), (660, 0)]);
        assert_eq!(kept(&[up(600, 0), Record { up_bytes: 30, ..up(600, 0) }]), [(600, 0)]);
    }

    #[test]
    fn two_that_tell_since_the_record_before_at_one_second_are_one() {
        let since = |start, up_bytes| Record { up_bytes, ..up(start, SINCE_PREVIOUS) };
        let records = [up(600, BEGIN), since(660, 90), since(660, 95), since(720, 90)];
        assert_eq!(kept(&records), [(600, 60), (660, 60)]);
        let bytes: u32 = told(&records).iter().map(|one| one.record.up_bytes).sum();
        assert_eq!(bytes, 95 + 90, "the one that counts more is whole");
        // A connection that began and ended in one second lasted for none.
        assert_eq!(
            kept(&[up(600, SINCE_PREVIOUS), up(900, BEGIN), up(900, SINCE_PREVIOUS)]),
            [(540, 60), (900, 0)]
        );
    }

    #[test]
    fn both_directions_go_together() {
        let both =
            |start, seconds| Record { down_bytes: 50, down_packets: 1, ..up(start, seconds) };
        assert_eq!(kept(&[both(600, 600), up(600, 60)]), [(600, 60)]);
        assert_eq!(kept(&[both(600, 60), both(600, 600), both(660, 60)]), [(600, 60), (660, 60)]);
    }

    /// Whatever overlaps, no second of a lane is told of twice, and everything dropped was in the way.
    #[test]
    fn no_second_is_told_of_twice() {
        let mut state = 5_u64;
        let mut dice = |most: u32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as u32 % most
        };
        for round in 0..100 {
            let mut records: Vec<Record> = (0..60)
                .map(|_| Record {
                    client_port: 40_000 + dice(2) as u16,
                    ..up(1000 + dice(3000), [0, 5, 60, 61, 300, 600][dice(6) as usize])
                })
                .collect();
            records.sort_unstable();
            records.dedup();
            let told = told(&records);
            let is_apart = |one: &Covering<'_>, other: &Covering<'_>| {
                one == other
                    || one.record.client_port != other.record.client_port
                    || !overlap(one.window(), other.window())
            };
            assert!(
                told.iter().all(|one| told.iter().all(|other| is_apart(one, other))),
                "{round}"
            );
            let all = covering(&records);
            let dropped = all.iter().filter(|one| !told.contains(one));
            for one in dropped {
                assert!(!told.iter().all(|other| is_apart(one, other)), "{round}: {one:?}");
            }
        }
    }
}

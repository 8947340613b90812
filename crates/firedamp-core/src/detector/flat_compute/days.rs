//! Readings by day: what a machine's load is kept in.
//!
//! The larger of two readings for one slot stays, and the latest days stay: so the same readings
//! give the same days in any order, any number of times.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Days kept: a week and the day before.
pub(super) const DAYS_MAX: usize = 8;

pub(super) const MINUTE_SECONDS: i64 = 60;
const MINUTES: usize = 1440;
/// Minutes in the pieces whose means are compared.
pub(super) const PIECE_MINUTES: i64 = 5;
pub(super) const PIECE_SECONDS: i64 = PIECE_MINUTES * MINUTE_SECONDS;
const PIECES: usize = 288;
/// Pieces in a day.
pub(super) const DAY_PIECES: i64 = PIECES as i64;

/// Percents, minute by minute.
pub(super) type Shares = Days<u16, MINUTES>;
/// Bytes a minute, by five minutes.
pub(super) type Rates = Days<u8, PIECES>;

/// Readings in `SLOTS` slots a day, for the latest [`DAYS_MAX`] days. The default reading means
/// that nothing is known.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Days<T, const SLOTS: usize>(BTreeMap<i64, Vec<T>>);

impl<T: Copy + Default + Ord, const SLOTS: usize> Days<T, SLOTS> {
    /// Keeps a reading for a slot, counted from 1970.
    pub(super) fn note(&mut self, slot: i64, reading: T) {
        let slots = SLOTS as i64;
        let day = self.0.entry(slot.div_euclid(slots)).or_insert_with(|| vec![T::default(); SLOTS]);
        if let Some(known) = day.get_mut(slot.rem_euclid(slots) as usize) {
            *known = reading.max(*known);
        }
        latest(&mut self.0);
    }

    /// Joins two machines' worth of days.
    pub(super) fn merge(mut self, other: Self) -> Self {
        for (day, readings) in other.0 {
            let own = self.0.entry(day).or_default();
            own.resize(own.len().max(readings.len()), T::default());
            own.iter_mut().zip(readings).for_each(|(own, other)| *own = other.max(*own));
        }
        latest(&mut self.0);
        self
    }

    /// Every reading with its slot, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (i64, T)> + '_ {
        self.0.iter().flat_map(|(day, readings)| {
            let slots = (*day).saturating_mul(SLOTS as i64)..;
            slots.zip(readings.iter().copied()).filter(|(_, reading)| *reading != T::default())
        })
    }
}

/// Drops the earliest days beyond the limit.
pub(super) fn latest<V>(days: &mut BTreeMap<i64, V>) {
    while days.len() > DAYS_MAX {
        days.pop_first();
    }
}

/// A percent, to the half, measured in some second of its minute. The earliest of a minute's
/// samples is the largest reading: the largest sample would make every unsteady load look full.
pub(super) fn share(milli_percent: i64, second: i64) -> u16 {
    let halves = (milli_percent.clamp(0, 100_000) + 250) / 500;
    let earliness = MINUTE_SECONDS - 1 - second.clamp(0, MINUTE_SECONDS - 1);
    u16::try_from(1 + halves + (earliness << 8)).unwrap_or(u16::MAX)
}

/// The percent of a reading.
pub(super) fn percent(share: u16) -> f64 {
    f64::from(share.saturating_sub(1) & 0xff) / 2.0
}

/// Bytes a minute in steps of a quarter of a doubling.
pub(super) fn rate(milli_bytes_a_second: i64) -> u8 {
    let a_minute = u64::try_from(milli_bytes_a_second).unwrap_or(0) / 1000 * 60 + 1;
    let log = a_minute.ilog2();
    let quarter = if log >= 2 { a_minute >> (log - 2) } else { a_minute << (2 - log) } & 3;
    u8::try_from(1 + 4 * u64::from(log) + quarter).unwrap_or(u8::MAX)
}

/// The bytes a minute of a reading: the middle of its step.
pub(super) fn bytes_a_minute(rate: u8) -> f64 {
    let steps = i32::from(rate.saturating_sub(1));
    let middle = 1.0 + (f64::from(steps % 4) + 0.5) / 4.0;
    // The lowest step is nothing at all.
    if steps == 0 { 0.0 } else { middle * 2_f64.powi(steps / 4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_come_back_as_they_were() {
        for milli in [0, 500, 49_500, 90_000, 100_000] {
            assert_eq!(percent(share(milli, 17)), milli as f64 / 1000.0);
        }
        assert!(share(10_000, 0) > share(100_000, 1));
        assert!(share(100_000, 5) > share(10_000, 5));
        assert_eq!(bytes_a_minute(rate(0)), 0.0);
        for bytes in [40_000_i64, 60_000, 900_000, 1_200_000, 1_000_000_000_000] {
            let told = bytes_a_minute(rate(bytes * 1000 / 60)) / bytes as f64;
            assert!((0.85..1.15).contains(&told), "{bytes}: {told}");
        }
        assert!(rate(i64::MAX) > rate(1_000_000_000));
    }

    #[test]
    fn the_latest_days_stay_in_any_order() {
        let noted = |slots: &[i64]| {
            let mut days = Shares::default();
            slots.iter().for_each(|slot| days.note(*slot, share(50_000, 0)));
            days
        };
        let slots: Vec<i64> = (0..20).map(|day| day * 1440 + 7).collect();
        let backwards: Vec<i64> = slots.iter().rev().copied().collect();
        let all = noted(&slots);
        assert_eq!(noted(&backwards), all);
        assert_eq!(noted(&slots[..12]).merge(noted(&slots[8..])), all);
        assert_eq!(all.iter().count(), DAYS_MAX);
        assert_eq!(noted(&[i64::MIN / 60_000, i64::MAX / 60_000]).iter().count(), 2);
    }
}

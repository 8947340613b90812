//! Instants in UTC, to the millisecond, and the one tolerant reader of the clouds' time texts.

use std::fmt;

use jiff::civil;
use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(transparent)]
pub struct Time(i64);

/// Years from this one on are the clouds' way to write "not yet" (`9999-12-31T23:59:59.997`).
const SENTINEL_YEAR: i16 = 9000;
const MINUTE_SECONDS: i64 = 60;

impl Time {
    /// The earliest instant.
    pub const MIN: Self = Self(i64::MIN);
    /// The latest instant.
    pub const MAX: Self = Self(i64::MAX);

    /// When clouds may have logged something: from 2006, for none is older, to the end of 2099. Later
    /// times are slips of a pen, or another unit.
    pub const LOGS: Span =
        Span { first: Self::from_seconds(1_136_073_600), last: Self::from_seconds(4_102_444_799) };

    /// From milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From seconds since the epoch; saturates.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Seconds from `earlier` to here, negative when here comes first; saturates.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(1000)
    }

    /// This instant moved by `seconds`; saturates.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// The end of the period in which this instant lies, of periods of so many seconds counted from 1970;
    /// the next millisecond where there are none. An end is not part of its period.
    #[must_use]
    pub const fn period_end(self, seconds: i64) -> Self {
        let millis = if seconds > 0 { seconds.saturating_mul(1000) } else { 1 };
        Self(self.0.div_euclid(millis).saturating_add(1).saturating_mul(millis))
    }

    /// Whether a cloud may have [logged](Self::LOGS) something then. One absurd time would stretch
    /// whatever is told from the first to the last record.
    #[must_use]
    pub const fn is_plausible(self) -> bool {
        Self::LOGS.first.0 <= self.0 && self.seconds() <= Self::LOGS.last.seconds()
    }

    /// Whether `seconds` are over since `last`, or there is none. Also when the clock was set back
    /// since: whoever waits for it to catch up may wait for years.
    #[must_use]
    pub fn is_due(self, last: Option<Self>, seconds: i64) -> bool {
        last.is_none_or(|last| !(0..seconds).contains(&self.seconds_since(last)))
    }

    /// Year, month and day, UTC; 1970-01-01 for instants beyond what a calendar holds.
    #[must_use]
    pub fn date(self) -> (i32, u8, u8) {
        let zoned = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        let date = zoned.to_zoned(jiff::tz::TimeZone::UTC).date();
        (date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    }

    /// Reads what the clouds write: `T` or a space, with or without seconds, any number of
    /// fraction digits, `Z`, `+00:00`, `+0000` or no zone (which means UTC in their APIs).
    /// Sentinels for "not yet" (year 9000 and later) and everything else give `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (date, rest) = text.split_at_checked(10)?;
        let date = parse_date(date)?;
        if rest.is_empty() {
            return at(date, civil::Time::midnight(), 0);
        }
        let clock = rest.strip_prefix(['T', 't', ' '])?;
        let zone_at = clock.find(['Z', 'z', '+', '-', ' ']).unwrap_or(clock.len());
        let (clock, zone) = clock.split_at_checked(zone_at)?;
        at(date, parse_clock(clock)?, parse_zone(zone.trim())?)
    }
}

fn at(date: civil::Date, clock: civil::Time, offset_seconds: i64) -> Option<Time> {
    let zoned = date.to_datetime(clock).to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Time(zoned.timestamp().as_millisecond()).plus_seconds(-offset_seconds))
}

fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())?
}

fn parse_date(text: &str) -> Option<civil::Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let year = i16::try_from(digits(year)?).ok().filter(|year| *year < SENTINEL_YEAR)?;
    civil::Date::new(year, digits(month)?.try_into().ok()?, digits(day)?.try_into().ok()?).ok()
}

fn parse_clock(text: &str) -> Option<civil::Time> {
    let (text, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = text.split(':');
    let (hour, minute) = (digits(parts.next()?)?, digits(parts.next()?)?);
    let second = parts.next().map_or(Some(0), digits)?;
    if parts.next().is_some() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // A leap second is folded into the last second of its minute.
    let second = second.min(MINUTE_SECONDS - 1);
    let millis = fraction.bytes().chain(*b"000").take(3);
    let nanos = millis.fold(0, |millis, digit| millis * 10 + i32::from(digit & 15)) * 1_000_000;
    civil::Time::new(hour.try_into().ok()?, minute.try_into().ok()?, second.try_into().ok()?, nanos)
        .ok()
}

fn parse_zone(text: &str) -> Option<i64> {
    if matches!(text, "" | "Z" | "z" | "UTC") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let text = text.strip_prefix(['+', '-'])?;
    let (hours, minutes) = text.split_once(':').or_else(|| text.split_at_checked(2))?;
    let minutes = if minutes.is_empty() { 0 } else { digits(minutes)? };
    Some(sign * (digits(hours)? * 60 + minutes) * MINUTE_SECONDS)
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC with `Z`; a fraction only when there is one.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(timestamp) => write!(formatter, "{timestamp}"),
            Err(_) => formatter.write_str("unknown"),
        }
    }
}

/// The time from a first to a last instant.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Span {
    /// The first instant.
    pub first: Time,
    /// The last instant.
    pub last: Time,
}

impl Span {
    /// The span that holds one instant.
    #[must_use]
    pub const fn at(time: Time) -> Self {
        Self { first: time, last: time }
    }

    /// From one instant to another, whichever comes first.
    #[must_use]
    pub fn between(one: Time, other: Time) -> Self {
        Self { first: one.min(other), last: one.max(other) }
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last) }
    }

    /// Length in seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.last.seconds_since(self.first)
    }

    /// Whether both instants are [plausible](Time::is_plausible).
    #[must_use]
    pub const fn is_plausible(self) -> bool {
        self.first.is_plausible() && self.last.is_plausible()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        Time::parse(text).map(Time::seconds)
    }

    #[test]
    fn reads_every_way_the_clouds_write_one_instant() {
        for text in [
            "2023-11-13T10:00:00Z",
            "2023-11-13T10:00Z",
            "2023-11-13 10:00:00",
            "2023-11-13T10:00:00.1234567Z",
            "2023-11-13T10:00:00.123456789Z",
            "2023-11-13T10:00:00.12",
            "2023-11-13T15:30:00+05:30",
            "2023-11-13T06:00:00-0400",
            "2023-11-13 10:00:00.461+00:00",
            "2023-11-13 10:00:00 UTC",
        ] {
            assert_eq!(seconds(text), Some(1_699_869_600), "{text}");
        }
    }

    #[test]
    fn gives_nothing_for_sentinels_and_junk() {
        for text in ["9999-12-31T23:59:59.9970000", "", "-", "null", "2023-13-01T00:00:00Z", "é"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_plausible_from_2006_to_2099() {
        for (text, expected) in [
            ("1970-01-21T12:19:19Z", false),
            ("2005-12-31T23:59:59Z", false),
            ("2006-01-01T00:00:00Z", true),
            ("2026-03-01T10:00:00Z", true),
            ("2099-12-31T23:59:59Z", true),
            ("2100-01-01T00:00:00Z", false),
        ] {
            let time = Time::parse(text).expect("a time");
            assert_eq!(time.is_plausible(), expected, "{text}");
            let now = Time::from_seconds(1_772_359_200);
            assert_eq!(Span::between(time, now).is_plausible(), expected, "{text}");
        }
    }

    #[test]
    fn a_period_ends_where_the_next_begins() {
        let end = |millis, seconds| Time::from_millis(millis).period_end(seconds).millis();
        assert_eq!([end(0, 60), end(59_999, 60), end(60_000, 60)], [60_000, 60_000, 120_000]);
        assert_eq!([end(-1, 60), end(-60_000, 60)], [0, 0]);
        assert_eq!([end(7, 0), end(7, -1)], [8, 8], "no period: an instant");
        assert_eq!(end(i64::MAX, 60), i64::MAX);
    }

    #[test]
    fn writes_utc_with_z() {
        assert_eq!(Time::from_seconds(1_699_869_600).to_string(), "2023-11-13T10:00:00Z");
    }
}

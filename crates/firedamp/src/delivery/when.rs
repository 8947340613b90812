//! When somebody is told: quiet hours, the hour of the daily summary, who is on call, how many messages
//! an hour are enough, and how long before a deadline it is time. Decisions alone: no clock, no store.

use std::{fmt, str::FromStr};

use firedamp_core::time::Time;
use jiff::{
    Timestamp,
    civil::{self, DateTime},
    tz::TimeZone,
};

/// More to one receiver at once are one digest.
const SINGLE_MAX: usize = 10;
/// The hour in which messages are counted.
const HOUR_SECONDS: i64 = 3600;
/// A high case waits no longer than this for a full hour to end.
const HIGH_SECONDS: i64 = 300;
/// A summary that could not be made in time is still made so much later.
const SUMMARY_LATE_SECONDS: i64 = 6 * 3600;
/// The longest time before a deadline at which it is told.
const LEAD_SECONDS_MAX: i64 = 3 * 86_400;

/// What a clock on the wall shows at `time`.
fn local(zone: &TimeZone, time: Time) -> Option<DateTime> {
    let timestamp = Timestamp::from_millisecond(time.millis()).ok()?;
    Some(zone.to_datetime(timestamp))
}

/// When a clock on the wall shows this: where it does so twice, the first time; where it never does,
/// as much later as it is put forward.
fn instant(zone: &TimeZone, shown: DateTime) -> Option<Time> {
    let timestamp = zone.to_ambiguous_timestamp(shown).compatible().ok()?;
    Some(Time::from_millis(timestamp.as_millisecond()))
}

/// Hours in which a receiver is told of high cases alone.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct QuietHours {
    from: civil::Time,
    to: civil::Time,
}

impl fmt::Display for QuietHours {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        let (from, to) = ((from.hour(), from.minute()), (to.hour(), to.minute()));
        write!(formatter, "{:02}:{:02}-{:02}:{:02}", from.0, from.1, to.0, to.1)
    }
}

impl FromStr for QuietHours {
    type Err = String;

    /// Reads `22:00-07:00`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) = text.split_once('-').ok_or("quiet hours are written as `22:00-07:00`")?;
        let (from, to) = (parse_clock(from)?, parse_clock(to)?);
        match from == to {
            true => Err("quiet hours that never end would hold everything back".to_string()),
            false => Ok(Self { from, to }),
        }
    }
}

/// A time of day, as `08:00`.
///
/// # Errors
/// When it is none.
pub fn parse_clock(text: &str) -> Result<civil::Time, String> {
    let text = text.trim();
    let digits = |part: &str| {
        let is_number = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<i8>().ok()).flatten()
    };
    let time = text
        .split_once(':')
        .and_then(|(hour, minute)| civil::Time::new(digits(hour)?, digits(minute)?, 0, 0).ok());
    time.ok_or_else(|| format!("`{text}` is no time of day; write `08:00`"))
}

impl QuietHours {
    fn hold(self, clock: civil::Time) -> bool {
        match self.from < self.to {
            true => self.from <= clock && clock < self.to,
            false => clock >= self.from || clock < self.to,
        }
    }

    /// When the quiet hours that it is now end; nothing when it is none.
    #[must_use]
    pub fn end(self, zone: &TimeZone, now: Time) -> Option<Time> {
        let shown = local(zone, now)?;
        if !self.hold(shown.time()) {
            return None;
        }
        let is_today = shown.time() < self.to;
        let date = if is_today { shown.date() } else { shown.date().tomorrow().ok()? };
        let shown_then = date.to_datetime(self.to);
        // In the hour that comes twice the first end may be over.
        let ends = [
            instant(zone, shown_then),
            zone.to_ambiguous_timestamp(shown_then)
                .later()
                .ok()
                .map(|later| Time::from_millis(later.as_millisecond())),
        ];
        ends.into_iter().flatten().find(|end| *end > now)
    }
}

/// The day whose summary is due at `now`: the last one whose hour has come, unless that is long ago.
#[must_use]
pub fn summary_day(at: civil::Time, zone: &TimeZone, now: Time) -> Option<civil::Date> {
    let today = local(zone, now)?.date();
    // A clock that is put back can show yesterday again.
    let days = [today.tomorrow().ok(), Some(today), today.yesterday().ok()];
    let begun = days.into_iter().flatten().find_map(|day| {
        let moment = instant(zone, day.to_datetime(at))?;
        (moment <= now).then_some((day, moment))
    });
    begun
        .filter(|(_, moment)| now.seconds_since(*moment) < SUMMARY_LATE_SECONDS)
        .map(|(day, _)| day)
}

/// Whose turn it is.
#[derive(Clone, Debug)]
pub struct Turns {
    /// When the first one's turn began, as a clock on the wall showed it.
    pub since: DateTime,
    /// How many days a turn has.
    pub days: u16,
    /// Where the clock hangs.
    pub zone: TimeZone,
}

impl Turns {
    /// The place of whoever's turn it is among `people`.
    #[must_use]
    pub fn whose(&self, people: usize, now: Time) -> usize {
        let (Some(shown), Ok(people @ 1..)) = (local(&self.zone, now), i64::try_from(people))
        else {
            return 0;
        };
        let until =
            self.since.date().until(shown.date()).map_or(0, |span| i64::from(span.get_days()));
        let is_before_the_hour = shown.time() < self.since.time();
        let days = until - i64::from(is_before_the_hour);
        let turn = days.div_euclid(i64::from(self.days.max(1))).rem_euclid(people);
        usize::try_from(turn).unwrap_or_default()
    }
}

/// Messages that one receiver got within an hour.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Heard {
    /// How many.
    pub messages: u32,
    /// When the first of them came.
    pub first: Option<Time>,
    /// When the last of them came.
    pub last: Option<Time>,
}

/// The hour that messages are counted in.
#[must_use]
pub const fn heard_since(now: Time) -> Time {
    now.plus_seconds(-HOUR_SECONDS)
}

/// How what is due goes out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// Each by itself.
    Single,
    /// As one message.
    Digest,
    /// Not before then.
    Wait(Time),
}

/// How so many notices go out to somebody who has heard so much, and wants `most` messages an hour.
/// High ones wait five minutes after the last message at most.
#[must_use]
pub fn way(due: usize, is_high: bool, heard: Heard, most: Option<u32>, now: Time) -> Way {
    let room = most.map_or(usize::MAX, |most| most.saturating_sub(heard.messages) as usize);
    if room > 0 {
        return if due <= SINGLE_MAX.min(room) { Way::Single } else { Way::Digest };
    }
    let free = heard.first.unwrap_or(now).plus_seconds(HOUR_SECONDS + 1);
    let patience = heard.last.unwrap_or(now).plus_seconds(HIGH_SECONDS);
    match is_high {
        true if patience <= now && due == 1 => Way::Single,
        true if patience <= now => Way::Digest,
        true => Way::Wait(free.min(patience).max(now.plus_seconds(1))),
        false => Way::Wait(free.max(now.plus_seconds(1))),
    }
}

/// How long before a deadline it is told: when a quarter of the time is left, three days at most.
#[must_use]
pub fn lead(seconds: i64) -> i64 {
    (seconds / 4).min(LEAD_SECONDS_MAX)
}

/// From when to when something must have begun, so that its deadline, `seconds` later, is near at
/// `now` and not over: after the first, and at the second or before.
#[must_use]
pub fn begun_between(seconds: i64, now: Time) -> (Time, Time) {
    (now.plus_seconds(-seconds), now.plus_seconds(lead(seconds) - seconds))
}

#[cfg(test)]
mod tests;

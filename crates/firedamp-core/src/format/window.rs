//! When the packets of a flow record went, checked before it counts: a digit too many, or one that was
//! cut off, would stretch a conversation, and what was read of an account, over decades.

use super::{BACKWARD, IMPLAUSIBLE_TIME, LONG_WINDOW, OTHER_UNIT};
use crate::{
    sink::Reason,
    time::{Span, Time},
};

/// The longest window: AWS gathers for ten minutes at the most, Google for fifteen.
const WINDOW_SECONDS_MAX: i64 = 3600;

/// What a log counts its times in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Unit {
    Seconds,
    Millis,
}

impl Unit {
    /// The instant, if a log may have been written then.
    #[inline]
    pub(super) fn instant(self, number: i64) -> Result<Time, Reason> {
        let time = self.time(number);
        if time.is_plausible() { Ok(time) } else { Err(self.fault(number)) }
    }

    const fn time(self, number: i64) -> Time {
        match self {
            Self::Seconds => Time::from_seconds(number),
            Self::Millis => Time::from_millis(number),
        }
    }

    /// Why a number is no instant of this unit.
    #[cold]
    fn fault(self, number: i64) -> Reason {
        let other = match self {
            Self::Seconds => Self::Millis,
            Self::Millis => Self::Seconds,
        };
        if other.time(number).is_plausible() { OTHER_UNIT } else { IMPLAUSIBLE_TIME }
    }
}

/// The window from one instant to another.
pub(super) fn of(first: Time, last: Time) -> Result<Span, Reason> {
    match last.seconds_since(first) {
        _ if !(first.is_plausible() && last.is_plausible()) => Err(IMPLAUSIBLE_TIME),
        ..0 => Err(BACKWARD),
        0..=WINDOW_SECONDS_MAX => Ok(Span { first, last }),
        _ => Err(LONG_WINDOW),
    }
}

/// The same for epoch seconds.
#[inline]
pub(super) fn of_seconds(start: u64, end: u64) -> Result<Span, Reason> {
    let instant = |seconds| Unit::Seconds.instant(i64::try_from(seconds).unwrap_or(i64::MAX));
    of(instant(start)?, instant(end)?)
}

/// Whether epoch seconds are a window: what `of_seconds` says, in two comparisons.
#[must_use]
#[inline]
pub const fn is_window(start: u64, end: u64) -> bool {
    const BEGIN: u64 = Time::LOGS.first.seconds().cast_unsigned();
    const LENGTH: u64 = Time::LOGS.seconds().cast_unsigned();
    start.wrapping_sub(BEGIN) <= LENGTH
        && end.wrapping_sub(start) <= WINDOW_SECONDS_MAX.cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-01T10:00:00Z.
    const THEN: u64 = 1_772_359_200;

    #[test]
    fn a_window_is_plausible_goes_forward_and_is_short() {
        for (start, end, expected) in [
            (THEN, THEN, None),
            (THEN, THEN + 60, None),
            (THEN, THEN + 3600, None),
            (THEN, THEN + 3601, Some(LONG_WINDOW)),
            (THEN, THEN - 1, Some(BACKWARD)),
            (THEN, 99_999_999_999_999, Some(IMPLAUSIBLE_TIME)),
            (THEN, u64::MAX, Some(IMPLAUSIBLE_TIME)),
            (THEN, 177_235_926, Some(IMPLAUSIBLE_TIME)),
            (0, THEN, Some(IMPLAUSIBLE_TIME)),
            (THEN * 1000, (THEN + 60) * 1000, Some(OTHER_UNIT)),
            (THEN, (THEN + 60) * 1000, Some(OTHER_UNIT)),
        ] {
            assert_eq!(of_seconds(start, end).err(), expected, "{start} to {end}");
            assert_eq!(is_window(start, end), expected.is_none(), "{start} to {end}");
        }
    }

    #[test]
    fn seconds_are_no_milliseconds() {
        assert_eq!(Unit::Millis.instant(1_772_359_200_000), Ok(Time::from_seconds(1_772_359_200)));
        assert_eq!(Unit::Millis.instant(1_772_359_200), Err(OTHER_UNIT));
        assert_eq!(Unit::Seconds.instant(1_772_359_200_000), Err(OTHER_UNIT));
        assert_eq!(Unit::Millis.instant(-1), Err(IMPLAUSIBLE_TIME));
        assert_eq!(Unit::Seconds.instant(i64::MIN), Err(IMPLAUSIBLE_TIME));
    }
}

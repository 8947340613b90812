//! What the formats of load share: numbers however they are written, instants, units, and the
//! event.

use serde::{Deserialize, Deserializer};

use crate::{
    event::{Event, Metric, MetricKind, Resource},
    id::AccountRef,
    json::{Text, fields},
    sink::{Reason, Sink},
    time::{Span, Time},
};

/// The reason for a sample without a number.
pub(super) const NO_VALUE: Reason = "no readable value";

/// What all of something is, in thousandths of a percent.
const FULL_MILLI: f64 = 100_000.0;
/// The fastest rate that is told, in thousandths of a byte a second: a terabyte a second.
const RATE_MILLI_MAX: f64 = 1e15;
/// 2000-01-01 and 2100-01-01: instants outside are in another unit than the format's.
const PLAUSIBLE_MILLIS: std::ops::Range<i64> = 946_684_800_000..4_102_444_800_000;

/// A number, written as a number or as text; anything else that is no list or object is none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Real(pub(super) Option<f64>);

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Ok(Self(text.known().and_then(|text| text.parse().ok()).filter(|it: &f64| it.is_finite())))
    }
}

/// One measured value on its way to becoming an event.
pub(super) struct Sample<'a> {
    pub(super) account: AccountRef<'a>,
    pub(super) resource: Resource<'a>,
    pub(super) span: Span,
    pub(super) kind: MetricKind,
    pub(super) mean_milli: i64,
    pub(super) maximum_milli: Option<i64>,
}

impl Sample<'_> {
    /// Gives the event to a sink.
    pub(super) fn send(&self, number: u64, sink: &mut dyn Sink) {
        let Self { account, resource, span, kind, mean_milli, maximum_milli } = *self;
        let metric = Metric { account, resource, span, kind, mean_milli, maximum_milli };
        sink.event(number, &Event::Metric(metric));
    }
}

/// A share in thousandths of a percent, of which `full` is all. Machines that may burst report
/// more than all of what they were promised: that is all.
pub(super) fn share_milli(value: f64, full: f64) -> Option<i64> {
    let share = value / full * FULL_MILLI;
    (share.is_finite() && share >= 0.0).then(|| share.min(FULL_MILLI).round() as i64)
}

/// Bytes in so many seconds, in thousandths of a byte a second.
pub(super) fn rate_milli(bytes: f64, seconds: f64) -> Option<i64> {
    let rate = bytes / seconds * 1000.0;
    (rate.is_finite() && rate >= 0.0).then(|| rate.min(RATE_MILLI_MAX).round() as i64)
}

/// Milliseconds since 1970 as an instant, if it is one of our time.
pub(super) fn instant(millis: i64) -> Option<Time> {
    PLAUSIBLE_MILLIS.contains(&millis).then(|| Time::from_millis(millis))
}

/// The number in a text.
pub(super) fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    fields::known(text)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_rates_stay_within_bounds() {
        assert_eq!(share_milli(0.985, 1.0), Some(98_500));
        assert_eq!(share_milli(180.0, 100.0), Some(100_000));
        assert_eq!([share_milli(-1.0, 100.0), share_milli(f64::NAN, 1.0)], [None; 2]);
        assert_eq!(rate_milli(6000.0, 60.0), Some(100_000));
        assert_eq!(rate_milli(f64::MAX, 1e-9), None);
        assert_eq!(rate_milli(1.0, 0.0), None);
    }

    #[test]
    fn numbers_are_read_however_they_are_written() {
        for (json, expected) in [("1.5", Some(1.5)), ("\"2\"", Some(2.0)), ("null", None)] {
            let real: Real = serde_json::from_str(json).expect("a number or none");
            assert_eq!(real.0, expected, "{json}");
        }
    }
}

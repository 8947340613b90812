//! Units: `100 Hours`, `Hrs`, `GB-Mo`, `Lambda-GB-Second`, `1 GB/Month` brought to one form.

use std::borrow::Cow;

use super::micros;
use crate::text;

/// The longest unit that is read.
const UNIT_BYTES_MAX: usize = 64;
/// Bytes of a gigabyte as clouds sell them.
const GB_BYTES: i128 = 1 << 30;

/// The units of nearly every line, which need no reading.
const USUAL: &[(&str, &str)] = &[
    ("GB", "gb"),
    ("GB-Mo", "gb-month"),
    ("GB-Months", "gb-month"),
    ("Hours", "hours"),
    ("Hrs", "hours"),
    ("Requests", "requests"),
    ("hours", "hours"),
];

/// A unit: its name in one form, and how many of it one of the bill's is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::format) struct Unit<'a> {
    name: Cow<'a, str>,
    times: i128,
    over: i128,
}

impl<'a> Unit<'a> {
    /// Reads a unit. Times of all lengths become hours, bytes over time become gigabytes over time;
    /// multiples (`100 Hours`, `10K`) become factors.
    pub(in crate::format) fn parse(text: &'a str) -> Self {
        let usual = USUAL.iter().find(|(written, _)| *written == text);
        if let Some((_, name)) = usual {
            return Self { name: Cow::Borrowed(name), times: 1, over: 1 };
        }
        let text = text::truncated(text.trim(), UNIT_BYTES_MAX);
        let (multiple, rest) = multiple(text);
        let mut unit = Self { name: Cow::Borrowed(""), times: multiple, over: 1_000_000 };
        let words = rest.split(|letter: char| !letter.is_ascii_alphanumeric());
        let names: Vec<String> = words
            .map(str::to_ascii_lowercase)
            .filter(|word| !matches!(&**word, "" | "per"))
            .collect();
        let last = names.len().saturating_sub(1);
        let names: Vec<&str> =
            names.iter().enumerate().map(|(at, word)| unit.word(word, at == last)).collect();
        unit.name = Cow::Owned(names.join("-"));
        unit.in_gigabytes()
    }

    /// One form of one word. A length of time becomes hours where it ends the unit: elsewhere
    /// (`GiB/Second-Months`) it is part of a rate.
    fn word<'b>(&mut self, word: &'b str, is_last: bool) -> &'b str {
        let (name, times, over) = match word {
            _ if !is_last && !matches!(word, "gib" | "gigabyte" | "gibibyte" | "bytes") => {
                (word, 1, 1)
            }
            "h" | "hr" | "hrs" | "hour" | "hours" => ("hours", 1, 1),
            "s" | "sec" | "second" | "seconds" => ("hours", 1, 3600),
            "m" | "min" | "minute" | "minutes" | "mins" => ("hours", 1, 60),
            "day" | "days" => ("hours", 24, 1),
            "mo" | "month" | "months" | "monthly" => ("month", 1, 1),
            "gib" | "gigabyte" | "gigabytes" | "gibibyte" | "gibibytes" => ("gb", 1, 1),
            "bytes" => ("byte", 1, 1),
            "request" => ("requests", 1, 1),
            other => (other, 1, 1),
        };
        self.times = self.times.saturating_mul(times);
        self.over = self.over.saturating_mul(over);
        name
    }

    fn in_gigabytes(self) -> Self {
        if self.name != "byte-hours" {
            return self;
        }
        Self { name: Cow::Borrowed("gb-hours"), over: self.over.saturating_mul(GB_BYTES), ..self }
    }

    /// The unit's name.
    pub(in crate::format) fn name(self) -> Cow<'a, str> {
        self.name
    }

    /// Whether it measures how long something ran.
    pub(in crate::format) fn is_time(&self) -> bool {
        self.name.ends_with("hours")
    }

    /// A quantity in millionths of the bill's unit, in millionths of this one.
    pub(in crate::format) fn quantity(&self, micros: i64) -> i64 {
        let product = i128::from(micros).saturating_mul(self.times);
        let half = if product < 0 { -self.over / 2 } else { self.over / 2 };
        let quantity = product.saturating_add(half) / self.over.max(1);
        i64::try_from(quantity).unwrap_or(if quantity < 0 { i64::MIN } else { i64::MAX })
    }
}

/// The multiple in front of a unit, in millionths, and the rest: `100 Hours`, `10K`, `1 /Month`.
fn multiple(text: &str) -> (i128, &str) {
    let end =
        text.find(|letter: char| !matches!(letter, '0'..='9' | '.' | ',')).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end).unwrap_or(("", text));
    let rest = rest.trim_start();
    let Some(number) = micros(number) else {
        return (1_000_000, text);
    };
    // `1 M` is a million; `1 Minute` is not.
    let (factor, rest) = match rest.split_at_checked(1) {
        Some(("K" | "k", rest))
            if !rest.starts_with(|letter: char| letter.is_ascii_alphanumeric()) =>
        {
            (1000, rest)
        }
        Some(("M", rest)) if !rest.starts_with(|letter: char| letter.is_ascii_alphanumeric()) => {
            (1_000_000, rest)
        }
        _ => (1, rest),
    };
    (i128::from(number.max(0)) * factor, rest)
}

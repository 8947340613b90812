//! What bills share: exact decimals, units of measure, and rows that are whole.

use std::borrow::Cow;

use crate::{
    event::UsageClass,
    json::fields,
    sink::Reason,
    table::{Header, Row},
};

/// The reason for a quantity or a cost that is no number.
pub(super) const AMOUNT: Reason = "unreadable quantity or cost";
/// The reason for a row that was cut, or whose fields have moved.
pub(super) const ROW_FIELDS: Reason = "wrong number of fields in a row";

/// Digits of the longest amount in millionths: more do not fit into 64 bits.
const DIGITS_MAX: i64 = 19;
/// Millionths have six digits behind the point.
const MICRO_DIGITS: i64 = 6;

/// Reads a decimal (`0.05`, `2.3E-9`, `-5e-06`) as millionths, rounded half away from zero.
pub(super) fn micros(text: &str) -> Option<i64> {
    let text = fields::known(text)?;
    let (text, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, i64::from(exponent.parse::<i16>().ok()?)),
        None => (text, 0),
    };
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let text = if sign > 0 { text.strip_prefix('+').unwrap_or(text) } else { text };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let point = i64::try_from(whole.len()).ok()? + exponent + MICRO_DIGITS;
    scaled(whole.bytes().chain(fraction.bytes()), point)?.checked_mul(sign)
}

/// The number that the first `point` digits make, rounded by the one behind them.
fn scaled(digits: impl Iterator<Item = u8>, point: i64) -> Option<i64> {
    let mut value = 0_i64;
    let mut place = 0_i64;
    for digit in digits.map(|byte| i64::from(byte - b'0')) {
        if place < point {
            value = value.checked_mul(10)?.checked_add(digit)?;
        } else if place == point {
            value = value.checked_add(i64::from(digit >= 5))?;
        }
        place += 1;
    }
    let missing = point.saturating_sub(place).max(0);
    match (value, missing) {
        (0, _) => Some(0),
        (_, missing) if missing > DIGITS_MAX => None,
        (value, missing) => value.checked_mul(10_i64.checked_pow(missing.try_into().ok()?)?),
    }
}

/// The amount in a field: an empty one is nothing.
pub(super) fn amount(text: Option<&str>) -> Result<i64, Reason> {
    text.map_or(Ok(0), |text| micros(text).ok_or(AMOUNT))
}

/// A unit of measure, taken apart.
#[derive(Debug)]
pub(super) struct Unit {
    /// How many of the unit one is: 10000 for `10K`.
    pub(super) multiple: i64,
    /// `hours`, `gb-month`, `vcpu-hours`; empty for a mere count.
    pub(super) name: String,
}

impl Unit {
    /// Reads `1 Hour`, `100 Hours`, `1 /Month`, `10K`, `1 GB/Month`, `100000000`.
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim();
        let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        let (number, rest) = text.split_at_checked(end).unwrap_or_default();
        let (scale, rest) = thousands(rest);
        let multiple = number.parse::<i64>().ok().and_then(|number| number.checked_mul(scale));
        let words = rest.split([' ', '/', '-']).filter(|word| !word.is_empty()).map(singular);
        let unit = Self { multiple: 1, name: words.collect::<Vec<_>>().join("-") };
        let multiple = multiple.filter(|multiple| *multiple > 0).unwrap_or(1);
        Self { multiple, ..unit }
    }

    /// Whether it measures how long something ran.
    pub(super) fn is_time(&self) -> bool {
        ["hours", "minutes", "seconds", "day"].iter().any(|time| self.name.ends_with(time))
    }

    /// How much `count` of the unit is, and of what; processor time is told in hours.
    pub(super) fn quantity(self, count: i64, class: UsageClass) -> Result<(i64, String), Reason> {
        let quantity = count.checked_mul(self.multiple).ok_or(AMOUNT)?;
        Ok(match class {
            UsageClass::Other => (quantity, self.name),
            UsageClass::Compute | UsageClass::Accelerator => in_hours(quantity, self.name),
        })
    }
}

/// The scale that a `K` or `M` right behind a number means, and what follows it.
fn thousands(rest: &str) -> (i64, &str) {
    let behind = |letter: [char; 2]| {
        rest.strip_prefix(letter).filter(|rest| !rest.starts_with(char::is_alphabetic))
    };
    let million = || behind(['M', 'm']).map(|rest| (1_000_000, rest));
    behind(['K', 'k']).map(|rest| (1000, rest)).or_else(million).unwrap_or((1, rest))
}

/// A word of a unit in its one form.
fn singular(word: &str) -> Cow<'static, str> {
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "hour" | "hours" | "hr" | "hrs" => Cow::Borrowed("hours"),
        "minute" | "minutes" => Cow::Borrowed("minutes"),
        "second" | "seconds" => Cow::Borrowed("seconds"),
        "day" | "days" => Cow::Borrowed("day"),
        "month" | "months" => Cow::Borrowed("month"),
        "gib" => Cow::Borrowed("gibibyte"),
        "tib" => Cow::Borrowed("tebibyte"),
        _ => Cow::Owned(word),
    }
}

/// A quantity of processor time in hours, so that all bills speak of hours.
fn in_hours(quantity: i64, unit: String) -> (i64, String) {
    let per_hour = [("seconds", 3600), ("minutes", 60)];
    let found = per_hour
        .into_iter()
        .find_map(|(name, count)| Some((format!("{}hours", unit.strip_suffix(name)?), count)));
    found.map_or((quantity, unit), |(hours, count)| (quantity / count, hours))
}

/// How many columns a table has.
pub(super) fn width(header: &Header) -> usize {
    header.names().count()
}

/// Checks that a row has a field for each column and nothing behind the last: the fields of a row
/// that was cut, or that has a comma too many, do not mean what their columns say.
pub(super) fn check_width(row: &Row<'_>, width: usize) -> Result<(), Reason> {
    let surplus = || (width..row.len()).any(|column| row.text(Some(column)).is_some());
    if row.len() < width || surplus() { Err(ROW_FIELDS) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_exactly() {
        let cases = [
            ("1", Some(1_000_000)),
            ("0.1234565", Some(123_457)),
            ("-0.0000005", Some(-1)),
            ("5e-06", Some(5)),
            ("2.3237E-9", Some(0)),
            ("1.5E+3", Some(1_500_000_000)),
            ("9223372036854.775807", Some(i64::MAX)),
            ("9223372036854.775808", None),
            ("0e300", Some(0)),
            ("1e300", None),
            (".5", Some(500_000)),
            ("0.0000000000000000000000000000000001", Some(0)),
        ];
        for (text, value) in cases {
            assert_eq!(micros(text), value, "{text}");
        }
        for text in ["", "-", ".", "+-1", "1,5", "NaN", "0x1", "1e", "1e99999", "1.2.3", "é"] {
            assert_eq!(micros(text), None, "{text}");
        }
    }

    #[test]
    fn units_are_taken_apart() {
        let cases = [
            ("1 Hour", 1, "hours"),
            ("100 Hours", 100, "hours"),
            ("10 vCPU Hour", 10, "vcpu-hours"),
            ("1 /Month", 1, "month"),
            ("1/Month", 1, "month"),
            ("1 GB/Month", 1, "gb-month"),
            ("100 GB", 100, "gb"),
            ("10K", 10_000, ""),
            ("1M", 1_000_000, ""),
            ("1 MB", 1, "mb"),
            ("100000000", 100_000_000, ""),
            ("0 Unassigned", 1, "unassigned"),
            ("99999999999999999999 GB", 1, "gb"),
            ("", 1, ""),
        ];
        for (text, multiple, name) in cases {
            let unit = Unit::parse(text);
            assert_eq!((unit.multiple, unit.name.as_str()), (multiple, name), "{text}");
        }
    }

    #[test]
    fn rows_that_were_cut_or_moved_are_told() {
        let row = Row::new(b"one", &[3, 3, 3]);
        assert_eq!(check_width(&row, 4), Err(ROW_FIELDS));
        assert_eq!(check_width(&row, 2), Ok(()));
        assert_eq!(check_width(&Row::new(b"one", &[0, 3]), 1), Err(ROW_FIELDS));
    }
}

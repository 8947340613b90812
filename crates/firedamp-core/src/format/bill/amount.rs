//! Amounts: decimals to millionths, without floats.

/// More significant digits than these change no millionth that fits.
const DIGITS_MAX: u64 = 1_000_000_000_000_000_000;
/// Exponents beyond are zero or more than everything.
const EXPONENT_MAX: i32 = 64;

/// Reads a decimal as millionths, rounded half away from zero; saturates. Reads `2.3E-9`, `-1.5`,
/// `.5` and, in localised files, `1.234,56` and `0,25`: of two kinds of marks the last is the
/// decimal one, and a single comma is decimal.
#[must_use]
pub(in crate::format) fn micros(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, text) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (digits, decimals) = digits(number)?;
    let exponent = exponent.clamp(-EXPONENT_MAX, EXPONENT_MAX).saturating_add(6 - decimals);
    let micros = i64::try_from(scaled(digits, exponent)).unwrap_or(i64::MAX);
    Some(if negative { -micros } else { micros })
}

/// The digits as one number, and how many of them stand behind the decimal mark.
fn digits(number: &str) -> Option<(u64, i32)> {
    let mark = decimal_mark(number);
    let (mut value, mut decimals, mut seen) = (0_u64, 0_i32, false);
    for (place, byte) in number.bytes().enumerate() {
        let behind = mark.is_some_and(|mark| place > mark);
        match byte {
            b'0'..=b'9' if value < DIGITS_MAX => {
                value = value * 10 + u64::from(byte & 15);
                decimals = decimals.saturating_add(i32::from(behind));
                seen = true;
            }
            // Beyond what counts: a digit in front of the mark is a factor of ten.
            b'0'..=b'9' => decimals = decimals.saturating_sub(i32::from(!behind)),
            b',' | b'.' if !behind => {}
            _ => return None,
        }
    }
    seen.then_some((value, decimals))
}

/// Where the decimals begin.
fn decimal_mark(number: &str) -> Option<usize> {
    let bytes = number.as_bytes();
    let Some(comma) = memchr::memrchr(b',', bytes) else {
        return memchr::memchr(b'.', bytes);
    };
    let point = memchr::memrchr(b'.', bytes);
    let commas = memchr::memchr_iter(b',', bytes).count();
    match point {
        Some(point) if point > comma => Some(point),
        None if commas > 1 => None,
        _ => Some(comma),
    }
}

/// `value` times ten to the `exponent`, rounded.
fn scaled(value: u64, exponent: i32) -> u64 {
    let power = 10_u64.checked_pow(exponent.unsigned_abs());
    match (power, exponent >= 0) {
        (Some(power), true) => value.saturating_mul(power),
        (Some(power), false) => value.saturating_add(power / 2) / power,
        (None, true) => {
            if value == 0 {
                0
            } else {
                u64::MAX
            }
        }
        (None, false) => 0,
    }
}

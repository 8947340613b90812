//! Small things done with text.

/// The longest beginning of `text` with at most `bytes_max` bytes that ends between letters.
#[must_use]
pub fn truncated(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// Log text made safe to show: control letters (terminal escapes among them) become `?`.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}

/// The numbers that read better as words.
const NUMBERS: [&str; 21] = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// A whole number for people: `no`, `seven`, `twenty`, `21`.
#[must_use]
pub fn number(count: u64) -> String {
    let word = usize::try_from(count).ok().and_then(|count| NUMBERS.get(count));
    word.map_or_else(|| count.to_string(), ToString::to_string)
}

/// A probability for people. Certainty is not to be had: `> 99 %`, never `100 %`.
#[must_use]
pub fn percent(probability: f64) -> String {
    match probability {
        p if p > 0.99 => "> 99 %".to_string(),
        p if p < 0.01 => "< 1 %".to_string(),
        p => format!("{:.0} %", p * 100.0),
    }
}

/// A number of bytes for people: `840 B`, `1.2 kB`, `3.4 MB`.
#[must_use]
pub fn bytes(count: f64) -> String {
    match count {
        count if count < 1e3 => format!("{count:.0} B"),
        count if count < 1e6 => format!("{:.1} kB", count / 1e3),
        count if count < 1e9 => format!("{:.1} MB", count / 1e6),
        count => format!("{:.1} GB", count / 1e9),
    }
}

/// A length of time for people: `45 s`, `10 min`, `3.5 h`, `2.0 days`.
#[must_use]
pub fn duration(seconds: i64) -> String {
    let value = seconds as f64;
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7200 => format!("{:.0} min", value / 60.0),
        7200..172_800 => format!("{:.1} h", value / 3600.0),
        _ => format!("{:.1} days", value / 86_400.0),
    }
}

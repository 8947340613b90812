//! Sentences about mining, about when, and about by when.

use crate::{
    format::alert,
    time::{Span, Time},
};

/// What names mining in mails, in three languages, once everything but letters and digits is gone.
const MINING: [&str; 4] = ["kryptomin", "minage", "miningpool", "schürfen"];
/// Pacific Standard Time is so far behind UTC.
const PACIFIC_SECONDS: i64 = 8 * 3600;
/// The longest time that a notice gives, in hours.
const DUE_HOURS_MAX: i64 = 24 * 60;

/// Whether a text is about mining.
pub(super) fn names_mining(text: &str) -> bool {
    let letters: String = text.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let letters = letters.to_lowercase();
    alert::names_mining(text) || MINING.iter().any(|word| letters.contains(word))
}

/// `between T1 and T2 (Pacific Time)`, or with times that say their zone.
pub(super) fn window(text: &str) -> Option<Span> {
    let (_, rest) = text.split_once(" between ")?;
    let (first, rest) = rest.split_once(" and ")?;
    let is_pacific = rest.get(..60).unwrap_or(rest).contains("(Pacific Time)");
    let last = rest.split(['(', ',', ';']).next()?.trim().trim_end_matches('.');
    let time = |words: &str| {
        let words: Vec<&str> = words.split(' ').take(2).collect();
        let time = Time::parse(&words.join("T"))?;
        Some(if is_pacific { time.plus_seconds(PACIFIC_SECONDS) } else { time })
    };
    Some(Span::between(time(&with_seconds(first.trim()))?, time(&with_seconds(last))?))
}

/// `2026-03-01 01:00` with its seconds.
fn with_seconds(text: &str) -> String {
    match text.matches(':').count() {
        1 => format!("{text}:00"),
        _ => text.to_string(),
    }
}

/// By when an answer is due, where a sentence says so many hours or days.
pub(super) fn due(text: &str, written: Time) -> Option<Time> {
    let small = text.to_lowercase();
    let starts = ["within ", "sous ", "innerhalb von ", "dans les "];
    let hours = starts.iter().find_map(|start| {
        let (_, rest) = small.split_once(start)?;
        let mut words = rest.split([' ', '-']).filter(|word| !word.is_empty());
        let number: i64 = words.next()?.parse().ok()?;
        let unit = words.find(|word| *word != "business" && *word != "calendar")?;
        let hours = match unit {
            unit if ["hour", "heure", "stunde"].iter().any(|one| unit.starts_with(one)) => 1,
            unit if ["day", "jour", "tag"].iter().any(|one| unit.starts_with(one)) => 24,
            _ => return None,
        };
        number.checked_mul(hours)
    })?;
    (1..=DUE_HOURS_MAX).contains(&hours).then(|| written.plus_seconds(hours * 3600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_are_read_in_three_languages() {
        let at = Time::from_seconds(1_775_000_000);
        let hours = |text: &str| due(text, at).map(|due| due.seconds_since(at) / 3600);
        for (text, wanted) in [
            ("Please reply within 24 hours.", Some(24)),
            ("within 5 days of this notice", Some(120)),
            ("Merci de répondre sous 48 heures", Some(48)),
            ("Antworten Sie innerhalb von 3 Tagen", Some(72)),
            ("within reason", None),
            ("within 999999999999 days", None),
            ("within 0 hours", None),
        ] {
            assert_eq!(hours(text), wanted, "{text}");
        }
    }

    #[test]
    fn mining_is_told_from_other_abuse() {
        for mining in
            ["used for cryptocurrency mining", "Krypto-Mining", "minage de cryptomonnaies"]
        {
            assert!(names_mining(mining), "{mining}");
        }
        assert!(!names_mining("your server sends spam"));
    }
}

//! Sentences about when, and about by when.

use crate::time::{Span, Time};

/// Pacific Standard Time is so far behind UTC.
const PACIFIC_SECONDS: i64 = 8 * 3600;
/// The longest time that a notice gives, in hours.
const DUE_HOURS_MAX: i64 = 24 * 60;

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

/// By when an answer is due, where a sentence says so many hours or days, or a date: of several the
/// first, for nobody knows which one is meant.
pub(super) fn due(text: &str, written: Time) -> Option<Time> {
    let small = text.to_lowercase();
    let until = |starts: &'static [&'static str]| {
        starts.iter().flat_map(|start| small.match_indices(start)).filter_map(|(at, start)| {
            // Inside a word it means something else.
            let before = small.get(..at)?.chars().next_back();
            before.is_none_or(|letter| !letter.is_alphanumeric()).then_some(())?;
            small.get(at + start.len()..)
        })
    };
    let spans = until(&SPANS).filter_map(|rest| Some(written.plus_seconds(hours(rest)? * 3600)));
    let dates = until(&DATES).filter_map(end_of_date);
    let last = written.plus_seconds(DUE_HOURS_MAX * 3600);
    spans.chain(dates).filter(|due| *due > written && *due <= last).min()
}

/// What stands before so much time, and before a date.
const SPANS: [&str; 4] = ["within ", "sous ", "innerhalb von ", "dans les "];
const DATES: [&str; 9] = [
    "by ",
    "before ",
    "no later than ",
    "until ",
    "avant le ",
    "d’ici le ",
    "d'ici le ",
    "bis zum ",
    "spätestens am ",
];
/// Months as three languages begin them; of the same beginning the longer one comes first.
const MONTHS: [(&str, u8); 22] = [
    ("jan", 1),
    ("jän", 1),
    ("feb", 2),
    ("fév", 2),
    ("fev", 2),
    ("mar", 3),
    ("mär", 3),
    ("apr", 4),
    ("avr", 4),
    ("mai", 5),
    ("may", 5),
    ("juin", 6),
    ("jun", 6),
    ("juil", 7),
    ("jul", 7),
    ("aug", 8),
    ("aoû", 8),
    ("sep", 9),
    ("oct", 10),
    ("okt", 10),
    ("nov", 11),
    ("de", 12),
];

/// `24 hours`, `5 business days`.
fn hours(rest: &str) -> Option<i64> {
    let mut words = rest.split([' ', '-']).filter(|word| !word.is_empty());
    let number: i64 = words.next()?.parse().ok()?;
    let unit = words.find(|word| *word != "business" && *word != "calendar")?;
    let hours = match unit {
        unit if ["hour", "heure", "stunde"].iter().any(|one| unit.starts_with(one)) => 1,
        unit if ["day", "jour", "tag"].iter().any(|one| unit.starts_with(one)) => 24,
        _ => return None,
    };
    number.checked_mul(hours).filter(|hours| (1..=DUE_HOURS_MAX).contains(hours))
}

/// The last second of a date at the beginning of a text: `2026-03-05`, `march 5, 2026`,
/// `5. märz 2026`.
fn end_of_date(rest: &str) -> Option<Time> {
    let mut words = rest.split([' ', ',']).filter(|word| !word.is_empty()).take(3);
    let first = words.next()?;
    let iso = first.trim_end_matches(['.', ';', ')']);
    let date = match Time::parse(&format!("{iso}T00:00:00Z")) {
        Some(date) => date,
        None => written_out(first, words.next()?, words.next()?)?,
    };
    Some(date.plus_seconds(86_400 - 1))
}

fn written_out(first: &str, second: &str, third: &str) -> Option<Time> {
    let number = |word: &str| -> Option<u8> {
        let end = ["st", "nd", "rd", "th", "er", "."];
        let word = end.iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
        word.parse().ok()
    };
    let month = |word: &str| {
        let starts = |(start, _): &&(&str, u8)| word.starts_with(start);
        word.chars().all(|letter| letter.is_alphabetic() || letter == '.').then_some(())?;
        MONTHS.iter().find(starts).map(|(_, month)| *month)
    };
    let (day, month) = match (number(first), number(second)) {
        (Some(day), _) => (day, month(second)?),
        (None, day) => (day?, month(first)?),
    };
    let year: u16 = third.trim_end_matches(|letter: char| !letter.is_ascii_digit()).parse().ok()?;
    Time::parse(&format!("{year:04}-{month:02}-{day:02}T00:00:00Z"))
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
            ("no spam within our network; reply within 24 hours", Some(24)),
            ("within 5 days, or it is suspended within 2 days", Some(48)),
            ("notwithin 5 days", None),
            ("within reason", None),
            ("within 999999999999 days", None),
            ("within 0 hours", None),
        ] {
            assert_eq!(hours(text), wanted, "{text}");
        }
    }

    #[test]
    fn dates_are_read_in_three_languages() {
        let at = Time::parse("2026-03-01T12:00:00Z").expect("a time");
        let day = |text: &str| due(text, at).map(|due| due.to_string());
        let fifth = Some("2026-03-05T23:59:59Z".to_string());
        for text in [
            "Please answer by 2026-03-05.",
            "caused by 192.0.2.1; please answer by March 5, 2026.",
            "no later than 5 March 2026",
            "before Mar 5th 2026",
            "avant le 5 mars 2026",
            "bis zum 5. März 2026.",
        ] {
            assert_eq!(day(text), fifth, "{text}");
        }
        for text in [
            "by March 5",
            "by 2026-02-28",
            "by 9999-12-31",
            "by March 45, 2026",
            "by 5 nonsense 2026",
            "by 5",
            "nearby 2026-03-05",
            "by December 31, 2026",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}

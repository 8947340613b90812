//! The languages that people are written to in, and how each writes numbers, amounts and days.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{text, time::Time};

/// A language that people are written to in.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// German.
    #[serde(rename = "de")]
    German,
}

/// Languages of a browser that are looked at.
const ACCEPTED_MAX: usize = 20;
/// Digits after the point that are written at most.
const DIGITS_MAX: usize = 9;

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::English => "en",
            Self::French => "fr",
            Self::German => "de",
        })
    }
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::English, Self::French, Self::German];

    /// The first of these that is spoken here, of what a browser says that its user reads
    /// (`Accept-Language`, without weighing: browsers name the best first).
    #[must_use]
    pub fn accepted(text: &str) -> Self {
        let mut wanted = text.split(',').take(ACCEPTED_MAX).map(str::trim);
        let spoken = |tag: &str| {
            let primary = tag.split(['-', ';']).next().unwrap_or_default();
            Self::ALL.into_iter().find(|one| primary.eq_ignore_ascii_case(&one.to_string()))
        };
        wanted.find_map(spoken).unwrap_or_default()
    }

    /// A probability. Certainty is not to be had.
    #[must_use]
    pub fn percent(self, probability: f64) -> String {
        // A no-break space, in all three: the sign stays with its number.
        text::percent(probability).replace(' ', "\u{a0}")
    }

    /// An amount of money, with two decimals and its currency's code behind it.
    #[must_use]
    pub fn money(self, amount: f64, currency: &str) -> String {
        format!("{}\u{a0}{currency}", self.amount(amount))
    }

    /// An amount of money without its currency.
    #[must_use]
    pub fn amount(self, amount: f64) -> String {
        self.grouped(&format!("{amount:.2}"))
    }

    /// A whole number of what was counted, such as records, with its thousands apart.
    #[must_use]
    pub fn counted(self, count: u64) -> String {
        self.grouped(&count.to_string())
    }

    /// A number with so many digits after the point. English leaves its thousands together, as the
    /// outputs for programs have them.
    #[must_use]
    pub fn number(self, number: f64, digits: usize) -> String {
        let plain = format!("{number:.*}", digits.min(DIGITS_MAX));
        match self {
            Self::English => plain,
            Self::French | Self::German => self.grouped(&plain),
        }
    }

    /// A whole number that stands in a sentence: English writes the small ones as words.
    #[must_use]
    pub fn count(self, count: u64) -> String {
        match self {
            Self::English => text::number(count),
            Self::French | Self::German => self.grouped(&count.to_string()),
        }
    }

    /// A length of time: `6.0 h`, `6,0 h`, `2,0 Tage`.
    #[must_use]
    pub fn duration(self, seconds: i64) -> String {
        self.measured(&text::duration(seconds))
    }

    /// A number of bytes: `1.2 kB`, `1,2 ko`.
    #[must_use]
    pub fn bytes(self, count: f64) -> String {
        self.measured(&text::bytes(count))
    }

    /// A day in UTC: `2026-03-01`, `01/03/2026`, `01.03.2026`.
    #[must_use]
    pub fn day(self, time: Time) -> String {
        let (year, month, day) = time.date();
        match self {
            Self::English => format!("{year:04}-{month:02}-{day:02}"),
            Self::French => format!("{day:02}/{month:02}/{year:04}"),
            Self::German => format!("{day:02}.{month:02}.{year:04}"),
        }
    }

    /// A day of a year that stands beside it: `03-01`, `01/03`, `01.03.`.
    #[must_use]
    pub fn short_day(self, time: Time) -> String {
        let (_, month, day) = time.date();
        match self {
            Self::English => format!("{month:02}-{day:02}"),
            Self::French => format!("{day:02}/{month:02}"),
            Self::German => format!("{day:02}.{month:02}."),
        }
    }

    /// Day and minute of an instant, in UTC, which is not said: `2026-03-01 09:59`, `01.03.2026 09:59`.
    #[must_use]
    pub fn minute(self, time: Time) -> String {
        let whole = time.to_string();
        format!("{} {}", self.day(time), whole.get(11..16).unwrap_or_default())
    }

    /// An instant in UTC; to the minute where it is not written for programs too.
    #[must_use]
    pub fn instant(self, time: Time) -> String {
        let whole = time.to_string();
        match (self, whole.get(11..16)) {
            (Self::English, _) | (_, None) => whole,
            (_, Some(clock)) => format!("{} {clock}\u{a0}UTC", self.day(time)),
        }
    }

    /// The same to the minute in every language: `2026-03-01T09:59Z`, `01.03.2026 09:59 UTC`.
    #[must_use]
    pub fn moment(self, time: Time) -> String {
        let whole = time.to_string();
        match (self, whole.get(..16)) {
            (Self::English, Some(moment)) => format!("{moment}Z"),
            _ => self.instant(time),
        }
    }

    /// Names of which each holds.
    #[must_use]
    pub fn joined(self, names: &[String]) -> String {
        names.join(match self {
            Self::English => " and ",
            Self::French => " et ",
            Self::German => " und ",
        })
    }

    /// Names of which one holds: `a, b or c`.
    #[must_use]
    pub fn alternatives(self, names: &[String]) -> String {
        let or = match self {
            Self::English => "or",
            Self::French => "ou",
            Self::German => "oder",
        };
        match names.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("{} {or} {last}", others.join(", "))
            }
            _ => names.concat(),
        }
    }

    /// What stands between clauses.
    #[must_use]
    pub const fn between_clauses(self) -> &'static str {
        match self {
            Self::English | Self::German => "; ",
            Self::French => "\u{202f}; ",
        }
    }

    /// What stands behind what is explained, without the blank that follows.
    #[must_use]
    pub const fn colon(self) -> &'static str {
        match self {
            Self::English | Self::German => ":",
            Self::French => "\u{202f}:",
        }
    }

    /// A number and its unit, as English writes them, in this language.
    fn measured(self, english: &str) -> String {
        let (number, unit) = english.split_once(' ').unwrap_or((english, ""));
        let unit = match (self, unit) {
            (Self::English, _) => return english.to_string(),
            (Self::French, "B") => "o",
            (Self::French, "kB") => "ko",
            (Self::French, "MB") => "Mo",
            (Self::French, "GB") => "Go",
            (Self::French, "days") => "jours",
            (Self::German, "days") => "Tage",
            (_, unit) => unit,
        };
        format!("{}\u{a0}{unit}", self.grouped(number))
    }

    /// A decimal number with this language's marks.
    fn grouped(self, plain: &str) -> String {
        let (thousands, decimal) = match self {
            Self::English => (",", "."),
            Self::French => ("\u{202f}", ","),
            Self::German => (".", ","),
        };
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("-", digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut written = sign.to_string();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                written.push_str(thousands);
            }
            written.push(digit);
        }
        if !fraction.is_empty() {
            written.push_str(decimal);
            written.push_str(fraction);
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_numbers_its_own_way() {
        let all = |written: fn(Language) -> String| Language::ALL.map(written);
        assert_eq!(all(|one| one.number(31_109.0, 0)), ["31109", "31\u{202f}109", "31.109"]);
        assert_eq!(all(|one| one.number(-1.25, 1)), ["-1.2", "-1,2", "-1,2"]);
        assert_eq!(
            all(|one| one.duration(345_600)),
            ["4.0 days", "4,0\u{a0}jours", "4,0\u{a0}Tage"]
        );
        assert_eq!(all(|one| one.bytes(1234.0)), ["1.2 kB", "1,2\u{a0}ko", "1,2\u{a0}kB"]);
        assert_eq!(all(|one| one.count(5)), ["five", "5", "5"]);
        let day = |one: Language| one.day(Time::from_seconds(1_772_359_200));
        assert_eq!(all(day), ["2026-03-01", "01/03/2026", "01.03.2026"]);
        let short = |one: Language| one.short_day(Time::from_seconds(1_772_359_200));
        assert_eq!(all(short), ["03-01", "01/03", "01.03."]);
        let moment = |one: Language| one.moment(Time::from_seconds(1_772_359_200));
        let utc = "10:00\u{a0}UTC";
        let days = ["01/03/2026", "01.03.2026"].map(|day| format!("{day} {utc}"));
        assert_eq!(
            all(moment),
            ["2026-03-01T10:00Z".to_string(), days[0].clone(), days[1].clone()]
        );
        let money = |one: Language| one.money(-1234.5, "EUR");
        assert_eq!(
            all(money),
            ["-1,234.50\u{a0}EUR", "-1\u{202f}234,50\u{a0}EUR", "-1.234,50\u{a0}EUR"]
        );
    }

    #[test]
    fn instants_that_cannot_be_written_are_no_panic() {
        for language in Language::ALL {
            for time in [Time::MIN, Time::MAX, Time::default()] {
                assert!(!language.instant(time).is_empty());
                assert!(!language.moment(time).is_empty() && !language.short_day(time).is_empty());
            }
            assert!(!language.number(f64::NAN, usize::MAX).is_empty());
        }
    }
}

//! Times as a customer reads them: in their own time zone, as their language writes them.

use firedamp_core::time::Time;
use jiff::{Timestamp, tz::TimeZone};

use crate::{language::Language, report, store::CustomerRow};

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const FRENCH_MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// How one letter, or one pack, writes all its times.
pub(crate) struct Clock {
    language: Language,
    zone: TimeZone,
    /// The zone's name, as people know it.
    pub(crate) name: String,
}

impl Clock {
    /// The customer's; UTC where their zone is not known.
    pub(crate) fn of(language: Language, customer: Option<&CustomerRow>) -> Self {
        let name = customer.map(|row| row.party.time_zone.trim()).filter(|name| !name.is_empty());
        let known = name.and_then(|name| Some((TimeZone::get(name).ok()?, report::shown(name))));
        let (zone, name) = known.unwrap_or_else(|| (TimeZone::UTC, "UTC".to_string()));
        Self { language, zone, name }
    }

    /// A day and a time of day: `1 March 2026, 10:00`, `1er mars 2026 à 10:00`, `01.03.2026, 10:00 Uhr`.
    pub(crate) fn minute(&self, time: Time) -> String {
        let Ok(instant) = Timestamp::from_millisecond(time.millis()) else {
            return report::minute(time);
        };
        let here = instant.to_zoned(self.zone.clone());
        let clock = format!("{:02}:{:02}", here.hour(), here.minute());
        let day = self.day(time);
        match self.language {
            Language::English => format!("{day}, {clock}"),
            Language::French => format!("{day} à {clock}"),
            Language::German => format!("{day}, {clock}\u{a0}Uhr"),
        }
    }

    /// A day.
    pub(crate) fn day(&self, time: Time) -> String {
        let Ok(instant) = Timestamp::from_millisecond(time.millis()) else {
            return report::minute(time);
        };
        let here = instant.to_zoned(self.zone.clone());
        let (year, month, day) = (here.year(), here.month(), here.day());
        let named = |months: &[&'static str; 12]| {
            let at = usize::try_from(month).unwrap_or_default().saturating_sub(1);
            months.get(at).copied().unwrap_or_default()
        };
        match self.language {
            Language::English => format!("{day} {} {year}", named(&ENGLISH_MONTHS)),
            Language::French => {
                let first = if day == 1 { "er" } else { "" };
                format!("{day}{first} {} {year}", named(&FRENCH_MONTHS))
            }
            Language::German => format!("{day:02}.{month:02}.{year}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_its_readers_write_it() {
        let winter = Time::parse("2026-03-01T23:30:00Z").expect("a time");
        let summer = Time::parse("2026-07-31T22:05:00Z").expect("a time");
        let zone = |name: &str| TimeZone::get(name).expect("a zone");
        let clock =
            |language, name: &str| Clock { language, zone: zone(name), name: name.to_string() };
        for (language, name, time, wanted) in [
            (Language::English, "UTC", winter, "1 March 2026, 23:30"),
            (Language::German, "Europe/Berlin", winter, "02.03.2026, 00:30\u{a0}Uhr"),
            (Language::French, "Europe/Paris", winter, "2 mars 2026 à 00:30"),
            (Language::French, "Europe/Paris", summer, "1er août 2026 à 00:05"),
        ] {
            assert_eq!(clock(language, name).minute(time), wanted);
        }
    }

    #[test]
    fn who_has_no_zone_reads_utc() {
        assert_eq!(Clock::of(Language::English, None).name, "UTC");
    }
}

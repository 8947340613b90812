//! Zones that put their clocks forward and back at awkward hours, days that begin at one o'clock, and
//! every quarter of an hour of a year.

use super::*;

const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    // Puts its clock forward at midnight: some days begin at one o'clock.
    "Africa/Cairo",
    // By half an hour.
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
];
const QUARTER: i64 = 900;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone")
}

fn time(text: &str) -> Time {
    Time::parse(text).expect("a time")
}

/// Every quarter of an hour of 2026, with some seconds.
fn year() -> impl Iterator<Item = Time> {
    let start = time("2026-01-01T00:00:07Z");
    (0..365 * 96).map(move |quarter| start.plus_seconds(quarter * QUARTER))
}

#[test]
fn quiet_hours_end_soon_and_what_waited_goes_out_then() {
    for name in ZONES {
        let zone = zone(name);
        for text in ["22:00-07:00", "00:00-06:00", "12:30-13:00", "23:45-00:15", "02:15-02:45"] {
            let quiet: QuietHours = text.parse().expect("quiet hours");
            for now in year() {
                let shown = local(&zone, now).expect("a time").time();
                match quiet.end(&zone, now) {
                    None => assert!(!quiet.hold(shown), "{name} {text} {now}: {shown}"),
                    Some(end) => {
                        assert!(quiet.hold(shown), "{name} {text} {now}");
                        assert!(end > now, "{name} {text} {now}: {end}");
                        // A night, and the hour that is put in; or two looks at the same hour.
                        assert!(end.seconds_since(now) <= 11 * 3600, "{name} {text} {now}: {end}");
                    }
                }
            }
        }
    }
}

#[test]
fn quiet_hours_are_those_on_the_wall() {
    let quiet: QuietHours = "22:00-07:00".parse().expect("quiet hours");
    let berlin = zone("Europe/Berlin");
    for (now, end) in [
        ("2026-01-10T21:30:00Z", Some("2026-01-11T06:00:00Z")),
        ("2026-07-10T21:30:00Z", Some("2026-07-11T05:00:00Z")),
        ("2026-07-10T19:59:59Z", None),
        ("2026-07-10T20:00:00Z", Some("2026-07-11T05:00:00Z")),
        ("2026-07-11T05:00:00Z", None),
        // The nights with an hour less and an hour more.
        ("2026-03-28T22:00:00Z", Some("2026-03-29T05:00:00Z")),
        ("2026-10-24T22:00:00Z", Some("2026-10-25T06:00:00Z")),
    ] {
        assert_eq!(quiet.end(&berlin, time(now)), end.map(time), "{now}");
    }
    // 02:30 does not come in this night; the clock shows 03:30 then.
    let gap: QuietHours = "01:00-02:30".parse().expect("quiet hours");
    let end = gap.end(&berlin, time("2026-03-29T00:30:00Z"));
    assert_eq!(end, Some(time("2026-03-29T01:30:00Z")));
    // It comes twice in this one; in the second hour the second end counts.
    let end = gap.end(&berlin, time("2026-10-25T01:10:00Z"));
    assert_eq!(end, Some(time("2026-10-25T01:30:00Z")));
}

#[test]
fn hours_that_are_none_are_named() {
    for text in [
        "",
        "22:00",
        "22-07",
        "25:00-07:00",
        "22:00-22:00",
        "2:00-7:00",
        "22:00-07:60",
        "+2:00-07:00",
    ] {
        assert!(text.parse::<QuietHours>().is_err(), "{text}");
    }
}

#[test]
fn each_day_has_one_summary_soon_after_its_hour() {
    for name in ZONES {
        let zone = zone(name);
        for at in ["00:00", "02:30", "08:00", "23:59"] {
            let clock = parse_clock(at).expect("a time of day");
            let mut days: Vec<civil::Date> =
                year().filter_map(|now| summary_day(clock, &zone, now)).collect();
            assert!(days.is_sorted(), "{name} {at}: no day comes back");
            days.dedup();
            assert!((364..=366).contains(&days.len()), "{name} {at}: {} days", days.len());
            let moment = instant(&zone, days[100].to_datetime(clock)).expect("a moment");
            assert_eq!(summary_day(clock, &zone, moment), Some(days[100]), "{name} {at}");
            let late = moment.plus_seconds(SUMMARY_LATE_SECONDS);
            assert_ne!(summary_day(clock, &zone, late), Some(days[100]), "{name} {at}: too late");
        }
    }
}

#[test]
fn turns_change_at_their_hour_and_everybody_has_as_many() {
    let since = "2026-01-05T09:00".parse().expect("a date");
    let turns = Turns { since, days: 7, zone: zone("Europe/Berlin") };
    let whose = |now: &str| turns.whose(3, time(now));
    assert_eq!(whose("2026-01-05T08:00:00Z"), 0);
    assert_eq!(whose("2026-01-12T07:59:59Z"), 0);
    assert_eq!(whose("2026-01-12T08:00:00Z"), 1);
    assert_eq!(whose("2026-03-30T06:59:59Z"), 2, "summer time: an hour earlier in the world");
    assert_eq!(whose("2026-03-30T07:00:00Z"), 0);
    assert_eq!(whose("2026-01-05T07:59:59Z"), 2, "also before it began");
    let mut counts = [0_i32; 3];
    for now in year().take(21 * 16 * 96) {
        counts[turns.whose(3, now)] += 1;
    }
    assert!(counts.iter().all(|count| (counts[0] - count).abs() <= 8), "{counts:?}");
    assert_eq!(turns.whose(0, time("2026-01-05T08:00:00Z")), 0, "nobody");
}

#[test]
fn nobody_hears_more_than_they_want_and_high_cases_wait_five_minutes() {
    let now = time("2026-05-01T12:00:00Z");
    let ago = |seconds: i64| Some(now.plus_seconds(-seconds));
    let heard = |messages, first, last| Heard { messages, first: ago(first), last: ago(last) };
    let none = Heard::default();
    assert_eq!(way(10, false, none, None, now), Way::Single);
    assert_eq!(way(11, false, none, None, now), Way::Digest);
    assert_eq!(way(4, false, none, Some(5), now), Way::Single);
    assert_eq!(way(4, false, heard(2, 60, 30), Some(5), now), Way::Digest, "three are left");
    let full = heard(5, 3000, 100);
    assert_eq!(way(1, false, full, Some(5), now), Way::Wait(now.plus_seconds(601)));
    assert_eq!(way(1, true, full, Some(5), now), Way::Wait(now.plus_seconds(200)));
    assert_eq!(way(1, true, heard(5, 3000, 300), Some(5), now), Way::Single);
    assert_eq!(way(2, true, heard(5, 3000, 300), Some(5), now), Way::Digest);
    let seconds = [0, 1, 299, 300, 3599, 3600];
    for (messages, seconds) in (0..20).flat_map(|count| seconds.map(|seconds| (count, seconds))) {
        let heard = heard(messages, 3600, seconds);
        for (due, is_high) in [(1, true), (1, false), (5, true), (100, false), (100, true)] {
            let Way::Wait(until) = way(due, is_high, heard, Some(10), now) else { continue };
            assert!(messages >= 10 && until > now, "{due} {heard:?}");
            let most = if is_high { HIGH_SECONDS } else { HOUR_SECONDS + 1 };
            assert!(until.seconds_since(now) <= most, "{due} {heard:?}");
        }
    }
}

#[test]
fn a_deadline_is_told_before_it_is_over() {
    for hours in [1, 24, 72, 60 * 24] {
        let seconds = hours * 3600;
        let begun = time("2026-05-01T12:00:00Z");
        let is_near = |now: Time| {
            let (after, until) = begun_between(seconds, now);
            begun > after && begun <= until
        };
        let by = begun.plus_seconds(seconds);
        assert!(!is_near(begun) || seconds <= lead(seconds), "{hours}");
        assert!(!is_near(by.plus_seconds(-lead(seconds) - 1)), "{hours}");
        assert!(
            is_near(by.plus_seconds(-lead(seconds))) && is_near(by.plus_seconds(-1)),
            "{hours}"
        );
        assert!(!is_near(by), "{hours}");
    }
}

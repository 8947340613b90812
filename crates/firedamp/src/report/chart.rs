//! The time chart of a case: when each finding was observed, on the case's own axis.
//!
//! Positions are shares of the width, so that text keeps its size on every screen.

use firedamp_core::{
    case::Case,
    finding::Finding,
    saying::{Blank, Saying},
    time::{Span, Time},
};

use super::words::{self, shown};

/// Findings drawn for one case.
const ROWS_MAX: usize = 12;
/// Heights and offsets in pixels.
const ROW_HEIGHT: usize = 36;
const AXIS_HEIGHT: usize = 40;
/// Letters of a resource's name above its line: a telephone shows no more.
const NAME_MAX: usize = 26;
/// The widest distance that is one tick.
const TICKS_MAX: i64 = 5;
const DAY_SECONDS: i64 = 86_400;
/// Distances of ticks that people count in.
const STEPS_SECONDS: [i64; 16] = [
    60,
    300,
    900,
    1800,
    3600,
    3 * 3600,
    6 * 3600,
    12 * 3600,
    DAY_SECONDS,
    2 * DAY_SECONDS,
    7 * DAY_SECONDS,
    14 * DAY_SECONDS,
    30 * DAY_SECONDS,
    90 * DAY_SECONDS,
    365 * DAY_SECONDS,
    3650 * DAY_SECONDS,
];

/// A drawn case.
pub(super) struct Chart {
    pub(super) height: usize,
    pub(super) axis_y: usize,
    pub(super) rows: Vec<Row>,
    pub(super) ticks: Vec<Tick>,
    /// The rows in words, for those who do not see them.
    pub(super) words: Saying,
    /// How many findings are drawn, and that there are more.
    pub(super) more: Option<Saying>,
}

/// A finding's line.
pub(super) struct Row {
    pub(super) label: String,
    pub(super) label_y: usize,
    pub(super) line_y: usize,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) class: &'static str,
}

/// A time on the axis.
pub(super) struct Tick {
    pub(super) x: String,
    pub(super) anchor: &'static str,
    pub(super) label: String,
    /// The same for other languages, where it is a day.
    pub(super) label_said: Option<Saying>,
    /// The day or year, where it begins or changes.
    pub(super) under: String,
    /// The same for other languages, where it is a day.
    pub(super) under_said: Option<Saying>,
}

/// Draws a case.
pub(super) fn chart(case: &Case) -> Chart {
    let shown = words::strongest(case, ROWS_MAX);
    let spans = shown.iter().map(|finding| finding.span);
    let axis = Axis::of(spans.reduce(Span::joined).unwrap_or(words::span(case)));
    let rows: Vec<Row> = shown.iter().enumerate().map(|(at, one)| row(at, one, &axis)).collect();
    let spoken = shown.iter().map(|finding| spoken(finding)).collect();
    let more = case.findings.len() - shown.len();
    let more_said = Saying::of("told-not-drawn").count("drawn", rows.len()).count("more", more);
    let axis_y = rows.len() * ROW_HEIGHT + 6;
    Chart {
        height: axis_y + AXIS_HEIGHT,
        axis_y,
        rows,
        ticks: ticks(&axis),
        words: Saying::of("told-timeline").with("rows", Blank::Sayings(spoken)),
        more: (more > 0).then_some(more_said),
    }
}

fn spoken(finding: &Finding) -> Saying {
    let said = Saying::of("told-timeline.row").text("detector", finding.detector);
    let said = said.text("resource", shown(&finding.resource));
    said.say("when", words::when_said(finding.span))
}

fn row(at: usize, finding: &Finding, axis: &Axis) -> Row {
    let y = at * ROW_HEIGHT;
    Row {
        label: format!("{} · {}", finding.detector, words::short(&finding.resource, NAME_MAX)),
        label_y: y + 14,
        line_y: y + 25,
        from: axis.share(finding.span.first),
        to: axis.share(finding.span.last),
        class: if finding.sample { "sample" } else { finding.group.id() },
    }
}

/// A time axis with room for the round ends of lines.
struct Axis {
    first_seconds: i64,
    length_seconds: i64,
}

impl Axis {
    fn of(span: Span) -> Self {
        let room_seconds = (span.seconds() / 40).max(60);
        let first_seconds = span.first.seconds().saturating_sub(room_seconds);
        let last_seconds = span.last.seconds().saturating_add(room_seconds);
        Self { first_seconds, length_seconds: last_seconds.saturating_sub(first_seconds) }
    }

    fn at(&self, time: Time) -> f64 {
        (time.seconds().saturating_sub(self.first_seconds)) as f64 / self.length_seconds as f64
    }

    fn share(&self, time: Time) -> String {
        format!("{:.2}%", self.at(time) * 100.0)
    }
}

fn ticks(axis: &Axis) -> Vec<Tick> {
    let fits = |step: &&i64| axis.length_seconds / **step < TICKS_MAX;
    let Some(step) = STEPS_SECONDS.iter().find(fits) else {
        return Vec::new();
    };
    let first = axis.first_seconds.div_euclid(*step) + 1;
    let last = axis.first_seconds.saturating_add(axis.length_seconds).div_euclid(*step);
    let mut before = String::new();
    let times = (first..=last).map(|count| Time::from_seconds(count.saturating_mul(*step)));
    times
        .filter_map(|time| {
            let (day, clock) = words::parts(time)?;
            let is_clock = *step < DAY_SECONDS;
            let (label, under) = if is_clock {
                (clock, day)
            } else {
                (day.get(5..)?.to_string(), day.get(..4)?.to_string())
            };
            let short = Saying::of("told-day.short").with("day", Blank::ShortDay(time));
            let whole = Saying::of("told-day").with("day", Blank::Day(time));
            let changes = under != before;
            before.clone_from(&under);
            Some(Tick {
                x: axis.share(time),
                anchor: anchor(axis.at(time)),
                label,
                label_said: (!is_clock).then_some(short),
                under: if changes { under } else { String::new() },
                under_said: (is_clock && changes).then_some(whole),
            })
        })
        .collect()
}

/// Labels near an end stay inside.
const fn anchor(at: f64) -> &'static str {
    match at {
        at if at < 0.12 => "start",
        at if at > 0.88 => "end",
        _ => "middle",
    }
}

#[cfg(test)]
mod tests {
    use firedamp_core::finding::Group;

    use super::{super::sample, *};

    const STYLE: &str = include_str!("../../templates/report/style.css");
    /// What graphics must stand out by from what is behind them (WCAG 2.2, 1.4.11).
    const CONTRAST_MIN: f64 = 3.0;

    /// How bright a colour `#rrggbb` is, from 0 to 1 (WCAG 2.2, relative luminance).
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let part = u8::from_str_radix(&colour[at..at + 2], 16).expect("a colour");
            match f64::from(part) / 255.0 {
                dark if dark <= 0.04045 => dark / 12.92,
                light => ((light + 0.055) / 1.055).powf(2.4),
            }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// What a variable is in light, and in the dark.
    fn colours(variable: &str) -> Vec<&'static str> {
        let name = format!("{variable}: ");
        let found = STYLE.match_indices(&name).map(|(at, _)| &STYLE[at + name.len()..]);
        found.filter_map(|rest| rest.get(..7)).collect()
    }

    #[test]
    fn every_group_has_a_bar_that_is_seen_in_light_and_in_the_dark() {
        let mut known = std::collections::BTreeSet::new();
        let cards = colours("--card");
        assert_eq!(cards.len(), 2);
        for group in Group::ALL {
            let rule = format!("\n.{} {{ stroke: var(", group.id());
            let after = STYLE.split_once(&rule).map(|(_, rest)| rest);
            let rest = after.unwrap_or_else(|| panic!("{} has no stroke", group.id()));
            let variable = rest.split(')').next().unwrap_or_default();
            let own = colours(variable);
            assert_eq!(own.len(), 2, "{variable}");
            for (colour, card) in own.iter().zip(&cards) {
                let contrast = contrast(colour, card);
                assert!(contrast >= CONTRAST_MIN, "{variable}: {contrast:.1}");
            }
            assert!(known.insert(own), "{variable} looks like another group");
        }
    }

    #[test]
    fn a_row_names_its_detector_and_needs_no_colour() {
        let chart = chart(&sample::case("1"));
        for row in &chart.rows {
            assert!(row.label.contains(" · "), "{}", row.label);
        }
    }

    fn labels(first: &str, last: &str) -> Vec<(String, String)> {
        let span = Span::between(sample::at(first), sample::at(last));
        let ticks = ticks(&Axis::of(span)).into_iter();
        ticks.map(|tick| (tick.label, tick.under)).collect()
    }

    #[test]
    fn ticks_stand_at_round_times_and_name_the_day_once() {
        let day = labels("2026-03-01T10:00:00Z", "2026-03-01T16:00:00Z");
        let wanted = [("12:00", "2026-03-01"), ("15:00", "")];
        assert_eq!(day, wanted.map(|(one, other)| (one.to_string(), other.to_string())));
        let night = labels("2026-02-28T20:00:00Z", "2026-03-01T10:00:00Z");
        let wanted = [
            ("21:00", "2026-02-28"),
            ("00:00", "2026-03-01"),
            ("03:00", ""),
            ("06:00", ""),
            ("09:00", ""),
        ];
        assert_eq!(night, wanted.map(|(one, other)| (one.to_string(), other.to_string())));
    }

    #[test]
    fn every_span_has_few_ticks() {
        for (first, last) in [
            ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"),
            ("2026-03-01T10:00:00Z", "2026-03-01T10:03:00Z"),
            ("2026-03-01T10:00:00Z", "2026-04-11T10:00:00Z"),
            ("1990-01-01T00:00:00Z", "2026-04-11T10:00:00Z"),
        ] {
            let count = labels(first, last).len();
            assert!((1..=6).contains(&count), "{first} to {last}: {count}");
        }
        assert!(ticks(&Axis::of(Span::between(Time::MIN, Time::MAX))).is_empty());
    }

    #[test]
    fn lines_lie_within_the_chart() {
        let chart = chart(&sample::case("1"));
        let (long, short) = (&chart.rows[0], &chart.rows[1]);
        assert_eq!((long.from.as_str(), long.to.as_str()), ("2.38%", "97.62%"));
        assert_eq!((short.from.as_str(), short.to.as_str()), ("2.38%", "2.38%"));
        assert_eq!(long.label, "pool_contact · i-0abc");
        assert_eq!(long.class, "network");
    }
}

//! Bars over time, drawn here: no script, and every value also stands in a table.
//!
//! Positions are shares of the width, so that text keeps its size on every screen.

use askama::Template;
use firedamp_core::time::Time;

use super::{filters, view::minute};
use crate::language::{Language, Sentences};

/// Bars of one chart; a screen shows no more.
pub(super) const BARS_MAX: usize = 240;
/// Pixels.
const HEIGHT: f64 = 120.0;
/// The lowest bar that is no zero, in pixels.
const BAR_HEIGHT_MIN: f64 = 1.5;
/// Rows of the table.
const ROWS_MAX: usize = 60;

/// Values over time, each for one step.
pub(super) struct Values {
    /// The sentence that names them.
    pub(super) title: &'static str,
    /// The first step's beginning.
    pub(super) first: Time,
    pub(super) step_seconds: i64,
    pub(super) values: Vec<f64>,
    /// The moment that is marked.
    pub(super) moment: Option<Time>,
    /// A value as people read it.
    pub(super) say: fn(f64, &str, Language) -> String,
    /// What values are counted in, for `say`.
    pub(super) unit: String,
}

struct Bar {
    x: String,
    y: String,
    width: String,
    height: String,
}

/// A drawn chart.
#[derive(Template)]
#[template(path = "page/plot.html")]
pub(super) struct Plot {
    title: String,
    words: String,
    most: String,
    bars: Vec<Bar>,
    moment: Option<String>,
    moment_words: String,
    first: String,
    last: String,
    rows: Vec<(String, String)>,
    more: usize,
}

impl Plot {
    /// Draws; `None` where there is nothing.
    pub(super) fn of(values: &Values, reader: Language) -> Option<Self> {
        let most = values.values.iter().copied().fold(0.0, f64::max);
        let drawn = values.values.get(..BARS_MAX).unwrap_or(&values.values);
        if most <= 0.0 || drawn.is_empty() {
            return None;
        }
        let at = |step: usize| {
            let steps = i64::try_from(step).unwrap_or(i64::MAX);
            values.first.plus_seconds(steps.saturating_mul(values.step_seconds))
        };
        let say = |value: f64| (values.say)(value, &values.unit, reader);
        let told = values.values.iter().enumerate().filter(|(_, value)| **value > 0.0);
        let rows: Vec<(String, String)> =
            told.map(|(step, value)| (minute(at(step)), say(*value))).collect();
        let share = values.moment.and_then(|moment| share(values, drawn.len(), moment));
        let title = Sentences::of(reader).say(values.title, &[]);
        Some(Self {
            words: Sentences::of(reader).say(
                "plot-words",
                &[
                    ("title", &title),
                    ("first", &minute(at(0))),
                    ("last", &minute(at(drawn.len()))),
                    ("most", &say(most)),
                ],
            ),
            title,
            most: say(most),
            bars: bars(drawn, most),
            moment_words: values.moment.filter(|_| share.is_some()).map(minute).unwrap_or_default(),
            moment: share.map(|share| percent(share * 100.0)),
            first: minute(at(0)),
            last: minute(at(drawn.len())),
            more: rows.len().saturating_sub(ROWS_MAX),
            rows: rows.into_iter().take(ROWS_MAX).collect(),
        })
    }
}

/// Where the moment lies, when it lies within.
fn share(values: &Values, steps: usize, moment: Time) -> Option<f64> {
    let length = steps as f64 * values.step_seconds as f64;
    let share = moment.seconds_since(values.first) as f64 / length;
    (0.0..=1.0).contains(&share).then_some(share)
}

fn bars(values: &[f64], most: f64) -> Vec<Bar> {
    let width = 100.0 / values.len() as f64;
    let some = values.iter().enumerate().filter(|(_, value)| **value > 0.0);
    let bar = |(at, value): (usize, &f64)| {
        let height = (value / most * HEIGHT).max(BAR_HEIGHT_MIN);
        Bar {
            x: percent(at as f64 * width),
            width: percent(width * 0.86),
            y: format!("{:.1}", HEIGHT - height),
            height: format!("{height:.1}"),
        }
    };
    some.map(bar).collect()
}

fn percent(share: f64) -> String {
    format!("{share:.2}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(values: Vec<f64>, moment: i64) -> Values {
        Values {
            title: "plot-by-minute",
            first: Time::from_seconds(1_774_000_000),
            step_seconds: 60,
            values,
            moment: Some(Time::from_seconds(1_774_000_000 + moment)),
            say: |value, unit, _| format!("{value:.0} {unit}"),
            unit: "B".to_string(),
        }
    }

    #[test]
    fn bars_share_the_width_and_the_highest_has_all_the_height() {
        let plot =
            Plot::of(&values(vec![1.0, 0.0, 4.0, 2.0], 120), Language::English).expect("a chart");
        let drawn: Vec<(&str, &str)> =
            plot.bars.iter().map(|bar| (bar.x.as_str(), bar.height.as_str())).collect();
        assert_eq!(drawn, [("0.00%", "30.0"), ("50.00%", "120.0"), ("75.00%", "60.0")]);
        assert_eq!((plot.moment.as_deref(), plot.most.as_str()), (Some("50.00%"), "4 B"));
        assert_eq!(plot.rows.len(), 3);
    }

    #[test]
    fn nothing_is_no_chart_and_a_moment_outside_is_not_marked() {
        assert!(Plot::of(&values(vec![], 0), Language::English).is_none());
        assert!(Plot::of(&values(vec![0.0; 9], 0), Language::English).is_none());
        assert_eq!(
            Plot::of(&values(vec![1.0], 600), Language::English).expect("a chart").moment,
            None
        );
        assert_eq!(
            Plot::of(&values(vec![1.0], -1), Language::English).expect("a chart").moment,
            None
        );
        assert_eq!(
            Plot::of(&values(vec![1.0; 9_999], 0), Language::English).expect("a chart").bars.len(),
            BARS_MAX
        );
    }
}

//! One page that holds all it needs and can be mailed: no script, no request to anywhere.

use std::io::{self, Write};

use askama::Template;
use firedamp_core::{
    case::{Case, CaseResource},
    finding::Finding,
    text,
    time::{Span, Time},
};

use super::{Report, words};

/// Width of the time charts, in their own units.
const CHART_WIDTH: f64 = 640.0;
/// Nats at which a bar is full.
const BAR_NATS: f64 = 14.0;
/// Findings drawn for one case.
const ROWS_MAX: usize = 12;

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    now: String,
    window: String,
    headline: String,
    cases: Vec<CaseView>,
    notes: Vec<String>,
}

struct CaseView {
    anchor: usize,
    id: String,
    grade: &'static str,
    verdict: &'static str,
    percent: String,
    when: String,
    activity: &'static str,
    severity: &'static str,
    resources: Vec<ResourceView>,
    reasons: Vec<ReasonView>,
    chart: Chart,
    blind: Option<String>,
    next: &'static str,
}

struct ResourceView {
    id: String,
    aliases: String,
    percent: String,
    first: String,
    last: String,
    points: Vec<PointView>,
}

/// One point of the reckoning, with the length of its bar.
struct PointView {
    what: String,
    nats: String,
    width: String,
    against: bool,
}

struct ReasonView {
    text: String,
    detector: &'static str,
}

/// When each finding was observed, on the case's own time axis.
struct Chart {
    height: usize,
    rows: Vec<RowView>,
    ticks: Vec<TickView>,
}

struct RowView {
    y: usize,
    x: String,
    width: String,
    label: String,
}

struct TickView {
    x: String,
    label: String,
}

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let page = Page {
        now: report.now.to_string(),
        window: window(report.window),
        headline: headline(report),
        cases: report.cases.iter().enumerate().map(|(at, case)| view(at, case)).collect(),
        notes: report.notes.to_vec(),
    };
    page.write_into(out).map_err(io::Error::other)
}

fn window(window: Option<Span>) -> String {
    let bound = |time: Time, name: &str| match time {
        Time::MIN | Time::MAX => name.to_string(),
        time => time.to_string(),
    };
    window.map_or_else(
        || "everything that was given".to_string(),
        |window| {
            format!("{} to {}", bound(window.first, "the beginning"), bound(window.last, "the end"))
        },
    )
}

fn headline(report: &Report<'_>) -> String {
    let count = |least: f64| report.cases.iter().filter(|case| case.probability >= least).count();
    match (report.cases.len(), count(0.5)) {
        (0, _) => "No account reaches the probability that was asked for.".to_string(),
        (1, 1) => "One account, and it probably mines.".to_string(),
        (all, likely) => format!("{all} accounts, of which {likely} probably mine."),
    }
}

fn view(at: usize, case: &Case) -> CaseView {
    CaseView {
        anchor: at + 1,
        id: text::printable(&case.id),
        grade: case.confidence.id(),
        verdict: words::verdict(case.probability),
        percent: words::percent(case.probability),
        when: format!("{} to {}", case.first_observed, case.last_observed),
        activity: words::activity(case),
        severity: case.severity.id(),
        resources: case.resources.iter().map(resource).collect(),
        reasons: case
            .findings
            .iter()
            .map(|finding| ReasonView { text: words::reason(finding), detector: finding.detector })
            .collect(),
        chart: chart(case),
        blind: words::blind_spots(case),
        next: words::next_step(case),
    }
}

fn resource(resource: &CaseResource) -> ResourceView {
    let points = resource.reckoning.iter().map(|point| PointView {
        what: text::printable(&point.what),
        nats: format!("{:+.1}", point.nats),
        width: format!("{:.1}", (point.nats.abs() / BAR_NATS).min(1.0) * 100.0),
        against: point.nats < 0.0,
    });
    ResourceView {
        id: text::printable(&resource.id),
        aliases: text::printable(&resource.aliases.join(", ")),
        percent: words::percent(resource.probability),
        first: resource.first_observed.to_string(),
        last: resource.last_observed.to_string(),
        points: points.collect(),
    }
}

fn chart(case: &Case) -> Chart {
    let shown: Vec<&Finding> = case.findings.iter().take(ROWS_MAX).collect();
    let spans = shown.iter().map(|finding| finding.span);
    let axis = spans.reduce(Span::joined).unwrap_or(Span::at(case.first_observed));
    let length = (axis.last.millis() - axis.first.millis()).max(1) as f64;
    let place = |time: Time| (time.millis() - axis.first.millis()) as f64 / length * CHART_WIDTH;
    let rows = shown.iter().enumerate().map(|(row, finding)| {
        let (from, to) = (place(finding.span.first), place(finding.span.last));
        RowView {
            y: 4 + row * 22,
            x: format!("{from:.1}"),
            width: format!("{:.1}", (to - from).max(3.0)),
            label: format!("{} on {}", finding.detector, text::printable(&finding.resource)),
        }
    });
    let ticks = [(0.0, axis.first), (CHART_WIDTH, axis.last)];
    Chart {
        height: shown.len() * 22 + 24,
        rows: rows.collect(),
        ticks: ticks
            .into_iter()
            .map(|(x, time)| TickView { x: format!("{x:.0}"), label: time.to_string() })
            .collect(),
    }
}

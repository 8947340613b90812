//! What each detector sees, and how good verdicts were when that was measured: the figures are those
//! of the committed reports, and say where they come from.

use std::collections::BTreeMap;

use askama::Template;
use axum::{Extension, extract::State, http::StatusCode, response::Response};
use firedamp_core::detector::DETECTORS;

use super::{Frame, answered, filters, shown, view};
use crate::web::{App, Problem, access::Caller};

/// What each detector adds to the stories of the casebook; written by `cargo xtask bless`.
const ABLATION: &str = include_str!("../../../../docs/ablation.md");
/// Recall and false cases over made-up worlds; written by `firedamp evaluate`.
const EVALUATION: &str = include_str!("../../../../docs/evaluation.md");

struct Line {
    id: &'static str,
    /// The sentence that names it.
    group: String,
    /// The sentence of what it sees.
    says: String,
    /// Stories that open no case without it, and that are no longer probable.
    lost: String,
    doubtful: String,
}

/// A table of a report.
#[derive(Default)]
struct Table {
    head: Vec<&'static str>,
    rows: Vec<Vec<&'static str>>,
}

#[derive(Template)]
#[template(path = "page/detectors.html")]
struct Page {
    frame: Frame,
    detectors: Vec<Line>,
    stories: &'static str,
    overview: Table,
    command: &'static str,
    when: &'static str,
}

pub(super) async fn show(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    answered(page(&app, &caller).await)
}

async fn page(app: &App, caller: &Caller) -> Result<Response, Problem> {
    let page = Page {
        frame: Frame::new(app, caller, "detectors-title").await?,
        detectors: lines(),
        stories: sentence(ABLATION, " stories open a case"),
        overview: table(EVALUATION, "| judged by "),
        command: sentence(EVALUATION, "firedamp evaluate "),
        when: dated(EVALUATION),
    };
    Ok(shown(StatusCode::OK, &page))
}

fn lines() -> Vec<Line> {
    let ablation = table(ABLATION, "| without ");
    let by_id: BTreeMap<&str, &Vec<&str>> = ablation
        .rows
        .iter()
        .filter_map(|row| Some((row.first()?.trim_matches('`'), row)))
        .collect();
    let told = |id: &str, column: usize| {
        let cell = by_id.get(id).and_then(|row| row.get(column));
        cell.map_or_else(|| view::say().say("detectors-unmeasured", &[]), ToString::to_string)
    };
    let line = |info: &firedamp_core::detector::Info| Line {
        id: info.id,
        group: format!("evidence-group-{}", info.group.id()),
        says: format!("detector-says-{}", info.id),
        lost: told(info.id, 1),
        doubtful: told(info.id, 2),
    };
    DETECTORS.iter().map(line).collect()
}

/// The table whose head begins so.
fn table(report: &'static str, head: &str) -> Table {
    let mut lines = report.lines().skip_while(|line| !line.starts_with(head));
    let cells = |line: &'static str| {
        line.trim_matches('|').split('|').map(str::trim).collect::<Vec<&'static str>>()
    };
    let head = lines.next().map(cells).unwrap_or_default();
    let rows = lines.skip(1).take_while(|line| line.starts_with('|')).map(cells).collect();
    Table { head, rows }
}

/// The line that holds these words.
fn sentence(report: &'static str, words: &str) -> &'static str {
    report.lines().find(|line| line.contains(words)).unwrap_or_default()
}

/// The day that the report was written on.
fn dated(report: &'static str) -> &'static str {
    let line = sentence(report, "on 20");
    let day = line.find("on 20").and_then(|at| line.get(at + 3..at + 13));
    day.unwrap_or("a day that the report does not name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detector_says_on_its_page_what_it_says_elsewhere() {
        for info in DETECTORS {
            let id = format!("detector-says-{}", info.id);
            assert_eq!(view::say().say(&id, &[]), info.says);
        }
    }

    #[test]
    fn the_committed_reports_have_what_the_page_shows() {
        assert!(lines().iter().all(|line| line.lost != "not measured"), "a detector is missing");
        let overview = table(EVALUATION, "| judged by ");
        assert!(overview.rows.len() >= 3 && overview.head.len() >= 3);
        assert!(overview.rows.iter().all(|row| row.len() == overview.head.len()));
        assert!(sentence(EVALUATION, "firedamp evaluate ").contains("--seed"));
        assert_eq!(dated(EVALUATION).len(), 10);
        assert!(!sentence(ABLATION, " stories open a case").is_empty());
    }
}

//! The list of known pools that comes with the program: what is on it, how strong, by whom.

use std::sync::LazyLock;

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use firedamp_core::indicator::{Freshness, Indicator, IndicatorSet, LIST_DATE, Tier};
use serde::Deserialize;

use super::{Frame, answered, filters, shown};
use crate::{
    report,
    web::{App, Problem, access::Caller},
};

/// Lines of the page.
const LINES_MAX: usize = 100;

pub(crate) static LIST: LazyLock<IndicatorSet> = LazyLock::new(IndicatorSet::embedded);

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
}

struct Line {
    name: String,
    tier: &'static str,
    tier_words: &'static str,
    freshness: &'static str,
    pool: String,
    ports: String,
    sources: String,
}

impl Line {
    fn of(row: &Indicator) -> Self {
        let ports: Vec<String> = row.ports.iter().map(ToString::to_string).collect();
        Self {
            name: report::shown(&row.name.to_string()),
            tier: row.tier.id(),
            tier_words: words(row.tier),
            freshness: fresh(row.freshness),
            pool: report::shown(&row.pool),
            ports: ports.join(", "),
            sources: report::shown(&row.sources.replace(',', ", ")),
        }
    }
}

const fn words(tier: Tier) -> &'static str {
    match tier {
        Tier::A => "tier-a",
        Tier::B => "tier-b",
        Tier::C => "tier-c",
        Tier::M => "tier-m",
    }
}

const fn fresh(freshness: Freshness) -> &'static str {
    match freshness {
        Freshness::Fresh => "fresh-fresh",
        Freshness::Maintained => "fresh-maintained",
        Freshness::Stale => "fresh-stale",
    }
}

#[derive(Template)]
#[template(path = "page/indicators.html")]
struct Page {
    frame: Frame,
    asked: String,
    count: usize,
    found: usize,
    date: &'static str,
    lines: Vec<Line>,
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    answered(page(&app, &caller, asked.q.trim()).await)
}

async fn page(app: &App, caller: &Caller, asked: &str) -> Result<Response, Problem> {
    let found: Vec<&Indicator> = found(asked).collect();
    let page = Page {
        frame: Frame::new(app, caller, "nav-indicators").await?,
        asked: report::shown(asked),
        count: LIST.iter().count(),
        found: found.len(),
        date: LIST_DATE.get(..10).unwrap_or(LIST_DATE),
        lines: found.into_iter().take(LINES_MAX).map(Line::of).collect(),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// Rows whose name, pool or source holds the text.
pub(crate) fn found(text: &str) -> impl Iterator<Item = &'static Indicator> {
    let text = text.to_lowercase();
    LIST.iter().filter(move |row| {
        let holds = |field: &str| field.to_lowercase().contains(&text);
        text.is_empty() || holds(&row.name.to_string()) || holds(&row.pool) || holds(&row.sources)
    })
}

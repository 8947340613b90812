//! The list of known pools that comes with the program: what is on it, how strong, by whom; and what
//! alerts of providers taught us besides.

use std::sync::LazyLock;

use askama::Template;
use axum::{
    Extension, Form,
    extract::{
        Path, Query, State,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use firedamp_core::{
    indicator::{Freshness, Indicator, IndicatorSet, LIST_DATE, Tier},
    time::Time,
};
use serde::Deserialize;

use super::{
    Frame, answered, filters, shown,
    view::{minute, say},
};
use crate::{
    api::learnt,
    report,
    store::{APPROVED_DAYS, APPROVED_DAYS_MAX, Error, LearntRow, LearntStanding},
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::rejected,
    },
};

/// Lines of the page.
const LINES_MAX: usize = 100;
const LEARNT_LINES_MAX: u32 = 200;

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

/// What was learnt. Whose alerts named it stands nowhere.
struct LearntLine {
    id: i64,
    name: String,
    standing: String,
    /// How many accounts' alerts.
    accounts: u64,
    seen: String,
    by: String,
    may_approve: bool,
    may_refuse: bool,
    may_withdraw: bool,
}

impl LearntLine {
    fn of(row: &LearntRow, now: Time) -> Self {
        let is_over =
            row.standing == LearntStanding::Approved && row.until.is_none_or(|at| at <= now);
        let word = |id: &str| say().say(id, &[]);
        let standing = match (row.standing, row.until) {
            (LearntStanding::Proposed, _) => word("learnt-proposed"),
            (LearntStanding::Approved, Some(until)) if !is_over => {
                say().say("learnt-used", &[("until", &minute(until))])
            }
            (LearntStanding::Approved, _) => word("learnt-over"),
            (LearntStanding::Refused, _) => word("learnt-refused"),
            (LearntStanding::Withdrawn, _) => word("learnt-withdrawn"),
        };
        Self {
            id: row.id,
            name: report::shown(&row.name),
            standing,
            accounts: row.accounts,
            seen: minute(row.last_at),
            by: row.decided_by.as_deref().map(report::shown).unwrap_or_default(),
            may_approve: row.standing != LearntStanding::Approved || is_over,
            may_refuse: row.standing == LearntStanding::Proposed,
            may_withdraw: row.standing == LearntStanding::Approved && !is_over,
        }
    }
}

#[derive(Template)]
#[template(path = "page/indicators.html")]
struct Page {
    frame: Frame,
    /// To those alone who see every customer.
    learnt: Vec<LearntLine>,
    may_decide: bool,
    days: u32,
    days_max: u32,
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
    let learnt = match caller.scope {
        None => app.store.learnt(LEARNT_LINES_MAX).await?,
        Some(_) => Vec::new(),
    };
    let now = (app.clock)();
    let page = Page {
        frame: Frame::new(app, caller, "nav-indicators").await?,
        learnt: learnt.iter().map(|row| LearntLine::of(row, now)).collect(),
        may_decide: caller.role >= Role::Approver,
        days: APPROVED_DAYS,
        days_max: APPROVED_DAYS_MAX,
        asked: report::shown(asked),
        count: LIST.iter().count(),
        found: found.len(),
        date: LIST_DATE.get(..10).unwrap_or(LIST_DATE),
        lines: found.into_iter().take(LINES_MAX).map(Line::of).collect(),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// A form of the page.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    decision: String,
    #[serde(default)]
    days: String,
}

pub(super) async fn decide(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    sent: Result<Form<Sent>, FormRejection>,
) -> Response {
    answered(decided(&app, &caller, id, sent).await)
}

async fn decided(
    app: &App,
    caller: &Caller,
    id: Result<Path<i64>, PathRejection>,
    sent: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Approver)?;
    caller.must_see_all()?;
    let Path(id) = id.map_err(|_| Problem::from(Error::Missing("learnt indicator")))?;
    let Form(Sent { decision, days }) =
        sent.map_err(|error| rejected(error.status(), error.body_text()))?;
    let days = match days.trim() {
        "" => None,
        days => Some(days.parse().map_err(|_| Problem::invalid("days are a number"))?),
    };
    learnt::note(app, caller, id, &decision, days).await?;
    Ok(Redirect::to("/indicators").into_response())
}

/// Rows whose name, pool or source holds the text.
pub(crate) fn found(text: &str) -> impl Iterator<Item = &'static Indicator> {
    let text = text.to_lowercase();
    LIST.iter().filter(move |row| {
        let holds = |field: &str| field.to_lowercase().contains(&text);
        text.is_empty() || holds(&row.name.to_string()) || holds(&row.pool) || holds(&row.sources)
    })
}

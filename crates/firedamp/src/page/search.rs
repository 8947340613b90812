//! What is called like what somebody looks for, from the field at the top of every page.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{Frame, accounts, answered, customers, filters, shown, view::CaseLine};
use crate::{
    api::search::TEXT_MAX,
    report,
    store::{CustomerFilter, Mark, RelatedCase},
    web::{App, Problem, access::Caller},
};

/// Lines of each kind.
const LINES_MAX: u32 = 20;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
}

/// A case with what of it is called so.
pub(super) struct Hit {
    pub(super) case: CaseLine,
    pub(super) marks: Vec<(&'static str, String)>,
}

impl Hit {
    pub(super) fn of(found: &RelatedCase) -> Self {
        Self { case: CaseLine::of(&found.case), marks: found.shares.iter().map(mark).collect() }
    }
}

fn mark(mark: &Mark) -> (&'static str, String) {
    let kind = match mark.kind.as_str() {
        "clock" => "mark-clock",
        "name" => "mark-name",
        "origin" => "mark-origin",
        "pool" => "mark-pool",
        "principal" => "mark-principal",
        "remote" => "mark-remote",
        "wallet" => "mark-wallet",
        _ => "mark-resource",
    };
    (kind, report::shown(&mark.value))
}

#[derive(Template)]
#[template(path = "page/search.html")]
struct Page {
    frame: Frame,
    text: String,
    cases: Vec<CaseLine>,
    hits: Vec<Hit>,
    accounts: Vec<(String, String)>,
    customers: Vec<customers::Line>,
    labels: Vec<(String, String)>,
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    answered(page(&app, &caller, &asked.q).await)
}

async fn page(app: &App, caller: &Caller, asked: &str) -> Result<Response, Problem> {
    let text: String = asked.trim().chars().take(TEXT_MAX).collect();
    if text.is_empty() {
        return Ok(Redirect::to("/").into_response());
    }
    let found = app.store.search(&text, caller.within(), LINES_MAX).await?;
    let filter = CustomerFilter {
        text: Some(text.clone()),
        within: caller.scope.clone(),
        limit: LINES_MAX,
        ..CustomerFilter::default()
    };
    let customers = app.store.customers(&filter).await?;
    let page = Page {
        frame: Frame::new(app, caller, "nav-search").await?,
        text: report::shown(&text),
        cases: found.cases.iter().map(CaseLine::of).collect(),
        hits: found.marked.iter().map(Hit::of).collect(),
        accounts: found.accounts.iter().map(|one| accounts::link(one)).collect(),
        customers: customers.iter().map(customers::Line::of).collect(),
        labels: found.labels.iter().map(|label| labelled(label)).collect(),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// The queue of a label.
fn labelled(label: &str) -> (String, String) {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("status", "all").append_pair("label", label);
    (format!("/?{}", query.finish()), report::shown(label))
}

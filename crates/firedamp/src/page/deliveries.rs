//! What became of notices on their way: those that were given up first, each with a button to try it
//! again.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    Frame, answered, filters, shown,
    view::{self, minute},
};
use crate::{
    report,
    store::{Error, Sent},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

/// Deliveries on the page.
const LINES_MAX: u32 = 200;

struct Line {
    id: i64,
    /// The notice's page; nothing for what is this receiver's alone.
    notice: Option<i64>,
    kind: String,
    /// The case's page, and whose account it is about.
    case: Option<(String, String)>,
    recipient: String,
    state: &'static str,
    is_dead: bool,
    attempts: u32,
    at: String,
    error: String,
}

impl Line {
    fn of(sent: &Sent) -> Self {
        Self {
            id: sent.id,
            notice: (!view::is_own(&sent.kind)).then_some(sent.notice),
            kind: view::told(&sent.kind, sent.probability),
            case: view::case_of(sent),
            recipient: report::shown(&sent.recipient),
            state: state(sent),
            is_dead: sent.state == "dead",
            attempts: sent.attempts,
            at: minute(sent.at),
            error: sent.error.as_deref().map(report::shown).unwrap_or_default(),
        }
    }
}

/// The sentence of what became of a delivery.
pub(super) fn state(sent: &Sent) -> &'static str {
    match sent.state.as_str() {
        "delivered" => "delivery-delivered",
        "dead" => "delivery-dead",
        _ => "delivery-waiting",
    }
}

#[derive(Template)]
#[template(path = "page/deliveries.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    may_retry: bool,
}

pub(super) async fn show(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    answered(page(&app, &caller).await)
}

async fn page(app: &App, caller: &Caller) -> Result<Response, Problem> {
    caller.must_see_all()?;
    let lines = app.store.deliveries(None, LINES_MAX).await?.iter().map(Line::of).collect();
    let frame = Frame::new(app, caller, "deliveries-title").await?;
    let may_retry = caller.must_be(Role::Analyst).is_ok();
    Ok(shown(StatusCode::OK, &Page { frame, lines, may_retry }))
}

pub(super) async fn retry(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Response {
    answered(revive(&app, &caller, id).await)
}

async fn revive(
    app: &App,
    caller: &Caller,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Analyst)?;
    caller.must_see_all()?;
    let Path(id) = id.map_err(|_| Error::Missing("delivery"))?;
    app.store.revive(id, (app.clock)()).await?;
    Ok(Redirect::to("/deliveries").into_response())
}

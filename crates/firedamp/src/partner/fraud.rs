//! Partner Center: fraud events, in both of their models, and the call that sets their status.

mod asked;
mod event;

use axum::body::Bytes;
use axum::{
    Extension, Json,
    extract::{
        Path, RawQuery, State,
        rejection::{BytesRejection, PathRejection},
    },
    http::{HeaderMap, StatusCode},
};
use serde_json::Value;

use super::update;
use crate::{
    store::{AlertField, AlertFile, AlertQuery, Condition, Operand, PAGE_MAX, Relation},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};
use asked::{Asked, Paging, Status};

/// Events of an answer that is not paged: Partner Center has no other bound for callers than this.
const EVENTS_MAX: usize = 5000;
/// Asks for the newer model.
const NEW_MODEL: &str = "x-neweventsmodel";

/// In which of two shapes events are told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Model {
    Old,
    New,
}

impl Model {
    fn of(headers: &HeaderMap) -> Self {
        let value = headers.get(NEW_MODEL).and_then(|value| value.to_str().ok());
        match value.is_some_and(|value| value.trim().eq_ignore_ascii_case("true")) {
            true => Self::New,
            false => Self::Old,
        }
    }
}

/// A problem with one of Partner Center's own numbers.
fn problem(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Problem {
    Problem::new(status, code, detail)
}

pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<Value>>, Problem> {
    let model = Model::of(&headers);
    let asked = Asked::parse(query.as_deref().unwrap_or_default(), model)?;
    let query = AlertQuery {
        condition: Some(asked.condition),
        within: caller.scope.clone(),
        ..AlertQuery::default()
    };
    let events = match asked.paging {
        Some(paging) => page(&app, query, paging, model).await?,
        None => all(&app, query, model).await?,
    };
    Ok(Json(events))
}

async fn page(
    app: &App,
    query: AlertQuery,
    paging: Paging,
    model: Model,
) -> Result<Vec<Value>, Problem> {
    let query = AlertQuery { limit: paging.size, skip: paging.skip, ..query };
    let files = app.store.alerts(&query).await?;
    let partner = app.store.partner().await?;
    Ok(files.iter().map(|file| event::written(file, &partner, model)).collect())
}

async fn all(app: &App, mut query: AlertQuery, model: Model) -> Result<Vec<Value>, Problem> {
    let partner = app.store.partner().await?;
    let mut events = Vec::new();
    query.limit = PAGE_MAX;
    loop {
        let files = app.store.alerts(&query).await?;
        events.extend(files.iter().map(|file| event::written(file, &partner, model)));
        match files.last() {
            Some(last) if files.len() == PAGE_MAX as usize && events.len() < EVENTS_MAX => {
                query.after = Some(last.row.id);
            }
            _ => return Ok(events),
        }
    }
}

pub(super) async fn update(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Vec<Value>>, Problem> {
    caller.must_be(Role::Analyst)?;
    let model = Model::of(&headers);
    let Path(id) = id.map_err(|_| not_found(""))?;
    let wanted = of_subscription(&caller, &id);
    let mut files = app.store.alerts(&wanted).await?;
    if files.is_empty() {
        return Err(not_found(&id));
    }
    let body = body.map_err(|error| Problem::invalid(error.body_text()))?;
    let status = Status::parse(&body, model)?;
    if !status.events.is_empty() {
        files.retain(|file| status.events.contains(&event::id(file)));
    }
    if files.is_empty() {
        let detail = "none of these events belongs to the subscription";
        return Err(problem(StatusCode::NOT_FOUND, "1000", detail));
    }
    let cases: Vec<i64> = files.iter().map(|file| file.row.id).collect();
    for file in &files {
        update::update(&app, &caller, &file.row, status.wanted).await?;
    }
    let mut updated: Vec<AlertFile> = app.store.alerts(&wanted).await?;
    let partner = app.store.partner().await?;
    updated.retain(|file| cases.contains(&file.row.id));
    Ok(Json(updated.iter().map(|file| event::written(file, &partner, model)).collect()))
}

fn of_subscription(caller: &Caller, id: &str) -> AlertQuery {
    let is_it =
        Condition::Is(AlertField::Subscription, Relation::Equal, Operand::Text(id.to_string()));
    AlertQuery {
        condition: Some(is_it),
        within: caller.scope.clone(),
        limit: PAGE_MAX,
        ..AlertQuery::default()
    }
}

fn not_found(id: &str) -> Problem {
    let id: String = crate::report::shown(id).chars().take(100).collect();
    problem(StatusCode::NOT_FOUND, "20003", format!("subscription {id} not found"))
}

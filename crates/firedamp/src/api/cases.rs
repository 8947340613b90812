//! Cases, and what is done to them.

use axum::{
    Extension, Json,
    extract::{
        Path, Query, State,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use firedamp_core::{
    life::{Reason, Status},
    time::Time,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    store::{Act, Action, CaseRow, Cursor, Entry, Filter},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

const PAGE_DEFAULT: u32 = 50;

/// Which cases are asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    status: Option<Status>,
    provider: Option<String>,
    min_probability: Option<f64>,
    assignee: Option<String>,
    label: Option<String>,
    account: Option<String>,
    customer: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// One page of cases.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    cases: Vec<CaseRow>,
    /// Give it as `cursor` to get the page after this one.
    next: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Page>, Problem> {
    let Query(asked) = asked.map_err(|error| Problem::invalid(error.body_text()))?;
    let limit = asked.limit.unwrap_or(PAGE_DEFAULT).clamp(1, crate::store::PAGE_MAX);
    let after = asked.cursor.as_deref().map(cursor).transpose()?;
    let filter = Filter {
        status: asked.status,
        waiting_at: None,
        provider: asked.provider,
        min_probability: asked.min_probability,
        assignee: asked.assignee,
        label: asked.label,
        account: asked.account,
        within: asked.customer,
        after,
        limit,
    };
    let filter = scoped(&app, &caller, filter).await?;
    let cases = app.store.cases(&filter).await?;
    let is_full = cases.len() == limit as usize;
    let next = cases.last().filter(|_| is_full).map(|last| written(last.loss, last.id));
    Ok(Json(Page { cases, next }))
}

/// The cases that are asked for and that the caller may see: within a customer only if that customer
/// is within the caller's part of the tree.
async fn scoped(app: &App, caller: &Caller, filter: Filter) -> Result<Filter, Problem> {
    match (&filter.within, caller.within()) {
        (Some(customer), Some(scope)) => {
            app.store.customer(customer, Some(scope)).await?;
            Ok(filter)
        }
        (None, Some(scope)) => Ok(Filter { within: Some(scope.to_string()), ..filter }),
        (_, None) => Ok(filter),
    }
}

/// A cursor is the bits of the loss and the number: nothing is lost on the way.
fn written(loss: f64, id: i64) -> String {
    format!("{:x}-{id:x}", loss.to_bits())
}

fn cursor(text: &str) -> Result<Cursor, Problem> {
    let read = || {
        let (loss, id) = text.split_once('-')?;
        let loss = f64::from_bits(u64::from_str_radix(loss, 16).ok()?);
        Some(Cursor { loss, id: i64::from_str_radix(id, 16).ok()? })
    };
    let cursor = read().filter(|cursor| cursor.loss.is_finite());
    cursor.ok_or_else(|| Problem::invalid("this cursor was not made by this program"))
}

/// A case with its last judgement.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    row: CaseRow,
    judgement: Box<RawValue>,
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Response, Problem> {
    let file = app.store.case(number(id)?, caller.within()).await?;
    let judgement = RawValue::from_string(file.json)
        .map_err(|error| crate::store::Error::Refused(error.to_string()))?;
    let revision = file.row.revision;
    Ok(tagged(revision, Json(Shown { row: file.row, judgement })))
}

/// An answer with the revision as its entity tag.
fn tagged(revision: i64, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{revision}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

pub(super) fn number(id: Result<Path<i64>, PathRejection>) -> Result<i64, Problem> {
    id.map(|Path(id)| id).map_err(|_| Problem::from(crate::store::Error::Missing("case")))
}

/// An entry of the activity, as it is shown.
#[derive(Debug, Serialize)]
pub(super) struct ShownEntry {
    #[serde(flatten)]
    entry: Entry,
    at: String,
}

pub(super) async fn activity(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<Vec<ShownEntry>>, Problem> {
    let id = number(id)?;
    app.store.case(id, caller.within()).await?;
    let entries = app.store.activity(id).await?;
    let shown = entries.into_iter().map(|entry| ShownEntry { at: entry.at.to_string(), entry });
    Ok(Json(shown.collect()))
}

/// What is to be done.
#[derive(Debug, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Wanted {
    /// Give it to somebody, or to nobody.
    Assign { to: Option<String> },
    /// Write something down.
    Comment { text: String },
    /// Add a label.
    Label { label: String },
    /// Take a label away.
    Unlabel { label: String },
    /// Take it up.
    Investigate {},
    /// Put it back into the queue.
    Reopen {},
    /// Be done with it.
    Resolve { reason: Reason },
    /// Be done with it as cleaned up, without proof that it stopped and for this reason.
    ResolveAnyway { why: String },
    /// Hide it from the queue until then (RFC 3339), or show it again.
    Snooze { until: Option<String> },
}

impl Wanted {
    pub(super) fn action(self) -> Result<Action, Problem> {
        Ok(match self {
            Self::Assign { to } => Action::Assign(to),
            Self::Comment { text } => Action::Comment(text),
            Self::Label { label } => Action::Label(label),
            Self::Unlabel { label } => Action::Unlabel(label),
            Self::Investigate {} => Action::Reopen(Status::Investigating),
            Self::Reopen {} => Action::Reopen(Status::Active),
            Self::Resolve { reason } => Action::Resolve(reason),
            Self::ResolveAnyway { why } => Action::ResolveAnyway(why),
            Self::Snooze { until } => Action::Snooze(until.as_deref().map(time).transpose()?),
        })
    }
}

fn time(text: &str) -> Result<Time, Problem> {
    let wrong = || Problem::invalid(format!("`{text}` is no time such as 2026-03-01T00:00:00Z"));
    Time::parse(text).ok_or_else(wrong)
}

pub(super) async fn act(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    headers: HeaderMap,
    wanted: Result<Json<Wanted>, JsonRejection>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Analyst)?;
    let case = number(id)?;
    app.store.case(case, caller.within()).await?;
    let Json(wanted) = wanted.map_err(|error| Problem::invalid(error.body_text()))?;
    let act = Act {
        case,
        revision: revision(&headers)?,
        actor: caller.name,
        at: (app.clock)(),
        action: wanted.action()?,
    };
    let row = app.store.act(&act).await?;
    Ok(tagged(row.revision, Json(row)))
}

/// The revision that the caller has seen, by `If-Match`.
fn revision(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(tag) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let number = tag.to_str().ok().and_then(|tag| tag.trim_matches('"').parse().ok());
    number
        .map(Some)
        .ok_or_else(|| Problem::invalid("If-Match is the ETag of a case, such as \"3\""))
}

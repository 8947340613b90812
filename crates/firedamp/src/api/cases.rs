//! Cases, and what is done to them.

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
    http::HeaderMap,
    response::Response,
};
use firedamp_core::{
    id::Provider,
    life::{Reason, Status},
    redact,
    time::Time,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::paging;
use crate::{
    casework::considered,
    schema,
    store::{Act, Action, CaseRow, Cursor, Entry, Error, Filter},
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::{Body, Query},
        tags::{seen_revision, with_revision},
    },
};

/// Which cases are asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Only with this status.
    #[param(schema_with = schema::status)]
    pub(super) status: Option<Status>,
    /// Only of this cloud.
    #[param(schema_with = schema::provider)]
    pub(super) provider: Option<Provider>,
    /// Only of this severity.
    #[param(schema_with = schema::severity)]
    pub(super) severity: Option<String>,
    /// Only those that are not resolved and sleep.
    pub(super) asleep: Option<bool>,
    /// Only those that a provider waits for an answer to, the most urgent first.
    pub(super) answer_due: Option<bool>,
    /// Only those that were opened since.
    #[param(format = DateTime)]
    pub(super) opened_since: Option<String>,
    /// Only from this probability on.
    #[param(minimum = 0, maximum = 1)]
    pub(super) min_probability: Option<f64>,
    /// Only this person's.
    pub(super) assignee: Option<String>,
    /// Only with this label.
    pub(super) label: Option<String>,
    /// Only accounts whose name, or whose customer's name, holds this text.
    pub(super) account: Option<String>,
    /// Only of this customer or reseller and of those below it.
    pub(super) customer: Option<String>,
    /// Lines of a page.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u32>,
    /// Where the page before ended.
    #[param(pattern = "^[0-7][0-9a-e][0-9a-f]{14}-[0-9a-f]{1,15}$")]
    pub(super) cursor: Option<String>,
}

/// One page of cases.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CasePage)]
pub(super) struct Page {
    cases: Vec<CaseRow>,
    /// Give it as `cursor` to get the page after this one.
    next: Option<String>,
}

/// Cases by expected loss, the largest first; or by when an answer is due.
#[utoipa::path(get, path = "/cases", tag = "cases", params(Asked),
    responses((status = 200, description = "A page of cases", body = Page)))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, Problem>,
) -> Result<Json<Page>, Problem> {
    let Query(asked) = asked?;
    let filter = filter(&app, &caller, asked).await?;
    let cases = app.store.cases(&filter).await?;
    let next = paging::next(&cases, filter.limit, |last| {
        let due = last.answer_due.filter(|_| filter.answer_due);
        written(due.map_or(last.loss, |due| due.millis() as f64), last.id)
    });
    Ok(Json(Page { cases, next }))
}

/// The cases that are asked for and that the caller may see.
pub(super) async fn filter(app: &App, caller: &Caller, asked: Asked) -> Result<Filter, Problem> {
    let filter = Filter {
        status: asked.status,
        sleeping_at: (asked.asleep == Some(true)).then(|| (app.clock)()),
        provider: asked.provider.map(|provider| provider.id().to_string()),
        severity: asked.severity.map(severity).transpose()?,
        opened_since: asked.opened_since.as_deref().map(time).transpose()?,
        min_probability: asked.min_probability.map(probability).transpose()?,
        assignee: asked.assignee,
        label: asked.label,
        account: asked.account,
        within: asked.customer,
        answer_due: asked.answer_due == Some(true),
        after: asked.cursor.as_deref().map(cursor).transpose()?,
        limit: paging::limit(asked.limit)?,
        ..Filter::default()
    };
    scoped(app, caller, filter).await
}

fn probability(least: f64) -> Result<f64, Problem> {
    let is_one = (0.0..=1.0).contains(&least);
    is_one.then_some(least).ok_or_else(|| Problem::invalid("a probability lies from 0 to 1"))
}

fn severity(text: String) -> Result<String, Problem> {
    let is_known = ["low", "medium", "high"].contains(&text.as_str());
    is_known.then_some(text).ok_or_else(|| Problem::invalid("severity is low, medium or high"))
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
    format!("{:016x}-{id:x}", loss.to_bits())
}

fn cursor(text: &str) -> Result<Cursor, Problem> {
    let read = || {
        let (loss, id) = text.split_once('-')?;
        let loss = f64::from_bits(u64::from_str_radix(loss, 16).ok()?);
        Some(Cursor { loss, id: i64::from_str_radix(id, 16).ok()? })
    };
    read().filter(|cursor| cursor.loss.is_finite()).ok_or_else(paging::foreign)
}

/// A case with its last judgement.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseFile)]
pub(super) struct Shown {
    #[serde(flatten)]
    row: CaseRow,
    /// As `firedamp scan --output json` writes it, without what looks like a secret.
    #[schema(value_type = Object)]
    judgement: Box<RawValue>,
}

/// A case with its last judgement. Its `ETag` is what `If-Match` takes.
#[utoipa::path(get, path = "/cases/{id}", tag = "cases", params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The case", body = Shown,
        headers(("ETag" = String, description = "Its revision and content"))),
        (status = 304, description = "You have it already")))]
pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Response, Problem> {
    let file = app.store.case(number(id)?, caller.within()).await?;
    let judgement = RawValue::from_string(redact::in_json(file.json))
        .map_err(|error| Error::Refused(error.to_string()))?;
    let revision = file.row.revision;
    Ok(with_revision(revision, Json(Shown { row: file.row, judgement })))
}

pub(super) fn number(id: Result<Path<i64>, PathRejection>) -> Result<i64, Problem> {
    id.map(|Path(id)| id).map_err(|_| Problem::from(Error::Missing("case")))
}

/// An entry of the activity, as it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShownEntry {
    #[serde(flatten)]
    entry: Entry,
    /// When, RFC 3339.
    #[schema(format = DateTime)]
    at: String,
}

/// Which part of a list is asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    /// Lines of a page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[param(pattern = "^[0-9]{1,18}$")]
    cursor: Option<String>,
}

/// One page of a case's activity.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActivityPage)]
pub(super) struct Activity {
    entries: Vec<ShownEntry>,
    /// Give it as `cursor` to get the page after this one.
    next: Option<String>,
}

/// What happened to a case, oldest first.
#[utoipa::path(get, path = "/cases/{id}/activity", tag = "cases",
    params(("id" = i64, Path, description = "Its number"), Part),
    responses((status = 200, description = "A page of entries", body = Activity)))]
pub(super) async fn activity(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    part: Result<Query<Part>, Problem>,
) -> Result<Json<Activity>, Problem> {
    let (id, Query(part)) = (number(id)?, part?);
    let limit = paging::limit(part.limit)?;
    let after = paging::number(part.cursor.as_deref())?.unwrap_or_default();
    app.store.case(id, caller.within()).await?;
    let entries = app.store.activity(id).await?.into_iter().filter(|entry| entry.number > after);
    let entries: Vec<ShownEntry> = entries
        .take(limit as usize)
        .map(|entry| ShownEntry { at: entry.at.to_string(), entry })
        .collect();
    let next = paging::next(&entries, limit, |last| last.entry.number.to_string());
    Ok(Json(Activity { entries, next }))
}

/// What is to be done.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = Action)]
pub(super) enum Wanted {
    /// Give it to somebody, or to nobody.
    Assign {
        #[schema(min_length = 1, max_length = 80, pattern = "^[!-~]+$")]
        to: Option<String>,
    },
    /// Write something down.
    Comment {
        #[schema(min_length = 1, max_length = 10_000, pattern = "[!-~]")]
        text: String,
    },
    /// Add a label.
    Label {
        #[schema(min_length = 1, max_length = 80, pattern = "^[!-~]+$")]
        label: String,
    },
    /// Take a label away.
    Unlabel { label: String },
    /// Take it up.
    Investigate {},
    /// Put it back into the queue.
    Reopen {},
    /// Be done with it.
    Resolve {
        #[schema(schema_with = schema::reason)]
        reason: Reason,
        /// Why it is legitimate; needed where an approval is missing that the provider wants.
        #[schema(min_length = 1, max_length = 10_000, pattern = "[!-~]")]
        why: Option<String>,
    },
    /// Be done with it as cleaned up, without proof that it stopped and for this reason.
    ResolveAnyway {
        #[schema(min_length = 1, max_length = 10_000, pattern = "[!-~]")]
        why: String,
    },
    /// Hide it from the queue until then (RFC 3339), or show it again.
    Snooze {
        #[schema(format = DateTime)]
        until: Option<String>,
    },
}

impl Wanted {
    /// The reason that somebody states.
    pub(super) fn why(&self) -> Option<String> {
        match self {
            Self::Resolve { why, .. } => why.clone(),
            _ => None,
        }
    }

    pub(super) fn action(self) -> Result<Action, Problem> {
        Ok(match self {
            Self::Assign { to } => Action::Assign(to),
            Self::Comment { text } => Action::Comment(text),
            Self::Label { label } => Action::Label(label),
            Self::Unlabel { label } => Action::Unlabel(label),
            Self::Investigate {} => Action::Reopen(Status::Investigating),
            Self::Reopen {} => Action::Reopen(Status::Active),
            Self::Resolve { reason, .. } => Action::Resolve(reason),
            Self::ResolveAnyway { why } => Action::ResolveAnyway(why),
            Self::Snooze { until } => Action::Snooze(until.as_deref().map(time).transpose()?),
        })
    }
}

/// A time that somebody wrote.
pub(super) fn time(text: &str) -> Result<Time, Problem> {
    let wrong = || Problem::invalid(format!("`{text}` is no time such as 2026-03-01T00:00:00Z"));
    Time::parse(text).ok_or_else(wrong)
}

/// Does something to a case; with `If-Match` only if nobody changed it since.
#[utoipa::path(post, path = "/cases/{id}/actions", tag = "cases",
    params(("id" = i64, Path, description = "Its number"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the case as you saw it",
            pattern = "^\"[0-9]{1,18}(-[0-9a-f]{16})?\"$")),
    request_body = Wanted,
    responses((status = 200, description = "The case as it is now", body = CaseRow,
        headers(("ETag" = String, description = "Its revision"))),
        (status = 412, description = "Somebody changed it since", body = inline(crate::web::Body), content_type = "application/problem+json")))]
pub(super) async fn act(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    headers: HeaderMap,
    wanted: Result<Body<Wanted>, Problem>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Analyst)?;
    let case = number(id)?;
    let file = app.store.case(case, caller.within()).await?;
    let Body(wanted) = wanted?;
    let (revision, why) = (seen_revision(&headers)?, wanted.why());
    let action = wanted.action()?;
    app.must_be_known(&caller, &action).await?;
    let action = considered(&app, &caller, &file, action, why.as_deref()).await?;
    let act = Act { case, revision, actor: caller.name, at: (app.clock)(), action };
    let row = app.store.act(&act).await?;
    Ok(with_revision(row.revision, Json(row)))
}

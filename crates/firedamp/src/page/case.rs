//! A case: what is known, what happened to it, and what can be done.

mod rules;
mod support;

use askama::Template;
use axum::{
    Extension, Form,
    extract::{
        Path, State,
        rejection::{FormRejection, PathRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use firedamp_core::{
    life::{Reason, Status},
    time::Time,
};
use serde::Deserialize;

use rules::Rules;
use support::Request;

use super::{
    Frame, answered, shown,
    view::{CaseLine, minute},
};
use crate::{
    report,
    store::{Act, Action, Entry, Error},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

const DAY_SECONDS: i64 = 86_400;
/// A case sleeps no longer than this.
const SNOOZE_DAYS_MAX: i64 = 90;

struct EntryLine {
    at: String,
    actor: String,
    kind: String,
    text: String,
}

impl EntryLine {
    fn of(entry: &Entry) -> Self {
        Self {
            at: minute(entry.at),
            actor: report::shown(&entry.actor),
            kind: entry.kind.clone(),
            text: report::shown(&entry.text),
        }
    }
}

#[derive(Template)]
#[template(path = "page/case.html")]
struct Page {
    frame: Frame,
    case: CaseLine,
    revision: i64,
    opened: String,
    snoozed: Option<String>,
    is_resolved: bool,
    may_act: bool,
    article: String,
    rules: Rules,
    request: Option<Request>,
    entries: Vec<EntryLine>,
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Response {
    answered(page(&app, &caller, number(id)).await)
}

fn number(id: Result<Path<i64>, PathRejection>) -> i64 {
    // No case has this number.
    id.map_or(0, |Path(id)| id)
}

async fn page(app: &App, caller: &Caller, id: i64) -> Result<Response, Problem> {
    let file = app.store.case(id, caller.within()).await?;
    let entries = app.store.activity(id).await?;
    let now = (app.clock)();
    let customer = match &file.row.customer {
        Some(customer) => app.store.customer(customer, caller.within()).await.ok(),
        None => None,
    };
    let page = Page {
        frame: Frame::new(app, caller, report::shown(&file.row.account)).await?,
        case: CaseLine::of(&file.row),
        revision: file.row.revision,
        opened: minute(file.row.opened_at),
        snoozed: file.row.snoozed_until.filter(|until| *until > now).map(minute),
        is_resolved: file.row.status == Status::Resolved,
        may_act: caller.role >= Role::Analyst,
        rules: Rules::of(&file, now),
        request: Request::of(&file, customer.as_ref()),
        article: file.html,
        entries: entries.iter().rev().map(EntryLine::of).collect(),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// A form of the page: which button, and what was written beside it.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    action: String,
    #[serde(default)]
    value: String,
    revision: i64,
}

pub(super) async fn act(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    sent: Result<Form<Sent>, FormRejection>,
) -> Response {
    answered(done(&app, caller, number(id), sent).await)
}

async fn done(
    app: &App,
    caller: Caller,
    case: i64,
    sent: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Analyst)?;
    app.store.case(case, caller.within()).await?;
    let Form(sent) = sent.map_err(|error| Problem::invalid(error.body_text()))?;
    let at = (app.clock)();
    let action = action(&sent, &caller.name, at)?;
    // Who only writes something down is not stopped by what others did meanwhile.
    let revision = (!matches!(action, Action::Comment(_))).then_some(sent.revision);
    app.store.act(&Act { case, revision, actor: caller.name, at, action }).await?;
    Ok(Redirect::to(&format!("/cases/{case}")).into_response())
}

fn action(sent: &Sent, me: &str, at: Time) -> Result<Action, Problem> {
    let value = sent.value.trim();
    let some = || (!value.is_empty()).then(|| value.to_string());
    Ok(match sent.action.as_str() {
        "take" => Action::Assign(Some(me.to_string())),
        "assign" => Action::Assign(some()),
        "comment" => Action::Comment(value.to_string()),
        "label" => Action::Label(value.to_string()),
        "unlabel" => Action::Unlabel(value.to_string()),
        "investigate" => Action::Reopen(Status::Investigating),
        "reopen" => Action::Reopen(Status::Active),
        "resolve" => Action::Resolve(Reason::from_id(value).ok_or(Error::Missing("reason"))?),
        "snooze" => Action::Snooze(Some(at.plus_seconds(days(value)? * DAY_SECONDS))),
        "wake" => Action::Snooze(None),
        _ => return Err(Problem::invalid("this page has no such button")),
    })
}

fn days(text: &str) -> Result<i64, Problem> {
    let days = text.parse().ok().filter(|days| (1..=SNOOZE_DAYS_MAX).contains(days));
    days.ok_or_else(|| Problem::invalid(format!("a case sleeps 1 to {SNOOZE_DAYS_MAX} days")))
}

//! What people do to a case from its page.

use axum::response::Redirect;
use firedamp_core::{
    life::{Reason, Status},
    time::Time,
};
use serde::Deserialize;

use super::super::form::{Fields, OnCase, Refused};
use crate::{
    casework::considered,
    store::{Act, Action, Error, SNOOZE_DAYS_MAX},
    web::{
        Problem,
        access::{Caller, Role},
    },
};

const DAY_SECONDS: i64 = 86_400;

/// A form of the page: which button, and what was written beside it.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Sent {
    action: String,
    #[serde(default)]
    value: String,
    /// Why a case is legitimate, where the page asks for it.
    #[serde(default)]
    why: String,
    revision: i64,
}

impl Fields for Sent {
    fn may(caller: &Caller) -> Result<(), Problem> {
        caller.must_be(Role::Analyst)
    }
}

pub(in super::super) async fn act(
    OnCase { app, caller, file, form }: OnCase<Sent>,
) -> Result<Redirect, Refused> {
    let (case, at) = (file.row.id, (app.clock)());
    let action = wanted((&form.action, &form.value), &caller.name, at)?;
    app.must_be_known(&caller, &action).await?;
    let action = considered(&app, &caller, &file, action, Some(&form.why)).await?;
    // Who only writes something down is not stopped by what others did meanwhile.
    let is_comment = matches!(action, Action::Comment(_));
    let revision = (!is_comment).then_some(form.revision);
    app.store.act(&Act { case, revision, actor: caller.name, at, action }).await?;
    let section = if is_comment { "/log" } else { "" };
    Ok(Redirect::to(&format!("/cases/{case}{section}")))
}

/// What a button wants done, with what was written beside it.
pub(in super::super) fn wanted(
    (button, value): (&str, &str),
    me: &str,
    at: Time,
) -> Result<Action, Problem> {
    let value = value.trim();
    let some = || (!value.is_empty()).then(|| value.to_string());
    Ok(match button {
        "take" => Action::Assign(Some(me.to_string())),
        "assign" => Action::Assign(some()),
        "comment" => Action::Comment(value.to_string()),
        "label" => Action::Label(value.to_string()),
        "unlabel" => Action::Unlabel(value.to_string()),
        "investigate" => Action::Reopen(Status::Investigating),
        "reopen" => Action::Reopen(Status::Active),
        "resolve" => Action::Resolve(Reason::from_id(value).ok_or(Error::Missing("reason"))?),
        "resolve_anyway" => Action::ResolveAnyway(value.to_string()),
        "snooze" => Action::Snooze(Some(at.plus_seconds(days(value)? * DAY_SECONDS))),
        "wake" => Action::Snooze(None),
        _ => return Err(Problem::invalid("this page has no such button")),
    })
}

fn days(text: &str) -> Result<i64, Problem> {
    let days = text.parse().ok().filter(|days| (1..=SNOOZE_DAYS_MAX).contains(days));
    days.ok_or_else(|| Problem::invalid(format!("a case sleeps 1 to {SNOOZE_DAYS_MAX} days")))
}

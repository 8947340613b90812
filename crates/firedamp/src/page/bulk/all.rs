//! One thing done to all that a filter of the queue finds: first a page says what, and to how many;
//! sent from there, it is done once, to those that were told, that the filter still finds, and that nothing
//! changed since.

use std::{collections::BTreeMap, iter};

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use super::{
    super::{
        Frame,
        case::wanted,
        filters, queue, shown,
        view::{CaseLine, say},
        written,
    },
    Chosen,
};
use crate::{
    casework::{Found, Outcome, Refusal, Told, act_on_found, find},
    report,
    store::{Action, Asked, CaseRow, Error, FOUND_MAX, KeptAnswer},
    web::{App, Problem, access::Caller, answers::KEPT_SECONDS},
};

/// Cases that are named: the first of all, and of those that were refused for one reason.
const NAMED_MAX: usize = 5;
/// Cases among which those that were told are looked for again: others may have come before them.
const STILL_FOUND_MAX: usize = 2 * FOUND_MAX;
/// What can be done to all; what only one case can be told is written on its own page.
const BUTTONS: [&str; 8] =
    ["take", "investigate", "resolve", "snooze", "reopen", "assign", "label", "unlabel"];

/// What would be done.
#[derive(Template)]
#[template(path = "page/bulk_all.html")]
struct Confirm<'a> {
    frame: Frame,
    what: String,
    count: usize,
    /// Whether the filter finds more than that.
    is_more: bool,
    first: Vec<CaseLine>,
    /// How many there are besides.
    others: usize,
    action: &'a str,
    value: &'a str,
    back: &'a str,
    only: String,
    seen: String,
    key: String,
}

/// What was done.
#[derive(Template)]
#[template(path = "page/bulk_done.html")]
struct Done<'a> {
    frame: Frame,
    what: String,
    done: usize,
    unchanged: usize,
    /// How many the filter finds no more.
    gone: usize,
    refused: Vec<Refused>,
    back: &'a str,
}

/// Why it was not done to some.
struct Refused {
    count: usize,
    why: String,
    first: Vec<i64>,
    others: usize,
}

impl Refused {
    fn of(refusal: Refusal) -> Self {
        let Refusal { detail, mut cases, .. } = refusal;
        let count = cases.len();
        cases.truncate(NAMED_MAX);
        let others = count - cases.len();
        Self { count, why: say().answer(&detail), first: cases, others }
    }
}

pub(super) async fn act(app: &App, caller: &Caller, form: &Chosen) -> Result<Response, Problem> {
    if !BUTTONS.contains(&form.action.as_str()) {
        return Err(Problem::invalid("this page has no such button"));
    }
    let action = wanted((&form.action, &form.value), &caller.name, (app.clock)())?;
    app.must_be_known(caller, &action).await?;
    if form.key.is_empty() {
        return confirm(app, caller, form).await;
    }
    once(app, caller, form, action).await
}

async fn found(app: &App, caller: &Caller, form: &Chosen, most: usize) -> Result<Found, Problem> {
    let filter = queue::filter_of(app, caller, form.back()).await?;
    find(app, &filter, most).await
}

async fn confirm(app: &App, caller: &Caller, form: &Chosen) -> Result<Response, Problem> {
    let Found { cases, is_more } = found(app, caller, form, FOUND_MAX).await?;
    if cases.is_empty() {
        return Err(Problem::invalid("choose one case at least"));
    }
    let key = getrandom::u64().map_err(|error| Error::Refused(error.to_string()))?;
    let first: Vec<CaseLine> = cases.iter().take(NAMED_MAX).map(CaseLine::of).collect();
    let page = Confirm {
        frame: Frame::new(app, caller, "bulk-all-title").await?,
        what: what(form),
        count: cases.len(),
        is_more,
        others: cases.len() - first.len(),
        first,
        action: &form.action,
        value: &form.value,
        back: form.back(),
        only: listed(&cases, |case| case.id),
        seen: listed(&cases, |case| case.revision),
        key: format!("{key:016x}"),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// What a form wants done, in words.
fn what(form: &Chosen) -> String {
    let value = report::shown(form.value.trim());
    let (id, value) = match (form.action.as_str(), value.as_str()) {
        ("assign", "") => ("assign-nobody", value),
        ("resolve", reason) => ("resolve", say().say(&format!("reason-{reason}"), &[])),
        (action, _) => (action, value),
    };
    say().say(&format!("bulk-what-{id}"), &[("value", &value)])
}

fn listed(cases: &[CaseRow], what: fn(&CaseRow) -> i64) -> String {
    cases.iter().map(|case| what(case).to_string()).collect::<Vec<_>>().join(",")
}

/// The cases that a form names, with the revisions of which it was told.
fn told(form: &Chosen) -> BTreeMap<i64, Option<i64>> {
    let ids = form.only.split(',').take(FOUND_MAX).map(|id| id.parse::<i64>().ok());
    let seen = form.seen.split(',').map(|seen| seen.parse::<i64>().ok());
    let told = ids.zip(seen.chain(iter::repeat(None)));
    told.filter_map(|(id, seen)| Some((id?, seen))).collect()
}

/// Does it, unless this very form was sent before; then what became of it is shown again.
async fn once(
    app: &App,
    caller: &Caller,
    form: &Chosen,
    action: Action,
) -> Result<Response, Problem> {
    let key = hashed(["bulk", &caller.name, &form.key, "", ""]);
    let request = hashed([&form.action, &form.value, &form.back, &form.only, &form.seen]);
    let now = (app.clock)();
    let found = found(app, caller, form, STILL_FOUND_MAX).await?;
    match app.store.ask_once(&key, &request, now, now.plus_seconds(-KEPT_SECONDS)).await? {
        Asked::First => {}
        Asked::Before(answer) => {
            return Ok(page(String::from_utf8_lossy(&answer.body).into_owned()));
        }
        Asked::Other | Asked::Unknown => {
            let detail =
                "this form was sent already, and how that ended is not known; look at the queue";
            return Err(Problem::new(StatusCode::CONFLICT, "key_in_use", detail));
        }
    }
    let text = carried_out(app, caller, form, (found, action)).await?;
    let answer =
        KeptAnswer { status: 200, headers: String::new(), body: text.clone().into_bytes() };
    app.store.keep_answer(&key, &answer).await?;
    Ok(page(text))
}

fn page(text: String) -> Response {
    (StatusCode::OK, Html(text)).into_response()
}

/// A hash of texts, each with its length before it.
fn hashed(parts: [&str; 5]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// Does it to those that were told and are still found; the page that says what became of it.
async fn carried_out(
    app: &App,
    caller: &Caller,
    form: &Chosen,
    (found, action): (Found, Action),
) -> Result<String, Problem> {
    let told = told(form);
    let still = found.cases.iter().filter_map(|case| Some((case.id, *told.get(&case.id)?)));
    let cases: Vec<Told> = still.collect();
    let gone = told.len() - cases.len();
    let outcome = act_on_found(app, caller, cases, (action, None)).await?;
    let Outcome { done, unchanged, refused } = outcome;
    let page = Done {
        frame: Frame::new(app, caller, "bulk-all-title").await?,
        what: what(form),
        done: done.len(),
        unchanged: unchanged.len(),
        gone,
        refused: refused.into_iter().map(Refused::of).collect(),
        back: form.back(),
    };
    written(&page)
}

//! Authorisations on file, and the forms by which they are proposed and decided.

mod proposal;

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
use firedamp_core::authorisation::{Authorisation, Covers, Purpose};
use serde::Deserialize;

use super::{Frame, answered, customers, shown, view::minute};
use crate::{
    authorisation::filing,
    report,
    store::{AuthorisationFilter, By, Decision, Error, Filed, PAGE_MAX, Standing},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

pub(super) use proposal::propose;

/// An authorisation as a line of a list.
pub(super) struct Line {
    pub(super) number: i64,
    pub(super) customer: String,
    pub(super) address: String,
    pub(super) state: &'static str,
    pub(super) scope: String,
    pub(super) start: String,
    pub(super) end: String,
}

impl Line {
    pub(super) fn of(filed: &Filed) -> Self {
        let Authorisation { number, customer, start, end, .. } = &filed.authorisation;
        Self {
            number: *number,
            customer: report::shown(&filed.customer_name),
            address: customers::address(customer),
            state: state(filed.state),
            scope: scope(&filed.authorisation),
            start: minute(*start),
            end: minute(*end),
        }
    }
}

const fn state(state: Standing) -> &'static str {
    match state {
        Standing::Proposed => "waits for approval",
        Standing::Approved => "approved",
        Standing::Declined => "declined",
        Standing::Withdrawn => "withdrawn",
    }
}

/// What may mine, in one line.
fn scope(one: &Authorisation) -> String {
    let lists = [
        ("account", &one.scope.accounts),
        ("resource", &one.scope.resources),
        ("pool", &one.scope.pools),
        ("wallet", &one.scope.wallets),
    ];
    let told = lists.into_iter().filter_map(|(name, list)| {
        let first = report::shown(list.first()?);
        let more = list.len() - 1;
        Some(match more {
            0 => format!("{name} {first}"),
            _ => format!("{name} {first} and {more} more"),
        })
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { "everything of the customer".to_string() } else { told.join(", ") }
}

#[derive(Template)]
#[template(path = "page/authorisations.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
    may_propose: bool,
}

pub(super) async fn list(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    answered(all(&app, &caller).await)
}

async fn all(app: &App, caller: &Caller) -> Result<Response, Problem> {
    let filter = AuthorisationFilter {
        within: caller.scope.clone(),
        limit: PAGE_MAX,
        ..AuthorisationFilter::default()
    };
    let filed = app.store.authorisations(&filter).await?;
    let page = List {
        frame: Frame::new(app, caller, "Authorisations").await?,
        lines: filed.iter().map(Line::of).collect(),
        may_propose: caller.role >= Role::Analyst,
    };
    Ok(shown(StatusCode::OK, &page))
}

/// What a new authorisation is about.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct About {
    customer: String,
    account: String,
}

#[derive(Template)]
#[template(path = "page/authorisation_form.html")]
struct Blank {
    frame: Frame,
    about: About,
}

pub(super) async fn blank(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    about: Result<Query<About>, QueryRejection>,
) -> Response {
    let about = about.map_or_else(|_| About::default(), |Query(about)| about);
    answered(form(&app, &caller, about).await)
}

async fn form(app: &App, caller: &Caller, about: About) -> Result<Response, Problem> {
    caller.must_be(Role::Analyst)?;
    let frame = Frame::new(app, caller, "Propose an authorisation").await?;
    Ok(shown(StatusCode::OK, &Blank { frame, about }))
}

/// Something that is known of an authorisation: what it is, and what.
struct Fact {
    name: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "page/authorisation.html")]
struct Page {
    frame: Frame,
    line: Line,
    facts: Vec<Fact>,
    document: Option<String>,
    may_approve: bool,
    is_own: bool,
    may_withdraw: bool,
}

fn number(id: Result<Path<i64>, PathRejection>) -> i64 {
    // No authorisation has this number.
    id.map_or(0, |Path(id)| id)
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Response {
    answered(one(&app, &caller, number(id)).await)
}

async fn one(app: &App, caller: &Caller, number: i64) -> Result<Response, Problem> {
    let filed = filing::find(app, caller, number).await?;
    let decides = caller.role >= Role::Approver;
    let is_proposed = filed.state == Standing::Proposed;
    let is_own = filed.proposed.who == caller.name;
    let document = filed.authorisation.approval.as_ref().and_then(|one| one.document.clone());
    let page = Page {
        frame: Frame::new(app, caller, format!("Authorisation {number}")).await?,
        line: Line::of(&filed),
        facts: facts(&filed),
        document,
        may_approve: decides && is_proposed && !is_own,
        is_own: decides && is_proposed && is_own,
        may_withdraw: decides && matches!(filed.state, Standing::Proposed | Standing::Approved),
    };
    Ok(shown(StatusCode::OK, &page))
}

fn facts(filed: &Filed) -> Vec<Fact> {
    let one = &filed.authorisation;
    let by = |by: &By| format!("{}, {} UTC", report::shown(&by.who), minute(by.at));
    let list = |list: &std::collections::BTreeSet<String>| {
        list.iter().map(|name| report::shown(name)).collect::<Vec<_>>().join(", ")
    };
    let decided = filed.decided.as_ref().map(by).unwrap_or_default();
    let withdrawn = filed.withdrawn.as_ref().map(by).unwrap_or_default();
    let spend = one.limits.usd_per_day.map(|dollars| format!("{dollars:.2} USD a day"));
    let hours = one.limits.hours.map(|hours| format!("{} to {} o’clock UTC", hours.from, hours.to));
    let facts = [
        ("Asked for by", report::shown(&one.asked_by)),
        ("Approved at the customer by", report::shown(&one.approved_by)),
        ("Purpose", purpose(one.purpose).to_string()),
        ("Covers", covers(one.covers).to_string()),
        (
            "Provider’s approval",
            one.approval.as_ref().map(|one| report::shown(&one.reference)).unwrap_or_default(),
        ),
        ("Accounts", list(&one.scope.accounts)),
        ("Resources", list(&one.scope.resources)),
        ("Pools", list(&one.scope.pools)),
        ("Wallets", list(&one.scope.wallets)),
        ("Spend at most", spend.unwrap_or_default()),
        ("Regions", list(&one.limits.regions)),
        ("Hours", hours.unwrap_or_default()),
        ("Proposed by", by(&filed.proposed)),
        (if filed.state == Standing::Declined { "Declined by" } else { "Approved by" }, decided),
        ("Withdrawn by", withdrawn),
    ];
    let known = facts.into_iter().filter(|(_, text)| !text.is_empty());
    known.map(|(name, text)| Fact { name, text }).collect()
}

const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::SecurityResearch => "security research and testing",
        Purpose::Business => "business",
        Purpose::Other => "something else",
    }
}

const fn covers(covers: Covers) -> &'static str {
    match covers {
        Covers::Customer => "the customer",
        Covers::CustomerAndUsers => "the customer, and those who use the service through it",
    }
}

/// Which button.
#[derive(Debug, Deserialize)]
pub(super) struct Pressed {
    decision: Decision,
}

pub(super) async fn decide(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    pressed: Result<Form<Pressed>, FormRejection>,
) -> Response {
    answered(decided(&app, &caller, number(id), pressed).await)
}

async fn decided(
    app: &App,
    caller: &Caller,
    number: i64,
    pressed: Result<Form<Pressed>, FormRejection>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Approver)?;
    filing::find(app, caller, number).await?;
    let Form(pressed) = pressed.map_err(|error| Problem::invalid(error.body_text()))?;
    filing::decide(app, caller, number, pressed.decision).await?;
    Ok(Redirect::to(&format!("/authorisations/{number}")).into_response())
}

pub(super) async fn document(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    name: Result<Path<String>, PathRejection>,
) -> Response {
    let fetched = async {
        let Path(name) = name.map_err(|_| Error::Missing("document"))?;
        filing::may_fetch(&app, &caller, &name).await?;
        filing::fetch(&app, name).await
    };
    match fetched.await {
        Ok(bytes) => {
            // Whatever somebody uploaded is saved, never shown as a page of ours.
            let headers = [
                (axum::http::header::CONTENT_TYPE, "application/octet-stream"),
                (axum::http::header::CONTENT_DISPOSITION, "attachment"),
            ];
            (headers, bytes).into_response()
        }
        Err(problem) => super::failed(&problem),
    }
}

//! Authorisations on file, and the forms by which they are proposed and decided.

mod proposal;

use askama::Template;
use axum::{
    Extension,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use firedamp_core::authorisation::{Authorisation, Covers, Purpose};
use serde::Deserialize;

use super::{
    Frame, answered, customers, filters,
    form::{Fields, OnAuthorisation, Refused},
    shown,
    view::{minute, say},
};
use crate::{
    authorisation::filing,
    language, report,
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
        Standing::Proposed => "authorisation-state-proposed",
        Standing::Approved => "authorisation-state-approved",
        Standing::Declined => "authorisation-state-declined",
        Standing::Withdrawn => "authorisation-state-withdrawn",
    }
}

/// What may mine, in one line.
fn scope(one: &Authorisation) -> String {
    let lists = [
        ("authorisation-scope-account", &one.scope.accounts),
        ("authorisation-scope-resource", &one.scope.resources),
        ("authorisation-scope-pool", &one.scope.pools),
        ("authorisation-scope-wallet", &one.scope.wallets),
    ];
    let say = say();
    let told = lists.into_iter().filter_map(|(name, list)| {
        let first = report::shown(list.first()?);
        let more = list.len() - 1;
        let named = say.say(name, &[("name", &first)]);
        Some(match more {
            0 => named,
            _ => {
                let more = say.say("evidence-more-records", &[("count", &more.to_string())]);
                format!("{named} {more}")
            }
        })
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { say.say("authorisation-scope-all", &[]) } else { told.join(", ") }
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
        frame: Frame::new(app, caller, "word-authorisations").await?,
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
    let frame = Frame::new(app, caller, "word-propose").await?;
    Ok(shown(StatusCode::OK, &Blank { frame, about }))
}

/// Something that is known of an authorisation: the sentence that names it, and what.
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
    let title = say().say("authorisation-title", &[("number", &number.to_string())]);
    let document = filed.authorisation.approval.as_ref().and_then(|one| one.document.clone());
    let page = Page {
        frame: Frame::titled(app, caller, title).await?,
        line: Line::of(&filed),
        facts: facts(&filed),
        document,
        may_approve: decides && is_proposed && !is_own,
        is_own: is_proposed && is_own,
        may_withdraw: decides && matches!(filed.state, Standing::Proposed | Standing::Approved),
    };
    Ok(shown(StatusCode::OK, &page))
}

fn facts(filed: &Filed) -> Vec<Fact> {
    let (one, say) = (&filed.authorisation, say());
    let by = |by: &By| format!("{}, {} UTC", report::shown(&by.who), minute(by.at));
    let list = |list: &std::collections::BTreeSet<String>| {
        list.iter().map(|name| report::shown(name)).collect::<Vec<_>>().join(", ")
    };
    let decided = filed.decided.as_ref().map(by).unwrap_or_default();
    let withdrawn = filed.withdrawn.as_ref().map(by).unwrap_or_default();
    let spend = one.limits.usd_per_day.map(|dollars| {
        let amount = language::reader().money(dollars, "USD");
        say.say("cost-per-day", &[("amount", &amount)])
    });
    let hours = one.limits.hours.map(|hours| {
        let (from, to) = (hours.from.to_string(), hours.to.to_string());
        say.say("authorisation-hours-value", &[("from", &from), ("to", &to)])
    });
    let decided_by = match filed.state {
        Standing::Declined => "authorisation-declined-by",
        _ => "authorisation-decided-by",
    };
    let facts = [
        ("authorisation-asked-by", report::shown(&one.asked_by)),
        ("authorisation-approved-by", report::shown(&one.approved_by)),
        ("authorisation-purpose", say.say(purpose(one.purpose), &[])),
        ("authorisation-covers", say.say(covers(one.covers), &[])),
        (
            "authorisation-providers",
            one.approval.as_ref().map(|one| report::shown(&one.reference)).unwrap_or_default(),
        ),
        ("word-accounts", list(&one.scope.accounts)),
        ("authorisation-resources", list(&one.scope.resources)),
        ("authorisation-pools", list(&one.scope.pools)),
        ("authorisation-wallets", list(&one.scope.wallets)),
        ("authorisation-spend-most", spend.unwrap_or_default()),
        ("authorisation-regions", list(&one.limits.regions)),
        ("authorisation-hours-limit", hours.unwrap_or_default()),
        ("authorisation-proposed-by", by(&filed.proposed)),
        (decided_by, decided),
        ("authorisation-withdrawn-by", withdrawn),
    ];
    let known = facts.into_iter().filter(|(_, text)| !text.is_empty());
    known.map(|(name, text)| Fact { name, text }).collect()
}

const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::SecurityResearch => "authorisation-purpose-research",
        Purpose::Business => "authorisation-purpose-business",
        Purpose::Other => "authorisation-purpose-other",
    }
}

const fn covers(covers: Covers) -> &'static str {
    match covers {
        Covers::Customer => "authorisation-covers-customer",
        Covers::CustomerAndUsers => "authorisation-covers-users",
    }
}

/// Which button.
#[derive(Debug, Deserialize)]
pub(super) struct Pressed {
    decision: Decision,
}

impl Fields for Pressed {
    fn may(caller: &Caller) -> Result<(), Problem> {
        caller.must_be(Role::Approver)
    }
}

pub(super) async fn decide(
    OnAuthorisation { app, caller, filed, form }: OnAuthorisation<Pressed>,
) -> Result<Response, Refused> {
    let number = filed.authorisation.number;
    filing::decide(&app, &caller, number, form.decision).await?;
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

//! A case: one page with a section for each thing that people look at or do. A section is a file and
//! a line in [`SECTIONS`].

mod act;
mod authorised;
mod checklist;
pub(crate) mod cleanup;
mod evidence;
mod letters;
mod log;
pub(crate) mod money;
mod proof;
mod record;
mod related;
mod rules;
mod standing;
mod summary;
mod usage;

pub(super) use act::{act, wanted};
pub(super) use checklist::take as take_step;
pub(super) use letters::{note as note_answer, send as send_letter};
pub(super) use log::kind as log_kind;
pub(super) use record::show as record;

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
    response::Response,
};
use firedamp_core::time::Time;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::{
    Frame, answered, filters, shown,
    view::{CaseLine, minute},
    written,
};
use crate::{
    report,
    store::{CaseFile, Error},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

/// Every section in the order of the navigation; the first one stands at the case's own address, the
/// others at `/cases/{number}/{id}`.
const SECTIONS: &[Section] = &[
    Section {
        id: "",
        title: "case-section-summary",
        show: |opened| Box::pin(summary::show(opened)),
    },
    Section {
        id: "evidence",
        title: "case-section-evidence",
        show: |opened| Box::pin(evidence::show(opened)),
    },
    Section {
        id: "usage",
        title: "case-section-usage",
        show: |opened| Box::pin(usage::show(opened)),
    },
    Section {
        id: "related",
        title: "case-section-related",
        show: |opened| Box::pin(related::show(opened)),
    },
    Section {
        id: "standing",
        title: "case-section-standing",
        show: |opened| Box::pin(standing::show(opened)),
    },
    Section {
        id: "letters",
        title: "case-section-letters",
        show: |opened| Box::pin(letters::show(opened)),
    },
    Section {
        id: "authorisations",
        title: "case-section-authorisations",
        show: |opened| Box::pin(authorised::show(opened)),
    },
    Section {
        id: "checklist",
        title: "case-section-checklist",
        show: |opened| Box::pin(checklist::show(opened)),
    },
    Section {
        id: "cleanup",
        title: "case-section-cleanup",
        show: |opened| Box::pin(cleanup::show(opened)),
    },
    Section {
        id: "money",
        title: "case-section-money",
        show: |opened| Box::pin(money::show(opened)),
    },
    Section { id: "log", title: "case-section-log", show: |opened| Box::pin(log::show(opened)) },
];

/// A part of what is known of a case, or of what can be done about it.
struct Section {
    /// The last part of its address.
    id: &'static str,
    /// The sentence that names it in the navigation.
    title: &'static str,
    /// Writes it, without the head of the case.
    show: for<'a> fn(&'a Opened<'a>) -> BoxFuture<'a, Result<String, Problem>>,
}

/// A case that its caller may see, as sections are given it.
struct Opened<'a> {
    app: &'a App,
    caller: &'a Caller,
    file: CaseFile,
    /// The last judgement, as in the JSON output.
    judgement: Value,
    now: Time,
}

impl Opened<'_> {
    /// Whether the caller may do things.
    fn may_act(&self) -> bool {
        self.caller.role >= Role::Analyst
    }
}

/// A section as the navigation names it.
struct Tab {
    address: String,
    title: &'static str,
    is_current: bool,
}

/// What stands above every section.
#[derive(Template)]
#[template(path = "page/case/frame.html")]
struct Page {
    frame: Frame,
    case: CaseLine,
    opened: String,
    snoozed: Option<String>,
    portal: Option<String>,
    tabs: Vec<Tab>,
    section: String,
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Response {
    answered(page(&app, &caller, number(id), "").await)
}

pub(super) async fn section(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    place: Result<Path<(i64, String)>, PathRejection>,
) -> Response {
    let (id, section) = place.map_or_else(|_| (0, String::new()), |Path(place)| place);
    answered(page(&app, &caller, id, &section).await)
}

fn number(id: Result<Path<i64>, PathRejection>) -> i64 {
    // No case has this number.
    id.map_or(0, |Path(id)| id)
}

async fn page(app: &App, caller: &Caller, id: i64, section: &str) -> Result<Response, Problem> {
    let file = app.store.case(id, caller.within()).await?;
    app.see_case(caller, id).await?;
    let chosen = SECTIONS.iter().find(|one| one.id == section).ok_or(Error::Missing("section"))?;
    let judgement = serde_json::from_str(&file.json).unwrap_or_default();
    let opened = Opened { app, caller, file, judgement, now: (app.clock)() };
    let section = (chosen.show)(&opened).await?;
    let row = &opened.file.row;
    let page = Page {
        frame: Frame::titled(app, caller, report::shown(&row.account)).await?,
        case: CaseLine::of(row),
        opened: minute(row.opened_at),
        snoozed: row.sleeps_until(opened.now).map(minute),
        portal: portal(&opened.judgement),
        tabs: SECTIONS.iter().map(|one| tab(id, one, chosen)).collect(),
        section,
    };
    Ok(shown(StatusCode::OK, &page))
}

fn tab(case: i64, section: &Section, chosen: &Section) -> Tab {
    let address = match section.id {
        "" => format!("/cases/{case}"),
        id => format!("/cases/{case}/{id}"),
    };
    Tab { address, title: section.title, is_current: section.id == chosen.id }
}

/// Where the provider's portal shows the account.
fn portal(judgement: &Value) -> Option<String> {
    let links = judgement.get("links")?.as_array()?;
    let account = links.iter().find(|link| link.get("to").is_some_and(|to| to == "account"))?;
    account.get("url")?.as_str().filter(|url| url.starts_with("https://")).map(str::to_string)
}

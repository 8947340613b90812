//! The inbox: what cases asked people to be told. A notice leads to its case.

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

use serde::Deserialize;

use super::{
    Frame, answered, filters, shown,
    view::{minute, told},
};
use crate::{
    report,
    store::{Error, Notice, NoticeFilter},
    web::{App, Problem, access::Caller},
};

/// Notices on one page.
const LINES_MAX: u32 = 100;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    unread: String,
    after: String,
}

struct NoticeLine {
    id: i64,
    kind: String,
    account: String,
    percent: String,
    at: String,
    is_read: bool,
}

impl NoticeLine {
    fn of(notice: &Notice) -> Self {
        let body: serde_json::Value = serde_json::from_str(&notice.body).unwrap_or_default();
        let account = body.get("id").and_then(|id| id.as_str()).unwrap_or_default();
        let probability = body.get("probability").and_then(serde_json::Value::as_f64);
        Self {
            id: notice.id,
            kind: told(&notice.kind, probability),
            account: match &notice.customer {
                Some(customer) => report::shown(&format!("{account} ({customer})")),
                None => report::shown(account),
            },
            percent: probability.map(report::percent).unwrap_or_default(),
            at: minute(notice.asked_at),
            is_read: notice.is_read,
        }
    }
}

#[derive(Template)]
#[template(path = "page/notices.html")]
struct Page {
    frame: Frame,
    only_unread: bool,
    notices: Vec<NoticeLine>,
    older: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    answered(page(&app, &caller, &asked).await)
}

async fn page(app: &App, caller: &Caller, asked: &Asked) -> Result<Response, Problem> {
    let (within, unread) = (caller.scope.clone(), asked.unread == "yes");
    let after = asked.after.parse().ok();
    let filter = NoticeFilter { within, unread, after, limit: LINES_MAX, id: None };
    let notices = app.store.notices(&filter).await?;
    let last = notices.last().filter(|_| notices.len() == LINES_MAX as usize);
    let only = if unread { "unread=yes&" } else { "" };
    let page = Page {
        frame: Frame::new(app, caller, "nav-notices").await?,
        only_unread: unread,
        older: last.map(|last| format!("/notices?{only}after={}", last.id)),
        notices: notices.iter().map(NoticeLine::of).collect(),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// Leads to the case; whoever opens a notice has seen it.
pub(super) async fn open(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Response {
    let id = id.map_or(0, |Path(id)| id);
    answered(lead(&app, caller, id).await)
}

async fn lead(app: &App, caller: Caller, id: i64) -> Result<Response, Problem> {
    let notice = app.read_notice(caller, id).await?;
    if notice.kind == "feed_silent" {
        return Ok(Redirect::to("/sources").into_response());
    }
    let case = notice.case.ok_or(Error::Missing("case"))?;
    Ok(Redirect::to(&format!("/cases/{case}")).into_response())
}

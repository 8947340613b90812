//! Notices as the page and programs see them.

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::paging;
use crate::{
    store::{Error, NoticeFilter},
    web::{App, Problem, access::Caller, extract::Query},
};

/// Which notices are asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Only those that nobody has seen.
    #[serde(default)]
    #[param(required = false)]
    unread: bool,
    /// Lines of a page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[param(pattern = "^[0-9]{1,18}$")]
    cursor: Option<String>,
}

/// A notice as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notice)]
pub(super) struct Shown {
    id: i64,
    key: String,
    kind: String,
    /// The number of its case.
    case: Option<i64>,
    #[schema(format = DateTime)]
    asked_at: String,
    is_read: bool,
    acknowledged_by: Option<String>,
}

/// One page of notices.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NoticePage)]
pub(super) struct Page {
    notices: Vec<Shown>,
    /// Give it as `cursor` to get the page after this one.
    next: Option<String>,
}

/// Notices, the newest first.
#[utoipa::path(get, path = "/notices", tag = "notices", params(Asked),
    responses((status = 200, description = "A page of notices", body = Page)))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, Problem>,
) -> Result<Json<Page>, Problem> {
    let Query(asked) = asked?;
    let limit = paging::limit(asked.limit)?;
    let after = paging::number(asked.cursor.as_deref())?;
    let filter =
        NoticeFilter { id: None, unread: asked.unread, within: caller.scope, after, limit };
    let notices = app.store.notices(&filter).await?;
    let next = paging::next(&notices, limit, |last| last.id.to_string());
    let shown = notices.into_iter().map(|notice| Shown {
        id: notice.id,
        key: notice.key,
        kind: notice.kind,
        case: notice.case,
        asked_at: notice.asked_at.to_string(),
        is_read: notice.is_read,
        acknowledged_by: notice.acknowledged_by,
    });
    Ok(Json(Page { notices: shown.collect(), next }))
}

/// Says that somebody has seen a notice.
#[utoipa::path(post, path = "/notices/{id}/read", tag = "notices",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 204, description = "It is read")))]
pub(super) async fn read(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| Error::Missing("notice"))?;
    app.read_notice(caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

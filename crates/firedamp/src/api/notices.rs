//! Notices as the page and programs see them.

use axum::{
    Extension, Json,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::StatusCode,
};
use serde::{Deserialize, Serialize};

use crate::{
    store::{Error, NoticeFilter, PAGE_MAX},
    web::{App, Problem, access::Caller},
};

/// Which notices are asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    unread: bool,
    limit: Option<u32>,
}

/// A notice as it is shown.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    id: i64,
    key: String,
    kind: String,
    case: Option<i64>,
    asked_at: String,
    is_read: bool,
    acknowledged_by: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Vec<Shown>>, Problem> {
    let Query(asked) = asked.map_err(|error| Problem::invalid(error.body_text()))?;
    let limit = asked.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let filter = NoticeFilter { id: None, unread: asked.unread, within: caller.scope, limit };
    let notices = app.store.notices(&filter).await?;
    let shown = notices.into_iter().map(|notice| Shown {
        id: notice.id,
        key: notice.key,
        kind: notice.kind,
        case: notice.case,
        asked_at: notice.asked_at.to_string(),
        is_read: notice.is_read,
        acknowledged_by: notice.acknowledged_by,
    });
    Ok(Json(shown.collect()))
}

pub(super) async fn read(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| Error::Missing("notice"))?;
    app.read_notice(caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

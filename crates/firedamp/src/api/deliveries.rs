//! What became of notices on their way, for programs.

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::paging;
use crate::{
    store::{Error, Sent},
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::Query,
    },
};

/// Which deliveries are asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Lines of a page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[param(pattern = "^[0-9]{1,18}$")]
    cursor: Option<String>,
}

/// One page of deliveries.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryPage)]
pub(super) struct Page {
    deliveries: Vec<Sent>,
    /// Give it as `cursor` to get the page after this one.
    next: Option<String>,
}

/// What was sent to whom: those that were given up first, then the newest.
#[utoipa::path(get, path = "/deliveries", tag = "notices", params(Asked),
    responses((status = 200, description = "A page of deliveries", body = Page)))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, Problem>,
) -> Result<Json<Page>, Problem> {
    caller.must_see_all()?;
    let Query(asked) = asked?;
    let limit = paging::limit(asked.limit)?;
    let after = paging::number(asked.cursor.as_deref())?;
    let deliveries = app.store.deliveries(after, limit).await?;
    let next = paging::next(&deliveries, limit, |last| last.id.to_string());
    Ok(Json(Page { deliveries, next }))
}

/// Tries a delivery again that was given up.
#[utoipa::path(post, path = "/deliveries/{id}/retry", tag = "notices",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 204, description = "It is tried again")))]
pub(super) async fn retry(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Analyst)?;
    caller.must_see_all()?;
    let Path(id) = id.map_err(|_| Error::Missing("delivery"))?;
    app.store.revive(id, (app.clock)()).await?;
    Ok(StatusCode::NO_CONTENT)
}

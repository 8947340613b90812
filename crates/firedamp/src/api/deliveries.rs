//! What became of notices on their way, for programs.

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};

use crate::{
    store::{Error, PAGE_MAX, Sent},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Vec<Sent>>, Problem> {
    caller.must_see_all()?;
    Ok(Json(app.store.deliveries(PAGE_MAX).await?))
}

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

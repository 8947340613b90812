//! What is called like what somebody looks for, and what cases have in common.

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
};
use serde::Deserialize;

use super::{cases::number, paging};
use crate::{
    store::{Found, Related},
    web::{App, Problem, access::Caller, extract::Query},
};

/// Letters that are looked for.
pub(crate) const TEXT_MAX: usize = 200;

/// What is looked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// The beginning of an account, resource, address, name, principal or label, or a case's number.
    #[param(min_length = 1, max_length = 200)]
    q: String,
    /// Lines of each kind.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Cases, accounts and labels that begin so.
#[utoipa::path(get, path = "/search", tag = "cases", params(Asked),
    responses((status = 200, description = "What was found", body = Found)))]
pub(super) async fn search(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, Problem>,
) -> Result<Json<Found>, Problem> {
    let Query(Asked { q, limit }) = asked?;
    let limit = paging::limit(limit)?;
    if q.trim().is_empty() || q.chars().count() > TEXT_MAX {
        return Err(Problem::invalid(format!("look for 1 to {TEXT_MAX} letters")));
    }
    Ok(Json(app.store.search(&q, caller.within(), limit).await?))
}

/// Cases that share a pool, remote, principal, clock, name or wallet with this one. Of other customers
/// only their number.
#[utoipa::path(get, path = "/cases/{id}/related", tag = "cases",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The cases", body = Related)))]
pub(super) async fn related(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<Related>, Problem> {
    let case = app.store.case(number(id)?, caller.within()).await?;
    let limit = paging::limit(None)?;
    Ok(Json(app.store.related(case.row.id, caller.within(), limit).await?))
}

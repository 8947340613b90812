//! Where telemetry comes from, for programs.

use axum::{Extension, Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    store::{FeedRow, SourceRow},
    web::{App, Problem, access::Caller},
};

/// How sources fare, and who is heard through them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sources)]
pub(super) struct Sources {
    sources: Vec<SourceRow>,
    feeds: Vec<FeedRow>,
}

/// How sources fare, and who is heard through them.
#[utoipa::path(get, path = "/sources", tag = "telemetry",
    responses((status = 200, description = "Sources", body = Sources)))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Sources>, Problem> {
    caller.must_see_all()?;
    let (sources, feeds) = (app.store.sources().await?, app.store.feeds(None).await?);
    Ok(Json(Sources { sources, feeds }))
}

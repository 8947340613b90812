//! The API for programs: everything that the pages can do. JSON in and out, problems as RFC 9457.

mod cases;
mod cleanup;
mod customers;
mod deliveries;
mod notices;
pub(crate) mod outcomes;
mod settings;
mod sources;
mod telemetry;
mod users;

pub(crate) use telemetry::keep;

use axum::{
    Extension, Json, Router,
    extract::{DefaultBodyLimit, State},
    routing::{delete, get, patch, post},
};

use crate::{
    store::Totals,
    web::{App, Problem, access::Caller},
};

/// Every route, below `/api/v1`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/cases", get(cases::list))
        .route("/cases/{id}", get(cases::show))
        .route("/cases/{id}/activity", get(cases::activity))
        .route("/cases/{id}/actions", post(cases::act))
        .route("/cases/{id}/plan", get(cleanup::planned))
        .route("/cases/{id}/proof", get(cleanup::proof))
        .route("/cases/{id}/claim", get(cleanup::claim))
        .route("/cases/{id}/pack", get(cleanup::pack))
        .route("/cases/{id}/cleaned", post(cleanup::cleaned))
        .route("/cases/{id}/cleanups", get(cleanup::list).post(cleanup::ask))
        .route("/cases/{id}/cleanups/decision", post(cleanup::decide))
        .route("/cases/{id}/requests", get(cleanup::requests).post(cleanup::note_request))
        .route(
            "/customers",
            get(customers::list)
                .put(customers::plant)
                .layer(DefaultBodyLimit::max(customers::TREE_BYTES_MAX)),
        )
        .route("/customers/{id}", get(customers::show))
        .route("/deliveries", get(deliveries::list))
        .route("/deliveries/{id}/retry", post(deliveries::retry))
        .route("/notices", get(notices::list))
        .route("/notices/{id}/read", post(notices::read))
        .route("/sources", get(sources::list))
        .route("/settings", get(settings::show))
        .route("/settings/receivers/{name}/test", post(settings::test))
        .route("/tokens", get(users::tokens).post(users::make_token))
        .route("/tokens/{name}", delete(users::end_token))
        .route("/outcomes", get(outcomes::show))
        .route("/outcomes/verdicts", get(outcomes::verdicts))
        .route("/totals", get(totals))
        .route("/users", get(users::list).post(users::let_in))
        .route("/users/{name}", patch(users::change))
        .route("/users/{name}/invitation", post(users::invite))
        .route(
            "/telemetry",
            post(telemetry::push).layer(DefaultBodyLimit::max(telemetry::PUSH_BYTES_MAX)),
        )
}

/// What there is.
async fn totals(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Totals>, Problem> {
    Ok(Json(app.store.totals(caller.within()).await?))
}

/// Whether the store can be read; for balancers and watchdogs, without signing in.
pub async fn health(State(app): State<App>) -> Result<&'static str, Problem> {
    app.store.is_claimed().await?;
    Ok("ok\n")
}

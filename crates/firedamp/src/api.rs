//! The API for programs: everything that the pages can do. JSON in and out, problems as RFC 9457.
//! A route is a handler that describes itself, and a line in [`routes`].

mod authorisations;
mod bulk;
pub(crate) mod calibrations;
mod cases;
mod casework;
mod cleanup;
mod customers;
mod deliveries;
mod document;
mod knowledge;
pub(crate) mod learnt;
mod notices;
pub(crate) mod outcomes;
mod paging;
mod registry;
pub(crate) mod search;
mod settings;
mod sources;
mod telemetry;
mod users;

pub use document::{document, text};

use axum::{
    Extension, Json, Router,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    middleware,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    authorisation::documents::DOCUMENT_BYTES_MAX,
    store::Totals,
    web::{App, Problem, access::Caller, answers, tags},
};

/// Every route, below `/api/v1`.
fn routes() -> OpenApiRouter<App> {
    let tree = DefaultBodyLimit::max(customers::TREE_BYTES_MAX);
    let push = DefaultBodyLimit::max(telemetry::PUSH_BYTES_MAX);
    let facts = DefaultBodyLimit::max(knowledge::FACTS_BYTES_MAX);
    let document = DefaultBodyLimit::max(DOCUMENT_BYTES_MAX);
    OpenApiRouter::new()
        .routes(routes!(document::show))
        .routes(routes!(cases::list))
        .routes(routes!(cases::show))
        .routes(routes!(cases::activity))
        .routes(routes!(cases::act))
        .routes(routes!(bulk::act))
        .routes(routes!(bulk::found::act))
        .routes(routes!(search::related))
        .routes(routes!(search::search))
        .merge(OpenApiRouter::new().routes(routes!(customers::list, customers::plant)).layer(tree))
        .routes(routes!(customers::show))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::retry))
        .routes(routes!(notices::list))
        .routes(routes!(notices::read))
        .routes(routes!(registry::detectors))
        .routes(routes!(registry::indicators))
        .routes(routes!(calibrations::list, calibrations::try_out))
        .routes(routes!(calibrations::switch))
        .routes(routes!(learnt::list))
        .routes(routes!(learnt::decide))
        .routes(routes!(customers::account))
        .routes(routes!(users::tokens, users::make_token))
        .routes(routes!(users::end_token))
        .routes(routes!(users::list, users::let_in))
        .routes(routes!(users::change))
        .routes(routes!(users::invite))
        .routes(routes!(cleanup::planned))
        .routes(routes!(cleanup::proof))
        .routes(routes!(cleanup::claim))
        .routes(routes!(cleanup::pack))
        .routes(routes!(cleanup::cleaned))
        .routes(routes!(cleanup::list, cleanup::ask))
        .routes(routes!(cleanup::decide))
        .routes(routes!(cleanup::undo))
        .routes(routes!(cleanup::requests, cleanup::note_request))
        .routes(routes!(authorisations::of_case))
        .routes(routes!(casework::list))
        .routes(routes!(casework::take))
        .routes(routes!(casework::letters, casework::ask))
        .routes(routes!(casework::answered))
        .routes(routes!(authorisations::list, authorisations::propose))
        .routes(routes!(authorisations::show))
        .routes(routes!(authorisations::decide))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(authorisations::fetch, authorisations::keep))
                .layer(document),
        )
        .routes(routes!(knowledge::standing))
        .routes(routes!(knowledge::posture))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(knowledge::learn_standing))
                .routes(routes!(knowledge::learn_posture))
                .layer(facts),
        )
        .merge(of_the_desk())
        .merge(OpenApiRouter::new().routes(routes!(telemetry::push)).layer(push))
}

/// What is about the desk itself, and no case.
fn of_the_desk() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sources::list))
        .routes(routes!(sources::unreadable))
        .routes(routes!(settings::show))
        .routes(routes!(settings::set_partner))
        .routes(routes!(settings::test))
        .routes(routes!(outcomes::show))
        .routes(routes!(outcomes::verdicts))
        .routes(routes!(totals))
}

/// Every route with what goes for all of them.
pub fn router(app: App) -> Router<App> {
    let (router, _) = routes().split_for_parts();
    router
        .method_not_allowed_fallback(unfit)
        .fallback(missing)
        .layer(middleware::from_fn_with_state(app, answers::once))
        .layer(middleware::from_fn(tags::answer))
}

async fn missing() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "there is no such path")
}

async fn unfit() -> Problem {
    let detail = "this path knows other methods; the header Allow names them";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
}

/// Counts of all there is.
#[utoipa::path(get, path = "/totals", tag = "telemetry", responses((status = 200, description = "Counts", body = Totals)))]
async fn totals(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Totals>, Problem> {
    Ok(Json(app.store.totals(caller.within()).await?))
}

/// Whether the store can be read, and how old the last turn is; for watchdogs, without signing in.
pub async fn health(State(app): State<App>) -> Result<String, Problem> {
    app.store.is_claimed().await?;
    Ok(format!("ok\n{}\n", last_turn(&app)))
}

/// Whether the store can be read and telemetry is judged; for balancers and alarms, without signing in.
pub async fn ready(State(app): State<App>) -> Result<String, Problem> {
    app.store.is_claimed().await?;
    let said = last_turn(&app);
    if app.turns.is_late() {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "late", said));
    }
    Ok(format!("ready\n{said}\n"))
}

fn last_turn(app: &App) -> String {
    format!("the last turn ended {} seconds ago", app.turns.age().as_secs())
}

//! How far the desk's own decided cases say that evidence is to be believed. A proposal changes
//! nothing; it is tried on what is known, and a person switches it on and off.

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{cases::number, outcomes};
use crate::{
    evaluate::fit::{self, Fit},
    store::{By, CalibrationRow, CalibrationStanding},
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::Body,
    },
};

/// Decided cases that are fitted to, the latest first; and so many of each kind at least.
const DECIDED_MAX: u32 = 5000;
const EACH_MIN: usize = 10;
/// Calibrations that are shown.
const SHOWN_MAX: u32 = 20;

/// What is proposed, and what was.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Calibrations {
    /// What the decided cases propose; nothing where they are too few, say nothing better, or where one
    /// is on: what was judged by it is no raw material for another.
    #[schema(value_type = Option<Object>)]
    pub(crate) proposal: Option<Fit>,
    #[schema(value_type = Vec<Object>)]
    pub(crate) calibrations: Vec<CalibrationRow>,
}

/// What people see of it who see every customer.
pub(crate) async fn of(app: &App, caller: &Caller) -> Result<Calibrations, Problem> {
    caller.must_see_all()?;
    let calibrations = app.store.calibrations(SHOWN_MAX).await?;
    let is_on = |one: &CalibrationRow| one.standing == CalibrationStanding::On || one.in_use;
    let proposal = if calibrations.iter().any(is_on) { None } else { proposal(app).await? };
    Ok(Calibrations { proposal, calibrations })
}

async fn proposal(app: &App) -> Result<Option<Fit>, Problem> {
    let decided = app.store.decided(None, DECIDED_MAX).await?;
    let weights = app.weights.clone();
    let fitted = tokio::task::spawn_blocking(move || {
        let judged: Vec<_> = decided.into_iter().map(outcomes::judged).collect();
        // As often as it was among what was found: what nobody opened a case for is not here.
        let miners = judged.iter().filter(|one| one.truth.mines).count();
        fit::fit(&judged, &weights, miners as f64 / judged.len().max(1) as f64)
    });
    let fit = fitted.await.map_err(|error| Problem::invalid(error.to_string()))?;
    let is_enough = |fit: &Fit| fit.miners >= EACH_MIN && fit.innocents >= EACH_MIN;
    Ok(fit.filter(|fit| is_enough(fit) && fit.is_better))
}

/// Has the present proposal tried.
pub(crate) async fn ask(app: &App, caller: &Caller) -> Result<i64, Problem> {
    caller.must_be(Role::Analyst)?;
    let proposal = of(app, caller).await?.proposal;
    let fit = proposal.ok_or_else(|| Problem::invalid("the decided cases propose nothing"))?;
    let by = By { who: caller.name.clone(), at: (app.clock)() };
    Ok(app.store.ask_calibration(fit.scale, &json!(fit), &by).await?)
}

/// Switches one on or off.
pub(crate) async fn turn(app: &App, caller: &Caller, id: i64, on: bool) -> Result<(), Problem> {
    caller.must_be(Role::Approver)?;
    caller.must_see_all()?;
    let by = By { who: caller.name.clone(), at: (app.clock)() };
    Ok(app.store.switch_calibration(id, on, &by).await?)
}

/// What decided cases propose of how far evidence is believed, and what became of such proposals.
#[utoipa::path(get, path = "/calibrations", tag = "telemetry",
    responses((status = 200, description = "The proposal and the latest ones", body = Calibrations)))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Calibrations>, Problem> {
    Ok(Json(of(&app, &caller).await?))
}

/// The number of one that is being tried.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalibrationAsked)]
pub(super) struct Asked {
    id: i64,
}

/// Has the present proposal tried on every case that is known; nothing is judged by it.
#[utoipa::path(post, path = "/calibrations", tag = "telemetry",
    responses((status = 202, description = "The desk will try it", body = Asked),
        (status = 400, description = "Nothing is proposed"),
        (status = 422, description = "Another one is being tried")))]
pub(super) async fn try_out(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<(StatusCode, Json<Asked>), Problem> {
    let id = ask(&app, &caller).await?;
    Ok((StatusCode::ACCEPTED, Json(Asked { id })))
}

/// Whether it shall be on.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CalibrationSwitch)]
#[serde(deny_unknown_fields)]
pub(super) struct Switch {
    on: bool,
}

/// Switches one on that was tried, or off.
#[utoipa::path(post, path = "/calibrations/{id}", tag = "telemetry",
    params(("id" = i64, Path, description = "Its number")), request_body = Switch,
    responses((status = 204, description = "It is so"),
        (status = 422, description = "It was not tried, or is so already")))]
pub(super) async fn switch(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    wanted: Result<Body<Switch>, Problem>,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Approver)?;
    caller.must_see_all()?;
    let (id, Body(Switch { on })) = (number(id)?, wanted?);
    turn(&app, &caller, id, on).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Indicators that alerts of providers taught us, and what people decide about them. They are about
//! every customer, so whoever sees a part of the tree sees none of them.

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cases::number;
use crate::{
    store::{APPROVED_DAYS, APPROVED_DAYS_MAX, LearntDecision, LearntRow, LearntStanding},
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::Body,
    },
};

/// Indicators that are shown at most.
pub(crate) const LEARNT_MAX: u32 = 10_000;

/// All that was learnt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LearntIndicators)]
pub(super) struct All {
    indicators: Vec<LearntRow>,
}

/// What is decided.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(as = IndicatorDecision)]
#[serde(deny_unknown_fields)]
pub(super) struct Decided {
    /// `approve`, `refuse` or `withdraw`.
    #[schema(pattern = "^(approve|refuse|withdraw)$")]
    decision: String,
    /// How many days an approved one is used; 90 where nothing is said.
    #[schema(minimum = 1, maximum = 365)]
    days: Option<u32>,
}

/// Pools that alerts named and no list has; whose alerts it was is not said.
#[utoipa::path(get, path = "/indicators/learnt", tag = "telemetry",
    responses((status = 200, description = "What waits for a decision first", body = All)))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<All>, Problem> {
    caller.must_see_all()?;
    Ok(Json(All { indicators: app.store.learnt(LEARNT_MAX).await? }))
}

/// Lets the desk judge by a learnt indicator for some time, or not, or no longer.
#[utoipa::path(post, path = "/indicators/learnt/{id}", tag = "telemetry",
    params(("id" = i64, Path, description = "Its number")), request_body = Decided,
    responses((status = 204, description = "It is so"),
        (status = 422, description = "It can't become that")))]
pub(super) async fn decide(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    decided: Result<Body<Decided>, Problem>,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Approver)?;
    caller.must_see_all()?;
    let (id, Body(Decided { decision, days })) = (number(id)?, decided?);
    note(&app, &caller, id, &decision, days).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Writes down what somebody decides.
pub(crate) async fn note(
    app: &App,
    caller: &Caller,
    id: i64,
    decision: &str,
    days: Option<u32>,
) -> Result<(), Problem> {
    caller.must_be(Role::Approver)?;
    caller.must_see_all()?;
    let standing = match decision {
        "approve" => LearntStanding::Approved,
        "refuse" => LearntStanding::Refused,
        "withdraw" => LearntStanding::Withdrawn,
        _ => return Err(Problem::invalid("a decision is approve, refuse or withdraw")),
    };
    let days = days.unwrap_or(APPROVED_DAYS);
    if !(1..=APPROVED_DAYS_MAX).contains(&days) {
        return Err(Problem::invalid(format!("it is used 1 to {APPROVED_DAYS_MAX} days")));
    }
    let at = (app.clock)();
    let until = Some(at.plus_seconds(i64::from(days) * 86_400));
    let decision = LearntDecision { id, standing, until, by: caller.name.clone(), at };
    Ok(app.store.decide_learnt(&decision).await?)
}

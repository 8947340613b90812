//! Microsoft Graph (beta): the partner's security score, as far as the desk knows it. It knows how
//! quickly people come to cases, and says nothing of what it does not see (factors, budgets).

use axum::{Extension, Json, extract::State};
use firedamp_core::time::Time;
use serde_json::{Value, json};

use crate::web::{App, Problem, access::Caller};

/// Microsoft takes the mean over so many days.
const WINDOW_SECONDS: i64 = 30 * 86_400;
/// From 2025-10-01 on, partners answer within so many hours on average.
const HOURS_MAX: f64 = 24.0;
/// What the one requirement that is known here counts.
const POINTS: f64 = 100.0;

const TYPE: &str = "#microsoft.graph.partner.security.responseTimeSecurityRequirement";

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>, Problem> {
    let (requirement, is_compliant) = requirement(&app, &caller).await?;
    let now = (app.clock)().to_string();
    Ok(Json(json!({
        "@odata.context": "$metadata#security/partner/securityScore/$entity",
        "id": "firedamp",
        "currentScore": if is_compliant { POINTS } else { 0.0 },
        "maxScore": POINTS,
        "lastRefreshDateTime": now,
        "updatedDateTime": now,
        "requirements": [requirement],
        "customerInsights": [],
        "history": [],
    })))
}

pub(super) async fn requirements(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>, Problem> {
    let (requirement, _) = requirement(&app, &caller).await?;
    Ok(Json(json!({"value": [requirement]})))
}

/// Scores of the past are not kept.
pub(super) async fn history(Extension(_caller): Extension<Caller>) -> Json<Value> {
    Json(json!({"value": []}))
}

/// Whose administrators use a second factor is not known here.
pub(super) async fn insights(Extension(_caller): Extension<Caller>) -> Json<Value> {
    Json(json!({"value": []}))
}

/// That alerts are answered promptly, and whether they are.
async fn requirement(app: &App, caller: &Caller) -> Result<(Value, bool), Problem> {
    let now: Time = (app.clock)();
    let since = now.plus_seconds(-WINDOW_SECONDS);
    let (_, hours) = app.store.response(since, now, caller.within()).await?;
    let is_compliant = hours.is_none_or(|hours| hours <= HOURS_MAX);
    let requirement = json!({
        "@odata.type": TYPE,
        "id": "securityAlertsPromptlyResolved",
        "requirementType": "securityAlertsPromptlyResolved",
        "state": "active",
        // Microsoft's own spelling.
        "complianceStatus": if is_compliant { "compliant" } else { "noncomplaint" },
        "score": if is_compliant { POINTS as i64 } else { 0 },
        "maxScore": POINTS as i64,
        "averageResponseTimeInHours": hours,
        "updatedDateTime": now.to_string(),
        "actionUrl": null,
        "helpUrl": null,
    });
    Ok((requirement, is_compliant))
}

//! How good verdicts were, by what people made of them, and what the provider saw of it.

use axum::{
    Extension, Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    evaluate::{
        recapture::{ASSUMPTIONS, Recapture},
        statistics::Share,
    },
    simulate::Truth,
    store::Decided,
    web::{App, Problem, access::Caller},
};

/// Cases that are handed out for a calibration.
const DECIDED_MAX: u32 = 100_000;
/// The way of judging that they name.
const ARM: &str = "desk";

/// A detector, and how often it was right.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DetectorOutcome)]
pub(crate) struct Detector {
    pub(crate) detector: String,
    pub(crate) fraud: u64,
    pub(crate) legitimate: u64,
    pub(crate) ignored: u64,
    /// Fraud among what was decided, with its exact 95 % interval.
    pub(crate) precision: Share,
}

/// A cloud, and what was seen there by whom.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CloudOutcome)]
pub(crate) struct Cloud {
    pub(crate) provider: String,
    pub(crate) both: u64,
    pub(crate) ours_alone: u64,
    pub(crate) theirs_alone: u64,
    /// What both missed; nothing where one of the two saw nothing.
    pub(crate) estimate: Option<Recapture>,
}

/// All of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Outcomes {
    pub(crate) detectors: Vec<Detector>,
    pub(crate) clouds: Vec<Cloud>,
    #[schema(value_type = Vec<String>)]
    pub(crate) assumptions: [&'static str; 4],
}

/// What a caller may know of it.
pub(crate) async fn of(app: &App, caller: &Caller) -> Result<Outcomes, Problem> {
    let detectors = app.store.detector_outcomes(caller.within()).await?;
    let detectors = detectors.into_iter().map(|one| Detector {
        precision: Share::new(one.fraud, one.fraud + one.legitimate),
        detector: one.detector,
        fraud: one.fraud,
        legitimate: one.legitimate,
        ignored: one.ignored,
    });
    let clouds = app.store.crossings(caller.within()).await?;
    let clouds = clouds.into_iter().map(|one| Cloud {
        estimate: Recapture::new(one.both, one.ours, one.theirs),
        provider: one.provider,
        both: one.both,
        ours_alone: one.ours,
        theirs_alone: one.theirs,
    });
    Ok(Outcomes {
        detectors: detectors.collect(),
        clouds: clouds.collect(),
        assumptions: ASSUMPTIONS,
    })
}

/// How good verdicts were, by what people made of them, and what the provider saw of it.
#[utoipa::path(get, path = "/outcomes", tag = "cases",
    responses((status = 200, description = "Outcomes", body = Outcomes)))]
pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Outcomes>, Problem> {
    Ok(Json(of(&app, &caller).await?))
}

/// A line that `firedamp calibrate` reads.
#[derive(Serialize)]
struct Verdict {
    truth: Truth,
    arm: &'static str,
    probability: f64,
}

/// What was decided, for `firedamp calibrate`: one verdict a line.
#[utoipa::path(get, path = "/outcomes/verdicts", tag = "cases",
    responses((status = 200, description = "Verdicts", body = String, content_type = "application/x-ndjson")))]
pub(super) async fn verdicts(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Problem> {
    let decided = app.store.decided(caller.within(), DECIDED_MAX).await?;
    let mut lines = String::new();
    for one in decided {
        let line = serde_json::to_string(&verdict(one));
        lines.push_str(&line.map_err(|error| Problem::invalid(error.to_string()))?);
        lines.push('\n');
    }
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response())
}

fn verdict(one: Decided) -> Verdict {
    let (first, last) = one.observed;
    let days = (last.seconds_since(first) as f64 / 86_400.0).max(1.0);
    let resources = usize::try_from(one.resources).unwrap_or_default().max(1);
    let truth = Truth {
        scenario: if one.mines { "resolved_fraud" } else { "resolved_legitimate" }.to_string(),
        mines: one.mines,
        evasions: Vec::new(),
        coin: None,
        seed: 0,
        replayed: false,
        resources,
        resource_days: resources as f64 * days,
        mining_resources: Vec::new(),
        mining_since: one.mines.then_some(first),
        dollars_per_hour: 0.0,
        account: one.account,
    };
    Verdict { truth, arm: ARM, probability: one.probability }
}

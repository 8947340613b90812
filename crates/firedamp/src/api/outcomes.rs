//! How good verdicts were, by what people made of them, and what the provider saw of it.

use std::collections::BTreeSet;

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
        crossing::{Crossing, crossings},
        fit::Judged,
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
/// Parts that decided cases are held out by.
const PARTS: u8 = 5;

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
    /// Seen by us alone, where the provider could have told of it.
    pub(crate) ours_alone: u64,
    pub(crate) theirs_alone: u64,
    /// Seen by us, over before the provider's first alert reached this desk; not counted as missed.
    pub(crate) before_alerts: u64,
    /// Seen by us, so lately that the provider's alert may still come; not counted as missed.
    pub(crate) too_early: u64,
    /// How many days after us the provider may be.
    pub(crate) delay_days: i64,
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
    /// Cases that the provider saw and we did not, and the other way round, the dearest first.
    #[serde(skip)]
    pub(crate) missed: (Vec<i64>, Vec<i64>),
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
    let seen = app.store.seen(caller.within()).await?;
    let crossings = crossings(&seen, (app.clock)());
    let in_order = |of: fn(&Crossing) -> &Vec<i64>| {
        let ids: BTreeSet<i64> = crossings.values().flat_map(of).copied().collect();
        seen.iter().map(|one| one.id).filter(|id| ids.contains(id)).collect()
    };
    let missed = (in_order(|one| &one.theirs), in_order(|one| &one.ours));
    Ok(Outcomes {
        detectors: detectors.collect(),
        clouds: crossings.into_iter().map(cloud).collect(),
        assumptions: ASSUMPTIONS,
        missed,
    })
}

fn cloud((provider, one): (String, Crossing)) -> Cloud {
    let count = |cases: &[i64]| cases.len() as u64;
    let (both, ours, theirs) = (count(&one.both), count(&one.ours), count(&one.theirs));
    Cloud {
        provider,
        both,
        ours_alone: ours,
        theirs_alone: theirs,
        before_alerts: count(&one.before),
        too_early: count(&one.early),
        delay_days: one.delay_seconds / 86_400,
        estimate: Recapture::new(both, ours, theirs),
    }
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

/// A decided case, as a fit looks at it.
pub(crate) fn judged(one: Decided) -> Judged {
    let Verdict { truth, arm, probability } = verdict(one);
    Judged { truth, arm: arm.to_string(), probability }
}

fn verdict(one: Decided) -> Verdict {
    let (first, last) = one.observed;
    let days = (last.seconds_since(first) as f64 / 86_400.0).max(1.0);
    let resources = usize::try_from(one.resources).unwrap_or_default().max(1);
    // A fit holds out one part after the other; each part has what mined and what did not.
    let part = blake3::hash(one.account.as_bytes()).as_bytes()[0] % PARTS;
    let truth = Truth {
        scenario: format!("part {part}"),
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

//! How good verdicts were, and what the provider and we saw of each other's.

use askama::Template;
use axum::{
    Extension, Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Frame, answered, filters, shown,
    view::{CaseLine, say},
};
use crate::{
    api::{
        calibrations,
        outcomes::{self, Cloud, Detector},
    },
    evaluate::statistics::Share,
    language, report,
    store::{CalibrationRow, CalibrationStanding},
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::rejected,
    },
};

/// Cases of one list.
const LINES_MAX: usize = 50;

struct DetectorLine {
    name: String,
    fraud: u64,
    legitimate: u64,
    ignored: u64,
    precision: String,
    interval: String,
}

impl DetectorLine {
    fn of(detector: &Detector) -> Self {
        let Share { share, low, high, of, .. } = detector.precision;
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        Self {
            name: detector.detector.replace('_', " "),
            fraud: detector.fraud,
            legitimate: detector.legitimate,
            ignored: detector.ignored,
            precision: if of == 0 { say().say("word-not-known", &[]) } else { percent(share) },
            interval: say()
                .say("outcomes-range", &[("low", &percent(low)), ("high", &percent(high))]),
        }
    }
}

/// What the estimate rests on, by sentences.
const ASSUMED: [&str; 4] = [
    "outcomes-assumption-1",
    "outcomes-assumption-2",
    "outcomes-assumption-3",
    "outcomes-assumption-4",
];

struct CloudLine {
    name: String,
    both: u64,
    ours: u64,
    theirs: u64,
    /// What is not counted as missed by the provider, in words; empty where there is none.
    spared: String,
    missed: String,
}

impl CloudLine {
    fn of(cloud: &Cloud) -> Self {
        let missed = cloud.estimate.map(|one| {
            let tenths = |number: f64| language::reader().number(number, 1);
            let no_bound = || say().say("outcomes-no-bound", &[]);
            let high = one.high.map_or_else(no_bound, tenths);
            let low = tenths(one.low);
            let range = say().say("outcomes-range", &[("low", &low), ("high", &high)]);
            format!("{} ({range})", tenths(one.missed))
        });
        Self {
            name: cloud.provider.clone(),
            both: cloud.both,
            ours: cloud.ours_alone,
            theirs: cloud.theirs_alone,
            spared: spared(cloud),
            missed: missed.unwrap_or_else(|| say().say("word-not-known", &[])),
        }
    }
}

/// What the provider can't be said to have missed.
fn spared(cloud: &Cloud) -> String {
    let Cloud { before_alerts, too_early, delay_days, .. } = cloud;
    let count = |id: &str, number: &dyn std::fmt::Display| {
        say().say(id, &[("count", &number.to_string()), ("days", &delay_days.to_string())])
    };
    let before = (*before_alerts > 0).then(|| count("outcomes-before-alerts", before_alerts));
    let early = (*too_early > 0).then(|| count("outcomes-too-early", too_early));
    before.into_iter().chain(early).collect::<Vec<_>>().join(say().language().between_clauses())
}

async fn lines(app: &App, caller: &Caller, ids: &[i64]) -> Result<Vec<CaseLine>, Problem> {
    let ids = ids.get(..LINES_MAX).unwrap_or(ids);
    let rows = app.store.rows_of(ids, caller.within()).await?;
    Ok(rows.iter().map(CaseLine::of).collect())
}

#[derive(Template)]
#[template(path = "page/outcomes.html")]
struct Page {
    frame: Frame,
    detectors: Vec<DetectorLine>,
    clouds: Vec<CloudLine>,
    /// The sentences of [`crate::evaluate::recapture::ASSUMPTIONS`].
    assumptions: [&'static str; 4],
    /// What the provider saw and we did not, and the other way round.
    missed_by_us: Vec<CaseLine>,
    missed_by_them: Vec<CaseLine>,
    /// To those alone who see every customer.
    calibration: Option<Calibration>,
}

/// What decided cases propose, and what became of such proposals.
struct Calibration {
    proposal: Option<Proposal>,
    lines: Vec<CalibrationLine>,
    may_try: bool,
    may_switch: bool,
}

struct Proposal {
    percent: String,
    miners: usize,
    innocents: usize,
    loss: String,
}

struct CalibrationLine {
    id: i64,
    percent: String,
    standing: &'static str,
    by: String,
    tried: String,
    crossed: Vec<(i64, String)>,
    may_begin: bool,
    may_end: bool,
}

impl CalibrationLine {
    fn of(row: &CalibrationRow) -> Self {
        let tried = row.tried.as_ref();
        let number = |key: &str| tried.and_then(|tried| tried.get(key)?.as_u64());
        let told = number("looked_at").map(|looked_at| {
            let count = |key: &str| number(key).unwrap_or_default().to_string();
            let blanks = [
                ("cases", looked_at.to_string()),
                ("likelier", count("likelier")),
                ("unlikelier", count("less_likely")),
                ("decided", count("decided")),
                ("before", count("right_before")),
                ("after", count("right_after")),
            ];
            let blanks = blanks.each_ref().map(|(name, number)| (*name, number.as_str()));
            say().say("calibration-tried", &blanks)
        });
        let crossed = tried.and_then(|tried| tried.get("crossed")?.as_array());
        let crossing = |one: &Value| {
            let probability = |key: &str| one.get(key).and_then(Value::as_f64).map(report::percent);
            let (before, after) = (probability("before")?, probability("after")?);
            let words = say().say("calibration-crossed", &[("before", &before), ("after", &after)]);
            Some((one.get("case")?.as_i64()?, words))
        };
        Self {
            id: row.id,
            percent: percent(row.scale),
            standing: match row.standing {
                CalibrationStanding::Asked => "calibration-asked",
                CalibrationStanding::Tried => "calibration-was-tried",
                CalibrationStanding::On => "calibration-is-on",
                CalibrationStanding::Off => "calibration-is-off",
            },
            by: report::shown(row.decided_by.as_deref().unwrap_or(&row.asked_by)),
            tried: told.unwrap_or_default(),
            crossed: crossed.into_iter().flatten().filter_map(crossing).collect(),
            may_begin: matches!(
                row.standing,
                CalibrationStanding::Tried | CalibrationStanding::Off
            ),
            may_end: row.standing == CalibrationStanding::On,
        }
    }
}

fn percent(scale: f64) -> String {
    format!("{:.0} %", scale * 100.0)
}

async fn calibration(app: &App, caller: &Caller) -> Result<Option<Calibration>, Problem> {
    if caller.scope.is_some() {
        return Ok(None);
    }
    let known = calibrations::of(app, caller).await?;
    Ok(Some(Calibration {
        proposal: known.proposal.map(|fit| Proposal {
            percent: percent(fit.scale),
            miners: fit.miners,
            innocents: fit.innocents,
            loss: say().say(
                "calibration-loss",
                &[
                    ("after", &format!("{:.2e}", fit.loss.1)),
                    ("before", &format!("{:.2e}", fit.loss.0)),
                ],
            ),
        }),
        lines: known.calibrations.iter().map(CalibrationLine::of).collect(),
        may_try: caller.role >= Role::Analyst,
        may_switch: caller.role >= Role::Approver,
    }))
}

/// A form of the page.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    action: String,
    #[serde(default)]
    id: i64,
}

pub(super) async fn calibrate(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    sent: Result<Form<Sent>, FormRejection>,
) -> Response {
    answered(calibrated(&app, &caller, sent).await)
}

async fn calibrated(
    app: &App,
    caller: &Caller,
    sent: Result<Form<Sent>, FormRejection>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Analyst)?;
    caller.must_see_all()?;
    let Form(Sent { action, id }) =
        sent.map_err(|error| rejected(error.status(), error.body_text()))?;
    match action.as_str() {
        "try" => calibrations::ask(app, caller).await.map(|_| ())?,
        "on" => calibrations::turn(app, caller, id, true).await?,
        "off" => calibrations::turn(app, caller, id, false).await?,
        _ => return Err(Problem::invalid("a calibration is tried, or switched on or off")),
    }
    Ok(Redirect::to("/outcomes").into_response())
}

pub(super) async fn show(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    answered(page(&app, &caller).await)
}

async fn page(app: &App, caller: &Caller) -> Result<Response, Problem> {
    let outcomes = outcomes::of(app, caller).await?;
    let (by_us, by_them) = &outcomes.missed;
    let missed_by_us = lines(app, caller, by_us).await?;
    let missed_by_them = lines(app, caller, by_them).await?;
    let page = Page {
        frame: Frame::new(app, caller, "nav-outcomes").await?,
        detectors: outcomes.detectors.iter().map(DetectorLine::of).collect(),
        clouds: outcomes.clouds.iter().map(CloudLine::of).collect(),
        assumptions: ASSUMED,
        missed_by_us,
        missed_by_them,
        calibration: calibration(app, caller).await?,
    };
    Ok(shown(StatusCode::OK, &page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        evaluate::recapture::ASSUMPTIONS,
        language::{Language, Sentences},
    };

    #[test]
    fn pages_say_what_the_estimate_rests_on_as_programs_are_told() {
        let told = ASSUMED.map(|id| Sentences::of(Language::English).say(id, &[]));
        assert_eq!(told, ASSUMPTIONS.map(String::from));
    }
}

//! How good verdicts were, and what the provider and we saw of each other's.

use askama::Template;
use axum::{Extension, extract::State, http::StatusCode, response::Response};

use super::{
    Frame, answered, filters, shown,
    view::{CaseLine, say},
};
use crate::{
    api::outcomes::{self, Cloud, Detector},
    evaluate::statistics::Share,
    web::{App, Problem, access::Caller},
};

/// Cases of one list.
const LINES_MAX: u32 = 50;

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

struct CloudLine {
    name: String,
    both: u64,
    ours: u64,
    theirs: u64,
    missed: String,
}

impl CloudLine {
    fn of(cloud: &Cloud) -> Self {
        let missed = cloud.estimate.map(|one| {
            let no_bound = || say().say("outcomes-no-bound", &[]);
            let high = one.high.map_or_else(no_bound, |high| format!("{high:.1}"));
            let low = format!("{:.1}", one.low);
            let range = say().say("outcomes-range", &[("low", &low), ("high", &high)]);
            format!("{:.1} ({range})", one.missed)
        });
        Self {
            name: cloud.provider.clone(),
            both: cloud.both,
            ours: cloud.ours_alone,
            theirs: cloud.theirs_alone,
            missed: missed.unwrap_or_else(|| say().say("word-not-known", &[])),
        }
    }
}

#[derive(Template)]
#[template(path = "page/outcomes.html")]
struct Page {
    frame: Frame,
    detectors: Vec<DetectorLine>,
    clouds: Vec<CloudLine>,
    assumptions: [&'static str; 4],
    /// What the provider saw and we did not, and the other way round.
    missed_by_us: Vec<CaseLine>,
    missed_by_them: Vec<CaseLine>,
}

pub(super) async fn show(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    answered(page(&app, &caller).await)
}

async fn page(app: &App, caller: &Caller) -> Result<Response, Problem> {
    let outcomes = outcomes::of(app, caller).await?;
    let mut lists = Vec::new();
    for by_us in [false, true] {
        let rows = app.store.seen_by_one(by_us, caller.within(), LINES_MAX).await?;
        lists.push(rows.iter().map(CaseLine::of).collect());
    }
    let missed_by_them = lists.pop().unwrap_or_default();
    let missed_by_us = lists.pop().unwrap_or_default();
    let page = Page {
        frame: Frame::new(app, caller, "nav-outcomes").await?,
        detectors: outcomes.detectors.iter().map(DetectorLine::of).collect(),
        clouds: outcomes.clouds.iter().map(CloudLine::of).collect(),
        assumptions: outcomes.assumptions,
        missed_by_us,
        missed_by_them,
    };
    Ok(shown(StatusCode::OK, &page))
}

//! The verdict and why, what the provider allows of it, and what can be done at once.

use askama::Template;
use firedamp_core::life::Status;
use serde_json::Value;

use super::{
    super::{filters, view::say},
    Opened,
    rules::Rules,
    written,
};
use crate::{
    casework,
    report::{retold, shown},
    web::Problem,
};

#[derive(Template)]
#[template(path = "page/case/summary.html")]
struct Summary {
    id: i64,
    revision: i64,
    is_resolved: bool,
    is_snoozed: bool,
    may_act: bool,
    /// Under which calibration it was judged; empty where there is none.
    calibration: String,
    article: String,
    rules: Rules,
}

fn text<'a>(judgement: &'a Value, key: &str) -> &'a str {
    judgement.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(super) async fn show(opened: &Opened<'_>) -> Result<String, Problem> {
    let Opened { app, file, now, .. } = opened;
    let offers = casework::offers(app, file).await?;
    written(&Summary {
        id: file.row.id,
        revision: file.row.revision,
        is_resolved: file.row.status == Status::Resolved,
        is_snoozed: file.row.sleeps_until(*now).is_some(),
        may_act: opened.may_act(),
        calibration: shown(text(&opened.judgement, "calibration")),
        article: retold(&file.html, say()),
        rules: Rules::of(file, &opened.judgement, &offers, *now),
    })
}

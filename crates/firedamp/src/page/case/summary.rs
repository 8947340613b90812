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

/// An article does not know its case's number; its links to the evidence are led there. What others wrote
/// is escaped in it, and holds no quote.
fn with_evidence(article: &str, case: i64) -> String {
    article.replace("href=\"#evidence\"", &format!("href=\"/cases/{case}/evidence\""))
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
        article: with_evidence(&retold(&file.html, say()), file.row.id),
        rules: Rules::of(file, &opened.judgement, &offers, *now),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_shown_is_led_to() {
        let article = "<p><a href=\"#evidence\">And 19 more</a> href=&#34;#evidence&#34;</p>";
        let wanted =
            "<p><a href=\"/cases/7/evidence\">And 19 more</a> href=&#34;#evidence&#34;</p>";
        assert_eq!(with_evidence(article, 7), wanted);
    }
}

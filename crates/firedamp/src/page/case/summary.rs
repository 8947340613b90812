//! The verdict and why, what the provider allows of it, and what can be done at once.

use askama::Template;
use firedamp_core::life::Status;

use super::{Opened, rules::Rules, written};
use crate::web::Problem;

#[derive(Template)]
#[template(path = "page/case/summary.html")]
struct Summary<'a> {
    id: i64,
    revision: i64,
    is_resolved: bool,
    is_snoozed: bool,
    may_act: bool,
    article: &'a str,
    rules: Rules,
}

pub(super) async fn show(opened: &Opened<'_>) -> Result<String, Problem> {
    let Opened { file, now, .. } = opened;
    written(&Summary {
        id: file.row.id,
        revision: file.row.revision,
        is_resolved: file.row.status == Status::Resolved,
        is_snoozed: file.row.snoozed_until.is_some_and(|until| until > *now),
        may_act: opened.may_act(),
        article: &file.html,
        rules: Rules::of(file, *now),
    })
}

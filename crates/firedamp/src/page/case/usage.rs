//! Traffic and spend over time with the moment marked, and what was read of the account.

use askama::Template;
use firedamp_core::id::Account;

use super::{
    super::{
        accounts::{CoverageLine, coverage},
        filters,
        plot::Plot,
        usage,
    },
    Opened, written,
};
use crate::web::Problem;

#[derive(Template)]
#[template(path = "page/case/usage.html")]
struct Page {
    plots: Vec<Plot>,
    pattern: Option<String>,
    coverage: Vec<CoverageLine>,
    is_too_much: bool,
}

pub(super) async fn show(opened: &Opened<'_>) -> Result<String, Problem> {
    let row = &opened.file.row;
    let drawn = match Account::parse(&row.account) {
        Some(account) => {
            let blocks = opened.app.blocks.blocks();
            usage::of(&*opened.app.store, &account, Some(row.first_observed), blocks).await?
        }
        None => usage::Usage::default(),
    };
    written(&Page {
        coverage: coverage(&drawn),
        plots: drawn.plots,
        pattern: drawn.pattern,
        is_too_much: drawn.is_too_much,
    })
}

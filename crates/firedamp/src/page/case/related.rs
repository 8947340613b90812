//! Other cases that share a pool, remote, name, principal, clock or wallet with this one.

use askama::Template;

use super::{
    super::{filters, search::Hit},
    Opened, written,
};
use crate::web::Problem;

/// Cases on the page; a pool has many.
const LINES_MAX: u32 = 50;

#[derive(Template)]
#[template(path = "page/case/related.html")]
struct Related {
    hits: Vec<Hit>,
    /// Cases of customers that the caller may not see.
    elsewhere: u64,
}

pub(super) async fn show(opened: &Opened<'_>) -> Result<String, Problem> {
    let Opened { app, caller, file, .. } = opened;
    let related = app.store.related(file.row.id, caller.within(), LINES_MAX).await?;
    let hits = related.cases.iter().map(Hit::of).collect();
    written(&Related { hits, elsewhere: related.elsewhere })
}

//! Where telemetry comes from: how each source fares, and which accounts it tells nothing of any more.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use firedamp_core::time::Time;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::{
    Frame, answered, filters, shown,
    view::{minute, say},
};
use crate::{
    block_tables::Standing,
    report,
    store::{FeedRow, Object, Rejected, SourceRow},
    web::{App, Problem, access::Caller},
};

/// Feeds on the page; all of them are in the API.
const LINES_MAX: usize = 500;
/// Objects that can't be read, on one page.
const UNREADABLE_LINES: u32 = 50;

struct Source {
    address: String,
    asked: String,
    answered: String,
    error: String,
    taken: u64,
}

impl Source {
    fn of(row: &SourceRow) -> Self {
        Self {
            address: report::shown(&row.address),
            asked: minute(row.asked_at),
            answered: row.answered_at.map(minute).unwrap_or_default(),
            error: row.error.as_deref().map(report::shown).unwrap_or_default(),
            taken: row.taken,
        }
    }
}

struct Feed {
    account: String,
    source: String,
    heard: String,
    newest: String,
    usual: String,
    silent: String,
}

impl Feed {
    fn of(row: &FeedRow) -> Self {
        Self {
            account: report::shown(&row.account),
            source: report::shown(&row.source),
            heard: minute(row.heard_at),
            newest: row.newest_record.map(minute).unwrap_or_default(),
            usual: if row.usual > 0 { gap(row.usual) } else { String::new() },
            silent: row.silent_since.map(minute).unwrap_or_default(),
        }
    }
}

/// A file that says when a chain had its blocks.
struct BlockTable {
    coin: String,
    file: String,
    blocks: usize,
    newest: String,
    wrong: String,
}

impl BlockTable {
    fn of(table: &Standing) -> Self {
        Self {
            coin: report::shown(&table.coin),
            file: report::shown(&table.file),
            blocks: table.blocks,
            newest: table.newest().map(minute).unwrap_or_default(),
            wrong: table.wrong().map(report::shown).unwrap_or_default(),
        }
    }
}

/// A gap in the unit that it is spoken of.
fn gap(seconds: i64) -> String {
    let told = |id: &str, count: i64| say().count(id, "count", count);
    match seconds {
        ..5400 => told("sources-minutes", (seconds + 30) / 60),
        5400..129_600 => told("sources-hours", (seconds + 1800) / 3600),
        _ => told("sources-days", (seconds + 43_200) / 86_400),
    }
}

/// An object that can't be read, or not wholly.
pub(super) struct Unreadable {
    pub(super) address: String,
    pub(super) records: u64,
    pub(super) rejects: u64,
    pub(super) reasons: Vec<Rejected>,
    pub(super) warning: String,
    pub(super) read: String,
}

impl Unreadable {
    pub(super) fn of(object: &Object) -> Self {
        Self {
            address: report::shown(&object.address),
            records: object.records,
            rejects: object.rejects,
            reasons: object.reasons.clone(),
            warning: object.warning.as_deref().map(report::shown).unwrap_or_default(),
            read: minute(object.folded_at),
        }
    }
}

/// Where the list of what can't be read begins. What is written wrongly is not asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: String,
}

#[derive(Template)]
#[template(path = "page/sources.html")]
struct Page {
    frame: Frame,
    sources: Vec<Source>,
    feeds: Vec<Feed>,
    more: usize,
    tables: Vec<BlockTable>,
    unreadable: Vec<Unreadable>,
    /// The page with those after them.
    next: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    answered(page(&app, &caller, &asked.after).await)
}

/// The address of the page that begins after this object.
fn address_after(object: &Object) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("after", &object.address);
    format!("/sources?{}#unreadable", query.finish())
}

async fn page(app: &App, caller: &Caller, after: &str) -> Result<Response, Problem> {
    caller.must_see_all()?;
    let sources = app.store.sources().await?.iter().map(Source::of).collect();
    let mut rows = app.store.feeds(None).await?;
    rows.sort_by_key(|row| (row.silent_since.is_none(), row.silent_since.map(Time::millis)));
    let feeds: Vec<Feed> = rows.iter().take(LINES_MAX).map(Feed::of).collect();
    let more = rows.len() - feeds.len();
    let objects = app.store.unreadable(Some(after), UNREADABLE_LINES).await?;
    let last = objects.last().filter(|_| objects.len() == UNREADABLE_LINES as usize);
    let next = last.map(address_after);
    let unreadable = objects.iter().map(Unreadable::of).collect();
    let tables = app.blocks.standings().iter().map(BlockTable::of).collect();
    let frame = Frame::new(app, caller, "nav-sources").await?;
    Ok(shown(StatusCode::OK, &Page { frame, sources, feeds, more, tables, unreadable, next }))
}

#[cfg(test)]
mod tests {
    use super::gap;

    #[test]
    fn gaps_are_told_in_minutes_hours_and_days() {
        let told = [60, 3600, 7200, 86_400, 604_800].map(gap);
        assert_eq!(told, ["1 min", "60 min", "2 h", "24 h", "7 days"]);
    }
}

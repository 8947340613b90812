//! One account: whose it is, its case, what it sends and spends, what was read of it.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
    response::Response,
};
use firedamp_core::{
    coverage::Beyond, detector::provider_alert::HijackNotice, id::Account, redact::redacted,
};

use super::{
    Frame, answered,
    case::log_kind,
    customers, filters,
    plot::Plot,
    shown,
    sources::Unreadable,
    usage,
    view::{CaseLine, minute, say},
};
use crate::{
    report,
    store::{Entry, Error, Filter},
    web::{App, Problem, access::Caller},
};

/// Mails of the provider that are shown of an account.
const NOTICES_MAX: usize = 20;
/// Objects of an account that are named; all are in the API.
const UNREADABLE_MAX: u32 = 20;

/// A kind of telemetry in words.
pub(super) struct CoverageLine {
    pub(super) signal: String,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) hours: i64,
    pub(super) silent: i64,
    pub(super) is_crowded: bool,
    pub(super) told_twice: usize,
    /// What no table of blocks reaches, in sentences.
    pub(super) beyond_blocks: Vec<String>,
}

/// What was read of an account, as a table's lines.
pub(super) fn coverage(usage: &usage::Usage) -> Vec<CoverageLine> {
    let line = |one: &usage::Hours| CoverageLine {
        signal: say().say(&format!("signal-{}", one.signal), &[]),
        first: minute(one.first),
        last: minute(one.last),
        hours: one.hours,
        silent: one.silent,
        is_crowded: one.is_crowded,
        told_twice: one.told_twice,
        beyond_blocks: one.beyond_blocks.iter().flat_map(beyond).collect(),
    };
    usage.coverage.iter().map(line).collect()
}

/// Where a coin's table begins later or ends earlier than the traffic.
fn beyond(one: &Beyond) -> impl Iterator<Item = String> {
    let coin = report::shown(&one.coin);
    let sides = [
        ("coverage-blocks-from", one.first_block, one.hours_before),
        ("coverage-blocks-until", one.last_block, one.hours_after),
    ];
    sides.into_iter().filter(|(_, _, hours)| *hours > 0).map(move |(id, end, hours)| {
        let (end, hours) = (minute(end), hours.to_string());
        say().say(id, &[("coin", &coin), ("end", &end), ("hours", &hours)])
    })
}

/// The page of an account, and what it is called.
pub(super) fn link(account: &str) -> (String, String) {
    let id: String = url::form_urlencoded::byte_serialize(account.as_bytes()).collect();
    (format!("/accounts/{}", id.replace('+', "%20")), report::shown(account))
}

#[derive(Template)]
#[template(path = "page/cloud_account.html")]
struct Page {
    frame: Frame,
    account: String,
    /// The customer's page and name.
    customer: Option<(String, String)>,
    seen: Option<(String, String)>,
    /// When its newest record was made: what arrives may be old.
    newest: Option<String>,
    case: Option<CaseLine>,
    plots: Vec<Plot>,
    pattern: Option<String>,
    coverage: Vec<CoverageLine>,
    is_too_much: bool,
    /// When the provider wrote of a hijack, and what.
    notices: Vec<(String, String)>,
    /// What can't be read of it, for those who see all: an object may tell of other customers too.
    unreadable: Vec<Unreadable>,
    history: Vec<(String, String)>,
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    account: Result<Path<String>, PathRejection>,
) -> Response {
    answered(page(&app, &caller, account).await)
}

async fn page(
    app: &App,
    caller: &Caller,
    account: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(account) = account.map_err(|_| Error::Missing("account"))?;
    let file = app.store.account(&account, caller.within()).await?;
    let filter = Filter {
        account_begins: vec![account.clone()],
        within: caller.scope.clone(),
        limit: 2,
        ..Filter::default()
    };
    let rows = app.store.cases(&filter).await?;
    let row = rows.into_iter().find(|row| Some(row.id) == file.row.case);
    let moment = row.as_ref().map(|row| row.first_observed);
    let drawn = match Account::parse(&account) {
        Some(account) => usage::of(&*app.store, &account, moment, app.blocks.blocks()).await?,
        None => usage::Usage::default(),
    };
    let unreadable = match caller.scope.is_none() && !drawn.is_too_much {
        true => app.store.unreadable_of(&account, None, UNREADABLE_MAX).await?,
        false => Vec::new(),
    };
    let history = match &row {
        Some(row) => history(app, row.id).await?,
        None => Vec::new(),
    };
    let title = report::shown(&account);
    let page = Page {
        frame: Frame::titled(app, caller, title.clone()).await?,
        account: title,
        customer: file
            .customer
            .as_deref()
            .zip(file.customer_name.as_deref())
            .map(|(id, name)| (customers::address(id), report::shown(name))),
        seen: file.first_seen.map(minute).zip(file.row.last_seen.map(minute)),
        newest: file.row.newest_record.map(minute),
        case: row.as_ref().map(CaseLine::of),
        coverage: coverage(&drawn),
        plots: drawn.plots,
        pattern: drawn.pattern,
        is_too_much: drawn.is_too_much,
        notices: notices(&drawn.notices),
        unreadable: unreadable.iter().map(Unreadable::of).collect(),
        history,
    };
    Ok(shown(StatusCode::OK, &page))
}

/// Mails of the provider about a hijack, the latest.
fn notices(all: &[HijackNotice]) -> Vec<(String, String)> {
    let title = |notice: &HijackNotice| redacted(&report::shown(&notice.title));
    let line = |notice: &HijackNotice| (minute(notice.at), title(notice));
    all.iter().take(NOTICES_MAX).map(line).collect()
}

/// How its case went: opened, resolved, opened again.
async fn history(app: &App, case: i64) -> Result<Vec<(String, String)>, Problem> {
    let turns = ["opened", "reopened", "resolved", "status"];
    let entries = app.store.activity(case).await?;
    let turns = entries.iter().filter(|entry| turns.contains(&entry.kind.as_str()));
    let words = |entry: &Entry| match entry.kind.as_str() {
        "status" => entry.told(&say()),
        kind => format!("{} {}", log_kind(kind), entry.told(&say())),
    };
    Ok(turns.map(|entry| (minute(entry.at), words(entry))).collect())
}

#[cfg(test)]
mod tests {
    use firedamp_core::time::Time;

    use super::*;

    #[test]
    fn mails_of_the_provider_are_told_without_secrets_and_not_all() {
        let title = "Your key: password=hunter2 was found".to_string();
        let at = Time::from_seconds(1_772_359_200);
        let told = notices(&vec![HijackNotice { at, title }; NOTICES_MAX + 1]);
        assert_eq!(told.len(), NOTICES_MAX);
        assert_eq!(told[0].1, "Your key: password=… was found");
    }
}

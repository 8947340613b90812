//! Customers and resellers, each with what is going on in their accounts.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::{Frame, answered, filters, shown};
use crate::{
    report,
    store::{CustomerFilter, CustomerRow},
    web::{App, Problem, access::Caller},
};

const PAGE_LINES: u32 = 100;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    after: String,
}

pub(super) struct Line {
    pub(super) address: String,
    pub(super) name: String,
    /// The sentence that names what it is.
    pub(super) kind: String,
    pub(super) parent: String,
    pub(super) accounts: u64,
    pub(super) open_cases: u64,
    pub(super) loss: String,
}

impl Line {
    pub(super) fn of(row: &CustomerRow) -> Self {
        Self {
            address: address(&row.party.id),
            name: report::shown(&row.party.name),
            kind: format!("party-{}", row.party.kind.id()),
            parent: row.parent_name.as_deref().map(report::shown).unwrap_or_default(),
            accounts: row.accounts,
            open_cases: row.open_cases,
            loss: if row.open_cases > 0 { format!("{:.0} USD", row.loss) } else { String::new() },
        }
    }
}

/// The page of a customer; ids are what people and programs made up.
pub(super) fn address(id: &str) -> String {
    let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    format!("/customers/{}", id.replace('+', "%20"))
}

#[derive(Template)]
#[template(path = "page/customers.html")]
struct Page {
    frame: Frame,
    asked: Asked,
    lines: Vec<Line>,
    next: Option<String>,
    /// Accounts of nobody, for those who see all.
    unassigned: usize,
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    answered(page(&app, &caller, asked).await)
}

async fn page(app: &App, caller: &Caller, asked: Asked) -> Result<Response, Problem> {
    let some = |text: &str| Some(text.trim().to_string()).filter(|text| !text.is_empty());
    let (text, after) = (some(&asked.q), some(&asked.after));
    let within = caller.scope.clone();
    let filter = CustomerFilter { text, within, after, limit: PAGE_LINES };
    let rows = app.store.customers(&filter).await?;
    let last = rows.last().filter(|_| rows.len() == PAGE_LINES as usize);
    let unassigned = match caller.scope {
        None => app.store.accounts_of(None, 1000).await?.len(),
        Some(_) => 0,
    };
    let page = Page {
        frame: Frame::new(app, caller, "word-customers").await?,
        lines: rows.iter().map(Line::of).collect(),
        next: last.map(|last| next(&asked.q, last)),
        asked,
        unassigned,
    };
    Ok(shown(StatusCode::OK, &page))
}

fn next(text: &str, last: &CustomerRow) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("q", text).append_pair("after", &last.party.id);
    format!("/customers?{}", query.finish())
}

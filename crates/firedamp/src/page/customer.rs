//! One customer or reseller: whom to call, who answers for them, their accounts and cases.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
    response::Response,
};

use super::{
    Frame, answered, customers, filters, shown, standing,
    view::{CaseLine, minute, say},
    written,
};
use crate::{
    report,
    store::{AccountRow, CustomerFilter, Error, Filter, PAGE_MAX},
    web::{App, Problem, access::Caller},
};

/// Accounts on the page; all are in the API.
const ACCOUNTS_MAX: u32 = 1000;
/// Cases on the page; all are in the queue.
const CASES_MAX: u32 = 20;

struct AccountLine {
    account: String,
    address: String,
    seen: String,
    newest: String,
    case: Option<i64>,
}

impl AccountLine {
    fn of(row: &AccountRow) -> Self {
        Self {
            account: report::shown(&row.account),
            address: super::accounts::link(&row.account).0,
            seen: row.last_seen.map(minute).unwrap_or_default(),
            newest: row.newest_record.map(minute).unwrap_or_default(),
            case: row.case,
        }
    }
}

/// Something that is known of a customer: the sentence that names it, and what.
struct Fact {
    name: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "page/customer.html")]
struct Page {
    frame: Frame,
    title: String,
    facts: Vec<Fact>,
    parent: Option<(String, String)>,
    below: Vec<customers::Line>,
    cases: Vec<CaseLine>,
    all_cases: Option<String>,
    accounts: Vec<AccountLine>,
    /// Standing and posture, where it is of somebody.
    known: String,
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
) -> Response {
    answered(page(&app, &caller, id).await)
}

async fn page(
    app: &App,
    caller: &Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(id) = id.map_err(|_| Error::Missing("customer"))?;
    let row = app.store.customer(&id, caller.within()).await?;
    let party = &row.party;
    let known = [
        ("customer-id", party.id.clone()),
        ("customer-contact", party.contact.clone()),
        ("customer-mail", party.mail.clone()),
        ("customer-phone", party.phone.clone()),
        ("word-language", party.language.map(|one| one.to_string()).unwrap_or_default()),
        ("customer-zone", party.time_zone.clone()),
    ];
    let facts = known.into_iter().filter(|(_, text)| !text.is_empty());
    let filter =
        CustomerFilter { within: Some(id.clone()), limit: PAGE_MAX, ..CustomerFilter::default() };
    let below = app.store.customers(&filter).await?;
    let title = report::shown(&party.name);
    let page = Page {
        frame: Frame::titled(app, caller, title.clone()).await?,
        title,
        facts: facts.map(|(name, text)| Fact { name, text: report::shown(&text) }).collect(),
        parent: party
            .parent
            .as_deref()
            .zip(row.parent_name.as_deref())
            .map(|(id, name)| (customers::address(id), report::shown(name))),
        cases: open_cases(app, &id).await?,
        all_cases: Some(queue(&id)),
        below: below.iter().filter(|one| one.party.id != id).map(customers::Line::of).collect(),
        accounts: accounts(app, Some(&id)).await?,
        known: guarded(app, &id).await?,
    };
    Ok(shown(StatusCode::OK, &page))
}

/// The dearest cases of a customer or reseller, and of those below it.
async fn open_cases(app: &App, customer: &str) -> Result<Vec<CaseLine>, Problem> {
    let filter = Filter {
        within: Some(customer.to_string()),
        waiting_at: Some((app.clock)()),
        limit: CASES_MAX,
        ..Filter::default()
    };
    Ok(app.store.cases(&filter).await?.iter().map(CaseLine::of).collect())
}

/// Their cases in the queue.
fn queue(customer: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("status", "all").append_pair("customer", customer);
    format!("/?{}", query.finish())
}

/// Accounts that telemetry tells of and no customer is named for.
pub(super) async fn unassigned(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Response {
    answered(nobodys(&app, &caller).await)
}

async fn nobodys(app: &App, caller: &Caller) -> Result<Response, Problem> {
    caller.must_see_all()?;
    let title = say().say("customer-nobodys", &[]);
    let page = Page {
        frame: Frame::titled(app, caller, title.clone()).await?,
        title,
        facts: Vec::new(),
        parent: None,
        below: Vec::new(),
        cases: Vec::new(),
        all_cases: None,
        accounts: accounts(app, None).await?,
        known: String::new(),
    };
    Ok(shown(StatusCode::OK, &page))
}

async fn accounts(app: &App, customer: Option<&str>) -> Result<Vec<AccountLine>, Problem> {
    let rows = app.store.accounts_of(customer, ACCOUNTS_MAX).await?;
    Ok(rows.iter().map(AccountLine::of).collect())
}

/// What is known of a customer's standing and posture.
async fn guarded(app: &App, customer: &str) -> Result<String, Problem> {
    let standing = written(&standing::standing(app, customer).await?)?;
    Ok(standing + &written(&standing::posture(app, customer).await?)?)
}

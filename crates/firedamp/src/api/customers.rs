//! The partner's tree, for programs.

use axum::{
    Extension, Json,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection, StringRejection},
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    store::{AccountRow, CustomerFilter, CustomerRow, Error, PAGE_MAX},
    tree::Tree,
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

/// Bytes of an import: a hundred thousand accounts.
pub(super) const TREE_BYTES_MAX: usize = 32 << 20;
/// Accounts of one customer that are shown.
const ACCOUNTS_MAX: u32 = 10_000;

/// Which customers are asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    q: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// One page of customers.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    customers: Vec<CustomerRow>,
    /// Give it as `cursor` to get the page after this one.
    next: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Page>, Problem> {
    let Query(asked) = asked.map_err(|error| Problem::invalid(error.body_text()))?;
    let limit = asked.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let filter = CustomerFilter { text: asked.q, within: caller.scope, after: asked.cursor, limit };
    let customers = app.store.customers(&filter).await?;
    let is_full = customers.len() == limit as usize;
    let next = customers.last().filter(|_| is_full).map(|last| last.party.id.clone());
    Ok(Json(Page { customers, next }))
}

/// A customer with its accounts.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    #[serde(flatten)]
    customer: CustomerRow,
    its_accounts: Vec<AccountRow>,
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Shown>, Problem> {
    let Path(id) = id.map_err(|_| Error::Missing("customer"))?;
    let customer = app.store.customer(&id, caller.within()).await?;
    let its_accounts = app.store.accounts_of(Some(&id), ACCOUNTS_MAX).await?;
    Ok(Json(Shown { customer, its_accounts }))
}

/// What was imported.
#[derive(Debug, Serialize)]
pub(super) struct Planted {
    parties: usize,
    accounts: usize,
}

pub(super) async fn plant(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    body: Result<String, StringRejection>,
) -> Result<Json<Planted>, Problem> {
    caller.must_be(Role::Admin)?;
    caller.must_see_all()?;
    let body = body.map_err(|error| Problem::new(error.status(), "invalid", error.body_text()))?;
    let tree = Tree::read(&body).map_err(|mistakes| Problem::invalid(mistakes.to_string()))?;
    app.store.plant(&tree).await?;
    Ok(Json(Planted { parties: tree.parties.len(), accounts: tree.accounts.len() }))
}

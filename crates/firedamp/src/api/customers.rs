//! The partner's tree, for programs.

use axum::{
    Extension, Json,
    extract::{
        Path, State,
        rejection::{PathRejection, StringRejection},
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::paging;
use crate::{
    store::{AccountFile, AccountRow, CustomerFilter, CustomerRow, Error},
    tree::Tree,
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::{Query, rejected},
    },
};

/// Bytes of an import: a hundred thousand accounts.
pub(super) const TREE_BYTES_MAX: usize = 32 << 20;
/// Accounts of one customer that are shown.
const ACCOUNTS_MAX: u32 = 10_000;

/// Which customers are asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Only those whose name or id holds this text.
    q: Option<String>,
    /// Lines of a page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// One page of customers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerPage)]
pub(super) struct Page {
    customers: Vec<CustomerRow>,
    /// Give it as `cursor` to get the page after this one.
    next: Option<String>,
}

/// Customers and resellers, by name.
#[utoipa::path(get, path = "/customers", tag = "customers", params(Asked),
    responses((status = 200, description = "A page of customers", body = Page)))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, Problem>,
) -> Result<Json<Page>, Problem> {
    let Query(asked) = asked?;
    let limit = paging::limit(asked.limit)?;
    let filter = CustomerFilter { text: asked.q, within: caller.scope, after: asked.cursor, limit };
    let customers = app.store.customers(&filter).await?;
    let next = paging::next(&customers, limit, |last| last.party.id.clone());
    Ok(Json(Page { customers, next }))
}

/// A customer with its accounts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerFile)]
pub(super) struct Shown {
    #[serde(flatten)]
    customer: CustomerRow,
    its_accounts: Vec<AccountRow>,
}

/// A customer or reseller with its own accounts.
#[utoipa::path(get, path = "/customers/{id}", tag = "customers",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The customer", body = Shown)))]
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

/// An account with whose it is and its case.
#[utoipa::path(get, path = "/accounts/{account}", tag = "customers",
    params(("account" = String, Path, description = "`provider:id`")),
    responses((status = 200, description = "The account", body = AccountFile)))]
pub(super) async fn account(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    account: Result<Path<String>, PathRejection>,
) -> Result<Json<AccountFile>, Problem> {
    let Path(account) = account.map_err(|_| Error::Missing("account"))?;
    Ok(Json(app.store.account(&account, caller.within()).await?))
}

/// What was imported.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Planted {
    parties: usize,
    accounts: usize,
}

/// Adds customers and accounts from a table or from Partner Center's answers; what is not named stays as
/// it was.
#[utoipa::path(put, path = "/customers", tag = "customers",
    request_body(content = String, content_type = "text/csv", description = "A table with a head, or JSON as Partner Center answers it",
        example = "account,customer\naws:111122223333,contoso\n"),
    responses((status = 200, description = "What was imported", body = Planted),
        (status = 400, description = "It has mistakes, each with its line", body = inline(crate::web::Body), content_type = "application/problem+json")))]
pub(super) async fn plant(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    body: Result<String, StringRejection>,
) -> Result<Json<Planted>, Problem> {
    caller.must_be(Role::Admin)?;
    caller.must_see_all()?;
    let body = body.map_err(|error| rejected(error.status(), error.body_text()))?;
    let tree = Tree::read(&body).map_err(|mistakes| Problem::invalid(mistakes.to_string()))?;
    app.store.plant(&tree).await?;
    Ok(Json(Planted { parties: tree.parties.len(), accounts: tree.accounts.len() }))
}

//! Authorisations and their documents, for programs.

use axum::{
    Extension, Json,
    body::Bytes,
    extract::{
        Path, State,
        rejection::{BytesRejection, PathRejection},
    },
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use firedamp_core::authorisation::{Authorisation, Verdict};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    authorisation::{filing, reasons},
    language::Language,
    store::{AuthorisationFilter, Decision, Error, Filed, PAGE_MAX},
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::{Body, Query, rejected},
    },
};

/// Which authorisations are asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Only of this customer or reseller and of those below it.
    customer: Option<String>,
    /// Only those that may cover this account.
    account: Option<String>,
}

/// Authorisations on file, those that end last first; 200 at most.
#[utoipa::path(get, path = "/authorisations", tag = "authorisations",
    params(Asked),
    responses((status = 200, description = "Authorisations", body = Vec<Filed>)))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, Problem>,
) -> Result<Json<Vec<Filed>>, Problem> {
    let Query(Asked { customer, account }) = asked?;
    if let Some(customer) = &customer {
        app.store.customer(customer, caller.within()).await?;
    }
    let within = customer.or(caller.scope);
    let filter =
        AuthorisationFilter { within, account, limit: PAGE_MAX, ..AuthorisationFilter::default() };
    Ok(Json(app.store.authorisations(&filter).await?))
}

fn number(id: Result<Path<i64>, PathRejection>) -> Result<i64, Problem> {
    id.map(|Path(id)| id).map_err(|_| Error::Missing("authorisation").into())
}

/// One authorisation.
#[utoipa::path(get, path = "/authorisations/{id}", tag = "authorisations",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The authorisation", body = Filed)))]
pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<Filed>, Problem> {
    Ok(Json(filing::find(&app, &caller, number(id)?).await?))
}

/// Proposes an authorisation; it covers nothing until somebody else approves it.
#[utoipa::path(post, path = "/authorisations", tag = "authorisations",
    request_body = crate::schema::Authorisation,
    responses((status = 201, description = "It is on file", body = Filed)))]
pub(super) async fn propose(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    body: Result<Body<Authorisation>, Problem>,
) -> Result<(StatusCode, Json<Filed>), Problem> {
    caller.must_be(Role::Analyst)?;
    let Body(one) = body?;
    Ok((StatusCode::CREATED, Json(filing::propose(&app, &caller, &one).await?)))
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AuthorisationDecision)]
#[serde(deny_unknown_fields)]
pub(super) struct Decided {
    decision: Decision,
}

/// Approves, declines or withdraws an authorisation.
#[utoipa::path(post, path = "/authorisations/{id}/decisions", tag = "authorisations",
    params(("id" = i64, Path, description = "Its number")),
    request_body = Decided,
    responses((status = 200, description = "The authorisation as it is now", body = Filed)))]
pub(super) async fn decide(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    body: Result<Body<Decided>, Problem>,
) -> Result<Json<Filed>, Problem> {
    caller.must_be(Role::Approver)?;
    let number = number(id)?;
    filing::find(&app, &caller, number).await?;
    let Body(decided) = body?;
    Ok(Json(filing::decide(&app, &caller, number, decided.decision).await?))
}

/// What is on file for a case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseAuthorisations)]
pub(super) struct OfCase {
    /// `Silent` where none is on file, else which cover it, or what of it is not covered.
    #[schema(value_type = Value)]
    verdict: Verdict,
    /// Why it is not covered, in words.
    reasons: Vec<String>,
    authorisations: Vec<Filed>,
}

/// What is on file for a case, and what it makes of it.
#[utoipa::path(get, path = "/cases/{id}/authorisations", tag = "authorisations",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "Authorisations and what they come to", body = OfCase)))]
pub(super) async fn of_case(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<OfCase>, Problem> {
    let id = id.map(|Path(id)| id).map_err(|_| Error::Missing("case"))?;
    let file = app.store.case(id, caller.within()).await?;
    let authorisations = filing::of_account(&app, &caller, &file.row.account).await?;
    let verdict = app.store.verdict(id).await?;
    let reasons = reasons(&verdict, Language::English);
    Ok(Json(OfCase { verdict, reasons, authorisations }))
}

fn name(name: Result<Path<String>, PathRejection>) -> Result<String, Problem> {
    name.map(|Path(name)| name).map_err(|_| Error::Missing("document").into())
}

/// Keeps the document of an approval, under the hash of its bytes.
#[utoipa::path(put, path = "/documents/{sha256}", tag = "authorisations",
    params(("sha256" = String, Path, description = "The hash of its bytes", pattern = "^[0-9a-f]{64}$")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The document"),
    responses((status = 204, description = "It is kept")))]
pub(super) async fn keep(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    document: Result<Path<String>, PathRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Analyst)?;
    let body = body.map_err(|error| rejected(error.status(), error.body_text()))?;
    if body.is_empty() {
        return Err(Problem::invalid("there is nothing in it"));
    }
    filing::keep(&app, name(document)?, body.to_vec()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The document of an approval.
#[utoipa::path(get, path = "/documents/{sha256}", tag = "authorisations",
    params(("sha256" = String, Path, description = "The hash of its bytes", pattern = "^[0-9a-f]{64}$")),
    responses((status = 200, description = "The document", body = Vec<u8>, content_type = "application/octet-stream")))]
pub(super) async fn fetch(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    document: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let name = name(document)?;
    filing::may_fetch(&app, &caller, &name).await?;
    let bytes = filing::fetch(&app, name).await?;
    // Whatever somebody uploaded is saved, never shown as a page of ours.
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
    ];
    Ok((headers, bytes).into_response())
}

//! Authorisations and their documents, for programs.

use axum::{
    Extension, Json,
    body::Bytes,
    extract::{
        Path, Query, State,
        rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection},
    },
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use firedamp_core::authorisation::{Authorisation, Verdict};
use serde::{Deserialize, Serialize};

use crate::{
    authorisation::{filing, reasons},
    language::Language,
    store::{AuthorisationFilter, Decision, Error, Filed, PAGE_MAX},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

/// Which authorisations are asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    customer: Option<String>,
    account: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Vec<Filed>>, Problem> {
    let Query(Asked { customer, account }) =
        asked.map_err(|error| Problem::invalid(error.body_text()))?;
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

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<Filed>, Problem> {
    Ok(Json(filing::find(&app, &caller, number(id)?).await?))
}

pub(super) async fn propose(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    body: Result<Json<Authorisation>, JsonRejection>,
) -> Result<(StatusCode, Json<Filed>), Problem> {
    caller.must_be(Role::Analyst)?;
    let Json(one) = body.map_err(|error| Problem::invalid(error.body_text()))?;
    Ok((StatusCode::CREATED, Json(filing::propose(&app, &caller, &one).await?)))
}

/// A decision.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decided {
    decision: Decision,
}

pub(super) async fn decide(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    body: Result<Json<Decided>, JsonRejection>,
) -> Result<Json<Filed>, Problem> {
    caller.must_be(Role::Approver)?;
    let number = number(id)?;
    filing::find(&app, &caller, number).await?;
    let Json(decided) = body.map_err(|error| Problem::invalid(error.body_text()))?;
    Ok(Json(filing::decide(&app, &caller, number, decided.decision).await?))
}

/// What is on file for a case.
#[derive(Debug, Serialize)]
pub(super) struct OfCase {
    verdict: Verdict,
    /// Why it is not covered, in words.
    reasons: Vec<String>,
    authorisations: Vec<Filed>,
}

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

pub(super) async fn keep(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    document: Result<Path<String>, PathRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Analyst)?;
    let body = body.map_err(|error| Problem::new(error.status(), "invalid", error.body_text()))?;
    filing::keep(&app, name(document)?, body.to_vec()).await?;
    Ok(StatusCode::NO_CONTENT)
}

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

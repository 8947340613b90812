//! Standing and posture of customers, for programs.

use axum::{
    Extension, Json,
    extract::{
        Path, State,
        rejection::{PathRejection, StringRejection},
    },
};
use firedamp_core::{
    posture,
    standing::{self, Standing},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    knowledge::{self, Context},
    store::{Error, Topic},
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::{Query, rejected},
    },
};

/// Bytes of an import.
pub(super) const FACTS_BYTES_MAX: usize = 32 << 20;

type Id = Result<Path<String>, PathRejection>;

async fn customer(app: &App, caller: &Caller, id: Id) -> Result<String, Problem> {
    let Path(id) = id.map_err(|_| Error::Missing("customer"))?;
    app.store.customer(&id, caller.within()).await?;
    Ok(id)
}

/// Whether a customer is in good standing, and who says so.
#[utoipa::path(get, path = "/customers/{id}/standing", tag = "customers",
    params(("id" = String, Path, description = "The customer's id")),
    responses((status = 200, description = "The standing", body = Object)))]
pub(super) async fn standing(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Standing>, Problem> {
    let id = customer(&app, &caller, id).await?;
    let facts = app.store.known(Topic::Standing, &id).await?;
    Ok(Json(standing::compose(&facts, (app.clock)())))
}

/// How well a customer is guarded, and who says so.
#[utoipa::path(get, path = "/customers/{id}/posture", tag = "customers",
    params(("id" = String, Path, description = "The customer's id")),
    responses((status = 200, description = "Checks", body = Vec<Object>)))]
pub(super) async fn posture(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Vec<posture::Line>>, Problem> {
    let id = customer(&app, &caller, id).await?;
    Ok(Json(posture::compose(&knowledge::posture(&*app.store, &id, (app.clock)()).await?)))
}

/// Whose a file is that names nobody.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    /// The customer of facts that name none.
    customer: Option<String>,
    /// The account of facts that name none.
    account: Option<String>,
}

/// What was imported.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Learnt)]
pub(super) struct Learnt {
    facts: usize,
    new: u64,
    /// Customers whom the desk does not know, a sentence each; the rest was taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<String>,
}

type Body = Result<String, StringRejection>;

/// Reads whether customers are in good standing.
#[utoipa::path(put, path = "/standing", tag = "customers",
    params(Whose),
    request_body(content = String, content_type = "text/plain", description = "CSV, or an answer of Partner Center"),
    responses((status = 200, description = "What was read", body = Learnt)))]
pub(super) async fn learn_standing(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    whose: Result<Query<Whose>, Problem>,
    body: Body,
) -> Result<Json<Learnt>, Problem> {
    learn(&app, &caller, Topic::Standing, whose, body).await
}

/// Reads how well customers are guarded.
#[utoipa::path(put, path = "/posture", tag = "customers",
    params(Whose),
    request_body(content = String, content_type = "text/plain", description = "CSV, or an answer of Partner Center"),
    responses((status = 200, description = "What was read", body = Learnt)))]
pub(super) async fn learn_posture(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    whose: Result<Query<Whose>, Problem>,
    body: Body,
) -> Result<Json<Learnt>, Problem> {
    learn(&app, &caller, Topic::Posture, whose, body).await
}

async fn learn(
    app: &App,
    caller: &Caller,
    subject: Topic,
    whose: Result<Query<Whose>, Problem>,
    body: Body,
) -> Result<Json<Learnt>, Problem> {
    caller.must_be(Role::Admin)?;
    caller.must_see_all()?;
    let Query(whose) = whose?;
    let body = body.map_err(|error| rejected(error.status(), error.body_text()))?;
    let context = Context {
        customer: whose.customer.as_deref(),
        account: whose.account.as_deref(),
        at: (app.clock)(),
    };
    let facts = knowledge::read(subject, &body, context)
        .map_err(|mistakes| Problem::invalid(mistakes.to_string()))?;
    let knowledge::Learnt { facts, new, unknown } =
        knowledge::learn(&*app.store, subject, &body, facts).await?;
    Ok(Json(Learnt { facts, new, unknown }))
}

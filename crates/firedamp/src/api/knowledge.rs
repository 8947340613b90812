//! Standing and posture of customers, for programs.

use axum::{
    Extension, Json,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection, StringRejection},
    },
};
use firedamp_core::{
    posture,
    standing::{self, Standing},
};
use serde::{Deserialize, Serialize};

use crate::{
    knowledge::{self, Context},
    store::{Error, Topic},
    web::{
        App, Problem,
        access::{Caller, Role},
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

pub(super) async fn standing(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Standing>, Problem> {
    let id = customer(&app, &caller, id).await?;
    let facts = app.store.known(Topic::Standing, &id).await?;
    Ok(Json(standing::compose(&facts, (app.clock)())))
}

pub(super) async fn posture(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Vec<posture::Line>>, Problem> {
    let id = customer(&app, &caller, id).await?;
    Ok(Json(posture::compose(&knowledge::posture(&*app.store, &id, (app.clock)()).await?)))
}

/// Whose a file is that names nobody.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    customer: Option<String>,
    account: Option<String>,
}

/// What was imported.
#[derive(Debug, Serialize)]
pub(super) struct Learnt {
    facts: usize,
    new: u64,
}

type Body = Result<String, StringRejection>;

pub(super) async fn learn_standing(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    whose: Result<Query<Whose>, QueryRejection>,
    body: Body,
) -> Result<Json<Learnt>, Problem> {
    learn(&app, &caller, Topic::Standing, whose, body).await
}

pub(super) async fn learn_posture(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    whose: Result<Query<Whose>, QueryRejection>,
    body: Body,
) -> Result<Json<Learnt>, Problem> {
    learn(&app, &caller, Topic::Posture, whose, body).await
}

async fn learn(
    app: &App,
    caller: &Caller,
    subject: Topic,
    whose: Result<Query<Whose>, QueryRejection>,
    body: Body,
) -> Result<Json<Learnt>, Problem> {
    caller.must_be(Role::Admin)?;
    caller.must_see_all()?;
    let Query(whose) = whose.map_err(|error| Problem::invalid(error.body_text()))?;
    let body = body.map_err(|error| Problem::new(error.status(), "invalid", error.body_text()))?;
    let context = Context {
        customer: whose.customer.as_deref(),
        account: whose.account.as_deref(),
        at: (app.clock)(),
    };
    let facts = knowledge::read(subject, &body, context)
        .map_err(|mistakes| Problem::invalid(mistakes.to_string()))?;
    let new = app.store.learn(subject, &facts).await?;
    Ok(Json(Learnt { facts: facts.len(), new }))
}

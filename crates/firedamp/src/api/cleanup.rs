//! Clean-up, proof, money back and requests, for programs.

use axum::{
    Extension, Json,
    extract::{
        Path, State,
        rejection::{JsonRejection, PathRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use firedamp_core::{
    plan::{self, Plan, script, terraform},
    proof::Proof,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cases::number;
use crate::{
    pack::Dossier,
    page::case::{cleanup, money},
    store::{Cleanup, RequestRow},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

type Id = Result<Path<i64>, PathRejection>;

async fn dossier(app: &App, caller: &Caller, id: Id) -> Result<Dossier, Problem> {
    let now = (app.clock)();
    Ok(Dossier::read(&*app.store, number(id)?, caller.within(), now).await?)
}

/// A plan in every form.
#[derive(Debug, Serialize)]
pub(super) struct Planned {
    plan: Plan,
    script: String,
    undo: String,
    terraform: String,
}

pub(super) async fn planned(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Planned>, Problem> {
    let dossier = dossier(&app, &caller, id).await?;
    let plan = plan::of(&dossier.judged, dossier.now);
    Ok(Json(Planned {
        script: script::script(&plan),
        undo: script::undo(&plan),
        terraform: terraform::locals(&plan),
        plan,
    }))
}

pub(super) async fn proof(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Proof>, Problem> {
    Ok(Json(dossier(&app, &caller, id).await?.proof))
}

pub(super) async fn claim(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Value>, Problem> {
    let dossier = dossier(&app, &caller, id).await?;
    Ok(Json(dossier.claim.as_ref().map(crate::pack::claim).unwrap_or_default()))
}

pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Vec<Cleanup>>, Problem> {
    Ok(Json(dossier(&app, &caller, id).await?.cleanups))
}

/// What is to be carried out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Wanted {
    /// The last part of the plan: `preserve`, `contain` or `remove`.
    until: String,
}

pub(super) async fn ask(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
    wanted: Result<Json<Wanted>, JsonRejection>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Analyst)?;
    let case = number(id)?;
    app.store.case(case, caller.within()).await?;
    let Json(wanted) = wanted.map_err(|error| Problem::invalid(error.body_text()))?;
    let until = cleanup::until(&wanted.until)?;
    let run = cleanup::ask(&app, &caller, case, until, (app.clock)()).await?;
    Ok((StatusCode::ACCEPTED, Json(json!({"id": run}))).into_response())
}

/// What becomes of a clean-up.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    id: i64,
    /// The hash of the plan that is approved; withdrawn without one.
    approve: Option<String>,
}

pub(super) async fn decide(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
    wanted: Result<Json<Decision>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Analyst)?;
    let case = number(id)?;
    app.store.case(case, caller.within()).await?;
    let Json(wanted) = wanted.map_err(|error| Problem::invalid(error.body_text()))?;
    let decision = (wanted.id, wanted.approve.as_deref());
    cleanup::decide(&app, &caller, case, decision, (app.clock)()).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn cleaned(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Analyst)?;
    let case = number(id)?;
    app.store.case(case, caller.within()).await?;
    app.store.note_cleaned(case, &caller.name, (app.clock)()).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn pack(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Response, Problem> {
    money::packed(&app, &caller, number(id)?, cleanup::language(&caller)).await
}

pub(super) async fn requests(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Value>, Problem> {
    caller.must_see_all()?;
    let dossier = dossier(&app, &caller, id).await?;
    let language = cleanup::language(&caller);
    let forms = crate::request::Kind::ALL
        .map(|kind| crate::request::form(&dossier, kind, language, &caller.name));
    Ok(Json(json!({"forms": forms, "requests": dossier.requests})))
}

/// How a request stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Noted {
    kind: String,
    state: String,
    #[serde(default)]
    reference: String,
}

pub(super) async fn note_request(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
    noted: Result<Json<Noted>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Analyst)?;
    caller.must_see_all()?;
    let case = number(id)?;
    app.store.case(case, caller.within()).await?;
    let Json(noted) = noted.map_err(|error| Problem::invalid(error.body_text()))?;
    let now = (app.clock)();
    let Noted { kind, state, reference } = noted;
    let row = RequestRow { case, kind, state, reference, by: caller.name, filed_at: now };
    app.store.note_request(&row, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

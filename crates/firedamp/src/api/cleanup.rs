//! Clean-up, proof, money back and requests, for programs.

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
    response::Response,
};
use firedamp_core::{
    plan::{
        self, Plan, Step,
        back::{self, Stays},
        script, terraform,
    },
    proof::Proof,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::cases::{number, time};
use crate::{
    language::Sentences,
    pack::Dossier,
    page::case::{
        cleanup::{self, back as way_back},
        money,
    },
    schema,
    store::{Cleanup, RequestRow},
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::Body,
    },
};

type Id = Result<Path<i64>, PathRejection>;

async fn dossier(app: &App, caller: &Caller, id: Id) -> Result<Dossier, Problem> {
    let now = (app.clock)();
    Ok(Dossier::read(&*app.store, number(id)?, caller.within(), now).await?)
}

/// A plan in every form.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plan)]
pub(super) struct Planned {
    #[schema(value_type = Object)]
    plan: Plan,
    script: String,
    undo: String,
    terraform: String,
    /// Which steps can be undone where Firedamp carries them out.
    ways_back: Vec<WayBack>,
}

/// Whether a step can be undone.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WayBack {
    /// The step's number in the plan.
    step: u32,
    can_be_undone: bool,
    /// Why not.
    #[schema(schema_with = schema::maybe_stays)]
    because: Option<&'static str>,
    /// The same in a sentence, in the caller's language.
    why: Option<String>,
}

impl WayBack {
    fn of(step: &Step, stays: Option<Stays>, say: &Sentences) -> Self {
        Self {
            step: step.number,
            can_be_undone: stays.is_none(),
            because: stays.map(Stays::id),
            why: stays.map(|stays| way_back::why(stays, say)),
        }
    }
}

/// What is to be done about a case, as a plan, as scripts, and for Terraform.
#[utoipa::path(get, path = "/cases/{id}/plan", tag = "clean-up",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The plan", body = Planned)))]
pub(super) async fn planned(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Planned>, Problem> {
    let dossier = dossier(&app, &caller, id).await?;
    let plan = plan::of(&dossier.judged, dossier.now);
    let say = Sentences::of(cleanup::language(&caller));
    let way = |step: &Step| WayBack::of(step, back::foreseen(step), &say);
    Ok(Json(Planned {
        ways_back: plan.steps.iter().map(way).collect(),
        script: script::script(&plan),
        undo: script::undo(&plan),
        terraform: terraform::locals(&plan),
        plan,
    }))
}

/// Whether the mining stopped.
#[utoipa::path(get, path = "/cases/{id}/proof", tag = "clean-up",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The proof", body = Object)))]
pub(super) async fn proof(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Proof>, Problem> {
    Ok(Json(dossier(&app, &caller, id).await?.proof))
}

/// What may be had back of what it cost; null where nothing is known.
#[utoipa::path(get, path = "/cases/{id}/claim", tag = "clean-up",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The claim", body = Value)))]
pub(super) async fn claim(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Value>, Problem> {
    let dossier = dossier(&app, &caller, id).await?;
    Ok(Json(dossier.claim.as_ref().map(crate::pack::claim).unwrap_or_default()))
}

/// A clean-up, and which of its steps can be undone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CleanupRun)]
pub(super) struct Run {
    #[serde(flatten)]
    run: Cleanup,
    /// Of each step whether it can be undone now; nothing of an undo.
    ways_back: Vec<WayBack>,
}

/// Clean-ups of a case and what undoes them, the newest first, with how their steps went.
#[utoipa::path(get, path = "/cases/{id}/cleanups", tag = "clean-up",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "Clean-ups", body = Vec<Run>)))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Vec<Run>>, Problem> {
    let runs = dossier(&app, &caller, id).await?.cleanups;
    let say = Sentences::of(cleanup::language(&caller));
    let ways = |run: &Cleanup| -> Vec<WayBack> {
        let steps = run.plan.steps.iter().filter(|_| run.undoes.is_none());
        steps.map(|step| WayBack::of(step, run.stays(step, &runs), &say)).collect()
    };
    let ways: Vec<Vec<WayBack>> = runs.iter().map(ways).collect();
    let shown = runs.into_iter().zip(ways);
    Ok(Json(shown.map(|(run, ways_back)| Run { run, ways_back }).collect()))
}

/// What is to be carried out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = NewCleanup)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Wanted {
    /// The last part of the plan: `preserve`, `contain` or `remove`.
    #[schema(schema_with = schema::until)]
    until: String,
}

/// Asks for a clean-up; it is tried dry, and waits for somebody else to approve it.
#[utoipa::path(post, path = "/cases/{id}/cleanups", tag = "clean-up",
    params(("id" = i64, Path, description = "Its number")),
    request_body = Wanted,
    responses((status = 202, description = "It is asked for", body = Begun)))]
pub(super) async fn ask(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
    wanted: Result<Body<Wanted>, Problem>,
) -> Result<(StatusCode, Json<Begun>), Problem> {
    caller.must_be(Role::Analyst)?;
    let case = number(id)?;
    app.store.case(case, caller.within()).await?;
    let Body(wanted) = wanted?;
    let until = cleanup::until(&wanted.until)?;
    let run = cleanup::ask(&app, &caller, case, until, (app.clock)()).await?;
    Ok((StatusCode::ACCEPTED, Json(Begun { id: run })))
}

/// What is to be undone.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewUndo)]
#[serde(deny_unknown_fields)]
pub(super) struct Undone {
    /// The clean-up.
    id: i64,
    /// A step of it; without one, all that can be undone.
    step: Option<u32>,
}

/// Asks for the undo of a clean-up, or of one step of it; it is tried dry, and waits for somebody else to
/// approve it, as a clean-up does.
#[utoipa::path(post, path = "/cases/{id}/cleanups/undo", tag = "clean-up",
    params(("id" = i64, Path, description = "Its number")),
    request_body = Undone,
    responses((status = 202, description = "It is asked for", body = Begun)))]
pub(super) async fn undo(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
    wanted: Result<Body<Undone>, Problem>,
) -> Result<(StatusCode, Json<Begun>), Problem> {
    caller.must_be(Role::Approver)?;
    let case = number(id)?;
    app.store.case(case, caller.within()).await?;
    let Body(Undone { id, step }) = wanted?;
    let run = way_back::ask(&app, &caller, case, (id, step), (app.clock)()).await?;
    Ok((StatusCode::ACCEPTED, Json(Begun { id: run })))
}

/// A clean-up that was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotedCleanup)]
pub(super) struct Begun {
    /// Its number.
    id: i64,
}

/// What becomes of a clean-up.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CleanupDecision)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    id: i64,
    /// The hash of the plan that is approved; withdrawn without one.
    approve: Option<String>,
}

/// Approves the plan of a clean-up that was tried, or withdraws it.
#[utoipa::path(post, path = "/cases/{id}/cleanups/decision", tag = "clean-up",
    params(("id" = i64, Path, description = "Its number")),
    request_body = Decision,
    responses((status = 204, description = "It is decided")))]
pub(super) async fn decide(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
    wanted: Result<Body<Decision>, Problem>,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Analyst)?;
    let case = number(id)?;
    app.store.case(case, caller.within()).await?;
    let Body(wanted) = wanted?;
    let decision = (wanted.id, wanted.approve.as_deref());
    cleanup::decide(&app, &caller, case, decision, (app.clock)()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes that a case was cleaned up by hand; the proof counts from now.
#[utoipa::path(post, path = "/cases/{id}/cleaned", tag = "clean-up",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 204, description = "It is noted")))]
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

/// The evidence pack of a case, which `firedamp verify` checks.
#[utoipa::path(get, path = "/cases/{id}/pack", tag = "clean-up",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "A tar archive, packed with gzip", body = Vec<u8>, content_type = "application/gzip")))]
pub(super) async fn pack(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Response, Problem> {
    money::packed(&app, &caller, number(id)?, cleanup::language(&caller)).await
}

/// Requests to the provider: forms filled in, and what was asked for.
#[utoipa::path(get, path = "/cases/{id}/requests", tag = "clean-up",
    params(("id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "Forms and requests", body = Requests)))]
pub(super) async fn requests(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
) -> Result<Json<Requests>, Problem> {
    caller.must_see_all()?;
    let dossier = dossier(&app, &caller, id).await?;
    let language = cleanup::language(&caller);
    let forms = crate::request::Kind::of(&dossier)
        .into_iter()
        .map(|kind| crate::request::form(&dossier, kind, language, &caller.name))
        .collect();
    let (requests, earlier) = dossier.asked();
    Ok(Json(Requests {
        forms,
        requests: requests.into_iter().cloned().collect(),
        earlier: earlier.into_iter().cloned().collect(),
    }))
}

/// What may be asked the provider for, and what was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProviderRequests)]
pub(super) struct Requests {
    forms: Vec<crate::request::Form>,
    /// Those of the present incident.
    requests: Vec<RequestRow>,
    /// Those of incidents before it, the first of them first.
    earlier: Vec<RequestRow>,
}

/// How a request stands.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RequestNote)]
#[serde(deny_unknown_fields)]
pub(super) struct Noted {
    #[schema(schema_with = schema::request_kind)]
    kind: String,
    #[schema(schema_with = schema::request_state)]
    state: String,
    #[serde(default)]
    reference: String,
    /// Which incident it is about, as `incident` of a request says; the present one where it is left
    /// out.
    #[schema(value_type = Option<String>, format = DateTime)]
    incident: Option<String>,
    /// Why a credit is asked for though no rule is known by which the provider gives one: without a
    /// reason that is refused.
    #[serde(default)]
    why: String,
}

/// Notes how a request to the provider stands.
#[utoipa::path(post, path = "/cases/{id}/requests", tag = "clean-up",
    params(("id" = i64, Path, description = "Its number")),
    request_body = Noted,
    responses((status = 204, description = "It is noted")))]
pub(super) async fn note_request(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Id,
    noted: Result<Body<Noted>, Problem>,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Analyst)?;
    caller.must_see_all()?;
    let case = number(id)?;
    let file = app.store.case(case, caller.within()).await?;
    let Body(noted) = noted?;
    let now = (app.clock)();
    let Noted { kind, state, reference, incident, why } = noted;
    let incident = incident.as_deref().map(time).transpose()?.unwrap_or(file.row.begun_at);
    let (by, filed_at) = (caller.name, now);
    let row = RequestRow { case, incident, kind, state, reference, by, filed_at, why };
    app.store.note_request(&row, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

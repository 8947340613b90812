//! The homework of a case, for programs: letters to the customer, steps of the checklist.

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use firedamp_core::checklist::{Command, Mark, Phase};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    casework::{self, Draft, Written, checklist, due},
    language::Language,
    schema,
    store::{Answer, Answered, By, CaseFile, Contact, Error, Taken},
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::{Body, Query},
    },
};

async fn file(
    app: &App,
    caller: &Caller,
    id: Result<Path<i64>, PathRejection>,
) -> Result<CaseFile, Problem> {
    let id = id.map(|Path(id)| id).map_err(|_| Error::Missing("case"))?;
    Ok(app.store.case(id, caller.within()).await?)
}

/// In which language.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Spoken {
    /// The language that it is written in.
    #[param(schema_with = schema::language)]
    language: Option<Language>,
}

fn language(asked: Result<Query<Spoken>, Problem>) -> Result<Option<Language>, Problem> {
    asked.map(|Query(asked)| asked.language)
}

/// Letters about a case, with a draft of the next one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Letters)]
pub(super) struct Letters {
    /// Subject and text of the next one.
    #[schema(value_type = Object)]
    draft: Draft,
    /// When an answer to it would be due.
    #[schema(format = DateTime)]
    due: String,
    letters: Vec<Contact>,
}

/// Letters to the customer about a case, with a draft of the next one.
#[utoipa::path(get, path = "/cases/{id}/letters", tag = "cases",
    params(("id" = i64, Path, description = "Its number"), Spoken),
    responses((status = 200, description = "Letters", body = Letters)))]
pub(super) async fn letters(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    asked: Result<Query<Spoken>, Problem>,
) -> Result<Json<Letters>, Problem> {
    let file = file(&app, &caller, id).await?;
    let asked = language(asked)?;
    let now = (app.clock)();
    let draft = casework::draft_for(&app, &caller, &file, asked, now).await?;
    let letters = app.store.contacts(file.row.id).await?;
    Ok(Json(Letters { draft, due: due(&file, now).to_string(), letters }))
}

/// What was written down.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotedLetter)]
pub(super) struct Noted {
    id: i64,
}

/// Writes a letter to the customer down, and sends it on its way.
#[utoipa::path(post, path = "/cases/{id}/letters", tag = "cases",
    params(("id" = i64, Path, description = "Its number")),
    request_body = Written,
    responses((status = 201, description = "It is written down", body = Noted)))]
pub(super) async fn ask(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    body: Result<Body<Written>, Problem>,
) -> Result<(StatusCode, Json<Noted>), Problem> {
    caller.must_be(Role::Analyst)?;
    let file = file(&app, &caller, id).await?;
    let Body(written) = body?;
    let id = casework::ask(&app, &caller, &file, written).await?;
    Ok((StatusCode::CREATED, Json(Noted { id })))
}

/// What came back.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CustomerAnswer)]
#[serde(deny_unknown_fields)]
pub(super) struct Back {
    answer: Answer,
    text: String,
    who: String,
}

/// Writes down what a customer answered.
#[utoipa::path(post, path = "/cases/{id}/letters/{letter}/answer", tag = "cases",
    params(("id" = i64, Path, description = "Its number"), ("letter" = i64, Path, description = "The number of the letter")),
    request_body = Back,
    responses((status = 200, description = "Letters about the case", body = Vec<Contact>)))]
pub(super) async fn answered(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    place: Result<Path<(i64, i64)>, PathRejection>,
    body: Result<Body<Back>, Problem>,
) -> Result<Json<Vec<Contact>>, Problem> {
    caller.must_be(Role::Analyst)?;
    let (case, letter) = place.map_or((0, 0), |Path(place)| place);
    app.store.case(case, caller.within()).await?;
    let Body(Back { answer, text, who }) = body?;
    let noted = By { who: caller.name.clone(), at: (app.clock)() };
    casework::note_answer(&app, case, letter, &Answered { answer, text, who, noted }).await?;
    Ok(Json(app.store.contacts(case).await?))
}

/// A step, as programs see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChecklistStep)]
pub(super) struct Shown {
    id: &'static str,
    #[schema(schema_with = schema::phase)]
    phase: Phase,
    is_seed: bool,
    title: String,
    #[schema(value_type = Vec<Object>)]
    commands: Vec<Command>,
    /// Why there is no command.
    by_hand: Option<String>,
    taken: Option<Taken>,
}

/// Steps of a case, with what came of them.
#[utoipa::path(get, path = "/cases/{id}/checklist", tag = "cases",
    params(("id" = i64, Path, description = "Its number"), Spoken),
    responses((status = 200, description = "Steps", body = Vec<Shown>)))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    asked: Result<Query<Spoken>, Problem>,
) -> Result<Json<Vec<Shown>>, Problem> {
    let file = file(&app, &caller, id).await?;
    let taken = app.store.steps(file.row.id).await?;
    let offers = casework::offers(&app, &file).await?;
    let items = checklist(&file, &taken, language(asked)?.unwrap_or_default(), &offers);
    let shown = items.into_iter().map(|item| Shown {
        id: item.step.id,
        phase: item.step.phase,
        is_seed: item.step.is_seed,
        title: item.title,
        commands: item.step.commands,
        by_hand: item.by_hand,
        taken: item.taken,
    });
    Ok(Json(shown.collect()))
}

/// What came of a step; nothing takes it back.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = StepOutcome)]
#[serde(deny_unknown_fields)]
pub(super) struct Outcome {
    #[schema(schema_with = schema::maybe_mark)]
    result: Option<Mark>,
    #[serde(default)]
    note: String,
}

/// Writes down what came of a step.
#[utoipa::path(put, path = "/cases/{id}/checklist/{step}", tag = "cases",
    params(("id" = i64, Path, description = "Its number"), ("step" = String, Path, description = "Its id in the list")),
    request_body = Outcome,
    responses((status = 204, description = "It is written down")))]
pub(super) async fn take(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    place: Result<Path<(i64, String)>, PathRejection>,
    body: Result<Body<Outcome>, Problem>,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Analyst)?;
    let (case, step) = place.map_or_else(|_| (0, String::new()), |Path(place)| place);
    app.store.case(case, caller.within()).await?;
    let Body(Outcome { result, note }) = body?;
    casework::take_step(&app, &caller, case, &step, result.map(|mark| (mark, note.as_str())))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

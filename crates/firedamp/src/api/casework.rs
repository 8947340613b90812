//! The homework of a case, for programs: letters to the customer, steps of the checklist.

use axum::{
    Extension, Json,
    extract::{
        Path, Query, State,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::StatusCode,
};
use firedamp_core::checklist::{Command, Mark, Phase};
use serde::{Deserialize, Serialize};

use crate::{
    casework::{self, Draft, Written, checklist, due},
    language::Language,
    store::{Answer, Answered, By, CaseFile, Contact, Error, Taken},
    web::{
        App, Problem,
        access::{Caller, Role},
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
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spoken {
    language: Option<Language>,
}

fn language(asked: Result<Query<Spoken>, QueryRejection>) -> Result<Option<Language>, Problem> {
    asked.map(|Query(asked)| asked.language).map_err(|error| Problem::invalid(error.body_text()))
}

/// Letters about a case, with a draft of the next one.
#[derive(Debug, Serialize)]
pub(super) struct Letters {
    draft: Draft,
    due: String,
    letters: Vec<Contact>,
}

pub(super) async fn letters(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    asked: Result<Query<Spoken>, QueryRejection>,
) -> Result<Json<Letters>, Problem> {
    let file = file(&app, &caller, id).await?;
    let asked = language(asked)?;
    let now = (app.clock)();
    let draft = casework::draft_for(&app, &caller, &file, asked, now).await?;
    let letters = app.store.contacts(file.row.id).await?;
    Ok(Json(Letters { draft, due: due(&file, now).to_string(), letters }))
}

/// What was written down.
#[derive(Debug, Serialize)]
pub(super) struct Noted {
    id: i64,
}

pub(super) async fn ask(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    body: Result<Json<Written>, JsonRejection>,
) -> Result<(StatusCode, Json<Noted>), Problem> {
    caller.must_be(Role::Analyst)?;
    let file = file(&app, &caller, id).await?;
    let Json(written) = body.map_err(|error| Problem::invalid(error.body_text()))?;
    let id = casework::ask(&app, &caller, &file, written).await?;
    Ok((StatusCode::CREATED, Json(Noted { id })))
}

/// What came back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Back {
    answer: Answer,
    text: String,
    who: String,
}

pub(super) async fn answered(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    place: Result<Path<(i64, i64)>, PathRejection>,
    body: Result<Json<Back>, JsonRejection>,
) -> Result<Json<Vec<Contact>>, Problem> {
    caller.must_be(Role::Analyst)?;
    let (case, letter) = place.map_or((0, 0), |Path(place)| place);
    app.store.case(case, caller.within()).await?;
    let Json(Back { answer, text, who }) =
        body.map_err(|error| Problem::invalid(error.body_text()))?;
    let noted = By { who: caller.name.clone(), at: (app.clock)() };
    casework::note_answer(&app, case, letter, &Answered { answer, text, who, noted }).await?;
    Ok(Json(app.store.contacts(case).await?))
}

/// A step, as programs see it.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    id: &'static str,
    phase: Phase,
    is_seed: bool,
    title: String,
    commands: Vec<Command>,
    taken: Option<Taken>,
}

pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    asked: Result<Query<Spoken>, QueryRejection>,
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
        taken: item.taken,
    });
    Ok(Json(shown.collect()))
}

/// What came of a step; nothing takes it back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outcome {
    result: Option<Mark>,
    #[serde(default)]
    note: String,
}

pub(super) async fn take(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    place: Result<Path<(i64, String)>, PathRejection>,
    body: Result<Json<Outcome>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Analyst)?;
    let (case, step) = place.map_or_else(|_| (0, String::new()), |Path(place)| place);
    app.store.case(case, caller.within()).await?;
    let Json(Outcome { result, note }) =
        body.map_err(|error| Problem::invalid(error.body_text()))?;
    casework::take_step(&app, &caller, case, &step, result.map(|mark| (mark, note.as_str())))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

//! The checklist: what is to be looked at, with commands to copy, and what came of each step.

use askama::Template;
use axum::response::Redirect;
use firedamp_core::checklist::{Mark, Phase};
use serde::Deserialize;

use super::{
    super::{
        filters,
        form::{Fields, OnCase, Refused},
        view::{minute, say},
    },
    Opened, written,
};
use crate::{
    casework::{self, Item, checklist},
    report,
    web::{
        Problem,
        access::{Caller, Role},
    },
};

struct Step {
    id: &'static str,
    title: String,
    is_seed: bool,
    commands: Vec<String>,
    by_hand: String,
    mark: &'static str,
    note: String,
    by: String,
}

struct Part {
    title: String,
    done: usize,
    steps: Vec<Step>,
}

#[derive(Template)]
#[template(path = "page/case/checklist.html")]
struct Section {
    id: i64,
    may_act: bool,
    done: usize,
    all: usize,
    parts: Vec<Part>,
}

pub(super) async fn show(opened: &Opened<'_>) -> Result<String, Problem> {
    let row = &opened.file.row;
    let taken = opened.app.store.steps(row.id).await?;
    let offers = casework::offers(opened.app, &opened.file).await?;
    let items = checklist(&opened.file, &taken, opened.caller.language, &offers);
    let parts: Vec<Part> = Phase::ALL.into_iter().map(|phase| part(phase, &items)).collect();
    written(&Section {
        id: row.id,
        may_act: opened.may_act(),
        done: parts.iter().map(|part| part.done).sum(),
        all: items.len(),
        parts,
    })
}

fn part(phase: Phase, items: &[Item]) -> Part {
    let own: Vec<&Item> = items.iter().filter(|item| item.step.phase == phase).collect();
    Part {
        title: say().say(&format!("phase-{}", phase.id()), &[]),
        done: own.iter().filter(|item| item.taken.is_some()).count(),
        steps: own.into_iter().map(step).collect(),
    }
}

fn step(item: &Item) -> Step {
    let taken = item.taken.as_ref();
    Step {
        id: item.step.id,
        title: item.title.clone(),
        is_seed: item.step.is_seed,
        commands: item.step.commands.iter().map(|one| one.run.clone()).collect(),
        by_hand: item.by_hand.clone().unwrap_or_default(),
        mark: match taken.map(|taken| taken.result) {
            None => "",
            Some(Mark::Done) => "checklist-mark-done",
            Some(Mark::Found) => "checklist-mark-found",
            Some(Mark::NotApplicable) => "checklist-mark-not_applicable",
        },
        note: taken.map(|taken| report::shown(&taken.note)).unwrap_or_default(),
        by: taken
            .map(|taken| format!("{}, {} UTC", report::shown(&taken.by.who), minute(taken.by.at)))
            .unwrap_or_default(),
    }
}

/// What came of which step.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Taken {
    step: String,
    result: String,
    #[serde(default)]
    note: String,
}

impl Fields for Taken {
    fn may(caller: &Caller) -> Result<(), Problem> {
        caller.must_be(Role::Analyst)
    }
}

pub(in super::super) async fn take(
    OnCase { app, caller, file, form }: OnCase<Taken>,
) -> Result<Redirect, Refused> {
    let result = match form.result.as_str() {
        "" => None,
        id => Some(Mark::from_id(id).ok_or_else(|| Problem::invalid("no such result"))?),
    };
    let (case, result) = (file.row.id, result.map(|mark| (mark, form.note.as_str())));
    casework::take_step(&app, &caller, case, &form.step, result).await?;
    Ok(Redirect::to(&format!("/cases/{case}/checklist#{}", form.step)))
}

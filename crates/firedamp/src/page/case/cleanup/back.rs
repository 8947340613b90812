//! The way back from what was carried out: which steps can be undone, which stay and why, and the buttons
//! that ask for it.

use firedamp_core::{
    plan::{
        Step,
        back::{self, Former, Stays},
    },
    redact::redacted,
    time::Time,
};

use super::{STEPS_MAX, step_in_words};
use crate::{
    language::Sentences,
    report,
    store::{Cleanup, Error},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

/// Runs shown, the newest first; all are in the API.
const RUNS_MAX: usize = 10;
/// Letters shown of what is gone back to; all of it is in the API.
const FORMER_LETTERS_MAX: usize = 200;

/// A run, and what can be undone of it.
pub(super) struct BackView {
    pub(super) run: i64,
    pub(super) title: String,
    /// The button for all of it, where there is anything.
    pub(super) ask: Option<String>,
    pub(super) steps: Vec<BackLine>,
}

pub(super) struct BackLine {
    pub(super) number: u32,
    pub(super) title: String,
    pub(super) text: String,
    /// That it can be undone, or why not.
    pub(super) told: String,
    /// The button, where it can be.
    pub(super) ask: Option<String>,
}

/// What was carried out, as far as it can be undone; with buttons where nothing else is under way.
pub(super) fn views(runs: &[Cleanup], say: &Sentences) -> Vec<BackView> {
    let may_ask = !runs.iter().any(|run| run.progress.is_open());
    let executed = runs.iter().filter(|run| run.is_executed()).take(RUNS_MAX);
    executed.map(|run| view(run, runs, say, may_ask)).collect()
}

fn view(run: &Cleanup, runs: &[Cleanup], say: &Sentences, may_ask: bool) -> BackView {
    let begun = run.plan.steps.iter().filter(|step| run.step(step.number, false).is_some());
    let steps: Vec<BackLine> =
        begun.take(STEPS_MAX).map(|step| line(run, step, runs, (say, may_ask))).collect();
    let number = run.id.to_string();
    let can_be_undone = steps.iter().any(|line| line.ask.is_some());
    BackView {
        run: run.id,
        title: say.say("cleanup-undo-clean-up", &[("number", &number)]),
        ask: can_be_undone.then(|| say.say("cleanup-undo-all", &[("number", &number)])),
        steps,
    }
}

fn line(
    run: &Cleanup,
    step: &Step,
    runs: &[Cleanup],
    (say, may_ask): (&Sentences, bool),
) -> BackLine {
    let stays = run.stays(step, runs);
    let number = step.number.to_string();
    let can_be_undone = may_ask && stays.is_none();
    BackLine {
        number: step.number,
        title: say.say("cleanup-run-step", &[("number", &number)]),
        text: step_in_words(step, say),
        told: match stays {
            Some(stays) => why(stays, say),
            None => can(run.former(step.number), say),
        },
        ask: can_be_undone.then(|| say.say("cleanup-undo-step", &[("number", &number)])),
    }
}

fn can(former: Option<&Former>, say: &Sentences) -> String {
    let can = say.say("cleanup-undo-can", &[]);
    match former.and_then(|former| back_to(former, say)) {
        Some(back) => format!("{can}{}{back}", say.language().between_clauses()),
        None => can,
    }
}

/// Why a step stays as it is, in a sentence.
pub(crate) fn why(stays: Stays, say: &Sentences) -> String {
    say.say(&format!("cleanup-stays-{}", stays.id()), &[])
}

/// What a step goes back to, where that is more than a name.
pub(super) fn back_to(former: &Former, say: &Sentences) -> Option<String> {
    let what = match former {
        Former::Never(_) | Former::There => return None,
        Former::Names(names) => names.join(", "),
        Former::Sizes(sizes) => {
            let sizes: Vec<String> = sizes.iter().map(u32::to_string).collect();
            sizes.join(", ")
        }
        Former::Text(text) => text.clone(),
    };
    let whole = redacted(&report::shown(&what));
    let mut what: String = whole.chars().take(FORMER_LETTERS_MAX).collect();
    if what.len() < whole.len() {
        what.push_str("[…]");
    }
    Some(say.say("cleanup-undo-back-to", &[("what", &what)]))
}

/// The sentence on what stays of a step of a plan for good, and on what only a run can undo. Whoever does a
/// step by hand sees to that.
pub(super) fn lasting(step: &Step, say: &Sentences) -> Option<String> {
    match back::foreseen(step) {
        Some(Stays::ByHand) => None,
        Some(Stays::Copy) => Some(say.say("cleanup-copies-stay", &[])),
        Some(stays) => Some(why(stays, say)),
        None => step.undo.is_empty().then(|| say.say("cleanup-undo-run", &[])),
    }
}

/// Asks for the undo of a run of this case, or of one of its steps.
pub(crate) async fn ask(
    app: &App,
    caller: &Caller,
    case: i64,
    (run, step): (i64, Option<u32>),
    now: Time,
) -> Result<i64, Problem> {
    caller.must_be(Role::Approver)?;
    let own = app.store.cleanups(case).await?;
    if !own.iter().any(|known| known.id == run) {
        return Err(Error::Missing("clean-up").into());
    }
    Ok(app.store.ask_undo(run, step, &caller.name, now).await?)
}

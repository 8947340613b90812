//! What is to be done about a case, how far it is done, and whether it helped.

pub(crate) mod back;

use askama::Template;
use axum::{
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use firedamp_core::{
    id::Provider,
    plan::{self, Phase, Plan, Step, script, terraform},
    redact::redacted,
    time::Time,
};
use serde::Deserialize;

use super::{
    super::form::{Fields, OnCase, Refused},
    Opened,
    proof::{ProofView, proof_view},
    written,
};
use crate::{
    language::{Language, Sentences},
    pack::Dossier,
    report,
    store::{Cleanup, Progress, StepNote},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

/// Steps shown on the page; all are in the script.
const STEPS_MAX: usize = 200;
/// Letters of a plan's hash that a person compares.
const DIGEST_LETTERS: usize = 12;
/// The errors of Partner Center that are explained.
const ERRORS: [&str; 9] =
    ["900115", "2055", "800091", "900118", "800002", "900159", "900307", "800111", "900278"];

#[derive(Template)]
#[template(path = "page/case/cleanup.html")]
struct Page {
    say: Say,
    case: i64,
    revision: i64,
    may_ask: bool,
    may_approve: bool,
    phases: Vec<(String, Vec<StepLine>)>,
    is_cut: bool,
    left: Vec<(String, String)>,
    script: String,
    undo: String,
    terraform: String,
    run: Option<RunView>,
    backs: Vec<back::BackView>,
    proof: ProofView,
    is_microsoft: bool,
    errors: Vec<String>,
    cancel: String,
    suspend: String,
}

/// Sentences by their ids, for templates.
pub(super) struct Say(pub(super) Sentences);

impl Say {
    pub(super) fn of(&self, id: &str) -> String {
        self.0.say(id, &[])
    }
}

struct StepLine {
    number: u32,
    text: String,
    hand: Option<String>,
    /// What stays of it for good, where a program does it.
    lasting: Option<String>,
}

struct RunView {
    id: i64,
    /// What it undoes, where it does.
    of: Option<String>,
    progress: String,
    is_open: bool,
    /// Waits for somebody's approval.
    is_tried: bool,
    /// This caller asked, so that somebody else approves.
    is_own: bool,
    asked_by: String,
    digest: String,
    approve: String,
    /// Its own steps, which are those that are approved, and how they went.
    notes: Vec<(String, String)>,
}

pub(super) async fn show(opened: &Opened<'_>) -> Result<String, Problem> {
    let Opened { app, caller, file, now, .. } = opened;
    let language = language(caller);
    let say = Sentences::of(language);
    let dossier = Dossier::read(&*app.store, file.row.id, caller.within(), *now).await?;
    let plan = plan::of(&dossier.judged, *now);
    let (customer, account) = (
        dossier.customer.as_ref().map_or("{tenant}", |customer| customer.party.id.as_str()),
        dossier.judged.account.as_str(),
    );
    let of_customer = format!("/v1/customers/{}", report::shown(customer));
    let entitlement = format!(
        "POST {of_customer}/subscriptions/{{plan}}/azureEntitlements/{}/cancel\n\
         {{\"cancellationReason\": \"compromise\"}}",
        report::shown(account)
    );
    let page = Page {
        case: file.row.id,
        revision: file.row.revision,
        may_ask: opened.may_act(),
        may_approve: caller.role >= Role::Approver,
        phases: phases(&plan, &say),
        is_cut: plan.is_cut || plan.steps.len() > STEPS_MAX,
        left: left(&plan, &say),
        script: script::script(&plan),
        undo: script::undo(&plan),
        terraform: terraform::locals(&plan),
        run: dossier.cleanups.first().map(|run| run_view(run, &caller.name, &say)),
        backs: back::views(&dossier.cleanups, &say),
        proof: proof_view(&dossier.proof, &say),
        is_microsoft: dossier.judged.cloud() == Provider::Azure,
        errors: ERRORS
            .iter()
            .map(|code| say.say(&format!("cleanup-partner-e{code}"), &[]))
            .collect(),
        cancel: entitlement,
        suspend: format!(
            "PATCH {of_customer}/subscriptions/{{subscription}}\nIf-Match: {{etag}}\n\
             {{…, \"status\": \"suspended\"}}"
        ),
        say: Say(say),
    };
    written(&page)
}

/// The language that a caller reads.
pub(crate) const fn language(caller: &Caller) -> Language {
    caller.language
}

/// A step in words.
pub(super) fn step_in_words(step: &Step, say: &Sentences) -> String {
    let name = redacted(&report::shown(&step.target.name));
    say.say(&format!("cleanup-measure-{}", step.measure), &[("name", &name)])
}

fn phases(plan: &Plan, say: &Sentences) -> Vec<(String, Vec<StepLine>)> {
    let line = |step: &Step| StepLine {
        number: step.number,
        text: step_in_words(step, say),
        hand: step.hand.map(|hand| say.say(&format!("cleanup-hand-{}", hand.id()), &[])),
        lasting: back::lasting(step, say),
    };
    let of = |phase: Phase| {
        let steps = plan.of_phase(phase).take(STEPS_MAX).map(line).collect();
        (say.say(&format!("cleanup-phase-{}", phase.id()), &[]), steps)
    };
    Phase::ALL.into_iter().map(of).filter(|(_, steps): &(_, Vec<_>)| !steps.is_empty()).collect()
}

fn left(plan: &Plan, say: &Sentences) -> Vec<(String, String)> {
    let line = |left: &plan::Left| {
        let because = format!("cleanup-because-{}", left.because.id());
        (report::shown(&left.name), say.say(&because, &[]))
    };
    plan.left.iter().take(STEPS_MAX).map(line).collect()
}

fn run_view(run: &Cleanup, me: &str, say: &Sentences) -> RunView {
    let why = run.why.as_deref().map(|why| say.answer(why)).unwrap_or_default();
    let progress = format!("cleanup-progress-{}", run.progress.id());
    let short: String = run.digest.chars().take(DIGEST_LETTERS).collect();
    let is_real = run.steps.iter().any(|note| !note.is_dry);
    let notes = run.plan.steps.iter().map(|step| {
        let number = say.say("cleanup-run-step", &[("number", &step.number.to_string())]);
        let place = step.target.place.as_deref().map(report::shown);
        let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
        let went = run.step(step.number, !is_real).map(|note| came_of(note, say));
        let went = went.map(|went| format!("{} {went}", say.colon())).unwrap_or_default();
        // Who approves an undo sees what it goes back to.
        let former = run.former(step.number).filter(|_| run.undoes.is_some());
        let back = former.and_then(|former| back::back_to(former, say));
        let back = back.map(|back| format!("{}{back}", say.language().between_clauses()));
        let back = back.unwrap_or_default();
        (number, format!("{}{place}{back}{went}", step_in_words(step, say)))
    });
    // No script tells an undo's steps: who approves it sees all of them.
    let shown = if run.undoes.is_some() { plan::STEPS_MAX } else { STEPS_MAX };
    RunView {
        id: run.id,
        of: run.undoes.map(|of| say.say("cleanup-undo-of", &[("number", &of.to_string())])),
        progress: say.say(&progress, &[("why", &why)]),
        is_open: run.progress.is_open(),
        is_tried: run.progress == Progress::Tried,
        is_own: run.asked_by == me,
        asked_by: say.say("cleanup-run-other", &[("name", &report::shown(&run.asked_by))]),
        approve: say.say("cleanup-run-approve", &[("digest", &short)]),
        digest: run.digest.clone(),
        notes: notes.take(shown).collect(),
    }
}

/// What came of a step, and what the cloud answered.
fn came_of(note: &StepNote, say: &Sentences) -> String {
    let state = match (note.state.as_str(), note.is_dry) {
        ("done", true) => say.say("cleanup-note-tried", &[]),
        ("by_hand", _) => say.say("cleanup-by-hand", &[]),
        (state, _) => say.say(&format!("cleanup-note-{state}"), &[]),
    };
    match say.answer(&note.answer) {
        answer if answer.is_empty() => state,
        answer => format!("{state} ({answer})"),
    }
}

/// A form of the section.
#[derive(Debug, Deserialize)]
pub(crate) struct Sent {
    action: String,
    /// The clean-up that is meant.
    #[serde(default)]
    run: i64,
    /// The step of it whose undo is asked for; without one, of all.
    #[serde(default)]
    step: Option<u32>,
    /// The hash of the plan that was seen.
    #[serde(default)]
    digest: String,
    /// How far.
    #[serde(default)]
    until: String,
}

impl Fields for Sent {
    fn may(caller: &Caller) -> Result<(), Problem> {
        caller.must_be(Role::Analyst)
    }
}

pub(in super::super) async fn act(
    OnCase { app, caller, file, form }: OnCase<Sent>,
) -> Result<Redirect, Refused> {
    let (case, now) = (file.row.id, (app.clock)());
    match form.action.as_str() {
        "ask" => {
            ask(&app, &caller, case, until(&form.until)?, now).await?;
        }
        "approve" => decide(&app, &caller, case, (form.run, Some(&form.digest)), now).await?,
        "withdraw" => decide(&app, &caller, case, (form.run, None), now).await?,
        "undo" => {
            back::ask(&app, &caller, case, (form.run, form.step), now).await?;
        }
        "cleaned" => app.store.note_cleaned(case, &caller.name, now).await?,
        _ => return Err(Problem::invalid("this page has no such button").into()),
    }
    Ok(Redirect::to(&format!("/cases/{case}/cleanup")))
}

/// The last part of a plan that is carried out.
pub(crate) fn until(text: &str) -> Result<Phase, Problem> {
    let known = Phase::ALL.into_iter().find(|phase| phase.id() == text);
    match text {
        "" => Ok(Phase::Contain),
        _ => known.ok_or_else(|| Problem::invalid("a plan has no such part")),
    }
}

/// Asks for the present plan, as far as a part, to be carried out.
pub(crate) async fn ask(
    app: &App,
    caller: &Caller,
    case: i64,
    until: Phase,
    now: Time,
) -> Result<i64, Problem> {
    let dossier = Dossier::read(&*app.store, case, caller.within(), now).await?;
    let mut plan = plan::of(&dossier.judged, now);
    plan.steps.retain(|step| step.phase <= until);
    Ok(app.store.ask_cleanup(case, &plan, &caller.name, now).await?)
}

/// Approves or withdraws a clean-up of this case.
pub(crate) async fn decide(
    app: &App,
    caller: &Caller,
    case: i64,
    (run, approved): (i64, Option<&str>),
    now: Time,
) -> Result<(), Problem> {
    if approved.is_some() {
        caller.must_be(Role::Approver)?;
    }
    let own = app.store.cleanups(case).await?;
    let own = own.into_iter().find(|cleanup| cleanup.id == run);
    let own = own.ok_or(crate::store::Error::Missing("clean-up"))?;
    // What an undo goes back to is no matter of evidence.
    if approved.is_some() && own.progress == Progress::Tried && own.undoes.is_none() {
        let dossier = Dossier::read(&*app.store, case, caller.within(), now).await?;
        check_present(&own.plan, &plan::of(&dossier.judged, now))?;
    }
    Ok(app.store.decide_cleanup(run, approved, &caller.name, now).await?)
}

/// Refuses a plan that would not be made today: more evidence may have told whose a machine is.
fn check_present(asked: &Plan, present: &Plan) -> Result<(), Problem> {
    let last = asked.steps.iter().map(|step| step.phase).max();
    let work = |plan: &Plan| -> Vec<_> {
        let steps = plan.steps.iter().filter(|step| Some(step.phase) <= last);
        steps.map(|step| (step.measure, step.target.clone(), step.hand)).collect()
    };
    match work(asked) == work(present) {
        true => Ok(()),
        false => {
            let why = "the evidence has changed since, and the plan with it: withdraw this \
                       clean-up, and ask for the dry run of the present plan";
            Err(crate::store::Error::Refused(why.to_string()).into())
        }
    }
}

/// A file to be saved, not shown.
pub(super) fn file(name: &str, kind: &'static str, content: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, content).into_response()
}

#[cfg(test)]
mod tests {
    use firedamp_core::plan::{
        Kind, Measure, Target,
        back::{Former, Stays},
    };

    use super::*;
    use crate::store::FormerNote;

    fn step(number: u32) -> Step {
        let name = format!("i-{number:08x}");
        Step {
            number,
            phase: Phase::Contain,
            measure: Measure::Stop,
            target: Target { kind: Kind::Machine, name, place: None, parent: None },
            commands: Vec::new(),
            undo: Vec::new(),
            hand: None,
        }
    }

    fn run(steps: u32, undoes: Option<i64>, former: Former) -> Cleanup {
        Cleanup {
            id: 2,
            case: 1,
            undoes,
            progress: Progress::Tried,
            plan: Plan {
                provider: Provider::Aws,
                account: "111122223333".to_string(),
                steps: (1..=steps).map(step).collect(),
                left: Vec::new(),
                is_cut: false,
            },
            digest: String::new(),
            asked_by: "alice".to_string(),
            asked_at: Time::default(),
            decided_by: None,
            why: None,
            steps: Vec::new(),
            formers: vec![FormerNote { number: 1, former }],
        }
    }

    #[test]
    fn who_approves_an_undo_sees_all_that_it_goes_back_to() {
        let say = Sentences::of(Language::English);
        let told = |run: &Cleanup| run_view(run, "bob", &say).notes;
        let notes = told(&run(450, Some(1), Former::Never(Stays::Same)));
        assert_eq!(notes.len(), 450);
        assert!(notes.last().is_some_and(|(_, text)| text.contains("i-000001c2")), "{notes:?}");
        assert_eq!(told(&run(450, None, Former::There)).len(), STEPS_MAX, "all are in the script");
        let short = told(&run(1, Some(1), Former::Text("{\"Action\":\"*\"}".to_string())));
        assert!(short[0].1.contains("back to {\"Action\":\"*\"}"), "{short:?}");
        assert!(!short[0].1.contains("[…]"), "{short:?}");
        let long = told(&run(1, Some(1), Former::Text("a ".repeat(500))));
        assert!(long[0].1.contains("a a a […]"), "said to be cut: {long:?}");
    }
}

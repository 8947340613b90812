//! One thing done to many cases: to those that somebody chose, or to all that a filter finds.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use firedamp_core::life::{Reason, Status};

use super::considered;
use crate::{
    store::{Act, Action, By, CaseFile, CaseRow, Cursor, Filter, PAGE_MAX},
    web::{App, Problem, access::Caller},
};

/// Does one thing to each of these cases that the caller may see; what fails for one stops none of the
/// others.
pub(crate) async fn act_on_each(
    app: &App,
    caller: &Caller,
    cases: &[i64],
    action: &Action,
    why: Option<&str>,
) -> Vec<(i64, Result<CaseRow, Problem>)> {
    let by = By { who: caller.name.clone(), at: (app.clock)() };
    let mut all = Vec::with_capacity(cases.len());
    for case in cases {
        all.push((*case, act_on(app, caller, *case, (action, why), &by).await));
    }
    all
}

async fn act_on(
    app: &App,
    caller: &Caller,
    case: i64,
    what: (&Action, Option<&str>),
    by: &By,
) -> Result<CaseRow, Problem> {
    let file = app.store.case(case, caller.within()).await?;
    act_on_file(app, caller, (&file, None), what, by).await
}

async fn act_on_file(
    app: &App,
    caller: &Caller,
    (file, revision): (&CaseFile, Option<i64>),
    (action, why): (&Action, Option<&str>),
    by: &By,
) -> Result<CaseRow, Problem> {
    let action = considered(app, caller, file, action.clone(), why).await?;
    let act = Act { case: file.row.id, revision, actor: by.who.clone(), at: by.at, action };
    Ok(app.store.act(&act).await?)
}

/// A case, and its revision as somebody was told of it, where they were.
pub(crate) type Told = (i64, Option<i64>);

/// What a filter finds, in the order of the queue.
pub(crate) struct Found {
    /// The cases, no more than were looked for.
    pub(crate) cases: Vec<CaseRow>,
    /// Whether there are more.
    pub(crate) is_more: bool,
}

/// All that a filter finds, each once, but no more than so many.
pub(crate) async fn find(app: &App, filter: &Filter, most: usize) -> Result<Found, Problem> {
    let (mut cases, mut seen, mut after) = (Vec::new(), BTreeSet::new(), None);
    // A page after the last one that is wanted tells whether there are more.
    while cases.len() <= most {
        let page = app.store.cases(&Filter { after, limit: PAGE_MAX, ..filter.clone() }).await?;
        let is_last = page.len() < PAGE_MAX as usize;
        after = page.last().map(|last| place(last, filter));
        // What became dearer while this reads comes twice.
        cases.extend(page.into_iter().filter(|case| seen.insert(case.id)));
        if is_last {
            break;
        }
    }
    let is_more = cases.len() > most;
    cases.truncate(most);
    Ok(Found { cases, is_more })
}

/// The place of a case in the order of the filter.
fn place(case: &CaseRow, filter: &Filter) -> Cursor {
    let due = case.answer_due.filter(|_| filter.answer_due);
    due.map_or(case.cursor(), |due| Cursor { loss: due.millis() as f64, id: case.id })
}

/// What became of cases that one thing was to be done to.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// To these it was done.
    pub(crate) done: Vec<i64>,
    /// These were so already: nothing was written down.
    pub(crate) unchanged: Vec<i64>,
    /// To these it was not, by the reason.
    pub(crate) refused: Vec<Refusal>,
}

/// Cases to which nothing was done for one reason.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// As in a problem.
    pub(crate) code: &'static str,
    /// As in a problem.
    pub(crate) detail: String,
    /// Which.
    pub(crate) cases: Vec<i64>,
}

impl Outcome {
    fn refuse(&mut self, problem: Problem, cases: &[i64]) {
        let Problem { code, detail, .. } = problem;
        match self.refused.iter_mut().find(|one| one.code == code && one.detail == detail) {
            Some(known) => known.cases.extend(cases),
            None => self.refused.push(Refusal { code, detail, cases: cases.to_vec() }),
        }
    }
}

/// Does one thing to all of these cases, each in a transaction of its own, so that a desk's turns are
/// written in between. What evidence or people changed since it was told of is left as it is. It goes on
/// when whoever asked for it hangs up.
pub(crate) async fn act_on_found(
    app: &App,
    caller: &Caller,
    cases: Vec<Told>,
    (action, why): (Action, Option<String>),
) -> Result<Outcome, Problem> {
    let (app, caller) = (app.clone(), caller.clone());
    let all = async move { act_on_all(&app, &caller, &cases, (&action, why.as_deref())).await };
    tokio::spawn(all).await.map_err(|error| Problem::broken(&error))
}

async fn act_on_all(
    app: &App,
    caller: &Caller,
    cases: &[Told],
    what: (&Action, Option<&str>),
) -> Outcome {
    let by = By { who: caller.name.clone(), at: (app.clock)() };
    let mut outcome = Outcome::default();
    for (at, told) in cases.iter().enumerate() {
        match act_unless_so(app, caller, *told, what, &by).await {
            Ok(true) => outcome.done.push(told.0),
            Ok(false) => outcome.unchanged.push(told.0),
            // Where the store fails for one, it does for those that are left.
            Err(problem) if problem.status.is_server_error() => {
                let left = cases.get(at..).unwrap_or_default().iter().map(|(case, _)| *case);
                outcome.refuse(problem, &left.collect::<Vec<i64>>());
                break;
            }
            Err(problem) => outcome.refuse(problem, &[told.0]),
        }
    }
    let done = outcome.done.len();
    tracing::info!(by = %by.who, done, of = cases.len(), "one thing was done to many cases");
    outcome
}

/// Whether it was done, or was so already.
async fn act_unless_so(
    app: &App,
    caller: &Caller,
    (case, revision): Told,
    what: (&Action, Option<&str>),
    by: &By,
) -> Result<bool, Problem> {
    let file = app.store.case(case, caller.within()).await?;
    if is_so(&file.row, what.0) {
        return Ok(false);
    }
    // New evidence that nobody was told of would be known, and never open a case that is resolved now.
    if revision.is_some_and(|told| told != file.row.revision) {
        let detail =
            "evidence or people changed it since you were told of it; look at it by itself";
        return Err(Problem::new(StatusCode::PRECONDITION_FAILED, "changed", detail));
    }
    act_on_file(app, caller, (&file, revision), what, by).await.map(|_| true)
}

/// Whether an action would leave a case as it is.
fn is_so(case: &CaseRow, action: &Action) -> bool {
    let is_resolved = |reason| case.status == Status::Resolved && case.reason == Some(reason);
    match action {
        Action::Assign(person) => case.assignee.as_deref() == person.as_deref().map(str::trim),
        Action::Label(label) => case.labels.contains(label.trim()),
        Action::Unlabel(label) => !case.labels.contains(label),
        Action::Reopen(status) => case.status == *status && case.snoozed_until.is_none(),
        Action::Resolve(reason) => is_resolved(*reason),
        Action::ResolveAnyway(_) => is_resolved(Reason::Fraud),
        Action::ResolveLegitimate { .. } => is_resolved(Reason::Legitimate),
        Action::Snooze(until) => case.snoozed_until == *until,
        Action::Comment(_) | Action::NotLegitimate(_) => false,
    }
}

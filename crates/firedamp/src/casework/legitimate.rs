//! Resolving a case as legitimate: by what the policy in force wants on file, or for a stated reason.
//! Programs of Microsoft's interfaces can state none.

use axum::http::StatusCode;
use firedamp_core::{
    authorisation::{Missing, Verdict},
    life::Reason,
};
use serde_json::Value;

use super::{in_force, offers};
use crate::{
    authorisation::{self, filing},
    store::{Act, Action, By, CaseFile, CaseRow, Standing},
    web::{App, Problem, access::Caller},
};

/// What is done when somebody asks for `action`: a case is legitimate without an approval that the
/// provider wants only for a reason, which is written down with what was missing.
pub(crate) async fn considered(
    app: &App,
    caller: &Caller,
    file: &CaseFile,
    action: Action,
    why: Option<&str>,
) -> Result<Action, Problem> {
    if action != Action::Resolve(Reason::Legitimate) {
        return Ok(action);
    }
    let lacks = lacking(app, caller, file).await?;
    match why.map(str::trim).filter(|why| !why.is_empty()) {
        Some(why) => Ok(Action::ResolveLegitimate { why: why.to_string(), lacks }),
        None if lacks.is_empty() => Ok(action),
        None => Err(unapproved(&lacks)),
    }
}

/// What the policy in force wants on file about a case, and is not there.
pub(crate) async fn lacking(
    app: &App,
    caller: &Caller,
    file: &CaseFile,
) -> Result<Vec<Missing>, Problem> {
    if matches!(app.store.verdict(file.row.id).await?, Verdict::Within { .. }) {
        return Ok(Vec::new());
    }
    let seen = file.row.last_observed;
    let filed = filing::of_account(app, caller, &file.row.account).await?;
    let approved = filed.into_iter().filter(|one| one.state == Standing::Approved);
    let approved: Vec<_> = approved
        .map(|one| one.authorisation)
        .filter(|one| one.start <= seen && seen < one.end)
        .collect();
    let judgement: Value = serde_json::from_str(&file.json).unwrap_or_default();
    let (provider, held) = in_force(file, &judgement, &offers(app, file).await?);
    Ok(authorisation::missing(&approved, provider, held.rule))
}

/// Why a case is not resolved as legitimate without a reason. Pages know the sentence.
pub(crate) fn unapproved(lacks: &[Missing]) -> Problem {
    let has = |one| lacks.contains(&one);
    let purpose = has(Missing::Purpose);
    let what = match (has(Missing::Approval), has(Missing::Document)) {
        (true, true) => "the provider's written approval and its document",
        (true, false) if purpose => {
            "the provider's written approval and a purpose that Microsoft considers"
        }
        (true, false) => "the provider's written approval",
        (false, true) if purpose => {
            "the document of the provider's approval and a purpose that Microsoft considers"
        }
        (false, true) => "the document of the provider's approval",
        (false, false) => "a purpose that Microsoft considers",
    };
    let detail = format!("not on file: {what}; say why the case is legitimate all the same");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "approval_missing", detail)
}

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
    (action, why): (&Action, Option<&str>),
    by: &By,
) -> Result<CaseRow, Problem> {
    let file = app.store.case(case, caller.within()).await?;
    let action = considered(app, caller, &file, action.clone(), why).await?;
    let act = Act { case, revision: None, actor: by.who.clone(), at: by.at, action };
    Ok(app.store.act(&act).await?)
}

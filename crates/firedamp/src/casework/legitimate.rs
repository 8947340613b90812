//! Resolving a case as legitimate: by what the policy in force wants on file, or for a stated reason.
//! Programs of Microsoft's interfaces can state none.

use std::ops::Range;

use axum::http::StatusCode;
use firedamp_core::{
    authorisation::{Missing, Verdict},
    finding::Group,
    life::Reason,
    time::Time,
};
use serde_json::Value;

use super::{in_force, offers};
use crate::{
    authorisation::{self, filing},
    store::{Action, CaseFile, Standing},
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
    let judgement: Value = serde_json::from_str(&file.json).unwrap_or_default();
    let seen = seen_last(file.row.last_observed, &judgement);
    let filed = filing::of_account(app, caller, &file.row.account).await?;
    let approved = filed.into_iter().filter(|one| one.state == Standing::Approved);
    let approved: Vec<_> = approved
        .map(|one| one.authorisation)
        .filter(|one| one.start < seen.end && seen.start < one.end)
        .collect();
    let (provider, held) = in_force(file, &judgement, &offers(app, file).await?);
    Ok(authorisation::missing(&approved, provider, held.rule))
}

/// The time in which it was seen last: all of the day where a bill alone tells of it, whose time is the
/// beginning of that day. An approval in force on a part of it counts, as it does for the verdict.
fn seen_last(last: Time, judgement: &Value) -> Range<Time> {
    let day = Group::Billing.grain_seconds();
    let is_midnight = last.millis() % (day * 1000) == 0;
    let findings = judgement.get("findings").and_then(Value::as_array);
    let mut groups = findings.into_iter().flatten().filter_map(|finding| finding.get("group"));
    let is_day = is_midnight && groups.any(|group| group == Group::Billing.id());
    last..last.period_end(if is_day { day } else { 0 })
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_day_that_a_bill_tells_was_seen_until_its_end() {
        let midnight = Time::parse("2026-03-02").expect("a time");
        let next = Time::parse("2026-03-03").expect("a time");
        let of = |groups: &[&str]| {
            let findings = groups.iter().map(|group| json!({"group": group}));
            json!({"findings": findings.collect::<Vec<_>>()})
        };
        let (bill, flows) = (of(&["network", "billing"]), of(&["network"]));
        assert_eq!(seen_last(midnight, &bill), midnight..next);
        assert_eq!(seen_last(midnight, &flows).end, Time::from_millis(midnight.millis() + 1));
        let later = midnight.plus_seconds(8 * 3600);
        assert_eq!(seen_last(later, &bill).end, Time::from_millis(later.millis() + 1));
        assert_eq!(seen_last(midnight, &Value::Null).end.millis(), midnight.millis() + 1);
    }
}

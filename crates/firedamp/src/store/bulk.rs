//! The same done to many cases, each by itself: what fails for one stops none of the others.

use firedamp_core::time::Time;

use super::{Act, Action, CaseRow, Error, Store};

/// Cases that are acted on at once.
pub const BULK_MAX: usize = 200;

/// What became of one case of many.
#[derive(Debug)]
pub struct Done {
    /// The case.
    pub case: i64,
    /// How it is now, or why nothing was done.
    pub result: Result<CaseRow, Error>,
}

/// Does one thing to each of these cases that the caller may see, with an entry in the activity of each.
pub async fn act_on_all(
    store: &dyn Store,
    cases: &[i64],
    within: Option<&str>,
    (actor, at, action): (&str, Time, &Action),
) -> Vec<Done> {
    let mut all = Vec::with_capacity(cases.len());
    for case in cases {
        let act = Act {
            case: *case,
            revision: None,
            actor: actor.to_string(),
            at,
            action: action.clone(),
        };
        let result = match store.case(*case, within).await {
            Ok(_) => store.act(&act).await,
            Err(error) => Err(error),
        };
        all.push(Done { case: *case, result });
    }
    all
}

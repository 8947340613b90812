//! What programs do to the status of a case: the same acts as a person's on the page.

use firedamp_core::life::{Reason, Status};

use crate::{
    casework,
    store::{Act, Action, CaseRow},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

/// Where a case shall stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Wanted {
    pub(super) status: Status,
    /// Why, if it is resolved.
    pub(super) reason: Option<Reason>,
}

impl Wanted {
    fn action(self) -> Result<Action, Problem> {
        match (self.status, self.reason) {
            // Programs of Microsoft's interfaces know no proof; that it was they is written down.
            (Status::Resolved, Some(Reason::Fraud)) => {
                Ok(Action::ResolveAnyway("set through an interface of Microsoft's".to_string()))
            }
            (Status::Resolved, Some(reason)) => Ok(Action::Resolve(reason)),
            (Status::Resolved, None) => {
                Err(Problem::invalid("who resolves an alert says why: `resolvedReason`"))
            }
            (status, _) => Ok(Action::Reopen(status)),
        }
    }

    fn is_so(self, row: &CaseRow) -> bool {
        let reason = if self.status == Status::Resolved { self.reason } else { None };
        row.status == self.status && row.reason == reason
    }
}

/// Puts a case where it shall stand; nothing happens to one that stands there.
pub(super) async fn update(
    app: &App,
    caller: &Caller,
    row: &CaseRow,
    wanted: Wanted,
) -> Result<(), Problem> {
    caller.must_be(Role::Analyst)?;
    let action = wanted.action()?;
    if wanted.is_so(row) {
        return Ok(());
    }
    let act = |action| Act {
        case: row.id,
        revision: Some(row.revision),
        actor: caller.name.clone(),
        at: (app.clock)(),
        action,
    };
    if action == Action::Resolve(Reason::Legitimate) {
        // These interfaces have no place for a reason: who resolves it all the same does so at the desk.
        let file = app.store.case(row.id, caller.within()).await?;
        let lacks = casework::lacking(app, caller, &file).await?;
        if !lacks.is_empty() {
            let problem = casework::unapproved(&lacks);
            app.store.act(&act(Action::NotLegitimate(lacks))).await?;
            return Err(problem);
        }
    }
    app.store.act(&act(action)).await?;
    Ok(())
}

//! Incidents: an account has one case for ever, but what opens it again is another hijack, and the days
//! that a provider gives are counted from that one.

use firedamp_core::{
    case::Case,
    life::{Life, Reason, Status},
    time::Time,
};

/// The incident that a case is about.
#[derive(Clone, Copy)]
pub(super) struct Incident {
    /// When evidence opened the case for it.
    pub(super) begun_at: Time,
    /// What was observed until then belongs to incidents that were cleaned up.
    pub(super) settled_until: Option<Time>,
}

impl Incident {
    /// The incident after a judgement at `at`: another one, when that opened a case which `was`
    /// resolved and had been observed until `last`.
    pub(super) fn after(self, was: &Life, last: Time, now: &Life, at: Time) -> Self {
        if was.status != Status::Resolved || now.status == Status::Resolved {
            return self;
        }
        let is_settled = was.reason == Some(Reason::Fraud);
        let settled_until = is_settled.then_some(last).or(self.settled_until);
        Self { begun_at: at, settled_until }
    }

    /// When it was observed first: what was seen before a clean-up and after it began at the earliest
    /// when the one before had ended.
    pub(super) fn first_observed(self, case: &Case) -> Time {
        let Some(settled) = self.settled_until else {
            return case.first_observed;
        };
        let counted = case.findings.iter().filter(|found| !found.sample);
        let since = counted.filter(|found| found.span.last > settled);
        let first = since.map(|found| found.span.first.max(settled)).min();
        first.unwrap_or(case.first_observed.max(settled))
    }
}

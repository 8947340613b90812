//! Incidents: an account has one case for ever, but what opens it again is another hijack, and the days
//! that a provider gives are counted from that one.

use firedamp_core::{
    case::{Case, Due, observed},
    life::{Life, Reason, Status},
    time::Time,
};
use sqlx::{Row, sqlite::SqliteRow};

use super::{Result, maybe_time};

/// The incident that a case is about.
#[derive(Clone, Copy)]
pub(super) struct Incident {
    /// When evidence opened the case for it.
    pub(super) begun_at: Time,
    /// What was observed until then belongs to incidents that were cleaned up.
    pub(super) settled_until: Option<Time>,
    /// When it was observed last.
    seen_until: Time,
    /// No other was before it.
    is_first: bool,
}

impl Incident {
    /// The one that stands in the row of a case.
    pub(super) fn read(row: &SqliteRow) -> Result<Self> {
        let (opened_at, begun_at): (i64, i64) =
            (row.try_get("opened_at")?, row.try_get("begun_at")?);
        Ok(Self {
            begun_at: Time::from_millis(begun_at),
            settled_until: maybe_time(row.try_get("settled_until")?),
            seen_until: Time::from_millis(row.try_get("last_observed")?),
            is_first: begun_at == opened_at,
        })
    }

    /// The first of a case that is opened.
    pub(super) const fn first(at: Time) -> Self {
        Self { begun_at: at, settled_until: None, seen_until: at, is_first: true }
    }

    /// The incident after a judgement at `at`: another one, when that opened a case which `was`
    /// resolved.
    pub(super) fn after(self, was: &Life, now: &Life, at: Time) -> Self {
        if was.status != Status::Resolved || now.status == Status::Resolved {
            return self;
        }
        let is_settled = was.reason == Some(Reason::Fraud);
        let settled_until = is_settled.then_some(self.seen_until).or(self.settled_until);
        Self { begun_at: at, settled_until, is_first: false, ..self }
    }

    /// When it was observed first: what was seen before a clean-up and after it began at the earliest
    /// when the one before had ended. The row keeps the earliest that was ever known of it, but the
    /// beginning of a day, which is all that a bill tells, gives way to a moment of that day.
    pub(super) fn first_observed(self, case: &Case) -> Time {
        let Some(settled) = self.settled_until else {
            return case.first_observed;
        };
        let counted = case.findings.iter().filter(|found| !found.sample);
        let since = observed(counted.filter(|found| found.span.last > settled), None);
        since.map_or(case.first_observed, |span| span.first).max(settled)
    }

    /// The first deadline that a notice set for it. A notice of an incident before stays among the
    /// findings: what was due when this one began is not about it. All are about the first one, also
    /// those that came here too late.
    pub(super) fn due(self, case: &Case) -> Option<Due> {
        Due::of(case, (!self.is_first).then_some(self.begun_at))
    }
}

//! The life of a case: what people decided, what they were told, and what new evidence does to both.
//!
//! A case is judged anew whenever telemetry arrives. Its life goes on: evidence joins it, a resolved
//! case is opened again by evidence that was not known when it was resolved, and people are told
//! when something they would act on has changed.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    authorisation::{Seen, Verdict},
    case::{Case, Grade},
    time::Time,
};

/// From this probability on an account is a case (design, section 7).
pub const OPEN_PROBABILITY: f64 = 0.10;
/// Probabilities whose crossing people are told of: even odds, and near certainty.
const STEPS: [f64; 2] = [0.5, 0.9];
/// Cost that grew so many times, and by so many US dollars a day, is told again.
const COST_GROWTH_MIN: f64 = 2.0;
const COST_GROWTH_DOLLARS_MIN: f64 = 20.0;

/// Where a case stands; the names are those of the Graph security API.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has looked yet.
    #[default]
    Active,
    /// Somebody is at it.
    Investigating,
    /// Done, for a [`Reason`].
    Resolved,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Investigating, Self::Resolved];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Investigating => "investigating",
            Self::Resolved => "resolved",
        }
    }

    /// The status with this text id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.id() == id)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

/// Why a case was resolved.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Somebody mined who must not; it was cleaned up.
    Fraud,
    /// The customer may do what was seen.
    Legitimate,
    /// Not worth more work.
    Ignore,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Fraud, Self::Legitimate, Self::Ignore];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Fraud => "fraud",
            Self::Legitimate => "legitimate",
            Self::Ignore => "ignore",
        }
    }

    /// The reason with this text id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.id() == id)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

/// What one detector says about one resource, without when and how much.
type Known = (String, String);

/// A case's past, as far as it decides what comes next.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Life {
    /// Where it stands.
    pub status: Status,
    /// Why it was resolved.
    pub reason: Option<Reason>,
    /// When it was resolved.
    resolved_at: Option<Time>,
    /// The evidence that was known when it was resolved.
    known: BTreeSet<Known>,
    /// What people were told last.
    told: Option<Told>,
    /// The authorisations by whose record it is legitimate; none where people decided.
    #[serde(default)]
    record: BTreeSet<i64>,
    /// Authorisations whose record people did not let stand: they opened the case again.
    #[serde(default)]
    overruled: BTreeSet<i64>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Told {
    /// How many of [`STEPS`] the probability had reached.
    steps: usize,
    dollars_per_day: f64,
    severity: u8,
}

/// What judging a case anew changed, as far as people are told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Change {
    /// It is the first time that it is more likely than not.
    Opened,
    /// Probability, severity or money rose by a step.
    Grew,
    /// It was resolved, and there is evidence that was not known then.
    Reopened,
    /// It was legitimate by record, and left the scope or the limits of its authorisations.
    Breached,
}

impl Change {
    /// The kind of notice that tells of it.
    #[must_use]
    pub const fn notice(self) -> &'static str {
        match self {
            Self::Opened => "case_opened",
            Self::Grew => "case_grew",
            Self::Reopened => "case_reopened",
            Self::Breached => "case_breached",
        }
    }
}

/// What an authorisation did to a case.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// It is legitimate by record; this is what people would have been told otherwise.
    Authorised(Option<Change>),
    /// It was, and is no longer.
    Breached,
}

/// What judging a case anew did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Outcome {
    /// What people are told.
    pub change: Option<Change>,
    /// What authorisations did.
    pub step: Option<Step>,
}

impl Life {
    /// Takes a judgement of the case in, with no authorisation on file. `None` when there is nothing
    /// to tell.
    pub fn judged(&mut self, case: &Case) -> Option<Change> {
        self.weigh(&Seen::of(case), &evidence(case))
    }

    /// Takes a judgement in, with what the authorisations on file make of it.
    pub fn judged_with(
        &mut self,
        seen: &Seen,
        evidence: &BTreeSet<(String, String)>,
        verdict: &Verdict,
    ) -> Outcome {
        match verdict {
            Verdict::Within { by, .. } if self.takes(by, seen, evidence) => {
                self.authorise(by, seen, evidence)
            }
            Verdict::Silent | Verdict::Outside { .. } if !self.record.is_empty() => {
                self.breach(seen)
            }
            _ => Outcome { change: self.weigh(seen, evidence), step: None },
        }
    }

    /// The authorisations by whose record it is legitimate; none where people decided.
    #[must_use]
    pub const fn record(&self) -> &BTreeSet<i64> {
        &self.record
    }

    fn weigh(&mut self, seen: &Seen, evidence: &BTreeSet<Known>) -> Option<Change> {
        let reopened = self.is_reopened_by(seen, evidence);
        if reopened {
            *self = Self { overruled: std::mem::take(&mut self.overruled), ..Self::default() };
        }
        if self.status == Status::Resolved {
            return None;
        }
        let now = Told::of(seen);
        let change = match &self.told {
            _ if now.steps == 0 => None,
            _ if reopened => Some(Change::Reopened),
            None => Some(Change::Opened),
            Some(before) => now.is_more_than(before).then_some(Change::Grew),
        };
        if change.is_some() {
            self.told = Some(now);
        }
        change
    }

    /// Whether a record may close the case: not against what people decided with this evidence.
    fn takes(&self, by: &BTreeSet<i64>, seen: &Seen, evidence: &BTreeSet<Known>) -> bool {
        let is_peoples = self.status == Status::Resolved && self.record.is_empty();
        !by.is_subset(&self.overruled) && (!is_peoples || self.is_reopened_by(seen, evidence))
    }

    fn authorise(
        &mut self,
        by: &BTreeSet<i64>,
        seen: &Seen,
        evidence: &BTreeSet<Known>,
    ) -> Outcome {
        let mut open = Self { told: self.told.take(), ..Self::default() };
        let would = open.weigh(seen, evidence);
        let is_new = self.record != *by;
        *self = Self {
            status: Status::Resolved,
            reason: Some(Reason::Legitimate),
            resolved_at: Some(seen.last_observed),
            known: evidence.clone(),
            told: open.told,
            record: by.clone(),
            overruled: std::mem::take(&mut self.overruled),
        };
        let is_told = is_new || would.is_some();
        Outcome { change: None, step: is_told.then_some(Step::Authorised(would)) }
    }

    fn breach(&mut self, seen: &Seen) -> Outcome {
        let overruled = std::mem::take(&mut self.overruled);
        *self = Self { told: self.told.take(), overruled, ..Self::default() };
        let now = Told::of(seen);
        let change = (now.steps > 0).then_some(Change::Breached);
        if change.is_some() {
            self.told = Some(now);
        }
        Outcome { change, step: Some(Step::Breached) }
    }

    /// People resolve it, with the evidence that they have in front of them.
    pub fn resolve(&mut self, reason: Reason, case: &BTreeSet<(String, String)>, at: Time) {
        self.status = Status::Resolved;
        self.reason = Some(reason);
        self.resolved_at = Some(at);
        self.known = case.clone();
        self.record.clear();
    }

    /// People take it up, or put it back. What was legitimate by record then waits for them.
    pub fn reopen(&mut self, status: Status) {
        let mut overruled = std::mem::take(&mut self.overruled);
        overruled.extend(&self.record);
        *self = Self { status, told: self.told.take(), overruled, ..Self::default() };
    }

    /// Fraud that was cleaned up is back when anything was seen after it was resolved, for certain: a day
    /// of a bill when it [begins](fn@crate::case::observed) after that. What is legitimate or ignored stays so
    /// until another detector speaks, or another resource is named.
    fn is_reopened_by(&self, seen: &Seen, evidence: &BTreeSet<Known>) -> bool {
        let (Some(reason), Some(at)) = (self.reason, self.resolved_at) else {
            return false;
        };
        if self.status != Status::Resolved || seen.probability < OPEN_PROBABILITY {
            return false;
        }
        match reason {
            Reason::Fraud => seen.is_active && seen.last_observed > at,
            Reason::Legitimate | Reason::Ignore => !evidence.is_subset(&self.known),
        }
    }
}

/// Which detectors speak of which resources: the evidence that a person sees who resolves a case.
#[must_use]
pub fn evidence(case: &Case) -> BTreeSet<(String, String)> {
    let counted = case.findings.iter().filter(|finding| !finding.sample);
    counted.map(|finding| (finding.detector.to_string(), finding.resource.clone())).collect()
}

impl Told {
    fn of(seen: &Seen) -> Self {
        Self {
            steps: STEPS.iter().filter(|step| seen.probability >= **step).count(),
            dollars_per_day: seen.usd_per_day.unwrap_or(0.0),
            severity: match seen.severity {
                Grade::Low => 0,
                Grade::Medium => 1,
                Grade::High => 2,
            },
        }
    }

    fn is_more_than(&self, before: &Self) -> bool {
        let grown = self.dollars_per_day - before.dollars_per_day;
        self.steps > before.steps
            || self.severity > before.severity
            || (grown >= COST_GROWTH_DOLLARS_MIN
                && self.dollars_per_day >= COST_GROWTH_MIN * before.dollars_per_day)
    }
}

#[cfg(test)]
pub(crate) mod tests;

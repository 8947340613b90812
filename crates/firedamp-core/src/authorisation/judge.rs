//! Whether a case lies within its authorisations, and why it does not.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{
    Authorisation, Hours, Purpose, Seen, Trace,
    scope::{self, Named, Reach},
};
use crate::{
    id::Provider,
    policy::Rule,
    time::{Span, Time},
};

const HOUR_SECONDS: i64 = 3600;
const DAY_SECONDS: i64 = 86_400;
/// Breaches that are told of one case.
const BREACHES_MAX: usize = 20;

/// What an authorisation lacks to be worth anything.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The provider's written approval.
    Approval,
    /// The document of that approval.
    Document,
    /// A purpose that the provider considers.
    Purpose,
}

/// What of a scope something lies outside of.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// The account is not named.
    Account,
    /// The resource is not named.
    Resource,
    /// It is said of the whole account, and the scope names resources alone.
    WholeAccount,
    /// The wallet is not named.
    Wallet,
    /// The pool is not named.
    Pool,
}

/// Why something is not covered.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Breach {
    /// It is in no scope; of the authorisation that comes nearest.
    Scope {
        /// The authorisation.
        number: i64,
        /// What of its scope.
        dimension: Dimension,
        /// What was seen.
        seen: String,
    },
    /// It was seen when no authorisation that names it was in force.
    Term {
        /// Which resource, or the account.
        seen: String,
        /// When nothing covered it.
        uncovered: Span,
    },
    /// It costs more a day.
    Spend {
        /// Whose limit.
        number: i64,
        /// US dollars a day at most.
        limit: f64,
        /// US dollars a day seen.
        seen: f64,
    },
    /// It runs in a region that is not named.
    Region {
        /// Whose limit.
        number: i64,
        /// The region.
        seen: String,
    },
    /// It runs at hours that are not allowed.
    Hours {
        /// Whose limit.
        number: i64,
        /// Which hours are.
        hours: Hours,
    },
    /// The authorisation that names it lacks something.
    Incomplete {
        /// The authorisation.
        number: i64,
        /// What.
        missing: Missing,
    },
    /// There is more than could be looked at one by one.
    TooMuch,
}

/// What is to be said beside a verdict.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Note {
    /// Several set a limit; the one of this number is the stricter.
    Stricter {
        /// Its number.
        number: i64,
        /// How many apply.
        of: usize,
    },
    /// Authorisations name regions of which none is common to all.
    Contradiction,
    /// A limit can't be checked, since telemetry does not tell: `hours`, `spend` or `regions`.
    Unchecked {
        /// Which.
        limit: &'static str,
    },
}

/// What the authorisations on file make of a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Verdict {
    /// None is on file.
    Silent,
    /// All of it is covered.
    Within {
        /// By these.
        by: BTreeSet<i64>,
        /// What is to be said beside it.
        notes: BTreeSet<Note>,
    },
    /// Some of it is not.
    Outside {
        /// Why, in the order of the findings; twenty at most.
        breaches: Vec<Breach>,
        /// What is to be said beside it.
        notes: BTreeSet<Note>,
    },
}

/// What an authorisation lacks under a rule.
pub(super) fn missing(one: &Authorisation, provider: Provider, rule: Rule) -> Vec<Missing> {
    if !rule.needs_approval(provider) {
        return Vec::new();
    }
    let mut missing = match &one.approval {
        None => vec![Missing::Approval],
        Some(approval) if approval.document.is_none() => vec![Missing::Document],
        Some(_) => Vec::new(),
    };
    if provider == Provider::Azure && one.purpose != Purpose::SecurityResearch {
        missing.push(Missing::Purpose);
    }
    missing
}

/// Judges a case under a provider's `rule` by the authorisations of whose account it is.
#[must_use]
pub fn judge(seen: &Seen, authorisations: &[Authorisation], rule: Rule) -> Verdict {
    if authorisations.is_empty() {
        return Verdict::Silent;
    }
    let mut found = Found::default();
    if seen.is_cut {
        found.breaches.push(Breach::TooMuch);
    }
    let named = authorisations.iter().filter(|one| scope::names_account(&one.scope, seen));
    let named: Vec<Reach<'_>> = named.map(|one| Reach::of(one, seen.provider)).collect();
    for trace in &seen.traces {
        found.trace(seen, trace, &named, authorisations, rule);
    }
    if found.breaches.is_empty() && found.by.is_empty() {
        return Verdict::Silent;
    }
    let Found { by, mut breaches, notes } = found;
    if breaches.is_empty() {
        return Verdict::Within { by, notes };
    }
    breaches.truncate(BREACHES_MAX);
    Verdict::Outside { breaches, notes }
}

#[derive(Default)]
struct Found {
    by: BTreeSet<i64>,
    breaches: Vec<Breach>,
    notes: BTreeSet<Note>,
}

impl Found {
    fn trace(
        &mut self,
        seen: &Seen,
        trace: &Trace,
        reaches: &[Reach<'_>],
        all: &[Authorisation],
        rule: Rule,
    ) {
        let provider = seen.provider;
        let named = Named::of(trace, provider);
        let mut misses = Vec::new();
        let mut fits = Vec::with_capacity(reaches.len());
        for reach in reaches {
            match reach.outside(trace, &named) {
                Some((dimension, seen)) => misses.push((dimension, seen, reach.one.number)),
                None => fits.push(reach.one),
            }
        }
        if fits.is_empty() {
            self.add(nearest(seen, misses, all));
            return;
        }
        let (whole, parts): (Vec<&Authorisation>, Vec<&Authorisation>) =
            fits.into_iter().partition(|one| missing(one, provider, rule).is_empty());
        if whole.is_empty() {
            for one in parts {
                for missing in missing(one, provider, rule) {
                    self.add(Breach::Incomplete { number: one.number, missing });
                }
            }
            return;
        }
        if let Some(uncovered) = uncovered(trace, &whole) {
            self.add(Breach::Term { seen: trace.resource.clone(), uncovered });
        }
        self.limits(seen, trace, &at_end(trace, &whole));
        let end = trace.span.last.period_end(trace.grain_seconds);
        let overlaps = |one: &&&Authorisation| overlaps(one, trace.span.first, end);
        self.by.extend(whole.iter().filter(overlaps).map(|one| one.number));
    }

    /// What is seen many times is told once.
    fn add(&mut self, breach: Breach) {
        if self.breaches.len() <= BREACHES_MAX && !self.breaches.contains(&breach) {
            self.breaches.push(breach);
        }
    }

    fn limits(&mut self, seen: &Seen, trace: &Trace, last: &[&Authorisation]) {
        self.spend(seen, last);
        self.regions(trace, last);
        let tells_no_hours = trace.grain_seconds > 0 && trace.run_seconds.is_none();
        if tells_no_hours && last.iter().any(|one| one.limits.hours.is_some()) {
            self.notes.insert(Note::Unchecked { limit: "hours" });
        }
        for one in last {
            if let Some(hours) = one.limits.hours.filter(|hours| !hours.hold(trace)) {
                self.add(Breach::Hours { number: one.number, hours });
            }
        }
    }

    fn spend(&mut self, seen: &Seen, last: &[&Authorisation]) {
        let limits = last.iter().filter_map(|one| Some((one.limits.usd_per_day?, one.number)));
        let Some((limit, number)) = limits.clone().min_by(|one, other| one.0.total_cmp(&other.0))
        else {
            return;
        };
        let of = limits.count();
        if of > 1 {
            self.notes.insert(Note::Stricter { number, of });
        }
        match seen.usd_per_day {
            Some(dollars) if dollars > limit => {
                self.add(Breach::Spend { number, limit, seen: dollars });
            }
            Some(_) => {}
            None => {
                self.notes.insert(Note::Unchecked { limit: "spend" });
            }
        }
    }

    fn regions(&mut self, trace: &Trace, last: &[&Authorisation]) {
        let limited: Vec<&&Authorisation> =
            last.iter().filter(|one| !one.limits.regions.is_empty()).collect();
        if limited.is_empty() {
            return;
        }
        if trace.regions.is_empty() {
            self.notes.insert(Note::Unchecked { limit: "regions" });
        }
        let is_in = |one: &Authorisation, region: &str| {
            one.limits.regions.iter().any(|own| own.eq_ignore_ascii_case(region))
        };
        let mut all = limited.iter().flat_map(|one| &one.limits.regions);
        if !all.any(|region| limited.iter().all(|one| is_in(one, region))) {
            self.notes.insert(Note::Contradiction);
        }
        for region in &trace.regions {
            if let Some(one) = limited.iter().find(|one| !is_in(one, region)) {
                self.add(Breach::Region { number: one.number, seen: region.clone() });
            }
        }
    }
}

/// Why nothing covers a finding: by the authorisation that comes nearest.
fn nearest(seen: &Seen, misses: Vec<(Dimension, String, i64)>, all: &[Authorisation]) -> Breach {
    let nearest = misses.into_iter().max_by_key(|(dimension, ..)| *dimension);
    match nearest {
        Some((dimension, seen, number)) => Breach::Scope { number, dimension, seen },
        None => Breach::Scope {
            number: all.first().map_or(0, |one| one.number),
            dimension: Dimension::Account,
            seen: seen.account.clone(),
        },
    }
}

/// Whether an authorisation is in force at any time from `first` on and before `end`.
fn overlaps(one: &Authorisation, first: Time, end: Time) -> bool {
    one.start < end && first < one.end
}

/// The authorisations in force when a finding ends: where only the day is known, when that begins, or
/// else on it.
fn at_end<'a>(trace: &Trace, all: &[&'a Authorisation]) -> Vec<&'a Authorisation> {
    let last = trace.span.last;
    let until = |end: Time| -> Vec<&'a Authorisation> {
        all.iter().copied().filter(|one| overlaps(one, last, end)).collect()
    };
    let at_begin = until(last.period_end(0));
    if at_begin.is_empty() { until(last.period_end(trace.grain_seconds)) } else { at_begin }
}

/// The first part of a finding's time in which none of the authorisations is in force. A day that is
/// known as a day is covered when one is in force on any part of it: nobody knows that it ran on another.
fn uncovered(trace: &Trace, all: &[&Authorisation]) -> Option<Span> {
    let Span { first: mut at, last } = trace.span;
    loop {
        let end = at.period_end(trace.grain_seconds);
        let in_force = all.iter().filter(|one| overlaps(one, at, end));
        let Some(until) = in_force.map(|one| one.end).max() else {
            return Some(Span::between(at, last));
        };
        // An end is not included: what was seen in that very moment came after it.
        let covered = Time::from_millis(until.millis().saturating_sub(1));
        at = covered.period_end(trace.grain_seconds);
        if at > last {
            return None;
        }
    }
}

impl Hours {
    fn seconds(self) -> i64 {
        let hours = (i64::from(self.to) - i64::from(self.from)).rem_euclid(24);
        if hours == 0 { DAY_SECONDS } else { hours * HOUR_SECONDS }
    }

    /// Seconds from the beginning of these hours to a time of the same or the next day.
    fn since_begin(self, time: Time) -> i64 {
        (time.seconds() - i64::from(self.from) * HOUR_SECONDS).rem_euclid(DAY_SECONDS)
    }

    /// Whether a finding keeps to the hours, as far as it tells: its first and last moment, its
    /// longest run, and all of it where it is shorter than a day.
    fn hold(self, trace: &Trace) -> bool {
        let window = self.seconds();
        if trace.grain_seconds > 0 {
            return trace.run_seconds.is_none_or(|run| run <= window);
        }
        let (first, last) = (self.since_begin(trace.span.first), self.since_begin(trace.span.last));
        let is_short = trace.span.seconds() < DAY_SECONDS;
        let is_in_order = !is_short || first <= last;
        // The hour's end is still the last moment of a flow that was cut by it.
        first < window
            && last <= window
            && is_in_order
            && trace.run_seconds.is_none_or(|run| run <= window)
    }
}

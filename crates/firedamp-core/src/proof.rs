//! The proof that mining stopped: flows to where it went have ended, its spend is gone, the control
//! plane shows that what ran was stopped and nothing came in its place. Telemetry must cover the time
//! after: who sees nothing because nothing is read has proven nothing. It holds for the case where it
//! holds for each of its resources.

mod resources;
mod spend;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    event::{Action, CallerKind, ComputeKind},
    judged::{Done, Found, Judged},
    time::{Span, Time},
};

pub use self::resources::{OfResource, RESOURCES_MAX};

/// So long after the clean-up flows must be covered: pools are asked again after minutes, and a guard
/// that starts a miner anew does so within the hour.
const FLOW_SECONDS_MIN: i64 = 6 * 3600;
/// So long the audit log must be covered. Providers deliver it within minutes.
const CALL_SECONDS_MIN: i64 = 3600;
/// Flows and calls under way when it was stopped are no sign that it goes on.
const GRACE_SECONDS: i64 = 900;
/// Findings that weigh less say nothing.
const FINDING_LLR_MIN: f64 = 0.5;

/// What one kind of telemetry says.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// It ended.
    Ended,
    /// It goes on.
    GoesOn,
    /// It covers too little of the time after, or says neither.
    TooLittle,
    /// There is none.
    Nothing,
}

impl Says {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::GoesOn => "goes_on",
            Self::TooLittle => "too_little",
            Self::Nothing => "nothing",
        }
    }
}

/// One kind of telemetry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// `flows`, `spend` or `control_plane`.
    pub about: &'static str,
    /// What it says.
    pub says: Says,
    /// Until when it was read.
    #[serde(serialize_with = "maybe_time")]
    pub until: Option<Time>,
    /// From when on it is enough, if nothing else comes.
    #[serde(serialize_with = "maybe_time")]
    pub enough_from: Option<Time>,
    /// What speaks against it: resources, addresses, amounts.
    pub against: Vec<String>,
}

/// What all of it comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It stopped.
    Stopped,
    /// Something goes on.
    Runs,
    /// Nobody can tell yet.
    NotKnown,
}

impl Verdict {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Runs => "runs",
            Self::NotKnown => "not_known",
        }
    }

    /// What two come to together: one that goes on, or that nobody can tell of, is enough.
    const fn joined(self, other: Self) -> Self {
        match (self, other) {
            (Self::Runs, _) | (_, Self::Runs) => Self::Runs,
            (Self::NotKnown, _) | (_, Self::NotKnown) => Self::NotKnown,
            (Self::Stopped, Self::Stopped) => Self::Stopped,
        }
    }
}

/// The proof.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proof {
    /// What it comes to.
    pub verdict: Verdict,
    /// When it was stopped: the clean-up, or the last that was seen of it. Where an undo started something
    /// again, the time of that.
    #[serde(serialize_with = "time")]
    pub since: Time,
    /// Flows, spend and control plane.
    pub parts: Vec<Part>,
    /// The same of each resource of the case.
    pub resources: Vec<OfResource>,
    /// The case has more of them than are told.
    pub is_cut: bool,
}

impl Proof {
    /// The resources that are not proven to have stopped.
    pub fn unproven(&self) -> impl Iterator<Item = &OfResource> {
        self.resources.iter().filter(|one| one.verdict != Verdict::Stopped)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn time<S: serde::Serializer>(value: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn maybe_time<S: serde::Serializer>(
    value: &Option<Time>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(time) => serializer.collect_str(time),
        None => serializer.serialize_none(),
    }
}

/// What can be proven of a case that was cleaned up at `cleaned`, if it was; an undo moves that.
#[must_use]
pub fn of(judged: &Judged, cleaned: Option<Time>) -> Proof {
    let since = cleaned.or(judged.last_observed).unwrap_or_default();
    let (flows, control_plane) = (flows(judged, since), control_plane(judged, since));
    let days = spend::days(flows.says, control_plane.says);
    let spend = spend::in_sum(judged, since, days);
    let parts = vec![flows, spend, control_plane];
    let in_sum: Vec<Says> = parts.iter().map(|part| part.says).collect();
    let (resources, is_cut) = resources::of_each(judged, since);
    let untold = if is_cut { Verdict::NotKnown } else { Verdict::Stopped };
    let of_each = resources.iter().map(|one| one.verdict);
    let verdict = of_each.fold(verdict(&in_sum).joined(untold), Verdict::joined);
    Proof { verdict, since, parts, resources, is_cut }
}

/// What kinds of telemetry come to.
fn verdict(says: &[Says]) -> Verdict {
    let all = |wanted: Says| says.iter().filter(|one| **one == wanted).count();
    let ended = all(Says::Ended);
    match () {
        () if all(Says::GoesOn) > 0 => Verdict::Runs,
        // Two of three, or all that there is.
        () if ended >= 2 => Verdict::Stopped,
        () if ended == 1 && all(Says::TooLittle) == 0 => Verdict::Stopped,
        () => Verdict::NotKnown,
    }
}

/// The findings that tell of something that ran.
fn traffic(judged: &Judged) -> impl Iterator<Item = &Found> {
    let is_traffic = |group: &str| matches!(group, "network" | "fleet" | "runtime" | "dns");
    let all = judged.findings.iter();
    all.filter(move |found| is_traffic(&found.group) && found.llr >= FINDING_LLR_MIN)
}

/// Whether flows showed it.
fn is_of_flows(found: &Found) -> bool {
    matches!(found.group.as_str(), "network" | "fleet")
}

/// Whether `last` covers the time from `since` to `since` and so many seconds.
fn part(about: &'static str, until: Option<Time>, enough: Time) -> Part {
    let says = match until {
        None => Says::Nothing,
        Some(_) => Says::TooLittle,
    };
    Part { about, says, until, enough_from: Some(enough), against: Vec::new() }
}

fn flows(judged: &Judged, since: Time) -> Part {
    let traffic: Vec<&Found> = traffic(judged).collect();
    let until = judged.covered("flow").and_then(|covered| covered.last_observed);
    let mut part = part("flows", until, since.plus_seconds(FLOW_SECONDS_MIN));
    let late = since.plus_seconds(GRACE_SECONDS);
    let after = traffic.iter().filter(|found| found.last_observed.is_some_and(|last| last > late));
    let against: BTreeSet<String> = after.map(|found| found.resource.clone()).collect();
    part.against = against.into_iter().collect();
    if !part.against.is_empty() {
        part.says = Says::GoesOn;
        return part;
    }
    let of = |wanted: fn(&Found) -> bool| -> BTreeSet<&String> {
        let own = traffic.iter().filter(|found| wanted(found));
        own.map(|found| &found.resource).collect()
    };
    let in_flows = of(is_of_flows);
    if in_flows.is_empty() {
        // No flow was evidence: the end of flows is none either.
        part.says = Says::Nothing;
        return part;
    }
    // What only a sensor saw may go on where flows never showed it.
    let sensed = of(|found| found.group == "runtime");
    part.against = sensed.into_iter().filter(|one| !in_flows.contains(one)).cloned().collect();
    if part.against.is_empty() && is_covered(judged, since) {
        part.says = Says::Ended;
    }
    part
}

/// Whether flows were read without silence for as long as it takes.
fn is_covered(judged: &Judged, since: Time) -> bool {
    let Some(covered) = judged.covered("flow") else {
        return false;
    };
    let wanted = Span { first: since, last: since.plus_seconds(FLOW_SECONDS_MIN) };
    let silent = covered.silent.iter().any(|silence| {
        silence.from.is_some_and(|from| from <= wanted.last)
            && silence.to.is_some_and(|to| to >= wanted.first)
    });
    covered.last_observed.is_some_and(|until| until >= wanted.last)
        && covered.first_observed.is_some_and(|first| first <= since)
        && !silent
}

/// Everything that the case names was stopped, and nothing was made in its place.
fn control_plane(judged: &Judged, since: Time) -> Part {
    let until = judged.covered("control_plane").and_then(|covered| covered.last_observed);
    let mut part = part("control_plane", until, since.plus_seconds(CALL_SECONDS_MIN));
    let late = since.plus_seconds(GRACE_SECONDS);
    let is = |done: &&Done, action: Action| done.action == action;
    let made = judged.deeds.iter().filter(|done| is(done, Action::CreateCompute));
    let again = made.filter(|done| done.at.is_some_and(|at| at > late));
    let again = again.filter(|done| is_in_its_place(judged, done));
    let again: BTreeSet<String> = again.flat_map(|done| done.resources.iter().cloned()).collect();
    if !again.is_empty() {
        part.says = Says::GoesOn;
        part.against = again.into_iter().collect();
        return part;
    }
    let left: Vec<String> = judged
        .resources
        .iter()
        .filter(|resource| resource.id != judged.account)
        .filter(|resource| !is_stopped(judged, &resource.id))
        .map(|resource| resource.id.clone())
        .collect();
    let covers = until.is_some_and(|until| until >= since.plus_seconds(CALL_SECONDS_MIN));
    if covers && left.is_empty() && !judged.resources.is_empty() {
        part.says = Says::Ended;
    }
    part.against = left;
    part
}

/// Whether what was made has to do with the case: hijackers made it, or what the case names grows by
/// itself, or it is of the case. The account's own work goes on while a case is handled.
fn is_in_its_place(judged: &Judged, done: &Done) -> bool {
    let is_of_case = |name: &String| {
        let resources = judged.resources.iter();
        resources.into_iter().any(|own| own.id == *name || own.aliases.contains(name))
            || judged.findings.iter().any(|found| found.resource == *name)
    };
    let hijackers = judged.hijackers();
    hijackers.contains(done.principal.as_str())
        || done.resources.iter().any(is_of_case)
        || done.kind == CallerKind::Provider && grows_by_itself(judged, is_of_case)
}

/// Whether hijackers set up, or the case names, something that makes machines: a group, a cluster.
fn grows_by_itself(judged: &Judged, is_of_case: impl Fn(&String) -> bool) -> bool {
    let hijackers = judged.hijackers();
    judged.deeds.iter().any(|done| {
        done.action == Action::CreateCompute
            && done.kind != CallerKind::Provider
            && done.compute.is_some_and(|kind| kind != ComputeKind::Machine)
            && (hijackers.contains(done.principal.as_str())
                || done.resources.iter().any(&is_of_case))
    })
}

/// Whether the last that was done with a resource was to stop or to remove it.
fn is_stopped(judged: &Judged, id: &str) -> bool {
    let about = judged.deeds.iter().filter(|done| done.resources.iter().any(|own| own == id));
    let changes =
        about.filter(|done| matches!(done.action, Action::CreateCompute | Action::DeleteCompute));
    let last = changes.max_by_key(|done| done.at);
    last.is_some_and(|done| done.action == Action::DeleteCompute)
}

#[cfg(test)]
mod tests;

//! The proof that mining stopped: flows to where it went have ended, its spend is gone, the control
//! plane shows that what ran was stopped and nothing came in its place. Telemetry must cover the time
//! after: who sees nothing because nothing is read has proven nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{
    event::{Action, CallerKind, ComputeKind},
    judged::{Done, Found, Judged},
    time::{Span, Time},
};

/// So long after the clean-up flows must be covered: pools are asked again after minutes, and a guard
/// that starts a miner anew does so within the hour.
const FLOW_SECONDS_MIN: i64 = 6 * 3600;
/// So long the audit log must be covered. Providers deliver it within minutes.
const CALL_SECONDS_MIN: i64 = 3600;
/// Flows and calls under way when it was stopped are no sign that it goes on.
const GRACE_SECONDS: i64 = 900;
const DAY_SECONDS: i64 = 86_400;
/// Spend is gone when no more than this share of it is left: disks and addresses cost a little.
const LEFT_SHARE_MAX: f64 = 0.1;
/// Spend goes on when this share of it is left.
const GOES_ON_SHARE_MIN: f64 = 0.5;
/// So many whole days must be cheap when nothing but spend says that it ended.
const ALONE_DAYS: i64 = 2;
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
}

/// The proof.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proof {
    /// What it comes to.
    pub verdict: Verdict,
    /// When it was stopped: the clean-up, or the last that was seen of it.
    #[serde(serialize_with = "time")]
    pub since: Time,
    /// Flows, spend and control plane.
    pub parts: Vec<Part>,
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

/// What can be proven of a case that was cleaned up at `cleaned`, if it was.
#[must_use]
pub fn of(judged: &Judged, cleaned: Option<Time>) -> Proof {
    let since = cleaned.or(judged.last_observed).unwrap_or_default();
    let (flows, control_plane) = (flows(judged, since), control_plane(judged, since));
    // Where nothing else says that it ended, one cheap day may be chance, or not told in full yet.
    let is_alone = [&flows, &control_plane].into_iter().all(|part| part.says != Says::Ended);
    let spend = spend(judged, since, if is_alone { ALONE_DAYS } else { 1 });
    let parts = vec![flows, spend, control_plane];
    let all = |wanted: fn(Says) -> bool| parts.iter().filter(|part| wanted(part.says)).count();
    let ended = all(|says| says == Says::Ended);
    let verdict = match () {
        () if all(|says| says == Says::GoesOn) > 0 => Verdict::Runs,
        // Two of three, or all that there is.
        () if ended >= 2 => Verdict::Stopped,
        () if ended == 1 && all(|says| says == Says::TooLittle) == 0 => Verdict::Stopped,
        () => Verdict::NotKnown,
    };
    Proof { verdict, since, parts }
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
    let is_traffic = |group: &str| matches!(group, "network" | "fleet" | "runtime" | "dns");
    let traffic: Vec<&Found> = judged
        .findings
        .iter()
        .filter(|found| is_traffic(&found.group) && found.llr >= FINDING_LLR_MIN)
        .collect();
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
    let of = |groups: &[&str]| -> BTreeSet<&String> {
        let own = traffic.iter().filter(|found| groups.contains(&found.group.as_str()));
        own.map(|found| &found.resource).collect()
    };
    let in_flows = of(&["network", "fleet"]);
    if in_flows.is_empty() {
        // No flow was evidence: the end of flows is none either.
        part.says = Says::Nothing;
        return part;
    }
    // What only a sensor saw may go on where flows never showed it.
    part.against =
        of(&["runtime"]).into_iter().filter(|one| !in_flows.contains(one)).cloned().collect();
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

/// The beginning of the day after.
fn next_day(time: Time) -> Time {
    Time::from_seconds((time.seconds().div_euclid(DAY_SECONDS) + 1) * DAY_SECONDS)
}

fn date(time: Time) -> String {
    let (year, month, day) = time.date();
    format!("{year:04}-{month:02}-{day:02}")
}

/// The first `days` whole days after the clean-up against the mean of the days before it.
///
/// Lines by the day end at midnight however little of the day they tell of: that a day is told to its
/// end shows only what is billed later.
fn spend(judged: &Judged, since: Time, days: i64) -> Part {
    let until = judged.covered("billing").and_then(|covered| covered.last_observed);
    let first = next_day(since);
    let end = first.plus_seconds(days * DAY_SECONDS);
    let mut part = part("spend", until, next_day(end));
    if judged.charges.is_empty() || until.is_none() {
        part.says = Says::Nothing;
        return part;
    }
    let spent = Spent::of(judged, &date(since), &date(first), &date(end));
    let is_told = until.is_some_and(|until| until > end);
    let goes_on = spent.after >= spent.before * GOES_ON_SHARE_MIN;
    if spent.before <= 0.0 || !(is_told || goes_on) {
        return part;
    }
    if spent.after > spent.before * LEFT_SHARE_MAX {
        let currency = judged.charges.first().map_or("", |one| one.currency.as_str());
        let Spent { before, after, day, .. } = &spent;
        part.against = vec![format!("{after:.2} {currency} on {day}, {before:.2} a day before")];
        part.says = if goes_on { Says::GoesOn } else { part.says };
    } else if !spent.is_corrected {
        part.says = Says::Ended;
    }
    part
}

/// What the case's resources cost.
struct Spent {
    /// A day, before the clean-up.
    before: f64,
    /// On the dearest whole day after it.
    after: f64,
    /// That day.
    day: String,
    /// Something was given back on these days, which hides what was used.
    is_corrected: bool,
}

impl Spent {
    fn of(judged: &Judged, cleaned: &str, first: &str, end: &str) -> Self {
        let mut before: BTreeMap<&str, f64> = BTreeMap::new();
        let mut after: BTreeMap<&str, f64> = BTreeMap::new();
        let mut is_corrected = false;
        for (day, amount) in judged.charges.iter().flat_map(|charged| &charged.days) {
            let day = day.as_str();
            if day < cleaned {
                *before.entry(day).or_default() += amount;
            } else if day >= first && day < end {
                *after.entry(day).or_default() += amount;
                is_corrected |= *amount < 0.0;
            }
        }
        let mean = before.values().sum::<f64>() / before.len().max(1) as f64;
        let dearest = after.into_iter().max_by(|one, other| one.1.total_cmp(&other.1));
        let (day, after) = dearest.unwrap_or((first, 0.0));
        Self { before: mean, after, day: day.to_string(), is_corrected }
    }
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

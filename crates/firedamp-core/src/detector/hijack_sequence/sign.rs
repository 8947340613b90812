//! What one actor's calls show: the signs of a hijack, one of each kind.

mod ground;
mod machines;
mod who;

use std::collections::{BTreeMap, BTreeSet};

use super::history::{History, Kept};
use crate::{
    event::{Action, CallOutcome},
    id::Place,
    saying::Saying,
    time::Time,
    weights::HijackPoints,
};

/// Regions and sizes named of one sign.
const NAMES_MAX: usize = 20;
/// Operations named in the words of one sign.
const OPERATIONS_MAX: usize = 3;

/// What a hijack needs. Honest roll-outs show some of it, rarely all.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Pillar {
    /// Many machines, large ones, or compute of many kinds.
    Fleet,
    /// Protection of the machines, or no more logs.
    Keep,
    /// Looking for where there is room.
    Probe,
    /// Somebody who was not there before, or took rights.
    Who,
    /// Many regions at once.
    Wide,
}

impl Pillar {
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Fleet => "fleet",
            Self::Keep => "keep",
            Self::Probe => "probe",
            Self::Who => "who",
            Self::Wide => "wide",
        }
    }
}

/// One sign.
#[derive(Clone, Debug)]
pub(super) struct Sign {
    /// Its kind.
    pub(super) id: &'static str,
    /// What it is worth.
    pub(super) points: f64,
    pub(super) pillars: &'static [Pillar],
    /// The first record of it, and the last.
    pub(super) first: (Time, Place),
    pub(super) last: Time,
    pub(super) principal: String,
    pub(super) regions: BTreeSet<String>,
    pub(super) sizes: BTreeSet<String>,
    /// What it is, in words.
    pub(super) said: Saying,
}

impl Sign {
    /// The sign that these steps, in order of time, are; `None` for no steps.
    fn of(
        id: &'static str,
        points: f64,
        pillars: &'static [Pillar],
        steps: &[&Kept],
        said: Saying,
    ) -> Option<Self> {
        let (first, last) = (steps.first()?, steps.last()?);
        let regions = steps.iter().map(|kept| &kept.step.region).filter(|name| !name.is_empty());
        let sizes = steps.iter().filter_map(|kept| kept.step.size()).map(ToString::to_string);
        let mut sign = Self {
            id,
            points,
            pillars,
            first: first.step.first,
            last: last.step.time(),
            principal: first.step.principal.clone(),
            regions: regions.cloned().collect(),
            sizes: sizes.collect(),
            said,
        };
        for names in [&mut sign.regions, &mut sign.sizes] {
            while names.len() > NAMES_MAX {
                names.pop_last();
            }
        }
        Some(sign)
    }

    pub(super) fn has(&self, pillar: Pillar) -> bool {
        self.pillars.contains(&pillar)
    }
}

/// The steps of one actor in one window, in order of time.
pub(super) struct Deeds<'a> {
    pub(super) steps: &'a [&'a Kept],
    pub(super) history: &'a History<'a>,
    pub(super) points: &'a HijackPoints,
}

impl<'a> Deeds<'a> {
    /// Every sign, in order of time.
    pub(super) fn signs(&self) -> Vec<Sign> {
        let mut signs: Vec<Sign> = [
            who::principal(self),
            who::network(self),
            who::foreign(self),
            who::elevated(self),
            who::account(self),
            who::identities(self),
            ground::sweep(self),
            ground::dry_runs(self),
            ground::raises(self),
            ground::refusals(self),
            ground::enabled(self),
            ground::protected(self),
            ground::blinded(self),
            ground::doors(self),
            ground::scripts(self),
            machines::large(self),
            machines::fleet(self),
            machines::spread(self),
            machines::surge(self),
            machines::wide(self),
        ]
        .into_iter()
        .flatten()
        .collect();
        signs.sort_by_key(|sign| (sign.first.0, sign.id));
        signs
    }

    /// The steps with one of these meanings that worked.
    pub(super) fn done(&self, actions: &[Action]) -> Vec<&'a Kept> {
        self.chosen(|kept| actions.contains(&kept.step.action) && kept.step.succeeded())
    }

    /// The compute that was made.
    pub(super) fn made(&self) -> Vec<&'a Kept> {
        self.done(&[Action::CreateCompute])
    }

    fn chosen(&self, wanted: impl Fn(&Kept) -> bool) -> Vec<&'a Kept> {
        self.steps.iter().copied().filter(|kept| wanted(kept)).collect()
    }

    /// Steps that a finding would hang on: who did them decides whether they are routine.
    pub(super) fn weighty(&self) -> Vec<&'a Kept> {
        self.chosen(|kept| {
            kept.step.outcome() == CallOutcome::DryRun
                || matches!(
                    kept.step.action,
                    Action::Blind
                        | Action::CreateCompute
                        | Action::Protect
                        | Action::RaiseQuota
                        | Action::ReadQuota
                )
        })
    }
}

/// The most different names within `seconds`, and the steps that have them.
fn densest<'a>(
    steps: &[&'a Kept],
    seconds: i64,
    name: impl Fn(&'a Kept) -> &'a str,
) -> (usize, Vec<&'a Kept>) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut start, mut best) = (0, (0, 0, 0));
    for (end, kept) in steps.iter().enumerate() {
        *counts.entry(name(kept)).or_default() += 1;
        while let Some(first) = steps.get(start) {
            if kept.step.time().seconds_since(first.step.time()) <= seconds {
                break;
            }
            if let Some(count) = counts.get_mut(name(first)) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(name(first));
                }
            }
            start += 1;
        }
        if counts.len() > best.0 {
            best = (counts.len(), start, end + 1);
        }
    }
    (best.0, steps.get(best.1..best.2).unwrap_or_default().to_vec())
}

/// The most steps within `seconds`.
fn crowd<'a>(steps: &[&'a Kept], seconds: i64) -> Vec<&'a Kept> {
    let (mut start, mut best) = (0, (0, 0));
    for (end, kept) in steps.iter().enumerate() {
        while steps
            .get(start)
            .is_some_and(|first| kept.step.time().seconds_since(first.step.time()) > seconds)
        {
            start += 1;
        }
        if end + 1 - start > best.1 - best.0 {
            best = (start, end + 1);
        }
    }
    steps.get(best.0..best.1).unwrap_or_default().to_vec()
}

/// The different names that steps have; the empty one is none.
fn names<'a>(steps: &[&'a Kept], name: impl Fn(&'a Kept) -> &'a str) -> BTreeSet<&'a str> {
    steps.iter().map(|kept| name(kept)).filter(|name| !name.is_empty()).collect()
}

fn region(kept: &Kept) -> &str {
    &kept.step.region
}

/// ` (StopLogging, DeleteTrail)`: what was called, as far as there is room.
fn operations(steps: &[&Kept]) -> String {
    let names = names(steps, |kept| kept.step.operation.as_str());
    let named: Vec<&str> = names.iter().copied().take(OPERATIONS_MAX).collect();
    let more = if names.len() > named.len() { " …" } else { "" };
    if named.is_empty() { String::new() } else { format!(" ({}{more})", named.join(", ")) }
}

/// ` in five regions`.
fn places(regions: usize) -> Saying {
    Saying::of("found-sign-where").count("regions", regions)
}

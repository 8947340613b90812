//! What signs come to, and which day of which actor shows most of them.

use std::collections::BTreeSet;

use super::{
    actor,
    calls::DAY_SECONDS,
    history::{History, Kept, Novelty},
    sign::{Deeds, Pillar, Sign},
};
use crate::{
    event::Action,
    time::{Span, Time},
    weights::Hijack,
};

/// The window in which signs belong together.
const WINDOW_SECONDS: i64 = DAY_SECONDS;
/// Windows begin with the first step of an hour.
const HOUR_SECONDS: i64 = 3600;
/// Bursts told of one account.
const BURSTS_MAX: usize = 16;

/// What one actor did within a day.
pub(super) struct Burst<'a> {
    pub(super) steps: Vec<&'a Kept>,
    /// In order of time.
    pub(super) signs: Vec<Sign>,
    pub(super) pillars: BTreeSet<Pillar>,
    pub(super) points: f64,
    pub(super) llr: f64,
    /// Fleet, keep and probe, and enough signs.
    pub(super) full: bool,
    /// By principals that have long been there.
    pub(super) routine: bool,
    /// Probed, made, kept.
    pub(super) in_order: bool,
    start: Time,
}

/// The bursts of an account: all that are strong, or else the strongest. Many weak ones are the
/// account's daily work, and no more than one.
pub(super) fn bursts<'a>(history: &'a History<'a>, weights: &Hijack) -> Vec<Burst<'a>> {
    let mut found: Vec<Burst<'a>> = windows(&history.steps)
        .filter_map(|window| strongest(window, history, weights))
        .filter(|burst| burst.llr >= weights.told_min)
        .collect();
    found.sort_by(|one, other| {
        let points = other.points.total_cmp(&one.points);
        other.llr.total_cmp(&one.llr).then(points).then(one.start.cmp(&other.start))
    });
    let weak_max = weights.pillars_max.get(3).copied().unwrap_or_default();
    let mut told: Vec<Burst<'a>> = Vec::new();
    for burst in found {
        let apart =
            told.iter().all(|other| burst.start.seconds_since(other.start).abs() > WINDOW_SECONDS);
        let strong = told.is_empty() || burst.llr > weak_max;
        if apart && strong && told.len() < BURSTS_MAX {
            told.push(burst);
        }
    }
    told
}

/// Windows that may hold a burst: somebody asked for machines in them.
fn windows(steps: &[Kept]) -> impl Iterator<Item = &[Kept]> {
    let hour = |kept: &Kept| kept.step.time().seconds().div_euclid(HOUR_SECONDS);
    let starts = (0..steps.len()).filter(move |at| {
        let before = at.checked_sub(1).and_then(|before| steps.get(before));
        before.map(hour) != steps.get(*at).map(hour)
    });
    starts.filter_map(|at| {
        let rest = steps.get(at..)?;
        let last = rest.first()?.step.time().plus_seconds(WINDOW_SECONDS);
        let window = rest.get(..rest.partition_point(|kept| kept.step.time() <= last))?;
        let made = |kept: &Kept| kept.step.action == Action::CreateCompute;
        window.iter().any(made).then_some(window)
    })
}

/// The actor of a window whose deeds come to most.
fn strongest<'a>(
    window: &'a [Kept],
    history: &'a History<'a>,
    weights: &Hijack,
) -> Option<Burst<'a>> {
    let actors = actor::actors(window, history);
    let bursts = actors.into_iter().map(|steps| weighed(steps, history, weights));
    bursts.reduce(|best, next| {
        let more = next.llr.total_cmp(&best.llr).then(next.points.total_cmp(&best.points));
        if more.is_gt() { next } else { best }
    })
}

fn weighed<'a>(steps: Vec<&'a Kept>, history: &'a History<'a>, weights: &Hijack) -> Burst<'a> {
    let deeds = Deeds { steps: &steps, history, points: &weights.points };
    let signs = deeds.signs();
    let routine = is_routine(&deeds);
    let in_order = in_order(&signs, deeds.made().first().map(|kept| kept.step.time()));
    let order = if in_order { weights.points.order } else { 0.0 };
    let points = signs.iter().map(|sign| sign.points).sum::<f64>() + order;
    let pillars = pillars(&signs, weights);
    let many = signs.iter().filter(|sign| sign.points >= weights.sign_points_min).count();
    let needed = [Pillar::Fleet, Pillar::Keep, Pillar::Probe];
    let full =
        needed.iter().all(|pillar| pillars.contains(pillar)) && many >= weights.full_signs_min;
    let most = weights.pillars_max.get(pillars.len()).copied().unwrap_or_default();
    let llr = if full {
        (points * weights.point).clamp(weights.full_min, weights.full_max)
    } else {
        (points * weights.point).min(most)
    };
    let llr = if routine { llr * weights.routine_share } else { llr };
    let start = steps.first().map_or(Time::MIN, |kept| kept.step.time());
    Burst { steps, signs, pillars, points, llr, full, routine, in_order, start }
}

fn pillars(signs: &[Sign], weights: &Hijack) -> BTreeSet<Pillar> {
    let mut pillars: BTreeSet<Pillar> =
        signs.iter().flat_map(|sign| sign.pillars).copied().collect();
    let of_who = signs.iter().filter(|sign| sign.has(Pillar::Who));
    if of_who.map(|sign| sign.points).sum::<f64>() < weights.who_points_min {
        pillars.remove(&Pillar::Who);
    }
    pillars
}

/// Whether all that weighs was done by principals that were there for a week, from no new network.
fn is_routine(deeds: &Deeds<'_>) -> bool {
    let weighty = deeds.weighty();
    !weighty.is_empty()
        && weighty.iter().all(|kept| {
            deeds.history.principal(&kept.step) == Novelty::Settled
                && deeds.history.network(&kept.step) != Novelty::New
        })
}

/// Whether they looked for room, then made machines, then saw to it that these stay.
fn in_order(signs: &[Sign], made: Option<Time>) -> bool {
    let Some(made) = made else { return false };
    let probed = |sign: &Sign| sign.has(Pillar::Probe) || sign.id == "quota_raise";
    let before = |sign: &Sign| probed(sign) && sign.first.0 <= made;
    let after = |sign: &Sign| sign.has(Pillar::Keep) && sign.last >= made;
    signs.iter().any(before) && signs.iter().any(after)
}

impl Burst<'_> {
    /// From the first sign to the last.
    pub(super) fn span(&self) -> Span {
        let spans = self.signs.iter().map(|sign| Span { first: sign.first.0, last: sign.last });
        spans.reduce(Span::joined).unwrap_or(Span::at(self.start))
    }
}

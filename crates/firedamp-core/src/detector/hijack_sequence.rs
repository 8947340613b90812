//! An account is taken over for its machines.
//!
//! **What it sees**: calls to the control plane. Within 24 hours one actor looks for room (reads
//! quotas in many regions, tries calls without effect, asks for more, is refused here and there),
//! makes many large machines or compute of many services, often in regions that the account never
//! used, and sees to it that they stay (protects them, removes logs, alerts and budgets). New
//! callers, guests, taken rights and new secrets add to it.
//!
//! **Why it matters**: it is there minutes after the machines are, hours before a bill, and tells
//! who did it. What it costs is decided in the first day.
//!
//! **What it misses**: who takes one step a day; who takes steps under names and from addresses that
//! nothing connects; machines that were there before. New and known are told apart only after a week
//! of telemetry; a scanner that lists every region every day makes every region known. What stands in
//! another account's log (the directory's, the organisation's) is not joined.
//!
//! **What it mistakes**: a roll-out by somebody new looks much alike, but rarely probes, spreads and
//! protects as well. Without all three no sequence makes a case by itself, and what is done by
//! principals that have long been there counts half. Machines whose processors do not work as a miner's
//! do have an alibi (`flat_compute`).
//!
//! **What to do**: ask the principal's owner; turn the principal and its keys off; then look at what
//! the machines run.

mod actor;
mod calls;
mod deeds;
mod history;
mod sign;
mod size;
#[cfg(test)]
mod tests;
mod weigh;

use std::{collections::BTreeSet, net::IpAddr};

use serde_json::{Map, Value, json};

use self::{
    history::{History, Kept, Novelty},
    sign::Sign,
    weigh::Burst,
};
use super::{Context, Detector, Info, Watch};
use crate::{
    event::{Action, ComputeKind, Event},
    finding::{Finding, Group, Scope, rounded},
    id::Place,
    names::Sighting,
    saying::{Blank, Saying},
};

pub use self::{calls::Calls, deeds::Deed};

/// The detector.
pub struct HijackSequence;

/// Resources named of one burst.
const CREATED_MAX: usize = 1000;

impl Detector for HijackSequence {
    type State = Calls;

    const INFO: Info = Info {
        id: "hijack_sequence",
        group: Group::ControlPlane,
        says: "somebody looked for room, made many machines and saw to it that they stay",
    };

    fn observe(state: &mut Self::State, event: &Event<'_>, place: Place, _watch: &Watch) {
        if let Event::Call(call) = event {
            state.see(call, place);
        }
    }

    fn findings(state: &Self::State, context: &Context<'_>) -> Vec<Finding> {
        let history = History::of(state);
        let bursts = weigh::bursts(&history, &context.weights.hijack);
        bursts.iter().map(|burst| finding(burst, &history, context)).collect()
    }
}

fn finding(burst: &Burst<'_>, history: &History<'_>, context: &Context<'_>) -> Finding {
    let created = named(burst, history, context);
    let deleted = named_of(burst, context, Action::DeleteCompute);
    let ongoing = created.is_empty() || !created.is_subset(&deleted);
    let mut places: Vec<Place> = burst.signs.iter().map(|sign| sign.first.1).collect();
    places.sort_unstable();
    places.dedup();
    let said = said(burst, context);
    Finding {
        detector: HijackSequence::INFO.id,
        group: HijackSequence::INFO.group,
        resource: context.account.id.clone(),
        scope: if created.is_empty() { Scope::Account } else { Scope::Resources(created) },
        llr: burst.llr,
        span: burst.span(),
        summary: said.english(),
        said,
        evidence: evidence(burst, history),
        places,
        approximate: history.is_approximate(),
        sample: false,
        ongoing,
    }
}

/// The resources that were made, as the case names them; what a fleet's service made for it too.
fn named(burst: &Burst<'_>, history: &History<'_>, context: &Context<'_>) -> BTreeSet<String> {
    let mut created = named_of(burst, context, Action::CreateCompute);
    let span = burst.span();
    let grows = burst.steps.iter().any(|kept| {
        let kind = kept.step.machines.as_ref().map(|machines| machines.kind);
        let grows = [ComputeKind::Fleet, ComputeKind::Cluster, ComputeKind::Batch];
        kept.step.succeeded() && kind.is_some_and(|kind| grows.contains(&kind))
    });
    if grows {
        let within =
            |time| span.first <= time && time <= span.first.plus_seconds(calls::DAY_SECONDS);
        let made = history.by_provider.iter().filter(|kept| within(kept.step.time()));
        let resources = made.flat_map(|kept| &kept.step.resources);
        created.extend(resources.filter_map(|sighting| context.resources.id(sighting)));
    }
    while created.len() > CREATED_MAX {
        created.pop_last();
    }
    created
}

fn named_of(burst: &Burst<'_>, context: &Context<'_>, action: Action) -> BTreeSet<String> {
    let steps = burst.steps.iter().filter(|kept| kept.step.action == action);
    let done = steps.filter(|kept| kept.step.succeeded());
    let id = |sighting: &Sighting| context.resources.id(sighting);
    done.flat_map(|kept| &kept.step.resources).filter_map(id).take(CREATED_MAX).collect()
}

/// The signs worth telling, in the order in which they came.
fn said(burst: &Burst<'_>, context: &Context<'_>) -> Saying {
    let least = context.weights.hijack.sign_points_min;
    let told = burst.signs.iter().filter(|sign| sign.points >= least);
    let steps = told.map(|sign| sign.said.clone()).collect();
    let verdict = match (burst.routine, burst.in_order) {
        (true, _) => Some(Saying::of("found-hijack.routine")),
        (false, true) => Some(Saying::of("found-hijack.in-order")),
        (false, false) => None,
    };
    who(burst, Saying::of("found-hijack"))
        .seconds("within", burst.span().seconds())
        .with("steps", Blank::Sayings(steps))
        .say("verdict", verdict)
}

/// Says who did it.
fn who(burst: &Burst<'_>, said: Saying) -> Saying {
    let principals: BTreeSet<&str> =
        burst.steps.iter().map(|kept| kept.step.principal.as_str()).collect();
    match (principals.len(), principals.first()) {
        (1, Some(name)) if !name.is_empty() => said.text("who", name),
        (1, _) => said.say("who", Saying::of("found-hijack.somebody")),
        _ => said.say("who", Saying::of("found-hijack.one-actor")),
    }
}

fn evidence(burst: &Burst<'_>, history: &History<'_>) -> Map<String, Value> {
    let pillars: Vec<&str> = burst.pillars.iter().map(|pillar| pillar.id()).collect();
    let steps: Vec<Value> = burst.signs.iter().map(step).collect();
    let all = |of: fn(&Sign) -> &BTreeSet<String>| -> BTreeSet<&String> {
        burst.signs.iter().flat_map(of).collect()
    };
    let principals: BTreeSet<&str> = burst
        .steps
        .iter()
        .map(|kept| kept.step.principal.as_str())
        .filter(|name| !name.is_empty())
        .take(CREATED_MAX)
        .collect();
    let mut evidence = Map::new();
    evidence.insert("steps".into(), steps.into());
    evidence.insert("points".into(), json!(rounded(burst.points, 1)));
    evidence.insert("pillars".into(), json!(pillars));
    evidence.insert("full".into(), burst.full.into());
    evidence.insert("in_order".into(), burst.in_order.into());
    evidence.insert("routine".into(), burst.routine.into());
    evidence.insert("principals".into(), json!(principals));
    evidence.insert("regions".into(), json!(all(|sign| &sign.regions)));
    evidence.insert("sizes".into(), json!(all(|sign| &sign.sizes)));
    let begun = history.begun().map(|begun| begun.to_string());
    evidence.insert("telemetry_begins".into(), json!(begun));
    let usual = usual_addresses(burst, history);
    if !usual.is_empty() {
        evidence.insert("usual_addresses".into(), json!(usual));
    }
    evidence
}

/// From where those of a burst, that also came from somewhere new, had long worked before: whoever was
/// robbed works on from there, on the day of the burst and later. Where nothing is new, no address tells the
/// two apart.
fn usual_addresses(burst: &Burst<'_>, history: &History<'_>) -> BTreeSet<String> {
    let of = |kept: &Kept| history.network(&kept.step);
    if !burst.steps.iter().any(|kept| of(kept) == Novelty::New) {
        return BTreeSet::new();
    }
    let begun = burst.span().first;
    let who: BTreeSet<&str> = burst.steps.iter().map(|kept| kept.step.principal.as_str()).collect();
    let own = history.steps.iter().filter(|kept| who.contains(kept.step.principal.as_str()));
    // What is known for a day alone may be the hijacker's: he comes again from where he was.
    let usual = own.filter(|kept| history.network_at(&kept.step, begun) == Novelty::Settled);
    let addresses: BTreeSet<IpAddr> = usual.filter_map(|kept| kept.step.address).collect();
    addresses.iter().take(CREATED_MAX).map(ToString::to_string).collect()
}

fn step(sign: &Sign) -> Value {
    json!({
        "step": sign.id,
        "time": sign.first.0.to_string(),
        "points": sign.points,
        "principal": sign.principal,
        "regions": sign.regions,
        "sizes": sign.sizes,
        "says": sign.said.english(),
    })
}

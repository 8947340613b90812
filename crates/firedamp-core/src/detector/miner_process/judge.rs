//! From starts to findings: one for each resource, of the strongest start and what adds to it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{MinerProcess, Origin, Parted, Start, Starts, What, signs::Sign, signs::Strength};
use crate::{
    detector::{Context, Detector},
    event::Signal,
    finding::{Finding, Scope},
    id::Place,
    names::Sighting,
    saying::Saying,
    time::{Span, Time},
    weights::Process,
};

/// Commands told of in one finding.
const COMMANDS_SHOWN_MAX: usize = 8;
/// Records pointed to by one finding.
const PLACES_MAX: usize = 16;
/// Hints that weigh less are not worth a word.
const FINDING_LLR_MIN: f64 = 0.5;
/// A miner that a call started is taken to run as long as the calls reach no further than this.
const CALL_LATE_SECONDS: i64 = 24 * 3600;

pub(super) fn findings(state: &Starts, context: &Context<'_>) -> Vec<Finding> {
    let mut by_resource: BTreeMap<String, (bool, Vec<&Start>)> = BTreeMap::new();
    let joined = joined(state, context);
    let more = state.whole.is_approximate();
    for (sighting, starts) in state.whole.iter() {
        let (approximate, own) = by_resource.entry(resource(sighting, context)).or_default();
        *approximate |= more || starts.is_approximate();
        own.extend(starts.values());
    }
    for (sighting, (is_approximate, starts)) in &joined {
        let (approximate, own) = by_resource.entry(resource(sighting, context)).or_default();
        *approximate |= *is_approximate;
        // A part that says it all by itself is there already.
        let is_new = |start: &&Start| own.iter().all(|known| known.what != start.what);
        let new: Vec<&Start> = starts.iter().filter(is_new).collect();
        own.extend(new);
    }
    let mut sightings = state.whole.iter().map(|(sighting, _)| sighting).chain(joined.keys());
    let unnamed = sightings.any(Sighting::is_empty);
    by_resource
        .into_iter()
        .filter_map(|(resource, (approximate, starts))| {
            let is_account = unnamed && resource == context.account.id;
            let scope = if is_account { Scope::Account } else { Scope::Resource };
            let finding = finding(context, resource, starts)?;
            Some(Finding { approximate, scope, ..finding })
        })
        .filter(|finding| finding.llr >= FINDING_LLR_MIN)
        .collect()
}

/// What parts of command lines tell of when they are put together, and whether there were more.
fn joined(state: &Starts, context: &Context<'_>) -> BTreeMap<Sighting, (bool, Vec<Start>)> {
    let start = |parted: &Parted| parted.start(context.indicators);
    let more = state.parted.is_approximate();
    let all = state.parted.iter().map(|(sighting, sample)| {
        let starts: Vec<Start> = sample.values().filter_map(start).collect();
        (sighting.clone(), (more || sample.is_approximate(), starts))
    });
    all.filter(|(_, (_, starts))| !starts.is_empty()).collect()
}

fn resource(sighting: &Sighting, context: &Context<'_>) -> String {
    let id = context.resources.id(sighting).filter(|_| !sighting.is_empty());
    id.unwrap_or_else(|| context.account.id.clone())
}

fn finding(context: &Context<'_>, resource: String, mut starts: Vec<&Start>) -> Option<Finding> {
    let weights = &context.weights.process;
    let rank = |start: &Start| (start.what.weight(weights), Strength::of(&start.what.signs));
    starts.sort_by(|one, other| {
        let (one_rank, other_rank) = (rank(one), rank(other));
        other_rank
            .0
            .total_cmp(&one_rank.0)
            .then(other_rank.1.cmp(&one_rank.1))
            .then_with(|| one.what.command.cmp(&other.what.command))
            .then_with(|| one.what.program.cmp(&other.what.program))
            .then_with(|| one.what.hash().cmp(&other.what.hash()))
    });
    let strongest = starts.first()?;
    let all: BTreeSet<Sign> = starts.iter().flat_map(|start| start.what.signs.clone()).collect();
    let spans = starts.iter().map(|start| Span { first: start.first.0, last: start.last.0 });
    let places = starts.iter().flat_map(|start| [start.first.1, start.last.1]);
    let said = said(&strongest.what);
    Some(Finding {
        detector: MinerProcess::INFO.id,
        group: MinerProcess::INFO.group,
        resource,
        scope: Scope::Resource,
        llr: llr(&strongest.what, &all, weights),
        span: spans.reduce(Span::joined)?,
        summary: said.english(),
        said,
        evidence: evidence(&starts, &all),
        places: distinct(places),
        approximate: false,
        sample: false,
        ongoing: starts.iter().any(|start| is_ongoing(start, context)),
    })
}

fn distinct(places: impl Iterator<Item = Place>) -> Vec<Place> {
    let places: BTreeSet<Place> = places.collect();
    places.into_iter().take(PLACES_MAX).collect()
}

/// The strongest start counts whole, the hints beside it in part; hints alone count up to a limit.
fn llr(strongest: &What, all: &BTreeSet<Sign>, weights: &Process) -> f64 {
    let own = strongest.weight(weights);
    // The wallet is part of what makes it mining, and no hint beside it.
    let is_counted = Strength::of(&strongest.signs) == Strength::Mining;
    let others = all.iter().filter(|sign| !(is_counted && **sign == Sign::Wallet));
    let mut hints: Vec<f64> = others.map(|sign| hint(*sign, weights)).collect();
    hints.sort_by(|one, other| other.total_cmp(one));
    if own > 0.0 {
        let more: f64 = hints.iter().sum::<f64>() * weights.hint_share;
        let sum = own + more.min(weights.hints_beside_max);
        let is_attempt = strongest.origin == Origin::Attempt;
        return if is_attempt { sum.min(weights.attempt_max) } else { sum };
    }
    let (first, rest) = hints.split_first().map_or((0.0, 0.0), |(first, rest)| {
        (*first, rest.iter().sum::<f64>() * weights.hint_share)
    });
    (first + rest).min(weights.hints_max)
}

impl What {
    /// What it weighs by itself; nothing for hints.
    fn weight(&self, weights: &Process) -> f64 {
        let own = Strength::of(&self.signs).weight(weights);
        if self.origin == Origin::Attempt { own.min(weights.attempt_max) } else { own }
    }
}

/// What a sign weighs where it is a hint.
const fn hint(sign: Sign, weights: &Process) -> f64 {
    match sign {
        Sign::AmbiguousName | Sign::Fetched | Sign::ListedName | Sign::Service | Sign::Wallet => {
            weights.hint_strong
        }
        Sign::HugePages | Sign::Masked | Sign::Msr | Sign::Rivals => weights.hint_fair,
        Sign::Deleted | Sign::Encoded | Sign::Piped | Sign::Temporary => weights.hint_weak,
        Sign::ListedPool
        | Sign::Miner
        | Sign::MinerOption
        | Sign::MoneroPool
        | Sign::Payee
        | Sign::PoolHabit
        | Sign::PoolLogin
        | Sign::PoolOption
        | Sign::PoolUrl
        | Sign::SensorRule => 0.0,
    }
}

fn is_ongoing(start: &Start, context: &Context<'_>) -> bool {
    let is_strong = Strength::of(&start.what.signs) > Strength::Hints;
    let last = |signal| context.coverage.last(signal).unwrap_or(start.last.0);
    let fresh = |end: Time| end.seconds_since(start.last.0) <= CALL_LATE_SECONDS;
    match start.what.origin {
        Origin::Process => is_strong,
        Origin::Call => is_strong && fresh(last(Signal::Call)),
        Origin::Attempt => false,
    }
}

fn said(what: &What) -> Saying {
    let id = match (what.origin, Strength::of(&what.signs)) {
        (_, Strength::Hints) => "found-miner-hints",
        (Origin::Process, Strength::Mining) => "found-miner-runs",
        (Origin::Process, _) => "found-miner-looks",
        (Origin::Call, _) => "found-miner-call",
        (Origin::Attempt, _) => "found-miner-attempt",
    };
    let name = match (&what.miner, what.program.as_str()) {
        (Some(miner), "") => miner.clone(),
        (Some(miner), program) => format!("{miner} ({program})"),
        (None, program) => program.to_string(),
    };
    let rule = what.rule.as_ref().filter(|_| what.signs.contains(&Sign::SensorRule));
    let rule = rule.map(|rule| Saying::of("found-miner.rule").text("rule", rule));
    Saying::of(id).text("name", name).say("told", told_to(what)).say("rule", rule)
}

/// What its command tells of where to mine, and for whom.
fn told_to(what: &What) -> Option<Saying> {
    match (&what.pool, &what.wallet) {
        (Some(pool), Some(_)) => Some(Saying::of("found-miner.pool-wallet").text("pool", pool)),
        (Some(pool), None) => Some(Saying::of("found-miner.pool").text("pool", pool)),
        (None, Some(_)) => Some(Saying::of("found-miner.wallet")),
        (None, None) => None,
    }
}

fn evidence(starts: &[&Start], all: &BTreeSet<Sign>) -> Map<String, Value> {
    let commands: Vec<Value> =
        starts.iter().take(COMMANDS_SHOWN_MAX).map(|start| told(start)).collect();
    let set = |of: fn(&What) -> Option<&String>| -> BTreeSet<&String> {
        starts.iter().filter_map(|start| of(&start.what)).collect()
    };
    let mut evidence = Map::new();
    evidence.insert("signs".into(), json!(all));
    evidence.insert("commands".into(), commands.into());
    evidence.insert("command_count".into(), starts.len().into());
    evidence.insert("pools".into(), json!(set(|what| what.pool.as_ref())));
    evidence.insert("wallets".into(), json!(set(|what| what.wallet.as_ref())));
    evidence.insert("miners".into(), json!(set(|what| what.miner.as_ref())));
    evidence.insert("containers".into(), json!(set(|what| what.container.as_ref())));
    evidence
}

fn told(start: &Start) -> Value {
    let What { program, command, rule, signs, .. } = &start.what;
    let mut told = json!({
        "program": program,
        "command": command,
        "strength": Strength::of(signs),
        "first": start.first.0.to_string(),
        "last": start.last.0.to_string(),
    });
    if let (Some(rule), Some(told)) = (rule, told.as_object_mut()) {
        told.insert("rule".into(), json!(rule));
    }
    told
}

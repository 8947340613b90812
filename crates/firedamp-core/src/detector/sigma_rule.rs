//! An operator's own rule was met.
//!
//! **What it sees**: what the operator's Sigma rules see in started programs and in calls to the
//! control plane.
//!
//! **Why it matters**: operators know what should not run at their customers, and share rules.
//!
//! **What it misses**: rules over other logs, correlations, and fields that events do not have.
//!
//! **What it mistakes**: whatever the rule mistakes. A rule's level says how bad it would be, not
//! how likely it is mining: only rules that name mining count in full, and none alone opens a case
//! beyond 0.90.
//!
//! **What to do**: look at what met the rule, and at the rule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::{Context, Detector, Info, State, Watch};
use crate::{
    by_resource::ByResource,
    event::Event,
    finding::{Finding, Group, Scope},
    id::{ObjectId, Place},
    names::Sighting,
    saying::Saying,
    sigma::{Level, SigmaRule},
    sketch,
    time::{Span, Time},
    weights,
};

/// The detector.
pub struct SigmaRules;

/// Rules kept of one resource.
const RULES_MAX: usize = 64;
/// Resources kept of one call.
const RESOURCES_MAX: usize = 100;
/// Rules told of in one finding.
const RULES_SHOWN_MAX: usize = 20;

/// The rules that each resource of an account met; what calls did to no resource that could be
/// named stands under no name.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Met(ByResource<Hit, RULES_MAX>);

/// A rule that was met, however often.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
struct Hit {
    /// Rules that name mining, and serious ones, come last, which is the strongest.
    names_mining: bool,
    level: Level,
    title: String,
    id: String,
    /// It was met by a call, not by a program.
    is_call: bool,
    first: (Time, Place),
    last: (Time, Place),
}

impl Hit {
    fn of(rule: &SigmaRule, is_call: bool, at: (Time, Place)) -> Self {
        Self {
            names_mining: rule.names_mining,
            level: rule.level,
            title: rule.title.clone(),
            id: rule.id.clone(),
            is_call,
            first: at,
            last: at,
        }
    }

    fn merge(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last), ..self }
    }

    /// The strongest come first, so that others do not crowd them out.
    fn hash(&self) -> u64 {
        let rank = u64::from(!self.names_mining) << 3 | (7 - self.level as u64);
        sketch::hash(&(self.names_mining, self.level, &self.title, &self.id, self.is_call)) >> 4
            | rank << 60
    }

    fn weight(&self, weights: &weights::Sigma) -> f64 {
        let table = if self.names_mining { &weights.mining } else { &weights.other };
        table.get(self.level as usize).copied().unwrap_or_default()
    }

    const fn group(&self) -> Group {
        if self.is_call { Group::ControlPlane } else { Group::Runtime }
    }
}

impl State for Met {
    fn merge(self, other: Self) -> Self {
        Self(self.0.merge(other.0, Hit::merge))
    }

    fn seal(&mut self, object: ObjectId) {
        for hit in self.0.values_mut() {
            hit.first.1.seal(object);
            hit.last.1.seal(object);
        }
    }
}

impl Detector for SigmaRules {
    type State = Met;

    const INFO: Info = Info {
        id: "sigma_rule",
        group: Group::Runtime,
        says: "an operator's own Sigma rule was met; in full only where the rule names mining",
    };

    fn observe(state: &mut Self::State, event: &Event<'_>, place: Place, watch: &Watch) {
        let is_call = matches!(event, Event::Call(_));
        let mut hits = watch
            .sigma
            .matches(event)
            .map(|rule| Hit::of(rule, is_call, (event.span().first, place)))
            .peekable();
        if hits.peek().is_none() {
            return;
        }
        let hits: Vec<Hit> = hits.collect();
        for resource in resources(event) {
            for hit in &hits {
                let own = state.0.entry(&resource, hit.names_mining);
                if let Some(known) = own.and_then(|own| own.entry(hit.hash(), || hit.clone())) {
                    known.first = known.first.min(hit.first);
                    known.last = known.last.max(hit.last);
                }
            }
        }
    }

    fn findings(state: &Self::State, context: &Context<'_>) -> Vec<Finding> {
        let mut by_resource: BTreeMap<(String, bool, bool), (bool, Vec<&Hit>)> = BTreeMap::new();
        let more = state.0.is_approximate();
        for (sighting, hits) in state.0.iter() {
            let is_account = sighting.is_empty();
            let id = context.resources.id(sighting).filter(|_| !is_account);
            let resource = id.unwrap_or_else(|| context.account.id.clone());
            for hit in hits.values() {
                let key = (resource.clone(), is_account, hit.is_call);
                let (approximate, own) = by_resource.entry(key).or_default();
                *approximate |= more || hits.is_approximate();
                own.push(hit);
            }
        }
        by_resource
            .into_iter()
            .filter_map(|((resource, is_account, _), (approximate, hits))| {
                let scope = if is_account { Scope::Account } else { Scope::Resource };
                Some(Finding { approximate, scope, ..finding(context, resource, hits)? })
            })
            .collect()
    }
}

/// What an event is about; no name where it names nothing.
fn resources(event: &Event<'_>) -> Vec<Sighting> {
    let provider = event.account().provider;
    let mut all: Vec<Sighting> = match event {
        Event::Process(process) => vec![Sighting::of(provider, &process.resource)],
        Event::Call(call) => {
            let own = call.resources.iter().take(RESOURCES_MAX);
            own.map(|resource| Sighting::of(provider, resource)).collect()
        }
        _ => Vec::new(),
    };
    all.retain(|sighting| !sighting.is_empty());
    all.sort_unstable();
    all.dedup();
    if all.is_empty() {
        all.push(Sighting::default());
    }
    all
}

fn finding(context: &Context<'_>, resource: String, mut hits: Vec<&Hit>) -> Option<Finding> {
    hits.sort_by(|one, other| other.cmp(one));
    let weights = &context.weights.sigma;
    let strongest = hits.first()?;
    let spans = hits.iter().map(|hit| Span { first: hit.first.0, last: hit.last.0 });
    let mut places: Vec<Place> = hits.iter().flat_map(|hit| [hit.first.1, hit.last.1]).collect();
    places.sort_unstable();
    places.dedup();
    places.truncate(RULES_SHOWN_MAX);
    let rules: Vec<_> = hits
        .iter()
        .take(RULES_SHOWN_MAX)
        .map(|hit| json!({"id": hit.id, "title": hit.title, "level": hit.level}))
        .collect();
    let mut evidence = Map::new();
    evidence.insert("rules".into(), rules.into());
    evidence.insert("rule_count".into(), hits.len().into());
    let id = if strongest.is_call { "found-rule-call" } else { "found-rule-program" };
    let more = hits.len().saturating_sub(1);
    let more_said = Saying::of("found-rule-more").number("more", more as f64, 0);
    let said =
        Saying::of(id).text("title", &strongest.title).say("more", (more > 0).then_some(more_said));
    Some(Finding {
        detector: SigmaRules::INFO.id,
        group: strongest.group(),
        resource,
        scope: Scope::Resource,
        llr: hits.iter().map(|hit| hit.weight(weights)).fold(0.0, f64::max),
        span: spans.reduce(Span::joined)?,
        summary: said.english(),
        said,
        evidence,
        places,
        approximate: false,
        sample: false,
        ongoing: strongest.names_mining && !strongest.is_call,
    })
}

#[cfg(test)]
mod tests;

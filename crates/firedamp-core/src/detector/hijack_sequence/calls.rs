//! What is kept of an account's calls: the steps that hijacks are made of, and when everybody and
//! everything was seen first.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::Hash,
    net::IpAddr,
};

use serde::{Deserialize, Serialize};

use super::size;
use crate::{
    detector::State,
    event::{Action, ApiCall, CallOutcome, CallerKind, Compute, ComputeKind},
    id::{ObjectId, Place, Provider},
    names::Sighting,
    net,
    sketch::{self, Sample},
    text,
    time::Time,
};

/// Steps kept of one kind.
const STEPS_MAX: usize = 2048;
/// Principals, networks, regions and families of which the first call is known.
const KNOWN_MAX: usize = 8192;
/// Days with calls that are counted.
const DAYS_MAX: usize = 512;
/// Resources kept of one call: the smallest names.
const RESOURCES_MAX: usize = 64;
/// Bytes kept of names of services, operations, regions and sizes.
const WORD_BYTES_MAX: usize = 120;
/// Bytes kept of a principal.
const PRINCIPAL_BYTES_MAX: usize = 256;

pub(super) const DAY_SECONDS: i64 = 86_400;

/// Every step of an account, and what was seen when.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Calls {
    /// By lane, so that a flood of one kind of call washes no other away.
    pub(super) steps: BTreeMap<Lane, Sample<Step, STEPS_MAX>>,
    pub(super) principals: FirstSeen,
    pub(super) networks: FirstSeen,
    pub(super) regions: FirstSeen,
    pub(super) families: FirstSeen,
    /// The first call that was read.
    pub(super) begun: Option<Time>,
    /// Days with calls, by number.
    days: Sample<i64, DAYS_MAX>,
}

/// What is sampled together.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(super) struct Lane {
    action: Action,
    /// Large machines, which a fleet of small ones must not hide.
    large: bool,
    /// The provider's own services, which follow what others have set up.
    by_provider: bool,
}

/// When each of many was seen first. Whoever was shed at the bound is unknown, not new.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(super) struct FirstSeen(Sample<Time, KNOWN_MAX>);

impl FirstSeen {
    fn see(&mut self, who: &impl Hash, time: Time) {
        if let Some(first) = self.0.entry(sketch::hash(who), || time) {
            *first = time.min(*first);
        }
    }

    /// The first call of, from, in or for this one.
    pub(super) fn of(&self, who: &impl Hash) -> Option<Time> {
        self.0.get(sketch::hash(who)).copied()
    }

    /// Whether some were shed.
    pub(super) const fn is_approximate(&self) -> bool {
        self.0.is_approximate()
    }

    fn merge(self, other: Self) -> Self {
        Self(self.0.merge(other.0, Ord::min))
    }
}

/// One call that may be a step. Where start and end of one operation are logged apart, both.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Step {
    /// The first record.
    pub(super) first: (Time, Place),
    /// When the last record was written, and what it says of the outcome.
    last: (Time, CallOutcome),
    pub(super) action: Action,
    pub(super) service: String,
    pub(super) operation: String,
    pub(super) principal: String,
    pub(super) caller: CallerKind,
    pub(super) address: Option<IpAddr>,
    pub(super) region: String,
    pub(super) machines: Option<Machines>,
    /// One of the records says that what it is about was there before.
    pub(super) is_there: bool,
    pub(super) resources: BTreeSet<Sighting>,
}

/// Compute that was asked for. Of two records of one call that says more which has a size.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(super) struct Machines {
    pub(super) size: Option<String>,
    pub(super) count: u64,
    pub(super) kind: ComputeKind,
}

impl Calls {
    /// Notes a call.
    pub(super) fn see(&mut self, call: &ApiCall<'_>, place: Place) {
        self.note(call);
        if matches!(call.action, Action::Other | Action::SignIn) {
            return;
        }
        let by_provider = call.caller.kind == CallerKind::Provider;
        if by_provider && call.action != Action::CreateCompute {
            return;
        }
        let step = Step::of(call, place);
        let lane = Lane { action: step.action, large: step.is_large(), by_provider };
        let known = self.steps.entry(lane).or_default().entry(Step::key(call), || step.clone());
        if let Some(known) = known {
            known.absorb(step);
        }
    }

    /// Feeds what tells the new from the known.
    fn note(&mut self, call: &ApiCall<'_>) {
        let time = call.time;
        self.begun = Some(self.begun.map_or(time, |begun| begun.min(time)));
        let day = time.seconds().div_euclid(DAY_SECONDS);
        let _day = self.days.entry(sketch::hash(&day), || day);
        if call.caller.kind == CallerKind::Provider {
            return;
        }
        if !call.caller.principal.is_empty() {
            let who = principal(call.account.provider, &call.caller.principal);
            self.principals.see(&who, time);
        }
        if let Some(address) = call.caller.address {
            self.networks.see(&net::customer_network(address).0, time);
        }
        // Who only asks how much he may have in a region does not live there.
        let lives = call.action != Action::ReadQuota && call.outcome == CallOutcome::Succeeded;
        if lives && !call.region.is_empty() {
            self.regions.see(&word(&call.region), time);
        }
        let size = call.compute.as_ref().and_then(|compute| compute.size.as_deref());
        if let Some(size) = size.filter(|_| lives) {
            self.families.see(&size::family(&word(size)), time);
        }
    }

    /// The steps by key, each with the number of calls that it stands for. The records of one
    /// operation may have gone into different lanes.
    pub(super) fn steps(&self) -> BTreeMap<u64, (Step, f64)> {
        let mut steps: BTreeMap<u64, (Step, f64)> = BTreeMap::new();
        for sample in self.steps.values() {
            for (key, step) in sample.entries() {
                let known = steps.entry(key).or_insert_with(|| (step.clone(), sample.scale()));
                known.0.absorb(step.clone());
                known.1 = known.1.min(sample.scale());
            }
        }
        steps
    }

    /// The days with calls, in order, by number.
    pub(super) fn days(&self) -> Vec<i64> {
        let mut days: Vec<i64> = self.days.values().copied().collect();
        days.sort_unstable();
        days
    }

    /// Whether something was shed.
    pub(super) fn is_approximate(&self) -> bool {
        self.steps.values().any(Sample::is_approximate)
            || [&self.principals, &self.networks, &self.regions, &self.families]
                .iter()
                .any(|seen| seen.is_approximate())
            || self.days.is_approximate()
    }
}

impl State for Calls {
    fn merge(mut self, other: Self) -> Self {
        let join = |mut one: Step, other: Step| {
            one.absorb(other);
            one
        };
        for (lane, sample) in other.steps {
            let own = self.steps.remove(&lane).unwrap_or_default();
            self.steps.insert(lane, own.merge(sample, join));
        }
        let begun = [self.begun, other.begun].into_iter().flatten().min();
        Self {
            steps: self.steps,
            principals: self.principals.merge(other.principals),
            networks: self.networks.merge(other.networks),
            regions: self.regions.merge(other.regions),
            families: self.families.merge(other.families),
            begun,
            days: self.days.merge(other.days, Ord::min),
        }
    }

    fn seal(&mut self, object: ObjectId) {
        let steps = self.steps.values_mut().flat_map(Sample::values_mut);
        steps.for_each(|step| step.first.1.seal(object));
    }
}

impl Step {
    fn of(call: &ApiCall<'_>, place: Place) -> Self {
        let provider = call.account.provider;
        let resources = call.resources.iter().map(|resource| Sighting::of(provider, resource));
        let resources = resources.filter(|sighting| !sighting.is_empty());
        let mut step = Self {
            first: (call.time, place),
            last: (call.time, call.outcome),
            action: call.action,
            service: word(&call.service).to_lowercase(),
            operation: word(&call.operation),
            principal: principal(provider, &call.caller.principal),
            caller: call.caller.kind,
            address: call.caller.address,
            region: word(&call.region),
            machines: call.compute.as_ref().map(Machines::of),
            is_there: call.compute.as_ref().is_some_and(|compute| compute.is_there),
            resources: resources.collect(),
        };
        step.trim();
        step
    }

    /// What one operation is known by: copies of its record, its start and its end share it. What
    /// one deployment makes may share the id, and differs in the resource.
    fn key(call: &ApiCall<'_>) -> u64 {
        let operation = word(&call.operation).to_lowercase();
        let first = call.resources.first().and_then(|resource| resource.instance);
        let resource = first.map(str::to_lowercase);
        if call.id.is_empty() {
            return sketch::hash(&(call.time, operation, &call.caller.principal, resource));
        }
        sketch::hash(&(call.action, operation, &call.id, resource))
    }

    /// Joins with another record of the same operation.
    fn absorb(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        for (own, other) in [
            (&mut self.service, other.service),
            (&mut self.operation, other.operation),
            (&mut self.principal, other.principal),
            (&mut self.region, other.region),
        ] {
            if *own < other {
                *own = other;
            }
        }
        self.caller = self.caller.min(other.caller);
        self.address = self.address.max(other.address);
        self.machines = self.machines.take().max(other.machines);
        self.is_there |= other.is_there;
        self.resources.extend(other.resources);
        self.trim();
    }

    fn trim(&mut self) {
        while self.resources.len() > RESOURCES_MAX {
            self.resources.pop_last();
        }
    }

    pub(super) const fn time(&self) -> Time {
        self.first.0
    }

    pub(super) const fn outcome(&self) -> CallOutcome {
        self.last.1
    }

    pub(super) fn succeeded(&self) -> bool {
        self.outcome() == CallOutcome::Succeeded
    }

    /// How many machines it asked for.
    pub(super) fn count(&self) -> u64 {
        self.machines.as_ref().map_or(1, |machines| machines.count.max(1))
    }

    pub(super) fn size(&self) -> Option<&str> {
        self.machines.as_ref()?.size.as_deref()
    }

    /// Whether it asked for large machines or such with graphics processors.
    pub(super) fn is_large(&self) -> bool {
        self.size().is_some_and(size::is_large)
    }

    /// The network that it came from.
    pub(super) fn network(&self) -> Option<IpAddr> {
        self.address.map(|address| net::customer_network(address).0)
    }
}

impl Machines {
    fn of(compute: &Compute<'_>) -> Self {
        let size = compute.size.as_deref().map(word).filter(|size| !size.is_empty());
        Self { size, count: compute.count, kind: compute.kind }
    }
}

/// Azure writes one principal in any case.
fn principal(provider: Provider, text: &str) -> String {
    let kept = kept(text, PRINCIPAL_BYTES_MAX);
    if provider == Provider::Azure { kept.to_lowercase() } else { kept }
}

fn word(text: &str) -> String {
    kept(text, WORD_BYTES_MAX)
}

fn kept(text: &str, bytes_max: usize) -> String {
    text::printable(text::truncated(text.trim(), bytes_max))
}

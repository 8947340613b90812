//! Statements read together: which of them count, and what they come to.

use std::collections::{BTreeMap, BTreeSet};

use super::{Amount, ByPlace, Month, Slot, Spent, Statement};
use crate::{
    event::UsageClass,
    id::ObjectId,
    sketch::{self, Sample},
    time::{Span, Time},
};

/// From this share of its lines in others on, a statement is a restatement.
const RESTATED_SHARE_MIN: f64 = 0.5;

/// Compute in time, in one region.
pub type Series = BTreeMap<Slot, Amount>;

/// What an account used and what it cost.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Compute by what it is and where it ran.
    pub series: BTreeMap<(UsageClass, String), Series>,
    /// When each meter of compute was used, and what for in all (worth, micros): class, region,
    /// meter.
    pub meters: BTreeMap<(UsageClass, String, String), (Span, i64)>,
    /// What was spent on each resource.
    pub resources: BTreeMap<String, Spent>,
    /// The currency in which most was billed; empty without bills.
    pub currency: String,
    /// From when on bills were read.
    pub first: Time,
    /// Until when bills were read.
    pub last: Time,
    /// Statements that others restate.
    pub restated: usize,
    /// Resources were sampled: sums over resources are too small.
    pub approximate: bool,
}

/// Reads the statements that count.
pub(super) fn read(sealed: &BTreeMap<(Month, ObjectId), Statement>) -> Ledger {
    let mut months: BTreeMap<Month, Vec<(&ObjectId, &Statement)>> = BTreeMap::new();
    for ((month, object), statement) in sealed {
        months.entry(*month).or_default().push((object, statement));
    }
    let mut ledger = Ledger::default();
    let mut costs: BTreeMap<&str, i64> = BTreeMap::new();
    let mut adjusted: BTreeMap<u64, BTreeMap<i32, i64>> = BTreeMap::new();
    for mut statements in months.into_values() {
        statements.sort_by(|(one_id, one), (other_id, other)| {
            other.order().cmp(&one.order()).then_with(|| one_id.cmp(other_id))
        });
        let mut told = Sample::default();
        for (_, statement) in statements {
            if shared(&statement.keys, &told) >= RESTATED_SHARE_MIN {
                ledger.restated += 1;
                continue;
            }
            told = told.merge(statement.keys.clone(), |(), ()| ());
            for (currency, cost) in &statement.costs {
                let sum = costs.entry(currency).or_default();
                *sum = sum.saturating_add(*cost);
            }
            for (resource, days) in statement.adjusted.entries() {
                let own = adjusted.entry(resource).or_default();
                for (day, cost) in days {
                    let sum = own.entry(*day).or_default();
                    *sum = sum.saturating_add(*cost);
                }
            }
            ledger.add(statement);
        }
    }
    ledger.adjust(&adjusted);
    let largest = costs.into_iter().max_by_key(|(_, cost)| *cost);
    ledger.currency = largest.map(|(currency, _)| currency.to_string()).unwrap_or_default();
    ledger
}

impl Ledger {
    /// Whether no bill was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty() && self.currency.is_empty()
    }

    fn add(&mut self, statement: &Statement) {
        for (class, region, slots) in places(&statement.series) {
            let own = self.series.entry((class, region.clone())).or_default();
            slots.iter().for_each(|(slot, amount)| own.entry(*slot).or_default().add(*amount));
        }
        for (class, region, meters) in places(&statement.meters) {
            for (meter, (span, worth)) in meters {
                let meter = (class, region.clone(), meter.clone());
                let (own_span, own_worth) = self.meters.entry(meter).or_insert((*span, 0));
                *own_span = own_span.joined(*span);
                *own_worth = own_worth.saturating_add(*worth);
            }
        }
        for spent in statement.resources.values() {
            self.spend(spent);
        }
        let first = statement.first.unwrap_or(statement.last);
        self.first = if self.last == Time::default() { first } else { self.first.min(first) };
        self.last = self.last.max(statement.last);
        self.approximate |= statement.resources.is_approximate();
    }

    /// Takes what was given back, for what was used: by the hash of the resource's name.
    fn adjust(&mut self, adjusted: &BTreeMap<u64, BTreeMap<i32, i64>>) {
        if adjusted.is_empty() {
            return;
        }
        for (name, spent) in &mut self.resources {
            let days = adjusted.get(&sketch::hash(&name.as_str()));
            for (day, cost) in days.into_iter().flatten() {
                let cost = Amount { cost_micros: *cost, ..Amount::default() };
                spent.days.entry(*day).or_default().add(cost);
            }
        }
    }

    fn spend(&mut self, spent: &Spent) {
        let new = || Spent { days: BTreeMap::new(), ..spent.clone() };
        let own = self.resources.entry(spent.resource.clone()).or_insert_with(new);
        own.span = own.span.joined(spent.span);
        spent.days.iter().for_each(|(day, amount)| own.days.entry(*day).or_default().add(*amount));
    }
}

/// Values with their places.
fn places<V>(map: &ByPlace<V>) -> impl Iterator<Item = (UsageClass, &String, &V)> {
    map.iter()
        .flat_map(|(class, regions)| regions.iter().map(|(region, value)| (*class, region, value)))
}

/// The share of the lines of `statement` that `told` has, estimated from what both samples cover.
fn shared<const MAX: usize>(statement: &Sample<(), MAX>, told: &Sample<(), MAX>) -> f64 {
    let told_hashes: BTreeSet<u64> = told.hashes().collect();
    let limit = |sample: &Sample<(), MAX>| {
        sample.is_approximate().then(|| sample.hashes().last()).flatten().unwrap_or(u64::MAX)
    };
    let limit = limit(statement).min(limit(told));
    let own: Vec<u64> = statement.hashes().take_while(|hash| *hash <= limit).collect();
    let known = own.iter().filter(|hash| told_hashes.contains(hash)).count();
    if own.is_empty() { 0.0 } else { known as f64 / own.len() as f64 }
}

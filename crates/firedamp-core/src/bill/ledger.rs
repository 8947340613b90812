//! Statements read together: which of them count, and what they come to.

mod exports;

use std::collections::{BTreeMap, BTreeSet};

use super::{Amount, ByPlace, KEYS_MAX, Month, Slot, Spent, Statement};
use crate::{
    event::UsageClass,
    id::ObjectId,
    sketch::{self, Sample},
    time::{Span, Time},
};
use exports::Twice;

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
    /// What was given back or corrected of what each resource cost, by day, in millionths: negative
    /// when money came back. It is part of `resources` already.
    pub adjusted: BTreeMap<String, BTreeMap<i32, i64>>,
    /// Statements that others restate.
    pub restated: usize,
    /// Days that two exports tell of, one more finely: only that one counts on them.
    pub told_twice: BTreeSet<i32>,
    /// Resources were sampled: sums over resources are too small.
    pub approximate: bool,
}

/// Money given back: resources (their names hashed), days, millionths.
type Adjusted = BTreeMap<u64, BTreeMap<i32, i64>>;

/// Reads the statements that count.
pub(super) fn read(sealed: &BTreeMap<(Month, ObjectId), Statement>) -> Ledger {
    let mut months: BTreeMap<Month, Vec<(&ObjectId, &Statement)>> = BTreeMap::new();
    for ((month, object), statement) in sealed {
        months.entry(*month).or_default().push((object, statement));
    }
    let mut ledger = Ledger::default();
    let mut costs: BTreeMap<&str, i64> = BTreeMap::new();
    let mut adjusted = Adjusted::new();
    for statements in months.into_values() {
        let all = statements.len();
        let counted = counted(statements);
        ledger.restated += all - counted.len();
        let twice = exports::told_twice(&counted);
        for (statement, twice) in counted.into_iter().zip(&twice) {
            if !twice.is_all_of(statement) {
                for (currency, cost) in &statement.costs {
                    let sum = costs.entry(currency).or_default();
                    *sum = sum.saturating_add(*cost);
                }
            }
            gather(statement, twice, &mut adjusted);
            ledger.add(statement, twice);
        }
    }
    ledger.adjust(&adjusted);
    let largest = costs.into_iter().max_by_key(|(_, cost)| *cost);
    ledger.currency = largest.map(|(currency, _)| currency.to_string()).unwrap_or_default();
    ledger
}

/// Those of a month's statements that no other restates. Use is looked at first: what only gives
/// money back is part of what tells of the use, too.
fn counted<'a>(mut statements: Vec<(&ObjectId, &'a Statement)>) -> Vec<&'a Statement> {
    statements.sort_by(|(one_id, one), (other_id, other)| {
        let order = |statement: &Statement| {
            (statement.tells_of_use(), statement.order(), statement.written)
        };
        order(other).cmp(&order(one)).then_with(|| one_id.cmp(other_id))
    });
    let mut told = Told::default();
    let statements = statements.into_iter().map(|(_, statement)| statement);
    statements.filter(|statement| told.is_news(statement)).collect()
}

/// What is told of by the statements that count.
#[derive(Default)]
struct Told {
    used: Sample<(), KEYS_MAX>,
    given_back: Sample<(), KEYS_MAX>,
}

impl Told {
    /// Whether a statement tells of something else, which is noted.
    fn is_news(&mut self, statement: &Statement) -> bool {
        let given_back = statement.given_back();
        let share = match statement.tells_of_use() {
            true => shared(&statement.keys, &self.used),
            false => shared(&given_back, &self.given_back),
        };
        if share >= RESTATED_SHARE_MIN {
            return false;
        }
        self.used = std::mem::take(&mut self.used).merge(statement.keys.clone(), |(), ()| ());
        self.given_back = std::mem::take(&mut self.given_back).merge(given_back, |(), ()| ());
        true
    }
}

/// Adds what a statement gives back, but for what a finer one gives back as well.
fn gather(statement: &Statement, twice: &Twice<'_>, adjusted: &mut Adjusted) {
    for (resource, days) in statement.adjusted.entries() {
        for (day, cost) in days.iter().filter(|(day, _)| !twice.gives_back(resource, **day)) {
            let sum = adjusted.entry(resource).or_default().entry(*day).or_default();
            *sum = sum.saturating_add(*cost);
        }
    }
}

impl Ledger {
    /// Whether no bill was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty() && self.currency.is_empty()
    }

    /// What was given back of what a resource cost since a day, in millionths.
    #[must_use]
    pub fn given_back(&self, resource: &str, since: i32) -> i64 {
        let days = self.adjusted.get(resource).into_iter().flat_map(|days| days.range(since..));
        days.fold(0, |sum: i64, (_, cost)| sum.saturating_sub(*cost))
    }

    fn add(&mut self, statement: &Statement, twice: &Twice<'_>) {
        for (class, region, slots) in places(&statement.series) {
            let place = (class, region.as_str());
            let left = |(slot, amount): (&Slot, &Amount)| {
                Some((*slot, twice.left(place, *slot, *amount)?))
            };
            let mut slots = slots.iter().filter_map(left).peekable();
            if slots.peek().is_some() {
                let own = self.series.entry((class, region.clone())).or_default();
                slots.for_each(|(slot, amount)| own.entry(slot).or_default().add(amount));
            }
        }
        for (class, region, meters) in places(&statement.meters) {
            let place = (class, region.as_str());
            let news = meters.iter().filter(|(_, (span, _))| !twice.spans(place, *span));
            for (meter, (span, worth)) in news {
                let meter = (class, region.clone(), meter.clone());
                let (own_span, own_worth) = self.meters.entry(meter).or_insert((*span, 0));
                *own_span = own_span.joined(*span);
                *own_worth = own_worth.saturating_add(*worth);
            }
        }
        for (resource, spent) in statement.resources.entries() {
            self.spend((resource, spent), twice);
        }
        let first = statement.first.unwrap_or(statement.last);
        self.first = if self.last == Time::default() { first } else { self.first.min(first) };
        self.last = self.last.max(statement.last);
        self.approximate |= statement.resources.is_approximate();
        self.told_twice.extend(twice.days());
    }

    /// Takes what was given back, for what was used: by the hash of the resource's name. What is dated
    /// before the first use (a line for the whole month) is of the first day.
    fn adjust(&mut self, adjusted: &Adjusted) {
        if adjusted.is_empty() {
            return;
        }
        for (name, spent) in &mut self.resources {
            let Some(days) = adjusted.get(&sketch::hash(&name.as_str())) else {
                continue;
            };
            let begun = spent.days.keys().next().copied().unwrap_or(i32::MIN);
            let own = self.adjusted.entry(name.clone()).or_default();
            for (day, cost) in days {
                let day = (*day).max(begun);
                let sum = own.entry(day).or_default();
                *sum = sum.saturating_add(*cost);
                let cost = Amount { cost_micros: *cost, ..Amount::default() };
                spent.days.entry(day).or_default().add(cost);
            }
        }
    }

    /// Takes what was spent on a resource, given with the hash of its name.
    fn spend(&mut self, (resource, spent): (u64, &Spent), twice: &Twice<'_>) {
        let left =
            |(day, amount): (&i32, &Amount)| Some((*day, twice.left_of(resource, *day, *amount)?));
        let mut days = spent.days.iter().filter_map(left).peekable();
        if days.peek().is_some() {
            let new = || Spent { days: BTreeMap::new(), ..spent.clone() };
            let own = self.resources.entry(spent.resource.clone()).or_insert_with(new);
            own.span = own.span.joined(spent.span);
            days.for_each(|(day, amount)| own.days.entry(day).or_default().add(amount));
        }
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
    let limit = limit(statement).min(limit(told));
    let own: Vec<u64> = statement.hashes().take_while(|hash| *hash <= limit).collect();
    let known = own.iter().filter(|hash| told_hashes.contains(hash)).count();
    if own.is_empty() { 0.0 } else { known as f64 / own.len() as f64 }
}

/// The largest hash up to which a sample has all.
fn limit<V, const MAX: usize>(sample: &Sample<V, MAX>) -> u64 {
    sample.is_approximate().then(|| sample.hashes().last()).flatten().unwrap_or(u64::MAX)
}

//! Exports that tell of the same use: by the hour and by the day, with resources and without.
//!
//! An account may have several of them, and each is right. Where two tell the same of the days that
//! both have, the finer one counts on these days: the one that names resources, then the one with the
//! shorter periods. That is seen from all statements of a month together, so that neither the order
//! in which they came nor the parts that they came in matter.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    ops::{Bound, Range},
};

use super::{RESTATED_SHARE_MIN, limit, places};
use crate::{
    bill::{Amount, Slot, Statement},
    event::UsageClass,
    time::{Span, Time},
};

/// The longest period in days; a longer one is taken for a month.
const PERIOD_DAYS_MAX: u16 = 31;
/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;

/// What of a statement is told by a finer export, so that it does not count here.
#[derive(Default)]
pub(super) struct Twice {
    /// Days on which its lines begin.
    days: BTreeSet<i32>,
    /// Money given back: resources, their names hashed, and days.
    adjusted: BTreeSet<(u64, i32)>,
}

impl Twice {
    /// Whether what begins on this day is told by others.
    pub(super) fn has(&self, day: i32) -> bool {
        self.days.contains(&day)
    }

    /// The days that others tell of.
    pub(super) fn days(&self) -> impl Iterator<Item = i32> {
        self.days.iter().copied()
    }

    /// Whether others tell of each day of a span.
    pub(super) fn spans(&self, span: Span) -> bool {
        let day = |time: Time| i32::try_from(time.seconds().div_euclid(DAY_SECONDS)).unwrap_or(0);
        // The end is exclusive; a line without one is an instant.
        let last = day(span.last.plus_seconds(-1)).max(day(span.first));
        !self.days.is_empty() && (day(span.first)..=last).all(|day| self.has(day))
    }

    /// Whether others give back what this statement gives back for a resource and day.
    pub(super) fn gives_back(&self, resource: u64, day: i32) -> bool {
        self.adjusted.contains(&(resource, day))
    }

    /// Whether others tell of all use that a statement has.
    pub(super) fn is_all_of(&self, statement: &Statement) -> bool {
        !self.days.is_empty() && slots(statement).all(|(slot, _)| self.has(slot.day()))
    }

    fn add(&mut self, statement: &Statement, finer: &Outline<'_>) {
        for (slot, _) in slots(statement) {
            let days = days(*slot);
            let told = days.clone().filter(|day| finer.days.contains(day)).count();
            if told * 2 >= days.len() {
                self.days.insert(slot.day());
            }
        }
        for (resource, days) in statement.adjusted.entries() {
            let both = days.keys().map(|day| (resource, *day));
            self.adjusted.extend(both.filter(|one| finer.adjusted.contains(one)));
        }
    }
}

/// What of each of these statements, which are of one month, a finer export tells as well.
pub(super) fn told_twice(statements: &[&Statement]) -> Vec<Twice> {
    let kinds: Vec<Option<Kind>> = statements.iter().map(|statement| kind(statement)).collect();
    let mut outlines: BTreeMap<Kind, Outline<'_>> = BTreeMap::new();
    if kinds.iter().flatten().collect::<BTreeSet<_>>().len() > 1 {
        for (statement, kind) in statements.iter().zip(&kinds) {
            if let Some(kind) = kind {
                outlines.entry(*kind).or_default().add(statement);
            }
        }
    }
    let mut finer: BTreeMap<Kind, Vec<&Outline<'_>>> = BTreeMap::new();
    for (kind, own) in &outlines {
        let above = outlines.range((Bound::Excluded(*kind), Bound::Unbounded));
        let same = above.map(|(_, outline)| outline).filter(|outline| outline.tells(own));
        finer.insert(*kind, same.collect());
    }
    let mut all = Vec::with_capacity(statements.len());
    for (statement, kind) in statements.iter().zip(kinds) {
        let mut twice = Twice::default();
        let finer = kind.and_then(|kind| finer.get(&kind));
        finer.into_iter().flatten().for_each(|outline| twice.add(statement, outline));
        all.push(twice);
    }
    all
}

/// The length of an export's periods, the shorter first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Grain {
    Hours,
    Day,
    Longer,
}

impl Grain {
    const fn of(slot: Slot) -> Self {
        match slot.hours {
            ..24 => Self::Hours,
            24..=48 => Self::Day,
            _ => Self::Longer,
        }
    }
}

/// A kind of export; the greater is the finer. Whether it names resources, and its periods.
type Kind = (bool, Reverse<Grain>);

/// The kind of export that a statement is of; `None` where it tells of no compute.
fn kind(statement: &Statement) -> Option<Kind> {
    let mut worth: BTreeMap<Grain, i64> = BTreeMap::new();
    for (slot, amount) in slots(statement) {
        let sum = worth.entry(Grain::of(*slot)).or_default();
        *sum = sum.saturating_add(amount.worth_micros);
    }
    let most = worth.into_iter().max_by_key(|(grain, worth)| (*worth, Reverse(*grain)));
    let names_resources = statement.resources.values().next().is_some();
    most.map(|(grain, _)| (names_resources, Reverse(grain)))
}

/// All periods of a statement, of all places.
fn slots(statement: &Statement) -> impl Iterator<Item = (&Slot, &Amount)> {
    places(&statement.series).flat_map(|(_, _, slots)| slots)
}

/// The days of a period.
fn days(slot: Slot) -> Range<i32> {
    let count = slot.hours.div_ceil(24).clamp(1, PERIOD_DAYS_MAX);
    slot.day()..slot.day().saturating_add(i32::from(count))
}

/// What all statements of one kind tell of.
#[derive(Default)]
struct Outline<'a> {
    days: BTreeSet<i32>,
    /// What use is worth at list prices, by place and day.
    worth: BTreeMap<(UsageClass, &'a str), BTreeMap<i32, i64>>,
    /// Days of resources, their names hashed.
    resources: BTreeMap<u64, BTreeSet<i32>>,
    /// The largest hash up to which all resources are there, where some were shed.
    limit: Option<u64>,
    /// Money given back.
    adjusted: BTreeSet<(u64, i32)>,
}

impl<'a> Outline<'a> {
    fn add(&mut self, statement: &'a Statement) {
        for (class, region, slots) in places(&statement.series) {
            let worth = self.worth.entry((class, region.as_str())).or_default();
            for (slot, amount) in slots {
                let days = days(*slot);
                let share = amount.worth_micros / i64::try_from(days.len().max(1)).unwrap_or(1);
                for day in days {
                    self.days.insert(day);
                    let sum = worth.entry(day).or_default();
                    *sum = sum.saturating_add(share);
                }
            }
        }
        for (resource, spent) in statement.resources.entries() {
            self.resources.entry(resource).or_default().extend(spent.days.keys());
        }
        if statement.resources.is_approximate() {
            let own = limit(&statement.resources);
            self.limit = Some(self.limit.map_or(own, |known| known.min(own)));
        }
        for (resource, days) in statement.adjusted.entries() {
            self.adjusted.extend(days.keys().map(|day| (resource, *day)));
        }
    }

    /// Whether it tells what a coarser one tells of the days that both have: of the same resources,
    /// or, where one names none, of as much use in the same places.
    fn tells(&self, coarser: &Self) -> bool {
        let days: BTreeSet<i32> = self.days.intersection(&coarser.days).copied().collect();
        let share = match self.resources.is_empty() || coarser.resources.is_empty() {
            true => self.likeness(coarser, &days),
            false => self.share_of_resources(coarser, &days),
        };
        share >= RESTATED_SHARE_MIN
    }

    /// The share of the coarser one's resources that it has, counted by day.
    fn share_of_resources(&self, coarser: &Self, days: &BTreeSet<i32>) -> f64 {
        let limit = [self.limit, coarser.limit].into_iter().flatten().min().unwrap_or(u64::MAX);
        let (mut all, mut shared) = (0_u32, 0_u32);
        for (resource, told) in coarser.resources.range(..=limit) {
            let own = self.resources.get(resource);
            for day in told.intersection(days) {
                all += 1;
                shared += u32::from(own.is_some_and(|own| own.contains(day)));
            }
        }
        if all == 0 { 0.0 } else { f64::from(shared) / f64::from(all) }
    }

    /// How alike the use is: what both have of it over what either has, in places and days.
    fn likeness(&self, other: &Self, days: &BTreeSet<i32>) -> f64 {
        let places: BTreeSet<_> = self.worth.keys().chain(other.worth.keys()).collect();
        let (mut both, mut either) = (0.0, 0.0);
        for place in places {
            for day in days {
                let worth = |of: &Self| of.worth.get(place).and_then(|days| days.get(day)).copied();
                let (one, two) = (worth(self).unwrap_or(0), worth(other).unwrap_or(0));
                both += one.min(two) as f64;
                either += one.max(two) as f64;
            }
        }
        if either > 0.0 { both / either } else { 0.0 }
    }
}

#[cfg(test)]
mod tests;

//! Exports that tell of the same use: by the hour and by the day, with resources and without.
//!
//! An account may have several of them, and each is right. Where two tell the same of the days that
//! both have, the finer one counts on these days: the one that names resources, then the one with the
//! shorter periods. But no more is left out than the finer one has, by place and day and by resource
//! and day: one that is of some regions alone, or stops in the month, hides nothing else. That is seen
//! from all statements of a month together, so that neither the order in which they came nor the parts
//! that they came in matter.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    ops::{Bound, Range},
    rc::Rc,
};

use super::{RESTATED_SHARE_MIN, limit, places};
use crate::{
    bill::{Amount, Slot, Statement},
    event::UsageClass,
    time::{Span, Time},
};

/// The longest period in days; a longer one is taken for a month.
const PERIOD_DAYS_MAX: u16 = 31;
/// From this share of its worth on, what a coarser export tells is told by a finer one.
const TOLD_SHARE_MIN: f64 = 0.9;
/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;

/// What compute is, and where it ran.
type Place<'a> = (UsageClass, &'a str);

/// What of the statements of one kind is told by finer exports, so that it does not count here.
#[derive(Default)]
pub(super) struct Twice<'a> {
    places: BTreeMap<Place<'a>, ToldOfPlace>,
    /// Of resources, their names hashed, and days: what is left of how much worth.
    resources: BTreeMap<(u64, i32), (i64, i64)>,
    /// Money given back: resources, their names hashed, and days.
    adjusted: BTreeSet<(u64, i32)>,
}

/// What is told of one place.
#[derive(Default)]
struct ToldOfPlace {
    /// Days whose lines are told.
    days: BTreeSet<i32>,
    /// Of periods of several days, the days that are told.
    longer: BTreeMap<Slot, BTreeSet<i32>>,
}

impl ToldOfPlace {
    fn days(&self) -> impl Iterator<Item = i32> {
        self.days.iter().chain(self.longer.values().flatten()).copied()
    }

    fn has(&self, day: i32) -> bool {
        self.days.contains(&day) || self.longer.values().any(|days| days.contains(&day))
    }

    /// How many days of a period are told, and how many it has.
    fn of(&self, slot: Slot) -> (usize, usize) {
        let all = days(slot).len();
        let told = match all {
            ..=1 => usize::from(self.days.contains(&slot.day())),
            _ => self.longer.get(&slot).map_or(0, BTreeSet::len),
        };
        (told, all.max(1))
    }
}

impl<'a> Twice<'a> {
    /// What is left of an amount that was used in a place and period; `None` where others tell all.
    pub(super) fn left(&self, place: Place<'_>, slot: Slot, amount: Amount) -> Option<Amount> {
        let Some(told) = self.places.get(&place) else {
            return Some(amount);
        };
        let (told, all) = told.of(slot);
        let count = |days: usize| i64::try_from(days).unwrap_or(i64::MAX);
        part(amount, count(all.saturating_sub(told)), count(all))
    }

    /// What is left of an amount that a resource, its name hashed, used from a day on; `None` where
    /// others tell all.
    pub(super) fn left_of(&self, resource: u64, day: i32, amount: Amount) -> Option<Amount> {
        let left = self.resources.get(&(resource, day));
        left.map_or(Some(amount), |(left, all)| part(amount, *left, *all))
    }

    /// The days that others tell of.
    pub(super) fn days(&self) -> impl Iterator<Item = i32> {
        self.places.values().flat_map(ToldOfPlace::days)
    }

    /// Whether others tell of each day of a span in a place.
    pub(super) fn spans(&self, place: Place<'_>, span: Span) -> bool {
        let day = |time: Time| i32::try_from(time.seconds().div_euclid(DAY_SECONDS)).unwrap_or(0);
        // The end is exclusive; a line without one is an instant.
        let last = day(span.last.plus_seconds(-1)).max(day(span.first));
        let told = self.places.get(&place);
        told.is_some_and(|told| (day(span.first)..=last).all(|day| told.has(day)))
    }

    /// Whether others give back what this statement gives back for a resource and day.
    pub(super) fn gives_back(&self, resource: u64, day: i32) -> bool {
        self.adjusted.contains(&(resource, day))
    }

    /// Whether others tell of all use that a statement has.
    pub(super) fn is_all_of(&self, statement: &Statement) -> bool {
        let is_left_out =
            |(class, region, slots): (UsageClass, &String, &BTreeMap<Slot, Amount>)| {
                let place = (class, region.as_str());
                slots.iter().all(|(slot, amount)| self.left(place, *slot, *amount).is_none())
            };
        !self.places.is_empty() && places(&statement.series).all(is_left_out)
    }

    fn add(&mut self, own: &Outline<'a>, finer: &Outline<'a>, grain: Grain) {
        for (place, days) in &own.days_by_place {
            let told = days.iter().filter(|day| finer.tells_days(own, *place, &[**day]));
            self.note(*place, |known| known.days.extend(told));
        }
        for (place, slot) in &own.longer {
            let told = finer.days_told(own, *place, *slot);
            self.note(*place, |known| known.longer.entry(*slot).or_default().extend(told));
        }
        for (resource, days) in &own.resources {
            self.add_resource(*resource, days, finer, grain);
        }
        self.adjusted.extend(own.adjusted.intersection(&finer.adjusted));
    }

    /// Notes what is told of a place, if anything is.
    fn note(&mut self, place: Place<'a>, note: impl FnOnce(&mut ToldOfPlace)) {
        let mut told = self.places.remove(&place).unwrap_or_default();
        note(&mut told);
        if told.days().next().is_some() {
            self.places.insert(place, told);
        }
    }

    /// Notes the days of a resource that a finer export has as well. What is written for a month
    /// stands at its first day.
    fn add_resource(
        &mut self,
        resource: u64,
        days: &BTreeMap<i32, i64>,
        finer: &Outline<'_>,
        grain: Grain,
    ) {
        let Some(told) = finer.resources.get(&resource) else {
            return;
        };
        for (day, worth) in days {
            let next = days.range(day.saturating_add(1)..).next().map_or(i32::MAX, |(day, _)| *day);
            let length = if grain == Grain::Longer { i32::from(PERIOD_DAYS_MAX) } else { 1 };
            let mut told = told.range(*day..next.min(day.saturating_add(length))).peekable();
            if told.peek().is_none() {
                continue;
            }
            let told = told.fold(0, |sum: i64, (_, worth)| sum.saturating_add(*worth));
            let left = if is_told(told, *worth) {
                0
            } else if grain == Grain::Longer && told >= worth / 2 {
                worth.saturating_sub(told)
            } else {
                continue;
            };
            let known = self.resources.entry((resource, *day)).or_insert((left, *worth));
            known.0 = known.0.min(left);
        }
    }
}

/// Whether so much worth is nearly all of what another has.
fn is_told(told: i64, worth: i64) -> bool {
    told as f64 >= TOLD_SHARE_MIN * worth as f64
}

/// A part of an amount: so many of so many; `None` where it is none.
fn part(amount: Amount, left: i64, all: i64) -> Option<Amount> {
    if left <= 0 || all <= 0 {
        return None;
    }
    let part = |micros: i64| {
        let part = i128::from(micros) * i128::from(left.min(all)) / i128::from(all);
        i64::try_from(part).unwrap_or(micros)
    };
    Some(Amount {
        worth_micros: part(amount.worth_micros),
        whole_micros: part(amount.whole_micros),
        cost_micros: part(amount.cost_micros),
    })
}

/// What of each of these statements, which are of one month, a finer export tells as well.
pub(super) fn told_twice<'a>(statements: &[&'a Statement]) -> Vec<Rc<Twice<'a>>> {
    let kinds: Vec<Option<Kind>> = statements.iter().map(|statement| kind(statement)).collect();
    let mut outlines: BTreeMap<Kind, Outline<'a>> = BTreeMap::new();
    if kinds.iter().flatten().collect::<BTreeSet<_>>().len() > 1 {
        for (statement, kind) in statements.iter().copied().zip(&kinds) {
            if let Some(kind) = kind {
                outlines.entry(*kind).or_default().add(statement);
            }
        }
    }
    let mut twice: BTreeMap<Kind, Rc<Twice<'a>>> = BTreeMap::new();
    for (kind, own) in &outlines {
        let above = outlines.range((Bound::Excluded(*kind), Bound::Unbounded));
        let mut told = Twice::default();
        for (_, finer) in above.filter(|(_, outline)| outline.tells(own)) {
            told.add(own, finer, kind.1.0);
        }
        twice.insert(*kind, Rc::new(told));
    }
    let told = |kind: Option<Kind>| kind.and_then(|kind| twice.get(&kind).cloned());
    kinds.into_iter().map(|kind| told(kind).unwrap_or_default()).collect()
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
    /// Days that lines of a day or less are of.
    days_by_place: BTreeMap<Place<'a>, BTreeSet<i32>>,
    /// Periods of several days.
    longer: BTreeSet<(Place<'a>, Slot)>,
    /// What use is worth at list prices, by place and day.
    worth: BTreeMap<Place<'a>, BTreeMap<i32, i64>>,
    /// What is measured.
    meters: BTreeSet<(Place<'a>, &'a str)>,
    /// What use of resources, their names hashed, is worth by the day.
    resources: BTreeMap<u64, BTreeMap<i32, i64>>,
    /// The largest hash up to which all resources are there, where some were shed.
    limit: Option<u64>,
    /// Money given back.
    adjusted: BTreeSet<(u64, i32)>,
}

impl<'a> Outline<'a> {
    fn add(&mut self, statement: &'a Statement) {
        for (class, region, slots) in places(&statement.series) {
            for (slot, amount) in slots {
                self.add_slot((class, region.as_str()), *slot, *amount);
            }
        }
        for (class, region, meters) in places(&statement.meters) {
            let place = (class, region.as_str());
            self.meters.extend(meters.keys().map(|meter| (place, meter.as_str())));
        }
        for (resource, spent) in statement.resources.entries() {
            let days = self.resources.entry(resource).or_default();
            for (day, amount) in &spent.days {
                let sum = days.entry(*day).or_default();
                *sum = sum.saturating_add(amount.worth_micros);
            }
        }
        if statement.resources.is_approximate() {
            let own = limit(&statement.resources);
            self.limit = Some(self.limit.map_or(own, |known| known.min(own)));
        }
        for (resource, days) in statement.adjusted.entries() {
            self.adjusted.extend(days.keys().map(|day| (resource, *day)));
        }
    }

    fn add_slot(&mut self, place: Place<'a>, slot: Slot, amount: Amount) {
        let days = days(slot);
        if days.len() > 1 {
            self.longer.insert((place, slot));
        } else {
            self.days_by_place.entry(place).or_default().extend(days.clone());
        }
        let share = amount.worth_micros / i64::try_from(days.len().max(1)).unwrap_or(1);
        let worth = self.worth.entry(place).or_default();
        for day in days {
            self.days.insert(day);
            let sum = worth.entry(day).or_default();
            *sum = sum.saturating_add(share);
        }
    }

    /// Whether it has nearly all that a coarser one has in a place on all of these days together.
    fn tells_days(&self, coarser: &Self, place: Place<'_>, days: &[i32]) -> bool {
        let told = self.worth.get(&place);
        days.iter().any(|day| told.is_some_and(|told| told.contains_key(day)))
            && is_told(self.worth_of(place, days), coarser.worth_of(place, days))
    }

    fn worth_of(&self, place: Place<'_>, days: &[i32]) -> i64 {
        let worth = self.worth.get(&place);
        let worth = days.iter().filter_map(|day| worth?.get(day));
        worth.fold(0, |sum: i64, one| sum.saturating_add(*one))
    }

    /// The days of a coarser one's longer period that it tells; none where they are less than half.
    /// They are weighed together, as the period does not say what was used on which day.
    fn days_told(&self, coarser: &Self, place: Place<'_>, slot: Slot) -> Vec<i32> {
        let own = self.worth.get(&place);
        let all = days(slot);
        let has = |day: &i32| own.is_some_and(|own| own.contains_key(day));
        let told: Vec<i32> = all.clone().filter(has).collect();
        let is_half = told.len() * 2 >= all.len();
        if is_half && self.tells_days(coarser, place, &told) { told } else { Vec::new() }
    }

    /// Whether it tells what a coarser one tells of the days that both have: of the same resources,
    /// or, where one names none, of as much use by the same meters in the same places.
    fn tells(&self, coarser: &Self) -> bool {
        let days: BTreeSet<i32> = self.days.intersection(&coarser.days).copied().collect();
        if !self.resources.is_empty() && !coarser.resources.is_empty() {
            return self.share_of_resources(coarser, &days) >= RESTATED_SHARE_MIN;
        }
        self.has_meters_of(coarser) && self.likeness(coarser, &days) >= RESTATED_SHARE_MIN
    }

    /// Whether it has half of the coarser one's meters: other services may cost as much.
    fn has_meters_of(&self, coarser: &Self) -> bool {
        let shared = coarser.meters.intersection(&self.meters).count();
        shared * 2 >= coarser.meters.len()
    }

    /// The share of the coarser one's resources that it has, counted by day.
    fn share_of_resources(&self, coarser: &Self, days: &BTreeSet<i32>) -> f64 {
        let limit = [self.limit, coarser.limit].into_iter().flatten().min().unwrap_or(u64::MAX);
        let (mut all, mut shared) = (0_u32, 0_u32);
        for (resource, told) in coarser.resources.range(..=limit) {
            let own = self.resources.get(resource);
            for day in told.keys().filter(|day| days.contains(*day)) {
                all += 1;
                shared += u32::from(own.is_some_and(|own| own.contains_key(day)));
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

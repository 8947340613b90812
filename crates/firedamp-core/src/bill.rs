//! Bills: what an account used and what it cost, by hour or day, from statements that restate each
//! other.
//!
//! Bills are written again: a whole month many times, in other files, with other sums. So what an
//! object says of a month is kept as one statement, and which statements count is decided when
//! they are read: of those that tell of the same lines, the latest. That needs neither paths nor
//! manifests, and does not depend on the order of arrival. Two that reach as far and are as long are
//! told apart by when they were written: by the lines, or else by the object (manifests come apart
//! from their files, and say no more). Only without a date, or with the same one, the smaller hash
//! counts: either may be right.

mod ledger;
#[cfg(test)]
pub(crate) mod tests;
mod worth;

use std::{
    borrow::Cow,
    collections::{BTreeMap, btree_map::Entry},
};

use serde::{Deserialize, Serialize};

pub use ledger::{Ledger, Series};

use crate::{
    event::{Charge, Usage, UsageClass},
    id::ObjectId,
    sketch::{self, Sample},
    text,
    time::{Span, Time},
};

/// Lines remembered of a statement, to tell which other statements tell of the same.
const KEYS_MAX: usize = 256;
/// Resources kept of a statement; more are sampled.
const RESOURCES_MAX: usize = 2048;
/// Meters kept of a statement; a busy account has some hundreds that measure compute.
const METERS_MAX: usize = 2048;
/// The longest name that is kept.
const NAME_BYTES_MAX: usize = 256;
/// The longest name of a resource; ARM ids reach a few hundred bytes.
const RESOURCE_BYTES_MAX: usize = 1024;
/// Regions kept of a statement; the largest cloud has about 70.
const REGIONS_MAX: usize = 200;
/// Hours and days kept of one region: a month of hours, and some that are told in another zone.
const SLOTS_MAX: usize = 1000;
/// Currencies of one statement; there is one but for mistakes.
const CURRENCIES_MAX: usize = 8;

/// A month, counted from January of year 0.
type Month = i32;

/// Everything billed to one account.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Bill {
    /// What the object that is being read says.
    here: BTreeMap<Month, Statement>,
    sealed: BTreeMap<(Month, ObjectId), Statement>,
}

impl Bill {
    /// Takes one line; whether it tells of compute on a resource that is new here.
    pub fn observe(&mut self, usage: &Usage<'_>) -> bool {
        self.here.entry(month(usage.span.first)).or_default().add(usage)
    }

    /// Names the object that was read.
    pub fn seal(&mut self, object: ObjectId) {
        let here = std::mem::take(&mut self.here).into_iter();
        self.sealed.extend(here.map(|(month, statement)| ((month, object), statement)));
    }

    /// Notes when objects were written, where that is known.
    pub fn date(&mut self, written: &BTreeMap<ObjectId, Time>) {
        for ((_, object), statement) in &mut self.sealed {
            statement.written = earliest(statement.written, written.get(object).copied());
        }
    }

    /// Joins what two parts of the input say. Of two versions of what one object says, the longer.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (key, statement) in other.sealed {
            match self.sealed.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(statement);
                }
                Entry::Occupied(mut own) => own.get_mut().join(statement),
            }
        }
        self
    }

    /// What counts, without what was restated.
    #[must_use]
    pub fn read(&self) -> Ledger {
        ledger::read(&self.sealed)
    }
}

/// Values by what compute is and by the region where it ran.
type ByPlace<V> = BTreeMap<UsageClass, BTreeMap<String, V>>;

/// The value under a name, made when there is room for it. Names are copied only then.
fn under<'a, V>(
    map: &'a mut BTreeMap<String, V>,
    name: &str,
    most: usize,
    new: impl FnOnce() -> V,
) -> Option<&'a mut V> {
    let name = text::truncated(name, NAME_BYTES_MAX);
    if !map.contains_key(name) {
        if map.len() >= most {
            return None;
        }
        map.insert(name.to_string(), new());
    }
    map.get_mut(name)
}

/// What one object says of one month.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
struct Statement {
    lines: u64,
    /// The beginning of the first line.
    first: Option<Time>,
    /// The end of the last line.
    last: Time,
    /// Lines that stand on an invoice.
    settled: u64,
    /// When the provider wrote the last of the lines, where it says so.
    exported: Option<Time>,
    /// When the object was written, where that is known: the first of its copies.
    written: Option<Time>,
    /// What lines of compute it has.
    keys: Sample<(), KEYS_MAX>,
    /// Compute by what it is and where it ran, in time.
    series: ByPlace<BTreeMap<Slot, Amount>>,
    /// When each meter of compute was used, and for how much.
    meters: ByPlace<BTreeMap<String, (Span, i64)>>,
    /// Compute by what it was spent on.
    resources: Sample<Spent, RESOURCES_MAX>,
    /// What was given back or corrected, by resource (its hash) and day, in millionths: of the same
    /// resources as above, where there are more than are kept.
    adjusted: Sample<BTreeMap<i32, i64>, RESOURCES_MAX>,
    /// Cost of everything, by currency.
    costs: BTreeMap<String, i64>,
}

/// A period that lines are written for: its first hour since 1970, and its length in hours.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Slot {
    /// Hours since 1970-01-01.
    pub hour: i32,
    /// 1 in hourly bills, 24 in daily ones.
    pub hours: u16,
}

impl Slot {
    fn of(span: Span) -> Self {
        let hour = span.first.seconds().div_euclid(3600);
        let hours = (span.seconds() + 1800) / 3600;
        Self {
            hour: i32::try_from(hour).unwrap_or(i32::MAX),
            hours: u16::try_from(hours.max(1)).unwrap_or(u16::MAX),
        }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn day(self) -> i32 {
        self.hour.div_euclid(24)
    }
}

/// What was used in a slot.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Amount {
    /// What the use is worth by list prices, whoever pays: millionths of a US dollar.
    pub worth_micros: i64,
    /// Of that, by resources that ran all of the slot.
    pub whole_micros: i64,
    /// What it costs, in millionths of the bill's currency.
    pub cost_micros: i64,
}

impl Amount {
    /// Adds another amount.
    pub(crate) fn add(&mut self, other: Self) {
        self.worth_micros = self.worth_micros.saturating_add(other.worth_micros);
        self.whole_micros = self.whole_micros.saturating_add(other.whole_micros);
        self.cost_micros = self.cost_micros.saturating_add(other.cost_micros);
    }
}

/// What was spent on one resource.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Spent {
    /// The resource, as [`resource_name`] writes it.
    pub resource: String,
    /// First and last use.
    pub span: Span,
    /// By day since 1970-01-01.
    pub days: BTreeMap<i32, Amount>,
}

impl Statement {
    /// Of two statements on the same lines the greater one counts: settled, then later, then longer,
    /// then exported later.
    fn order(&self) -> (bool, Time, u64, Option<Time>) {
        let settled = self.lines > 0 && self.settled * 2 > self.lines;
        (settled, self.last, self.lines, self.exported)
    }

    /// Joins another version of what the same object says.
    fn join(&mut self, other: Self) {
        let written = earliest(self.written, other.written);
        if other.order() > self.order() {
            *self = other;
        }
        self.written = written;
    }

    /// Whether it has lines of compute.
    fn tells_of_use(&self) -> bool {
        self.keys.hashes().next().is_some()
    }

    /// What tells the money that it gives back from other money: for which resource and day, and how
    /// much.
    fn given_back(&self) -> Sample<(), KEYS_MAX> {
        let mut keys = Sample::default();
        for (resource, days) in self.adjusted.entries() {
            for (day, cost) in days.iter().filter(|(_, cost)| **cost != 0) {
                let _admitted = keys.entry(sketch::hash(&(resource, *day, *cost)), || ());
            }
        }
        keys
    }

    fn add(&mut self, usage: &Usage<'_>) -> bool {
        self.lines += 1;
        self.settled += u64::from(usage.settled);
        self.exported = self.exported.max(usage.exported);
        self.first = Some(self.first.map_or(usage.span.first, |known| known.min(usage.span.first)));
        self.last = self.last.max(usage.span.last);
        if let Some(cost) = under(&mut self.costs, &usage.currency, CURRENCIES_MAX, || 0) {
            *cost = cost.saturating_add(usage.cost_micros);
        }
        if usage.charge == Charge::Adjustment {
            self.adjust(usage);
        }
        let is_use = matches!(usage.charge, Charge::Usage | Charge::Covered);
        if !is_use || usage.class == UsageClass::Other {
            return false;
        }
        let resource = usage.resource.as_deref().map(resource_name);
        let hash = resource.as_ref().map(|name| sketch::hash(&name.as_ref()));
        // Lines of compute alone: a machine has one of these in an hour, and many of other things,
        // which would stand in several parts of one delivery.
        let _admitted = self.keys.entry(key(usage, hash), || ());
        let amount = worth::of(usage);
        self.add_compute(usage, amount);
        let spent = resource.zip(hash);
        spent.is_some_and(|(name, hash)| self.spend((&name, hash), usage.span, amount))
    }

    /// Money without use that names what it was for.
    fn adjust(&mut self, usage: &Usage<'_>) {
        let Some(name) = usage.resource.as_deref().map(resource_name) else {
            return;
        };
        if let Some(days) = self.adjusted.entry(sketch::hash(&&*name), BTreeMap::new) {
            let cost = days.entry(Slot::of(usage.span).day()).or_default();
            *cost = cost.saturating_add(usage.cost_micros);
        }
    }

    fn add_compute(&mut self, usage: &Usage<'_>, amount: Amount) {
        let slot = Slot::of(usage.span);
        let regions = self.series.entry(usage.class).or_default();
        if let Some(slots) = under(regions, &usage.region, REGIONS_MAX, BTreeMap::new)
            && (slots.len() < SLOTS_MAX || slots.contains_key(&slot))
        {
            slots.entry(slot).or_default().add(amount);
        }
        let regions = self.meters.entry(usage.class).or_default();
        let meters = under(regions, &usage.region, REGIONS_MAX, BTreeMap::new);
        let new = || (usage.span, 0);
        let meter = meters.and_then(|meters| under(meters, &usage.meter, METERS_MAX, new));
        if let Some((span, worth)) = meter {
            *span = span.joined(usage.span);
            *worth = worth.saturating_add(amount.worth_micros);
        }
    }

    /// Whether the resource, named and hashed, is new.
    fn spend(&mut self, (resource, hash): (&str, u64), span: Span, amount: Amount) -> bool {
        let mut is_new = false;
        let new = || {
            is_new = true;
            Spent { resource: resource.to_string(), span, days: BTreeMap::new() }
        };
        if let Some(spent) = self.resources.entry(hash, new) {
            spent.span = spent.span.joined(span);
            spent.days.entry(Slot::of(span).day()).or_default().add(amount);
        }
        is_new
    }
}

/// What tells a line from others in every restatement of it, and in bills of other formats: what was
/// used, when, not how much of it.
fn key(usage: &Usage<'_>, resource: Option<u64>) -> u64 {
    let span = (usage.span.first, usage.span.last);
    match resource {
        Some(resource) => sketch::hash(&(resource, span, usage.class)),
        None => sketch::hash(&(&*usage.meter, &*usage.region, span, usage.charge)),
    }
}

/// The name by which other telemetry knows a billed resource: the instance id of an ARN, the last
/// part of a Google path; lower case, as bills and logs differ in it.
#[must_use]
pub fn resource_name(resource: &str) -> Cow<'_, str> {
    let resource = resource.trim();
    let marked = |at: &usize| {
        let before = resource.get(..*at).unwrap_or_default();
        before.ends_with(":instance") || before.ends_with("/instances")
    };
    let mark = memchr::memrchr_iter(b'/', resource.as_bytes()).find(marked);
    let name = mark.and_then(|at| resource.get(at + 1..)).unwrap_or(resource);
    let name = name.get(..name.floor_char_boundary(RESOURCE_BYTES_MAX)).unwrap_or(name);
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(name.to_ascii_lowercase());
    }
    Cow::Borrowed(name)
}

/// The earlier of what is known of two times.
fn earliest(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    one.into_iter().chain(other).min()
}

/// The month of an instant, UTC.
fn month(time: Time) -> Month {
    let (year, month, _) = time.date();
    year * 12 + i32::from(month) - 1
}

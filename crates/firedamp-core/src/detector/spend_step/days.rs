//! The days of a bill, and the steps in them.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use crate::bill::{Amount, Ledger, Series, Slot};

/// Use worth less is noise.
pub(super) const NOISE_DOLLARS: f64 = 5.0;
/// Days that a step is held against, at least.
const BASELINE_DAYS_MIN: usize = 7;
/// Days looked at; a year and what went before it.
const DAYS_MAX: i32 = 400;
/// A longer line tells of no day: monthly fees.
const LINE_HOURS_MAX: u16 = 48;
/// Deviations from the median from which on a day stands out.
const DEVIATIONS_MIN: f64 = 3.0;
/// A day that stands out has at least so many times the median.
const GROWTH_MIN: f64 = 1.5;
/// Days of a kind (weekend or not) from which on they have a baseline of their own.
const KIND_DAYS_MIN: usize = 4;
/// Below this spread, relative to the mean, use is flat: that of a diurnal service is 0.3 and more.
const FLAT_VARIATION_MAX: f64 = 0.1;
/// The share of use by resources that never paused, from which on daily lines tell of flat use.
const WHOLE_SHARE_MIN: f64 = 0.9;
/// Scale of the median absolute deviation to the standard deviation of a normal distribution.
const MAD_SCALE: f64 = 1.4826;
/// The least spread of logarithms that a baseline is believed to have: 5 % from day to day.
const SPREAD_MIN: f64 = 0.05;
/// How much below an earlier day of the month a day may stay to be its repetition, in logarithms.
const RHYTHM_SLACK: f64 = 0.3;
/// A step matters half as much every so many days after it ended.
const STALE_DAYS: f64 = 7.0;

/// A run of days on a new level.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    /// The first day, since 1970-01-01.
    pub(super) start: i32,
    /// The day after the last.
    pub(super) end: i32,
    /// Dollars a day before: the median.
    pub(super) before: f64,
    /// Dollars a day since: the median.
    pub(super) level: f64,
    /// How far the level is from the median before, in robust standard deviations.
    pub(super) deviation: f64,
    /// Whether use stayed the same day and night.
    pub(super) flat: bool,
}

impl Step {
    /// How many days it held.
    pub(super) const fn held(&self) -> i32 {
        self.end - self.start
    }
}

/// The step that matters most; `None` when every day is like the days before it. What wastes most does,
/// and what is long over less: a batch run of last month must not hide what runs now.
pub(super) fn largest_step(ledger: &Ledger) -> Option<Step> {
    let days = Days::of(ledger)?;
    let mut best: Option<(f64, Step)> = None;
    let mut start = BASELINE_DAYS_MIN;
    while start < days.worth.len() {
        let end = days.run(start);
        if let Some(step) = (end > start).then(|| days.step(ledger, start, end)) {
            let excess = (step.level - step.before) * f64::from(step.held());
            let matters = excess * recency(days.worth.len() - end);
            if best.as_ref().is_none_or(|(known, _)| matters > *known) {
                best = Some((matters, step));
            }
        }
        start = end.max(start + 1);
    }
    best.map(|(_, step)| step)
}

/// How much a step still matters that ended so many days before the bill does.
fn recency(days_since: usize) -> f64 {
    (-(days_since as f64) / STALE_DAYS).exp2()
}

/// Dollars of compute on consecutive days.
struct Days {
    first: i32,
    worth: Vec<f64>,
}

impl Days {
    /// Every complete day of the bill.
    fn of(ledger: &Ledger) -> Option<Self> {
        let mut by_day: BTreeMap<i32, f64> = BTreeMap::new();
        for (slot, amount) in ledger.series.values().flatten().filter(|(slot, _)| is_daily(slot)) {
            *by_day.entry(slot.day()).or_default() += amount.worth_micros as f64 / 1e6;
        }
        let end = i32::try_from(ledger.last.seconds().div_euclid(86_400)).ok()?;
        let begin = i32::try_from(ledger.first.seconds().div_euclid(86_400)).ok()?;
        let first = begin.max(end.saturating_sub(DAYS_MAX));
        let worth = (first..end).map(|day| by_day.get(&day).copied().unwrap_or(0.0)).collect();
        Some(Self { first, worth })
    }

    /// The end of the run of days, from `start` on, that stand out from those before `start`.
    fn run(&self, start: usize) -> usize {
        (start..self.worth.len())
            .find(|day| !self.stands_out(*day, start))
            .unwrap_or(self.worth.len())
    }

    fn stands_out(&self, day: usize, start: usize) -> bool {
        let worth = self.at(day);
        if worth < NOISE_DOLLARS {
            return false;
        }
        let baseline = self.baseline(day, start);
        let grown = worth >= GROWTH_MIN * baseline.dollars() + NOISE_DOLLARS;
        grown && baseline.deviation(worth) >= DEVIATIONS_MIN && !self.repeats(day, start)
    }

    /// Whether a day like this was there a month ago: month-end runs.
    fn repeats(&self, day: usize, start: usize) -> bool {
        let level = scaled(self.at(day)) - RHYTHM_SLACK;
        let month_ago = (28..=33).filter_map(|distance| day.checked_sub(distance));
        month_ago.filter(|past| *past < start).any(|past| scaled(self.at(past)) >= level)
    }

    fn at(&self, day: usize) -> f64 {
        self.worth.get(day).copied().unwrap_or(0.0)
    }

    /// What is usual on days such as `day`, from those before `start`.
    fn baseline(&self, day: usize, start: usize) -> Baseline {
        let kind = |index: usize| self.is_weekend(index) == self.is_weekend(day);
        let same: Vec<f64> =
            (0..start).filter(|index| kind(*index)).map(|index| self.at(index)).collect();
        if same.len() >= KIND_DAYS_MIN {
            return Baseline::of(&same);
        }
        Baseline::of(self.worth.get(..start).unwrap_or_default())
    }

    /// 1970-01-01 was a Thursday.
    fn is_weekend(&self, index: usize) -> bool {
        let day = i64::from(self.first) + index as i64;
        matches!((day + 3).rem_euclid(7), 5 | 6)
    }

    fn step(&self, ledger: &Ledger, start: usize, end: usize) -> Step {
        let held = self.worth.get(start..end).unwrap_or_default();
        let before = Baseline::of(self.worth.get(..start).unwrap_or_default());
        let level = median(held.to_vec());
        let day =
            |index: usize| self.first.saturating_add(i32::try_from(index).unwrap_or(i32::MAX));
        let (first, last) = (day(start), day(end));
        Step {
            start: first,
            end: last,
            before: before.dollars(),
            level,
            deviation: before.deviation(level),
            flat: is_flat(ledger, first, last),
        }
    }
}

const fn is_daily(slot: &Slot) -> bool {
    slot.hours <= LINE_HOURS_MAX
}

/// The median and the spread of what is usual, in logarithms.
struct Baseline {
    median: f64,
    spread: f64,
}

impl Baseline {
    fn of(worth: &[f64]) -> Self {
        let logs: Vec<f64> = worth.iter().map(|worth| scaled(*worth)).collect();
        let centre = median(logs.clone());
        let deviations = logs.iter().map(|log| (log - centre).abs()).collect();
        Self { median: centre, spread: MAD_SCALE * median(deviations) + SPREAD_MIN }
    }

    fn dollars(&self) -> f64 {
        self.median.exp() - 1.0
    }

    fn deviation(&self, worth: f64) -> f64 {
        (scaled(worth) - self.median) / self.spread
    }
}

/// Logarithms that take zero, and for which cents are noise.
fn scaled(worth: f64) -> f64 {
    worth.max(0.0).ln_1p()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = values.get(middle).copied().unwrap_or(0.0);
    if values.len() % 2 == 1 {
        return upper;
    }
    let lower = middle.checked_sub(1).and_then(|at| values.get(at)).copied().unwrap_or(upper);
    f64::midpoint(lower, upper)
}

/// Whether what was added in the places that grew was used the same at all hours of `start..end`, but
/// for its first day, on which the step was taken.
fn is_flat(ledger: &Ledger, start: i32, end: i32) -> bool {
    let grown: Vec<&Series> =
        ledger.series.values().filter(|series| has_grown(series, start, end)).collect();
    let body = if end - start > 1 { start + 1..end } else { start..end };
    let mut slots: BTreeMap<Slot, f64> = BTreeMap::new();
    for (slot, amount) in grown.iter().copied().flatten() {
        if is_daily(slot) && body.contains(&slot.day()) {
            *slots.entry(*slot).or_default() += amount.worth_micros as f64;
        }
    }
    let worth: Vec<f64> = slots.values().copied().collect();
    let is_hourly = slots.keys().any(|slot| slot.hours == 1);
    let expected = body.len() * if is_hourly { 24 } else { 1 };
    let is_seamless = worth.len() * 10 >= expected * 9;
    let never_paused = is_hourly || added_whole_share(&grown, start, &body) >= WHOLE_SHARE_MIN;
    is_seamless && never_paused && variation(&worth) <= FLAT_VARIATION_MAX
}

/// Where a step was made: the regions that grew, or the only one that has any use while it holds.
pub(super) fn regions(ledger: &Ledger, step: &Step) -> BTreeSet<String> {
    let of = |is_wanted: &dyn Fn(&Series) -> bool| -> BTreeSet<String> {
        let wanted = ledger.series.iter().filter(|(_, series)| is_wanted(series));
        wanted.map(|((_, region), _)| region.clone()).collect()
    };
    let held = step.start..step.end;
    let is_used = |series: &Series| mean(series, held.clone(), |amount| amount.worth_micros) > 0.0;
    let mut regions =
        of(&|series: &Series| is_used(series) && has_grown(series, step.start, step.end));
    if regions.is_empty() {
        regions = of(&is_used);
        if regions.len() > 1 {
            regions.clear();
        }
    }
    // Some bills name places in words, which are no regions' ids.
    regions.retain(|region| !region.is_empty() && !region.contains(' '));
    regions
}

/// The share of resources that never paused in what was added in `body` to the days before `start`.
fn added_whole_share(grown: &[&Series], start: i32, body: &Range<i32>) -> f64 {
    let sum = |of: fn(&Amount) -> i64| -> f64 {
        grown
            .iter()
            .map(|series| mean(series, body.clone(), of) - mean_before(series, start, of))
            .sum()
    };
    sum(|amount| amount.whole_micros) / sum(|amount| amount.worth_micros).max(f64::MIN_POSITIVE)
}

/// Twice what it was before, or more.
fn has_grown(series: &Series, start: i32, end: i32) -> bool {
    let worth = |amount: &Amount| amount.worth_micros;
    mean(series, start..end, worth) >= 2.0 * mean_before(series, start, worth) + 1.0
}

/// The mean of a day before `start`, from the series' first.
fn mean_before(series: &Series, start: i32, of: fn(&Amount) -> i64) -> f64 {
    let first = series.keys().next().map_or(start, |slot| slot.day());
    mean(series, first.max(start.saturating_sub(DAYS_MAX))..start, of)
}

/// Units a day.
fn mean(series: &Series, days: Range<i32>, of: fn(&Amount) -> i64) -> f64 {
    let within = series.iter().filter(|(slot, _)| is_daily(slot) && days.contains(&slot.day()));
    let sum: f64 = within.map(|(_, amount)| of(amount) as f64 / 1e6).sum();
    sum / f64::from((days.end - days.start).max(1))
}

/// The standard deviation over the mean.
fn variation(values: &[f64]) -> f64 {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    if mean > 0.0 { variance.sqrt() / mean } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bill::tests::{line, object};
    use crate::event::Usage;

    fn step(lines: &[Usage<'_>]) -> Option<Step> {
        largest_step(&object(1, lines).read())
    }

    fn hourly<'a>(resource: &'a str, region: &'a str, days: Range<i64>) -> Vec<Usage<'a>> {
        let hours = |day| (0..24).map(move |hour| line(resource, region, day, (hour, hour + 1), 1));
        days.flat_map(hours).collect()
    }

    fn daily<'a>(resource: &'a str, days: Range<i64>, hours: i64) -> Vec<Usage<'a>> {
        days.map(|day| line(resource, "us-east-1", day, (0, 24), hours)).collect()
    }

    #[test]
    fn a_fleet_in_a_new_region_is_a_flat_step() {
        let mut lines = hourly("i-0old", "us-east-1", 0..20);
        for resource in ["i-01", "i-02", "i-03"] {
            lines.extend(hourly(resource, "ap-south-1", 15..20));
        }
        let step = step(&lines).expect("a step");
        assert_eq!(step.held(), 5);
        assert!(step.flat && step.deviation > 8.0, "{step:?}");
        let regions = regions(&object(1, &lines).read(), &step);
        assert_eq!(regions, BTreeSet::from(["ap-south-1".to_string()]));
    }

    #[test]
    fn a_batch_run_that_is_over_does_not_hide_what_runs_now() {
        let usual_and = |last: i64, others: &[(&'static str, Range<i64>)]| {
            let others = others.iter().flat_map(|(name, days)| daily(name, days.clone(), 24));
            let lines: Vec<Usage<'_>> =
                daily("i-0old", 0..last, 4).into_iter().chain(others).collect();
            step(&lines).expect("a step").held()
        };
        let batch = [("i-0batch1", 10..20), ("i-0batch2", 10..20)];
        let hijack = ("i-0new", 55..60);
        assert_eq!(usual_and(60, &[batch[0].clone(), batch[1].clone(), hijack.clone()]), 5);
        assert_eq!(usual_and(60, &batch), 10, "alone it is told");
        // What ended yesterday and wasted far more comes before a little more today.
        let large = [("i-01", 40..57), ("i-02", 40..57), ("i-03", 40..57)];
        let little = ("i-0new", 58..60);
        let all = [&large[..], &[little]].concat();
        assert_eq!(usual_and(60, &all), 17);
    }

    #[test]
    fn work_in_office_hours_is_not_flat() {
        let mut lines = hourly("i-0old", "us-east-1", 0..20);
        let work =
            |day| (8..18).map(move |hour| line("i-01", "us-east-1", day, (hour, hour + 1), 1));
        lines.extend((15..18).flat_map(work));
        let lines: Vec<Usage<'_>> = lines
            .into_iter()
            .chain((15..18).flat_map(work))
            .chain((15..18).flat_map(work))
            .collect();
        assert!(!step(&lines).expect("a step").flat);
    }

    #[test]
    fn daily_lines_are_flat_when_nothing_paused() {
        let mut lines = daily("i-0old", 0..20, 8);
        lines.extend(daily("i-01", 15..20, 24));
        lines.extend(daily("i-02", 15..20, 24));
        assert!(step(&lines).expect("a step").flat);
        let mut lines = daily("i-0old", 0..20, 8);
        lines.extend(daily("i-01", 15..20, 12));
        lines.extend(daily("i-02", 15..20, 12));
        assert!(!step(&lines).expect("a step").flat);
    }

    #[test]
    fn what_is_like_before_is_no_step() {
        assert_eq!(step(&daily("i-0old", 0..40, 24)), None);
        // Weekends, month-ends, and a bill that begins with the step.
        let weekdays = (0..40).filter(|day| day % 7 < 5);
        let lines: Vec<Usage<'_>> =
            weekdays.map(|day| line("i-0old", "us-east-1", day, (0, 24), 24)).collect();
        assert_eq!(step(&lines), None);
        let mut lines = daily("i-0old", 0..60, 4);
        for month_end in [24..27, 54..57] {
            lines.extend(daily("i-0batch", month_end, 24));
        }
        let found = step(&lines).expect("the first month-end");
        assert_eq!(found.held(), 3);
        let second = step(lines.get(26..).unwrap_or_default());
        assert!(second.is_none_or(|step| step.held() <= 3));
        assert_eq!(step(&daily("i-0new", 0..5, 24)), None);
    }
}

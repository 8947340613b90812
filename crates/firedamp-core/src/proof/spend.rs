//! What resources cost before they were cleaned up, and after.

use std::collections::BTreeMap;

use super::{Part, Says, part};
use crate::{
    judged::{Charged, Judged},
    time::Time,
};

const DAY_SECONDS: i64 = 86_400;
/// Spend is gone when no more than this share of it is left: disks and addresses cost a little.
const LEFT_SHARE_MAX: f64 = 0.1;
/// Spend goes on when this share of it is left.
const GOES_ON_SHARE_MIN: f64 = 0.5;
/// So many whole days must be cheap when nothing but spend says that it ended.
const ALONE_DAYS: i64 = 2;

/// How many days are looked at, after what flows and control plane say. Where neither says that it
/// ended, one cheap day may be chance, or not told in full yet.
pub(super) fn days(flows: Says, control_plane: Says) -> i64 {
    let is_alone = flows != Says::Ended && control_plane != Says::Ended;
    if is_alone { ALONE_DAYS } else { 1 }
}

/// The beginning of the day after.
fn next_day(time: Time) -> Time {
    Time::from_seconds((time.seconds().div_euclid(DAY_SECONDS) + 1) * DAY_SECONDS)
}

fn date(time: Time) -> String {
    let (year, month, day) = time.date();
    format!("{year:04}-{month:02}-{day:02}")
}

/// The first `days` whole days after the clean-up against the mean of the days before it.
///
/// Lines by the day end at midnight however little of the day they tell of: that a day is told to its
/// end shows only what is billed later.
pub(super) fn in_sum(judged: &Judged, since: Time, days: i64) -> Part {
    let until = judged.covered("billing").and_then(|covered| covered.last_observed);
    let end = next_day(since).plus_seconds(days * DAY_SECONDS);
    let mut part = part("spend", until, next_day(end));
    let all: Vec<&Charged> = judged.charges.iter().collect();
    let (says, spent) = billed(&all, since, days, until);
    part.says = says;
    if let Some(spent) = spent.filter(|spent| spent.after > spent.before * LEFT_SHARE_MAX) {
        let currency = judged.charges.first().map_or("", |one| one.currency.as_str());
        let Spent { before, after, day, .. } = &spent;
        part.against = vec![format!("{after:.2} {currency} on {day}, {before:.2} a day before")];
    }
    part
}

/// What the bill of some resources says, which is read until then; and what it is said from, where
/// that is told.
pub(super) fn billed(
    charges: &[&Charged],
    since: Time,
    days: i64,
    until: Option<Time>,
) -> (Says, Option<Spent>) {
    let Some(until) = until.filter(|_| !charges.is_empty()) else {
        return (Says::Nothing, None);
    };
    let first = next_day(since);
    let end = first.plus_seconds(days * DAY_SECONDS);
    let spent = Spent::of(charges, &date(since), &date(first), &date(end));
    let goes_on = spent.after >= spent.before * GOES_ON_SHARE_MIN;
    if spent.before <= 0.0 || !(until > end || goes_on) {
        return (Says::TooLittle, None);
    }
    let is_left = spent.after > spent.before * LEFT_SHARE_MAX;
    let says = match () {
        () if goes_on => Says::GoesOn,
        () if is_left || spent.is_corrected => Says::TooLittle,
        () => Says::Ended,
    };
    (says, Some(spent))
}

/// What resources cost.
pub(super) struct Spent {
    /// A day, before the clean-up.
    before: f64,
    /// On the dearest whole day after it.
    after: f64,
    /// That day.
    day: String,
    /// Something was given back on these days, which hides what was used.
    is_corrected: bool,
}

impl Spent {
    fn of(charges: &[&Charged], cleaned: &str, first: &str, end: &str) -> Self {
        let mut before: BTreeMap<&str, f64> = BTreeMap::new();
        let mut after: BTreeMap<&str, f64> = BTreeMap::new();
        let mut is_corrected = false;
        for (day, amount) in charges.iter().flat_map(|charged| &charged.days) {
            let day = day.as_str();
            if day < cleaned {
                *before.entry(day).or_default() += amount;
            } else if day >= first && day < end {
                *after.entry(day).or_default() += amount;
                is_corrected |= *amount < 0.0;
            }
        }
        let mean = before.values().sum::<f64>() / before.len().max(1) as f64;
        let dearest = after.into_iter().max_by(|one, other| one.1.total_cmp(&other.1));
        let (day, after) = dearest.unwrap_or((first, 0.0));
        Self { before: mean, after, day: day.to_string(), is_corrected }
    }
}

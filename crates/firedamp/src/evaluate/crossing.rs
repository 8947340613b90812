//! What a provider and we saw of each other's. A provider has missed what it could have told of and did
//! not: mining that was over before its first alert reached this desk is nothing that it missed, and of
//! what we opened a moment ago its alert may still come.

use std::collections::BTreeMap;

use firedamp_core::time::Time;

use crate::store::SeenCase;

/// Providers tell within a week (Microsoft's own words of 2018 and 2019).
const DELAY_SECONDS_MAX: i64 = 7 * 86_400;
/// Alerts that repeat themselves do so once a day.
const DELAY_SECONDS_MIN: i64 = 86_400;
/// From so many cases on that both saw, what they took is believed.
const MEASURED_MIN: usize = 20;

/// Accounts of one cloud that probably mined, by who saw it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Crossing {
    /// Seen by both.
    pub both: Vec<i64>,
    /// By us alone, and the provider could have told of it.
    pub ours: Vec<i64>,
    /// By the provider alone.
    pub theirs: Vec<i64>,
    /// By us, over before the provider's first alert reached this desk.
    pub before: Vec<i64>,
    /// By us, so lately that the provider's alert may still come.
    pub early: Vec<i64>,
    /// How long after us the provider may be.
    pub delay_seconds: i64,
}

/// Sorts cases, by cloud; of clouds alone whose alerts have reached us at all.
#[must_use]
pub fn crossings(seen: &[SeenCase], now: Time) -> BTreeMap<String, Crossing> {
    let mut clouds: BTreeMap<&str, Vec<&SeenCase>> = BTreeMap::new();
    for one in seen {
        clouds.entry(&one.provider).or_default().push(one);
    }
    let sorted = |(provider, cases): (&str, Vec<&SeenCase>)| {
        let since = cases.iter().filter_map(|one| one.told_at).min()?;
        Some((provider.to_string(), of_cloud(&cases, since, now)))
    };
    clouds.into_iter().filter_map(sorted).collect()
}

fn of_cloud(cases: &[&SeenCase], since: Time, now: Time) -> Crossing {
    let delay_seconds = delay(cases);
    let mut crossing = Crossing { delay_seconds, ..Crossing::default() };
    for one in cases {
        let list = match (one.ours, one.told_at) {
            (true, Some(_)) => &mut crossing.both,
            (false, Some(_)) => &mut crossing.theirs,
            (false, None) => continue,
            (true, None) if one.last_observed < since => &mut crossing.before,
            (true, None) => {
                let waits = now.seconds_since(one.opened_at.max(since));
                if waits < delay_seconds { &mut crossing.early } else { &mut crossing.ours }
            }
        };
        list.push(one.id);
    }
    crossing
}

/// How long after us the provider told of what both saw: the longest, where enough is known.
fn delay(cases: &[&SeenCase]) -> i64 {
    let both = cases.iter().filter(|one| one.ours);
    let took = both.filter_map(|one| Some(one.told_at?.seconds_since(one.opened_at)));
    let took: Vec<i64> = took.collect();
    match took.iter().max() {
        Some(longest) if took.len() >= MEASURED_MIN => {
            (*longest).clamp(DELAY_SECONDS_MIN, DELAY_SECONDS_MAX)
        }
        _ => DELAY_SECONDS_MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn at(days: i64) -> Time {
        Time::from_seconds(1_775_000_000 + days * DAY)
    }

    fn case(id: i64, ours: bool, days: (i64, i64), told: Option<i64>) -> SeenCase {
        let (opened_at, last_observed) = (at(days.0), at(days.1));
        let provider = "azure".to_string();
        SeenCase { id, provider, ours, opened_at, last_observed, told_at: told.map(at) }
    }

    #[test]
    fn a_provider_missed_what_it_could_have_told_of() {
        let cases = [
            case(1, true, (0, 20), Some(10)),
            case(2, false, (12, 20), Some(12)),
            case(3, true, (1, 9), None),
            case(4, true, (1, 20), None),
            case(5, true, (11, 20), None),
            case(6, true, (24, 30), None),
            case(7, false, (24, 30), None),
        ];
        let seen = |days: i64| crossings(&cases, at(days)).remove("azure").expect("a cloud");
        let late = seen(30);
        assert_eq!((&late.both[..], &late.theirs[..]), (&[1][..], &[2][..]));
        assert_eq!(late.before, [3], "over before the first alert");
        assert_eq!((&late.ours[..], &late.early[..]), (&[4, 5][..], &[6][..]));
        assert_eq!(seen(31).ours, [4, 5, 6], "a week is over");
        assert_eq!(seen(16).early, [4, 5, 6], "also what was there before the first alert");
        assert!(crossings(&cases[2..5], at(30)).is_empty(), "no alert ever came");
    }

    #[test]
    fn what_both_saw_tells_how_long_it_takes() {
        let both = |took: i64| (0..20).map(move |id| case(id, true, (0, 20), Some(took)));
        let delay = |cases: &[SeenCase]| crossings(cases, at(30))["azure"].delay_seconds;
        for (took, days) in [(0, 1), (3, 3), (20, 7)] {
            assert_eq!(delay(&both(took).collect::<Vec<_>>()), days * DAY, "{took}");
        }
        assert_eq!(delay(&both(3).take(19).collect::<Vec<_>>()), 7 * DAY, "too few are known");
    }
}

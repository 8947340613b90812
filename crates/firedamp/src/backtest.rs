//! What a change would have done: the cases of past telemetry before and after, side by side.

pub mod authorised;

use std::{collections::BTreeMap, fmt::Write as _};

use firedamp_core::case::Case;
use serde::Serialize;

use crate::report::shown;
use authorised::Tried;

/// A probability that moved by less is the same for people.
const MOVED_MIN: f64 = 0.01;

/// What became of one account.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// A case that was none.
    Gained,
    /// No case any more.
    Lost,
    /// A case before and after, with another probability.
    Moved,
}

/// One account that is judged differently.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// What became of it.
    pub fate: Fate,
    /// The account.
    pub account: String,
    /// The probability before.
    pub before: f64,
    /// The probability after.
    pub after: f64,
    /// What the case costs a day, in US dollars, where that is known.
    pub dollars_per_day: Option<f64>,
    /// Why, in the words of the strongest finding of the side that has a case.
    pub because: String,
}

/// Everything that a change would have done.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// From this probability on an account is a case.
    pub threshold: f64,
    /// The same after the change.
    pub threshold_after: f64,
    /// Cases before.
    pub before: usize,
    /// Cases after.
    pub after: usize,
    /// Accounts judged differently: gained, lost, moved, each the largest change first.
    pub changes: Vec<Change>,
    /// Minutes of people's work more, or less.
    pub minutes: f64,
    /// Dollars a day in cases gained, less those in cases lost.
    pub dollars_per_day: f64,
    /// What the authorisations that were tried make of the cases after the change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorised: Vec<Tried>,
}

impl Comparison {
    /// Compares cases of the same telemetry. `minutes` of work are spent on a case.
    #[must_use]
    pub fn of(before: &[Case], after: &[Case], threshold: f64, minutes: f64) -> Self {
        Self::of_thresholds(before, after, (threshold, threshold), minutes)
    }

    /// The same with a threshold before and another one after.
    #[must_use]
    pub fn of_thresholds(
        before: &[Case],
        after: &[Case],
        thresholds: (f64, f64),
        minutes: f64,
    ) -> Self {
        let mut pairs: BTreeMap<&str, (Option<&Case>, Option<&Case>)> = BTreeMap::new();
        for case in before {
            pairs.entry(&case.id).or_default().0 = Some(case);
        }
        for case in after {
            pairs.entry(&case.id).or_default().1 = Some(case);
        }
        let mut changes: Vec<Change> =
            pairs.into_values().filter_map(|pair| change(pair, thresholds)).collect();
        changes.sort_by(|one, other| {
            let size = |change: &Change| (change.after - change.before).abs();
            one.fate.cmp(&other.fate).then(size(other).total_cmp(&size(one)))
        });
        let count = |cases: &[Case], threshold: f64| {
            cases.iter().filter(|case| case.probability >= threshold).count()
        };
        let (before, after) = (count(before, thresholds.0), count(after, thresholds.1));
        let dollars = |fate: Fate| -> f64 {
            let of_fate = changes.iter().filter(|change| change.fate == fate);
            of_fate.filter_map(|change| change.dollars_per_day).sum()
        };
        Self {
            threshold: thresholds.0,
            threshold_after: thresholds.1,
            before,
            after,
            minutes: (after as f64 - before as f64) * minutes,
            dollars_per_day: dollars(Fate::Gained) - dollars(Fate::Lost),
            changes,
            authorised: Vec::new(),
        }
    }

    /// The comparison for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = format!(
            "cases: {} before (p ≥ {:.2}), {} after (p ≥ {:.2}); work {:+.0} min; cases' cost {:+.2} USD a day\n",
            self.before,
            self.threshold,
            self.after,
            self.threshold_after,
            self.minutes,
            self.dollars_per_day
        );
        text += &authorised::table(&self.authorised);
        if self.changes.is_empty() {
            text += "no account is judged differently\n";
        }
        for change in &self.changes {
            let cost = change
                .dollars_per_day
                .map_or("cost unknown".to_string(), |dollars| format!("{dollars:.2} USD a day"));
            let fate = match change.fate {
                Fate::Gained => "gained",
                Fate::Lost => "lost  ",
                Fate::Moved => "moved ",
            };
            let _written = writeln!(
                text,
                "{fate}  {}  {:.3} → {:.3}  {cost}\n        {}",
                shown(&change.account),
                change.before,
                change.after,
                change.because
            );
        }
        text
    }
}

fn change(
    (before, after): (Option<&Case>, Option<&Case>),
    thresholds: (f64, f64),
) -> Option<Change> {
    let p = |case: Option<&Case>| case.map_or(0.0, |case| case.probability);
    let (was, is) = (p(before), p(after));
    let fate = match (was >= thresholds.0, is >= thresholds.1) {
        (false, true) => Fate::Gained,
        (true, false) => Fate::Lost,
        (true, true) if (is - was).abs() >= MOVED_MIN => Fate::Moved,
        _ => return None,
    };
    let telling = if fate == Fate::Lost { before } else { after }?;
    let dollars = telling.cost.as_ref().and_then(firedamp_core::money::Cost::dollars_per_day);
    Some(Change {
        fate,
        account: telling.id.clone(),
        before: was,
        after: is,
        dollars_per_day: dollars,
        because: telling.findings.first().map_or(String::new(), |finding| shown(&finding.summary)),
    })
}

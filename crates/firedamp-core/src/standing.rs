//! Whether a customer is in good standing. No provider says so in one word (Partner Center has neither
//! a flag nor a payment status), so it is composed: of validation, subscriptions, budget, age, offers
//! and the partner's own receivables. What nobody says is not known, and sources that contradict each
//! other are both shown; the worse word counts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize, Serializer};

use crate::time::Time;

/// What a source said of a customer or one of its accounts, and when.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Fact {
    /// The customer's id.
    pub party: String,
    /// `provider:account`; nothing where it is said of the customer.
    pub account: Option<String>,
    /// Of what.
    pub part: String,
    /// What.
    pub value: String,
    /// Who says so.
    pub source: String,
    /// As of when.
    #[serde(serialize_with = "write_time")]
    pub observed_at: Time,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn write_time<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

/// The parts that standing is made of. Without the first four it can't be good.
pub const PARTS: [&str; 10] = [
    "validation",
    "subscription",
    "overdue_days",
    "trial",
    "suspension",
    "credits",
    "free_tier",
    "budget",
    "created",
    "china",
];
/// Without a word on these, standing is not known.
const NEEDED: [&str; 3] = ["validation", "subscription", "overdue_days"];
/// Whoever is younger than this is new: fraud comes early.
const NEW_SECONDS: i64 = 30 * 86_400;
/// Debts that are older than this are no oversight.
const OVERDUE_DAYS_BAD: i64 = 30;

/// What a word says for or against a customer.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Nothing.
    Neutral,
    /// For it.
    Good,
    /// It gives pause.
    Doubtful,
    /// Against it.
    Bad,
}

/// What a customer's standing comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All that is needed is known, and nothing speaks against it.
    Good,
    /// Something gives pause.
    Doubtful,
    /// Something speaks against it.
    Bad,
    /// Nothing speaks against it, and something that is needed is not known.
    Unknown,
}

impl Verdict {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Doubtful => "doubtful",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
        }
    }
}

/// A word with what it weighs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Line {
    /// What was said.
    #[serde(flatten)]
    pub fact: Fact,
    /// What it weighs.
    pub weight: Weight,
    /// Another source says something else of the same.
    pub is_contradicted: bool,
}

/// A customer's standing with all that it is made of.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Standing {
    /// What it comes to.
    pub verdict: Verdict,
    /// Each word on it.
    pub lines: Vec<Line>,
    /// Parts of which nobody says anything.
    pub unknown: Vec<&'static str>,
}

/// Composes a customer's standing as of `now`.
#[must_use]
pub fn compose(facts: &[Fact], now: Time) -> Standing {
    let contradicted = contradicted(facts);
    let lines: Vec<Line> = facts
        .iter()
        .map(|fact| Line {
            weight: weight(fact, now),
            is_contradicted: contradicted.contains(&key(fact)),
            fact: fact.clone(),
        })
        .collect();
    let is_told = |part: &&str| facts.iter().any(|fact| fact.part == **part && is_said(fact));
    let unknown: Vec<&str> = PARTS.iter().copied().filter(|part| !is_told(part)).collect();
    let worst = lines.iter().map(|line| line.weight).max().unwrap_or(Weight::Neutral);
    let is_disputed = !contradicted.is_empty();
    let verdict = match worst {
        Weight::Bad => Verdict::Bad,
        Weight::Doubtful => Verdict::Doubtful,
        _ if is_disputed => Verdict::Doubtful,
        _ if NEEDED.iter().all(is_told) => Verdict::Good,
        _ => Verdict::Unknown,
    };
    Standing { verdict, lines, unknown }
}

type Key<'a> = (&'a str, Option<&'a str>);

fn key(fact: &Fact) -> Key<'_> {
    (&fact.part, fact.account.as_deref())
}

fn is_said(fact: &Fact) -> bool {
    !matches!(fact.value.to_lowercase().as_str(), "" | "unknown" | "not ready" | "not_ready")
}

/// Of what sources say different things.
pub(crate) fn contradicted(facts: &[Fact]) -> BTreeSet<Key<'_>> {
    let mut values: BTreeMap<Key<'_>, BTreeSet<String>> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| is_said(fact)) {
        values.entry(key(fact)).or_default().insert(fact.value.to_lowercase());
    }
    values.into_iter().filter(|(_, values)| values.len() > 1).map(|(key, _)| key).collect()
}

fn weight(fact: &Fact, now: Time) -> Weight {
    let value = fact.value.to_lowercase();
    match (fact.part.as_str(), value.as_str()) {
        ("validation", "allowed") | ("subscription", "active") => Weight::Good,
        ("validation", "notallowed" | "not_allowed" | "denied" | "rejected") => Weight::Bad,
        ("validation", "underreview" | "under_review" | "pending") => Weight::Doubtful,
        ("subscription", "suspended" | "disabled") => Weight::Bad,
        ("subscription", "pending" | "expired") => Weight::Doubtful,
        ("suspension", "" | "none") => Weight::Neutral,
        ("suspension", _) => Weight::Bad,
        ("trial" | "credits" | "free_tier", "yes") => Weight::Doubtful,
        ("overdue_days", days) => match days.parse::<i64>() {
            Ok(..=0) => Weight::Good,
            Ok(1..OVERDUE_DAYS_BAD) => Weight::Doubtful,
            Ok(_) => Weight::Bad,
            Err(_) => Weight::Neutral,
        },
        ("created", text) => match Time::parse(text) {
            Some(made) if now.seconds_since(made) < NEW_SECONDS => Weight::Doubtful,
            _ => Weight::Neutral,
        },
        ("budget", "none") => Weight::Doubtful,
        _ => Weight::Neutral,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_seconds(1_775_000_000);

    fn fact(part: &str, value: &str, source: &str) -> Fact {
        Fact {
            party: "contoso".to_string(),
            account: None,
            part: part.to_string(),
            value: value.to_string(),
            source: source.to_string(),
            observed_at: NOW,
        }
    }

    fn verdict(facts: &[(&str, &str)]) -> Verdict {
        let facts: Vec<Fact> =
            facts.iter().map(|(part, value)| fact(part, value, "Partner Center")).collect();
        compose(&facts, NOW).verdict
    }

    const WHOLE: [(&str, &str); 3] =
        [("validation", "Allowed"), ("subscription", "active"), ("overdue_days", "0")];

    #[test]
    fn what_is_not_known_is_not_good() {
        assert_eq!(verdict(&[]), Verdict::Unknown);
        assert_eq!(compose(&[], NOW).unknown, PARTS);
        assert_eq!(verdict(&WHOLE), Verdict::Good);
        for left_out in 0..WHOLE.len() {
            let mut some = WHOLE.to_vec();
            some.remove(left_out);
            assert_eq!(verdict(&some), Verdict::Unknown);
        }
        assert_eq!(verdict(&[("validation", "Unknown"), WHOLE[1], WHOLE[2]]), Verdict::Unknown);
    }

    #[test]
    fn the_worst_word_counts() {
        for (word, wanted) in [
            (("validation", "NotAllowed"), Verdict::Bad),
            (("subscription", "suspended"), Verdict::Bad),
            (("suspension", "Fraud"), Verdict::Bad),
            (("suspension", "none"), Verdict::Good),
            (("overdue_days", "45"), Verdict::Bad),
            (("trial", "yes"), Verdict::Doubtful),
            (("trial", "no"), Verdict::Good),
            (("created", "2026-03-25"), Verdict::Doubtful),
            (("created", "2020-03-25"), Verdict::Good),
            (("budget", "none"), Verdict::Doubtful),
            (("colour", "red"), Verdict::Good),
        ] {
            // Of another account, so that it contradicts nothing.
            let account = Some("azure:a".to_string());
            let mut facts: Vec<Fact> =
                WHOLE.iter().map(|(part, value)| fact(part, value, "Partner Center")).collect();
            facts.push(Fact { account, ..fact(word.0, word.1, "Partner Center") });
            assert_eq!(compose(&facts, NOW).verdict, wanted, "{word:?}");
        }
    }

    #[test]
    fn sources_that_contradict_each_other_are_both_shown() {
        let mut facts: Vec<Fact> =
            WHOLE.iter().map(|(part, value)| fact(part, value, "Partner Center")).collect();
        facts.push(fact("overdue_days", "-3", "our books"));
        let standing = compose(&facts, NOW);
        assert_eq!(standing.verdict, Verdict::Doubtful);
        let disputed = standing.lines.iter().filter(|line| line.is_contradicted).count();
        assert_eq!(disputed, 2);
        assert!(!standing.unknown.contains(&"overdue_days"));
    }
}

//! How long each kind of thing is kept. What has an age stands in one table; an operator may say
//! otherwise for each, and nothing that is open is forgotten.

mod keeper;

pub use keeper::Keeper;

use std::{collections::BTreeMap, fmt, str::FromStr};

/// Nothing that has a number of days has more.
pub const DAYS_MAX: u32 = 36_500;

/// A kind of thing that has an age.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// Resolved cases, with all that belongs to them.
    Cases,
    /// Who was sent what.
    Deliveries,
    /// How often accounts were heard.
    Feeds,
    /// What people were told.
    Notices,
    /// Objects, with the states that they gave.
    Objects,
    /// Telemetry that was pushed or pulled, as it came.
    Pushed,
    /// What partners' programs asked for.
    ServiceRequests,
    /// How sources fared.
    Sources,
    /// Objects of buckets on this machine's disk.
    Spool,
    /// Tries of partners' webhooks.
    WebhookTests,
}

/// How long a kind is kept, if nobody says otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Of what.
    pub kind: Kind,
    /// What it is called where it is typed.
    pub id: &'static str,
    /// Days; for ever where there are none.
    pub days: Option<u32>,
    /// Fewer days would break something.
    pub days_min: u32,
    /// What goes, and what of it stays.
    pub what: &'static str,
}

/// Everything that has an age, by its id.
pub const RULES: [Rule; 10] = [
    rule(Kind::Cases, "cases", None, 1, "resolved cases, with their notices and their whole log"),
    rule(
        Kind::Deliveries,
        "deliveries",
        Some(90),
        7,
        "who was sent what, once it arrived or was given up",
    ),
    rule(Kind::Feeds, "feeds", Some(90), 7, "how often an account was heard that is heard no more"),
    rule(
        Kind::Notices,
        "notices",
        Some(400),
        30,
        "notices that were read and belong to no open case",
    ),
    rule(Kind::Objects, "objects", Some(30), 1, "objects, with what they told of each account"),
    rule(Kind::Pushed, "pushed", Some(30), 2, "files of `pushed/` and `pulled/`"),
    rule(Kind::ServiceRequests, "service-requests", None, 1, "service requests that were closed"),
    rule(Kind::Sources, "sources", Some(90), 1, "how a source fared that is watched no more"),
    rule(Kind::Spool, "spool", Some(2), 2, "objects of buckets in `spool/` that were folded"),
    rule(Kind::WebhookTests, "webhook-tests", Some(30), 1, "tries of partners' webhooks"),
];

const fn rule(
    kind: Kind,
    id: &'static str,
    days: Option<u32>,
    days_min: u32,
    what: &'static str,
) -> Rule {
    Rule { kind, id, days, days_min, what }
}

impl Kind {
    fn rule(self) -> &'static Rule {
        // The table is in the order of the kinds; a test holds it to that.
        RULES.get(self as usize).unwrap_or(&RULES[0])
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.rule().id)
    }
}

/// A kind, and for how many days somebody wants it kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Wish {
    /// Of what.
    pub kind: Kind,
    /// For ever where there are none.
    pub days: Option<u32>,
}

impl FromStr for Wish {
    type Err = String;

    /// Reads `notices=90` and `cases=ever`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (id, days) = text.split_once('=').ok_or("write it as KIND=DAYS, or KIND=ever")?;
        let ids = || RULES.map(|rule| rule.id).join(", ");
        let rule = RULES.iter().find(|rule| rule.id == id);
        let rule = rule.ok_or_else(|| format!("`{id}` is none of {}", ids()))?;
        if days == "ever" {
            return Ok(Self { kind: rule.kind, days: None });
        }
        let most = |days: &u32| (rule.days_min..=DAYS_MAX).contains(days);
        let days = days.parse().ok().filter(most).ok_or_else(|| {
            format!("`{id}` are kept for {} to {DAYS_MAX} days, or `ever`", rule.days_min)
        })?;
        Ok(Self { kind: rule.kind, days: Some(days) })
    }
}

/// How long everything is kept.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Keep(BTreeMap<Kind, Option<u32>>);

impl Keep {
    /// Objects for so many days, and the rest as it is wished.
    ///
    /// # Errors
    /// When one of the wishes makes no sense beside another.
    pub fn new(objects_days: u32, wishes: &[Wish]) -> Result<Self, String> {
        let telemetry = [Kind::Objects, Kind::Pushed].map(|kind| (kind, Some(objects_days)));
        let wished = wishes.iter().map(|wish| (wish.kind, wish.days));
        let keep = Self(telemetry.into_iter().chain(wished).collect());
        let (cases, objects) = (keep.days(Kind::Cases), keep.days(Kind::Objects));
        match (cases, objects) {
            (Some(cases), Some(objects)) if cases > objects => Ok(keep),
            (None, _) => Ok(keep),
            // What a case was resolved about would be found again, as something new.
            _ => Err("cases are kept longer than objects, or what was resolved opens again".into()),
        }
    }

    /// Days that a kind is kept; for ever where there are none.
    #[must_use]
    pub fn days(&self, kind: Kind) -> Option<u32> {
        self.0.get(&kind).copied().unwrap_or(kind.rule().days)
    }

    /// What is kept otherwise than anybody's is, in words.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        let other = RULES.iter().filter(|rule| self.days(rule.kind) != rule.days);
        let said: Vec<String> = other
            .map(|rule| match self.days(rule.kind) {
                Some(days) => format!("{} {days} days", rule.id),
                None => format!("{} for ever", rule.id),
            })
            .collect();
        (!said.is_empty()).then(|| format!("Kept otherwise than by default: {}.", said.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_kinds_and_of_their_names() {
        assert!(RULES.iter().all(|rule| rule.kind.rule().id == rule.id));
        assert!(RULES.is_sorted_by_key(|rule| rule.id));
        assert!(RULES.iter().all(|rule| rule.days.is_none_or(|days| days >= rule.days_min)));
    }

    #[test]
    fn wishes_are_read_and_senseless_ones_refused() {
        let wish = |text: &str| text.parse::<Wish>();
        assert_eq!(wish("notices=90"), Ok(Wish { kind: Kind::Notices, days: Some(90) }));
        assert_eq!(wish("cases=ever"), Ok(Wish { kind: Kind::Cases, days: None }));
        for wrong in ["notices", "letters=3", "notices=-1", "notices=3", "spool=1", "cases=40000"] {
            assert!(wish(wrong).is_err(), "{wrong}");
        }
        let keep = |days, text: &str| Keep::new(days, &[wish(text).expect("a wish")]);
        assert_eq!(keep(30, "cases=400").map(|keep| keep.days(Kind::Cases)), Ok(Some(400)));
        assert!(keep(30, "cases=30").is_err() && keep(30, "objects=ever").is_ok());
        assert!(
            Keep::new(1, &["objects=ever", "cases=9"].map(|one| wish(one).expect("one"))).is_err()
        );
        assert_eq!(keep(9, "pushed=3").map(|keep| keep.days(Kind::Pushed)), Ok(Some(3)));
        assert_eq!(keep(30, "pushed=30").map(|keep| keep.told()), Ok(None));
        let told = keep(9, "cases=400").expect("one").told();
        let said = "Kept otherwise than by default: cases 400 days, objects 9 days, pushed 9 days.";
        assert_eq!(told.as_deref(), Some(said));
    }
}

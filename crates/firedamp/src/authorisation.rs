//! Authorisations in words, and the documents that belong to them.

pub mod documents;
pub(crate) mod filing;

use std::collections::BTreeSet;

use firedamp_core::{
    authorisation::{Authorisation, Breach, Dimension, Missing, Note, Verdict},
    id::Provider,
    life::Change,
    policy::Rule,
};

use crate::{
    language::{Language, Sentences},
    report,
};

/// Why a case is legitimate by record, and what would have been told without it; for its activity.
#[must_use]
pub(crate) fn within(verdict: &Verdict, would: Option<Change>) -> String {
    let say = Sentences::of(Language::English);
    let Verdict::Within { by, .. } = verdict else {
        return String::new();
    };
    let numbers = listed(by);
    let change = match would {
        None => return say.say("authorisation-within", &[("numbers", &numbers)]),
        Some(Change::Opened) => "authorisation-would.opened",
        Some(Change::Grew) => "authorisation-would.grew",
        Some(Change::Reopened | Change::Breached) => "authorisation-would.reopened",
    };
    let change = say.say(change, &[]);
    say.say("authorisation-within", &[("numbers", &numbers)])
        + &say.say("authorisation-would", &[("change", &change)])
}

/// Why a case is not legitimate by record any more; for its activity.
#[must_use]
pub(crate) fn outside(verdict: &Verdict) -> String {
    let say = Sentences::of(Language::English);
    let reasons = reasons(verdict, Language::English).join("; ");
    match reasons.is_empty() {
        true => say.say("authorisation-outside.silent", &[]),
        false => say.say("authorisation-outside", &[("reasons", &reasons)]),
    }
}

fn listed(numbers: &BTreeSet<i64>) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Why something is not covered, a sentence each.
#[must_use]
pub(crate) fn reasons(verdict: &Verdict, language: Language) -> Vec<String> {
    match verdict {
        Verdict::Outside { breaches, .. } => {
            breaches.iter().map(|breach| reason(breach, language)).collect()
        }
        Verdict::Within { .. } | Verdict::Silent => Vec::new(),
    }
}

fn reason(breach: &Breach, language: Language) -> String {
    let say = Sentences::of(language);
    let money = |dollars: f64| language.money(dollars, "USD");
    match breach {
        Breach::Scope { number, dimension, seen } => {
            let id = match dimension {
                Dimension::Account => "authorisation-scope.account",
                Dimension::Resource => "authorisation-scope.resource",
                Dimension::WholeAccount => "authorisation-scope.whole_account",
                Dimension::Wallet => "authorisation-scope.wallet",
                Dimension::Pool => "authorisation-scope.pool",
            };
            let (number, seen) = (number.to_string(), report::shown(seen));
            say.say(id, &[("number", &number), ("seen", &seen)])
        }
        Breach::Term { seen, uncovered } => {
            let (first, last) = (report::minute(uncovered.first), report::minute(uncovered.last));
            let seen = report::shown(seen);
            say.say("authorisation-term", &[("seen", &seen), ("first", &first), ("last", &last)])
        }
        Breach::Spend { number, limit, seen } => {
            let (number, limit, seen) = (number.to_string(), money(*limit), money(*seen));
            let blanks = [("number", &*number), ("limit", &limit), ("seen", &seen)];
            say.say("authorisation-spend", &blanks)
        }
        Breach::Region { number, seen } => {
            let (number, seen) = (number.to_string(), report::shown(seen));
            say.say("authorisation-region", &[("number", &number), ("seen", &seen)])
        }
        Breach::Hours { number, hours } => {
            let (number, from, to) =
                (number.to_string(), hours.from.to_string(), hours.to.to_string());
            let blanks = [("number", &*number), ("from", &from), ("to", &to)];
            say.say("authorisation-hours", &blanks)
        }
        Breach::Incomplete { number, missing } => {
            let id = match missing {
                Missing::Approval => "authorisation-missing.approval",
                Missing::Document => "authorisation-missing.document",
                Missing::Purpose => "authorisation-missing.purpose",
            };
            say.say(id, &[("number", &number.to_string())])
        }
        Breach::TooMuch => say.say("authorisation-too-much", &[]),
    }
}

/// What is to be said beside a verdict, a sentence each.
#[must_use]
pub(crate) fn notes(verdict: &Verdict, language: Language) -> Vec<String> {
    let (Verdict::Within { notes, .. } | Verdict::Outside { notes, .. }) = verdict else {
        return Vec::new();
    };
    let say = Sentences::of(language);
    let note = |note: &Note| match note {
        Note::Stricter { number, of } => {
            let (number, of) = (number.to_string(), of.to_string());
            say.say("authorisation-note.stricter", &[("number", &number), ("of", &of)])
        }
        Note::Contradiction => say.say("authorisation-note.contradiction", &[]),
        Note::Unchecked { limit } => say.say(&format!("authorisation-note.{limit}"), &[]),
    };
    notes.iter().map(note).collect()
}

/// What answers a customer's "yes, it is us": what is still missing under a provider's rule, given
/// what is on file. `None` when nothing is.
#[must_use]
pub(crate) fn still_missing(
    filed: &[Authorisation],
    provider: Provider,
    rule: Rule,
    language: Language,
) -> Option<String> {
    let lacks = |one: &Authorisation| one.missing(provider, rule);
    let bare = vec![Missing::Approval, Missing::Document];
    let missing = match filed.iter().map(lacks).min_by_key(Vec::len) {
        Some(missing) => missing,
        None if rule.needs_approval(provider) => bare,
        None => return None,
    };
    if missing.is_empty() {
        return None;
    }
    let say = Sentences::of(language);
    let want = |missing: &Missing| match missing {
        Missing::Approval => say.say("authorisation-wants.approval", &[]),
        Missing::Document => say.say("authorisation-wants.document", &[]),
        Missing::Purpose => say.say("authorisation-wants.purpose", &[]),
    };
    let what: Vec<String> = missing.iter().map(want).collect();
    Some(say.say("authorisation-still-missing", &[("what", &what.join("; "))]))
}

//! Authorisations in words, and the documents that belong to them.

pub mod documents;
pub(crate) mod filing;

use std::collections::BTreeSet;

use firedamp_core::{
    authorisation::{Authorisation, Breach, Dimension, Missing, Note, Verdict},
    id::Provider,
    life::Change,
    policy::Rule,
    saying::{Blank, Saying},
};

use crate::{
    language::{Language, Sentences},
    report,
};

/// Why a case is legitimate by record, and what would have been told without it; for its activity.
#[must_use]
pub(crate) fn within(verdict: &Verdict, would: Option<Change>) -> Saying {
    let Verdict::Within { by, .. } = verdict else {
        return Saying::default();
    };
    let change = would.map(|change| match change {
        Change::Opened => "authorisation-would.opened",
        Change::Grew => "authorisation-would.grew",
        Change::Reopened | Change::Breached => "authorisation-would.reopened",
    });
    let would = |change| Saying::of("authorisation-would").say("change", Saying::of(change));
    Saying::of("log-authorised")
        .say("within", Saying::of("authorisation-within").text("numbers", listed(by)))
        .say("would", change.map(would))
}

/// Why a case is not legitimate by record any more; for its activity.
#[must_use]
pub(crate) fn outside(verdict: &Verdict) -> Saying {
    let reasons: Vec<Saying> = breaches(verdict).iter().map(reason).collect();
    match reasons.is_empty() {
        true => Saying::of("authorisation-outside.silent"),
        false => Saying::of("authorisation-outside").with("reasons", Blank::Sayings(reasons)),
    }
}

fn listed(numbers: &BTreeSet<i64>) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Why something is not covered, a sentence each.
#[must_use]
pub(crate) fn reasons(verdict: &Verdict, language: Language) -> Vec<String> {
    let say = Sentences::of(language);
    breaches(verdict).iter().filter_map(|breach| say.told(&reason(breach))).collect()
}

fn breaches(verdict: &Verdict) -> &[Breach] {
    match verdict {
        Verdict::Outside { breaches, .. } => breaches,
        Verdict::Within { .. } | Verdict::Silent => &[],
    }
}

fn reason(breach: &Breach) -> Saying {
    let of = |id, number: &i64| Saying::of(id).text("number", number);
    let money = |dollars: f64| Blank::Money(dollars, "USD".to_string());
    match breach {
        Breach::Scope { number, dimension, seen } => {
            let id = match dimension {
                Dimension::Account => "authorisation-scope.account",
                Dimension::Resource => "authorisation-scope.resource",
                Dimension::WholeAccount => "authorisation-scope.whole_account",
                Dimension::Wallet => "authorisation-scope.wallet",
                Dimension::Pool => "authorisation-scope.pool",
            };
            of(id, number).text("seen", report::shown(seen))
        }
        Breach::Term { seen, uncovered } => Saying::of("authorisation-term")
            .text("seen", report::shown(seen))
            .text("first", report::minute(uncovered.first))
            .text("last", report::minute(uncovered.last)),
        Breach::Spend { number, limit, seen } => of("authorisation-spend", number)
            .with("limit", money(*limit))
            .with("seen", money(*seen)),
        Breach::Region { number, seen } => {
            of("authorisation-region", number).text("seen", report::shown(seen))
        }
        Breach::Hours { number, hours } => {
            of("authorisation-hours", number).text("from", hours.from).text("to", hours.to)
        }
        Breach::Incomplete { number, missing } => of(
            match missing {
                Missing::Approval => "authorisation-missing.approval",
                Missing::Document => "authorisation-missing.document",
                Missing::Purpose => "authorisation-missing.purpose",
            },
            number,
        ),
        Breach::TooMuch => Saying::of("authorisation-too-much"),
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

/// What is still missing under a provider's rule, given what is on file; nothing when nothing is.
#[must_use]
pub(crate) fn missing(filed: &[Authorisation], provider: Provider, rule: Rule) -> Vec<Missing> {
    let lacks = |one: &Authorisation| one.missing(provider, rule);
    match filed.iter().map(lacks).min_by_key(Vec::len) {
        Some(missing) => missing,
        None if rule.needs_approval(provider) => vec![Missing::Approval, Missing::Document],
        None => Vec::new(),
    }
}

/// What is missing, as it stands within a sentence.
#[must_use]
pub(crate) fn wanted(missing: &[Missing]) -> Blank {
    Blank::Sayings(missing.iter().map(|one| Saying::of(want(*one))).collect())
}

/// The id of what is missing in words.
pub(crate) const fn want(missing: Missing) -> &'static str {
    match missing {
        Missing::Approval => "authorisation-wants.approval",
        Missing::Document => "authorisation-wants.document",
        Missing::Purpose => "authorisation-wants.purpose",
    }
}

/// What answers a customer's "yes, it is us", for the analyst. `None` when nothing is missing.
#[must_use]
pub(crate) fn still_missing(missing: &[Missing], language: Language) -> Option<String> {
    if missing.is_empty() {
        return None;
    }
    let say = Sentences::of(language);
    let what: Vec<String> = missing.iter().map(|one| say.say(want(*one), &[])).collect();
    Some(
        say.say("authorisation-still-missing", &[("what", &what.join(language.between_clauses()))]),
    )
}

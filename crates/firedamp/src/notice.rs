//! What people are told when a case asks for it: what was seen, where, since when, what it costs,
//! what to do first, and that the judgement is heuristic, in the language of whoever reads it.
//!
//! The sentences stand in `text/notice/`. Names come from logs, which attackers write: whatever of
//! them is shown is made harmless first.

mod facts;
mod feed;
pub mod letter;

pub use facts::Facts;
use facts::Money;
pub use feed::of_feed;
use firedamp_core::time::Time;

use crate::language::{Language, Sentences};

/// Resources named in a notice.
const RESOURCES_MAX: usize = 5;
/// Findings told in a notice.
const FINDINGS_MAX: usize = 5;
/// Cases listed in a digest.
const DIGEST_MAX: usize = 20;

/// A notice in words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// Paragraphs.
    pub text: String,
}

/// One case's notice; `link` leads to the case.
#[must_use]
pub fn of_case(kind: &str, facts: &Facts, link: &str, language: Language) -> Rendered {
    let say = Sentences::of(language);
    let percent = language.percent(facts.probability);
    let account = facts.named();
    let account = account.as_str();
    let opening = match kind {
        "case_grew" => "grew",
        "case_reopened" => "reopened",
        "case_breached" => "breached",
        "authorisation_ends" => "authorisation-ends",
        "customer_silent" => "customer-silent",
        _ => "seen",
    };
    let paragraphs = [
        say.say(opening, &[("account", account)]),
        say.say("likely", &[("percent", &percent)]),
        [period(&say, facts), place(&say, facts), cost(&say, language, facts.cost.as_ref())]
            .join("\n"),
        why(&say, facts),
        say.say("first", &[]),
        say.say("case", &[("link", link)]),
        say.say("closing", &[]),
    ];
    let subject = format!("subject-{kind}");
    Rendered {
        subject: say.say(&subject, &[("percent", &percent), ("account", account)]),
        text: paragraphs.join("\n\n") + "\n",
    }
}

/// One notice of many cases; the most expensive come first, each with its link.
#[must_use]
pub fn of_many(cases: &[(Facts, String)], language: Language) -> Rendered {
    let say = Sentences::of(language);
    let mut sorted: Vec<&(Facts, String)> = cases.iter().collect();
    sorted.sort_by(|(one, _), (other, _)| {
        let key = |facts: &Facts| {
            (facts.cost.as_ref().map_or(0.0, |cost| cost.per_day), facts.probability)
        };
        let ((one_cost, one_p), (other_cost, other_p)) = (key(one), key(other));
        other_cost.total_cmp(&one_cost).then(other_p.total_cmp(&one_p))
    });
    let count = cases.len().to_string();
    let line = |(facts, link): &&(Facts, String)| {
        let day = facts.cost.as_ref().map(|cost| language.money(cost.per_day, &cost.currency));
        let day = day.map(|day| say.say("per-day", &[("day", &day)]));
        let day = day.map(|day| format!(", {day}")).unwrap_or_default();
        format!("- {}: {}{day}\n  {link}", facts.named(), language.percent(facts.probability))
    };
    let mut lines: Vec<String> = sorted.iter().take(DIGEST_MAX).map(line).collect();
    if let Some(more) = cases.len().checked_sub(DIGEST_MAX).filter(|more| *more > 0) {
        lines.push(say.say("more", &[("count", &more.to_string())]));
    }
    let paragraphs = [
        say.say("digest", &[("count", &count)]),
        lines.join("\n"),
        say.say("first", &[]),
        say.say("closing", &[]),
    ];
    Rendered {
        subject: say.say("subject-digest", &[("count", &count)]),
        text: paragraphs.join("\n\n") + "\n",
    }
}

fn period(say: &Sentences, facts: &Facts) -> String {
    let id = if facts.is_active { "since.running" } else { "since" };
    let minute =
        |time: Option<Time>| time.map(|time| say.language().minute(time)).unwrap_or_default();
    say.say(id, &[("first", &minute(facts.first)), ("last", &minute(facts.last))])
}

fn place(say: &Sentences, facts: &Facts) -> String {
    let mut names: Vec<String> = facts.resources.iter().take(RESOURCES_MAX).cloned().collect();
    if let Some(more) = facts.resources.len().checked_sub(RESOURCES_MAX).filter(|more| *more > 0) {
        names.push(say.say("more", &[("count", &more.to_string())]));
    }
    say.say("where", &[("resources", &names.join(", "))])
}

fn cost(say: &Sentences, language: Language, cost: Option<&Money>) -> String {
    let Some(cost) = cost else {
        return say.say("cost.unknown", &[]);
    };
    let money = |amount: f64| language.money(amount, &cost.currency);
    let (spent, day, forecast) = (money(cost.spent), money(cost.per_day), money(cost.forecast));
    let refunded = cost.refunded.as_ref();
    let charged = refunded.map(|(charged, currency)| language.money(*charged, currency));
    let id = match charged {
        Some(_) => "cost.refunded",
        None if cost.is_estimated => "cost.estimated",
        None => "cost",
    };
    let charged = charged.unwrap_or_default();
    let blanks = [("spent", &spent), ("day", &day), ("forecast", &forecast), ("charged", &charged)];
    say.say(id, &blanks.map(|(name, text)| (name, text.as_str())))
}

fn why(say: &Sentences, facts: &Facts) -> String {
    let findings = facts.findings.iter().take(FINDINGS_MAX);
    let lines = findings.map(|finding| format!("- {}", finding.told(say)));
    std::iter::once(say.say("why", &[])).chain(lines).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;

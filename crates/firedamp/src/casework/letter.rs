//! The letter that asks a customer whether what was seen is theirs: a draft in their language, with
//! what was seen in their own account and nothing of anybody else's. A person edits and sends it.

mod clock;
mod next;

use firedamp_core::{
    policy::{self, Offers},
    time::Time,
};
use serde::Serialize;
use serde_json::Value;

use super::in_force;
use crate::{
    language::{Language, Sentences},
    report,
    store::{CaseFile, CustomerRow},
};
pub(crate) use clock::Clock;
pub(crate) use next::{About, next};

/// Resources that are named in a letter.
const RESOURCES_MAX: usize = 20;
/// When an answer is due where the provider sets no time: three days.
const DUE_HOURS: u32 = 72;
const HOUR_SECONDS: i64 = 3600;
/// So long before the partner's own answer is due a customer's is.
const MARGIN_SECONDS: i64 = 4 * HOUR_SECONDS;

/// Which letter it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The question whether it is theirs.
    First,
    /// What is still missing after a "yes".
    Missing,
    /// That no answer came.
    Reminder,
}

/// A letter that a person has not touched yet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Draft {
    /// `first`, `missing` or `reminder`.
    pub(crate) kind: Kind,
    /// `en`, `fr` or `de`.
    pub(crate) language: Language,
    /// One line.
    pub(crate) subject: String,
    /// The letter.
    pub(crate) body: String,
    /// Where it goes; empty where no address is known.
    pub(crate) to: String,
}

/// By when a customer is to answer: within the time that the provider gives, from now, and some hours
/// before the partner has to answer, as long as that is to come.
pub(crate) fn due(file: &CaseFile, now: Time) -> Time {
    let claim = policy::claims().iter().find(|claim| claim.provider == file.row.provider);
    let given = claim.and_then(|claim| claim.answer_hours);
    let seconds = i64::from(given.unwrap_or(DUE_HOURS)) * HOUR_SECONDS;
    let partners = file.row.deadlines().into_iter().find(|deadline| deadline.id == "answer");
    let partners = partners.map(|deadline| deadline.by);
    let before = partners.map(|by| by.plus_seconds(-MARGIN_SECONDS)).filter(|by| *by > now);
    let due = now.plus_seconds(seconds);
    before.map_or(due, |before| before.min(due))
}

/// Drafts the letter about a case.
pub(crate) fn draft(
    file: &CaseFile,
    customer: Option<&CustomerRow>,
    language: Language,
    now: Time,
    offers: &Offers,
) -> Draft {
    let judgement: Value = serde_json::from_str(&file.json).unwrap_or_default();
    let say = Sentences::of(language);
    let account = report::shown(&file.row.account);
    let percent = language.percent(file.row.probability);
    let clock = Clock::of(language, customer);
    let body = [
        say.say("contact-seen", &[("account", &account)]),
        say.say("contact-fraud", &[("percent", &percent)]),
        [Some(period(&say, &clock, file)), cost(&say, language, &judgement)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("\n"),
        resources(&say, &clock, &judgement),
        say.say("contact-zone", &[("zone", &clock.name)]),
        rules(&say, file, &judgement, offers),
        questions(&say, &clock, due(file, now)),
    ];
    let subject = say.say("contact-subject", &[("account", &account)]);
    enveloped(&say, customer, Kind::First, subject, body)
}

/// A letter with its greeting and its end.
fn enveloped(
    say: &Sentences,
    customer: Option<&CustomerRow>,
    kind: Kind,
    subject: String,
    body: impl IntoIterator<Item = String>,
) -> Draft {
    let contact = customer.map(|row| row.party.contact.trim()).filter(|name| !name.is_empty());
    let greeting = match contact {
        Some(name) => say.say("contact-greeting.named", &[("name", &report::shown(name))]),
        None => say.say("contact-greeting", &[]),
    };
    let closing = say.say("contact-closing", &[]);
    let paragraphs = std::iter::once(greeting).chain(body).chain(std::iter::once(closing));
    let paragraphs: Vec<String> = paragraphs.filter(|text| !text.is_empty()).collect();
    Draft {
        kind,
        language: say.language(),
        subject,
        body: paragraphs.join("\n\n") + "\n",
        to: customer.map(|row| row.party.mail.clone()).unwrap_or_default(),
    }
}

fn period(say: &Sentences, clock: &Clock, file: &CaseFile) -> String {
    let (first, last) =
        (clock.minute(file.row.first_observed), clock.minute(file.row.last_observed));
    let id = if file.row.is_active { "contact-since.running" } else { "contact-since" };
    say.say(id, &[("first", &first), ("last", &last)])
}

fn cost(say: &Sentences, language: Language, judgement: &Value) -> Option<String> {
    let cost = judgement.get("cost")?;
    let currency = cost.get("currency")?.as_str()?;
    let money = |name: &str| Some(language.money(cost.get(name)?.as_f64()?, currency));
    // What nobody has to pay is no cost.
    let is_listed = cost.get("estimated").and_then(Value::as_bool) == Some(true);
    let id = if is_listed { "contact-cost.listed" } else { "contact-cost" };
    Some(say.say(id, &[("spent", &money("spent")?), ("day", &money("per_day")?)]))
}

/// The customer's own resources, each with who made it.
fn resources(say: &Sentences, clock: &Clock, judgement: &Value) -> String {
    let all = judgement.get("resources").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if all.is_empty() {
        return String::new();
    }
    let text = |of: &Value, name: &str| {
        of.get(name).and_then(Value::as_str).map(report::shown).unwrap_or_default()
    };
    let minute = |of: &Value, name: &str| {
        Time::parse(&text(of, name)).map(|time| clock.minute(time)).unwrap_or_default()
    };
    let line = |resource: &Value| {
        let (id, first, last) = (
            text(resource, "id"),
            minute(resource, "first_observed"),
            minute(resource, "last_observed"),
        );
        let blanks = [("resource", &*id), ("first", &first), ("last", &last)];
        let Some(created) = resource.get("created").filter(|created| created.is_object()) else {
            return format!("- {}", say.say("contact-resource", &blanks));
        };
        let name = text(created, "name");
        let who = if name.is_empty() { text(created, "by") } else { name };
        let made = minute(created, "at");
        let more = [blanks[0], blanks[1], blanks[2], ("who", &who), ("made", &made)];
        format!("- {}", say.say("contact-resource.made", &more))
    };
    let mut lines = vec![say.say("contact-evidence", &[])];
    lines.extend(all.iter().take(RESOURCES_MAX).map(line));
    if let Some(more) = all.len().checked_sub(RESOURCES_MAX).filter(|more| *more > 0) {
        lines.push(format!("- {}", say.say("contact-more", &[("count", &more.to_string())])));
    }
    lines.join("\n")
}

/// What the provider allows, in the customer's language.
fn rules(say: &Sentences, file: &CaseFile, judgement: &Value, offers: &Offers) -> String {
    let (_, held) = in_force(file, judgement, offers);
    let rule = say.say(&format!("policy-rule.{}", held.rule.id()), &[]);
    let mut lines = vec![say.say("policy-verdict", &[("rule", &rule)])];
    // What a desk notes of where a sentence is from is nothing for customers.
    lines.extend(held.policies.iter().map(|one| {
        let plain = say.word(&format!("policy-{}.letter", one.id));
        plain.unwrap_or_else(|| say.say(&format!("policy-{}", one.id), &[]))
    }));
    if held.reaches_users() {
        lines.push(say.say("policy-users", &[]));
    }
    lines.join(" ")
}

fn questions(say: &Sentences, clock: &Clock, due: Time) -> String {
    let due = clock.minute(due);
    let mut lines = vec![say.say("contact-ask", &[("due", &due), ("zone", &clock.name)])];
    for (number, id) in ["first", "second", "third"].into_iter().enumerate() {
        lines.push(format!("{}. {}", number + 1, say.say(&format!("contact-ask.{id}"), &[])));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests;

//! What is said of a source that fell silent.

use firedamp_core::time::Time;
use serde::Deserialize;

use super::Rendered;
use crate::{
    language::{Language, Sentences},
    report,
};

/// Accounts that are named one by one.
const NAMED_MAX: usize = 5;

/// The facts of a silence, as the store wrote them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Silence {
    source: String,
    accounts: Vec<String>,
    count: usize,
    since: Option<String>,
}

/// One notice of a source that tells nothing of some accounts for longer than it should; `link` leads
/// to the sources.
#[must_use]
pub fn of_feed(body: &str, link: &str, language: Language) -> Rendered {
    let say = Sentences::of(language);
    let facts: Silence = serde_json::from_str(body).unwrap_or_default();
    let source = report::shown(&facts.source);
    let mut names: Vec<String> =
        facts.accounts.iter().take(NAMED_MAX).map(|one| report::shown(one)).collect();
    if let Some(more) = facts.count.checked_sub(names.len()).filter(|more| *more > 0) {
        names.push(say.say("more", &[("count", &more.to_string())]));
    }
    let since = facts.since.as_deref().and_then(Time::parse);
    let since = since.map(|since| language.instant(since)).unwrap_or_default();
    let paragraphs = [
        say.say("feed-silent", &[("source", &source), ("since", &since)]),
        say.say("feed-accounts", &[("accounts", &names.join(", "))]),
        say.say("feed-first", &[]),
        say.say("feed-link", &[("link", link)]),
        say.say("closing", &[]),
    ];
    Rendered {
        subject: say.say("subject-feed_silent", &[("source", &source)]),
        text: paragraphs.join("\n\n") + "\n",
    }
}

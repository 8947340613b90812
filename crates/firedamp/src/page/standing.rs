//! Standing and posture of a customer, as its page and the pages of its cases show them.

use askama::Template;
use firedamp_core::{
    posture::{self, State},
    standing::{self, Fact, Verdict, Weight},
    time::Time,
};

use super::{
    filters,
    view::{minute, say},
};
use crate::{
    knowledge, report,
    store::Topic,
    web::{App, Problem},
};

struct Word {
    what: String,
    value: String,
    class: &'static str,
    is_contradicted: bool,
    source: String,
}

#[derive(Template)]
#[template(path = "page/standing.html")]
pub(super) struct StandingPart {
    verdict: &'static str,
    words: Vec<Word>,
    unknown: String,
}

/// What something is said of: exports may tell of more than has a sentence.
fn part(id: &str) -> String {
    let says = posture::CHECKS.iter().find(|check| check.id == id);
    let own = match says {
        Some(check) => say().word(&format!("posture-check-{}", check.id)),
        None => say().word(&format!("standing-part-{id}")),
    };
    own.unwrap_or_else(|| report::shown(id).replace('_', " "))
}

/// What is said: a word where it is one of a few, such as `yes` or `NotAllowed`; a time as pages write
/// it.
fn value(text: &str) -> String {
    let id: String = text.to_lowercase().chars().filter(|letter| !"_ ".contains(*letter)).collect();
    let is_word = id.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'-');
    let word = |id: String| say().word(&id).filter(|_| is_word);
    let known = word(format!("standing-value-{id}")).or_else(|| word(format!("fact-value-{id}")));
    let time = || Some(text).filter(|text| text.contains('T')).and_then(Time::parse).map(utc);
    known.or_else(time).unwrap_or_else(|| report::shown(text))
}

fn utc(time: Time) -> String {
    format!("{} UTC", minute(time))
}

fn said(fact: &Fact) -> (String, String, String) {
    let part = part(&fact.part);
    (
        match &fact.account {
            Some(account) => {
                let account = report::shown(account);
                say().say("standing-of", &[("part", &part), ("account", &account)])
            }
            None => part,
        },
        value(&fact.value),
        format!("{}, {} UTC", say().answer(&fact.source), minute(fact.observed_at)),
    )
}

pub(super) async fn standing(app: &App, customer: &str) -> Result<StandingPart, Problem> {
    let facts = app.store.known(Topic::Standing, customer).await?;
    let composed = standing::compose(&facts, (app.clock)());
    let word = |line: &standing::Line| {
        let (what, value, source) = said(&line.fact);
        let class = match line.weight {
            Weight::Bad | Weight::Doubtful => "refused",
            Weight::Good | Weight::Neutral => "",
        };
        Word { what, value, class, is_contradicted: line.is_contradicted, source }
    };
    Ok(StandingPart {
        verdict: match composed.verdict {
            Verdict::Good => "standing-good",
            Verdict::Doubtful => "standing-doubtful",
            Verdict::Bad => "standing-bad",
            Verdict::Unknown => "standing-not_known",
        },
        words: composed.lines.iter().map(word).collect(),
        unknown: composed.unknown.iter().map(|id| part(id)).collect::<Vec<_>>().join(", "),
    })
}

struct CheckLine {
    says: String,
    state: &'static str,
    is_bad: bool,
    words: Vec<String>,
}

#[derive(Template)]
#[template(path = "page/posture.html")]
pub(super) struct PosturePart {
    lines: Vec<CheckLine>,
}

pub(super) async fn posture(app: &App, customer: &str) -> Result<PosturePart, Problem> {
    let facts = knowledge::posture(&*app.store, customer, (app.clock)()).await?;
    let line = |line: posture::Line| CheckLine {
        says: format!("posture-check-{}", line.check.id),
        state: match line.state {
            State::Bad => "posture-bad",
            State::Contradicted => "posture-contradicted",
            State::Unknown => "posture-unknown",
            State::Good => "posture-good",
        },
        is_bad: matches!(line.state, State::Bad | State::Contradicted),
        words: line
            .words
            .iter()
            .map(|fact| {
                let (what, value, source) = said(fact);
                format!("{what}{} {value} ({source})", say().colon())
            })
            .collect(),
    };
    Ok(PosturePart { lines: posture::compose(&facts).into_iter().map(line).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_exports_say_is_told_in_words() {
        for (text, told) in [
            ("Allowed", "allowed"),
            ("NotAllowed", "not allowed"),
            ("not_allowed", "not allowed"),
            ("yes", "yes"),
            ("2021-05-01T00:00:00Z", "2021-05-01 00:00 UTC"),
            ("45", "45"),
            ("", ""),
            ("Red", "Red"),
        ] {
            assert_eq!(value(text), told);
        }
    }
}

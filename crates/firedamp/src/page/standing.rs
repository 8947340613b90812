//! Standing and posture of a customer, as its page and the pages of its cases show them.

use askama::Template;
use firedamp_core::{
    posture::{self, State},
    standing::{self, Fact, Verdict, Weight},
};

use super::view::minute;
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

fn said(fact: &Fact) -> (String, String, String) {
    let account = fact.account.as_deref().map(|account| format!(" of {}", report::shown(account)));
    (
        format!("{}{}", report::shown(&fact.part).replace('_', " "), account.unwrap_or_default()),
        report::shown(&fact.value),
        format!("{}, {} UTC", report::shown(&fact.source), minute(fact.observed_at)),
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
            Verdict::Good => "good",
            Verdict::Doubtful => "doubtful",
            Verdict::Bad => "bad",
            Verdict::Unknown => "not known",
        },
        words: composed.lines.iter().map(word).collect(),
        unknown: composed.unknown.join(", ").replace('_', " "),
    })
}

struct CheckLine {
    says: &'static str,
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
        says: line.check.says,
        state: match line.state {
            State::Bad => "not so: mend this",
            State::Contradicted => "sources contradict each other",
            State::Unknown => "not known",
            State::Good => "so",
        },
        is_bad: matches!(line.state, State::Bad | State::Contradicted),
        words: line
            .words
            .iter()
            .map(|fact| {
                let (what, value, source) = said(fact);
                format!("{what}: {value} ({source})")
            })
            .collect(),
    };
    Ok(PosturePart { lines: posture::compose(&facts).into_iter().map(line).collect() })
}

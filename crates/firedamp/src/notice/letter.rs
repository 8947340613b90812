//! What is told besides cases: the day's summary, deadlines that are near, tests, and that nobody has
//! taken something up.

use firedamp_core::time::Time;
use serde::{Deserialize, Serialize};

use super::{DIGEST_MAX, Facts, Rendered};
use crate::{
    language::{Language, Sentences},
    report,
};

/// The facts of a summary: what was open on a day.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Summary {
    /// The day, as its receiver's clock shows it.
    pub day: String,
    /// Cases that are open.
    pub count: u64,
    /// The most expensive of them.
    pub cases: Vec<SummaryCase>,
}

/// A case in a summary.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct SummaryCase {
    /// Its number.
    pub case: i64,
    /// `provider:account`, and whose it is.
    pub account: String,
    /// That something in the account mined.
    pub probability: f64,
    /// `active` or `investigating`.
    pub status: String,
    /// Who has taken it up.
    pub assignee: Option<String>,
}

/// By when something is to be done about a case.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Deadline {
    /// `answer` or `credit`, or `notice` where a notice of the provider set it.
    pub what: String,
    /// By when, RFC 3339.
    pub by: String,
    /// Which notice.
    #[serde(default)]
    pub source: String,
}

impl Deadline {
    /// The one that was written into a letter's facts beside the judgement.
    #[must_use]
    pub fn of(body: &str) -> Self {
        #[derive(Default, Deserialize)]
        struct Body {
            deadline: Deadline,
        }
        serde_json::from_str::<Body>(body).unwrap_or_default().deadline
    }

    fn minute(&self, language: Language) -> String {
        Time::parse(&self.by).map(|by| language.minute(by)).unwrap_or_default()
    }

    fn sentence(&self, say: &Sentences, account: &str) -> String {
        let id = match self.what.as_str() {
            "answer" => "letter-deadline-answer",
            "notice" => "letter-deadline-notice",
            _ => "letter-deadline-credit",
        };
        let source = report::shown(&self.source);
        say.say(
            id,
            &[("account", account), ("by", &self.minute(say.language())), ("source", &source)],
        )
    }
}

fn paragraphs(subject: String, paragraphs: &[String]) -> Rendered {
    Rendered { subject, text: paragraphs.join("\n\n") + "\n" }
}

/// The summary of a day; `link` leads to the number of a case, or to all.
#[must_use]
pub fn of_day(body: &str, link: impl Fn(Option<i64>) -> String, language: Language) -> Rendered {
    let say = Sentences::of(language);
    let summary: Summary = serde_json::from_str(body).unwrap_or_default();
    let count = summary.count.to_string();
    let day = Time::parse(&format!("{}T00:00:00Z", summary.day));
    let day = day.map_or_else(|| report::shown(&summary.day), |day| language.day(day));
    let line = |case: &SummaryCase| {
        let status = if case.status == "investigating" {
            say.say("letter-status-active.investigating", &[])
        } else {
            say.say("letter-status-active", &[])
        };
        let person = case.assignee.as_deref().map(report::shown);
        let person = person.unwrap_or_else(|| say.say("letter-summary-nobody", &[]));
        let blanks = [
            ("account", report::shown(&case.account)),
            ("percent", language.percent(case.probability)),
            ("status", status),
            ("person", person),
        ];
        let blanks = blanks.each_ref().map(|(name, text)| (*name, text.as_str()));
        let line = say.say("letter-summary-line", &blanks);
        format!("- {line}\n  {}", link(Some(case.case)))
    };
    let mut lines: Vec<String> = summary.cases.iter().take(DIGEST_MAX).map(line).collect();
    let told = u64::try_from(lines.len()).unwrap_or_default();
    if let Some(more) = summary.count.checked_sub(told).filter(|more| *more > 0) {
        lines.push(format!(
            "{}\n  {}",
            say.say("more", &[("count", &more.to_string())]),
            link(None)
        ));
    }
    paragraphs(
        say.say("letter-summary-subject", &[("count", &count)]),
        &[
            say.say("letter-summary", &[("day", &day), ("count", &count)]),
            lines.join("\n"),
            say.say("closing", &[]),
        ],
    )
}

/// A deadline that is near.
#[must_use]
pub fn of_deadline(deadline: &Deadline, facts: &Facts, link: &str, language: Language) -> Rendered {
    let say = Sentences::of(language);
    let (account, by) = (facts.named(), deadline.minute(language));
    paragraphs(
        say.say("letter-deadline-subject", &[("account", &account), ("by", &by)]),
        &[
            deadline.sentence(&say, &account),
            say.say("letter-deadline-todo", &[]),
            say.say("case", &[("link", link)]),
            say.say("closing", &[]),
        ],
    )
}

/// Many deadlines that are near; the next comes first, each with its link.
#[must_use]
pub fn of_deadlines(cases: &[(Deadline, Facts, String)], language: Language) -> Rendered {
    let say = Sentences::of(language);
    let mut sorted: Vec<_> = cases.iter().collect();
    sorted.sort_by(|(one, ..), (other, ..)| one.by.cmp(&other.by));
    let count = cases.len().to_string();
    let line = |(deadline, facts, link): &&(Deadline, Facts, String)| {
        format!("- {}\n  {link}", deadline.sentence(&say, &facts.named()))
    };
    let mut lines: Vec<String> = sorted.iter().take(DIGEST_MAX).map(line).collect();
    if let Some(more) = cases.len().checked_sub(DIGEST_MAX).filter(|more| *more > 0) {
        lines.push(say.say("more", &[("count", &more.to_string())]));
    }
    paragraphs(
        say.say("letter-deadlines-subject", &[("count", &count)]),
        &[
            say.say("letter-deadlines", &[("count", &count)]),
            lines.join("\n"),
            say.say("letter-deadline-todo", &[]),
            say.say("closing", &[]),
        ],
    )
}

/// A test that somebody sends.
#[must_use]
pub fn of_test(person: &str, language: Language) -> Rendered {
    let say = Sentences::of(language);
    let test = say.say("letter-test", &[("person", &report::shown(person))]);
    paragraphs(say.say("letter-test-subject", &[]), &[test, say.say("closing", &[])])
}

/// The same, to somebody who is told because nobody else has taken it up.
#[must_use]
pub fn escalated(rendered: Rendered, minutes: i64, language: Language) -> Rendered {
    let why = Sentences::of(language);
    let why = why.say("letter-escalated", &[("minutes", &minutes.to_string())]);
    Rendered { text: format!("{why}\n\n{}", rendered.text), ..rendered }
}

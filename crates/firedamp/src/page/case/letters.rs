//! Letters to the customer: a draft to be edited, what was sent, what came back.

use askama::Template;
use axum::response::Redirect;
use serde::Deserialize;

use super::{
    super::{
        filters,
        form::{Fields, OnCase, Refused},
        view::{minute, say},
    },
    Opened,
    authorised::missing,
    written,
};
use crate::{
    casework::{self, Kind, Written, due},
    report,
    store::{Answer, Answered, By, COPIED, Contact},
    web::{
        Problem,
        access::{Caller, Role},
    },
};

struct Line {
    id: i64,
    subject: String,
    body: String,
    way: String,
    asked: String,
    due: String,
    is_over: bool,
    failed: String,
    answer: Option<(&'static str, String, String)>,
}

#[derive(Template)]
#[template(path = "page/case/letters.html")]
struct Section {
    id: i64,
    may_act: bool,
    draft: casework::Draft,
    /// The sentence that says which letter the draft is.
    kind: &'static str,
    language: String,
    rows: usize,
    senders: Vec<String>,
    due: String,
    lines: Vec<Line>,
    missing: Option<String>,
}

fn line(contact: &Contact, opened: &Opened<'_>) -> Line {
    let (asked, say) = (&contact.asked, say());
    let answer = contact.answered.as_ref().map(|back| {
        let word = match back.answer {
            Answer::Ours => "letters-said-ours",
            Answer::NotOurs => "letters-said-not_ours",
            Answer::Unclear => "letters-said-unclear",
        };
        let noted = format!("{}, {} UTC", report::shown(&back.noted.who), minute(back.noted.at));
        let by = say.say("letters-noted", &[("who", &report::shown(&back.who)), ("noted", &noted)]);
        (word, back.text.clone(), by)
    });
    Line {
        id: contact.id,
        subject: report::shown(&contact.subject),
        body: contact.body.clone(),
        way: match contact.way.as_str() {
            COPIED => say.say("letters-copied", &[]),
            way => say.say("letters-by", &[("way", &report::shown(way))]),
        },
        asked: format!("{}, {} UTC", report::shown(&asked.who), minute(asked.at)),
        due: minute(contact.due),
        is_over: answer.is_none() && contact.due <= opened.now,
        failed: match (contact.state.as_str(), &contact.error) {
            ("sent", _) | (_, None) => String::new(),
            ("failed", Some(why)) => say.say("letters-not-sent", &[("why", &say.answer(why))]),
            (_, Some(why)) => say.say("letters-tried-again", &[("why", &say.answer(why))]),
        },
        answer,
    }
}

pub(super) async fn show(opened: &Opened<'_>) -> Result<String, Problem> {
    let row = &opened.file.row;
    let contacts = opened.app.store.contacts(row.id).await?;
    let draft =
        casework::draft_for(opened.app, opened.caller, &opened.file, None, opened.now).await?;
    let says_ours = contacts.iter().filter_map(|one| one.answered.as_ref());
    let is_theirs = says_ours.clone().next().is_some_and(|back| back.answer == Answer::Ours);
    written(&Section {
        id: row.id,
        may_act: opened.may_act(),
        kind: match draft.kind {
            Kind::First => "letters-kind-first",
            Kind::Missing => "letters-kind-missing",
            Kind::Reminder => "letters-kind-reminder",
        },
        language: draft.language.to_string(),
        rows: draft.body.lines().count() + 2,
        senders: opened.app.senders.to_vec(),
        due: minute(due(&opened.file, opened.now)),
        lines: contacts.iter().map(|contact| line(contact, opened)).collect(),
        missing: if is_theirs { missing(opened).await? } else { None },
        draft,
    })
}

impl Fields for Written {
    fn may(caller: &Caller) -> Result<(), Problem> {
        caller.must_be(Role::Analyst)
    }
}

pub(in super::super) async fn send(
    OnCase { app, caller, file, form }: OnCase<Written>,
) -> Result<Redirect, Refused> {
    casework::ask(&app, &caller, &file, form).await?;
    Ok(Redirect::to(&format!("/cases/{}/letters", file.row.id)))
}

/// What came back to which letter.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Back {
    letter: i64,
    answer: Answer,
    who: String,
    text: String,
}

impl Fields for Back {
    fn may(caller: &Caller) -> Result<(), Problem> {
        caller.must_be(Role::Analyst)
    }
}

pub(in super::super) async fn note(
    OnCase { app, caller, file, form }: OnCase<Back>,
) -> Result<Redirect, Refused> {
    let (case, Back { letter, answer, who, text }) = (file.row.id, form);
    let noted = By { who: caller.name, at: (app.clock)() };
    casework::note_answer(&app, case, letter, &Answered { answer, text, who, noted }).await?;
    Ok(Redirect::to(&format!("/cases/{case}/letters")))
}

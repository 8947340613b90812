//! Letters to the customer: a draft to be edited, what was sent, what came back.

use askama::Template;
use axum::{
    Extension, Form,
    extract::{
        Path, State,
        rejection::{FormRejection, PathRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    super::{answered, view::minute},
    Opened,
    authorised::missing,
    number, written,
};
use crate::{
    casework::{self, Written, due},
    report,
    store::{Answer, Answered, By, COPIED, Contact},
    web::{
        App, Problem,
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
    language: String,
    rows: usize,
    senders: Vec<String>,
    due: String,
    lines: Vec<Line>,
    missing: Option<String>,
}

fn line(contact: &Contact, opened: &Opened<'_>) -> Line {
    let asked = &contact.asked;
    let answer = contact.answered.as_ref().map(|back| {
        let word = match back.answer {
            Answer::Ours => "It is theirs",
            Answer::NotOurs => "It is not theirs",
            Answer::Unclear => "Neither yes nor no",
        };
        let by = format!(
            "{}; written down by {}, {} UTC",
            report::shown(&back.who),
            report::shown(&back.noted.who),
            minute(back.noted.at)
        );
        (word, back.text.clone(), by)
    });
    Line {
        id: contact.id,
        subject: report::shown(&contact.subject),
        body: contact.body.clone(),
        way: match contact.way.as_str() {
            COPIED => "copied by hand".to_string(),
            way => format!("by {}", report::shown(way)),
        },
        asked: format!("{}, {} UTC", report::shown(&asked.who), minute(asked.at)),
        due: minute(contact.due),
        is_over: answer.is_none() && contact.due <= opened.now,
        failed: match (contact.state.as_str(), &contact.error) {
            ("sent", _) | (_, None) => String::new(),
            ("failed", Some(why)) => format!("not sent: {}", report::shown(why)),
            (_, Some(why)) => format!("tried again soon: {}", report::shown(why)),
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
        language: draft.language.to_string(),
        rows: draft.body.lines().count() + 2,
        senders: opened.app.senders.to_vec(),
        due: minute(due(&opened.file, opened.now)),
        lines: contacts.iter().map(|contact| line(contact, opened)).collect(),
        missing: if is_theirs { missing(opened).await? } else { None },
        draft,
    })
}

pub(in super::super) async fn send(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    sent: Result<Form<Written>, FormRejection>,
) -> Response {
    let done = async {
        caller.must_be(Role::Analyst)?;
        let file = app.store.case(number(id), caller.within()).await?;
        let Form(written) = sent.map_err(|error| Problem::invalid(error.body_text()))?;
        casework::ask(&app, &caller, &file, written).await?;
        Ok(Redirect::to(&format!("/cases/{}/letters", file.row.id)).into_response())
    };
    answered(done.await)
}

/// What came back to which letter.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Back {
    letter: i64,
    answer: Answer,
    who: String,
    text: String,
}

pub(in super::super) async fn note(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    back: Result<Form<Back>, FormRejection>,
) -> Response {
    let done = async {
        caller.must_be(Role::Analyst)?;
        let case = number(id);
        app.store.case(case, caller.within()).await?;
        let Form(Back { letter, answer, who, text }) =
            back.map_err(|error| Problem::invalid(error.body_text()))?;
        let noted = By { who: caller.name.clone(), at: (app.clock)() };
        let back = Answered { answer, text, who, noted };
        casework::note_answer(&app, case, letter, &back).await?;
        Ok(Redirect::to(&format!("/cases/{case}/letters")).into_response())
    };
    answered(done.await)
}

//! The same done to many cases at once, chosen in the queue.

use askama::Template;
use axum::{
    Extension,
    extract::{State, rejection::StringRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use url::form_urlencoded;

use super::{Frame, answered, case::wanted, filters, shown};
use crate::{
    report,
    store::{BULK_MAX, act_on_all},
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::rejected,
    },
};

/// A form of the queue: which cases, which button, and what was written beside it.
#[derive(Debug, Default)]
struct Sent {
    cases: Vec<i64>,
    action: String,
    value: String,
    /// The queue as it was asked for.
    back: String,
}

impl Sent {
    /// Fields that the form does not have say nothing.
    fn read(body: &str) -> Self {
        let mut sent = Self::default();
        for (name, value) in form_urlencoded::parse(body.as_bytes()) {
            match name.as_ref() {
                "case" => sent.cases.extend(value.parse::<i64>().ok()),
                "action" => sent.button(&value),
                "value" if sent.value.is_empty() => sent.value = value.into_owned(),
                "back" => sent.back = value.into_owned(),
                _ => {}
            }
        }
        sent
    }

    /// A button may say what is written beside it: `resolve:fraud`.
    fn button(&mut self, button: &str) {
        match button.split_once(':') {
            Some((action, value)) => {
                (self.action, self.value) = (action.to_string(), value.to_string());
            }
            None => self.action = button.to_string(),
        }
    }

    /// The queue again; nowhere else, whatever the form says.
    fn back(&self) -> &str {
        let is_own = self.back == "/" || self.back.starts_with("/?");
        if is_own { &self.back } else { "/" }
    }
}

#[derive(Template)]
#[template(path = "page/bulk.html")]
struct Page<'a> {
    frame: Frame,
    done: usize,
    failed: Vec<(i64, String)>,
    back: &'a str,
}

pub(super) async fn act(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    body: Result<String, StringRejection>,
) -> Response {
    answered(done(&app, &caller, body).await)
}

async fn done(
    app: &App,
    caller: &Caller,
    body: Result<String, StringRejection>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Analyst)?;
    let sent = Sent::read(&body.map_err(|error| rejected(error.status(), error.body_text()))?);
    match sent.cases.len() {
        0 => return Err(Problem::invalid("choose one case at least")),
        count if count > BULK_MAX => {
            return Err(Problem::invalid(format!("this is done to {BULK_MAX} cases at once")));
        }
        _ => {}
    }
    let at = (app.clock)();
    let action = wanted((&sent.action, &sent.value), &caller.name, at)?;
    let what = (caller.name.as_str(), at, &action);
    let all = act_on_all(&*app.store, &sent.cases, caller.within(), what).await;
    let count = all.len();
    let failed: Vec<(i64, String)> = all
        .into_iter()
        .filter_map(|one| Some((one.case, report::shown(&one.result.err()?.to_string()))))
        .collect();
    if failed.is_empty() {
        return Ok(Redirect::to(sent.back()).into_response());
    }
    let page = Page {
        frame: Frame::new(app, caller, "bulk-title").await?,
        done: count - failed.len(),
        failed,
        back: sent.back(),
    };
    Ok(shown(StatusCode::OK, &page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_back_to_the_queue_and_nowhere_else() {
        for (back, wanted) in [
            ("%2F%3Fstatus%3Dall", "/?status=all"),
            ("%2F", "/"),
            ("%2F%2Felsewhere.example", "/"),
            ("https%3A%2F%2Felsewhere.example", "/"),
            ("%2Fsign-out", "/"),
            ("", "/"),
        ] {
            assert_eq!(Sent::read(&format!("case=1&back={back}")).back(), wanted, "{back}");
        }
    }

    #[test]
    fn what_is_no_number_is_no_case() {
        let sent = Sent::read("case=1&case=x&case=-3&case=99999999999999999999&action=take&x=y");
        assert_eq!((sent.cases, sent.action.as_str()), (vec![1, -3], "take"));
        for body in ["action=resolve:fraud&value=", "value=&action=resolve:fraud"] {
            let sent = Sent::read(body);
            assert_eq!((sent.action.as_str(), sent.value.as_str()), ("resolve", "fraud"), "{body}");
        }
    }
}

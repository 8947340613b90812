//! The same done to many cases at once, chosen in the queue, or to all that its filter finds.

mod all;

use askama::Template;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    Frame,
    case::wanted,
    filters,
    form::{Fields, Refused, Sent},
    shown,
    view::say,
};
use crate::{
    casework::act_on_each,
    store::BULK_MAX,
    web::{
        Problem,
        access::{Caller, Role},
    },
};

/// The cookie that tells the queue what was done.
const DONE: &str = "firedamp_done";

/// A form of the queue: which cases, which button, and what was written beside it.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<(String, String)>")]
pub(super) struct Chosen {
    cases: Vec<i64>,
    action: String,
    value: String,
    /// The queue as it was asked for.
    back: String,
    /// Whether all are meant that the queue's filter finds.
    is_all: bool,
    /// The numbers of those that were shown before it is done to all.
    only: String,
    /// Their revisions, in the same order.
    seen: String,
    /// What tells a form that is sent twice from another one.
    key: String,
}

impl From<Vec<(String, String)>> for Chosen {
    /// Fields that the form does not have say nothing.
    fn from(fields: Vec<(String, String)>) -> Self {
        let mut chosen = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "case" => chosen.cases.extend(value.parse::<i64>().ok()),
                "action" => chosen.button(&value),
                "value" if chosen.value.is_empty() => chosen.value = value,
                "back" => chosen.back = value,
                "all" => chosen.is_all = value == "yes",
                "only" => chosen.only = value,
                "seen" => chosen.seen = value,
                "key" => chosen.key = value,
                _ => {}
            }
        }
        chosen
    }
}

impl Fields for Chosen {
    fn may(caller: &Caller) -> Result<(), Problem> {
        caller.must_be(Role::Analyst)
    }
}

impl Chosen {
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

pub(super) async fn act(Sent { app, caller, form }: Sent<Chosen>) -> Result<Response, Refused> {
    if form.is_all {
        return Ok(all::act(&app, &caller, &form).await?);
    }
    match form.cases.len() {
        0 => return Err(Problem::invalid("choose one case at least").into()),
        count if count > BULK_MAX => {
            return Err(
                Problem::invalid(format!("this is done to {BULK_MAX} cases at once")).into()
            );
        }
        _ => {}
    }
    let action = wanted((&form.action, &form.value), &caller.name, (app.clock)())?;
    app.must_be_known(&caller, &action).await?;
    let all = act_on_each(&app, &caller, &form.cases, &action, None).await;
    let count = all.len();
    let failed: Vec<(i64, String)> = all
        .into_iter()
        .filter_map(|one| Some((one.0, say().answer(&one.1.err()?.detail))))
        .collect();
    if failed.is_empty() {
        return Ok(told(form.back(), count));
    }
    let page = Page {
        frame: Frame::new(&app, &caller, "bulk-title").await?,
        done: count - failed.len(),
        failed,
        back: form.back(),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// The queue again, which then says to how many cases it was done.
fn told(back: &str, count: usize) -> Response {
    let mut response = Redirect::to(back).into_response();
    let cookie = format!("{DONE}={count}; Max-Age=30; Path=/; HttpOnly; SameSite=Strict");
    // Digits and words of ours are always a header.
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// To how many cases something was just done, for the queue to say so once.
pub(super) fn done(headers: &HeaderMap) -> Option<usize> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut counts = cookies.flat_map(|value| value.split(';')).filter_map(|one| {
        let (name, count) = one.trim().split_once('=')?;
        (name == DONE).then(|| count.parse().ok()).flatten()
    });
    counts.find(|count| (1..=BULK_MAX).contains(count))
}

/// It was said.
pub(super) fn forget_done(response: &mut Response) {
    let gone = HeaderValue::from_static("firedamp_done=; Max-Age=0; Path=/; HttpOnly");
    response.headers_mut().append(header::SET_COOKIE, gone);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Chosen {
        let fields = url::form_urlencoded::parse(body.as_bytes()).into_owned();
        fields.collect::<Vec<_>>().into()
    }

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
            assert_eq!(read(&format!("case=1&back={back}")).back(), wanted, "{back}");
        }
    }

    #[test]
    fn what_was_done_is_a_number_that_can_be() {
        for (cookie, wanted) in [
            ("firedamp_done=3", Some(3)),
            ("a=b; firedamp_done=200", Some(200)),
            ("firedamp_done=201", None),
            ("firedamp_done=0", None),
            ("firedamp_done=<b>", None),
            ("x_firedamp_done=3", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
            assert_eq!(done(&headers), wanted, "{cookie}");
        }
        assert_eq!(done(&HeaderMap::new()), None);
    }

    #[test]
    fn what_is_no_number_is_no_case() {
        let sent = read("case=1&case=x&case=-3&case=99999999999999999999&action=take&x=y");
        assert_eq!((sent.cases, sent.action.as_str()), (vec![1, -3], "take"));
        for body in ["action=resolve:fraud&value=", "value=&action=resolve:fraud"] {
            let sent = read(body);
            assert_eq!((sent.action.as_str(), sent.value.as_str()), ("resolve", "fraud"), "{body}");
        }
    }
}

//! How the desk was set up: who is told, what is kept, what is switched on. For administrators; nothing
//! secret is shown.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{Frame, answered, shown, view::minute};
use crate::{
    delivery::{Receiver, Rotation},
    report,
    store::{Error, Sent},
    web::{
        App, Problem,
        about::{BookState, Size},
        access::Caller,
        people,
    },
};

/// Deliveries that are shown of each receiver.
const LAST_MAX: u32 = 3;

struct LastLine {
    kind: String,
    state: &'static str,
    at: String,
    error: String,
}

struct ReceiverLine {
    name: String,
    address: String,
    channel: &'static str,
    language: String,
    customer: String,
    /// What it wants to be spared, a phrase each.
    wishes: Vec<String>,
    last: Vec<LastLine>,
}

#[derive(Template)]
#[template(path = "page/settings.html")]
struct Page {
    frame: Frame,
    version: &'static str,
    data: String,
    size: String,
    keep_days: u32,
    watch: Vec<String>,
    switches: Vec<String>,
    book: Option<String>,
    state: BookState,
    receivers: Vec<ReceiverLine>,
}

pub(super) async fn show(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    answered(page(&app, &caller).await)
}

async fn page(app: &App, caller: &Caller) -> Result<Response, Problem> {
    people::may_let_in(caller)?;
    let about = app.about.clone();
    let asked = tokio::task::spawn_blocking(move || (about.size(), about.book_state()));
    let (size, state) = asked.await.map_err(|error| Error::Refused(error.to_string()))?;
    let about = &app.about;
    let name = |path: &std::path::Path| report::shown(&path.display().to_string());
    let mut switches = about.switches.clone();
    let doors = if about.is_tls { "Pages go over TLS." } else { "Pages go out without TLS." };
    switches.push(doors.to_string());
    let page = Page {
        frame: Frame::new(app, caller, "Settings").await?,
        version: env!("CARGO_PKG_VERSION"),
        data: name(&about.data),
        size: weight(size),
        keep_days: about.keep_days,
        watch: about.watch.iter().map(|folder| name(folder)).collect(),
        switches,
        book: about.book.path().map(name),
        state,
        receivers: receivers(app).await?,
    };
    Ok(shown(StatusCode::OK, &page))
}

async fn receivers(app: &App) -> Result<Vec<ReceiverLine>, Problem> {
    let mut lines = Vec::new();
    for receiver in app.about.book.receivers() {
        lines.push(line(app, &receiver.name, receiver, wishes(receiver)).await?);
    }
    let now = (app.clock)();
    for rotation in app.about.book.rotations() {
        let Some(receiver) = app.about.book.receiver(&rotation.name, now) else { continue };
        lines.push(line(app, &rotation.name, receiver, turns(rotation, receiver)).await?);
    }
    Ok(lines)
}

async fn line(
    app: &App,
    name: &str,
    receiver: &Receiver,
    wishes: Vec<String>,
) -> Result<ReceiverLine, Problem> {
    let last = app.store.deliveries_to(name, LAST_MAX).await?;
    let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    Ok(ReceiverLine {
        name: report::shown(name),
        address: format!("/settings/receivers/{}/test", encoded.replace('+', "%20")),
        channel: receiver.kind,
        language: receiver.language.to_string(),
        customer: receiver.customer.as_deref().map(report::shown).unwrap_or_default(),
        wishes,
        last: last.iter().map(last_line).collect(),
    })
}

fn wishes(receiver: &Receiver) -> Vec<String> {
    let zone = receiver.zone.iana_name().unwrap_or("UTC");
    let quiet = receiver.quiet.map(|quiet| format!("quiet {quiet} ({zone})"));
    let summary = receiver
        .daily_summary
        .map(|at| format!("summary at {:02}:{:02} ({zone})", at.hour(), at.minute()));
    let hourly = receiver.hourly_max.map(|most| format!("{most} messages an hour at most"));
    let patience = receiver.escalation_minutes;
    let patience = patience.map(|minutes| format!("after {minutes} minutes without anybody"));
    [quiet, summary, hourly, patience].into_iter().flatten().collect()
}

fn turns(rotation: &Rotation, receiver: &Receiver) -> Vec<String> {
    let members = rotation.members.iter().map(|name| report::shown(name)).collect::<Vec<_>>();
    vec![
        format!("turns of {}", members.join(", ")),
        format!("now {}", report::shown(&receiver.name)),
    ]
}

fn last_line(sent: &Sent) -> LastLine {
    LastLine {
        kind: super::view::kind(&sent.kind).to_string(),
        state: super::deliveries::state(sent),
        at: minute(sent.at),
        error: sent.error.as_deref().map(report::shown).unwrap_or_default(),
    }
}

fn weight(size: Size) -> String {
    let megabytes = size.bytes as f64 / 1e6;
    let more = if size.is_more { " and more" } else { "" };
    format!("{megabytes:.1} MB in {} files{more}", size.files)
}

pub(super) async fn test(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    name: Result<Path<String>, PathRejection>,
) -> Response {
    let sent = async {
        people::may_let_in(&caller)?;
        let Path(name) = name.map_err(|_| Error::Missing("receiver"))?;
        app.send_test(&caller, &name).await?;
        Ok(Redirect::to("/settings").into_response())
    };
    answered(sent.await)
}

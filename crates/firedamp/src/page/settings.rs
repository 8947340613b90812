//! How the desk was set up: who is told, what is kept, what is switched on. For administrators; nothing
//! secret is shown.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    Frame, answered, filters,
    form::{Fields, Refused, Sent as SentForm},
    shown,
    view::{self, minute, say},
};
use crate::{
    delivery::{Receiver, Rotation},
    language, report,
    store::{Error, Partner, Sent},
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
    /// The case's page, and whose account it is about.
    case: Option<(String, String)>,
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
    /// Each, and whether it is not known in the reader's language.
    switches: Vec<(bool, String)>,
    book: Option<String>,
    state: BookState,
    receivers: Vec<ReceiverLine>,
    partner: Partner,
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
    let told = |switch: &String| {
        let own = language::recognised(switch).and_then(|said| say().told(&said));
        (own.is_none(), own.unwrap_or_else(|| report::shown(switch)))
    };
    let page = Page {
        frame: Frame::new(app, caller, "nav-settings").await?,
        version: env!("CARGO_PKG_VERSION"),
        data: name(&about.data),
        size: weight(size),
        keep_days: about.keep_days,
        watch: about.watch.iter().map(|folder| name(folder)).collect(),
        switches: switches.iter().map(told).collect(),
        book: about.book.path().map(name),
        state,
        receivers: receivers(app).await?,
        partner: app.store.partner().await?,
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

/// What a receiver wants to be spared, each with the zone that its hours are told in.
fn wishes(receiver: &Receiver) -> Vec<String> {
    let say = say();
    let zone = receiver.zone.iana_name().unwrap_or("UTC");
    let quiet = receiver.quiet.map(|quiet| {
        say.say("settings-wish-quiet", &[("hours", &quiet.to_string()), ("zone", zone)])
    });
    let summary = receiver.daily_summary.map(|at| {
        let time = format!("{:02}:{:02}", at.hour(), at.minute());
        say.say("settings-wish-summary", &[("time", &time), ("zone", zone)])
    });
    let hourly = receiver
        .hourly_max
        .map(|most| say.count("settings-wish-hourly", "messages", i64::from(most)));
    let patience = receiver
        .escalation_minutes
        .map(|minutes| say.count("settings-wish-patience", "minutes", minutes));
    [quiet, summary, hourly, patience].into_iter().flatten().collect()
}

fn turns(rotation: &Rotation, receiver: &Receiver) -> Vec<String> {
    let members = rotation.members.iter().map(|name| report::shown(name)).collect::<Vec<_>>();
    let now = report::shown(&receiver.name);
    vec![
        say().say("settings-turns", &[("names", &members.join(", "))]),
        say().say("settings-turn", &[("name", &now)]),
    ]
}

fn last_line(sent: &Sent) -> LastLine {
    LastLine {
        kind: view::told(&sent.kind, sent.probability),
        case: view::case_of(sent),
        state: super::deliveries::state(sent),
        at: minute(sent.at),
        error: sent.error.as_deref().map(report::shown).unwrap_or_default(),
    }
}

fn weight(size: Size) -> String {
    let files = i64::try_from(size.files).unwrap_or(i64::MAX);
    let files = say().count("settings-files", "files", files);
    let more = if size.is_more { say().say("settings-and-more", &[]) } else { String::new() };
    format!("{}, {files}{more}", language::reader().bytes(size.bytes as f64))
}

impl Fields for Partner {
    fn may(caller: &Caller) -> Result<(), Problem> {
        people::may_let_in(caller)
    }
}

pub(super) async fn set_partner(
    SentForm { app, caller, form }: SentForm<Partner>,
) -> Result<Redirect, Refused> {
    app.set_partner(&caller, &form).await?;
    Ok(Redirect::to("/settings"))
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

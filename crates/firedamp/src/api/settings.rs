//! How the desk was set up, for programs: who is told, what is kept. Nothing secret.

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    store::{Error, Partner},
    web::{App, Problem, about::BookState, access::Caller, extract::Body, people},
};

/// A receiver of notices.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Receiver)]
pub(super) struct Told {
    name: String,
    channel: &'static str,
    language: String,
    customer: Option<String>,
    hourly_max: Option<u32>,
    escalation_minutes: Option<i64>,
}

/// How the desk was set up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Settings)]
pub(super) struct Settings {
    version: &'static str,
    data: String,
    data_bytes: u64,
    keep_days: u32,
    watch: Vec<String>,
    switches: Vec<String>,
    book: Option<String>,
    /// `absent`, `same`, `changed` or `wrong`.
    book_state: &'static str,
    book_error: Option<String>,
    receivers: Vec<Told>,
    /// Who the partner is, as requests and alerts name it.
    partner: Partner,
    /// Whether requests can be filed at Partner Center.
    files_requests: bool,
}

/// How the desk was set up. Nothing secret.
#[utoipa::path(get, path = "/settings", tag = "people",
    responses((status = 200, description = "Settings", body = Settings)))]
pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Settings>, Problem> {
    people::may_let_in(&caller)?;
    let about = app.about.clone();
    let asked = tokio::task::spawn_blocking(move || (about.size(), about.book_state()));
    let (size, state) = asked.await.map_err(|error| Error::Refused(error.to_string()))?;
    let about = &app.about;
    let receivers = about.book.receivers().iter().map(|receiver| Told {
        name: receiver.name.clone(),
        channel: receiver.kind,
        language: receiver.language.to_string(),
        customer: receiver.customer.clone(),
        hourly_max: receiver.hourly_max,
        escalation_minutes: receiver.escalation_minutes,
    });
    Ok(Json(Settings {
        version: env!("CARGO_PKG_VERSION"),
        data: about.data.display().to_string(),
        data_bytes: size.bytes,
        keep_days: about.keep_days,
        watch: about.watch.iter().map(|folder| folder.display().to_string()).collect(),
        switches: about.switches.clone(),
        book: about.book.path().map(|path| path.display().to_string()),
        book_state: state.id(),
        book_error: match state {
            BookState::Wrong(why) => Some(why),
            _ => None,
        },
        receivers: receivers.collect(),
        partner: app.store.partner().await?,
        files_requests: about.files_requests,
    }))
}

/// Says who the partner is, in place of what was said before.
#[utoipa::path(put, path = "/settings/partner", tag = "people",
    request_body = Partner,
    responses((status = 204, description = "It is set")))]
pub(super) async fn set_partner(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    partner: Result<Body<Partner>, Problem>,
) -> Result<StatusCode, Problem> {
    people::may_let_in(&caller)?;
    let Body(partner) = partner?;
    app.set_partner(&caller, &partner).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a test notice.
#[utoipa::path(post, path = "/settings/receivers/{name}/test", tag = "people",
    params(("name" = String, Path, description = "The name of a receiver")),
    responses((status = 202, description = "It is on its way")))]
pub(super) async fn test(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    name: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    people::may_let_in(&caller)?;
    let Path(name) = name.map_err(|_| Error::Missing("receiver"))?;
    app.send_test(&caller, &name).await?;
    Ok(StatusCode::ACCEPTED)
}

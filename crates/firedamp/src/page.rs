//! The pages for people. Rendered here, readable without scripts; each page is a file and a line.

mod account;
mod accounts;
mod authorisations;
mod bulk;
pub(crate) mod case;
mod customer;
mod customers;
mod deliveries;
mod detectors;
mod filters;
mod form;
mod indicators;
mod notices;
mod outcomes;
mod plot;
mod queue;
mod search;
mod settings;
mod sign_in;
mod sources;
mod standing;
mod usage;
mod users;
mod view;

pub(crate) use indicators::found as found_indicators;
use view::say;

use askama::Template;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};

use crate::{
    authorisation::documents::DOCUMENT_BYTES_MAX,
    language::{self, Language},
    store::Totals,
    web::{App, Problem, access::Caller, people},
};

/// The looks of reports, then what only pages have.
const STYLE: &str = concat!(
    include_str!("../templates/report/style.css"),
    include_str!("../templates/page/style.css")
);

/// Bytes of a form with a document in it.
const FORM_BYTES_MAX: usize = DOCUMENT_BYTES_MAX + (64 << 10);

/// Every page.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(queue::show))
        .route("/account", get(account::show))
        .route("/account/password", post(account::change_password))
        .route("/account/language", post(account::change_language))
        .route("/account/sessions/{id}/end", post(account::end_session))
        .route("/bulk", post(bulk::act))
        .route("/accounts/{account}", get(accounts::show))
        .route("/cases/{id}", get(case::show))
        .route("/cases/{id}/act", post(case::act))
        .route("/cases/{id}/checklist/take", post(case::take_step))
        .route("/cases/{id}/letters/answer", post(case::note_answer))
        .route("/cases/{id}/letters/send", post(case::send_letter))
        .route("/cases/{id}/records/{object}/{record}", get(case::record))
        .route("/cases/{id}/{section}", get(case::section))
        .route("/cases/{id}/cleanup/act", post(case::cleanup::act))
        .route("/cases/{id}/money/act", post(case::money::act))
        .route("/cases/{id}/pack", get(case::money::download))
        .route(
            "/authorisations",
            get(authorisations::list)
                .post(authorisations::propose)
                .layer(DefaultBodyLimit::max(FORM_BYTES_MAX)),
        )
        .route("/authorisations/new", get(authorisations::blank))
        .route("/authorisations/{id}", get(authorisations::show))
        .route("/authorisations/{id}/decide", post(authorisations::decide))
        .route("/documents/{sha256}", get(authorisations::document))
        .route("/customers", get(customers::show))
        .route("/customers/{id}", get(customer::show))
        .route("/unassigned", get(customer::unassigned))
        .route("/deliveries", get(deliveries::show))
        .route("/deliveries/{id}/retry", post(deliveries::retry))
        .route("/detectors", get(detectors::show))
        .route("/indicators", get(indicators::show))
        .route("/indicators/{id}/decide", post(indicators::decide))
        .route("/notices", get(notices::show))
        .route("/notices/{id}", get(notices::open))
        .route("/password", get(sign_in::invited).post(sign_in::accept))
        .route("/users", get(users::show).post(users::let_in))
        .route("/users/{name}/act", post(users::act))
        .route("/tokens", post(users::make_token))
        .route("/tokens/{name}/end", post(users::end_token))
        .route("/search", get(search::show))
        .route("/sources", get(sources::show))
        .route("/settings", get(settings::show))
        .route("/settings/partner", post(settings::set_partner))
        .route("/settings/receivers/{name}/test", post(settings::test))
        .route("/outcomes", get(outcomes::show))
        .route("/outcomes/calibrations", post(outcomes::calibrate))
        .route("/sign-in", get(sign_in::show).post(sign_in::enter))
        .route("/sign-out", post(sign_in::leave))
        .fallback(missing)
}

/// The style sheet.
pub async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, STYLE)
}

/// The sign in the browser's tab.
pub async fn icon() -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "max-age=86400")];
    (headers, include_str!("../templates/page/icon.svg"))
}

async fn missing() -> Response {
    failed(&Problem::new(StatusCode::NOT_FOUND, "not_found", "There is no such page."))
}

/// What stands at the top of every page.
struct Frame {
    title: String,
    person: String,
    /// Whether they may let others in.
    is_admin: bool,
    totals: Totals,
    sees_all: bool,
}

impl Frame {
    /// Of a page whose title is this sentence.
    async fn new(app: &App, caller: &Caller, title: &str) -> Result<Self, Problem> {
        Self::titled(app, caller, say().say(title, &[])).await
    }

    /// Of a page that is called like what it shows.
    async fn titled(app: &App, caller: &Caller, title: String) -> Result<Self, Problem> {
        let totals = app.store.totals(caller.within()).await?;
        let is_admin = people::may_let_in(caller).is_ok();
        let sees_all = caller.scope.is_none();
        let person = caller.name.clone();
        Ok(Self { title, person, is_admin, totals, sees_all })
    }
}

#[derive(Template)]
#[template(path = "page/failed.html")]
struct Failed {
    title: String,
    detail: String,
    /// Why is not known in the reader's language.
    is_english: bool,
}

/// A page that says what went wrong.
pub(crate) fn failed(problem: &Problem) -> Response {
    let say = say();
    let own = say.word(&format!("failed-{}", problem.status.as_u16()));
    let title = own.unwrap_or_else(|| say.say("failed-other", &[]));
    let told = language::recognised(&problem.detail).and_then(|said| say.told(&said));
    let is_english = told.is_none();
    let detail = told.unwrap_or_else(|| problem.detail.clone());
    let mut response = shown(problem.status, &Failed { title, detail, is_english });
    problem.mark(&mut response);
    response
}

/// A page, or what went wrong on the way to it.
fn answered(page: Result<Response, Problem>) -> Response {
    page.unwrap_or_else(|problem| failed(&problem))
}

/// What templates ask for besides what they are given.
struct Reader(Language);

impl askama::Values for Reader {
    fn get_value<'a>(&'a self, key: &str) -> Option<&'a dyn std::any::Any> {
        (key == filters::LANGUAGE).then_some(&self.0 as _)
    }
}

/// A part of a page as text, in the reader's language.
fn written(part: &impl Template) -> Result<String, Problem> {
    part.render_with_values(&Reader(language::reader())).map_err(|error| {
        tracing::error!(%error, "a part of a page can't be written");
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Problem::new(status, "unwritten", "a part of this page can't be shown")
    })
}

fn shown(status: StatusCode, page: &impl Template) -> Response {
    match page.render_with_values(&Reader(language::reader())) {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page can't be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

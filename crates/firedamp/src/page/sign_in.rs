//! Coming and going.

use askama::Template;
use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{answered, shown};
use crate::web::{
    App, Problem,
    access::{self, COOKIE, SESSION_SECONDS},
};

#[derive(Template)]
#[template(path = "page/sign_in.html")]
struct Page {
    refused: bool,
}

pub(super) async fn show() -> Response {
    shown(StatusCode::OK, &Page { refused: false })
}

/// What is asked for.
#[derive(Deserialize)]
pub(super) struct Sent {
    token: String,
}

pub(super) async fn enter(
    State(app): State<App>,
    headers: HeaderMap,
    sent: Result<Form<Sent>, FormRejection>,
) -> Response {
    if !access::is_own(&headers) {
        let detail = "a page of somebody else's sent this";
        return super::failed(&Problem::new(StatusCode::FORBIDDEN, "foreign_page", detail));
    }
    let token = sent.map(|Form(sent)| sent.token).unwrap_or_default();
    match access::open_session(&app, &token).await {
        Ok(Some(key)) => with_cookie(&key, SESSION_SECONDS, "/"),
        Ok(None) => shown(StatusCode::UNAUTHORIZED, &Page { refused: true }),
        Err(problem) => super::failed(&problem),
    }
}

pub(super) async fn leave(State(app): State<App>, headers: HeaderMap) -> Response {
    answered(left(&app, &headers).await)
}

async fn left(app: &App, headers: &HeaderMap) -> Result<Response, Problem> {
    if let Some(key) = access::cookie(headers) {
        app.store.end_session(&access::hash(key)).await?;
    }
    Ok(with_cookie("", 0, "/sign-in"))
}

/// Leads on, with the session's cookie. It is not marked `Secure`, since the desk listens on this
/// machine alone unless it is told otherwise.
fn with_cookie(key: &str, seconds: i64, to: &str) -> Response {
    let cookie = format!("{COOKIE}={key}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}");
    let mut response = Redirect::to(to).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

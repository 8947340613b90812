//! Coming and going: by name and password, or with a token; and choosing a password with a key that an
//! administrator gave.

use askama::Template;
use axum::{
    Extension, Form,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{answered, failed, filters, shown, view::say};
use crate::{
    store::Owner,
    web::{
        App, Peer, Problem,
        access::{self, COOKIE},
        password,
        session::{self, Proof, SESSION_SECONDS},
    },
};

#[derive(Template)]
#[template(path = "page/sign_in.html")]
struct Page {
    refused: Option<String>,
    /// Nobody has a password yet: there is no other way in.
    is_by_token: bool,
}

pub(super) async fn show(State(app): State<App>) -> Response {
    let is_by_token = app.store.users().await.is_ok_and(|users| users.is_empty());
    shown(StatusCode::OK, &Page { refused: None, is_by_token })
}

/// What is asked for: a name and a password, or a token.
#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    token: String,
}

pub(super) async fn enter(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    sent: Result<Form<Sent>, FormRejection>,
) -> Response {
    if !access::is_own(&headers) {
        return failed(&access::foreign_page());
    }
    let Ok(Form(Sent { name, password, token })) = sent else {
        return refused(StatusCode::BAD_REQUEST, "this is not what the page sends");
    };
    let (proof, nobody) = match token.trim().is_empty() {
        true => (Proof::Password { name, password }, "sign-in-no-password"),
        false => (Proof::Token(token), "sign-in-no-token"),
    };
    match session::open(&app, proof, peer, &headers).await {
        Ok(Some(key)) => with_cookie(&key, SESSION_SECONDS, peer, "/"),
        Ok(None) => refused(StatusCode::UNAUTHORIZED, &say().say(nobody, &[])),
        Err(problem) => {
            let mut response = refused(problem.status, &problem.detail);
            problem.mark(&mut response);
            response
        }
    }
}

fn refused(status: StatusCode, why: &str) -> Response {
    shown(status, &Page { refused: Some(why.to_string()), is_by_token: false })
}

pub(super) async fn leave(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Response {
    answered(left(&app, peer, &headers).await)
}

async fn left(app: &App, peer: Peer, headers: &HeaderMap) -> Result<Response, Problem> {
    if let Some(key) = access::cookie(headers) {
        app.store.end_session(&access::hash(key)).await?;
    }
    Ok(with_cookie("", 0, peer, "/sign-in"))
}

/// Leads on, with the session's cookie. It is marked `Secure` where a trusted proxy says that the
/// browser came over TLS; the desk itself speaks to this machine alone unless it is told otherwise.
fn with_cookie(key: &str, seconds: i64, peer: Peer, to: &str) -> Response {
    let secure = if peer.is_tls { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={key}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}");
    let mut response = Redirect::to(to).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

#[derive(Template)]
#[template(path = "page/password.html")]
struct Invited {
    refused: Option<String>,
    letters: usize,
}

pub(super) async fn invited() -> Response {
    choosing(StatusCode::OK, None)
}

fn choosing(status: StatusCode, refused: Option<String>) -> Response {
    shown(status, &Invited { refused, letters: password::LETTERS_MIN })
}

/// A key that an administrator gave, and the password that is chosen with it.
#[derive(Deserialize)]
pub(super) struct Chosen {
    key: String,
    password: String,
    again: String,
}

pub(super) async fn accept(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    sent: Result<Form<Chosen>, FormRejection>,
) -> Response {
    if !access::is_own(&headers) {
        return failed(&access::foreign_page());
    }
    let chosen = match sent {
        Ok(Form(chosen)) => accepted(&app, peer, &headers, chosen).await,
        Err(_) => Err(Problem::invalid("this is not what the page sends")),
    };
    match chosen {
        Ok(key) => with_cookie(&key, SESSION_SECONDS, peer, "/"),
        Err(problem) => {
            let mut response = choosing(problem.status, Some(problem.detail.clone()));
            problem.mark(&mut response);
            response
        }
    }
}

async fn accepted(
    app: &App,
    peer: Peer,
    headers: &HeaderMap,
    chosen: Chosen,
) -> Result<String, Problem> {
    let Chosen { key, password, again } = chosen;
    if password != again {
        return Err(Problem::invalid("the two passwords are not the same"));
    }
    // Whose key it is comes out only when it is taken; the name is not a secret of the password then.
    password::check("", &password).map_err(Problem::invalid)?;
    app.limits.sign_in(None, peer.address).map_err(session::too_many_tries)?;
    let kept = password::hash(password).await.map_err(|error| {
        tracing::error!("{error:#}");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "no password can be kept now")
    })?;
    let name = app.store.accept(&access::hash(key.trim()), &kept, (app.clock)()).await?;
    let name = name.ok_or_else(|| Problem::invalid("this key opens nothing, or not any more"))?;
    tracing::info!(who = name, "a password was chosen");
    session::begin(app, Owner::User(&name), peer, headers).await
}

//! One's own page: the password, the language, and what is open.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    Frame, answered, filters,
    form::{Fields, Refused, Sent},
    shown,
    view::{minute, say},
};
use crate::{
    language::Language,
    store::{Error, SessionRow, UserChange},
    web::{
        App, Peer, Problem,
        access::Caller,
        password,
        session::{self, IDLE_SECONDS},
    },
};

struct SessionLine {
    id: i64,
    opened: String,
    seen: String,
    address: String,
    browser: String,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "page/account.html")]
struct Page {
    frame: Frame,
    /// The sentence that names it.
    role: String,
    scope: Option<String>,
    /// Whether there is a password, or only a token.
    is_person: bool,
    languages: [(String, &'static str, bool); 3],
    letters: usize,
    sessions: Vec<SessionLine>,
    told: Option<String>,
}

pub(super) async fn show(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    answered(page(&app, &caller, StatusCode::OK, None).await)
}

async fn page(
    app: &App,
    caller: &Caller,
    status: StatusCode,
    told: Option<String>,
) -> Result<Response, Problem> {
    let now = (app.clock)();
    let sessions = match caller.session {
        Some(_) => app.store.sessions(&caller.name, now, now.plus_seconds(-IDLE_SECONDS)).await?,
        None => Vec::new(),
    };
    let line = |row: SessionRow| SessionLine {
        id: row.id,
        opened: minute(row.opened_at),
        seen: minute(row.seen_at),
        address: row.address,
        browser: row.browser,
        is_this: Some(row.id) == caller.session,
    };
    let page = Page {
        frame: Frame::new(app, caller, "account-title").await?,
        role: format!("role-{}", caller.role.id()),
        scope: caller.scope.as_deref().map(crate::report::shown),
        is_person: caller.session.is_some(),
        languages: languages(caller.language),
        letters: password::LETTERS_MIN,
        sessions: sessions.into_iter().map(line).collect(),
        told,
    };
    Ok(shown(status, &page))
}

/// The id and name of each language, and whether it is the chosen one.
pub(super) fn languages(chosen: Language) -> [(String, &'static str, bool); 3] {
    let name = |language| match language {
        Language::English => "English",
        Language::French => "Français",
        Language::German => "Deutsch",
    };
    Language::ALL.map(|one| (one.to_string(), name(one), one == chosen))
}

/// The session of a person; holders of tokens have nothing to change.
fn session_of(caller: &Caller) -> Result<i64, Problem> {
    let detail = "you came in with a token, which has no password";
    caller.session.ok_or_else(|| Problem::new(StatusCode::CONFLICT, "no_password", detail))
}

/// The old password, and the new one twice.
#[derive(Deserialize)]
pub(super) struct Passwords {
    old: String,
    password: String,
    again: String,
}

impl Fields for Passwords {
    fn may(caller: &Caller) -> Result<(), Problem> {
        session_of(caller).map(|_own| ())
    }
}

pub(super) async fn change_password(
    Extension(peer): Extension<Peer>,
    Sent { app, caller, form }: Sent<Passwords>,
) -> Response {
    let told = match changed(&app, &caller, peer, form).await {
        Ok(()) => (StatusCode::OK, say().say("account-changed", &[])),
        Err(problem) => (problem.status, problem.detail),
    };
    answered(page(&app, &caller, told.0, Some(told.1)).await)
}

async fn changed(app: &App, caller: &Caller, peer: Peer, sent: Passwords) -> Result<(), Problem> {
    let own = session_of(caller)?;
    if sent.password != sent.again {
        return Err(Problem::invalid("The two new passwords are not the same."));
    }
    password::check(&caller.name, &sent.password).map_err(Problem::invalid)?;
    // Who found an open session must not guess the password through it.
    app.limits.sign_in(Some(&caller.name), peer.address).map_err(session::too_many_tries)?;
    let kept = app.store.password(&caller.name).await?;
    if !password::verify(sent.old, kept).await.map_err(broken)? {
        return Err(Problem::forbidden("This is not your present password."));
    }
    let kept = password::hash(sent.password).await.map_err(broken)?;
    app.store.set_password(&caller.name, &kept, Some(own)).await?;
    tracing::info!(who = caller.name, "a password was changed");
    Ok(())
}

fn broken(error: anyhow::Error) -> Problem {
    tracing::error!("{error:#}");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "try again later")
}

/// A language by its text id.
#[derive(Deserialize)]
pub(super) struct Chosen {
    language: Language,
}

impl Fields for Chosen {
    fn may(caller: &Caller) -> Result<(), Problem> {
        session_of(caller).map(|_own| ())
    }
}

pub(super) async fn change_language(
    Sent { app, caller, form }: Sent<Chosen>,
) -> Result<Response, Refused> {
    let change = UserChange { language: Some(form.language), ..UserChange::default() };
    app.store.change_user(&caller.name, &change).await?;
    Ok(Redirect::to("/account").into_response())
}

pub(super) async fn end_session(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Response {
    answered(ended(&app, &caller, id).await)
}

async fn ended(
    app: &App,
    caller: &Caller,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Response, Problem> {
    session_of(caller)?;
    let Path(id) = id.map_err(|_| Error::Missing("session"))?;
    app.store.end_session_of(&caller.name, id).await?;
    Ok(Redirect::to("/account").into_response())
}

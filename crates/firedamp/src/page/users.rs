//! Who may come in: people, and programs with a token. For administrators of the whole desk.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    Frame, account, answered, filters,
    form::{Fields, Refused, Sent},
    shown,
    view::minute,
};
use crate::{
    language::Language,
    report,
    store::{Error, Holder, NewUser, TokenRow, UserChange, UserRow},
    web::{
        App, Problem,
        access::{Caller, Role},
        people,
    },
};

struct UserLine {
    name: String,
    address: String,
    roles: [(&'static str, String, bool); 4],
    scope: String,
    language: String,
    state: &'static str,
    is_disabled: bool,
    seen: String,
}

impl UserLine {
    fn of(row: &UserRow) -> Self {
        Self {
            name: report::shown(&row.name),
            address: address("users", &row.name, "act"),
            roles: Role::ALL.map(|role| (role.id(), named(role.id()), role.id() == row.role)),
            scope: row.scope.as_deref().map(report::shown).unwrap_or_default(),
            language: row.language.to_string(),
            state: match (row.is_disabled, row.has_password, row.invited_until) {
                (true, ..) => "users-kept-out",
                (_, true, Some(_)) => "users-may-choose",
                (_, true, None) => "users-comes-in",
                (_, false, _) => "users-no-password",
            },
            is_disabled: row.is_disabled,
            seen: row.seen_at.map(minute).unwrap_or_default(),
        }
    }
}

struct TokenLine {
    name: String,
    address: String,
    role: String,
    scope: String,
    made: String,
    until: String,
    is_over: bool,
}

/// Something that is shown this once.
struct Secret {
    whose: String,
    key: String,
    is_token: bool,
}

impl Secret {
    fn of_person(name: &str, key: String) -> Self {
        Self { whose: report::shown(name), key, is_token: false }
    }
}

#[derive(Template)]
#[template(path = "page/users.html")]
struct Page {
    frame: Frame,
    users: Vec<UserLine>,
    tokens: Vec<TokenLine>,
    roles: [(&'static str, String); 4],
    languages: [(String, &'static str, bool); 3],
    secret: Option<Secret>,
}

/// The sentence that names a role.
fn named(role: &str) -> String {
    format!("role-{role}")
}

fn address(list: &str, name: &str, action: &str) -> String {
    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("/{list}/{}/{action}", name.replace('+', "%20"))
}

pub(super) async fn show(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    answered(page(&app, &caller, None).await)
}

async fn page(app: &App, caller: &Caller, secret: Option<Secret>) -> Result<Response, Problem> {
    people::may_let_in(caller)?;
    let now = (app.clock)();
    let token = |row: &TokenRow| TokenLine {
        name: report::shown(&row.name),
        address: address("tokens", &row.name, "end"),
        role: named(&row.role),
        scope: row.scope.as_deref().map(report::shown).unwrap_or_default(),
        made: minute(row.made_at),
        until: row.expires_at.map(minute).unwrap_or_default(),
        is_over: row.expires_at.is_some_and(|until| until <= now),
    };
    let page = Page {
        frame: Frame::new(app, caller, "users-title").await?,
        users: app.store.users().await?.iter().map(UserLine::of).collect(),
        tokens: app.store.tokens().await?.iter().map(token).collect(),
        roles: Role::ALL.map(|role| (role.id(), named(role.id()))),
        languages: account::languages(Language::default()),
        secret,
    };
    Ok(shown(StatusCode::OK, &page))
}

/// Somebody who is let in: a person, or a program.
#[derive(Deserialize)]
pub(super) struct Newcomer {
    name: String,
    role: String,
    #[serde(default)]
    customer: String,
    #[serde(default)]
    language: Language,
    #[serde(default)]
    days: String,
}

impl Newcomer {
    fn holder(&self) -> Result<Holder, Problem> {
        let customer = self.customer.trim();
        Ok(Holder {
            name: self.name.trim().to_string(),
            role: people::role(&self.role)?,
            scope: (!customer.is_empty()).then(|| customer.to_string()),
        })
    }
}

impl Fields for Newcomer {
    fn may(caller: &Caller) -> Result<(), Problem> {
        people::may_let_in(caller)
    }
}

pub(super) async fn let_in(
    Sent { app, caller, form }: Sent<Newcomer>,
) -> Result<Response, Refused> {
    let user = NewUser { holder: form.holder()?, language: form.language };
    let key = app.let_in(&caller, &user).await?;
    Ok(page(&app, &caller, Some(Secret::of_person(&user.holder.name, key))).await?)
}

pub(super) async fn make_token(
    Sent { app, caller, form }: Sent<Newcomer>,
) -> Result<Response, Refused> {
    let holder = form.holder()?;
    let days = match form.days.trim() {
        "" => None,
        days => Some(days.parse().map_err(|_| Problem::invalid("days are a whole number"))?),
    };
    let key = app.make_token(&caller, &holder, days).await?;
    let secret = Secret { is_token: true, ..Secret::of_person(&holder.name, key) };
    Ok(page(&app, &caller, Some(secret)).await?)
}

pub(super) async fn end_token(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    name: Result<Path<String>, PathRejection>,
) -> Response {
    let ended = async {
        people::may_let_in(&caller)?;
        let Path(name) = name.map_err(|_| Error::Missing("token"))?;
        app.end_token(&caller, &name).await?;
        Ok(Redirect::to("/users").into_response())
    };
    answered(ended.await)
}

/// Which button was pressed beside a person.
#[derive(Deserialize)]
pub(super) struct Act {
    action: String,
    #[serde(default)]
    role: String,
}

impl Fields for Act {
    fn may(caller: &Caller) -> Result<(), Problem> {
        people::may_let_in(caller)
    }
}

pub(super) async fn act(
    name: Result<Path<String>, PathRejection>,
    Sent { app, caller, form }: Sent<Act>,
) -> Result<Response, Refused> {
    let Path(name) = name.map_err(|_| Error::Missing("user"))?;
    let change = match form.action.as_str() {
        "role" => UserChange { role: Some(people::role(&form.role)?), ..UserChange::default() },
        "disable" => UserChange { is_disabled: Some(true), ..UserChange::default() },
        "enable" => UserChange { is_disabled: Some(false), ..UserChange::default() },
        "reset" => {
            let key = app.invite(&caller, &name).await?;
            return Ok(page(&app, &caller, Some(Secret::of_person(&name, key))).await?);
        }
        _ => return Err(Problem::invalid("this page has no such button").into()),
    };
    app.change_user(&caller, &name, &change).await?;
    Ok(Redirect::to("/users").into_response())
}

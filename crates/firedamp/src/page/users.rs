//! Who may come in: people, and programs with a token. For administrators of the whole desk.

use askama::Template;
use axum::{
    Extension, Form,
    extract::{
        Path, State,
        rejection::{FormRejection, PathRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{Frame, account, answered, shown, view::minute};
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
    roles: [(&'static str, bool); 4],
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
            roles: Role::ALL.map(|role| (role.id(), role.id() == row.role)),
            scope: row.scope.as_deref().map(report::shown).unwrap_or_default(),
            language: row.language.to_string(),
            state: match (row.is_disabled, row.has_password, row.invited_until) {
                (true, ..) => "kept out",
                (_, true, Some(_)) => "may choose another password",
                (_, true, None) => "comes in",
                (_, false, _) => "has no password yet",
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

#[derive(Template)]
#[template(path = "page/users.html")]
struct Page {
    frame: Frame,
    users: Vec<UserLine>,
    tokens: Vec<TokenLine>,
    roles: [&'static str; 4],
    languages: [(String, &'static str, bool); 3],
    secret: Option<Secret>,
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
        role: row.role.clone(),
        scope: row.scope.as_deref().map(report::shown).unwrap_or_default(),
        made: minute(row.made_at),
        until: row.expires_at.map(minute).unwrap_or_default(),
        is_over: row.expires_at.is_some_and(|until| until <= now),
    };
    let page = Page {
        frame: Frame::new(app, caller, "People and tokens").await?,
        users: app.store.users().await?.iter().map(UserLine::of).collect(),
        tokens: app.store.tokens().await?.iter().map(token).collect(),
        roles: Role::ALL.map(Role::id),
        languages: account::languages(Language::default()),
        secret,
    };
    Ok(shown(StatusCode::OK, &page))
}

/// Somebody who is let in: a person, or a program.
#[derive(Deserialize)]
pub(super) struct Sent {
    name: String,
    role: String,
    #[serde(default)]
    customer: String,
    #[serde(default)]
    language: Language,
    #[serde(default)]
    days: String,
}

impl Sent {
    fn holder(&self) -> Result<Holder, Problem> {
        let customer = self.customer.trim();
        Ok(Holder {
            name: self.name.trim().to_string(),
            role: people::role(&self.role)?,
            scope: (!customer.is_empty()).then(|| customer.to_string()),
        })
    }
}

type Form1<T> = Result<Form<T>, FormRejection>;

pub(super) async fn let_in(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    sent: Form1<Sent>,
) -> Response {
    let made = async {
        people::may_let_in(&caller)?;
        let Form(sent) = sent.map_err(|error| Problem::invalid(error.body_text()))?;
        let user = NewUser { holder: sent.holder()?, language: sent.language };
        let key = app.let_in(&caller, &user).await?;
        let whose = report::shown(&user.holder.name);
        page(&app, &caller, Some(Secret { whose, key, is_token: false })).await
    };
    answered(made.await)
}

pub(super) async fn make_token(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    sent: Form1<Sent>,
) -> Response {
    let made = async {
        people::may_let_in(&caller)?;
        let Form(sent) = sent.map_err(|error| Problem::invalid(error.body_text()))?;
        let holder = sent.holder()?;
        let days = match sent.days.trim() {
            "" => None,
            days => Some(days.parse().map_err(|_| Problem::invalid("days are a whole number"))?),
        };
        let key = app.make_token(&caller, &holder, days).await?;
        let whose = report::shown(&holder.name);
        page(&app, &caller, Some(Secret { whose, key, is_token: true })).await
    };
    answered(made.await)
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

pub(super) async fn act(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    name: Result<Path<String>, PathRejection>,
    sent: Form1<Act>,
) -> Response {
    let done = async {
        people::may_let_in(&caller)?;
        let Path(name) = name.map_err(|_| Error::Missing("user"))?;
        let Form(sent) = sent.map_err(|error| Problem::invalid(error.body_text()))?;
        let change = match sent.action.as_str() {
            "role" => UserChange { role: Some(people::role(&sent.role)?), ..UserChange::default() },
            "disable" => UserChange { is_disabled: Some(true), ..UserChange::default() },
            "enable" => UserChange { is_disabled: Some(false), ..UserChange::default() },
            "reset" => {
                let key = app.invite(&caller, &name).await?;
                let whose = report::shown(&name);
                return page(&app, &caller, Some(Secret { whose, key, is_token: false })).await;
            }
            _ => return Err(Problem::invalid("this page has no such button")),
        };
        app.change_user(&caller, &name, &change).await?;
        Ok(Redirect::to("/users").into_response())
    };
    answered(done.await)
}

//! Who may come in, for programs: people and tokens. For administrators of the whole desk.

use axum::{
    Extension, Json,
    extract::{
        Path, State,
        rejection::{JsonRejection, PathRejection},
    },
    http::StatusCode,
};
use serde::{Deserialize, Serialize};

use crate::{
    language::Language,
    store::{Error, Holder, NewUser, TokenRow, UserChange, UserRow},
    web::{App, Problem, access::Caller, people},
};

/// A secret that is told this once.
#[derive(Debug, Serialize)]
pub(super) struct Key {
    name: String,
    key: String,
}

pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Vec<UserRow>>, Problem> {
    people::may_let_in(&caller)?;
    Ok(Json(app.store.users().await?))
}

/// Somebody who is let in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Newcomer {
    name: String,
    role: String,
    customer: Option<String>,
    #[serde(default)]
    language: Language,
}

/// Lets a person in; answers with the key to choose a password with.
pub(super) async fn let_in(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    sent: Result<Json<Newcomer>, JsonRejection>,
) -> Result<(StatusCode, Json<Key>), Problem> {
    people::may_let_in(&caller)?;
    let Json(Newcomer { name, role, customer, language }) = read(sent)?;
    let holder = Holder { name: name.clone(), role: people::role(&role)?, scope: customer };
    let key = app.let_in(&caller, &NewUser { holder, language }).await?;
    Ok((StatusCode::CREATED, Json(Key { name, key })))
}

fn read<T>(sent: Result<Json<T>, JsonRejection>) -> Result<Json<T>, Problem> {
    sent.map_err(|error| Problem::invalid(error.body_text()))
}

/// What is changed of a person; what is not named stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    role: Option<String>,
    /// An empty text is all of the tree.
    customer: Option<String>,
    language: Option<Language>,
    is_disabled: Option<bool>,
}

pub(super) async fn change(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    name: Result<Path<String>, PathRejection>,
    sent: Result<Json<Change>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    people::may_let_in(&caller)?;
    let Path(name) = name.map_err(|_| Error::Missing("user"))?;
    let Json(sent) = read(sent)?;
    let change = UserChange {
        role: sent.role.as_deref().map(people::role).transpose()?,
        scope: sent.customer.map(|customer| (!customer.is_empty()).then_some(customer)),
        language: sent.language,
        is_disabled: sent.is_disabled,
    };
    app.change_user(&caller, &name, &change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another key to choose a password with.
pub(super) async fn invite(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    name: Result<Path<String>, PathRejection>,
) -> Result<(StatusCode, Json<Key>), Problem> {
    people::may_let_in(&caller)?;
    let Path(name) = name.map_err(|_| Error::Missing("user"))?;
    let key = app.invite(&caller, &name).await?;
    Ok((StatusCode::CREATED, Json(Key { name, key })))
}

pub(super) async fn tokens(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Vec<TokenRow>>, Problem> {
    people::may_let_in(&caller)?;
    Ok(Json(app.store.tokens().await?))
}

/// A token that is wished for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewToken {
    name: String,
    role: String,
    customer: Option<String>,
    /// It opens nothing any more after so many days.
    days: Option<u32>,
}

pub(super) async fn make_token(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    sent: Result<Json<NewToken>, JsonRejection>,
) -> Result<(StatusCode, Json<Key>), Problem> {
    people::may_let_in(&caller)?;
    let Json(NewToken { name, role, customer, days }) = read(sent)?;
    let holder = Holder { name: name.clone(), role: people::role(&role)?, scope: customer };
    let key = app.make_token(&caller, &holder, days).await?;
    Ok((StatusCode::CREATED, Json(Key { name, key })))
}

pub(super) async fn end_token(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    name: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    people::may_let_in(&caller)?;
    let Path(name) = name.map_err(|_| Error::Missing("token"))?;
    app.end_token(&caller, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

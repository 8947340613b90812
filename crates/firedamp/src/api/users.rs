//! Who may come in, for programs: people and tokens. For administrators of the whole desk.

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    language::Language,
    schema,
    store::{Error, Holder, NewUser, TokenRow, UserChange, UserRow},
    web::{App, Problem, access::Caller, extract::Body, people},
};

/// A secret that is told this once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Key {
    name: String,
    key: String,
}

/// People who may come in.
#[utoipa::path(get, path = "/users", tag = "people",
    responses((status = 200, description = "Everybody who may come in", body = Vec<UserRow>)))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Vec<UserRow>>, Problem> {
    people::may_let_in(&caller)?;
    Ok(Json(app.store.users().await?))
}

/// Somebody who is let in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Newcomer {
    name: String,
    #[schema(schema_with = schema::role)]
    role: String,
    customer: Option<String>,
    #[serde(default)]
    #[schema(schema_with = schema::language)]
    language: Language,
}

/// Lets a person in; answers with the key to choose a password with.
#[utoipa::path(post, path = "/users", tag = "people",
    request_body = Newcomer,
    responses((status = 201, description = "A secret that is told this once", body = Key)))]
pub(super) async fn let_in(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    sent: Result<Body<Newcomer>, Problem>,
) -> Result<(StatusCode, Json<Key>), Problem> {
    people::may_let_in(&caller)?;
    let Body(Newcomer { name, role, customer, language }) = sent?;
    let holder = Holder { name: name.clone(), role: people::role(&role)?, scope: customer };
    let key = app.let_in(&caller, &NewUser { holder, language }).await?;
    Ok((StatusCode::CREATED, Json(Key { name, key })))
}

/// What is changed of a person; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserChange)]
pub(super) struct Change {
    #[schema(schema_with = schema::maybe_role)]
    role: Option<String>,
    /// An empty text is all of the tree.
    customer: Option<String>,
    #[schema(schema_with = schema::maybe_language)]
    language: Option<Language>,
    is_disabled: Option<bool>,
}

/// Changes what a person may.
#[utoipa::path(patch, path = "/users/{name}", tag = "people",
    params(("name" = String, Path, description = "Who")),
    request_body = Change,
    responses((status = 204, description = "It is changed")))]
pub(super) async fn change(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    name: Result<Path<String>, PathRejection>,
    sent: Result<Body<Change>, Problem>,
) -> Result<StatusCode, Problem> {
    people::may_let_in(&caller)?;
    let Path(name) = name.map_err(|_| Error::Missing("user"))?;
    let Body(sent) = sent?;
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
#[utoipa::path(post, path = "/users/{name}/invitation", tag = "people",
    params(("name" = String, Path, description = "Who")),
    responses((status = 201, description = "A secret that is told this once", body = Key)))]
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

/// Programs that may come in.
#[utoipa::path(get, path = "/tokens", tag = "people",
    responses((status = 200, description = "Every token, without its secret", body = Vec<TokenRow>)))]
pub(super) async fn tokens(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Vec<TokenRow>>, Problem> {
    people::may_let_in(&caller)?;
    Ok(Json(app.store.tokens().await?))
}

/// A token that is wished for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewToken {
    name: String,
    #[schema(schema_with = schema::role)]
    role: String,
    customer: Option<String>,
    /// It opens nothing any more after so many days.
    days: Option<u32>,
}

/// Makes a token for a program.
#[utoipa::path(post, path = "/tokens", tag = "people",
    request_body = NewToken,
    responses((status = 201, description = "A secret that is told this once", body = Key)))]
pub(super) async fn make_token(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    sent: Result<Body<NewToken>, Problem>,
) -> Result<(StatusCode, Json<Key>), Problem> {
    people::may_let_in(&caller)?;
    let Body(NewToken { name, role, customer, days }) = sent?;
    let holder = Holder { name: name.clone(), role: people::role(&role)?, scope: customer };
    let key = app.make_token(&caller, &holder, days).await?;
    Ok((StatusCode::CREATED, Json(Key { name, key })))
}

/// Ends a token.
#[utoipa::path(delete, path = "/tokens/{name}", tag = "people",
    params(("name" = String, Path, description = "Its name")),
    responses((status = 204, description = "It opens nothing any more")))]
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

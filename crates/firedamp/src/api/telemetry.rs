//! Telemetry that is pushed. It is an object like any other: put into a folder that the desk
//! watches, under its content hash, so that what is pushed twice is there once.

use std::{io::Write, path::PathBuf};

use axum::{
    Extension, Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::StatusCode,
};
use firedamp_core::id::Account;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::web::{
    App, Problem,
    access::{Caller, Role},
    extract::{Query, rejected},
};

/// Bytes of one push, as they are sent.
pub(super) const PUSH_BYTES_MAX: usize = 32 << 20;
/// Letters of an account's id that become a folder's name.
const ID_MAX: usize = 128;

/// Whose records those are that do not say.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Whose records those are that do not say.
    #[param(
        pattern = "^(aws|azure|digitalocean|gcp|oci|ovh|unknown|alibaba|hetzner|scaleway):[0-9A-Za-z_-][0-9A-Za-z_.-]{0,127}$"
    )]
    account: Option<String>,
}

/// What became of a push.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Taken {
    /// The hash of its content.
    object: String,
    bytes: usize,
}

/// Takes an object of telemetry, packed or not, in any format that is read.
#[utoipa::path(post, path = "/telemetry", tag = "telemetry", params(Asked),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "An object's bytes"),
    responses((status = 202, description = "It is kept, and read soon", body = Taken)))]
pub(super) async fn push(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, Problem>,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<Taken>), Problem> {
    caller.must_be(Role::Analyst)?;
    caller.must_see_all()?;
    let Query(asked) = asked?;
    let body = body.map_err(|error| rejected(error.status(), error.body_text()))?;
    if body.is_empty() {
        return Err(Problem::invalid("there is nothing in it"));
    }
    let folder = match asked.account.as_deref() {
        Some(account) => app.pushed.join(folder_of(account)?),
        None => app.pushed.clone(),
    };
    let object = blake3::hash(&body).to_hex()[..32].to_string();
    let (name, bytes) = (object.clone(), body.len());
    let written = tokio::task::spawn_blocking(move || keep(folder, &name, &body)).await;
    let problem = |why: String| {
        tracing::error!(%why, "pushed telemetry can't be kept");
        let detail = "the telemetry can't be kept; the log says why";
        Problem::new(StatusCode::INSUFFICIENT_STORAGE, "storage", detail)
    };
    written
        .map_err(|error| problem(error.to_string()))?
        .map_err(|error| problem(error.to_string()))?;
    Ok((StatusCode::ACCEPTED, Json(Taken { object, bytes })))
}

/// The folders that name an account, as in [`crate::source::account_of`].
fn folder_of(account: &str) -> Result<PathBuf, Problem> {
    let wrong = || Problem::invalid(format!("`{account}` is no account such as aws:111122223333"));
    let account = Account::parse(account).ok_or_else(wrong)?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let is_name = account.id.len() <= ID_MAX
        && account.id.chars().all(is_plain)
        && !account.id.starts_with('.');
    if !is_name {
        return Err(wrong());
    }
    Ok(PathBuf::from(account.provider.id()).join(account.id))
}

/// Written beside, then moved: the desk sees it whole or not at all.
fn keep(folder: PathBuf, name: &str, body: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(name);
    if path.exists() {
        return Ok(());
    }
    let parent =
        folder.ancestors().find(|one| one.ends_with("pushed")).and_then(|one| one.parent());
    let mut file = tempfile::NamedTempFile::new_in(parent.unwrap_or(&folder))?;
    file.write_all(body)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

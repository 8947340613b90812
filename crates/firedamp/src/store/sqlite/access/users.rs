//! People with passwords.

use firedamp_core::time::Time;
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    super::super::{INVITED_SECONDS, NAME_MAX, NewUser, Result, UserChange, UserRow},
    Error, check_name, check_scope, check_somebody_is_left, found, holder, latest, maybe_time,
    sessions,
};
use crate::language::Language;

/// What a name may hold besides letters and digits: what mail addresses and accounts of machines do.
const NAME_MARKS: &str = ".-_@+";
/// Who acts when nobody does; nobody else may be called so.
const PROGRAM: &str = "firedamp";

pub(super) async fn add(connection: &mut SqliteConnection, user: &NewUser, at: Time) -> Result<()> {
    let name = &user.holder.name;
    let is_letter = |letter: char| letter.is_alphanumeric() || NAME_MARKS.contains(letter);
    if name.is_empty() || name.chars().count() > NAME_MAX || !name.chars().all(is_letter) {
        let rule =
            format!("a name has letters, digits and any of {NAME_MARKS}, {NAME_MAX} at most");
        return Err(Error::Refused(rule));
    }
    if name.eq_ignore_ascii_case(PROGRAM) {
        return Err(Error::Refused(format!("`{PROGRAM}` is what the program calls itself")));
    }
    check_scope(connection, user.holder.scope.as_deref()).await?;
    check_name(connection, name).await?;
    sqlx::query("INSERT INTO user (name, role, scope, language, made_at) VALUES (?, ?, ?, ?, ?)")
        .bind(name)
        .bind(&user.holder.role)
        .bind(&user.holder.scope)
        .bind(user.language.to_string())
        .bind(at.millis())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn list(pool: &SqlitePool) -> Result<Vec<UserRow>> {
    let query = "SELECT *, password IS NOT NULL AS has_password FROM user ORDER BY name";
    let rows = sqlx::query(query).fetch_all(pool).await?;
    rows.iter().map(row).collect()
}

fn row(row: &SqliteRow) -> Result<UserRow> {
    let who = holder(row)?;
    Ok(UserRow {
        name: who.name,
        role: who.role,
        scope: who.scope,
        language: language(&row.try_get::<String, _>("language")?),
        is_disabled: row.try_get("is_disabled")?,
        has_password: row.try_get("has_password")?,
        made_at: Time::from_millis(row.try_get("made_at")?),
        seen_at: maybe_time(row.try_get("seen_at")?),
        invited_until: maybe_time(row.try_get("invited_until")?),
    })
}

pub(super) fn language(text: &str) -> Language {
    Language::ALL.into_iter().find(|one| one.to_string() == text).unwrap_or_default()
}

pub(super) async fn change(
    connection: &mut SqliteConnection,
    name: &str,
    change: &UserChange,
) -> Result<()> {
    if let Some(scope) = &change.scope {
        check_scope(connection, scope.as_deref()).await?;
    }
    let changed = sqlx::query(
        "UPDATE user SET role = coalesce(?, role), scope = iif(?, ?, scope),
         language = coalesce(?, language), is_disabled = coalesce(?, is_disabled) WHERE name = ?",
    )
    .bind(&change.role)
    .bind(change.scope.is_some())
    .bind(change.scope.clone().flatten())
    .bind(change.language.map(|language| language.to_string()))
    .bind(change.is_disabled)
    .bind(name)
    .execute(&mut *connection)
    .await?;
    found(changed.rows_affected(), "user")?;
    if change.is_disabled == Some(true) {
        sessions::end_all(connection, name, None).await?;
    }
    let is_about_language_alone =
        change.role.is_none() && change.scope.is_none() && change.is_disabled.is_none();
    if is_about_language_alone {
        return Ok(());
    }
    check_somebody_is_left(connection).await
}

pub(super) async fn password(pool: &SqlitePool, name: &str) -> Result<Option<String>> {
    let query = "SELECT password FROM user WHERE name = ? AND is_disabled = 0";
    let password = sqlx::query_scalar(query).bind(name).fetch_optional(pool).await?;
    Ok(password.flatten())
}

pub(super) async fn set_password(
    connection: &mut SqliteConnection,
    name: &str,
    password: &str,
    but: Option<i64>,
) -> Result<()> {
    let query = "UPDATE user SET password = ?, invitation = NULL, invited_until = NULL
                 WHERE name = ?";
    let set = sqlx::query(query).bind(password).bind(name).execute(&mut *connection).await?;
    found(set.rows_affected(), "user")?;
    sessions::end_all(connection, name, but).await
}

pub(super) async fn invite(
    connection: &mut SqliteConnection,
    name: &str,
    hash: &[u8; 32],
    until: Time,
) -> Result<()> {
    let query = "UPDATE user SET invitation = ?, invited_until = ? WHERE name = ?";
    let query = sqlx::query(query).bind(hash.as_slice()).bind(until.millis()).bind(name);
    found(query.execute(connection).await?.rows_affected(), "user")
}

pub(super) async fn accept(
    connection: &mut SqliteConnection,
    hash: &[u8; 32],
    password: &str,
    at: Time,
) -> Result<Option<String>> {
    let query = "SELECT name FROM user
                 WHERE invitation = ? AND invited_until > ? AND invited_until <= ?
                 AND is_disabled = 0";
    let query = sqlx::query_scalar(query).bind(hash.as_slice()).bind(at.millis());
    let query = query.bind(latest(at).plus_seconds(INVITED_SECONDS).millis());
    let Some(name): Option<String> = query.fetch_optional(&mut *connection).await? else {
        return Ok(None);
    };
    set_password(connection, &name, password, None).await?;
    Ok(Some(name))
}

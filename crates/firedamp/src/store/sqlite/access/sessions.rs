//! What people and holders of tokens have open. What they may do is looked up each time, so that
//! another role or an end counts at once.

use firedamp_core::time::Time;
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    super::super::{NewSession, Owner, Result, Session, SessionRow},
    holder, latest, users,
};

/// Letters of an address and of what a browser calls itself.
const ADDRESS_MAX: usize = 64;
const BROWSER_MAX: usize = 200;
/// What one person has open at most; the oldest is ended for a new one.
const OPEN_MAX: i64 = 20;

pub(super) async fn open(
    connection: &mut SqliteConnection,
    session: &NewSession<'_>,
) -> Result<()> {
    let (user, token) = match session.owner {
        Owner::User(name) => (Some(name), None),
        Owner::Token(name) => (None, Some(name)),
    };
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    sqlx::query(
        "INSERT INTO session (hash, user, token, opened_at, seen_at, expires_at, address, browser)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)",
    )
    .bind(session.hash.as_slice())
    .bind(user)
    .bind(token)
    .bind(session.at.millis())
    .bind(session.until.millis())
    .bind(cut(&session.address, ADDRESS_MAX))
    .bind(cut(&session.browser, BROWSER_MAX))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM session WHERE id IN (SELECT id FROM session
         WHERE user IS ?1 AND token IS ?2 ORDER BY id DESC LIMIT -1 OFFSET ?3)",
    )
    .bind(user)
    .bind(token)
    .bind(OPEN_MAX)
    .execute(&mut *connection)
    .await?;
    seen(connection, user, session.at).await
}

async fn seen(connection: &mut SqliteConnection, user: Option<&str>, at: Time) -> Result<()> {
    let query = "UPDATE user SET seen_at = iif(seen_at > ?2, ?1, max(coalesce(seen_at, 0), ?1))
                 WHERE name = ?3";
    let query = sqlx::query(query).bind(at.millis()).bind(latest(at).millis()).bind(user);
    query.execute(connection).await?;
    Ok(())
}

pub(super) async fn find(
    pool: &SqlitePool,
    hash: &[u8; 32],
    at: Time,
    idle_since: Time,
) -> Result<Option<Session>> {
    let row = sqlx::query(
        "SELECT session.id, session.seen_at, coalesce(user.name, token.name) AS name,
         coalesce(user.role, token.role) AS role, coalesce(user.scope, token.scope) AS scope,
         user.language FROM session LEFT JOIN user ON user.name = session.user
         LEFT JOIN token ON token.name = session.token
         WHERE session.hash = ?1 AND session.expires_at > ?2 AND session.seen_at > ?3
         AND max(session.opened_at, session.seen_at) <= ?4
         AND (user.is_disabled = 0
              OR (user.name IS NULL AND coalesce(token.expires_at, ?2 + 1) > ?2))",
    )
    .bind(hash.as_slice())
    .bind(at.millis())
    .bind(idle_since.millis())
    .bind(latest(at).millis())
    .fetch_optional(pool)
    .await?;
    let session = |row: &SqliteRow| {
        let language: Option<String> = row.try_get("language")?;
        Ok(Session {
            id: row.try_get("id")?,
            holder: holder(row)?,
            language: language.as_deref().map(users::language),
            seen_at: Time::from_millis(row.try_get("seen_at")?),
        })
    };
    row.as_ref().map(session).transpose()
}

pub(super) async fn touch(connection: &mut SqliteConnection, id: i64, at: Time) -> Result<()> {
    let query = "UPDATE session SET seen_at = max(seen_at, ?) WHERE id = ? RETURNING user";
    let query = sqlx::query_scalar(query).bind(at.millis()).bind(id);
    let user: Option<Option<String>> = query.fetch_optional(&mut *connection).await?;
    seen(connection, user.flatten().as_deref(), at).await
}

pub(super) async fn list(
    pool: &SqlitePool,
    user: &str,
    at: Time,
    idle_since: Time,
) -> Result<Vec<SessionRow>> {
    let rows = sqlx::query(
        "SELECT id, opened_at, seen_at, address, browser FROM session
         WHERE user = ? AND expires_at > ? AND seen_at > ? AND max(opened_at, seen_at) <= ?
         ORDER BY seen_at DESC, id DESC",
    )
    .bind(user)
    .bind(at.millis())
    .bind(idle_since.millis())
    .bind(latest(at).millis())
    .fetch_all(pool)
    .await?;
    let row = |row: &SqliteRow| {
        Ok(SessionRow {
            id: row.try_get("id")?,
            opened_at: Time::from_millis(row.try_get("opened_at")?),
            seen_at: Time::from_millis(row.try_get("seen_at")?),
            address: row.try_get("address")?,
            browser: row.try_get("browser")?,
        })
    };
    rows.iter().map(row).collect()
}

pub(super) async fn end_all(
    connection: &mut SqliteConnection,
    user: &str,
    but: Option<i64>,
) -> Result<()> {
    let query = sqlx::query("DELETE FROM session WHERE user = ? AND id IS NOT ?");
    query.bind(user).bind(but).execute(connection).await?;
    Ok(())
}

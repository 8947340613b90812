//! Who may come in. Only hashes are kept: who reads the file gets no key to the door.

use firedamp_core::time::Time;
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::super::{Error, Holder, Result};

pub(super) async fn add_token(
    connection: &mut SqliteConnection,
    hash: &[u8; 32],
    holder: &Holder,
    at: Time,
    until: Option<Time>,
) -> Result<()> {
    if let Some(party) = &holder.scope {
        let known = sqlx::query("SELECT 1 FROM party WHERE id = ?").bind(party);
        if known.fetch_optional(&mut *connection).await?.is_none() {
            return Err(Error::Missing("customer to let in"));
        }
    }
    let added = sqlx::query(
        "INSERT INTO token (hash, name, role, scope, made_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(hash.as_slice())
    .bind(&holder.name)
    .bind(&holder.role)
    .bind(&holder.scope)
    .bind(at.millis())
    .bind(until.map(Time::millis))
    .execute(connection)
    .await?;
    match added.rows_affected() {
        0 => Err(Error::Refused(format!("there is a token called `{}` already", holder.name))),
        _ => Ok(()),
    }
}

pub(super) async fn has_tokens(pool: &SqlitePool) -> Result<bool> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM token)").fetch_one(pool).await?)
}

pub(super) async fn token(pool: &SqlitePool, hash: &[u8; 32], at: Time) -> Result<Option<Holder>> {
    let query = "SELECT name, role, scope FROM token
                 WHERE hash = ? AND (expires_at IS NULL OR expires_at > ?)";
    one(pool, query, hash, at).await
}

pub(super) async fn add_session(
    connection: &mut SqliteConnection,
    hash: &[u8; 32],
    holder: &Holder,
    until: Time,
) -> Result<()> {
    sqlx::query("INSERT INTO session (hash, name, role, scope, expires_at) VALUES (?, ?, ?, ?, ?)")
        .bind(hash.as_slice())
        .bind(&holder.name)
        .bind(&holder.role)
        .bind(&holder.scope)
        .bind(until.millis())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn session(
    pool: &SqlitePool,
    hash: &[u8; 32],
    at: Time,
) -> Result<Option<Holder>> {
    let query = "SELECT name, role, scope FROM session WHERE hash = ? AND expires_at > ?";
    one(pool, query, hash, at).await
}

async fn one(
    pool: &SqlitePool,
    query: &'static str,
    hash: &[u8; 32],
    at: Time,
) -> Result<Option<Holder>> {
    let row =
        sqlx::query(query).bind(hash.as_slice()).bind(at.millis()).fetch_optional(pool).await?;
    row.as_ref().map(holder).transpose()
}

fn holder(row: &SqliteRow) -> Result<Holder> {
    Ok(Holder {
        name: row.try_get("name")?,
        role: row.try_get("role")?,
        scope: row.try_get("scope")?,
    })
}

pub(super) async fn end_session(connection: &mut SqliteConnection, hash: &[u8; 32]) -> Result<()> {
    sqlx::query("DELETE FROM session WHERE hash = ?")
        .bind(hash.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

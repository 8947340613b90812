//! Keys that were used, each with the answer that it got.

use async_trait::async_trait;
use firedamp_core::time::Time;
use sqlx::{Row, SqliteConnection};

use super::{
    super::{
        Result,
        answer::{Answers, Asked, KeptAnswer},
    },
    Sqlite,
};

#[async_trait]
impl Answers for Sqlite {
    async fn ask_once(
        &self,
        key: &[u8; 32],
        request: &[u8; 32],
        at: Time,
        old: Time,
    ) -> Result<Asked> {
        writing!(self, |connection| ask(connection, key, request, (at, old)).await?)
    }

    async fn keep_answer(&self, key: &[u8; 32], answer: &KeptAnswer) -> Result<()> {
        writing!(self, |connection| keep(connection, key, answer).await?)
    }

    async fn drop_key(&self, key: &[u8; 32]) -> Result<()> {
        writing!(self, |connection| {
            sqlx::query("DELETE FROM answer WHERE key = ?")
                .bind(key.as_slice())
                .execute(connection)
                .await?;
        })
    }
}

async fn ask(
    connection: &mut SqliteConnection,
    key: &[u8; 32],
    request: &[u8; 32],
    (at, old): (Time, Time),
) -> Result<Asked> {
    sqlx::query("DELETE FROM answer WHERE asked_at < ?")
        .bind(old.millis())
        .execute(&mut *connection)
        .await?;
    let known = sqlx::query("SELECT request, status, headers, body FROM answer WHERE key = ?")
        .bind(key.as_slice())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(known) = known else {
        sqlx::query("INSERT INTO answer (key, request, asked_at) VALUES (?, ?, ?)")
            .bind(key.as_slice())
            .bind(request.as_slice())
            .bind(at.millis())
            .execute(connection)
            .await?;
        return Ok(Asked::First);
    };
    let before: Vec<u8> = known.try_get("request")?;
    if before != request {
        return Ok(Asked::Other);
    }
    let Some(status) = known.try_get::<Option<u16>, _>("status")? else {
        return Ok(Asked::Unknown);
    };
    let (headers, body) = (known.try_get("headers")?, known.try_get("body")?);
    Ok(Asked::Before(KeptAnswer { status, headers, body }))
}

async fn keep(
    connection: &mut SqliteConnection,
    key: &[u8; 32],
    answer: &KeptAnswer,
) -> Result<()> {
    sqlx::query("UPDATE answer SET status = ?, headers = ?, body = ? WHERE key = ?")
        .bind(answer.status)
        .bind(&answer.headers)
        .bind(&answer.body)
        .bind(key.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

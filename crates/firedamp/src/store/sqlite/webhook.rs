//! Registrations of programs, and doorbells that were tried.

use async_trait::async_trait;
use firedamp_core::time::Time;
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    super::{Registration, Result, WebhookTest, Webhooks},
    Sqlite,
};

/// How long tries are kept.
const TEST_SECONDS: i64 = 7 * 86_400;
/// Registrations that are read; there is one for each key.
const REGISTRATIONS_MAX: i64 = 1000;

#[async_trait]
impl Webhooks for Sqlite {
    async fn register(&self, registration: &Registration) -> Result<()> {
        let events = serde_json::to_string(&registration.events).unwrap_or_default();
        sqlx::query(
            "INSERT INTO webhook (holder, subscriber, url, events, own_header, scope, made_at)
             VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (holder) DO UPDATE SET
             url = excluded.url, events = excluded.events, own_header = excluded.own_header,
             scope = excluded.scope, made_at = excluded.made_at",
        )
        .bind(&registration.holder)
        .bind(&registration.subscriber)
        .bind(&registration.url)
        .bind(events)
        .bind(registration.own_header)
        .bind(&registration.scope)
        .bind(registration.made_at.millis())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn registrations(&self, at: Time) -> Result<Vec<Registration>> {
        let query = "SELECT webhook.holder, subscriber, url, events, own_header, who.scope,
             webhook.made_at FROM webhook JOIN (
                 SELECT name, role, scope FROM token WHERE expires_at IS NULL OR expires_at > ?
                 UNION ALL SELECT name, role, scope FROM user WHERE is_disabled = 0
             ) AS who ON who.name = holder AND who.role = 'admin' ORDER BY holder LIMIT ?";
        let query = sqlx::query(query).bind(at.millis()).bind(REGISTRATIONS_MAX);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(registration).collect()
    }

    async fn note_test(&self, test: &WebhookTest) -> Result<()> {
        let old = test.sent_at.plus_seconds(-TEST_SECONDS).millis();
        let forget = "DELETE FROM webhook_test WHERE sent_at < ?";
        sqlx::query(forget).bind(old).execute(&self.writer).await?;
        sqlx::query(
            "INSERT INTO webhook_test (correlation, holder, url, sent_at, error)
             VALUES (?, ?, ?, ?, ?)",
        )
        .bind(&test.correlation)
        .bind(&test.holder)
        .bind(&test.url)
        .bind(test.sent_at.millis())
        .bind(&test.error)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn tests(&self, holder: &str, since: Time) -> Result<Vec<WebhookTest>> {
        let rows = sqlx::query(
            "SELECT * FROM webhook_test WHERE holder = ? AND sent_at >= ? ORDER BY sent_at DESC",
        )
        .bind(holder)
        .bind(since.millis())
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(test).collect()
    }
}

fn registration(row: &SqliteRow) -> Result<Registration> {
    let events: String = row.try_get("events")?;
    Ok(Registration {
        holder: row.try_get("holder")?,
        subscriber: row.try_get("subscriber")?,
        url: row.try_get("url")?,
        events: serde_json::from_str(&events).unwrap_or_default(),
        own_header: row.try_get("own_header")?,
        scope: row.try_get("scope")?,
        made_at: Time::from_millis(row.try_get("made_at")?),
    })
}

fn test(row: &SqliteRow) -> Result<WebhookTest> {
    Ok(WebhookTest {
        correlation: row.try_get("correlation")?,
        holder: row.try_get("holder")?,
        url: row.try_get("url")?,
        sent_at: Time::from_millis(row.try_get("sent_at")?),
        error: row.try_get("error")?,
    })
}

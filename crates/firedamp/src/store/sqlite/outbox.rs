//! What goes out besides a case's own notices, and what holds it back.

use async_trait::async_trait;
use firedamp_core::time::Time;
use sqlx::{QueryBuilder, Row, SqliteConnection, SqlitePool};

use super::{
    super::{Begin, Error, Near, Outbox, OwnNotice, Result, Sent, Subject},
    Sqlite, notices,
    rows::maybe_time,
};
use crate::delivery::Heard;

/// An answer that is due is told at most so long before, and at least.
const LEAD_SECONDS_MAX: i64 = 3 * 86_400;
const LEAD_SECONDS_MIN: i64 = 6 * 3600;
/// What is heard in an hour; what was heard after it was heard before the clock was set back.
const HEARD_SECONDS_MAX: i64 = 2 * 3600;

#[async_trait]
impl Outbox for Sqlite {
    async fn post(&self, letter: &OwnNotice, at: Time) -> Result<bool> {
        writing!(self, |connection| post(connection, letter, at).await?)
    }

    async fn acknowledge(&self, subject: Subject, by: &str, at: Time) -> Result<()> {
        // Whoever only looks does not wait for those who write, unless there is something to write.
        if !is_open(&self.readers, subject).await? {
            return Ok(());
        }
        writing!(self, |connection| acknowledge(connection, subject, by, at).await?)
    }

    async fn bind(&self, deliveries: &[i64], message: &str) -> Result<()> {
        writing!(self, |connection| {
            for id in deliveries {
                let query = sqlx::query("UPDATE delivery SET sent_in = ? WHERE id = ?");
                query.bind(message).bind(id).execute(&mut *connection).await?;
            }
        })
    }

    async fn told(&self, recipient: &str, since: Time) -> Result<Heard> {
        let row = sqlx::query(
            "SELECT count(DISTINCT coalesce(sent_in, id)) AS messages, min(delivered_at) AS first,
             max(delivered_at) AS last FROM delivery
             WHERE recipient = ? AND state = 'delivered' AND delivered_at > ?
             AND delivered_at <= ?",
        )
        .bind(recipient)
        .bind(since.millis())
        .bind(since.plus_seconds(HEARD_SECONDS_MAX).millis())
        .fetch_one(&self.readers)
        .await?;
        Ok(Heard {
            messages: row.try_get("messages")?,
            first: maybe_time(row.try_get("first")?),
            last: maybe_time(row.try_get("last")?),
        })
    }

    async fn near_deadline(&self, near: &Near<'_>) -> Result<Vec<i64>> {
        let begin = match near.begin {
            Begin::Opened => "begun_at",
            Begin::FirstSeen => "first_observed",
        };
        // Money is asked back after the clean-up: until then a case that was fraud is not over.
        let is_due = match near.begin {
            // Where a notice says by when, that counts, and is told by itself; but not a notice of an
            // incident before.
            Begin::Opened => {
                "status <> 'resolved' AND (answer_due_at IS NULL
                 OR answer_due_at <= begun_at AND begun_at <> opened_at)"
            }
            Begin::FirstSeen => {
                "(status <> 'resolved' OR reason = 'fraud' AND NOT EXISTS (SELECT 1 FROM request
                 WHERE case_id = \"case\".id AND kind = 'credit' AND request.incident = begun_at
                 AND state NOT IN ('asked', 'failed')))"
            }
        };
        let mut query = QueryBuilder::new("SELECT id FROM \"case\" WHERE ");
        query.push(is_due);
        query.push(" AND provider = ").push_bind(near.provider);
        query.push(" AND ").push(begin).push(" > ").push_bind(near.after.millis());
        query.push(" AND ").push(begin).push(" <= ").push_bind(near.until.millis());
        query.push(" AND NOT EXISTS (SELECT 1 FROM notice WHERE key = 'case-' || \"case\".id || ");
        query.push_bind(format!("-{}", near.told_as));
        query
            .push(" || iif(begun_at = opened_at, '', '-' || begun_at)) ORDER BY id LIMIT ")
            .push_bind(near.limit);
        Ok(query.build_query_scalar().fetch_all(&self.readers).await?)
    }

    async fn latest_notice(&self) -> Result<Option<i64>> {
        let query = sqlx::query_scalar("SELECT max(id) FROM notice");
        Ok(query.fetch_one(&self.readers).await?)
    }

    async fn tree_revision(&self) -> Result<i64> {
        let query = sqlx::query_scalar("SELECT value FROM total WHERE name = 'tree'");
        Ok(query.fetch_optional(&self.readers).await?.unwrap_or_default())
    }

    async fn near_answer(&self, now: Time, limit: u32) -> Result<Vec<i64>> {
        let rows = sqlx::query_scalar(
            "SELECT id FROM \"case\" WHERE status <> 'resolved' AND answer_due_at > ?1
             AND answer_due_at <= ?1 + ?2 AND answer_due_at - ?1
                 <= min(?2, max(?3, (answer_due_at - begun_at) / 4))
             AND NOT EXISTS (SELECT 1 FROM notice
                 WHERE key = 'case-' || \"case\".id || '-deadline-notice-' || answer_due_at)
             ORDER BY answer_due_at, id LIMIT ?4",
        )
        .bind(now.millis())
        .bind(LEAD_SECONDS_MAX * 1000)
        .bind(LEAD_SECONDS_MIN * 1000)
        .bind(limit);
        Ok(rows.fetch_all(&self.readers).await?)
    }

    async fn decided_alerts(
        &self,
        told_as: &str,
        since: Time,
        limit: u32,
    ) -> Result<Vec<(i64, i64)>> {
        let rows = sqlx::query_as(
            "SELECT id, entry FROM (SELECT \"case\".id, (SELECT max(number) FROM activity
                 WHERE case_id = \"case\".id AND kind = 'resolved' AND at > ?2) AS entry
             FROM \"case\" JOIN judgement ON judgement.case_id = \"case\".id
             WHERE status = 'resolved' AND provider = 'azure' AND changed_at > ?2
             AND EXISTS (SELECT 1 FROM json_each(judgement.evidence) AS one
                 WHERE json_extract(one.value, '$[0]') = 'provider_alert'))
             WHERE entry IS NOT NULL AND NOT EXISTS (SELECT 1 FROM notice
                 WHERE key = 'case-' || id || '-status-' || ?1 || '-' || entry)
             ORDER BY id LIMIT ?3",
        );
        Ok(rows.bind(told_as).bind(since.millis()).bind(limit).fetch_all(&self.readers).await?)
    }

    async fn deliveries_to(&self, recipient: &str, limit: u32) -> Result<Vec<Sent>> {
        notices::deliveries(&self.readers, Some(recipient), None, limit).await
    }
}

/// What is for one receiver alone is in nobody's inbox: it counts as read from the start.
async fn post(connection: &mut SqliteConnection, letter: &OwnNotice, at: Time) -> Result<bool> {
    let id: Option<i64> = sqlx::query_scalar(
        "INSERT INTO notice (key, case_id, kind, asked_at, body, recipient, read_at, acknowledged_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, iif(?6 IS NULL, NULL, ?4), iif(?6 IS NULL, NULL, ?4))
         ON CONFLICT (key) DO NOTHING RETURNING id",
    )
    .bind(&letter.key)
    .bind(letter.case)
    .bind(&letter.kind)
    .bind(at.millis())
    .bind(&letter.body)
    .bind(&letter.recipient)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((id, recipient)) = id.zip(letter.recipient.as_deref()) else {
        return Ok(id.is_some());
    };
    sqlx::query(
        "INSERT INTO delivery (notice_id, recipient, state, next_at, due_at)
         VALUES (?1, ?2, 'waiting', ?3, ?3)",
    )
    .bind(id)
    .bind(recipient)
    .bind(at.millis())
    .execute(connection)
    .await?;
    Ok(true)
}

async fn is_open(pool: &SqlitePool, subject: Subject) -> Result<bool> {
    let (column, id) = place(subject);
    let mut query = QueryBuilder::new("SELECT EXISTS (SELECT 1 FROM notice");
    query.push(" WHERE acknowledged_at IS NULL AND ").push(column).push(" = ").push_bind(id);
    Ok(query.push(")").build_query_scalar().fetch_one(pool).await?)
}

/// The column that a subject's number stands in.
const fn place(subject: Subject) -> (&'static str, i64) {
    match subject {
        Subject::Notice(id) => ("id", id),
        Subject::Case(id) => ("case_id", id),
    }
}

pub(super) async fn acknowledge(
    connection: &mut SqliteConnection,
    subject: Subject,
    by: &str,
    at: Time,
) -> Result<()> {
    let (column, id) = place(subject);
    let mut query = QueryBuilder::new("UPDATE notice SET acknowledged_at = ");
    query.push_bind(at.millis()).push(", acknowledged_by = ").push_bind(by);
    query.push(", read_at = coalesce(read_at, ").push_bind(at.millis());
    query.push(") WHERE acknowledged_at IS NULL AND ").push(column).push(" = ").push_bind(id);
    query.build().execute(connection).await.map_err(Error::from)?;
    Ok(())
}

//! Service requests and what is said of them.

use async_trait::async_trait;
use firedamp_core::time::Time;
use sqlx::{QueryBuilder, Row, SqlitePool, sqlite::SqliteRow};

use super::{
    super::{Error, PAGE_MAX, Result, ServiceRequest, ServiceRequestChange, ServiceRequests},
    Sqlite,
    rows::maybe_time,
    tree::push_within,
};

/// Notes of one request.
const NOTES_MAX: i64 = 500;

#[async_trait]
impl ServiceRequests for Sqlite {
    async fn file_request(&self, request: &ServiceRequest) -> Result<i64> {
        let id = sqlx::query_scalar(
            "INSERT INTO service_request (title, description, severity, topic, status, made_by,
             scope, made_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?8, ?8) RETURNING id",
        )
        .bind(&request.title)
        .bind(&request.description)
        .bind(&request.severity)
        .bind(request.topic)
        .bind(&request.status)
        .bind(&request.made_by)
        .bind(&request.scope)
        .bind(request.made_at.millis())
        .fetch_one(&self.writer)
        .await?;
        Ok(id)
    }

    async fn service_requests(
        &self,
        within: Option<&str>,
        limit: u32,
    ) -> Result<Vec<ServiceRequest>> {
        let mut query = QueryBuilder::new("SELECT * FROM service_request WHERE 1 = 1");
        if let Some(party) = within {
            push_within(&mut query, "scope", party);
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(limit.clamp(1, PAGE_MAX));
        let rows = query.build().fetch_all(&self.readers).await?;
        let mut requests = Vec::with_capacity(rows.len());
        for row in &rows {
            requests.push(request(&self.readers, row).await?);
        }
        Ok(requests)
    }

    async fn service_request(&self, id: i64, within: Option<&str>) -> Result<ServiceRequest> {
        let mut query = QueryBuilder::new("SELECT * FROM service_request WHERE id = ");
        query.push_bind(id);
        if let Some(party) = within {
            push_within(&mut query, "scope", party);
        }
        let row = query.build().fetch_optional(&self.readers).await?;
        request(&self.readers, &row.ok_or(Error::Missing("service request"))?).await
    }

    async fn change_request(&self, change: &ServiceRequestChange) -> Result<()> {
        let mut transaction = self.begin().await?;
        let done = sqlx::query(
            "UPDATE service_request SET changed_at = ?1, status = coalesce(?2, status),
             closed_at = CASE coalesce(?2, status) WHEN 'closed' THEN coalesce(closed_at, ?1) END
             WHERE id = ?3",
        )
        .bind(change.at.millis())
        .bind(&change.status)
        .bind(change.id)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Error::Missing("service request"));
        }
        if let Some(note) = &change.note {
            let noted = sqlx::query(
                "INSERT INTO service_request_note (request, number, made_by, made_at, text)
                 SELECT ?1, count(*) + 1, ?2, ?3, ?4 FROM service_request_note
                 WHERE request = ?1 HAVING count(*) < ?5",
            )
            .bind(change.id)
            .bind(&change.by)
            .bind(change.at.millis())
            .bind(note)
            .bind(NOTES_MAX)
            .execute(&mut *transaction)
            .await?;
            if noted.rows_affected() == 0 {
                let why = format!("a service request has {NOTES_MAX} notes at most");
                return Err(Error::Refused(why));
            }
        }
        transaction.commit().await?;
        Ok(())
    }
}

async fn request(pool: &SqlitePool, row: &SqliteRow) -> Result<ServiceRequest> {
    let id = row.try_get("id")?;
    let notes = sqlx::query("SELECT * FROM service_request_note WHERE request = ? ORDER BY number");
    let notes = notes.bind(id).fetch_all(pool).await?;
    let note = |row: &SqliteRow| {
        let at = Time::from_millis(row.try_get("made_at")?);
        Ok((row.try_get("made_by")?, at, row.try_get("text")?))
    };
    Ok(ServiceRequest {
        id,
        title: row.try_get("title")?,
        description: row.try_get("description")?,
        severity: row.try_get("severity")?,
        topic: row.try_get("topic")?,
        status: row.try_get("status")?,
        made_by: row.try_get("made_by")?,
        scope: row.try_get("scope")?,
        made_at: Time::from_millis(row.try_get("made_at")?),
        changed_at: Time::from_millis(row.try_get("changed_at")?),
        closed_at: maybe_time(row.try_get("closed_at")?),
        notes: notes.iter().map(note).collect::<Result<_>>()?,
    })
}

//! What was asked of providers: support and credits.

use firedamp_core::{saying::Saying, time::Time};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::store::{
    Error, REFERENCE_MAX, REQUEST_KINDS, REQUEST_STATES, RequestRow, Result,
    sqlite::cases::append_said,
};

/// Notes what was asked of a provider, or how that ended.
pub(super) async fn note(
    connection: &mut SqliteConnection,
    request: &RequestRow,
    at: Time,
) -> Result<()> {
    if !REQUEST_KINDS.contains(&request.kind.as_str()) {
        return Err(Error::Missing("kind of request"));
    }
    if !REQUEST_STATES.contains(&request.state.as_str()) {
        return Err(Error::Missing("state of a request"));
    }
    let reference = request.reference.trim();
    if reference.chars().count() > REFERENCE_MAX {
        return Err(Error::Refused(format!("a reference has {REFERENCE_MAX} letters at most")));
    }
    must_be_known(connection, request).await?;
    sqlx::query(
        "INSERT INTO request (case_id, kind, state, reference, by, filed_at, changed_at, incident)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7) ON CONFLICT (case_id, incident, kind) DO UPDATE
         SET state = excluded.state, changed_at = excluded.changed_at,
         reference = CASE excluded.reference WHEN '' THEN reference ELSE excluded.reference END",
    )
    .bind(request.case)
    .bind(&request.kind)
    .bind(&request.state)
    .bind(reference)
    .bind(&request.by)
    .bind(at.millis())
    .bind(request.incident.millis())
    .execute(&mut *connection)
    .await?;
    let said = said(request, reference);
    append_said(connection, request.case, at, (&request.by, "request", &said)).await
}

/// Something is asked for in the present incident; of an earlier one the answers may come later.
async fn must_be_known(connection: &mut SqliteConnection, request: &RequestRow) -> Result<()> {
    let query = "SELECT EXISTS (SELECT 1 FROM \"case\" WHERE id = ?1 AND begun_at = ?2)
                 OR EXISTS (SELECT 1 FROM request WHERE case_id = ?1 AND incident = ?2 AND kind = ?3)";
    let query = sqlx::query_scalar(query).bind(request.case).bind(request.incident.millis());
    let is_known: bool = query.bind(&request.kind).fetch_one(connection).await?;
    if is_known { Ok(()) } else { Err(Error::Missing("incident with such a request")) }
}

fn said(request: &RequestRow, reference: &str) -> Saying {
    let state = match request.state.as_str() {
        "asked" => "log-request.asked",
        "failed" => "log-request.failed",
        "filed" => "log-request.filed",
        "answered" => "log-request.answered",
        "granted" => "log-request.granted",
        "refused" => "log-request.refused",
        _ => "log-request.withdrawn",
    };
    let is_credit = request.kind == "credit";
    let kind = if is_credit { "log-request.credit" } else { "log-request.report" };
    let reference = if reference.is_empty() { String::new() } else { format!(" {reference}") };
    Saying::of("log-request")
        .say("kind", Saying::of(kind))
        .say("state", Saying::of(state))
        .text("reference", reference)
}

/// A request as it is stored.
pub(super) fn read(row: &SqliteRow) -> Result<RequestRow> {
    Ok(RequestRow {
        case: row.try_get("case_id")?,
        incident: Time::from_millis(row.try_get("incident")?),
        kind: row.try_get("kind")?,
        state: row.try_get("state")?,
        reference: row.try_get("reference")?,
        by: row.try_get("by")?,
        filed_at: Time::from_millis(row.try_get("filed_at")?),
    })
}

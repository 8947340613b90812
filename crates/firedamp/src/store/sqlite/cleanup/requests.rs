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
    sqlx::query(
        "INSERT INTO request (case_id, kind, state, reference, by, filed_at, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT (case_id, kind) DO UPDATE SET
         state = excluded.state, changed_at = excluded.changed_at,
         reference = CASE excluded.reference WHEN '' THEN reference ELSE excluded.reference END",
    )
    .bind(request.case)
    .bind(&request.kind)
    .bind(&request.state)
    .bind(reference)
    .bind(&request.by)
    .bind(at.millis())
    .execute(&mut *connection)
    .await?;
    let said = said(request, reference);
    append_said(connection, request.case, at, (&request.by, "request", &said)).await
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
        kind: row.try_get("kind")?,
        state: row.try_get("state")?,
        reference: row.try_get("reference")?,
        by: row.try_get("by")?,
        filed_at: Time::from_millis(row.try_get("filed_at")?),
    })
}

//! What was asked of providers: support and credits.

use firedamp_core::{compensation, saying::Saying, time::Time};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::store::{
    COMMENT_MAX, Error, REFERENCE_MAX, REQUEST_KINDS, REQUEST_STATES, RequestRow, Result,
    sqlite::cases::{append_said, some},
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
    let why = must_have_rule(connection, request).await?;
    sqlx::query(
        "INSERT INTO request
         (case_id, kind, state, reference, by, filed_at, changed_at, incident, why)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8) ON CONFLICT (case_id, incident, kind) DO UPDATE
         SET state = excluded.state, changed_at = excluded.changed_at,
         reference = CASE excluded.reference WHEN '' THEN reference ELSE excluded.reference END,
         why = CASE excluded.why WHEN '' THEN why ELSE excluded.why END",
    )
    .bind(request.case)
    .bind(&request.kind)
    .bind(&request.state)
    .bind(reference)
    .bind(&request.by)
    .bind(at.millis())
    .bind(request.incident.millis())
    .bind(&why)
    .execute(&mut *connection)
    .await?;
    let said = said(request, reference, &why);
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

/// Why a credit is asked for of a provider of whom no rule is known, which somebody has to say once;
/// nothing where a rule is known, or another request is meant.
async fn must_have_rule(connection: &mut SqliteConnection, request: &RequestRow) -> Result<String> {
    let query = "SELECT provider FROM \"case\" WHERE id = ?";
    let provider: String =
        sqlx::query_scalar(query).bind(request.case).fetch_one(&mut *connection).await?;
    let has_rule = compensation::rules().iter().any(|rule| rule.provider == provider);
    if has_rule || request.kind != "credit" {
        return Ok(String::new());
    }
    if !request.why.trim().is_empty() {
        return some(&request.why, COMMENT_MAX, "a reason");
    }
    let query = "SELECT EXISTS (SELECT 1 FROM request
                 WHERE case_id = ? AND incident = ? AND kind = 'credit')";
    let query = sqlx::query_scalar(query).bind(request.case).bind(request.incident.millis());
    let is_asked: bool = query.fetch_one(connection).await?;
    if is_asked {
        return Ok(String::new());
    }
    Err(Error::Refused(
        "no rule is known by which this provider gives money back; say why a credit is asked for \
         all the same"
            .to_string(),
    ))
}

fn said(request: &RequestRow, reference: &str, why: &str) -> Saying {
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
    let said = match why {
        "" => Saying::of("log-request"),
        why => Saying::of("log-request.without-rule").text("why", why),
    };
    said.say("kind", Saying::of(kind)).say("state", Saying::of(state)).text("reference", reference)
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
        why: row.try_get("why")?,
    })
}

//! Clean-ups as they are stored.

use firedamp_core::time::Time;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::super::rows::read_json;
use crate::store::{Cleanup, Error, FormerNote, Progress, Result, StepNote};

/// One of them, without its steps.
pub(super) async fn one(connection: &mut SqliteConnection, id: i64) -> Result<Cleanup> {
    let row = sqlx::query("SELECT * FROM cleanup WHERE id = ?").bind(id);
    let row = row.fetch_optional(connection).await?.ok_or(Error::Missing("clean-up"))?;
    cleanup(&row)
}

/// The clean-ups of a case, newest first.
pub(in super::super) async fn of_case(
    connection: &mut SqliteConnection,
    case: i64,
) -> Result<Vec<Cleanup>> {
    let query = "SELECT * FROM cleanup WHERE case_id = ? ORDER BY id DESC";
    let rows = sqlx::query(query).bind(case).fetch_all(&mut *connection).await?;
    whole(connection, rows).await
}

/// Clean-ups with how their steps went, and how it was before.
pub(super) async fn whole(
    connection: &mut SqliteConnection,
    rows: Vec<SqliteRow>,
) -> Result<Vec<Cleanup>> {
    let mut cleanups: Vec<Cleanup> = rows.iter().map(cleanup).collect::<Result<_>>()?;
    for known in &mut cleanups {
        let query = "SELECT * FROM cleanup_step WHERE cleanup_id = ? ORDER BY is_dry DESC, number";
        let steps = sqlx::query(query).bind(known.id).fetch_all(&mut *connection).await?;
        known.steps = steps.iter().map(step).collect::<Result<_>>()?;
        let query = "SELECT * FROM cleanup_former WHERE cleanup_id = ? ORDER BY number";
        let formers = sqlx::query(query).bind(known.id).fetch_all(&mut *connection).await?;
        known.formers = formers.iter().map(former).collect::<Result<_>>()?;
    }
    Ok(cleanups)
}

fn former(row: &SqliteRow) -> Result<FormerNote> {
    let former: String = row.try_get("former")?;
    Ok(FormerNote { number: row.try_get("number")?, former: read_json(&former)? })
}

fn step(row: &SqliteRow) -> Result<StepNote> {
    Ok(StepNote {
        number: row.try_get("number")?,
        is_dry: row.try_get("is_dry")?,
        state: row.try_get("state")?,
        at: Time::from_millis(row.try_get("at")?),
        answer: row.try_get("answer")?,
    })
}

fn cleanup(row: &SqliteRow) -> Result<Cleanup> {
    let (state, plan): (String, String) = (row.try_get("state")?, row.try_get("plan")?);
    Ok(Cleanup {
        id: row.try_get("id")?,
        case: row.try_get("case_id")?,
        undoes: row.try_get("undoes")?,
        progress: Progress::from_id(&state).unwrap_or(Progress::Stopped),
        plan: read_json(&plan)?,
        digest: row.try_get("digest")?,
        asked_by: row.try_get("asked_by")?,
        asked_at: Time::from_millis(row.try_get("asked_at")?),
        decided_by: row.try_get("decided_by")?,
        why: row.try_get("why")?,
        steps: Vec::new(),
        formers: Vec::new(),
    })
}

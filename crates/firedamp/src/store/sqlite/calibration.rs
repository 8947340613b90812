//! Calibrations, and which one the desk judges by.

use async_trait::async_trait;
use firedamp_core::time::Time;
use serde_json::Value;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    super::{By, CalibrationRow, CalibrationStanding, Calibrations, Error, Result},
    Sqlite,
    rows::{maybe_time, read_json},
};

#[async_trait]
impl Calibrations for Sqlite {
    async fn ask_calibration(&self, scale: f64, basis: &Value, by: &By) -> Result<i64> {
        writing!(self, |connection| ask(connection, scale, basis, by).await?)
    }

    async fn calibrations(&self, limit: u32) -> Result<Vec<CalibrationRow>> {
        let query = "SELECT * FROM calibration ORDER BY id DESC LIMIT ?";
        let rows = sqlx::query(query).bind(limit).fetch_all(&self.readers).await?;
        rows.iter().map(calibration).collect()
    }

    async fn tried_calibration(&self, id: i64, tried: &Value, at: Time) -> Result<()> {
        writing!(self, |connection| {
            sqlx::query(
                "UPDATE calibration SET standing = 'tried', tried = ?, tried_at = ?
                 WHERE id = ? AND standing = 'asked'",
            )
            .bind(tried.to_string())
            .bind(at.millis())
            .bind(id)
            .execute(connection)
            .await?;
        })
    }

    async fn switch_calibration(&self, id: i64, on: bool, by: &By) -> Result<()> {
        writing!(self, |connection| switch(connection, id, on, by).await?)
    }

    async fn use_calibration(&self, id: Option<i64>) -> Result<()> {
        writing!(self, |connection| {
            sqlx::query("UPDATE calibration SET in_use = (id IS ?1) WHERE in_use <> (id IS ?1)")
                .bind(id)
                .execute(connection)
                .await?;
        })
    }
}

async fn ask(connection: &mut SqliteConnection, scale: f64, basis: &Value, by: &By) -> Result<i64> {
    let waits: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM calibration WHERE standing = 'asked')")
            .fetch_one(&mut *connection)
            .await?;
    if waits {
        return Err(Error::Refused("another one is being tried".to_string()));
    }
    let id = sqlx::query_scalar(
        "INSERT INTO calibration (scale, standing, basis, asked_by, asked_at)
         VALUES (?, 'asked', ?, ?, ?) RETURNING id",
    );
    let id = id.bind(scale).bind(basis.to_string()).bind(&by.who).bind(by.at.millis());
    Ok(id.fetch_one(connection).await?)
}

async fn switch(connection: &mut SqliteConnection, id: i64, on: bool, by: &By) -> Result<()> {
    let was: Option<String> = sqlx::query_scalar("SELECT standing FROM calibration WHERE id = ?")
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
    let was = was.ok_or(Error::Missing("calibration"))?;
    let next = match (was.as_str(), on) {
        ("tried" | "off", true) => "on",
        ("on", false) => "off",
        _ => {
            let wanted = if on { "on" } else { "off" };
            return Err(Error::Refused(format!("it is {was}; it can't be switched {wanted}")));
        }
    };
    // The one that was on makes room.
    for (id, standing) in [(None, "off"), (Some(id), next)] {
        sqlx::query(
            "UPDATE calibration SET standing = ?1, decided_by = ?2, decided_at = ?3
             WHERE id = ?4 OR (?4 IS NULL AND standing = 'on')",
        )
        .bind(standing)
        .bind(&by.who)
        .bind(by.at.millis())
        .bind(id)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

fn calibration(row: &SqliteRow) -> Result<CalibrationRow> {
    let (standing, basis): (String, String) = (row.try_get("standing")?, row.try_get("basis")?);
    let tried: Option<String> = row.try_get("tried")?;
    Ok(CalibrationRow {
        id: row.try_get("id")?,
        scale: row.try_get("scale")?,
        standing: CalibrationStanding::from_id(&standing).unwrap_or(CalibrationStanding::Off),
        basis: read_json(&basis)?,
        asked_by: row.try_get("asked_by")?,
        asked_at: Time::from_millis(row.try_get("asked_at")?),
        tried: tried.as_deref().map(read_json).transpose()?,
        decided_by: row.try_get("decided_by")?,
        decided_at: maybe_time(row.try_get("decided_at")?),
        in_use: row.try_get("in_use")?,
    })
}

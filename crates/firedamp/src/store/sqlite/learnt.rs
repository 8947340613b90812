//! Indicators that alerts taught us, with how often and until when.

use std::collections::BTreeSet;

use async_trait::async_trait;
use firedamp_core::{id::Account, saying::Saying, time::Time};
use serde_json::Value;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    super::{Error, Learnt, LearntDecision, LearntRow, LearntStanding, Result},
    Sqlite, cases,
    rows::{counted, maybe_time},
};

/// Names that wait or are used at the same time; what comes after them is not proposed.
const NAMES_MAX: i64 = 10_000;
/// Names of one case's alerts.
const NAMES_OF_CASE_MAX: usize = 100;
/// Cases that are told of a withdrawal, and accounts that are judged anew for it.
const MET_MAX: u32 = 10_000;

#[async_trait]
impl Learnt for Sqlite {
    async fn propose_learnt(&self, account: &str, names: &[String], at: Time) -> Result<()> {
        writing!(self, |connection| {
            for name in names.iter().take(NAMES_OF_CASE_MAX) {
                note(connection, account, name, at).await?;
            }
        })
    }

    async fn learnt(&self, limit: u32) -> Result<Vec<LearntRow>> {
        let rows = sqlx::query(
            "SELECT learnt.*, (SELECT count(*) FROM learnt_from WHERE learnt = id) AS accounts
             FROM learnt ORDER BY standing = 'proposed' DESC, last_at DESC, id LIMIT ?",
        );
        let rows = rows.bind(limit).fetch_all(&self.readers).await?;
        rows.iter().map(learnt).collect()
    }

    async fn decide_learnt(&self, decision: &LearntDecision) -> Result<()> {
        writing!(self, |connection| decide(connection, decision).await?)
    }

    async fn approved(&self, at: Time) -> Result<BTreeSet<String>> {
        let query = "SELECT name FROM learnt WHERE standing = 'approved' AND until > ?";
        let names = sqlx::query_scalar(query).bind(at.millis()).fetch_all(&self.readers);
        Ok(names.await?.into_iter().collect())
    }

    async fn in_use(&self) -> Result<BTreeSet<String>> {
        let names = sqlx::query_scalar("SELECT name FROM learnt WHERE in_use = 1");
        Ok(names.fetch_all(&self.readers).await?.into_iter().collect())
    }

    async fn use_learnt(&self, names: &BTreeSet<String>) -> Result<()> {
        writing!(self, |connection| {
            sqlx::query(
                "UPDATE learnt SET in_use = name IN (SELECT value FROM json_each(?1))
                 WHERE in_use <> (name IN (SELECT value FROM json_each(?1)))",
            )
            .bind(list(names))
            .execute(connection)
            .await?;
        })
    }

    async fn accounts_that_met(&self, names: &BTreeSet<String>) -> Result<Vec<Account>> {
        let accounts: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT account FROM mark JOIN \"case\" ON \"case\".id = case_id
             WHERE kind IN ('name', 'remote') AND value IN (SELECT value FROM json_each(?))
             ORDER BY account LIMIT ?",
        )
        .bind(list(names))
        .bind(MET_MAX)
        .fetch_all(&self.readers)
        .await?;
        Ok(accounts.iter().filter_map(|account| Account::parse(account)).collect())
    }
}

fn list(names: &BTreeSet<String>) -> String {
    Value::from_iter(names.iter().cloned()).to_string()
}

async fn note(
    connection: &mut SqliteConnection,
    account: &str,
    name: &str,
    at: Time,
) -> Result<()> {
    let id: Option<i64> = sqlx::query_scalar(
        "INSERT INTO learnt (name, standing, first_at, last_at)
         SELECT ?1, 'proposed', ?2, ?2 WHERE (SELECT count(*) FROM learnt) < ?3
             OR EXISTS (SELECT 1 FROM learnt WHERE name = ?1)
         ON CONFLICT (name) DO UPDATE SET last_at = max(last_at, excluded.last_at) RETURNING id",
    )
    .bind(name)
    .bind(at.millis())
    .bind(NAMES_MAX)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(id) = id {
        let query =
            "INSERT INTO learnt_from (learnt, account) VALUES (?, ?) ON CONFLICT DO NOTHING";
        sqlx::query(query).bind(id).bind(account).execute(connection).await?;
    }
    Ok(())
}

async fn decide(connection: &mut SqliteConnection, decision: &LearntDecision) -> Result<()> {
    let row = sqlx::query("SELECT name, standing FROM learnt WHERE id = ?")
        .bind(decision.id)
        .fetch_optional(&mut *connection)
        .await?
        .ok_or(Error::Missing("learnt indicator"))?;
    let (name, was): (String, String) = (row.try_get("name")?, row.try_get("standing")?);
    let (id, next) = (decision.standing.id(), decision.standing);
    if !LearntStanding::from_id(&was).is_some_and(|was| was.may_become(next)) {
        return Err(Error::Refused(format!("it is {was}; it can't become {id}")));
    }
    let until = decision.until.filter(|_| next == LearntStanding::Approved);
    sqlx::query(
        "UPDATE learnt SET standing = ?, decided_by = ?, decided_at = ?, until = ? WHERE id = ?",
    )
    .bind(id)
    .bind(&decision.by)
    .bind(decision.at.millis())
    .bind(until.map(Time::millis))
    .bind(decision.id)
    .execute(&mut *connection)
    .await?;
    if next == LearntStanding::Withdrawn { tell(connection, decision, &name).await } else { Ok(()) }
}

/// Tells the cases that it spoke in, and of which it was not learnt.
async fn tell(
    connection: &mut SqliteConnection,
    decision: &LearntDecision,
    name: &str,
) -> Result<()> {
    let told: Vec<i64> = sqlx::query_scalar(
        "SELECT DISTINCT case_id FROM mark JOIN \"case\" ON \"case\".id = case_id
         WHERE kind IN ('name', 'remote') AND value = ?1 AND account NOT IN
             (SELECT account FROM learnt_from WHERE learnt = ?2) ORDER BY case_id LIMIT ?3",
    )
    .bind(name)
    .bind(decision.id)
    .bind(MET_MAX)
    .fetch_all(&mut *connection)
    .await?;
    let said = Saying::of("log-withdrawn").text("name", name);
    for case in told {
        let what = (decision.by.as_str(), "indicator", &said);
        cases::append_said(connection, case, decision.at, what).await?;
    }
    Ok(())
}

fn learnt(row: &SqliteRow) -> Result<LearntRow> {
    let standing: String = row.try_get("standing")?;
    Ok(LearntRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        standing: LearntStanding::from_id(&standing).unwrap_or(LearntStanding::Proposed),
        accounts: counted(row.try_get("accounts")?),
        first_at: Time::from_millis(row.try_get("first_at")?),
        last_at: Time::from_millis(row.try_get("last_at")?),
        decided_by: row.try_get("decided_by")?,
        decided_at: maybe_time(row.try_get("decided_at")?),
        until: maybe_time(row.try_get("until")?),
        in_use: row.try_get("in_use")?,
    })
}

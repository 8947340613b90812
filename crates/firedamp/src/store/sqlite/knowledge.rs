//! What sources say of customers, in the database.

use firedamp_core::time::Time;
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::super::{Error, Fact, Result, Topic};

pub(super) async fn learn(
    connection: &mut SqliteConnection,
    subject: Topic,
    facts: &[Fact],
) -> Result<u64> {
    let mut new = 0;
    for fact in facts {
        if !is_known(connection, &fact.party).await? {
            return Err(Error::Refused(format!("there is no customer `{}`", fact.party)));
        }
        let done = sqlx::query(
            "INSERT INTO fact (subject, party, account, part, source, value, observed_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET value = excluded.value, observed_at = excluded.observed_at
             WHERE excluded.observed_at > observed_at",
        )
        .bind(subject.id())
        .bind(&fact.party)
        .bind(fact.account.as_deref().unwrap_or_default())
        .bind(&fact.part)
        .bind(&fact.source)
        .bind(&fact.value)
        .bind(fact.observed_at.millis())
        .execute(&mut *connection)
        .await?;
        new += done.rows_affected();
    }
    Ok(new)
}

async fn is_known(connection: &mut SqliteConnection, party: &str) -> Result<bool> {
    let is_known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM party WHERE id = ?)")
        .bind(party)
        .fetch_one(connection)
        .await?;
    Ok(is_known)
}

pub(super) async fn strangers(pool: &SqlitePool, parties: &[String]) -> Result<Vec<String>> {
    let mut connection = pool.acquire().await?;
    let mut strangers = Vec::new();
    for party in parties {
        if !is_known(&mut connection, party).await? {
            strangers.push(party.clone());
        }
    }
    Ok(strangers)
}

pub(super) async fn known(pool: &SqlitePool, subject: Topic, party: &str) -> Result<Vec<Fact>> {
    let query = "SELECT * FROM fact WHERE subject = ? AND party = ?
        ORDER BY account, part, observed_at DESC, source";
    let rows = sqlx::query(query).bind(subject.id()).bind(party).fetch_all(pool).await?;
    rows.iter().map(fact).collect()
}

pub(super) fn fact(row: &SqliteRow) -> Result<Fact> {
    let account: String = row.try_get("account")?;
    Ok(Fact {
        party: row.try_get("party")?,
        account: Some(account).filter(|account| !account.is_empty()),
        part: row.try_get("part")?,
        value: row.try_get("value")?,
        source: row.try_get("source")?,
        observed_at: Time::from_millis(row.try_get("observed_at")?),
    })
}

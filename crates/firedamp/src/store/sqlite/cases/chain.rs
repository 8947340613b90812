//! What happened to cases, each entry chained to the one before it.

use firedamp_core::{saying::Saying, time::Time};
use sqlx::{Row, SqlitePool, sqlite::SqliteRow};

use super::{
    super::super::{Entry, Result, broken_at},
    hash,
};

/// Cases that are looked at at once.
const HEADS_MAX: u32 = 1000;

pub(in super::super) async fn activity(pool: &SqlitePool, case: i64) -> Result<Vec<Entry>> {
    let query = "SELECT * FROM activity WHERE case_id = ? ORDER BY number";
    let rows = sqlx::query(query).bind(case).fetch_all(pool).await?;
    rows.iter().map(entry).collect()
}

pub(in super::super) fn entry(row: &SqliteRow) -> Result<Entry> {
    Ok(Entry {
        number: row.try_get("number")?,
        at: Time::from_millis(row.try_get("at")?),
        actor: row.try_get("actor")?,
        kind: row.try_get("kind")?,
        text: row.try_get("text")?,
        said: said(row.try_get("said")?),
        hash: hash(row.try_get("hash")?),
    })
}

/// One that nobody can read any more is none: there is the text.
fn said(json: Option<String>) -> Saying {
    json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

/// Whether every chain holds, up to the entry that its case names as the last.
pub(in super::super) async fn check(pool: &SqlitePool) -> Result<Vec<String>> {
    let mut damage = Vec::new();
    let mut after = i64::MIN;
    loop {
        let heads = heads(pool, after).await?;
        let Some(last) = heads.last() else { return Ok(damage) };
        after = last.try_get("id")?;
        for head in &heads {
            damage.extend(broken(pool, head).await?);
        }
    }
}

/// Where the chains of the next cases end: a few at once, for there may be millions.
async fn heads(pool: &SqlitePool, after: i64) -> Result<Vec<SqliteRow>> {
    let query = "SELECT id, entries, chain FROM \"case\" WHERE id > ? ORDER BY id LIMIT ?";
    Ok(sqlx::query(query).bind(after).bind(HEADS_MAX).fetch_all(pool).await?)
}

/// What is wrong with the chain of a case.
async fn broken(pool: &SqlitePool, head: &SqliteRow) -> Result<Option<String>> {
    let (id, entries): (i64, i64) = (head.try_get("id")?, head.try_get("entries")?);
    let chain = activity(pool, id).await?;
    let last = chain.last().map_or((0, [0; 32]), |entry| (entry.number, entry.hash));
    if let Some(number) = broken_at(id, &chain) {
        let wrong = format!("case {id}: entry {number} of its activity was changed or is gone");
        return Ok(Some(wrong));
    }
    let is_whole = last == (entries, hash(head.try_get("chain")?));
    Ok((!is_whole).then(|| format!("case {id}: its activity does not end where it should")))
}

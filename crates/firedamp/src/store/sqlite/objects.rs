//! Objects, and the states that they gave.

use std::collections::BTreeMap;

use firedamp_core::{
    id::{Account, ObjectId},
    time::Time,
};
use serde_json::{Value, json};
use sqlx::{QueryBuilder, Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    super::{Folded, Object, PAGE_MAX, Result},
    retention,
    rows::{self, counted, maybe_time, read_json, stored},
};

/// States written by one statement.
const ROWS_MAX: usize = 64;

pub(super) async fn versions(pool: &SqlitePool) -> Result<BTreeMap<String, String>> {
    let rows = sqlx::query("SELECT address, version FROM object").fetch_all(pool).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

pub(super) async fn fold(connection: &mut SqliteConnection, folded: &Folded) -> Result<()> {
    let Folded { object, states, newest } = folded;
    let at = object.folded_at.millis();
    // What the object said before may be said no longer: its old accounts are judged anew as well.
    sqlx::query(
        "UPDATE account SET changed = 1 WHERE account IN
         (SELECT account FROM state WHERE address = ?)",
    )
    .bind(&object.address)
    .execute(&mut *connection)
    .await?;
    forget_one(connection, &object.address).await?;
    retention::remember(connection, &object.address).await?;
    insert(connection, object).await?;
    insert_states(connection, &object.address, states).await?;
    // A record that is dated after it arrived would hide for ever how old the others are.
    let newest: BTreeMap<&Account, i64> =
        newest.iter().map(|(account, time)| (account, time.millis().min(at))).collect();
    let accounts: Vec<Value> = states
        .iter()
        .map(|(account, _)| json!([account.to_string(), newest.get(&account)]))
        .collect();
    sqlx::query(
        "INSERT INTO account (account, changed, first_seen, last_seen, newest)
         SELECT value ->> 0, 1, ?2, ?2, value ->> 1 FROM json_each(?1) WHERE true
         ON CONFLICT (account) DO UPDATE SET changed = 1, last_seen = excluded.last_seen,
         newest = max(coalesce(newest, excluded.newest), coalesce(excluded.newest, newest))",
    )
    .bind(Value::from(accounts).to_string())
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Many at once: an object may tell of hundreds of accounts.
async fn insert_states(
    connection: &mut SqliteConnection,
    address: &str,
    states: &[(Account, Vec<u8>)],
) -> Result<()> {
    for some in states.chunks(ROWS_MAX) {
        let mut query = QueryBuilder::new("INSERT INTO state (account, address, state) ");
        query.push_values(some, |mut row, (account, state)| {
            row.push_bind(account.to_string()).push_bind(address.to_string());
            row.push_bind(state.clone());
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

async fn forget_one(connection: &mut SqliteConnection, address: &str) -> Result<()> {
    sqlx::query("DELETE FROM object WHERE address = ?").bind(address).execute(connection).await?;
    Ok(())
}

async fn insert(connection: &mut SqliteConnection, object: &Object) -> Result<()> {
    sqlx::query(
        "INSERT INTO object (address, version, hash, path, bytes, records, rejects, traffic, \
         warning, folded_at, reasons, newest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&object.address)
    .bind(&object.version)
    .bind(object.id.map(|id| id.0.to_vec()))
    .bind(&object.path)
    .bind(stored(object.bytes))
    .bind(stored(object.records))
    .bind(stored(object.rejects))
    .bind(object.has_traffic)
    .bind(&object.warning)
    .bind(object.folded_at.millis())
    .bind((!object.reasons.is_empty()).then(|| rows::json(&object.reasons)))
    .bind(object.newest.map(Time::millis))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn forget(connection: &mut SqliteConnection, before: Time) -> Result<u64> {
    let before = before.millis();
    sqlx::query(
        "UPDATE account SET changed = 1 WHERE account IN (SELECT account FROM state
         JOIN object USING (address) WHERE folded_at < ?)",
    )
    .bind(before)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO forgotten (address, version, path)
         SELECT address, version, path FROM object WHERE folded_at < ?
         ON CONFLICT (address) DO UPDATE SET version = excluded.version",
    )
    .bind(before)
    .execute(&mut *connection)
    .await?;
    let gone = sqlx::query("DELETE FROM object WHERE folded_at < ?")
        .bind(before)
        .execute(connection)
        .await?;
    Ok(gone.rows_affected())
}

/// Names from `?1` on and before `?3` begin with `?2` from now on. Those that are there under both names
/// go; their accounts are judged anew.
const DOUBLES: [&str; 2] = [
    "UPDATE account SET changed = 1 WHERE account IN
     (SELECT account FROM state WHERE address >= ?1 AND address < ?3 AND EXISTS
     (SELECT 1 FROM object WHERE object.address = ?2 || substr(state.address, length(?1) + 1)))",
    "DELETE FROM object WHERE address >= ?1 AND address < ?3 AND EXISTS
     (SELECT 1 FROM object AS other
     WHERE other.address = ?2 || substr(object.address, length(?1) + 1))",
];
const OBJECTS: &str = "UPDATE object SET address = ?2 || substr(address, length(?1) + 1),
     path = CASE path WHEN address THEN ?2 || substr(path, length(?1) + 1) ELSE path END
     WHERE address >= ?1 AND address < ?3";
const FOLLOWERS: [&str; 2] = [
    "UPDATE state SET address = ?2 || substr(address, length(?1) + 1)
     WHERE address >= ?1 AND address < ?3",
    "UPDATE OR REPLACE forgotten SET address = ?2 || substr(address, length(?1) + 1),
     path = CASE path WHEN address THEN ?2 || substr(path, length(?1) + 1) ELSE path END
     WHERE address >= ?1 AND address < ?3",
];

/// Objects of a folder under another name of it, and whatever else has its name; or one object, where no
/// slash ends the name.
pub(super) async fn rename(connection: &mut SqliteConnection, from: &str, to: &str) -> Result<u64> {
    // The byte behind the slash: all names of the folder lie between.
    let folder = from.strip_suffix('/').map(|folder| format!("{folder}0"));
    // And the least that comes after a name that has no more letters.
    let end = folder.unwrap_or_else(|| format!("{from}\u{1}"));
    // States follow their objects within this transaction.
    sqlx::query("PRAGMA defer_foreign_keys = ON").execute(&mut *connection).await?;
    for statement in DOUBLES {
        let query = sqlx::query(statement).bind(from).bind(to).bind(&end);
        query.execute(&mut *connection).await?;
    }
    let renamed = sqlx::query(OBJECTS).bind(from).bind(to).bind(&end);
    let renamed = renamed.execute(&mut *connection).await?.rows_affected();
    for statement in FOLLOWERS {
        let query = sqlx::query(statement).bind(from).bind(to).bind(&end);
        query.execute(&mut *connection).await?;
    }
    sqlx::query("UPDATE OR REPLACE feed SET source = ?2 WHERE source = ?1")
        .bind(from)
        .bind(to)
        .execute(connection)
        .await?;
    Ok(renamed)
}

pub(super) async fn changed_accounts(pool: &SqlitePool) -> Result<Vec<Account>> {
    named(pool, "SELECT account FROM account WHERE changed = 1 ORDER BY account").await
}

pub(super) async fn accounts(pool: &SqlitePool) -> Result<Vec<Account>> {
    // From account to account: an account has thousands of states.
    let query = "WITH RECURSIVE one (account) AS (
                 SELECT min(account) FROM state UNION ALL
                 SELECT (SELECT min(account) FROM state WHERE state.account > one.account)
                 FROM one WHERE one.account IS NOT NULL)
                 SELECT account FROM one WHERE account IS NOT NULL";
    named(pool, query).await
}

async fn named(pool: &SqlitePool, query: &'static str) -> Result<Vec<Account>> {
    let names: Vec<String> = sqlx::query_scalar(query).fetch_all(pool).await?;
    Ok(names.iter().filter_map(|name| Account::parse(name)).collect())
}

pub(super) async fn states(pool: &SqlitePool, account: &Account) -> Result<Vec<Vec<u8>>> {
    let query = "SELECT state FROM state WHERE account = ? ORDER BY address";
    Ok(sqlx::query_scalar(query).bind(account.to_string()).fetch_all(pool).await?)
}

pub(super) async fn count_states(pool: &SqlitePool, account: &Account) -> Result<u64> {
    let query = sqlx::query_scalar("SELECT count(*) FROM state WHERE account = ?");
    Ok(counted(query.bind(account.to_string()).fetch_one(pool).await?))
}

pub(super) async fn by_hash(pool: &SqlitePool, id: ObjectId) -> Result<Option<Object>> {
    let query = "SELECT * FROM object WHERE hash = ? ORDER BY folded_at DESC LIMIT 1";
    let found = sqlx::query(query).bind(id.0.as_slice()).fetch_optional(pool).await?;
    found.as_ref().map(object).transpose()
}

/// From an index of traffic alone, in its order: what is older is not looked at.
const TRAFFIC_AFTER: &str = "SELECT * FROM object INDEXED BY object_traffic WHERE traffic = 1
     AND folded_at >= ?1 AND (folded_at > ?1 OR address > ?2) ORDER BY folded_at, address LIMIT ?3";

pub(super) async fn traffic_after(
    pool: &SqlitePool,
    (folded_at, address): (Time, &str),
    limit: u32,
) -> Result<Vec<Object>> {
    let query = sqlx::query(TRAFFIC_AFTER).bind(folded_at.millis()).bind(address).bind(limit);
    query.fetch_all(pool).await?.iter().map(object).collect()
}

/// From an index of these alone, in its order.
const UNREADABLE: &str = "SELECT * FROM object INDEXED BY object_unreadable
     WHERE (warning IS NOT NULL OR rejects > 0) AND address > ?1 ORDER BY address LIMIT ?2";

pub(super) async fn unreadable(
    pool: &SqlitePool,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Object>> {
    let query = sqlx::query(UNREADABLE).bind(after.unwrap_or_default());
    query.bind(limit.clamp(1, PAGE_MAX)).fetch_all(pool).await?.iter().map(object).collect()
}

/// The same, of the objects that an account has states of.
const UNREADABLE_OF: &str = "SELECT object.* FROM state JOIN object USING (address)
     WHERE state.account = ?1 AND state.address > ?2 AND (warning IS NOT NULL OR rejects > 0)
     ORDER BY state.address LIMIT ?3";

pub(super) async fn unreadable_of(
    pool: &SqlitePool,
    account: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Object>> {
    let query = sqlx::query(UNREADABLE_OF).bind(account).bind(after.unwrap_or_default());
    query.bind(limit.clamp(1, PAGE_MAX)).fetch_all(pool).await?.iter().map(object).collect()
}

pub(super) async fn with_traffic(pool: &SqlitePool, accounts: &[Account]) -> Result<Vec<Object>> {
    let mut found = BTreeMap::new();
    for account in accounts {
        let rows = sqlx::query(
            "SELECT object.* FROM object JOIN state USING (address)
             WHERE traffic = 1 AND account = ?",
        )
        .bind(account.to_string())
        .fetch_all(pool)
        .await?;
        for row in &rows {
            let object = object(row)?;
            found.insert(object.address.clone(), object);
        }
    }
    Ok(found.into_values().collect())
}

fn object(row: &SqliteRow) -> Result<Object> {
    let id: Option<Vec<u8>> = row.try_get("hash")?;
    let reasons: Option<String> = row.try_get("reasons")?;
    Ok(Object {
        address: row.try_get("address")?,
        version: row.try_get("version")?,
        id: id.and_then(|id| id.try_into().ok()).map(ObjectId),
        path: row.try_get("path")?,
        bytes: counted(row.try_get("bytes")?),
        records: counted(row.try_get("records")?),
        rejects: counted(row.try_get("rejects")?),
        reasons: reasons.as_deref().map(read_json).transpose()?.unwrap_or_default(),
        has_traffic: row.try_get("traffic")?,
        warning: row.try_get("warning")?,
        folded_at: Time::from_millis(row.try_get("folded_at")?),
        newest: maybe_time(row.try_get("newest")?),
    })
}

pub(super) async fn judged(connection: &mut SqliteConnection, accounts: &[Account]) -> Result<()> {
    for account in accounts {
        sqlx::query("UPDATE account SET changed = 0 WHERE account = ?")
            .bind(account.to_string())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

pub(super) async fn check(pool: &SqlitePool) -> Result<Vec<String>> {
    // The index of texts notices what others wrote when it is asked something. Until then it would be
    // looked at as it was, and be called damaged.
    let mut look = pool.begin().await?;
    let ask = sqlx::query("SELECT rowid FROM case_text WHERE case_text MATCH 'any' LIMIT 1");
    ask.fetch_optional(&mut *look).await?;
    let look_closely = sqlx::query_scalar("PRAGMA integrity_check");
    let said: Vec<String> = look_closely.fetch_all(&mut *look).await?;
    Ok(said.into_iter().filter(|said| said != "ok").collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_traffic_of_the_last_day_is_read_without_what_is_older_and_unsorted() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = super::super::Sqlite::open(&folder.path().join("desk.db")).await;
        let pool = store.expect("a store").readers;
        let plan = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {TRAFFIC_AFTER}")));
        let plan = plan.bind(1).bind("").bind(9).fetch_all(&pool).await.expect("a plan");
        let steps: Vec<String> = plan.iter().map(|row| row.get("detail")).collect();
        assert_eq!(steps, ["SEARCH object USING INDEX object_traffic (folded_at>?)"]);
    }
}

//! What cases have in common, by an index of what they name.

use std::collections::BTreeMap;

use async_trait::async_trait;
use firedamp_core::id::Provider;
use serde_json::Value;
use sqlx::{QueryBuilder, Row, SqliteConnection, SqlitePool};

use super::{
    super::{
        CaseRow, Filter, Result,
        mark::{Found, Mark, Marks, RELATING, Related, RelatedCase, marks},
    },
    Sqlite, cases,
    rows::read_json,
    tree::push_within,
};

/// Marks of a case that others are looked for by.
const MARKS_ASKED_MAX: u32 = 60;
/// Cases looked at for one mark: what more cases share says little of any of them.
const CASES_OF_MARK_MAX: u32 = 200;
/// After every text that begins so: no text holds this letter.
const LAST: char = '\u{10ffff}';

#[async_trait]
impl Marks for Sqlite {
    async fn related(&self, case: i64, within: Option<&str>, limit: u32) -> Result<Related> {
        let shared = shared(&self.readers, case).await?;
        let all = shared.len();
        let mut seen = Vec::new();
        for (id, shares) in strongest(shared) {
            if let Some(case) = cases::row_of(&self.readers, id, within).await? {
                seen.push(RelatedCase { case, shares });
            }
        }
        let elsewhere = (all - seen.len()) as u64;
        seen.truncate(limit as usize);
        Ok(Related { cases: seen, elsewhere })
    }

    async fn search(&self, text: &str, within: Option<&str>, limit: u32) -> Result<Found> {
        let text = text.trim().to_lowercase();
        Ok(Found {
            cases: by_account(self, &text, within, limit).await?,
            marked: marked(&self.readers, &text, within, limit).await?,
            accounts: accounts(&self.readers, &text, within, limit).await?,
            labels: labels(&self.readers, &text, within, limit).await?,
        })
    }

    async fn mark_some(&self, limit: u32) -> Result<u64> {
        writing!(self, |connection| mark_some(connection, limit).await?)
    }
}

/// Writes what a case is found by, in place of what it was found by before.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    id: i64,
    judgement: &Value,
) -> Result<()> {
    for query in ["DELETE FROM mark WHERE case_id = ?", "DELETE FROM unmarked WHERE case_id = ?"] {
        sqlx::query(query).bind(id).execute(&mut *connection).await?;
    }
    for Mark { kind, value } in marks(judgement) {
        sqlx::query("INSERT INTO mark (kind, value, case_id) VALUES (?, ?, ?)")
            .bind(kind)
            .bind(value)
            .bind(id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn mark_some(connection: &mut SqliteConnection, limit: u32) -> Result<u64> {
    let query = "SELECT case_id, json FROM unmarked JOIN judgement USING (case_id) LIMIT ?";
    let rows = sqlx::query(query).bind(limit).fetch_all(&mut *connection).await?;
    for row in &rows {
        let json = cases::unpacked(&row.try_get::<Vec<u8>, _>("json")?);
        // What is damaged keeps no other from being found.
        let judgement = json.and_then(|json| read_json(&json)).unwrap_or(Value::Null);
        write(connection, row.try_get("case_id")?, &judgement).await?;
    }
    Ok(rows.len() as u64)
}

/// Every other case that names the same as this one, with what it names.
async fn shared(pool: &SqlitePool, case: i64) -> Result<BTreeMap<i64, Vec<Mark>>> {
    let mut query = QueryBuilder::new("SELECT kind, value FROM mark WHERE case_id = ");
    query.push_bind(case).push(" AND kind IN (");
    let mut kinds = query.separated(", ");
    RELATING.iter().for_each(|kind| {
        kinds.push_bind(*kind);
    });
    query.push(") ORDER BY kind, value LIMIT ").push_bind(MARKS_ASKED_MAX);
    let own = query.build().fetch_all(pool).await?;
    let mut shared: BTreeMap<i64, Vec<Mark>> = BTreeMap::new();
    for row in own {
        let mark = Mark { kind: row.try_get("kind")?, value: row.try_get("value")? };
        let cases: Vec<i64> = sqlx::query_scalar(
            "SELECT case_id FROM mark WHERE kind = ? AND value = ? AND case_id <> ? LIMIT ?",
        )
        .bind(&mark.kind)
        .bind(&mark.value)
        .bind(case)
        .bind(CASES_OF_MARK_MAX)
        .fetch_all(pool)
        .await?;
        for case in cases {
            shared.entry(case).or_default().push(mark.clone());
        }
    }
    Ok(shared)
}

/// Those that share the most first.
fn strongest(shared: BTreeMap<i64, Vec<Mark>>) -> Vec<(i64, Vec<Mark>)> {
    let mut cases: Vec<(i64, Vec<Mark>)> = shared.into_iter().collect();
    cases.sort_by_key(|(id, shares)| (std::cmp::Reverse(shares.len()), *id));
    cases.truncate(CASES_OF_MARK_MAX as usize);
    cases
}

/// An account may be named with its cloud or without.
fn beginnings(text: &str) -> Vec<String> {
    match text.contains(':') {
        true => vec![text.to_string()],
        false => Provider::ALL.iter().map(|provider| format!("{provider}:{text}")).collect(),
    }
}

async fn by_account(
    store: &Sqlite,
    text: &str,
    within: Option<&str>,
    limit: u32,
) -> Result<Vec<CaseRow>> {
    let number = text.strip_prefix("case ").unwrap_or(text).trim_start_matches('#');
    if let Ok(id) = number.parse::<i64>()
        && let Some(case) = cases::row_of(&store.readers, id, within).await?
    {
        return Ok(vec![case]);
    }
    let within = within.map(str::to_string);
    let filter = Filter { account_begins: beginnings(text), within, limit, ..Filter::default() };
    cases::list(&store.readers, &filter).await
}

async fn marked(
    pool: &SqlitePool,
    text: &str,
    within: Option<&str>,
    limit: u32,
) -> Result<Vec<RelatedCase>> {
    let kinds = ["clock", "name", "origin", "pool", "principal", "remote", "resource", "wallet"];
    let mut found: BTreeMap<i64, Vec<Mark>> = BTreeMap::new();
    for kind in kinds {
        let mut query = QueryBuilder::new("SELECT value, case_id FROM mark");
        if within.is_some() {
            query.push(" JOIN \"case\" ON \"case\".id = case_id");
            query.push(" JOIN owner ON owner.account = \"case\".account");
        }
        query.push(" WHERE kind = ").push_bind(kind).push(" AND value >= ");
        query.push_bind(text.to_string()).push(" AND value < ").push_bind(format!("{text}{LAST}"));
        if let Some(party) = within {
            push_within(&mut query, "owner.party", party);
        }
        query.push(" ORDER BY value, case_id LIMIT ").push_bind(limit);
        for row in query.build().fetch_all(pool).await? {
            let mark = Mark { kind: kind.to_string(), value: row.try_get("value")? };
            found.entry(row.try_get("case_id")?).or_default().push(mark);
        }
    }
    let mut cases = Vec::new();
    for (id, shares) in found.into_iter().take(limit as usize) {
        if let Some(case) = cases::row_of(pool, id, within).await? {
            cases.push(RelatedCase { case, shares });
        }
    }
    Ok(cases)
}

/// Accounts that telemetry named or a customer has.
async fn accounts(
    pool: &SqlitePool,
    text: &str,
    within: Option<&str>,
    limit: u32,
) -> Result<Vec<String>> {
    let mut found = std::collections::BTreeSet::new();
    let tables = if within.is_some() { &["owner"][..] } else { &["account", "owner"] };
    for (table, from) in
        tables.iter().flat_map(|table| beginnings(text).into_iter().map(move |from| (*table, from)))
    {
        let mut query = QueryBuilder::new("SELECT account FROM ");
        query.push(table).push(" WHERE account >= ").push_bind(from.clone());
        query.push(" AND account < ").push_bind(format!("{from}{LAST}"));
        if let Some(party) = within {
            push_within(&mut query, "party", party);
        }
        query.push(" ORDER BY account LIMIT ").push_bind(limit);
        found.extend(query.build_query_scalar::<String>().fetch_all(pool).await?);
    }
    Ok(found.into_iter().take(limit as usize).collect())
}

async fn labels(
    pool: &SqlitePool,
    text: &str,
    within: Option<&str>,
    limit: u32,
) -> Result<Vec<String>> {
    let mut query = QueryBuilder::new("SELECT DISTINCT label FROM label");
    if within.is_some() {
        query.push(" JOIN \"case\" ON \"case\".id = case_id");
        query.push(" JOIN owner ON owner.account = \"case\".account");
    }
    query.push(" WHERE label COLLATE NOCASE >= ").push_bind(text.to_string());
    query.push(" AND label COLLATE NOCASE < ").push_bind(format!("{text}{LAST}"));
    if let Some(party) = within {
        push_within(&mut query, "owner.party", party);
    }
    query.push(" ORDER BY label LIMIT ").push_bind(limit);
    Ok(query.build_query_scalar().fetch_all(pool).await?)
}

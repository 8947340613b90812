//! How much there is of everything. Triggers keep the numbers beside what they count, in the same
//! transactions; `check` counts for itself.

use std::collections::BTreeMap;

use sqlx::{QueryBuilder, Row, SqlitePool};

use super::{
    super::{Result, Totals},
    rows::counted,
    tree::push_within,
};

/// Of everything.
pub(super) async fn of_all(pool: &SqlitePool) -> Result<Totals> {
    let rows = sqlx::query("SELECT name, value FROM total").fetch_all(pool).await?;
    let mut kept = BTreeMap::new();
    for row in &rows {
        kept.insert(row.try_get::<String, _>(0)?, counted(row.try_get(1)?));
    }
    let one = |name: &str| kept.get(name).copied().unwrap_or_default();
    Ok(Totals {
        objects: one("objects"),
        records: one("records"),
        rejects: one("rejects"),
        warnings: one("warnings"),
        accounts: one("accounts"),
        open_cases: one("open_cases"),
        unread_notices: one("unread_notices"),
        dead_deliveries: one("dead_deliveries"),
    })
}

/// Of what `party` and all below it answer for.
pub(super) async fn within(pool: &SqlitePool, party: &str) -> Result<Totals> {
    let mut query = QueryBuilder::new(
        "SELECT coalesce(sum(accounts), 0), coalesce(sum(open_cases), 0),
         coalesce(sum(unread_notices), 0) FROM party_total WHERE 1 = 1",
    );
    push_within(&mut query, "party", party);
    let row = query.build().fetch_one(pool).await?;
    let count = |at: usize| Ok::<_, sqlx::Error>(counted(row.try_get(at)?));
    Ok(Totals {
        accounts: count(0)?,
        open_cases: count(1)?,
        unread_notices: count(2)?,
        ..Totals::default()
    })
}

/// Numbers that are not what counting gives.
const WRONG: &str = "WITH counted (name, value) AS (
    SELECT 'objects', count(*) FROM object
    UNION ALL SELECT 'records', coalesce(sum(records), 0) FROM object
    UNION ALL SELECT 'rejects', coalesce(sum(rejects), 0) FROM object
    UNION ALL SELECT 'warnings', count(warning) FROM object
    UNION ALL SELECT 'accounts', count(*) FROM account
    UNION ALL SELECT 'cases', count(*) FROM \"case\"
    UNION ALL SELECT 'open_cases', count(*) FROM \"case\" WHERE status <> 'resolved'
    UNION ALL SELECT 'unread_notices', count(*) FROM notice WHERE read_at IS NULL
    UNION ALL SELECT 'dead_deliveries', count(*) FROM delivery WHERE state = 'dead')
SELECT name, total.value, counted.value FROM counted LEFT JOIN total USING (name)
WHERE total.value IS NOT counted.value
UNION ALL
SELECT 'open_cases of ' || party, party_total.open_cases, counted.open_cases
FROM (SELECT party, sum(open_cases) AS open_cases, sum(unread_notices) AS unread, count(*) AS own,
    sum(cases) AS cases FROM account_total GROUP BY party) AS counted
LEFT JOIN party_total USING (party)
WHERE (party_total.open_cases, unread_notices, accounts, party_total.cases)
    IS NOT (counted.open_cases, unread, own, counted.cases)
UNION ALL
SELECT 'cases listed below another owner than theirs', count(*), 0
FROM \"case\" LEFT JOIN owner USING (account) WHERE owned_by IS NOT owner.party HAVING count(*) > 0";

/// One sentence for each number that is wrong.
pub(super) async fn check(pool: &SqlitePool) -> Result<Vec<String>> {
    let rows = sqlx::query(WRONG).fetch_all(pool).await?;
    let sentence = |row: &sqlx::sqlite::SqliteRow| {
        let name: String = row.try_get(0)?;
        let (kept, counted): (Option<i64>, i64) = (row.try_get(1)?, row.try_get(2)?);
        Ok(format!("the total {name} is {} and should be {counted}", kept.unwrap_or_default()))
    };
    rows.iter().map(sentence).collect()
}

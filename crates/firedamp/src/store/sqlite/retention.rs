//! What is old enough to be forgotten, some of it in each transaction: whoever writes besides does not
//! wait for the rest.

use std::collections::BTreeMap;

use async_trait::async_trait;
use firedamp_core::time::Time;
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    super::{Forgotten, Result, retention::Retention},
    Sqlite,
};
use crate::retention::Kind;

/// Numbers are given in turn, so the newest stays: its number would be given a second time.
const DELIVERIES: &str = "DELETE FROM delivery WHERE id IN (SELECT delivery.id FROM notice
    JOIN delivery ON notice_id = notice.id WHERE asked_at < ?1 AND state IN ('delivered', 'dead')
    AND delivery.id < (SELECT max(id) FROM delivery) LIMIT ?2)";
/// What was read and belongs to no open case. The last numbered one of a case stays: the next one's
/// key counts on from it.
const NOTICES: &str = "DELETE FROM notice WHERE id IN (SELECT id FROM notice
    WHERE asked_at < ?1 AND read_at IS NOT NULL AND id < (SELECT max(id) FROM notice)
    AND coalesce((SELECT status FROM \"case\" WHERE id = notice.case_id), 'resolved') = 'resolved'
    AND NOT EXISTS (SELECT 1 FROM delivery WHERE notice_id = notice.id AND state = 'waiting')
    AND id IS NOT (SELECT max(id) FROM notice AS other WHERE other.case_id = notice.case_id
        AND other.key GLOB 'case-*-[0-9]*') LIMIT ?2)";
/// Resolved, with nothing under way, and without any evidence since.
const CASES: &str = "SELECT id FROM \"case\" WHERE status = 'resolved' AND changed_at < ?1
    AND last_observed < ?1 AND id < (SELECT max(id) FROM \"case\")
    AND NOT EXISTS (SELECT 1 FROM cleanup WHERE case_id = \"case\".id
        AND state IN ('asked', 'tried', 'approved'))
    AND NOT EXISTS (SELECT 1 FROM contact WHERE case_id = \"case\".id AND state = 'sending')
    LIMIT ?2";
const FEEDS: &str = "DELETE FROM feed WHERE (source, account) IN
    (SELECT source, account FROM feed WHERE heard_at < ?1 LIMIT ?2)";
const SERVICE_REQUESTS: &str = "DELETE FROM service_request WHERE id IN (SELECT id
    FROM service_request WHERE closed_at < ?1
    AND id < (SELECT max(id) FROM service_request) LIMIT ?2)";
const SOURCES: &str = "DELETE FROM source WHERE address IN
    (SELECT address FROM source WHERE asked_at < ?1 LIMIT ?2)";
const WEBHOOK_TESTS: &str = "DELETE FROM webhook_test WHERE correlation IN
    (SELECT correlation FROM webhook_test WHERE sent_at < ?1 LIMIT ?2)";

#[async_trait]
impl Retention for Sqlite {
    async fn forget(&self, kind: Kind, before: Time, limit: u32) -> Result<u64> {
        let query = match kind {
            Kind::Cases => return self.forget_cases(before, limit).await,
            Kind::Deliveries => DELIVERIES,
            Kind::Feeds => FEEDS,
            Kind::Notices => NOTICES,
            Kind::ServiceRequests => SERVICE_REQUESTS,
            Kind::Sources => SOURCES,
            Kind::WebhookTests => WEBHOOK_TESTS,
            Kind::Objects | Kind::Pushed | Kind::Spool => return Ok(0),
        };
        writing!(self, |connection| {
            let done = sqlx::query(query).bind(before.millis()).bind(limit);
            done.execute(connection).await?.rows_affected()
        })
    }

    async fn forgotten(&self) -> Result<Vec<Forgotten>> {
        let rows = sqlx::query("SELECT * FROM forgotten").fetch_all(&self.readers).await?;
        let forgotten = |row: &SqliteRow| {
            Ok(Forgotten {
                address: row.try_get("address")?,
                version: row.try_get("version")?,
                path: row.try_get("path")?,
            })
        };
        rows.iter().map(forgotten).collect()
    }

    async fn forgotten_of(&self, addresses: &[String]) -> Result<BTreeMap<String, String>> {
        let list = serde_json::Value::from(addresses).to_string();
        let query = "SELECT address, version FROM forgotten
            WHERE address IN (SELECT value FROM json_each(?))";
        let rows = sqlx::query(query).bind(list).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    async fn drop_forgotten(&self, addresses: &[String]) -> Result<()> {
        writing!(self, |connection| {
            for address in addresses {
                remember(connection, address).await?;
            }
        })
    }
}

/// An object is here again, or nowhere.
pub(super) async fn remember(connection: &mut SqliteConnection, address: &str) -> Result<()> {
    let query = sqlx::query("DELETE FROM forgotten WHERE address = ?").bind(address);
    query.execute(connection).await?;
    Ok(())
}

impl Sqlite {
    async fn forget_cases(&self, before: Time, limit: u32) -> Result<u64> {
        let old = old_cases(&self.readers, before, limit).await?;
        if old.is_empty() {
            return Ok(0);
        }
        writing!(self, |connection| {
            let mut gone = 0;
            for id in old {
                // Somebody may have taken it up since it was found.
                gone += u64::from(forget_case(connection, id, before).await?);
            }
            gone
        })
    }
}

async fn old_cases(pool: &SqlitePool, before: Time, limit: u32) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar(CASES).bind(before.millis()).bind(limit).fetch_all(pool).await?)
}

/// A case goes with its whole activity: of a chain that is cut, nobody could say who cut it.
async fn forget_case(connection: &mut SqliteConnection, id: i64, before: Time) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM \"case\" WHERE id = ? AND status = 'resolved'
                 AND changed_at < ?)";
    let is_old = sqlx::query_scalar(query).bind(id).bind(before.millis());
    if !is_old.fetch_one(&mut *connection).await? {
        return Ok(false);
    }
    for query in ["DELETE FROM activity WHERE case_id = ?", "DELETE FROM \"case\" WHERE id = ?"] {
        sqlx::query(query).bind(id).execute(&mut *connection).await?;
    }
    Ok(true)
}

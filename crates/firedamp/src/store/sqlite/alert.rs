//! Alerts: conditions become SQL with every value bound, and every name from this file.

use async_trait::async_trait;
use firedamp_core::{
    id::{AccountRef, Provider},
    time::Time,
};
use sqlx::{QueryBuilder, Row, SqlitePool, sqlite::SqliteRow};

use super::{
    super::{
        AlertField, AlertFile, AlertQuery, Alerts, Condition, Entry, Operand, PAGE_MAX, Relation,
        Result,
    },
    Sqlite,
    cases::{PROGRAM, ROW, entry, row, unpacked},
    rows::counted,
    tree::push_within,
};

/// What kind of alert a case is, by the strongest kind of evidence that it has. A provider's alert
/// that makes no case likely named no mining.
const ALERT_TYPE: &str = "(CASE
    WHEN EXISTS (SELECT 1 FROM json_each(judgement.evidence) AS one WHERE
        json_extract(one.value, '$[0]') NOT IN ('spend_step', 'flat_compute', 'hijack_sequence')
        AND (probability >= 0.5 OR json_extract(one.value, '$[0]') <> 'provider_alert'))
    THEN 'networkConnectionsToCryptoMiningPools'
    WHEN EXISTS (SELECT 1 FROM json_each(judgement.evidence) AS one WHERE
        json_extract(one.value, '$[0]') = 'hijack_sequence')
    THEN 'virtualMachineDeploymentAnomaly'
    ELSE 'usageAnomalyDetection' END)";
const CONFIDENCE: &str = "(CASE WHEN probability >= 0.9 THEN 'high' WHEN probability >= 0.5 THEN 'medium' ELSE 'low' END)";
/// As [`crate::partner`] writes it.
const ID: &str = "(substr(\"case\".account, instr(\"case\".account, ':') + 1)
    || printf('-00000000-0000-8000-8000-%012x', \"case\".id))";
const SUBSCRIPTION: &str = "substr(\"case\".account, instr(\"case\".account, ':') + 1)";
const RESOLVED_AT: &str = "(CASE status WHEN 'resolved' THEN (SELECT activity.at FROM activity
    WHERE activity.case_id = \"case\".id AND activity.kind = 'resolved'
    ORDER BY activity.number DESC LIMIT 1) END)";
const RESOLVED_BY: &str = "(CASE status WHEN 'resolved' THEN (SELECT activity.actor FROM activity
    WHERE activity.case_id = \"case\".id AND activity.kind = 'resolved'
    ORDER BY activity.number DESC LIMIT 1) END)";
const JOINED: &str = " JOIN judgement ON judgement.case_id = \"case\".id
    LEFT JOIN party AS above ON above.id = party.parent AND above.kind = 'reseller'";

const fn expression(field: AlertField) -> &'static str {
    match field {
        AlertField::AlertType => ALERT_TYPE,
        AlertField::Confidence => CONFIDENCE,
        AlertField::Detected => "opened_at",
        AlertField::FirstObserved => "first_observed",
        AlertField::Id => ID,
        AlertField::IsTest => "0",
        AlertField::LastObserved => "last_observed",
        AlertField::Reseller => "above.id",
        AlertField::Resolved => RESOLVED_AT,
        AlertField::ResolvedBy => RESOLVED_BY,
        AlertField::ResolvedReason => "reason",
        AlertField::Severity => "severity",
        AlertField::Status => "status",
        AlertField::Subscription => SUBSCRIPTION,
        AlertField::Tenant => "owner.party",
    }
}

type Query = QueryBuilder<sqlx::Sqlite>;

#[async_trait]
impl Alerts for Sqlite {
    async fn alerts(&self, asked: &AlertQuery) -> Result<Vec<AlertFile>> {
        let mut query = Query::new("SELECT json, above.id AS reseller, ");
        query.push(ALERT_TYPE).push(" AS alert_type, ").push(RESOLVED_AT).push(" AS resolved_at, ");
        query.push(RESOLVED_BY).push(" AS resolved_by, ").push(ROW).push(JOINED);
        push_conditions(&mut query, asked);
        if let Some(after) = asked.after {
            query.push(" AND \"case\".id > ").push_bind(after);
        }
        query.push(" ORDER BY ");
        for (field, is_down) in &asked.order {
            query.push(expression(*field)).push(if *is_down { " DESC, " } else { ", " });
        }
        query.push("\"case\".id LIMIT ").push_bind(asked.limit.clamp(1, PAGE_MAX + 1));
        query.push(" OFFSET ").push_bind(asked.skip);
        let rows = query.build().fetch_all(&self.readers).await?;
        let mut files = Vec::with_capacity(rows.len());
        for row in &rows {
            files.push(file(&self.readers, row).await?);
        }
        Ok(files)
    }

    async fn count_alerts(&self, asked: &AlertQuery) -> Result<u64> {
        let mut query = Query::new("SELECT count(*) FROM (SELECT ");
        query.push(ROW).push(JOINED);
        push_conditions(&mut query, asked);
        query.push(")");
        let count: i64 = query.build_query_scalar().fetch_one(&self.readers).await?;
        Ok(counted(count))
    }

    async fn response(
        &self,
        since: Time,
        now: Time,
        within: Option<&str>,
    ) -> Result<(u64, Option<f64>)> {
        let mut query = Query::new(
            "SELECT count(*) AS cases, avg(coalesce((SELECT min(activity.at) FROM activity
             WHERE activity.case_id = \"case\".id AND activity.actor <> ",
        );
        query.push_bind(PROGRAM).push("), ").push_bind(now.millis());
        query.push(") - opened_at) / 3600000.0 AS hours FROM \"case\" WHERE opened_at >= ");
        query.push_bind(since.millis());
        if let Some(party) = within {
            query.push(" AND account IN (SELECT account FROM owner WHERE 1 = 1");
            push_within(&mut query, "party", party);
            query.push(")");
        }
        let row = query.build().fetch_one(&self.readers).await?;
        Ok((counted(row.try_get("cases")?), row.try_get("hours")?))
    }
}

fn push_conditions(query: &mut Query, asked: &AlertQuery) {
    query.push(" WHERE 1 = 1");
    if let Some(party) = &asked.within {
        query.push(" AND \"case\".account IN (SELECT account FROM owner WHERE 1 = 1");
        push_within(query, "party", party);
        query.push(")");
    }
    if let Some(condition) = &asked.condition {
        query.push(" AND ");
        push(query, condition);
    }
}

fn push(query: &mut Query, condition: &Condition) {
    match condition {
        Condition::All(all) => push_joined(query, all, " AND ", "1"),
        Condition::Any(any) => push_joined(query, any, " OR ", "0"),
        Condition::Not(inner) => {
            query.push("NOT ");
            push(query, inner);
        }
        Condition::Is(AlertField::Subscription, Relation::Equal, Operand::Text(id)) => {
            push_account(query, id);
        }
        Condition::Is(field, relation, operand) => {
            push_comparison(query, *field, *relation, operand)
        }
    }
}

fn push_joined(query: &mut Query, parts: &[Condition], between: &str, none: &str) {
    query.push("(");
    if parts.is_empty() {
        query.push(none);
    }
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            query.push(between);
        }
        push(query, part);
    }
    query.push(")");
}

/// The account with this id in any cloud, so that the index of accounts serves.
fn push_account(query: &mut Query, id: &str) {
    query.push("\"case\".account IN (");
    for (at, provider) in Provider::ALL.into_iter().enumerate() {
        if at > 0 {
            query.push(", ");
        }
        query.push_bind(AccountRef::new(provider, id).to_owned().to_string());
    }
    query.push(")");
}

fn push_comparison(query: &mut Query, field: AlertField, relation: Relation, operand: &Operand) {
    query.push("(").push(expression(field));
    // `IS` answers where one side is nothing, as OData does.
    query.push(match relation {
        Relation::Equal => " IS ",
        Relation::NotEqual => " IS NOT ",
        Relation::Less => " < ",
        Relation::AtMost => " <= ",
        Relation::More => " > ",
        Relation::AtLeast => " >= ",
    });
    match operand {
        Operand::Text(text) => query.push_bind(text.clone()).push(" COLLATE NOCASE"),
        Operand::Time(time) => query.push_bind(time.millis()),
        Operand::Flag(flag) => query.push_bind(i64::from(*flag)),
        Operand::Null => query.push("NULL"),
    };
    query.push(")");
}

async fn file(pool: &SqlitePool, found: &SqliteRow) -> Result<AlertFile> {
    let case = row(found)?;
    let (at, by): (Option<i64>, Option<String>) =
        (found.try_get("resolved_at")?, found.try_get("resolved_by")?);
    let json: Vec<u8> = found.try_get("json")?;
    Ok(AlertFile {
        log: log(pool, case.id).await?,
        row: case,
        json: unpacked(&json)?,
        alert_type: found.try_get("alert_type")?,
        reseller: found.try_get("reseller")?,
        resolved: at.map(Time::from_millis).zip(by),
    })
}

/// Entries of one case's status that are told.
const LOG_MAX: i64 = 100;

async fn log(pool: &SqlitePool, case: i64) -> Result<Vec<Entry>> {
    let query = "SELECT * FROM (SELECT * FROM activity WHERE case_id = ?
        AND kind IN ('opened', 'reopened', 'resolved', 'status') ORDER BY number DESC LIMIT ?)
        ORDER BY number";
    let rows = sqlx::query(query).bind(case).bind(LOG_MAX).fetch_all(pool).await?;
    rows.iter().map(entry).collect()
}

//! The queue: cases by expected loss, as far as they are asked for.

use sqlx::{QueryBuilder, Sqlite, SqlitePool};

use super::{
    super::{
        super::{AHEAD_SECONDS, CaseRow, Filter, PAGE_MAX, Result, SNOOZE_DAYS_MAX},
        tree::push_within,
    },
    ROW, labels, row,
};

/// After every text that begins so: no text holds this letter.
const LAST: char = '\u{10ffff}';

/// Accounts that begin so, by their index.
fn push_beginning(query: &mut QueryBuilder<Sqlite>, text: &str) {
    query.push("(\"case\".account >= ").push_bind(text.to_string());
    query.push(" AND \"case\".account < ").push_bind(format!("{text}{LAST}")).push(")");
}

/// Of a large part of the tree a page is found among the first so many pages of all cases.
const WALKED_PAGES: u32 = 20;

/// How a page of one part of the tree is looked for.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Way {
    /// Among the first of all cases, each held against what is above its owner. It may find too few.
    Walk,
    /// Among all cases of the part.
    Gather,
}

pub(in super::super) async fn list(pool: &SqlitePool, filter: &Filter) -> Result<Vec<CaseRow>> {
    let limit = filter.limit.clamp(1, PAGE_MAX);
    if filter.within.is_some() && !filter.answer_due {
        // To gather half a million cases takes a second.
        let walked = found(pool, filter, Way::Walk).await?;
        if walked.len() == limit as usize {
            return Ok(walked);
        }
    }
    found(pool, filter, Way::Gather).await
}

async fn found(pool: &SqlitePool, filter: &Filter, way: Way) -> Result<Vec<CaseRow>> {
    let limit = filter.limit.clamp(1, PAGE_MAX);
    let mut query = QueryBuilder::new("SELECT");
    query.push(ROW).push(" WHERE 1 = 1");
    if let Some(status) = filter.status {
        query.push(" AND status = ").push_bind(status.id());
    }
    if let Some(now) = filter.waiting_at {
        query.push(" AND status <> 'resolved' AND (snoozed_until IS NULL OR snoozed_until <= ");
        query.push_bind(now.millis()).push(" OR snoozed_until > ");
        // So long sleeps what a clock put to sleep that ran ahead, and was set back.
        let latest = now.plus_seconds(SNOOZE_DAYS_MAX * 86_400 + AHEAD_SECONDS);
        query.push_bind(latest.millis()).push(")");
    }
    if let Some(provider) = &filter.provider {
        query.push(" AND provider = ").push_bind(provider.clone());
    }
    if let Some(severity) = &filter.severity {
        query.push(" AND severity = ").push_bind(severity.clone());
    }
    if let Some(since) = filter.opened_since {
        query.push(" AND opened_at >= ").push_bind(since.millis());
    }
    if let Some(least) = filter.min_probability {
        query.push(" AND probability >= ").push_bind(least);
    }
    if let Some(assignee) = &filter.assignee {
        query.push(" AND assignee = ").push_bind(assignee.clone());
    }
    if let Some(label) = &filter.label {
        query.push(" AND \"case\".id IN (SELECT case_id FROM label WHERE label = ");
        query.push_bind(label.clone()).push(")");
    }
    if let Some(account) = &filter.account {
        let text = account.to_lowercase();
        query.push(" AND (instr(\"case\".account, ").push_bind(text.clone());
        query.push(") > 0 OR instr(lower(party.name), ").push_bind(text).push(") > 0)");
    }
    if let Some((first, others)) = filter.account_begins.split_first() {
        query.push(" AND (");
        push_beginning(&mut query, first);
        for other in others {
            query.push(" OR ");
            push_beginning(&mut query, other);
        }
        query.push(")");
    }
    if filter.answer_due {
        query.push(" AND answer_due_at IS NOT NULL");
    }
    if let Some(party) = &filter.within {
        push_part(&mut query, party, filter, way);
    }
    push_after(&mut query, filter);
    let order = if filter.answer_due { "answer_due_at" } else { "loss DESC" };
    query.push(" ORDER BY ").push(order).push(", \"case\".id LIMIT ").push_bind(limit);
    let rows = query.build().fetch_all(pool).await?;
    let mut cases: Vec<CaseRow> = rows.iter().map(row).collect::<Result<_>>()?;
    for case in &mut cases {
        case.labels = labels(pool, case.id).await?;
    }
    Ok(cases)
}

/// Only what comes after the cursor.
fn push_after(query: &mut QueryBuilder<Sqlite>, filter: &Filter) {
    if let (Some(after), true) = (filter.after, filter.answer_due) {
        query.push(" AND (answer_due_at, \"case\".id) > (").push_bind(after.loss);
        query.push(", ").push_bind(after.id).push(")");
    } else if let Some(after) = filter.after {
        query.push(" AND (loss < ").push_bind(after.loss);
        query.push(" OR (loss = ").push_bind(after.loss);
        query.push(" AND \"case\".id > ").push_bind(after.id).push("))");
    }
}

/// Only cases of `party` and of those below it.
fn push_part(query: &mut QueryBuilder<Sqlite>, party: &str, filter: &Filter, way: Way) {
    if way == Way::Gather {
        query.push(" AND \"case\".account IN (SELECT account FROM owner WHERE 1 = 1");
        push_within(query, "party", party);
        query.push(")");
        return;
    }
    query.push(" AND \"case\".id IN (SELECT id FROM \"case\" WHERE 1 = 1");
    push_after(query, filter);
    query.push(" ORDER BY loss DESC, id LIMIT ");
    query.push_bind(filter.limit.clamp(1, PAGE_MAX) * WALKED_PAGES);
    query.push(
        ") AND EXISTS (WITH RECURSIVE up (id) AS (SELECT owner.party UNION
         SELECT party.parent FROM party JOIN up ON party.id = up.id)
         SELECT 1 FROM up WHERE id = ",
    );
    query.push_bind(party.to_string()).push(")");
}

//! The queue: cases by expected loss, as far as they are asked for.

use sqlx::{QueryBuilder, Sqlite, SqlitePool};

use super::{
    super::{
        super::{CaseRow, Filter, PAGE_MAX, Result},
        totals,
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

pub(in super::super) async fn list(pool: &SqlitePool, filter: &Filter) -> Result<Vec<CaseRow>> {
    let mut query = QueryBuilder::new("SELECT");
    query.push(ROW).push(" WHERE 1 = 1");
    if let Some(status) = filter.status {
        query.push(" AND status = ").push_bind(status.id());
    }
    if let Some(now) = filter.waiting_at {
        query.push(" AND status <> 'resolved' AND (snoozed_until IS NULL OR snoozed_until <= ");
        query.push_bind(now.millis()).push(")");
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
    if let Some(party) = &filter.within {
        if is_large_part(pool, party, filter.limit).await? {
            // The first page is near the beginning of all. The plus keeps owners from coming first.
            push_within(&mut query, "+owner.party", party);
        } else {
            // By the accounts of the part: the index of losses would be walked to its end otherwise.
            query.push(" AND \"case\".account IN (SELECT account FROM owner WHERE 1 = 1");
            push_within(&mut query, "party", party);
            query.push(")");
        }
    }
    if let Some(after) = filter.after {
        query.push(" AND (loss < ").push_bind(after.loss);
        query.push(" OR (loss = ").push_bind(after.loss);
        query.push(" AND \"case\".id > ").push_bind(after.id).push("))");
    }
    query
        .push(" ORDER BY loss DESC, \"case\".id LIMIT ")
        .push_bind(filter.limit.clamp(1, PAGE_MAX));
    let rows = query.build().fetch_all(pool).await?;
    let mut cases: Vec<CaseRow> = rows.iter().map(row).collect::<Result<_>>()?;
    for case in &mut cases {
        case.labels = labels(pool, case.id).await?;
    }
    Ok(cases)
}

/// Whether to walk through all cases until a page is full looks at fewer of them than to look at
/// every case of the part.
async fn is_large_part(pool: &SqlitePool, party: &str, limit: u32) -> Result<bool> {
    let (all, part) = totals::cases(pool, party).await?;
    Ok(part.saturating_mul(part) > all.saturating_mul(limit.into()))
}

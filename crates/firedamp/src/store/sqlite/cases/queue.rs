//! The queue: cases by expected loss, as far as they are asked for.
//!
//! Each list is read from an index in its own order that holds all that cases are chosen by, so that a
//! line that does not fit costs no more than a step in that index. Where what is asked for fits few,
//! these are gathered and sorted instead.

#[cfg(test)]
mod tests;
mod text;

use firedamp_core::{id::Provider, time::Time};
use sqlx::{QueryBuilder, Sqlite, SqlitePool};

use super::{
    super::{
        super::{AHEAD_SECONDS, CaseRow, Filter, PAGE_MAX, Result, SNOOZE_DAYS_MAX},
        rows::{counted, read_json},
        tree::push_within,
    },
    ROW, row,
};
pub(in super::super) use text::check;

/// After every text that begins so: no text holds this letter.
const LAST: char = '\u{10ffff}';
/// So many cases are gathered and sorted rather than looked for among all.
const FEW: i64 = 2000;
/// The same where they are those that may hold a text: few of them may, and all would have to be read.
const FEW_OF_TEXT: i64 = 10_000;
/// A large part of the tree fills a page from the first so many pages of all cases.
const NEAR_PAGES: u32 = 6;

/// What may fit few cases, and has an index of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Few {
    Assignee,
    Label,
    Since,
    Likely,
    Kind,
    Beginnings,
    Text,
    Part,
}

/// How a page is looked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Way {
    /// In the order of the list, until it is full.
    Walk,
    /// The same among the first of a part of the tree alone, each held against what is above its owner.
    /// It may find too few.
    Near,
    /// All of the few, sorted.
    Gather(Few),
    /// By when an answer is due.
    Due,
}

impl Few {
    const ALL: [Self; 8] = [
        Self::Assignee,
        Self::Label,
        Self::Since,
        Self::Likely,
        Self::Kind,
        Self::Beginnings,
        // The costliest to count.
        Self::Text,
        Self::Part,
    ];

    fn is_asked_for(self, filter: &Filter) -> bool {
        match self {
            Self::Assignee => filter.assignee.is_some(),
            Self::Label => filter.label.is_some(),
            Self::Since => filter.opened_since.is_some(),
            Self::Likely => filter.min_probability.is_some(),
            Self::Kind => filter.provider.is_some() || filter.severity.is_some(),
            Self::Beginnings => !filter.account_begins.is_empty(),
            Self::Text => filter.account.as_deref().is_some_and(text::is_indexed),
            Self::Part => filter.within.is_some(),
        }
    }

    /// How many these are at most.
    const fn most(self) -> i64 {
        if matches!(self, Self::Text) { FEW_OF_TEXT } else { FEW }
    }

    /// Whether its query finds no others than those it fits.
    const fn is_exact(self) -> bool {
        !matches!(self, Self::Text)
    }

    /// Adds a query for the numbers of the cases that this alone fits, and maybe of a few others.
    fn push(self, query: &mut QueryBuilder<Sqlite>, filter: &Filter) {
        match self {
            Self::Label => {
                query.push("SELECT case_id FROM label WHERE label = ");
                query.push_bind(filter.label.clone());
                return;
            }
            Self::Text => return text::push_candidates(query, text_of(filter)),
            _ => query.push("SELECT id FROM \"case\" WHERE 1 = 1"),
        };
        if self == Self::Kind && filter.provider.is_none() {
            push_any_provider(query);
        }
        self.push_condition(query, filter);
    }

    /// Adds what this asks of a case.
    fn push_condition(self, query: &mut QueryBuilder<Sqlite>, filter: &Filter) {
        match self {
            Self::Assignee => query.push(" AND assignee = ").push_bind(filter.assignee.clone()),
            Self::Label => {
                query.push(
                    " AND EXISTS (SELECT 1 FROM label WHERE case_id = \"case\".id AND label = ",
                );
                query.push_bind(filter.label.clone()).push(")")
            }
            Self::Since => {
                let since = filter.opened_since.map(|since| since.millis());
                query.push(" AND opened_at >= ").push_bind(since)
            }
            Self::Likely => query.push(" AND probability >= ").push_bind(filter.min_probability),
            Self::Kind => push_kind(query, filter),
            Self::Beginnings => push_beginnings(query, &filter.account_begins),
            Self::Text => text::push_condition(query, text_of(filter)),
            Self::Part => {
                let part = filter.within.as_deref().unwrap_or_default();
                push_within(query, "owned_by", part)
            }
        };
    }
}

fn push_kind<'a>(
    query: &'a mut QueryBuilder<Sqlite>,
    filter: &Filter,
) -> &'a mut QueryBuilder<Sqlite> {
    if let Some(provider) = &filter.provider {
        query.push(" AND provider = ").push_bind(provider.clone());
    }
    if let Some(severity) = &filter.severity {
        query.push(" AND severity = ").push_bind(severity.clone());
    }
    query
}

/// The index of kinds is entered by the cloud.
fn push_any_provider(query: &mut QueryBuilder<Sqlite>) {
    let mut before = " AND provider IN (";
    for provider in Provider::ALL {
        query.push(before).push_bind(provider.id());
        before = ", ";
    }
    query.push(")");
}

fn text_of(filter: &Filter) -> &str {
    filter.account.as_deref().unwrap_or_default()
}

/// Accounts that begin with one of the texts, by their index.
fn push_beginnings<'a>(
    query: &'a mut QueryBuilder<Sqlite>,
    texts: &[String],
) -> &'a mut QueryBuilder<Sqlite> {
    let mut before = " AND (";
    for text in texts {
        query.push(before).push("(account >= ").push_bind(text.clone());
        query.push(" AND account < ").push_bind(format!("{text}{LAST}")).push(")");
        before = " OR ";
    }
    query.push(")")
}

pub(in super::super) async fn list(pool: &SqlitePool, filter: &Filter) -> Result<Vec<CaseRow>> {
    if filter.answer_due {
        return found(pool, filter, Way::Due).await;
    }
    for few in Few::ALL.into_iter().filter(|few| few.is_asked_for(filter)) {
        if few == Few::Part {
            let near = found(pool, filter, Way::Near).await?;
            if near.len() == limit(filter) as usize {
                return Ok(near);
            }
        }
        if is_few(pool, filter, few).await? {
            return found(pool, filter, Way::Gather(few)).await;
        }
    }
    found(pool, filter, Way::Walk).await
}

fn limit(filter: &Filter) -> u32 {
    filter.limit.clamp(1, PAGE_MAX)
}

async fn is_few(pool: &SqlitePool, filter: &Filter, few: Few) -> Result<bool> {
    let mut query = QueryBuilder::new("SELECT count(*) FROM (");
    few.push(&mut query, filter);
    query.push(" LIMIT ").push_bind(few.most() + 1).push(")");
    let count: i64 = query.build_query_scalar().fetch_one(pool).await?;
    Ok(count <= few.most())
}

async fn found(pool: &SqlitePool, filter: &Filter, way: Way) -> Result<Vec<CaseRow>> {
    let rows = asked("", filter, way).build().fetch_all(pool).await?;
    let case = |listed| {
        let labels: String = sqlx::Row::try_get(listed, "labels")?;
        Ok(CaseRow { labels: read_json(&labels)?, ..row(listed)? })
    };
    rows.iter().map(case).collect()
}

/// The rows of a page: their numbers are found first, so that nothing else is read of other cases.
fn asked(before: &str, filter: &Filter, way: Way) -> QueryBuilder<Sqlite> {
    let order = order(way);
    let mut query = QueryBuilder::new(before);
    query.push(
        "SELECT (SELECT json_group_array(label) FROM label WHERE case_id = \"case\".id) AS labels,",
    );
    query.push(ROW).push(" WHERE \"case\".id IN (SELECT id FROM ");
    match way {
        Way::Near => {
            query.push("(SELECT id, loss, owned_by FROM ").push(by_index(filter));
            push_conditions(&mut query, filter, way);
            query.push(" ORDER BY loss DESC, id LIMIT ").push_bind(limit(filter) * NEAR_PAGES);
            push_above(&mut query, filter);
        }
        Way::Gather(few) => {
            query.push("\"case\" NOT INDEXED WHERE id IN (");
            few.push(&mut query, filter);
            query.push(")");
            push_rest(&mut query, filter, way);
        }
        Way::Walk => {
            query.push(by_index(filter));
            push_conditions(&mut query, filter, way);
        }
        Way::Due => {
            query.push("\"case\" INDEXED BY case_answer_due WHERE answer_due_at IS NOT NULL");
            push_rest(&mut query, filter, way);
        }
    }
    query.push(" ORDER BY ").push(order).push(", id LIMIT ").push_bind(limit(filter));
    query.push(") ORDER BY ").push(order).push(", \"case\".id");
    query
}

fn order(way: Way) -> &'static str {
    if way == Way::Due { "answer_due_at" } else { "loss DESC" }
}

/// The index that has the order of the list and least beside it.
const fn by_index(filter: &Filter) -> &'static str {
    match (filter.status, filter.waiting_at, filter.sleeping_at) {
        (Some(_), _, _) => "\"case\" INDEXED BY case_status",
        (None, None, None) => "\"case\" INDEXED BY case_all",
        (None, _, _) => "\"case\" INDEXED BY case_open",
    }
}

fn push_conditions(query: &mut QueryBuilder<Sqlite>, filter: &Filter, way: Way) {
    query.push(" WHERE 1 = 1");
    push_rest(query, filter, way);
}

fn push_rest(query: &mut QueryBuilder<Sqlite>, filter: &Filter, way: Way) {
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
    if let Some(now) = filter.sleeping_at {
        push_asleep(query, now);
    }
    if let Some(text) = filter.account.as_deref().filter(|text| !text::is_indexed(text)) {
        text::push_condition(query, text);
    }
    for few in Few::ALL.into_iter().filter(|few| few.is_asked_for(filter)) {
        let is_found_by = way == Way::Gather(few) && few.is_exact();
        if (few, way) != (Few::Part, Way::Near) && !is_found_by {
            few.push_condition(query, filter);
        }
    }
    push_after(query, filter);
}

fn push_asleep(query: &mut QueryBuilder<Sqlite>, now: Time) {
    query.push(" AND status <> 'resolved' AND snoozed_until > ").push_bind(now.millis());
    let latest = now.plus_seconds(SNOOZE_DAYS_MAX * 86_400 + AHEAD_SECONDS);
    query.push(" AND snoozed_until <= ").push_bind(latest.millis());
}

/// How many cases sleep at `now`, within a part of the tree.
pub(in super::super) async fn sleeping(
    pool: &SqlitePool,
    within: Option<&str>,
    now: Time,
) -> Result<u64> {
    let mut query = QueryBuilder::new("SELECT count(*) FROM \"case\" INDEXED BY case_asleep");
    query.push(" WHERE snoozed_until IS NOT NULL");
    push_asleep(&mut query, now);
    if let Some(party) = within {
        push_within(&mut query, "owned_by", party);
    }
    Ok(counted(query.build_query_scalar().fetch_one(pool).await?))
}

/// Only what comes after the cursor.
fn push_after(query: &mut QueryBuilder<Sqlite>, filter: &Filter) {
    let Some(after) = filter.after else { return };
    if filter.answer_due {
        query.push(" AND (answer_due_at, id) > (").push_bind(after.loss);
        query.push(", ").push_bind(after.id).push(")");
        return;
    }
    // The first bound is what the index is entered by.
    query.push(" AND loss <= ").push_bind(after.loss);
    query.push(" AND (loss < ").push_bind(after.loss);
    query.push(" OR id > ").push_bind(after.id).push(")");
}

/// Ends the list of those that are near with what they are held against.
fn push_above(query: &mut QueryBuilder<Sqlite>, filter: &Filter) {
    query.push(
        ") AS near WHERE EXISTS (WITH RECURSIVE up (id) AS (SELECT near.owned_by UNION
         SELECT party.parent FROM party JOIN up ON party.id = up.id)
         SELECT 1 FROM up WHERE id = ",
    );
    query.push_bind(filter.within.clone()).push(")");
}

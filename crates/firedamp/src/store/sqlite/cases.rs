//! Cases: judged by the program, worked by people. Both take the same lock, so neither overwrites
//! what the other has just done.

mod chain;
mod incident;
mod queue;
mod work;

pub(super) use chain::{activity, check, entry};
use incident::Incident;
pub(super) use queue::{check as check_texts, list, sleeping};
pub(super) use work::{act, some, write_life};

use std::collections::BTreeSet;

use firedamp_core::{
    authorisation::Seen,
    case::{Case, Due},
    life::{self, Change, Life, OPEN_PROBABILITY, Reason, Status},
    money::Cost,
    saying::{Blank, Saying},
    time::Time,
};
use sqlx::{QueryBuilder, Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use crate::{
    language::{Language, Sentences},
    report,
};

use super::{
    super::{CaseFile, CaseRow, Entry, Error, Judgement, Result},
    authorisations, marks, notices,
    rows::{json, maybe_time, read_json},
    tree::push_within,
};

/// What a case is thought to cost a day while no bill and no size is known, in US dollars: about
/// the list price of eight cores. It decides the order of the queue and nothing else.
const UNKNOWN_DOLLARS_PER_DAY: f64 = 8.0;
/// New findings named in one entry of the activity.
const NAMED_MAX: usize = 5;
/// Who acts when nobody does.
pub(super) const PROGRAM: &str = "firedamp";
const COMPRESSION: i32 = 3;
/// A judgement is never larger; more is damage.
const JUDGEMENT_BYTES_MAX: usize = 64 << 20;

/// What a case was before it is judged anew.
struct Before {
    id: i64,
    life: Life,
    evidence: BTreeSet<(String, String)>,
    incident: Incident,
}

pub(super) async fn judge(
    connection: &mut SqliteConnection,
    judgement: &Judgement,
    at: Time,
) -> Result<Option<i64>> {
    let case = &judgement.case;
    let before = before(connection, &case.id).await?;
    if case.probability < OPEN_PROBABILITY {
        // What an open case was made of may be forgotten by now; the case keeps its last judgement.
        return Ok(before.map(|before| before.id));
    }
    let is_new = before.is_none();
    let (mut life, known) = before
        .as_ref()
        .map_or_else(Default::default, |before| (before.life.clone(), before.evidence.clone()));
    let was = life.status;
    let (seen, evidence) = (Seen::of(case), life::evidence(case));
    let verdict = authorisations::verdict(connection, &seen).await?;
    let outcome = life.judged_with(&seen, &evidence, &verdict);
    let incident = match &before {
        Some(before) => before.incident.after(&before.life, &life, at),
        None => Incident::first(at),
    };
    let id = write_row(connection, case, (&life, incident), at).await?;
    write_judgement(connection, id, judgement, (&json(&seen), &json(&evidence))).await?;
    marks::write(connection, id, &serde_json::to_value(case).unwrap_or_default()).await?;
    if is_new {
        let likely = report::percent(case.probability);
        let opened = Saying::of("log-opened.share").text("share", likely);
        append_said(connection, id, at, (PROGRAM, "opened", &opened)).await?;
    }
    authorisations::tell(connection, id, (was, life.status), (&outcome, &verdict), at).await?;
    if let (false, Some(more)) = (is_new, more_evidence(&evidence, &known)) {
        append_said(connection, id, at, (PROGRAM, "evidence", &more)).await?;
    }
    if let Some(change) = outcome.change {
        ask(connection, id, change, &json(case), at).await?;
    }
    Ok(Some(id))
}

async fn before(connection: &mut SqliteConnection, account: &str) -> Result<Option<Before>> {
    let row = sqlx::query(
        "SELECT id, life, evidence, last_observed, opened_at, begun_at, settled_until FROM \"case\"
         JOIN judgement ON case_id = id WHERE account = ?",
    )
    .bind(account)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let (life, evidence): (String, String) = (row.try_get("life")?, row.try_get("evidence")?);
    Ok(Some(Before {
        id: row.try_get("id")?,
        life: read_json(&life)?,
        evidence: read_json(&evidence)?,
        incident: Incident::read(&row)?,
    }))
}

/// Which detectors speak of which resources that did not before.
fn more_evidence(
    evidence: &BTreeSet<(String, String)>,
    known: &BTreeSet<(String, String)>,
) -> Option<Saying> {
    let one = |(detector, resource): &(String, String)| {
        Saying::of("log-evidence.one").text("detector", detector).text("resource", resource)
    };
    let count = evidence.difference(known).count();
    let more = count.saturating_sub(NAMED_MAX);
    let more_said = Saying::of("log-evidence.more").number("more", more as f64, 0);
    let named = evidence.difference(known).take(NAMED_MAX).map(one).collect();
    let said = Saying::of("log-evidence").with("list", Blank::List(named));
    (count > 0).then(|| said.say("more", (more > 0).then_some(more_said)))
}

async fn write_row(
    connection: &mut SqliteConnection,
    case: &Case,
    (life, incident): (&Life, Incident),
    at: Time,
) -> Result<i64> {
    let per_day = case.cost.as_ref().and_then(Cost::dollars_per_day);
    let per_day = per_day.unwrap_or(UNKNOWN_DOLLARS_PER_DAY);
    let due = incident.due(case);
    let id = sqlx::query_scalar(
        "INSERT INTO \"case\" (account, provider, status, reason, probability, severity, is_active,
         loss, per_day, currency, first_observed, last_observed, opened_at, changed_at, life,
         begun_at, settled_until, answer_due_at, answer_due_to)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?13, ?13, ?14, ?15, ?16, ?17, ?18)
         ON CONFLICT (account) DO UPDATE SET status = excluded.status, reason = excluded.reason,
         probability = excluded.probability, severity = excluded.severity,
         is_active = excluded.is_active, loss = excluded.loss, per_day = excluded.per_day,
         currency = excluded.currency, first_observed = iif(settled_until IS excluded.settled_until
             AND (first_observed % 86400000 OR excluded.first_observed >= first_observed + 86400000),
             min(first_observed, excluded.first_observed), excluded.first_observed),
         snoozed_until = iif(begun_at = excluded.begun_at, snoozed_until, NULL),
         begun_at = excluded.begun_at, settled_until = excluded.settled_until,
         last_observed = excluded.last_observed, changed_at = excluded.changed_at,
         life = excluded.life,
         answer_due_at = iif(begun_at = excluded.begun_at
             AND (begun_at = opened_at OR answer_due_at > begun_at),
             coalesce(excluded.answer_due_at, answer_due_at), excluded.answer_due_at),
         answer_due_to = iif(begun_at = excluded.begun_at
             AND (begun_at = opened_at OR answer_due_at > begun_at),
             coalesce(excluded.answer_due_to, answer_due_to), excluded.answer_due_to) RETURNING id",
    )
    .bind(&case.id)
    .bind(case.provider.id())
    .bind(life.status.id())
    .bind(life.reason.map(Reason::id))
    .bind(case.probability)
    .bind(case.severity.id())
    .bind(case.active)
    .bind(case.probability * per_day * 30.0)
    .bind(case.cost.as_ref().map(|cost| cost.per_day))
    .bind(case.cost.as_ref().map(|cost| cost.currency.clone()))
    .bind(incident.first_observed(case).millis())
    .bind(case.last_observed.millis())
    .bind(at.millis())
    .bind(json(life))
    .bind(incident.begun_at.millis())
    .bind(incident.settled_until.map(Time::millis))
    .bind(due.as_ref().and_then(Due::time).map(Time::millis))
    .bind(due.map(|due| format!("{}: {}", due.who, due.title)))
    .fetch_one(connection)
    .await?;
    Ok(id)
}

async fn write_judgement(
    connection: &mut SqliteConnection,
    id: i64,
    judgement: &Judgement,
    (seen, evidence): (&str, &str),
) -> Result<()> {
    sqlx::query(
        "INSERT INTO judgement (case_id, json, html, evidence, seen) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (case_id) DO UPDATE SET json = excluded.json, html = excluded.html,
         evidence = excluded.evidence, seen = excluded.seen",
    )
    .bind(id)
    .bind(packed(&json(&judgement.case)))
    .bind(packed(&judgement.html))
    .bind(evidence)
    .bind(seen)
    .execute(connection)
    .await?;
    Ok(())
}

fn packed(text: &str) -> Vec<u8> {
    // Packing into memory fails only when there is none.
    zstd::bulk::compress(text.as_bytes(), COMPRESSION).unwrap_or_default()
}

pub(super) fn unpacked(bytes: &[u8]) -> Result<String> {
    let text = zstd::bulk::decompress(bytes, JUDGEMENT_BYTES_MAX)
        .map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The key counts what was asked for this case before: the same request is made once, since it is
/// made together with the life that remembers it.
pub(super) async fn ask(
    connection: &mut SqliteConnection,
    id: i64,
    change: Change,
    body: &str,
    at: Time,
) -> Result<()> {
    // Also when some were forgotten.
    let query = "SELECT max(count(*), coalesce(max(iif(key GLOB ?1 || '[0-9]*',
                 CAST(substr(key, length(?1) + 1) AS INTEGER), 0)), 0)) FROM notice WHERE case_id = ?2";
    let number: i64 = sqlx::query_scalar(query)
        .bind(format!("case-{id}-"))
        .bind(id)
        .fetch_one(&mut *connection)
        .await?;
    let key = format!("case-{id}-{}", number + 1);
    notices::ask(connection, id, (&key, change.notice()), body, at).await?;
    Ok(())
}

/// Adds an entry to the chain of a case, in words that are the same in every language.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    id: i64,
    at: Time,
    what: (&str, &str, &str),
) -> Result<()> {
    add(connection, id, at, what, None).await
}

/// Adds an entry in the program's own words.
pub(super) async fn append_said(
    connection: &mut SqliteConnection,
    id: i64,
    at: Time,
    (actor, kind, said): (&str, &str, &Saying),
) -> Result<()> {
    // Held by a test for all that are made here.
    let text = Sentences::of(Language::English).written(said).unwrap_or_default();
    add(connection, id, at, (actor, kind, &text), Some(&json(said))).await
}

/// Adds an entry to the chain of a case, and counts a revision.
async fn add(
    connection: &mut SqliteConnection,
    id: i64,
    at: Time,
    what: (&str, &str, &str),
    said: Option<&str>,
) -> Result<()> {
    let head = sqlx::query("SELECT entries, chain FROM \"case\" WHERE id = ?")
        .bind(id)
        .fetch_one(&mut *connection)
        .await?;
    let chain: Vec<u8> = head.try_get("chain")?;
    let before = (head.try_get("entries")?, hash(chain));
    let entry = Entry::after(before, id, at, what);
    sqlx::query(
        "INSERT INTO activity (case_id, number, at, actor, kind, text, hash, said)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(entry.number)
    .bind(at.millis())
    .bind(&entry.actor)
    .bind(&entry.kind)
    .bind(&entry.text)
    .bind(entry.hash.as_slice())
    .bind(said)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE \"case\" SET entries = ?, chain = ?, revision = revision + 1, changed_at = ?
         WHERE id = ?",
    )
    .bind(entry.number)
    .bind(entry.hash.as_slice())
    .bind(at.millis())
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

/// A hash that is not one never fits the chain, and is seen by `check`.
fn hash(bytes: Vec<u8>) -> [u8; 32] {
    bytes.try_into().unwrap_or_default()
}

/// A case with whose it is.
pub(super) const ROW: &str =
    " \"case\".*, party.id AS customer, party.name AS customer_name FROM \"case\"
    LEFT JOIN owner ON owner.account = \"case\".account LEFT JOIN party ON party.id = owner.party";

pub(super) fn row(row: &SqliteRow) -> Result<CaseRow> {
    let (status, reason): (String, Option<String>) =
        (row.try_get("status")?, row.try_get("reason")?);
    let time = |name| Ok::<_, sqlx::Error>(Time::from_millis(row.try_get(name)?));
    Ok(CaseRow {
        id: row.try_get("id")?,
        account: row.try_get("account")?,
        customer: row.try_get("customer")?,
        customer_name: row.try_get("customer_name")?,
        provider: row.try_get("provider")?,
        status: Status::from_id(&status).unwrap_or_default(),
        reason: reason.as_deref().and_then(Reason::from_id),
        probability: row.try_get("probability")?,
        severity: row.try_get("severity")?,
        is_active: row.try_get("is_active")?,
        loss: row.try_get("loss")?,
        per_day: row.try_get("per_day")?,
        currency: row.try_get("currency")?,
        first_observed: time("first_observed")?,
        last_observed: time("last_observed")?,
        opened_at: time("opened_at")?,
        begun_at: time("begun_at")?,
        changed_at: time("changed_at")?,
        answer_due: maybe_time(row.try_get("answer_due_at")?),
        answer_due_to: row.try_get("answer_due_to")?,
        assignee: row.try_get("assignee")?,
        snoozed_until: maybe_time(row.try_get("snoozed_until")?),
        revision: row.try_get("revision")?,
        labels: BTreeSet::new(),
    })
}

async fn labels<'a>(
    executor: impl sqlx::SqliteExecutor<'a>,
    case: i64,
) -> Result<BTreeSet<String>> {
    let query = "SELECT label FROM label WHERE case_id = ? ORDER BY label";
    let labels: Vec<String> = sqlx::query_scalar(query).bind(case).fetch_all(executor).await?;
    Ok(labels.into_iter().collect())
}

/// A case as lists show it, if it is within the part of the tree below `within`.
pub(super) async fn row_of(
    pool: &SqlitePool,
    id: i64,
    within: Option<&str>,
) -> Result<Option<CaseRow>> {
    let mut query = QueryBuilder::new("SELECT");
    query.push(ROW).push(" WHERE \"case\".id = ").push_bind(id);
    if let Some(party) = within {
        push_within(&mut query, "owner.party", party);
    }
    let found = query.build().fetch_optional(pool).await?;
    let mut found = found.as_ref().map(row).transpose()?;
    if let Some(case) = &mut found {
        case.labels = labels(pool, case.id).await?;
    }
    Ok(found)
}

pub(super) async fn file(pool: &SqlitePool, id: i64, within: Option<&str>) -> Result<CaseFile> {
    let mut query = QueryBuilder::new("SELECT json, html,");
    query.push(ROW).push(" JOIN judgement ON case_id = \"case\".id WHERE \"case\".id = ");
    query.push_bind(id);
    if let Some(party) = within {
        push_within(&mut query, "owner.party", party);
    }
    let found = query.build().fetch_optional(pool).await?;
    read_file(pool, found).await
}

pub(super) async fn file_of(pool: &SqlitePool, account: &str) -> Result<CaseFile> {
    let mut query = QueryBuilder::new("SELECT json, html,");
    query.push(ROW).push(" JOIN judgement ON case_id = \"case\".id WHERE \"case\".account = ");
    let found = query.push_bind(account.to_string()).build().fetch_optional(pool).await?;
    read_file(pool, found).await
}

async fn read_file(pool: &SqlitePool, found: Option<SqliteRow>) -> Result<CaseFile> {
    let found = found.ok_or(Error::Missing("case"))?;
    let mut row = row(&found)?;
    row.labels = labels(pool, row.id).await?;
    let (json, html): (Vec<u8>, Vec<u8>) = (found.try_get("json")?, found.try_get("html")?);
    Ok(CaseFile { row, json: unpacked(&json)?, html: unpacked(&html)? })
}

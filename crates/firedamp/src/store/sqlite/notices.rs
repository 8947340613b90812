//! Notices, and their way to people. A delivery that is leased is nobody else's until the lease
//! ends; who dies with a lease delivers late, and perhaps twice, with one key.

use firedamp_core::time::Time;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    super::{Addressee, Delivery, Ending, Error, Notice, NoticeFilter, Result, Sent},
    rows::maybe_time,
    tree::push_within,
};

/// Deliveries of which something holds, the newest first.
macro_rules! sent_where {
    ($what:literal) => {
        concat!(
            "SELECT delivery.id, notice_id, notice.kind, delivery.recipient, state, attempts, next_at,
             delivered_at, last_error, notice.case_id, \"case\".account, \"case\".probability,
             party.name AS customer FROM delivery JOIN notice ON notice.id = notice_id
             LEFT JOIN \"case\" ON \"case\".id = notice.case_id
             LEFT JOIN owner ON owner.account = \"case\".account
             LEFT JOIN party ON party.id = owner.party WHERE ",
            $what,
            " ORDER BY delivery.id DESC LIMIT ?"
        )
    };
}

/// Letters of an error that are kept.
const ERROR_MAX: usize = 500;

/// A receiver that is new is not told what is older than this.
const ADDRESSED_SECONDS: i64 = 86_400;
/// What nobody has taken notice of is told to the next for so long: a day, and the night before it.
const ESCALATED_SECONDS: i64 = 2 * 86_400;
/// Nothing waits for longer than a night; what seems to was put off before the clock was set back.
const PUT_OFF_SECONDS_MAX: i64 = 2 * 86_400;

/// Asks for a notice, unless that was done before; whether it is new.
pub(super) async fn ask(
    connection: &mut SqliteConnection,
    case: i64,
    (key, kind): (&str, &str),
    body: &str,
    at: Time,
) -> Result<bool> {
    let asked = sqlx::query(
        "INSERT INTO notice (key, case_id, kind, asked_at, body) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (key) DO NOTHING",
    )
    .bind(key)
    .bind(case)
    .bind(kind)
    .bind(at.millis())
    .bind(body)
    .execute(connection)
    .await?;
    Ok(asked.rows_affected() > 0)
}

/// Whose account a notice is about.
const CUSTOMER: &str =
    "(SELECT party.name FROM \"case\" JOIN owner ON owner.account = \"case\".account
    JOIN party ON party.id = owner.party WHERE \"case\".id = notice.case_id) AS customer";

pub(super) async fn list(pool: &SqlitePool, filter: &NoticeFilter) -> Result<Vec<Notice>> {
    let mut query = QueryBuilder::new("SELECT notice.*, ");
    query.push(CUSTOMER).push(" FROM notice");
    if filter.within.is_some() {
        query.push(" JOIN \"case\" ON \"case\".id = case_id");
        query.push(" JOIN owner ON owner.account = \"case\".account");
    }
    // What is for one receiver alone is in nobody's inbox.
    query.push(" WHERE notice.recipient IS NULL");
    if let Some(id) = filter.id {
        query.push(" AND notice.id = ").push_bind(id);
    }
    if filter.unread {
        query.push(" AND read_at IS NULL");
    }
    if let Some(party) = &filter.within {
        push_within(&mut query, "owner.party", party);
    }
    if let Some(after) = filter.after {
        query.push(" AND (asked_at, notice.id) < (SELECT asked_at, id FROM notice WHERE id = ");
        query.push_bind(after).push(")");
    }
    query.push(" ORDER BY asked_at DESC, notice.id DESC LIMIT ").push_bind(filter.limit.max(1));
    let rows = query.build().fetch_all(pool).await?;
    rows.iter().map(notice).collect()
}

fn notice(row: &SqliteRow) -> Result<Notice> {
    Ok(Notice {
        id: row.try_get("id")?,
        key: row.try_get("key")?,
        case: row.try_get("case_id")?,
        customer: row.try_get("customer")?,
        kind: row.try_get("kind")?,
        asked_at: Time::from_millis(row.try_get("asked_at")?),
        is_read: maybe_time(row.try_get("read_at")?).is_some(),
        acknowledged_by: row.try_get("acknowledged_by")?,
        body: row.try_get("body")?,
    })
}

pub(super) async fn read(connection: &mut SqliteConnection, id: i64, at: Time) -> Result<()> {
    let query = "UPDATE notice SET read_at = coalesce(read_at, ?) WHERE id = ?";
    let done = sqlx::query(query).bind(at.millis()).bind(id).execute(connection).await?;
    if done.rows_affected() == 0 { Err(Error::Missing("notice")) } else { Ok(()) }
}

pub(super) async fn address(
    connection: &mut SqliteConnection,
    recipients: &[Addressee],
    at: Time,
) -> Result<u64> {
    let mut made = 0;
    for Addressee { name, within, quiet_until, patience_seconds } in recipients {
        let mut query = QueryBuilder::new(
            "INSERT INTO delivery (notice_id, recipient, state, next_at, due_at) SELECT notice.id, ",
        );
        query.push_bind(name).push(", 'waiting', due, due FROM (SELECT notice.*, ");
        push_due(&mut query, *quiet_until, at);
        query.push(" AS due, \"case\".account FROM notice LEFT JOIN \"case\" ON ");
        query.push("\"case\".id = case_id) AS notice");
        query.push(" LEFT JOIN owner ON owner.account = notice.account");
        query.push(" WHERE notice.recipient IS NULL AND asked_at >= ");
        let age = patience_seconds.map_or(ADDRESSED_SECONDS, |_| ESCALATED_SECONDS);
        query.push_bind(at.plus_seconds(-age).millis());
        if let Some(patience) = patience_seconds {
            push_patience(&mut query, at.plus_seconds(-patience));
        }
        query.push(" AND NOT EXISTS (SELECT 1 FROM delivery WHERE notice_id = notice.id");
        query.push(" AND recipient = ").push_bind(name).push(")");
        if let Some(party) = within {
            // That the customer was silent is for those who asked.
            query.push(" AND kind <> 'customer_silent'");
            push_within(&mut query, "owner.party", party);
        }
        made += query.build().execute(&mut *connection).await?.rows_affected();
    }
    Ok(made)
}

/// When a notice goes out: at the end of quiet hours, but a high case and a deadline at once.
fn push_due(query: &mut QueryBuilder<Sqlite>, quiet_until: Option<Time>, at: Time) {
    let Some(end) = quiet_until else {
        query.push_bind(at.millis());
        return;
    };
    query.push("iif(kind = 'deadline_near' OR coalesce(\"case\".severity, 'high') = 'high'");
    query.push(" OR iif(json_valid(body), json_extract(body, '$.severity'), '') = 'high', ");
    query.push_bind(at.millis()).push(", ").push_bind(end.millis()).push(")");
}

/// Nobody has taken notice, and the first were to be told at `since` or before.
fn push_patience(query: &mut QueryBuilder<Sqlite>, since: Time) {
    query.push(" AND acknowledged_at IS NULL AND coalesce((SELECT min(due_at) FROM delivery");
    query.push(" WHERE notice_id = notice.id), asked_at) <= ").push_bind(since.millis());
}

pub(super) async fn lease(
    connection: &mut SqliteConnection,
    at: Time,
    lease_seconds: i64,
    limit: u32,
) -> Result<Vec<Delivery>> {
    let (now, never) = (at.millis(), at.plus_seconds(PUT_OFF_SECONDS_MAX).millis());
    let mut query =
        QueryBuilder::new("WITH due AS (SELECT id, sent_in FROM delivery WHERE state = 'waiting'");
    query.push(" AND (next_at <= ").push_bind(now);
    query.push(" OR next_at > ").push_bind(never);
    query.push(") AND (leased_until IS NULL OR leased_until <= ").push_bind(now);
    query.push(" OR leased_until > ").push_bind(never);
    query.push(") ORDER BY next_at, id LIMIT ").push_bind(limit);
    // A digest that is sent again is sent whole.
    query.push(
        ") SELECT delivery.id AS delivery_id, delivery.recipient AS told, attempts, sent_in, ",
    );
    query.push("notice.*, ").push(CUSTOMER);
    query.push(" FROM delivery JOIN notice ON notice.id = notice_id WHERE delivery.id IN ");
    query.push("(SELECT id FROM due UNION SELECT delivery.id FROM delivery JOIN due ON ");
    query.push(
        "delivery.sent_in = due.sent_in WHERE state = 'waiting') ORDER BY next_at, delivery_id",
    );
    let rows = query.build().fetch_all(&mut *connection).await?;
    let due: Vec<Delivery> = rows.iter().map(delivery).collect::<Result<_>>()?;
    for one in &due {
        sqlx::query("UPDATE delivery SET leased_until = ?, attempts = attempts + 1 WHERE id = ?")
            .bind(at.plus_seconds(lease_seconds).millis())
            .bind(one.id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(due)
}

fn delivery(row: &SqliteRow) -> Result<Delivery> {
    Ok(Delivery {
        id: row.try_get("delivery_id")?,
        notice: notice(row)?,
        recipient: row.try_get("told")?,
        attempts: row.try_get("attempts")?,
        bound: row.try_get("sent_in")?,
    })
}

pub(super) async fn deliver(
    connection: &mut SqliteConnection,
    delivery: i64,
    ending: &Ending,
    at: Time,
) -> Result<()> {
    let (state, next_at, error, message) = match ending {
        Ending::Delivered { message } => ("delivered", at, None, Some(message)),
        Ending::Again { at, why } => ("waiting", *at, Some(why), None),
        Ending::Dead { why } => ("dead", at, Some(why), None),
        Ending::Held { until } => return hold(connection, delivery, *until).await,
    };
    let error: Option<String> = error.map(|why| why.chars().take(ERROR_MAX).collect());
    sqlx::query(
        "UPDATE delivery SET state = ?, next_at = ?, leased_until = NULL, last_error = ?,
         delivered_at = ?, sent_in = coalesce(?, sent_in) WHERE id = ?",
    )
    .bind(state)
    .bind(next_at.millis())
    .bind(error)
    .bind(message.map(|_| at.millis()))
    .bind(message)
    .bind(delivery)
    .execute(connection)
    .await?;
    Ok(())
}

/// A lease that was not used is no attempt.
async fn hold(connection: &mut SqliteConnection, delivery: i64, until: Time) -> Result<()> {
    sqlx::query(
        "UPDATE delivery SET next_at = ?, leased_until = NULL, attempts = attempts - 1
         WHERE id = ?",
    )
    .bind(until.millis())
    .bind(delivery)
    .execute(connection)
    .await?;
    Ok(())
}

/// Deliveries to one receiver, or to all, after the one with this number, newest first; of all of them
/// what was given up comes before the others.
pub(super) async fn deliveries(
    pool: &SqlitePool,
    recipient: Option<&str>,
    after: Option<i64>,
    limit: u32,
) -> Result<Vec<Sent>> {
    let before = after.unwrap_or(i64::MAX);
    if let Some(recipient) = recipient {
        let own = sqlx::query(sent_where!("delivery.recipient = ? AND delivery.id < ?"));
        let own = own.bind(recipient).bind(before).bind(limit).fetch_all(pool).await?;
        return own.iter().map(sent).collect();
    }
    let state = sqlx::query_scalar("SELECT state = 'dead' FROM delivery WHERE id = ?");
    let begins_with_dead = match after {
        None => true,
        Some(after) => match state.bind(after).fetch_optional(pool).await? {
            Some(is_dead) => is_dead,
            None => return Ok(Vec::new()),
        },
    };
    let mut all = Vec::new();
    if begins_with_dead {
        let dead = sqlx::query(sent_where!("state = 'dead' AND delivery.id < ?"));
        all = dead.bind(before).bind(limit).fetch_all(pool).await?;
    }
    let left = limit.saturating_sub(u32::try_from(all.len()).unwrap_or(u32::MAX));
    let before = if begins_with_dead { i64::MAX } else { before };
    let others = sqlx::query(sent_where!("state <> 'dead' AND delivery.id < ?"));
    all.extend(others.bind(before).bind(left).fetch_all(pool).await?);
    all.iter().map(sent).collect()
}

fn sent(row: &SqliteRow) -> Result<Sent> {
    let next_at = Time::from_millis(row.try_get("next_at")?);
    Ok(Sent {
        id: row.try_get("id")?,
        notice: row.try_get("notice_id")?,
        kind: row.try_get("kind")?,
        case: row.try_get("case_id")?,
        account: row.try_get("account")?,
        customer: row.try_get("customer")?,
        probability: row.try_get("probability")?,
        recipient: row.try_get("recipient")?,
        state: row.try_get("state")?,
        attempts: row.try_get("attempts")?,
        at: maybe_time(row.try_get("delivered_at")?).unwrap_or(next_at),
        error: row.try_get("last_error")?,
    })
}

pub(super) async fn revive(
    connection: &mut SqliteConnection,
    delivery: i64,
    at: Time,
) -> Result<()> {
    let query = "UPDATE delivery SET state = 'waiting', attempts = 0, next_at = ?, sent_in = NULL
                 WHERE id = ? AND state = 'dead'";
    let done = sqlx::query(query).bind(at.millis()).bind(delivery).execute(connection).await?;
    if done.rows_affected() == 0 {
        return Err(Error::Missing("delivery that was given up"));
    }
    Ok(())
}

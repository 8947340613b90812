//! Notices, and their way to people. A delivery that is leased is nobody else's until the lease
//! ends; who dies with a lease delivers late, and perhaps twice, with one key.

use firedamp_core::time::Time;
use sqlx::{QueryBuilder, Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    super::{Addressee, Delivery, Ending, Error, Notice, NoticeFilter, Result, Sent},
    rows::maybe_time,
    tree::push_within,
};

/// Letters of an error that are kept.
const ERROR_MAX: usize = 500;

/// A receiver that is new is not told what is older than this.
const ADDRESSED_SECONDS: i64 = 86_400;

pub(super) async fn ask(
    connection: &mut SqliteConnection,
    case: i64,
    (key, kind): (&str, &str),
    body: &str,
    at: Time,
) -> Result<()> {
    sqlx::query(
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
    Ok(())
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
    query.push(" WHERE 1 = 1");
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
    for Addressee { name, within } in recipients {
        let mut query = QueryBuilder::new(
            "INSERT INTO delivery (notice_id, recipient, state, next_at) SELECT notice.id, ",
        );
        query.push_bind(name).push(", 'waiting', ").push_bind(at.millis());
        query.push(" FROM notice LEFT JOIN \"case\" ON \"case\".id = case_id");
        query.push(" LEFT JOIN owner ON owner.account = \"case\".account WHERE asked_at >= ");
        query.push_bind(at.plus_seconds(-ADDRESSED_SECONDS).millis());
        query.push(" AND NOT EXISTS (SELECT 1 FROM delivery WHERE notice_id = notice.id");
        query.push(" AND recipient = ").push_bind(name).push(")");
        if let Some(party) = within {
            push_within(&mut query, "owner.party", party);
        }
        made += query.build().execute(&mut *connection).await?.rows_affected();
    }
    Ok(made)
}

pub(super) async fn lease(
    connection: &mut SqliteConnection,
    at: Time,
    lease_seconds: i64,
    limit: u32,
) -> Result<Vec<Delivery>> {
    let now = at.millis();
    let mut query =
        QueryBuilder::new("SELECT delivery.id AS delivery_id, delivery.recipient AS told, ");
    query
        .push("attempts, notice.*, ")
        .push(CUSTOMER)
        .push(" FROM delivery JOIN notice ON notice.id = notice_id");
    query.push(" WHERE state = 'waiting' AND next_at <= ").push_bind(now);
    query.push(" AND (leased_until IS NULL OR leased_until <= ").push_bind(now);
    query.push(") ORDER BY next_at, delivery.id LIMIT ").push_bind(limit);
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
    })
}

pub(super) async fn deliver(
    connection: &mut SqliteConnection,
    delivery: i64,
    ending: &Ending,
    at: Time,
) -> Result<()> {
    let (state, next_at, error, delivered) = match ending {
        Ending::Delivered => ("delivered", at, None, Some(at.millis())),
        Ending::Again { at, why } => ("waiting", *at, Some(why), None),
        Ending::Dead { why } => ("dead", at, Some(why), None),
    };
    let error: Option<String> = error.map(|why| why.chars().take(ERROR_MAX).collect());
    sqlx::query(
        "UPDATE delivery SET state = ?, next_at = ?, leased_until = NULL, last_error = ?,
         delivered_at = ? WHERE id = ?",
    )
    .bind(state)
    .bind(next_at.millis())
    .bind(error)
    .bind(delivered)
    .bind(delivery)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn deliveries(
    pool: &SqlitePool,
    after: Option<i64>,
    limit: u32,
) -> Result<Vec<Sent>> {
    let rows = sqlx::query(
        "SELECT id, notice_id, recipient, state, attempts, next_at, delivered_at, last_error
         FROM delivery WHERE ?1 IS NULL
         OR (state = 'dead', id) < (SELECT state = 'dead', id FROM delivery WHERE id = ?1)
         ORDER BY state = 'dead' DESC, id DESC LIMIT ?2",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(pool)
    .await?;
    rows.iter().map(sent).collect()
}

fn sent(row: &SqliteRow) -> Result<Sent> {
    let next_at = Time::from_millis(row.try_get("next_at")?);
    Ok(Sent {
        id: row.try_get("id")?,
        notice: row.try_get("notice_id")?,
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
    let query = "UPDATE delivery SET state = 'waiting', attempts = 0, next_at = ?
                 WHERE id = ? AND state = 'dead'";
    let done = sqlx::query(query).bind(at.millis()).bind(delivery).execute(connection).await?;
    if done.rows_affected() == 0 {
        return Err(Error::Missing("delivery that was given up"));
    }
    Ok(())
}

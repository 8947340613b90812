//! Notices whose time has come without anything having happened.

use firedamp_core::time::Time;
use sqlx::{QueryBuilder, Row, SqliteConnection};

use super::{super::Result, cases, notices};

/// People are told so long before an authorisation ends.
const ENDS_SOON_SECONDS: i64 = 14 * 86_400;

pub(super) async fn remind(connection: &mut SqliteConnection, now: Time) -> Result<u64> {
    let before: i64 = count(connection).await?;
    ending(connection, now).await?;
    silent(connection, now).await?;
    Ok(u64::try_from(count(connection).await? - before).unwrap_or_default())
}

async fn count(connection: &mut SqliteConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM notice").fetch_one(connection).await?)
}

/// One notice for each authorisation that ends soon and each case that is legitimate by it.
async fn ending(connection: &mut SqliteConnection, now: Time) -> Result<()> {
    let query = "SELECT authorisation.id AS number, \"case\".id AS case_id, json
        FROM authorisation JOIN \"case\" ON EXISTS (SELECT 1 FROM json_each(life, '$.record')
            WHERE json_each.value = authorisation.id)
        JOIN judgement ON judgement.case_id = \"case\".id
        WHERE state = 'approved' AND ends_at > ?1 AND ends_at <= ?2
            AND status = 'resolved' AND reason = 'legitimate'";
    let soon = now.plus_seconds(ENDS_SOON_SECONDS);
    let rows = sqlx::query(query).bind(now.millis()).bind(soon.millis());
    for row in rows.fetch_all(&mut *connection).await? {
        let (number, case): (i64, i64) = (row.try_get("number")?, row.try_get("case_id")?);
        let key = format!("authorisation-{number}-ends-{case}");
        let body = cases::unpacked(&row.try_get::<Vec<u8>, _>("json")?)?;
        notices::ask(connection, case, (&key, "authorisation_ends"), &body, now).await?;
    }
    Ok(())
}

/// One notice for each question that was not answered in time.
async fn silent(connection: &mut SqliteConnection, now: Time) -> Result<()> {
    let mut query = QueryBuilder::new(
        "SELECT contact.id AS contact_id, contact.case_id, json FROM contact
         JOIN \"case\" ON \"case\".id = contact.case_id
         JOIN judgement ON judgement.case_id = \"case\".id
         WHERE status <> 'resolved' AND answer IS NULL AND state = 'sent' AND due_at <= ",
    );
    query.push_bind(now.millis());
    for row in query.build().fetch_all(&mut *connection).await? {
        let (contact, case): (i64, i64) = (row.try_get("contact_id")?, row.try_get("case_id")?);
        let key = format!("contact-{contact}-silent");
        let known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM notice WHERE key = ?)")
            .bind(&key)
            .fetch_one(&mut *connection)
            .await?;
        if known {
            continue;
        }
        let body = cases::unpacked(&row.try_get::<Vec<u8>, _>("json")?)?;
        notices::ask(connection, case, (&key, "customer_silent"), &body, now).await?;
        let what = "the customer has not answered in time";
        cases::append(connection, case, now, (cases::PROGRAM, "reminded", what)).await?;
    }
    Ok(())
}

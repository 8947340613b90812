//! Notices whose time has come without anything having happened. What is due is looked for beside those
//! who write; only what is new waits for its turn among them.

use firedamp_core::{saying::Saying, time::Time};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{super::Result, Sqlite, cases, notices};

/// People are told so long before an authorisation ends.
const ENDS_SOON_SECONDS: i64 = 14 * 86_400;
/// Notices that are asked for at one look; the rest at the next.
const LOOK_MAX: u32 = 200;

/// Asks for every notice that is due and that nobody has asked for; how many.
pub(super) async fn remind(store: &Sqlite, now: Time) -> Result<u64> {
    let mut asked = 0;
    for row in ending(store, now).await? {
        let due = Due::read(&row)?;
        asked += u64::from(due.ask(store, "authorisation_ends", None, now).await?);
    }
    for row in silent(store, now).await? {
        let due = Due::read(&row)?;
        let what = Saying::of("log-silent");
        asked += u64::from(due.ask(store, "customer_silent", Some(&what), now).await?);
    }
    Ok(asked)
}

/// A notice that is due.
struct Due {
    key: String,
    case: i64,
    body: String,
}

impl Due {
    fn read(row: &SqliteRow) -> Result<Self> {
        let json: Vec<u8> = row.try_get("json")?;
        let (key, case) = (row.try_get("due_key")?, row.try_get("case_id")?);
        Ok(Self { key, case, body: cases::unpacked(&json)? })
    }

    /// Asks for it, and says in the activity what happened; whether it is new.
    async fn ask(
        self,
        store: &Sqlite,
        kind: &str,
        what: Option<&Saying>,
        now: Time,
    ) -> Result<bool> {
        let Self { key, case, body } = self;
        writing!(store, |connection| {
            let is_new = notices::ask(connection, case, (&key, kind), &body, now).await?;
            if let (true, Some(what)) = (is_new, what) {
                cases::append_said(connection, case, now, (cases::PROGRAM, "reminded", what))
                    .await?;
            }
            is_new
        })
    }
}

/// Each authorisation that ends soon with each case that is legitimate by it.
async fn ending(store: &Sqlite, now: Time) -> Result<Vec<SqliteRow>> {
    let soon = now.plus_seconds(ENDS_SOON_SECONDS).millis();
    // On most days none does, and no case has to be looked at.
    let query = "SELECT EXISTS (SELECT 1 FROM authorisation
        WHERE state = 'approved' AND ends_at > ? AND ends_at <= ?)";
    let query = sqlx::query_scalar(query).bind(now.millis()).bind(soon);
    if !query.fetch_one(&store.readers).await? {
        return Ok(Vec::new());
    }
    let query = "SELECT \"case\".id AS case_id, json,
            'authorisation-' || authorisation.id || '-ends-' || \"case\".id AS due_key
        FROM authorisation JOIN \"case\" ON EXISTS (SELECT 1 FROM json_each(life, '$.record')
            WHERE json_each.value = authorisation.id)
        JOIN judgement ON judgement.case_id = \"case\".id
        WHERE state = 'approved' AND ends_at > ? AND ends_at <= ?
            AND status = 'resolved' AND reason = 'legitimate'
            AND NOT EXISTS (SELECT 1 FROM notice WHERE key =
                'authorisation-' || authorisation.id || '-ends-' || \"case\".id) LIMIT ?";
    let query = sqlx::query(query).bind(now.millis()).bind(soon).bind(LOOK_MAX);
    Ok(query.fetch_all(&store.readers).await?)
}

/// Each question that was not answered in time.
async fn silent(store: &Sqlite, now: Time) -> Result<Vec<SqliteRow>> {
    let query = "SELECT contact.case_id, json, 'contact-' || contact.id || '-silent' AS due_key
        FROM contact JOIN \"case\" ON \"case\".id = contact.case_id
        JOIN judgement ON judgement.case_id = \"case\".id
        WHERE status <> 'resolved' AND answer IS NULL AND state = 'sent' AND due_at <= ?
            AND NOT EXISTS (SELECT 1 FROM notice
                WHERE key = 'contact-' || contact.id || '-silent') LIMIT ?";
    let query = sqlx::query(query).bind(now.millis()).bind(LOOK_MAX);
    Ok(query.fetch_all(&store.readers).await?)
}

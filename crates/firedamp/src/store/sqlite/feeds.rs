//! Sources, and how often accounts are heard through them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use firedamp_core::time::Time;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    super::{FeedRow, Feeds, Heard, Result, SourceRow},
    Sqlite,
    rows::{counted, maybe_time, stored},
};

/// Accounts that a notice names.
const NAMED_MAX: usize = 20;
/// Letters of an error that are kept.
const ERROR_MAX: usize = 500;
/// Comes after every address that begins with a source's.
const AFTER_ALL: char = '\u{10ffff}';

#[async_trait]
impl Feeds for Sqlite {
    async fn versions_of(&self, addresses: &[String]) -> Result<BTreeMap<String, String>> {
        let list = serde_json::Value::from(addresses).to_string();
        let query = "SELECT address, version FROM object
            WHERE address IN (SELECT value FROM json_each(?))";
        let rows = sqlx::query(query).bind(list).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    async fn asked(
        &self,
        source: &str,
        at: Time,
        gave: std::result::Result<u64, &str>,
    ) -> Result<()> {
        let error = gave.err().map(|error| error.chars().take(ERROR_MAX).collect::<String>());
        let answered = gave.is_ok().then_some(at.millis());
        writing!(self, |connection| {
            sqlx::query(
                "INSERT INTO source (address, asked_at, answered_at, error, taken)
                 VALUES (?, ?, ?, ?, ?) ON CONFLICT (address) DO UPDATE SET
                 asked_at = excluded.asked_at, error = excluded.error,
                 answered_at = coalesce(excluded.answered_at, answered_at),
                 taken = taken + excluded.taken",
            )
            .bind(source)
            .bind(at.millis())
            .bind(answered)
            .bind(error)
            .bind(stored(gave.unwrap_or_default()))
            .execute(connection)
            .await?;
        })
    }

    async fn sources(&self) -> Result<Vec<SourceRow>> {
        let query = "SELECT * FROM source ORDER BY address";
        let rows = sqlx::query(query).fetch_all(&self.readers).await?;
        let row = |row: &SqliteRow| {
            Ok(SourceRow {
                address: row.try_get("address")?,
                asked_at: Time::from_millis(row.try_get("asked_at")?),
                answered_at: maybe_time(row.try_get("answered_at")?),
                error: row.try_get("error")?,
                taken: counted(row.try_get("taken")?),
            })
        };
        rows.iter().map(row).collect()
    }

    async fn heard(&self, source: &str, since: Time) -> Result<Vec<Heard>> {
        let rows = sqlx::query(
            "SELECT account, max(folded_at) AS at, max(min(newest, folded_at)) AS newest_record,
             max(newest IS NULL) AS timeless FROM object JOIN state USING (address)
             WHERE folded_at > ? AND address >= ? AND address < ? GROUP BY account",
        )
        .bind(since.millis())
        .bind(source)
        .bind(format!("{source}{AFTER_ALL}"))
        .fetch_all(&self.readers)
        .await?;
        let heard = |row: &SqliteRow| {
            let at = Time::from_millis(row.try_get("at")?);
            let timeless: i64 = row.try_get("timeless")?;
            let newest = maybe_time(row.try_get("newest_record")?).filter(|_| timeless == 0);
            Ok(Heard { account: row.try_get("account")?, at, newest })
        };
        rows.iter().map(heard).collect()
    }

    async fn feeds(&self, account: Option<&str>) -> Result<Vec<FeedRow>> {
        let query = "SELECT * FROM feed WHERE ?1 IS NULL OR account = ?1 ORDER BY source, account";
        let rows = sqlx::query(query).bind(account).fetch_all(&self.readers).await?;
        rows.iter().map(feed).collect()
    }

    async fn note_feeds(&self, feeds: &[FeedRow], at: Time) -> Result<()> {
        writing!(self, |connection| {
            let mut silent: BTreeMap<&str, Vec<&FeedRow>> = BTreeMap::new();
            for feed in feeds {
                if note(connection, feed).await? {
                    silent.entry(&feed.source).or_default().push(feed);
                }
            }
            for (source, feeds) in silent {
                ask(connection, source, &feeds, at).await?;
            }
            end(connection, at).await?;
        })
    }

    async fn position(&self, source: &str) -> Result<Option<String>> {
        let query = "SELECT position FROM pulled WHERE source = ?";
        Ok(sqlx::query_scalar(query).bind(source).fetch_optional(&self.readers).await?)
    }

    async fn set_position(&self, source: &str, position: &str) -> Result<()> {
        writing!(self, |connection| {
            sqlx::query(
                "INSERT INTO pulled (source, position) VALUES (?, ?)
                 ON CONFLICT (source) DO UPDATE SET position = excluded.position",
            )
            .bind(source)
            .bind(position)
            .execute(connection)
            .await?;
        })
    }
}

fn feed(row: &SqliteRow) -> Result<FeedRow> {
    Ok(FeedRow {
        source: row.try_get("source")?,
        account: row.try_get("account")?,
        heard_at: Time::from_millis(row.try_get("heard_at")?),
        first_at: Time::from_millis(row.try_get("first_at")?),
        newest_record: maybe_time(row.try_get("newest")?),
        usual: row.try_get("usual")?,
        longest: row.try_get("longest")?,
        silent_since: maybe_time(row.try_get("silent_since")?),
    })
}

/// Writes a feed; whether it is silent now and was not before.
async fn note(connection: &mut SqliteConnection, feed: &FeedRow) -> Result<bool> {
    let FeedRow { source, account, first_at, heard_at, usual, longest, silent_since, .. } = feed;
    let before: Option<Option<i64>> =
        sqlx::query_scalar("SELECT silent_since FROM feed WHERE source = ? AND account = ?")
            .bind(source)
            .bind(account)
            .fetch_optional(&mut *connection)
            .await?;
    sqlx::query(
        "INSERT INTO feed (source, account, first_at, heard_at, usual, longest, silent_since, newest)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, account) DO UPDATE SET
         first_at = excluded.first_at, heard_at = excluded.heard_at, usual = excluded.usual, longest = excluded.longest,
         silent_since = excluded.silent_since, newest = excluded.newest",
    )
    .bind(source)
    .bind(account)
    .bind(first_at.millis())
    .bind(heard_at.millis())
    .bind(usual)
    .bind(longest)
    .bind(silent_since.map(Time::millis))
    .bind(feed.newest_record.map(Time::millis))
    .execute(connection)
    .await?;
    Ok(silent_since.is_some() && before.flatten().is_none())
}

/// One notice for all accounts that a source is silent about since the same look at it.
async fn ask(
    connection: &mut SqliteConnection,
    source: &str,
    feeds: &[&FeedRow],
    at: Time,
) -> Result<()> {
    let accounts: Vec<&str> = feeds.iter().map(|feed| feed.account.as_str()).collect();
    let id = if let [account] = accounts[..] { account } else { source };
    let since = feeds.iter().filter_map(|feed| feed.silent_since).min();
    let body = serde_json::json!({
        "id": id,
        "source": source,
        "accounts": accounts.iter().take(NAMED_MAX).collect::<Vec<_>>(),
        "count": accounts.len(),
        "since": since.map(|since| since.to_string()),
    });
    sqlx::query(
        "INSERT INTO notice (key, kind, asked_at, body) VALUES (?, 'feed_silent', ?, ?)
         ON CONFLICT (key) DO NOTHING",
    )
    .bind(format!("feed_silent {source} {at}"))
    .bind(at.millis())
    .bind(body.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Whoever is heard again needs no notice that somebody still has to see.
async fn end(connection: &mut SqliteConnection, at: Time) -> Result<()> {
    sqlx::query(
        "UPDATE notice SET read_at = ? WHERE kind = 'feed_silent' AND read_at IS NULL
         AND json_extract(CAST(body AS TEXT), '$.source') NOT IN
         (SELECT source FROM feed WHERE silent_since IS NOT NULL)",
    )
    .bind(at.millis())
    .execute(connection)
    .await?;
    Ok(())
}

//! Who may come in. Only hashes are kept: who reads the file gets no key to the door.

mod sessions;
mod users;

use async_trait::async_trait;
use firedamp_core::time::Time;
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use super::{
    super::{
        AHEAD_SECONDS, Access, Error, Holder, NewSession, NewUser, Result, Session, SessionRow,
        TokenRow, UserChange, UserRow,
    },
    Sqlite,
    rows::maybe_time,
};

#[async_trait]
impl Access for Sqlite {
    async fn add_token(
        &self,
        hash: &[u8; 32],
        holder: &Holder,
        at: Time,
        until: Option<Time>,
    ) -> Result<()> {
        writing!(self, |connection| add_token(connection, hash, holder, at, until).await?)
    }

    async fn is_claimed(&self) -> Result<bool> {
        let query = "SELECT EXISTS (SELECT 1 FROM token) OR EXISTS (SELECT 1 FROM user)";
        Ok(sqlx::query_scalar(query).fetch_one(&self.readers).await?)
    }

    async fn token(&self, hash: &[u8; 32], at: Time) -> Result<Option<Holder>> {
        let query = "SELECT name, role, scope FROM token
                     WHERE hash = ? AND (expires_at IS NULL OR expires_at > ?)";
        let query = sqlx::query(query).bind(hash.as_slice()).bind(at.millis());
        query.fetch_optional(&self.readers).await?.as_ref().map(holder).transpose()
    }

    async fn tokens(&self) -> Result<Vec<TokenRow>> {
        tokens(&self.readers).await
    }

    async fn end_token(&self, name: &str) -> Result<()> {
        writing!(self, |connection| end_token(connection, name).await?)
    }

    async fn set_back_tokens(&self, at: Time) -> Result<u64> {
        let query = "UPDATE token SET made_at = ?1, expires_at = expires_at - (made_at - ?1)
                     WHERE made_at > ?2";
        let query = sqlx::query(query).bind(at.millis()).bind(latest(at).millis());
        Ok(query.execute(&self.writer).await?.rows_affected())
    }

    async fn add_user(&self, user: &NewUser, at: Time) -> Result<()> {
        writing!(self, |connection| users::add(connection, user, at).await?)
    }

    async fn users(&self) -> Result<Vec<UserRow>> {
        users::list(&self.readers).await
    }

    async fn change_user(&self, name: &str, change: &UserChange) -> Result<()> {
        writing!(self, |connection| users::change(connection, name, change).await?)
    }

    async fn password(&self, name: &str) -> Result<Option<String>> {
        users::password(&self.readers, name).await
    }

    async fn set_password(&self, name: &str, password: &str, but: Option<i64>) -> Result<()> {
        writing!(self, |connection| users::set_password(connection, name, password, but).await?)
    }

    async fn invite(&self, name: &str, hash: &[u8; 32], until: Time) -> Result<()> {
        writing!(self, |connection| users::invite(connection, name, hash, until).await?)
    }

    async fn accept(&self, hash: &[u8; 32], password: &str, at: Time) -> Result<Option<String>> {
        writing!(self, |connection| users::accept(connection, hash, password, at).await?)
    }

    async fn open_session(&self, session: &NewSession<'_>) -> Result<()> {
        writing!(self, |connection| sessions::open(connection, session).await?)
    }

    async fn session(
        &self,
        hash: &[u8; 32],
        at: Time,
        idle_since: Time,
    ) -> Result<Option<Session>> {
        sessions::find(&self.readers, hash, at, idle_since).await
    }

    async fn touch_session(&self, id: i64, at: Time) -> Result<()> {
        writing!(self, |connection| sessions::touch(connection, id, at).await?)
    }

    async fn sessions(&self, user: &str, at: Time, idle_since: Time) -> Result<Vec<SessionRow>> {
        sessions::list(&self.readers, user, at, idle_since).await
    }

    async fn end_session(&self, hash: &[u8; 32]) -> Result<()> {
        let query = "DELETE FROM session WHERE hash = ?";
        sqlx::query(query).bind(hash.as_slice()).execute(&self.writer).await?;
        Ok(())
    }

    async fn end_session_of(&self, user: &str, id: i64) -> Result<()> {
        let query = sqlx::query("DELETE FROM session WHERE user = ? AND id = ?");
        let gone = query.bind(user).bind(id).execute(&self.writer).await?;
        found(gone.rows_affected(), "session")
    }

    async fn forget_sessions(&self, at: Time, idle_since: Time) -> Result<u64> {
        let query = "DELETE FROM session
                     WHERE expires_at <= ? OR seen_at <= ? OR max(opened_at, seen_at) > ?";
        let query = sqlx::query(query).bind(at.millis()).bind(idle_since.millis());
        let query = query.bind(latest(at).millis());
        Ok(query.execute(&self.writer).await?.rows_affected())
    }
}

/// What is later was not done before `at` by a clock that went right.
const fn latest(at: Time) -> Time {
    at.plus_seconds(AHEAD_SECONDS)
}

/// One row was meant; none is an error.
fn found(rows: u64, what: &'static str) -> Result<()> {
    if rows == 0 { Err(Error::Missing(what)) } else { Ok(()) }
}

async fn add_token(
    connection: &mut SqliteConnection,
    hash: &[u8; 32],
    holder: &Holder,
    at: Time,
    until: Option<Time>,
) -> Result<()> {
    check_scope(connection, holder.scope.as_deref()).await?;
    check_name(connection, &holder.name).await?;
    sqlx::query(
        "INSERT INTO token (hash, name, role, scope, made_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(hash.as_slice())
    .bind(&holder.name)
    .bind(&holder.role)
    .bind(&holder.scope)
    .bind(at.millis())
    .bind(until.map(Time::millis))
    .execute(connection)
    .await?;
    Ok(())
}

/// Refuses a name that somebody has: it is what is written down for what they do.
async fn check_name(connection: &mut SqliteConnection, name: &str) -> Result<()> {
    let query = "SELECT EXISTS (SELECT 1 FROM token WHERE name = ?1 COLLATE NOCASE)
                 OR EXISTS (SELECT 1 FROM user WHERE name = ?1)";
    match sqlx::query_scalar(query).bind(name).fetch_one(connection).await? {
        true => Err(Error::Refused(format!("somebody is called `{name}` already"))),
        false => Ok(()),
    }
}

async fn check_scope(connection: &mut SqliteConnection, party: Option<&str>) -> Result<()> {
    let Some(party) = party else { return Ok(()) };
    let known = sqlx::query("SELECT 1 FROM party WHERE id = ?").bind(party);
    let known = known.fetch_optional(connection).await?;
    known.map(|_row| ()).ok_or(Error::Missing("customer to let in"))
}

/// Refuses to leave nobody who may let others in: neither a person nor a token without an end.
async fn check_somebody_is_left(connection: &mut SqliteConnection) -> Result<()> {
    let query = "SELECT EXISTS (SELECT 1 FROM user WHERE role = 'admin' AND scope IS NULL
                 AND is_disabled = 0 AND password IS NOT NULL) OR EXISTS (SELECT 1 FROM token
                 WHERE role = 'admin' AND scope IS NULL AND expires_at IS NULL)";
    match sqlx::query_scalar(query).fetch_one(connection).await? {
        true => Ok(()),
        false => Err(Error::Refused("nobody would be left to let others in".to_string())),
    }
}

async fn tokens(pool: &SqlitePool) -> Result<Vec<TokenRow>> {
    let query = "SELECT name, role, scope, made_at, expires_at FROM token ORDER BY name";
    let rows = sqlx::query(query).fetch_all(pool).await?;
    let row = |row: &SqliteRow| {
        let Holder { name, role, scope } = holder(row)?;
        let made_at = Time::from_millis(row.try_get("made_at")?);
        let expires_at = maybe_time(row.try_get("expires_at")?);
        Ok(TokenRow { name, role, scope, made_at, expires_at })
    };
    rows.iter().map(row).collect()
}

async fn end_token(connection: &mut SqliteConnection, name: &str) -> Result<()> {
    let query = sqlx::query("DELETE FROM token WHERE name = ?").bind(name);
    found(query.execute(&mut *connection).await?.rows_affected(), "token")?;
    // Another key of the name is somebody else's.
    for forget in
        ["DELETE FROM webhook WHERE holder = ?", "DELETE FROM webhook_test WHERE holder = ?"]
    {
        sqlx::query(forget).bind(name).execute(&mut *connection).await?;
    }
    check_somebody_is_left(connection).await
}

fn holder(row: &SqliteRow) -> Result<Holder> {
    Ok(Holder {
        name: row.try_get("name")?,
        role: row.try_get("role")?,
        scope: row.try_get("scope")?,
    })
}

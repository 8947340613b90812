//! The shape of the database: which one it has, which one this program knows, and what lies between.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    pin::pin,
    time::{Duration, Instant},
};

use sqlx::{
    Connection, Row, SqliteConnection, SqlitePool, migrate::MigrateError,
    sqlite::SqliteConnectOptions,
};

use super::{
    super::{Changing, Error, Result, Shape},
    shapes::SHAPES,
};

/// A change that takes longer is told, and again after every so long.
const SILENT: Duration = Duration::from_secs(2);
const AGAIN: Duration = Duration::from_secs(10);
/// What `SQLite` says when there is no room, and when a page is not what it should be or there is no
/// database at all (its primary result codes, which are the lowest byte).
const FULL: u32 = 13;
const DAMAGED: [u32; 2] = [11, 26];
const PRIMARY: u32 = 0xff;

/// How a database stands to this program. Nothing is written.
pub(super) async fn of(path: &Path) -> Result<Shape> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let applied = applied(&mut connection).await?;
    connection.close().await?;
    Ok(standing(&applied))
}

/// Copies a database as it is.
pub(super) async fn copy(path: &Path, copy: &Path) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    write_copy(&mut connection, copy).await?;
    Ok(connection.close().await?)
}

/// Writes all that is there to a new file.
pub(super) async fn write_copy(connection: &mut SqliteConnection, path: &Path) -> Result<()> {
    if path.exists() {
        return Err(Error::Refused(format!("`{}` is there already", path.display())));
    }
    // SQLite would make it for everybody to read.
    let made = crate::private::create(path);
    made.map_err(|error| Error::Refused(format!("cannot write the copy: {error}")))?;
    let name = path.to_string_lossy().into_owned();
    sqlx::query("VACUUM INTO ?").bind(name).execute(connection).await?;
    Ok(())
}

fn standing(applied: &BTreeSet<i64>) -> Shape {
    let known = || SHAPES.iter().filter(|one| !one.migration_type.is_down_migration());
    Shape {
        have: applied.last().copied(),
        knows: known().map(|one| one.version).max().unwrap_or_default(),
        missing: known()
            .filter(|one| !applied.contains(&one.version))
            .map(|one| (one.version, one.description.to_string()))
            .collect(),
        is_newer: applied.iter().any(|version| !SHAPES.version_exists(*version)),
    }
}

async fn applied(connection: &mut SqliteConnection) -> Result<BTreeSet<i64>> {
    let table = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = '_sqlx_migrations')";
    let is_there: bool = sqlx::query_scalar(table).fetch_one(&mut *connection).await?;
    if !is_there {
        return Ok(BTreeSet::new());
    }
    let query = sqlx::query("SELECT version FROM _sqlx_migrations WHERE success = 1");
    let rows = query.fetch_all(connection).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<std::result::Result<_, _>>()?)
}

/// Whatever a newer program wrote is left alone.
pub(super) fn refuse_newer(shape: &Shape) -> Result<()> {
    match shape.have.filter(|_| shape.is_newer) {
        Some(have) => Err(Error::Newer { have, knows: shape.knows }),
        None => Ok(()),
    }
}

/// Brings the database at `path` to the shape that this program knows, one change after the other; each
/// is made whole or not at all. What takes long is told.
pub(super) async fn bring_up_to_date(
    pool: &SqlitePool,
    path: &Path,
    tell: &(dyn Fn(&Changing) + Sync),
) -> Result<()> {
    let shape = standing(&applied(&mut *pool.acquire().await?).await?);
    if shape.missing.is_empty() || shape.have.is_none() {
        return Ok(SHAPES.run(pool).await?);
    }
    for (done, to) in shape.missing.iter().enumerate() {
        empty_journal(pool).await?;
        let step = (done + 1, shape.missing.len());
        let slow = Slow { to, step, journal: journal(path), began: Instant::now(), tell };
        slow.watch(SHAPES.run_to(to.0, pool)).await?;
    }
    empty_journal(pool).await
}

/// The journal may be as large as the database, and would stay so.
async fn empty_journal(pool: &SqlitePool) -> Result<()> {
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(pool).await?;
    Ok(())
}

/// Where `SQLite` writes what is not in the database yet.
fn journal(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// A change under way.
struct Slow<'a> {
    to: &'a (i64, String),
    step: (usize, usize),
    journal: PathBuf,
    began: Instant,
    tell: &'a (dyn Fn(&Changing) + Sync),
}

impl Slow<'_> {
    /// Waits for it, and tells how it goes as soon as it is slow.
    async fn watch<T>(&self, change: impl Future<Output = T>) -> T {
        let mut change = pin!(change);
        let mut patience = SILENT;
        loop {
            match tokio::time::timeout(patience, &mut change).await {
                Ok(done) if patience == SILENT => return done,
                Ok(done) => {
                    self.told(true);
                    return done;
                }
                Err(_) => self.told(false),
            }
            patience = AGAIN;
        }
    }

    fn told(&self, is_done: bool) {
        let written = fs::metadata(&self.journal).map_or(0, |journal| journal.len());
        (self.tell)(&Changing {
            to: self.to.clone(),
            step: self.step,
            took: self.began.elapsed(),
            written,
            is_done,
        });
    }
}

/// What a database said, once: the library says it again for every layer that it went through.
pub(crate) fn said(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_string(),
        other => other.to_string(),
    }
}

/// The same of a change of shape that failed.
pub(crate) fn said_of_shape(error: &MigrateError) -> String {
    match error {
        MigrateError::Execute(error) => said(error),
        MigrateError::ExecuteMigration(error, version) => format!("{version}: {}", said(error)),
        other => other.to_string(),
    }
}

/// Whether there was no room.
pub(crate) fn is_full(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| code & PRIMARY == FULL)
}

/// Whether it found damage.
pub(crate) fn is_damage(error: &sqlx::Error) -> bool {
    let is_kept_packed = matches!(error, sqlx::Error::Decode(_));
    is_kept_packed || code(error).is_some_and(|code| DAMAGED.contains(&(code & PRIMARY)))
}

fn code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code)?;
    code.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn a_slow_change_is_told_and_a_quick_one_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = journal(&folder.path().join("desk.db"));
        fs::write(&journal, vec![0; 3_400_000]).expect("a journal");
        let told = Mutex::new(Vec::new());
        let tell = |changing: &Changing| told.lock().expect("ours").push(changing.to_string());
        let to = (140, "texts".to_string());
        let slow = Slow { to: &to, step: (2, 3), journal, began: Instant::now(), tell: &tell };
        assert_eq!(slow.watch(async { 7 }).await, 7);
        assert_eq!(told.lock().expect("ours").len(), 0);
        slow.watch(tokio::time::sleep(SILENT + Duration::from_millis(100))).await;
        let told = told.into_inner().expect("ours");
        assert_eq!(told.len(), 2, "{told:?}");
        let begins = "the database is brought to shape 0140 texts (change 2 of 3): 2 s and 3 MB written so far";
        assert!(told[0].starts_with(begins), "{told:?}");
        assert!(told[1].starts_with("the database has shape 0140 texts; that took 2."), "{told:?}");
    }
}

//! The store of a desk that has one machine: `SQLite` in the data folder, one writer, many readers.

/// Runs `$body` with a connection that alone may write, all or nothing.
macro_rules! writing {
    ($store:expr, |$connection:ident| $body:expr) => {{
        let mut transaction = $store.begin().await?;
        let $connection: &mut SqliteConnection = &mut transaction;
        let done = $body;
        transaction.commit().await?;
        Ok(done)
    }};
}

mod access;
mod alert;
mod answers;
mod authorisations;
mod briefs;
mod calibration;
mod cases;
mod casework;
mod cleanup;
mod feeds;
mod knowledge;
mod learnt;
mod marks;
mod notices;
mod objects;
mod outbox;
mod outcome;
mod partner;
mod reminders;
mod retention;
mod rows;
mod service_request;
mod shape;
mod shapes;
mod totals;
mod tree;
mod triage;
mod webhook;

use std::{collections::BTreeMap, path::Path, time::Duration};

use async_trait::async_trait;
use firedamp_core::{
    id::{Account, ObjectId},
    time::Time,
};
use sqlx::{
    SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    AccountFile, AccountRow, Act, Addressee, CaseFile, CaseRow, Changing, CustomerFilter,
    CustomerRow, Delivery, Ending, Entry, Filter, Folded, Judgement, Notice, NoticeFilter, Object,
    Result, Sent, Shape, Store, Totals,
};

use crate::tree::Tree;
pub(super) use shape::{is_damage, is_full, said, said_of_shape};

/// How long a call waits for another one that writes.
const BUSY: Duration = Duration::from_secs(10);
const READERS: u32 = 4;
const BEGIN: &str = "BEGIN IMMEDIATE";

/// A store in one file.
#[derive(Debug)]
pub struct Sqlite {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Sqlite {
    /// Opens the database at `path`, makes it where there is none, and brings it to the present shape.
    ///
    /// # Errors
    /// When the file can't be made, read or brought to the present shape, and when a newer program
    /// wrote it.
    pub async fn open(path: &Path) -> Result<Self> {
        Self::open_telling(path, &|changing| tracing::info!("{changing}")).await
    }

    /// The same, and `tell` hears of a change of shape that takes long.
    ///
    /// # Errors
    /// As those of [`Self::open`].
    pub async fn open_telling(path: &Path, tell: &(dyn Fn(&Changing) + Sync)) -> Result<Self> {
        if path.exists() {
            // Looked at before anything is written, be it the way in which its journal is kept.
            shape::refuse_newer(&shape::of(path).await?)?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        let pool = |connections| SqlitePoolOptions::new().max_connections(connections);
        let writer = pool(1).connect_with(options.clone()).await?;
        shape::bring_up_to_date(&writer, path, tell).await?;
        let readers = pool(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { writer, readers })
    }

    /// Alone to write, until it is committed or dropped.
    async fn begin(&self) -> Result<Transaction<'static, sqlx::Sqlite>> {
        match self.writer.begin_with(BEGIN).await {
            // On a full disk SQLite takes a transaction back by itself. The library counts it as open
            // all the same, and would begin none on this connection for ever.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                self.writer.acquire().await?.close().await?;
                Ok(self.writer.begin_with(BEGIN).await?)
            }
            begun => Ok(begun?),
        }
    }

    /// Which shape the database at `path` has, and what would bring it to the present one. Nothing is
    /// written.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn shape(path: &Path) -> Result<Shape> {
        shape::of(path).await
    }

    /// Copies the database at `path` as it is, whatever its shape.
    ///
    /// # Errors
    /// When it can't be read, or there is something at `copy` already.
    pub async fn copy(path: &Path, copy: &Path) -> Result<()> {
        shape::copy(path, copy).await
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn versions(&self) -> Result<BTreeMap<String, String>> {
        objects::versions(&self.readers).await
    }

    async fn fold(&self, folded: &[Folded]) -> Result<()> {
        writing!(self, |connection| {
            for one in folded {
                objects::fold(connection, one).await?;
            }
        })
    }

    async fn forget_objects(&self, before: Time) -> Result<u64> {
        writing!(self, |connection| objects::forget(connection, before).await?)
    }

    async fn rename_objects(&self, from: &str, to: &str) -> Result<u64> {
        writing!(self, |connection| objects::rename(connection, from, to).await?)
    }

    async fn changed_accounts(&self) -> Result<Vec<Account>> {
        objects::changed_accounts(&self.readers).await
    }

    async fn accounts(&self) -> Result<Vec<Account>> {
        objects::accounts(&self.readers).await
    }

    async fn states(&self, account: &Account) -> Result<Vec<Vec<u8>>> {
        objects::states(&self.readers, account).await
    }

    async fn count_states(&self, account: &Account) -> Result<u64> {
        objects::count_states(&self.readers, account).await
    }

    async fn traffic_objects(&self, accounts: &[Account]) -> Result<Vec<Object>> {
        objects::with_traffic(&self.readers, accounts).await
    }

    async fn traffic_after(&self, after: (Time, &str), limit: u32) -> Result<Vec<Object>> {
        objects::traffic_after(&self.readers, after, limit).await
    }

    async fn object(&self, id: ObjectId) -> Result<Option<Object>> {
        objects::by_hash(&self.readers, id).await
    }

    async fn judge(&self, judgement: &Judgement, at: Time) -> Result<Option<i64>> {
        writing!(self, |connection| cases::judge(connection, judgement, at).await?)
    }

    async fn judged(&self, accounts: &[Account]) -> Result<()> {
        writing!(self, |connection| objects::judged(connection, accounts).await?)
    }

    async fn cases(&self, filter: &Filter) -> Result<Vec<CaseRow>> {
        cases::list(&self.readers, filter).await
    }

    async fn sleeping(&self, within: Option<&str>, now: Time) -> Result<u64> {
        cases::sleeping(&self.readers, within, now).await
    }

    async fn unreadable(&self, after: Option<&str>, limit: u32) -> Result<Vec<Object>> {
        objects::unreadable(&self.readers, after, limit).await
    }

    async fn unreadable_of(
        &self,
        account: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Object>> {
        objects::unreadable_of(&self.readers, account, after, limit).await
    }

    async fn case(&self, id: i64, within: Option<&str>) -> Result<CaseFile> {
        cases::file(&self.readers, id, within).await
    }

    async fn case_of(&self, account: &str) -> Result<CaseFile> {
        cases::file_of(&self.readers, account).await
    }

    async fn activity(&self, case: i64) -> Result<Vec<Entry>> {
        cases::activity(&self.readers, case).await
    }

    async fn act(&self, act: &Act) -> Result<CaseRow> {
        writing!(self, |connection| cases::act(connection, act).await?)
    }

    async fn notices(&self, filter: &NoticeFilter) -> Result<Vec<Notice>> {
        notices::list(&self.readers, filter).await
    }

    async fn read_notice(&self, id: i64, at: Time) -> Result<()> {
        writing!(self, |connection| notices::read(connection, id, at).await?)
    }

    async fn address(&self, recipients: &[Addressee], at: Time) -> Result<u64> {
        writing!(self, |connection| notices::address(connection, recipients, at).await?)
    }

    async fn lease(&self, at: Time, lease_seconds: i64, limit: u32) -> Result<Vec<Delivery>> {
        writing!(self, |connection| notices::lease(connection, at, lease_seconds, limit).await?)
    }

    async fn deliver(&self, deliveries: &[i64], ending: &Ending, at: Time) -> Result<()> {
        writing!(self, |connection| {
            for id in deliveries {
                notices::deliver(connection, *id, ending, at).await?;
            }
        })
    }

    async fn deliveries(&self, after: Option<i64>, limit: u32) -> Result<Vec<Sent>> {
        notices::deliveries(&self.readers, None, after, limit).await
    }

    async fn revive(&self, delivery: i64, at: Time) -> Result<()> {
        writing!(self, |connection| notices::revive(connection, delivery, at).await?)
    }

    async fn plant(&self, planted: &Tree) -> Result<()> {
        writing!(self, |connection| tree::plant(connection, planted).await?)
    }

    async fn customers(&self, filter: &CustomerFilter) -> Result<Vec<CustomerRow>> {
        tree::customers(&self.readers, filter).await
    }

    async fn customer(&self, id: &str, within: Option<&str>) -> Result<CustomerRow> {
        tree::one(&self.readers, id, within).await
    }

    async fn accounts_of(&self, customer: Option<&str>, limit: u32) -> Result<Vec<AccountRow>> {
        tree::accounts(&self.readers, customer, limit).await
    }

    async fn account(&self, account: &str, within: Option<&str>) -> Result<AccountFile> {
        tree::account(&self.readers, account, within).await
    }

    async fn totals(&self, within: Option<&str>) -> Result<Totals> {
        match within {
            Some(party) => totals::within(&self.readers, party).await,
            None => totals::of_all(&self.readers).await,
        }
    }

    async fn backup(&self, path: &Path) -> Result<()> {
        shape::write_copy(&mut *self.writer.acquire().await?, path).await
    }

    async fn check(&self) -> Result<Vec<String>> {
        let pool = &self.readers;
        let looks = [
            objects::check(pool).await,
            totals::check(pool).await,
            cases::check_texts(pool).await,
            cases::check(pool).await,
        ];
        let mut damage = Vec::new();
        for found in looks {
            match found {
                Ok(found) => damage.extend(found),
                // Whoever can't look for damage has found it.
                Err(error) if error.is_damage() => damage.push(error.to_string()),
                Err(error) => return Err(error),
            }
        }
        Ok(damage)
    }
}

//! The task that forgets, once an hour: rows of the store a few at a time, and files.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::Result;
use firedamp_core::time::Time;
use tokio::sync::watch;
use walkdir::WalkDir;

use super::{Keep, Kind, RULES};
use crate::{source::intake::Intake, store::Store};

const PAUSE: Duration = Duration::from_secs(3600);
const DAY_SECONDS: i64 = 86_400;
/// Rows forgotten in one transaction, and transactions of one kind in an hour.
const ROWS_MAX: u32 = 500;
const STEPS_MAX: usize = 200;
/// Files removed in an hour.
const FILES_MAX: usize = 100_000;
/// Cases whose marks are written in one go.
const CASES_MAX: u32 = 100;

/// Forgets what is too old. Objects are the desk's own, which must forget with them what it holds of
/// their accounts.
pub struct Keeper {
    /// Where rows are.
    pub store: Arc<dyn Store>,
    /// How long they stay.
    pub keep: Keep,
    /// Folders with what was pushed and pulled.
    pub folders: Vec<PathBuf>,
    /// What brings objects of buckets, if any are watched.
    pub intake: Option<Arc<Intake>>,
}

impl Keeper {
    /// Forgets again and again until it is told to stop.
    pub async fn run(self, clock: fn() -> Time, mut stop: watch::Receiver<bool>) {
        self.mark(&stop).await;
        while !*stop.borrow() {
            match self.sweep(clock()).await {
                Ok(0) => {}
                Ok(gone) => tracing::info!(gone, "forgot what was old"),
                Err(error) => tracing::error!("{error:#}; what is old is forgotten later"),
            }
            if let Err(error) = self.store.set_back_tokens(clock()).await {
                tracing::error!("{error}; what a wrong clock let in stays for longer");
            }
            // Either way the loop's condition decides.
            let _stopped = tokio::time::timeout(PAUSE, stop.wait_for(|stop| *stop)).await;
        }
    }

    /// Writes down what cases are found by that are from before there was a search.
    async fn mark(&self, stop: &watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.store.mark_some(CASES_MAX).await {
                Ok(0) => return,
                Ok(marked) => tracing::info!(marked, "older cases can be searched for now"),
                Err(error) => return tracing::error!("{error}; older cases are not found yet"),
            }
        }
    }

    /// Forgets what is too old at `now`; how many things.
    ///
    /// # Errors
    /// When the store can't be written.
    pub async fn sweep(&self, now: Time) -> Result<u64> {
        let mut gone = 0;
        for rule in RULES {
            let Some(days) = self.keep.days(rule.kind) else { continue };
            let before = now.plus_seconds(-i64::from(days) * DAY_SECONDS);
            gone += match rule.kind {
                Kind::Objects => self.drop_forgotten().await?,
                Kind::Pushed => self.forget_files(before).await?,
                Kind::Spool => self.forget_spool(before),
                kind => self.forget_rows(kind, before).await?,
            };
        }
        Ok(gone)
    }

    async fn forget_rows(&self, kind: Kind, before: Time) -> Result<u64> {
        let mut gone = 0;
        for _ in 0..STEPS_MAX {
            let some = self.store.forget(kind, before, ROWS_MAX).await?;
            gone += some;
            if some < u64::from(ROWS_MAX) {
                break;
            }
        }
        Ok(gone)
    }

    /// That an object was forgotten need not be known once it is gone from where it stood.
    async fn drop_forgotten(&self) -> Result<u64> {
        let forgotten = self.store.forgotten().await?;
        let gone = tokio::task::spawn_blocking(move || {
            let gone = forgotten.into_iter().filter(|one| !Path::new(&one.path).exists());
            gone.map(|one| one.address).collect::<Vec<String>>()
        });
        let gone = gone.await?;
        if !gone.is_empty() {
            self.store.drop_forgotten(&gone).await?;
        }
        Ok(0)
    }

    async fn forget_files(&self, before: Time) -> Result<u64> {
        let (folders, before) = (self.folders.clone(), moment(before));
        Ok(tokio::task::spawn_blocking(move || remove_older(&folders, before)).await?)
    }

    fn forget_spool(&self, before: Time) -> u64 {
        self.intake.as_ref().map_or(0, |intake| intake.spool.forget(moment(before)))
    }
}

fn moment(time: Time) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(time.millis()).unwrap_or_default())
}

/// Removes files that were written before a moment; their folders stay.
fn remove_older(folders: &[PathBuf], before: SystemTime) -> u64 {
    let files = folders.iter().flat_map(|folder| WalkDir::new(folder).follow_links(false));
    let is_old = |path: &Path| {
        let metadata = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file);
        metadata.and_then(|one| one.modified().ok()).is_some_and(|written| written < before)
    };
    let old = files.filter_map(Result::ok).filter(|file| is_old(file.path())).take(FILES_MAX);
    // Who removed it before us did the same.
    let removed = old.filter(|file| fs::remove_file(file.path()).is_ok());
    removed.count() as u64
}

//! What arrives: files under watched folders that are new, or not what they were.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::Result;
use firedamp_core::{fold::STATE_VERSION, id::Account, time::Time};

use crate::{
    source::{Entry, Found, account_of, intake::Intake},
    store::{Object, Store},
};

/// An object to be folded.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Where it came from: its identity.
    pub address: String,
    /// What tells a changed object from the same one.
    pub version: String,
    /// Where its bytes are.
    pub path: PathBuf,
    /// How many.
    pub bytes: u64,
    /// The account that its address names.
    pub account: Option<Account>,
    /// When it was folded before, in this version.
    pub folded_at: Option<Time>,
    /// Why it is not read, if it is not.
    pub refused: Option<String>,
}

impl Arrival {
    /// An object that was folded before, to be folded again as it is now.
    #[must_use]
    pub fn of(object: &Object) -> Self {
        Self {
            account: account_of(Path::new(&object.address)),
            address: object.address.clone(),
            version: object.version.clone(),
            bytes: object.bytes,
            path: PathBuf::from(&object.path),
            folded_at: Some(object.folded_at),
            refused: None,
        }
    }

    fn file(entry: Entry) -> Self {
        let version = version(&entry);
        let Entry { path, name, bytes, account, .. } = entry;
        Self { address: name, version, path, bytes, account, folded_at: None, refused: None }
    }

    /// Stands for a file in this version among those that are known.
    fn mark(&self) -> u64 {
        let hash = blake3::hash(format!("{}\n{}", self.address, self.version).as_bytes());
        hash.as_bytes().first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk))
    }
}

/// Length and time of the last change; and how states are written, so that objects are folded anew
/// when that changes.
fn version(entry: &Entry) -> String {
    let since = entry.changed.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    format!("{STATE_VERSION}-{}-{}", entry.bytes, since.as_nanos())
}

/// Whether a file was written last before this time.
fn is_older(entry: &Entry, than: Time) -> bool {
    let than = u64::try_from(than.millis()).unwrap_or_default();
    let than = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(than);
    entry.changed.is_some_and(|changed| changed < than)
}

/// What is watched: folders, and what comes in from buckets.
#[derive(Clone, Default)]
pub struct Watched {
    folders: Vec<PathBuf>,
    /// Those in which nobody but the desk removes what is too old.
    own: Vec<PathBuf>,
    intake: Option<Arc<Intake>>,
    /// Marks of files that the store knows, so that it is asked for the others alone.
    known: HashSet<u64>,
    /// Files that are too old to be read.
    old: usize,
}

impl Watched {
    /// Watches these folders, with all that is below them.
    #[must_use]
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders, ..Self::default() }
    }

    /// Watches these folders as well, and removes from them what is forgotten.
    #[must_use]
    pub fn owning(mut self, own: Vec<PathBuf>) -> Self {
        self.folders.extend(own.iter().cloned());
        Self { own, ..self }
    }

    /// Takes what comes in from buckets as well.
    #[must_use]
    pub fn with(self, intake: Arc<Intake>) -> Self {
        Self { intake: Some(intake), ..self }
    }

    /// Files that were written since `oldest` and are new, or not of the version that the store knows,
    /// in the order of their names; between them what came in from buckets, so that a backlog of one
    /// does not hold up the other.
    ///
    /// # Errors
    /// When the program is going down, or the store can't be read.
    pub async fn arrivals(&mut self, store: &dyn Store, oldest: Time) -> Result<Vec<Arrival>> {
        let files = self.files(store, oldest).await?;
        let Some(intake) = &self.intake else {
            return Ok(files);
        };
        let (mut files, mut objects) = (files.into_iter(), intake.arrivals().await?.into_iter());
        let mut both = Vec::new();
        loop {
            let before = both.len();
            both.extend(objects.next());
            both.extend(files.next());
            if both.len() == before {
                return Ok(both);
            }
        }
    }

    async fn files(&mut self, store: &dyn Store, oldest: Time) -> Result<Vec<Arrival>> {
        let folders = self.folders.clone();
        let found = tokio::task::spawn_blocking(move || Found::under(&folders)).await?;
        let all = found.entries.len();
        let recent = found.entries.into_iter().filter(|entry| !is_older(entry, oldest));
        let recent: Vec<Arrival> = recent.map(Arrival::file).collect();
        if all - recent.len() > self.old {
            let files = all - recent.len();
            tracing::info!(files, "older than the days that are kept, and not read");
        }
        self.old = all - recent.len();
        let mut known = HashSet::with_capacity(recent.len());
        let mut new = Vec::new();
        for file in recent {
            let mark = file.mark();
            if self.known.contains(&mark) {
                known.insert(mark);
            } else {
                new.push(file);
            }
        }
        let addresses: Vec<String> = new.iter().map(|one| one.address.clone()).collect();
        let versions = store.versions_of(&addresses).await?;
        new.retain(|file| {
            let is_known = versions.get(&file.address) == Some(&file.version);
            !(is_known && known.insert(file.mark()))
        });
        self.known = known;
        Ok(new)
    }

    /// Removes from the desk's own folders what was written before `oldest` and what the store has
    /// forgotten: whoever is killed between the two does it an hour later.
    ///
    /// # Errors
    /// When the program is going down, or the store can't be read.
    pub async fn forget(&self, store: &dyn Store, oldest: Time) -> Result<()> {
        let own = self.own.clone();
        let found = tokio::task::spawn_blocking(move || Found::under(&own)).await?;
        let old: Vec<Entry> =
            found.entries.into_iter().filter(|entry| is_older(entry, oldest)).collect();
        let addresses: Vec<String> = old.iter().map(|entry| entry.name.clone()).collect();
        let known = store.versions_of(&addresses).await?;
        // A link may lead to what is somebody else's.
        let own: Vec<PathBuf> = self.own.iter().filter_map(|own| own.canonicalize().ok()).collect();
        let is_own = |entry: &&Entry| {
            let path = entry.path.canonicalize();
            path.is_ok_and(|path| own.iter().any(|own| path.starts_with(own)))
        };
        let forgotten = old.iter().filter(|entry| !known.contains_key(&entry.name));
        for entry in forgotten.filter(is_own) {
            if let Err(error) = fs::remove_file(&entry.path) {
                let name = crate::report::shown(&entry.name);
                tracing::warn!(name, %error, "a file that is too old can't be removed");
            }
        }
        Ok(())
    }

    /// Objects of buckets that are here no longer are fetched again, as far as they can be.
    pub async fn bring_back(&self, arrivals: &[Arrival]) {
        if let Some(intake) = &self.intake {
            intake.bring_back(arrivals).await;
        }
    }
}

//! What arrives: files under watched folders that are new, or not what they were.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::UNIX_EPOCH,
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

/// What is not what was forgotten and has stayed as it was; and what is.
async fn without_forgotten(
    store: &dyn Store,
    all: Vec<Arrival>,
) -> Result<(Vec<Arrival>, Vec<Arrival>)> {
    if all.is_empty() {
        return Ok((all, Vec::new()));
    }
    let forgotten = store.forgotten().await?;
    let forgotten: HashSet<(&str, &str)> =
        forgotten.iter().map(|one| (one.address.as_str(), one.version.as_str())).collect();
    let is_new = |one: &Arrival| !forgotten.contains(&(one.address.as_str(), one.version.as_str()));
    Ok(all.into_iter().partition(is_new))
}

/// What is watched: folders, and what comes in from buckets.
#[derive(Clone, Default)]
pub struct Watched {
    folders: Vec<PathBuf>,
    intake: Option<Arc<Intake>>,
    /// Marks of files that the store knows or has forgotten, so that it is asked for the others alone.
    known: HashSet<u64>,
}

impl Watched {
    /// Watches these folders, with all that is below them.
    #[must_use]
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders, ..Self::default() }
    }

    /// Takes what comes in from buckets as well.
    #[must_use]
    pub fn with(self, intake: Arc<Intake>) -> Self {
        Self { intake: Some(intake), ..self }
    }

    /// Files that are new, or not of the version that the store knows, in the order of their names;
    /// between them what came in from buckets, so that a backlog of one does not hold up the other.
    ///
    /// # Errors
    /// When the program is going down, or the store can't be read.
    pub async fn arrivals(&mut self, store: &dyn Store) -> Result<Vec<Arrival>> {
        let files = self.files(store).await?;
        let Some(intake) = &self.intake else {
            return Ok(files);
        };
        let (objects, _) = without_forgotten(store, intake.arrivals().await?).await?;
        let (mut files, mut objects) = (files.into_iter(), objects.into_iter());
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

    async fn files(&mut self, store: &dyn Store) -> Result<Vec<Arrival>> {
        let folders = self.folders.clone();
        let found = tokio::task::spawn_blocking(move || Found::under(&folders)).await?;
        let mut known = HashSet::with_capacity(self.known.len());
        let mut new = Vec::new();
        for file in found.entries.into_iter().map(Arrival::file) {
            let mark = file.mark();
            if self.known.contains(&mark) {
                known.insert(mark);
            } else {
                new.push(file);
            }
        }
        self.known = known;
        if new.is_empty() {
            return Ok(new);
        }
        let addresses: Vec<String> = new.iter().map(|one| one.address.clone()).collect();
        let versions = store.versions_of(&addresses).await?;
        new.retain(|file| {
            let is_known = versions.get(&file.address) == Some(&file.version);
            !(is_known && self.known.insert(file.mark()))
        });
        let (new, old) = without_forgotten(store, new).await?;
        self.known.extend(old.iter().map(Arrival::mark));
        Ok(new)
    }

    /// Objects of buckets that are here no longer are fetched again, as far as they can be.
    pub async fn bring_back(&self, arrivals: &[Arrival]) {
        if let Some(intake) = &self.intake {
            intake.bring_back(arrivals).await;
        }
    }
}

//! What arrives: files under watched folders that are new, or not what they were.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::Result;
use firedamp_core::{fold::STATE_VERSION, id::Account, time::Time};

use crate::{
    source::{Entry, Found, account_of},
    store::Object,
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
}

impl Arrival {
    /// An object that was folded before, to be folded again as it is now.
    #[must_use]
    pub fn of(object: &Object) -> Self {
        let path = PathBuf::from(&object.path);
        Self {
            account: account_of(&path),
            address: object.address.clone(),
            version: object.version.clone(),
            bytes: object.bytes,
            path,
            folded_at: Some(object.folded_at),
        }
    }

    fn file(entry: Entry) -> Self {
        let version = version(&entry.path, entry.bytes);
        let Entry { path, name, bytes, account } = entry;
        Self { address: name, version, path, bytes, account, folded_at: None }
    }
}

/// Length and time of the last change; and how states are written, so that objects are folded anew
/// when that changes.
fn version(path: &Path, bytes: u64) -> String {
    let changed = path.metadata().and_then(|metadata| metadata.modified()).ok();
    let since = changed.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    format!("{STATE_VERSION}-{bytes}-{}", since.as_nanos())
}

/// The folders that are watched.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    folders: Vec<PathBuf>,
}

impl Watched {
    /// Watches these folders, with all that is below them.
    #[must_use]
    pub const fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// Files that are new, or not of the version that is known; in the order of their names.
    ///
    /// # Errors
    /// When the program is going down.
    pub async fn arrivals(&self, known: &BTreeMap<String, String>) -> Result<Vec<Arrival>> {
        let folders = self.folders.clone();
        let found = tokio::task::spawn_blocking(move || Found::under(&folders)).await?;
        let files = found.entries.into_iter().map(Arrival::file);
        Ok(files.filter(|one| known.get(&one.address) != Some(&one.version)).collect())
    }
}

//! What arrives: files under watched folders that are new, or not what they were.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::UNIX_EPOCH,
};

use anyhow::Result;
use firedamp_core::{fold::STATE_VERSION, id::Account, time::Time};

use crate::{
    source::{Entry, Found, account_of, intake::Intake},
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
        let version = version(&entry.path, entry.bytes);
        let Entry { path, name, bytes, account } = entry;
        Self { address: name, version, path, bytes, account, folded_at: None, refused: None }
    }
}

/// Length and time of the last change; and how states are written, so that objects are folded anew
/// when that changes.
fn version(path: &Path, bytes: u64) -> String {
    let changed = path.metadata().and_then(|metadata| metadata.modified()).ok();
    let since = changed.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    format!("{STATE_VERSION}-{bytes}-{}", since.as_nanos())
}

/// What is watched: folders, and what comes in from buckets.
#[derive(Clone, Default)]
pub struct Watched {
    folders: Vec<PathBuf>,
    intake: Option<Arc<Intake>>,
}

impl Watched {
    /// Watches these folders, with all that is below them.
    #[must_use]
    pub const fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders, intake: None }
    }

    /// Takes what comes in from buckets as well.
    #[must_use]
    pub fn with(self, intake: Arc<Intake>) -> Self {
        Self { intake: Some(intake), ..self }
    }

    /// Files that are new, or not of the version that is known, in the order of their names; between
    /// them what came in from buckets, so that a backlog of one does not hold up the other.
    ///
    /// # Errors
    /// When the program is going down, or the store can't be read.
    pub async fn arrivals(&self, known: &BTreeMap<String, String>) -> Result<Vec<Arrival>> {
        let folders = self.folders.clone();
        let found = tokio::task::spawn_blocking(move || Found::under(&folders)).await?;
        let files = found.entries.into_iter().map(Arrival::file);
        let files = files.filter(|one| known.get(&one.address) != Some(&one.version));
        let Some(intake) = &self.intake else {
            return Ok(files.collect());
        };
        let (mut files, mut objects) = (files, intake.arrivals().await?.into_iter());
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

    /// Objects of buckets that are here no longer are fetched again, as far as they can be.
    pub async fn bring_back(&self, arrivals: &[Arrival]) {
        if let Some(intake) = &self.intake {
            intake.bring_back(arrivals).await;
        }
    }
}

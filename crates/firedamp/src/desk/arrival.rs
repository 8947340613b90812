//! What arrives: files under watched folders that are new, or not what they were.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::Result;
use firedamp_core::{fold::STATE_VERSION, id::Account, time::Time};

use super::{BATCH_MAX, unread::Unread};
use crate::{
    source::{Entry, Found, account_of, intake::Intake, nested::Hiding, written},
    store::{Object, Store},
};

/// A look at the folders that takes so long is not made at every turn.
const COSTLY: Duration = Duration::from_millis(400);
/// After it they are left alone for so many times as long,
const REST_FOLD: u32 = 8;
/// and never longer than this: an account is judged within ten seconds.
const PAUSE_MAX: Duration = Duration::from_secs(4);

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
    /// When it was written last, where that is known.
    pub written: Option<Time>,
    /// When it was folded before, in this version.
    pub folded_at: Option<Time>,
    /// Why it is not read, if it is not.
    pub refused: Option<String>,
}

impl Arrival {
    /// An object that was folded before, to be folded again as it is now.
    #[must_use]
    pub fn of(object: &Object) -> Self {
        // A copy of what lies elsewhere was written when it was fetched, which says nothing.
        let is_own = object.path == object.address;
        Self {
            account: account_of(Path::new(&object.address)),
            address: object.address.clone(),
            version: object.version.clone(),
            bytes: object.bytes,
            path: PathBuf::from(&object.path),
            written: is_own.then(|| written(Path::new(&object.path))).flatten(),
            folded_at: Some(object.folded_at),
            refused: None,
        }
    }

    fn file(entry: Entry) -> Self {
        let version = version(entry.bytes, entry.changed);
        let written = entry.written();
        let Entry { path, name: address, bytes, account, .. } = entry;
        Self { address, version, path, bytes, account, written, folded_at: None, refused: None }
    }

    /// Stands for a file in this version among those that are known.
    pub(super) fn mark(&self) -> u64 {
        mark(&format!("{}\n{}", self.address, self.version))
    }
}

fn mark(text: &str) -> u64 {
    let hash = blake3::hash(text.as_bytes());
    hash.as_bytes().first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

/// Length and time of the last change; and how states are written, so that objects are folded anew
/// when that changes.
fn version(bytes: u64, changed: Option<SystemTime>) -> String {
    let since = changed.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    format!("{STATE_VERSION}-{bytes}-{}", since.as_nanos())
}

/// What is not what was forgotten and has stayed as it was; and what is.
async fn without_forgotten(
    store: &dyn Store,
    all: Vec<Arrival>,
) -> Result<(Vec<Arrival>, Vec<Arrival>)> {
    if all.is_empty() {
        return Ok((all, Vec::new()));
    }
    let forgotten = store.forgotten_of(&addresses(&all)).await?;
    let is_new = |one: &Arrival| {
        let known = forgotten.get(&one.address);
        known.is_none_or(|known| of_file(known) != of_file(&one.version))
    };
    Ok(all.into_iter().partition(is_new))
}

/// What a version says of the file: however states are written, what was forgotten stays forgotten.
fn of_file(version: &str) -> &str {
    version.split_once('-').map_or(version, |(_, file)| file)
}

pub(super) fn addresses(arrivals: &[Arrival]) -> Vec<String> {
    arrivals.iter().map(|one| one.address.clone()).collect()
}

/// What is watched: folders, and what comes in from buckets.
#[derive(Clone, Default)]
pub struct Watched {
    folders: Vec<PathBuf>,
    /// Folders below these that are left out, unless they are watched by themselves.
    hidden: Vec<PathBuf>,
    intake: Option<Arc<Intake>>,
    /// Marks of files that the store knows or has forgotten, so that it is asked for the others alone.
    known: HashSet<u64>,
    /// Files that were found and no turn has folded yet, each with its mark.
    waiting: Vec<(u64, Arrival)>,
    /// What could not be read, and when it is tried again.
    unread: Unread,
    /// When the folders were looked at last, and for how long they are left alone after that.
    walked: Option<(Instant, Duration)>,
}

impl Watched {
    /// Watches these folders, with all that is below them.
    #[must_use]
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders, ..Self::default() }
    }

    /// Leaves these folders below watched ones out, however links lead to them.
    #[must_use]
    pub fn hiding(self, hidden: Vec<PathBuf>) -> Self {
        Self { hidden, ..self }
    }

    /// Takes what comes in from buckets as well.
    #[must_use]
    pub fn with(self, intake: Arc<Intake>) -> Self {
        Self { intake: Some(intake), ..self }
    }

    /// Files that are new, or not of the version that the store knows, in the order of their names;
    /// between them what came in from buckets, so that a backlog of one does not hold up the other. As
    /// many as a turn folds, and how many more there are. What could not be read a short while ago is
    /// left out.
    ///
    /// # Errors
    /// When the program is going down, or the store can't be read.
    pub async fn arrivals(
        &mut self,
        store: &dyn Store,
        now: Time,
    ) -> Result<(Vec<Arrival>, usize)> {
        self.unread.forget_gone(now);
        let files = self.files(store, now).await?;
        let more = self.waiting.len() - files.len();
        let Some(intake) = &self.intake else {
            return Ok((files, more));
        };
        let mut objects = intake.arrivals().await?;
        objects.retain(|one| !self.unread.rests(one.mark(), now));
        let (objects, _) = without_forgotten(store, objects).await?;
        let (mut files, mut objects) = (files.into_iter(), objects.into_iter());
        let mut both = Vec::new();
        loop {
            let before = both.len();
            both.extend(objects.next());
            both.extend(files.next());
            if both.len() == before {
                return Ok((both, more));
            }
        }
    }

    /// What waits, some of it; after a look at the folders, where it is time for one.
    async fn files(&mut self, store: &dyn Store, now: Time) -> Result<Vec<Arrival>> {
        if self.is_time_to_walk() {
            self.walk(store, now).await?;
        }
        Ok(self.waiting.iter().take(BATCH_MAX).map(|(_, file)| file.clone()).collect())
    }

    /// A costly look is not made at every turn; and while files wait, it could only find more that wait.
    fn is_time_to_walk(&self) -> bool {
        self.walked.is_none_or(|(at, pause)| {
            let pause = if self.waiting.is_empty() { pause } else { PAUSE_MAX };
            at.elapsed() >= pause
        })
    }

    async fn walk(&mut self, store: &dyn Store, now: Time) -> Result<()> {
        let began = Instant::now();
        let walk = Walk {
            folders: self.folders.clone(),
            hidden: self.hidden.clone(),
            known: std::mem::take(&mut self.known),
            waiting: self.waiting.iter().map(|(mark, _)| *mark).collect(),
            resting: self.unread.resting(now),
        };
        let walked = tokio::task::spawn_blocking(move || walk.done()).await?;
        self.known = walked.known;
        self.waiting.retain(|(mark, _)| walked.waiting.contains(mark));
        if !walked.new.is_empty() {
            self.note_new(store, walked.new).await?;
        }
        self.walked = Some((Instant::now(), pause_after(began.elapsed())));
        Ok(())
    }

    /// Files that no walk has found before: those wait that the store does not know.
    async fn note_new(&mut self, store: &dyn Store, mut new: Vec<Arrival>) -> Result<()> {
        let versions = store.versions_of(&addresses(&new)).await?;
        new.retain(|file| {
            let is_known = versions.get(&file.address) == Some(&file.version);
            !(is_known && self.known.insert(file.mark()))
        });
        let (new, old) = without_forgotten(store, new).await?;
        self.known.extend(old.iter().map(Arrival::mark));
        self.waiting.extend(new.into_iter().map(|file| (file.mark(), file)));
        self.waiting.sort_by(|(_, one), (_, other)| one.path.cmp(&other.path));
        Ok(())
    }

    /// These were folded, and the store knows them.
    pub(super) fn note_folded(&mut self, marks: &HashSet<u64>) {
        self.wait_no_longer(marks);
        self.unread.forget(marks);
        self.known.extend(marks);
    }

    /// These could not be read, and why: they are tried again later. It is said once of each.
    pub(super) fn note_unread(&mut self, unread: &[(Arrival, String)], now: Time) {
        self.wait_no_longer(&unread.iter().map(|(one, _)| one.mark()).collect());
        for (arrival, why) in unread {
            if self.unread.note(arrival.mark(), now) {
                let address = crate::report::shown(&arrival.address);
                tracing::warn!(address, why, "an object can't be read; it is tried again");
            }
            if let Some(intake) = &self.intake {
                intake.give_up_missing(arrival);
            }
        }
    }

    /// How many could not be read.
    pub(super) fn unread(&self) -> usize {
        self.unread.count()
    }

    fn wait_no_longer(&mut self, marks: &HashSet<u64>) {
        self.waiting.retain(|(mark, _)| !marks.contains(mark));
        if self.waiting.is_empty() {
            // A backlog was long, and leaves its room.
            self.waiting = Vec::new();
        }
    }

    /// Objects of buckets that are here no longer are fetched again, as far as they can be.
    pub async fn bring_back(&self, arrivals: &[Arrival]) {
        if let Some(intake) = &self.intake {
            intake.bring_back(arrivals).await;
        }
    }
}

/// A look at the folders, on a thread of its own.
struct Walk {
    folders: Vec<PathBuf>,
    hidden: Vec<PathBuf>,
    known: HashSet<u64>,
    waiting: HashSet<u64>,
    /// What could not be read a short while ago.
    resting: HashSet<u64>,
}

/// What a look at the folders has found: of what was known or waits, what is still there.
struct Walked {
    known: HashSet<u64>,
    waiting: HashSet<u64>,
    new: Vec<Arrival>,
}

impl Walk {
    fn done(self) -> Walked {
        let mut known = HashSet::with_capacity(self.known.len());
        let mut waiting = HashSet::with_capacity(self.waiting.len());
        let mut hiding = Hiding::new(&self.folders, &self.hidden);
        let found = Found::under_but(&self.folders, &mut |path, metadata| {
            let version = version(metadata.len(), metadata.modified().ok());
            let mark = mark(&format!("{}\n{version}", path.display()));
            if self.known.contains(&mark) {
                known.insert(mark);
            } else if self.waiting.contains(&mark) {
                waiting.insert(mark);
            } else {
                // What is known or waits was not hidden when it came.
                return self.resting.contains(&mark) || hiding.hides(path);
            }
            true
        });
        Walked { known, waiting, new: found.entries.into_iter().map(Arrival::file).collect() }
    }
}

/// How long the folders are left alone after a look at them that took so long.
fn pause_after(took: Duration) -> Duration {
    if took < COSTLY { Duration::ZERO } else { (took * REST_FOLD).min(PAUSE_MAX) }
}

#[cfg(test)]
mod tests;

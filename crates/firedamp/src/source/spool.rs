//! Objects of buckets on this machine's disk: as long as the desk folds them, and after that while
//! there is room, because traffic is looked at twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::sync::Notify;

/// After this time nothing but a rare second look needs an object; it is fetched again then.
const KEPT: Duration = Duration::from_secs(24 * 3600);
/// How a file is called that is being written.
const PART: &str = "part";

/// A folder that does not outgrow its size.
pub struct Spool {
    folder: PathBuf,
    bytes_max: u64,
    shelf: Mutex<Shelf>,
    freed: Notify,
}

#[derive(Default)]
struct Shelf {
    files: BTreeMap<String, Kept>,
    bytes: u64,
    /// What is on its way here.
    fetched: BTreeSet<String>,
}

struct Kept {
    bytes: u64,
    since: SystemTime,
    /// Nobody has folded it yet.
    is_needed: bool,
}

impl Spool {
    /// Takes up the folder as it was left.
    ///
    /// # Errors
    /// When it can't be made or read.
    pub fn open(folder: PathBuf, bytes_max: u64) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        let mut shelf = Shelf::default();
        for entry in fs::read_dir(&folder)? {
            let (entry, metadata) = entry
                .and_then(|entry| Ok((entry.metadata()?, entry)))
                .map(|(metadata, entry)| (entry, metadata))?;
            let path = entry.path();
            match entry.file_name().into_string() {
                Ok(name) if path.extension().is_none() && metadata.is_file() => {
                    let since = metadata.modified()?;
                    shelf.put(name, Kept { bytes: metadata.len(), since, is_needed: false });
                }
                // Killed while it was written.
                _ => fs::remove_file(path)?,
            }
        }
        Ok(Self { folder, bytes_max, shelf: Mutex::new(shelf), freed: Notify::new() })
    }

    /// The largest object that is kept: so that one does not keep all others waiting.
    #[must_use]
    pub const fn object_bytes_max(&self) -> u64 {
        self.bytes_max / 2
    }

    /// Bytes in it, and on their way into it.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.shelf().bytes
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn name(address: &str, version: &str) -> String {
        let hash = blake3::hash(format!("{address}\n{version}").as_bytes());
        hash.to_hex().chars().take(32).collect()
    }

    /// Where an object in this version is, or would be.
    #[must_use]
    pub fn path(&self, address: &str, version: &str) -> PathBuf {
        self.folder.join(Self::name(address, version))
    }

    /// Whether an object is here; it is needed from now on.
    #[must_use]
    pub fn need(&self, address: &str, version: &str) -> bool {
        let mut shelf = self.shelf();
        let kept = shelf.files.get_mut(&Self::name(address, version));
        let is_here = kept.is_some_and(|kept| {
            kept.is_needed = true;
            true
        });
        drop(shelf);
        is_here && self.path(address, version).exists()
    }

    /// Nobody waits for an object any more.
    pub fn release(&self, address: &str, version: &str) {
        if let Some(kept) = self.shelf().files.get_mut(&Self::name(address, version)) {
            kept.is_needed = false;
        }
        self.freed.notify_waiters();
    }

    /// Removes what nobody waits for and what has been here since before a moment; how many files.
    pub fn forget(&self, before: SystemTime) -> u64 {
        let mut shelf = self.shelf();
        let is_old = |kept: &Kept| !kept.is_needed && kept.since < before;
        let old = shelf.files.iter().filter(|(_, kept)| is_old(kept));
        let old: Vec<String> = old.map(|(name, _)| name.clone()).collect();
        for name in &old {
            // Who removed it before us did the same.
            let _gone = fs::remove_file(self.folder.join(name));
            shelf.take(name);
        }
        drop(shelf);
        self.freed.notify_waiters();
        old.len() as u64
    }

    /// Room for an object of this length, as soon as there is some; what was folded longest ago
    /// makes it. It is one's own: who is told of the same object elsewhere waits, and then asks again
    /// whether it is here.
    pub async fn reserve(&self, address: &str, version: &str, bytes: u64) -> Room<'_> {
        let name = Self::name(address, version);
        loop {
            let freed = self.freed.notified();
            if self.make_room(&name, bytes) {
                let path = self.path(address, version).with_extension(PART);
                return Room { spool: self, name, path, bytes };
            }
            // Whoever frees between the look and the wait is seen a second later.
            let _either = tokio::time::timeout(Duration::from_secs(1), freed).await;
        }
    }

    fn make_room(&self, name: &str, bytes: u64) -> bool {
        let mut shelf = self.shelf();
        if shelf.fetched.contains(name) {
            return false;
        }
        let now = SystemTime::now();
        let mut free: Vec<(SystemTime, String, u64)> = shelf
            .files
            .iter()
            .filter(|(_, kept)| !kept.is_needed)
            .map(|(name, kept)| (kept.since, name.clone(), kept.bytes))
            .collect();
        free.sort();
        let reclaimable: u64 = free.iter().map(|(.., bytes)| bytes).sum();
        if shelf.bytes - reclaimable + bytes > self.bytes_max {
            return false;
        }
        for (since, name, _) in free {
            let is_old = now.duration_since(since).is_ok_and(|age| age > KEPT);
            if !is_old && shelf.bytes + bytes <= self.bytes_max {
                break;
            }
            // Who removed it before us did the same.
            let _gone = fs::remove_file(self.folder.join(&name));
            shelf.take(&name);
        }
        shelf.bytes += bytes;
        shelf.fetched.insert(name.to_string());
        true
    }
}

impl Shelf {
    fn put(&mut self, name: String, kept: Kept) {
        self.bytes += kept.bytes;
        if let Some(before) = self.files.insert(name, kept) {
            self.bytes -= before.bytes;
        }
    }

    fn take(&mut self, name: &str) {
        if let Some(kept) = self.files.remove(name) {
            self.bytes -= kept.bytes;
        }
    }
}

/// Room in a spool for an object that is being fetched.
pub struct Room<'a> {
    spool: &'a Spool,
    name: String,
    path: PathBuf,
    bytes: u64,
}

impl Room<'_> {
    /// Where it is written to.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The object is there: it stands under its name, whole, and is needed.
    ///
    /// # Errors
    /// When it can't be moved there.
    pub fn keep(self, address: &str, version: &str, bytes: u64) -> io::Result<PathBuf> {
        let path = self.spool.path(address, version);
        fs::rename(&self.path, &path)?;
        let kept = Kept { bytes, since: SystemTime::now(), is_needed: true };
        self.spool.shelf().put(Spool::name(address, version), kept);
        Ok(path)
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        // It was moved, or never written.
        let _gone = fs::remove_file(&self.path);
        let mut shelf = self.spool.shelf();
        shelf.bytes -= self.bytes;
        shelf.fetched.remove(&self.name);
        drop(shelf);
        self.spool.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn put(spool: &Spool, name: &str, bytes: u64) {
        let room = spool.reserve(name, "1", bytes).await;
        fs::write(room.path(), vec![0; usize::try_from(bytes).expect("small")]).expect("written");
        room.keep(name, "1", bytes).expect("kept");
    }

    #[tokio::test]
    async fn what_is_needed_stays_and_what_was_folded_longest_ago_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let spool = Spool::open(folder.path().join("spool"), 100).expect("a spool");
        for name in ["a", "b"] {
            put(&spool, name, 40).await;
        }
        let full = tokio::time::timeout(Duration::from_millis(50), spool.reserve("c", "1", 40));
        assert!(full.await.is_err(), "both are needed");
        spool.release("a", "1");
        put(&spool, "c", 40).await;
        assert!(!spool.need("a", "1") && spool.need("b", "1") && spool.need("c", "1"));
        assert_eq!(spool.bytes(), 80);
    }

    #[tokio::test]
    async fn two_who_fetch_the_same_object_do_not_write_the_same_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let spool = Spool::open(folder.path().join("spool"), 100).expect("a spool");
        let first = spool.reserve("a", "1", 10).await;
        fs::write(first.path(), "whole").expect("written");
        let second = spool.reserve("a", "1", 10);
        tokio::pin!(second);
        let early = tokio::time::timeout(Duration::from_millis(20), &mut second);
        assert!(early.await.is_err(), "the first writes");
        let other = tokio::time::timeout(Duration::from_secs(5), spool.reserve("a", "2", 10));
        drop(other.await.expect("another version is another file"));
        first.keep("a", "1", 5).expect("kept");
        drop(second.await);
        assert!(spool.need("a", "1"), "whoever comes second finds it here");
        assert_eq!(
            (spool.bytes(), fs::read(spool.path("a", "1")).expect("read")),
            (5, b"whole".to_vec())
        );
    }

    #[tokio::test]
    async fn what_is_old_is_forgotten_unless_it_is_needed() {
        let folder = tempfile::tempdir().expect("a folder");
        let spool = Spool::open(folder.path().join("spool"), 100).expect("a spool");
        for name in ["a", "b"] {
            put(&spool, name, 10).await;
        }
        spool.release("a", "1");
        assert_eq!(spool.forget(SystemTime::now() - Duration::from_secs(60)), 0, "it is new");
        assert_eq!(spool.forget(SystemTime::now() + Duration::from_secs(60)), 1);
        assert!(!spool.path("a", "1").exists() && spool.need("b", "1"));
        assert_eq!(spool.bytes(), 10);
    }

    #[tokio::test]
    async fn a_spool_that_was_left_is_taken_up_without_halves() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = || Spool::open(folder.path().to_path_buf(), 100).expect("a spool");
        let spool = open();
        put(&spool, "a", 40).await;
        fs::write(folder.path().join("half.part"), "half").expect("written");
        drop(spool);
        let spool = open();
        assert_eq!(
            (spool.bytes(), spool.need("a", "1"), spool.need("half", "1")),
            (40, true, false)
        );
        assert!(!folder.path().join("half.part").exists());
    }
}

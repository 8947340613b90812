//! Between buckets and the desk: objects are fetched, wait until the desk has written what they
//! gave, and may be fetched again when it wants a second look. The store alone says what was folded,
//! so whoever is killed on the way fetches again and loses nothing.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Result;
use tokio::sync::Notify;

use super::{
    account_of,
    bucket::{Bucket, Listed, Unfetched},
    spool::Spool,
};
use crate::{desk::Arrival, observe, store::Store};

/// Objects that may wait for the desk: two of its turns.
const WAITING_MAX: usize = 512;

/// Where buckets and queues hand their objects in.
pub struct Intake {
    store: Arc<dyn Store>,
    /// Where objects are kept.
    pub spool: Spool,
    buckets: Vec<Bucket>,
    waiting: Mutex<BTreeMap<String, Arrival>>,
    settled: Notify,
}

impl Intake {
    /// An intake for these buckets.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, spool: Spool, buckets: Vec<Bucket>) -> Self {
        let waiting = Mutex::new(BTreeMap::new());
        Self { store, spool, buckets, waiting, settled: Notify::new() }
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<String, Arrival>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bucket that an address is in, and its key there; only below a prefix that is watched.
    #[must_use]
    pub fn bucket_of<'a>(&self, address: &'a str) -> Option<(&Bucket, &'a str)> {
        self.buckets.iter().find_map(|one| Some((one, one.prefix.key_of(address)?)))
    }

    /// Whether an object waits in this version.
    #[must_use]
    pub fn holds(&self, address: &str, version: &str) -> bool {
        self.waiting().get(address).is_some_and(|one| one.version == version)
    }

    /// Fetches an object and lets it wait for the desk; says in which version it will be written.
    ///
    /// # Errors
    /// When it is gone or does not come whole.
    pub async fn take(&self, bucket: &Bucket, listed: &Listed) -> Result<String, Unfetched> {
        let (address, version) = (bucket.prefix.address(&listed.key), listed.version());
        if self.holds(&address, &version) {
            return Ok(version);
        }
        let source = bucket.prefix.to_string();
        let bytes_max = self.spool.object_bytes_max();
        if listed.bytes > bytes_max {
            let why = Unfetched::TooLarge(listed.bytes, bytes_max).to_string();
            self.offer(self.arrival(address, listed, Some(why))).await;
            observe::source(&source, "too_large", 1);
            return Ok(version);
        }
        let is_here = || self.spool.need(&address, &version);
        let room = match is_here() {
            true => None,
            false => Some(self.spool.reserve(&address, &version, listed.bytes).await),
        };
        // Who waited for room may have waited for somebody who was told of the same object.
        let Some(room) = room.filter(|_| !is_here()) else {
            self.offer(self.arrival(address, listed, None)).await;
            return Ok(version);
        };
        // It may have grown since it was listed; what came counts, as long as it fits.
        let came = bucket.fetch(&listed.key, None, room.path(), bytes_max).await?;
        room.keep(&address, &came.version(), came.bytes)?;
        self.offer(self.arrival(address, &came, None)).await;
        observe::source(&source, "fetched", 1);
        Ok(came.version())
    }

    fn arrival(&self, address: String, listed: &Listed, refused: Option<String>) -> Arrival {
        let version = listed.version();
        Arrival {
            account: account_of(address.as_ref()),
            path: self.spool.path(&address, &version),
            bytes: if refused.is_some() { 0 } else { listed.bytes },
            written: Some(listed.written),
            folded_at: None,
            address,
            version,
            refused,
        }
    }

    async fn offer(&self, arrival: Arrival) {
        loop {
            let settled = self.settled.notified();
            if self.has_put(&arrival) {
                return;
            }
            // Whoever settles between the look and the wait is seen a second later.
            let _either = tokio::time::timeout(Duration::from_secs(1), settled).await;
        }
    }

    /// Lets an object wait, in place of an older one at its address, if there is room for it.
    fn has_put(&self, arrival: &Arrival) -> bool {
        let mut waiting = self.waiting();
        let has_room = waiting.len() < WAITING_MAX || waiting.contains_key(&arrival.address);
        if has_room && let Some(older) = waiting.insert(arrival.address.clone(), arrival.clone()) {
            self.spool.release(&older.address, &older.version);
        }
        has_room
    }

    /// Lets an object wait no longer whose bytes are here no longer: whoever told of it tells again.
    pub fn give_up_missing(&self, arrival: &Arrival) {
        let Arrival { address, version, path, .. } = arrival;
        if !path.exists() && self.holds(address, version) {
            self.waiting().remove(address);
            self.spool.release(address, version);
            self.settled.notify_waiters();
        }
    }

    /// What waits for the desk. What the desk has written waits no longer.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn arrivals(&self) -> Result<Vec<Arrival>> {
        let addresses: Vec<String> = self.waiting().keys().cloned().collect();
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let known = self.store.versions_of(&addresses).await?;
        let mut waiting = self.waiting();
        waiting.retain(|address, arrival| {
            let is_written = known.get(address) == Some(&arrival.version);
            if is_written {
                self.spool.release(address, &arrival.version);
            }
            !is_written
        });
        self.settled.notify_waiters();
        Ok(waiting.values().cloned().collect())
    }

    /// Fetches objects again that the desk wants a second look at and that are here no longer. What
    /// is gone or changed by now stays away: it keeps what it gave.
    pub async fn bring_back(&self, arrivals: &[Arrival]) {
        let missing = arrivals.iter().filter(|one| one.refused.is_none() && !one.path.exists());
        for arrival in missing {
            let Some((bucket, key)) = self.bucket_of(&arrival.address) else {
                continue;
            };
            let etag = arrival.version.splitn(3, '-').nth(2).filter(|etag| !etag.is_empty());
            let room = self.spool.reserve(&arrival.address, &arrival.version, arrival.bytes).await;
            if arrival.path.exists() {
                continue;
            }
            let came = bucket.fetch(key, etag, room.path(), self.spool.object_bytes_max()).await;
            match came {
                Ok(came) if came.version() == arrival.version => {
                    if let Err(error) = room.keep(&arrival.address, &arrival.version, came.bytes) {
                        tracing::warn!(%error, "an object can't be kept");
                    }
                    self.spool.release(&arrival.address, &arrival.version);
                }
                Ok(_) => {}
                Err(error) => tracing::debug!(%error, "an object can't be looked at again"),
            }
        }
    }
}

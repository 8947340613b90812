//! Takes messages from a queue, has their objects fetched, and deletes each message when the desk has
//! written what all of its objects gave.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use firedamp_core::time::Time;
use tokio::sync::watch;

use super::{LEASE_SECONDS, Message, Queue, Told, read};
use crate::{
    observe,
    source::{bucket::Unfetched, intake::Intake},
    store::Store,
};

/// Messages that wait for the desk at the same time.
const PENDING_MAX: usize = 500;
/// What is not understood is left to others, and to the queue's own place for dead letters, until
/// it was received so often.
const UNKNOWN_ATTEMPTS_MAX: u32 = 5;
/// How long a call waits for a message.
const WAIT: Duration = Duration::from_secs(10);
/// And while messages wait for the desk.
const WAIT_PENDING: Duration = Duration::from_secs(1);
/// The longest wait after failures.
const WAIT_MAX: Duration = Duration::from_secs(300);

/// A message whose objects the desk has not written yet.
struct Pending {
    receipt: String,
    since: Instant,
    /// Which objects, in which versions.
    waits: Vec<(String, String)>,
}

/// Reads one queue.
pub struct Clerk {
    queue: Box<dyn Queue>,
    name: String,
    store: Arc<dyn Store>,
    intake: Arc<Intake>,
    pending: Vec<Pending>,
}

impl Clerk {
    /// Reads `queue`, and hands in what it tells of.
    #[must_use]
    pub fn new(
        queue: Box<dyn Queue>,
        name: String,
        store: Arc<dyn Store>,
        intake: Arc<Intake>,
    ) -> Self {
        Self { queue, name, store, intake, pending: Vec::new() }
    }

    /// How many messages wait for the desk.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Reads until it is told to stop.
    pub async fn run(mut self, clock: fn() -> Time, mut stop: watch::Receiver<bool>) {
        let mut failures = 0;
        while !*stop.borrow() {
            let wait = if self.pending.is_empty() { WAIT } else { WAIT_PENDING };
            let round = tokio::select! {
                round = self.round(wait) => round,
                _stopped = stop.wait_for(|stop| *stop) => return,
            };
            failures = if round.is_ok() { 0 } else { failures + 1 };
            observe::source_up(&self.name, round.is_ok());
            let said = round.map_err(|error| format!("{error:#}"));
            if let Err(error) = &said {
                tracing::error!(source = self.name, error, "a queue does not answer as it should");
            }
            let gave = said.as_ref().map(|taken| *taken).map_err(String::as_str);
            if let Err(error) = self.store.asked(&self.name, clock(), gave).await {
                tracing::error!("{error}");
            }
            if failures > 0 {
                let wait = Duration::from_secs(1 << failures.min(8)).min(WAIT_MAX);
                // Either way the loop's condition decides.
                let _stopped = tokio::time::timeout(wait, stop.wait_for(|stop| *stop)).await;
            }
        }
    }

    /// Deletes what is done, takes more messages, and hands their objects in; how many messages
    /// told of objects.
    ///
    /// # Errors
    /// When the queue does not answer, or the store can't be read.
    pub async fn round(&mut self, wait: Duration) -> Result<u64> {
        self.settle().await?;
        if self.pending.len() >= PENDING_MAX {
            tokio::time::sleep(wait).await;
            return Ok(0);
        }
        let messages = self.queue.receive(wait).await.map_err(|error| anyhow!(error))?;
        let mut taken = 0;
        for message in messages {
            taken += u64::from(self.take(message).await?);
        }
        self.settle().await?;
        Ok(taken)
    }

    /// Whether a message told of objects that are fetched now.
    async fn take(&mut self, message: Message) -> Result<bool> {
        let addresses = match read(&message.body) {
            Told::Objects(addresses) => addresses,
            Told::Nothing => {
                observe::source(&self.name, "nothing", 1);
                return self.delete(&message.receipt).await.map(|()| false);
            }
            Told::Unknown => {
                observe::source(&self.name, "unknown", 1);
                if message.attempts >= UNKNOWN_ATTEMPTS_MAX {
                    let name = &self.name;
                    tracing::warn!(source = name, "a message that nobody understands is deleted");
                    self.delete(&message.receipt).await?;
                }
                return Ok(false);
            }
        };
        let known = self.store.versions_of(&addresses).await?;
        let mut waits = Vec::new();
        for address in addresses {
            match self.hand_in(&address, &known).await {
                Ok(Some(version)) => waits.push((address, version)),
                Ok(None) => {}
                Err(error) => {
                    // The queue tells of it again when nobody deletes the message.
                    observe::source(&self.name, "missed", 1);
                    let address = crate::report::shown(&address);
                    tracing::warn!(source = self.name, address, %error, "an object did not come");
                    return Ok(false);
                }
            }
        }
        if waits.is_empty() {
            return self.delete(&message.receipt).await.map(|()| false);
        }
        observe::source(&self.name, "told", 1);
        let since = Instant::now();
        self.pending.push(Pending { receipt: message.receipt, since, waits });
        Ok(true)
    }

    /// Fetches an object; says in which version the desk will write it, or nothing when it need not.
    async fn hand_in(
        &self,
        address: &str,
        known: &BTreeMap<String, String>,
    ) -> Result<Option<String>, Unfetched> {
        let Some((bucket, key)) = self.intake.bucket_of(address) else {
            observe::source(&self.name, "not_watched", 1);
            return Ok(None);
        };
        let listed = match bucket.look_at(key).await {
            Err(Unfetched::Gone) => {
                observe::source(&self.name, "gone", 1);
                return Ok(None);
            }
            listed => listed?,
        };
        if listed.bytes == 0 || known.get(address) == Some(&listed.version()) {
            observe::source(&self.name, "known", 1);
            return Ok(None);
        }
        match self.intake.take(bucket, &listed).await {
            Err(Unfetched::Gone) => Ok(None),
            taken => taken.map(Some),
        }
    }

    async fn delete(&self, receipt: &str) -> Result<()> {
        self.queue.delete(receipt).await.map_err(|error| anyhow!(error))
    }

    /// Deletes messages whose objects are all written. A message that waits longer than it is ours
    /// is told again, as the objects are then.
    async fn settle(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let waits = self.pending.iter().flat_map(|one| &one.waits);
        let addresses: Vec<String> = waits.map(|(address, _)| address.clone()).collect();
        let known = self.store.versions_of(&addresses).await?;
        let lease = Duration::from_secs(LEASE_SECONDS);
        let (mut still, mut ended) = (Vec::new(), Ok(()));
        for mut one in std::mem::take(&mut self.pending) {
            one.waits.retain(|(address, version)| known.get(address) != Some(version));
            let is_replaced =
                one.waits.iter().any(|(address, version)| !self.intake.holds(address, version));
            let is_done = one.waits.is_empty();
            if is_done && ended.is_ok() {
                ended = self.delete(&one.receipt).await;
            }
            // What could not be deleted is tried again in the next round.
            let is_left = !is_done || ended.is_err();
            if is_left && !is_replaced && one.since.elapsed() < lease {
                still.push(one);
            }
        }
        self.pending = still;
        ended
    }
}

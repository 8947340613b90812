//! A prefix of a bucket, asked again and again for what is new. Small ones are listed whole each
//! time; large ones from the last key on, which finds what is written in the order of names, and
//! whole every now and then, which finds the rest.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use firedamp_core::time::Time;
use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use super::{
    bucket::{Bucket, Listed, Unfetched, shown},
    intake::Intake,
};
use crate::{observe, store::Store};

/// Objects of one bucket that are fetched at the same time.
const FETCHES: usize = 8;
/// A listing of so many pages is made each time.
const SMALL_PAGES: u64 = 10;
/// A large one is made whole so many seconds later for each of its pages: a request in ten seconds.
const SECONDS_PER_PAGE: i64 = 10;
/// And at least so often.
const WHOLE_SECONDS_MAX: i64 = 6 * 3600;
/// Objects that did not come are asked for again after this time, and then twice as long each time.
const AGAIN_SECONDS: i64 = 60;
/// The longest wait after failures.
const WAIT_MAX: Duration = Duration::from_secs(300);

/// How buckets are asked.
#[derive(Clone, Copy, Debug)]
pub struct Habit {
    /// The wait between two listings.
    pub pause: Duration,
    /// Objects that were written longer ago are not read.
    pub keep_days: u32,
    /// What time it is.
    pub clock: fn() -> Time,
}

/// Asks one bucket.
pub struct Feeder {
    bucket: Bucket,
    name: String,
    store: Arc<dyn Store>,
    intake: Arc<Intake>,
    habit: Habit,
    /// The last key that any listing had.
    last: Option<String>,
    pages: u64,
    whole_at: Option<Time>,
    /// Whole listings in a row of which an object did not come.
    misses: u32,
}

/// What one listing gave.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Round {
    /// Pages of keys.
    pub pages: u64,
    /// Objects that the desk will fold.
    pub taken: u64,
    /// Objects that did not come; they are asked for again.
    pub missed: u64,
}

impl Feeder {
    /// Asks `bucket`, and hands in what is new.
    pub fn new(bucket: Bucket, store: Arc<dyn Store>, intake: Arc<Intake>, habit: Habit) -> Self {
        Self {
            name: bucket.prefix.to_string(),
            bucket,
            store,
            intake,
            habit,
            last: None,
            pages: 0,
            whole_at: None,
            misses: 0,
        }
    }

    /// Asks again and again until it is told to stop.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut failures = 0;
        while !*stop.borrow() {
            let round = tokio::select! {
                round = self.round() => round,
                _stopped = stop.wait_for(|stop| *stop) => return,
            };
            failures = if round.is_ok() { 0 } else { failures + 1 };
            if let Err(error) = self.note(&round).await {
                tracing::error!("{error:#}");
            }
            let wait = self.habit.pause.saturating_mul(1 << failures.min(8));
            let wait = if failures == 0 { self.habit.pause } else { wait.min(WAIT_MAX) };
            // Either way the loop's condition decides.
            let _stopped = tokio::time::timeout(wait, stop.wait_for(|stop| *stop)).await;
        }
    }

    async fn note(&self, round: &Result<Round>) -> Result<()> {
        observe::source_up(&self.name, round.is_ok());
        observe::spool(self.intake.spool.bytes());
        let said = match round {
            Ok(round) => {
                if round.taken + round.missed > 0 {
                    let Round { pages, taken, missed } = round;
                    tracing::info!(source = self.name, pages, taken, missed, "listed");
                }
                Ok(round.taken)
            }
            Err(error) => {
                let error = format!("{error:#}");
                tracing::error!(source = self.name, error, "a bucket does not answer as it should");
                Err(error)
            }
        };
        let gave = said.as_ref().map(|taken| *taken).map_err(String::as_str);
        Ok(self.store.asked(&self.name, (self.habit.clock)(), gave).await?)
    }

    /// One listing, whole or from the last key on; what is new in it is handed in page by page.
    ///
    /// # Errors
    /// When the bucket can't be listed, or the store not be read.
    pub async fn round(&mut self) -> Result<Round> {
        let now = (self.habit.clock)();
        let is_whole = self.is_whole_due(now);
        let mut listing = self.bucket.list(self.last.clone().filter(|_| !is_whole));
        let (mut round, mut skipped) = (Round::default(), 0);
        loop {
            let page = listing.next().await.map_err(|error| anyhow::Error::msg(shown(&error)))?;
            observe::source(&self.name, "unnameable", listing.skipped - skipped);
            skipped = listing.skipped;
            let Some(page) = page else {
                break;
            };
            round.pages += 1;
            observe::source(&self.name, "listed", page.len() as u64);
            let new = self.new_ones(page, now).await?;
            let (taken, missed) = self.hand_in(new).await;
            round.taken += taken;
            round.missed += missed;
        }
        self.last = self.last.take().max(listing.last_key().map(str::to_string));
        self.misses = match (round.missed > 0, is_whole) {
            (true, _) => self.misses.saturating_add(1),
            (false, true) => 0,
            (false, false) => self.misses,
        };
        if is_whole {
            (self.pages, self.whole_at) = (round.pages, Some(now));
        }
        Ok(round)
    }

    fn is_whole_due(&self, now: Time) -> bool {
        let wait = i64::try_from(self.pages).unwrap_or(i64::MAX).saturating_mul(SECONDS_PER_PAGE);
        let again = if self.misses > 0 { AGAIN_SECONDS << self.misses.min(10) } else { wait };
        let wait = wait.min(again);
        self.pages <= SMALL_PAGES || now.is_due(self.whole_at, wait.min(WHOLE_SECONDS_MAX))
    }

    /// Those of a page that have something in them, are not too old, and were not folded.
    async fn new_ones(&self, page: Vec<Listed>, now: Time) -> Result<Vec<Listed>> {
        let oldest = now.plus_seconds(-i64::from(self.habit.keep_days) * 86_400);
        let recent = page.into_iter().filter(|one| one.bytes > 0 && one.written >= oldest);
        let recent: Vec<Listed> = recent.collect();
        let address = |one: &Listed| self.bucket.prefix.address(&one.key);
        let addresses: Vec<String> = recent.iter().map(address).collect();
        let known = self.store.versions_of(&addresses).await?;
        let is_new = |one: &Listed| known.get(&address(one)) != Some(&one.version());
        Ok(recent.into_iter().filter(is_new).collect())
    }

    /// How many the desk will fold, and how many did not come.
    async fn hand_in(&self, new: Vec<Listed>) -> (u64, u64) {
        let take = |one: Listed| async move {
            let taken = self.intake.take(&self.bucket, &one).await;
            taken.map_err(|error| (one.key, error))
        };
        let mut all = stream::iter(new).map(take).buffer_unordered(FETCHES);
        let (mut taken, mut missed) = (0, 0);
        while let Some(one) = all.next().await {
            match one {
                Ok(_) => taken += 1,
                // Whoever cleans up was quicker.
                Err((_, Unfetched::Gone)) => observe::source(&self.name, "gone", 1),
                Err((key, error)) => {
                    missed += 1;
                    observe::source(&self.name, "missed", 1);
                    let key = crate::report::shown(&key);
                    tracing::warn!(source = self.name, key, %error, "an object did not come");
                }
            }
        }
        (taken, missed)
    }
}

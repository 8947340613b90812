//! What goes out besides a case's own notices, and what holds it back: letters to one receiver,
//! acknowledgements, digests that are bound together, and how much somebody has heard.

use async_trait::async_trait;
use firedamp_core::time::Time;

use super::{Result, Sent};
use crate::delivery::Heard;

/// A notice that no case asked for by itself: a summary, a test, a deadline that is near.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnNotice {
    /// The same for the same letter, however often it is asked for.
    pub key: String,
    /// `daily_summary`, `deadline_near` or `test`.
    pub kind: String,
    /// The case that it is about.
    pub case: Option<i64>,
    /// The one receiver that it is for; for all whom the case concerns where none is named.
    pub recipient: Option<String>,
    /// The facts that its text is written from, as JSON.
    pub body: String,
}

/// What somebody has taken notice of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Subject {
    /// One notice.
    Notice(i64),
    /// All that a case asked for.
    Case(i64),
}

/// What the time until a deadline is counted from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Begin {
    /// When the case was opened, the last time by itself; of cases without a notice that says by when.
    Opened,
    /// When it was first seen mining.
    FirstSeen,
}

/// Which cases have a deadline that is near.
#[derive(Clone, Copy, Debug)]
pub struct Near<'a> {
    /// Of this cloud.
    pub provider: &'a str,
    /// What began.
    pub begin: Begin,
    /// After this time.
    pub after: Time,
    /// At this time or before.
    pub until: Time,
    /// What stands behind the case's number in the key of a letter about it; who has that letter is
    /// not asked for again. The beginning of a second incident follows.
    pub told_as: &'a str,
    /// How many at most.
    pub limit: u32,
}

/// What goes out. Every kind passes `tests/it/store.rs`.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Writes a letter, with its delivery where it has one receiver; nothing when its key is known.
    /// Whether it is new.
    async fn post(&self, letter: &OwnNotice, at: Time) -> Result<bool>;
    /// Somebody takes notice: nobody else has to be told.
    async fn acknowledge(&self, subject: Subject, by: &str, at: Time) -> Result<()>;
    /// Binds deliveries to one message, before it is sent: whoever sends them again sends the same.
    async fn bind(&self, deliveries: &[i64], message: &str) -> Result<()>;
    /// The messages that arrived at a receiver since then.
    async fn told(&self, recipient: &str, since: Time) -> Result<Heard>;
    /// Cases that are not resolved and whose deadline is near; of deadlines that count from the first
    /// use also those that were fraud and whose credit was not asked for since they began.
    async fn near_deadline(&self, near: &Near<'_>) -> Result<Vec<i64>>;
    /// The number of the notice that was written last.
    async fn latest_notice(&self) -> Result<Option<i64>>;
    /// Changes whenever an account comes to lie in another part of the partner's tree.
    async fn tree_revision(&self) -> Result<i64>;
    /// Cases that are not resolved and to which a provider waits for an answer: with a quarter of the
    /// time left, or six hours, but no more than three days; who has a letter about that time is not
    /// asked for again.
    async fn near_answer(&self, now: Time, limit: u32) -> Result<Vec<i64>>;
    /// Cases of Azure that people resolved since then, that alerts of the provider speak in, and of
    /// which no letter was written whose key has `told_as`; each with the number of the entry that
    /// says so.
    async fn decided_alerts(
        &self,
        told_as: &str,
        since: Time,
        limit: u32,
    ) -> Result<Vec<(i64, i64)>>;
    /// What went to one receiver, newest first.
    async fn deliveries_to(&self, recipient: &str, limit: u32) -> Result<Vec<Sent>>;
}

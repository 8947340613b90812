//! Answers that are kept for who asks the same thing twice.

use async_trait::async_trait;
use firedamp_core::time::Time;

use super::Result;

/// An answer as it was sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers that matter, a line each.
    pub headers: String,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known of a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Asked {
    /// Nobody used it; it is the caller's now.
    First,
    /// It was used, and how that ended is not known: it goes on, or the desk died over it.
    Unknown,
    /// It was used for something else.
    Other,
    /// It was used for the same request, which was answered.
    Before(KeptAnswer),
}

/// Who asks twice.
#[async_trait]
pub trait Answers: Send + Sync {
    /// Takes a key (already a hash of who asks for what) for a request with this fingerprint, and
    /// forgets keys from before `old`.
    async fn ask_once(
        &self,
        key: &[u8; 32],
        request: &[u8; 32],
        at: Time,
        old: Time,
    ) -> Result<Asked>;
    /// Keeps the answer to a key.
    async fn keep_answer(&self, key: &[u8; 32], answer: &KeptAnswer) -> Result<()>;
    /// Gives a key back: nothing was done.
    async fn drop_key(&self, key: &[u8; 32]) -> Result<()>;
}

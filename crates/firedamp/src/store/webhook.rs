//! Where programs of partners want to be told that there is something new.

use async_trait::async_trait;
use firedamp_core::time::Time;

use super::Result;

/// Where the holder of a key is told, and of what.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    /// The key's name; it has one registration.
    pub holder: String,
    /// What the registration is called.
    pub subscriber: String,
    /// Where to.
    pub url: String,
    /// Of which events, by Partner Center's names.
    pub events: Vec<String>,
    /// Whether the signature goes in a header of its own.
    pub own_header: bool,
    /// The part of the tree that the key sees.
    pub scope: Option<String>,
    /// When it was made.
    pub made_at: Time,
}

/// A doorbell that was rung for a try.
#[derive(Clone, Debug, PartialEq)]
pub struct WebhookTest {
    /// What the try is called.
    pub correlation: String,
    /// For whom.
    pub holder: String,
    /// Where to.
    pub url: String,
    /// When.
    pub sent_at: Time,
    /// Why it did not arrive.
    pub error: Option<String>,
}

/// Registrations and tries.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Writes a registration in place of the one that its key had.
    async fn register(&self, registration: &Registration) -> Result<()>;
    /// Those of keys and people who may come in at this moment, with what they see now.
    async fn registrations(&self, at: Time) -> Result<Vec<Registration>>;
    /// Notes a try; tries older than a week are forgotten.
    async fn note_test(&self, test: &WebhookTest) -> Result<()>;
    /// Tries for a key since then, newest first.
    async fn tests(&self, holder: &str, since: Time) -> Result<Vec<WebhookTest>>;
}

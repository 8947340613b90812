//! What sources say of customers and their accounts: of standing and of posture.

use async_trait::async_trait;
pub use firedamp_core::standing::Fact;
use serde::Serialize;

use super::Result;

/// What a fact is about.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Whether the customer is in good standing.
    Standing,
    /// How well it is guarded.
    Posture,
}

impl Topic {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Standing => "standing",
            Self::Posture => "posture",
        }
    }
}

/// The part of the store that keeps what sources say.
#[async_trait]
pub trait Knowledge: Send + Sync {
    /// Writes facts down. Of one source the latest word on a part counts; an older one that comes
    /// later changes nothing. How many were new or newer.
    async fn learn(&self, subject: Topic, facts: &[Fact]) -> Result<u64>;
    /// Those of some customers whom nobody knows here.
    async fn strangers(&self, parties: &[String]) -> Result<Vec<String>>;
    /// What is known of a customer and its accounts.
    async fn known(&self, subject: Topic, party: &str) -> Result<Vec<Fact>>;
}

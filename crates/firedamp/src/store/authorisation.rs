//! Authorisations on file: proposed by one person, approved by another, withdrawn by a third.

use async_trait::async_trait;
use firedamp_core::{
    authorisation::{Authorisation, Verdict},
    time::Time,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Result;

/// Where an authorisation stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = AuthorisationState)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Somebody proposed it; it covers nothing.
    Proposed,
    /// Another one approved it.
    Approved,
    /// Another one did not.
    Declined,
    /// It ended before its time.
    Withdrawn,
}

impl Standing {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Proposed, Self::Approved, Self::Declined, Self::Withdrawn];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The one with this text id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.id() == id)
    }
}

/// Who did something, and when.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct By {
    /// Who.
    pub who: String,
    /// When, RFC 3339.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
}

/// An authorisation with what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Filed {
    /// What is authorised.
    #[serde(flatten)]
    #[schema(value_type = crate::schema::Authorisation)]
    pub authorisation: Authorisation,
    /// The customer, as people call it.
    pub customer_name: String,
    /// Where it stands.
    pub state: Standing,
    /// Who proposed it.
    pub proposed: By,
    /// Who approved or declined it.
    pub decided: Option<By>,
    /// Who withdrew it.
    pub withdrawn: Option<By>,
}

/// What a person does to an authorisation.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Approves it; never who proposed it.
    Approve,
    /// Declines it.
    Decline,
    /// Ends it.
    Withdraw,
}

/// Which authorisations are asked for.
#[derive(Clone, Debug, Default)]
pub struct AuthorisationFilter {
    /// Only this one.
    pub number: Option<i64>,
    /// Only of this customer or reseller and of those below it.
    pub within: Option<String>,
    /// Only those that may cover this account.
    pub account: Option<String>,
    /// How many at most.
    pub limit: u32,
}

/// The part of the store that keeps authorisations.
#[async_trait]
pub trait Authorisations: Send + Sync {
    /// Writes a proposal down; its number.
    async fn propose(&self, one: &Authorisation, by: &By) -> Result<i64>;
    /// Approves, declines or withdraws; cases are judged by it at once.
    async fn decide(&self, number: i64, decision: Decision, by: &By) -> Result<Filed>;
    /// Authorisations, those that end last first.
    async fn authorisations(&self, filter: &AuthorisationFilter) -> Result<Vec<Filed>>;
    /// What the authorisations on file make of a case as it was last judged.
    async fn verdict(&self, case: i64) -> Result<Verdict>;
    /// Asks for the notices whose time has come: authorisations that end soon, customers who have not
    /// answered. Asking twice is the same as once; how many are new.
    async fn remind(&self, now: Time) -> Result<u64>;
}

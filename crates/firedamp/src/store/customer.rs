//! Customers and their accounts, as lists show them.

use firedamp_core::time::Time;
use serde::Serialize;
use utoipa::ToSchema;

use crate::tree::Party;

/// A customer or reseller with what there is of it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Customer)]
pub struct CustomerRow {
    /// Who it is.
    #[serde(flatten)]
    pub party: Party,
    /// The name of who answers for it.
    pub parent_name: Option<String>,
    /// Accounts, also of those below it.
    pub accounts: u64,
    /// Cases of these that are not resolved.
    pub open_cases: u64,
    /// Expected loss of these in US dollars a month.
    pub loss: f64,
}

/// An account and its case.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountRow {
    /// `provider:account`.
    pub account: String,
    /// When telemetry of it arrived last, RFC 3339; nothing where none did.
    #[serde(serialize_with = "super::maybe_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_seen: Option<Time>,
    /// When its newest record was made, RFC 3339; nothing where none has a time, and where an older desk
    /// read all of it. One that is dated after it arrived counts as of then.
    #[serde(serialize_with = "super::maybe_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub newest_record: Option<Time>,
    /// The number of its case.
    pub case: Option<i64>,
}

/// An account with whose it is.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AccountFile {
    /// The account and its case.
    #[serde(flatten)]
    pub row: AccountRow,
    /// When telemetry told of it first, RFC 3339; nothing where none did.
    #[serde(serialize_with = "super::maybe_rfc3339")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_seen: Option<Time>,
    /// Whose it is, by id; nothing where nobody is named.
    pub customer: Option<String>,
    /// What people call them.
    pub customer_name: Option<String>,
}

/// Which customers are asked for.
#[derive(Clone, Debug, Default)]
pub struct CustomerFilter {
    /// Only those whose name or id holds this text.
    pub text: Option<String>,
    /// Only this party and those below it.
    pub within: Option<String>,
    /// Only those that come after the one with this id, by name.
    pub after: Option<String>,
    /// How many at most.
    pub limit: u32,
}

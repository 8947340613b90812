//! What the desk has at hand of every account while the account's states stay in the store.

use std::collections::BTreeMap;

use async_trait::async_trait;
use firedamp_core::id::Account;

use super::Result;

/// A few bytes of each account, so that a start need not read every state.
#[async_trait]
pub trait Briefs: Send + Sync {
    /// What was kept under this version, of accounts that were judged since their telemetry came.
    async fn briefs(&self, version: &str) -> Result<BTreeMap<Account, Vec<u8>>>;
    /// Keeps these in place of what was kept of the same accounts.
    async fn keep_briefs(&self, version: &str, briefs: &[(Account, Vec<u8>)]) -> Result<()>;
}

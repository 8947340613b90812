//! Accounts whose older objects have to be folded again: what passes the first look now did not pass it
//! when these were folded. Who they are is written down with what tells of it, so that a desk that is
//! killed goes on there.

use std::collections::BTreeSet;

use anyhow::Result;
use firedamp_core::{
    conversation::sift::{Gated, half},
    id::Account,
    sketch,
    time::Time,
};

use super::{Arrival, BATCH_MAX, Desk, folding::Fold};
use crate::store::Store;

/// An account's objects are folded again for conversations that passed late, but not more often.
const CATCH_UP_SECONDS: i64 = 600;
/// Under this name the store keeps which accounts are to be caught up with, one a line.
const LATE: &str = "desk: late";

impl Desk {
    /// Accounts where a listed name was resolved to an address that it was not resolved to there before:
    /// older traffic with it counts, and is looked at without delay. That another account knew the
    /// address does not help: this one's traffic may be older than that.
    pub(super) fn note_answers(&mut self, folds: &[Fold]) {
        for (account, state) in folds.iter().flat_map(|fold| &fold.accounts.0) {
            let known = self.states.answers_of(account);
            if state.lookups.answers().any(|answer| !known.contains(&answer)) {
                self.late.insert(account.clone());
                self.caught_up.remove(account);
            }
        }
    }

    /// Accounts with conversations that pass the first look now and did not before.
    pub(super) fn note_conversations(&mut self, gated: &Gated) {
        let new = gated.accounts_since(&self.gated);
        let known = self.states.accounts();
        let late = known.filter(|account| new.contains(&half(sketch::hash(account))));
        self.late.extend(late.cloned());
        self.gated = gated.clone();
    }

    /// Writes down who is to be caught up with, before it is forgotten why.
    pub(super) async fn keep_late(&mut self) -> Result<()> {
        let late: BTreeSet<Account> = self.late.union(&self.catching).cloned().collect();
        if late != self.late_kept {
            let lines: Vec<String> = late.iter().map(Account::to_string).collect();
            self.store.set_position(LATE, &lines.join("\n")).await?;
            self.late_kept = late;
        }
        Ok(())
    }

    /// Folds the older objects of accounts again whose conversations passed late. What can't be read
    /// any more keeps the state that it gave.
    pub(super) async fn catch_up(&mut self, now: Time) -> Result<()> {
        // Those that a failure kept from the end.
        self.late.append(&mut self.catching);
        let is_due = |account: &&Account| {
            now.is_due(self.caught_up.get(*account).copied(), CATCH_UP_SECONDS)
        };
        let due: Vec<Account> = self.late.iter().filter(is_due).cloned().collect();
        if due.is_empty() {
            return Ok(());
        }
        for account in &due {
            self.late.remove(account);
            self.catching.insert(account.clone());
            self.caught_up.insert(account.clone(), now);
        }
        let objects = self.store.traffic_objects(&due).await?;
        tracing::debug!(accounts = due.len(), objects = objects.len(), "catching up");
        for batch in objects.chunks(BATCH_MAX) {
            self.refold(batch.iter().map(Arrival::of).collect(), now).await?;
        }
        self.catching.clear();
        self.keep_late().await
    }
}

/// The accounts that were to be caught up with when the desk ended.
pub(super) async fn before(store: &dyn Store) -> Result<BTreeSet<Account>> {
    let lines = store.position(LATE).await?.unwrap_or_default();
    Ok(lines.lines().filter_map(Account::parse).collect())
}

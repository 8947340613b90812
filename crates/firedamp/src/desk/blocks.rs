//! Tables of blocks that grow: they are taken up at the turn, and whoever talked as miners do in the time
//! of other blocks is judged again.

use std::sync::Arc;

use firedamp_core::{blocks::Blocks, id::Account};

use super::Desk;

impl Desk {
    /// Takes up tables that changed since they were read.
    pub(super) fn take_up_blocks(&mut self) {
        if self.settings.tables.refresh() {
            let blocks = Arc::new(self.settings.tables.blocks());
            let before = std::mem::replace(&mut self.settings.options.blocks, blocks);
            self.judge_by_blocks_since(&before);
        }
    }

    /// Has everybody judged whom the tables concern: which blocks were known before the start is not
    /// known any more.
    pub(super) fn judge_by_blocks_anew(&mut self) {
        self.judge_by_blocks_since(&Blocks::default());
    }

    fn judge_by_blocks_since(&mut self, before: &Blocks) {
        let times = self.settings.options.blocks.changed_since(before);
        let concerned: Vec<Account> = self.states.talking_in(&times).cloned().collect();
        if !concerned.is_empty() {
            tracing::info!(accounts = concerned.len(), "judged again by other blocks");
        }
        self.relisted.extend(concerned);
    }
}

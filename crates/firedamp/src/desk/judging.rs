//! What changed is judged: accounts with new telemetry, those whose fleets changed, and those that are
//! judged by other lists or weights than before.

use anyhow::{Context, Result};
use firedamp_core::{
    case::Judge, detector::fleet_pulse::Fleets, id::Account, scan::Options, time::Time,
};

use super::{Desk, folding::unbroken};
use crate::{report, store::Judgement};

impl Desk {
    /// Judges every account that changed, and every account whose fleets did.
    pub(super) async fn judge(&mut self, now: Time) -> Result<usize> {
        let changed = self.store.changed_accounts().await?;
        if changed.is_empty() && self.relisted.is_empty() {
            return self.settle().await.map(|()| 0);
        }
        let weights = self.settings.options.weights.clone();
        let mut briefs = Vec::with_capacity(changed.len());
        for account in &changed {
            briefs.push((account.clone(), self.states.brief(account, &weights).await?));
        }
        let fleets = match self.states.members_changed {
            true => Fleets::of_members(self.states.members(), &weights),
            false => self.fleets.clone(),
        };
        let mut wanted = fleets.changed_since(&self.fleets);
        wanted.extend(changed.iter().cloned());
        wanted.extend(self.relisted.iter().cloned());
        for account in &wanted {
            if let Some(judgement) = self.judgement(account, &fleets).await? {
                self.store.judge(&judgement, now).await.context("cannot write a judgement")?;
                self.learn(&judgement.case, now).await?;
            }
        }
        self.relisted.clear();
        self.settle().await?;
        self.states.keep(&briefs).await?;
        self.store.judged(&changed).await?;
        self.fleets = fleets;
        self.states.members_changed = false;
        Ok(wanted.len())
    }

    /// Whoever is killed before this judges all of them again.
    async fn settle(&mut self) -> Result<()> {
        if !self.is_settled {
            self.store.use_learnt(&self.learnt.clone().unwrap_or_default()).await?;
            self.store.use_calibration(self.calibration).await?;
            self.is_settled = true;
        }
        Ok(())
    }

    async fn judgement(&mut self, account: &Account, fleets: &Fleets) -> Result<Option<Judgement>> {
        let Some(state) = self.states.get(account).await? else {
            return Ok(None);
        };
        let Options { indicators, without, blocks, .. } = &self.settings.options;
        let weights = &self.judging;
        let judge = Judge { indicators, weights, without, all: false, blocks, fleets };
        let judgement = unbroken(|| {
            let case = judge.judge(account, state)?;
            Some(Judgement { html: report::article(&case), case })
        });
        // What one account's attackers wrote is no reason to judge no other.
        Ok(judgement.unwrap_or_else(|| {
            tracing::error!(%account, "judging it broke; its case stays as it was: please report it");
            None
        }))
    }
}

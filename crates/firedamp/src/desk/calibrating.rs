//! Calibrations: tried on every case that is known, and judged by once a person switched one on.

use anyhow::Result;
use firedamp_core::{
    case::Judge,
    detector::fleet_pulse::Fleets,
    id::Account,
    life::{Reason, Status},
    time::Time,
    weights::{Calibration, Weights},
};
use serde_json::{Value, json};

use super::Desk;
use crate::store::{CalibrationRow, CalibrationStanding, CaseRow, Filter, PAGE_MAX};

/// Calibrations that are looked at: the one that is on may be older than others.
const LATEST: u32 = 100;
/// Cases that one is tried on, the dearest first.
const CASES_MAX: usize = 5000;
/// Cases that are named in what it would change.
const NAMED_MAX: usize = 50;
/// Probabilities whose crossing matters: a case at all, likelier than not, and nearly certain.
const STEPS: [f64; 3] = [0.10, 0.5, 0.9];

impl Desk {
    /// Tries what was asked for, and judges by what is on.
    pub(super) async fn calibrate(&mut self, now: Time) -> Result<()> {
        let latest = self.store.calibrations(LATEST).await?;
        if let Some(asked) = latest.iter().find(|one| one.standing == CalibrationStanding::Asked) {
            let tried = self.try_out(asked.scale).await?;
            self.store.tried_calibration(asked.id, &tried, now).await?;
        }
        let on = latest.iter().find(|one| one.standing == CalibrationStanding::On);
        let wanted = self.weights_of(on);
        if wanted == self.judging {
            return Ok(());
        }
        self.judging = wanted;
        let is_known = latest.iter().all(|one| one.in_use == (Some(one.id) == on.map(|on| on.id)));
        self.calibration = on.map(|on| on.id);
        if !is_known {
            // Every account may be more or less than it was.
            self.relisted.extend(self.store.accounts().await?);
            self.is_settled = false;
        }
        Ok(())
    }

    /// The desk's weights, with this calibration and who answers for it.
    fn weights_of(&self, on: Option<&CalibrationRow>) -> Weights {
        let mut weights = self.settings.options.weights.clone();
        if let Some(on) = on {
            let by = on.decided_by.as_deref().unwrap_or_default();
            let day = on.decided_at.map(|at| at.to_string()).unwrap_or_default();
            let day = day.get(..10).unwrap_or_default();
            let name = format!("calibration {}, switched on by {by} on {day}", on.id);
            weights.calibration = Calibration { scale: on.scale, name };
        }
        weights
    }

    /// What judging by `scale` would make of the cases that are known.
    async fn try_out(&mut self, scale: f64) -> Result<Value> {
        let mut proposed = self.settings.options.weights.clone();
        proposed.calibration.scale = scale;
        let (judging, fleets) = (self.judging.clone(), self.fleets.clone());
        let mut told = Tried::default();
        for row in self.every_case().await? {
            let Some(account) = Account::parse(&row.account) else { continue };
            let before = self.judged_with(&account, &judging, &fleets).await?;
            let after = self.judged_with(&account, &proposed, &fleets).await?;
            if let Some((before, after)) = before.zip(after) {
                told.note(&row, before, after);
            }
        }
        Ok(told.said())
    }

    async fn every_case(&self) -> Result<Vec<CaseRow>> {
        let mut all: Vec<CaseRow> = Vec::new();
        let mut filter = Filter { limit: PAGE_MAX, ..Filter::default() };
        loop {
            let page = self.store.cases(&filter).await?;
            filter.after = page.last().map(CaseRow::cursor);
            let is_last = page.len() < PAGE_MAX as usize;
            all.extend(page);
            if is_last || all.len() >= CASES_MAX {
                return Ok(all);
            }
        }
    }

    /// What an account is judged with these weights; nothing where its telemetry is forgotten.
    async fn judged_with(
        &mut self,
        account: &Account,
        weights: &Weights,
        fleets: &Fleets,
    ) -> Result<Option<f64>> {
        let Some(state) = self.states.get(account).await? else {
            return Ok(None);
        };
        let options = &self.settings.options;
        let (indicators, without) = (&options.indicators, &options.without);
        let blocks = &options.blocks;
        let judge = Judge { indicators, weights, without, all: false, blocks, fleets };
        Ok(judge.judge(account, state).map(|case| case.probability))
    }
}

/// What trying one has shown so far.
#[derive(Default)]
struct Tried {
    looked_at: u64,
    likelier: u64,
    less_likely: u64,
    /// Decided cases that were called right, before and after: fraud likelier than not, the legitimate
    /// not.
    right: (u64, u64),
    decided: u64,
    crossed: Vec<Value>,
}

impl Tried {
    fn note(&mut self, row: &CaseRow, before: f64, after: f64) {
        self.looked_at += 1;
        self.likelier += u64::from(after > before);
        self.less_likely += u64::from(after < before);
        let truth = match (row.status, row.reason) {
            (Status::Resolved, Some(Reason::Fraud)) => Some(true),
            (Status::Resolved, Some(Reason::Legitimate)) => Some(false),
            _ => None,
        };
        if let Some(mines) = truth {
            self.decided += 1;
            self.right.0 += u64::from((before >= 0.5) == mines);
            self.right.1 += u64::from((after >= 0.5) == mines);
        }
        let crosses = STEPS.iter().any(|step| (before >= *step) != (after >= *step));
        if crosses && self.crossed.len() < NAMED_MAX {
            let rounded = |probability: f64| (probability * 1e4).round() / 1e4;
            let (before, after) = (rounded(before), rounded(after));
            self.crossed.push(json!({"case": row.id, "before": before, "after": after}));
        }
    }

    fn said(self) -> Value {
        let Self { looked_at, likelier, less_likely, right, decided, crossed } = self;
        json!({"looked_at": looked_at, "likelier": likelier, "less_likely": less_likely,
            "decided": decided, "right_before": right.0, "right_after": right.1,
            "crossed": crossed})
    }
}

//! What alerts of providers teach: pools that no list has, of one customer, for all. They are proposed
//! to a person; what is approved is laid over the lists, for as long as it was approved for.

use std::{collections::BTreeSet, sync::Arc};

use anyhow::Result;
use firedamp_core::{
    case::Case,
    indicator::{Indicator, IndicatorSet, Name, Tier},
    net, scan,
    time::Time,
};
use serde_json::Value;

use super::{Desk, SIFT_SECONDS};

/// The sources of a learnt row, as findings show them. Whose alert it was is not said.
const SOURCE: &str = "learnt from an alert";

impl Desk {
    /// Proposes what the alerts of a case name and no list has.
    pub(super) async fn learn(&self, case: &Case, now: Time) -> Result<()> {
        let names = named(case);
        let new = names.into_iter().filter_map(|name| is_news(&self.listed, name));
        let new: Vec<String> = new.map(|name| name.to_string()).collect();
        if !new.is_empty() {
            self.store.propose_learnt(&case.id, &new, now).await?;
        }
        Ok(())
    }

    /// Lays what is approved by now over the lists, when that is not what the desk judges by. Whoever
    /// met what is approved no longer is judged anew; the traffic of the last day is looked at again
    /// for what is new.
    pub(super) async fn relist(&mut self, now: Time) -> Result<()> {
        let approved = self.store.approved(now).await?;
        if self.learnt.as_ref() == Some(&approved) {
            return Ok(());
        }
        let used = self.store.in_use().await?;
        if used.is_empty() && approved.is_empty() {
            self.learnt = Some(approved);
            return Ok(());
        }
        let mut indicators = (*self.listed).clone();
        indicators.layer(approved.iter().filter_map(|name| row(name)));
        self.settings.options.indicators = Arc::new(indicators);
        self.first = Arc::new(scan::relisted(&self.settings.options, &self.first));
        let gone: BTreeSet<String> = used.difference(&approved).cloned().collect();
        self.relisted.extend(self.store.accounts_that_met(&gone).await?);
        let count = approved.len();
        tracing::info!(count, gone = gone.len(), "learnt indicators have changed");
        if !approved.is_subset(&used) {
            self.look_again(now).await?;
        }
        self.learnt = Some(approved);
        self.is_settled = false;
        Ok(())
    }

    /// Folds the traffic of the last day again.
    async fn look_again(&mut self, now: Time) -> Result<()> {
        let mut read = (now.plus_seconds(-SIFT_SECONDS), String::new());
        while let Some(batch) = self.traffic_after(&mut read).await? {
            self.refold(batch, now).await?;
        }
        Ok(())
    }
}

/// What alerts of a case call a pool.
fn named(case: &Case) -> BTreeSet<Name> {
    let lists = case.findings.iter().filter_map(|finding| finding.evidence.get("pools_named"));
    let names = lists.filter_map(Value::as_array).flatten().filter_map(Value::as_str);
    names.filter_map(|name| name.parse().ok()).collect()
}

/// A name that could be listed, and is not.
fn is_news(listed: &IndicatorSet, name: Name) -> Option<Name> {
    let is_known = match &name {
        Name::Domain(domain) => listed.domain(domain).is_some(),
        Name::Address(address) => {
            listed.address(*address).is_some()
                || listed.is_shared(*address)
                || net::is_internal(*address)
        }
        Name::AddressPort(..) | Name::Port(_) => true,
    };
    (!is_known && !listed.is_suppressed(&name)).then_some(name)
}

/// One special source: as strong as an address from a report of malware.
fn row(name: &str) -> Option<Indicator> {
    let name = name.parse().ok()?;
    let sources = SOURCE.to_string();
    Some(Indicator { tier: Tier::B, sources, ..Indicator::operator(name) })
}

//! By when a provider wants to hear of a case, where one of its notices says so.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Case;
use crate::time::Time;

/// A deadline that a notice of a provider set.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Due {
    /// By when, RFC 3339.
    pub by: String,
    /// Which product's notice it was.
    pub who: String,
    /// What stands on it; of a mail that nobody verified it says so.
    pub title: String,
}

impl Due {
    /// The first deadline that the findings of a case tell of; where a time is given, the first after it.
    #[must_use]
    pub fn of(case: &Case, after: Option<Time>) -> Option<Self> {
        let told = case.findings.iter().filter_map(|finding| finding.evidence.get("due"));
        told.filter_map(Self::read).filter(|due| due.time() > after).min()
    }

    /// The one that stands in a judgement.
    #[must_use]
    pub fn in_judgement(judgement: &Value) -> Option<Self> {
        let findings = judgement.get("findings")?.as_array()?;
        findings.iter().filter_map(|finding| Self::read(finding.get("evidence")?.get("due")?)).min()
    }

    /// Times in one zone and of one width: their text has their order.
    fn read(value: &Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok().filter(|due: &Self| due.time().is_some())
    }

    /// By when.
    #[must_use]
    pub fn time(&self) -> Option<Time> {
        Time::parse(&self.by)
    }
}

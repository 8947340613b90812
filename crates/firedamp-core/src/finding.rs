//! What a detector says about one resource.

use std::{borrow::Cow, collections::BTreeSet};

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{
    event::Signal,
    id::Place,
    saying::Saying,
    time::{Span, Time},
};

const DAY_SECONDS: i64 = 86_400;

/// A kind of evidence. Findings of one group are not independent, those of different ones nearly.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// What things cost.
    Billing,
    /// How hard things work.
    Compute,
    /// Who did what to the account.
    ControlPlane,
    /// Questions to name servers.
    Dns,
    /// What several machines share.
    Fleet,
    /// Traffic.
    Network,
    /// What the provider's own products say.
    ProviderAlert,
    /// What runs on machines.
    Runtime,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 8] = [
        Self::Billing,
        Self::Compute,
        Self::ControlPlane,
        Self::Dns,
        Self::Fleet,
        Self::Network,
        Self::ProviderAlert,
        Self::Runtime,
    ];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Billing => "billing",
            Self::Compute => "compute",
            Self::ControlPlane => "control_plane",
            Self::Dns => "dns",
            Self::Fleet => "fleet",
            Self::Network => "network",
            Self::ProviderAlert => "provider_alert",
            Self::Runtime => "runtime",
        }
    }

    /// The telemetry that findings of this group come from.
    #[must_use]
    pub const fn signal(self) -> Signal {
        match self {
            Self::Billing => Signal::Usage,
            Self::Compute => Signal::Metric,
            Self::ControlPlane => Signal::Call,
            Self::Dns => Signal::Dns,
            Self::Fleet | Self::Network => Signal::Flow,
            Self::ProviderAlert => Signal::Alert,
            Self::Runtime => Signal::Process,
        }
    }

    /// Seconds of the periods, counted from 1970, that these findings know times by; 0 where records have
    /// times of their own. Steps in bills are steps of days, also where lines are by the hour.
    #[must_use]
    pub const fn grain_seconds(self) -> i64 {
        match self {
            Self::Billing => DAY_SECONDS,
            Self::Compute
            | Self::ControlPlane
            | Self::Dns
            | Self::Fleet
            | Self::Network
            | Self::ProviderAlert
            | Self::Runtime => 0,
        }
    }
}

/// What a finding is held against.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Scope {
    /// Its resource.
    #[default]
    Resource,
    /// The account, and every resource in it that something else is held against.
    Account,
    /// The account, and these resources in it, by their ids in the case.
    Resources(BTreeSet<String>),
}

/// What one detector says about one resource, or about an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The detector's id.
    pub detector: &'static str,
    /// The kind of evidence.
    pub group: Group,
    /// The resource, by its id in the case; for findings about the account, the account's id.
    pub resource: String,
    /// What it is held against.
    pub scope: Scope,
    /// Log-likelihood ratio in nats: how much likelier this is from a miner than from anyone else.
    pub llr: f64,
    /// First and last observation. What is [known by the period](Group::grain_seconds) tells bounds and
    /// no instants: it began and was seen last at these times or later in the periods in which they lie.
    /// So both are in the past when they are told, and what is after them is so for certain.
    pub span: Span,
    /// One sentence for people, in English.
    pub summary: String,
    /// The same sentence, for other languages.
    pub said: Saying,
    /// The facts, for programs.
    pub evidence: Map<String, Value>,
    /// Where the records stand.
    pub places: Vec<Place>,
    /// A bound was reached: totals are estimates.
    pub approximate: bool,
    /// Sample, simulated and test alerts: shown, worth nothing.
    pub sample: bool,
    /// Whether it tells of mining going on until `span` ends (a rejected or one-way attempt, or a
    /// name looked up, does not).
    pub ongoing: bool,
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shape<'a> {
            detector: &'static str,
            group: Group,
            resource: &'a str,
            llr: f64,
            first_observed: Option<String>,
            last_observed: Option<String>,
            summary: &'a str,
            #[serde(skip_serializing_if = "Saying::is_empty")]
            said: &'a Saying,
            evidence: Cow<'a, Map<String, Value>>,
        }
        Shape {
            detector: self.detector,
            group: self.group,
            resource: &self.resource,
            llr: rounded(self.llr, 3),
            first_observed: Some(self.span.first.to_string()),
            last_observed: Some(self.span.last.to_string()),
            summary: &self.summary,
            said: &self.said,
            evidence: self.full_evidence(),
        }
        .serialize(serializer)
    }
}

impl Finding {
    /// Another sentence that has what this finding says in its blank `said`.
    #[must_use]
    pub fn told_in(&self, other: Saying) -> Saying {
        // Whatever was said in English alone is told as it is.
        match self.said.is_empty() {
            true => other.text("said", &self.summary),
            false => other.say("said", self.said.clone()),
        }
    }

    /// Until when it may have been seen at most: the end of its last period, which may be still to come.
    #[must_use]
    pub const fn until(&self) -> Time {
        match self.group.grain_seconds() {
            0 => self.span.last,
            seconds => self.span.last.period_end(seconds),
        }
    }

    /// When it was observed on something that was `made` then: where only the day is known, not before.
    #[must_use]
    pub fn span_since(&self, made: Option<Time>) -> Span {
        let Span { first, last } = self.span;
        let is_told_by_period = self.group.grain_seconds() > 0;
        match made.filter(|made| is_told_by_period && first < *made && *made < self.until()) {
            Some(made) => Span { first: made, last: last.max(made) },
            None => self.span,
        }
    }

    /// Says something else.
    pub fn say(&mut self, said: Saying) {
        self.summary = said.english();
        self.said = said;
    }

    /// The facts with where they stand.
    fn full_evidence(&self) -> Cow<'_, Map<String, Value>> {
        let mut evidence = self.evidence.clone();
        if self.approximate {
            evidence.insert("approximate".into(), true.into());
        }
        if self.sample {
            evidence.insert("sample".into(), true.into());
        }
        let records: Vec<Value> = self
            .places
            .iter()
            .map(|place| {
                serde_json::json!({"object": place.object.to_string(), "record": place.record})
            })
            .collect();
        evidence.insert("records".into(), records.into());
        Cow::Owned(evidence)
    }
}

/// A number as it is printed: `digits` after the point, so that output does not hang on the last
/// bit of a logarithm.
#[must_use]
pub fn rounded(number: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (number * scale).round() / scale
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A finding that says nothing of anything; tests fill in what they are about.
    pub(crate) fn nothing() -> Finding {
        Finding {
            detector: "x",
            group: Group::Compute,
            resource: "i-0abc".to_string(),
            scope: Scope::Resource,
            llr: 0.0,
            span: Span::at(Time::default()),
            summary: String::new(),
            said: Saying::default(),
            evidence: Map::new(),
            places: Vec::new(),
            approximate: false,
            sample: false,
            ongoing: true,
        }
    }
}

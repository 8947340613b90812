//! `PagerDuty` and whatever takes its events (Events API v2). All notices of one case are one incident.

use std::path::PathBuf;

use anyhow::{Context, Result};
use async_trait::async_trait;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{Channel, Failure, Kind, Message, Secret};
use crate::client::Outside;

/// The channel.
pub(super) const KIND: Kind = Kind { id: "pagerduty", open };

/// Where events go unless the settings say otherwise.
const EVENTS: &str = "https://events.pagerduty.com/v2/enqueue";
/// The longest summary (`PagerDuty`'s reference of events).
const SUMMARY_LETTERS_MAX: usize = 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    routing_key: Secret,
    url: Option<Url>,
    /// Certificates in PEM that are trusted besides those that the machine trusts.
    ca_file: Option<PathBuf>,
}

struct PagerDuty {
    url: Url,
    routing_key: Secret,
    outside: Outside,
}

fn open(settings: toml::Table, outside: &Outside) -> Result<Box<dyn Channel>> {
    let Settings { routing_key, url, ca_file } = settings.try_into()?;
    let url = url.map_or_else(|| Url::parse(EVENTS).context("no URL"), Ok)?;
    outside.check(&url).map_err(anyhow::Error::msg)?;
    let outside = outside.trusting(ca_file.as_deref())?;
    Ok(Box::new(PagerDuty { url, routing_key, outside }))
}

#[async_trait]
impl Channel for PagerDuty {
    async fn send(&self, message: &Message) -> Result<(), Failure> {
        let summary: String = message.rendered.subject.chars().take(SUMMARY_LETTERS_MAX).collect();
        let incident =
            message.case.map_or_else(|| message.key.clone(), |case| format!("case-{case}"));
        let severity = match message.severity.as_str() {
            "high" => "critical",
            "medium" => "error",
            _ => "warning",
        };
        let body = json!({
            "routing_key": self.routing_key.reveal(),
            "event_action": "trigger",
            "dedup_key": format!("firedamp-{incident}"),
            "client": "Firedamp",
            "client_url": message.link,
            "payload": {
                "summary": summary,
                "source": message.account.as_deref().unwrap_or("firedamp"),
                "severity": severity,
                "timestamp": message.at.to_string(),
                "class": message.kind,
                "custom_details": {"text": message.rendered.text, "judgement": message.data},
            },
        });
        self.outside.post(&self.url, HeaderMap::new(), body.to_string()).await
    }
}

//! Microsoft Teams, through the URL of a workflow: an adaptive card. Its texts are runs, which know
//! no markup, so that what an attacker writes into a log is no link.

use anyhow::{Context, Result};
use async_trait::async_trait;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{Channel, Failure, Kind, Message, Secret};
use crate::client::Outside;

/// The channel.
pub(super) const KIND: Kind = Kind { id: "teams", open };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Whoever knows it may write.
    url: Secret,
}

struct Teams {
    url: Url,
    outside: Outside,
}

fn open(settings: toml::Table, outside: &Outside) -> Result<Box<dyn Channel>> {
    let Settings { url } = settings.try_into()?;
    let url = Url::parse(url.reveal()).context("the secret `url` is no URL")?;
    outside.check(&url).map_err(anyhow::Error::msg)?;
    Ok(Box::new(Teams { url, outside: outside.clone() }))
}

#[async_trait]
impl Channel for Teams {
    async fn send(&self, message: &Message) -> Result<(), Failure> {
        let run = |text: &str, weight: &str| {
            let inlines = json!([{"type": "TextRun", "text": text, "weight": weight}]);
            json!({"type": "RichTextBlock", "inlines": inlines})
        };
        let paragraphs = message.rendered.text.split("\n\n").map(|text| run(text, "Default"));
        let subject = run(&message.rendered.subject, "Bolder");
        let card = json!({
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": std::iter::once(subject).chain(paragraphs).collect::<Vec<_>>(),
            "actions": [{"type": "Action.OpenUrl", "title": "Firedamp", "url": message.link}],
        });
        let body = json!({
            "type": "message",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": card,
            }],
        });
        self.outside.post(&self.url, HeaderMap::new(), body.to_string()).await
    }
}

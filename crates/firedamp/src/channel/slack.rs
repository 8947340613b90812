//! Slack, through an incoming webhook. Texts are sent as plain text: what an attacker writes into a
//! log is no markup there.

use anyhow::{Context, Result};
use async_trait::async_trait;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{Channel, Failure, Kind, Message, Secret};
use crate::client::Outside;

/// The channel.
pub(super) const KIND: Kind = Kind { id: "slack", open };

/// The longest header and text of a block (Slack's reference of blocks).
const HEADER_LETTERS_MAX: usize = 150;
const TEXT_LETTERS_MAX: usize = 3000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Whoever knows it may write.
    url: Secret,
}

struct Slack {
    url: Url,
    outside: Outside,
}

fn open(settings: toml::Table, outside: &Outside) -> Result<Box<dyn Channel>> {
    let Settings { url } = settings.try_into()?;
    let url = Url::parse(url.reveal()).context("the secret `url` is no URL")?;
    outside.check(&url).map_err(anyhow::Error::msg)?;
    Ok(Box::new(Slack { url, outside: outside.clone() }))
}

#[async_trait]
impl Channel for Slack {
    async fn send(&self, message: &Message) -> Result<(), Failure> {
        let plain = |text: &str, most: usize| {
            let text: String = text.chars().take(most).collect();
            json!({"type": "plain_text", "text": text, "emoji": false})
        };
        let subject = &message.rendered.subject;
        let body = json!({
            // What a telephone shows; here three letters are markup.
            "text": subject.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
            "blocks": [
                {"type": "header", "text": plain(subject, HEADER_LETTERS_MAX)},
                {"type": "section", "text": plain(&message.rendered.text, TEXT_LETTERS_MAX)},
                {"type": "actions", "elements": [
                    {"type": "button", "text": plain("Firedamp", 20), "url": message.link},
                ]},
            ],
        });
        self.outside.post(&self.url, HeaderMap::new(), body.to_string()).await
    }
}

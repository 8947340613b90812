//! Slack, through an incoming webhook. Texts are sent as plain text: what an attacker writes into a
//! log is no markup there.

use anyhow::Result;
use async_trait::async_trait;
use serde_json::json;

use super::{Channel, Failure, Kind, Message, hook::Hook};
use crate::client::Outside;

/// The channel.
pub(super) const KIND: Kind = Kind { id: "slack", open };

/// The longest header and text of a block (Slack's reference of blocks).
const HEADER_LETTERS_MAX: usize = 150;
const TEXT_LETTERS_MAX: usize = 3000;

struct Slack(Hook);

fn open(settings: toml::Table, outside: &Outside) -> Result<Box<dyn Channel>> {
    Ok(Box::new(Slack(Hook::open(settings, outside)?)))
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
        self.0.post(&body).await
    }
}

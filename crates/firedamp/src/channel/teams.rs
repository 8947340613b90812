//! Microsoft Teams, through the URL of a workflow: an adaptive card. Its texts are runs, which know
//! no markup, so that what an attacker writes into a log is no link.

use anyhow::Result;
use async_trait::async_trait;
use serde_json::json;

use super::{Channel, Failure, Kind, Message, hook::Hook};
use crate::client::Outside;

/// The channel.
pub(super) const KIND: Kind = Kind { id: "teams", open };

struct Teams(Hook);

fn open(settings: toml::Table, outside: &Outside) -> Result<Box<dyn Channel>> {
    Ok(Box::new(Teams(Hook::open(settings, outside)?)))
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
        self.0.post(&body).await
    }
}

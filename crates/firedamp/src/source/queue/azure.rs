//! Azure Storage Queue. Event Grid writes Base64 into it.

use std::time::Duration;

use anyhow::{Context, Result};
use async_trait::async_trait;
use axum::http::{Method, Request};
use base64::{Engine, prelude::BASE64_STANDARD};
use object_store::{
    azure::{AzureAuthorizer, AzureCredentialProvider},
    client::HttpRequestBody,
};
use quick_xml::{Reader, escape::resolve_predefined_entity, events::Event};
use url::Url;

use super::{LEASE_SECONDS, Message, Queue};
use crate::{
    client::cloud::{self, Answer, EXCHANGE},
    source::{azure, environment::Environment},
};

/// The most that one call gives.
const MESSAGES_MAX: u32 = 32;
/// Messages have at most 64 kB, in XML somewhat more.
const ANSWER_BYTES_MAX: usize = 8 << 20;
/// Separates the two parts that a message is deleted with.
const BETWEEN: char = '\n';

pub(super) struct AzureQueue {
    messages: Url,
    account: String,
    is_plain: bool,
    credentials: AzureCredentialProvider,
}

pub(super) fn open(name: &str, environment: &Environment) -> Result<AzureQueue> {
    let account = azure::account(environment)?.to_string();
    let endpoint = environment.endpoint(&["AZURE_STORAGE_QUEUE_ENDPOINT"])?;
    let is_plain = endpoint.as_ref().is_some_and(|endpoint| endpoint.is_plain);
    let usual = || format!("https://{account}.queue.core.windows.net");
    let endpoint = endpoint.map_or_else(usual, |endpoint| endpoint.text().to_string());
    let messages = Url::parse(&format!("{endpoint}/{name}/messages"))?;
    // Credentials are found as they are for containers; which one does not matter.
    let credentials = azure::client(name, environment)?.credentials().clone();
    Ok(AzureQueue { messages, account, is_plain, credentials })
}

impl AzureQueue {
    async fn call(&self, method: Method, url: &Url) -> Result<Answer, String> {
        let sent = self.request(method, url).await.map_err(|error| format!("{error:#}"))?;
        let answer = cloud::exchange(sent, self.is_plain, ANSWER_BYTES_MAX, EXCHANGE).await?;
        if answer.status.is_success() { Ok(answer) } else { Err(cloud::refused(&answer)) }
    }

    async fn request(&self, method: Method, url: &Url) -> Result<Request<HttpRequestBody>> {
        let credential = self.credentials.get_credential().await.context("no credentials")?;
        let mut request =
            Request::builder().method(method).uri(url.as_str()).body(HttpRequestBody::empty())?;
        AzureAuthorizer::new(&credential, &self.account).try_authorize(&mut request)?;
        Ok(request)
    }
}

#[async_trait]
impl Queue for AzureQueue {
    async fn receive(&self, wait: Duration) -> Result<Vec<Message>, String> {
        let mut url = self.messages.clone();
        url.query_pairs_mut()
            .append_pair("numofmessages", &MESSAGES_MAX.to_string())
            .append_pair("visibilitytimeout", &LEASE_SECONDS.to_string());
        let answer = self.call(Method::GET, &url).await?;
        let messages = messages(&answer.body)?;
        if messages.is_empty() {
            // It answers at once.
            tokio::time::sleep(wait.min(Duration::from_secs(2))).await;
        }
        Ok(messages)
    }

    async fn delete(&self, receipt: &str) -> Result<(), String> {
        let (id, pop) = receipt.split_once(BETWEEN).unwrap_or((receipt, ""));
        let mut url = self.messages.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(id);
        }
        url.query_pairs_mut().append_pair("popreceipt", pop);
        self.call(Method::DELETE, &url).await.map(|_| ())
    }
}

/// Reads the list of messages. What is Base64 is told as what it stands for.
fn messages(xml: &[u8]) -> Result<Vec<Message>, String> {
    let text = std::str::from_utf8(xml).map_err(|error| error.to_string())?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let (mut found, mut element, mut raw) = (Vec::new(), String::new(), Raw::default());
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => element = start.local_name().as_ref().to_string(),
            Event::Text(text) => raw.add(&element, &text),
            Event::GeneralRef(name) => {
                raw.add(&element, resolve_predefined_entity(&name).unwrap_or_default());
            }
            Event::End(end) => {
                if end.local_name().as_ref() == "QueueMessage" {
                    found.push(std::mem::take(&mut raw).message());
                }
                element.clear();
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// A message as it is written.
#[derive(Default)]
struct Raw {
    id: String,
    pop: String,
    count: String,
    text: String,
}

impl Raw {
    fn add(&mut self, element: &str, text: &str) {
        match element {
            "MessageId" => self.id.push_str(text),
            "PopReceipt" => self.pop.push_str(text),
            "DequeueCount" => self.count.push_str(text),
            "MessageText" => self.text.push_str(text),
            _ => {}
        }
    }

    fn message(self) -> Message {
        let decoded = BASE64_STANDARD.decode(self.text.trim()).ok();
        let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        Message {
            receipt: format!("{}{BETWEEN}{}", self.id, self.pop),
            attempts: self.count.parse().unwrap_or(1),
            body: decoded.unwrap_or(self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_plain_and_in_base64() {
        let xml = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><QueueMessagesList>\
            <QueueMessage><MessageId>1</MessageId><PopReceipt>a+b=</PopReceipt>\
            <DequeueCount>3</DequeueCount><MessageText>eyJhIjoxfQ==</MessageText></QueueMessage>\
            <QueueMessage><MessageId>2</MessageId><PopReceipt>c</PopReceipt>\
            <MessageText>{&quot;b&quot;:2}</MessageText></QueueMessage></QueueMessagesList>";
        let read = messages(xml.as_bytes()).expect("messages");
        let told: Vec<_> = read.iter().map(|one| (one.body.as_str(), one.attempts)).collect();
        assert_eq!(told, [("{\"a\":1}", 3), ("{\"b\":2}", 1)]);
        assert_eq!(read[0].receipt, "1\na+b=");
        assert!(messages(b"<QueueMessagesList><a></b>").is_err());
    }
}

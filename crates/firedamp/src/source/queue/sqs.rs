//! Amazon SQS, in its JSON protocol.

use std::time::Duration;

use anyhow::{Context, Result};
use async_trait::async_trait;
use axum::http::{Method, Request, header};
use object_store::{
    aws::{AwsAuthorizer, AwsCredentialProvider},
    client::HttpRequestBody,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{LEASE_SECONDS, Message, Queue};
use crate::{
    client::cloud::{self, EXCHANGE},
    source::{Prefix, Storage, environment::Environment, s3},
};

/// The most that one call gives.
const MESSAGES_MAX: u32 = 10;
/// Ten messages of a mebibyte each, the most that SQS carries, escaped.
const ANSWER_BYTES_MAX: usize = 24 << 20;

pub(super) struct Sqs {
    endpoint: String,
    queue: String,
    region: String,
    is_plain: bool,
    credentials: AwsCredentialProvider,
}

pub(super) fn open(account: &str, name: &str, environment: &Environment) -> Result<Sqs> {
    let region = environment.first(&["AWS_REGION", "AWS_DEFAULT_REGION"]).unwrap_or("us-east-1");
    let names = ["AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"];
    let endpoint = environment.endpoint(&names)?;
    let is_plain = endpoint.as_ref().is_some_and(|endpoint| endpoint.is_plain);
    let usual = || format!("https://sqs.{region}.amazonaws.com");
    let endpoint = endpoint.map_or_else(usual, |endpoint| endpoint.text().to_string());
    // Credentials are found as they are for buckets; which bucket does not matter.
    let any = Prefix { storage: Storage::S3, bucket: name.to_string(), key: String::new() };
    let credentials = s3::client(&any, environment)?.credentials().clone();
    let queue = format!("{endpoint}/{account}/{name}");
    Ok(Sqs { endpoint, queue, region: region.to_string(), is_plain, credentials })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Received {
    #[serde(default)]
    messages: Vec<One>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct One {
    receipt_handle: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    attributes: Attributes,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    approximate_receive_count: Option<String>,
}

impl Sqs {
    async fn call(&self, operation: &str, body: &Value) -> Result<Value, String> {
        let sent = self.request(operation, body).await.map_err(|error| format!("{error:#}"))?;
        let answer = cloud::exchange(sent, self.is_plain, ANSWER_BYTES_MAX, EXCHANGE).await?;
        if !answer.status.is_success() {
            return Err(cloud::refused(&answer));
        }
        match answer.body.is_empty() {
            true => Ok(Value::Null),
            false => serde_json::from_slice(&answer.body).map_err(|error| error.to_string()),
        }
    }

    async fn request(&self, operation: &str, body: &Value) -> Result<Request<HttpRequestBody>> {
        let credential = self.credentials.get_credential().await.context("no credentials")?;
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}/", self.endpoint))
            .header(header::CONTENT_TYPE, "application/x-amz-json-1.0")
            .header("x-amz-target", format!("AmazonSQS.{operation}"))
            .body(HttpRequestBody::from(body.to_string()))?;
        AwsAuthorizer::new(&credential, "sqs", &self.region).try_authorize(&mut request, None)?;
        Ok(request)
    }
}

#[async_trait]
impl Queue for Sqs {
    async fn receive(&self, wait: Duration) -> Result<Vec<Message>, String> {
        let asked = json!({
            "QueueUrl": self.queue,
            "MaxNumberOfMessages": MESSAGES_MAX,
            "WaitTimeSeconds": wait.as_secs().min(20),
            "VisibilityTimeout": LEASE_SECONDS,
            "MessageSystemAttributeNames": ["ApproximateReceiveCount"],
            "AttributeNames": ["ApproximateReceiveCount"],
        });
        let answer = self.call("ReceiveMessage", &asked).await?;
        if answer.is_null() {
            return Ok(Vec::new());
        }
        let received: Received =
            serde_json::from_value(answer).map_err(|error| error.to_string())?;
        let message = |one: One| Message {
            receipt: one.receipt_handle,
            attempts: one
                .attributes
                .approximate_receive_count
                .and_then(|n| n.parse().ok())
                .unwrap_or(1),
            body: one.body,
        };
        Ok(received.messages.into_iter().map(message).collect())
    }

    async fn delete(&self, receipt: &str) -> Result<(), String> {
        let asked = json!({"QueueUrl": self.queue, "ReceiptHandle": receipt});
        self.call("DeleteMessage", &asked).await.map(|_| ())
    }
}

//! The clouds' services as others play them: S3 and SQS, Azure's blobs and queues.

use std::{process::Command, sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use firedamp::{
    client::cloud::{self, EXCHANGE},
    desk::{Desk, Watched},
    source::{
        Prefix,
        bucket::Bucket,
        environment::Environment,
        feeder::{Feeder, Habit},
        intake::Intake,
        queue::{self, Clerk, QueueAddress},
        spool::Spool,
    },
    store::{Sqlite, Store},
};
use object_store::{
    aws::{AwsAuthorizer, AwsCredential},
    azure::{AzureAccessKey, AzureAuthorizer, AzureCredential},
    client::{HttpRequest, HttpRequestBody},
};
use serde_json::json;

use crate::{
    desk::{NOW, judgements, settings, settle},
    outside::{self, Server, free_port},
    program::{Folder, HEADER, mining, question},
};

pub(super) const FLOWS: &str = "aws/111122223333/flow.log";
pub(super) const NAMES: &str = "aws/111122223333/dns.json";

pub(super) fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    Environment::of(variables).expect("an environment")
}

pub(super) fn flows() -> String {
    HEADER.to_string() + &mining("111122223333", "203.0.113.9", 443)
}

/// A desk that reads one bucket, and perhaps one queue.
pub(super) struct Rig {
    _folder: Folder,
    pub(super) store: Arc<dyn Store>,
    desk: Desk,
    feeder: Feeder,
    pub(super) clerk: Option<Clerk>,
}

impl Rig {
    pub(super) async fn new(prefix: &str, told: Option<&str>, environment: &Environment) -> Self {
        let folder = Folder::new();
        let store: Arc<dyn Store> =
            Arc::new(Sqlite::open(&folder.path("desk.db")).await.expect("a store"));
        let prefix: Prefix = prefix.parse().expect("a prefix");
        let bucket = Bucket::open(prefix, environment).expect("a bucket");
        let spool = Spool::open(folder.path("spool"), 64 << 20).expect("a spool");
        let intake = Arc::new(Intake::new(store.clone(), spool, vec![bucket.clone()]));
        // Real services write the real time.
        let habit = Habit { pause: Duration::ZERO, keep_days: 3650, clock: || NOW };
        let feeder = Feeder::new(bucket, store.clone(), intake.clone(), habit);
        let clerk = told.map(|name| {
            let address: QueueAddress = name.parse().expect("a queue");
            let queue = queue::open(&address, environment).expect("a queue");
            Clerk::new(queue, name.to_string(), store.clone(), intake.clone())
        });
        let watched = Watched::default().with(intake);
        let desk = Desk::open(store.clone(), settings(), watched, NOW).await.expect("a desk");
        Self { _folder: folder, store, desk, feeder, clerk }
    }

    async fn list(&mut self) -> u64 {
        self.feeder.round().await.expect("a listing").taken
    }

    pub(super) async fn is_told(&mut self) -> u64 {
        let clerk = self.clerk.as_mut().expect("a queue");
        clerk.round(Duration::from_secs(1)).await.expect("a queue that answers")
    }

    pub(super) async fn settle(&mut self) {
        settle(&mut self.desk, NOW.plus_seconds(86_400)).await.expect("rest");
    }

    pub(super) async fn cases(&self) -> usize {
        judgements(&*self.store).await.len()
    }
}

/// Whose account moto plays.
const OWNER: &str = "111122223333";

/// A service that moto plays, asked with a signature as it wants one.
struct Moto {
    _server: Server,
    base: String,
}

impl Moto {
    fn start() -> Option<Self> {
        let moto = outside::python("moto_server")?;
        let port = free_port();
        let mut command = Command::new(moto);
        command.env("MOTO_ACCOUNT_ID", OWNER).args(["--port", &port.to_string()]);
        let server = Server::start(&mut command, port);
        let base = format!("http://{}", server.address);
        Some(Self { _server: server, base })
    }

    async fn send(&self, service: &str, path: &str, headers: &[(&str, &str)], body: String) {
        let method = if service == "s3" { "PUT" } else { "POST" };
        let url = format!("{}{path}", self.base);
        let mut request = axum::http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(HttpRequestBody::from(body)).expect("a request");
        let (key_id, secret_key) = ("testing".to_string(), "testing".to_string());
        let credential = AwsCredential { key_id, secret_key, token: None };
        let signer = AwsAuthorizer::new(&credential, service, "us-east-1");
        signer.try_authorize(&mut request, None).expect("signed");
        must(request).await;
    }

    async fn put(&self, key: &str, body: String) {
        self.send("s3", &format!("/logs/{key}"), &[], body).await;
    }

    async fn sqs(&self, operation: &str, body: serde_json::Value) {
        let target = format!("AmazonSQS.{operation}");
        let json = "application/x-amz-json-1.0";
        let headers = [("x-amz-target", target.as_str()), ("content-type", json)];
        self.send("sqs", "/", &headers, body.to_string()).await;
    }
}

async fn must(request: HttpRequest) {
    let answer = cloud::exchange(request, true, 1 << 20, EXCHANGE).await.expect("an answer");
    assert!(answer.status.is_success(), "{}", cloud::refused(&answer));
}

#[tokio::test]
async fn amazons_buckets_and_queues_as_moto_plays_them() {
    let Some(moto) = Moto::start() else { return };
    moto.send("s3", "/logs", &[], String::new()).await;
    moto.sqs("CreateQueue", json!({"QueueName": "told"})).await;
    moto.put(NAMES, question("111122223333", "203.0.113.9")).await;
    let environment = environment(&[
        ("AWS_ENDPOINT_URL", moto.base.as_str()),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
    ]);
    let mut rig =
        Rig::new("s3://logs/aws/", Some(&format!("sqs://{OWNER}/told")), &environment).await;
    assert_eq!(rig.list().await, 1);
    rig.settle().await;
    assert_eq!((rig.cases().await, rig.is_told().await), (0, 0));
    moto.put(FLOWS, flows()).await;
    let object = json!({"bucket": {"name": "logs"}, "object": {"key": FLOWS}});
    let event = json!({"Records": [{"eventName": "ObjectCreated:Put", "s3": object}]}).to_string();
    let queue = format!("{}/{OWNER}/told", moto.base);
    for _ in 0..2 {
        moto.sqs("SendMessage", json!({"QueueUrl": queue, "MessageBody": event})).await;
    }
    let mut told = 0;
    while told < 2 {
        told += rig.is_told().await;
    }
    rig.settle().await;
    assert_eq!(rig.cases().await, 1);
    rig.is_told().await;
    assert_eq!(rig.clerk.as_ref().map(Clerk::pending), Some(0), "both are deleted");
    assert_eq!(rig.list().await, 0, "nothing is taken twice");
}

/// An account of our own, so that nobody's published key is needed.
const ACCOUNT: &str = "firedamp";

struct Azurite {
    _folder: Folder,
    _server: Server,
    blob: String,
    queue: String,
    key: String,
}

impl Azurite {
    fn start() -> Option<Self> {
        let azurite = outside::node("azurite")?;
        let (folder, blob, queue) = (Folder::new(), free_port(), free_port());
        let key = BASE64_STANDARD.encode("a key for tests that opens nothing");
        let mut command = Command::new(azurite);
        command
            .args(["--disableTelemetry", "--silent", "--skipApiVersionCheck", "--location"])
            .arg(folder.path("azurite"))
            .args(["--blobPort", &blob.to_string(), "--queuePort", &queue.to_string()])
            .args(["--tablePort", &free_port().to_string()])
            .env("AZURITE_ACCOUNTS", format!("{ACCOUNT}:{key}"));
        let server = Server::start(&mut command, queue);
        outside::wait_for(blob);
        let at = |port| format!("http://127.0.0.1:{port}/{ACCOUNT}");
        Some(Self { _folder: folder, _server: server, blob: at(blob), queue: at(queue), key })
    }

    fn environment(&self) -> Environment {
        environment(&[
            ("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT),
            ("AZURE_STORAGE_ACCOUNT_KEY", self.key.as_str()),
            ("AZURE_STORAGE_ENDPOINT", self.blob.as_str()),
            ("AZURE_STORAGE_QUEUE_ENDPOINT", self.queue.as_str()),
        ])
    }

    async fn send(&self, method: &str, url: &str, headers: &[(&str, &str)], body: String) {
        let mut request = axum::http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let length = body.len().to_string();
        let body = HttpRequestBody::from(body);
        let mut request = request.header("content-length", length).body(body).expect("a request");
        let key = AzureAccessKey::try_new(&self.key).expect("a key");
        let credential = AzureCredential::AccessKey(key);
        let signer = AzureAuthorizer::new(&credential, ACCOUNT);
        signer.try_authorize(&mut request).expect("signed");
        must(request).await;
    }

    async fn put(&self, name: &str, body: String) {
        let url = format!("{}/logs/{name}", self.blob);
        self.send("PUT", &url, &[("x-ms-blob-type", "BlockBlob")], body).await;
    }
}

#[tokio::test]
async fn azures_containers_and_queues_as_azurite_plays_them() {
    let Some(azurite) = Azurite::start() else { return };
    azurite
        .send("PUT", &format!("{}/logs?restype=container", azurite.blob), &[], String::new())
        .await;
    azurite.send("PUT", &format!("{}/told", azurite.queue), &[], String::new()).await;
    azurite.put(NAMES, question("111122223333", "203.0.113.9")).await;
    let mut rig = Rig::new("az://logs/aws/", Some("azq://told"), &azurite.environment()).await;
    assert_eq!(rig.list().await, 1);
    rig.settle().await;
    // A blob that grows: half of it is no case, and the whole replaces the half.
    let flows = flows();
    let half: String = flows.lines().take(8).map(|line| format!("{line}\n")).collect();
    for body in [half, flows] {
        azurite.put(FLOWS, body).await;
        let subject = format!("/blobServices/default/containers/logs/blobs/{FLOWS}");
        let event = json!({
            "eventType": "Microsoft.Storage.BlobCreated", "subject": subject,
        });
        let text = BASE64_STANDARD.encode(event.to_string());
        let message = format!("<QueueMessage><MessageText>{text}</MessageText></QueueMessage>");
        azurite.send("POST", &format!("{}/told/messages", azurite.queue), &[], message).await;
        assert_eq!(rig.is_told().await, 1);
        rig.settle().await;
        rig.is_told().await;
        assert_eq!(rig.clerk.as_ref().map(Clerk::pending), Some(0), "it is deleted");
    }
    assert_eq!(rig.cases().await, 1);
    assert_eq!(rig.store.totals(None).await.expect("totals").objects, 2);
    assert_eq!(rig.list().await, 0, "nothing is taken twice");
}

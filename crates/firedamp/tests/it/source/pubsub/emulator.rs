//! The whole way, with the built program: an object in Google's storage as `gcp-storage-emulator` plays
//! it, a notification, a case.
//!
//! The emulator speaks Google's JSON interface and reads objects in the way of Google's XML interface
//! without their headers and without `HEAD`. What stands before it here gives it both; lists are empty, so that
//! the notification alone can tell of the object.

use std::{net::Ipv4Addr, process::Command, time::Instant};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Method, Response, StatusCode, header},
};
use reqwest::Client;
use serde_json::Value;

use super::server::{PubSub, TOKEN};
use crate::{
    outside::{self, Server, free_port},
    program::{Folder, HEADER, command, mining, question},
    service::{Running, client, wait_for_case},
    source::real::{FLOWS, NAMES},
};

struct Emulator {
    _folder: Folder,
    _server: Server,
    base: String,
    client: Client,
}

impl Emulator {
    fn start() -> Option<Self> {
        let emulator = outside::python("gcp-storage-emulator")?;
        let (folder, port) = (Folder::new(), free_port());
        let mut start = Command::new(emulator);
        start
            .current_dir(folder.root())
            .args(["start", "--host", "127.0.0.1", "--port", &port.to_string()])
            .args(["--in-memory", "--quiet", "--default-bucket", "logs"]);
        let server = Server::start(&mut start, port);
        let base = format!("http://{}", server.address);
        Some(Self { _folder: folder, _server: server, base, client: client() })
    }

    async fn put(&self, object: &str, body: String) {
        let url = format!("{}/upload/storage/v1/b/logs/o", self.base);
        let query = [("uploadType", "media"), ("name", object)];
        let url = reqwest::Url::parse_with_params(&url, query).expect("a URL");
        let put = self.client.post(url).header("content-type", "text/plain").body(body);
        let answer = put.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// Speaks Google's XML interface for it, and says where.
    async fn in_front(&self) -> String {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let router =
            Router::new().fallback(answer).with_state((self.client.clone(), self.base.clone()));
        tokio::spawn(async move { axum::serve(listener, router).await });
        endpoint
    }
}

async fn answer(
    State((client, base)): State<(Client, String)>,
    request: Request,
) -> Response<Body> {
    let path = request.uri().path().trim_start_matches('/');
    let Some((bucket, object)) = path.split_once('/').filter(|(_, object)| !object.is_empty())
    else {
        return Response::new("<ListBucketResult></ListBucketResult>".into());
    };
    let object = object.replace('/', "%2F");
    let of = format!("{base}/storage/v1/b/{bucket}/o/{object}");
    let meta = client.get(&of).send().await.expect("an answer");
    if !meta.status().is_success() {
        let mut missing = Response::new(Body::empty());
        *missing.status_mut() = StatusCode::NOT_FOUND;
        return missing;
    }
    let meta: Value = meta.json().await.expect("metadata");
    let text = |name: &str| meta[name].as_str().expect(name).to_string();
    let body = match *request.method() {
        Method::HEAD => Body::empty(),
        _ => {
            let media = client.get(format!("{of}?alt=media")).send().await.expect("an answer");
            Body::from(media.bytes().await.expect("the object"))
        }
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let value = |text: String| HeaderValue::from_str(&text).expect("plain");
    headers.insert(header::ETAG, value(format!("\"{}\"", text("etag"))));
    headers.insert(header::CONTENT_LENGTH, value(text("size")));
    let written = HeaderValue::from_static("Sun, 01 Mar 2026 10:00:00 GMT");
    headers.insert(header::LAST_MODIFIED, written);
    response
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_of_googles_storage_and_a_message_are_a_case_within_ten_seconds() {
    let Some(emulator) = Emulator::start() else { return };
    let (pubsub, folder) = (PubSub::open().await, Folder::new());
    let mut start = command();
    start
        .args(["serve", "--listen", "127.0.0.1:0", "--watch", "gs://logs/aws/"])
        .args(["--queue", "pubsub://desk/logs", "--bucket-seconds", "86400", "--data"])
        .arg(folder.path("data"))
        .env("GOOGLE_BASE_URL", emulator.in_front().await)
        .env("GOOGLE_PUBSUB_ENDPOINT", &pubsub.endpoint)
        .env("GOOGLE_BEARER_TOKEN", TOKEN);
    let running = tokio::task::spawn_blocking(|| Running::start_as(start)).await.expect("a start");
    let token = running.token.clone().expect("a token at the first start");
    emulator.put(NAMES, question("111122223333", "203.0.113.9")).await;
    emulator.put(FLOWS, HEADER.to_string() + &mining("111122223333", "203.0.113.9", 443)).await;
    pubsub.finalized("logs", NAMES);
    pubsub.finalized("logs", FLOWS);
    let began = Instant::now();
    let case = wait_for_case(&client(), &running.base, &token).await;
    assert_eq!(case["account"], "aws:111122223333");
    eprintln!("a case after {:?}", began.elapsed());
    while !pubsub.left().is_empty() {
        assert!(began.elapsed().as_secs() < 30, "not acknowledged: {:?}", pubsub.left());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let ended = tokio::task::spawn_blocking(|| running.end("-TERM")).await.expect("an end");
    assert_eq!(ended, Some(0));
}

//! A bucket that speaks as S3 does, on this machine, and does what real ones do on bad days.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Query, Request, State},
    http::{HeaderValue, Response, StatusCode, header},
};
use firedamp::source::{Prefix, environment::Environment};
use futures_util::stream;

/// What the keys of a bucket that never ends begin with.
pub(super) const ENDLESS: &str = "endless/";
/// A secret that must not be seen anywhere.
pub(super) const SECRET: &str = "wJalrXUtnFEMI-EXAMPLEKEY";

/// In which order keys are listed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Order {
    /// That of their names.
    #[default]
    Names,
    /// Another, one key a page, as S3's directory buckets and Azure's hierarchies have their own.
    Backwards,
    /// The same, and the second page leads to itself.
    Circle,
}

/// What a bucket holds, and how it behaves.
#[derive(Default)]
pub(super) struct Behaviour {
    pub(super) objects: BTreeMap<String, Bytes>,
    /// Keys that are listed and not there.
    pub(super) ghosts: BTreeSet<String>,
    /// Keys whose bodies end half-way.
    pub(super) torn: BTreeSet<String>,
    /// Keys whose length is told otherwise.
    pub(super) lengths: BTreeMap<String, u64>,
    /// How everything is answered, if not as it should be.
    pub(super) refusal: Option<(StatusCode, &'static str)>,
    /// How many keys below [`ENDLESS`] are listed besides.
    pub(super) endless: u64,
    pub(super) order: Order,
    pub(super) listings: u64,
    pub(super) gets: BTreeMap<String, u64>,
}

pub(super) struct Bucket {
    behaviour: Arc<Mutex<Behaviour>>,
    pub(super) address: SocketAddr,
}

impl Bucket {
    pub(super) async fn open() -> Self {
        let behaviour = Arc::new(Mutex::new(Behaviour::default()));
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(answer).with_state(behaviour.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { behaviour, address }
    }

    pub(super) fn behaviour(&self) -> MutexGuard<'_, Behaviour> {
        self.behaviour.lock().expect("nobody panicked")
    }

    pub(super) fn put(&self, key: &str, bytes: impl Into<Bytes>) {
        self.behaviour().objects.insert(key.to_string(), bytes.into());
    }

    pub(super) fn environment(&self) -> Environment {
        let endpoint = format!("http://{}", self.address);
        let variables = [
            ("AWS_ENDPOINT_URL", endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
        ];
        let variables = variables.map(|(name, value)| (name.to_string(), value.to_string()));
        Environment::of(variables).expect("an environment")
    }

    pub(super) fn prefix(&self) -> Prefix {
        "s3://logs/".parse().expect("a prefix")
    }
}

type Shared = Arc<Mutex<Behaviour>>;

async fn answer(
    State(shared): State<Shared>,
    Query(asked): Query<BTreeMap<String, String>>,
    request: Request,
) -> Response<Body> {
    let mut behaviour = shared.lock().expect("nobody panicked");
    let signed = request.headers().get(header::AUTHORIZATION);
    let signed = signed.and_then(|text| text.to_str().ok()).unwrap_or_default();
    assert!(!signed.contains(SECRET), "a key is signed with, not sent");
    if let Some((status, code)) = behaviour.refusal {
        let body = format!("<Error><Code>{code}</Code><Message>so it is</Message></Error>");
        return said(status, body.into());
    }
    let path = request.uri().path();
    if asked.contains_key("list-type") {
        behaviour.listings += 1;
        let page = match behaviour.order {
            Order::Names => listing(&behaviour, &asked),
            Order::Backwards | Order::Circle => backwards(&behaviour, &asked),
        };
        return said(StatusCode::OK, page.into());
    }
    // Google's keys are one segment of the path, with all that is no letter or digit encoded.
    let path = url::form_urlencoded::parse(path.as_bytes()).next();
    let path = path.map(|(path, _)| path.into_owned()).unwrap_or_default();
    let key = path.strip_prefix("/logs/").unwrap_or_default().to_string();
    *behaviour.gets.entry(key.clone()).or_default() += 1;
    object(&behaviour, &key, &request)
}

fn said(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

fn etag(bytes: &[u8]) -> String {
    format!("\"{}\"", &blake3::hash(bytes).to_hex()[..16])
}

fn object(behaviour: &Behaviour, key: &str, request: &Request) -> Response<Body> {
    let endless = key.starts_with(ENDLESS).then(|| Bytes::from_static(b"{}\n"));
    let Some(bytes) = behaviour.objects.get(key).cloned().or(endless) else {
        return said(StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>".into());
    };
    let etag = etag(&bytes);
    let wanted = request.headers().get(header::IF_MATCH).and_then(|text| text.to_str().ok());
    if wanted.is_some_and(|wanted| wanted != etag) {
        return said(StatusCode::PRECONDITION_FAILED, Body::empty());
    }
    let (length, is_torn) = (bytes.len(), behaviour.torn.contains(key));
    let body = match is_torn {
        true => {
            let half = bytes.slice(..length / 2);
            Body::from_stream(stream::iter([Ok::<_, Infallible>(half)]))
        }
        false => Body::from(bytes),
    };
    let mut response = said(StatusCode::OK, body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length.into());
    headers.insert(header::ETAG, HeaderValue::from_str(&etag).expect("plain"));
    let written = HeaderValue::from_static("Tue, 31 Mar 2026 23:00:00 GMT");
    headers.insert(header::LAST_MODIFIED, written);
    response
}

/// One key; the token says how many were listed with it.
fn backwards(behaviour: &Behaviour, asked: &BTreeMap<String, String>) -> String {
    let token = asked.get("continuation-token").and_then(|token| token.parse::<usize>().ok());
    let before = token.unwrap_or_default();
    let Some((key, bytes)) = behaviour.objects.iter().rev().nth(before) else {
        return "<ListBucketResult></ListBucketResult>".to_string();
    };
    let token = match behaviour.order {
        Order::Circle => Some(1),
        _ => Some(before + 1).filter(|next| *next < behaviour.objects.len()),
    };
    let token = token.map(|next| format!("<NextContinuationToken>{next}</NextContinuationToken>"));
    let line = entry(key, bytes.len() as u64, &etag(bytes));
    format!("<ListBucketResult>{line}{}</ListBucketResult>", token.unwrap_or_default())
}

fn entry(key: &str, bytes: u64, etag: &str) -> String {
    let key = key.replace('&', "&amp;");
    format!(
        "<Contents><Key>{key}</Key><LastModified>2026-03-31T23:00:00.000Z</LastModified>\
         <ETag>{etag}</ETag><Size>{bytes}</Size></Contents>"
    )
}

fn listing(behaviour: &Behaviour, asked: &BTreeMap<String, String>) -> String {
    let text = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let after = text("continuation-token").max(text("start-after"));
    let most: usize = text("max-keys").parse().unwrap_or(1000);
    let listed = |key: &String, bytes: u64, etag: &str| {
        entry(key, behaviour.lengths.get(key).copied().unwrap_or(bytes), etag)
    };
    let ghost = Bytes::from_static(b"a ghost");
    let ghosts = behaviour.ghosts.iter().map(|key| (key, &ghost));
    let all: BTreeMap<&String, &Bytes> = behaviour.objects.iter().chain(ghosts).collect();
    let is_after = |key: &str| key > after.as_str();
    let mut page: Vec<(String, String)> = all
        .iter()
        .filter(|(key, _)| is_after(key) && key.starts_with(&text("prefix")))
        .take(most + 1)
        .map(|(key, bytes)| ((*key).clone(), listed(key, bytes.len() as u64, &etag(bytes))))
        .collect();
    let first = after.strip_prefix(ENDLESS).and_then(|number| number.parse::<u64>().ok());
    let first = first.map_or(0, |number| number + 1);
    let numbers = (first..behaviour.endless).take(most + 1);
    page.extend(numbers.map(|number| {
        let key = format!("{ENDLESS}{number:012}");
        let line = listed(&key, 3, &etag(b"{}\n"));
        (key, line)
    }));
    page.sort();
    page.retain(|(key, _)| is_after(key));
    let more = page.len() > most;
    page.truncate(most);
    let token = page
        .last()
        .filter(|_| more)
        .map(|(key, _)| format!("<NextContinuationToken>{key}</NextContinuationToken>"));
    let lines: String = page.into_iter().map(|(_, line)| line).collect();
    format!("<ListBucketResult>{lines}{}</ListBucketResult>", token.unwrap_or_default())
}

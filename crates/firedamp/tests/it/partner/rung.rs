//! Partner Center rings: believed when it is signed by whom it must be, once, and never led inside.

use std::{
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, extract::State, routing::get};
use base64::{Engine, engine::general_purpose::STANDARD};
use firedamp::{
    client::Outside,
    delivery::Book,
    partner::rung::{Ear, Trust},
    source::environment::Environment,
};
use reqwest::StatusCode;
use tokio::sync::watch;

use crate::{outside, program::Folder, web::Desk};

const RING: &str = "/webhooks/v1/partner-center";
const BODY: &str =
    r#"{"EventName":"azure-fraud-event-detected","ResourceUri":"http://127.0.0.1:1/"}"#;

/// A root, and a certificate that it issued, by openssl.
struct Issued {
    folder: Folder,
}

impl Issued {
    fn new(organisation: &str) -> Option<Self> {
        outside::debian("openssl")?;
        let issued = Self { folder: Folder::new() };
        let subject = format!("/O={organisation}/CN=A root");
        issued.folder.write("ext", "basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n");
        issued.run(&[
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out",
            "root.pem", "-days", "2", "-subj", &subject,
        ]);
        issued.run(&[
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "leaf.key",
            "-out",
            "leaf.csr",
            "-subj",
            "/CN=dispatch",
        ]);
        issued.run(&[
            "x509",
            "-req",
            "-in",
            "leaf.csr",
            "-CA",
            "root.pem",
            "-CAkey",
            "root.key",
            "-CAcreateserial",
            "-outform",
            "der",
            "-out",
            "leaf.cer",
            "-days",
            "1",
            "-extfile",
            "ext",
        ]);
        Some(issued)
    }

    fn run(&self, arguments: &[&str]) {
        let mut command = Command::new("openssl");
        let done = command.args(arguments).current_dir(self.folder.root()).output();
        let done = done.expect("openssl runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn file(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.path(name)).expect("a file")
    }

    fn sign(&self, body: &str) -> String {
        self.folder.write("body", body);
        self.run(&["dgst", "-sha256", "-sign", "leaf.key", "-out", "signature", "body"]);
        format!("Signature {}", STANDARD.encode(self.file("signature")))
    }
}

type Served = (Vec<u8>, Arc<AtomicUsize>);

async fn give(State((certificate, count)): State<Served>) -> Vec<u8> {
    count.fetch_add(1, Ordering::Relaxed);
    certificate
}

/// A server of the certificate; where it is, and how often it was fetched.
async fn serve(certificate: Vec<u8>) -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let routes = Router::new().fallback(get(give)).with_state((certificate, count.clone()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/dispatch.cer", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        axum::serve(listener, routes).await.expect("served");
    });
    (url, count)
}

/// What listens for those that lead to these roots, and what it wakes.
fn ear(roots: &Path, allowed: &str) -> (Arc<Ear>, watch::Receiver<()>) {
    let roots = roots.display().to_string();
    let variables = [
        ("PARTNER_CENTER_CERTIFICATE_HOSTS", "127.0.0.1, certificates.example"),
        ("PARTNER_CENTER_CERTIFICATE_ROOTS", &roots),
    ];
    let variables = variables.map(|(name, value)| (name.to_string(), value.to_string()));
    let environment = Environment::of(variables).expect("an environment");
    let trust = Trust::of(&environment).expect("all of it").expect("something");
    let outside = Outside::new(allowed.parse().into_iter().collect()).expect("a client");
    let (wake, woken) = watch::channel(());
    (Arc::new(Ear::new(trust, outside, wake).expect("an ear")), woken)
}

async fn ring(desk: &Desk, body: &str, headers: &[(&str, &str)]) -> StatusCode {
    let mut request = desk.client.post(format!("{}{RING}", desk.base)).body(body.to_string());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("an answer").status()
}

#[tokio::test]
async fn who_rings_is_believed_by_signature_root_and_issuer_alone() {
    let (Some(real), Some(other)) =
        (Issued::new("Microsoft Corporation"), Issued::new("Elsewhere"))
    else {
        return;
    };
    let (url, count) = serve(real.file("leaf.cer")).await;
    let (ear, mut woken) = ear(&real.folder.path("root.pem"), "127.0.0.0/8");
    let desk = Desk::open_around(&Book::default(), Some(ear)).await;
    let signature = real.sign(BODY);
    let good = [
        ("authorization", signature.as_str()),
        ("x-ms-certificate-url", url.as_str()),
        ("x-ms-signature-algorithm", "rsa-sha256"),
    ];
    assert_eq!(ring(&desk, BODY, &good).await, StatusCode::OK);
    assert!(woken.has_changed().expect("a sender"), "it is asked for alerts now");
    woken.mark_unchanged();
    assert_eq!(ring(&desk, BODY, &good).await, StatusCode::OK, "it is told that it came");
    assert!(!woken.has_changed().expect("a sender"), "sent again, it wakes nobody");
    let forged = other.sign(BODY);
    let with = |at: usize, value: &'static str| {
        let mut headers = good.map(|(name, value)| (name, value.to_string()));
        headers[at].1 = value.to_string();
        headers
    };
    for (headers, body, status) in [
        (good.map(|(name, value)| (name, value.to_string())), "{}", 401),
        (with(0, "Signature AAAA"), BODY, 401),
        (with(0, "Bearer x"), BODY, 401),
        (with(1, "http://elsewhere.example/x.cer"), BODY, 400),
        (with(1, "nonsense"), BODY, 400),
        (with(2, "none-none"), BODY, 400),
    ] {
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(ring(&desk, body, &headers).await.as_u16(), status, "{headers:?}");
    }
    assert_eq!(ring(&desk, BODY, &good[..1]).await, StatusCode::BAD_REQUEST);
    assert_eq!(ring(&desk, BODY, &[]).await, StatusCode::UNAUTHORIZED);
    let headers = [("x-ms-signature", forged.as_str()), good[1], good[2]];
    assert_eq!(ring(&desk, BODY, &headers).await, StatusCode::UNAUTHORIZED);
    assert_eq!(count.load(Ordering::Relaxed), 1, "the certificate was fetched once");
    desk.close().await;
}

#[tokio::test]
async fn another_issuer_another_root_and_hosts_inside_are_not_believed() {
    let (Some(real), Some(other)) =
        (Issued::new("Microsoft Corporation"), Issued::new("Elsewhere"))
    else {
        return;
    };
    let internal = "127.0.0.0/8";
    for (signer, root, allowed, status) in [
        (&other, &other, internal, StatusCode::UNAUTHORIZED),
        (&real, &other, internal, StatusCode::UNAUTHORIZED),
        (&real, &real, "", StatusCode::SERVICE_UNAVAILABLE),
    ] {
        let (url, _) = serve(signer.file("leaf.cer")).await;
        let (ear, _) = ear(&root.folder.path("root.pem"), allowed);
        let desk = Desk::open_around(&Book::default(), Some(ear)).await;
        let signature = signer.sign(BODY);
        let headers = [
            ("authorization", signature.as_str()),
            ("x-ms-certificate-url", url.as_str()),
            ("x-ms-signature-algorithm", "rsa-sha256"),
        ];
        assert_eq!(ring(&desk, BODY, &headers).await, status);
        desk.close().await;
    }
    let deaf = Desk::open().await;
    assert_eq!(ring(&deaf, BODY, &[]).await, StatusCode::NOT_FOUND);
    deaf.close().await;
}

#[test]
fn whom_to_trust_is_said_whole_or_not_at_all() {
    let trust = |variables: &[(&str, &str)]| {
        let owned = variables.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        Trust::of(&Environment::of(owned).expect("an environment")).map(|trust| trust.is_some())
    };
    let hosts = ("PARTNER_CENTER_CERTIFICATE_HOSTS", "certificates.example");
    let roots = ("PARTNER_CENTER_CERTIFICATE_ROOTS", "roots.pem");
    assert!(trust(&[hosts, roots]).expect("all of it"));
    assert!(!trust(&[]).expect("nothing"));
    assert!(trust(&[hosts]).is_err() && trust(&[roots]).is_err());
}

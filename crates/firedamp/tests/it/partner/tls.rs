//! TLS of the desk's own.

use std::{net::Ipv4Addr, os::unix::fs::PermissionsExt, sync::Arc};

use firedamp::{
    store::Sqlite,
    web::{App, serve_over, tls::Tls},
};
use reqwest::{Certificate, Client};
use tokio::net::TcpStream;

use crate::{program::Folder, web::NOW};

#[tokio::test]
async fn a_self_made_certificate_is_trusted_kept_and_closed_to_others() {
    let folder = Folder::new();
    let (tls, path) = Tls::self_made(folder.root()).expect("a certificate");
    let pem = std::fs::read(&path).expect("a file");
    let (_, again) = Tls::self_made(folder.root()).expect("the same");
    assert_eq!(std::fs::read(again).expect("a file"), pem, "clients that trust it go on");
    let key = std::fs::metadata(folder.path("localhost.key")).expect("a key");
    assert_eq!(key.permissions().mode() & 0o077, 0);
    let store = Arc::new(Sqlite::open(&folder.path("desk.db")).await.expect("a store"));
    let app = App::new(store, folder.path("pushed"), || NOW);
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let address = (Ipv4Addr::LOCALHOST, 0).into();
    let served = serve_over(app, address, Some(&tls), stopping).await.expect("served");
    // Strangers who say nothing keep nobody waiting.
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(TcpStream::connect(served.address).await.expect("a connection"));
    }
    // Whoever serves has chosen this machine's only provider of cryptography.
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    let url = format!("https://localhost:{}/health", served.address.port());
    let trusting = [Certificate::from_pem(&pem).expect("a certificate")];
    let client = Client::builder().no_proxy().tls_certs_only(trusting).build().expect("a client");
    let answer = client.get(&url).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let stranger = Client::builder().no_proxy().build().expect("a client");
    assert!(stranger.get(&url).send().await.is_err(), "who does not know it does not trust it");
    drop((client, stranger, silent));
    stop.send(true).expect("a server");
    served.stopped().await.expect("stopped");
}

#[test]
fn files_that_hold_no_certificate_are_named() {
    let folder = Folder::new();
    let junk = folder.write("junk.pem", "no certificate");
    let told = Tls::read(&junk, &junk).expect_err("no certificate");
    assert!(format!("{told:#}").contains("junk.pem"), "{told:#}");
}

//! The socket.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use axum::Extension;
use tokio::{net::TcpListener, sync::watch};

use super::{App, peer::OtherEnd, router, tls::Tls};
use crate::partner::Scheme;

/// A server that runs.
#[derive(Debug)]
pub struct Served {
    /// Where it listens.
    pub address: SocketAddr,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Served {
    /// Waits until it has stopped.
    ///
    /// # Errors
    /// When the socket broke.
    pub async fn stopped(self) -> Result<()> {
        self.task.await.context("the server died")?.context("the server's socket broke")
    }
}

/// Serves on `address`, plainly, until `stop` says so; requests that are being answered are answered.
///
/// # Errors
/// When nothing can listen there.
pub async fn serve(app: App, address: SocketAddr, stop: watch::Receiver<bool>) -> Result<Served> {
    serve_over(app, address, None, stop).await
}

/// Serves on `address`, over TLS where a certificate is given, until `stop` says so.
///
/// # Errors
/// When nothing can listen there.
pub async fn serve_over(
    app: App,
    address: SocketAddr,
    tls: Option<&Tls>,
    mut stop: watch::Receiver<bool>,
) -> Result<Served> {
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}; choose another address with --listen")
    })?;
    let address = listener.local_addr()?;
    let stopping = async move {
        // A sender that is gone has stopped, too.
        let _gone = stop.wait_for(|stop| *stop).await;
    };
    let task = match tls {
        None => {
            let routes = router(app).into_make_service_with_connect_info::<OtherEnd>();
            let serving = axum::serve(listener, routes).with_graceful_shutdown(stopping);
            tokio::spawn(async move { serving.await })
        }
        Some(tls) => {
            let routes = router(app).layer(Extension(Scheme::Https));
            let routes = routes.into_make_service_with_connect_info::<OtherEnd>();
            let serving = axum::serve(tls.listen(listener, address), routes);
            let serving = serving.with_graceful_shutdown(stopping);
            tokio::spawn(async move { serving.await })
        }
    };
    Ok(Served { address, task })
}

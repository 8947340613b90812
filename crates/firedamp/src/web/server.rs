//! The socket.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use tokio::{net::TcpListener, sync::watch};

use super::{App, router};

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

/// Serves on `address` until `stop` says so; requests that are being answered are answered.
///
/// # Errors
/// When nothing can listen there.
pub async fn serve(
    app: App,
    address: SocketAddr,
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
    let serving = axum::serve(listener, router(app)).with_graceful_shutdown(stopping);
    Ok(Served { address, task: tokio::spawn(async move { serving.await }) })
}

//! The socket. Strangers who connect and say nothing, or say it slowly, take no place for long, and
//! keep no desk from stopping.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use axum::{Extension, Router, extract::ConnectInfo, serve::Listener};
use hyper::{Request, body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinSet,
};
use tower_http::timeout::RequestBodyTimeoutLayer;

use super::{App, peer::OtherEnd, router, tls::Tls};
use crate::partner::Scheme;

/// Connections at once; who comes then waits. Below what a process may usually hold open.
const CONNECTIONS_MAX: usize = 800;
/// How long the head of a request may take, and a connection wait for its next one.
const HEAD: Duration = Duration::from_secs(30);
/// How long the next piece of a request's body may take.
const PIECE: Duration = Duration::from_secs(30);
/// How long requests that are being answered are waited for when the desk stops.
const STOPPING: Duration = Duration::from_secs(10);

/// A server that runs.
#[derive(Debug)]
pub struct Served {
    /// Where it listens.
    pub address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Served {
    /// Waits until it has stopped.
    ///
    /// # Errors
    /// When it died before.
    pub async fn stopped(self) -> Result<()> {
        self.task.await.context("the server died")
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
    stop: watch::Receiver<bool>,
) -> Result<Served> {
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}; choose another address with --listen")
    })?;
    let address = listener.local_addr()?;
    let routes = router(app).layer(RequestBodyTimeoutLayer::new(PIECE));
    let task = match tls {
        None => tokio::spawn(answer_all(listener, routes, stop)),
        Some(tls) => {
            let routes = routes.layer(Extension(Scheme::Https));
            tokio::spawn(answer_all(tls.listen(listener, address), routes, stop))
        }
    };
    Ok(Served { address, task })
}

/// Answers who connects, until it is told to stop; then those who are being answered.
async fn answer_all<L>(mut listener: L, routes: Router, mut stop: watch::Receiver<bool>)
where
    L: Listener<Addr = SocketAddr>,
{
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    loop {
        let next = async { (places.clone().acquire_owned().await, listener.accept().await) };
        let (place, (stream, address)) = tokio::select! {
            next = next => next,
            // A sender that is gone has stopped, too.
            _gone = stop.wait_for(|stop| *stop) => break,
        };
        let (routes, stop) = (routes.clone(), stop.clone());
        connections.spawn(async move {
            answer(stream, address, routes, stop).await;
            drop(place);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(STOPPING, ended).await.is_err() {
        tracing::warn!(connections = connections.len(), "cut off: they came to no end");
        connections.shutdown().await;
    }
}

/// Answers the requests of one connection.
async fn answer<I>(stream: I, address: SocketAddr, routes: Router, mut stop: watch::Receiver<bool>)
where
    I: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let (routes, other_end) = (TowerToHyperService::new(routes), OtherEnd::of(address.ip()));
    let routes = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(other_end));
        routes.call(request)
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let connection = server.serve_connection(TokioIo::new(stream), routes);
    tokio::pin!(connection);
    // However it ends, whoever asked is gone.
    tokio::select! {
        _ended = connection.as_mut() => return,
        _gone = stop.wait_for(|stop| *stop) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ended = connection.await;
}

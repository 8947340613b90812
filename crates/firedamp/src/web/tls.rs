//! TLS of our own: with a certificate of the operator's, or one made for localhost. Strangers who
//! connect and say nothing, or say it slowly, keep nobody else waiting.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result};
use jiff::{ToSpan, tz::TimeZone};
use rcgen::{CertificateParams, KeyPair, SanType};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// How long a handshake may take, and how many are made at once.
const HANDSHAKE: Duration = Duration::from_secs(10);
const HANDSHAKES_MAX: usize = 512;
/// Connections that wait to be answered.
const WAITING_MAX: usize = 64;
/// The life of a certificate of our own, in days, and the age at which another is made.
const LIFE_DAYS: i64 = 397;
const AGE_DAYS_MAX: u64 = 300;
/// Where it is kept, in the data folder.
pub(crate) const CERTIFICATE: &str = "localhost.pem";
pub(crate) const KEY: &str = "localhost.key";

/// What is needed to serve over TLS.
#[derive(Clone)]
pub struct Tls(Arc<ServerConfig>);

impl std::fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tls(…)")
    }
}

impl Tls {
    /// A certificate with those that lead to its root, and its key, both PEM.
    ///
    /// # Errors
    /// When a file can't be read or the two do not fit.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self> {
        let name = certificate.display();
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect)
            .with_context(|| format!("no certificate in `{name}`"))?;
        let secret = PrivateKeyDer::from_pem_file(key)
            .with_context(|| format!("no key in `{}`", key.display()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, secret)
            .with_context(|| format!("`{name}` does not fit its key"))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }

    /// A certificate of our own for localhost, kept in `folder`; with the file that clients trust.
    ///
    /// # Errors
    /// When it can't be made or written.
    pub fn self_made(folder: &Path) -> Result<(Self, PathBuf)> {
        let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
        if !is_fresh(&certificate) || !key.exists() {
            fs::create_dir_all(folder)?;
            make(&certificate, &key)
                .with_context(|| format!("cannot make a certificate in `{}`", folder.display()))?;
        }
        Ok((Self::read(&certificate, &key)?, certificate))
    }

    /// Connections of `listener` whose handshake was made.
    pub(super) fn listen(&self, listener: TcpListener, address: SocketAddr) -> Listener {
        let (made, connections) = mpsc::channel(WAITING_MAX);
        let acceptor = TlsAcceptor::from(self.0.clone());
        tokio::spawn(accept(listener, acceptor, made));
        Listener { connections, address }
    }
}

fn is_fresh(certificate: &Path) -> bool {
    let made = certificate.metadata().and_then(|metadata| metadata.modified()).ok();
    let age = made.and_then(|made| SystemTime::now().duration_since(made).ok());
    age.is_some_and(|age| age < Duration::from_secs(AGE_DAYS_MAX * 86_400))
}

fn make(certificate: &Path, key: &Path) -> Result<()> {
    let today = jiff::Timestamp::now().to_zoned(TimeZone::UTC).date();
    let day = |date: jiff::civil::Date| {
        let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
        rcgen::date_time_ymd(date.year().into(), month, day)
    };
    let mut params = CertificateParams::new(vec!["localhost".to_string()])?;
    let own = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    params.subject_alt_names.extend(own.map(SanType::IpAddress));
    params.not_before = day(today.checked_sub(1.day())?);
    params.not_after = day(today.checked_add(LIFE_DAYS.days())?);
    let pair = KeyPair::generate()?;
    let made = params.self_signed(&pair)?;
    write(key, &pair.serialize_pem())?;
    write(certificate, &made.pem())?;
    Ok(())
}

/// Writes a file that this user alone may read.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

type Connection = (TlsStream<TcpStream>, SocketAddr);

/// Accepts connections and makes their handshakes side by side, until nobody wants them any more.
async fn accept(mut listener: TcpListener, acceptor: TlsAcceptor, made: mpsc::Sender<Connection>) {
    let places = Arc::new(Semaphore::new(HANDSHAKES_MAX));
    loop {
        let next = axum::serve::Listener::accept(&mut listener);
        let (stream, address) = tokio::select! {
            next = next => next,
            () = made.closed() => return,
        };
        let Ok(place) = places.clone().acquire_owned().await else {
            return;
        };
        let (acceptor, made) = (acceptor.clone(), made.clone());
        tokio::spawn(async move {
            let shaken = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await;
            drop(place);
            if let Ok(Ok(stream)) = shaken {
                // Nobody wants it when the desk is stopping.
                let _sent = made.send((stream, address)).await;
            }
        });
    }
}

/// Gives connections whose handshake was made.
pub(super) struct Listener {
    connections: mpsc::Receiver<Connection>,
    address: SocketAddr,
}

impl axum::serve::Listener for Listener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> Connection {
        match self.connections.recv().await {
            Some(connection) => connection,
            // The other end goes with this one.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

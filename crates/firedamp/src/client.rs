//! The only way out over HTTP. Where it leads is written by operators, and by whoever can change
//! their settings: so it never reaches inside their network unless they name the network, follows
//! no redirect, waits for nobody long, and reads little of what comes back.

pub mod cloud;
mod exchange;

pub use cloud::Cloud;
pub use exchange::Answer;

use std::{
    error::Error,
    fs,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, ensure};
use firedamp_core::net;
use ipnet::IpNet;
use reqwest::{
    Certificate, Client, Response, StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{HeaderMap, RETRY_AFTER},
    redirect,
};
use url::{Host, Url};

use crate::channel::Failure;

/// How long a connection may take to be made, and a whole exchange.
const CONNECT_SECONDS: u64 = 5;
const EXCHANGE_SECONDS: u64 = 15;
/// How much of an answer is read.
const ANSWER_BYTES_MAX: usize = 4 << 10;
/// How much of an answer stands in an error.
const EXCERPT_LETTERS_MAX: usize = 200;
/// The longest wait that a receiver is granted.
const WAIT_MAX: Duration = Duration::from_secs(3600);

/// Sends to public addresses, and to networks that the operator allows.
#[derive(Clone)]
pub struct Outside {
    client: Client,
    allowed: Arc<[IpNet]>,
}

/// A client that reaches these networks and trusts these certificates besides the usual ones.
fn client(allowed: &Arc<[IpNet]>, trusted: Vec<Certificate>) -> reqwest::Result<Client> {
    // Somebody else in this process may have chosen already, and then chose the same.
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        // A proxy would resolve names for us, and find what it finds.
        .no_proxy()
        .redirect(redirect::Policy::none())
        .connect_timeout(Duration::from_secs(CONNECT_SECONDS))
        .timeout(Duration::from_secs(EXCHANGE_SECONDS))
        .user_agent(concat!("firedamp/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(Arc::new(Guarded { allowed: allowed.clone() }))
        .tls_certs_merge(trusted)
        .build()
}

/// An address inside, which nobody allowed.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no public address; name its network in `allow_internal` if it is meant")]
struct Internal(String);

impl Outside {
    /// A client that reaches `allowed` networks besides public ones.
    ///
    /// # Errors
    /// When the machine's certificates can't be read.
    pub fn new(allowed: Vec<IpNet>) -> anyhow::Result<Self> {
        let allowed: Arc<[IpNet]> = allowed.into();
        let client = client(&allowed, Vec::new())?;
        Ok(Self { client, allowed })
    }

    /// The same, and the certificates in this file (PEM) are trusted besides those that the machine
    /// trusts: for a receiver of one's own.
    ///
    /// # Errors
    /// When the file can't be read, or holds no certificate.
    pub fn trusting(&self, ca_file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = ca_file else { return Ok(self.clone()) };
        let name = path.display();
        let pem = fs::read(path).with_context(|| format!("cannot read `{name}`"))?;
        let trusted = Certificate::from_pem_bundle(&pem);
        let trusted = trusted.with_context(|| format!("no certificate in `{name}`"))?;
        ensure!(!trusted.is_empty(), "no certificate in `{name}`");
        let client = client(&self.allowed, trusted)
            .with_context(|| format!("no certificate in `{name}` that can be used"))?;
        Ok(Self { client, allowed: self.allowed.clone() })
    }

    /// Checks a URL before anything is sent to it: HTTPS, or HTTP to an address that is allowed.
    ///
    /// # Errors
    /// Why nothing is sent there, in a sentence.
    pub fn check(&self, url: &Url) -> Result<(), String> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err("the URL names no host".to_string()),
        };
        if let Some(address) = address.filter(|address| !may_reach(*address, &self.allowed)) {
            return Err(Internal(address.to_string()).to_string());
        }
        match (url.scheme(), address) {
            ("https", _) => Ok(()),
            ("http", Some(address)) if is_within(address, &self.allowed) => Ok(()),
            _ => Err("this goes over HTTPS alone".to_string()),
        }
    }

    /// Posts JSON. What the receiver answers is looked at only for an error.
    ///
    /// # Errors
    /// Whether it is worth trying again, and why it failed.
    pub async fn post(&self, url: &Url, headers: HeaderMap, body: String) -> Result<(), Failure> {
        self.check(url).map_err(|why| Failure::Refused { why })?;
        let request = self.client.post(url.clone()).headers(headers);
        let request = request.header("content-type", "application/json").body(body);
        match request.send().await {
            Ok(answer) => judged(answer).await,
            Err(error) => Err(unsent(&error)),
        }
    }
}

async fn judged(mut answer: Response) -> Result<(), Failure> {
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    let after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let after = after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER_BYTES_MAX
        && let Ok(Some(more)) = answer.chunk().await
    {
        bytes.extend_from_slice(&more);
    }
    let said = String::from_utf8_lossy(&bytes);
    let said: String = crate::report::shown(&said).chars().take(EXCERPT_LETTERS_MAX).collect();
    let why = format!("answered {status}: {said}");
    let passes =
        [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
    Err(match status {
        _ if status.is_server_error() || passes.contains(&status) => {
            Failure::Retry { after: after.map(|after| after.min(WAIT_MAX)), why }
        }
        _ if status.is_redirection() => {
            Failure::Refused { why: format!("answered {status}; redirects are not followed") }
        }
        _ => Failure::Refused { why },
    })
}

/// What went wrong before an answer, without the URL, which may be a secret.
fn unsent(error: &reqwest::Error) -> Failure {
    let mut cause: Option<&dyn Error> = error.source();
    let mut why = if error.is_timeout() { "no answer in time" } else { "not reached" }.to_string();
    while let Some(one) = cause {
        if one.is::<Internal>() {
            return Failure::Refused { why: one.to_string() };
        }
        why = one.to_string();
        cause = one.source();
    }
    Failure::Retry { after: None, why }
}

/// Looks names up and gives no address inside: at the moment of connecting, so that a name that
/// changes its mind gains nothing.
struct Guarded {
    allowed: Arc<[IpNet]>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.allowed.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let all: Vec<SocketAddr> = found.collect();
            // One address inside among others outside is enough to smell.
            if let Some(inside) = all.iter().find(|one| !may_reach(one.ip(), &allowed)) {
                return Err(Internal(inside.ip().to_string()).into());
            }
            let addresses: Addrs = Box::new(all.into_iter());
            Ok(addresses)
        })
    }
}

fn is_within(address: IpAddr, networks: &[IpNet]) -> bool {
    networks.iter().any(|network| network.contains(&address.to_canonical()))
}

fn may_reach(address: IpAddr, allowed: &[IpNet]) -> bool {
    is_public(address.to_canonical()) || is_within(address, allowed)
}

/// Addresses that anybody on the internet can be reached at (after the special-purpose registries
/// of RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            let special = a == 0
                || a >= 240
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && matches!(b, 18 | 19));
            !(special || v4.is_multicast() || v4.is_documentation() || net::is_internal(address))
        }
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.segments();
            let is_documentation = first == 0x2001 && second == 0xdb8;
            // Tunnels that carry an IPv4 address: 6to4 and Teredo.
            let is_tunnel = first == 0x2002 || (first == 0x2001 && second == 0);
            first & 0xe000 == 0x2000 && !is_documentation && !is_tunnel
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        let public = ["1.1.1.1", "8.8.8.8", "2606:4700::1111"];
        let special = [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2001::1",
        ];
        let reach = |text: &str| may_reach(text.parse().expect("an address"), &[]);
        assert!(public.into_iter().all(reach));
        for address in special {
            assert!(!reach(address), "{address}");
        }
    }

    #[test]
    fn insecure_and_inward_urls_are_refused() {
        let allowed = vec!["10.1.0.0/16".parse().expect("a network")];
        let outside = Outside::new(allowed).expect("a client");
        let check = |url: &str| outside.check(&Url::parse(url).expect("a URL"));
        for url in ["https://hooks.example/x", "https://10.1.2.3/x", "http://10.1.2.3:8080/x"] {
            assert_eq!(check(url), Ok(()), "{url}");
        }
        for url in [
            "http://hooks.example/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://10.2.0.1/",
            "http://169.254.169.254/latest",
            "https://2130706433/",
            "file:///etc/passwd",
        ] {
            assert!(check(url).is_err(), "{url}");
        }
    }
}

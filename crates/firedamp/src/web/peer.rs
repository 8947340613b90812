//! Where a request comes from: the other end of the connection, or what a proxy says that the
//! operator trusts.

use std::net::{IpAddr, Ipv4Addr};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;

use super::App;
use crate::partner::Scheme;

/// Proxies in a row at most.
const PROXIES_MAX: usize = 8;

/// Where a request comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Peer {
    /// The client's address.
    pub address: IpAddr,
    /// Whether it came over TLS, or a proxy says so.
    pub is_tls: bool,
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct OtherEnd(IpAddr);

impl OtherEnd {
    /// The one with this address.
    pub(super) const fn of(address: IpAddr) -> Self {
        Self(address)
    }
}

/// Notes the [`Peer`] of a request.
pub(super) async fn note(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let other_end = request.extensions().get::<ConnectInfo<OtherEnd>>();
    let other_end = other_end.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.0);
    let mut peer = peer(other_end.to_canonical(), request.headers(), &app.proxies);
    peer.is_tls |= request.extensions().get::<Scheme>() == Some(&Scheme::Https);
    request.extensions_mut().insert(peer);
    next.run(request).await
}

/// The last address in `X-Forwarded-For` that is no trusted proxy's: what stands before it was
/// written by whoever sent the request.
fn peer(other_end: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Peer {
    let is_trusted = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
    if !is_trusted(&other_end) {
        return Peer { address: other_end, is_tls: false };
    }
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    let hops = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.rsplit(','));
    let mut address = other_end;
    for hop in hops.take(PROXIES_MAX) {
        let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
        address = hop.to_canonical();
        if !is_trusted(&address) {
            break;
        }
    }
    let scheme = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    Peer { address, is_tls: scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(other_end: &str, forwarded: &[&str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().expect("a header"));
        }
        let proxies: Vec<IpNet> =
            proxies.iter().map(|network| network.parse().expect("a network")).collect();
        peer(other_end.parse().expect("an address"), &headers, &proxies).address.to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_what_it_saw_itself() {
        let ours = ["127.0.0.0/8", "10.0.0.0/8"];
        assert_eq!(told("127.0.0.1", &["192.0.2.1"], &[]), "127.0.0.1");
        assert_eq!(told("198.51.100.1", &["192.0.2.1"], &ours), "198.51.100.1");
        assert_eq!(told("127.0.0.1", &["192.0.2.1"], &ours), "192.0.2.1");
        assert_eq!(told("127.0.0.1", &["203.0.113.9, 192.0.2.1, 10.0.0.2"], &ours), "192.0.2.1");
        assert_eq!(told("127.0.0.1", &["203.0.113.9", "192.0.2.1"], &ours), "192.0.2.1");
        assert_eq!(told("127.0.0.1", &["192.0.2.1, junk"], &ours), "127.0.0.1");
        assert_eq!(told("127.0.0.1", &[], &ours), "127.0.0.1");
    }
}

//! Domain names that compare by label, and addresses read fast.

use std::{
    borrow::Borrow,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use serde::{Deserialize, Serialize};

/// The longest name that DNS allows (RFC 1035, 2.3.4).
const NAME_LENGTH_MAX: usize = 253;

/// A domain name: ASCII (IDNA A-labels), lower-case, without trailing dot. It has no `ends_with`:
/// `notmoneropool.example` is not under `moneropool.example`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Domain(Box<str>);

impl Domain {
    /// Reads a name in any case, with or without trailing dot, as U-labels or A-labels.
    /// Addresses, single labels and names that DNS can't hold give `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('.');
        let ascii = if text.is_ascii() {
            text.to_ascii_lowercase()
        } else {
            idna::domain_to_ascii(text).ok()?.trim_end_matches('.').to_string()
        };
        let named = ascii.len() <= NAME_LENGTH_MAX
            && ascii.contains('.')
            && ascii.split('.').all(is_label)
            && ascii.parse::<IpAddr>().is_err();
        named.then(|| Self(ascii.into_boxed_str()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// This name, then each name above it: `a.b.c`, `b.c`, `c`.
    pub fn and_parents(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.as_str()), |name| name.split_once('.').map(|(_, up)| up))
    }
}

fn is_label(label: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=63).contains(&label.len()) && label.bytes().all(allowed)
}

impl Borrow<str> for Domain {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Reads an address and unwraps v4-mapped IPv6 (`::ffff:192.0.2.1` is `192.0.2.1`).
#[must_use]
pub fn parse_address(text: &str) -> Option<IpAddr> {
    text.trim().parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// True for an address that means nothing outside its own network (private, shared, loopback,
/// link-local, unique local).
#[must_use]
pub fn is_internal(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && (64..128).contains(&v4.octets()[1]);
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || shared
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// The network of an address, as small as one customer of a provider has it (/24, /48), and how it
/// is written.
#[must_use]
pub fn customer_network(address: IpAddr) -> (IpAddr, String) {
    let (network, length) = match address {
        IpAddr::V4(v4) => (IpAddr::from(Ipv4Addr::from_bits(v4.to_bits() & !0xff)), 24),
        IpAddr::V6(v6) => (IpAddr::from(Ipv6Addr::from_bits(v6.to_bits() & !((1 << 80) - 1))), 48),
    };
    (network, format!("{network}/{length}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_as_small_as_customers_have_them() {
        let network = |text: &str| customer_network(parse_address(text).expect("an address")).1;
        assert_eq!(network("203.0.113.9"), "203.0.113.0/24");
        assert_eq!(network("2001:db8:1:2::9"), "2001:db8:1::/48");
    }

    #[test]
    fn one_name_however_it_is_written() {
        let plain = Domain::parse("pool.example").expect("a name");
        for text in ["POOL.example.", " pool.EXAMPLE "] {
            assert_eq!(Domain::parse(text).as_ref(), Some(&plain), "{text}");
        }
        let punycode = Domain::parse("xn--bcher-kva.example").expect("a name");
        assert_eq!(Domain::parse("Bücher.example"), Some(punycode));
    }

    #[test]
    fn refuses_what_is_no_name() {
        for text in ["", ".", "localhost", "192.0.2.1", "a..b", "a b.example", "2001:db8::1"] {
            assert_eq!(Domain::parse(text), None, "{text}");
        }
    }
}

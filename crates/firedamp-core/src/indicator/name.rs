//! What an indicator is about, and its one canonical text.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use super::parse_port;
use crate::net::{Domain, parse_address};

/// What is listed. Its text is a domain, an address, `address:port` (`[2001:db8::1]:3333`) or
/// `*:port`; the order is domains by text, then addresses by number, then ports.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum Name {
    /// A domain with everything below it.
    Domain(Domain),
    /// An address, on any port.
    Address(IpAddr),
    /// One port of one address.
    AddressPort(IpAddr, u16),
    /// A port of any address.
    Port(u16),
}

impl Name {
    /// Which kind of name it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Domain(_) => Kind::Domain,
            Self::Address(_) => Kind::Address,
            Self::AddressPort(..) => Kind::AddressPort,
            Self::Port(_) => Kind::Port,
        }
    }

    /// The address, if the name has one.
    #[must_use]
    pub const fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Address(address) | Self::AddressPort(address, _) => Some(*address),
            Self::Domain(_) | Self::Port(_) => None,
        }
    }

    /// The same name with IPv4-mapped IPv6 unwrapped, as sets compare it.
    pub(super) fn canonical(self) -> Self {
        match self {
            Self::Address(address) => Self::Address(address.to_canonical()),
            Self::AddressPort(address, port) => Self::AddressPort(address.to_canonical(), port),
            other => other,
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(domain) => write!(formatter, "{domain}"),
            Self::Address(address) => write!(formatter, "{address}"),
            Self::AddressPort(address, port) => {
                write!(formatter, "{}", SocketAddr::new(*address, *port))
            }
            Self::Port(port) => write!(formatter, "*:{port}"),
        }
    }
}

impl FromStr for Name {
    type Err = &'static str;

    /// Reads the canonical text, a domain in any case and with or without trailing dot.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(address) = parse_address(text) {
            return Ok(Self::Address(address));
        }
        if let Ok(socket) = text.parse::<SocketAddr>() {
            return match socket.port() {
                0 => Err("port 0 is no port"),
                port => Ok(Self::AddressPort(socket.ip().to_canonical(), port)),
            };
        }
        if let Some(port) = text.strip_prefix("*:") {
            return parse_port(port).map(Self::Port).ok_or("expected a port from 1 to 65535");
        }
        Domain::parse(text).map(Self::Domain).ok_or("expected a domain, an address or `*:port`")
    }
}

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.to_string()
    }
}

/// A kind of name.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A domain with everything below it.
    Domain,
    /// An address, on any port.
    Address,
    /// One port of one address.
    AddressPort,
    /// A port of any address.
    Port,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Domain => "domain",
            Self::Address => "address",
            Self::AddressPort => "address_port",
            Self::Port => "port",
        })
    }
}

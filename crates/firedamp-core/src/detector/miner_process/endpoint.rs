//! Endpoints in words: `stratum+tcp://WALLET@pool.example:3333`, `pool.example:443`.

use std::net::IpAddr;

use crate::{
    indicator::{Indicator, IndicatorSet, Tier},
    net,
};

/// An endpoint that a word names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Endpoint<'a> {
    /// How it is to be spoken to.
    pub(super) scheme: Scheme,
    /// As whom, when the word says.
    pub(super) user: Option<&'a str>,
    /// The name or address.
    pub(super) host: &'a str,
    /// The port, when the word says.
    pub(super) port: Option<u16>,
}

/// What stands before `://`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Scheme {
    /// Nothing.
    None,
    /// A protocol that only pools speak.
    Pool,
    /// Bare TCP or TLS, as miners write it.
    Transport,
    /// The web.
    Web,
}

impl<'a> Endpoint<'a> {
    /// The endpoint that a word names, if it does.
    pub(super) fn parse(word: &'a str) -> Option<Self> {
        let (scheme, rest) = match word.split_once("://") {
            Some((scheme, rest)) => (Scheme::of(scheme)?, rest),
            None => (Scheme::None, word),
        };
        // A worker's name may hold slashes; of web addresses the path may hold an `@`.
        let (user, rest) = match scheme {
            Scheme::Pool | Scheme::Transport => split_user(rest),
            Scheme::None | Scheme::Web => {
                split_user(rest.split(['/', '?', '#']).next().unwrap_or(rest))
            }
        };
        let rest = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        let (host, port) = split_port(rest);
        let endpoint = Self { scheme, user, host, port };
        endpoint.is_plausible().then_some(endpoint)
    }

    fn is_plausible(&self) -> bool {
        let is_address = net::parse_address(self.host).is_some();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let is_name = !self.host.is_empty() && self.host.bytes().all(allowed);
        let last = self.host.rsplit('.').next().unwrap_or_default();
        let is_full = self.host.contains('.') && last.len() >= 2 && is_alphabetic(last);
        match self.scheme {
            Scheme::None => self.port.is_some() && (is_address || is_name && is_full),
            Scheme::Pool | Scheme::Transport => {
                is_address || is_name && (is_full || self.port.is_some())
            }
            Scheme::Web => is_address || is_name && is_full,
        }
    }

    /// Host and port, as people write them.
    pub(super) fn text(&self) -> String {
        self.port.map_or_else(|| self.host.to_string(), |port| format!("{}:{port}", self.host))
    }

    /// The row of the lists that names it: the name, or the address with this very port.
    pub(super) fn listed<'b>(&self, indicators: &'b IndicatorSet) -> Option<&'b Indicator> {
        let strong = |row: &&Indicator| matches!(row.tier, Tier::A | Tier::B);
        match self.host.parse::<IpAddr>() {
            Ok(address) => indicators.endpoint(address, self.port?),
            Err(_) => indicators.domain_text(self.host),
        }
        .filter(strong)
    }
}

fn is_alphabetic(label: &str) -> bool {
    label.bytes().all(|byte| byte.is_ascii_alphabetic()) || label.starts_with("xn--")
}

impl Scheme {
    fn of(text: &str) -> Option<Self> {
        // The option's name may stand before it: `url=stratum+tcp`. What `jdbc:h2:tcp` speaks is no pool's.
        let text = text.rsplit('=').next().unwrap_or(text).to_ascii_lowercase();
        let text = text.strip_prefix("url:").map(str::to_string).unwrap_or(text);
        let pool = ["daemon+http", "ethnh", "ethproxy", "getwork+", "nicehash", "zilproxy"];
        match text.as_str() {
            scheme if scheme.contains("stratum") => Some(Self::Pool),
            scheme if pool.iter().any(|begin| scheme.starts_with(begin)) => Some(Self::Pool),
            "ssl" | "tcp" | "tls" | "tcp+ssl" | "tcps" => Some(Self::Transport),
            "http" | "https" | "ws" | "wss" => Some(Self::Web),
            _ => None,
        }
    }
}

fn split_user(text: &str) -> (Option<&str>, &str) {
    text.rsplit_once('@').map_or((None, text), |(user, rest)| (Some(user), rest))
}

/// Host and port; an IPv6 address stands in brackets.
fn split_port(text: &str) -> (&str, Option<u16>) {
    if let Some((host, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        return (host, rest.strip_prefix(':').and_then(port));
    }
    match text.split_once(':') {
        Some((host, rest)) => (host, port(rest)),
        None => (text, None),
    }
}

fn port(text: &str) -> Option<u16> {
    text.parse().ok().filter(|port| *port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_told_from_other_words() {
        let read = |word| Endpoint::parse(word).map(|it| (it.scheme, it.text()));
        let pool = |text: &str| Some((Scheme::Pool, text.to_string()));
        assert_eq!(read("stratum+tcp://pool.example:3333"), pool("pool.example:3333"));
        assert_eq!(read("url=stratum+ssl://w.rig/1@pool.example:443/"), pool("pool.example:443"));
        assert_eq!(read("stratum2+tcp://proxy:3333"), pool("proxy:3333"));
        assert_eq!(read("stratum://[2001:db8::1]:3333"), pool("2001:db8::1:3333"));
        assert_eq!(read("pool.example:443"), Some((Scheme::None, "pool.example:443".into())));
        assert_eq!(read("192.0.2.1:443"), Some((Scheme::None, "192.0.2.1:443".into())));
        for none in [
            "jdbc:h2:tcp://db:9092/test",
            "stratum+tcp://",
            "pool.yaml",
            "10:30",
            "a:b",
            "pool.example:0",
            "12.5:30",
            "",
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}

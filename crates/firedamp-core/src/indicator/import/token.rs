//! One name as people and feeds write it: bare, with a port, as a URL, or defanged.

use std::net::IpAddr;

use super::LINE_BYTES_MAX;
use crate::{
    indicator::{Indicator, Name, parse_port},
    net::{Domain, is_internal, parse_address},
};

/// Reads one name into an operator's row. A port after a domain goes to the row's ports; after an
/// address it makes an `address:port` row.
pub(super) fn read(text: &str) -> Result<Indicator, &'static str> {
    if text.len() > LINE_BYTES_MAX {
        return Err("too long");
    }
    let plain = refang(text.trim());
    if let Some(port) = plain.strip_prefix("*:") {
        return port_row(port);
    }
    let (host, port) = split_port(authority(&plain)?)?;
    let row = row(host)?;
    Ok(match port {
        Some(port) => row.on_port(port),
        None => row,
    })
}

fn row(host: &str) -> Result<Indicator, &'static str> {
    let name = match parse_address(host) {
        Some(address) => Name::Address(pool_address(address)?),
        None => Name::Domain(domain(host)?),
    };
    Ok(Indicator::operator(name))
}

/// Makes a row of a port alone.
pub(super) fn port_row(text: &str) -> Result<Indicator, &'static str> {
    let port = parse_port(text).ok_or("expected a port from 1 to 65535")?;
    Ok(Indicator::operator(Name::Port(port)))
}

/// Reads a domain; a leading `*.` or `.` says what holds anyway, that names below it match.
fn domain(text: &str) -> Result<Domain, &'static str> {
    let text = text.strip_prefix('*').unwrap_or(text);
    let text = text.strip_prefix('.').unwrap_or(text);
    let domain = Domain::parse(text).ok_or("expected a domain or an address")?;
    let top = domain.as_str().rsplit('.').next().unwrap_or_default();
    // `192.0.2.256` has the letters of a domain; no top-level domain is a number.
    match top.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Err("neither a domain nor an address"),
        false => Ok(domain),
    }
}

/// Refuses addresses that would match every customer's own traffic.
fn pool_address(address: IpAddr) -> Result<IpAddr, &'static str> {
    let broadcast = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
    if is_internal(address) || address.is_unspecified() || address.is_multicast() || broadcast {
        return Err("an internal, unspecified or multicast address names no pool");
    }
    Ok(address)
}

/// Undoes the usual ways to make a name harmless to click on.
fn refang(text: &str) -> String {
    const DEFANGED: [(&str, &str); 7] = [
        ("[.]", "."),
        ("(.)", "."),
        ("{.}", "."),
        ("[dot]", "."),
        ("(dot)", "."),
        ("[://]", "://"),
        ("[:]", ":"),
    ];
    let mut plain = text.to_string();
    // Of most lists no row is defanged.
    if memchr::memchr3(b'[', b'(', b'{', text.as_bytes()).is_none() {
        return plain;
    }
    for (written, meant) in DEFANGED {
        if plain.contains(written) {
            plain = plain.replace(written, meant);
        }
    }
    plain
}

/// Cuts scheme (`stratum+tcp://`, `hxxps://`), user, path and query off a URL.
fn authority(text: &str) -> Result<&str, &'static str> {
    let (is_url, rest) = match text.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, text),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let prefix = path.strip_prefix('/').unwrap_or_default();
    if !is_url && prefix.parse::<u8>().is_ok() && parse_address(authority).is_some() {
        return whole_prefix(authority, prefix);
    }
    Ok(authority.rsplit_once('@').map_or(authority, |(_, host)| host))
}

/// Lets `/32` and `/128` pass as the one address they are.
fn whole_prefix<'a>(address: &'a str, prefix: &str) -> Result<&'a str, &'static str> {
    let whole = if address.contains(':') { "128" } else { "32" };
    if prefix == whole { Ok(address) } else { Err("an address range is not an indicator") }
}

/// Splits `host:port`, `[address]:port` and MISP's `host|port`. A bare IPv6 address has no port.
fn split_port(text: &str) -> Result<(&str, Option<u16>), &'static str> {
    if parse_address(text).is_some() {
        return Ok((text, None));
    }
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (host, port) = match bracketed {
        Some((host, "")) => return Ok((host, None)),
        Some((host, rest)) => (host, rest.trim_start_matches([':', '|'])),
        None => match text.rsplit_once(['|', ':']) {
            Some(parts) => parts,
            None => return Ok((text, None)),
        },
    };
    let port = parse_port(port).ok_or("expected a port from 1 to 65535")?;
    Ok((host, Some(port)))
}

//! The list that comes with the program, compiled into it from `data/indicator`.
//!
//! Lines are tab-separated; `#` opens a comment. A line that cannot be read is passed over, and a
//! test holds that there is none.

use super::{
    Freshness, Indicator, IndicatorSet, Name, Origin, Tier, parse_port, parse_ports, set::Range,
};
use crate::net::Domain;

const DOMAINS: &str = include_str!("../../data/indicator/domain.tsv");
const ADDRESSES: &str = include_str!("../../data/indicator/address.tsv");
const PORTS: &str = include_str!("../../data/indicator/port.tsv");
const SUPPRESSED: &str = include_str!("../../data/indicator/suppressed.tsv");
const SHARED_RANGES: &str = include_str!("../../data/indicator/shared.tsv");

/// The embedded set.
pub(super) fn set() -> IndicatorSet {
    let suppressed = lines(SUPPRESSED).filter_map(|line| name(first(line)));
    let ranges = lines(SHARED_RANGES).filter_map(|line| Range::parse(first(line))).collect();
    IndicatorSet::new(rows().collect(), suppressed, ranges)
}

fn rows() -> impl Iterator<Item = Indicator> {
    [DOMAINS, ADDRESSES, PORTS].into_iter().flat_map(lines).filter_map(row)
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn first(line: &str) -> &str {
    line.split_once('\t').map_or(line, |(first, _)| first)
}

/// Reads `indicator tier freshness ports pool flags sources`.
fn row(line: &str) -> Option<Indicator> {
    let mut columns = line.split('\t');
    let mut row = Indicator::operator(name(columns.next()?)?);
    row.origin = Origin::Embedded;
    row.tier = Tier::parse(columns.next()?)?;
    row.freshness = Freshness::parse(columns.next()?)?;
    row.ports = parse_ports(columns.next()?)?;
    row.pool.push_str(columns.next()?);
    row.set_flags(columns.next()?);
    row.sources.push_str(columns.next()?);
    Some(row)
}

/// Reads a domain, an address or, as a bare number, a port. Domains end in a letter and the other
/// two don't, which spares thousands of failed attempts.
fn name(text: &str) -> Option<Name> {
    if text.ends_with(|last: char| last.is_ascii_alphabetic()) && !text.contains(':') {
        return Domain::parse(text).map(Name::Domain);
    }
    match parse_port(text) {
        Some(port) => Some(Name::Port(port)),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read() {
        for line in [DOMAINS, ADDRESSES, PORTS].into_iter().flat_map(lines) {
            assert!(row(line).is_some(), "{line}");
        }
        for line in lines(SUPPRESSED) {
            assert!(name(first(line)).is_some(), "{line}");
        }
        for line in lines(SHARED_RANGES) {
            assert!(Range::parse(first(line)).is_some(), "{line}");
        }
    }

    #[test]
    fn files_are_sorted_and_name_nothing_twice() {
        let listed: Vec<Name> = rows().map(|row| row.name).collect();
        assert!(listed.is_sorted_by(|one, next| one < next));
        let quiet: Vec<Name> = lines(SUPPRESSED).filter_map(|line| name(first(line))).collect();
        assert!(quiet.is_sorted_by(|one, next| one < next));
        assert!(quiet.iter().all(|name| listed.binary_search(name).is_err()));
    }
}

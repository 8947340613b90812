//! The list that comes with the program, compiled into it from `data/indicator`.
//!
//! Lines are tab-separated; `#` opens a comment. A line that cannot be read is passed over, and a
//! test holds that there is none.

use super::{
    Freshness, Indicator, IndicatorSet, Name, Origin, Tier, parse_port, parse_ports, set::Range,
};

const DOMAINS: &str = include_str!("../../data/indicator/domain.tsv");
const ADDRESSES: &str = include_str!("../../data/indicator/address.tsv");
const PORTS: &str = include_str!("../../data/indicator/port.tsv");
const SUPPRESSED: &str = include_str!("../../data/indicator/suppressed.tsv");
const SHARED_RANGES: &str = include_str!("../../data/indicator/shared.tsv");

/// The embedded set.
pub(super) fn set() -> IndicatorSet {
    let rows = [DOMAINS, ADDRESSES, PORTS].into_iter().flat_map(lines).filter_map(row).collect();
    let suppressed = lines(SUPPRESSED).filter_map(suppression).collect();
    let ranges = lines(SHARED_RANGES).filter_map(range).collect();
    IndicatorSet::new(rows, suppressed, ranges)
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// Reads `indicator tier freshness ports pool flags sources`. A bare number is a port.
fn row(line: &str) -> Option<Indicator> {
    let mut columns = line.split('\t');
    let mut column = || columns.next();
    let name = column()?;
    let name = match parse_port(name) {
        Some(port) => Name::Port(port),
        None => name.parse().ok()?,
    };
    let mut row = Indicator::operator(name);
    row.origin = Origin::Embedded;
    row.tier = Tier::parse(column()?)?;
    row.freshness = Freshness::parse(column()?)?;
    row.ports = parse_ports(column()?)?;
    row.pool = column()?.to_string();
    row.set_flags(column()?);
    row.sources = column()?.to_string();
    Some(row)
}

fn suppression(line: &str) -> Option<Name> {
    line.split('\t').next()?.parse().ok()
}

fn range(line: &str) -> Option<Range> {
    Range::parse(line.split('\t').next()?)
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
            assert!(suppression(line).is_some(), "{line}");
        }
        for line in lines(SHARED_RANGES) {
            assert!(range(line).is_some(), "{line}");
        }
    }

    #[test]
    fn files_are_sorted_and_name_nothing_twice() {
        let listed: Vec<Name> = [DOMAINS, ADDRESSES, PORTS]
            .into_iter()
            .flat_map(lines)
            .filter_map(row)
            .map(|row| row.name)
            .collect();
        assert!(listed.is_sorted_by(|one, next| one < next));
        let quiet: Vec<Name> = lines(SUPPRESSED).filter_map(suppression).collect();
        assert!(quiet.is_sorted_by(|one, next| one < next));
        assert!(quiet.iter().all(|name| listed.binary_search(name).is_err()));
    }
}

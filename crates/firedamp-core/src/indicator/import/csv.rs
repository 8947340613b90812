//! A CSV file with a header. Columns are found by name, in any order; unknown ones are passed over.

use csv::{ReaderBuilder, StringRecord};

use super::{Collector, ImportError, LINE_BYTES_MAX, token};
use crate::indicator::{Freshness, Indicator, Name, Tier, parse_ports};

/// Reads every record of `text`.
pub(super) fn read(
    text: &str,
    delimiter: u8,
    collector: &mut Collector,
) -> Result<(), ImportError> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .comment(Some(b'#'))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut columns = None;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                collector.reject(number(line), "cannot read the record", &error.to_string())?;
                continue;
            }
        };
        match &columns {
            // What comes before the header, a line of blanks say, is not data.
            None => columns = Some(Columns::find(&record)).filter(|found| !found.names.is_empty()),
            Some(columns) => read_record(&record, columns, collector)?,
        }
    }
    Ok(())
}

/// The delimiter, if `header` is a header that has a column for names.
pub(super) fn delimiter(header: &str) -> Option<u8> {
    let named = |delimiter: &u8| {
        let cells: StringRecord = header.split(char::from(*delimiter)).collect();
        header.len() <= LINE_BYTES_MAX && !Columns::find(&cells).names.is_empty()
    };
    // A header of one column has no delimiter; a comma then reads it right.
    [b',', b';', b'\t'].into_iter().find(named)
}

/// Where each column stands.
#[derive(Default)]
struct Columns {
    names: Vec<usize>,
    ports: Option<usize>,
    tier: Option<usize>,
    freshness: Option<usize>,
    pool: Option<usize>,
    flags: Option<usize>,
    sources: Option<usize>,
}

impl Columns {
    fn find(header: &StringRecord) -> Self {
        let mut columns = Self::default();
        for (place, cell) in header.iter().enumerate() {
            let place = Some(place);
            match normalise(cell).as_str() {
                "indicator" | "domain" | "hostname" | "host" | "ip" | "address" | "ipaddress"
                | "value" | "url" => columns.names.extend(place),
                "port" | "ports" | "dstport" => columns.ports = place,
                "tier" => columns.tier = place,
                "freshness" => columns.freshness = place,
                "pool" | "coin" | "coinorpool" => columns.pool = place,
                "flags" | "flag" => columns.flags = place,
                "sources" | "source" => columns.sources = place,
                _ => {}
            }
        }
        columns
    }
}

/// Letters only, lower-case: `Coin / pool` and `coin_or_pool` are one name each way.
fn normalise(cell: &str) -> String {
    cell.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}

fn read_record(
    record: &StringRecord,
    columns: &Columns,
    collector: &mut Collector,
) -> Result<(), ImportError> {
    let line = number(record.position().map_or(0, csv::Position::line));
    let names = columns.names.iter().filter_map(|place| record.get(*place));
    let mut names = names.map(str::trim).filter(|name| !name.is_empty()).peekable();
    if names.peek().is_none() {
        return collector.reject(line, "no name in the record", &record.iter().collect::<String>());
    }
    for name in names {
        match token::read(name).and_then(|row| fill(row, record, columns)) {
            Ok(row) => collector.add(row)?,
            Err(reason) => collector.reject(line, reason, name)?,
        }
    }
    Ok(())
}

/// Fills a row from the other columns; empty cells leave it as it is.
fn fill(
    mut row: Indicator,
    record: &StringRecord,
    columns: &Columns,
) -> Result<Indicator, &'static str> {
    let cell = |place: Option<usize>| {
        let cell = place.and_then(|place| record.get(place)).unwrap_or_default().trim();
        if cell.len() > LINE_BYTES_MAX { Err("too long") } else { Ok(cell) }
    };
    let ports = parse_ports(cell(columns.ports)?).ok_or("expected ports from 1 to 65535")?;
    match row.name {
        Name::Domain(_) | Name::Address(_) => {
            row.ports.extend(ports);
            row.ports.sort_unstable();
            row.ports.dedup();
        }
        // The port is in the name already.
        Name::AddressPort(..) | Name::Port(_) => {}
    }
    let tier = cell(columns.tier)?;
    if !tier.is_empty() {
        row.tier = Tier::parse(tier).ok_or("expected tier A, B, C or M")?;
    }
    let freshness = cell(columns.freshness)?;
    if !freshness.is_empty() {
        row.freshness =
            Freshness::parse(freshness).ok_or("expected `fresh`, `maintained` or `stale`")?;
    }
    row.pool = super::short(cell(columns.pool)?);
    row.set_flags(cell(columns.flags)?);
    row.sources = super::short(cell(columns.sources)?);
    Ok(row)
}

fn number(line: u64) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX)
}

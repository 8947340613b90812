//! Writes indicators for other tools. The output depends on the rows alone: ids are derived from
//! names and every date is the list's.

use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

use super::{Indicator, join_ports};

mod misp;
mod stix;

/// The date of the embedded list, as RFC 3339: exports carry it as the date of creation.
pub const LIST_DATE: &str = "2026-11-01T00:00:00.000Z";

/// How to write indicators.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ExportFormat {
    /// CSV with a header; keeps everything but the origin.
    Csv,
    /// A MISP event; keeps everything but the origin, tiers and the like as tags.
    Misp,
    /// One name per line and nothing else.
    Plain,
    /// A STIX 2.1 bundle; keeps everything but the origin, tiers and the like as labels.
    Stix,
}

impl ExportFormat {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Misp, Self::Plain, Self::Stix];

    /// The text id, as in arguments.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Misp => "misp",
            Self::Plain => "plain",
            Self::Stix => "stix",
        }
    }

    /// The format with this text id, in any case.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.id().eq_ignore_ascii_case(id))
    }
}

/// Writes `set` in `format`, in the order given. [`super::import()`] reads all of them back.
#[must_use]
pub fn export<'a>(set: impl Iterator<Item = &'a Indicator>, format: ExportFormat) -> String {
    match format {
        ExportFormat::Csv => csv(set),
        ExportFormat::Misp => misp::write(set),
        ExportFormat::Plain => set.map(|row| format!("{}\n", row.name)).collect(),
        ExportFormat::Stix => stix::write(set),
    }
}

fn csv<'a>(set: impl Iterator<Item = &'a Indicator>) -> String {
    let mut text = String::from("indicator,tier,freshness,ports,pool,flags,sources\n");
    for row in set {
        let cells = [
            row.name.to_string(),
            row.tier.to_string(),
            row.freshness.to_string(),
            join_ports(&row.ports),
            row.pool.clone(),
            row.flags(),
            row.sources.clone(),
        ];
        text.push_str(&cells.map(quoted).join(","));
        text.push('\n');
    }
    text
}

/// Quotes a cell where RFC 4180 asks for it.
fn quoted(cell: String) -> String {
    if cell.contains([',', '"', '\n', '\r', '#']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
}

/// An id that is the same wherever `name` is exported. Laid out as a UUID of version 5, the only
/// one made from names that the STIX schema admits; `SipHash` stands in the place of SHA-1.
fn uuid(kind: &str, name: &str) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(NAMESPACE);
    for part in [kind, name] {
        hasher.write(part.as_bytes());
        hasher.write_u8(0);
    }
    let bits = hasher.finish128().as_u128();
    let bits = bits & !(0xF << 76) | (0x5 << 76);
    let hex = format!("{:032x}", bits & !(0x3 << 62) | (0x2 << 62));
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

const NAMESPACE: &[u8] = b"firedamp/indicator/";

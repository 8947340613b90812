//! Reads an operator's list: a plain list, CSV, STIX 2.1 or MISP, told apart by content.
//!
//! The input is hostile: what cannot be read becomes a reject with its line and reason, and counts
//! and lengths are bounded. Only a text that is no list at all, or too long, is an error.

use std::collections::BTreeMap;

use super::{Indicator, Name};

mod csv;
pub(super) mod json;
mod misp;
mod pattern;
mod plain;
mod stix;
mod token;

/// Most indicators, and most rejects, that one import takes.
pub const INDICATOR_COUNT_MAX: usize = 1_000_000;

/// What an import read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Imported {
    /// One row per name, sorted by name, of operator origin. Rows that name the same thing are
    /// joined: the stronger tier, the fresher state, all ports and flags.
    pub indicators: Vec<Indicator>,
    /// What could not be read: the line, from 1, and why. In JSON, the line where the object or
    /// attribute begins.
    pub rejects: Vec<(usize, String)>,
}

/// Why a text could not be imported at all.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ImportError {
    /// The text begins like JSON and isn't, or lacks the shape of STIX and MISP.
    #[error("cannot read JSON at line {line}, column {column}: {reason}")]
    Json {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What the parser says.
        reason: String,
    },
    /// More indicators or rejects than [`INDICATOR_COUNT_MAX`].
    #[error("more than {count_max} indicators or rejects")]
    TooMany {
        /// The limit.
        count_max: usize,
    },
    /// The text is JSON, but neither a STIX bundle nor a MISP event.
    #[error("expected a STIX 2.1 bundle or a MISP event")]
    UnknownShape,
}

/// Reads a list in any of the formats. Rows without a tier are tier A for domains, B for addresses
/// and C for ports, and fresh.
///
/// # Errors
/// [`ImportError`] when the text is broken JSON, JSON of another kind, or too long a list.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut collector = Collector::default();
    match sniff(text) {
        Format::Csv(delimiter) => csv::read(text, delimiter, &mut collector)?,
        Format::Json => json::read(text, &mut collector)?,
        Format::Plain => plain::read(text, &mut collector)?,
    }
    Ok(collector.finish())
}

enum Format {
    Csv(u8),
    Json,
    Plain,
}

/// Tells the formats apart by the first line that is not blank and no comment. A plain list may
/// begin with `[2001:db8::1]:3333`, so a bracket alone is not JSON.
fn sniff(text: &str) -> Format {
    let start = text.trim_start();
    let in_array = start.strip_prefix('[').map(str::trim_start);
    if start.starts_with('{') || in_array.is_some_and(|rest| rest.starts_with(['{', ']'])) {
        return Format::Json;
    }
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let header = lines.next().unwrap_or_default();
    csv::delimiter(header).map_or(Format::Plain, Format::Csv)
}

/// Gathers rows, joined by name, and rejects.
#[derive(Default)]
struct Collector {
    rows: BTreeMap<Name, Indicator>,
    rejects: Vec<(usize, String)>,
}

impl Collector {
    fn add(&mut self, row: Indicator) -> Result<(), ImportError> {
        if let Some(known) = self.rows.get_mut(&row.name) {
            known.absorb(row);
            return Ok(());
        }
        self.rows.insert(row.name.clone(), row);
        within(self.rows.len())
    }

    /// Notes that `excerpt`, on `line`, could not be read.
    fn reject(&mut self, line: usize, reason: &str, excerpt: &str) -> Result<(), ImportError> {
        let excerpt: String = excerpt.trim().chars().take(EXCERPT_CHARS_MAX).collect();
        let excerpt = excerpt.escape_debug();
        self.rejects.push((line, format!("{reason}: `{excerpt}`")));
        within(self.rejects.len())
    }

    fn finish(self) -> Imported {
        Imported { indicators: self.rows.into_values().collect(), rejects: self.rejects }
    }
}

/// A text of a feed, cut to what a person reads.
fn short(text: &str) -> String {
    text.trim().chars().take(TEXT_CHARS_MAX).collect()
}

fn within(count: usize) -> Result<(), ImportError> {
    match count {
        0..=INDICATOR_COUNT_MAX => Ok(()),
        _ => Err(ImportError::TooMany { count_max: INDICATOR_COUNT_MAX }),
    }
}

/// How much of a rejected text is shown.
const EXCERPT_CHARS_MAX: usize = 80;
/// The longest pool or source text that is kept.
const TEXT_CHARS_MAX: usize = 256;
/// The longest line, cell or value that is looked at.
const LINE_BYTES_MAX: usize = 4096;

#[cfg(test)]
mod tests;

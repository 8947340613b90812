//! What STIX and MISP share: telling them apart, line numbers, and labels.
//!
//! Objects are cut out of the text unread and then read one by one, so that a broken one is a
//! reject with a line and not the end of the import. Nothing recurses over the input's depth:
//! `serde_json` stops typed reading at 128 levels and skips unread values without recursion.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Collector, ImportError, misp, stix};
use crate::indicator::{Freshness, Indicator, Tier, join_ports, parse_ports};

/// Reads a STIX bundle, a MISP event or answer, or an array of MISP events or attributes.
pub(super) fn read(text: &str, collector: &mut Collector) -> Result<(), ImportError> {
    let mut lines = Lines::new(text);
    if text.trim_start().starts_with('[') {
        let parts: Vec<&RawValue> = parse(text)?;
        return misp::read_parts(&parts, &mut lines, collector);
    }
    let head: Head<'_> = parse(text)?;
    match head.objects {
        Some(objects) => stix::read(&objects, &mut lines, collector),
        None if head.is_bundle() => Ok(()),
        None => misp::read(text, &mut lines, collector),
    }
}

/// Enough of an object to tell STIX from MISP.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    objects: Option<Vec<&'a RawValue>>,
}

impl Head<'_> {
    fn is_bundle(&self) -> bool {
        self.kind.is_some_and(|kind| kind.get() == "\"bundle\"")
    }
}

/// Reads the whole of `text`.
pub(super) fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ImportError> {
    serde_json::from_str(text).map_err(|error| ImportError::Json {
        line: error.line(),
        column: error.column(),
        reason: error.to_string(),
    })
}

/// Finds the line of parts of a text. Parts are asked for in the order of the text, as a rule, so
/// that each newline is counted once.
pub(super) struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, offset: 0, line: 1 }
    }

    /// The line, from 1, on which `part` begins. `part` borrows from the text.
    pub(super) fn of(&mut self, part: &RawValue) -> usize {
        let start = part.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        if start < self.offset {
            (self.offset, self.line) = (0, 1);
        }
        let between = self.text.as_bytes().get(self.offset..start).unwrap_or_default();
        self.line = self.line.saturating_add(memchr::memchr_iter(b'\n', between).count());
        self.offset = start;
        self.line
    }
}

/// The labels that carry what STIX and MISP have no field for, without their prefix.
pub(in crate::indicator) fn labels(row: &Indicator) -> Vec<(&'static str, String)> {
    let mut labels = vec![(TIER, row.tier.to_string()), (FRESHNESS, row.freshness.to_string())];
    let optional =
        [(PORTS, join_ports(&row.ports)), (FLAGS, row.flags()), (SOURCES, row.sources.clone())];
    labels.extend(optional.into_iter().filter(|(_, value)| !value.is_empty()));
    labels
}

/// Applies one label, `firedamp:tier=A` or `firedamp:tier="A"`; others are passed over.
pub(super) fn apply_label(row: &mut Indicator, label: &str) {
    let Some((key, value)) = label.strip_prefix(PREFIX).and_then(|rest| rest.split_once('='))
    else {
        return;
    };
    let value = value.trim_matches('"');
    match key {
        TIER => row.tier = Tier::parse(value).unwrap_or(row.tier),
        FRESHNESS => row.freshness = Freshness::parse(value).unwrap_or(row.freshness),
        PORTS => row.ports = parse_ports(value).unwrap_or_default(),
        FLAGS => row.set_flags(value),
        SOURCES => row.sources = super::short(value),
        _ => {}
    }
}

/// The namespace of our labels.
pub(in crate::indicator) const PREFIX: &str = "firedamp:";
const TIER: &str = "tier";
const FRESHNESS: &str = "freshness";
const PORTS: &str = "ports";
const FLAGS: &str = "flags";
const SOURCES: &str = "sources";

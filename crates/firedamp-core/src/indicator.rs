//! What is known about mining endpoints: pool names, addresses and ports, each with its tier, age
//! and source.
//!
//! [`IndicatorSet`] holds the embedded list (`data/indicator`, where the README names the sources,
//! licences and date) with an operator's own rows layered over it. [`import()`] reads rows from
//! plain lists, CSV, STIX 2.1 and MISP; [`export()`] writes them. An indicator says what a name
//! is, never that somebody mines: that is for the detectors. Nothing here resolves a name.

use std::fmt;

use serde::{Deserialize, Serialize};

mod embedded;
mod export;
mod import;
mod name;
mod set;

pub use export::{ExportFormat, LIST_DATE, export};
pub use import::{INDICATOR_COUNT_MAX, ImportError, Imported, import};
pub use name::{Kind, Name};
pub use set::IndicatorSet;

/// One row of a list.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Indicator {
    /// What is listed.
    pub name: Name,
    /// How strongly it points at mining.
    pub tier: Tier,
    /// How recently a source confirmed it.
    pub freshness: Freshness,
    /// The coin and pool as the source writes them (`XMR/Nanopool`); may be empty.
    pub pool: String,
    /// The ports named with it, ascending; empty when no source names one.
    pub ports: Vec<u16>,
    /// It also serves web pages or an API: a lookup means nothing without a fitting flow.
    pub web: bool,
    /// It hangs below a dynamic DNS zone: its address changes hands.
    pub dynamic_dns: bool,
    /// It belongs to a content delivery network or cloud and serves many names.
    pub shared: bool,
    /// Who listed it.
    pub origin: Origin,
    /// Keys of the sources that list it, separated by commas; may be empty.
    pub sources: String,
}

impl Indicator {
    /// An operator's row for `name` that says nothing else: tier A for a domain (the operator
    /// means it), B for an address (addresses change hands), C for a port; fresh.
    #[must_use]
    pub fn operator(name: Name) -> Self {
        let tier = match name {
            Name::Domain(_) => Tier::A,
            Name::Address(_) | Name::AddressPort(..) => Tier::B,
            Name::Port(_) => Tier::C,
        };
        Self {
            name,
            tier,
            freshness: Freshness::Fresh,
            pool: String::new(),
            ports: Vec::new(),
            web: false,
            dynamic_dns: false,
            shared: false,
            origin: Origin::Operator,
            sources: String::new(),
        }
    }

    /// The row for this name on `port`: an address becomes `address:port`, a domain keeps its name
    /// and gains the port.
    fn on_port(mut self, port: u16) -> Self {
        match self.name {
            Name::Address(address) => self.name = Name::AddressPort(address, port),
            Name::Domain(_) => self.ports = vec![port],
            Name::AddressPort(..) | Name::Port(_) => {}
        }
        self
    }

    /// Adds what another row about the same name says: the stronger tier, the fresher state, every
    /// port and flag, and the texts that this row lacks.
    fn absorb(&mut self, other: Self) {
        self.tier = self.tier.min(other.tier);
        self.freshness = self.freshness.min(other.freshness);
        self.ports.extend(other.ports);
        self.ports.sort_unstable();
        self.ports.dedup();
        self.inherit(other.web, other.dynamic_dns, other.shared, &other.pool);
        if self.sources.is_empty() {
            self.sources = other.sources;
        }
    }

    fn inherit(&mut self, web: bool, dynamic_dns: bool, shared: bool, pool: &str) {
        self.web |= web;
        self.dynamic_dns |= dynamic_dns;
        self.shared |= shared;
        if self.pool.is_empty() {
            self.pool.push_str(pool);
        }
    }

    /// The set flags as their text ids, separated by commas.
    fn flags(&self) -> String {
        let flags = [(self.web, WEB), (self.dynamic_dns, DYNAMIC_DNS), (self.shared, SHARED)];
        let set: Vec<_> = flags.into_iter().filter(|(set, _)| *set).map(|(_, id)| id).collect();
        set.join(",")
    }

    /// Sets the flags in `text`; unknown ones are passed over.
    fn set_flags(&mut self, text: &str) {
        for flag in text.split(',').map(str::trim) {
            self.web |= flag == WEB;
            self.dynamic_dns |= flag == DYNAMIC_DNS;
            self.shared |= flag == SHARED;
        }
    }
}

/// How strongly an indicator points at mining; the strongest comes first.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub enum Tier {
    /// A pool endpoint named by several independent lists, or in use in the list's year.
    A,
    /// One specialised list, or an address and port from malware reports.
    B,
    /// Weak or old evidence: worth a tag, never a case.
    C,
    /// A control or download host of miner malware, not a pool.
    M,
}

impl Tier {
    /// Every tier, strongest first.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::M];

    /// The text id: one capital letter.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::M => "M",
        }
    }

    /// The tier with this text id, in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.id().eq_ignore_ascii_case(text.trim()))
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

/// How recently a source confirmed an indicator; the freshest comes first.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Freshness {
    /// In a miner's or miner manager's own source of the list's year.
    Fresh,
    /// In a list that was edited within two years.
    Maintained,
    /// Only in lists that nobody edits any more.
    Stale,
}

impl Freshness {
    /// Every freshness, freshest first.
    pub const ALL: [Self; 3] = [Self::Fresh, Self::Maintained, Self::Stale];

    /// The probability that the entry still points at a pool, 0 to 1: 1.0 for a name that current
    /// miners ship, 0.7 for one in a list that keeps old entries, 0.02 for old lists, whose
    /// addresses have changed hands since. Starting values of the design, not measurements.
    #[must_use]
    pub fn validity(self) -> f64 {
        match self {
            Self::Fresh => 1.0,
            Self::Maintained => 0.7,
            Self::Stale => 0.02,
        }
    }

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Maintained => "maintained",
            Self::Stale => "stale",
        }
    }

    /// The freshness with this text id, in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.id().eq_ignore_ascii_case(text.trim()))
    }
}

impl fmt::Display for Freshness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

/// Who listed an indicator.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The list that comes with the program.
    Embedded,
    /// The operator's own list.
    Operator,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Embedded => "embedded",
            Self::Operator => "operator",
        })
    }
}

/// Reads ports from a list separated by commas, spaces, semicolons or bars, sorted and without
/// repeats. Zero and anything else that is no port gives `None`.
fn parse_ports(text: &str) -> Option<Vec<u16>> {
    let words = text.split([',', ' ', ';', '|']).filter(|word| !word.is_empty());
    let mut ports = words.map(parse_port).collect::<Option<Vec<u16>>>()?;
    ports.sort_unstable();
    ports.dedup();
    Some(ports)
}

/// Reads one port, 1 to 65535.
fn parse_port(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|port| *port > 0)
}

fn join_ports(ports: &[u16]) -> String {
    ports.iter().map(u16::to_string).collect::<Vec<_>>().join(",")
}

const WEB: &str = "web";
const DYNAMIC_DNS: &str = "dynamic_dns";
const SHARED: &str = "shared";

#[cfg(test)]
mod tests;

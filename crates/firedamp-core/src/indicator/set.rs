//! The set of indicators: who wins when rows overlap, and lookups that don't allocate.
//!
//! Rows stand sorted by name; hash indexes beside them are only ever looked up, never iterated.
//! Among domains the most specific row wins. A suppressed name (an exchange, a dynamic DNS zone, a
//! website miner) is a row that says "no": it ends the walk for itself and for names below it,
//! while a listed name below it is met first and matches.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, hash_map::DefaultHasher},
    hash::BuildHasherDefault,
    net::IpAddr,
};

use super::{Indicator, Name, embedded};
use crate::net::Domain;

/// Indicators, embedded and the operator's, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct IndicatorSet {
    /// Sorted by name, one row per name.
    rows: Vec<Indicator>,
    ranges: Vec<Range>,
    index: Index,
}

impl IndicatorSet {
    /// The list that comes with the program. Reads half a megabyte of text, which takes a few
    /// milliseconds: make it once and share it.
    #[must_use]
    pub fn embedded() -> Self {
        embedded::set()
    }

    /// A set without rows, suppressions and shared ranges.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// A set of `rows` (one per name), of names that never match unless a row names them, and of
    /// ranges that many names share.
    pub(super) fn new(
        mut rows: Vec<Indicator>,
        suppressed: impl IntoIterator<Item = Name>,
        ranges: Vec<Range>,
    ) -> Self {
        rows.sort_by(|one, next| one.name.cmp(&next.name));
        let mut set = Self { rows, ranges, ..Self::default() };
        suppressed.into_iter().for_each(|name| set.index.suppress(name));
        set.index.place(&set.rows);
        set
    }

    /// Lays the operator's rows over the set. A row replaces the one with the same name and keeps
    /// of it what plain lists cannot say: the flags and, when it has none itself, the pool. It
    /// also lifts the suppression of its name: ask [`Self::is_suppressed`] first to warn.
    /// Addresses inside shared ranges are flagged so. Costs a rebuild of the indexes.
    pub fn layer(&mut self, own: impl IntoIterator<Item = Indicator>) {
        let mut merged: BTreeMap<Name, Indicator> =
            std::mem::take(&mut self.rows).into_iter().map(|row| (row.name.clone(), row)).collect();
        for mut row in own {
            row.name = row.name.canonical();
            row.shared |= row.name.address().is_some_and(|address| self.in_ranges(address));
            if let Some(under) = merged.get(&row.name) {
                row.inherit(under.web, under.dynamic_dns, under.shared, &under.pool);
            }
            merged.insert(row.name.clone(), row);
        }
        self.rows = merged.into_values().collect();
        self.index.place(&self.rows);
    }

    /// The row for `name` or for the nearest listed name above it, compared by label.
    #[must_use]
    pub fn domain(&self, name: &Domain) -> Option<&Indicator> {
        self.walk(name.as_str())
    }

    /// The same for a name as a log writes it: any case, with or without trailing dot. Allocates
    /// only for names that are not ASCII.
    #[must_use]
    pub fn domain_text(&self, name: &str) -> Option<&Indicator> {
        let name = name.trim().trim_end_matches('.');
        if !name.is_ascii() {
            return self.walk(Domain::parse(name)?.as_str());
        }
        if !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.walk(name);
        }
        let mut buffer = [0; NAME_LENGTH_MAX];
        let lower = buffer.get_mut(..name.len())?;
        lower.copy_from_slice(name.as_bytes());
        lower.make_ascii_lowercase();
        self.walk(std::str::from_utf8(lower).ok()?)
    }

    /// The row for `address` on any port, or, where only ports of it are listed, the row with the
    /// lowest port: the address is known, the port must be compared by [`Self::endpoint`].
    /// IPv4-mapped forms are unwrapped; suppressed addresses have no row.
    #[must_use]
    pub fn address(&self, address: IpAddr) -> Option<&Indicator> {
        self.row(*self.index.addresses.get(&address.to_canonical())?)
    }

    /// The row that names exactly this address and port: an `address:port` row, or an address row
    /// whose `ports` has the port.
    #[must_use]
    pub fn endpoint(&self, address: IpAddr, port: u16) -> Option<&Indicator> {
        let address = address.to_canonical();
        if let Some(row) = self.index.endpoints.get(&(address, port)) {
            return self.row(*row);
        }
        let plain = |row: &&Indicator| matches!(row.name, Name::Address(_));
        self.address(address).filter(plain).filter(|row| row.ports.binary_search(&port).is_ok())
    }

    /// True for a port that pools like. A weak hint: worth nothing alone.
    #[must_use]
    pub fn port_hint(&self, port: u16) -> bool {
        self.index.ports.binary_search(&port).is_ok()
    }

    /// True for an address that serves many names: inside a content delivery network's ranges,
    /// in a cloud and therefore suppressed, or flagged so by its row.
    #[must_use]
    pub fn is_shared(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.in_ranges(address)
            || self.is_suppressed(&Name::Address(address))
            || self.address(address).is_some_and(|row| row.shared)
    }

    /// True for a name that never matches by itself. Names below it may be listed.
    #[must_use]
    pub fn is_suppressed(&self, name: &Name) -> bool {
        match name {
            Name::Domain(domain) => self.index.domains.get(domain) == Some(&None),
            Name::Address(address) => self.index.suppressed.contains(&address.to_canonical()),
            Name::AddressPort(..) | Name::Port(_) => false,
        }
    }

    /// Every listed address once, ascending, IPv4 first: what a flow decoder must not skip.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.index.watched.iter().copied()
    }

    /// Every row: domains by text, then addresses by number, then ports.
    pub fn iter(&self) -> impl Iterator<Item = &Indicator> {
        self.rows.iter()
    }

    /// Walks from `name` (lower-case ASCII, no trailing dot) up to its last two labels.
    fn walk(&self, name: &str) -> Option<&Indicator> {
        // Longer names cannot exist, and a hostile one would cost its length squared.
        if name.len() > NAME_LENGTH_MAX {
            return None;
        }
        let mut rest = name;
        loop {
            if let Some(mark) = self.index.domains.get(rest) {
                return mark.and_then(|row| self.row(row));
            }
            (_, rest) = rest.split_once('.')?;
        }
    }

    fn row(&self, row: usize) -> Option<&Indicator> {
        self.rows.get(row)
    }

    fn in_ranges(&self, address: IpAddr) -> bool {
        self.ranges.iter().any(|range| range.contains(address))
    }
}

/// The indexes, and the suppressions; numbers are places in the sorted rows.
#[derive(Clone, Debug, Default)]
struct Index {
    /// `None` marks a suppressed name.
    domains: Lookup<Domain, Option<usize>>,
    /// Suppressed addresses; none of them has a row of its own.
    suppressed: BTreeSet<IpAddr>,
    addresses: Lookup<IpAddr, usize>,
    endpoints: Lookup<(IpAddr, u16), usize>,
    ports: Vec<u16>,
    watched: Vec<IpAddr>,
}

impl Index {
    fn suppress(&mut self, name: Name) {
        match name {
            Name::Domain(domain) => drop(self.domains.insert(domain, None)),
            Name::Address(address) => drop(self.suppressed.insert(address)),
            Name::AddressPort(..) | Name::Port(_) => {}
        }
    }

    /// Forgets the rows it knew and indexes `rows`, which are sorted: an address row comes before
    /// the rows of its ports and so takes the place in `addresses`.
    fn place(&mut self, rows: &[Indicator]) {
        let mut domains = std::mem::take(&mut self.domains);
        domains.retain(|_, mark| mark.is_none());
        *self =
            Self { domains, suppressed: std::mem::take(&mut self.suppressed), ..Self::default() };
        self.domains.reserve(rows.len());
        for (place, row) in rows.iter().enumerate() {
            self.add(place, &row.name);
        }
        self.watched.sort_unstable();
        self.watched.dedup();
    }

    fn add(&mut self, place: usize, name: &Name) {
        match name {
            Name::Domain(domain) => drop(self.domains.insert(domain.clone(), Some(place))),
            Name::Address(address) => {
                self.suppressed.remove(address);
                self.watch(*address, place);
            }
            Name::AddressPort(address, port) => {
                self.endpoints.insert((*address, *port), place);
                self.watch(*address, place);
            }
            Name::Port(port) => self.ports.push(*port),
        }
    }

    fn watch(&mut self, address: IpAddr, place: usize) {
        self.addresses.entry(address).or_insert(place);
        self.watched.push(address);
    }
}

/// A run of addresses of one family, both ends included.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Range {
    first: IpAddr,
    last: IpAddr,
}

impl Range {
    /// Reads `address/prefix`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let first: IpAddr = address.parse().ok()?;
        let prefix: u32 = prefix.parse().ok()?;
        let last = match first {
            IpAddr::V4(v4) => {
                let host = u32::MAX.checked_shr(prefix).unwrap_or_default();
                IpAddr::V4((v4.to_bits() | host).into())
            }
            IpAddr::V6(v6) => {
                let host = u128::MAX.checked_shr(prefix).unwrap_or_default();
                IpAddr::V6((v6.to_bits() | host).into())
            }
        };
        Some(Self { first, last })
    }

    fn contains(&self, address: IpAddr) -> bool {
        // `IpAddr` orders IPv4 before IPv6, so a range never holds the other family.
        self.first <= address && address <= self.last
    }
}

/// A map that is only looked up. Its hasher has a fixed key: no randomness is drawn.
type Lookup<Key, Value> = HashMap<Key, Value, BuildHasherDefault<DefaultHasher>>;

/// The longest name that DNS allows (RFC 1035, 2.3.4).
const NAME_LENGTH_MAX: usize = 253;

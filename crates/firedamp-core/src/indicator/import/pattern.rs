//! The part of the STIX patterning language that names network endpoints.
//!
//! Observations are joined by `OR`; within one, comparisons are joined by `OR`, or by `AND` when
//! they describe one endpoint (`network-traffic:dst_ref.value` with `network-traffic:dst_port`).
//! Brackets
//! that mix both are refused. What would narrow the meaning (`NOT`, `FOLLOWEDBY`, time qualifiers,
//! files, `LIKE`) is refused rather than widened.

use super::token;
use crate::indicator::{Indicator, parse_port};

/// Reads a pattern into rows.
pub(super) fn read(pattern: &str) -> Result<Vec<Indicator>, &'static str> {
    if pattern.len() > PATTERN_BYTES_MAX {
        return Err("too long");
    }
    let mut rows = Vec::new();
    let mut words = Words { rest: pattern };
    while let Some(word) = words.next()? {
        match word {
            Word::Mark('[') => observation(&mut words, &mut rows)?,
            Word::Bare("OR") | Word::Mark('(' | ')') => {}
            _ => return Err("the pattern needs more than single endpoints"),
        }
    }
    if rows.is_empty() { Err("the pattern names no endpoint") } else { Ok(rows) }
}

/// Reads up to the closing bracket.
fn observation(words: &mut Words<'_>, rows: &mut Vec<Indicator>) -> Result<(), &'static str> {
    let mut group = Group::default();
    let (mut nested, mut either, mut both) = (false, false, false);
    while let Some(word) = words.next()? {
        match word {
            Word::Mark(']') if nested && either && both => return Err("too deep a condition"),
            Word::Mark(']') => return group.finish(rows),
            Word::Mark('(' | ')') => nested = true,
            Word::Bare("AND") => both = true,
            Word::Bare("OR") => {
                either = true;
                std::mem::take(&mut group).finish(rows)?;
            }
            Word::Bare(path) => group.compare(path, words)?,
            _ => return Err("expected a comparison"),
        }
    }
    Err("an observation without end")
}

/// Comparisons joined by `AND`.
#[derive(Default)]
struct Group {
    hosts: Vec<String>,
    ports: Vec<u16>,
    /// How many comparisons are about the host: two cannot hold of one endpoint.
    host_comparison_count: usize,
}

impl Group {
    /// Reads `= 'value'` or `IN ('one', 'two')` after `path`.
    fn compare(&mut self, path: &str, words: &mut Words<'_>) -> Result<(), &'static str> {
        let values = words.values()?;
        match path {
            "domain-name:value"
            | "ipv4-addr:value"
            | "ipv6-addr:value"
            | "url:value"
            | "network-traffic:dst_ref.value" => {
                self.hosts.extend(values);
                self.host_comparison_count += 1;
            }
            // A name and the address it resolves to (MISP's `domain|ip`) are two names.
            "domain-name:resolves_to_refs[*].value" => self.hosts.extend(values),
            "network-traffic:dst_port" => {
                let ports = values.iter().map(|value| parse_port(value));
                let ports = ports.collect::<Option<Vec<_>>>();
                self.ports.extend(ports.ok_or("expected a port from 1 to 65535")?);
            }
            // These only repeat what the value says.
            "network-traffic:dst_ref.type" | "network-traffic:protocols[*]" => {}
            _ => return Err("the pattern looks at something else than endpoints"),
        }
        Ok(())
    }

    fn finish(self, rows: &mut Vec<Indicator>) -> Result<(), &'static str> {
        if self.host_comparison_count > 1 || self.hosts.len() * self.ports.len() > PAIR_COUNT_MAX {
            return Err("the pattern needs more than single endpoints");
        }
        if self.hosts.is_empty() {
            for port in &self.ports {
                rows.push(token::port_row(&port.to_string())?);
            }
        }
        for host in &self.hosts {
            let row = token::read(host)?;
            match self.ports.as_slice() {
                [] => rows.push(row),
                ports => rows.extend(ports.iter().map(|port| row.clone().on_port(*port))),
            }
        }
        Ok(())
    }
}

enum Word<'a> {
    Bare(&'a str),
    Text(String),
    Mark(char),
}

/// Cuts a pattern into words, quoted texts and marks.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Result<Option<Word<'a>>, &'static str> {
        self.rest = self.rest.trim_start();
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        let after = self.rest.get(first.len_utf8()..).unwrap_or_default();
        if first == '\'' {
            return self.quoted(after).map(Some);
        }
        if MARKS.contains(&first) {
            self.rest = after;
            return Ok(Some(Word::Mark(first)));
        }
        let end = self.bare_length();
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(Some(Word::Bare(word)))
    }

    /// A bare word ends at a blank, quote or mark; `[*]` belongs to an object path.
    fn bare_length(&self) -> usize {
        let ends = |c: char| c.is_whitespace() || c == '\'' || MARKS.contains(&c);
        let mut length = 0;
        while let Some(rest) = self.rest.get(length..) {
            if rest.starts_with("[*]") {
                length += 3;
                continue;
            }
            match rest.chars().next() {
                Some(next) if !ends(next) => length += next.len_utf8(),
                _ => break,
            }
        }
        length
    }

    /// Reads up to the closing quote; a backslash keeps the next character.
    fn quoted(&mut self, after: &'a str) -> Result<Word<'a>, &'static str> {
        let mut text = String::new();
        let mut chars = after.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' => {
                    self.rest = after.get(at + 1..).unwrap_or_default();
                    return Ok(Word::Text(text));
                }
                '\\' => text.extend(chars.next().map(|(_, kept)| kept)),
                _ => text.push(c),
            }
        }
        Err("a quoted text without end")
    }

    /// Reads an operator and its values.
    fn values(&mut self) -> Result<Vec<String>, &'static str> {
        match self.next()? {
            Some(Word::Mark('=')) => self.value().map(|value| vec![value]),
            Some(Word::Bare("IN")) => self.list(),
            _ => Err("only `=` and `IN` name an endpoint"),
        }
    }

    fn value(&mut self) -> Result<String, &'static str> {
        match self.next()? {
            Some(Word::Text(text)) => Ok(text),
            Some(Word::Bare(number)) => Ok(number.to_string()),
            _ => Err("expected a value"),
        }
    }

    fn list(&mut self) -> Result<Vec<String>, &'static str> {
        let Some(Word::Mark('(')) = self.next()? else { return Err("expected a list") };
        let mut values = vec![self.value()?];
        loop {
            match self.next()? {
                Some(Word::Mark(',')) => values.push(self.value()?),
                Some(Word::Mark(')')) => return Ok(values),
                _ => return Err("expected a list"),
            }
        }
    }
}

/// Most endpoints that two lists in one observation may span.
const PAIR_COUNT_MAX: usize = 10_000;
const MARKS: [char; 8] = ['[', ']', '(', ')', '=', ',', '!', '<'];
/// The longest pattern: room for a few thousand names.
const PATTERN_BYTES_MAX: usize = 1 << 20;

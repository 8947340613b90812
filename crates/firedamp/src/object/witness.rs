//! One record looked up again in its object: what a finding points to, as it was written.

use std::{io, path::Path, sync::Arc};

use firedamp_core::{
    event::{Event, Signal},
    id::{AccountRef, ObjectId, Place},
    sink::{Gate, Reason, Sink},
    time::Span,
};

/// Bytes of an object that is read again for one record.
const OBJECT_BYTES_MAX: u64 = 1 << 30;
/// Bytes of a record that are kept.
const RECORD_BYTES_MAX: usize = 64 << 10;

/// What became of a search for a record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Sought {
    /// The record, or its beginning.
    Found(Vec<u8>),
    /// Another object lies there now.
    Changed,
    /// The object has no such record, or its kind has no text.
    Missing,
    /// The object is too large to be read for one record.
    TooLarge,
}

/// Looks for a record in the object at `path`.
///
/// # Errors
/// When the object can't be read.
pub fn record(path: &Path, place: Place) -> io::Result<Sought> {
    if std::fs::metadata(path)?.len() > OBJECT_BYTES_MAX {
        return Ok(Sought::TooLarge);
    }
    let mut witness = Witness { wanted: place.record, found: None };
    let outcome = super::read_into(path, None, &mut witness)?;
    Ok(match witness.found {
        _ if outcome.id != place.object && place.object != ObjectId::default() => Sought::Changed,
        Some(record) => Sought::Found(record),
        None => Sought::Missing,
    })
}

/// Lets every record pass and keeps one.
struct Witness {
    wanted: u64,
    found: Option<Vec<u8>>,
}

impl Witness {
    fn keep(&mut self, record: &[u8]) {
        let kept = record.get(..RECORD_BYTES_MAX).unwrap_or(record);
        self.found = Some(kept.to_vec());
    }
}

impl Witness {
    /// Looks among lines of which the first has this number.
    fn look_among(&mut self, first: u64, lines: &[u8]) {
        let skip = self.wanted.checked_sub(first).and_then(|skip| usize::try_from(skip).ok());
        let Some(line) = skip.and_then(|skip| lines.split(|byte| *byte == b'\n').nth(skip)) else {
            return;
        };
        // The piece after the last line break is none.
        if !(lines.ends_with(b"\n") && line.is_empty()) {
            self.keep(line.strip_suffix(b"\r").unwrap_or(line));
        }
    }
}

impl Sink for Witness {
    fn gate(&self) -> Arc<Gate> {
        Arc::default()
    }

    fn event(&mut self, _record: u64, _event: &Event<'_>) {}

    fn skipped(&mut self, _account: AccountRef<'_>, _signal: Signal, _span: Span, _records: u64) {}

    fn gap(&mut self, _account: AccountRef<'_>, _span: Span, _lost: bool) {}

    fn reject(&mut self, _record: u64, _reason: Reason, _excerpt: &[u8]) {}

    fn raw(&mut self, first: u64, bytes: &[u8], lines: bool) {
        if self.found.is_some() {
            return;
        }
        if lines {
            self.look_among(first, bytes);
        } else if first == self.wanted {
            self.keep(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn sought(content: &[u8], record: u64) -> Sought {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(content).expect("room");
        let object = super::super::hashed::id_of(content);
        super::record(file.path(), Place { object, record }).expect("readable")
    }

    fn found(text: &str) -> Sought {
        Sought::Found(text.as_bytes().to_vec())
    }

    const FLOWS: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol \
        packets bytes start end action log-status\n\
        2 123456789012 eni-1 192.0.2.1 198.51.100.7 40000 443 6 1 60 1774000000 1774000060 ACCEPT OK\n\
        2 123456789012 eni-1 192.0.2.1 198.51.100.8 40000 443 6 1 60 1774000000 1774000060 ACCEPT OK\n";

    #[test]
    fn a_line_is_found_by_its_number() {
        let lines: Vec<&str> = FLOWS.lines().collect();
        for (number, line) in (1..).zip(&lines) {
            assert_eq!(sought(FLOWS.as_bytes(), number), found(line));
        }
        assert_eq!(sought(FLOWS.as_bytes(), 4), Sought::Missing);
        assert_eq!(sought(FLOWS.as_bytes(), 0), Sought::Missing);
        assert_eq!(sought(FLOWS.as_bytes(), u64::MAX), Sought::Missing);
    }

    #[test]
    fn an_element_of_json_is_found_also_when_it_is_packed() {
        let text = br#"{"Records":[{"a":1},{"b":"two"}]}"#;
        assert_eq!(sought(text, 2), found(r#"{"b":"two"}"#));
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text).expect("room");
        assert_eq!(sought(&packed.finish().expect("packed"), 1), found(r#"{"a":1}"#));
    }

    #[test]
    fn an_object_that_was_exchanged_is_not_believed() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(FLOWS.as_bytes()).expect("room");
        let place = Place { object: ObjectId([7; 16]), record: 1 };
        assert_eq!(record(file.path(), place).expect("readable"), Sought::Changed);
    }
}

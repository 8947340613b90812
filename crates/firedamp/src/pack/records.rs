//! Records as they were delivered, taken out of their objects again by their numbers.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use firedamp_core::{
    container::Reader,
    event::{Event, Signal},
    id::{AccountRef, ObjectId},
    redact::redacted,
    sink::{Gate, Reason, Sink},
    time::Span,
};
use serde::Serialize;
use serde_json::Value;

/// Records of one pack.
pub(super) const RECORDS_MAX: usize = 10_000;
/// Objects that are opened for one pack.
const OBJECTS_MAX: usize = 2000;
/// Bytes kept of one record.
const RECORD_BYTES_MAX: usize = 64 << 10;
/// Bytes of all records together.
const ALL_BYTES_MAX: usize = 256 << 20;
/// Bytes of one object that are unpacked.
const UNPACKED_BYTES_MAX: u64 = 1 << 30;

/// Which records a judgement names, by object.
pub(super) type Wanted = BTreeMap<String, BTreeSet<u64>>;

/// One record.
#[derive(Debug, Serialize)]
pub(super) struct Record {
    /// The content hash of the object.
    pub(super) object: String,
    /// Its number in the object, from 1.
    pub(super) record: u64,
    /// As it was delivered, without what looks like a secret; nothing where it could not be had.
    pub(super) text: Option<String>,
    /// Something was left out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) redacted: bool,
}

/// Leaves out what looks like a secret; of how many records.
pub(super) fn redact(records: &mut [Record]) -> u64 {
    let mut count = 0;
    for record in records {
        let Some(text) = &mut record.text else { continue };
        let redacted = redacted(text);
        record.redacted = redacted != *text;
        count += u64::from(record.redacted);
        *text = redacted;
    }
    count
}

/// The records that a judgement points to, wherever in it.
#[must_use]
pub(super) fn wanted(judgement: &Value) -> Wanted {
    let mut wanted = Wanted::new();
    let mut left = RECORDS_MAX;
    gather(judgement, &mut wanted, &mut left);
    wanted
}

fn gather(value: &Value, wanted: &mut Wanted, left: &mut usize) {
    match value {
        Value::Object(members) => {
            let object = members.get("object").and_then(Value::as_str);
            let record = members.get("record").and_then(Value::as_u64);
            if let Some((object, record)) = object.zip(record).filter(|_| *left > 0) {
                let is_new = wanted.entry(object.to_string()).or_default().insert(record);
                *left -= usize::from(is_new);
            }
            members.values().for_each(|member| gather(member, wanted, left));
        }
        Value::Array(elements) => {
            elements.iter().for_each(|element| gather(element, wanted, left));
        }
        _ => {}
    }
}

/// An id as a judgement writes it.
#[must_use]
pub(super) fn object_id(text: &str) -> Option<ObjectId> {
    let byte = |at: usize| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok();
    let mut bytes = [0; 16];
    for (at, one) in bytes.iter_mut().enumerate() {
        *one = byte(at)?;
    }
    (text.len() == 32).then_some(ObjectId(bytes))
}

/// The records, with their text where the object can still be read.
#[must_use]
pub(super) fn read(wanted: &Wanted, paths: &BTreeMap<String, PathBuf>) -> Vec<Record> {
    let mut records = Vec::new();
    let mut bytes_left = ALL_BYTES_MAX;
    for (opened, (object, numbers)) in wanted.iter().enumerate() {
        let path = paths.get(object).filter(|_| opened < OBJECTS_MAX);
        let found = path.map(|path| texts(path, numbers).unwrap_or_default()).unwrap_or_default();
        for number in numbers {
            let text = found.get(number).filter(|text| text.len() <= bytes_left).cloned();
            bytes_left -= text.as_ref().map_or(0, String::len);
            let object = object.clone();
            records.push(Record { object, record: *number, text, redacted: false });
        }
    }
    records
}

fn texts(path: &Path, numbers: &BTreeSet<u64>) -> io::Result<BTreeMap<u64, String>> {
    let mut file = BufReader::new(File::open(path)?);
    let head = io::BufRead::fill_buf(&mut file)?.get(..4).unwrap_or_default().to_vec();
    let mut stream: Box<dyn Read> = match head.as_slice() {
        [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(file)),
        [0x28, 0xb5, 0x2f, 0xfd] => Box::new(zstd::Decoder::with_buffer(file)?),
        _ => Box::new(file),
    };
    let mut picker = Picker { numbers, found: BTreeMap::new() };
    let mut reader = Reader::new(None);
    let mut piece = vec![0; 256 << 10];
    let mut unpacked = 0;
    loop {
        let length = stream.read(&mut piece)?;
        unpacked += length as u64;
        if length == 0 || unpacked > UNPACKED_BYTES_MAX {
            break;
        }
        reader.push(piece.get(..length).unwrap_or_default(), &mut picker);
    }
    let _contents = reader.finish(&mut picker);
    Ok(picker.found)
}

/// Keeps the records with wanted numbers, and looks at nothing else.
struct Picker<'a> {
    numbers: &'a BTreeSet<u64>,
    found: BTreeMap<u64, String>,
}

impl Picker<'_> {
    fn keep(&mut self, number: u64, bytes: &[u8]) {
        if self.numbers.contains(&number) {
            let bytes = bytes.get(..bytes.len().min(RECORD_BYTES_MAX)).unwrap_or(bytes);
            let text = String::from_utf8_lossy(bytes).trim_end().to_string();
            // What is wrapped comes again from inside: the innermost is the record.
            self.found.insert(number, text);
        }
    }
}

impl Sink for Picker<'_> {
    fn gate(&self) -> Arc<Gate> {
        thread_local! {
            static CLOSED: Arc<Gate> = Arc::new(Gate::default());
        }
        CLOSED.with(Arc::clone)
    }

    fn event(&mut self, _record: u64, _event: &Event<'_>) {}

    fn skipped(&mut self, _account: AccountRef<'_>, _signal: Signal, _span: Span, _records: u64) {}

    fn gap(&mut self, _account: AccountRef<'_>, _span: Span, _lost: bool) {}

    fn reject(&mut self, _record: u64, _reason: Reason, _excerpt: &[u8]) {}

    fn raw(&mut self, first: u64, bytes: &[u8], lines: bool) {
        if !lines {
            return self.keep(first, bytes);
        }
        let last = first + bytes.len() as u64;
        if self.numbers.range(first..=last).next().is_none() {
            return;
        }
        for (number, line) in (first..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
            self.keep(number, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn records_are_named_anywhere_in_a_judgement_and_counted_once() {
        let id = ObjectId([7; 16]).to_string();
        let place = json!({"object": id, "record": 3});
        let judgement = json!({"findings": [{"evidence": {"records": [place, place]}}],
            "resources": [{"created": {"records": [{"object": id, "record": 9}]}}]});
        let wanted = wanted(&judgement);
        assert_eq!(wanted[&id], BTreeSet::from([3, 9]));
        assert_eq!(object_id(&id), Some(ObjectId([7; 16])));
        assert_eq!(object_id("zz"), None);
    }

    #[test]
    fn lines_and_elements_are_found_by_their_numbers() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log");
        std::fs::write(
            &path,
            "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes \
             start end action log-status\n\
             2 111122223333 eni-1 10.0.0.4 203.0.113.9 1 2 6 1 1 1772359200 1772359260 ACCEPT OK\n\
             2 111122223333 eni-1 10.0.0.5 203.0.113.9 1 2 6 1 1 1772359200 1772359260 ACCEPT OK\n",
        )
        .expect("written");
        let id = ObjectId([1; 16]).to_string();
        let wanted = Wanted::from([(id.clone(), BTreeSet::from([3, 99]))]);
        let records = read(&wanted, &BTreeMap::from([(id, path)]));
        assert!(records[0].text.as_ref().is_some_and(|text| text.contains("10.0.0.5")));
        assert_eq!(records[1].text, None);
        let gone = read(&wanted, &BTreeMap::new());
        assert!(gone.iter().all(|record| record.text.is_none()));
    }
}

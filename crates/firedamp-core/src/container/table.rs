//! CSV in pieces of any size: fields unquoted, rows given to a decoder one by one.
//!
//! Rows are told apart as RFC 4180 says, and otherwise taken as they come: ragged rows, blank
//! lines, either line break, quoted line breaks and quotes.

use csv_core::ReadRecordResult;

use super::Contents;
use crate::{
    format::{FORMATS, Format, RowDecoder, TOO_LONG},
    sink::Sink,
    table::{COLUMNS_MAX, Header, ROW_BYTES_MAX, Row},
};

/// Lines before the header that are looked at: some exports begin with a title.
const PREAMBLE_ROWS_MAX: usize = 10;

/// Finds the header among the first rows of `head`: a decoder when a format knows it.
pub(super) fn open(
    head: &[u8],
    forced: Option<Format>,
) -> Option<(&'static str, Box<dyn RowDecoder>, usize)> {
    let mut tokenizer = Tokenizer::default();
    let mut rest = head;
    for _ in 0..PREAMBLE_ROWS_MAX {
        rest = rest.get(tokenizer.feed(rest)..)?;
        let complete = tokenizer.take_complete() || (rest.is_empty() && tokenizer.end());
        if !complete {
            return None;
        }
        let row = tokenizer.row();
        let names = (0..row.len()).map(|column| row.text(Some(column)).unwrap_or_default());
        let header = Header::new(names);
        tokenizer.clear();
        if let Some((id, decoder)) = recognise(&header, forced) {
            return Some((id, decoder, head.len() - rest.len()));
        }
    }
    None
}

/// The decoder of the format that knows a table with this header.
pub(super) fn recognise(
    header: &Header,
    forced: Option<Format>,
) -> Option<(&'static str, Box<dyn RowDecoder>)> {
    let opened = |format: &Format| match format {
        Format::Tables(format) => format.open(header).map(|decoder| (format.doc().id, decoder)),
        _ => None,
    };
    match &forced {
        Some(format) => opened(format),
        None => FORMATS.iter().find_map(opened),
    }
}

/// Cuts a stream of CSV, behind its header, into rows for a decoder.
pub(super) struct TableReader {
    id: &'static str,
    decoder: Box<dyn RowDecoder>,
    tokenizer: Tokenizer,
}

impl TableReader {
    pub(super) fn new(id: &'static str, decoder: Box<dyn RowDecoder>) -> Self {
        Self { id, decoder, tokenizer: Tokenizer::default() }
    }

    pub(super) fn push(&mut self, mut bytes: &[u8], contents: &mut Contents, sink: &mut dyn Sink) {
        while !bytes.is_empty() {
            let used = self.tokenizer.feed(bytes);
            bytes = bytes.get(used..).unwrap_or_default();
            if self.tokenizer.take_complete() {
                self.row(contents, sink);
            }
        }
    }

    pub(super) fn finish(mut self, contents: &mut Contents, sink: &mut dyn Sink) {
        if self.tokenizer.end() {
            self.row(contents, sink);
        }
    }

    fn row(&mut self, contents: &mut Contents, sink: &mut dyn Sink) {
        contents.records += 1;
        *contents.formats.entry(self.id).or_default() += 1;
        let row = self.tokenizer.row();
        if self.tokenizer.oversized {
            sink.reject(contents.records, TOO_LONG, row.bytes());
        } else if let Err(reason) = self.decoder.decode(&row, contents.records, sink) {
            sink.reject(contents.records, reason, row.bytes());
        }
        self.tokenizer.clear();
    }
}

/// One row at a time.
struct Tokenizer {
    core: csv_core::Reader,
    fields: Vec<u8>,
    field_bytes: usize,
    ends: Vec<usize>,
    end_count: usize,
    complete: bool,
    oversized: bool,
}

impl Default for Tokenizer {
    fn default() -> Self {
        Self {
            core: csv_core::Reader::new(),
            fields: vec![0; 4 << 10],
            field_bytes: 0,
            ends: vec![0; 128],
            end_count: 0,
            complete: false,
            oversized: false,
        }
    }
}

impl Tokenizer {
    /// Reads up to the end of the row; how many bytes that took.
    fn feed(&mut self, bytes: &[u8]) -> usize {
        let mut used = 0;
        while let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) {
            used += self.step(rest);
            if self.complete {
                break;
            }
        }
        used
    }

    /// The input has ended; whether a row ended with it.
    fn end(&mut self) -> bool {
        let before = (self.field_bytes, self.end_count);
        if before == (0, 0) && !self.oversized {
            self.step(&[]);
            return std::mem::take(&mut self.complete) && self.end_count > 0;
        }
        while !self.complete {
            self.step(&[]);
        }
        std::mem::take(&mut self.complete)
    }

    fn step(&mut self, bytes: &[u8]) -> usize {
        let fields = self.fields.get_mut(self.field_bytes..).unwrap_or_default();
        let ends = self.ends.get_mut(self.end_count..).unwrap_or_default();
        let (result, used, written, ended) = self.core.read_record(bytes, fields, ends);
        self.field_bytes += written;
        self.end_count += ended;
        match result {
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull => self.grow_fields(),
            ReadRecordResult::OutputEndsFull => self.grow_ends(),
            ReadRecordResult::Record | ReadRecordResult::End => self.complete = true,
        }
        used
    }

    /// Makes room, or throws away what was read of a row that is longer than any.
    fn grow_fields(&mut self) {
        if self.fields.len() < ROW_BYTES_MAX {
            return self.fields.resize(self.fields.len() * 2, 0);
        }
        self.oversized = true;
        (self.field_bytes, self.end_count) = (0, 0);
    }

    fn grow_ends(&mut self) {
        if self.ends.len() < COLUMNS_MAX {
            return self.ends.resize(self.ends.len() * 2, 0);
        }
        self.oversized = true;
        (self.field_bytes, self.end_count) = (0, 0);
    }

    fn take_complete(&mut self) -> bool {
        std::mem::take(&mut self.complete)
    }

    fn row(&self) -> Row<'_> {
        let bytes = self.fields.get(..self.field_bytes).unwrap_or_default();
        Row::new(bytes, self.ends.get(..self.end_count).unwrap_or_default())
    }

    fn clear(&mut self) {
        (self.field_bytes, self.end_count) = (0, 0);
        self.oversized = false;
    }
}

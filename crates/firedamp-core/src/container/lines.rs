//! A stream of text cut into runs of whole lines, in whatever pieces it comes.

use super::{Contents, LINE_BYTES_MAX};
use crate::{
    format::{LineDecoder, TOO_LONG},
    sink::Sink,
};

/// Cuts a stream of text into runs of whole lines for a decoder.
pub(super) struct LineReader {
    id: &'static str,
    decoder: Box<dyn LineDecoder>,
    /// The beginning of a line whose end has not come.
    carry: Vec<u8>,
    oversized: bool,
}

impl LineReader {
    pub(super) const fn new(id: &'static str, decoder: Box<dyn LineDecoder>) -> Self {
        Self { id, decoder, carry: Vec::new(), oversized: false }
    }

    pub(super) fn push(&mut self, bytes: &[u8], contents: &mut Contents, sink: &mut dyn Sink) {
        let Some(last) = memchr::memrchr(b'\n', bytes) else {
            return self.keep(bytes);
        };
        let first = memchr::memchr(b'\n', bytes).unwrap_or(last);
        let (whole, rest) = bytes.split_at(last + 1);
        let (head, whole) = whole.split_at(if self.carry.is_empty() { 0 } else { first + 1 });
        if !head.is_empty() {
            self.keep(head);
            self.end_line(contents, sink);
        }
        self.decode_whole(whole, contents, sink);
        self.keep(rest);
    }

    /// Decodes whole lines, without those that are too long.
    fn decode_whole(&mut self, mut lines: &[u8], contents: &mut Contents, sink: &mut dyn Sink) {
        let mut checked = 0;
        while let Some(next) = lines.get(checked..checked + LINE_BYTES_MAX) {
            if let Some(last) = memchr::memrchr(b'\n', next) {
                checked += last + 1;
                continue;
            }
            let (before, long) = lines.split_at(checked);
            self.decode(before, contents, sink);
            let end = memchr::memchr(b'\n', long).map_or(long.len(), |at| at + 1);
            let (long, after) = long.split_at(end);
            self.keep(long);
            self.end_line(contents, sink);
            (lines, checked) = (after, 0);
        }
        self.decode(lines, contents, sink);
    }

    /// Decodes the carried line, which has come to its end.
    fn end_line(&mut self, contents: &mut Contents, sink: &mut dyn Sink) {
        let line = std::mem::take(&mut self.carry);
        if std::mem::take(&mut self.oversized) {
            contents.records += 1;
            sink.reject(contents.records, TOO_LONG, &line);
        } else {
            self.decode(&line, contents, sink);
        }
        self.carry = line;
        self.carry.clear();
    }

    fn decode(&mut self, lines: &[u8], contents: &mut Contents, sink: &mut dyn Sink) {
        if lines.is_empty() {
            return;
        }
        sink.raw(contents.records + 1, lines, true);
        self.decoder.decode(lines, contents.records + 1, sink);
        if let Some(other) = self.decoder.behind(lines) {
            self.decoder = other;
        }
        let count = line_count(lines);
        contents.records += count;
        *contents.formats.entry(self.id).or_default() += count;
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.carry.len() + bytes.len() > LINE_BYTES_MAX {
            self.oversized = true;
        }
        let room = LINE_BYTES_MAX.saturating_sub(self.carry.len());
        self.carry.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    pub(super) fn finish(mut self, contents: &mut Contents, sink: &mut dyn Sink) {
        if !self.carry.is_empty() {
            self.end_line(contents, sink);
        }
    }
}

/// How many lines `bytes` holds; a last one without line break counts.
#[must_use]
pub fn line_count(bytes: &[u8]) -> u64 {
    let breaks = memchr::memchr_iter(b'\n', bytes).count() as u64;
    breaks + u64::from(bytes.last().is_some_and(|last| *last != b'\n'))
}

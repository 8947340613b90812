//! Objects that are one record: they are gathered whole, up to a limit, and read at their end.

use super::Contents;
use crate::{
    format::{DocumentFormat, TOO_LONG},
    sink::Sink,
};

/// The longest document. Notices have some kilobytes; of what is attached to them other mails alone are read.
pub(super) const DOCUMENT_BYTES_MAX: usize = 4 << 20;
/// How much of one that can't be read is kept with the reason.
const EXCERPT_BYTES: usize = 4 << 10;

/// Gathers one document.
pub(super) struct DocumentReader {
    format: &'static dyn DocumentFormat,
    bytes: Vec<u8>,
    is_too_long: bool,
}

impl DocumentReader {
    pub(super) const fn new(format: &'static dyn DocumentFormat) -> Self {
        Self { format, bytes: Vec::new(), is_too_long: false }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = DOCUMENT_BYTES_MAX - self.bytes.len();
        self.is_too_long |= bytes.len() > room;
        self.bytes.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    pub(super) fn finish(self, contents: &mut Contents, sink: &mut dyn Sink) {
        contents.records += 1;
        *contents.formats.entry(self.format.doc().id).or_default() += 1;
        let read = match self.is_too_long {
            true => Err(TOO_LONG),
            false => self.format.decode(&self.bytes, sink),
        };
        if let Err(reason) = read {
            let excerpt = self.bytes.get(..EXCERPT_BYTES).unwrap_or(&self.bytes);
            sink.reject(contents.records, reason, excerpt);
        }
    }
}

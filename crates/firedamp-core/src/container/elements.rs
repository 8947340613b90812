//! A stream of text in which some XML elements are records, wherever their lines break.

use memchr::{memchr_iter, memmem};

use super::{CUT_OFF, Contents, LINE_BYTES_MAX};
use crate::{
    format::{ElementFormat, TOO_LONG},
    sink::{Reason, Sink},
};

/// The reason for an element that is no text.
const NOT_UTF8: Reason = "not UTF-8";

/// Finds the elements of one format in a stream of text.
pub(super) struct ElementReader {
    format: &'static dyn ElementFormat,
    start: String,
    end: String,
    /// An element whose end has not come, or a piece of a tag.
    carry: Vec<u8>,
}

/// How far the element at the beginning of a text goes.
enum Extent {
    Whole(usize),
    /// Another one begins before this one's end.
    CutOff(usize),
    TooLong,
    /// More text is needed.
    Unknown,
}

impl ElementReader {
    pub(super) fn new(format: &'static dyn ElementFormat) -> Self {
        let name = format.element();
        let (start, end) = (format!("<{name}"), format!("</{name}>"));
        Self { format, start, end, carry: Vec::new() }
    }

    pub(super) fn push(&mut self, bytes: &[u8], contents: &mut Contents, sink: &mut dyn Sink) {
        let mut text = std::mem::take(&mut self.carry);
        text.extend_from_slice(bytes);
        let read = self.elements(&text, contents, sink);
        text.drain(..read);
        self.carry = text;
    }

    /// Reads what is whole; how many bytes need not be seen again.
    fn elements(&self, text: &[u8], contents: &mut Contents, sink: &mut dyn Sink) -> usize {
        let mut read = 0;
        while let Some(rest) = text.get(read..) {
            let Some(start) = self.next_start(rest) else {
                // The last bytes may be the beginning of a tag.
                return text.len() - rest.len().min(self.start.len());
            };
            let element = rest.get(start..).unwrap_or_default();
            read += start;
            let (length, fault) = match self.extent(element) {
                Extent::Whole(length) => (length, None),
                Extent::CutOff(length) => (length, Some(CUT_OFF)),
                Extent::TooLong => (self.start.len(), Some(TOO_LONG)),
                Extent::Unknown => return read,
            };
            let own = element.get(..length).unwrap_or_default();
            self.give(own, fault, contents, sink);
            read += length;
        }
        text.len()
    }

    fn give(
        &self,
        element: &[u8],
        fault: Option<Reason>,
        contents: &mut Contents,
        sink: &mut dyn Sink,
    ) {
        contents.records += 1;
        *contents.formats.entry(self.format.doc().id).or_default() += 1;
        let number = contents.records;
        sink.raw(number, element, false);
        let read = match (fault, std::str::from_utf8(element)) {
            (Some(reason), _) => Err(reason),
            (None, Ok(text)) => self.format.decode(text, number, sink),
            (None, Err(_)) => Err(NOT_UTF8),
        };
        if let Err(reason) = read {
            sink.reject(number, reason, element);
        }
    }

    /// Where the next element begins, if its first tag's name is all there.
    fn next_start(&self, text: &[u8]) -> Option<usize> {
        memmem::find_iter(text, &self.start)
            .find(|at| self.is_start(text.get(*at..).unwrap_or_default()))
    }

    /// Whether `text` begins with the element's first tag, not with that of one whose name is
    /// longer.
    fn is_start(&self, text: &[u8]) -> bool {
        text.strip_prefix(self.start.as_bytes())
            .and_then(<[u8]>::first)
            .is_some_and(|next| matches!(next, b'>' | b'/') || next.is_ascii_whitespace())
    }

    /// How far the element goes that `text` begins with. Each byte is looked at once, whatever
    /// comes: an end, or another beginning.
    fn extent(&self, text: &[u8]) -> Extent {
        let within = text.get(..LINE_BYTES_MAX).unwrap_or(text);
        for at in memchr_iter(b'<', within).skip(1) {
            let rest = text.get(at..).unwrap_or_default();
            if rest.starts_with(self.end.as_bytes()) {
                return Extent::Whole(at + self.end.len());
            }
            if self.is_start(rest) {
                return Extent::CutOff(at);
            }
        }
        // A tag at the very edge is seen whole before it is judged.
        if text.len() > LINE_BYTES_MAX + self.end.len() { Extent::TooLong } else { Extent::Unknown }
    }

    pub(super) fn finish(self, contents: &mut Contents, sink: &mut dyn Sink) {
        if self.is_start(&self.carry) {
            self.give(&self.carry, Some(CUT_OFF), contents, sink);
        }
    }
}

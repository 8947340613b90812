//! Objects taken apart: what they are is told from their content, whatever wraps the records is
//! unwrapped, and each record goes to the format that knows it.
//!
//! Reading never fails. Whatever can't be read is a reject with a place and a reason, and harms
//! nothing but itself.

mod contents;
mod csv;
mod document;
mod elements;
mod encoding;
mod lines;
mod table;
mod unwrap;

pub use contents::Contents;
use document::DocumentReader;
use elements::ElementReader;
use encoding::Encoding;
pub use encoding::without_bom;
use lines::LineReader;
pub use lines::line_count;
pub use table::Table;
use table::TableReader;

use crate::{
    format::{
        self, BROKEN_JSON, DocumentFormat, ElementFormat, FORMATS, Fault, Format, LineDecoder,
        RecordFormat, RowDecoder, TOO_LONG,
    },
    json::{
        Head,
        split::{self, Piece, Splitter},
    },
    sink::{Reason, Sink},
    table::Header,
};

/// How much of an object is looked at to tell what it is.
pub const HEAD_BYTES: usize = 64 << 10;

/// The longest line of text. The longest flow line with every field of version 8 has about 1 kB.
pub const LINE_BYTES_MAX: usize = 64 << 10;

/// How deep wrapped payloads are followed (a queue's message in a stream's record in a file).
const UNWRAP_DEPTH_MAX: u32 = 5;

/// The reason for an object that no format knows.
pub const NOT_TELEMETRY: Reason = "not telemetry that Firedamp reads";

/// The reason for a record that the object ends within.
const CUT_OFF: Reason = "cut off";

/// What an object is, told from its beginning.
pub enum Recognised {
    /// One record of one format.
    Document(&'static dyn DocumentFormat),
    /// XML elements of one format.
    Elements(&'static dyn ElementFormat),
    /// Lines of text of one format.
    Lines(&'static str, Box<dyn LineDecoder>),
    /// JSON in some container.
    Json,
    /// A table of one format.
    Table(Table),
    /// Nothing that any format knows.
    Unknown,
}

/// Tells what an object is from its first [`HEAD_BYTES`] (or all of it).
#[must_use]
pub fn recognise(head: &[u8], forced: Option<Format>) -> Recognised {
    let head = without_bom(head);
    let lines = |format: &Format| match format {
        Format::Lines(format) => format.open(head).map(|open| (format.doc().id, open)),
        _ => None,
    };
    let elements = |format: &Format| match format {
        Format::Elements(format) => Some(*format).filter(|format| format.recognises(head)),
        _ => None,
    };
    let document = |format: &Format| match format {
        Format::Documents(format) => Some(*format).filter(|format| format.recognises(head)),
        _ => None,
    };
    let whole = match &forced {
        Some(format) => document(format),
        None => FORMATS.iter().find_map(document),
    };
    if let Some(format) = whole {
        return Recognised::Document(format);
    }
    let (opened, holds) = match &forced {
        Some(format) => (lines(format), elements(format)),
        None => (FORMATS.iter().find_map(lines), FORMATS.iter().find_map(elements)),
    };
    match (opened, holds, head.trim_ascii_start().first()) {
        (Some((id, decoder)), ..) => Recognised::Lines(id, decoder),
        (None, Some(format), _) => Recognised::Elements(format),
        (None, None, Some(b'{' | b'[')) => Recognised::Json,
        _ => table::open(head, forced).map_or(Recognised::Unknown, Recognised::Table),
    }
}

/// The decoder of the format that knows a table with this header, and the format's id.
#[must_use]
pub fn recognise_table(
    header: &Header,
    forced: Option<Format>,
) -> Option<(&'static str, Box<dyn RowDecoder>)> {
    table::recognise(header, forced)
}

/// Reads one object whose bytes are pushed in pieces of any size.
pub struct Reader {
    encoding: Encoding,
    text: TextReader,
}

/// Reads an object whose text is UTF-8.
struct TextReader {
    forced: Option<Format>,
    stage: Stage,
    contents: Contents,
}

enum Stage {
    /// The head, until it is long enough.
    Head(Vec<u8>),
    Document(DocumentReader),
    Elements(ElementReader),
    Lines(LineReader),
    Json(Splitter, Dispatch),
    Table(TableReader),
    Unknown,
}

impl Reader {
    /// A reader that tells the format by itself, unless one is `forced`.
    #[must_use]
    pub fn new(forced: Option<Format>) -> Self {
        Self::following(Contents::default(), forced)
    }

    /// A reader of the next file of an archive, whose records are counted on from `contents`.
    #[must_use]
    pub const fn following(contents: Contents, forced: Option<Format>) -> Self {
        let stage = Stage::Head(Vec::new());
        Self { encoding: Encoding::untold(), text: TextReader { forced, stage, contents } }
    }

    /// Takes the next bytes of the object.
    pub fn push(&mut self, bytes: &[u8], sink: &mut dyn Sink) {
        let text = &mut self.text;
        self.encoding.convert(bytes, false, &mut |bytes| text.push(bytes, sink));
    }

    /// The object has ended. See [`Contents::is_foreign`].
    pub fn finish(mut self, sink: &mut dyn Sink) -> Contents {
        let text = &mut self.text;
        self.encoding.convert(&[], true, &mut |bytes| text.push(bytes, sink));
        self.text.finish(sink)
    }
}

impl TextReader {
    fn push(&mut self, bytes: &[u8], sink: &mut dyn Sink) {
        let Stage::Head(head) = &mut self.stage else {
            return self.stage.push(bytes, &mut self.contents, sink);
        };
        let (own, rest) = bytes.split_at(bytes.len().min(HEAD_BYTES - head.len()));
        head.extend_from_slice(own);
        if head.len() == HEAD_BYTES {
            self.leave_head(sink);
            self.stage.push(rest, &mut self.contents, sink);
        }
    }

    fn leave_head(&mut self, sink: &mut dyn Sink) {
        let Stage::Head(head) = &mut self.stage else {
            return;
        };
        let head = std::mem::take(head);
        self.contents.is_container |= without_bom(&head).trim_ascii().is_empty();
        let beginning = head.get(..HEAD_BYTES).unwrap_or(&head);
        let mut body = without_bom(&head);
        self.stage = match recognise(beginning, self.forced) {
            Recognised::Document(format) => Stage::Document(DocumentReader::new(format)),
            Recognised::Elements(format) => Stage::Elements(ElementReader::new(format)),
            Recognised::Lines(id, decoder) => Stage::Lines(LineReader::new(id, decoder)),
            Recognised::Json => Stage::Json(Splitter::default(), Dispatch::new(self.forced, 0)),
            Recognised::Table(table) => {
                body = body.get(table.start..).unwrap_or_default();
                Stage::Table(TableReader::new(table))
            }
            Recognised::Unknown => Stage::Unknown,
        };
        self.contents.is_container |= !matches!(self.stage, Stage::Unknown);
        self.stage.push(body, &mut self.contents, sink);
    }

    fn finish(mut self, sink: &mut dyn Sink) -> Contents {
        self.leave_head(sink);
        match self.stage {
            Stage::Document(reader) => reader.finish(&mut self.contents, sink),
            Stage::Elements(reader) => reader.finish(&mut self.contents, sink),
            Stage::Lines(reader) => reader.finish(&mut self.contents, sink),
            Stage::Json(splitter, mut dispatch) => {
                splitter.finish(&mut |piece| dispatch.take(piece, &mut self.contents, sink));
            }
            Stage::Table(reader) => reader.finish(&mut self.contents, sink),
            Stage::Head(_) | Stage::Unknown => {}
        }
        self.contents
    }
}

impl Stage {
    fn push(&mut self, bytes: &[u8], contents: &mut Contents, sink: &mut dyn Sink) {
        match self {
            Self::Document(reader) => reader.push(bytes),
            Self::Elements(reader) => reader.push(bytes, contents, sink),
            Self::Lines(reader) => reader.push(bytes, contents, sink),
            Self::Json(splitter, dispatch) => {
                splitter.push(bytes, &mut |piece| dispatch.take(piece, contents, sink));
            }
            Self::Table(reader) => reader.push(bytes, contents, sink),
            Self::Head(_) | Self::Unknown => {}
        }
    }
}

/// Gives each record to the format that knows it.
pub(crate) struct Dispatch {
    forced: Option<Format>,
    /// The format of the record before, which is nearly always that of the next.
    current: Option<&'static dyn RecordFormat>,
    /// How many wrappings lie around the records.
    depth: u32,
}

impl Dispatch {
    pub(crate) const fn new(forced: Option<Format>, depth: u32) -> Self {
        let current = match forced {
            Some(Format::Records(format)) => Some(format),
            _ => None,
        };
        Self { forced, current, depth }
    }

    pub(crate) fn take(&mut self, piece: Piece<'_>, contents: &mut Contents, sink: &mut dyn Sink) {
        contents.records += 1;
        let number = contents.records;
        let (record, reason) = match piece {
            Piece::Record(record) => return self.record(record, number, contents, sink),
            Piece::CutOff(record) => (record, CUT_OFF),
            Piece::TooLong(record) => (record, TOO_LONG),
        };
        sink.reject(number, reason, record);
    }

    fn record(&mut self, record: &[u8], number: u64, contents: &mut Contents, sink: &mut dyn Sink) {
        sink.raw(number, record, false);
        if let Some(format) = self.current {
            match format.decode(record, number, sink) {
                Ok(()) => return count(format, contents),
                Err(Fault::Rejected(reason)) => {
                    count(format, contents);
                    return sink.reject(number, reason, record);
                }
                Err(Fault::Foreign) => {}
            }
        }
        self.recognise(record, number, contents, sink);
    }

    fn recognise(
        &mut self,
        record: &[u8],
        number: u64,
        contents: &mut Contents,
        sink: &mut dyn Sink,
    ) {
        let mended;
        let (record, head) = match Head::parse(record) {
            Some(head) => (record, head),
            None => {
                mended = unwrap::mended(record);
                match mended.as_deref().and_then(|text| Some((text, Head::parse(text)?))) {
                    Some(found) => found,
                    None => return self.flatten(record, number, contents, sink),
                }
            }
        };
        let known = |format: &Format| match format {
            Format::Records(format) if format.recognises(&head) => Some(*format),
            _ => None,
        };
        let Some(format) = FORMATS.iter().find_map(known).filter(|_| self.forced.is_none()) else {
            return self.unwrap(record, &head, number, contents, sink);
        };
        self.current = Some(format);
        count(format, contents);
        let reason = match format.decode(record, number, sink) {
            Ok(()) => return,
            Err(Fault::Foreign) => format::UNKNOWN_RECORD,
            Err(Fault::Rejected(reason)) => reason,
        };
        sink.reject(number, reason, record);
    }

    /// A record that no format knows may hold records: reads what it wraps.
    fn unwrap(
        &self,
        record: &[u8],
        head: &Head<'_>,
        number: u64,
        contents: &mut Contents,
        sink: &mut dyn Sink,
    ) {
        if self.depth < UNWRAP_DEPTH_MAX {
            if split::is_envelope(head) && self.inner(record, number, contents, sink) {
                return;
            }
            for payload in unwrap::payloads(head) {
                if self.inner(&payload, number, contents, sink) {
                    return;
                }
            }
        }
        sink.reject(number, format::UNKNOWN_RECORD, record);
    }

    /// An array among the records, or no JSON at all.
    fn flatten(&self, record: &[u8], number: u64, contents: &mut Contents, sink: &mut dyn Sink) {
        let is_array = record.starts_with(b"[") && self.depth < UNWRAP_DEPTH_MAX;
        if !(is_array && self.inner(record, number, contents, sink)) {
            sink.reject(number, BROKEN_JSON, record);
        }
    }

    /// Reads a payload found inside record `number`; false when it is no telemetry.
    fn inner(
        &self,
        payload: &[u8],
        number: u64,
        contents: &mut Contents,
        sink: &mut dyn Sink,
    ) -> bool {
        let payload = without_bom(payload);
        let mut inside = Contents { records: number - 1, ..Contents::default() };
        match recognise(payload, None) {
            Recognised::Elements(format) => {
                let mut reader = ElementReader::new(format);
                inside.records = number - 1;
                reader.push(payload, &mut inside, sink);
                reader.finish(&mut inside, sink);
            }
            Recognised::Lines(id, decoder) => {
                decoder.decode(payload, number, sink);
                inside.formats.insert(id, line_count(payload));
            }
            Recognised::Json => {
                let mut dispatch = Self::new(None, self.depth + 1);
                let mut splitter = Splitter::default();
                let mut give = |piece: Piece<'_>| {
                    inside.records = number - 1;
                    dispatch.take(piece, &mut inside, sink);
                };
                splitter.push(payload, &mut give);
                splitter.finish(&mut give);
            }
            // No provider puts a table or a mail into a message.
            Recognised::Document(_) | Recognised::Table(..) | Recognised::Unknown => return false,
        }
        for (id, records) in &inside.formats {
            *contents.formats.entry(id).or_default() += records;
        }
        true
    }
}

fn count(format: &'static dyn RecordFormat, contents: &mut Contents) {
    *contents.formats.entry(format.doc().id).or_default() += 1;
}

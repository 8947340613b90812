//! Tables: the header is looked for among the first rows, and the rows behind it go to the decoder
//! of the format that knows the columns.

use std::ops::ControlFlow;

use super::{
    CUT_OFF, Contents, HEAD_BYTES,
    csv::{Ending, Tokenizer},
};
use crate::{
    format::{FORMATS, Format, RowDecoder, TOO_LONG},
    sink::Sink,
    table::{Header, Row},
};

/// Lines before the header that are looked at: some exports begin with a title.
const PREAMBLE_ROWS_MAX: usize = 10;

/// A decoder and the id of its format.
type Opened = (&'static str, Box<dyn RowDecoder>);

/// What parts fields: commas in what clouds write, the others in what spreadsheets made of it.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// A table whose header was found.
pub struct Table {
    /// The id of the format that knows it.
    pub id: &'static str,
    /// What decodes its rows.
    pub decoder: Box<dyn RowDecoder>,
    /// Where the first row begins.
    pub start: usize,
    /// What parts fields.
    delimiter: u8,
}

/// Finds the header of a table among the first rows of `head`, when a format knows it.
pub(super) fn open(head: &[u8], forced: Option<Format>) -> Option<Table> {
    DELIMITERS.into_iter().find_map(|delimiter| open_with(head, forced, delimiter))
}

fn open_with(head: &[u8], forced: Option<Format>, delimiter: u8) -> Option<Table> {
    let mut found = None;
    let mut rows = 0;
    let mut tokenizer = Tokenizer::new(delimiter);
    let mut look = |row: &Row<'_>, ending: Ending| {
        rows += 1;
        if ending == Ending::Whole {
            found = recognise(&header(row), forced);
        }
        if found.is_some() || rows == PREAMBLE_ROWS_MAX {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    };
    let start = tokenizer.push(head, &mut look);
    // What is cut at the end of a longer object may be half a header.
    if start == head.len() && head.len() < HEAD_BYTES {
        tokenizer.finish(&mut look);
    }
    found.map(|(id, decoder)| Table { id, decoder, start, delimiter })
}

fn header(row: &Row<'_>) -> Header {
    Header::new((0..row.len()).map(|column| row.text(Some(column)).unwrap_or_default()))
}

/// The decoder of the format that knows a table with this header.
pub(super) fn recognise(header: &Header, forced: Option<Format>) -> Option<Opened> {
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
    pub(super) fn new(table: Table) -> Self {
        let Table { id, decoder, delimiter, .. } = table;
        Self { id, decoder, tokenizer: Tokenizer::new(delimiter) }
    }

    pub(super) fn push(&mut self, bytes: &[u8], contents: &mut Contents, sink: &mut dyn Sink) {
        self.read(contents, sink, |tokenizer, take| {
            tokenizer.push(bytes, take);
        });
    }

    pub(super) fn finish(mut self, contents: &mut Contents, sink: &mut dyn Sink) {
        self.read(contents, sink, |tokenizer, take| tokenizer.finish(take));
    }

    /// Decodes the rows that `feed` makes the tokenizer give.
    fn read(
        &mut self,
        contents: &mut Contents,
        sink: &mut dyn Sink,
        feed: impl FnOnce(&mut Tokenizer, &mut super::csv::Give<'_>),
    ) {
        let Self { id, decoder, tokenizer } = self;
        let before = contents.records;
        feed(tokenizer, &mut |row, ending| {
            contents.records += 1;
            sink.raw(contents.records, row.bytes(), false);
            let decoded = match ending {
                Ending::Whole => decoder.decode(row, contents.records, sink),
                Ending::CutOff => Err(CUT_OFF),
                Ending::Oversized => Err(TOO_LONG),
            };
            if let Err(reason) = decoded {
                sink.reject(contents.records, reason, row.bytes());
            }
            ControlFlow::Continue(())
        });
        if contents.records > before {
            *contents.formats.entry(id).or_default() += contents.records - before;
        }
    }
}

#[cfg(test)]
mod tests;

//! CSV taken apart, in pieces of any size: fields as places in the row, nothing copied but rows that
//! span two pieces and fields with quotes inside.
//!
//! Commas, quotes and line breaks are marked sixty-four bytes at a time (after Langdale and Lemire,
//! "Parsing gigabytes of JSON per second", 2019), and a small machine walks over the marks. Rows are
//! what RFC 4180 says, and otherwise taken as they come: ragged rows, blank lines, any line break,
//! quotes in the middle of a field, letters behind a closing quote. What parts fields is a comma, or
//! another letter that a spreadsheet left there.

use std::ops::ControlFlow;

use crate::{
    simd::{BLOCK, Block},
    table::{COLUMNS_MAX, Field, ROW_BYTES_MAX, Row},
};

/// How much of an oversized row is kept for people.
const EXCERPT_BYTES_MAX: usize = 256;

/// How a row came to its end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ending {
    /// It is whole.
    Whole,
    /// The input ended within quotes.
    CutOff,
    /// It is longer, or has more fields, than any. Only its beginning is there, without fields.
    Oversized,
}

/// Takes rows; may ask for no more.
pub(super) type Give<'a> = dyn FnMut(&Row<'_>, Ending) -> ControlFlow<()> + 'a;

/// What the next byte is part of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// Nothing yet: line breaks are blank lines.
    RowStart,
    FieldStart,
    Unquoted,
    Quoted,
    /// A quote within quotes: the end, or half of a doubled one.
    AfterQuote,
}

/// Takes a stream of CSV apart.
#[derive(Debug)]
pub(super) struct Tokenizer {
    /// What parts fields; called a comma below.
    delimiter: u8,
    state: State,
    /// The fields of the open row that have ended, as places in it.
    fields: Vec<Field>,
    /// Where the open field begins in its row.
    field_start: usize,
    /// Whether the open field holds quotes that do not belong to it.
    has_quotes: bool,
    /// Fields of the open row with such quotes.
    marked: Vec<usize>,
    /// What earlier pieces hold of the open row, unless it is too long.
    spill: Vec<u8>,
    /// How long that was.
    carried: usize,
    /// Unquoted text of marked fields.
    unquoted: Vec<u8>,
}

/// A piece, and what is known of sixty-four bytes in it.
struct Window<'a> {
    piece: &'a [u8],
    /// Where in the piece the bytes begin.
    base: usize,
    /// How many they are.
    length: usize,
    commas: u64,
    quotes: u64,
    breaks: u64,
    /// Where in the piece the open row begins; 0 when it began in an earlier one.
    row_start: usize,
}

impl<'a> Window<'a> {
    const fn new(piece: &'a [u8]) -> Self {
        Self { piece, base: 0, length: 0, commas: 0, quotes: 0, breaks: 0, row_start: 0 }
    }

    /// Looks at the bytes from `base` on.
    #[inline]
    fn load(&mut self, base: usize, delimiter: u8) {
        let rest = self.piece.get(base..).unwrap_or_default();
        let block = match rest.first_chunk::<BLOCK>() {
            Some(chunk) => Block::load(chunk),
            None => short_block(rest),
        };
        self.base = base;
        self.length = rest.len().min(BLOCK);
        self.commas = block.equal(delimiter);
        self.quotes = block.equal(b'"');
        self.breaks = block.equal(b'\n') | block.equal(b'\r');
    }
}

#[cold]
fn short_block(rest: &[u8]) -> Block {
    let mut chunk = [0; BLOCK];
    for (to, from) in chunk.iter_mut().zip(rest) {
        *to = *from;
    }
    Block::load(&chunk)
}

#[inline]
const fn is_set(mask: u64, at: usize) -> bool {
    mask >> at & 1 == 1
}

impl Tokenizer {
    /// A tokenizer of fields that `delimiter` parts.
    pub(super) const fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            state: State::RowStart,
            fields: Vec::new(),
            field_start: 0,
            has_quotes: false,
            marked: Vec::new(),
            spill: Vec::new(),
            carried: 0,
            unquoted: Vec::new(),
        }
    }

    /// Takes the next bytes; how many were used, all unless `give` asked for no more rows.
    pub(super) fn push(&mut self, piece: &[u8], give: &mut Give<'_>) -> usize {
        let mut window = Window::new(piece);
        let mut base = 0;
        while base < piece.len() {
            window.load(base, self.delimiter);
            if let Some(used) = self.walk(&mut window, give) {
                return used;
            }
            base += BLOCK;
        }
        if self.state != State::RowStart {
            self.carry(piece.get(window.row_start..).unwrap_or_default());
        }
        piece.len()
    }

    /// The input has ended: gives the row that was open.
    pub(super) fn finish(&mut self, give: &mut Give<'_>) {
        let ending = match self.state {
            State::RowStart => return,
            State::Quoted => Ending::CutOff,
            _ => Ending::Whole,
        };
        let mut window = Window::new(&[]);
        let end = self.carried;
        self.end_field(if self.state == State::AfterQuote { end - 1 } else { end });
        let _flow = self.end_row(&mut window, 0, ending, give);
    }

    /// Walks over the marks of one window; where to stop when no more rows are wanted.
    #[inline]
    fn walk(&mut self, window: &mut Window<'_>, give: &mut Give<'_>) -> Option<usize> {
        let mut at = 0;
        while at < window.length {
            match self.state {
                State::RowStart => {
                    at += (!(window.breaks >> at)).trailing_zeros() as usize;
                    if at >= window.length {
                        return None;
                    }
                    window.row_start = window.base + at;
                    self.start_field(0, State::FieldStart);
                }
                State::FieldStart if is_set(window.quotes, at) => {
                    at += 1;
                    self.start_field(self.place(window, at), State::Quoted);
                }
                State::FieldStart => self.state = State::Unquoted,
                State::Quoted => {
                    let rest = window.quotes >> at;
                    if rest == 0 {
                        return None;
                    }
                    at += rest.trailing_zeros() as usize + 1;
                    self.state = State::AfterQuote;
                }
                State::AfterQuote if is_set(window.commas | window.breaks, at) => {
                    let place = self.place(window, at);
                    self.end_field(place - 1);
                    at += 1;
                    if self.leave_field(window, at, give).is_break() {
                        return Some(window.base + at);
                    }
                }
                State::AfterQuote => {
                    self.has_quotes = true;
                    let is_doubled = is_set(window.quotes, at);
                    self.state = if is_doubled { State::Quoted } else { State::Unquoted };
                    at += usize::from(is_doubled);
                }
                State::Unquoted => {
                    let rest = (window.commas | window.breaks) >> at;
                    if rest == 0 {
                        return None;
                    }
                    at += rest.trailing_zeros() as usize;
                    self.end_field(self.place(window, at));
                    at += 1;
                    if self.leave_field(window, at, give).is_break() {
                        return Some(window.base + at);
                    }
                }
            }
        }
        None
    }

    /// The place in the open row of byte `at` of a window.
    #[inline]
    const fn place(&self, window: &Window<'_>, at: usize) -> usize {
        self.carried + window.base + at - window.row_start
    }

    #[inline]
    const fn start_field(&mut self, place: usize, state: State) {
        self.field_start = place;
        self.state = state;
    }

    #[inline]
    fn end_field(&mut self, end: usize) {
        let is_marked = std::mem::take(&mut self.has_quotes);
        if self.fields.len() <= COLUMNS_MAX {
            if is_marked {
                self.marked.push(self.fields.len());
            }
            self.fields.push(Field::new(self.field_start, end));
        }
    }

    /// Goes on behind the comma or line break in front of `at`.
    #[inline]
    fn leave_field(
        &mut self,
        window: &mut Window<'_>,
        at: usize,
        give: &mut Give<'_>,
    ) -> ControlFlow<()> {
        if is_set(window.commas, at - 1) {
            self.start_field(self.place(window, at), State::FieldStart);
            return ControlFlow::Continue(());
        }
        self.end_row(window, window.base + at - 1, Ending::Whole, give)
    }

    /// Gives the open row, which ends in front of `end` in its piece.
    #[inline]
    fn end_row(
        &mut self,
        window: &mut Window<'_>,
        end: usize,
        ending: Ending,
        give: &mut Give<'_>,
    ) -> ControlFlow<()> {
        let own = window.piece.get(window.row_start..end).unwrap_or_default();
        let length = self.carried + own.len();
        let flow = if length > ROW_BYTES_MAX || self.fields.len() > COLUMNS_MAX {
            let start = if self.carried > 0 { &self.spill } else { own };
            let start = start.get(..EXCERPT_BYTES_MAX).unwrap_or(start);
            give(&Row::parted(start, &[], &[]), Ending::Oversized)
        } else {
            if self.carried > 0 {
                self.spill.extend_from_slice(own);
            }
            let bytes = if self.carried > 0 { &self.spill } else { own };
            unquote(bytes, &self.marked, &mut self.fields, &mut self.unquoted);
            give(&Row::parted(bytes, &self.unquoted, &self.fields), ending)
        };
        self.clear();
        window.row_start = end;
        flow
    }

    fn clear(&mut self) {
        self.state = State::RowStart;
        self.fields.clear();
        self.marked.clear();
        self.spill.clear();
        self.unquoted.clear();
        self.carried = 0;
    }

    /// Keeps what a piece holds of the open row.
    fn carry(&mut self, bytes: &[u8]) {
        self.carried = self.carried.saturating_add(bytes.len());
        let room = ROW_BYTES_MAX.saturating_sub(self.spill.len());
        self.spill.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }
}

/// Writes marked fields anew without the quotes that do not belong to them.
#[inline]
fn unquote(row: &[u8], marked: &[usize], fields: &mut [Field], unquoted: &mut Vec<u8>) {
    for field in marked {
        if let Some(field) = fields.get_mut(*field) {
            let start = unquoted.len();
            row.get(field.place().0).into_iter().for_each(|quoted| append(quoted, unquoted));
            *field = Field::new(start, unquoted.len()).elsewhere();
        }
    }
}

/// Appends what stands within quotes: a doubled quote is one, and after a single one, which closes,
/// everything is taken as it is.
fn append(mut quoted: &[u8], unquoted: &mut Vec<u8>) {
    while let Some(quote) = memchr::memchr(b'"', quoted) {
        let (before, rest) = quoted.split_at_checked(quote).unwrap_or((quoted, &[]));
        unquoted.extend_from_slice(before);
        let is_doubled = rest.get(1) == Some(&b'"');
        quoted = rest.get(1 + usize::from(is_doubled)..).unwrap_or_default();
        if !is_doubled {
            break;
        }
        unquoted.push(b'"');
    }
    unquoted.extend_from_slice(quoted);
}

#[cfg(test)]
mod tests;

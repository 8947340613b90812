//! Splits a stream of JSON into its records, whatever holds them: lines, pretty or concatenated
//! objects, one array, or an envelope such as `{"records": [ … ]}`.
//!
//! The splitter counts brackets outside texts, sixty-four bytes at a time, and never parses. It
//! holds one record at most, and that within [`RECORD_BYTES_MAX`]. Depth costs nothing: it is a
//! number. One broken line among lines costs that line alone.

use super::Head;
use crate::simd::{self, BLOCK, Block};

/// The longest record. Azure's hourly blobs have records of a few hundred kB.
pub const RECORD_BYTES_MAX: usize = 16 << 20;

/// How much is looked at to tell lines from other containers.
const HEAD_BYTES: usize = 64 << 10;

/// How far back from a `[` its member name is looked for.
const NAME_BYTES_MAX: usize = 128;

/// Members of a top-level object that hold the records when they are arrays.
const ENVELOPES: [&str; 13] = [
    "Findings",
    "NetworkInterfaces",
    "Records",
    "alerts",
    "entries",
    "findings",
    "flowLogs",
    "items",
    "listFindingsResults",
    "logEvents",
    "records",
    "responses",
    "value",
];

/// Whether an object's records stand in one of its members: a line of a file of envelopes.
#[must_use]
pub fn is_envelope(head: &Head<'_>) -> bool {
    ENVELOPES.iter().any(|name| head.raw(name).is_some_and(|raw| raw.get().starts_with('[')))
}

/// What the splitter found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Piece<'a> {
    /// A record: a JSON value, or in a file of lines whatever the line holds.
    Record(&'a [u8]),
    /// A record longer than [`RECORD_BYTES_MAX`]; its beginning.
    TooLong(&'a [u8]),
    /// The object ended within a record; its beginning.
    CutOff(&'a [u8]),
}

/// Splits a stream that is pushed in pieces of any size.
#[derive(Debug, Default)]
pub struct Splitter {
    mode: Mode,
    pending: Vec<u8>,
    /// Bytes of `pending` whose brackets have been counted.
    scanned: usize,
    /// Where in `pending` the open record begins.
    record_start: Option<usize>,
    oversized: bool,
    depth: u32,
    /// The depth at which records stand: 0, in an array 1, in an envelope 2.
    base: u32,
    /// The rest of the top-level object is an envelope's: it is no record itself.
    in_envelope: bool,
    in_text: u64,
    escaped: u64,
}

/// The mode is decided on the same bytes however they come: nothing is given before.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Mode {
    /// Not enough seen.
    #[default]
    Undecided,
    /// A record a line.
    Lines,
    /// Records told by their brackets.
    Brackets,
    /// The same, until the first record, which is longer than the head, has ended.
    FirstRecord,
    /// The first record has ended, and what follows will tell.
    AfterFirst,
}

impl Splitter {
    /// Takes the next bytes of the stream and gives each record that they complete.
    pub fn push(&mut self, bytes: &[u8], give: &mut dyn FnMut(Piece<'_>)) {
        self.pending.extend_from_slice(bytes);
        match self.mode {
            Mode::Undecided => self.mode = self.guess(),
            Mode::AfterFirst => self.see_what_follows(),
            Mode::Lines | Mode::Brackets | Mode::FirstRecord => {}
        }
        match self.mode {
            Mode::Lines => self.split_lines(give),
            Mode::Brackets | Mode::FirstRecord => self.split_brackets(give),
            Mode::Undecided | Mode::AfterFirst => {}
        }
    }

    fn guess(&self) -> Mode {
        match self.pending.get(..HEAD_BYTES) {
            Some(head) if guess(head) == Mode::Undecided => Mode::FirstRecord,
            head => guess(head.unwrap_or(&self.pending)),
        }
    }

    /// The stream has ended: gives what is left.
    pub fn finish(mut self, give: &mut dyn FnMut(Piece<'_>)) {
        if self.mode == Mode::Undecided {
            self.mode = Mode::Brackets;
        }
        if self.mode == Mode::Lines {
            give_line(&self.pending, self.oversized, give);
            return;
        }
        self.pending.resize(self.pending.len() + BLOCK, b' ');
        self.split_brackets(give);
        let Some(start) = self.record_start else {
            return;
        };
        let rest = self.pending.get(start..).unwrap_or_default().trim_ascii_end();
        match self.base {
            0 if !self.oversized => salvage_lines(rest, give),
            _ => give(Piece::CutOff(rest)),
        }
    }

    fn split_lines(&mut self, give: &mut dyn FnMut(Piece<'_>)) {
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', &self.pending) {
            give_line(self.pending.get(start..end).unwrap_or_default(), self.oversized, give);
            self.oversized = false;
            start = end + 1;
        }
        self.pending.drain(..start);
        if self.pending.len() > RECORD_BYTES_MAX {
            self.oversized = true;
            self.pending.truncate(NAME_BYTES_MAX);
        }
    }

    fn split_brackets(&mut self, give: &mut dyn FnMut(Piece<'_>)) {
        while let Some(block) = self.pending.get(self.scanned..).and_then(<[u8]>::first_chunk) {
            let brackets = self.brackets(Block::load(block));
            let origin = self.scanned;
            self.scanned += BLOCK;
            for at in simd::positions(brackets) {
                self.bracket(origin + at, give);
                if self.mode == Mode::AfterFirst {
                    return self.after_first(origin + at + 1, give);
                }
            }
        }
        self.forget_what_is_done();
    }

    /// The first record ended at `consumed`: begins anew there.
    fn after_first(&mut self, consumed: usize, give: &mut dyn FnMut(Piece<'_>)) {
        self.pending.drain(..consumed);
        (self.scanned, self.in_text, self.escaped) = (0, 0, 0);
        self.push(&[], give);
    }

    /// When the first record stood on a line of its own, the rest is lines.
    fn see_what_follows(&mut self) {
        self.mode = match self.pending.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')) {
            Some(b'\n') => Mode::Lines,
            Some(_) => Mode::Brackets,
            None => Mode::AfterFirst,
        };
    }

    /// The brackets of a block that stand outside texts.
    fn brackets(&mut self, block: Block) -> u64 {
        let quotes = block.equal(b'"') & !self.escaped_bytes(block.equal(b'\\'));
        let in_text = simd::prefix_xor(quotes) ^ self.in_text;
        self.in_text = 0_u64.wrapping_sub(in_text >> 63);
        // `[` and `{`, and likewise `]` and `}`, differ in bit 5 alone.
        (block.equal_with(0x20, b'{') | block.equal_with(0x20, b'}')) & !in_text
    }

    /// The bytes that follow an odd run of backslashes.
    fn escaped_bytes(&mut self, mut backslashes: u64) -> u64 {
        let mut escaped = std::mem::take(&mut self.escaped);
        backslashes &= !escaped;
        while backslashes != 0 {
            let lowest = backslashes & backslashes.wrapping_neg();
            let next = lowest << 1;
            self.escaped = u64::from(next == 0);
            escaped |= next;
            backslashes &= !(lowest | next);
        }
        escaped
    }

    fn bracket(&mut self, at: usize, give: &mut dyn FnMut(Piece<'_>)) {
        match self.pending.get(at) {
            Some(b'{' | b'[') => self.open(at),
            _ => self.close(at, give),
        }
    }

    fn open(&mut self, at: usize) {
        let is_array = self.pending.get(at) == Some(&b'[');
        if self.depth == self.base && !self.in_envelope_head() {
            if self.depth == 0 && is_array {
                self.base = 1;
            } else {
                self.record_start = Some(at);
            }
        } else if self.depth == 1 && self.base == 0 && is_array && self.is_envelope(at) {
            self.base = 2;
            self.in_envelope = true;
            self.record_start = None;
            self.oversized = false;
        }
        self.depth = self.depth.saturating_add(1);
    }

    /// Inside an envelope's top-level object, outside its array of records.
    const fn in_envelope_head(&self) -> bool {
        self.in_envelope && self.base == 0
    }

    fn close(&mut self, at: usize, give: &mut dyn FnMut(Piece<'_>)) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == self.base {
            if let Some(start) = self.record_start.take() {
                self.give_record(start, at, give);
            }
        } else if self.base > 0 && self.depth == self.base - 1 {
            self.base = 0;
        }
        if self.depth == 0 {
            self.in_envelope = false;
        }
    }

    fn give_record(&mut self, start: usize, end: usize, give: &mut dyn FnMut(Piece<'_>)) {
        let record = self.pending.get(start..=end).unwrap_or_default();
        let oversized = std::mem::take(&mut self.oversized);
        give(if oversized { Piece::TooLong(record) } else { Piece::Record(record) });
        if self.mode == Mode::FirstRecord {
            let is_line = self.base == 0 && !record.contains(&b'\n');
            self.mode = if is_line { Mode::AfterFirst } else { Mode::Brackets };
        }
    }

    fn is_envelope(&self, at: usize) -> bool {
        let before = self.pending.get(at.saturating_sub(NAME_BYTES_MAX)..at).unwrap_or_default();
        let name = before.trim_ascii_end().strip_suffix(b":").map(<[u8]>::trim_ascii_end);
        let Some(name) = name.and_then(|name| name.strip_suffix(b"\"")) else {
            return false;
        };
        let start = memchr::memrchr(b'"', name).map_or(0, |quote| quote + 1);
        let name = name.get(start..).unwrap_or_default();
        ENVELOPES.iter().any(|envelope| envelope.as_bytes() == name)
    }

    /// Drops what has been given, and the inside of a record that is too long to hold.
    fn forget_what_is_done(&mut self) {
        let keep_from = match self.record_start {
            Some(start) => start,
            None => self.scanned.saturating_sub(NAME_BYTES_MAX),
        };
        self.pending.drain(..keep_from);
        self.scanned -= keep_from;
        if self.record_start.is_some() {
            self.record_start = Some(0);
            if self.scanned > RECORD_BYTES_MAX {
                self.oversized = true;
                self.pending.drain(NAME_BYTES_MAX..self.scanned);
                self.scanned = NAME_BYTES_MAX;
            }
        }
    }
}

/// Lines when the first line is whole, or broken, and the next one begins a value of its own.
fn guess(head: &[u8]) -> Mode {
    let head = head.trim_ascii_start();
    let Some(end) = memchr::memchr(b'\n', head) else {
        return Mode::Undecided;
    };
    let (first, rest) = head.split_at(end);
    let first = first.trim_ascii_end();
    let (Some(b'{'), Some(last)) = (first.first(), first.last()) else {
        return Mode::Brackets;
    };
    let next = rest.trim_ascii_start().first();
    let open = matches!(last, b'{' | b'[' | b',' | b':');
    let lines = !open && (next == Some(&b'{') || (*last == b'}' && next.is_some()));
    match (lines, next) {
        (true, _) => Mode::Lines,
        (false, None) => Mode::Undecided,
        (false, Some(_)) => Mode::Brackets,
    }
}

fn give_line(line: &[u8], oversized: bool, give: &mut dyn FnMut(Piece<'_>)) {
    let line = line.trim_ascii();
    if oversized {
        give(Piece::TooLong(line));
    } else if !line.is_empty() {
        give(Piece::Record(line));
    }
}

/// The stream ended inside a top-level value: perhaps a broken line swallowed the lines after it.
fn salvage_lines(rest: &[u8], give: &mut dyn FnMut(Piece<'_>)) {
    let mut lines = rest.split(|byte| *byte == b'\n');
    give(Piece::CutOff(lines.next().unwrap_or_default()));
    let whole = |line: &&[u8]| line.starts_with(b"{") && line.ends_with(b"}");
    lines.map(<[u8]>::trim_ascii).filter(whole).for_each(|line| give(Piece::Record(line)));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The records of `text`, pushed `step` bytes at a time.
    fn split(text: &str, step: usize) -> Vec<String> {
        let mut found = Vec::new();
        let mut give = |piece: Piece<'_>| {
            found.push(match piece {
                Piece::Record(record) => String::from_utf8_lossy(record).into_owned(),
                Piece::TooLong(_) => "too long".to_string(),
                Piece::CutOff(_) => "cut off".to_string(),
            });
        };
        let mut splitter = Splitter::default();
        text.as_bytes().chunks(step).for_each(|chunk| splitter.push(chunk, &mut give));
        splitter.finish(&mut give);
        found
    }

    fn splits_to(text: &str, records: &[&str]) {
        for step in [1, 7, 64, 1 << 20] {
            assert_eq!(split(text, step), records, "{step} bytes at a time: {text}");
        }
    }

    #[test]
    fn finds_records_in_every_container() {
        let two = [r#"{"a":"}{\"[\\"}"#, r#"{"b":[{"c":1}]}"#];
        let [one, other] = two;
        splits_to(&format!("{one}\n{other}\n"), &two);
        splits_to(&format!("{one}\r\n\r\n{other}"), &two);
        splits_to(&format!("{one}{other}"), &two);
        splits_to(&format!("[{one},\n {other}]"), &two);
        splits_to(&format!(r#"{{"n": 2, "records" : [{one}, {other}], "x": [1]}}"#), &two);
        splits_to(&format!(r#"{{"value":[{one}]}} {{"value":[{other}]}}"#), &two);
    }

    #[test]
    fn pretty_objects_one_after_the_other() {
        let text = "{\n \"a\": {\n  \"b\": []\n }\n}\n{\n \"c\": 1\n}\n";
        splits_to(text, &["{\n \"a\": {\n  \"b\": []\n }\n}", "{\n \"c\": 1\n}"]);
    }

    #[test]
    fn one_broken_line_costs_one_line() {
        splits_to("{\"a\": 1\n{\"b\":1}\n{\"c\":1}\n", &["{\"a\": 1", "{\"b\":1}", "{\"c\":1}"]);
        splits_to("{\"a\":1}\nnoise\n{\"c\":1}", &["{\"a\":1}", "noise", "{\"c\":1}"]);
    }

    #[test]
    fn a_cut_tail_costs_one_record() {
        splits_to(r#"{"records":[{"a":1},{"b":"#, &[r#"{"a":1}"#, "cut off"]);
        splits_to(r#"{"records":[{"a":1},"#, &[r#"{"a":1}"#]);
    }

    #[test]
    fn empty_containers_hold_nothing() {
        for text in ["", "  \n", "[]", r#"{"records":[]}"#] {
            splits_to(text, &[]);
        }
    }

    #[test]
    fn depth_costs_nothing() {
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        assert_eq!(split(&deep, 4096).len(), 1);
    }
}

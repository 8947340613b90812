//! A large text object read by several threads: pieces of whole lines, handed out in turn.
//!
//! One thread at a time reads and hashes the next piece under a lock; decoding, which takes longer,
//! runs outside of it. Records keep their numbers because line breaks are counted while they are
//! in the cache anyway.

use std::{
    fs::File,
    io,
    sync::{Arc, Mutex},
};

use firedamp_core::{
    container::{self, HEAD_BYTES, LINE_BYTES_MAX, Recognised},
    format::{Format, LineDecoder, TOO_LONG},
    id::ObjectId,
    sink::Sink,
};

use super::hashed;

/// What one thread takes at a time: little enough to stay in its second-level cache.
const PIECE_BYTES: usize = 256 << 10;

/// The rest of an object.
pub(super) struct Feed {
    /// The format's id.
    pub(super) format: &'static str,
    source: Mutex<Source>,
}

struct Source {
    file: File,
    /// The decoder of the lines that come next.
    decoder: Arc<dyn LineDecoder>,
    hasher: blake3::Hasher,
    /// The beginning of a line whose end has not been read.
    carry: Vec<u8>,
    /// The rest of a line that was too long is passed over.
    skipping: bool,
    records: u64,
    error: Option<io::Error>,
    ended: bool,
}

/// A run of whole lines.
struct Piece {
    bytes: usize,
    decoder: Arc<dyn LineDecoder>,
    first_record: u64,
    /// Records that were too long, which stood before these lines.
    too_long: u64,
}

impl Feed {
    /// A feed over `file`, if it is plain text of a line format.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(super) fn open(file: File, forced: Option<Format>) -> io::Result<Option<Self>> {
        let mut file = file;
        let mut head = vec![0; HEAD_BYTES];
        let length = super::read_up_to(&mut file, &mut head)?;
        head.truncate(length);
        let Recognised::Lines(format, decoder) = container::recognise(&head, forced) else {
            return Ok(None);
        };
        let mut hasher = blake3::Hasher::new();
        hasher.update(&head);
        let carry = container::without_bom(&head).to_vec();
        let source = Source {
            file,
            decoder: decoder.into(),
            hasher,
            carry,
            skipping: false,
            records: 0,
            error: None,
            ended: false,
        };
        Ok(Some(Self { format, source: Mutex::new(source) }))
    }

    /// Decodes pieces into `sink` until there are none left; `advance` is told their bytes.
    pub(super) fn work(&self, sink: &mut dyn Sink, advance: &dyn Fn(u64)) {
        let mut buffer = vec![0; PIECE_BYTES + CARRY_BYTES_MAX];
        while let Some(piece) = self.next(&mut buffer) {
            for number in 0..piece.too_long {
                sink.reject(piece.first_record - piece.too_long + number, TOO_LONG, b"");
            }
            let lines = buffer.get(..piece.bytes).unwrap_or_default();
            piece.decoder.decode(lines, piece.first_record, sink);
            advance(lines.len() as u64);
        }
    }

    fn next(&self, buffer: &mut [u8]) -> Option<Piece> {
        // A poisoned lock means that another thread panicked, which ends the scan anyway.
        self.source.lock().ok()?.next(buffer)
    }

    /// The hash of the object, its records, and what ended it early; after all work is done.
    #[must_use]
    pub(super) fn finish(self) -> (ObjectId, u64, Option<String>) {
        let source = self.source.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let warning = source.error.map(|error| format!("{error}; what came before was read"));
        (hashed::shortened(&source.hasher.finalize()), source.records, warning)
    }
}

impl Source {
    /// The next run of whole lines, at the beginning of `buffer`.
    fn next(&mut self, buffer: &mut [u8]) -> Option<Piece> {
        let mut too_long = 0;
        while !self.ended {
            let filled = self.fill(buffer);
            let lines = buffer.get(..filled).unwrap_or_default();
            if self.ended {
                let lines = if self.skipping { &[][..] } else { lines };
                return (!lines.is_empty() || too_long > 0).then(|| self.piece(lines, too_long));
            }
            let Some(last) = memchr::memrchr(b'\n', lines) else {
                too_long += u64::from(!self.skipping);
                self.records += u64::from(!self.skipping);
                self.skipping = true;
                continue;
            };
            if std::mem::take(&mut self.skipping) {
                // The end of the line that was too long is passed over, the rest read again.
                let end = memchr::memchr(b'\n', lines).map_or(0, |end| end + 1);
                self.carry.extend_from_slice(lines.get(end..).unwrap_or_default());
                continue;
            }
            self.carry.extend_from_slice(lines.get(last + 1..).unwrap_or_default());
            return Some(self.piece(lines.get(..=last).unwrap_or_default(), too_long));
        }
        None
    }

    /// What was carried over and what the file gives next; the length of both.
    fn fill(&mut self, buffer: &mut [u8]) -> usize {
        let carried = self.carry.len();
        for (to, from) in buffer.iter_mut().zip(&self.carry) {
            *to = *from;
        }
        self.carry.clear();
        let room = buffer.get_mut(carried..carried + PIECE_BYTES).unwrap_or_default();
        let length = match super::read_up_to(&mut self.file, room) {
            Ok(length) => length,
            Err(error) => {
                self.error = Some(error);
                0
            }
        };
        self.hasher.update(room.get(..length).unwrap_or_default());
        self.ended = length == 0;
        carried + length
    }

    fn piece(&mut self, lines: &[u8], too_long: u64) -> Piece {
        let first_record = self.records + 1;
        self.records += container::line_count(lines);
        let decoder = self.decoder.clone();
        if let Some(other) = decoder.behind(lines) {
            self.decoder = other.into();
        }
        Piece { bytes: lines.len(), decoder, first_record, too_long }
    }
}

/// A carried beginning of a line is shorter than a piece: a piece without line break is a line that
/// is too long.
const CARRY_BYTES_MAX: usize = PIECE_BYTES + HEAD_BYTES;

const _: () = assert!(PIECE_BYTES > LINE_BYTES_MAX, "a piece holds the longest line");

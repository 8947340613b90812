//! One object read: hashed as it was delivered, decompressed, decoded into a partial state.
//!
//! Whatever is wrong with an object ends in a warning with what was readable until then.

mod deflate;
mod feed;
mod hashed;
mod parquet;
mod shared;
mod witness;
mod zipped;

pub use shared::{Shared, is_worth_sharing};
pub use witness::{Sought, record};

use std::{
    cell::Cell,
    fs::File,
    io::{self, BufReader, Read, Seek},
    path::Path,
    rc::Rc,
};

use firedamp_core::{
    container::{Contents, Reader},
    fold::Partial,
    format::Format,
    id::ObjectId,
    sink::Sink,
};
use hashed::Hashed;
use parquet::{Opened, ParquetFeed};

/// What is pushed to a decoder at a time.
const PIECE_BYTES: usize = 256 << 10;

/// Beyond this size an object must not have been inflated more than [`INFLATION_MAX`] times.
const INFLATED_BYTES_FREE: u64 = 256 << 20;
/// Flow logs shrink 5 to 50 times; what grows more than this is made to exhaust its reader.
const INFLATION_MAX: u64 = 400;

/// What reading an object gave, besides the partial state.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The content hash.
    pub id: ObjectId,
    /// Formats and records.
    pub contents: Contents,
    /// What went wrong on the way, if anything.
    pub warning: Option<String>,
}

/// How an object is packed, by its first bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Packing {
    Gzip,
    Parquet,
    Plain,
    Zip,
    Zstandard,
}

impl Packing {
    /// RFC 1952 2.3.1, RFC 8878 3.1.1, the Parquet format's `PAR1`, and APPNOTE.TXT 4.3.7.
    fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, 8, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstandard,
            // Skippable frames may come first: 0x184D2A50 to 0x184D2A5F.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstandard,
            [b'P', b'A', b'R', b'1', ..] => Self::Parquet,
            [b'P', b'K', 3, 4, ..] => Self::Zip,
            _ => Self::Plain,
        }
    }
}

/// Reads the object at `path` into `partial`, which is sealed with its hash.
///
/// # Errors
/// When the file can't be read at all. Anything wrong with its content is a warning.
pub fn read(path: &Path, forced: Option<Format>, partial: &mut Partial) -> io::Result<Outcome> {
    let outcome = read_into(path, forced, partial)?;
    partial.seal(outcome.id);
    Ok(outcome)
}

/// Whether an error is the system's, which did not let a file be read, and not one of its content:
/// the next time it may be another.
#[must_use]
pub fn is_of_system(error: &io::Error) -> bool {
    error.raw_os_error().is_some()
}

/// Reads the object at `path` into any sink.
fn read_into(path: &Path, forced: Option<Format>, sink: &mut dyn Sink) -> io::Result<Outcome> {
    let mut file = File::open(path)?;
    let mut head = [0; 8];
    let length = read_up_to(&mut file, &mut head)?;
    file.rewind()?;
    let packing = Packing::of(head.get(..length).unwrap_or_default());
    match packing {
        Packing::Parquet => columns(path, forced, sink),
        Packing::Gzip => gzip(file, forced, sink),
        Packing::Zip => zipped::read(path, forced, sink),
        Packing::Plain | Packing::Zstandard => unpacked(file, packing, forced, sink),
    }
}

/// A Parquet object, by this thread alone.
fn columns(path: &Path, forced: Option<Format>, sink: &mut dyn Sink) -> io::Result<Outcome> {
    match ParquetFeed::open(path.to_path_buf(), forced)? {
        Opened::Feed(feed) => {
            feed.work(sink);
            let (id, contents, warning) = feed.finish()?;
            Ok(Outcome { id, contents, warning })
        }
        Opened::Other(reason) => {
            let id = hashed::of_file(path)?;
            Ok(Outcome { id, contents: Contents::default(), warning: Some(reason) })
        }
    }
}

/// Small gzip objects at once, large ones or those with several members as a stream.
fn gzip(mut file: File, forced: Option<Format>, sink: &mut dyn Sink) -> io::Result<Outcome> {
    let at_once = deflate::at_once(&mut file, |packed, unpacked| {
        let mut reader = Reader::new(forced);
        unpacked.chunks(PIECE_BYTES).for_each(|piece| reader.push(piece, sink));
        let contents = reader.finish(sink);
        Outcome { id: hashed::id_of(packed), contents, warning: None }
    })?;
    if let Some(outcome) = at_once {
        return Ok(outcome);
    }
    file.rewind()?;
    unpacked(file, Packing::Gzip, forced, sink)
}

/// Reads an object as a stream.
fn unpacked(
    file: File,
    packing: Packing,
    forced: Option<Format>,
    sink: &mut dyn Sink,
) -> io::Result<Outcome> {
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    let hashed = Hashed::new(file);
    let packed = hashed.counter();
    // Small objects are many, and room for large ones costs more than they do.
    let mut raw = BufReader::with_capacity(length.clamp(1 << 12, PIECE_BYTES), hashed);
    let mut unpacking = Unpacking { reader: Reader::new(forced), packed, unpacked: 0 };
    let read = match packing {
        Packing::Gzip => {
            unpacking.all(&mut flate2::bufread::MultiGzDecoder::new(&mut raw), PIECE_BYTES, sink)
        }
        Packing::Zstandard => zstandard(&mut raw)
            .and_then(|mut decoder| unpacking.all(&mut decoder, PIECE_BYTES, sink)),
        // Nothing is buffered yet, so that the file can be read past the buffer.
        Packing::Plain | Packing::Parquet | Packing::Zip => {
            let piece = (length + 1).clamp(1 << 12, PIECE_BYTES);
            unpacking.all(raw.get_mut(), piece, sink)
        }
    };
    let warning = match read {
        Err(error) if is_of_system(&error) => return Err(error),
        read => read.err().map(|error| format!("{error}; what came before was read")),
    };
    // The hash is of the whole object, also of what could not be unpacked.
    io::copy(&mut raw, &mut io::sink())?;
    let id = raw.into_inner().finish();
    Ok(Outcome { id, contents: unpacking.reader.finish(sink), warning })
}

/// A Zstandard decoder that refuses windows above 128 MiB, the most that `--long` writes by default
/// and well within the memory limit.
fn zstandard<R: io::BufRead>(raw: R) -> io::Result<zstd::Decoder<'static, R>> {
    let mut decoder = zstd::Decoder::with_buffer(raw)?;
    decoder.window_log_max(27)?;
    Ok(decoder)
}

/// A stream on its way to the decoder.
struct Unpacking {
    reader: Reader,
    packed: Rc<Cell<u64>>,
    unpacked: u64,
}

impl Unpacking {
    /// Pushes the stream to the decoder, piece by piece, and stops what grows without end.
    fn all(
        &mut self,
        from: &mut dyn Read,
        piece_bytes: usize,
        sink: &mut dyn Sink,
    ) -> io::Result<()> {
        let mut piece = vec![0; piece_bytes];
        loop {
            let length = read_up_to(from, &mut piece)?;
            if length == 0 {
                return Ok(());
            }
            self.reader.push(piece.get(..length).unwrap_or_default(), sink);
            self.unpacked += length as u64;
            let allowed = self.packed.get().saturating_mul(INFLATION_MAX);
            if self.unpacked > INFLATED_BYTES_FREE.max(allowed) {
                return Err(io::Error::other("it inflates more than telemetry does (a bomb?)"));
            }
        }
    }
}

/// Fills `buffer` as far as the stream goes. What was read before an error is returned; the error
/// comes back at the next call.
fn read_up_to(from: &mut (impl Read + ?Sized), buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(rest) = buffer.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) if length > 0 => break,
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

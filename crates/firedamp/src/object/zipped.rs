//! ZIP archives, in which billing exports are delivered: every file in them is read like an object,
//! one after another. Archives within archives, and files that are packed once more, are not.

use std::{
    cell::Cell,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    rc::Rc,
};

use firedamp_core::{
    container::{Contents, Reader},
    format::Format,
    sink::Sink,
};
use zip::{ZipArchive, read::ZipFile};

use super::{Outcome, PIECE_BYTES, Unpacking, hashed};

/// The most files that an archive may hold. A month of a large bill has some dozens.
const FILES_MAX: u64 = 4096;

/// The end of an archive's directory, without a comment, and the longest comment (APPNOTE.TXT
/// 4.3.16).
const END_BYTES: usize = 22;
const COMMENT_BYTES_MAX: usize = u16::MAX as usize;

/// Reads the archive at `path`.
pub(super) fn read(
    path: &Path,
    forced: Option<Format>,
    sink: &mut dyn Sink,
) -> io::Result<Outcome> {
    let id = hashed::of_file(path)?;
    let mut contents = Contents::default();
    let read = files(File::open(path)?, forced, &mut contents, sink);
    let warning = read.err().map(|error| format!("{error}; what came before was read"));
    Ok(Outcome { id, contents, warning })
}

fn files(
    mut file: File,
    forced: Option<Format>,
    contents: &mut Contents,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let packed = file.metadata()?.len();
    // The directory is held in memory, so that its length is looked at before it is read.
    let stated = stated_files(&mut file, packed)?;
    if stated > FILES_MAX {
        return Err(io::Error::other(format!(
            "an archive of {stated} files, of which {FILES_MAX} are allowed"
        )));
    }
    let mut archive = ZipArchive::new(file)?;
    let mut unpacked = 0;
    for at in 0..archive.len() {
        let mut file = archive.by_index(at)?;
        if !file.is_dir() {
            unpacked = one(&mut file, (packed, unpacked), forced, contents, sink)?;
        }
    }
    Ok(())
}

/// Reads one file of an archive of `packed` bytes, of which `unpacked` bytes were read before; how
/// many were read after it.
fn one(
    file: &mut ZipFile<'_, File>,
    (packed, unpacked): (u64, u64),
    forced: Option<Format>,
    contents: &mut Contents,
    sink: &mut dyn Sink,
) -> io::Result<u64> {
    let reader = Reader::following(std::mem::take(contents), forced);
    let mut unpacking = Unpacking { reader, packed: Rc::new(Cell::new(packed)), unpacked };
    let read = unpacking.all(file, PIECE_BYTES, sink);
    *contents = unpacking.reader.finish(sink);
    read.map(|()| unpacking.unpacked)
}

/// How many files the archive says it holds, in its directory's end or in that of ZIP64.
fn stated_files(file: &mut File, length: u64) -> io::Result<u64> {
    let tail_bytes = length.min((END_BYTES + COMMENT_BYTES_MAX) as u64);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(length - tail_bytes))?;
    file.take(tail_bytes).read_to_end(&mut tail)?;
    let end = memchr::memmem::rfind(&tail, b"PK\x05\x06")
        .ok_or_else(|| io::Error::other("the archive's directory is missing (is it cut off?)"))?;
    let stated = number(&tail, end + 10, 2);
    if stated != Some(u64::from(u16::MAX)) {
        return Ok(stated.unwrap_or(u64::MAX));
    }
    let Some(large) = end.checked_sub(20).and_then(|locator| number(&tail, locator + 8, 8)) else {
        return Ok(u64::MAX);
    };
    let mut count = [0; 8];
    file.seek(SeekFrom::Start(large.saturating_add(32)))?;
    file.read_exact(&mut count)?;
    Ok(u64::from_le_bytes(count))
}

/// The little-endian number of so many bytes at a place.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

//! Gzip objects of one member and moderate size, inflated at once by libdeflate, which is about
//! twice as fast as a streaming inflater.

use std::{
    cell::RefCell,
    fs::File,
    io::{self, Read},
};

/// The largest object inflated at once, packed.
const PACKED_BYTES_MAX: u64 = 16 << 20;
/// The largest, inflated.
const UNPACKED_BYTES_MAX: usize = 40 << 20;
/// The trailer: checksum and length (RFC 1952, 2.3.1).
const TRAILER_BYTES: usize = 8;

/// What one thread inflates with, kept because making room for it anew costs a tenth of the work.
#[derive(Default)]
struct Room {
    packed: Vec<u8>,
    unpacked: Vec<u8>,
}

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
}

/// Inflates a file that is small, certainly has one member, is all there and of the length that it
/// states, and hands `take` the packed and the unpacked bytes. `None` for anything else, which is
/// left to the stream.
pub(super) fn at_once<T>(
    file: &mut File,
    take: impl FnOnce(&[u8], &[u8]) -> T,
) -> io::Result<Option<T>> {
    if file.metadata()?.len() > PACKED_BYTES_MAX {
        return Ok(None);
    }
    ROOM.with_borrow_mut(|room| {
        room.packed.clear();
        file.take(PACKED_BYTES_MAX).read_to_end(&mut room.packed)?;
        Ok(inflated(room)
            .map(|length| take(&room.packed, room.unpacked.get(..length).unwrap_or_default())))
    })
}

fn inflated(room: &mut Room) -> Option<usize> {
    let stated = room.packed.last_chunk::<4>().map(|bytes| u32::from_le_bytes(*bytes))?;
    let stated = usize::try_from(stated).ok().filter(|stated| *stated <= UNPACKED_BYTES_MAX)?;
    let plausible = stated as u64 <= room.packed.len() as u64 * super::INFLATION_MAX;
    if !plausible || may_hold_another_member(&room.packed) {
        return None;
    }
    if room.unpacked.len() < stated {
        room.unpacked.resize(stated, 0);
    }
    let unpacked = room.unpacked.get_mut(..stated)?;
    let length = libdeflater::Decompressor::new().gzip_decompress(&room.packed, unpacked).ok()?;
    (length == stated).then_some(length)
}

/// Whether a second member's header may begin anywhere behind the first: magic, method, and flags,
/// extra flags and system that real compressors write. Chance makes that of compressed data once
/// in some 40 MB; then the object is streamed.
fn may_hold_another_member(packed: &[u8]) -> bool {
    let body = packed.get(10..packed.len().saturating_sub(TRAILER_BYTES)).unwrap_or_default();
    memchr::memmem::find_iter(body, &[0x1f, 0x8b, 8]).any(|at| match body.get(at + 3..at + 10) {
        Some([flags, _, _, _, _, extra, system]) => {
            *flags < 32 && matches!(extra, 0 | 2 | 4) && matches!(system, 0..=13 | 255)
        }
        _ => true,
    })
}

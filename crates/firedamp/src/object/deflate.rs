//! Gzip objects of one member and moderate size, inflated at once by libdeflate, which is about
//! twice as fast as a streaming inflater.

use std::{
    fs::File,
    io::{self, Read},
};

/// The largest object inflated at once, packed.
const PACKED_BYTES_MAX: u64 = 16 << 20;
/// The largest, inflated.
const UNPACKED_BYTES_MAX: usize = 40 << 20;
/// The trailer: checksum and length (RFC 1952, 2.3.1).
const TRAILER_BYTES: usize = 8;

/// The whole file, if it is small enough to be inflated at once.
pub(super) fn small_enough(file: &mut File) -> io::Result<Option<Vec<u8>>> {
    let length = file.metadata()?.len();
    if length > PACKED_BYTES_MAX {
        return Ok(None);
    }
    let mut packed = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.take(PACKED_BYTES_MAX).read_to_end(&mut packed)?;
    Ok(Some(packed))
}

/// Inflates an object that certainly has one member, all there and of the length that it states.
/// Anything else is left to the stream.
pub(super) fn at_once(packed: &[u8]) -> Option<Vec<u8>> {
    let stated = packed.last_chunk::<4>().map(|bytes| u32::from_le_bytes(*bytes))?;
    let stated = usize::try_from(stated).ok().filter(|stated| *stated <= UNPACKED_BYTES_MAX)?;
    let plausible = stated as u64 <= packed.len() as u64 * super::INFLATION_MAX;
    if !plausible || may_hold_another_member(packed) {
        return None;
    }
    let mut unpacked = vec![0; stated];
    let mut inflater = libdeflater::Decompressor::new();
    let length = inflater.gzip_decompress(packed, &mut unpacked).ok()?;
    (length == stated).then_some(unpacked)
}

/// Whether a second member's header may begin anywhere behind the first: magic, method, and flags,
/// extra flags and system that real compressors write. Chance makes that of compressed data once
/// in some 40 MB; then the object is streamed.
fn may_hold_another_member(packed: &[u8]) -> bool {
    let body = packed.get(10..packed.len().saturating_sub(TRAILER_BYTES)).unwrap_or_default();
    memchr::memmem::find_iter(body, &[0x1f, 0x8b, 8]).any(|at| {
        match body.get(at + 3..at + 10) {
            Some([flags, _, _, _, _, extra, system]) => {
                *flags < 32 && matches!(extra, 0 | 2 | 4) && matches!(system, 0..=13 | 255)
            }
            _ => true,
        }
    })
}

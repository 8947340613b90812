//! The content hash, taken while an object is read.

use std::io::{self, Read};

use firedamp_core::id::ObjectId;

/// A stream that hashes what passes.
pub(super) struct Hashed<R> {
    inner: R,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl<R: Read> Hashed<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, hasher: blake3::Hasher::new(), bytes: 0 }
    }

    /// The hash of all that was read.
    pub(super) fn finish(self) -> ObjectId {
        shortened(&self.hasher.finalize())
    }

    /// How much was read.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..length).unwrap_or_default());
        self.bytes += length as u64;
        Ok(length)
    }
}

/// The hash of bytes in memory.
pub(super) fn id_of(bytes: &[u8]) -> ObjectId {
    shortened(&blake3::hash(bytes))
}

/// 128 bits are enough: a collision costs an attacker 2^64 hashes and gains him one skipped object.
fn shortened(hash: &blake3::Hash) -> ObjectId {
    ObjectId(std::array::from_fn(|at| hash.as_bytes()[at]))
}

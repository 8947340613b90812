//! The content hash, taken while an object is read.

use std::{
    cell::Cell,
    fs::File,
    io::{self, Read},
    path::Path,
    rc::Rc,
};

use firedamp_core::id::ObjectId;

/// A stream that hashes what passes.
pub(super) struct Hashed<R> {
    inner: R,
    hasher: blake3::Hasher,
    bytes: Rc<Cell<u64>>,
}

impl<R: Read> Hashed<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, hasher: blake3::Hasher::new(), bytes: Rc::default() }
    }

    /// The hash of all that was read.
    pub(super) fn finish(self) -> ObjectId {
        shortened(&self.hasher.finalize())
    }

    /// How many bytes were read, also while the stream is lent to a decoder.
    pub(super) fn counter(&self) -> Rc<Cell<u64>> {
        self.bytes.clone()
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..length).unwrap_or_default());
        self.bytes.set(self.bytes.get() + length as u64);
        Ok(length)
    }
}

/// The hash of bytes in memory.
pub(super) fn id_of(bytes: &[u8]) -> ObjectId {
    shortened(&blake3::hash(bytes))
}

/// The hash of a whole file.
pub(super) fn of_file(path: &Path) -> io::Result<ObjectId> {
    let mut hashed = Hashed::new(File::open(path)?);
    let mut buffer = vec![0; 1 << 20];
    while hashed.read(&mut buffer)? > 0 {}
    Ok(hashed.finish())
}

/// 128 bits are enough: a collision costs an attacker 2^64 hashes and gains him one skipped object.
pub(super) fn shortened(hash: &blake3::Hash) -> ObjectId {
    ObjectId(std::array::from_fn(|at| hash.as_bytes()[at]))
}

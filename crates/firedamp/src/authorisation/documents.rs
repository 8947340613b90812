//! Documents of approvals, kept in the data folder under the SHA-256 hash of what they say. One that is
//! not what its hash says is refused when it comes, and again when it is fetched.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use firedamp_core::authorisation::is_sha256;
use sha2::{Digest, Sha256};

/// Bytes of a document at most.
pub const DOCUMENT_BYTES_MAX: usize = 16 << 20;

/// Why a document can't be kept or fetched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such document.
    #[error("there is no document with this hash")]
    Missing,
    /// The hash is written wrongly.
    #[error("a document's name is its SHA-256 hash: 64 lower-case hexadecimal digits")]
    Name,
    /// It is something else than its hash says.
    #[error("the document is not what its hash says: it hashes to {0}")]
    Different(String),
    /// It is empty or too large.
    #[error("a document has 1 byte to {} MiB", DOCUMENT_BYTES_MAX >> 20)]
    Size,
    /// The data folder can't be used.
    #[error("the documents in the data folder: {0}")]
    Folder(#[from] std::io::Error),
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn place(folder: &Path, name: &str) -> Result<PathBuf, Error> {
    if is_sha256(name) { Ok(folder.join(name)) } else { Err(Error::Name) }
}

/// Keeps a document under its hash; the same one twice is there once.
///
/// # Errors
/// When it is not what `name` says, empty, too large, or can't be written.
pub fn keep(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let place = place(folder, name)?;
    if bytes.is_empty() || bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(Error::Size);
    }
    let is = hash(bytes);
    if is != name {
        return Err(Error::Different(is));
    }
    std::fs::create_dir_all(folder)?;
    // Whole or not at all, whenever the machine stops.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(place).map_err(|error| error.error)?;
    Ok(())
}

/// Fetches a document.
///
/// # Errors
/// When it is not there, was changed since, or can't be read.
pub fn fetch(folder: &Path, name: &str) -> Result<Vec<u8>, Error> {
    let bytes = match std::fs::read(place(folder, name)?) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Error::Missing),
        read => read?,
    };
    let is = hash(&bytes);
    if is == name { Ok(bytes) } else { Err(Error::Different(is)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_what_its_hash_says_or_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let name = hash(b"approved");
        assert!(matches!(keep(folder, &name, b"something else"), Err(Error::Different(_))));
        assert!(matches!(keep(folder, "../../x", b"approved"), Err(Error::Name)));
        assert!(matches!(keep(folder, &hash(b""), b""), Err(Error::Size)));
        assert!(matches!(fetch(folder, &name), Err(Error::Missing)));
        for _ in 0..2 {
            keep(folder, &name, b"approved").expect("kept");
        }
        assert_eq!(fetch(folder, &name).expect("fetched"), b"approved");
        std::fs::write(folder.join(&name), b"forged").expect("forged");
        assert!(matches!(fetch(folder, &name), Err(Error::Different(_))));
        assert_eq!(std::fs::read_dir(folder).expect("a folder").count(), 1, "nothing left behind");
    }
}

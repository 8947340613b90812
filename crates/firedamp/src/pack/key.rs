//! The desk's key: made at first use in the data folder, for this user alone. Who has seen its public
//! half once can tell for ever which packs are this desk's.

use std::{fs, io::Write, path::Path};

use anyhow::{Context, Result, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// The file in the data folder.
pub(crate) const FILE: &str = "signing.key";
/// What stands before an Ed25519 key in `SubjectPublicKeyInfo` (RFC 8410, 4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The key that signs.
pub struct Key(SigningKey);

impl Key {
    /// Reads the key of a data folder, or makes it.
    ///
    /// # Errors
    /// When the file can't be read or written, is no key, or others can read it.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => {
                only_ours(&path)?;
                let bytes: [u8; 32] = bytes.try_into().ok().with_context(|| {
                    format!("`{}` is no key; a copy of it is needed, or a new one", path.display())
                })?;
                Ok(Self(SigningKey::from_bytes(&bytes)))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&path),
            Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
        }
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> Public {
        Public(self.0.verifying_key())
    }

    /// The signature of a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

fn make(path: &Path) -> Result<Key> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("the machine has no randomness for a key")?;
    // Two that make it at once: one of them does, and the other is told so.
    let file = crate::private::create(path).and_then(|mut file| {
        file.write_all(&bytes)?;
        file.sync_all()
    });
    file.with_context(|| format!("cannot make the key `{}`", path.display()))?;
    Ok(Key(SigningKey::from_bytes(&bytes)))
}

#[cfg(unix)]
fn only_ours(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
        let name = path.display();
        bail!("others can read the key `{name}`; close it with `chmod 600 {name}`");
    }
    Ok(())
}

#[cfg(not(unix))]
fn only_ours(_path: &Path) -> Result<()> {
    Ok(())
}

/// The public half of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Public(VerifyingKey);

impl Public {
    /// Reads a key as [`Public::text`] or [`Public::pem`] writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
        let bytes = STANDARD.decode(lines.collect::<String>()).ok()?;
        let bytes = bytes.strip_prefix(&SPKI).unwrap_or(&bytes);
        Some(Self(VerifyingKey::from_bytes(bytes.try_into().ok()?).ok()?))
    }

    /// One line: the 32 bytes in base64.
    #[must_use]
    pub fn text(&self) -> String {
        STANDARD.encode(self.0.as_bytes())
    }

    /// A file that OpenSSL reads.
    #[must_use]
    pub fn pem(&self) -> String {
        let bytes: Vec<u8> = SPKI.iter().chain(self.0.as_bytes()).copied().collect();
        format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(bytes)
        )
    }

    /// Whether this key signed a message so.
    #[must_use]
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let signature = Signature::from_slice(signature);
        signature.is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_this_user_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Key::open(folder.path()).expect("a key");
        let again = Key::open(folder.path()).expect("a key");
        assert_eq!(first.public(), again.public());
        assert!(again.public().signed(b"message", &first.sign(b"message")));
        assert!(!again.public().signed(b"other", &first.sign(b"message")));
        for text in [first.public().text(), first.public().pem()] {
            assert_eq!(Public::parse(&text), Some(first.public()));
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let path = folder.path().join(FILE);
            let mode = fs::metadata(&path).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("opened");
            assert!(Key::open(folder.path()).is_err(), "others could read it");
        }
    }
}

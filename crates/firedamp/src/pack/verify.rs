//! A pack checked without the desk that made it: whether it is whole, in order, signed, and by whom.

use std::{
    collections::BTreeMap,
    io::{self, Read},
};

use flate2::read::MultiGzDecoder;
use serde_json::Value;

use super::{
    key::Public,
    manifest::{Manifest, VERSIONS, link, sha256},
};
use crate::store::Entry;

/// Bytes of one pack that are unpacked.
const UNPACKED_BYTES_MAX: u64 = 2 << 30;
/// Files in one pack.
const FILES_MAX: usize = 64;
/// Files that stand beside the parts.
const BESIDE: [&str; 3] = ["manifest.json", "manifest.sig", "key.pem"];

/// Something that is right or wrong with a pack.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// Whether it is right.
    pub is_right: bool,
    /// What, in a sentence.
    pub says: String,
}

fn right(says: impl Into<String>) -> Finding {
    Finding { is_right: true, says: says.into() }
}

fn wrong(says: impl Into<String>) -> Finding {
    Finding { is_right: false, says: says.into() }
}

/// Checks a pack; with `key`, also whether that is the desk's key.
#[must_use]
pub fn verify(pack: &[u8], key: Option<Public>) -> Vec<Finding> {
    let files = match files(pack) {
        Ok(files) => files,
        Err(why) => return vec![wrong(format!("this is no pack: {why}"))],
    };
    let Some(bytes) = files.get("manifest.json") else {
        return vec![wrong("this is no pack: it has no manifest.json")];
    };
    let manifest: Manifest = match serde_json::from_slice(bytes) {
        Ok(manifest) => manifest,
        Err(error) => return vec![wrong(format!("manifest.json cannot be read: {error}"))],
    };
    let mut findings = vec![signature(&manifest, bytes, &files, key)];
    if !VERSIONS.contains(&manifest.version) {
        let version = manifest.version;
        findings.push(wrong(format!("packs of version {version} are not known to this program")));
    }
    findings.extend(parts(&manifest, &files));
    findings.extend(chain(&manifest));
    findings.extend(strangers(&manifest, &files));
    findings.push(log(&manifest, files.get("activity.jsonl").map(Vec::as_slice)));
    findings
}

/// The files of a pack: all that any other program may find in it, or none.
fn files(pack: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut archive = tar::Archive::new(MultiGzDecoder::new(pack).take(UNPACKED_BYTES_MAX));
    let mut files = BTreeMap::new();
    for entry in archive.entries().map_err(|error| error.to_string())? {
        let mut entry = entry.map_err(|error| error.to_string())?;
        if files.len() >= FILES_MAX {
            return Err(format!("it has more than {FILES_MAX} files"));
        }
        let path = entry.path().map_err(|error| error.to_string())?;
        let name = path.to_string_lossy().into_owned();
        if !entry.header().entry_type().is_file() {
            return Err(format!("`{}` is no file", crate::report::shown(&name)));
        }
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(|error| error.to_string())?;
        if files.insert(name.clone(), content).is_some() {
            return Err(format!("it has `{}` twice", crate::report::shown(&name)));
        }
    }
    check_end(archive.into_inner())?;
    Ok(files)
}

/// After the end of the archive nothing may follow but zeros: `tar` would read on where this ended.
fn check_end(mut rest: io::Take<MultiGzDecoder<&[u8]>>) -> Result<(), String> {
    let mut block = [0; 8192];
    loop {
        match rest.read(&mut block).map_err(|error| error.to_string())? {
            0 if rest.limit() == 0 => {
                return Err(format!("it has more than {UNPACKED_BYTES_MAX} bytes"));
            }
            0 => return Ok(()),
            more if block.iter().take(more).all(|byte| *byte == 0) => {}
            _ => return Err("something follows behind its end".to_string()),
        }
    }
}

fn signature(
    manifest: &Manifest,
    bytes: &[u8],
    files: &BTreeMap<String, Vec<u8>>,
    known: Option<Public>,
) -> Finding {
    let Some(own) = Public::parse(&manifest.key) else {
        return wrong("the key in the manifest is no key");
    };
    let Some(signature) = files.get("manifest.sig") else {
        return wrong("the signature is missing");
    };
    if !own.signed(bytes, signature) {
        return wrong("the signature does not fit the manifest");
    }
    match known {
        Some(known) if known == own => right("signed by the key that you gave"),
        Some(_) => {
            wrong(format!("signed by another key than the one that you gave: {}", own.text()))
        }
        None => right(format!("signed by the key {}; compare it with the desk's", own.text())),
    }
}

fn parts(manifest: &Manifest, files: &BTreeMap<String, Vec<u8>>) -> Vec<Finding> {
    let check = |part: &super::manifest::Part| {
        let name = crate::report::shown(&part.name);
        match files.get(&part.name) {
            None => wrong(format!("{name} is missing")),
            Some(content) if content.len() as u64 != part.bytes => {
                wrong(format!("{name} has another length than the manifest says"))
            }
            Some(content) if sha256(content) != part.sha256 => wrong(format!("{name} was changed")),
            Some(_) => right(format!("{name} is as it was packed")),
        }
    };
    manifest.parts.iter().map(check).collect()
}

fn chain(manifest: &Manifest) -> Option<Finding> {
    let mut before = String::new();
    for part in &manifest.parts {
        before = link(&before, &part.name, &part.sha256);
        if before != part.chain {
            let name = crate::report::shown(&part.name);
            return Some(wrong(format!("the chain breaks at {name}")));
        }
    }
    Some(right(format!("the chain of {} parts holds", manifest.parts.len())))
}

fn strangers(manifest: &Manifest, files: &BTreeMap<String, Vec<u8>>) -> Vec<Finding> {
    let known = |name: &String| {
        BESIDE.contains(&name.as_str()) || manifest.parts.iter().any(|part| part.name == *name)
    };
    let strange = files.keys().filter(|name| !known(name));
    strange
        .map(|name| wrong(format!("{} is not in the manifest", crate::report::shown(name))))
        .collect()
}

/// Whether the entries of the log follow from each other; of those that were withheld the hash stands.
fn log(manifest: &Manifest, bytes: Option<&[u8]>) -> Finding {
    let Some(bytes) = bytes else {
        return wrong("the log is missing");
    };
    let mut before = [0; 32];
    for (at, line) in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate()
    {
        let number = i64::try_from(at).unwrap_or(i64::MAX) + 1;
        let Some((own, next)) = follows(manifest.case, line, before) else {
            return wrong(format!("entry {number} of the log cannot be read"));
        };
        if own != number || !next.1 {
            return wrong(format!(
                "entry {number} of the log does not follow from those before it"
            ));
        }
        before = next.0;
    }
    right("the log's chain holds")
}

/// The number of an entry, its hash, and whether that follows from the one before.
fn follows(case: i64, line: &[u8], before: [u8; 32]) -> Option<(i64, ([u8; 32], bool))> {
    let entry: Value = serde_json::from_slice(line).ok()?;
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let number = entry.get("number")?.as_i64()?;
    let hash = bytes_of(text("hash")?)?;
    if entry.get("withheld").and_then(Value::as_bool) == Some(true) {
        return Some((number, (hash, true)));
    }
    let at = firedamp_core::time::Time::parse(text("at")?)?;
    let what = (text("actor")?, text("kind")?, text("text")?);
    let again = Entry::after((number - 1, before), case, at, what);
    Some((number, (hash, again.hash == hash)))
}

fn bytes_of(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

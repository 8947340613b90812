//! Whole copies of a data folder: taken while the desk serves, looked at, and brought back into an empty
//! folder. A list with the hash of each file is written last; a copy without it is none.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use crate::{
    pack::key,
    private,
    service::{self, DATABASE, PUSHED},
    source::pull::PULLED,
    store::{Changing, Error, Sqlite, Store},
    web::tls,
};

/// The list of what is in a copy.
const LIST: &str = "copy.json";
/// How the list is written.
const VERSION: u32 = 1;
const LIST_BYTES_MAX: u64 = 1 << 30;
/// What is copied beside the database. What is fetched again when it is needed stays behind.
const FOLDERS: [&str; 3] = [service::DOCUMENTS, PULLED, PUSHED];
const FILES: [&str; 3] = [tls::CERTIFICATE, tls::KEY, key::FILE];
const PIECE_BYTES: usize = 1 << 16;

#[derive(Debug, Deserialize, Serialize)]
struct List {
    version: u32,
    files: Vec<Copied>,
}

/// A file of a copy: where below it, and what is in it.
#[derive(Debug, Deserialize, Serialize)]
struct Copied {
    path: String,
    bytes: u64,
    blake3: String,
}

/// Takes a copy of all that a desk keeps into a folder that is empty or not there yet, for this user
/// alone. How many files there are in it.
///
/// # Errors
/// When something is there already, or can't be read or written.
pub async fn take(data: &Path, store: &dyn Store, copy: &Path) -> Result<usize> {
    make_empty(copy)?;
    store.backup(&copy.join(DATABASE)).await?;
    let mut files = vec![hashed(copy, DATABASE)?];
    for path in beside(data)? {
        files.extend(taken(data, copy, path)?);
    }
    let count = files.len();
    let list = serde_json::to_vec(&List { version: VERSION, files })?;
    let written = private::create(&copy.join(LIST)).and_then(|mut file| {
        file.write_all(&list)?;
        file.sync_all()
    });
    written.context("cannot write the list of what was copied")?;
    Ok(count)
}

/// What there is beside the database, in the order of the names. Files that are being written have
/// hidden names.
fn beside(data: &Path) -> Result<Vec<String>> {
    let is_there = |name: &&str| data.join(name).is_file();
    let mut paths: Vec<String> =
        FILES.iter().copied().filter(is_there).map(str::to_string).collect();
    for folder in FOLDERS.iter().map(|name| data.join(name)).filter(|folder| folder.is_dir()) {
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.context("cannot look through the data folder")?;
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if entry.file_type().is_file() && !is_hidden {
                paths.push(below(data, entry.path())?);
            }
        }
    }
    Ok(paths)
}

fn below(root: &Path, path: &Path) -> Result<String> {
    let parts = path.strip_prefix(root)?.iter().map(|part| part.to_str());
    let parts: Option<Vec<&str>> = parts.collect();
    let parts = parts.with_context(|| format!("`{}` is no name of text", path.display()))?;
    Ok(parts.join("/"))
}

/// Copies one file; nothing if the desk has just let go of it.
fn taken(data: &Path, copy: &Path, path: String) -> Result<Option<Copied>> {
    let mut from = match File::open(data.join(&path)) {
        Ok(from) => from,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read `{path}`")),
    };
    let (bytes, blake3) =
        written(&mut from, &copy.join(&path)).with_context(|| format!("cannot copy `{path}`"))?;
    Ok(Some(Copied { path, bytes, blake3 }))
}

/// Brings a copy back: a folder that [`take`] wrote, or a database alone. Nothing is written before all
/// of it was looked at, and nothing stays where the database turns out to be damaged. How many files
/// were brought back.
///
/// # Errors
/// When the data folder is not empty; when a newer program wrote the copy; when it is damaged.
pub async fn restore(copy: &Path, data: &Path, tell: &(dyn Fn(&Changing) + Sync)) -> Result<usize> {
    let (root, files) = listed(copy)?;
    must_be_known(&root.join(&files.database)).await?;
    for file in &files.all {
        file.must_be_whole(&root)?;
    }
    make_empty(data)?;
    let brought = bring(&root, &files, data, tell).await;
    if brought.is_err() {
        empty(data).context("what was brought back can't be taken away again")?;
    }
    brought
}

/// What is to be brought back.
struct Files {
    /// The database's name in the copy.
    database: PathBuf,
    /// What the list says, the database with it; nothing where there is no list.
    all: Vec<Copied>,
}

/// The folder of a copy, and what is in it.
fn listed(copy: &Path) -> Result<(PathBuf, Files)> {
    let name = copy.display();
    if copy.is_file() {
        let root = copy.parent().map(Path::to_path_buf).unwrap_or_default();
        let database = copy.file_name().map(PathBuf::from).unwrap_or_default();
        return Ok((root, Files { database, all: Vec::new() }));
    }
    let list = File::open(copy.join(LIST));
    let list = list.with_context(|| format!("`{name}` is no whole copy: its `{LIST}` is missing"));
    let list: List = serde_json::from_reader(io::BufReader::new(list?.take(LIST_BYTES_MAX)))
        .with_context(|| format!("`{LIST}` in `{name}` is damaged"))?;
    if list.version != VERSION {
        bail!("another firedamp made the copy `{name}`, in a form that this one does not know");
    }
    if let Some(foreign) = list.files.iter().find(|file| !is_ours(&file.path)) {
        bail!("`{LIST}` in `{name}` names `{}`, which is no part of a desk", foreign.path);
    }
    if !list.files.iter().any(|file| file.path == DATABASE) {
        bail!("`{LIST}` in `{name}` names no database");
    }
    let files = Files { database: PathBuf::from(DATABASE), all: list.files };
    Ok((copy.to_path_buf(), files))
}

/// Whether a name is one that a copy may have: nothing is written beside the data folder.
fn is_ours(path: &str) -> bool {
    let is_name =
        |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains('\\');
    match path.split_once('/') {
        None => path == DATABASE || FILES.contains(&path),
        Some((folder, rest)) => FOLDERS.contains(&folder) && rest.split('/').all(is_name),
    }
}

/// Refuses a database of a newer program. Nothing is written.
async fn must_be_known(database: &Path) -> Result<()> {
    let name = database.display();
    let shape = Sqlite::shape(database).await.with_context(|| format!("cannot open `{name}`"))?;
    match shape.have.filter(|_| shape.is_newer) {
        Some(have) => bail!(Error::Newer { have, knows: shape.knows }),
        None if shape.have.is_none() => bail!("`{name}` is no desk's database"),
        None => Ok(()),
    }
}

impl Copied {
    fn must_be_whole(&self, root: &Path) -> Result<()> {
        let found = hashed(root, &self.path)?;
        if (found.bytes, &found.blake3) != (self.bytes, &self.blake3) {
            bail!("`{}` is not what was copied; take another copy", self.path);
        }
        Ok(())
    }
}

async fn bring(
    root: &Path,
    files: &Files,
    data: &Path,
    tell: &(dyn Fn(&Changing) + Sync),
) -> Result<usize> {
    let _held = service::lock(data)?;
    let database = data.join(DATABASE);
    written(&mut File::open(root.join(&files.database))?, &database)
        .context("cannot write the database")?;
    for file in files.all.iter().filter(|file| file.path != DATABASE) {
        let (_, blake3) = written(&mut File::open(root.join(&file.path))?, &data.join(&file.path))
            .with_context(|| format!("cannot write `{}`", file.path))?;
        if blake3 != file.blake3 {
            bail!("`{}` has just changed", file.path);
        }
    }
    let store = Sqlite::open_telling(&database, tell).await.context("cannot open the database")?;
    if let Some(damage) = store.check().await?.first() {
        bail!("the database is damaged: {damage}");
    }
    Ok(files.all.len().max(1))
}

/// Makes a folder for this user alone; one that is there must be empty.
fn make_empty(folder: &Path) -> Result<()> {
    let name = folder.display();
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{name}`"))?;
    let mut entries = fs::read_dir(folder).with_context(|| format!("cannot look into `{name}`"))?;
    if entries.next().is_some() {
        bail!("`{name}` is not empty; nothing was written");
    }
    service::only_mine(folder).with_context(|| format!("cannot close `{name}` to others"))
}

/// Takes away all that is in a folder.
fn empty(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => fs::remove_dir_all(entry.path())?,
            false => fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}

/// Writes what is read to a new file, for this user alone; how long it is, and its hash.
fn written(from: &mut impl Read, to: &Path) -> io::Result<(u64, String)> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = private::create(to)?;
    let done = passed(from, &mut file)?;
    file.sync_all()?;
    Ok(done)
}

fn hashed(root: &Path, path: &str) -> Result<Copied> {
    let read = File::open(root.join(path)).and_then(|mut file| passed(&mut file, &mut io::sink()));
    let (bytes, blake3) = read.with_context(|| format!("cannot read `{path}` of the copy"))?;
    Ok(Copied { path: path.to_string(), bytes, blake3 })
}

fn passed(from: &mut impl Read, to: &mut impl Write) -> io::Result<(u64, String)> {
    let (mut piece, mut bytes) = (vec![0; PIECE_BYTES], 0);
    let mut hasher = blake3::Hasher::new();
    loop {
        let length = match from.read(&mut piece) {
            Ok(0) => return Ok((bytes, hasher.finalize().to_hex().to_string())),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let read = piece.get(..length).unwrap_or_default();
        hasher.update(read);
        to.write_all(read)?;
        bytes += length as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_beside_the_data_folder_is_ever_named() {
        for (path, expected) in [
            (DATABASE, true),
            ("signing.key", true),
            ("documents/0a", true),
            ("pulled/mail/1.eml", true),
            ("pushed/../../x", false),
            ("pushed//x", false),
            ("pushed/", false),
            ("/etc/x", false),
            ("../x", false),
            ("lock", false),
            ("spool/x", false),
        ] {
            assert_eq!(is_ours(path), expected, "{path}");
        }
    }
}

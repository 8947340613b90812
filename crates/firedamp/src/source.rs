//! Where objects come from: files, folders with all that is below them, patterns, standard input;
//! and for the desk, buckets of the clouds, queues that tell of them, and what is pulled.

pub mod address;
mod azure;
pub mod bucket;
pub mod environment;
pub mod feeder;
mod google;
pub mod intake;
pub mod nested;
pub mod pull;
pub mod queue;
mod s3;
pub mod silence;
pub mod spool;
pub mod tasks;

pub use address::{Prefix, Storage, Watch};

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use firedamp_core::{
    id::{Account, AccountRef, Provider},
    time::Time,
};
use walkdir::WalkDir;

/// A file to read.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it stands, as given.
    pub path: PathBuf,
    /// How it is called in messages.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// When it was written last, where that is known.
    pub changed: Option<SystemTime>,
    /// The account that its path names.
    pub account: Option<Account>,
}

impl Entry {
    /// When it was written last, where that is known.
    #[must_use]
    pub fn written(&self) -> Option<Time> {
        instant(self.changed?)
    }
}

/// When the file at a path was written last; `None` where there is no file.
pub(crate) fn written(path: &Path) -> Option<Time> {
    let metadata = fs::metadata(path).ok()?;
    if metadata.is_file() { instant(metadata.modified().ok()?) } else { None }
}

fn instant(at: SystemTime) -> Option<Time> {
    let since = at.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Time::from_millis)
}

/// Something that was given and can't be read, and why.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// How it is called in messages.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Says of a file whether it is known already.
pub type IsKnown<'a> = &'a mut dyn FnMut(&Path, &fs::Metadata) -> bool;

/// Everything found under the given paths.
#[derive(Debug, Default)]
pub struct Found {
    /// Files, in the order of their paths.
    pub entries: Vec<Entry>,
    /// What was named and skipped.
    pub unreadable: Vec<Unreadable>,
    /// Of what was given, what is not there.
    pub missing: Vec<String>,
    /// Keeps what was read from standard input until the end.
    spool: Option<tempfile::NamedTempFile>,
}

impl Found {
    /// Finds every file under `paths`. Folders are walked, links followed once, patterns expanded,
    /// and `-` is standard input, which is spooled to a temporary file because it may be read twice.
    #[must_use]
    pub fn under(paths: &[PathBuf]) -> Self {
        Self::under_but(paths, &mut |_, _| false)
    }

    /// The same without the files that are known already: nothing is kept of these.
    #[must_use]
    pub fn under_but(paths: &[PathBuf], is_known: IsKnown<'_>) -> Self {
        let mut found = Self::default();
        for path in paths {
            found.add(path, is_known);
        }
        found.entries.sort_by(|one, other| one.path.cmp(&other.path));
        found.entries.dedup_by(|one, other| one.path == other.path);
        found
    }

    fn add(&mut self, path: &Path, is_known: IsKnown<'_>) {
        if path == Path::new("-") {
            return self.add_standard_input();
        }
        if fs::symlink_metadata(path).is_ok() {
            // A link to nothing has a reason of its own.
            let is_missing = fs::metadata(path).is_err();
            self.missing.extend(is_missing.then(|| path.display().to_string()));
            return self.walk(path, is_known);
        }
        match path.to_str().map(glob::glob) {
            Some(Ok(matches)) => {
                let matches: Vec<PathBuf> = matches.filter_map(Result::ok).collect();
                if matches.is_empty() {
                    self.miss(path);
                }
                matches.iter().for_each(|path| self.walk(path, is_known));
            }
            _ => self.miss(path),
        }
    }

    fn walk(&mut self, root: &Path, is_known: IsKnown<'_>) {
        for entry in WalkDir::new(root).follow_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => self.add_file(entry.path(), is_known),
                Err(error) => {
                    let name = error.path().map_or_else(
                        || root.display().to_string(),
                        |path| path.display().to_string(),
                    );
                    let reason = match (error.loop_ancestor(), error.io_error()) {
                        (Some(_), _) => "a link back to a folder above it".to_string(),
                        (None, Some(error)) if error.kind() == io::ErrorKind::NotFound => {
                            "a link to nothing".to_string()
                        }
                        (None, Some(error)) => error.to_string(),
                        (None, None) => error.to_string(),
                    };
                    self.skip(name, &reason);
                }
            }
        }
    }

    fn add_file(&mut self, path: &Path, is_known: IsKnown<'_>) {
        let metadata = fs::metadata(path);
        if metadata.as_ref().is_ok_and(|metadata| metadata.is_file() && is_known(path, metadata)) {
            return;
        }
        let name = path.display().to_string();
        match metadata {
            Ok(metadata) if metadata.is_file() => self.entries.push(Entry {
                account: account_of(path),
                path: path.to_path_buf(),
                name,
                bytes: metadata.len(),
                changed: metadata.modified().ok(),
            }),
            Ok(_) => self.skip(name, "a pipe, socket or device, not a file"),
            Err(error) => self.skip(name, &error.to_string()),
        }
    }

    fn add_standard_input(&mut self) {
        let spooled = tempfile::NamedTempFile::new().and_then(|mut spool| {
            let bytes = io::copy(&mut io::stdin().lock(), spool.as_file_mut())?;
            Ok((spool, bytes))
        });
        match spooled {
            Ok((spool, bytes)) => {
                let (path, name) = (spool.path().to_path_buf(), "standard input".to_string());
                self.entries.push(Entry { path, name, bytes, changed: None, account: None });
                self.spool = Some(spool);
            }
            Err(error) => self.skip("standard input".to_string(), &error.to_string()),
        }
    }

    fn miss(&mut self, path: &Path) {
        let name = path.display().to_string();
        self.missing.push(name.clone());
        self.skip(name, "no such file or folder");
    }

    fn skip(&mut self, name: String, reason: &str) {
        self.unreadable.push(Unreadable { name, reason: reason.to_string() });
    }
}

/// The whole name of a folder, however it was typed. Links are not followed but where `..` stands behind
/// one: what they lead to may change, and the names of objects stay.
///
/// # Errors
/// When the process has no folder that it is in, and when a link before `..` leads to nothing.
pub fn whole_name(folder: &Path) -> io::Result<PathBuf> {
    let mut whole = PathBuf::new();
    for part in std::path::absolute(folder)?.components() {
        match part {
            Component::ParentDir => go_up(&mut whole)?,
            part => whole.push(part),
        }
    }
    Ok(whole)
}

/// Behind a link it goes up from where the link leads to.
fn go_up(whole: &mut PathBuf) -> io::Result<()> {
    if fs::symlink_metadata(&*whole).is_ok_and(|metadata| metadata.is_symlink()) {
        *whole = whole.canonicalize()?;
    }
    whole.pop();
    Ok(())
}

/// The name of something beside or above the folder that the process is in, as it is typed from there.
/// What has nothing but the root in common with it is not typed so.
fn name_by_going_up(whole: &Path, here: &Path) -> Option<PathBuf> {
    let mut above = here.ancestors().enumerate();
    let (ups, common) = above.find(|(_, above)| whole.starts_with(above))?;
    common.parent().filter(|_| ups > 0)?;
    let below = whole.strip_prefix(common).ok()?;
    Some(std::iter::repeat_n(Path::new(".."), ups).chain([below]).collect())
}

/// What names of objects below a folder may have begun with before they were whole, each with what they
/// begin with now: as it is typed, and from the folder that the process is in. A file that is watched by
/// itself has its name alone, and no slash behind it.
///
/// # Errors
/// When there is no whole name.
pub fn old_names(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let whole = whole_name(folder)?;
    let here = whole_name(Path::new("."))?;
    let from_here = whole.strip_prefix(&here).ok().map(Path::to_path_buf);
    let from_here = from_here.filter(|name| !name.as_os_str().is_empty());
    let dotted = from_here.as_ref().map(|name| Path::new(".").join(name));
    // Once `..` stayed in whole names.
    let with_dots = std::path::absolute(folder)?.components().collect();
    let by_going_up = name_by_going_up(&whole, &here);
    let up_from_here = by_going_up.as_ref().map(|name| here.join(name));
    let is_file = whole.is_file();
    let begin = |name: &Path| match is_file {
        true => name.display().to_string(),
        false => name.join("").display().to_string(),
    };
    let now = begin(&whole);
    let typed = [Some(folder.to_path_buf()), Some(with_dots)];
    let mut old: Vec<String> = [from_here, dotted, by_going_up, up_from_here]
        .into_iter()
        .chain(typed)
        .flatten()
        .map(|name| begin(&name))
        .filter(|name| *name != now)
        .collect();
    old.sort();
    old.dedup();
    Ok(old.into_iter().map(|old| (old, now.clone())).collect())
}

/// The account that a path names: a folder that is a provider's id with the account below it
/// (`…/aws/111122223333/host-1/…`), or the folders that the clouds themselves make
/// (`AWSLogs/111122223333/`, `SUBSCRIPTIONS/<id>/`). The deepest one counts; links are not resolved.
#[must_use]
pub fn account_of(path: &Path) -> Option<Account> {
    let folders: Vec<&str> = path
        .parent()?
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    let pairs = folders.iter().zip(folders.iter().skip(1)).enumerate();
    pairs
        .filter_map(|(at, (folder, below))| {
            let provider = match *folder {
                "AWSLogs" => {
                    // An organisation's logs have its id between.
                    let id = if below.starts_with("o-") { folders.get(at + 2)? } else { below };
                    let is_id = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
                    return is_id.then(|| AccountRef::new(Provider::Aws, id).to_owned());
                }
                folder if folder.eq_ignore_ascii_case("subscriptions") => Provider::Azure,
                folder => {
                    Provider::from_id(folder).filter(|_| folder.chars().all(char::is_lowercase))?
                }
            };
            Some(AccountRef::new(provider, below).to_owned())
        })
        .next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_name_however_it_is_typed() {
        let here = std::env::current_dir().expect("a folder");
        let whole = here.join("logs");
        for typed in ["logs", "./logs", "logs/", "logs/."] {
            assert_eq!(whole_name(Path::new(typed)).expect("a name"), whole, "{typed}");
        }
        assert_eq!(whole_name(&whole).expect("a name"), whole);
        let now = format!("{}/", whole.display());
        let expected: Vec<(String, String)> =
            ["./logs/", "logs/"].map(|old| (old.to_string(), now.clone())).into();
        assert_eq!(old_names(Path::new("logs")).expect("names"), expected);
        assert_eq!(old_names(&whole).expect("names"), expected);
        let elsewhere = old_names(Path::new("/nowhere/at/all")).expect("names");
        assert_eq!(elsewhere, Vec::new());
    }

    #[test]
    fn going_up_is_no_part_of_a_name() {
        let here = std::env::current_dir().expect("a folder");
        let above = here.parent().expect("a folder above").to_path_buf();
        let whole = above.join("no-such-logs");
        for typed in ["../no-such-logs", "none/../../no-such-logs", "./../no-such-logs/."] {
            assert_eq!(whole_name(Path::new(typed)).expect("a name"), whole, "{typed}");
        }
        assert_eq!(whole_name(Path::new("/../srv")).expect("a name"), Path::new("/srv"));
        let now = format!("{}/", whole.display());
        let mut expected = vec![
            ("../no-such-logs/".to_string(), now.clone()),
            (format!("{}/../no-such-logs/", here.display()), now),
        ];
        expected.sort();
        // Also where it was typed with `..` before, and is no longer.
        for typed in [Path::new("../no-such-logs"), whole.as_path()] {
            assert_eq!(old_names(typed).expect("names"), expected, "{}", typed.display());
        }
    }

    #[cfg(unix)]
    #[test]
    fn behind_a_link_going_up_begins_where_it_leads_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a name");
        fs::create_dir_all(root.join("far/away")).expect("made");
        std::os::unix::fs::symlink(root.join("far/away"), root.join("link")).expect("a link");
        let name = |typed: &str| whole_name(&root.join(typed)).expect("a name");
        assert_eq!(name("link/../logs"), root.join("far/logs"));
        assert_eq!(name("far/../link/logs"), root.join("link/logs"), "others stay");
    }

    #[test]
    fn a_file_that_is_watched_by_itself_has_no_slash_behind_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("flows.log");
        fs::write(&file, "x").expect("written");
        let typed = folder.path().join("none/../flows.log");
        let names = old_names(&typed).expect("names");
        let renamed = (typed.display().to_string(), file.display().to_string());
        assert!(names.contains(&renamed), "{names:?}");
        assert!(names.iter().flat_map(|(old, now)| [old, now]).all(|name| !name.ends_with('/')));
    }

    #[test]
    fn the_deepest_provider_folder_names_the_account() {
        for (path, account) in [
            ("data/aws/111122223333/host-1/flows.log", Some("aws:111122223333")),
            ("aws/x/gcp/a-project/dns.json", Some("gcp:a-project")),
            ("b/AWSLogs/111122223333/vpcflowlogs/f.gz", Some("aws:111122223333")),
            ("b/AWSLogs/o-0abc/111122223333/f.gz", Some("aws:111122223333")),
            ("resourceId=/SUBSCRIPTIONS/0A/RESOURCEGROUPS/x/PT1H.json", Some("azure:0a")),
            ("data/aws/flows.log", None),
            ("flows.log", None),
        ] {
            let found = account_of(Path::new(path)).map(|account| account.to_string());
            assert_eq!(found.as_deref(), account, "{path}");
        }
    }
}

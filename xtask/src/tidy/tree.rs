//! The files of the repository, read once.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};

/// Folders whose contents aren't ours, wherever they are.
const SKIPPED: &[&str] = &[".git", ".venv", "__pycache__", "target"];
/// Folders that tools write, by path.
const WRITTEN: &[&str] = &["fuzz/artifacts", "fuzz/corpus"];

/// A file: its size, and its text when it is text.
pub(super) struct File {
    /// The size.
    pub(super) bytes: u64,
    /// The contents, unless they aren't UTF-8.
    pub(super) text: Option<String>,
}

/// All files by their path from the root, with `/` between the parts.
#[derive(Default)]
pub(super) struct Tree {
    files: BTreeMap<String, File>,
}

impl Tree {
    /// Reads the tree below `root`.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.add(root, "")?;
        Ok(tree)
    }

    fn add(&mut self, root: &Path, folder: &str) -> Result<()> {
        let place = root.join(folder);
        let entries = fs::read_dir(&place).with_context(|| format!("reading `{folder}`"))?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let kind = entry.file_type()?;
            if SKIPPED.contains(&name.as_str()) || WRITTEN.contains(&path.as_str()) {
                continue;
            }
            if kind.is_dir() {
                self.add(root, &path)?;
            } else if kind.is_file() {
                let bytes = fs::read(entry.path())?;
                let length = bytes.len() as u64;
                let text = String::from_utf8(bytes).ok();
                self.files.insert(path, File { bytes: length, text });
            }
        }
        Ok(())
    }

    /// A tree of these texts.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file = |text: &str| File { bytes: text.len() as u64, text: Some(text.to_owned()) };
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), file(text)));
        Self { files: files.collect() }
    }

    /// Every file with its path.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// Every text with its path.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter_map(|(path, file)| Some((path, file.text.as_deref()?)))
    }

    /// The text of one file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.text.as_deref()
    }

    /// True when there is such a file or folder.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files.contains_key(path) || self.below(&format!("{path}/")).next().is_some()
    }

    /// The paths that begin with `prefix`.
    pub(super) fn below(&self, prefix: &str) -> impl Iterator<Item = &str> {
        let start = prefix.to_owned();
        let from = self.files.range(start.clone()..).map(|(path, _)| path.as_str());
        from.take_while(move |path| path.starts_with(&start))
    }

    /// The names of the modules of a folder: `format` has `format/a.rs` and `format/b/…`.
    pub(super) fn modules(&self, folder: &str) -> Vec<String> {
        let prefix = format!("{folder}/");
        let rest = self.below(&prefix).filter_map(|path| path.strip_prefix(&prefix));
        let mut names: Vec<String> = rest
            .filter_map(|rest| {
                rest.split_once('/').map(|(name, _)| name).or(rest.strip_suffix(".rs"))
            })
            .filter(|name| *name != "tests")
            .map(ToOwned::to_owned)
            .collect();
        names.dedup();
        names.sort();
        names.dedup();
        names
    }
}

/// The production part of a Rust file: its lines before a closing `#[cfg(test)] mod tests`.
pub(super) fn production(text: &str) -> &str {
    let mut start = 0;
    let mut marked = None;
    for line in text.split_inclusive('\n') {
        let code = line.trim();
        if code.starts_with("mod tests")
            && let Some(end) = marked
        {
            return &text[..end];
        }
        let attribute = code.starts_with("#[");
        marked = match marked {
            None if code == "#[cfg(test)]" => Some(start),
            Some(end) if attribute => Some(end),
            _ => None,
        };
        start += line.len();
    }
    text
}

/// True for a file that holds tests only.
pub(super) fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.split('/').any(|part| part == "tests")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_ends_where_the_tests_begin() {
        assert_eq!(production("a\n#[cfg(test)]\nmod tests {\n}\n"), "a\n");
        assert_eq!(
            production("a\n#[cfg(test)]\nfn b() {}\nc\n"),
            "a\n#[cfg(test)]\nfn b() {}\nc\n"
        );
    }

    #[test]
    fn names_the_modules_of_a_folder() {
        let tree =
            Tree::of(&[("src/format/a.rs", ""), ("src/format/b/c.rs", ""), ("src/g.rs", "")]);
        assert_eq!(tree.modules("src/format"), ["a", "b"]);
        assert!(tree.has("src/format/") && !tree.has("src/form"));
    }
}

//! Where watched folders and the data folder lie within each other: the desk must not read what it
//! writes, which would change with each reading and never end.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

/// The data folder as it is called below each watched folder that it lies in: what is left out there.
///
/// # Errors
/// When the data folder itself or a file right in it is watched, and when it can't be found.
pub fn hidden(watch: &[PathBuf], data: &Path) -> Result<Vec<PathBuf>> {
    let real = data.canonicalize();
    let real = real.with_context(|| format!("cannot find `{}`", data.display()))?;
    let mut hidden = Vec::new();
    for folder in watch {
        // One that can't be found is named where it is read.
        let Ok(watched) = folder.canonicalize() else { continue };
        if watched.is_file() && watched.parent() == Some(real.as_path()) {
            bail!("`{}` is a file of the data folder, where the desk writes", folder.display());
        }
        match real.strip_prefix(&watched) {
            Ok(below) if below.as_os_str().is_empty() => bail!(
                "`{}` is the data folder, where the desk writes; watch the folder that telemetry comes to",
                folder.display()
            ),
            Ok(below) => hidden.push(folder.join(below)),
            Err(_) => {}
        }
    }
    Ok(hidden)
}

/// Which files a look at the watched folders leaves out: those that lie in a hidden folder, however links
/// lead to it, and in none below it that is watched by itself.
#[derive(Default)]
pub struct Hiding {
    /// What is hidden, without links.
    hidden: Vec<PathBuf>,
    /// What is watched by itself within it: as it is named, and without links.
    own: Vec<(PathBuf, PathBuf)>,
    /// Folders of files that were asked for, without links.
    real: HashMap<PathBuf, Option<PathBuf>>,
}

impl Hiding {
    /// Looks where these folders are now. What can't be found hides nothing.
    #[must_use]
    pub fn new(watch: &[PathBuf], hidden: &[PathBuf]) -> Self {
        let real = |folder: &PathBuf| folder.canonicalize().ok();
        let hidden: Vec<PathBuf> = hidden.iter().filter_map(real).collect();
        let named = watch.iter().filter_map(|folder| Some((folder.clone(), real(folder)?)));
        let own = named.filter(|(_, own)| hidden.iter().any(|around| own.starts_with(around)));
        Self { own: own.collect(), hidden, real: HashMap::new() }
    }

    /// Whether a file is left out.
    pub fn hides(&mut self, path: &Path) -> bool {
        if self.hidden.is_empty() {
            return false;
        }
        let Some(real) = self.real(path) else { return false };
        let is_own = |around: &Path| {
            let mut own = self.own.iter().filter(|(_, own)| own.starts_with(around));
            own.any(|(named, own)| path.starts_with(named) && real.starts_with(own))
        };
        self.hidden.iter().any(|hidden| real.starts_with(hidden) && !is_own(hidden))
    }

    /// A file without links. Each folder is asked for once; a file that is a link, by itself.
    fn real(&mut self, path: &Path) -> Option<PathBuf> {
        if fs::symlink_metadata(path).ok()?.is_symlink() {
            return path.canonicalize().ok();
        }
        let (folder, name) = (path.parent()?, path.file_name()?);
        if !self.real.contains_key(folder) {
            // A name alone lies in the folder that the process is in.
            let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            self.real.insert(folder.to_path_buf(), here.canonicalize().ok());
        }
        Some(self.real.get(folder)?.as_ref()?.join(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_folder_is_hidden_below_what_is_watched_and_not_watched_itself() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("in/data/pushed")).expect("made");
        let data = path("in/data");
        let found = |watch: &[PathBuf]| hidden(watch, &data).map_err(|error| error.to_string());
        assert_eq!(found(&[path("in")]), Ok(vec![path("in/data")]));
        assert_eq!(found(&[path("in/data/..")]), Ok(vec![path("in/data/../data")]));
        assert_eq!(found(&[path("in/data/pushed"), path("none")]), Ok(Vec::new()));
        for own in [path("in/data"), path("in/../in/data")] {
            assert!(found(&[path("in"), own]).is_err_and(|why| why.contains("is the data folder")));
        }
        assert!(hidden(&[], &path("nowhere")).is_err());
        fs::write(path("in/data/firedamp.db"), "x").expect("written");
        let file = found(&[path("in/data/firedamp.db")]);
        assert!(file.is_err_and(|why| why.contains("a file of the data folder")));
    }
}

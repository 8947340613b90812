//! Where watched folders and the data folder lie within each other: the desk must not read what it
//! writes, which would change with each reading and never end.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The data folder as it is called below each watched folder that it lies in: what is left out there.
///
/// # Errors
/// When the data folder itself is watched, or can't be found.
pub fn hidden(watch: &[PathBuf], data: &Path) -> Result<Vec<PathBuf>> {
    let real = data.canonicalize();
    let real = real.with_context(|| format!("cannot find `{}`", data.display()))?;
    let mut hidden = Vec::new();
    for folder in watch {
        // One that can't be found is named where it is read.
        let Ok(watched) = folder.canonicalize() else { continue };
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

#[cfg(test)]
mod tests {
    use std::fs;

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
    }
}

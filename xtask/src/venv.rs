//! A Python environment of pinned packages under the target folder, made when it is missing or its
//! pins have changed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::shell;

/// Makes the environment in `folder` and gives its interpreter.
pub(crate) fn make(folder: &Path, requirements: &str) -> Result<PathBuf> {
    let python = folder.join("bin").join("python");
    let stamp = folder.join("requirements.txt");
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|text| text == requirements) {
        return Ok(python);
    }
    shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))
        .context("making a Python environment needs python3 with its `venv` module")?;
    let wanted = folder.join("wanted.txt");
    fs::write(&wanted, requirements)?;
    let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    shell::run(Command::new(&python).args(quiet).arg(&wanted))?;
    fs::rename(&wanted, &stamp)?;
    Ok(python)
}

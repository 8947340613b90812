//! `cargo xtask outside`: the programs of others that tests talk to (mail and object stores, a
//! browser), installed from Debian, `PyPI` and npm into one folder under the target folder. What
//! can't be had is told; its tests are skipped then, and counted as skipped.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::{shell, venv};

const REQUIREMENTS: &str = include_str!("outside/requirements.txt");
const PACKAGES: &str = include_str!("outside/package.json");
const DEBIAN: &[&str] = &["chromium", "chromium-driver"];
/// Names another folder than the one under the target folder.
const FOLDER: &str = "FIREDAMP_OUTSIDE";

/// Where the programs are.
pub(crate) fn folder() -> PathBuf {
    env::var_os(FOLDER).map_or_else(|| shell::target().join("outside"), PathBuf::from)
}

/// Installs everything, and says what can't be had.
///
/// # Errors
/// When the folder can't be written.
pub(crate) fn install() -> Result<Vec<String>> {
    let folder = folder();
    fs::create_dir_all(&folder).with_context(|| format!("making `{}`", folder.display()))?;
    let lock = fs::File::create(folder.join("lock"))?;
    lock.lock().context("waiting for whoever installs at the same time")?;
    let parts = [
        ("Python programs", python(&folder)),
        ("Node programs", node(&folder)),
        ("a browser", browser()),
    ];
    let missing = parts.into_iter().filter_map(|(what, result)| Some((what, result.err()?)));
    Ok(missing.map(|(what, why)| format!("{what}: {why:#}")).collect())
}

/// `cargo xtask outside`.
pub(crate) fn run() -> Result<()> {
    let missing = install()?;
    ensure!(missing.is_empty(), "not everything can be had:\n{}", missing.join("\n"));
    println!("{}=\"{}\"", FOLDER, folder().display());
    Ok(())
}

fn python(folder: &Path) -> Result<()> {
    venv::make(&folder.join("venv"), REQUIREMENTS).map(drop)
}

fn node(folder: &Path) -> Result<()> {
    let folder = folder.join("node");
    let stamp = folder.join("installed.json");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == PACKAGES) {
        return Ok(());
    }
    ensure!(shell::has("npm"), "there is no npm");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), PACKAGES)?;
    let quiet = ["install", "--silent", "--no-audit", "--no-fund", "--prefix"];
    shell::run(Command::new("npm").args(quiet).arg(&folder))?;
    fs::write(stamp, PACKAGES).context("noting what is installed")
}

fn browser() -> Result<()> {
    if shell::has("chromium") && shell::has("chromedriver") {
        return Ok(());
    }
    ensure!(shell::has("apt-get"), "there is no Debian to install it from");
    apt(&["update", "--quiet=2"])?;
    let install = ["install", "--yes", "--quiet=2", "--no-install-recommends"];
    apt(&[&install, DEBIAN].concat())
}

fn apt(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
    shell::run(&mut command)
}

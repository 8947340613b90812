//! `cargo xtask conformance ocsf`: what Firedamp says in OCSF, judged by validators that others wrote.

use std::{
    fs::File,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result};
use clap::Args;

use crate::{shell, venv};

const REQUIREMENTS: &str = include_str!("requirements.txt");
const VALIDATE: &str = include_str!("validate.py");
/// What makes Firedamp print OCSF findings, one a line.
const DEMO: &[&str] = &["demo", "--force", "--output", "ocsf"];

/// What to validate.
#[derive(Args)]
pub(crate) struct Options {
    /// A file of findings, one a line; without it, what `firedamp demo --output ocsf` prints.
    file: Option<PathBuf>,
}

/// Validates; fails when a finding is rejected or there is none.
pub(crate) fn run(options: &Options) -> Result<()> {
    let folder = shell::target().join("conformance");
    std::fs::create_dir_all(&folder)?;
    let python = venv::make(&folder.join("venv"), REQUIREMENTS)?;
    let path = match &options.file {
        Some(file) => file.clone(),
        None => demo(folder.join("demo.ocsf.jsonl"))?,
    };
    let file = File::open(&path).with_context(|| format!("opening `{}`", path.display()))?;
    shell::run(Command::new(python).args(["-c", VALIDATE]).stdin(file))
        .with_context(|| format!("not every finding in `{}` is valid", path.display()))
}

/// Writes what the demo prints to `path`. The demo may end with 1: it found trouble.
fn demo(path: PathBuf) -> Result<PathBuf> {
    shell::build_release()?;
    let mut command = Command::new(shell::firedamp());
    command.args(DEMO).stdin(Stdio::null()).stdout(File::create(&path)?);
    let status = command.status().context("cannot start the demo")?;
    anyhow::ensure!(matches!(status.code(), Some(0 | 1)), "the demo ended with {status}");
    Ok(path)
}

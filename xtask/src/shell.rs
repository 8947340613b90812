//! Where things are, and how other programs are run.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

/// The folder that holds the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map_or_else(|| manifest.clone(), Path::to_path_buf)
}

/// The folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Names another binary to measure and to try than the one that would be built.
const BINARY: &str = "FIREDAMP_BINARY";

/// The release binary of the product.
pub(crate) fn firedamp() -> PathBuf {
    env::var_os(BINARY).map_or_else(|| target().join("release").join("firedamp"), PathBuf::from)
}

/// `cargo` with these arguments, in the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// True when `program` can be started from the path.
pub(crate) fn has(program: &str) -> bool {
    let started =
        Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    started.is_ok_and(|status| status.success())
}

/// Runs a command, its output shown as it comes; fails when the command fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", shown(command)))?;
    ensure!(status.success(), "{} ended with {status}", shown(command));
    Ok(())
}

/// Runs a command and gives what it wrote; fails when the command fails.
pub(crate) fn capture(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("cannot start {}", shown(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{} ended with {}\n{}", shown(command), output.status, said.trim_end());
    }
    Ok(output)
}

/// Builds the release binary of the product, unless another is named.
pub(crate) fn build_release() -> Result<()> {
    if env::var_os(BINARY).is_some() {
        return Ok(());
    }
    run(&mut cargo(&["build", "--quiet", "--release", "--package", "firedamp"]))
}

/// A command as one would type it, without folders and whole scripts.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words =
        std::iter::once(program).chain(command.get_args()).map(|word| word.to_string_lossy());
    words.map(|word| brief(&word)).collect::<Vec<_>>().join(" ")
}

/// An argument, or dots for one of several lines.
fn brief(word: &str) -> String {
    if word.contains('\n') { "…".to_owned() } else { word.to_owned() }
}

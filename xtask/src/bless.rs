//! `cargo xtask bless`: the tests write their golden files again instead of comparing.

use anyhow::Result;

use crate::shell;

/// Runs the tests of both product crates with `BLESS=1`, then says what git sees changed.
pub(crate) fn run() -> Result<()> {
    let tests = ["test", "--package", "firedamp-core", "--package", "firedamp"];
    shell::run(shell::cargo(&tests).env("BLESS", "1"))?;
    let mut changed = std::process::Command::new("git");
    changed.args(["status", "--short"]).current_dir(shell::root());
    println!("Changed in the working tree (read each before committing):");
    shell::run(&mut changed)
}

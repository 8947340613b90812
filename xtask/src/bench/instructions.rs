//! `cargo xtask bench instructions`: how many instructions a line costs. Unlike time, the count
//! hardly wanders on a busy machine, so a change that makes the scan dearer shows at once.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::{peer, scan, set::Form};
use crate::shell;

const LINES: u64 = 200_000;
/// A count may be so much larger than the committed one.
const WORSE_MAX: f64 = 0.05;
/// Flags that make a run repeatable.
const FLAGS: &[&str] = &["--threads", "1"];

/// What to do with the count.
#[derive(Args)]
pub(crate) struct Options {
    /// Commit to the count of this run.
    #[arg(long)]
    bless: bool,
}

/// Counts, and compares or writes.
pub(crate) fn run(options: &Options) -> Result<()> {
    if let Some(reason) = reason_to_skip(options) {
        println!("skipped: {reason}");
        return Ok(());
    }
    shell::build_release()?;
    let counted = count()? as f64 / LINES as f64;
    println!("{counted:.1} instructions per line of text");
    if options.bless {
        fs::write(committed(), format!("{counted:.1}\n"))?;
        return Ok(());
    }
    let stored = fs::read_to_string(committed())?;
    let stored: f64 = stored.trim().parse().context("reading xtask/instructions.txt")?;
    let worse = counted / stored - 1.0;
    println!("{:+.1} % beside the committed {stored:.1}", worse * 100.0);
    ensure!(worse <= WORSE_MAX, "more than {} % dearer; if it must be: --bless", WORSE_MAX * 100.0);
    Ok(())
}

/// Why there is nothing to count or to compare with, if so.
pub(crate) fn reason_to_skip(options: &Options) -> Option<&'static str> {
    if !shell::has("valgrind") {
        return Some("valgrind isn't installed");
    }
    let nothing = !options.bless && !committed().exists();
    nothing
        .then_some("no xtask/instructions.txt; `cargo xtask bench instructions --bless` makes it")
}

/// The options of the check.
pub(crate) const CHECK: Options = Options { bless: false };

fn committed() -> PathBuf {
    shell::root().join("xtask").join("instructions.txt")
}

fn count() -> Result<u64> {
    let folder = shell::target().join("bench");
    let set = scan::small(&folder, LINES)?;
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.args(peer::firedamp(&set, Form::Text, FLAGS)?);
    let output = command.output().context("cannot start valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let ended_well = output.status.code().is_some_and(|code| [0, 1].contains(&code));
    ensure!(ended_well, "the counted scan ended with {}: {said}", output.status);
    collected(&said).with_context(|| format!("valgrind gave no count: {said}"))
}

/// The number in callgrind's last words: `==1== Collected : 123456`.
fn collected(said: &str) -> Option<u64> {
    let line = said.lines().rev().find(|line| line.contains("Collected :"))?;
    line.rsplit(':').next()?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_count_of_callgrind() {
        let said = "==9== Events    : Ir\n==9== Collected : 2076543\n==9==\n";
        assert_eq!(collected(said), Some(2_076_543));
        assert_eq!(collected("==9== killed"), None);
    }
}

//! `cargo xtask calibrate`: worlds that no report uses, judged and fitted, and the weights file written
//! when the fit is better on everything that it did not see.

use std::{fs, process::Command};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Deserialize;

use crate::shell;

const WEIGHTS: &str = "crates/firedamp-core/data/weights.toml";
/// The line of the weights file that the fit may change.
const SCALE: &str = "scale = ";

/// Which worlds.
#[derive(Args)]
pub(crate) struct Options {
    /// The first seed; reports use seeds from 1000 on.
    #[arg(long, default_value_t = 11)]
    seed: u64,
    /// How many worlds.
    #[arg(long, default_value_t = 2)]
    worlds: u64,
    /// The way of judging.
    #[arg(long, default_value = "all")]
    arm: String,
    /// Show the proposal and write nothing.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Deserialize)]
struct Fit {
    scale: f64,
    is_better: bool,
}

/// Judges, fits, and writes.
pub(crate) fn run(options: &Options) -> Result<()> {
    shell::build_release()?;
    let verdicts = shell::target().join("calibrate-verdicts.jsonl");
    let (seed, worlds) = (options.seed.to_string(), options.worlds.to_string());
    let evaluate =
        ["evaluate", "--seed", &seed, "--worlds", &worlds, "--arm", &options.arm, "--delays", "0"];
    let mut command = Command::new(shell::firedamp());
    command.args(evaluate).arg("--verdicts").arg(&verdicts).stdout(std::process::Stdio::null());
    ensure!(command.status()?.success(), "the worlds could not be judged");
    let calibrate = |output| {
        let mut command = Command::new(shell::firedamp());
        command.args(["calibrate", "--arm", &options.arm, "--output", output]).arg(&verdicts);
        command
    };
    ensure!(calibrate("table").status()?.success(), "nothing could be fitted");
    let fit: Fit = serde_json::from_slice(&calibrate("json").output()?.stdout)?;
    match fit.is_better && !options.dry_run {
        true => write(fit.scale),
        false => Ok(()),
    }
}

/// Writes the scale, and nothing else, into the weights file.
fn write(scale: f64) -> Result<()> {
    let path = shell::root().join(WEIGHTS);
    let text = fs::read_to_string(&path)?;
    let old = text.lines().find(|line| line.starts_with(SCALE)).context("no scale in the file")?;
    let new = format!("{SCALE}{scale:.2}          # fitted by `cargo xtask calibrate`");
    fs::write(&path, text.replacen(old, &new, 1))?;
    println!("{WEIGHTS}: {new}");
    Ok(())
}

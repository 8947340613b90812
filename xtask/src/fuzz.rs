//! `cargo xtask fuzz`: every fuzz target for a while, without sanitizer, on the stable toolchain.

use std::{
    fs,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Deserialize;

use crate::shell;

/// The version that is installed when `cargo fuzz` is missing.
const CARGO_FUZZ: &str = "0.13.2";
/// Input larger than this teaches nothing that a smaller one wouldn't.
const INPUT_BYTES_MAX: u32 = 65_536;
/// One input that takes longer is a hang.
const INPUT_SECONDS_MAX: u32 = 10;
/// A target that holds more memory has no bound.
const MEMORY_MIB_MAX: u32 = 1_024;

/// What to fuzz.
#[derive(Args)]
pub(crate) struct Options {
    /// How long each target runs.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// The targets; all when none is named.
    targets: Vec<String>,
}

/// What became of one target.
struct Outcome {
    target: String,
    executions: Option<u64>,
    seconds: f64,
    passed: bool,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    bin: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Runs the targets one after the other and prints a table.
pub(crate) fn run(options: &Options) -> Result<()> {
    let known = targets(&fs::read_to_string(shell::root().join("fuzz/Cargo.toml"))?)?;
    for target in &options.targets {
        ensure!(known.contains(target), "no fuzz target `{target}`; there are {known:?}");
    }
    install()?;
    let chosen = if options.targets.is_empty() { &known } else { &options.targets };
    let outcomes =
        chosen.iter().map(|target| fuzz(target, options.seconds)).collect::<Result<Vec<_>>>()?;
    println!("{}", table(&outcomes));
    let failed = outcomes.iter().filter(|outcome| !outcome.passed).count();
    ensure!(failed == 0, "{failed} fuzz targets failed; the inputs lie under fuzz/artifacts");
    Ok(())
}

/// The target names of a fuzz manifest.
fn targets(manifest: &str) -> Result<Vec<String>> {
    let manifest: Manifest = toml::from_str(manifest).context("reading fuzz/Cargo.toml")?;
    Ok(manifest.bin.into_iter().map(|target| target.name).collect())
}

fn install() -> Result<()> {
    let mut probe = shell::cargo(&["fuzz", "--version"]);
    let present = probe.stdout(Stdio::null()).stderr(Stdio::null()).status();
    if present.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    println!("installing cargo-fuzz {CARGO_FUZZ}");
    shell::run(&mut shell::cargo(&["install", "cargo-fuzz", "--version", CARGO_FUZZ, "--locked"]))
}

fn fuzz(target: &str, seconds: u32) -> Result<Outcome> {
    println!("fuzzing {target} for {seconds} s");
    shell::run(&mut cargo_fuzz("build", target))?;
    seed(target)?;
    let started = Instant::now();
    let output = command(target, seconds).output().context("cannot start cargo fuzz")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let passed = output.status.success();
    if !passed {
        eprintln!("{}", said.trim_end());
    }
    let seconds = started.elapsed().as_secs_f64();
    Ok(Outcome { target: target.to_owned(), executions: executions(&said), seconds, passed })
}

/// Copies the golden inputs of the target's format, or of every format, into its corpus, so that it
/// begins with records that mean something.
fn seed(target: &str) -> Result<()> {
    let corpus = shell::root().join("fuzz/corpus").join(target);
    fs::create_dir_all(&corpus)?;
    for format in fs::read_dir(shell::root().join("fixtures/format"))? {
        let format = format?;
        let own = format.file_name().to_string_lossy() == target;
        if !own && target != "containers" {
            continue;
        }
        for pair in fs::read_dir(format.path())? {
            let pair = pair?.path();
            if pair.extension().is_some_and(|extension| extension == "in") {
                let name = pair.file_name().context("a fixture without name")?;
                fs::copy(&pair, corpus.join(name))?;
            }
        }
    }
    Ok(())
}

/// `cargo fuzz` without sanitizer; the bootstrap variable lets the stable compiler take its flags.
fn cargo_fuzz(verb: &str, target: &str) -> Command {
    let mut command = shell::cargo(&["fuzz", verb, "-s", "none", target]);
    command.env("RUSTC_BOOTSTRAP", "1");
    command
}

fn command(target: &str, seconds: u32) -> Command {
    let mut command = cargo_fuzz("run", target);
    command
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={INPUT_BYTES_MAX}"))
        .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
        .arg(format!("-rss_limit_mb={MEMORY_MIB_MAX}"));
    command
}

/// The number in the fuzzer's last words: `Done 12345 runs in 21 second(s)`.
fn executions(said: &str) -> Option<u64> {
    let line = said.lines().rev().find(|line| line.starts_with("Done "))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn table(outcomes: &[Outcome]) -> String {
    let mut lines = vec!["| target | executions | seconds | result |".to_owned()];
    lines.push("| --- | --: | --: | --- |".to_owned());
    lines.extend(outcomes.iter().map(|outcome| {
        let executions = outcome.executions.map_or_else(|| "?".to_owned(), |n| n.to_string());
        let result = if outcome.passed { "passed" } else { "FAILED" };
        format!("| {} | {executions} | {:.0} | {result} |", outcome.target, outcome.seconds)
    }));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_targets_of_a_manifest() {
        let manifest = "[package]\nname = 'fuzz'\n[[bin]]\nname = 'formats'\npath = 'a.rs'\n";
        assert_eq!(targets(manifest).expect("a manifest"), ["formats"]);
    }

    #[test]
    fn reads_the_number_of_executions() {
        let said = "#2 INITED\n#99 DONE cov: 1\nDone 12345 runs in 21 second(s)\n";
        assert_eq!(executions(said), Some(12_345));
        assert_eq!(executions("nothing"), None);
    }
}

//! `cargo xtask ci`: every check, each named and timed; what can use what another built comes after
//! it. A failing step doesn't hide the next one. The last line counts: every test by itself, every
//! other step as one.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, ensure};

use crate::{bench, docs, outside, shell, tidy};

/// How many things passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Count {
    passed: u64,
    failed: u64,
    skipped: u64,
}

/// What became of a step.
enum Outcome {
    Passed,
    Skipped(String),
    Tests(Count),
}

/// A named check.
type Step = (&'static str, fn() -> Result<Outcome>);

const STEPS: &[Step] = &[
    ("tidy", || tidy::run().map(|()| Outcome::Passed)),
    ("format", || cargo(&["fmt", "--all", "--check"])),
    ("clippy", clippy),
    ("documentation", documentation),
    ("licences", licences),
    ("outside programs", outside_programs),
    ("tests", all_tests),
    ("generated documents", generated),
    ("release build", || shell::build_release().map(|()| Outcome::Passed)),
    ("demo", demo),
    ("instructions", instructions),
];

/// Runs every step.
pub(crate) fn run() -> Result<()> {
    let started = Instant::now();
    let mut total = Count::default();
    let mut summary = Vec::new();
    for (name, step) in STEPS {
        println!("── {name}");
        let begun = Instant::now();
        let (count, word) = judge(step());
        let line = format!("{name:<20} {:>7.1} s  {word}", begun.elapsed().as_secs_f64());
        println!("{line}");
        summary.push(line);
        total.add(count);
    }
    println!("── summary after {:.0} s", started.elapsed().as_secs_f64());
    summary.iter().for_each(|line| println!("{line}"));
    println!("{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    ensure!(total.failed == 0, "not everything passed");
    Ok(())
}

impl Count {
    const fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Counts tests that passed without having tested anything as skipped.
    fn set_aside(&mut self, skipped: &BTreeSet<String>) {
        skipped.iter().for_each(|line| println!("{line}"));
        let tests: BTreeSet<_> = skipped.iter().map(|line| line.split(": ").nth(1)).collect();
        let count = tests.len() as u64;
        self.passed = self.passed.saturating_sub(count);
        self.skipped += count;
    }
}

/// The count of a step and the word for its line.
fn judge(outcome: Result<Outcome>) -> (Count, String) {
    let none = Count::default();
    match outcome {
        Ok(Outcome::Passed) => (Count { passed: 1, ..none }, "passed".to_owned()),
        Ok(Outcome::Skipped(why)) => (Count { skipped: 1, ..none }, format!("skipped: {why}")),
        Ok(Outcome::Tests(count)) if count.failed > 0 => (count, "FAILED".to_owned()),
        Ok(Outcome::Tests(count)) => (count, format!("passed: {} tests", count.passed)),
        Err(error) => {
            eprintln!("error: {error:#}");
            (Count { failed: 1, ..none }, "FAILED".to_owned())
        }
    }
}

fn cargo(arguments: &[&str]) -> Result<Outcome> {
    shell::run(&mut shell::cargo(arguments)).map(|()| Outcome::Passed)
}

fn clippy() -> Result<Outcome> {
    cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"])
}

fn documentation() -> Result<Outcome> {
    let mut command = shell::cargo(&["doc", "--quiet", "--no-deps", "--workspace"]);
    shell::run(command.env("RUSTDOCFLAGS", "--deny warnings")).map(|()| Outcome::Passed)
}

fn licences() -> Result<Outcome> {
    if !shell::has("cargo-deny") {
        return Ok(Outcome::Skipped("cargo-deny isn't installed".to_owned()));
    }
    cargo(&["deny", "check", "bans", "licenses", "sources"])
}

fn generated() -> Result<Outcome> {
    docs::run(&docs::Options { check: true }).map(|()| Outcome::Passed)
}

fn outside_programs() -> Result<Outcome> {
    let missing = outside::install()?;
    match missing.is_empty() {
        true => Ok(Outcome::Passed),
        false => Ok(Outcome::Skipped(missing.join("; "))),
    }
}

/// Plain `cargo test`, its output shown as it comes, its results added up.
fn all_tests() -> Result<Outcome> {
    let skips = shell::target().join("skipped-tests.txt");
    fs::write(&skips, "").context("making the list of skipped tests")?;
    let mut command = shell::cargo(&["test", "--workspace", "--no-fail-fast"]);
    command.env("FIREDAMP_OUTSIDE", outside::folder()).env("FIREDAMP_SKIPS", &skips);
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start the tests")?;
    let output = child.stdout.take().context("the tests have an output")?;
    let mut count = Count::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        count.add(results(&line).unwrap_or_default());
    }
    let status = child.wait()?;
    ensure!(status.success() || count.failed > 0, "the tests could not run: {status}");
    ensure!(count.passed + count.failed > 0, "no test ran");
    count.set_aside(&skipped(&skips)?);
    Ok(Outcome::Tests(count))
}

/// What tests said that found no program of others to talk to, a sentence each.
fn skipped(list: &Path) -> Result<BTreeSet<String>> {
    let text = fs::read_to_string(list).context("reading the list of skipped tests")?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// The numbers of `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
fn results(line: &str) -> Option<Count> {
    let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |word: &str| -> Option<u64> {
        let part = numbers.split(';').find(|part| part.trim_end().ends_with(word))?;
        part.split_whitespace().next()?.parse().ok()
    };
    let (passed, failed) = (number("passed")?, number("failed")?);
    Some(Count { passed, failed, skipped: number("ignored")? })
}

/// The demo must run and find at least one case.
fn demo() -> Result<Outcome> {
    let mut command = Command::new(shell::firedamp());
    let output = shell::capture(command.args(["demo", "--force", "--output", "json"]))?;
    let text = String::from_utf8(output.stdout).context("the demo's output isn't UTF-8")?;
    let cases = text.lines().filter(|line| !line.trim().is_empty());
    let cases: Vec<serde_json::Value> =
        cases.map(serde_json::from_str).collect::<Result<_, _>>().context("a case isn't JSON")?;
    ensure!(!cases.is_empty(), "the demo found no case");
    println!("the demo found {} cases", cases.len());
    Ok(Outcome::Passed)
}

fn instructions() -> Result<Outcome> {
    let options = bench::instructions::CHECK;
    match bench::instructions::reason_to_skip(&options) {
        Some(reason) => Ok(Outcome::Skipped(reason.to_owned())),
        None => bench::instructions::run(&options).map(|()| Outcome::Passed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_results_of_cargo_test() {
        let line = "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out";
        assert_eq!(results(line), Some(Count { passed: 3, failed: 1, skipped: 2 }));
        assert_eq!(results("test a ... ok"), None);
    }

    #[test]
    fn a_test_that_lacks_two_programs_is_skipped_once() {
        let mut count = Count { passed: 3, failed: 0, skipped: 1 };
        let lines = ["skipped: a::b: there is no c", "skipped: a::b: there is no d"];
        count.set_aside(&lines.map(str::to_owned).into());
        assert_eq!(count, Count { passed: 2, failed: 0, skipped: 2 });
    }

    #[test]
    fn an_error_is_one_failure() {
        let (count, word) = judge(Err(anyhow::anyhow!("no")));
        assert_eq!((count.failed, word.as_str()), (1, "FAILED"));
    }
}

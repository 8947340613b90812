//! `cargo xtask bench conversations`: millions of distinct conversations, so that no table of them
//! is warm, scanned with every detector and without those that need each conversation; beside the
//! bare list join of `DuckDB` in the same run.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::{
    answer,
    measure::{Usage, measure},
    peer::{JOIN_DUCKDB, WITHOUT_LISTS, text},
    scan::REQUIREMENTS,
    set::bytes,
    vpc::Log,
    world::{EDITION, MINUTE_COUNT, NOW, World},
};
use crate::{shell, venv};

const INTERFACE_COUNT: usize = 5_000;
/// Conversations that go on all day: what the second look is for.
const LASTING_COUNT: usize = 300;
/// One conversation in so many is with a listed address.
const LISTED_ONE_IN: u64 = 10_000;
/// How many times faster than `DuckDB` (wall time), with every detector.
const DUCKDB_TIMES_MIN: f64 = 4.0;
/// Firedamp's peak memory.
const PEAK_MIB_MAX: i64 = 1024;

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// Distinct conversations, each of two lines.
    #[arg(long, default_value_t = 10_000_000)]
    count: u64,
    /// Turns of all programs.
    #[arg(long, default_value_t = 3)]
    turns: usize,
    /// Keep the set for the next run.
    #[arg(long)]
    keep: bool,
}

/// A program that is measured.
struct Program {
    name: &'static str,
    command: Vec<String>,
    codes: &'static [i32],
}

/// Makes the set, measures in turns, compares what was found and prints the table.
pub(crate) fn run(options: &Options) -> Result<()> {
    shell::build_release()?;
    let bench = shell::target().join("bench");
    let folder = bench.join(format!("conversations-{EDITION}-{}", options.count));
    fs::create_dir_all(&folder)?;
    let python = venv::make(&bench.join("venv"), REQUIREMENTS)?;
    let set = Set { folder };
    set.make(options.count)?;
    let programs = programs(&set, &python)?;
    let mut usages: Vec<Vec<Usage>> = vec![Vec::new(); programs.len()];
    for turn in 1..=options.turns.max(1) {
        for (program, usages) in programs.iter().zip(&mut usages) {
            eprintln!("{turn}/{}: {}", options.turns, program.name);
            usages.push(measure(&program.command, &set.answer(program), program.codes)?);
        }
    }
    let medians: Vec<Usage> = usages.iter_mut().filter_map(|usages| median(usages)).collect();
    report(&set, &programs, &medians)?;
    let agrees = set.compare(&programs)?;
    if !options.keep {
        fs::remove_dir_all(&set.folder).context("deleting the set")?;
    }
    ensure!(agrees, "the answers differ");
    Ok(())
}

/// The made-up day and what is to be found in it.
struct Set {
    folder: PathBuf,
}

impl Set {
    fn log(&self) -> PathBuf {
        self.folder.join("vpc.log")
    }

    fn listed(&self) -> PathBuf {
        self.folder.join("listed.txt")
    }

    fn answer(&self, program: &Program) -> PathBuf {
        self.folder.join(format!("{}.json", program.name.replace([' ', ','], "")))
    }

    /// Writes the day, unless it is there.
    fn make(&self, count: u64) -> Result<()> {
        if self.log().exists() {
            return Ok(());
        }
        println!("writing {count} conversations");
        let part = self.folder.join("part");
        let mut world = World::new();
        fs::write(self.listed(), world.listed().join("\n") + "\n")?;
        let mut log = Log::create(&part)?;
        let mut written = 0;
        for minute in 0..MINUTE_COUNT {
            for number in 0..LASTING_COUNT {
                let talk = world.lasting_talk(number);
                log.talk(&world, &talk, minute, u64::MAX)?;
            }
            let until = count * (minute + 1) / MINUTE_COUNT;
            for number in written..until {
                let talk = match number % LISTED_ONE_IN {
                    0 => world.listed_talk(minute, INTERFACE_COUNT),
                    _ => world.distinct_talk(number),
                };
                log.talk(&world, &talk, minute, u64::MAX)?;
            }
            written = until;
        }
        println!("{} lines", log.lines);
        answer::store(&self.folder.join("truth.json"), &log.finish()?)?;
        fs::rename(&part, self.log()).context("naming a finished set")
    }

    /// Whether all that name pairs found what was planted.
    fn compare(&self, programs: &[Program]) -> Result<bool> {
        let truth = answer::of_peer(&self.folder.join("truth.json"))?;
        let expected = truth.keys().cloned().collect();
        let mut agrees = true;
        for program in programs.iter().filter(|program| program.codes == [0]) {
            let found = answer::of_peer(&self.answer(program))?;
            let (same, words) = answer::compare(&expected, &found.keys().cloned().collect());
            println!("- {}: {words}", program.name);
            agrees &= same;
        }
        Ok(agrees)
    }
}

fn programs(set: &Set, python: &Path) -> Result<Vec<Program>> {
    let (input, listed) = (text(set.log())?, text(set.listed())?);
    let scan = |flags: &[&str]| -> Result<Vec<String>> {
        let mut words = vec![text(shell::firedamp())?];
        let fixed = ["scan", "--now", NOW, "--output", "json", "--indicators", &listed];
        words.extend(fixed.iter().chain(flags).map(|word| (*word).to_owned()));
        words.push(input.clone());
        Ok(words)
    };
    let join = [text(python.to_path_buf())?.as_str(), "-c", JOIN_DUCKDB, "text", &input, &listed]
        .map(ToOwned::to_owned);
    Ok(vec![
        Program { name: "firedamp, every detector", command: scan(&[])?, codes: &[0, 1] },
        Program { name: "firedamp, the join", command: scan(&WITHOUT_LISTS)?, codes: &[0, 1] },
        Program { name: "duckdb, the join", command: join.to_vec(), codes: &[0] },
    ])
}

/// The usage with the median wall time.
fn median(usages: &mut [Usage]) -> Option<Usage> {
    usages.sort_by(|one, other| one.wall_seconds.total_cmp(&other.wall_seconds));
    usages.get(usages.len() / 2).copied()
}

fn report(set: &Set, programs: &[Program], medians: &[Usage]) -> Result<()> {
    println!("{:.3} GB of text\n", bytes(&set.log())? as f64 / 1e9);
    println!("| program | wall s | CPU s | peak MiB |");
    println!("| --- | --: | --: | --: |");
    for (program, usage) in programs.iter().zip(medians) {
        let Usage { wall_seconds, cpu_seconds, peak_kib, .. } = *usage;
        let peak = peak_kib / 1024;
        println!("| {} | {wall_seconds:.2} | {cpu_seconds:.2} | {peak} |", program.name);
    }
    if let [whole, .., duckdb] = medians {
        let times = duckdb.wall_seconds / whole.wall_seconds;
        let peak = whole.peak_kib / 1024;
        let verdict = |holds: bool| if holds { "met" } else { "**missed**" };
        println!("\n| target | limit | measured | |\n| --- | --: | --: | --- |");
        println!(
            "| every detector: times DuckDB's join, wall | ≥ {DUCKDB_TIMES_MIN} | {times:.2} | {} |",
            verdict(times >= DUCKDB_TIMES_MIN)
        );
        println!(
            "| every detector: peak MiB | ≤ {PEAK_MIB_MAX} | {peak} | {} |\n",
            verdict(peak <= PEAK_MIB_MAX)
        );
    }
    Ok(())
}

//! `cargo xtask bench scan`: Firedamp, `DuckDB` and Polars on the same day, each in its own process,
//! in turns.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::{
    answer,
    measure::{Usage, measure},
    peer::{self, Program},
    report::Report,
    set::{Form, Set},
};
use crate::{shell, venv};

/// The peers, pinned.
pub(super) const REQUIREMENTS: &str = include_str!("requirements.txt");
const REPETITIONS: usize = 3;
/// The smaller day for the growth of time and memory is so many times smaller.
const SMALLER: u64 = 4;

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// The lines of the day.
    #[arg(long, default_value_t = 20_000_000)]
    lines: u64,
    /// Keep the sets for the next run.
    #[arg(long)]
    keep: bool,
    /// Measure one form only.
    #[arg(long)]
    only: Option<Form>,
}

/// The usages of each program on each form.
pub(crate) type Runs = BTreeMap<(Form, Program), Vec<Usage>>;

/// A bench under way.
struct Bench {
    folder: PathBuf,
    python: PathBuf,
}

/// Makes the sets, measures, compares the answers and writes the report.
pub(crate) fn run(options: &Options) -> Result<()> {
    shell::build_release()?;
    let folder = shell::target().join("bench");
    fs::create_dir_all(&folder)?;
    let python = venv::make(&folder.join("venv"), REQUIREMENTS)?;
    let bench = Bench { folder, python };
    let forms = options.only.map_or_else(|| Form::ALL.to_vec(), |form| vec![form]);
    let set = Set::make(&bench.folder, options.lines, &forms, &bench.python)?;
    let smaller = Set::make(&bench.folder, options.lines / SMALLER, &[], &bench.python)?;

    let mut report = Report::new(&set, &forms)?;
    for form in forms {
        report.runs.append(&mut bench.turns(&set, form, &mut report.failures)?);
        report.answers.append(&mut bench.answers(&set, form, &report.runs)?);
    }
    report.growth = bench.growth(&set, &smaller)?;
    let text = report.markdown();
    println!("\n{text}");
    let path = bench.folder.join("report.md");
    fs::write(&path, text).with_context(|| format!("writing `{}`", path.display()))?;
    if !options.keep {
        set.delete()?;
        smaller.delete()?;
    }
    ensure!(report.agrees(), "the answers differ");
    Ok(())
}

impl Bench {
    /// Every program that reads this form, in turns, so that a slow spell of the machine hits all.
    /// A peer that fails is left out and named; Firedamp must not fail.
    fn turns(&self, set: &Set, form: Form, failures: &mut Vec<String>) -> Result<Runs> {
        let mut runs = Runs::new();
        let mut broken = BTreeSet::new();
        for turn in 1..=REPETITIONS {
            for program in Program::of(form).iter().copied() {
                if broken.contains(&program) {
                    continue;
                }
                eprintln!("{} {turn}/{REPETITIONS}: {}", form.id(), program.name());
                let command = peer::command(program, set, form, &self.python)?;
                match measure(&command, &self.answer(form, program.name()), program.codes()) {
                    Ok(usage) => runs.entry((form, program)).or_default().push(usage),
                    Err(error) if program == Program::Firedamp => return Err(error),
                    Err(error) => {
                        broken.insert(program);
                        failures.push(failure(form, program, &error));
                    }
                }
            }
        }
        Ok(runs)
    }

    /// Every answer beside what the generator planted.
    fn answers(&self, set: &Set, form: Form, runs: &Runs) -> Result<Vec<(bool, String)>> {
        let truth = answer::of_peer(&set.truth(form))?;
        let expected = truth.keys().cloned().collect();
        let everything = self.answer(form, "firedamp-all");
        let command = peer::firedamp(set, form, answer::EVERYTHING)?;
        measure(&command, &everything, Program::Firedamp.codes())?;
        let found = answer::of_firedamp(&everything)?;
        let mut answers = vec![named(form, "firedamp", answer::compare(&expected, &found))];
        for program in Program::of(form).iter().copied().filter(|program| program.is_peer()) {
            if !runs.contains_key(&(form, program)) {
                continue;
            }
            let hits = answer::of_peer(&self.answer(form, program.name()))?;
            let (same, text) = answer::compare(&expected, &hits.keys().cloned().collect());
            let counts = if hits == truth { "line counts too" } else { "line counts DIFFER" };
            let verdict = (same && hits == truth, format!("{text}, {counts}"));
            answers.push(named(form, program.name(), verdict));
        }
        Ok(answers)
    }

    /// Firedamp on the smaller day and on the whole one, as text: (smaller, whole).
    fn growth(&self, set: &Set, smaller: &Set) -> Result<Vec<(Usage, Usage)>> {
        let scan = |set: &Set| -> Result<Usage> {
            let command = peer::firedamp(set, Form::Text, &[])?;
            measure(&command, &self.answer(Form::Text, "growth"), Program::Firedamp.codes())
        };
        (0..REPETITIONS).map(|_| Ok((scan(smaller)?, scan(set)?))).collect()
    }

    fn answer(&self, form: Form, name: &str) -> PathBuf {
        self.folder.join(format!("{}-{}.json", form.id(), name.replace(' ', "")))
    }
}

fn named(form: Form, program: &str, (same, text): (bool, String)) -> (bool, String) {
    (same, format!("{} {program}: {text}", form.id()))
}

/// The last line of what a failing program said.
fn failure(form: Form, program: Program, error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    let last = text.trim_end().lines().last().unwrap_or_default().to_owned();
    format!("{} {}: {last}", form.id(), program.name())
}

/// Makes the small fixed set for the instruction count and gives it.
pub(crate) fn small(folder: &Path, lines: u64) -> Result<Set> {
    Set::make(folder, lines, &[], Path::new(""))
}

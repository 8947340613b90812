//! The table that the bench prints, and the targets.

use anyhow::Result;

use super::{
    measure::Usage,
    peer::Program,
    scan::{REQUIREMENTS, Runs},
    set::{Form, Set, bytes},
};

/// How many times faster than `DuckDB` on the same cores (wall time), on text.
const DUCKDB_TIMES_MIN: f64 = 10.0;
/// How many times faster than Polars, on text.
const POLARS_TIMES_MIN: f64 = 5.0;
/// The same on Parquet.
const POLARS_PARQUET_TIMES_MIN: f64 = 1.0;
/// Text read per second and core, in GB.
const TEXT_RATE_MIN: f64 = 1.0;
/// Azure's blobs read per second and core, in GB.
const AZURE_RATE_MIN: f64 = 0.4;
/// Firedamp's CPU time over that of bare decompression.
const LIBDEFLATE_RATIO_MAX: f64 = 1.6;
/// Firedamp's peak memory, in any form.
const PEAK_MIB_MAX: f64 = 256.0;
/// Peak memory on the whole day over that on a quarter of it.
const PEAK_GROWTH_MAX: f64 = 1.25;
/// CPU time on the whole day over that on a quarter of it.
const TIME_GROWTH_MAX: f64 = 4.4;

/// All that was measured.
pub(crate) struct Report {
    /// The usages.
    pub(crate) runs: Runs,
    /// The comparison of answers: whether they agree, and the words.
    pub(crate) answers: Vec<(bool, String)>,
    /// The programs that couldn't do it.
    pub(crate) failures: Vec<String>,
    /// Firedamp on a quarter of the day and on the whole.
    pub(crate) growth: Vec<(Usage, Usage)>,
    lines: u64,
    sizes: Vec<Size>,
}

/// How large a form is.
struct Size {
    form: Form,
    records: u64,
    plain_bytes: u64,
    stored_bytes: u64,
}

impl Report {
    /// An empty report about a set.
    pub(crate) fn new(set: &Set, forms: &[Form]) -> Result<Self> {
        let size = |form: &Form| -> Result<Size> {
            Ok(Size {
                form: *form,
                records: set.records(*form),
                plain_bytes: set.plain_bytes(*form)?,
                stored_bytes: bytes(&set.input(*form))?,
            })
        };
        Ok(Self {
            runs: Runs::new(),
            answers: Vec::new(),
            failures: Vec::new(),
            growth: Vec::new(),
            lines: set.lines,
            sizes: forms.iter().map(size).collect::<Result<_>>()?,
        })
    }

    /// True when every answer agrees.
    pub(crate) fn agrees(&self) -> bool {
        self.answers.iter().all(|(same, _)| *same)
    }

    /// The report as Markdown.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("# Scan of a made-up day, {} lines\n\n", self.lines);
        text += &self.sizes();
        text += &self.table();
        text += "\nCPU seconds are user and system time of all threads; medians, the minimum in \
                 brackets.\nGB/s per core: bytes of the text that the input stands for (Azure: of \
                 the blobs) over CPU seconds.\nThe peers do the bare list join and nothing else; \
                 their numbers include the start of Python, about 0.2 s.\n";
        text += "\n## Answers\n\n";
        self.answers.iter().for_each(|(_, line)| text += &format!("- {line}\n"));
        self.failures.iter().for_each(|line| text += &format!("- N/A {line}\n"));
        text += "\n## Targets\n\n| target | limit | measured | |\n| --- | --: | --: | --- |\n";
        self.targets().into_iter().for_each(|line| text += &line);
        text
    }

    fn sizes(&self) -> String {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let peers = REQUIREMENTS.split_whitespace().collect::<Vec<_>>().join(", ");
        let mut text = format!("- {cores} cores; {peers}\n");
        for size in &self.sizes {
            let stored = size.stored_bytes as f64 / 1e9;
            text += &format!("- {}: {} records, {stored:.3} GB\n", size.form.id(), size.records);
        }
        text + "\n"
    }

    fn table(&self) -> String {
        let mut text = "| form | program | wall s | CPU s | peak MiB | GB/s per core | M records/s \
                        per core | CPU ÷ firedamp |\n| --- | --- | --: | --: | --: | --: | --: | --: \
                        |\n"
            .to_owned();
        for size in &self.sizes {
            for program in Program::of(size.form) {
                text += &self.row(size, *program);
            }
        }
        text
    }

    fn row(&self, size: &Size, program: Program) -> String {
        let (form, name) = (size.form.id(), program.name());
        let Some(usages) = self.runs.get(&(size.form, program)) else {
            return format!("| {form} | {name} | N/A | N/A | N/A | N/A | N/A | N/A |\n");
        };
        let (wall, cpu) = (spread(usages, |u| u.wall_seconds), spread(usages, |u| u.cpu_seconds));
        let peak = spread(usages, peak_mib).0;
        let speed = size.plain_bytes as f64 / 1e9 / cpu.0;
        let records = size.records as f64 / 1e6 / cpu.0;
        let ratio = self.cpu(size.form, Program::Firedamp).map_or(f64::NAN, |ours| cpu.0 / ours);
        format!(
            "| {form} | {name} | {:.2} ({:.2}) | {:.2} ({:.2}) | {peak:.0} | {speed:.2} | \
             {records:.1} | {ratio:.2} |\n",
            wall.0, wall.1, cpu.0, cpu.1
        )
    }

    fn cpu(&self, form: Form, program: Program) -> Option<f64> {
        Some(spread(self.runs.get(&(form, program))?, |usage| usage.cpu_seconds).0)
    }

    fn targets(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let faster =
            |form: Form, peer| Some(self.wall(form, peer)? / self.wall(form, Program::Firedamp)?);
        for (name, limit, times) in [
            ("text: times DuckDB, wall", DUCKDB_TIMES_MIN, faster(Form::Text, Program::DuckDb)),
            ("text: times Polars, wall", POLARS_TIMES_MIN, faster(Form::Text, Program::Polars)),
            (
                "Parquet: times Polars, wall",
                POLARS_PARQUET_TIMES_MIN,
                faster(Form::Parquet, Program::Polars),
            ),
            ("text: GB/s per core", TEXT_RATE_MIN, self.rate(Form::Text)),
            ("Azure JSON: GB/s per core", AZURE_RATE_MIN, self.rate(Form::Azure)),
        ] {
            lines.extend(times.map(|times| at_least(name, limit, times)));
        }
        let bare = self.cpu(Form::Gzip, Program::Libdeflate);
        let ours = self.cpu(Form::Gzip, Program::Firedamp);
        if let (Some(ours), Some(bare)) = (ours, bare) {
            lines.push(at_most("gzip: CPU ÷ libdeflate", LIBDEFLATE_RATIO_MAX, ours / bare));
        }
        for form in [Form::Text, Form::Gzip, Form::Parquet, Form::Azure] {
            let peak =
                self.runs.get(&(form, Program::Firedamp)).map(|runs| spread(runs, peak_mib).0);
            let name = format!("{}: peak MiB", form.id());
            lines.extend(peak.map(|peak| at_most(&name, PEAK_MIB_MAX, peak)));
        }
        let (smaller, whole): (Vec<_>, Vec<_>) = self.growth.iter().copied().unzip();
        let times = |usage: &Usage| usage.cpu_seconds;
        let growth = |of: fn(&Usage) -> f64| spread(&whole, of).0 / spread(&smaller, of).0;
        lines.push(at_most("text: peak, day ÷ quarter", PEAK_GROWTH_MAX, growth(peak_mib)));
        let time = spread(&whole, times).0 / spread(&smaller, times).0;
        lines.push(at_most("text: CPU, day ÷ quarter", TIME_GROWTH_MAX, time));
        lines
    }

    /// Gigabytes of the plain input per CPU second.
    fn rate(&self, form: Form) -> Option<f64> {
        let size = self.sizes.iter().find(|size| size.form == form)?;
        Some(size.plain_bytes as f64 / 1e9 / self.cpu(form, Program::Firedamp)?)
    }

    fn wall(&self, form: Form, program: Program) -> Option<f64> {
        let runs = self.runs.get(&(form, program))?;
        Some(spread(runs, |usage| usage.wall_seconds).0)
    }
}

fn peak_mib(usage: &Usage) -> f64 {
    usage.peak_kib as f64 / 1024.0
}

/// The median and the minimum of a number over the repetitions.
fn spread(usages: &[Usage], number: impl Fn(&Usage) -> f64) -> (f64, f64) {
    let mut numbers: Vec<f64> = usages.iter().map(number).collect();
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN);
    (middle, numbers.first().copied().unwrap_or(f64::NAN))
}

fn at_most(name: &str, limit: f64, measured: f64) -> String {
    let verdict = if measured <= limit { "pass" } else { "FAIL" };
    format!("| {name} | ≤ {limit:.2} | {measured:.2} | {verdict} |\n")
}

fn at_least(name: &str, limit: f64, measured: f64) -> String {
    let verdict = if measured >= limit { "pass" } else { "FAIL" };
    format!("| {name} | ≥ {limit:.2} | {measured:.2} | {verdict} |\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_median_and_the_minimum() {
        let usage =
            |wall_seconds| Usage { wall_seconds, cpu_seconds: 0.0, peak_kib: 0, code: None };
        let usages = [usage(3.0), usage(1.0), usage(2.0)];
        assert_eq!(spread(&usages, |usage| usage.wall_seconds), (2.0, 1.0));
    }

    #[test]
    fn an_unmeasured_target_fails() {
        assert!(at_least("speed", 1.0, f64::NAN).contains("FAIL"));
        assert!(at_most("speed", 1.0, 0.9).contains("pass"));
    }
}

//! `cargo xtask bench serve`: how fast the desk folds what a scan reads, what it takes while nothing
//! happens, and how quickly it answers with a million cases while it folds.

mod desk;
mod load;
mod paint;

use std::{
    fs,
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use clap::Args;

use self::{
    desk::Desk,
    load::{Answers, Load},
};
use super::{measure::measure, peer::text, scan, set::Form, world::NOW};
use crate::shell;

const ADD_CASES: &str = include_str!("serve/add_cases.py");
/// Objects that the day comes in.
const OBJECT_COUNT: usize = 48;
/// The desk lets go of states after a minute without work; then some.
const REST: Duration = Duration::from_secs(75);
/// While requests are made, an object arrives so often.
const ARRIVAL: Duration = Duration::from_secs(2);
const INGEST_SHARE_MIN: f64 = 0.7;
const IDLE_MIB_MAX: u64 = 100;
const QUEUE_MILLIS_MAX: f64 = 100.0;
const LIST_MILLIS_MAX: f64 = 50.0;
const PAINT_MILLIS_MAX: f64 = 100.0;
/// Cases behind the queue that a browser is shown.
const PAINTED_CASES: u64 = 100_000;

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// The lines of the day that is folded.
    #[arg(long, default_value_t = 4_000_000)]
    lines: u64,
    /// Cases in the store while requests are made.
    #[arg(long, default_value_t = 1_000_000)]
    cases: u64,
    /// Seconds of requests of each kind.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
}

/// A measured number beside what it should be.
struct Row {
    what: String,
    limit: String,
    measured: String,
    holds: Option<bool>,
}

impl Row {
    fn most(what: impl Into<String>, limit: f64, measured: f64, unit: &str) -> Self {
        let holds = Some(measured <= limit);
        let (limit, measured) = (format!("≤ {limit} {unit}"), format!("{measured:.1} {unit}"));
        Self { what: what.into(), limit, measured, holds }
    }

    fn seen(what: impl Into<String>, measured: String) -> Self {
        Self { what: what.into(), limit: String::new(), measured, holds: None }
    }
}

/// Makes the day, measures and prints the table.
pub(crate) fn run(options: &Options) -> Result<()> {
    shell::build_release()?;
    let bench = shell::target().join("bench");
    let set = scan::small(&bench, options.lines)?;
    let folder = bench.join("serve");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("removing what another run left")?;
    }
    let place = Place { watched: folder.join("watched"), data: folder.join("data"), folder };
    fs::create_dir_all(&place.watched)?;
    let objects = place.cut(&set.input(Form::Text))?;
    let mut rows = place.ingest(&objects)?;
    rows.extend(place.requests(&objects, options)?);
    rows.push(place.first_paint()?);
    println!("\n| what | limit | measured | |\n| --- | --: | --: | --- |");
    for Row { what, limit, measured, holds } in rows {
        let verdict = match holds {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "",
        };
        println!("| {what} | {limit} | {measured} | {verdict} |");
    }
    fs::remove_dir_all(&place.folder).context("deleting the desk")
}

/// Where the desk of this bench lives.
struct Place {
    folder: PathBuf,
    watched: PathBuf,
    data: PathBuf,
}

impl Place {
    /// The day in objects of equal length, beside the watched folder.
    fn cut(&self, day: &Path) -> Result<Vec<PathBuf>> {
        let parts = self.folder.join("parts");
        fs::create_dir_all(&parts)?;
        let each = fs::metadata(day)?.len() / OBJECT_COUNT as u64 + 1;
        let mut lines = BufReader::new(fs::File::open(day)?);
        let mut header = Vec::new();
        lines.read_until(b'\n', &mut header)?;
        let mut objects = Vec::new();
        loop {
            let path = parts.join(format!("{:03}.log", objects.len()));
            let mut out = BufWriter::new(fs::File::create(&path)?);
            out.write_all(&header)?;
            let (mut line, mut written) = (Vec::new(), 0);
            while written < each && lines.read_until(b'\n', &mut line)? > 0 {
                out.write_all(&line)?;
                written += line.len() as u64;
                line.clear();
            }
            out.flush()?;
            if written == 0 {
                fs::remove_file(&path)?;
                return Ok(objects);
            }
            objects.push(path);
        }
    }

    /// A scan of the objects, and a desk that finds them all at once.
    fn ingest(&self, objects: &[PathBuf]) -> Result<Vec<Row>> {
        let scan = ["scan", "--now", NOW, "--output", "json"].map(ToOwned::to_owned);
        let parts = text(self.folder.join("parts"))?;
        let command = [vec![text(shell::firedamp())?], scan.to_vec(), vec![parts]].concat();
        let scanned = measure(&command, &self.folder.join("scan.json"), &[0, 1])?;
        for object in objects {
            self.arrive(object)?;
        }
        let began = Instant::now();
        let desk = Desk::start(&self.data, &self.watched, &[])?;
        while desk.total("objects")? < objects.len() as u64 {
            thread::sleep(Duration::from_millis(50));
        }
        let wall = began.elapsed().as_secs_f64();
        let cpu = desk.cpu_seconds()?;
        let share = scanned.wall_seconds / wall;
        let after = desk.memory_mib("VmRSS")?;
        thread::sleep(REST);
        let idle = desk.memory_mib("VmRSS")?;
        let peak = desk.memory_mib("VmHWM")?;
        Ok(vec![
            Row::seen(
                format!("scan of {} objects: wall, CPU", objects.len()),
                format!("{:.2} s, {:.2} s", scanned.wall_seconds, scanned.cpu_seconds),
            ),
            Row::seen(
                "desk, from start to the last object: wall, CPU",
                format!("{wall:.2} s, {cpu:.2} s"),
            ),
            Row {
                what: "ingestion: share of the scan's rate".into(),
                limit: format!("≥ {INGEST_SHARE_MIN}"),
                measured: format!("{share:.2}"),
                holds: Some(share >= INGEST_SHARE_MIN),
            },
            Row::seen("memory after the last object", format!("{after} MiB")),
            Row::most("memory, idle", IDLE_MIB_MAX as f64, idle as f64, "MiB"),
            Row::seen("memory, peak while folding", format!("{peak} MiB")),
        ])
    }

    /// Lets an object arrive, whole at once.
    fn arrive(&self, object: &Path) -> Result<()> {
        let name = object.file_name().context("an object has a name")?;
        fs::copy(object, self.folder.join("arriving"))?;
        Ok(fs::rename(self.folder.join("arriving"), self.watched.join(name))?)
    }

    /// Requests while objects arrive and one thread folds them.
    fn requests(&self, objects: &[PathBuf], options: &Options) -> Result<Vec<Row>> {
        add_cases(&self.data, options.cases)?;
        let desk = Desk::start(&self.data, &self.watched, &["--threads", "1"])?;
        let length = Duration::from_secs(options.seconds);
        let open = desk.total("open_cases")?;
        let stored = format!("{}, {open}", options.cases);
        let mut rows = vec![Row::seen("cases in the store, open ones", stored)];
        let brief = length / 3;
        for (what, load, limit, length) in [
            ("queue page at 10 a second", Load::new("/", 10), QUEUE_MILLIS_MAX, length),
            ("API list at 200 a second", Load::new("/api/v1/cases", 200), LIST_MILLIS_MAX, length),
            (
                "API list of a reseller with half of them, 20 a second",
                Load::new("/api/v1/cases?customer=bench-reseller", 20),
                LIST_MILLIS_MAX,
                length,
            ),
            (
                "API list of a customer's 50, 20 a second",
                Load::new("/api/v1/cases?customer=bench-17", 20),
                LIST_MILLIS_MAX,
                brief,
            ),
            (
                "API list by assignee that fits none, 20 a second",
                Load::new("/api/v1/cases?assignee=nobody", 20),
                LIST_MILLIS_MAX,
                brief,
            ),
            (
                "API list by severity and cloud that fit none, 2 a second",
                Load::new("/api/v1/cases?provider=gcp&severity=low", 2),
                LIST_MILLIS_MAX,
                brief,
            ),
            (
                "API list by text that fits none, 2 a second",
                Load::new("/api/v1/cases?account=nowhere", 2),
                LIST_MILLIS_MAX,
                brief,
            ),
        ] {
            let answers = self.while_folding(objects, length, || load.run(&desk, length))?;
            ensure!(answers.failures == 0, "{} of {what} failed", answers.failures);
            rows.push(Row::seen(
                format!("{what}: answered, p50"),
                format!("{}, {:.1} ms", answers.count(), answers.millis(0.50)),
            ));
            rows.push(Row::most(format!("{what}: p99"), limit, answers.millis(0.99), "ms"));
        }
        rows.push(Row::seen("memory after it", format!("{} MiB", desk.memory_mib("VmRSS")?)));
        thread::sleep(REST);
        let idle = desk.memory_mib("VmRSS")? as f64;
        rows.push(Row::most("memory, idle with these cases", IDLE_MIB_MAX as f64, idle, "MiB"));
        Ok(rows)
    }

    /// What a browser takes to show the queue, of a desk of its own.
    fn first_paint(&self) -> Result<Row> {
        let what = format!("first paint of the queue with {PAINTED_CASES} cases, in Chromium");
        let (data, watched) = (self.folder.join("painted"), self.folder.join("nothing"));
        fs::create_dir_all(&watched)?;
        drop(Desk::start(&data, &watched, &[])?);
        add_cases(&data, PAINTED_CASES)?;
        let desk = Desk::start(&data, &watched, &[])?;
        Ok(match paint::first_paint(&desk)? {
            Some(millis) => Row::most(what, PAINT_MILLIS_MAX, millis, "ms"),
            None => Row::seen(what, "not measured: there is no browser".to_owned()),
        })
    }

    /// Does something while objects change and are folded again.
    fn while_folding(
        &self,
        objects: &[PathBuf],
        length: Duration,
        load: impl FnOnce() -> Result<Answers>,
    ) -> Result<Answers> {
        let until = Instant::now() + length;
        thread::scope(|scope| {
            let arriving = scope.spawn(move || -> Result<()> {
                let still = |_: &&PathBuf| Instant::now() < until;
                for object in objects.iter().cycle().take_while(still) {
                    self.arrive(object)?;
                    thread::sleep(ARRIVAL);
                }
                Ok(())
            });
            let answers = load();
            arriving.join().map_err(|_| anyhow::anyhow!("no objects arrived"))??;
            answers
        })
    }
}

/// Puts made-up cases into the store of a desk that does not run.
fn add_cases(data: &Path, count: u64) -> Result<()> {
    let database = text(data.join("firedamp.db"))?;
    let mut add = Command::new("python3");
    shell::run(add.args(["-c", ADD_CASES, &database, &count.to_string()]))
}

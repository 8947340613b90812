//! `cargo xtask bench evidence`: the logs that are no flow logs. Audit logs, bills and process
//! records are made up, read by Firedamp, and the bills grouped by `DuckDB` in the same run.

mod bills;
mod records;

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use fastrand::Rng;

use super::{
    measure::{Usage, measure},
    scan::REQUIREMENTS,
    set::bytes,
};
use crate::{shell, venv};

const GROUP_DUCKDB: &str = include_str!("evidence/group_duckdb.py");
const REPETITIONS: usize = 3;
const SEED: u64 = 0x000f_12ed_a30a;
const MEGABYTE: u64 = 1_000_000;

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// Megabytes of each kind.
    #[arg(long, default_value_t = 500)]
    megabytes: u64,
    /// Measure one kind only.
    #[arg(long)]
    only: Option<Kind>,
}

/// A kind of log.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Kind {
    /// AWS `CloudTrail`, one file.
    #[value(name = "aws_cloudtrail")]
    CloudTrail,
    /// Azure activity log, JSON lines.
    #[value(name = "azure_activity")]
    AzureActivity,
    /// Linux audit daemon, text.
    Auditd,
    /// FOCUS 1.0, one CSV file.
    Focus,
    /// AWS cost and usage report, one CSV file.
    #[value(name = "aws_cur")]
    Cur,
}

impl Kind {
    const ALL: [Self; 5] =
        [Self::CloudTrail, Self::AzureActivity, Self::Auditd, Self::Focus, Self::Cur];

    const fn id(self) -> &'static str {
        match self {
            Self::CloudTrail => "aws_cloudtrail",
            Self::AzureActivity => "azure_activity",
            Self::Auditd => "auditd",
            Self::Focus => "focus",
            Self::Cur => "aws_cur",
        }
    }

    /// Bytes a second and core, in GB, that it should be read at.
    const fn rate_min(self) -> f64 {
        match self {
            Self::Focus | Self::Cur => 0.4,
            _ => 0.3,
        }
    }

    const fn is_bill(self) -> bool {
        matches!(self, Self::Focus | Self::Cur)
    }

    /// Writes about `size` bytes to `path`.
    fn write(self, path: &Path, size: u64) -> Result<()> {
        let mut out = Counted { out: BufWriter::new(File::create(path)?), bytes: 0 };
        let mut random = Rng::with_seed(SEED);
        match self {
            Self::CloudTrail => records::cloudtrail(&mut out, size, &mut random),
            Self::AzureActivity => records::azure_activity(&mut out, size, &mut random),
            Self::Auditd => records::auditd(&mut out, size, &mut random),
            Self::Focus => bills::focus(&mut out, size, &mut random),
            Self::Cur => bills::cur(&mut out, size, &mut random),
        }?;
        out.out.flush().context("writing a set")
    }
}

/// A writer that knows how much was written.
struct Counted<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// Makes the sets, measures and prints the table.
pub(crate) fn run(options: &Options) -> Result<()> {
    shell::build_release()?;
    let folder = shell::target().join("bench").join("evidence");
    fs::create_dir_all(&folder)?;
    let python = venv::make(&shell::target().join("bench").join("venv"), REQUIREMENTS)?;
    let kinds = options.only.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]);
    println!("| log | program | wall s | CPU s | peak MiB | GB/s per core | |");
    println!("| --- | --- | --: | --: | --: | --: | --- |");
    for kind in kinds {
        let path = folder.join(format!("{}.log", kind.id()));
        kind.write(&path, options.megabytes * MEGABYTE)?;
        compare(kind, &path, &python)?;
        fs::remove_file(&path)?;
    }
    Ok(())
}

/// Firedamp, and beside it `DuckDB` on bills, in turns.
fn compare(kind: Kind, path: &Path, python: &Path) -> Result<()> {
    let input = path.display().to_string();
    let own = [&shell::firedamp().display().to_string(), "scan", "--output", "json", &input];
    let peer = [&python.display().to_string(), "-c", GROUP_DUCKDB, kind.id(), &input];
    let (mut firedamp, mut duckdb) = (Vec::new(), Vec::new());
    for _ in 0..REPETITIONS {
        firedamp.push(once(&own, path)?);
        if kind.is_bill() {
            duckdb.push(once(&peer, path)?);
        }
    }
    let size = bytes(path)?;
    let (own, peer) = (median(&mut firedamp), median(&mut duckdb));
    let own = own.context("nothing was measured")?;
    let rate = size as f64 / 1e9 / own.cpu_seconds;
    let verdict = if rate >= kind.rate_min() { "pass" } else { "FAIL" };
    row(kind, "firedamp", &own, size, &format!("at least {}: {verdict}", kind.rate_min()));
    if let Some(peer) = peer {
        let times = peer.wall_seconds / own.wall_seconds;
        let verdict = if times >= 2.0 { "pass" } else { "FAIL" };
        row(
            kind,
            "duckdb",
            &peer,
            size,
            &format!("{times:.2} × Firedamp's time, at least 2: {verdict}"),
        );
    }
    Ok(())
}

fn once(command: &[&str], path: &Path) -> Result<Usage> {
    let words: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
    let answer: PathBuf = path.with_extension("json");
    measure(&words, &answer, &[0, 1])
}

/// The usage with the median CPU time.
fn median(usages: &mut [Usage]) -> Option<Usage> {
    usages.sort_by(|one, other| one.cpu_seconds.total_cmp(&other.cpu_seconds));
    usages.get(usages.len() / 2).copied()
}

fn row(kind: Kind, program: &str, usage: &Usage, size: u64, verdict: &str) {
    let Usage { wall_seconds, cpu_seconds, peak_kib, .. } = *usage;
    let rate = size as f64 / 1e9 / cpu_seconds;
    println!(
        "| {} | {program} | {wall_seconds:.2} | {cpu_seconds:.2} | {} | {rate:.2} | {verdict} |",
        kind.id(),
        peak_kib / 1024
    );
}

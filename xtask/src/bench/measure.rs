//! What one program used: wall time, CPU time and peak memory.
//!
//! The bench starts itself again as a small process whose only child is the measured program, so
//! that `getrusage` of the children is about that program alone. (Memory at its peak survives
//! `exec`; a child of the large process would inherit the large process's peak.)

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use clap::Args;
use nix::sys::{
    resource::{UsageWho, getrusage},
    time::{TimeVal, TimeValLike},
};
use serde::{Deserialize, Serialize};

/// What to run, and where the numbers go.
#[derive(Args)]
pub(crate) struct Options {
    /// The file to write the numbers to.
    #[arg(long)]
    report: PathBuf,
    /// The program and its arguments.
    #[arg(required = true, last = true)]
    command: Vec<String>,
}

/// What a program used.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Usage {
    /// From start to end.
    pub(crate) wall_seconds: f64,
    /// User and system time of all its threads.
    pub(crate) cpu_seconds: f64,
    /// The largest resident set.
    pub(crate) peak_kib: i64,
    /// The exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
}

/// Runs the program and writes what it used: the small process's side.
pub(crate) fn run(options: &Options) -> Result<()> {
    let (program, arguments) = options.command.split_first().context("no program")?;
    let started = Instant::now();
    let status = Command::new(program).args(arguments).status();
    let status = status.with_context(|| format!("cannot start {program}"))?;
    let wall_seconds = started.elapsed().as_secs_f64();
    let used = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cpu_seconds = seconds(used.user_time()) + seconds(used.system_time());
    let usage = Usage { wall_seconds, cpu_seconds, peak_kib: used.max_rss(), code: status.code() };
    fs::write(&options.report, serde_json::to_vec(&usage)?).context("writing the numbers")
}

fn seconds(time: TimeVal) -> f64 {
    time.num_microseconds() as f64 / 1e6
}

/// Measures a command; its standard output goes to `answer`, its errors beside it.
pub(crate) fn measure(command: &[String], answer: &Path, codes: &[i32]) -> Result<Usage> {
    let (report, errors) = (answer.with_extension("usage"), answer.with_extension("errors"));
    let mut wrapper = Command::new(env::current_exe()?);
    drop(fs::remove_file(&report));
    wrapper.args(["bench", "measure", "--report"]).arg(&report).arg("--").args(command);
    wrapper.stdin(Stdio::null()).stdout(File::create(answer)?).stderr(File::create(&errors)?);
    let status = wrapper.status().context("cannot start the measuring process")?;
    let usage: Option<Usage> =
        fs::read(&report).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let ended_well = |usage: &Usage| usage.code.is_some_and(|code| codes.contains(&code));
    let said = || fs::read_to_string(&errors).unwrap_or_default();
    ensure!(status.success(), "the measuring process failed: {}", said());
    let usage = usage.context("the measuring process wrote no numbers")?;
    ensure!(ended_well(&usage), "{} ended with {:?}: {}", command[0], usage.code, said());
    Ok(usage)
}

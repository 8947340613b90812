//! A desk of the release build, as its own process.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::load::Connection;
use crate::shell;

/// Ticks of processor time in a second, on Linux.
const TICKS_PER_SECOND: f64 = 100.0;
/// The first key is shown once; a desk that is started again is asked with the same one.
const KEY_FILE: &str = "bench-key";
/// How keys begin.
const KEY_MARK: &str = "firedamp_";

/// A desk that runs; it is killed when nobody needs it any more.
pub(super) struct Desk {
    child: Child,
    pub(super) address: SocketAddr,
    pub(super) key: String,
}

impl Desk {
    /// Starts a desk and waits until it says where it is.
    pub(super) fn start(data: &Path, watched: &Path, flags: &[&str]) -> Result<Self> {
        let mut command = Command::new(shell::firedamp());
        command.args(["serve", "--listen", "127.0.0.1:0", "--poll-seconds", "1", "--data"]);
        command.arg(data).arg("--watch").arg(watched).args(flags);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("cannot start the desk")?;
        let said = child.stdout.take().context("the desk is silent")?;
        let stored = data.join(KEY_FILE);
        let mut key = fs::read_to_string(&stored).ok();
        for line in BufReader::new(said).lines() {
            let line = line?;
            let mut words = line.split_whitespace();
            if let Some(shown) = words.clone().find(|word| word.starts_with(KEY_MARK)) {
                fs::write(&stored, shown)?;
                key = Some(shown.to_owned());
            }
            if let Some(address) = words.find_map(|word| word.strip_prefix("http://")) {
                let address = address.trim_end_matches(['/', ',', '.']);
                let address = address.parse().with_context(|| format!("`{address}`"))?;
                return Ok(Self { child, address, key: key.context("the desk gave no key")? });
            }
        }
        ensure!(child.try_wait()?.is_none(), "the desk did not start");
        anyhow::bail!("the desk does not say where it is")
    }

    /// One of the totals.
    pub(super) fn total(&self, name: &str) -> Result<u64> {
        let answer = Connection::to(self)?.get("/api/v1/totals")?;
        let totals: Value = serde_json::from_slice(&answer.body)?;
        totals[name].as_u64().with_context(|| format!("no total {name} in {totals}"))
    }

    /// A line of the process's status, in MiB.
    pub(super) fn memory_mib(&self, name: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with(name)).context("no such line")?;
        let kib: u64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
        Ok(kib / 1024)
    }

    /// User and system time of all its threads.
    pub(super) fn cpu_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name, in parentheses, may hold anything.
        let rest = stat.rsplit(')').next().unwrap_or_default();
        let ticks = rest.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        Ok(ticks.sum::<std::result::Result<f64, _>>()? / TICKS_PER_SECOND)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

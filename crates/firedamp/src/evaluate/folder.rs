//! Telemetry that people have labelled: a folder with `truth.jsonl`, an account's truth a line.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use firedamp_core::id::Account;

use super::verdict::{self, Arm, Verdict};
use crate::{
    pipeline::{self, Job},
    simulate::Truth,
    source::Found,
};

/// The file that says what is true.
pub const TRUTH_FILE: &str = "truth.jsonl";

/// Reads the truths beside a folder's telemetry.
///
/// # Errors
/// When the file can't be read, or a line of it is no truth.
pub fn truths(folder: &Path) -> Result<Vec<Truth>> {
    let path = folder.join(TRUTH_FILE);
    let name = path.display();
    let text = fs::read_to_string(&path).with_context(|| {
        format!(
            "cannot read `{name}`, which says what is true of each account, one JSON object a line"
        )
    })?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let truths =
        lines.map(|(at, line)| truth(line).with_context(|| format!("`{name}`, line {}", at + 1)));
    truths.collect()
}

fn truth(line: &str) -> Result<Truth> {
    let truth: Truth = serde_json::from_str(line).context("no truth of an account")?;
    if Account::parse(&truth.account).is_none() {
        bail!("`{}` is no account such as aws:111122223333", truth.account);
    }
    Ok(truth)
}

/// Judges a folder. Also tells accounts with a truth and without telemetry, and the other way round.
///
/// # Errors
/// When there is no truth.
pub fn judge(folder: &Path, arm: &Arm, threads: usize) -> Result<(Vec<Verdict>, Vec<String>)> {
    let truths = truths(folder)?;
    let found = Found::under(&[folder.to_path_buf()]);
    let job = Job { options: arm.options.clone(), threads, advance: &|_| () };
    let read = pipeline::read(&found.entries, &job);
    let notes = unmatched(&read.accounts, &truths);
    Ok((verdict::judge(&read.accounts, &truths, arm, 0), notes))
}

fn unmatched(accounts: &firedamp_core::fold::Accounts, truths: &[Truth]) -> Vec<String> {
    let read: Vec<String> = accounts.0.keys().map(ToString::to_string).collect();
    let unread = truths.iter().filter(|truth| !read.contains(&truth.account));
    let unread = unread.map(|truth| format!("{}: a truth, but no telemetry", truth.account));
    let untold = read.iter().filter(|id| !truths.iter().any(|truth| truth.account == **id));
    unread.chain(untold.map(|id| format!("{id}: telemetry, but no truth"))).collect()
}

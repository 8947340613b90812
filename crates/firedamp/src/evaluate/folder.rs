//! Telemetry that people have labelled: a folder with `truth.jsonl`, an account's truth a line, and
//! below it the telemetry of these accounts in any format. `blocks/<coin>.txt`, as `firedamp simulate`
//! writes them, say when chains had their blocks.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, bail, ensure};
use firedamp_core::{
    blocks::Blocks,
    fold::Accounts,
    id::Account,
    scan::{self, Options},
    time::Time,
};

use super::{
    reading::{known, late_seconds},
    verdict::{self, Arm, Verdict},
    wait,
};
use crate::{
    pipeline::{self, Job, Read},
    simulate::Truth,
    source::{Entry, Found},
};

/// The file that says what is true.
pub const TRUTH_FILE: &str = "truth.jsonl";
/// The folder with the chains' clocks.
const BLOCKS_FOLDER: &str = "blocks";

/// A labelled folder.
#[derive(Debug)]
pub struct Folder {
    /// What is true of each account.
    pub truths: Vec<Truth>,
    /// The files with telemetry.
    pub entries: Vec<Entry>,
    /// What could not be found, in words.
    pub notes: Vec<String>,
    blocks: Arc<Blocks>,
    root: PathBuf,
}

/// How a folder is judged.
pub struct Reading<'a> {
    /// How many threads.
    pub threads: usize,
    /// Seconds that a flow record counts; 0 where that is not known.
    pub record_seconds: u32,
    /// Found accounts whose delay is measured, at most.
    pub delays: usize,
    /// Told of bytes read.
    pub advance: &'a (dyn Fn(u64) + Sync),
}

impl Folder {
    /// Finds the truths, the telemetry and the clocks of a folder.
    ///
    /// # Errors
    /// When there is no truth, a line of it is none, or a clock can't be read.
    pub fn open(root: &Path) -> Result<Self> {
        let truths = truths(root)?;
        let found = Found::under(&[root.to_path_buf()]);
        let (truth_file, blocks_folder) = (root.join(TRUTH_FILE), root.join(BLOCKS_FOLDER));
        let mut entries = found.entries;
        entries.retain(|entry| entry.path != truth_file && !entry.path.starts_with(&blocks_folder));
        let notes = found.unreadable.iter();
        let notes = notes.map(|one| format!("{}: {}", one.name, one.reason)).collect();
        ensure!(
            !entries.is_empty(),
            "no telemetry under `{}`: put the logs of its accounts beside {TRUTH_FILE}",
            root.display()
        );
        let blocks = Arc::new(blocks(&blocks_folder)?);
        Ok(Self { truths, entries, notes, blocks, root: root.to_path_buf() })
    }

    /// How many bytes there are to read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.entries.iter().map(|entry| entry.bytes).sum()
    }

    /// Judges the folder, and tells accounts with a truth and without telemetry, the other way round,
    /// and files that could not be read.
    ///
    /// # Errors
    /// When no account that has a truth has telemetry too.
    pub fn judge(&self, arm: &Arm, reading: &Reading<'_>) -> Result<(Vec<Verdict>, Vec<String>)> {
        let arm = self.equipped(arm);
        let job = Job {
            options: arm.options.clone(),
            threads: reading.threads,
            advance: reading.advance,
            again: &|_| (),
        };
        let read = pipeline::read(&self.entries, &job);
        let mut notes = unreadable(&read, &self.entries);
        let unmatched = Unmatched::of(&read.accounts, &self.truths);
        ensure!(
            unmatched.unread.len() < self.truths.len(),
            "none of the {} accounts in {TRUTH_FILE} has telemetry under `{}`; {}",
            self.truths.len(),
            self.root.display(),
            unmatched.remedy()
        );
        notes.extend(unmatched.notes());
        let flows = if arm.flows_only { flow_logs(&read, &self.entries) } else { Vec::new() };
        let (entries, read) = if arm.flows_only {
            let again = pipeline::read(&flows, &Job { advance: &|_| (), again: &|_| (), ..job });
            (&flows, again)
        } else {
            (&self.entries, read)
        };
        // A miner of which nothing is known is missed; an innocent of whom this way of judging knows
        // nothing proves nothing.
        let unread = Unmatched::of(&read.accounts, &self.truths).unread;
        let is_told = |truth: &&Truth| truth.mines || !unread.contains(&truth.account);
        let truths: Vec<Truth> = self.truths.iter().filter(is_told).cloned().collect();
        let mut verdicts = verdict::judge(&read.accounts, &truths, &arm, reading.record_seconds);
        wait(&mut verdicts, entries, &arm, reading);
        Ok((verdicts, notes))
    }

    /// The way of judging with the chains' clocks, where it has them.
    fn equipped(&self, arm: &Arm) -> Arm {
        let mut arm = arm.clone();
        if arm.with_blocks {
            arm.options.blocks = self.blocks.clone();
        }
        arm
    }
}

/// Measures the delays of found accounts, each by the files that it is in.
fn wait(verdicts: &mut [Verdict], entries: &[Entry], arm: &Arm, reading: &Reading<'_>) {
    let is_wanted = |verdict: &&mut Verdict| {
        verdict.is_found() && verdict.truth.mines && verdict.truth.mining_since.is_some()
    };
    let mut wanted = verdicts.iter_mut().filter(is_wanted).take(reading.delays).peekable();
    if wanted.peek().is_none() {
        return;
    }
    let places = places(entries, &arm.options, reading);
    let options = wait::judged_by(&arm.options);
    for verdict in wanted {
        let own = places.get(&verdict.truth.account);
        let is_found = |at: Time| {
            let mut accounts = Accounts::default();
            for (late, entries) in own.into_iter().flatten() {
                let options = known(at, &options, *late);
                accounts = accounts.merge(quietly(entries, &options, reading.threads).accounts);
            }
            let cases = scan::judge(&accounts, &options);
            cases.iter().any(|case| case.id == verdict.truth.account)
        };
        verdict.delay = wait::delay_by(&verdict.truth, &is_found);
    }
}

/// Reads entries without a word.
fn quietly(entries: &[Entry], options: &Options, threads: usize) -> Read {
    let job = Job { options: options.clone(), threads, advance: &|_| (), again: &|_| () };
    pipeline::read(entries, &job)
}

/// The files that each account is in, by how late their records come.
fn places(
    entries: &[Entry],
    options: &Options,
    reading: &Reading<'_>,
) -> BTreeMap<String, BTreeMap<i64, Vec<Entry>>> {
    let mut places: BTreeMap<String, BTreeMap<i64, Vec<Entry>>> = BTreeMap::new();
    for entry in entries {
        let read = quietly(std::slice::from_ref(entry), options, reading.threads);
        let objects = read.objects.values();
        let formats = objects.flat_map(|object| object.outcome.contents.formats.keys());
        let late = formats.map(|id| late_seconds(id, reading.record_seconds)).max();
        let late = late.unwrap_or_else(|| late_seconds("", reading.record_seconds));
        for account in read.accounts.0.keys() {
            let own = places.entry(account.to_string()).or_default();
            own.entry(late).or_default().push(entry.clone());
        }
    }
    places
}

/// The files that hold flow logs and nothing else.
fn flow_logs(read: &Read, entries: &[Entry]) -> Vec<Entry> {
    let is_flows = |at: &usize| {
        let formats = read.objects.get(at).map(|object| &object.outcome.contents.formats);
        formats.is_some_and(|formats| {
            !formats.is_empty() && formats.keys().all(|id| id.ends_with("_flow"))
        })
    };
    let flows = entries.iter().enumerate().filter(|(at, _)| is_flows(at));
    flows.map(|(_, entry)| entry.clone()).collect()
}

fn unreadable(read: &Read, entries: &[Entry]) -> Vec<String> {
    let failures = read.objects.iter().filter_map(|(at, object)| {
        let what = object.failure.as_ref().or(object.outcome.warning.as_ref())?;
        Some(format!("{}: {what}", entries.get(*at)?.name))
    });
    failures.collect()
}

/// Accounts of which only half is known.
struct Unmatched {
    unread: Vec<String>,
    untold: Vec<String>,
}

impl Unmatched {
    fn of(accounts: &Accounts, truths: &[Truth]) -> Self {
        let read: BTreeSet<String> = accounts.0.keys().map(ToString::to_string).collect();
        let told: BTreeSet<String> = truths.iter().map(|truth| truth.account.clone()).collect();
        Self {
            unread: told.difference(&read).cloned().collect(),
            untold: read.difference(&told).cloned().collect(),
        }
    }

    fn notes(&self) -> impl Iterator<Item = String> + '_ {
        let unread = self.unread.iter();
        let unread = unread
            .map(|id| format!("{id}: a truth, but no telemetry; if it mines it counts as missed"));
        let untold = self.untold.iter();
        unread.chain(untold.map(|id| format!("{id}: telemetry, but no truth; it is left out")))
    }

    fn remedy(&self) -> String {
        match self.untold.first() {
            None => "is it in a format that `firedamp formats` lists?".to_string(),
            Some(account) => format!("telemetry is of accounts such as `{account}`"),
        }
    }
}

/// Reads the truths beside a folder's telemetry.
///
/// # Errors
/// When the file can't be read, a line of it is no truth, or an account has two.
pub fn truths(folder: &Path) -> Result<Vec<Truth>> {
    let path = folder.join(TRUTH_FILE);
    let name = path.display();
    let text = fs::read_to_string(&path).with_context(|| {
        format!(
            "cannot read `{name}`, which says what is true of each account, one JSON object a line; \
             `firedamp simulate` writes one"
        )
    })?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut truths = Vec::new();
    for (at, line) in lines {
        let line_number = at + 1;
        let truth = truth(line).with_context(|| format!("`{name}`, line {line_number}"))?;
        if let Some(first) = known.insert(truth.account.clone(), line_number) {
            bail!("`{name}`, line {line_number}: `{}` is on line {first} already", truth.account);
        }
        truths.push(truth);
    }
    ensure!(!truths.is_empty(), "`{name}` is empty: it wants the truth of an account a line");
    Ok(truths)
}

fn truth(line: &str) -> Result<Truth> {
    let mut truth: Truth = serde_json::from_str(line).context("no truth of an account")?;
    let Some(account) = Account::parse(&truth.account) else {
        bail!("`{}` is no account such as aws:111122223333", truth.account);
    };
    // Cases are of accounts as they are written everywhere else.
    truth.account = account.to_string();
    for (name, number) in
        [("resource_days", truth.resource_days), ("dollars_per_hour", truth.dollars_per_hour)]
    {
        ensure!(number.is_finite() && number >= 0.0, "{name} is {number}, not 0 or more");
    }
    truth.evasions.sort();
    Ok(truth)
}

/// Reads the clocks of all chains that there are.
fn blocks(folder: &Path) -> Result<Blocks> {
    let mut blocks = Blocks::default();
    let Ok(files) = fs::read_dir(folder) else {
        return Ok(blocks);
    };
    for file in files {
        let path = file.with_context(|| format!("cannot list `{}`", folder.display()))?.path();
        let coin = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let name = path.display();
        let table = fs::read_to_string(&path).with_context(|| format!("cannot read `{name}`"))?;
        // In the time of a small world a slow chain may have none.
        if !table.trim().is_empty() {
            blocks.add(coin, &table).with_context(|| format!("cannot use `{name}`"))?;
        }
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &str) -> Result<Vec<Truth>> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(TRUTH_FILE), lines).expect("a file");
        truths(folder.path())
    }

    fn line(account: &str, days: &str) -> String {
        format!(
            "{{\"account\": \"{account}\", \"scenario\": \"s\", \"mines\": true, \
             \"evasions\": [\"z\", \"a\"], \"resources\": 1, \"resource_days\": {days}}}\n"
        )
    }

    #[test]
    fn truths_are_of_accounts_as_they_are_written_elsewhere() {
        let text = line("Azure:0A", "1") + "\n" + &line("aws:111122223333", "0.5");
        let truths = told(&text).expect("truths");
        assert_eq!(truths[0].account, "azure:0a");
        assert_eq!(truths[0].evasions, ["a", "z"]);
        assert_eq!(truths.len(), 2);
    }

    #[test]
    fn what_is_no_truth_is_told_with_its_line() {
        for (text, wanted) in [
            (String::new(), "is empty"),
            ("\n{\"account\": 1}".to_string(), "line 2: no truth of an account"),
            (line("somebody", "1"), "line 1: `somebody` is no account"),
            (line("aws:1", "-1"), "line 1: resource_days is -1"),
            (line("azure:A", "1") + &line("azure:a", "1"), "line 2: `azure:a` is on line 1"),
        ] {
            let error = format!("{:#}", told(&text).expect_err("no truth"));
            assert!(error.contains(wanted), "{wanted:?} in {error}");
        }
    }

    #[test]
    fn a_folder_without_truth_or_telemetry_says_what_it_lacks() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = || format!("{:#}", Folder::open(folder.path()).expect_err("nothing there"));
        assert!(error().contains("truth.jsonl"), "{}", error());
        fs::write(folder.path().join(TRUTH_FILE), line("aws:1", "1")).expect("a file");
        assert!(error().contains("no telemetry under"), "{}", error());
        fs::create_dir(folder.path().join("blocks")).expect("a folder");
        fs::write(folder.path().join("blocks/xmr.txt"), "soon").expect("a file");
        fs::write(folder.path().join("flow.log"), "").expect("a file");
        assert!(error().contains("blocks/xmr.txt"), "{}", error());
        fs::write(folder.path().join("blocks/xmr.txt"), "20\n10\n").expect("a file");
        let open = Folder::open(folder.path()).expect("a folder");
        assert_eq!((open.entries.len(), open.truths.len(), open.blocks.count()), (1, 1, 1));
    }
}

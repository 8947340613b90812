//! Runs the program on a folder of made-up telemetry.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// A folder that goes away.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, with the folders that it needs.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// Writes a file that nobody else may read; where it is.
    pub(crate) fn secret(&self, name: &str, text: &str) -> String {
        use std::os::unix::fs::PermissionsExt;
        let path = self.write(name, text);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("closed");
        path.display().to_string()
    }
}

/// What a run printed and how it ended.
pub(crate) struct Run {
    pub(crate) cases: Vec<Value>,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let out = String::from_utf8(output.stdout).expect("text");
        let cases = out.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        Self { cases, out, err, code: output.status.code().unwrap_or(-1) }
    }
}

pub(crate) fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_firedamp"))
}

/// Runs the program with these arguments.
pub(crate) fn firedamp<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Run {
    command().args(arguments).output().expect("the program runs").into()
}

/// Scans as JSON, weak findings included.
pub(crate) fn scan(paths: &[&Path]) -> Run {
    let mut command = command();
    command.args(["scan", "--all", "--output", "json"]).args(paths);
    command.output().expect("the program runs").into()
}

/// Runs the program with something on standard input.
pub(crate) fn with_input(arguments: &[&str], input: &[u8]) -> Run {
    let mut child = command()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("a pipe").write_all(input).expect("room in the pipe");
    child.wait_with_output().expect("the program ends").into()
}

pub(crate) const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport \
                                 protocol packets bytes start end action log-status\n";

/// An hour of a miner's connection, without the header line.
pub(crate) fn mining(account: &str, remote: &str, port: u16) -> String {
    let mut log = String::new();
    for minute in 0..60 {
        let (start, end) = (1_772_359_200 + minute * 60, 1_772_359_260 + minute * 60);
        let ends =
            [format!("10.0.0.4 {remote} 49152 {port}"), format!("{remote} 10.0.0.4 {port} 49152")];
        for ends in ends {
            log += &format!("2 {account} eni-0abc {ends} 6 8 1057 {start} {end} ACCEPT OK\n");
        }
    }
    log
}

/// Writes a world into a folder: twelve hours of flow logs with a machine that mines through a server on no
/// list; when its chain had its blocks.
pub(crate) fn proxied(world: &Path) -> Vec<i64> {
    let mut simulate = command();
    simulate.arg("simulate").arg(world).args(["--scenario", "own_proxy", "--cloud", "aws"]);
    simulate.args(["--hosts", "1", "--seed", "5", "--signals", "flows"]);
    let run: Run = simulate.output().expect("the program runs").into();
    assert_eq!(run.code, 0, "{}", run.err);
    let table = fs::read_to_string(world.join("blocks/xmr.txt")).expect("a table");
    table.lines().map(|line| line.parse().expect("a second")).collect()
}

/// The same as a file for `--blocks`.
pub(crate) fn table(blocks: &[i64]) -> String {
    blocks.iter().map(|second| format!("{second}\n")).collect()
}

/// The question of the miner's machine and its answer.
pub(crate) fn question(account: &str, answer: &str) -> String {
    format!(
        r#"{{"version":"1.100000","account_id":"{account}","vpc_id":"vpc-0abc","query_timestamp":"2026-03-01T09:59:59Z","query_name":"pool.supportxmr.com.","query_type":"A","query_class":"IN","rcode":"NOERROR","answers":[{{"Rdata":"{answer}","Type":"A","Class":"IN"}}],"srcaddr":"10.0.0.4","srcport":"48701","transport":"UDP","srcids":{{"instance":"i-0abc"}}}}"#
    ) + "\n"
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// An archive of these files, each with its name.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory");
        archive.write_all(bytes).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

/// The probability of the only case.
pub(crate) fn probability(run: &Run) -> f64 {
    assert_eq!(run.cases.len(), 1, "{}{}", run.out, run.err);
    run.cases[0]["probability"].as_f64().expect("a probability")
}

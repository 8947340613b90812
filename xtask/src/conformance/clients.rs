//! `cargo xtask conformance clients`: Microsoft's own client packages, driven against a desk that was
//! started on a made-up day. What they say is the transcript in `docs/conformance.md`; a difference
//! fails.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::{shell, venv};

const REQUIREMENTS: &str = include_str!("clients/requirements.txt");
const PACKAGES: &str = include_str!("clients/package.json");
const PYTHON: &str = include_str!("clients/partner.py");
const NODE: &str = include_str!("clients/partner.mjs");
/// What makes the day, beside its folder: the same arguments give the same bytes.
const DAY: &str = "--seed 7 --hours 12 --hosts 1 --scenario plain --cloud aws --cloud azure \
                   --cloud gcp --signals flows,dns,audit,alerts";
/// Cases of that day: one in each cloud.
const CASES: usize = 3;
/// Names another folder for the packages, which are large.
const FOLDER: &str = "FIREDAMP_CLIENTS";
const TRANSCRIPT: &str = "docs/conformance.md";
/// How long a desk may take until it has its cases.
const START: Duration = Duration::from_secs(120);

/// What to do with the transcript.
#[derive(Args)]
pub(crate) struct Options {
    /// Write it instead of comparing.
    #[arg(long)]
    write: bool,
}

/// Drives the clients.
pub(crate) fn run(options: &Options) -> Result<()> {
    shell::build_release()?;
    let packages = std::env::var_os(FOLDER)
        .map_or_else(|| shell::target().join("conformance/clients"), PathBuf::from);
    let python = venv::make(&packages.join("venv"), REQUIREMENTS)?;
    let node = node(&packages.join("node"))?;
    let day = shell::target().join("conformance/day");
    if day.exists() {
        fs::remove_dir_all(&day)?;
    }
    fs::create_dir_all(&day)?;
    let logs = day.join("logs");
    shell::capture(
        Command::new(shell::firedamp()).arg("simulate").arg(&logs).args(DAY.split_whitespace()),
    )?;
    let said = [
        ("Python over HTTP", plainly(&day, &python)?),
        ("JavaScript over TLS", over_tls(&day, &node)?),
    ];
    let transcript = page(&said);
    print!("{transcript}");
    judge(&transcript, options)
}

/// `msgraph-beta-sdk`, `partnercenterservices` and `azure-mgmt-monitor`.
fn plainly(day: &Path, python: &Path) -> Result<String> {
    let desk = Desk::start(day, &[])?;
    let script = day.join("partner.py");
    fs::write(&script, PYTHON)?;
    let mut command = Command::new(python);
    command.arg(script);
    desk.drive(&mut command)
}

/// `@microsoft/microsoft-graph-client`, which sends no key without TLS; at the same desk, later.
fn over_tls(day: &Path, node: &Path) -> Result<String> {
    let desk = Desk::start(day, &["--tls-self-made"])?;
    let script = day.join("partner.mjs");
    fs::write(&script, NODE)?;
    let mut command = Command::new("node");
    command.arg(script).env("FIREDAMP_NODE", node);
    command.env("NODE_EXTRA_CA_CERTS", day.join("data/localhost.pem"));
    desk.drive(&mut command)
}

fn node(folder: &Path) -> Result<PathBuf> {
    let stamp = folder.join("installed.json");
    if !fs::read_to_string(&stamp).is_ok_and(|text| text == PACKAGES) {
        ensure!(shell::has("npm"), "there is no npm");
        fs::create_dir_all(folder)?;
        fs::write(folder.join("package.json"), PACKAGES)?;
        let quiet = ["install", "--silent", "--no-audit", "--no-fund", "--prefix"];
        shell::run(Command::new("npm").args(quiet).arg(folder))?;
        fs::write(stamp, PACKAGES)?;
    }
    folder.join("node_modules").canonicalize().context("finding what npm installed")
}

/// A desk that runs.
struct Desk {
    child: Child,
    base: String,
    key: String,
}

impl Desk {
    /// Starts it and waits until it says where it is and has its cases.
    fn start(day: &Path, more: &[&str]) -> Result<Self> {
        let data = day.join("data");
        let mut child = Command::new(shell::firedamp())
            .arg("serve")
            .args(["--listen", "127.0.0.1:0", "--poll-seconds", "1", "--data"])
            .arg(&data)
            .arg("--watch")
            .arg(day.join("logs"))
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(day.join("desk.log"))?)
            .spawn()
            .context("cannot start the desk")?;
        let out = child.stdout.take().context("the desk says nothing")?;
        let mut lines = BufReader::new(out).lines().map_while(Result::ok);
        let base = lines.find_map(|line| {
            let (_, rest) = line.split_once("Firedamp is at ")?;
            rest.split_once("/,").map(|(base, _)| base.to_owned())
        });
        let Some(base) = base else {
            child.kill()?;
            child.wait()?;
            bail!("the desk did not start; `{}` says why", day.join("desk.log").display());
        };
        let mut desk = Self { child, base, key: String::new() };
        let name = if more.is_empty() { "conformance" } else { "conformance-tls" };
        desk.key = key(&data, name)?;
        desk.wait(&data)?;
        Ok(desk)
    }

    /// Waits until every account of the day has its case.
    fn wait(&self, data: &Path) -> Result<()> {
        let began = Instant::now();
        while self.cases(data)? < CASES {
            ensure!(began.elapsed() < START, "the desk has not {CASES} cases in {START:?}");
            std::thread::sleep(Duration::from_millis(500));
        }
        Ok(())
    }

    fn cases(&self, data: &Path) -> Result<usize> {
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--noproxy", "*"]);
        if self.base.starts_with("https:") {
            command.arg("--cacert").arg(data.join("localhost.pem"));
        }
        command.args(["--header", &format!("Authorization: Bearer {}", self.key)]);
        command.arg(format!("{}/beta/security/partner/securityAlerts/$count", self.base));
        let said = String::from_utf8(shell::capture(&mut command)?.stdout)?;
        Ok(said.trim().parse().unwrap_or_default())
    }

    /// Runs a client, and gives what it said.
    fn drive(&self, command: &mut Command) -> Result<String> {
        let base = self.base.replace("https://127.0.0.1", "https://localhost");
        command.env("FIREDAMP_BASE", base).env("FIREDAMP_TOKEN", &self.key);
        Ok(String::from_utf8(shell::capture(command)?.stdout)?)
    }
}

/// A key of the desk for a client.
fn key(data: &Path, name: &str) -> Result<String> {
    let mut command = Command::new(shell::firedamp());
    command.args(["token", "add", name, "--role", "admin", "--data"]).arg(data);
    let said = String::from_utf8(shell::capture(&mut command)?.stdout)?;
    let key = said.split_whitespace().find(|word| word.starts_with("firedamp_"));
    Ok(key.context("no key in what `token add` said")?.to_owned())
}

impl Drop for Desk {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// The transcript as a page.
fn page(said: &[(&str, String)]) -> String {
    let mut page = String::from(
        "# Clients of others\n\nWhat Microsoft's own client packages say to a desk on a made-up day, as \
         `cargo xtask conformance clients` runs\nthem. It fails on any difference; \
         `--write` writes this page.\n",
    );
    let packages =
        REQUIREMENTS.lines().chain(PACKAGES.lines().filter(|line| line.contains("@mic")));
    page.push_str("\nPackages: ");
    let named: Vec<String> = packages
        .map(|line| format!("`{}`", line.trim().replace(['"', ','], "").replace(": ", " ")))
        .collect();
    page.push_str(&named.join(", "));
    page.push_str(".\n");
    for (title, text) in said {
        let text = text.trim_end();
        page.extend(["\n## ", title, "\n\n```\n", text, "\n```\n"]);
    }
    page
}

fn judge(transcript: &str, options: &Options) -> Result<()> {
    let path = shell::root().join(TRANSCRIPT);
    if options.write {
        return fs::write(path, transcript).context("writing the transcript");
    }
    let known = fs::read_to_string(path).with_context(|| format!("reading `{TRANSCRIPT}`"))?;
    ensure!(known == transcript, "the clients say something else than `{TRANSCRIPT}`");
    Ok(())
}

//! The built program as a service: started, pushed to, killed, started again.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::Client;
use serde_json::Value;

use crate::program::{Folder, HEADER, command, firedamp, mining, question};

/// How long telemetry may take to become a case.
const PROMISED: Duration = Duration::from_secs(10);

pub(crate) struct Running {
    child: Child,
    pub(crate) base: String,
    pub(crate) token: Option<String>,
}

impl Running {
    pub(crate) fn start(data: &Path, watch: Option<&Path>) -> Self {
        let mut start = command();
        start.args(["serve", "--listen", "127.0.0.1:0", "--poll-seconds", "1", "--data"]).arg(data);
        if let Some(watch) = watch {
            start.arg("--watch").arg(watch);
        }
        Self::start_as(start)
    }

    /// Starts what was made ready elsewhere, and waits until it says where it is.
    pub(crate) fn start_as(mut start: Command) -> Self {
        let mut child =
            start.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program runs");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let (mut token, mut base) = (None, None);
        for line in lines {
            let line = line.expect("text");
            token = token
                .or(Some(line.trim()).filter(|one| one.starts_with("firedamp_")).map(String::from));
            if let Some((_, rest)) = line.split_once(" is at ") {
                base = rest.split_once("/,").map(|(base, _)| base.to_string());
                break;
            }
        }
        Self { child, base: base.expect("an address"), token }
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(name).arg(self.child.id().to_string()).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Ends it, and tells how it ended.
    pub(crate) fn end(mut self, name: &str) -> Option<i32> {
        self.signal(name);
        self.child.wait().expect("an end").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

pub(crate) fn client() -> Client {
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().expect("a client")
}

pub(crate) async fn cases(client: &Client, base: &str, token: &str) -> Vec<Value> {
    let asked = client.get(format!("{base}/api/v1/cases")).bearer_auth(token).send().await;
    let page: Value = asked.expect("an answer").json().await.expect("a page");
    page["cases"].as_array().cloned().expect("cases")
}

pub(crate) async fn wait_for_case(client: &Client, base: &str, token: &str) -> Value {
    let began = Instant::now();
    while began.elapsed() < PROMISED {
        if let Some(case) = cases(client, base, token).await.into_iter().next() {
            return case;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no case within {PROMISED:?}");
}

#[tokio::test]
async fn what_is_pushed_becomes_a_case_within_ten_seconds_and_survives_a_kill() {
    let folder = Folder::new();
    let (data, client) = (folder.path("data"), client());
    let running = Running::start(&data, None);
    let token = running.token.clone().expect("a token at the first start");
    for body in [
        question("111122223333", "203.0.113.9"),
        HEADER.to_string() + &mining("111122223333", "203.0.113.9", 443),
    ] {
        let push = client.post(format!("{}/api/v1/telemetry", running.base)).bearer_auth(&token);
        let answer = push.body(body).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 202);
    }
    let case = wait_for_case(&client, &running.base, &token).await;
    assert_eq!(case["account"], "aws:111122223333");
    assert_eq!(running.end("-KILL"), None, "killed");
    let running = Running::start(&data, None);
    assert_eq!(running.token, None, "the token is shown once");
    let again = cases(&client, &running.base, &token).await;
    assert_eq!(again.len(), 1);
    assert_eq!(again[0]["opened_at"], case["opened_at"]);
    assert_eq!(running.end("-TERM"), Some(0), "it ends in order");
    let check = firedamp(&["check", "--data", data.to_str().expect("text")]);
    assert_eq!((check.code, check.out.as_str()), (0, ""), "{}", check.err);
}

#[tokio::test]
async fn a_desk_that_turns_is_ready() {
    let folder = Folder::new();
    let running = Running::start(&folder.path("data"), None);
    tokio::time::sleep(PROMISED).await;
    let answer = client().get(format!("{}/ready", running.base)).send().await;
    let said = answer.expect("an answer").text().await.expect("text");
    let age = said.split(' ').nth(4).and_then(|word| word.parse::<u64>().ok());
    assert!(age.is_some_and(|age| age < PROMISED.as_secs() / 2), "a turn a second: {said}");
}

#[tokio::test]
async fn what_the_desk_writes_is_not_watched() {
    let folder = Folder::new();
    let data = folder.path("data");
    std::fs::create_dir(&data).expect("made");
    let path = data.to_str().expect("text");
    let run = firedamp(&["serve", "--listen", "127.0.0.1:0", "--data", path, "--watch", path]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is the data folder"), "{}", run.err);
    assert!(!data.join("firedamp.db").exists(), "nothing was begun");
}

#[tokio::test]
async fn a_folder_has_one_desk() {
    let folder = Folder::new();
    let data = folder.path("data");
    let running = Running::start(&data, None);
    let second =
        firedamp(&["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().expect("text")]);
    assert_eq!(second.code, 2);
    assert!(second.err.contains("another firedamp serves"), "{}", second.err);
    assert_eq!(running.end("-INT"), Some(0));
    assert_eq!(Running::start(&data, None).end("-INT"), Some(0), "the lock goes with its holder");
}

#[tokio::test]
async fn telemetry_in_a_watched_folder_is_found_and_files_that_go_away_change_nothing() {
    let folder = Folder::new();
    let (data, client) = (folder.path("data"), client());
    folder.write("logs/aws/dns.json", question("111122223333", "203.0.113.9"));
    let flow: PathBuf = folder.write(
        "logs/aws/flow.log.gz",
        crate::program::gzip(
            (HEADER.to_string() + &mining("111122223333", "203.0.113.9", 443)).as_bytes(),
        ),
    );
    folder.write("logs/junk.bin", [0, 159, 146, 150]);
    let running = Running::start(&data, Some(&folder.path("logs")));
    let token = running.token.clone().expect("a token");
    wait_for_case(&client, &running.base, &token).await;
    std::fs::remove_file(flow).expect("removed");
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let left = cases(&client, &running.base, &token).await;
    assert!(left[0]["probability"].as_f64() > Some(0.9), "{left:?}");
    assert_eq!(running.end("-TERM"), Some(0));
}

#[test]
fn what_can_not_be_served_is_said() {
    let folder = Folder::new();
    let data = folder.path("data").display().to_string();
    let file = folder.write("file", "no folder").display().to_string();
    for (arguments, words) in [
        (vec!["serve", "--data", &data, "--watch", "/nowhere"], "no folder `/nowhere` to watch"),
        (vec!["serve", "--data", &file], "cannot make the data folder"),
        (vec!["serve", "--data", &data, "--listen", "192.0.2.1:80"], "choose another address"),
        (vec!["check", "--data", &file], "no desk in"),
        (vec!["backup", "--data", &file, "copy.db"], "no desk in"),
        (vec!["token", "add", "--data", &file, "a", "--role", "viewer"], "no desk in"),
    ] {
        let run = firedamp(&arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.err.contains(words), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn a_broken_database_is_said_and_not_written_over() {
    let folder = Folder::new();
    let database = folder.write("data/firedamp.db", "no database at all, but somebody's text");
    let data = folder.path("data").display().to_string();
    let run = firedamp(&["serve", "--listen", "127.0.0.1:0", "--data", &data]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("cannot open"), "{}", run.err);
    let left = std::fs::read_to_string(database).expect("the file");
    assert_eq!(left, "no database at all, but somebody's text");
}

/// How the only table of blocks stands, once it is as wanted.
async fn wait_for_table(base: &str, token: &str, is_wanted: fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let asked = client().get(format!("{base}/api/v1/sources")).bearer_auth(token).send().await;
        let sources: Value = asked.expect("an answer").json().await.expect("sources");
        let stands = sources["blocks"][0].clone();
        if is_wanted(&stands) {
            return stands;
        }
        assert!(began.elapsed() < PROMISED, "{stands}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_table_of_blocks_is_read_again_and_a_bad_one_is_told() {
    let folder = Folder::new();
    let file = folder.write("xmr.txt", "1772359200\n1772359320\n");
    let mut start = command();
    start.args(["serve", "--listen", "127.0.0.1:0", "--poll-seconds", "1", "--data"]);
    start.arg(folder.path("data")).arg("--blocks").arg(format!("xmr={}", file.display()));
    let running = Running::start_as(start);
    let (base, token) = (running.base.clone(), running.token.clone().expect("a token"));
    let first = wait_for_table(&base, &token, |_| true).await;
    assert_eq!(first["coin"], "xmr");
    assert_eq!(first["blocks"], 2);
    assert_eq!(first["wrong"], Value::Null);

    folder.write("xmr.txt", "1772359200\n1772359320\n1772359500\n");
    let grown = wait_for_table(&base, &token, |one| one["blocks"] == 3).await;
    assert_eq!(grown["newest_at"], "2026-03-01T10:05:00Z");
    folder.write("xmr.txt", "1772359200000\n");
    let bad = wait_for_table(&base, &token, |one| {
        one["wrong"].as_str().is_some_and(|why| why.contains("looks like milliseconds"))
    })
    .await;
    assert_eq!(bad["blocks"], 3, "what was read before counts");
    let seen = async |path: &str| {
        let asked = client().get(format!("{base}{path}")).bearer_auth(&token).send().await;
        asked.expect("an answer").text().await.expect("text")
    };
    let page = seen("/sources").await;
    assert!(
        page.contains("Blocks of chains") && page.contains("looks like milliseconds"),
        "{page}"
    );
    let metrics = seen("/metrics").await;
    for line in [
        "firedamp_blocks_newest_seconds{coin=\"xmr\"} 1772359500",
        "firedamp_blocks_table_up{coin=\"xmr\"} 0",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
}

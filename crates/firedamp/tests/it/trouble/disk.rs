//! Disks: one that fills up while the desk serves, and one that can't be written to. Both are made for
//! the test, in a name space of its own, which needs no rights beyond this user's.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use reqwest::StatusCode;
use serde_json::Value;

use crate::{
    outside,
    program::{Folder, HEADER, Run, mining, question},
    service::{Running, cases, client, wait_for_case},
};

/// Room for the program's own start and little more.
const DISK_MIB: u32 = 12;

/// The program with a mount of its own before it; nothing where this machine grants none.
fn mounted(mount: &str, arguments: &[&str]) -> Option<Command> {
    let unshare = outside::debian("unshare")?;
    let may = Command::new(&unshare).args(["--map-root-user", "--mount", "true"]).output();
    if !may.is_ok_and(|run| run.status.success()) {
        outside::skip("a mount of its own");
        return None;
    }
    let script = format!("set -e; {mount}; exec \"$0\" \"$@\"");
    let mut command = Command::new(unshare);
    command.args(["--map-root-user", "--mount", "sh", "-c", &script]);
    command.arg(env!("CARGO_BIN_EXE_firedamp")).args(arguments);
    Some(command)
}

/// A file that takes all the room that is left on a disk.
fn fill(path: &Path) {
    let mut file = File::create(path).expect("a file");
    for length in [64 << 10, 4 << 10, 512, 1] {
        while file.write_all(&vec![b'x'; length]).is_ok() {}
    }
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_says_so() {
    let folder = Folder::new();
    let data = folder.path("data");
    fs::create_dir(&data).expect("a folder");
    let name = data.to_str().expect("text");
    let disk = format!("mount -t tmpfs -o size={DISK_MIB}m tmpfs '{name}'");
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--poll-seconds", "1", "--data", name];
    let Some(command) = mounted(&disk, &arguments) else { return };
    let running = Running::start_as(command);
    let (client, token) = (client(), running.token.clone().expect("a token"));
    // The disk as the program sees it.
    let seen = PathBuf::from(format!("/proc/{}/root{name}", running.id()));
    let push = async |body: String| {
        let push = client.post(format!("{}/api/v1/telemetry", running.base)).bearer_auth(&token);
        push.body(body).send().await.expect("an answer")
    };
    let flows = || HEADER.to_string() + &mining("111122223333", "203.0.113.9", 443);
    assert_eq!(push(question("111122223333", "203.0.113.9")).await.status(), StatusCode::ACCEPTED);
    fill(&seen.join("ballast"));
    let refused = push(flows()).await;
    assert_eq!(refused.status(), StatusCode::INSUFFICIENT_STORAGE);
    let problem: Value = refused.json().await.expect("a problem");
    assert_eq!(problem["code"], "storage");
    // Who only reads is served all the same, also while turns fail.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert!(cases(&client, &running.base, &token).await.is_empty());
    let health = client.get(format!("{}/health", running.base)).send().await.expect("an answer");
    assert_eq!(health.status(), StatusCode::OK);
    fs::remove_file(seen.join("ballast")).expect("room again");
    assert_eq!(push(flows()).await.status(), StatusCode::ACCEPTED);
    let case = wait_for_case(&client, &running.base, &token).await;
    assert_eq!(case["account"], "aws:111122223333");
    let mut check = Command::new("nsenter");
    check.args(["--target", &running.id().to_string(), "--user", "--mount"]);
    check.args(["--preserve-credentials", env!("CARGO_BIN_EXE_firedamp"), "check", "--data", name]);
    let check: Run = check.output().expect("nsenter comes with unshare").into();
    assert_eq!((check.code, check.out.as_str()), (0, ""), "{}", check.err);
    assert_eq!(running.end("-TERM"), Some(0));
}

#[tokio::test]
async fn work_on_a_full_disk_is_refused_as_such_and_changes_nothing() {
    let folder = Folder::new();
    let data = folder.path("data");
    fs::create_dir(&data).expect("a folder");
    let name = data.to_str().expect("text");
    let disk = format!("mount -t tmpfs -o size={DISK_MIB}m tmpfs '{name}'");
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--poll-seconds", "1", "--data", name];
    let Some(command) = mounted(&disk, &arguments) else { return };
    let running = Running::start_as(command);
    let (client, token) = (client(), running.token.clone().expect("a token"));
    let seen = PathBuf::from(format!("/proc/{}/root{name}", running.id()));
    fill(&seen.join("ballast"));
    let mut answers = Vec::new();
    // What was allotted before may still take some; a tree of this size does not fit into that.
    let tree: String = (0..30_000).map(|at| format!("aws:{at:012},customer {at}\n")).collect();
    for _ in 0..2 {
        let plant = client.put(format!("{}/api/v1/customers", running.base)).bearer_auth(&token);
        let answer = plant.body(format!("account,customer\n{tree}")).send().await;
        let answer = answer.expect("an answer");
        let status = answer.status();
        answers.push((status, answer.json::<Value>().await.unwrap_or_default()["code"].clone()));
    }
    let storage = (StatusCode::INSUFFICIENT_STORAGE, Value::from("storage"));
    assert!(answers.iter().all(|answer| *answer == storage), "{answers:?}");
    let asked = client.get(format!("{}/api/v1/customers", running.base)).bearer_auth(&token);
    let page: Value = asked.send().await.expect("an answer").json().await.expect("a page");
    assert_eq!(page["customers"].as_array().map(Vec::len), Some(0), "all or nothing");
    fs::remove_file(seen.join("ballast")).expect("room again");
    assert_eq!(running.end("-TERM"), Some(0));
}

#[test]
fn a_folder_that_can_not_be_written_is_said_once() {
    let folder = Folder::new();
    let (new, old) = (folder.path("new"), folder.path("old"));
    fs::create_dir(&new).expect("a folder");
    assert_eq!(Running::start(&old, None).end("-TERM"), Some(0), "a desk was here");
    for data in [&new, &old] {
        let name = data.to_str().expect("text");
        let only_read =
            format!("mount --bind '{name}' '{name}'; mount -o remount,ro,bind '{name}'");
        let serve = ["serve", "--listen", "127.0.0.1:0", "--data", name];
        let Some(mut command) = mounted(&only_read, &serve) else { return };
        let run: Run = command.output().expect("the program runs").into();
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains(name) && run.err.contains("data folder"), "{}", run.err);
        assert_eq!(run.err.matches("Read-only file system").count(), 1, "{}", run.err);
    }
}

//! Packs: whole and signed, wrong in every way that they can be, and quick.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    process::Command,
    sync::Arc,
    time::Instant,
};

use firedamp::{
    language::Language,
    pack::{Dossier, Finding, Key, Public, pack, verify},
    store::{Act, Action, Folded, Object, Progress, StepNote, Store},
};
use firedamp_core::{
    id::{ObjectId, Place, Provider},
    plan::back::Former,
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde_json::{Value, json};

use super::{ACCOUNT, NOW, hijack, store_with};
use crate::program::Folder;

const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol \
                      packets bytes start end action log-status\n";

/// A desk with a case that names so many records of one object, all of them readable.
async fn desk(records: u64) -> (Folder, Arc<dyn Store>, i64) {
    let mut judgement = hijack(Provider::Aws, ACCOUNT, &["i-0abc"]);
    let object = ObjectId([5; 16]);
    let places = (0..records).map(|number| Place { object, record: number + 2 });
    judgement.case.findings[0].places = places.collect();
    let (folder, store, case) = store_with(&judgement).await;
    let mut log = HEADER.to_string();
    for number in 0..records {
        log.push_str(&format!(
            "2 {ACCOUNT} eni-0abc 10.0.0.4 203.0.113.9 {number} 443 6 8 1057 1772359200 1772359260 \
             ACCEPT OK\n"
        ));
    }
    let path = folder.write("flow.log", log);
    let object = object_at(object, path.to_string_lossy().into_owned(), records);
    store.fold(&[Folded { object, states: Vec::new(), newest: Vec::new() }]).await.expect("folded");
    let comment = Action::Comment("Fabrikam had the same last week".to_string());
    let act = Act { case, revision: None, actor: "alice".to_string(), at: NOW, action: comment };
    store.act(&act).await.expect("written");
    (folder, store, case)
}

/// An object that was read.
fn object_at(id: ObjectId, path: String, records: u64) -> Object {
    Object {
        address: path.clone(),
        version: "1".to_string(),
        id: Some(id),
        path,
        bytes: 1,
        records,
        rejects: 0,
        reasons: Vec::new(),
        has_traffic: true,
        warning: None,
        folded_at: NOW,
        newest: None,
    }
}

async fn packed(folder: &Folder, store: &dyn Store, case: i64) -> Vec<u8> {
    let dossier = Dossier::read(store, case, None, NOW).await.expect("a dossier");
    let key = Arc::new(Key::open(folder.root()).expect("a key"));
    pack(store, dossier, key, Language::French).await.expect("a pack")
}

/// The parts of a pack.
pub(crate) fn files(pack: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(GzDecoder::new(pack));
    let entries = archive.entries().expect("entries").map(|entry| {
        let mut entry = entry.expect("an entry");
        let name = entry.path().expect("a name").to_string_lossy().into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("a part");
        (name, content)
    });
    entries.collect()
}

fn archive(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, content.as_slice()).expect("a part");
    }
    archive.into_inner().expect("a tar").finish().expect("a gzip")
}

fn wrong(findings: &[Finding]) -> Vec<&str> {
    findings.iter().filter(|one| !one.is_right).map(|one| one.says.as_str()).collect()
}

#[tokio::test]
async fn a_pack_holds_everything_and_nothing_of_others() {
    let (folder, store, case) = desk(40).await;
    let pack = packed(&folder, &*store, case).await;
    let key = Key::open(folder.root()).expect("a key").public();
    assert_eq!(wrong(&verify(&pack, Some(key))), Vec::<&str>::new());
    let parts: BTreeMap<String, Vec<u8>> = files(&pack).into_iter().collect();
    let text = |name: &str| String::from_utf8_lossy(&parts[name]).into_owned();
    assert_eq!(text("records.jsonl").lines().count(), 40);
    assert!(text("records.jsonl").contains("203.0.113.9 39 443"), "as they were delivered");
    assert!(text("charges.csv").contains("i-0abc,2026-03-31,96,USD,false"));
    assert!(
        text("report.html").contains("Indices de minage"),
        "in the language that was asked for"
    );
    assert!(parts["report.pdf"].starts_with(b"%PDF-1.4"));
    assert!(text("activity.jsonl").contains("\"withheld\":true"));
    for (name, content) in &parts {
        let content = String::from_utf8_lossy(content);
        assert!(!content.contains("Fabrikam"), "{name} names another customer");
    }
}

/// The files of a pack, by their names.
type Files = Vec<(String, Vec<u8>)>;

#[tokio::test]
async fn whatever_is_done_to_a_pack_is_seen() {
    let (folder, store, case) = desk(3).await;
    let pack = packed(&folder, &*store, case).await;
    let whole = files(&pack);
    let place = |name: &str| whole.iter().position(|(own, _)| own == name).expect("a part");
    let with = |change: &dyn Fn(&mut Files)| {
        let mut files = whole.clone();
        change(&mut files);
        wrong(&verify(&archive(&files), None)).join("; ")
    };
    let edit = |name: &'static str, from: &'static str, to: &'static str| {
        let at = place(name);
        with(&move |files| {
            let text = String::from_utf8(files[at].1.clone()).expect("text").replace(from, to);
            files[at].1 = text.into_bytes();
        })
    };
    assert!(edit("charges.csv", "96", "69").contains("charges.csv was changed"));
    assert!(edit("charges.csv", "96", "960").contains("another length"));
    assert!(edit("manifest.json", ACCOUNT, "444455556666").contains("signature does not fit"));
    assert!(edit("activity.jsonl", "opened", "closed").contains("entry 1 of the log"));
    let missing = place("proof.json");
    assert!(with(&|files| drop(files.remove(missing))).contains("proof.json is missing"));
    assert!(
        with(&|files| files.push(("extra.txt".into(), b"x".to_vec())))
            .contains("extra.txt is not in the manifest")
    );
    let signature = place("manifest.sig");
    assert!(with(&|files| drop(files.remove(signature))).contains("signature is missing"));
    let cut = verify(&pack[..pack.len() / 2], None);
    assert!(!wrong(&cut).is_empty(), "half of it: {cut:?}");
    assert!(wrong(&verify(b"not a pack", None))[0].contains("no pack"));
    // Somebody signs anew with a key of their own: only who knows the desk's key sees it.
    let elsewhere = Folder::new();
    let other = Key::open(elsewhere.root()).expect("a key").public();
    assert!(wrong(&verify(&pack, Some(other)))[0].contains("another key"));
}

/// A call whose record holds secrets, in words, in a connection string and in base64.
fn call_with_secrets() -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let script = STANDARD.encode("#!/bin/sh\nexport DB_PASSWORD=correct-horse\n./run\n");
    json!({"Records": [{
        "eventVersion": "1.08", "eventTime": "2026-03-01T10:00:00Z",
        "eventSource": "ec2.amazonaws.com", "eventName": "RunInstances", "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.7", "recipientAccountId": ACCOUNT,
        "userIdentity": {"type": "IAMUser", "userName": "alice", "accountId": ACCOUNT,
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE"},
        "requestParameters": {"password": "hunter2", "userData": script,
            "connection": "AccountName=logs;AccountKey=battery==;"},
        "eventID": "e-1", "eventType": "AwsApiCall",
    }]})
    .to_string()
}

#[tokio::test]
async fn secrets_stay_out_of_a_pack_and_it_is_said_how_often() {
    let mut judgement = hijack(Provider::Aws, ACCOUNT, &["i-0abc"]);
    let object = ObjectId([6; 16]);
    let finding = &mut judgement.case.findings[0];
    finding.places = vec![Place { object, record: 1 }];
    let commands =
        json!([{"program": "sh", "command": "sh run --password hunter2 -o pool.example"}]);
    finding.evidence.insert("commands".into(), commands);
    let (folder, store, case) = store_with(&judgement).await;
    let path = folder.write("trail.json", call_with_secrets());
    let object = object_at(object, path.to_string_lossy().into_owned(), 1);
    store.fold(&[Folded { object, states: Vec::new(), newest: Vec::new() }]).await.expect("folded");
    let pack = packed(&folder, &*store, case).await;
    assert_eq!(wrong(&verify(&pack, None)), Vec::<&str>::new());
    let parts: BTreeMap<String, Vec<u8>> = files(&pack).into_iter().collect();
    let text = |name: &str| String::from_utf8_lossy(&parts[name]).into_owned();
    let manifest: Value = serde_json::from_slice(&parts["manifest.json"]).expect("JSON");
    assert_eq!(manifest["redacted"], json!({"records": 1, "texts": 1}));
    let record = text("records.jsonl");
    for kept in
        ["RunInstances", "192.0.2.7", "alice", "AKIA…MPLE", "AccountName=logs", "\"redacted\":true"]
    {
        assert!(record.contains(kept), "{kept} in {record}");
    }
    assert!(text("judgement.json").contains("-o pool.example"));
    for (name, content) in &parts {
        let content = String::from_utf8_lossy(content);
        for secret in
            ["hunter2", "battery", "AKIAIOSFODNN7EXAMPLE", "Y29ycmVjdC1ob3JzZ", "export DB"]
        {
            assert!(!content.contains(secret), "{secret} in {name}");
        }
    }
}

/// The text of a policy is kept for the way back; a secret in it is told to nobody, and is put back all the same.
#[tokio::test]
async fn secrets_in_what_is_gone_back_to_are_told_to_nobody() {
    let mut judgement = hijack(Provider::Aws, ACCOUNT, &["i-0abc"]);
    let given = "inline own -> user bob";
    judgement.case.details.deeds.push(super::deed(
        -500,
        firedamp_core::event::Action::GrantAccess,
        "PutUserPolicy",
        &[given],
    ));
    let (folder, store, case) = store_with(&judgement).await;
    let mut plan = super::plan_of(&judgement);
    plan.steps.retain(|step| step.target.name == given);
    let number = plan.steps[0].number;
    let run = store.ask_cleanup(case, &plan, "alice", NOW).await.expect("asked");
    store.end_cleanup(run, Progress::Tried, "", NOW).await.expect("tried");
    let digest = store.cleanups(case).await.expect("runs").remove(0).digest;
    store.decide_cleanup(run, Some(&digest), "bob", NOW).await.expect("approved");
    let text = r#"{"Statement":[{"Sid":"a","password":"hunter2"}]}"#;
    let former = Former::Text(text.to_string());
    store.keep_former(run, number, &former).await.expect("kept");
    let answer = "by AKIAIOSFODNN7EXAMPLE".to_string();
    let note = StepNote { number, is_dry: false, state: "done".to_string(), at: NOW, answer };
    store.note_step(run, &note).await.expect("noted");
    store.end_cleanup(run, Progress::Done, "", NOW).await.expect("done");
    let known = store.cleanups(case).await.expect("runs").remove(0);
    assert_eq!(known.former(number), Some(&former), "the undo has all of it");
    let shown = serde_json::to_string(&known).expect("text");
    assert!(shown.contains("Sid") && !shown.contains("hunter2"), "{shown}");
    let pack = packed(&folder, &*store, case).await;
    assert_eq!(wrong(&verify(&pack, None)), Vec::<&str>::new());
    let parts: BTreeMap<String, Vec<u8>> = files(&pack).into_iter().collect();
    let told = String::from_utf8_lossy(&parts["cleanup.json"]).into_owned();
    for (word, is_told) in
        [("Sid", true), ("AKIA…MPLE", true), ("AKIAIOSFODNN7EXAMPLE", false), ("hunter2", false)]
    {
        assert_eq!(told.contains(word), is_told, "{word}: {told}");
    }
}

/// Its customer reads it in Paris, two hours before UTC; what programs read stays as it is.
#[tokio::test]
async fn the_times_of_a_pack_are_its_customers_and_those_of_its_files_are_not() {
    let (folder, store, case) = desk(1).await;
    let tree = format!("account,customer,time_zone\naws:{ACCOUNT},a,Europe/Paris\n");
    store.plant(&firedamp::tree::Tree::read(&tree).expect("a tree")).await.expect("planted");
    let pack = packed(&folder, &*store, case).await;
    let parts: BTreeMap<String, Vec<u8>> = files(&pack).into_iter().collect();
    let text = |name: &str| String::from_utf8_lossy(&parts[name]).into_owned();
    let report = text("report.html");
    for words in [
        "Établi le 1er avril 2026 à 01:33 par Firedamp",
        "les heures sont celles du fuseau Europe/Paris.",
        // Mined for an hour; nothing tells that it ended.
        "Compté à partir du 1er avril 2026 à 02:33",
        "i-0abc\u{202f}: ",
        "<td>31/03/2026</td>",
        "<td>01/04/2026</td>",
    ] {
        assert!(report.contains(words), "{words}: {report}");
    }
    let manifest: Value = serde_json::from_slice(&parts["manifest.json"]).expect("JSON");
    assert_eq!(manifest["made_at"], NOW.to_string());
    let proof: Value = serde_json::from_slice(&parts["proof.json"]).expect("JSON");
    assert_eq!(proof["since"], super::at(3600).to_string());
    assert_eq!(proof["resources"][0]["resource"], "i-0abc");
    assert!(text("charges.csv").contains("i-0abc,2026-03-31,96,USD,false"));
}

/// What `tar -xzf` unpacks and this program did not look at would be whatever a forger likes.
#[tokio::test]
async fn nothing_can_be_hidden_behind_the_end_of_a_pack() {
    let (folder, store, case) = desk(3).await;
    let pack = packed(&folder, &*store, case).await;
    let own = vec![("report.html".to_string(), b"nothing was mined".to_vec())];
    let mut tar = Vec::new();
    GzDecoder::new(pack.as_slice()).read_to_end(&mut tar).expect("a tar");
    let end = tar.len() - tar.iter().rev().take_while(|byte| **byte == 0).count();
    let open = &tar[..end.next_multiple_of(512)];
    let gzip = |bytes: &[u8]| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(bytes).expect("written");
        gzip.finish().expect("a gzip")
    };
    let mut other = Vec::new();
    GzDecoder::new(archive(&own).as_slice()).read_to_end(&mut other).expect("a tar");
    let forged = [
        // A second member goes on where the first has no end.
        [gzip(open), archive(&own)].concat(),
        // The archive's end, and another archive.
        [pack.clone(), archive(&own)].concat(),
        gzip(&[open, &[0; 512], &other].concat()),
        [pack.clone(), b"more".to_vec()].concat(),
    ];
    for (number, forged) in forged.iter().enumerate() {
        let said = verify(forged, None);
        assert!(wrong(&said).join("").contains("no pack"), "{number}: {said:?}");
    }
    let mut link = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    link.append_link(&mut header, "report.html", "/etc/hosts").expect("a link");
    let link = link.into_inner().expect("a tar").finish().expect("a gzip");
    assert!(wrong(&verify(&link, None))[0].contains("`report.html` is no file"));
    // As it was, in two members, with more zeros: the same files.
    let parted = [gzip(open), gzip(&[0; 4096])].concat();
    assert_eq!(wrong(&verify(&parted, None)), Vec::<&str>::new());
}

#[tokio::test]
async fn a_pack_is_made_and_checked_from_the_command_line_and_by_others_tools() {
    let (folder, store, case) = desk(3).await;
    let file = folder.path("case.tar.gz");
    let data = folder.root().to_str().expect("text").to_string();
    store.backup(&folder.path("firedamp.db")).await.expect("a desk of its own");
    let arguments =
        ["pack", "--data", &data, &case.to_string(), "--file", file.to_str().expect("text")];
    let run = crate::program::firedamp(&arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    let key = Key::open(folder.root()).expect("a key").public();
    assert!(run.out.contains(&key.text()));
    assert_eq!(Public::parse(&key.pem()), Some(key));
    let file = file.to_str().expect("text").to_string();
    let right = crate::program::firedamp(&["verify", "--key", &key.text(), &file]);
    assert_eq!((right.code, right.out.contains("WRONG")), (0, false), "{}", right.out);
    let other = Folder::new();
    let other = Key::open(other.root()).expect("a key").public().text();
    assert_eq!(crate::program::firedamp(&["verify", "--key", &other, &file]).code, 1);
    assert_eq!(crate::program::firedamp(&["verify", "--key", "nonsense", &file]).code, 2);
    // As README.txt says: without us.
    let says = "tar -xzf case.tar.gz && sha256sum --check --quiet SHA256SUMS && \
                openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json \
                -sigfile manifest.sig";
    let run = Command::new("sh").args(["-c", says]).current_dir(folder.root()).output();
    let run = run.expect("a shell");
    let said = String::from_utf8_lossy(&run.stderr);
    if said.contains("not found") {
        eprintln!("skipped: no openssl or sha256sum here");
        return;
    }
    assert!(run.status.success(), "{said}");
    let mut changed = std::fs::OpenOptions::new();
    let changed = changed.append(true).open(folder.path("manifest.json"));
    changed.expect("a file").write_all(b" ").expect("written");
    let says = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json \
                -sigfile manifest.sig";
    let run = Command::new("sh").args(["-c", says]).current_dir(folder.root()).output();
    assert!(!run.expect("a shell").status.success(), "a changed manifest is not signed");
}

/// The bound is for a release build; a debug build is given more.
#[tokio::test]
async fn ten_thousand_records_are_packed_quickly() {
    let (folder, store, case) = desk(10_000).await;
    let began = Instant::now();
    let pack = packed(&folder, &*store, case).await;
    let elapsed = began.elapsed();
    let records = files(&pack).into_iter().find(|(name, _)| name == "records.jsonl");
    let records = String::from_utf8(records.expect("records").1).expect("text");
    assert_eq!(records.lines().count(), 10_000);
    assert!(!records.contains("\"text\":null"));
    println!("packed 10000 records in {elapsed:?}, {} bytes", pack.len());
    let bound = if cfg!(debug_assertions) { 20.0 } else { 2.0 };
    assert!(elapsed.as_secs_f64() < bound, "{elapsed:?}");
}

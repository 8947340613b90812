//! Files that were made to harm, or were harmed on the way. The others are read all the same.

use std::{os::unix::fs::symlink, process::Command};

use crate::program::{Folder, HEADER, Run, gzip, mining, probability, question, scan, zip};

const ACCOUNT: &str = "111122223333";
const POOL: &str = "203.0.113.9";

/// A folder with a miner and something bad beside it.
fn beside(name: &str, bytes: &[u8]) -> Run {
    let folder = Folder::new();
    folder.write("flow.log", HEADER.to_string() + &mining(ACCOUNT, POOL, 443));
    folder.write("dns.json", question(ACCOUNT, POOL));
    folder.write(name, bytes);
    let run = scan(&[folder.root()]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    run
}

#[test]
fn junk_is_named_and_harms_nothing() {
    let junk: Vec<u8> =
        (0..100_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (name, bytes, said) in [
        ("junk.bin", junk.as_slice(), "not telemetry"),
        ("text.txt", b"hello\nworld\n".as_slice(), "not telemetry"),
        ("page.html", b"<!doctype html><html></html>", "not telemetry"),
        ("other.json", br#"{"a": 1}"#, "not telemetry"),
        ("fake.gz", b"\x1f\x8b\x08 no gzip at all", "warning"),
        ("fake.parquet", b"PAR1 no parquet at all PAR1", "Parquet"),
        ("fake.zip", b"PK\x03\x04 no archive at all", "warning"),
        ("fake.zst", b"\x28\xb5\x2f\xfd no zstandard", "warning"),
    ] {
        let run = beside(name, bytes);
        assert!(probability(&run) >= 0.95, "{name}");
        assert!(run.err.contains(name) && run.err.contains(said), "{name}: {}", run.err);
    }
}

#[test]
fn nothing_is_success() {
    for bytes in [
        &b""[..],
        b"\n",
        b"[]",
        br#"{"records":[]}"#,
        br#"{"listFindingsResults": []}"#,
        HEADER.as_bytes(),
    ] {
        let run = beside("empty", bytes);
        assert!(!run.err.contains("not telemetry"), "{}", run.err);
        assert!(probability(&run) >= 0.95);
    }
}

#[test]
fn a_truncated_gzip_yields_what_was_readable() {
    let log = HEADER.to_string() + &mining(ACCOUNT, POOL, 443);
    let packed = gzip(log.as_bytes());
    let folder = Folder::new();
    folder.write("flow.gz", &packed[..packed.len() * 2 / 3]);
    folder.write("dns.json", question(ACCOUNT, POOL));
    let run = scan(&[folder.root()]);
    assert!(
        run.err.contains("flow.gz: ") && run.err.contains("what came before was read"),
        "{}",
        run.err
    );
    assert_eq!(run.cases.len(), 1, "{}", run.err);
}

#[test]
fn a_gzip_bomb_is_stopped() {
    let member = gzip(&vec![0; 64 << 20]);
    let run = beside("bomb.gz", &member.repeat(8));
    assert!(run.err.contains("inflates more than telemetry does"), "{}", run.err);
    assert!(probability(&run) >= 0.95);
}

#[test]
fn an_archive_is_no_way_around_the_limits() {
    let nothing = vec![0; 64 << 20];
    let log = HEADER.to_string() + &mining(ACCOUNT, POOL, 443);
    let bombs: Vec<(String, &[u8])> =
        (0..8).map(|at| (at.to_string(), nothing.as_slice())).collect();
    let bombs: Vec<(&str, &[u8])> = bombs.iter().map(|(name, file)| (&**name, *file)).collect();
    let names: Vec<String> = (0..5000).map(|at| at.to_string()).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &b"x"[..])).collect();
    let whole = zip(&[("flow", log.as_bytes())]);
    for (name, bytes, said) in [
        ("bomb.zip", zip(&bombs), "inflates more than telemetry does"),
        ("many.zip", zip(&many), "an archive of 5000 files"),
        ("cut.zip", whole[..whole.len() / 2].to_vec(), "directory is missing"),
        ("nested.zip", zip(&[("inner.zip", &whole)]), "not telemetry"),
    ] {
        let run = beside(name, &bytes);
        assert!(run.err.contains(name) && run.err.contains(said), "{name}: {}", run.err);
        assert!(probability(&run) >= 0.95);
    }
}

#[test]
fn deep_json_is_a_number() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    assert!(probability(&beside("deep.json", deep.as_bytes())) >= 0.95);
    let objects = r#"{"a":"#.repeat(10_000) + "1" + &"}".repeat(10_000);
    assert!(probability(&beside("objects.json", objects.as_bytes())) >= 0.95);
}

#[test]
fn a_long_line_costs_itself_alone() {
    let long = "x".repeat(40 << 20);
    let log = format!("{HEADER}{long}\n{}", mining(ACCOUNT, POOL, 443));
    let folder = Folder::new();
    folder.write("flow.log", &log);
    folder.write("dns.json", question(ACCOUNT, POOL));
    let run = scan(&[folder.root()]);
    assert!(probability(&run) >= 0.95, "{}", run.err);
    assert!(run.err.contains("record too long 1"), "{}", run.err);
}

#[test]
fn a_damaged_parquet_file_ends_alone() {
    let source = crate::corpus::file("01_aws_vpc_flow", ".parquet");
    let Some(bytes) = source.and_then(|path| std::fs::read(path).ok()) else {
        return eprintln!("skipped: no Parquet sample at hand");
    };
    for step in [97, 331] {
        let mut damaged = bytes.clone();
        for at in (4..damaged.len() - 8).step_by(step) {
            damaged[at] ^= 0x55;
        }
        assert!(probability(&beside("damaged.parquet", &damaged)) >= 0.95);
        assert!(probability(&beside("cut.parquet", &bytes[..bytes.len() / 2])) >= 0.95);
    }
}

#[test]
fn pipes_sockets_and_links_are_named_and_skipped() {
    let folder = Folder::new();
    folder.write("in/flow.log", HEADER.to_string() + &mining(ACCOUNT, POOL, 443));
    folder.write("in/dns.json", question(ACCOUNT, POOL));
    let made = Command::new("mkfifo").arg(folder.path("in/pipe")).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    let _socket =
        std::os::unix::net::UnixListener::bind(folder.path("in/socket")).expect("a socket");
    symlink(folder.path("in/nothing"), folder.path("in/dangling")).expect("a link");
    symlink(folder.path("in"), folder.path("in/loop")).expect("a link");
    symlink(folder.path("in/flow.log"), folder.path("in/again.log")).expect("a link");
    let run = scan(&[&folder.path("in")]);
    for said in [
        "pipe: a pipe, socket or device",
        "socket: a pipe, socket or device",
        "dangling: a link to nothing",
        "loop: a link back to a folder above it",
        "1 delivered twice",
    ] {
        assert!(run.err.contains(said), "{said:?} in {}", run.err);
    }
    assert!(probability(&run) >= 0.95);
}

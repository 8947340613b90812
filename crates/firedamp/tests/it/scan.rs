//! `scan` and its neighbours, as people and programs use them.

use std::fs;

use crate::program::{
    Folder, HEADER, firedamp, gzip, mining, probability, proxied, question, scan, table,
    with_input, zip,
};

const ACCOUNT: &str = "111122223333";
const POOL: &str = "203.0.113.9";

fn telemetry() -> Folder {
    let folder = Folder::new();
    folder.write("a/flow.log", HEADER.to_string() + &mining(ACCOUNT, POOL, 443));
    folder.write("b/dns.json", question(ACCOUNT, POOL));
    folder
}

#[test]
fn a_name_in_one_file_and_a_flow_in_another_make_one_case() {
    let folder = telemetry();
    let run = scan(&[folder.root()]);
    assert!(probability(&run) >= 0.95, "{}", run.out);
    let case = &run.cases[0];
    assert_eq!(case["id"], "aws:111122223333");
    assert_eq!(case["active"], true);
    assert_eq!(case["cost"], serde_json::Value::Null);
    assert_eq!(case["resources"][0]["id"], "i-0abc");
    assert_eq!(case["resources"][0]["aliases"], serde_json::json!(["eni-0abc", "10.0.0.4"]));
    assert!(run.err.contains(" records/s"), "{}", run.err);
    assert_eq!(run.code, 0);
}

#[test]
fn a_tree_that_was_moved_copied_or_split_gives_the_same_bytes() {
    let folder = telemetry();
    let whole = scan(&[folder.root()]).out;
    let apart = scan(&[&folder.path("b/dns.json"), &folder.path("a")]).out;
    assert_eq!(whole, apart);
    folder.write("c/moved/again.txt", fs::read(folder.path("a/flow.log")).expect("a file"));
    let copied = scan(&[folder.root()]);
    assert_eq!(whole, copied.out);
    assert!(copied.err.contains("1 delivered twice"), "{}", copied.err);
    for threads in ["1", "3"] {
        let path = folder.root().display().to_string();
        let run = firedamp(&["scan", "--all", "--output", "json", "--threads", threads, &path]);
        assert_eq!(whole, run.out);
    }
    assert!(!whole.contains(&folder.root().display().to_string()), "a path in the output");
}

#[test]
fn every_packing_is_told_from_content() {
    let log = HEADER.to_string() + &mining(ACCOUNT, POOL, 443);
    let (first, second) = log.split_at(log.len() / 2);
    let members = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
    let zstandard = zstd::encode_all(log.as_bytes(), 1).expect("memory");
    for (name, bytes) in [
        ("plain.gz", log.clone().into_bytes()),
        ("bom.log", [b"\xEF\xBB\xBF", log.as_bytes()].concat()),
        ("lines.log", log.replace('\n', "\r\n").into_bytes()),
        ("one.log", gzip(log.as_bytes())),
        ("two.bin", members),
        ("three", zstandard),
        ("four.zip", zip(&[("a/", b""), ("a/flow.log", log.as_bytes()), ("b.txt", b"other")])),
        ("utf-16.log", utf_16(&log)),
    ] {
        let folder = Folder::new();
        folder.write(name, bytes);
        folder.write("dns.json", question(ACCOUNT, POOL));
        assert!(probability(&scan(&[folder.root()])) >= 0.95, "{name}");
    }
}

fn utf_16(text: &str) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn an_archive_counts_its_records_through() {
    let log = HEADER.to_string() + &mining(ACCOUNT, POOL, 443);
    let (question, head) = (question(ACCOUNT, POOL), log.lines().count());
    let folder = Folder::new();
    folder.write("both.zip", zip(&[("flow", log.as_bytes()), ("dns", question.as_bytes())]));
    let run = scan(&[folder.root()]);
    assert!(probability(&run) >= 0.95, "{}", run.err);
    assert!(run.out.contains(&format!("\"record\":{}", head + 1)), "{}", run.out);
}

#[test]
fn standard_input_is_an_object_like_others() {
    let folder = telemetry();
    let log = fs::read(folder.path("a/flow.log")).expect("a file");
    let dns = folder.path("b/dns.json").display().to_string();
    let run = with_input(&["scan", "--output", "json", "-", &dns], &log);
    assert!(probability(&run) >= 0.95, "{}", run.out);
}

/// A header that is not the one of the log behind it, and lines in its order that concern nobody.
fn another_log(lines: usize) -> String {
    let line = "i-0web 198.51.100.7 10.0.0.5 51234 443 6 1772359200 1772359260 9 900 ACCEPT OK\n";
    let header = "instance-id srcaddr dstaddr srcport dstport protocol start end packets bytes \
                  action log-status\n";
    header.to_string() + &line.repeat(lines)
}

#[test]
fn logs_put_one_behind_the_other_are_read_in_their_own_order() {
    let log = another_log(3) + HEADER + &mining(ACCOUNT, POOL, 443);
    let folder = telemetry();
    let dns = folder.path("b/dns.json").display().to_string();
    let run = with_input(&["scan", "--output", "json", "-", &dns], log.as_bytes());
    assert!(probability(&run) >= 0.95, "{}", run.err);
    assert!(run.err.contains(" 0 rejected"), "{}", run.err);
}

#[test]
fn a_large_log_changes_its_order_for_all_threads() {
    let folder = telemetry();
    let (large, log) = (another_log(110_000), HEADER.to_string() + &mining(ACCOUNT, POOL, 443));
    assert!(large.len() > 8 << 20, "is read by one thread");
    folder.write("a/flow.log", large + &log + &another_log(9_000));
    let path = folder.root().display().to_string();
    for threads in ["1", "3"] {
        let run = firedamp(&["scan", "--all", "--output", "json", "--threads", threads, &path]);
        assert!(run.err.contains(" 0 rejected"), "{threads} threads: {}", run.err);
        assert!(run.out.contains("\"detector\":\"pool_contact\""), "{threads} threads");
    }
}

#[test]
fn exit_status_tells_programs_what_happened() {
    let folder = telemetry();
    let path = folder.root().display().to_string();
    assert_eq!(firedamp(&["scan", "--fail-on", "0.9", &path]).code, 1);
    assert_eq!(firedamp(&["scan", "--fail-on", "1.0", &path]).code, 0);
    for wrong in [
        vec!["scan", "/nowhere/at/all"],
        vec!["scan"],
        vec!["scan", "--now", "tomorrow", &path],
        vec!["scan", "--since", "2026-03-02T00:00:00Z", "--now", "2026-03-01T00:00:00Z", &path],
        vec!["scan", "--format", "nonsense", &path],
        vec!["scan", "--min-p", "7", &path],
        vec!["scan", "--indicators", "/nowhere", &path],
        vec!["explain", "aws:000011112222", &path],
    ] {
        let run = firedamp(&wrong);
        assert_eq!(run.code, 2, "{wrong:?}: {}", run.err);
        assert!(!run.err.is_empty(), "{wrong:?}");
        assert_eq!(run.out, "", "{wrong:?}");
    }
}

#[test]
fn one_missing_path_among_several_is_an_error_after_the_others_were_judged() {
    let folder = telemetry();
    let gone = folder.path("gone");
    std::os::unix::fs::symlink(folder.path("nothing"), folder.path("link")).expect("a link");
    for missing in [gone.clone(), folder.path("link"), folder.path("*.nothing")] {
        let run = scan(&[&folder.path("a"), &missing, &folder.path("b")]);
        assert_eq!(run.code, 2, "{}", run.err);
        let said = format!("no such file or folder: {};", missing.display());
        assert!(run.err.contains(&said), "{}", run.err);
        assert_eq!(run.cases.len(), 1);
    }
    let (path, gone) = (folder.path("a").display().to_string(), gone.display().to_string());
    let run = firedamp(&["scan", "--fail-on", "1.0", &path, &gone]);
    assert_eq!(run.code, 2, "{}", run.err);
}

#[test]
fn fail_on_does_not_pass_what_could_not_be_judged() {
    let folder = telemetry();
    let whole = folder.root().display().to_string();
    let lines = HEADER.to_string() + &"2 111122223333 eni-0abc nonsense\n".repeat(10);
    let broken = folder.write("broken/flow.log", lines).display().to_string();
    let other = folder.write("other.txt", "nothing that anybody knows\n").display().to_string();
    let sound = folder.path("a").display().to_string();
    let run = |arguments: &[&str]| {
        let run = firedamp(&[&["scan", "--fail-on", "1.0"], arguments].concat());
        (run.code, run.err)
    };
    for (arguments, why) in [
        (vec![broken.as_str()], "records were rejected"),
        (vec![other.as_str()], "nothing of it is telemetry"),
        (vec!["--since", "2030-01-01T00:00:00Z", &whole], "no record lies between"),
        (vec!["--now", "2001-01-01T00:00:00Z", &sound], "no record lies between"),
    ] {
        let (code, said) = run(&arguments);
        assert_eq!(code, 2, "{arguments:?}: {said}");
        assert!(said.contains(why), "{arguments:?}: {said}");
        let without = firedamp(&[&["scan"], &arguments[..]].concat());
        assert_eq!(without.code, 0, "{arguments:?}: {}", without.err);
    }
    let told = firedamp(&["scan", "--output", "table", &other]);
    assert!(told.out.starts_with("Nothing was judged: "), "{}", told.out);
    for arguments in [vec![whole.as_str()], vec!["--since", "2001-01-01T00:00:00Z", &sound]] {
        let (code, said) = run(&arguments);
        assert_eq!(code, 0, "{arguments:?}: {said}");
    }
    assert_eq!(firedamp(&["scan", "--fail-on", "0.9", &whole]).code, 1, "a case is a case");
}

#[test]
fn the_window_is_what_is_looked_at() {
    let folder = telemetry();
    let path = folder.root().display().to_string();
    let json = ["scan", "--all", "--output", "json"];
    let before = [&json[..], &["--now", "2026-03-01T09:00:00Z", &path]].concat();
    assert_eq!(firedamp(&before).cases.len(), 0);
    let after = [&json[..], &["--since", "2026-03-02T00:00:00Z", &path]].concat();
    assert_eq!(firedamp(&after).cases.len(), 0);
    let within =
        [&json[..], &["--since", "2026-03-01T09:00:00Z", "--now", "2026-03-02T00:00:00Z", &path]];
    assert_eq!(firedamp(&within.concat()).cases.len(), 1);
}

#[test]
fn what_lies_outside_the_window_is_counted_and_said() {
    let folder = telemetry();
    let path = folder.path("a").display().to_string();
    let said = |arguments: &[&str]| {
        let run = firedamp(&[&["scan"][..], arguments, &[path.as_str()][..]].concat());
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
        run.err
    };
    let warning = "warning: no record lies between --since and --now";
    // Two records a minute from 10:00 on; those that end before the half hour are outside.
    let half = said(&["--since", "2026-03-01T10:30:00Z"]);
    assert!(half.contains("(58 of them outside --since/--now)"), "{half}");
    assert!(!half.contains("warning:"), "{half}");
    for arguments in [["--since", "2026-03-02T00:00:00Z"], ["--now", "2026-03-01T09:00:00Z"]] {
        let nothing = said(&arguments);
        assert!(nothing.contains("(120 of them outside --since/--now)"), "{nothing}");
        assert!(nothing.contains(warning), "{nothing}");
    }
    let all = said(&[]);
    assert!(!all.contains("outside") && !all.contains("warning:"), "{all}");
}

#[test]
fn a_table_of_blocks_that_ends_early_is_told_and_one_that_is_none_is_refused() {
    let folder = Folder::new();
    let blocks = proxied(&folder.path("world"));
    let logs = folder.path("world/aws").display().to_string();
    let scanned = |text: String| {
        let file = format!("xmr={}", folder.write("xmr.txt", text).display());
        firedamp(&["scan", "--all", "--output", "json", "--blocks", &file, &logs])
    };
    let beyond = |run: &crate::program::Run| {
        let coverage = run.cases[0]["coverage"].as_array().expect("coverage").clone();
        let flows = coverage.into_iter().find(|one| one["signal"] == "flow").expect("flows");
        flows["beyond_blocks"][0].clone()
    };

    let whole = scanned(table(&blocks));
    assert!(probability(&whole) >= 0.9, "{}", whole.err);
    assert!(beyond(&whole).is_null() && !whole.err.contains("blocks of xmr"), "{}", whole.err);
    // The world begins at midnight and ends at noon.
    let noon = 1_772_452_800;
    let half: Vec<i64> = blocks.iter().copied().filter(|at| *at < noon - 6 * 3600).collect();
    let half = scanned(table(&half));
    assert!(probability(&half) >= 0.5, "six hours are enough: {}", half.err);
    let told = "up to 6 hours of traffic after that are not held against them: aws:0000";
    assert!(half.err.contains("blocks of xmr end at 2026-03-02T05:"), "{}", half.err);
    assert!(half.err.contains(told), "{}", half.err);
    let told = beyond(&half);
    assert_eq!(told["coin"], "xmr");
    assert_eq!(told["hours_after"], 6);
    let stale: Vec<i64> = blocks.iter().map(|at| at - 3 * 86_400).collect();
    let stale = scanned(table(&stale));
    assert!(probability(&stale) < 0.5, "{}", stale.err);
    assert!(stale.err.contains("up to 12 hours of traffic after that"), "{}", stale.err);

    let slow: Vec<i64> = blocks.iter().step_by(5).copied().collect();
    let slow = scanned(table(&slow));
    assert!(
        slow.err.contains("warning: blocks of xmr come every 120 s, and those"),
        "{}",
        slow.err
    );
    let millis: Vec<i64> = blocks.iter().map(|at| at * 1000).collect();
    for (text, why) in [
        (table(&millis), "looks like milliseconds: one epoch second a line"),
        (String::new(), "no block stands in it"),
    ] {
        let run = scanned(text);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{}", run.err);
        assert!(run.err.contains(why), "{}", run.err);
    }
}

#[test]
fn records_without_account_take_it_from_the_path_or_the_argument() {
    let header =
        "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action\n";
    let log: String = mining("x", POOL, 3333)
        .lines()
        .map(|line| line.replace("2 x ", "").replace(" OK", "") + "\n")
        .collect();
    let folder = Folder::new();
    let list = folder.write("own.txt", format!("{POOL}:3333\n")).display().to_string();
    folder.write("x/aws/111122223333/host-1/flow.log", header.to_string() + &log);
    let path = folder.path("x").display().to_string();
    let ids = |arguments: &[&str]| {
        let run =
            firedamp(&[&["scan", "--output", "json", "--indicators", &list], arguments].concat());
        run.cases
            .iter()
            .map(|case| case["id"].as_str().unwrap_or("").to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&[&path]), ["aws:111122223333"]);
    let plain = folder.write("y/flow.log", header.to_string() + &log).display().to_string();
    assert_eq!(ids(&["--account", "azure:0A", &plain]), ["azure:0a"]);
    assert_eq!(ids(&[&plain]), ["unknown:eni-0abc"]);
}

#[test]
fn an_operators_list_is_laid_over_the_embedded_one() {
    let folder = Folder::new();
    let own = folder.path("own.csv").display().to_string();
    assert_eq!(firedamp(&["indicators", "add", &own, "Pool.Example.", "192.0.2.7:3333"]).code, 0);
    let check = ["indicators", "check", "eu.pool.example", "--indicators", &own];
    assert!(firedamp(&check).out.contains("listed: pool.example"));
    let unknown = firedamp(&["indicators", "check", "notpool.example", "--indicators", &own]);
    assert_eq!((unknown.code, unknown.out.contains("not listed")), (1, true));
    let exported =
        firedamp(&["indicators", "export", "--format", "stix", "--indicators", &own]).out;
    let stix = folder.write("feed.json", exported).display().to_string();
    let again = firedamp(&["indicators", "import", &stix]);
    assert!(again.out.contains("pool.example"), "{}", again.err);
    assert!(firedamp(&["indicators", "list"]).out.lines().count() > 1000);
}

#[test]
fn the_demo_ends_with_a_case_and_can_be_scanned_again() {
    let folder = Folder::new();
    let made = folder.path("demo").display().to_string();
    let demo = firedamp(&["demo", "--folder", &made]);
    assert!(demo.out.contains("Mining, nearly certain"), "{}", demo.out);
    let explained = firedamp(&["explain", "aws:111122223333", &made]);
    assert!(explained.out.contains("before any evidence"), "{}", explained.out);
    let run = firedamp(&["scan", "--output", "json", &made]);
    assert!(probability(&run) > 0.9, "{}", run.out);
}

#[test]
fn the_demo_is_told_in_its_readers_language_and_what_programs_read_is_not() {
    let folder = Folder::new();
    let made = folder.path("demo").display().to_string();
    let demo = firedamp(&["demo", "--folder", &made, "--output", "json"]);
    assert_eq!(demo.code, 0, "{}", demo.err);
    let scanned = |more: &[&str]| {
        let clock = ["scan", "--all", "--now", "2026-03-01T16:00:00Z"];
        let run = firedamp(&[&clock[..], more, &[made.as_str()]].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        run.out
    };
    // What was read, and how fast, stands below.
    let above = |page: &str| page.split("<footer>").next().map(str::to_string);
    let english = scanned(&["--output", "html"]);
    let named = scanned(&["--output", "html", "--language", "en"]);
    assert_eq!(above(&english), above(&named));
    assert!(english.contains("<html lang=\"en\">"), "{english}");
    assert!(english.contains("<h1>One account is probably mining</h1>"), "{english}");
    assert!(english.contains("<bdi>read 5 objects, "), "{english}");
    for (language, headline, read) in [
        ("fr", "Minage probable dans un compte", "lu\u{202f}: 5 objets, "),
        ("de", "Bei einem Konto ist Mining wahrscheinlich", "gelesen: 5 Objekte, "),
    ] {
        let page = scanned(&["--output", "html", "--language", language]);
        for wanted in [
            format!("<html lang=\"{language}\">"),
            format!("<h1>{headline}</h1>"),
            format!("<bdi>{read}"),
        ] {
            assert!(page.contains(&wanted), "{wanted} in\n{page}");
        }
        for gone in ["data-say", "lang=\"en\"", "Talked with", "Confirm with", "How to read"] {
            assert!(!page.contains(gone), "{gone} in\n{page}");
        }
    }
    let table = scanned(&["--output", "table", "--language", "de"]);
    assert!(table.contains("Mining, so gut wie sicher (> 99 %) in aws:111122223333"), "{table}");
    for gone in ["Talked with", "Confirm with", "\n  severity", "\n  next"] {
        assert!(!table.contains(gone), "{gone} in\n{table}");
    }
    let explained = firedamp(&["explain", "--language", "fr", "aws:111122223333", &made]);
    assert!(explained.out.contains("\nCe qui changerait le verdict\n"), "{}", explained.out);
    assert!(!explained.out.contains("Confirm with"), "{}", explained.out);
    let clock = ["scan", "--all", "--now", "2026-03-01T16:00:00Z", "--output", "json"];
    for (language, read) in [
        ("en", "read 5 objects, "),
        ("fr", "lu\u{202f}: 5 objets, "),
        ("de", "gelesen: 5 Objekte, "),
    ] {
        let run = firedamp(&[&clock[..], &["--language", language, &made]].concat());
        assert!(run.err.contains(read), "{language}: {}", run.err);
        let others = ["read 5 objects", "formats: "].iter().any(|text| run.err.contains(text));
        assert_eq!(others, language == "en", "{language}: {}", run.err);
    }
    assert!(explained.err.contains("lu\u{202f}: 5 objets, "), "{}", explained.err);
    let programs = scanned(&["--output", "json"]);
    assert_eq!(programs, scanned(&["--output", "json", "--language", "de"]));
    let unknown = firedamp(&["scan", "--language", "es", &made]);
    assert_eq!(unknown.code, 2, "{}", unknown.out);
    assert!(unknown.err.contains("there are en, fr and de"), "{}", unknown.err);
}

#[test]
fn the_demo_is_written_again_and_into_no_folder_of_others() {
    let folder = Folder::new();
    let demo = |name: &str, more: &[&str]| {
        let path = folder.path(name).display().to_string();
        firedamp(&[&["demo", "--output", "json", "--folder", &path], more].concat())
    };
    let first = demo("demo", &[]);
    let again = demo("demo", &[]);
    assert_eq!((again.code, &again.out), (0, &first.out), "{}", again.err);
    for (name, file) in [("a", "a/mine.log"), ("b", "b/aws/bill.csv"), ("demo", "demo/aws/more")] {
        folder.write(file, "dear to me");
        let run = demo(name, &[]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{name}");
        assert!(run.err.contains("is not empty"), "{}", run.err);
        assert_eq!(fs::read(folder.path(file)).expect("a file"), b"dear to me");
    }
    assert!(!folder.path("a/aws").exists());
    assert_eq!(demo("a", &["--force"]).code, 0);
    assert!(folder.path("a/aws/bill.csv").exists());
    fs::create_dir(folder.path("empty")).expect("a folder");
    assert_eq!(demo("empty", &[]).code, 0);
}

#[test]
fn what_is_billed_in_another_currency_is_not_taken_for_dollars() {
    let folder = Folder::new();
    let made = folder.path("demo").display().to_string();
    assert_eq!(firedamp(&["demo", "--output", "json", "--folder", &made]).code, 0);
    let bill = fs::read_to_string(folder.path("demo/aws/bill.csv")).expect("a bill");
    // 195 a day; the last is worth 88 dollars a day by list prices, whatever its currency may be.
    for (cost, currency, severity) in [
        ("8.125", "USD", "high"),
        ("8.125", "INR", "low"),
        ("3.672", "USD", "medium"),
        ("812.5", "XXX", "medium"),
    ] {
        let other = bill.replace(",3.672,3.672,USD,", &format!(",{cost},{cost},{currency},"));
        folder.write("demo/aws/bill.csv", other);
        let run = firedamp(&["scan", "--output", "json", &made]);
        let case = run.cases.iter().find(|case| case["id"] == "aws:111122223333").expect("a case");
        assert_eq!(case["severity"], severity, "{cost} {currency}: {}", case["cost"]);
    }
}

#[test]
fn formats_are_listed_and_described() {
    let all = firedamp(&["formats"]).out;
    assert!(all.contains("aws_vpc_flow") && all.contains("gcp_dns"), "{all}");
    assert!(firedamp(&["formats", "aws_vpc_flow"]).out.contains("docs.aws.amazon.com"));
}

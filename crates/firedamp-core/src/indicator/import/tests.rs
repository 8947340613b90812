use super::*;
use crate::indicator::{Freshness, Tier};

fn names(text: &str) -> Vec<String> {
    let imported = import(text).expect("a list");
    assert_eq!(imported.rejects, [], "{text}");
    imported.indicators.iter().map(|row| row.name.to_string()).collect()
}

fn reject_lines(text: &str) -> Vec<usize> {
    import(text).expect("a list").rejects.iter().map(|(line, _)| *line).collect()
}

#[test]
fn a_plain_list_is_read_however_it_is_written() {
    for (written, name) in [
        ("pool.example", "pool.example"),
        ("POOL.Example.  # comment", "pool.example"),
        ("*.pool.example", "pool.example"),
        (".pool.example", "pool.example"),
        ("pool[.]example", "pool.example"),
        ("hxxps://pool[.]example/path?x#y", "pool.example"),
        ("stratum+tcp://pool.example:3333", "pool.example"),
        ("stratum+ssl://wallet.worker@pool.example:3333", "pool.example"),
        ("stratum+tcp://[2001:db8::1]:3333", "[2001:db8::1]:3333"),
        ("0.0.0.0 pool.example", "pool.example"),
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1/32", "192.0.2.1"),
        ("192.0.2[.]1:3333", "192.0.2.1:3333"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:3333", "[2001:db8::1]:3333"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192.0.2.1|3333", "192.0.2.1:3333"),
        ("*:3333", "*:3333"),
        ("\u{feff}pool.example\r\n\r\n", "pool.example"),
    ] {
        assert_eq!(names(written), [name], "{written}");
    }
}

#[test]
fn ports_of_a_domain_are_gathered() {
    let text = "pool.example:5555\nstratum+tcp://pool.example:3333\npool.example\n";
    let imported = import(text).expect("a list");
    let [row] = imported.indicators.as_slice() else { panic!("one row") };
    assert_eq!((row.ports.as_slice(), row.tier), ([3333, 5555].as_slice(), Tier::A));
}

#[test]
fn hosts_lines_name_many() {
    assert_eq!(names("127.0.0.1 a.example b.example # both"), ["a.example", "b.example"]);
}

#[test]
fn rejects_carry_line_and_reason() {
    let text = "pool.example\n\npool\n192.0.2.0/24\n192.0.2.256\n10.0.0.1\n0.0.0.0\n3333\n\
                pool.example:0\npool.example:99999\na.example b.example\n224.0.0.1\n";
    assert_eq!(reject_lines(text), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    let imported = import("192.0.2.0/24").expect("a list");
    let expected = (1, "an address range is not an indicator: `192.0.2.0/24`".to_string());
    assert_eq!(imported.rejects, [expected]);
}

#[test]
fn a_csv_is_read_by_its_header() {
    let text = "# own list\nTier;Domain;Port(s);Coin;Freshness\n\
                b;pool.example;3333 4444;XMR;stale\n\
                ;\"eu.pool.example\";;;\nz;x.example;;;\n;;;;\n;y.example;0;;\n";
    let imported = import(text).expect("a list");
    let [eu, pool] = imported.indicators.as_slice() else { panic!("{imported:?}") };
    assert_eq!((eu.tier, eu.freshness), (Tier::A, Freshness::Fresh));
    assert_eq!((pool.tier, pool.freshness, pool.pool.as_str()), (Tier::B, Freshness::Stale, "XMR"));
    assert_eq!(pool.ports, [3333, 4444]);
    assert_eq!(reject_lines(text), [5, 6, 7]);
}

#[test]
fn a_csv_may_name_domain_and_address() {
    assert_eq!(names("domain,ip\npool.example,192.0.2.1\n"), ["pool.example", "192.0.2.1"]);
    assert_eq!(names("value\n192.0.2.1|3333\n"), ["192.0.2.1:3333"]);
    assert_eq!(names("\"indicator\"\tsource\n192.0.2.1\tme\n"), ["192.0.2.1"]);
}

fn bundle(pattern: &str) -> String {
    let object = serde_json::json!({ "type": "indicator", "pattern": pattern });
    serde_json::json!({ "type": "bundle", "objects": [{ "type": "identity" }, object] }).to_string()
}

#[test]
fn stix_patterns_name_endpoints() {
    for (pattern, expected) in [
        ("[domain-name:value = 'pool.example']", vec!["pool.example"]),
        (
            "[ipv4-addr:value='192.0.2.1'] OR [ipv6-addr:value = '2001:db8::1']",
            vec!["192.0.2.1", "2001:db8::1"],
        ),
        (
            "[domain-name:value = 'a.example' OR domain-name:value = 'b.example']",
            vec!["a.example", "b.example"],
        ),
        ("[domain-name:value IN ('a.example', 'b.example')]", vec!["a.example", "b.example"]),
        (
            "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = \
             '192.0.2.1' AND network-traffic:dst_port = 3333]",
            vec!["192.0.2.1:3333"],
        ),
        (
            "[(network-traffic:dst_ref.value = '192.0.2.1') AND network-traffic:dst_port = '3333' \
             AND network-traffic:protocols[*] = 'tcp']",
            vec!["192.0.2.1:3333"],
        ),
        (
            "[domain-name:value = 'pool.example' AND \
             domain-name:resolves_to_refs[*].value = '192.0.2.1']",
            vec!["pool.example", "192.0.2.1"],
        ),
        ("[url:value = 'stratum+tcp://192.0.2.1:3333']", vec!["192.0.2.1:3333"]),
        ("[network-traffic:dst_port = 3333]", vec!["*:3333"]),
    ] {
        assert_eq!(names(&bundle(pattern)), expected, "{pattern}");
    }
}

#[test]
fn stix_patterns_that_say_less_are_refused() {
    for pattern in [
        "",
        "[",
        "]",
        "[]",
        "[domain-name:value = 'pool.example'",
        "[domain-name:value = 'pool.example",
        "[domain-name:value != 'pool.example']",
        "[domain-name:value LIKE '%.example']",
        "[NOT domain-name:value = 'pool.example']",
        "[domain-name:value = 'a.example'] AND [domain-name:value = 'b.example']",
        "[domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example']",
        "[domain-name:value = 'a.example'] START t'2026-01-01T00:00:00Z'",
        "[ipv4-addr:value = '192.0.2.1' AND ipv4-addr:value = '192.0.2.2']",
        "[ipv4-addr:value = '192.0.2.0/24']",
        "[(ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value = '192.0.2.2') AND \
         network-traffic:dst_port = 1]",
        "[file:name = 'xmrig']",
        "[network-traffic:dst_port = 0]",
        "[domain-name:value = 'ü\\",
        "é[*][*]",
        "[[*]",
    ] {
        let imported = import(&bundle(pattern)).expect("a bundle");
        assert_eq!((imported.indicators.len(), imported.rejects.len()), (0, 1), "{pattern}");
    }
}

#[test]
fn stix_rejects_carry_the_line_of_the_object() {
    let text = r#"{
  "type": "bundle",
  "objects": [
    { "type": "indicator", "revoked": true, "pattern": "[domain-name:value = 'a.example']" },
    { "type": "indicator", "pattern_type": "yara", "pattern": "rule x {}" },
    { "type": "indicator", "name": "XMR", "labels": ["firedamp:tier=C", "other"],
      "pattern": "[domain-name:value = 'b.example']" },
    { "type": "indicator" },
    7
  ]
}"#;
    let imported = import(text).expect("a bundle");
    let [row] = imported.indicators.as_slice() else { panic!("{imported:?}") };
    assert_eq!((row.tier, row.pool.as_str()), (Tier::C, "XMR"));
    assert_eq!(reject_lines(text), [4, 5, 8, 9]);
}

const MISP_EVENT: &str = r#"{ "Event": { "info": "miners", "Attribute": [
  { "type": "domain", "value": "pool.example", "comment": "XMR", "to_ids": true },
  { "type": "hostname", "value": "eu.pool.example", "Tag": [{ "name": "firedamp:tier=\"B\"" }] },
  { "type": "ip-dst|port", "value": "192.0.2.1|3333", "to_ids": "1" },
  { "type": "domain|ip", "value": "b.example|192.0.2.2" },
  { "type": "url", "value": "http://c.example/x" },
  { "type": "ip-src", "value": "192.0.2.3", "to_ids": false },
  { "type": "sha256", "value": "00" },
  { "type": "domain", "value": "d.example", "deleted": true },
  { "type": "domain" }
 ],
 "Object": [{ "name": "ip-port", "Attribute": [
  { "type": "ip-dst", "object_relation": "ip-dst", "value": "2001:db8::1" },
  { "type": "ip-src", "object_relation": "ip-src", "value": "192.0.2.4" },
  { "type": "port", "object_relation": "dst-port", "value": "4444", "to_ids": false },
  { "type": "port", "object_relation": "src-port", "value": "50000" }
 ] }] } }"#;

#[test]
fn a_misp_event_is_read() {
    let imported = import(MISP_EVENT).expect("an event");
    let names: Vec<_> = imported.indicators.iter().map(|row| row.name.to_string()).collect();
    let expected = [
        "b.example",
        "c.example",
        "eu.pool.example",
        "pool.example",
        "192.0.2.2",
        "192.0.2.1:3333",
        "[2001:db8::1]:4444",
    ];
    assert_eq!(names, expected);
    assert_eq!(reject_lines(MISP_EVENT), [7, 8, 9, 10]);
    let tiers: Vec<_> = imported.indicators.iter().map(|row| row.tier).collect();
    assert_eq!(tiers.get(2..5), Some([Tier::B, Tier::A, Tier::B].as_slice()));
}

#[test]
fn misp_answers_and_arrays_are_read() {
    let all = import(MISP_EVENT).expect("an event").indicators;
    for text in
        [format!("{{\"response\": [{MISP_EVENT}]}}"), format!("[{MISP_EVENT}, {MISP_EVENT}]")]
    {
        assert_eq!(import(&text).expect("events").indicators, all);
    }
    let attribute = r#"{"type": "ip-dst", "value": "192.0.2.1"}"#;
    assert_eq!(names(&format!("[{attribute}]")), ["192.0.2.1"]);
    assert_eq!(
        names(&format!("{{\"response\": {{\"Attribute\": [{attribute}]}}}}")),
        ["192.0.2.1"]
    );
}

#[test]
fn broken_or_foreign_json_is_an_error() {
    assert_eq!(import("{}"), Err(ImportError::UnknownShape));
    assert_eq!(import("{\"events\": []}"), Err(ImportError::UnknownShape));
    assert!(matches!(import("{\n\"a\":"), Err(ImportError::Json { line: 2, .. })));
    assert_eq!(import("[]"), Ok(Imported::default()));
    assert_eq!(import(""), Ok(Imported::default()));
    assert_eq!(import("{\"type\": \"bundle\"}"), Ok(Imported::default()));
}

#[test]
fn deep_and_long_input_ends() {
    let deep = format!("{}1{}", "{\"Event\":".repeat(50_000), "}".repeat(50_000));
    assert!(import(&deep).is_ok_and(|imported| imported.indicators.is_empty()));
    let deep = format!("[{}{}", "{\"a\":[".repeat(50_000), "]}".repeat(50_000));
    assert!(import(&deep).is_err());
    assert_eq!(reject_lines(&"a".repeat(100_000)), [1]);
    let quote = format!("domain\n\"{}", "a\n".repeat(10_000));
    assert_eq!(reject_lines(&quote), [2]);
    assert_eq!(reject_lines(&bundle(&"[".repeat(100_000))), [1]);
}

#[test]
fn cut_and_mixed_input_never_panics() {
    let stix = bundle("[domain-name:value = 'pool.example' OR ipv4-addr:value IN ('192.0.2.1')]");
    let csv = "domain,ports,tier\npöol.example,\"3333\",A\n[2001:db8::1]:1,,";
    for whole in
        [MISP_EVENT, &stix, csv, "stratum+tcp://u@[2001:db8::1]:3333/#x", "hxxp://ä[.]example"]
    {
        for at in (0..=whole.len()).filter(|at| whole.is_char_boundary(*at)) {
            let (head, tail) = whole.split_at(at);
            for text in [head, tail, &format!("{tail}{head}"), &format!("{head}\0é'\"[{tail}")] {
                drop(import(text));
            }
        }
    }
}

#[test]
fn too_many_rows_are_an_error() {
    assert!(within(INDICATOR_COUNT_MAX).is_ok());
    let too_many = ImportError::TooMany { count_max: INDICATOR_COUNT_MAX };
    assert_eq!(within(INDICATOR_COUNT_MAX + 1), Err(too_many));
}

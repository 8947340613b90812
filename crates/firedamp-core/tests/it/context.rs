//! Load and audits whose values have the wrong types: no record may harm another, nor panic.

use firedamp_core::format::FORMATS;
use serde_json::{Value, json};

use crate::recorder::Recorder;

const IDS: [&str; 7] = [
    "aws_cloudwatch_metric",
    "azure_monitor_metric",
    "entra_audit",
    "entra_sign_in",
    "gcp_monitoring",
    "microsoft_365_audit",
    "partner_center_audit",
];

/// The first record of the format's first example, out of its container.
fn example(id: &str) -> Value {
    let format = FORMATS.iter().find(|format| format.doc().id == id).expect("a format");
    let text = format.doc().examples[0].input;
    let line = text.lines().next().expect("a line");
    let value: Value = serde_json::from_str(line).expect("valid JSON");
    let containers = ["items", "records", "timeSeries"];
    let inside = containers.iter().find_map(|name| value.get(name)?.get(0));
    inside.unwrap_or(&value).clone()
}

/// Pointers to every value inside `value`.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut step = |key: &str, inner: &Value| {
        let pointer = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        found.push(pointer.clone());
        pointers(inner, &pointer, found);
    };
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| step(&at.to_string(), item));
        }
        Value::Object(members) => members.iter().for_each(|(key, member)| step(key, member)),
        _ => {}
    }
}

#[test]
fn a_value_of_the_wrong_type_harms_its_own_record_at_most() {
    let wrong = [
        json!(null),
        json!(-7),
        json!("é"),
        json!("[[1]]"),
        json!(true),
        json!([]),
        json!({}),
        json!([[{}]]),
        json!(1e308),
    ];
    for id in IDS {
        let good = example(id);
        let (_, expected) = Recorder::read(good.to_string().as_bytes(), usize::MAX, None);
        assert_eq!(expected.len(), 1, "{id}: {expected:?}");
        let expected = expected[0].replace("1: ", "2: ");
        let mut places = Vec::new();
        pointers(&good, "", &mut places);
        for place in places {
            for value in &wrong {
                let mut bad = good.clone();
                *bad.pointer_mut(&place).expect("a place") = value.clone();
                let text = format!("[{bad},{good}]");
                let (contents, lines) = Recorder::read(text.as_bytes(), usize::MAX, None);
                assert_eq!(contents.records, 2, "{id} {place} {value}");
                assert_eq!(lines.last(), Some(&expected), "{id} {place} {value}: {lines:?}");
            }
        }
    }
}

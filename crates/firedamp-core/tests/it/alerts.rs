//! Alerts whose values have the wrong types: no record may harm another, nor panic.

use std::{fs, path::PathBuf};

use firedamp_core::{container::Reader, format::FORMATS};
use serde_json::{Value, json};

use crate::recorder::Recorder;

const PRODUCTS: [&str; 6] = [
    "aws_guardduty",
    "aws_security_hub",
    "azure_defender",
    "gcp_scc",
    "graph_partner_security_alert",
    "partner_center_fraud_event",
];

/// The alert of the format's example, out of its container.
fn example(id: &str) -> Value {
    let format = FORMATS.iter().find(|format| format.doc().id == id).expect("a format");
    let value: Value = serde_json::from_str(format.doc().examples[0].input).expect("valid JSON");
    let inside = value.get("value").unwrap_or(&value);
    inside.get(0).unwrap_or(inside).clone()
}

/// Pointers to every value inside `value`.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    let mut step = |key: String, inner: &Value| {
        let pointer = format!("{at}/{key}");
        found.push(pointer.clone());
        pointers(inner, &pointer, found);
    };
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| step(index.to_string(), item));
        }
        Value::Object(members) => {
            members.iter().for_each(|(key, member)| step(escaped(key), member));
        }
        _ => {}
    }
}

#[test]
fn a_value_of_the_wrong_type_harms_its_own_record_at_most() {
    let wrong =
        [json!(null), json!(7), json!("é"), json!(true), json!([]), json!({}), json!([[{}]])];
    for id in PRODUCTS {
        let good = example(id);
        let (_, expected) = Recorder::read(good.to_string().as_bytes(), usize::MAX, None);
        let expected = expected[0].split_once(": ").expect("a number").1.to_string();
        let mut places = Vec::new();
        pointers(&good, "", &mut places);
        for place in places {
            for value in &wrong {
                let mut bad = good.clone();
                *bad.pointer_mut(&place).expect("a place") = value.clone();
                let text = format!("[{bad},{good}]");
                let (contents, lines) = Recorder::read(text.as_bytes(), usize::MAX, None);
                assert_eq!(contents.records, 2, "{id} {place} {value}");
                assert_eq!(lines.len(), 2, "{id} {place} {value}: {lines:?}");
                assert_eq!(lines[1], format!("2: {expected}"), "{id} {place} {value}");
            }
        }
    }
}

#[test]
fn a_missing_value_harms_its_own_record_at_most() {
    for id in PRODUCTS {
        let good = example(id);
        for key in good.as_object().expect("an object").keys() {
            let mut bad = good.clone();
            bad.as_object_mut().expect("an object").remove(key);
            let text = format!("{bad}\n{good}\n");
            let (_, lines) = Recorder::read(text.as_bytes(), usize::MAX, None);
            assert_eq!(lines.len(), 2, "{id} {key}: {lines:?}");
            assert!(lines[1].starts_with("2: alert "), "{id} {key}: {lines:?}");
        }
    }
}

#[test]
fn upper_case_keys_are_the_same_keys() {
    fn shouted(value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(shouted).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(key, value)| (key.to_ascii_uppercase(), shouted(value)))
                .collect(),
            other => other.clone(),
        }
    }
    for id in PRODUCTS {
        let good = example(id);
        let read = |value: &Value| Recorder::read(value.to_string().as_bytes(), 1, None).1;
        assert_eq!(read(&shouted(&good)), read(&good), "{id}");
    }
}

#[test]
fn each_alert_is_one_formats() {
    for id in PRODUCTS {
        let (contents, _) = Recorder::read(example(id).to_string().as_bytes(), usize::MAX, None);
        assert_eq!(contents.formats.into_keys().collect::<Vec<_>>(), [id]);
    }
}

#[test]
fn documented_invalid_events_survive_any_cut_and_neighbors() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/format/partner_center_fraud_event");
    let path = folder.join("new_model_as_documented.in");
    let broken = fs::read_to_string(path).expect("a fixture");
    let broken = broken.trim().trim_start_matches('[').trim_end_matches(']');
    let good = example("partner_center_fraud_event");
    // More than a head's worth, so that the splitter itself sees the pieces.
    let text = format!("[{}{good}]", format!("{broken},{good},").repeat(40));
    for step in [1, 63, 65, 4096] {
        let (_, lines) = Recorder::read(text.as_bytes(), step, None);
        assert_eq!(lines.len(), 81, "in pieces of {step}");
        assert!(lines.iter().all(|line| line.contains(": alert azure:")), "{lines:#?}");
    }
}

#[test]
fn deep_alerts_are_rejected() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let head = r#""AlertType":"x","SystemAlertId":"y","TimeGenerated":"2026-03-01T10:00:00Z""#;
    let text = format!(r#"{{{head},"Entities":{deep}}}"#);
    let mut recorder = Recorder::new();
    let mut reader = Reader::new(None);
    reader.push(text.as_bytes(), &mut recorder);
    reader.finish(&mut recorder);
    assert_eq!(recorder.lines.len(), 1);
}

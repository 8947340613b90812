//! What each detector says, by kind of evidence, with the facts and the records behind it.

use askama::Template;
use firedamp_core::{finding::Group, redact::redacted, saying::Saying, time::Time};
use serde_json::Value;

use super::{
    super::{
        filters,
        view::{minute, say},
    },
    Opened, written,
};
use crate::{language, report, web::Problem};

/// Findings of one kind on the page; the API has all.
const FINDINGS_MAX: usize = 50;
/// Facts of one finding.
const FACTS_MAX: usize = 30;
/// Letters of a fact.
const FACT_LETTERS_MAX: usize = 600;
/// Parts of a list in a fact.
const PARTS_MAX: usize = 100;
/// Bytes of an instant, with nanoseconds.
const INSTANT_BYTES_MAX: usize = 30;
/// Lists and members within each other.
const NESTED_MAX: usize = 6;
/// Facts whose values are a few words of ours.
const WORDS: [&str; 9] =
    ["confidence", "fit", "form", "freshness", "kind", "level", "pillars", "state", "strength"];
/// Facts whose numbers are names.
const NUMBERED: [&str; 2] = ["other_ports", "port"];
/// Records of one finding that are led to.
const RECORDS_MAX: usize = 12;

/// One kind of evidence.
struct Kind {
    /// The sentence that names it.
    title: String,
    findings: Vec<Line>,
    more: usize,
}

/// What one detector says about one resource.
struct Line {
    summary: String,
    /// It was kept in English alone.
    is_english: bool,
    detector: String,
    resource: String,
    when: String,
    /// How much likelier it is from a miner, in words.
    weight: String,
    is_sample: bool,
    facts: Vec<(String, String)>,
    records: Vec<RecordLink>,
    more_records: usize,
}

/// A record behind a finding.
struct RecordLink {
    address: String,
    number: u64,
}

#[derive(Template)]
#[template(path = "page/case/evidence.html")]
struct Evidence {
    kinds: Vec<Kind>,
}

pub(super) async fn show(opened: &Opened<'_>) -> Result<String, Problem> {
    let case = opened.file.row.id;
    let findings = list(opened.judgement.get("findings"));
    let kinds = Group::ALL.map(|group| {
        let own: Vec<&Value> =
            findings.iter().filter(|one| text(one, "group") == group.id()).collect();
        Kind {
            title: format!("evidence-group-{}", group.id()),
            more: own.len().saturating_sub(FINDINGS_MAX),
            findings: own.into_iter().take(FINDINGS_MAX).map(|one| line(case, one)).collect(),
        }
    });
    written(&Evidence {
        kinds: kinds.into_iter().filter(|kind| !kind.findings.is_empty()).collect(),
    })
}

fn line(case: i64, finding: &Value) -> Line {
    let none = serde_json::Map::new();
    let evidence = finding.get("evidence").and_then(Value::as_object).unwrap_or(&none);
    let records = list(evidence.get("records"));
    let facts = evidence.iter().filter(|(name, _)| *name != "records");
    let told = finding.get("said").and_then(|said| say().told(&Saying::read(said)));
    Line {
        is_english: told.is_none(),
        summary: told.unwrap_or_else(|| report::shown(text(finding, "summary"))),
        detector: report::shown(text(finding, "detector")),
        resource: report::shown(text(finding, "resource")),
        when: when(finding),
        weight: weight(finding.get("llr").and_then(Value::as_f64).unwrap_or_default()),
        is_sample: evidence.get("sample").and_then(Value::as_bool).unwrap_or_default(),
        facts: facts.take(FACTS_MAX).map(|(name, value)| fact(name, value)).collect(),
        records: records.iter().filter_map(|one| link(case, one)).take(RECORDS_MAX).collect(),
        more_records: records.len().saturating_sub(RECORDS_MAX),
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn when(finding: &Value) -> String {
    let time = |name| Time::parse(text(finding, name)).map(minute).unwrap_or_default();
    match (time("first_observed"), time("last_observed")) {
        (first, last) if first == last => format!("{first} UTC"),
        (first, last) => say().say("evidence-when", &[("first", &first), ("last", &last)]),
    }
}

/// `e` to the log-likelihood ratio, as people say it.
fn weight(llr: f64) -> String {
    let say = say();
    match llr {
        llr if llr >= 11.5 => say.say("evidence-weight-most", &[]),
        llr if llr >= 2.3 => {
            let times = format!("{:.0}", round(llr.exp()));
            say.say("evidence-weight-times", &[("times", &times)])
        }
        llr if llr > 0.0 => say.say("evidence-weight-little", &[]),
        llr if llr < 0.0 => say.say("evidence-weight-less", &[]),
        _ => say.say("evidence-weight-none", &[]),
    }
}

/// To one digit.
fn round(number: f64) -> f64 {
    let scale = 10_f64.powf(number.log10().floor());
    (number / scale).round() * scale
}

/// A fact as people read it, named and told in their language.
fn fact(name: &str, value: &Value) -> (String, String) {
    let shown = report::shown(&told(name, value, NESTED_MAX));
    let letters = shown.chars().count();
    let short: String = shown.chars().take(FACT_LETTERS_MAX).collect();
    let text = if letters > FACT_LETTERS_MAX { format!("{short} …") } else { short };
    (fact_name(name), text)
}

/// What a fact is called; programs of other versions may have kept facts that have no sentence.
fn fact_name(name: &str) -> String {
    let own = say().word(&format!("fact-{name}"));
    own.unwrap_or_else(|| report::shown(&name.replace('_', " ")))
}

/// What a fact says: its words where it is one of a few, its parts where it has some.
fn told(name: &str, value: &Value, depth: usize) -> String {
    let Some(deeper) = depth.checked_sub(1) else { return "…".to_string() };
    match value {
        Value::Null => say().say("fact-value-unknown", &[]),
        Value::Bool(true) => say().say("fact-value-yes", &[]),
        Value::Bool(false) => say().say("fact-value-no", &[]),
        Value::Number(number) => number_in_words(name, number),
        Value::String(text) if WORDS.contains(&name) => word(text).unwrap_or_else(|| text.clone()),
        Value::String(text) => instant(text).unwrap_or_else(|| redacted(text)),
        Value::Array(parts) if parts.is_empty() => say().say("word-none", &[]),
        Value::Array(parts) => {
            let is_whole = |part: &Value| !part.is_object();
            let between = if parts.iter().all(is_whole) { ", " } else { " · " };
            let parts = parts.iter().take(PARTS_MAX).map(|part| told(name, part, deeper));
            parts.collect::<Vec<_>>().join(between)
        }
        Value::Object(members) => {
            let part = |(name, value): (&String, &Value)| {
                let value = told(name, value, deeper);
                say().say("fact-of", &[("name", &fact_name(name)), ("value", &value)])
            };
            // What it says in English is said by the finding.
            let own = members.iter().filter(|(name, _)| *name != "says");
            let parts: Vec<String> = own.map(part).collect();
            parts.join(language::reader().between_clauses())
        }
    }
}

/// An instant that a program wrote, as the reader writes one.
fn instant(text: &str) -> Option<String> {
    let is_whole = text.len() <= INSTANT_BYTES_MAX
        && text.ends_with('Z')
        && text.as_bytes().get(10) == Some(&b'T');
    let time = Time::parse(text).filter(|_| is_whole)?;
    Some(language::reader().instant(time))
}

/// A number with the reader's marks; ports are names.
fn number_in_words(name: &str, number: &serde_json::Number) -> String {
    let plain = number.to_string();
    let digits = plain.split_once('.').map_or(0, |(_, digits)| digits.len());
    match number.as_f64() {
        Some(value) if !NUMBERED.contains(&name) => language::reader().number(value, digits),
        _ => plain,
    }
}

/// The words of a value that programs know by an id, such as `one_way` or `OneWay`.
fn word(id: &str) -> Option<String> {
    let mut own = String::with_capacity(id.len());
    for letter in id.chars() {
        match letter {
            '_' | ' ' => own.push('-'),
            large if large.is_ascii_uppercase() => {
                own.push_str(if own.is_empty() { "" } else { "-" });
                own.push(large.to_ascii_lowercase());
            }
            other => own.push(other),
        }
    }
    say().word(&format!("fact-value-{own}"))
}

fn link(case: i64, record: &Value) -> Option<RecordLink> {
    let object = record.get("object")?.as_str()?;
    let number = record.get("record")?.as_u64()?;
    let is_hash = object.len() == 32 && object.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash
        .then(|| RecordLink { address: format!("/cases/{case}/records/{object}/{number}"), number })
}

/// Whether a judgement points to this record: nobody is shown another.
pub(super) fn names(judgement: &Value, object: &str, number: u64) -> bool {
    let mut places = vec![judgement];
    while let Some(place) = places.pop() {
        match place {
            Value::Object(fields) => {
                let is_it = fields.get("record").and_then(Value::as_u64) == Some(number)
                    && fields.get("object").and_then(Value::as_str) == Some(object);
                if is_it {
                    return true;
                }
                places.extend(fields.values());
            }
            Value::Array(values) => places.extend(values),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn weights_are_said_in_words() {
        assert_eq!(weight(12.0), "over 100,000 times likelier from a miner");
        assert_eq!(weight(6.0), "about 400 times likelier from a miner");
        assert_eq!(weight(1.0), "a little likelier from a miner");
        assert_eq!(weight(-1.0), "likelier from somebody else");
        assert_eq!(weight(0.0), "counts for nothing");
    }

    #[tokio::test]
    async fn instants_are_the_readers_and_what_is_only_like_one_stays() {
        let value = json!(["2026-03-01T10:00:00Z", "2026-03-01", "i-2026-03-01T10:00:00Z", "T"]);
        let told = |language| {
            let value = value.clone();
            language::reading(language, async move { fact("telemetry_begins", &value).1 })
        };
        let rest = "2026-03-01, i-2026-03-01T10:00:00Z, T";
        let english = told(language::Language::English).await;
        assert_eq!(english, format!("2026-03-01T10:00:00Z, {rest}"));
        let german = told(language::Language::German).await;
        assert_eq!(german, format!("01.03.2026 10:00\u{a0}UTC, {rest}"));
    }

    #[test]
    fn facts_are_text_and_not_too_long() {
        assert_eq!(
            fact("run_seconds", &json!(60)),
            ("longest run, in seconds".into(), "60".into())
        );
        assert_eq!(fact("no_such", &json!(60)).0, "no such");
        assert_eq!(fact("names", &json!(["a", "b\u{202e}"])).1, "a, b?");
        assert_eq!(fact("full", &json!(false)).1, "no");
        let english = fact("out", &json!({"bytes_per_minute": 3421.5, "packets": 9}));
        assert_eq!(english.1, "bytes a minute: 3421.5; packets: 9");
        assert_eq!(fact("fit", &json!("OneWay")).1, "never answered");
        assert_eq!(fact("names", &json!(["mining", "OneWay"])).1, "mining, OneWay");
        assert_eq!(fact("strength", &json!("miner_option")).1, "miner_option");
        let deep = (0..50).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(fact("x", &deep).1, "…");
        assert!(fact("x", &json!("y".repeat(10_000))).1.chars().count() < 700);
    }

    #[tokio::test]
    async fn facts_are_in_the_readers_language() {
        let german = language::reading(language::Language::German, async {
            fact("out", &json!({"bytes_per_minute": 3421.5, "packets": null, "port": 3333}))
        });
        let told = "Bytes pro Minute: 3.421,5; Pakete: nicht bekannt; Port: 3333";
        assert_eq!(german.await, ("gesendet".to_string(), told.to_string()));
    }

    #[test]
    fn only_records_of_the_judgement_are_led_to() {
        let object = "0123456789abcdef0123456789abcdef";
        let judgement = json!({"findings": [{"evidence": {"records": [
            {"object": object, "record": 7}]}}]});
        assert!(names(&judgement, object, 7));
        assert!(!names(&judgement, object, 8));
        assert!(!names(&judgement, "fedcba9876543210fedcba9876543210", 7));
        assert!(link(1, &json!({"object": "../../etc/passwd", "record": 1})).is_none());
    }
}

//! What each detector says, by kind of evidence, with the facts and the records behind it.

use askama::Template;
use firedamp_core::{finding::Group, saying::Saying, time::Time};
use serde_json::Value;

use super::{
    super::{
        filters,
        view::{minute, say},
    },
    Opened, written,
};
use crate::{report, web::Problem};

/// Findings of one kind on the page; the API has all.
const FINDINGS_MAX: usize = 50;
/// Facts of one finding.
const FACTS_MAX: usize = 30;
/// Letters of a fact.
const FACT_LETTERS_MAX: usize = 600;
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

/// A fact as people read it: `run_seconds` is "run seconds", a list is its parts.
fn fact(name: &str, value: &Value) -> (String, String) {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => "not known".to_string(),
        Value::Bool(true) => "yes".to_string(),
        Value::Bool(false) => "no".to_string(),
        Value::Array(parts) if parts.iter().all(|part| !part.is_object() && !part.is_array()) => {
            let parts = parts.iter().map(|part| fact("", part).1);
            parts.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    let shown = report::shown(&text);
    let letters = shown.chars().count();
    let short: String = shown.chars().take(FACT_LETTERS_MAX).collect();
    let text = if letters > FACT_LETTERS_MAX { format!("{short} …") } else { short };
    (report::shown(&name.replace('_', " ")), text)
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

    #[test]
    fn facts_are_text_and_not_too_long() {
        assert_eq!(fact("run_seconds", &json!(60)), ("run seconds".into(), "60".into()));
        assert_eq!(fact("names", &json!(["a", "b\u{202e}"])).1, "a, b?");
        assert_eq!(fact("full", &json!(false)).1, "no");
        assert!(fact("x", &json!("y".repeat(10_000))).1.chars().count() < 700);
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

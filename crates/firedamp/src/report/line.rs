//! JSON lines: one object a line, for programs.
//!
//! What an attacker wrote into a log reaches a terminal through JSON too. JSON escapes only the
//! older half of the control letters by itself; the other half and the invisible letters are
//! escaped here, which changes how the text is written and not what it says.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use firedamp_core::case::Case;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::{Report, words};

/// Writes a case a line.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    report.cases.iter().try_for_each(|case| {
        let paths = paths(case, report);
        write_line(&Line { case, paths }, out)
    })
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    case: &'a Case,
    #[serde(skip_serializing_if = "Option::is_none")]
    paths: Option<BTreeMap<String, &'a Vec<String>>>,
}

/// The paths of the objects that the findings point to, if paths were asked for.
fn paths<'a>(case: &Case, report: &'a Report<'_>) -> Option<BTreeMap<String, &'a Vec<String>>> {
    if report.paths.is_empty() {
        return None;
    }
    let places = case.findings.iter().flat_map(|finding| &finding.places);
    let known = places
        .filter_map(|place| Some((place.object.to_string(), report.paths.get(&place.object)?)));
    Some(known.collect())
}

/// Writes one value and ends the line.
pub(super) fn write_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Visible))?;
    out.write_all(b"\n")
}

/// Compact JSON without raw control or invisible letters.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let is_hidden = |letter: char| letter.is_control() || words::is_invisible(letter);
        let mut rest = fragment;
        while let Some(at) = rest.find(is_hidden) {
            let (clean, hidden) = rest.split_at(at);
            writer.write_all(clean.as_bytes())?;
            let mut letters = hidden.chars();
            if let Some(letter) = letters.next() {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
            rest = letters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use firedamp_core::id::ObjectId;
    use serde_json::Value;

    use super::{
        super::{Output, sample},
        *,
    };

    #[test]
    fn json_is_one_case_a_line_in_order_and_nothing_else() {
        let cases = [sample::costly("111122223333"), sample::case("000011112222")];
        let text = sample::written(&cases, Output::Json);
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
        let ids: Vec<&str> = lines.iter().filter_map(|line| line["id"].as_str()).collect();
        assert_eq!(ids, ["aws:111122223333", "aws:000011112222"]);
        for (line, case) in lines.iter().zip(&cases) {
            assert_eq!(line, &serde_json::to_value(case).expect("a value"));
        }
        assert_eq!(sample::written(&[], Output::Json), "");
    }

    #[test]
    fn paths_are_those_of_the_objects_that_findings_point_to() {
        let mine = (ObjectId([7; 16]), vec!["a.log".to_string(), "b.log".to_string()]);
        let other = (ObjectId([8; 16]), vec!["c.log".to_string()]);
        let cases = [sample::case("1")];
        let text = sample::with_paths(&cases, Output::Json, &[mine, other].into());
        let line: Value = serde_json::from_str(&text).expect("an object");
        let wanted = serde_json::json!({"07".repeat(16): ["a.log", "b.log"]});
        assert_eq!(line["paths"], wanted);
        assert!(text.starts_with(r#"{"id":"aws:1","provider":"aws","#), "{text}");
    }

    #[test]
    fn hidden_letters_are_escaped_and_still_there() {
        let mut line = Vec::new();
        write_line(&"a\u{1b}b\u{9b}c\u{202e}d\u{e0041}é\"", &mut line).expect("memory");
        let text = String::from_utf8(line).expect("text");
        assert_eq!(text, "\"a\\u001bb\\u009bc\\u202ed\\udb40\\udc41é\\\"\"\n");
        let back: String = serde_json::from_str(&text).expect("a string");
        assert_eq!(back, "a\u{1b}b\u{9b}c\u{202e}d\u{e0041}é\"");
    }
}

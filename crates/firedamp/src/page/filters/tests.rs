use std::{collections::BTreeSet, fs, path::Path};

use super::*;

/// Words that no language has its own for.
const NAMES: [&str; 4] =
    ["UTC", "– Firedamp", "Firedamp", "(docs/ablation.md): (docs/evaluation.md)."];

fn files(folder: &str, end: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let found = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    let own = found.filter(|entry| entry.path().extension().is_some_and(|own| own == end));
    own.map(|entry| {
        let name = entry.path().display().to_string();
        (name, fs::read_to_string(entry.path()).expect("text"))
    })
    .collect()
}

/// A template without what stands between these marks.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        left += before;
        left.push('\n');
        rest = after.split_once(close).map_or("", |(_, after)| after);
    }
    left + rest
}

/// Every id that is said in templates: what stands in quotes before the filter.
fn said(text: &str) -> BTreeSet<&str> {
    let before = text.split("\"|say").map(|part| part.rsplit('"').next().unwrap_or_default());
    let count = text.matches("\"|say").count();
    before.take(count).collect()
}

#[test]
fn templates_have_no_words_of_their_own() {
    let templates = files("templates/page", "html");
    assert!(templates.len() > 30);
    for (name, text) in templates {
        let bare = without(&without(&text, "{%", "%}"), "{{", "}}");
        for label in ["aria-label=\"", "data-label=\"", "placeholder=\""] {
            for attribute in bare.split(label).skip(1) {
                let value = attribute.split_once('"').map_or(attribute, |(value, _)| value);
                assert!(!value.contains(char::is_alphabetic), "{name}: {value}");
            }
        }
        for text in without(&bare, "<", ">").lines().map(str::trim) {
            let is_name = NAMES.iter().any(|own| own.contains(text));
            assert!(is_name || !text.contains(char::is_alphabetic), "{name}: {text}");
        }
    }
}

#[test]
fn every_sentence_of_a_template_is_there() {
    let english = Sentences::of(Language::English);
    let mut count = 0;
    for (name, text) in files("templates/page", "html") {
        for id in said(&text) {
            assert!(english.word(id).is_some(), "{name}: {id}");
            count += 1;
        }
    }
    assert!(count > 300, "{count}");
}

/// Each sentence is said somewhere, by its id or by one that is put together.
#[test]
fn no_sentence_is_left_over() {
    let sources = [files("templates", "html"), files("src", "rs")].concat();
    let all: String = sources.into_iter().map(|(_, text)| text).collect();
    for subject in ["page", "case"] {
        for (_, text) in files(&format!("text/{subject}"), "ftl").into_iter().take(1) {
            let ids = text.lines().filter(|line| line.starts_with(char::is_alphabetic));
            for id in ids.filter_map(|line| line.split_once(" =").map(|(id, _)| id)) {
                let is_said = all.contains(&format!("\"{id}\""));
                let mut ends = id.match_indices('-').map(|(at, _)| &id[..=at]);
                let is_made = ends.any(|begin| all.contains(&format!("\"{begin}{{")));
                assert!(is_said || is_made, "{id}");
            }
        }
    }
}

fn said_in(language: Language, id: &str, blanks: Vec<(String, Blank)>) -> Said {
    Said { language, id: id.to_string(), blanks }
}

#[test]
fn numbers_have_their_plural() {
    let cases = |language, number: &str| {
        let blanks = vec![("cases".to_string(), Blank::Count(number.to_string()))];
        said_in(language, "queue-open", blanks).to_string()
    };
    assert_eq!(cases(Language::English, "1"), "1 open case.");
    assert_eq!(cases(Language::English, "0"), "0 open cases.");
    assert_eq!(cases(Language::French, "0"), "0 dossier ouvert.", "none is one in French");
    assert_eq!(cases(Language::German, "1200"), "1200 offene Fälle.");
}

#[test]
fn what_fills_a_sentence_with_marks_has_none() {
    let blanks = vec![
        ("count".to_string(), Blank::Text("<b>".to_string())),
        ("day".to_string(), Blank::Text("\"&".to_string())),
    ];
    let said = said_in(Language::English, "indicators-says", blanks).written(escaped);
    assert!(said.starts_with("&#60;b&#62; known pools") && said.contains("&#34;&#38;"), "{said}");
    assert!(said.contains("<code>--indicators</code>"), "{said}");
}

//! What is held of every text by machine: the marks as each language sets them, and one name for one
//! thing (`docs/terms.md`).

use std::path::Path;

use super::{Language, SUBJECTS};

/// The blank before a French mark, on which no line breaks.
const NARROW: char = '\u{202f}';
/// The blank before a unit.
const NO_BREAK: char = '\u{a0}';
/// Units that stay with their number.
const UNITS: [&str; 5] = ["Min.", "Uhr", "h", "min", "s"];
/// German sets its marks without a blank.
const APART: [&str; 5] = [" :", " ;", " !", " ?", " %"];

/// The lines of every file in a language as they are read, without ids, comments and markup.
fn lines(language: Language) -> Vec<String> {
    let files = SUBJECTS.iter().filter_map(|subject| subject.get(language as usize));
    let lines = files.flat_map(|file| file.lines()).filter(|line| !line.starts_with('#'));
    lines.map(said).filter(|line| !line.trim().is_empty()).collect()
}

fn said(line: &str) -> String {
    let value = line.split_once(" = ").map_or(line, |(_, value)| value);
    // A literal in braces keeps a blank at the edge of a sentence.
    let value = value.replace("{ \" \" }", "");
    let mut parts = value.split('<');
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |read, part| read + part.split_once('>').map_or(part, |(_, rest)| rest))
}

fn is_set(language: Language, line: &str) -> bool {
    let has_own_marks = match language {
        Language::English => true,
        Language::French => has_french_marks(line),
        Language::German => !APART.iter().any(|mark| line.contains(mark)),
    };
    let keeps_units = language == Language::English || keeps_units(line);
    has_own_marks && keeps_units && !line.contains(foreign_quotes(language))
}

fn has_french_marks(line: &str) -> bool {
    let letters: Vec<char> = line.chars().collect();
    letters.iter().enumerate().all(|(index, mark)| {
        let before = index.checked_sub(1).and_then(|at| letters.get(at)).copied();
        let after = letters.get(index + 1).copied();
        match mark {
            '!' | ';' | '?' | '»' => before == Some(NARROW),
            // A colon within an address or a time is none of the sentence's.
            ':' if after.is_none_or(char::is_whitespace) => before == Some(NARROW),
            '«' => after == Some(NARROW),
            _ => true,
        }
    })
}

const fn foreign_quotes(language: Language) -> &'static [char] {
    match language {
        Language::English => &['"', '„', '«', '»'],
        Language::French => &['"', '\'', '„', '“', '”'],
        Language::German => &['"', '\'', '”', '«', '»'],
    }
}

fn keeps_units(line: &str) -> bool {
    let mut before_percent: Vec<&str> = line.split('%').collect();
    before_percent.pop();
    let goes_on = |rest: &str| rest.starts_with(|one: char| one.is_alphanumeric() || one == '’');
    before_percent.iter().all(|before| before.ends_with(NO_BREAK))
        && UNITS.iter().all(|unit| line.split(&format!("}} {unit}")).skip(1).all(goes_on))
}

#[test]
fn every_sentence_is_set_as_its_language_sets_it() {
    for language in Language::ALL {
        let lines = lines(language);
        assert!(lines.len() > 1000, "{language}: {} lines", lines.len());
        let wrong: Vec<_> = lines.iter().filter(|line| !is_set(language, line)).collect();
        assert!(wrong.is_empty(), "{language}: {wrong:#?}");
    }
}

#[test]
fn what_is_set_otherwise_is_found() {
    for (language, line) in [
        (Language::English, "the verdict \"fraud\""),
        (Language::French, "Coût : { $spent }"),
        (Language::French, "sûr?"),
        (Language::French, "« oui\u{202f}»"),
        (Language::French, "l'accès"),
        (Language::French, "plus de 50 %"),
        (Language::French, "à { $hour } h UTC"),
        (Language::German, "Fall : { $number }"),
        (Language::German, "der Rolle “Freigeber”"),
        (Language::German, "mehr als 50%"),
        (Language::German, "{ $minutes } Min. lang"),
    ] {
        assert!(!is_set(language, line), "{language}: {line}");
    }
    for (language, line) in [
        (Language::English, "the provider's “{ $name }”"),
        (Language::French, "Où\u{202f}: s3://bucket, à 12:00, «\u{202f}oui\u{202f}»\u{202f}?"),
        (Language::French, "ce que { $name } s’est attribué, { $hours }\u{a0}h, 50\u{a0}%"),
        (Language::German, "der Rolle „Freigeber“: { $count } hat 50\u{a0}%"),
    ] {
        assert!(is_set(language, line), "{language}: {line}");
    }
    assert_eq!(said("a-b = sur <a href=\"/x\">x</a>{ \" \" }y"), "sur xy");
}

/// Every row of the list of terms, without its head.
fn terms(list: &str) -> Vec<Vec<&str>> {
    let rows = list.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix('|'));
    rows.skip(2).map(|row| row.split('|').map(str::trim).collect()).collect()
}

#[test]
fn one_thing_has_one_name() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/terms.md");
    let list = std::fs::read_to_string(list).expect("the list of terms");
    let terms = terms(&list);
    assert!(terms.len() > 30, "{}", terms.len());
    for (language, place) in [(Language::French, 1), (Language::German, 2)] {
        let read = lines(language).join("\n").to_lowercase();
        for term in &terms {
            assert_eq!(term.len(), 6, "{term:?}");
            let (name, others) = (term[place].to_lowercase(), term[place + 3].to_lowercase());
            assert!(read.contains(&name), "{language}: nothing is called {name}");
            for other in others.split(", ").filter(|other| !other.is_empty()) {
                assert!(!read.contains(other), "{language}: {other} is called {name}");
            }
        }
    }
}

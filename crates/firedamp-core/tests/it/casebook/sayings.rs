//! What the casebook's detectors say, in every language: no hole, and no English left.

use std::collections::BTreeSet;

use firedamp_core::{
    case::Case,
    detector::DETECTORS,
    indicator::IndicatorSet,
    language::Language,
    saying::{self, Bundle, SENTENCES, Saying},
};

use super::{AUTHORISATIONS, page, pages, play};

/// Words that stand in nearly every English sentence and in none of ours in other languages.
const ENGLISH_WORDS: [&str; 22] = [
    "the", "of", "and", "for", "was", "were", "that", "with", "is", "to", "by", "than", "its",
    "made", "asked", "talked", "called", "minute", "mining", "machines", "not", "new",
];
/// The same that are words of another language too.
const SHARED: [(&str, &str); 4] =
    [("fr", "machines"), ("fr", "minute"), ("de", "was"), ("de", "mining")];

fn bundles() -> [(Language, Bundle); 3] {
    let mut files = SENTENCES.iter();
    Language::ALL.map(|language| (language, saying::bundle(language, files.next().copied())))
}

/// What the stories' detectors and reckonings say, with the English words.
fn said() -> Vec<(String, Saying, String)> {
    let embedded = IndicatorSet::embedded();
    let stories = pages().into_iter().flat_map(|(_, stories)| stories).chain(page(AUTHORISATIONS));
    let cases: Vec<Case> = stories.flat_map(|story| play(&story, &embedded)).collect();
    let findings = cases.iter().flat_map(|case| &case.findings);
    let findings = findings
        .map(|found| (found.detector.to_string(), found.said.clone(), found.summary.clone()));
    let points = cases.iter().flat_map(|case| &case.resources);
    let points = points.flat_map(|resource| &resource.reckoning);
    let points = points.map(|point| ("point".to_string(), point.said.clone(), point.what.clone()));
    let unknown = cases.iter().flat_map(|case| {
        let resources = case.resources.iter().map(|resource| &resource.created_unknown);
        resources.chain([&case.account_created_unknown]).flatten()
    });
    let unknown = unknown.map(|said| ("origin".to_string(), said.clone(), said.english()));
    findings.chain(points).chain(unknown).collect()
}

fn bare(word: &str) -> String {
    word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_string()
}

/// Words of a sentence but those that stand in its blanks in every language: names of logs.
fn own_words(told: &str, names: &BTreeSet<String>) -> Vec<String> {
    told.split_whitespace()
        .map(bare)
        .filter(|word| !word.is_empty() && !names.contains(word))
        .collect()
}

/// Every text of a saying that is the same in all languages.
fn names(json: &serde_json::Value, found: &mut BTreeSet<String>) {
    match json {
        serde_json::Value::String(text) => {
            found.extend(text.split_whitespace().map(bare));
        }
        serde_json::Value::Array(all) => all.iter().for_each(|one| names(one, found)),
        serde_json::Value::Object(all) => {
            let is_name = |key: &&String| *key != "id";
            all.iter().filter(|(key, _)| is_name(key)).for_each(|(_, one)| names(one, found));
        }
        _ => {}
    }
}

#[test]
fn every_detector_is_heard_in_every_language_without_a_hole() {
    let bundles = bundles();
    let said = said();
    for detector in DETECTORS {
        assert!(said.iter().any(|(who, ..)| who == detector.id), "{}", detector.id);
    }
    for (who, saying, english) in &said {
        let stored = serde_json::to_value(saying).expect("JSON");
        let read = Saying::read(&stored);
        let mut known = BTreeSet::new();
        names(&stored, &mut known);
        for (language, bundle) in &bundles {
            let told = read.told(*language, bundle);
            let told = told.unwrap_or_else(|| panic!("{who}: {language}: {stored}"));
            assert!(!told.contains(['{', '}']) && !told.contains("[found"), "{told}");
            if *language == Language::English {
                assert_eq!(&told, english);
                continue;
            }
            // Of an alert everything is as its product says it.
            if !own_words(english, &known).is_empty() {
                assert_ne!(&told, english, "{language}");
            }
            let tag = language.to_string();
            for word in own_words(&told, &known) {
                let is_shared = SHARED.contains(&(tag.as_str(), &word.to_lowercase()));
                let is_english = ENGLISH_WORDS.contains(&word.as_str());
                assert!(!is_english || is_shared, "{word} in {language}: {told}");
            }
        }
    }
}

/// Sentences that no story of the casebook makes. A new one comes with a story.
const UNHEARD: [&str; 16] = [
    "found-fleet-server",
    "found-miner-attempt",
    "found-rule-call",
    "found-rule-more",
    "found-sign-account-deployed",
    "found-sign-account-moved",
    "found-sign-caller-unknown",
    "found-sign-elevated",
    "found-sign-foreign",
    "found-sign-many-regions",
    "found-sign-scripts",
    "found-sign-surge-after",
    "origin-older",
    "origin-too-many",
    "point-calibration",
    "point-most",
];

#[test]
fn every_other_sentence_is_heard_in_a_story() {
    let mut made = BTreeSet::new();
    for (_, saying, _) in said() {
        ids(&serde_json::to_value(&saying).expect("JSON"), &mut made);
    }
    let [english, ..] = SENTENCES;
    let all = english.lines().filter(|line| line.starts_with(char::is_alphabetic));
    let all: BTreeSet<&str> = all.filter_map(|line| line.split(" =").next()).collect();
    let heard: BTreeSet<&str> = made.iter().filter_map(|id| id.split('.').next()).collect();
    assert!(heard.is_subset(&all), "{heard:?}");
    let never: Vec<&str> =
        all.difference(&heard).copied().filter(|id| !UNHEARD.contains(id)).collect();
    assert!(never.is_empty(), "{never:?}");
}

fn ids(json: &serde_json::Value, found: &mut BTreeSet<String>) {
    if let Some(id) = json.get("id").and_then(serde_json::Value::as_str) {
        found.insert(id.to_string());
    }
    match json {
        serde_json::Value::Array(all) => all.iter().for_each(|one| ids(one, found)),
        serde_json::Value::Object(all) => all.values().for_each(|one| ids(one, found)),
        _ => {}
    }
}

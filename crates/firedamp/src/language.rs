//! The languages of whatever partners and customers read: sentences from Fluent files, and who reads. A
//! subject is a folder of `text/` with a file for each language, and a line in `SUBJECTS`. What detectors
//! say comes from the core, which makes its English.

mod recognised;
#[cfg(test)]
mod typography;

use std::{future::Future, sync::LazyLock};

use firedamp_core::saying::{self, Bundle, Saying};
use fluent_bundle::FluentArgs;

pub use firedamp_core::language::Language;
pub(crate) use recognised::{recognised, recognised_or_text};

use crate::report::shown;

/// The sentences of a subject in each language, in the order of `Language::ALL`.
macro_rules! subjects {
    ($($subject:literal),+ $(,)?) => {
        &[$([
            include_str!(concat!("../text/", $subject, "/en.ftl")),
            include_str!(concat!("../text/", $subject, "/fr.ftl")),
            include_str!(concat!("../text/", $subject, "/de.ftl")),
        ],)+ saying::SENTENCES]
    };
}

/// Every subject that people are written to about; their sentences share one space of names.
const SUBJECTS: &[[&str; 3]] = subjects![
    "advice",
    "answer",
    "authorisation",
    "case",
    "checklist",
    "cleanup",
    "contact",
    "fact",
    "letter",
    "log",
    "notice",
    "page",
    "policy",
    "report",
];

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::French));
static GERMAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::German));

fn bundle(language: Language) -> Bundle {
    let files = SUBJECTS.iter().filter_map(|subject| subject.get(language as usize));
    saying::bundle(language, files.copied())
}

/// What was said, in English; for outputs that are in no other language.
pub(crate) fn english(said: &Saying) -> String {
    // Held by a test for all; a report with a gap is better than none.
    Sentences::of(Language::English).told(said).unwrap_or_default()
}

tokio::task_local! {
    /// The language of whoever reads the answer that this task gives.
    static READER: Language;
}

/// Answers in a language: whatever is written on the way asks [`reader`] for it.
pub(crate) async fn reading<F: Future>(language: Language, answer: F) -> F::Output {
    READER.scope(language, answer).await
}

/// The language of whoever reads the answer.
pub(crate) fn reader() -> Language {
    READER.try_with(|language| *language).unwrap_or_default()
}

/// The sentences of one language.
#[derive(Clone, Copy)]
pub(crate) struct Sentences {
    language: Language,
    bundle: &'static Bundle,
}

impl Sentences {
    pub(crate) fn of(language: Language) -> Self {
        let bundle = match language {
            Language::English => &ENGLISH,
            Language::French => &FRENCH,
            Language::German => &GERMAN,
        };
        Self { language, bundle }
    }

    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// What stands behind what is explained, without the blank that follows.
    pub(crate) const fn colon(&self) -> &'static str {
        self.language.colon()
    }

    /// What was said, told anew; `None` where only its English is known. Names of logs are made safe.
    pub(crate) fn told(&self, said: &Saying) -> Option<String> {
        self.written(said).map(|told| shown(&told))
    }

    /// The same with names as they are, for what is made safe when it is shown.
    pub(crate) fn written(&self, said: &Saying) -> Option<String> {
        said.told(self.language, self.bundle)
    }

    /// The same, or the English words.
    pub(crate) fn tell(&self, said: &Saying, english: &str) -> String {
        match self.language {
            Language::English => shown(english),
            _ => self.told(said).unwrap_or_else(|| shown(english)),
        }
    }

    /// What the program keeps or sends in English, in this language where it is known.
    pub(crate) fn answer(&self, english: &str) -> String {
        self.tell(&recognised_or_text(english), english)
    }

    /// The sentence `id`, or `id.variant`, with its blanks filled.
    pub(crate) fn say(&self, id: &str, blanks: &[(&str, &str)]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in blanks {
            arguments.set(*name, *value);
        }
        self.fill(id, &arguments)
    }

    /// The same with a number that decides on its plural.
    pub(crate) fn count(&self, id: &str, name: &str, number: i64) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set(name, number);
        self.fill(id, &arguments)
    }

    /// The same with texts and numbers in its blanks.
    pub(crate) fn fill(&self, id: &str, arguments: &FluentArgs<'_>) -> String {
        // Held by a test for all ids; a notice with a hole is better than none.
        self.find(id, arguments).unwrap_or_else(|| format!("[{id}]"))
    }

    /// The sentence of what may have none, such as a word of a log.
    pub(crate) fn word(&self, id: &str) -> Option<String> {
        self.find(id, &FluentArgs::new())
    }

    fn find(&self, id: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        let pattern = saying::sentence(self.bundle, id)?;
        Some(self.bundle.format_pattern(pattern, Some(arguments), &mut Vec::new()).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use fluent_bundle::FluentResource;

    use super::*;

    /// The sentences of a file by name, each with the blanks that it fills in.
    fn sentences(file: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::<String, BTreeSet<String>>::new();
        let (mut message, mut sentence) = (String::new(), String::new());
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let start = line.split_once('=').map(|(name, _)| name.trim());
            if let Some(name) = start.filter(|_| line.starts_with(char::is_alphabetic)) {
                (message, sentence) = (name.to_string(), name.to_string());
            } else if let Some(own) = start.and_then(|name| name.strip_prefix('.')) {
                sentence = format!("{message}.{own}");
            }
            if sentence.is_empty() || line.trim().is_empty() {
                continue;
            }
            let blanks = line.split('$').skip(1).map(|rest| {
                let end =
                    rest.find(|letter: char| !letter.is_alphanumeric() && !"_-".contains(letter));
                rest[..end.unwrap_or(rest.len())].to_string()
            });
            found.entry(sentence.clone()).or_default().extend(blanks);
        }
        found
    }

    #[test]
    fn languages_say_the_same_things() {
        for [english, french, german] in SUBJECTS {
            assert!(!sentences(english).is_empty());
            assert_eq!(sentences(english), sentences(french), "French");
            assert_eq!(sentences(english), sentences(german), "German");
            for file in [english, french, german] {
                FluentResource::try_new((*file).to_string()).expect("sentences that can be read");
            }
        }
    }

    /// Every file of source in a folder.
    pub(super) fn sources(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(std::fs::read_to_string(path).expect("text"));
            }
        }
    }

    #[test]
    fn what_the_program_says_stands_in_a_file_and_what_stands_there_is_said() {
        const SAID: [&str; 6] = ["found-", "point-", "origin-", "advice-", "told-", "log-"];
        // A field of a log, and words of tests.
        const OTHERS: [&str; 3] = ["found-nonsense", "log-kind", "log-status"];
        let is_said = |id: &str| SAID.iter().any(|start| id.starts_with(start));
        let mut files = Vec::new();
        let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        sources(&own.join("src"), &mut files);
        sources(&own.join("../firedamp-core/src"), &mut files);
        let strings: BTreeSet<&str> = files.iter().flat_map(|file| file.split('"')).collect();
        let is_id = |text: &&&str| {
            text.bytes().all(|one| one.is_ascii_lowercase() || one == b'-' || one == b'.')
        };
        let kinds = |id: &str| id.starts_with("log-kind");
        let english = SUBJECTS.iter().flat_map(|[english, ..]| sentences(english));
        let known: BTreeSet<String> = english.map(|(id, _)| id).collect();
        let missing: Vec<_> = strings
            .iter()
            .filter(|text| is_said(text) && !text.ends_with('-'))
            .filter(is_id)
            .filter(|id| !known.contains(**id) && !OTHERS.contains(*id))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        let is_group = |id: &str| known.iter().any(|other| other.starts_with(&format!("{id}.")));
        let idle: Vec<_> = known
            .iter()
            .filter(|id| is_said(id) && !kinds(id) && !is_group(id))
            .filter(|id| !strings.contains(id.as_str()) && !is_in_a_template(id))
            .collect();
        assert!(idle.is_empty(), "{idle:?}");
    }

    fn is_in_a_template(id: &str) -> bool {
        ["log-title", "log-comment"].contains(&id)
    }

    /// The numbers that choose between forms, and how many forms there are of each kind.
    fn plurals(file: &str) -> (BTreeMap<String, Vec<String>>, [usize; 3]) {
        let mut chosen = BTreeMap::<String, Vec<String>>::new();
        let mut message = String::new();
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let name = line.split('=').next().unwrap_or_default().trim();
            if line.contains(" =") && line.starts_with(char::is_alphabetic) {
                message = name.to_string();
            } else if line.contains(" =") && name.starts_with('.') {
                message = format!("{}{name}", message.split('.').next().unwrap_or_default());
            }
            for (before, _) in line.match_indices("->").map(|(at, _)| line.split_at(at)) {
                let number = before.rsplit('$').next().unwrap_or_default().trim();
                chosen.entry(message.clone()).or_default().push(number.to_string());
            }
        }
        chosen.values_mut().for_each(|numbers| numbers.sort());
        let count = |mark: &str| file.matches(mark).count();
        (chosen, [count("->"), count("\n        [one]"), count("*[other]")])
    }

    #[test]
    fn no_language_lacks_a_plural() {
        for [english, french, german] in SUBJECTS {
            let (wanted, _) = plurals(english);
            for file in [english, french, german] {
                let (own, [all, one, other]) = plurals(file);
                assert_eq!(own, wanted);
                assert_eq!((one, other), (all, all), "{file}");
            }
        }
    }

    #[test]
    fn no_subject_takes_another_ones_name() {
        let names: Vec<_> = SUBJECTS.iter().flat_map(|[english, ..]| sentences(english)).collect();
        let distinct: BTreeSet<_> = names.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), distinct.len());
    }
}

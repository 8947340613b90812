//! The languages of whatever partners and customers read: sentences from Fluent files, and how numbers
//! are written, and who reads. A subject is a folder of `text/` with a file for each language, and a line in `SUBJECTS`.

use std::{fmt, future::Future, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use serde::{Deserialize, Serialize};

/// A language that people are written to in.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// German.
    #[serde(rename = "de")]
    German,
}

/// Languages of a browser that are looked at.
const ACCEPTED_MAX: usize = 20;

type Bundle = FluentBundle<FluentResource>;

/// The sentences of a subject in each language, in the order of `Language::ALL`.
macro_rules! subjects {
    ($($subject:literal),+ $(,)?) => {
        &[$([
            include_str!(concat!("../text/", $subject, "/en.ftl")),
            include_str!(concat!("../text/", $subject, "/fr.ftl")),
            include_str!(concat!("../text/", $subject, "/de.ftl")),
        ]),+]
    };
}

/// Every subject that people are written to about; their sentences share one space of names.
const SUBJECTS: &[[&str; 3]] = subjects![
    "authorisation",
    "case",
    "checklist",
    "cleanup",
    "contact",
    "letter",
    "notice",
    "page",
    "policy",
];

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::French));
static GERMAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::German));

fn bundle(language: Language) -> Bundle {
    let tag = language.to_string().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Names stand in sentences as they are, without marks that mail programs show as boxes.
    bundle.set_use_isolating(false);
    for sentences in SUBJECTS.iter().filter_map(|subject| subject.get(language as usize)) {
        // The files are part of the program, and tests read every sentence of them.
        let sentences = FluentResource::try_new((*sentences).to_string());
        bundle.add_resource_overriding(sentences.unwrap_or_else(|(partly, _)| partly));
    }
    bundle
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::English => "en",
            Self::French => "fr",
            Self::German => "de",
        })
    }
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::English, Self::French, Self::German];

    /// The first of these that is spoken here, of what a browser says that its user reads
    /// (`Accept-Language`, without weighing: browsers name the best first).
    pub(crate) fn accepted(text: &str) -> Self {
        let mut wanted = text.split(',').take(ACCEPTED_MAX).map(str::trim);
        let spoken = |tag: &str| {
            let primary = tag.split(['-', ';']).next().unwrap_or_default();
            Self::ALL.into_iter().find(|one| primary.eq_ignore_ascii_case(&one.to_string()))
        };
        wanted.find_map(spoken).unwrap_or_default()
    }

    /// A probability. Certainty is not to be had.
    pub(crate) fn percent(self, probability: f64) -> String {
        // A no-break space, as all three languages set it but English.
        let percent = crate::report::percent(probability);
        match self {
            Self::English => percent.replace(' ', "\u{a0}").replace("\u{a0}%", "%"),
            Self::French | Self::German => percent.replace(' ', "\u{a0}"),
        }
    }

    /// An amount of money, with two decimals and its currency's code behind it.
    pub(crate) fn money(self, amount: f64, currency: &str) -> String {
        let (thousands, decimal) = match self {
            Self::English => (",", "."),
            Self::French => ("\u{202f}", ","),
            Self::German => (".", ","),
        };
        let cents = format!("{:.2}", amount.abs());
        let (whole, fraction) = cents.split_once('.').unwrap_or((&cents, "00"));
        let mut written = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                written.push_str(thousands);
            }
            written.push(digit);
        }
        let sign = if amount < 0.0 { "-" } else { "" };
        format!("{sign}{written}{decimal}{fraction}\u{a0}{currency}")
    }
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
pub(crate) struct Sentences(&'static Bundle);

impl Sentences {
    pub(crate) fn of(language: Language) -> Self {
        Self(match language {
            Language::English => &ENGLISH,
            Language::French => &FRENCH,
            Language::German => &GERMAN,
        })
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
        let (id, variant) = id.split_once('.').map_or((id, None), |(id, own)| (id, Some(own)));
        let message = self.0.get_message(id)?;
        let pattern = match variant {
            Some(variant) => message.get_attribute(variant)?.value(),
            None => message.value()?,
        };
        Some(self.0.format_pattern(pattern, Some(arguments), &mut Vec::new()).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

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

    #[test]
    fn no_subject_takes_another_ones_name() {
        let names: Vec<_> = SUBJECTS.iter().flat_map(|[english, ..]| sentences(english)).collect();
        let distinct: BTreeSet<_> = names.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), distinct.len());
    }
}
